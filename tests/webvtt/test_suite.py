"""The WebVTT conformance data: web-platform-tests' files and cue texts, vtt.js' files, and some of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annogeo import vtt
from annogeo.errors import InputError
from tests.shared import shared

pytestmark = pytest.mark.shared

FIELDS = {
    "id": "id",
    "text": "text",
    "vertical": "vertical",
    "snapToLines": "snap_to_lines",
    "line": "line",
    "lineAlign": "line_align",
    "position": "position",
    "positionAlign": "position_align",
    "size": "size",
    "align": "align",
    "region": "region",
}
REGION = {"width": "width", "lines": "lines", "scroll": "scroll", "id": "id"}
N_CHECKS, N_VTTJS, N_TREES, N_EXTRA = 405, 239, 77, 13


def files(folder: str) -> list[Path]:
    return sorted(shared(f"vtt-suite/{folder}").glob("*.vtt"))


def expectation(path: Path) -> Any:
    return json.loads(path.with_suffix(".json").read_text("utf-8"))


def value(document: vtt.Document, cue: vtt.Cue, field: str) -> Any:
    """Return what the suite calls a field; a region's own fields are asked for by ``region.``"""
    if field == "startTime":
        return cue.start_ms / 1000
    if field == "endTime":
        return cue.end_ms / 1000
    name, _, inner = field.partition(".")
    if name != "region":
        return getattr(cue, FIELDS[name])
    regions = {region.id: region for region in document.regions}
    region = None if cue.region is None else regions[cue.region]
    if not inner:
        return region
    anchors = {"regionAnchor": "region_anchor", "viewportAnchor": "viewport_anchor"}
    for prefix, attribute in anchors.items():
        if inner.startswith(prefix):
            return getattr(region, attribute)["XY".index(inner[-1])]
    return getattr(region, REGION[inner])


def as_double(found: Any) -> Any:
    """The suite's numbers are doubles."""
    return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def test_the_files_of_web_platform_tests() -> None:
    n = 0
    for path in files("wpt-file-parsing"):
        wanted = expectation(path)
        document = vtt.parse(path.read_bytes())
        if wanted["cue_count"] is not None:
            assert len(document.cues) == wanted["cue_count"], path.name
        for check in wanted["checks"]:
            found = as_double(value(document, document.cues[check["cue"]], check["field"]))
            where = f"{path.name} {check}"
            if "equals" in check:
                assert found == as_double(check["equals"]), where
            if "not_equals" in check:
                assert found != as_double(check["not_equals"]), where
            for relation in ("same_as", "differs_from"):
                if relation in check:
                    other = check[relation]
                    partner = value(document, document.cues[other["cue"]], other["field"])
                    assert (found is partner) == (relation == "same_as"), where
            n += 1
        agree(path, document, wanted["spec_cues"])
    assert n == N_CHECKS


@pytest.mark.parametrize(("folder", "count"), [("vttjs", N_VTTJS), ("extra", N_EXTRA)])
def test_files_are_read_as_the_specification_says(folder: str, count: int) -> None:
    paths = files(folder)
    assert len(paths) == count
    for path in paths:
        wanted = expectation(path)
        if not wanted["accepted"]:
            with pytest.raises(InputError):
                vtt.parse(path.read_bytes())
            continue
        document = vtt.parse(path.read_bytes())
        agree(path, document, wanted["spec_cues"])
        if wanted.get("matches_current_spec"):
            # that suite's regions are those of a draft that is no more
            agree(path, document, [{k: v for k, v in one.items() if k != "region"} for one in wanted["cues"]])


def agree(path: Path, document: vtt.Document, wanted: list[Any]) -> None:
    """Compare everything an expectation says; and what is written is read as the same."""
    assert len(document.cues) == len(wanted), path.name
    for cue, one in zip(document.cues, wanted, strict=True):
        for field in one:
            found = cue.region if field == "region" else value(document, cue, field)
            assert found == one[field], f"{path.name} {field}"
    text = vtt.serialize(document)
    again = vtt.parse(text)
    assert again == document, path.name
    assert vtt.serialize(again) == text


def test_the_cue_texts_of_web_platform_tests() -> None:
    n = 0
    for path in sorted(shared("vtt-suite/wpt-cue-text").glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            assert plain(vtt.cue_tree(case["cue_text"])) == case["tree"], f"{path.name} {case['text']!r}"
            assert vtt.plain_text(case["cue_text"]) == case["plain"], f"{path.name} {case['text']!r}"
            n += 1
    assert n == N_TREES


def plain(tree: Any) -> list[Any]:
    """Turn a tree into the suite's plain values."""
    made: list[Any] = []
    for part in tree:
        if isinstance(part, str):
            made.append(part)
        elif part.time_ms is not None:
            made.append({"timestamp_ms": part.time_ms})
        else:
            node: dict[str, Any] = {"tag": part.tag}
            if part.classes:
                node["classes"] = part.classes
            if part.voice or part.tag == "v":
                node["voice"] = part.voice
            if part.lang or part.tag == "lang":
                node["lang"] = part.lang
            made.append({**node, "children": plain(part.children)})
    return made

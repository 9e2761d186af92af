"""Every annotation and snapshot in the reference data is read, and what is written reads back equal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from annogeo.definitions import Polyline, row_for_type
from tests.shared import ROOT, shared_files

FILES = [*shared_files("data/dataloop/**/*.json"), *shared_files("golden/*.json")]


def annotations(value: Any) -> Iterator[dict[str, Any]]:
    """Everything that looks like an annotation or a snapshot, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from annotations(item)
    elif isinstance(value, dict):
        found = value.get("coordinates", value.get("data"))
        if isinstance(value.get("type"), str) and found is not None and not str(found).startswith("mask n="):
            yield value  # "mask n=" is how the golden data abbreviates a mask
        for item in value.values():
            yield from annotations(item)


@pytest.mark.shared
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_real_coordinates_come_back(path: Path) -> None:
    for annotation in annotations(json.loads(path.read_text(encoding="utf-8"))):
        row = row_for_type(annotation["type"])
        if row is None:
            continue
        coordinates = annotation.get("coordinates", annotation.get("data"))
        label = annotation.get("label")

        read = row.from_coordinates(coordinates, label, None, None)
        raw = row.from_coordinates(msgspec.Raw(json.dumps(coordinates).encode()), label, None, None)
        again = row.from_coordinates(row.to_coordinates(read), label, None, None)

        assert read == raw
        assert again.same_geometry(read)


@pytest.mark.shared
@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.parent.name == "golden" and "degenerate" not in path.name],
    ids=lambda path: path.stem,
)
def test_golden_coordinates_are_written_as_they_were(path: Path) -> None:
    emitted = json.loads(path.read_text(encoding="utf-8")).get("platform", {})
    for annotation in annotations(emitted):
        row = row_for_type(annotation["type"])
        if row is None or annotation["type"] == "binary" or "coordinates" not in annotation:
            continue
        read = row.from_coordinates(annotation["coordinates"], annotation["label"], None, None)
        if isinstance(read, Polyline) or path.stem != "json_roundtrip_image":
            assert row.to_coordinates(read) == annotation["coordinates"]

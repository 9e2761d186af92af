"""What goes in comes out: real documents of the platform and everything the seed SDK wrote, in every spelling."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annogeo.codecs.platform import dumps
from annogeo.model import AnnotationCollection
from tests.shared import shared_files

from_json = AnnotationCollection.from_json


def _is_document(value: Any) -> bool:
    entries = value.get("annotations") if isinstance(value, dict) else value
    return isinstance(entries, list) and all(isinstance(e, dict) and "type" in e for e in entries)


def _real() -> Iterator[Any]:
    for path in shared_files("data/dataloop/**/*.json"):
        text = path.read_text(encoding="utf-8")
        if "bbox" not in text[:4000] and _is_document(json.loads(text)):
            yield pytest.param(text, id=_name(path))


def _golden() -> Iterator[Any]:
    for path in shared_files("golden/*.json"):
        scene = json.loads(path.read_text(encoding="utf-8"))
        for key in ("platform", "input_json", "platform_after_access"):
            if scene.get(key) is not None:
                yield pytest.param(json.dumps(scene[key]), id=f"{path.stem}-{key}")


def _name(path: Path) -> str:
    return "-".join(path.parts[-2:])


DOCUMENTS = [*_real(), *_golden()]


def _look_at_everything(collection: AnnotationCollection) -> None:
    assert not collection.problems
    for annotation in collection:
        for name in (
            "id label type attributes description geo left top right bottom bounds coordinates object_id status "
            "parent_id automated item_id dataset_id created_at frames start_time end_frame fps platform_dict "
            "label_suggestions json_path problems"
        ).split():
            getattr(annotation, name)
        frames = annotation.frames
        if annotation.is_video:
            assert annotation.set_frame(frames.end)
            assert annotation.at_frame(frames.start) is not None
            assert annotation.label is not None
    collection.at_frame(1).print(to_return=True)


@pytest.mark.shared
@pytest.mark.parametrize("text", DOCUMENTS)
def test_document_round_trips(text: str) -> None:
    expected = json.loads(text)
    for given in (text, text.encode(), copy.deepcopy(expected)):
        collection = from_json(given)
        assert _comparable(collection.to_json(), expected) == expected

        _look_at_everything(collection)

        assert _comparable(collection.to_json(), expected) == expected
        assert _comparable(json.loads(dumps(collection)), expected) == expected


@pytest.mark.shared
@pytest.mark.parametrize("text", DOCUMENTS)
def test_metadata_that_was_only_read_is_written_as_it_was(text: str) -> None:
    expected = json.loads(text)
    collection = from_json(text)

    for annotation in collection:
        assert isinstance(annotation.metadata, dict)

    assert _comparable(collection.to_json(), expected) == expected


def _comparable(document: dict[str, Any], expected: Any) -> Any:
    if isinstance(expected, list):
        assert list(document) == ["_id", "filename", "annotations"]
        return document["annotations"]
    assert list(document) == list(expected)
    return document


def test_unknown_keys_survive_everywhere_in_their_order() -> None:
    entry = {
        "zz": [1, {"a": None}],
        "type": "ellipse",
        "label": "a",
        "coordinates": {"rx": 2, "ry": 1, "angle": 0, "center": {"y": 1, "x": 1, "w": 9}, "new": True},
        "metadata": {"system": {"later": {"b": 1}}, "other": 3},
    }
    document = {"new": 1, "annotations": [entry], "newer": {"k": [2]}}

    written = from_json(json.dumps(document)).to_json()

    assert json.dumps(written) == json.dumps(document)


def test_document_of_a_list_gets_id_and_filename() -> None:
    assert from_json([]).to_json() == {"_id": None, "filename": None, "annotations": []}


def test_list_order_is_kept_a19() -> None:
    entries = [{"type": "class", "label": label, "metadata": {"system": {}}} for label in "zam"]

    assert [annotation.label for annotation in from_json(entries)] == ["z", "a", "m"]
    assert [annotation.label for annotation in from_json(entries, is_video=True)] == ["z", "a", "m"]

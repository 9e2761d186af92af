"""One bad annotation never loses the others: it stays, is not drawn, comes back, and is listed once."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from annogeo.definitions import Box, UndefinedAnnotationType
from annogeo.errors import InputError, Problem
from annogeo.model import Annotation, AnnotationCollection
from tests.platform.entries import box, snapshot, video_box

from_json = AnnotationCollection.from_json

BAD: list[tuple[Any, str]] = [
    (7, ""),
    (None, ""),
    ("text", ""),
    ([1, 2], ""),
    (True, ""),
    ({}, ".type"),
    ({"label": "car"}, ".type"),
    ({"type": 5, "label": "car"}, ".type"),
    ({"type": None}, ".type"),
    ({"type": "box", "label": "car"}, ".coordinates"),
    (box(coordinates=None), ".coordinates"),
    (box(coordinates=[]), ".coordinates"),
    (box(coordinates=[{"x": "a", "y": 1}, {"x": 1, "y": 1}]), ".coordinates[0].x"),
    (box(coordinates=[{"x": 1}, {"x": 1, "y": 1}]), ".coordinates[0]"),
    (box(label=5), ".label"),
    ({"type": "segment", "label": "a", "coordinates": [[{"x": 1, "y": 2}, {"y": 2}]]}, ".coordinates[0][1]"),
    ({"type": "binary", "label": "a", "coordinates": 5}, ".coordinates"),
    ({"type": "ellipse", "label": "a", "coordinates": {}}, ".coordinates"),
    (video_box(5), ".metadata.system.snapshots_[0]"),
    (video_box({**snapshot(4, 0), "frame": "x"}), ".metadata.system.snapshots_[0].frame"),
    (video_box(snapshot(4, 0, data=[])), ".metadata.system.snapshots_[0].data"),
    (video_box(snapshot(4, 0), {**snapshot(5, 0), "data": None}), ".metadata.system.snapshots_[1].data"),
]
IDS = [f"{k}{path}" for k, (_, path) in enumerate(BAD)]


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize(("entry", "path"), BAD, ids=IDS)
def test_bad_entry_stays_and_is_one_problem(entry: Any, path: str, as_text: bool) -> None:
    document = {"annotations": [box(), entry, box(label="dog")]}
    expected = copy.deepcopy(document)

    collection = from_json(json.dumps(document) if as_text else document)

    (problem,) = collection.problems
    assert problem.severity == "error"
    assert problem.json_path == f"$.annotations[1]{path}"
    assert collection.problems == [problem]
    assert collection.to_json() == expected
    assert document == expected
    assert [len(collection), collection[0].label, collection[2].label] == [3, "car", "dog"]


@pytest.mark.parametrize(("entry", "path"), BAD, ids=IDS)
def test_strict_raises_at_the_first_bad_entry(entry: Any, path: str) -> None:
    with pytest.raises(InputError) as raised:
        from_json([box(), entry, 9], strict=True)

    assert raised.value.json_path == f"$[1]{path}"


def test_strict_takes_a_good_document() -> None:
    assert len(from_json([box(), {"type": "weird", "label": "a"}], strict=True)) == 2


def test_strict_reads_masks_too() -> None:
    bad = {"type": "binary", "label": "a", "coordinates": "data:image/png;base64,AAAA", "id": "m1"}

    assert from_json([bad])[0].type == "binary"
    with pytest.raises(InputError) as raised:
        from_json([bad], strict=True)

    assert (raised.value.json_path or "").startswith("$[0].coordinates")
    assert raised.value.annotation_id == "m1"


@pytest.mark.parametrize("entry", [7, None, "text", [1, 2]])
def test_entry_that_is_no_object_is_kept_raw(entry: Any) -> None:
    (annotation,) = from_json([entry])

    assert annotation.to_json() == entry
    assert annotation.type == ""
    assert isinstance(annotation.annotation_definition, UndefinedAnnotationType)
    assert annotation.id is None
    with pytest.raises(InputError, match="no annotation and cannot be changed"):
        annotation.label = "car"
    with pytest.raises(InputError, match="cannot be changed"):
        annotation.creator = "me"
    with pytest.raises(InputError, match="cannot be changed"):
        annotation.object_id = 3


def test_bad_entry_is_of_its_type_and_has_its_coordinates() -> None:
    coordinates = [{"x": "a", "y": 1}]

    (annotation,) = from_json([box(coordinates=coordinates, id="b7")])

    assert annotation.type == "box"
    assert annotation.annotation_definition.coordinates == coordinates
    assert annotation.problems[0].annotation_id == "b7"


def test_label_of_a_bad_entry_can_be_changed() -> None:
    entry = box(coordinates=[{"x": "a"}])
    (annotation,) = from_json([entry])

    annotation.label = "dog"

    assert annotation.to_json() == {**entry, "label": "dog"}


def test_bad_entry_can_be_repaired() -> None:
    (annotation,) = from_json([box(coordinates=[])])

    annotation.annotation_definition = Box(0, 0, 4, 3, "car")

    assert annotation.problems == []
    assert annotation.to_json() == box(0.0, 0.0, 4.0, 3.0)


def test_unknown_type_is_no_problem() -> None:
    entry = {"type": "polyline_3d", "label": "lane", "coordinates": {"pts": [1, 2]}}

    (annotation,) = from_json([entry], strict=True)

    assert annotation.problems == []
    assert annotation.annotation_definition == UndefinedAnnotationType("polyline_3d", "lane", {"pts": [1, 2]})
    assert annotation.to_json() == entry


def test_type_alone_is_enough() -> None:
    (annotation,) = from_json([{"type": "class"}], strict=True)

    assert (annotation.label, annotation.creator, annotation.metadata) == ("", None, {})


def test_minimal_entry_without_creator_and_dates_is_read() -> None:
    entry = {"type": "point", "label": "a", "coordinates": {"x": 1, "y": 2}, "metadata": {}}

    (annotation,) = from_json([entry], strict=True)

    assert annotation.x == 1
    assert annotation.to_json() == entry


def test_null_label_loads_sorts_and_is_written_as_null() -> None:
    entries = [box(label=None), box(label="a")]

    collection = from_json(entries, strict=True)

    assert sorted(annotation.label for annotation in collection) == ["", "a"]
    assert collection.to_json()["annotations"] == entries


@pytest.mark.parametrize(
    "metadata", [5, None, [], {"system": None}, {"system": [1]}, {"system": {"attributes": 3}}]
)
def test_odd_metadata_is_kept(metadata: Any) -> None:
    entry = box(metadata=metadata)

    (annotation,) = from_json(json.dumps([entry]), strict=True)

    assert annotation.attributes == {}
    assert isinstance(annotation.metadata, dict)
    assert annotation.to_json() == entry


def test_reported_problem_is_located_and_listed_once() -> None:
    collection = from_json({"annotations": [box(id="b1")]})
    error = InputError("expected a PNG, got text", hint="export it again")

    collection[0].report(error)
    collection[0].report(error)
    collection.add_problem(collection[0].problems[0])

    (problem,) = collection.problems
    assert problem.json_path == "$.annotations[0].coordinates"
    assert (problem.annotation_id, problem.hint) == ("b1", "export it again")


def test_added_problem_is_listed_once() -> None:
    collection = AnnotationCollection()
    problem = Problem("warning", "something", json_path="$.x")

    collection.add_problem(problem)
    collection.add_problem(problem)

    assert collection.problems == [problem]


def test_problems_survive_pickle_and_slicing() -> None:
    collection = from_json([box(), 7])
    collection.add_problem(Problem("info", "seen"))

    copied = pickle.loads(pickle.dumps(collection))

    assert copied.problems == collection.problems
    assert len(collection[1:].problems) == 1


def test_single_annotation_is_read_leniently_too() -> None:
    annotation = Annotation.from_json(box(coordinates=[]))

    assert annotation.problems[0].json_path == "$.coordinates"
    assert Annotation.from_json(json.dumps(box()).encode()).label == "car"
    with pytest.raises(InputError, match="expected an annotation as a dict"):
        Annotation.from_json([box()])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected one annotation, got 2"):
        Annotation.from_json("{}, {}")


def test_single_annotation_nested_too_deeply_is_one_error() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]

    with pytest.raises(InputError, match="nested too deeply"):
        Annotation.from_json({"type": "x", "label": "y", "coordinates": nested})

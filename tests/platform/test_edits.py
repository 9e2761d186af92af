"""A change is written where it belongs and touches nothing else."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np
import pytest

from annogeo.codecs.platform import dumps
from annogeo.definitions import Box, Classification, Cube, Ellipse, Point, Polygon
from annogeo.errors import InputError
from annogeo.model import Annotation, AnnotationCollection, AnnotationStatus, Item
from tests.platform.entries import box
from tests.shared import shared

from_json = AnnotationCollection.from_json

FULL = {
    "new": {"a": 1},
    **box(id="b1"),
    "attributes": ["old"],
    "metadata": {
        "user": {"x": 1},
        "system": {
            "snapshots_": [],
            "attributes": {"1": "v"},
            "objectId": "5",
            "later": [1],
            "status": "issue",
        },
    },
    "creator": "u@x",
    "description": "d",
}


def _edited(entry: dict[str, Any] = FULL) -> tuple[Annotation, dict[str, Any]]:
    """An annotation to change, and its JSON to change alike."""
    return from_json(json.dumps([entry]))[0], copy.deepcopy(entry)


def test_label() -> None:
    annotation, expected = _edited()

    annotation.label = "dog"

    assert annotation.to_json() == expected | {"label": "dog"}


def test_set_and_set_back_leaves_everything_as_it_was() -> None:
    annotation, expected = _edited()

    annotation.label = "dog"
    annotation.left = 5
    annotation.label = "car"
    annotation.left = 1

    assert json.dumps(annotation.to_json()) == json.dumps(expected)


def test_attributes_touch_only_their_own_place() -> None:
    annotation, expected = _edited()

    annotation.attributes = {"1": "w", "k": [1]}

    expected["metadata"]["system"]["attributes"] = {"1": "w", "k": [1]}
    assert annotation.to_json() == expected


def test_attributes_of_version_1_are_read_where_there_are_no_others_and_kept() -> None:
    entry = box(attributes={"colour": "red"})
    annotation, expected = _edited(entry)
    assert annotation.attributes == {"colour": "red"}

    annotation.attributes = {"colour": "blue"}

    expected["metadata"]["system"]["attributes"] = {"colour": "blue"}
    assert annotation.to_json() == expected
    assert from_json([annotation.to_json()])[0].attributes == {"colour": "blue"}


def test_attributes_in_place_are_refused_with_a_hint() -> None:
    annotation, _ = _edited()

    with pytest.raises(InputError, match=r"annotation\.attributes"):
        annotation.attributes["1"] = "w"
    with pytest.raises(InputError, match="attributes"):
        annotation.attributes = ["w"]


def test_geometry_touches_coordinates_only() -> None:
    annotation, expected = _edited()

    annotation.left = 0

    expected["coordinates"][0] = {"x": 0.0, "y": 2.0, "z": 0}
    expected["coordinates"][1] = {"x": 11.0, "y": 12.0, "z": 0}
    assert annotation.to_json() == expected
    assert annotation.annotation_definition == Box(0, 2, 11, 12, "car", {"1": "v"}, "d")


def test_box_moved_is_drawn_where_it_is_written_a11() -> None:
    annotation = Annotation.new(annotation_definition=Box(10, 10, 20, 20, "car"))

    annotation.left = 0

    assert annotation.to_json()["coordinates"][0]["x"] == 0
    assert annotation.annotation_definition.bounds.tolist() == [0, 10, 20, 20]


def test_unknown_keys_of_coordinates_survive_an_edit() -> None:
    coordinates = {"angle": 0, "center": {"x": 1, "y": 1, "id": 7}, "rx": 2, "ry": 1, "later": True}
    entry = {"type": "ellipse", "label": "a", "coordinates": coordinates}
    annotation, expected = _edited(entry)

    annotation.change_definition(rx=4)

    expected["coordinates"]["rx"] = 4.0
    written = annotation.to_json()
    assert written == expected | {"coordinates": {**written["coordinates"], "later": True}}
    assert written["coordinates"]["center"] == {"x": 1.0, "y": 1.0, "id": 7, "z": 0}
    assert annotation.coordinates == written["coordinates"]


def test_description_none_is_written_as_an_empty_one() -> None:
    annotation, expected = _edited()

    annotation.description = None

    assert annotation.description == ""
    assert annotation.to_json() == expected | {"description": ""}


def test_status_and_clear() -> None:
    annotation, expected = _edited()

    annotation.status = AnnotationStatus.APPROVED
    assert annotation.to_json()["metadata"]["system"]["status"] == "approved"
    annotation.status = "clear"

    expected["metadata"]["system"]["status"] = None
    assert annotation.to_json() == expected
    assert annotation.status is None
    with pytest.raises(InputError, match="status"):
        annotation.status = 5


def test_clearing_a_status_that_is_not_there_writes_null() -> None:
    annotation, _ = _edited(box())

    annotation.status = AnnotationStatus.CLEAR

    assert annotation.to_json()["metadata"] == {"system": {"status": None}}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("id", "id"),
        ("url", "url"),
        ("creator", "creator"),
        ("created_at", "createdAt"),
        ("updated_by", "updatedBy"),
        ("updated_at", "updatedAt"),
        ("source", "source"),
        ("hash", "hash"),
        ("item_url", "item"),
        ("item_id", "itemId"),
        ("dataset_url", "dataset"),
        ("dataset_id", "datasetId"),
    ],
)
def test_envelope_field(name: str, key: str) -> None:
    annotation, expected = _edited()

    setattr(annotation, name, "new")

    assert getattr(annotation, name) == "new"
    assert annotation.to_json() == expected | {key: "new"}


def test_id_keeps_its_spelling() -> None:
    annotation, expected = _edited({"_id": "a", **box()})

    annotation.id = "b"

    assert annotation.to_json() == expected | {"_id": "b"}


@pytest.mark.parametrize(
    ("name", "key", "value"), [("automated", "automated", True), ("parent_id", "parentId", "p")]
)
def test_system_field(name: str, key: str, value: Any) -> None:
    annotation, expected = _edited()

    setattr(annotation, name, value)

    expected["metadata"]["system"][key] = value
    assert annotation.to_json() == expected


@pytest.mark.parametrize(("given", "written"), [(3, "3"), ("12", "12")])
def test_object_id_is_a_string(given: Any, written: str) -> None:
    annotation, expected = _edited()

    annotation.object_id = given

    expected["metadata"]["system"]["objectId"] = written
    assert annotation.object_id == written
    assert annotation.to_json() == expected


@pytest.mark.parametrize("given", ["a", "", -1, 1.5, True, "1.5"])
def test_object_id_that_is_no_number_is_refused(given: Any) -> None:
    annotation, _ = _edited()

    with pytest.raises(InputError, match="object_id"):
        annotation.object_id = given


def test_object_id_of_a_document_is_shown_as_a_string_and_kept() -> None:
    entry = box(metadata={"system": {"objectId": 7}})

    annotation, expected = _edited(entry)

    assert annotation.object_id == "7"
    assert annotation.to_json() == expected


def test_metadata_edited_in_place_is_written() -> None:
    annotation, expected = _edited()

    annotation.metadata["user"]["x"] = 2
    annotation.metadata["system"]["objectId"] = "8"

    expected["metadata"]["user"]["x"] = 2
    expected["metadata"]["system"]["objectId"] = "8"
    assert annotation.object_id == "8"
    assert annotation.to_json() == expected


def test_written_json_is_not_shared() -> None:
    given = copy.deepcopy(FULL)
    collection = from_json([given])
    given["metadata"]["system"]["attributes"]["1"] = "changed by the caller"

    written = collection.to_json()
    written["annotations"][0]["metadata"]["system"]["attributes"]["1"] = "changed by the reader"
    collection[0].coordinates[0]["x"] = 99

    assert collection.to_json()["annotations"] == [FULL]
    assert collection[0].attributes == {"1": "v"}


def test_definition_of_another_type_replaces_type_and_coordinates() -> None:
    annotation, expected = _edited()

    annotation.annotation_definition = Ellipse(5, 5, 2, 1, 0, "car", {"1": "v"}, "d")

    ellipse = {"angle": 0.0, "center": {"x": 5.0, "y": 5.0, "z": 0}, "rx": 2.0, "ry": 1.0}
    assert annotation.to_json() == expected | {"type": "ellipse", "coordinates": ellipse}


def test_definition_without_coordinates_takes_them_away() -> None:
    annotation, expected = _edited()

    annotation.annotation_definition = Classification("car", {"1": "v"}, "d")

    del expected["coordinates"]
    assert annotation.to_json() == expected | {"type": "class"}


def test_coordinates_can_be_set_as_json() -> None:
    annotation, _ = _edited({"type": "point", "label": "a", "coordinates": {"x": 1, "y": 2, "z": 0}})

    annotation.coordinates = {"x": 5, "y": 6}

    assert annotation.annotation_definition == Point(5, 6, "a")
    with pytest.raises(InputError, match="expected a number"):
        annotation.coordinates = {"x": "5", "y": 6}


def test_unchanged_order_ints_and_z_are_written_back() -> None:
    entry = box(coordinates=[{"x": 40, "y": 30, "z": 0}, {"x": 10, "y": 5, "z": 3}, 25])
    annotation, expected = _edited(entry)

    annotation.label = "dog"

    assert annotation.left == 10
    assert json.dumps(annotation.to_json()) == json.dumps(expected | {"label": "dog"})


@pytest.mark.shared
def test_changing_the_label_of_a_mask_keeps_its_bytes() -> None:
    content = shared("data/dataloop/docs_hamster/hamster.json").read_bytes()
    expected = json.loads(content)
    collection = from_json(content)
    assert collection[0].annotation_definition.area > 0

    collection[0].label = "hair"

    expected["annotations"][0]["label"] = "hair"
    assert collection.to_json() == expected
    assert json.loads(dumps(collection)) == expected


def test_dumps_copies_what_nobody_touched() -> None:
    content = b'[ {"type": "class",  "label": "a", "n": 1.50}, {"type": "class", "label": "b"} ]'
    collection = from_json(content)

    collection[1].label = "c"

    assert b'{"type": "class",  "label": "a", "n": 1.50}' in dumps(collection)
    assert json.loads(dumps(collection)) == collection.to_json()


def test_item_given_fills_in_what_the_document_does_not_say() -> None:
    item = Item("/a.png", id="i1")

    assert list(from_json({"annotations": []}, item).to_json().items())[:2] == [
        ("_id", "i1"),
        ("filename", "/a.png"),
    ]
    assert from_json({"id": "j", "filename": "/b.png", "annotations": []}, item).to_json() == {
        "id": "j",
        "filename": "/b.png",
        "annotations": [],
    }


def test_added_to_a_document_is_written_at_its_end() -> None:
    collection = from_json({"annotations": [box()], "metadata": {"k": 1}})

    collection.add(Classification("day"))

    written = collection.to_json()
    assert [entry["type"] for entry in written["annotations"]] == ["box", "class"]
    assert written["metadata"] == {"k": 1}


@pytest.mark.parametrize("source", [json.dumps, copy.deepcopy], ids=["text", "values"])
def test_true_in_place_of_1_is_a_change(source: Any) -> None:
    entry = box(metadata={"system": {"attributes": {"on": 1}}})
    annotation = from_json(source([entry]))[0]

    annotation.attributes = {"on": True}

    assert annotation.to_json()["metadata"]["system"]["attributes"]["on"] is True


def test_moving_one_edge_leaves_the_other_numbers_and_z() -> None:
    corners = [{"x": 1, "y": 2, "z": 7}, {"x": 11, "y": 12, "z": 8, "id": "p"}, 30]
    annotation, _ = _edited({**FULL, "coordinates": corners})

    annotation.left = 0.5

    changed = [{"x": 0.5, "y": 2, "z": 7}, corners[1], 30]
    assert json.dumps(annotation.to_json()["coordinates"]) == json.dumps(changed)


def test_moving_one_point_leaves_the_others_as_they_were() -> None:
    ring = [{"x": 0, "y": 0, "z": 3}, {"x": 9, "y": 0}, {"x": 9, "y": 9}]
    annotation = from_json(json.dumps([box(type="segment", coordinates=[ring])]))[0]

    annotation.geo = [[0, 0], [9, 0], [9, 8.5]]

    assert json.dumps(annotation.coordinates) == json.dumps([[*ring[:2], {"x": 9, "y": 8.5}]])


def test_z_of_a_cuboid_in_space_is_a_value_like_the_others() -> None:
    parts = {name: {"x": 1, "y": 2, "z": 3} for name in ("position", "scale", "rotation")}
    annotation = from_json(json.dumps([box(type="cube_3d", coordinates=parts)]))[0]

    annotation.annotation_definition = annotation.annotation_definition.replace(scale=(1, 2, 5))

    assert annotation.coordinates == parts | {"scale": {"x": 1, "y": 2, "z": 5}}


@pytest.mark.parametrize("kind", ["comparison", "polyline_3d"])
def test_free_coordinates_are_replaced_as_a_whole(kind: str) -> None:
    annotation = from_json(json.dumps([box(type=kind, coordinates={"a": [1, 2]})]))[0]

    annotation.coordinates = {"b": [3, 4]}

    assert annotation.to_json()["coordinates"] == {"b": [3, 4]}


@pytest.mark.parametrize(
    ("definition", "geo"),
    [
        (Box(0, 0, 1, 1, "car", angle=30), [[2, 3], [4, 5]]),
        (Point(0, 0, "nose"), [4, 5]),
        (Ellipse(0, 0, 1, 1, 0, "wheel"), [[1, 2], [3, 4], [90, math.pi / 2]]),
        (Polygon([[0, 0], [1, 0], [1, 1]], "roof"), [[0, 0], [4, 0], [4, 4]]),
        (Cube.from_boxes_and_angle(0, 0, 1, 1, 2, 2, 3, 3, "crate"), np.arange(16.0).reshape(8, 2)),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_geo_of_every_shape_can_be_set(definition: Any, geo: Any) -> None:
    annotation = Annotation.new(annotation_definition=definition)

    annotation.geo = geo

    assert np.array_equal(annotation.geo, geo)
    assert annotation.label == definition.label


def test_geo_of_a_type_without_any_says_so() -> None:
    annotation = Annotation.new(annotation_definition=Classification("day"))

    with pytest.raises(
        InputError, match="Classification is not made of coordinates; its arguments are label"
    ):
        annotation.geo = [[1, 2]]


def test_label_suggestions_refuse_changes_that_would_be_lost() -> None:
    annotation: Any = _edited({**FULL, "labelSuggestions": ["a"]})[0]

    with pytest.raises(InputError, match="assign a whole new one"):
        annotation.label_suggestions.append("b")

"""The rows of the reference's list of defects that concern definitions, each got right here."""

from __future__ import annotations

import numpy as np
import pytest

from annogeo.definitions import (
    Box,
    Cube,
    Description,
    FreeText,
    Gis,
    Note,
    Point,
    Polygon,
    Subtitle,
    Text,
    row_for_type,
)
from annogeo.definitions.frozen import ReadOnlyError

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])


def test_defect_a5_a_rotated_box_has_turned_bounds() -> None:
    upright, turned = Box(10, 10, 40, 20, "car"), Box(10, 10, 40, 20, "car", angle=45)

    assert not np.array_equal(turned.bounds, upright.bounds)
    assert not np.array_equal(turned.corners, upright.corners)


def test_defect_a6_polygon_holes_and_parts_are_read_and_written() -> None:
    row = row_for_type("segment")
    assert row is not None
    coordinates = [[{"x": x, "y": y} for x, y in ring.tolist()] for ring in (SQUARE, SQUARE / 5 + 2)]

    polygon = row.from_coordinates(coordinates, "car", None, None)

    assert polygon.area == 96
    assert row.to_coordinates(polygon) == coordinates


def test_defect_a10_point_extents() -> None:
    point = Point(11, 22, "p")

    assert (point.left, point.top, point.right, point.bottom) == (11, 22, 11, 22)
    assert (point.width, point.height) == (0, 0)


def test_defect_a10_cube_bounds() -> None:
    cube = Cube.from_boxes_and_angle(10, 15, 35, 40, 20, 5, 45, 30, "crate")

    assert (cube.left, cube.top, cube.right, cube.bottom) == (10, 5, 45, 40)


def test_defect_a11_moving_a_box_moves_its_drawing() -> None:
    moved = Box(10, 10, 20, 20, "car").replace(left=0)

    assert moved.corners[0].tolist() == [0, 10]


def test_defect_a12_attributes_can_not_be_shared_and_changed() -> None:
    box = Box(0, 0, 1, 1, "car", {"a": 1})

    with pytest.raises(ReadOnlyError):
        box.replace(left=-1).attributes["a"] = 2


def test_defect_a25_note_leaves_the_callers_messages_alone() -> None:
    messages = ["too wide"]

    Note(0, 0, 1, 1, "n", messages=messages)

    assert messages == ["too wide"]


def test_defect_b_polygon_from_a_list_of_lists_has_extents() -> None:
    assert Polygon([[1, 2], [5, 2], [5, 9]], "car").left == 1


def test_defect_b_non_finite_coordinates_are_an_error() -> None:
    with pytest.raises(ValueError, match="finite"):
        Polygon([[1, 2], [5, float("nan")], [5, 9]], "car")


@pytest.mark.parametrize("angle", [None, "missing"])
def test_defect_b_cube_json_without_angle_is_read(angle: str | None) -> None:
    row = row_for_type("cube")
    assert row is not None
    cube = Cube.from_boxes_and_angle(10, 15, 35, 40, 20, 5, 45, 30, "crate")
    coordinates = row.to_coordinates(cube) | {"angle": None}
    if angle == "missing":
        del coordinates["angle"]

    assert row.from_coordinates(coordinates, "crate", None, None) == cube


def test_defect_b_text_without_a_place_has_an_extent() -> None:
    mark = Text("block", 0, 2, "car")

    assert (mark.width, mark.height) == (0, 0)


@pytest.mark.parametrize(
    "definition", [Subtitle("a", "b"), Description("a"), Gis("point", [1, 2]), FreeText("a")]
)
def test_defect_b_every_type_has_show(definition: object) -> None:
    assert callable(getattr(definition, "show", None))

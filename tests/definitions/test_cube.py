from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from annogeo.definitions import Cube, Cube3d, row_for_type
from annogeo.errors import InputError
from tests.shared import shared

ROW = row_for_type("cube")
assert ROW is not None

PLAIN = [(10, 15), (35, 15), (35, 40), (10, 40), (20, 5), (45, 5), (45, 30), (20, 30)]


def cube(points: Any = PLAIN, **kwargs: Any) -> Cube:
    return Cube("crate", *points, **kwargs)


@pytest.mark.parametrize(
    "convert", [list, tuple, np.array, lambda p: [*p, 7], lambda p: {"x": p[0], "y": p[1], "z": 0}]
)
def test_corners_are_taken_in_any_spelling(convert: Any) -> None:
    assert cube([convert(point) for point in PLAIN]) == cube()


def test_geo_is_front_then_back() -> None:
    assert cube().geo.tolist() == [list(point) for point in PLAIN]
    assert cube().x.tolist() == [point[0] for point in PLAIN]


@pytest.mark.parametrize(
    ("to", "angle"),
    [((5, 0), 0), ((0, 5), 90), ((-5, 0), 180), ((0, -5), 270), ((5, 5), 45), ((0, 0), 0), ((5, -5), 315)],
)
def test_a_missing_angle_is_the_direction_of_the_fronts_top_edge(to: Any, angle: float) -> None:
    points = [(0, 0), to, *PLAIN[2:]]

    assert cube(points).angle == pytest.approx(angle)


def test_a_given_angle_is_stored_as_it_is() -> None:
    assert cube(angle=-400).angle == -400


def test_a_computed_angle_follows_moved_corners() -> None:
    assert cube().replace(front_tr=(10, 60)).angle == 90


def test_a_given_angle_stays_when_corners_move() -> None:
    assert cube(angle=7).replace(front_tr=(10, 60)).angle == 7


def test_dataclasses_replace_works_on_corners() -> None:
    assert dataclasses.replace(cube(), back_br=(0, 0)).back_br.tolist() == [0, 0]


def test_boxes_turn_each_about_its_own_centre() -> None:
    made = Cube.from_boxes_and_angle(0, 0, 4, 2, 10, 0, 14, 2, "crate", 90)

    assert made.front_tl.tolist() == [3, -1]
    assert made.back_tl.tolist() == [13, -1]
    assert made.angle == 90


def test_boxes_without_angle_are_taken_as_they_are() -> None:
    made = Cube.from_boxes_and_angle(10, 15, 35, 40, 20, 5, 45, 30, "crate")

    assert made == cube(angle=0)


def test_boxes_and_angle_agree_with_the_reference() -> None:
    scene = json.loads(shared("golden/cube_angle.json").read_text())
    expected = scene["platform"]["annotations"][0]["coordinates"]
    front, back = (8, 14, 32, 40), (18, 4, 42, 30)
    x = [corner["x"] for corner in expected.values() if isinstance(corner, dict)]

    made = ROW.to_coordinates(ROW.from_coordinates(expected, "car", None, None))

    assert made == expected
    assert len(x) == len(front) + len(back)


def test_area_is_the_union_of_the_faces() -> None:
    assert cube().area == pytest.approx(25 * 25 + 10 * 25 + 10 * 25)


def test_the_polygon_is_the_silhouette() -> None:
    outline = cube().to_polygon()

    assert len(outline.rings) == 1
    assert outline.bounds.tolist() == [10, 5, 45, 40]


def test_json_without_angle_is_read() -> None:
    written = ROW.to_coordinates(cube())
    del written["angle"]

    assert ROW.from_coordinates(written, "crate", None, None) == cube()


@pytest.mark.parametrize(
    ("corner", "message"),
    [
        (None, "back_bl: expected 2 numbers, got None"),
        ((1,), "back_bl: expected 2 numbers, got 1"),
        ((1, 2, 3, 4), "back_bl: expected 2 numbers, got 4"),
        ((1, "2"), "back_bl.y: expected a number, got '2'"),
        ({"x": 1}, "back_bl: expected the keys x, y, got"),
        ((1, float("nan")), "back_bl.y: expected a finite number"),
    ],
)
def test_wrong_corners_are_named(corner: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        cube([*PLAIN[:7], corner])


def test_a_cube_in_space_reads_its_vectors_by_key() -> None:
    row = row_for_type("cube_3d")
    assert row is not None
    shuffled = {
        "rotation": {"z": 0.3, "y": 0.2, "x": 0.1},
        "scale": {"y": 5, "x": 4, "z": 6},
        "position": {"z": 3, "x": 1, "y": 2},
    }

    read = row.from_coordinates(shuffled, "car", None, None)

    assert read == Cube3d("car", (1, 2, 3), (4, 5, 6), (0.1, 0.2, 0.3))
    assert read.geo.tolist() == [[1, 2, 3], [4, 5, 6], [0.1, 0.2, 0.3]]

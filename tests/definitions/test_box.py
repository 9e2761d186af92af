from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from annogeo.definitions import Box, Note, row_for_type
from annogeo.errors import InputError
from tests import strategies

ROW = row_for_type("box")
assert ROW is not None


def test_edges_are_ordered_whatever_the_input_order() -> None:
    box = Box(40, 30, 10, 5, "car")

    assert (box.left, box.top, box.right, box.bottom) == (10.0, 5.0, 40.0, 30.0)


def test_width_and_height_are_exact() -> None:
    box = Box(10.5, 5.25, 40, 30, "car")

    assert (box.width, box.height) == (29.5, 24.75)


def test_geo_x_and_y_are_the_two_corners() -> None:
    box = Box(10, 5, 40, 30, "car")

    assert box.geo.tolist() == [[10, 5], [40, 30]]
    assert box.x.tolist() == [10, 40]
    assert box.y.tolist() == [5, 30]


def test_edges_of_a_rotated_box_stay_while_bounds_turn() -> None:
    box = Box(0, 0, 4, 2, "car", angle=90)

    assert (box.left, box.top, box.right, box.bottom) == (0, 0, 4, 2)
    assert box.bounds.tolist() == [1, -1, 3, 3]


def test_corners_turn_clockwise_on_screen_about_the_centre() -> None:
    corners = Box(0, 0, 4, 2, "car", angle=90).corners

    assert corners.tolist() == [[3, -1], [3, 3], [1, 3], [1, -1]]  # tl, tr, br, bl


def test_corners_follow_the_stated_formula_at_any_angle() -> None:
    box = Box(10, 5, 40, 30, "car", angle=30)
    a = math.radians(30)
    dx, dy = -15.0, -12.5

    expected = [25 + math.cos(a) * dx - math.sin(a) * dy, 17.5 + math.sin(a) * dx + math.cos(a) * dy]

    np.testing.assert_allclose(box.corners[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("angle", [None, 0, 360, -720])
def test_an_angle_that_turns_nothing_leaves_bounds_exact(angle: float | None) -> None:
    assert Box(0.1, 0.2, 0.3, 0.7, "car", angle=angle).bounds.tolist() == [0.1, 0.2, 0.3, 0.7]


def test_four_points_keep_the_seeds_order() -> None:
    assert Box(0, 0, 4, 2, "car").four_points.tolist() == [[0, 0], [0, 2], [4, 2], [4, 0]]


def test_other_spellings_of_a_box() -> None:
    box = Box(10, 5, 40, 30, "car")

    assert box.xyxy.tolist() == [10, 5, 40, 30]
    assert box.xywh.tolist() == [10, 5, 30, 25]
    assert box.cxcywh.tolist() == [25, 17.5, 30, 25]


def test_constructors_from_other_spellings() -> None:
    box = Box(10, 5, 40, 30, "car", {"a": 1})

    assert Box.from_xywh(10, 5, 30, 25, "car", {"a": 1}) == box
    assert Box.from_cxcywh(25, 17.5, 30, 25, "car", {"a": 1}) == box
    assert Box.from_cxcywha(25, 17.5, 30, 25, 40, "car", {"a": 1}) == box.replace(angle=40)


@pytest.mark.parametrize("value", [np.float32(3), np.int64(3), np.array(3.0), Fraction(3), 3])
def test_numbers_of_any_kind_are_taken(value: Any) -> None:
    assert Box(value, 0, 10, 10, "car").left == 3.0


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "left: expected a number, got None"),
        ("3", r"left: expected a number, got '3' \(str\)"),
        (True, r"left: expected a number, got True \(bool\)"),
        (np.bool_(True), "left: expected a number"),
        (math.nan, "left: expected a finite number, got nan"),
        (math.inf, "left: expected a finite number, got inf"),
        (10**400, "left: expected a number that fits a float"),
        ([1], r"left: expected a number, got \[1\] \(list\)"),
        (1j, "left: expected a number"),
    ],
)
def test_what_is_no_number_is_refused(value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Box(value, 0, 10, 10, "car")


def test_a_missing_edge_is_named() -> None:
    with pytest.raises(InputError, match="bottom: expected a number, got None"):
        Box(1, 2, 3)


def test_a_label_may_be_left_out() -> None:
    assert Box(0, 0, 1, 1).label == ""


def test_writes_the_platforms_form() -> None:
    assert ROW.to_coordinates(Box(10, 5, 40, 30, "car")) == [
        {"x": 10.0, "y": 5.0, "z": 0},
        {"x": 40.0, "y": 30.0, "z": 0},
    ]


@pytest.mark.parametrize(("angle", "tail"), [(30, [30]), (0, []), (None, [])])
def test_an_angle_is_a_bare_third_element(angle: float | None, tail: list[float]) -> None:
    assert ROW.to_coordinates(Box(0, 0, 1, 1, "car", angle=angle))[2:] == tail


@pytest.mark.parametrize("third", [None, {"x": 1, "y": 2}])
def test_a_third_element_that_is_no_number_is_no_angle(third: Any) -> None:
    coordinates = [{"x": 1, "y": 2}, {"x": 3, "y": 4}, third]

    assert ROW.from_coordinates(coordinates, "car", None, None) == Box(1, 2, 3, 4, "car")


@pytest.mark.parametrize(
    ("coordinates", "where", "what"),
    [
        (b'[{"x": "1", "y": 2}, {"x": 3, "y": 4}]', "[0].x", "expected a number, got str"),
        (b'[{"x": 1, "y": 2}, {"x": true, "y": 4}]', "[1].x", "expected a number, got bool"),
        (b'[{"x": 1, "y": 2}, {"x": 3}]', "[1]", "expected the key 'y', it is missing"),
        (b'[{"x": 1, "y": 2}]', None, "expected two corners, got 1"),
        (b'[{"x": 1, "y": 2}, 5]', "[1]", "expected a corner {x, y}, got a number"),
        (b"[]", None, "expected two corners, got 0"),
        (b'{"x": 1}', None, "expected a list, got object"),
        (b"null", None, "expected a list, got null"),
    ],
)
def test_wrong_coordinates_say_where_and_what(coordinates: bytes, where: str | None, what: str) -> None:
    with pytest.raises(InputError) as caught:
        ROW.from_coordinates(coordinates, "car", None, None)

    assert (caught.value.json_path, caught.value.message) == (where, what)


def test_non_finite_values_from_a_lenient_reader_are_refused() -> None:
    with pytest.raises(InputError, match="finite"):
        ROW.from_coordinates([{"x": math.nan, "y": 2}, {"x": 3, "y": 4}], "car", None, None)


def test_a_note_is_measured_like_a_box() -> None:
    note = Note(40, 30, 10, 5, "issue")

    assert note.bounds.tolist() == [10, 5, 40, 30]
    assert note.area == 750
    assert note.corners.shape == (4, 2)


@given(strategies.boxes)
@settings(max_examples=100, deadline=None)
def test_a_rotated_box_keeps_its_area_and_centre(box: Box) -> None:
    ring = box.to_polygon()

    center = [box.left + box.width / 2, box.top + box.height / 2]
    np.testing.assert_allclose(box.corners.mean(axis=0), center, rtol=1e-9, atol=1e-6)
    assert ring.area == pytest.approx(box.area, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("make", [Box.from_xywh, Box.from_cxcywh])
@pytest.mark.parametrize("value", [None, "1", float("nan")])
def test_other_spellings_check_their_numbers(make: Any, value: Any) -> None:
    with pytest.raises(InputError, match="width: expected a"):
        make(0, 0, value, 1, "car")

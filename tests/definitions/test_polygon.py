from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from annogeo.definitions import Polygon, Polyline, row_for_type
from annogeo.errors import InputError
from tests import strategies

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
HOLE = SQUARE / 5 + 2
ROW = row_for_type("segment")
LINE_ROW = row_for_type("polyline")
assert ROW is not None
assert LINE_ROW is not None


@pytest.mark.parametrize(
    "geo",
    [
        SQUARE,
        SQUARE.astype(np.int32),
        SQUARE.tolist(),
        [tuple(point) for point in SQUARE.tolist()],
        list(SQUARE),
        SQUARE[None],
        [SQUARE],
        [SQUARE.tolist()],
        (SQUARE,),
        SQUARE[:, None, :],  # a contour of OpenCV
        np.vstack([SQUARE, SQUARE[:1]]),  # closed
        shapely.Polygon(SQUARE),
        np.array(SQUARE.tolist(), dtype=object),
    ],
)
def test_one_ring_in_any_spelling_is_one_open_array(geo: Any) -> None:
    polygon = Polygon(geo, "car")

    assert isinstance(polygon.geo, np.ndarray)
    assert polygon.geo.dtype == np.float64
    assert sorted(polygon.geo.tolist()) == sorted(SQUARE.tolist())
    assert len(polygon.rings) == 1


@pytest.mark.parametrize(
    "geo",
    [
        [SQUARE, HOLE],
        [SQUARE.tolist(), HOLE.tolist()],
        np.stack([SQUARE, HOLE]),  # rings of equal length
        np.stack([SQUARE, HOLE]).tolist(),
        [SQUARE, np.vstack([HOLE, HOLE[:1]])],
        [[], SQUARE, HOLE.tolist()],
    ],
)
def test_several_rings_in_any_spelling_are_a_list(geo: Any) -> None:
    polygon = Polygon(geo, "car")

    assert isinstance(polygon.geo, list)
    assert [ring.tolist() for ring in polygon.rings] == [SQUARE.tolist(), HOLE.tolist()]


def test_rings_of_different_length_stay_apart() -> None:
    polygon = Polygon([SQUARE, HOLE[:3]], "car")

    assert [len(ring) for ring in polygon.rings] == [4, 3]


def test_rings_given_as_an_object_array_are_rings() -> None:
    ragged = np.empty(2, dtype=object)
    ragged[:] = [SQUARE, HOLE[:3]]

    assert len(Polygon(ragged, "car").rings) == 2


@pytest.mark.parametrize("geo", [[], [[]], np.zeros((0, 2)), shapely.Polygon(), ()])
def test_no_points_are_no_rings(geo: Any) -> None:
    polygon = Polygon(geo, "car")

    assert polygon.rings == []
    assert polygon.bounds.tolist() == [0, 0, 0, 0]
    assert polygon.area == 0
    assert polygon.parts == []


def test_three_points_that_are_one_are_kept() -> None:
    assert len(Polygon([[5, 5]] * 3, "car").rings[0]) == 3
    assert len(Polygon([[5, 5], [9, 5], [9, 9], [5, 5], [5, 5]], "car").rings[0]) == 3


@pytest.mark.parametrize("count", [1, 2])
def test_rings_of_fewer_than_three_points_are_kept_without_area(count: int) -> None:
    polygon = Polygon(SQUARE[:count], "car")

    assert len(polygon.rings[0]) == count
    assert polygon.area == 0
    assert "needs 3" in polygon.validate()[0].message


@pytest.mark.parametrize(
    ("geo", "message"),
    [
        (None, "geo: expected points"),
        ("abc", "geo: expected points"),
        (7, "geo: expected points"),
        ([1, 2, 3, 4], r"got shape \(4,\); np.reshape"),
        (np.zeros((4, 3)), r"got shape \(4, 3\)"),
        ([[1, 2], [3]], "ragged"),
        ([[1, 2], [3, None]], r"geo\[1\].y: expected a number, got None"),
        ([[1, 2], [True, 3]], r"geo\[1\].x: expected a number, got True"),
        ([[1, 2], ["3", 4]], r"geo\[1\].x: expected a number, got '3'"),
        ([[1, 2], [3, math.nan]], r"geo\[1\].y: expected a finite number, got nan"),
        (np.array([[1, 2], [math.inf, 4]]), r"geo\[1\].x: expected a finite number, got inf"),
        (np.ones((3, 2), dtype=bool), "expected numbers, got an array of bool"),
        (np.array([["1", "2"]]), "expected numbers"),
        ([SQUARE, [[1, 2], [3]]], r"geo\[1\]: .*ragged"),
        ([SQUARE, 3], r"geo\[1\]: expected points"),
        ([[1, 2], {"x": 3, "y": 4}], r"geo\[1\]: expected a point"),
    ],
)
def test_wrong_points_are_refused_with_their_place(geo: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Polygon(geo, "car")


def test_area_leaves_holes_out() -> None:
    assert Polygon([SQUARE, HOLE], "car").area == 96


def test_area_does_not_depend_on_ring_order_or_direction() -> None:
    assert Polygon([HOLE[::-1], SQUARE], "car").area == 96


def test_area_counts_an_island_in_a_hole() -> None:
    assert Polygon([SQUARE, SQUARE * 0.6 + 2, SQUARE * 0.2 + 4], "car").area == 100 - 36 + 4


def test_area_of_crossing_rings_is_even_odd() -> None:
    assert Polygon([SQUARE, SQUARE + 5], "car").area == pytest.approx(150)


def test_area_of_a_ring_given_twice_is_nothing() -> None:
    assert Polygon([SQUARE, SQUARE], "car").area == 0


def test_area_of_a_bow_tie_is_both_wings() -> None:
    assert Polygon([(0, 0), (2, 2), (2, 0), (0, 2)], "car").area == pytest.approx(2)


def test_the_centre_of_a_pentagram_is_empty() -> None:
    turns = np.radians(np.arange(5) * 144)
    star = Polygon(np.stack([np.cos(turns), np.sin(turns)], axis=1), "star")

    assert not star.to_shapely().contains(shapely.Point(0, 0))
    assert star.area == pytest.approx(0.7757, abs=1e-4)  # five tips without the inner pentagon


def test_parts_are_outer_rings_with_their_holes() -> None:
    far = SQUARE + 20
    island = SQUARE * 0.1 + 2.5

    parts = Polygon([SQUARE, far, HOLE, island], "car", {"a": 1}).parts

    assert [[len(ring) for ring in part.rings] for part in parts] == [[4, 4], [4], [4]]
    assert parts[0].rings[1].tolist() == HOLE.tolist()
    assert parts[2].rings[0].tolist() == island.tolist()
    assert all(part.attributes == {"a": 1} for part in parts)


def test_a_hole_goes_to_the_smallest_ring_around_it() -> None:
    outer, hole, island = SQUARE * 10, SQUARE * 8 + 5, SQUARE * 4 + 10
    inner_hole = SQUARE + 15

    parts = Polygon([outer, hole, island, inner_hole], "car").parts

    assert [len(part.rings) for part in parts] == [2, 2]
    assert parts[1].rings[1].tolist() == inner_hole.tolist()


def test_x_and_y_are_all_points_columns() -> None:
    polygon = Polygon([SQUARE, HOLE], "car")

    assert polygon.x.tolist() == [*SQUARE[:, 0], *HOLE[:, 0]]
    assert polygon.y.tolist() == [*SQUARE[:, 1], *HOLE[:, 1]]


def test_bounds_span_all_rings() -> None:
    assert Polygon([SQUARE, SQUARE + 20.5], "car").bounds.tolist() == [0, 0, 30.5, 30.5]


def test_a_ring_that_crosses_itself_is_a_problem() -> None:
    problems = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)], "car").validate()

    assert [problem.message for problem in problems] == ["ring 0 crosses itself at (1, 1), edges 0 and 2"]


def test_writes_every_ring_without_z() -> None:
    written = ROW.to_coordinates(Polygon([SQUARE[:3], HOLE[:3]], "car"))

    assert written[0][1] == {"x": 10.0, "y": 0.0}
    assert [len(ring) for ring in written] == [3, 3]


def test_reads_the_flat_list_of_older_exports() -> None:
    read = ROW.from_coordinates(b'[{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 0}]', "car", None, None)

    assert read == Polygon([(1, 2), (3, 4), (5, 0)], "car")


@pytest.mark.parametrize(
    ("coordinates", "where", "what"),
    [
        (b'[[{"x": 1, "y": 2}, {"x": "3", "y": 4}]]', "[0][1].x", "expected a number, got str"),
        (b'[[{"x": 1, "y": 2}], {"x": 3, "y": 4}]', "[1]", "expected a list of points, got a point"),
        (b'[[{"x": 1}]]', "[0][0]", "expected the key 'y', it is missing"),
        (b"[[[1, 2]]]", "[0][0]", "expected an object, got array"),
        ([[{"x": 1, "y": math.inf}]], "[0][0].y", "expected a finite number, got inf"),
    ],
)
def test_wrong_rings_say_where_and_what(coordinates: Any, where: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        ROW.from_coordinates(coordinates, "car", None, None)

    assert (caught.value.json_path, caught.value.message) == (where, what)


def test_truncated_json_is_an_input_error() -> None:
    with pytest.raises(InputError, match="truncated"):
        ROW.from_coordinates(b'[[{"x": 1', "car", None, None)


def test_a_polyline_keeps_a_closing_point() -> None:
    line = Polyline(np.vstack([SQUARE, SQUARE[:1]]), "lane")

    assert line.geo.shape == (5, 2)
    assert line.length == 40


def test_a_polyline_reads_every_line() -> None:
    read = LINE_ROW.from_coordinates(
        b'[[{"x": 0, "y": 0}, {"x": 3, "y": 4}], [{"x": 9, "y": 9}]]', "lane", None, None
    )

    assert isinstance(read, Polyline)
    assert [line.tolist() for line in read.lines] == [[[0, 0], [3, 4]], [[9, 9]]]
    assert read.to_shapely().length == 5


def test_a_polyline_without_length_is_a_problem() -> None:
    assert "no length" in Polyline([(1, 1), (1, 1)], "lane").validate()[0].message


@given(strategies.polygons)
@settings(max_examples=150, deadline=None)
def test_the_shapely_form_is_valid_and_has_the_same_area(polygon: Polygon) -> None:
    shape = polygon.to_shapely()

    assert shape.is_valid
    assert shape.area == pytest.approx(polygon.area)


@given(strategies.polygons)
@settings(max_examples=150, deadline=None)
def test_parts_hold_every_ring_once(polygon: Polygon) -> None:
    parts = [ring.tolist() for part in polygon.parts for ring in part.rings]

    assert sorted(map(str, parts)) == sorted(str(ring.tolist()) for ring in polygon.rings)


def test_lines_of_shapely() -> None:
    line = shapely.LineString([(0, 0), (3, 4)])

    assert Polyline(line, "lane").geo.tolist() == [[0, 0], [3, 4]]
    assert len(Polyline(shapely.MultiLineString([line, line]), "lane").lines) == 2
    assert len(Polyline(shapely.box(0, 0, 1, 1), "lane").geo) == 5


@pytest.mark.parametrize("geometry", [shapely.Point(1, 2), shapely.LineString([(0, 0), (3, 4)])])
def test_shapely_geometry_without_an_area_is_refused(geometry: Any) -> None:
    with pytest.raises(
        InputError, match=f"expected a shapely geometry with rings, got a {geometry.geom_type}"
    ):
        Polygon(geometry, "car")

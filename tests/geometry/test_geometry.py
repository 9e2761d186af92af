from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from annogeo.geometry.corners import box_corners, cos_sin, rotate
from annogeo.geometry.ellipse import ellipse_bounds, ellipse_ring
from annogeo.geometry.measure import bounds, length, signed_area
from annogeo.geometry.nesting import group_rings, interior_point, is_inside
from annogeo.geometry.region import even_odd_area, is_simple, region, rings_of, union
from tests.strategies import arrays_of_points

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("turns", "expected"), [(0, (1, 0)), (1, (0, 1)), (2, (-1, 0)), (3, (0, -1)), (-1, (0, -1))]
)
@pytest.mark.parametrize("rounds", [0, 4, -8])
def test_quarter_turns_are_exact(turns: int, expected: tuple[float, float], rounds: int) -> None:
    assert cos_sin(90.0 * (turns + rounds)) == expected


@given(st.floats(-1e6, 1e6))
def test_cos_sin_agree_with_the_standard_library(angle: float) -> None:
    cos, sin = cos_sin(angle)

    assert cos == pytest.approx(math.cos(math.radians(angle)), abs=1e-9)
    assert sin == pytest.approx(math.sin(math.radians(angle)), abs=1e-9)


def test_four_quarter_turns_return_exactly() -> None:
    points = np.array([[3.25, -7.5], [0.1, 0.2]])

    turned = points
    for _ in range(4):
        turned = rotate(turned, (0.0, 0.0), 90.0)

    assert turned.tolist() == points.tolist()


def test_a_far_box_turns_about_its_own_centre() -> None:
    corners = box_corners(1e6, 1e6, 1e6 + 4, 1e6 + 2, 180)

    assert corners.tolist() == [[1e6 + 4, 1e6 + 2], [1e6, 1e6 + 2], [1e6, 1e6], [1e6 + 4, 1e6]]


def test_area_far_from_the_origin_keeps_its_digits() -> None:
    assert signed_area(SQUARE + 2.0**30) == 1.0


def test_length_of_a_ring_closes_it() -> None:
    assert (length(SQUARE), length(SQUARE, closed=True)) == (3, 4)


def test_bounds_pass_over_empty_parts() -> None:
    assert bounds([np.zeros((0, 2)), SQUARE + 5]).tolist() == [5, 5, 6, 6]


@given(st.floats(0, 100), st.floats(0, 100), st.floats(-720, 720))
@settings(max_examples=100, deadline=None)
def test_ellipse_bounds_hold_a_fine_outline(rx: float, ry: float, angle: float) -> None:
    ring = ellipse_ring(3, 4, rx, ry, angle, tolerance=1e-5)
    left, top, right, bottom = ellipse_bounds(3, 4, rx, ry, angle)

    np.testing.assert_allclose([*ring.min(axis=0), *ring.max(axis=0)], [left, top, right, bottom], atol=1e-4)


@pytest.mark.parametrize("radius", [0.0, 0.004, 1.0, 50.0, 5000.0])
@pytest.mark.parametrize("tolerance", [1.0, 0.01])
def test_an_ellipses_outline_keeps_to_its_tolerance(radius: float, tolerance: float) -> None:
    ring = ellipse_ring(0, 0, radius, radius, 0, tolerance)

    middles = (ring + np.roll(ring, -1, axis=0)) / 2
    assert radius - np.hypot(*middles.T).min() <= tolerance + 1e-9
    assert ring.shape[0] % 4 == 0


def test_a_huge_ellipse_has_a_bounded_number_of_points() -> None:
    assert ellipse_ring(0, 0, 1e12, 1e12, 0).shape == (4096, 2)


def test_nesting_of_a_target_alternates() -> None:
    rings = [SQUARE * size - size / 2 for size in (2.0, 8.0, 6.0, 4.0)]

    assert group_rings(rings) == [[1, 2], [3, 0]]


def test_equal_rings_are_an_outer_ring_and_its_hole() -> None:
    assert group_rings([SQUARE, SQUARE]) == [[0, 1]]


def test_rings_that_share_an_edge_lie_side_by_side() -> None:
    assert group_rings([SQUARE, SQUARE + np.array([1.0, 0.0])]) == [[0], [1]]


def test_a_hole_that_touches_its_outer_ring_is_still_a_hole() -> None:
    assert group_rings([SQUARE * 4, SQUARE]) == [[0, 1]]


@given(arrays_of_points(3))
@settings(max_examples=100, deadline=None)
def test_the_interior_point_is_inside_unless_there_is_no_inside(ring: np.ndarray) -> None:
    x, y = interior_point(ring)

    assert ring[:, 0].min() <= x <= ring[:, 0].max()
    assert ring[:, 1].min() <= y <= ring[:, 1].max()
    if even_odd_area([ring]) > 1e-3 and abs(ring).max() < 200:
        assert is_inside(ring, x, y) or x in ring[:, 0]


@pytest.mark.parametrize(
    "ring",
    [
        [[0, 0], [0, 1], [1, 0], [0, 3], [1, 0]],
        [[0, 0], [2, 0], [0, 2], [2, 2]],
        [[1, 1], [1, 2], [3, 3], [0, 0]],
        [[2, 3], [0, 3], [3, 1], [0, 3], [2, 2]],
    ],
    ids=["spike", "bow tie", "edges on edges", "there and back"],
)
def test_the_interior_point_is_beside_spikes_and_crossings(ring: list[list[float]]) -> None:
    corners = np.array(ring, float)

    assert region([corners]).contains(shapely.Point(interior_point(corners)))


@given(arrays_of_points(3, 7).map(lambda ring: np.clip(np.rint(ring / 16), 0, 4)))
@settings(max_examples=200, deadline=None)
def test_the_interior_point_of_rings_that_overlap_themselves(ring: np.ndarray) -> None:
    inside = region([ring])
    if inside.area > 0:
        assert inside.contains(shapely.Point(interior_point(ring)))


@given(st.lists(arrays_of_points(3, 6).map(lambda ring: np.clip(np.rint(ring), -8, 24)), max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_region_is_the_symmetric_difference_of_its_rings(rings: list[np.ndarray]) -> None:
    expected = shapely.Polygon()
    for ring in rings:
        expected = expected.symmetric_difference(region([ring]))

    found = region(rings)

    assert found.is_valid
    assert found.area == pytest.approx(expected.area, abs=1e-6)


def test_rings_of_a_region_give_it_back() -> None:
    shape = region([SQUARE * 9, SQUARE + 2, SQUARE + 20])

    assert region(rings_of(shape)).equals(shape)
    assert len(rings_of(shape)) == 3


@pytest.mark.parametrize("size", [1e100, 1e300])
def test_giant_shapes_are_calculated_with_like_small_ones(size: float) -> None:
    square, hole = SQUARE * 4 * size, (SQUARE * 2 + 1) * size

    assert group_rings([square, hole]) == [[0, 1]]
    assert region([square, hole]).bounds == (0, 0, 4 * size, 4 * size)
    assert even_odd_area([square, hole]) == pytest.approx(12 * size * size)
    assert union([square, hole]).bounds == (0, 0, 4 * size, 4 * size)
    assert is_simple(square)
    assert np.isfinite(ellipse_ring(0, 0, size, size, 30)).all()

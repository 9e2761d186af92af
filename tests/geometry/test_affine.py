"""Maps of the plane, and what they make of rectangles and ellipses; cutting to half-planes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from annogeo.errors import InputError
from annogeo.geometry.affine import (
    checked_matrix,
    inverted,
    map_points,
    scaling,
    translation,
    turning,
)
from annogeo.geometry.clipping import are_inside, clip_lines, clip_rings, ellipse_share, rectangle_planes
from annogeo.geometry.ellipse import ellipse_ring
from annogeo.geometry.mapping import map_box, map_ellipse

EXAMPLES = settings(deadline=None, max_examples=120)
factors = st.sampled_from([-2.0, -1.0, 0.5, 1.0, 3.0]) | st.floats(0.2, 4.0)
shifts = st.integers(-20, 20).map(float) | st.floats(-50, 50)
angles = st.sampled_from([0.0, 30.0, 90.0, 180.0, -90.0]) | st.floats(-360, 360)
grid = st.integers(-4, 14).map(float)
ring_points = st.lists(
    st.tuples(grid, grid)
    | st.tuples(st.floats(-4, 14, allow_subnormal=False), st.floats(-4, 14, allow_subnormal=False)),
    min_size=3,
    max_size=8,
)


@st.composite
def affine_maps(draw: st.DrawFn) -> np.ndarray:
    matrix = scaling(draw(factors), draw(factors), turning(draw(angles)))
    return translation(draw(shifts), draw(shifts), turning(draw(angles), matrix))


def is_odd(rings: list[np.ndarray], points: np.ndarray) -> np.ndarray:
    """The even-odd rule, edge by edge."""
    found = np.zeros(len(points), int)
    x, y = points.T
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            left_of = ((ax - x) * (by - ay) + (y - ay) * (bx - ax)) * np.sign(by - ay) > 0
            found += ((ay <= y) != (by <= y)) & left_of
    return found % 2 == 1


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((3, 3)),
        [[1, 2, 0], [2, 4, 0]],
        [[1, 0, 0], [0, 1, np.nan]],
        [[1, 0, 0], [0, 1, np.inf], [0, 0, 1]],
        np.eye(4),
        "matrix",
        [[1, 0], [0, 1]],
        None,
        [[1, 0, 0], [0, 1, 0], [0, 0, 0]],
    ],
)
def test_what_is_no_map_is_refused(matrix: object) -> None:
    with pytest.raises(InputError, match="matrix"):
        checked_matrix(matrix)


@pytest.mark.parametrize(
    "matrix", [scaling(1e-9, 1e9), translation(1e9, -1e9), scaling(1e-20, 1), np.eye(3) * -7]
)
def test_size_alone_makes_no_map_singular(matrix: np.ndarray) -> None:
    assert np.allclose(checked_matrix(matrix) @ inverted(checked_matrix(matrix)), np.eye(3))


@EXAMPLES
@given(affine_maps(), st.lists(st.tuples(shifts, shifts), min_size=1, max_size=5))
def test_the_inverse_brings_points_back(matrix: np.ndarray, points: list[tuple[float, float]]) -> None:
    xy = np.array(points)

    assert np.allclose(map_points(inverted(matrix), map_points(matrix, xy)), xy, atol=1e-9, rtol=1e-9)


def test_a_point_does_not_depend_on_its_company() -> None:
    matrix = turning(33.3, scaling(1.1, 0.7))
    xy = np.random.default_rng(5).uniform(-9, 99, (1000, 2))

    alone = np.concatenate([map_points(matrix, point[None]) for point in xy])

    assert np.array_equal(alone, map_points(matrix, xy))


@EXAMPLES
@given(affine_maps(), angles, st.floats(0.5, 30), st.floats(0.5, 30))
def test_an_ellipse_stays_one_under_affine_maps(
    matrix: np.ndarray, angle: float, rx: float, ry: float
) -> None:
    found = map_ellipse(matrix, 3.0, 4.0, rx, ry, angle)

    assert found is not None
    _assert_on_ellipse(found, map_points(matrix, ellipse_ring(3.0, 4.0, rx, ry, angle, 0.5)))


@EXAMPLES
@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02), angles, st.floats(0.5, 20), st.floats(0.5, 20))
def test_an_ellipse_in_front_of_the_horizon_stays_one(
    g: float, h: float, angle: float, rx: float, ry: float
) -> None:
    matrix = np.array([[1.0, 0.2, 3.0], [-0.1, 1.3, 4.0], [g, h, 1.0]])
    found = map_ellipse(matrix, 3.0, 4.0, rx, ry, angle)

    if found is not None:
        _assert_on_ellipse(found, map_points(matrix, ellipse_ring(3.0, 4.0, rx, ry, angle, 0.5)), 1e-6)


def _assert_on_ellipse(ellipse: tuple[float, ...], points: np.ndarray, tolerance: float = 1e-9) -> None:
    x, y, rx, ry, angle = ellipse
    unit = map_points(scaling(1 / rx, 1 / ry, turning(-angle, translation(-x, -y))), points)
    assert np.allclose(np.hypot(*unit.T), 1.0, atol=tolerance)


@EXAMPLES
@given(affine_maps(), angles, st.floats(0.5, 30), st.floats(0.5, 30))
def test_a_box_stays_one_exactly_where_its_corners_are_square(
    matrix: np.ndarray, angle: float, width: float, height: float
) -> None:
    from annogeo.geometry.corners import box_corners

    corners = map_points(matrix, box_corners(1.0, 2.0, 1.0 + width, 2.0 + height, angle))
    first, second = corners[1] - corners[0], corners[3] - corners[0]
    lean = abs(first @ second) / math.hypot(*first) / math.hypot(*second)

    found = map_box(matrix, 1.0, 2.0, 1.0 + width, 2.0 + height, angle)

    if found is None:
        assert lean > 0.9e-6
    else:
        assert lean < 1.1e-6
        x, y, w, h, turned = found
        again = box_corners(x - w / 2, y - h / 2, x + w / 2, y + h / 2, turned)
        nearest = [np.abs(corners - corner).max(axis=1).min() for corner in again]
        assert max(nearest) < 1e-5 * max(w, h) + 1e-9


@EXAMPLES
@given(st.lists(ring_points, min_size=1, max_size=3), st.integers(0, 2**32))
def test_cutting_rings_keeps_what_is_inside(rings: list[list[tuple[float, float]]], seed: int) -> None:
    arrays = [np.array(ring) for ring in rings]
    points = np.random.default_rng(seed).uniform([0, 0], [10, 8], (60, 2))

    cut = clip_rings(arrays, rectangle_planes(8, 10))

    assert np.array_equal(is_odd(cut, points), is_odd(arrays, points))
    assert all((ring >= 0).all() and (ring <= [10, 8]).all() for ring in cut)


def test_a_cut_hole_becomes_a_notch_and_a_comb_comes_apart() -> None:
    ring = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]])
    hole = np.array([[2.0, 2.0], [6.0, 2.0], [6.0, 6.0], [2.0, 6.0]])

    parts = clip_rings([ring, hole], np.array([[0.0, -1.0, 4.0]]))

    assert len(parts) == 1
    assert shapely.Polygon(parts[0]).is_valid
    assert shapely.Polygon(parts[0]).area == 24.0
    assert len(clip_rings([ring, hole], np.array([[0.0, -1.0, 4.0], [0.0, 1.0, -3.0]]))) == 2


@EXAMPLES
@given(ring_points)
def test_cutting_lines_agrees_with_shapely(points: list[tuple[float, float]]) -> None:
    line = np.array(points)
    cut = clip_lines([line], rectangle_planes(8, 10))

    def total(lines: list[np.ndarray]) -> float:
        return sum(float(np.hypot(*np.diff(part, axis=0).T).sum()) for part in lines)

    edges = [shapely.LineString(line[k : k + 2]) for k in range(len(line) - 1)]
    expected = sum(edge.intersection(shapely.box(0, 0, 10, 8)).length for edge in edges)
    assert math.isclose(total(cut), expected, abs_tol=1e-9)
    assert all(are_inside(rectangle_planes(8, 10), part).all() for part in cut)


@EXAMPLES
@given(st.floats(-4, 14), st.floats(-4, 14), st.floats(0.1, 9), st.floats(0.1, 9), angles)
def test_the_share_of_an_ellipse_agrees_with_shapely(
    x: float, y: float, rx: float, ry: float, angle: float
) -> None:
    polygon = shapely.Polygon(ellipse_ring(x, y, rx, ry, angle, 1e-6))
    expected = polygon.intersection(shapely.box(0, 0, 10, 8)).area / polygon.area
    turn = math.radians(angle)

    share = ellipse_share(x, y, rx, ry, math.cos(turn), math.sin(turn), rectangle_planes(8, 10))

    assert share == pytest.approx(expected, abs=2e-5)

"""Strokes, discs and ellipses under rule `center`, against rational arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.draw import DrawList
from annogeo.rendering.rasterize import item_masks, rasterize
from annogeo.rendering.rules import scan
from tests.kernels.shapes import FINE, HEIGHT, WIDTH, one, points
from tests.naive import raster as naive

WIDTHS = st.sampled_from([1.0, 2.0, 3.0, 5.0, 0.5, 1.5, 7.3, 0.2, 1e-3, 12.0])
RADII = st.sampled_from([1.0, 2.0, 2.5, 3.0, 5.0, 6.5, 10.0, 13.0, 0.3, 1e-3])
ANGLES = st.sampled_from([0.0, 90.0, 180.0, 270.0, -90.0, 30.0, 45.0, 17.3, 720.0])
PYTHAGOREAN = [(3, 4), (4, -3), (-8, 6), (5, 12), (-12, 5), (1.5, 2), (0.75, -1)]


def painted(drawlist: DrawList) -> Any:
    return rasterize(drawlist, [1], HEIGHT, WIDTH) > 0


def expected(drawlist: DrawList) -> Any:
    return naive.shape_mask(drawlist, 0, HEIGHT, WIDTH)


@settings(max_examples=60, deadline=None)
@given(points(FINE, 1, 3), WIDTHS, st.booleans())
def test_a_stroke_equals_rational_arithmetic(line: Any, width: float, closed: bool) -> None:
    drawlist = one(lambda b: b.loop(line, width) if closed else b.line(line, width))

    assert np.array_equal(painted(drawlist), expected(drawlist))


@settings(max_examples=40, deadline=None)
@given(points(FINE, 1, 1), st.sampled_from(PYTHAGOREAN), WIDTHS)
def test_a_stroke_of_rational_length_decides_ties(start: Any, step: Any, width: float) -> None:
    drawlist = one(lambda b: b.line(np.concatenate([start, start + step]), width))

    assert np.array_equal(painted(drawlist), expected(drawlist))


@settings(max_examples=40, deadline=None)
@given(points((*FINE, "float"), 2, 2), st.integers(0, 1), WIDTHS)
def test_an_upright_or_level_stroke_decides_ties(line: Any, axis: int, width: float) -> None:
    line[1, axis] = line[0, axis]
    drawlist = one(lambda b: b.line(line, width))

    assert np.array_equal(painted(drawlist), expected(drawlist))


@settings(max_examples=40, deadline=None)
@given(points((*FINE, "float"), 1, 1), RADII)
def test_a_disc_equals_rational_arithmetic(centre: Any, radius: float) -> None:
    drawlist = one(lambda b: b.disc(*centre[0], radius))

    assert np.array_equal(painted(drawlist), expected(drawlist))


@settings(max_examples=60, deadline=None)
@given(points(FINE, 1, 1), RADII, RADII, ANGLES)
def test_an_ellipse_equals_rational_arithmetic(centre: Any, rx: float, ry: float, angle: float) -> None:
    drawlist = one(lambda b: b.ellipse(*centre[0], rx, ry, angle))

    assert np.array_equal(painted(drawlist), expected(drawlist))


@settings(max_examples=30, deadline=None)
@given(points(FINE, 1, 1), RADII, RADII, ANGLES, WIDTHS)
def test_an_outlined_ellipse_is_what_lies_near_its_curve(
    centre: Any, rx: float, ry: float, angle: float, width: float
) -> None:
    x, y = centre[0].tolist()

    mask = painted(one(lambda b: b.ellipse_loop(x, y, rx, ry, angle, width)))

    distance = naive.ellipse_distance(x, y, rx, ry, angle, HEIGHT, WIDTH)
    clear = abs(distance - width / 2) > 1 / 64 + 0.01
    assert np.array_equal(mask[clear], (distance < width / 2)[clear])


def test_a_one_pixel_line_on_a_whole_row_paints_one_row() -> None:
    mask = painted(one(lambda b: b.line(np.array([[2.0, 5.0], [12.0, 5.0]]), 1)))

    assert np.flatnonzero(mask.any(axis=1)).tolist() == [4]
    assert np.flatnonzero(mask[4]).tolist() == list(range(2, 12))


def test_a_two_pixel_line_on_a_whole_row_paints_two_rows() -> None:
    mask = painted(one(lambda b: b.line(np.array([[2.0, 5.0], [12.0, 5.0]]), 2)))

    assert np.flatnonzero(mask.any(axis=1)).tolist() == [4, 5]


def test_a_segment_without_length_is_a_disc() -> None:
    dot = one(lambda b: b.line(np.array([[7.0, 7.0], [7.0, 7.0]]), 6))

    assert np.array_equal(painted(dot), painted(one(lambda b: b.disc(7.0, 7.0, 3.0))))


@pytest.mark.parametrize(("rx", "ry"), [(0.0, 5.0), (5.0, 0.0), (0.0, 0.0)])
def test_an_ellipse_without_area_paints_nothing(rx: float, ry: float) -> None:
    assert not painted(one(lambda b: b.ellipse(8.0, 8.0, rx, ry, 30.0))).any()


@pytest.mark.parametrize("width", [0.0, -1.0])
def test_a_stroke_without_width_paints_nothing(width: float) -> None:
    assert not painted(one(lambda b: b.line(np.array([[1.0, 1.0], [9.0, 9.0]]), width))).any()


def test_a_stroke_without_points_paints_nothing() -> None:
    assert not painted(one(lambda b: b.loop(np.zeros((0, 2)), 3.0))).any()


@pytest.mark.parametrize("length", [1e7, 1e9, 1e15, 1e150, 1e300])
def test_a_huge_stroke_is_bounded_by_the_canvas(length: float) -> None:
    spans = scan(one(lambda b: b.line(np.array([[-length, 8.2], [length, 8.3]]), 3.0)), HEIGHT, WIDTH)

    mask = item_masks(spans, 1, HEIGHT, WIDTH)[0]
    assert np.flatnonzero(mask.all(axis=1)).tolist() == [7, 8, 9]
    assert mask.sum() == 3 * WIDTH


@pytest.mark.parametrize("width", [1e6, 1e12, 1e200])
def test_a_stroke_of_huge_width_covers_the_canvas(width: float) -> None:
    assert painted(one(lambda b: b.line(np.array([[-1e9, 3.0], [1e9, 4.0]]), width))).all()


@pytest.mark.parametrize("distance", [1e6, 1e12, 1e200])
def test_a_huge_disc_beside_the_canvas_paints_nothing(distance: float) -> None:
    assert not painted(one(lambda b: b.disc(-2 * distance, 8.0, distance))).any()


@pytest.mark.parametrize("radius", [1e5, 1e7, 1e12])
def test_a_huge_outlined_ellipse_is_bounded_by_the_canvas(radius: float) -> None:
    mask = painted(one(lambda b: b.ellipse_loop(radius + 8.0, 8.0, radius, 2 * radius, 0.0, 4.0)))

    assert np.array_equal(
        mask, np.broadcast_to((np.arange(WIDTH) >= 6) & (np.arange(WIDTH) < 10), mask.shape)
    )


@pytest.mark.parametrize("radius", [1e20, 1e200, 1e300])
def test_an_absurd_ellipse_ends(radius: float) -> None:
    painted(one(lambda b: b.ellipse_loop(radius, 8.0, radius, 2.0, 40.0, 4.0)))
    painted(one(lambda b: b.ellipse(radius, 8.0, radius, 2.0, 40.0)))


def test_a_huge_ellipse_covers_half_the_canvas() -> None:
    mask = painted(one(lambda b: b.ellipse(1e9 + 8.0, 8.0, 1e9, 1e9, 0.0)))

    assert not mask[:, :8].any()
    assert mask[:, 8:].all()


def test_runs_are_clipped_to_the_canvas() -> None:
    from annogeo.rle import Rle

    given_mask = np.zeros((HEIGHT + 4, WIDTH + 4), bool)
    given_mask[3:, 5:] = True

    mask = painted(one(lambda b: b.runs(Rle.from_mask(given_mask))))

    assert np.array_equal(mask, given_mask[:HEIGHT, :WIDTH])

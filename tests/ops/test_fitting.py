"""Turned boxes and ellipses around shapes: against brute force, OpenCV and scikit-image."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

import annogeo as ag
from annogeo.errors import InputError
from annogeo.rle import Rle
from tests import strategies

whole = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 25), st.just(2)), elements=st.integers(-9, 9).map(float)
)
anywhere = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 25), st.just(2)),
    elements=st.floats(-1e3, 1e3, allow_subnormal=False),
)
masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))


def brute_area(points: np.ndarray) -> float:
    """Turn the points onto every line through two of them, and take the smallest upright box there is."""
    best = math.inf
    for k in range(len(points)):
        for other in points[k + 1 :]:
            x, y = other - points[k]
            if (x, y) != (0, 0):
                turned = np.stack([points @ (x, y), points @ (-y, x)]) / math.hypot(x, y)
                best = min(best, float(np.ptp(turned[0]) * np.ptp(turned[1])))
    return 0.0 if best == math.inf else best


def in_axes(box: ag.Box, points: np.ndarray) -> np.ndarray:
    """Give points from the box's centre in half widths and half heights."""
    turn = math.radians(box.angle or 0.0)
    offset = points - box.corners.mean(axis=0)
    along = offset @ (math.cos(turn), math.sin(turn)), offset @ (-math.sin(turn), math.cos(turn))
    return np.stack([along[0] - 0 * box.width, along[1]], axis=1)


@given(whole | anywhere)
@settings(max_examples=150, deadline=None)
def test_the_smallest_box_is_as_small_as_any_and_holds_all(points: np.ndarray) -> None:
    box = ag.min_area_box(points, "x")

    spread = float(np.ptp(points, axis=0).max())
    assert box.area == pytest.approx(brute_area(points), rel=1e-9, abs=1e-9 * (1 + spread**2))
    room = np.array([box.width, box.height]) / 2 + 1e-9 * (1 + spread)
    assert (np.abs(in_axes(box, points)) <= room).all()
    assert -45 < (box.angle or 0.0) <= 45


def test_half_a_quarter_is_not_passed_by_rounding() -> None:
    box = ag.min_area_box([[0, 4], [4, 0], [1000, 4], [4, 1000]], "x")

    assert -45 < box.angle <= 45


@given(masks)
@settings(max_examples=80, deadline=None)
def test_a_mask_is_its_pixel_squares(mask: np.ndarray) -> None:
    import cv2

    if not mask.any():
        with pytest.raises(InputError, match="an empty mask"):
            ag.min_area_box(mask)
        return
    box = ag.min_area_box(mask, "x")

    y, x = np.nonzero(mask)
    squares = np.concatenate([np.stack([x + dx, y + dy], axis=1) for dx in (0, 1) for dy in (0, 1)])
    assert box.area == pytest.approx(brute_area(np.unique(squares, axis=0).astype(float)), rel=1e-12)
    theirs = cv2.minAreaRect(squares.astype(np.float32))[1]
    assert box.area <= theirs[0] * theirs[1] * (1 + 1e-5)
    for same in (Rle.from_mask(mask), ag.Segmentation(mask, "x"), Rle.from_mask(mask).to_coco()):
        assert ag.min_area_box(same, "x") == box
    assert ag.min_area_box(ag.mask_to_polygon(mask, label="x")).area == pytest.approx(box.area)


@given(strategies.boxes)
@settings(max_examples=80, deadline=None)
def test_a_box_is_its_own_smallest_box(box: ag.Box) -> None:
    found = ag.min_area_box(box)

    scale = 1 + float(np.abs(box.corners).max())
    assert found.area == pytest.approx(box.area, rel=1e-9, abs=1e-9 * scale**2)
    assert (found.label, found.attributes) == (box.label, box.attributes)
    if not box.is_rotated:
        assert (found.xyxy == box.xyxy).all()
        assert found.angle is None


@pytest.mark.parametrize("angle", [0, 10, 45, 60, 90, 100, -170, 350])
def test_an_ellipse_is_boxed_along_its_axes(angle: float) -> None:
    box = ag.min_area_box(ag.Ellipse(20, 30, 8, 3, angle, "wheel", {"k": 1}))

    assert (box.area, box.label, dict(box.attributes)) == (pytest.approx(96), "wheel", {"k": 1})
    assert -45 < (box.angle or 0) <= 45
    np.testing.assert_allclose(box.bounds, ag.Box(12, 27, 28, 33, angle=angle).bounds, atol=1e-9)
    assert ag.min_area_box(ag.Ellipse(0, 0, 3, 3, angle, "round")).angle is None


def test_every_type_with_a_place_has_a_smallest_box() -> None:
    joints = [ag.Point(0, 0, "a"), ag.Point(6, 8, "b")]

    assert ag.min_area_box(ag.Pose("man", "t", points=joints)).width == pytest.approx(0)
    assert ag.min_area_box(ag.Polyline([[(0, 0), (4, 0)], [(4, 3)]], "line")).area == pytest.approx(12)
    assert ag.min_area_box(ag.Point(3, 4, "here")).xyxy.tolist() == [3, 4, 3, 4]
    assert ag.min_area_box(np.array([[[1, 1]], [[5, 4]], [[5, 1]]])).xyxy.tolist() == [1, 1, 5, 4]
    scene = ag.AnnotationCollection()
    scene.add(ag.Polygon([(2, 0), (4, 2), (2, 4), (0, 2)], "tile"))
    assert ag.min_area_box(scene[0]).angle == 45


def test_giants_and_dwarfs_are_boxed() -> None:
    corner = np.array([(0, 1.12747288e-26), (1, 0), (0, 1), (-1.70559825e-298, 0), (0, 0)])
    assert ag.min_area_box(corner).area == pytest.approx(1)
    assert ag.min_area_box(ag.Box(0, 0, 1, 5e-196, "flat")).xyxy.tolist() == [0, 0, 1, 5e-196]
    for size in (1e-200, 1e200):
        box = ag.min_area_box(np.array([(2, 0), (4, 2), (2, 4), (0, 2)]) * size)
        assert box.width / size == pytest.approx(math.sqrt(8))


BAD_SHAPES = [
    (np.zeros((0, 2)), "0 points"),
    ([], "0 points"),
    ([(0, math.nan), (1, 1)], "shape"),
    ([(0, math.inf), (1, 1)], "shape"),
    ([[1, 2], [3]], "ragged"),
    ([["a", "b"]], "shape"),
    (np.zeros((2, 2, 2)), "shape"),
    (np.zeros((4, 4), np.uint8), "empty mask"),
    (ag.Polygon([], "x"), "without points"),
    (ag.Classification("day"), "an area"),
    (7, "shape"),
    (None, "shape"),
]


@pytest.mark.parametrize(("shape", "named"), BAD_SHAPES)
def test_what_has_no_place_is_refused(shape: Any, named: str) -> None:
    for fit in (ag.min_area_box, ag.fit_ellipse):
        with pytest.raises(InputError, match=named if fit is ag.min_area_box else None):
            fit(shape)


# --- ellipses -------------------------------------------------------------------------------------------------


@given(masks)
@settings(max_examples=80, deadline=None)
def test_an_ellipse_of_a_mask_has_the_moments_that_skimage_measures(mask: np.ndarray) -> None:
    from skimage.measure import regionprops

    if not mask.any():
        return
    found = ag.fit_ellipse(mask, "x")

    region = regionprops(mask.astype(np.uint8))[0]
    # skimage takes pixels as points; a square has 1/12 px^2 of its own, and an axis is four times the root of that
    axes = np.array([region.axis_major_length, region.axis_minor_length])
    np.testing.assert_allclose([(2 * found.rx) ** 2, (2 * found.ry) ** 2], axes**2 + 4 / 3, atol=1e-6)
    np.testing.assert_allclose([found.y - 0.5, found.x - 0.5], region.centroid, atol=1e-9)
    if axes[0] > axes[1] + 1e-3:
        assert math.cos(2 * (math.radians(90 - found.angle) - region.orientation)) == pytest.approx(1)
    outline = ag.fit_ellipse(ag.mask_to_polygon(mask))
    assert (outline.x, outline.y, outline.rx, outline.ry) == pytest.approx(
        (found.x, found.y, found.rx, found.ry)
    )


def test_holes_and_crossing_rings_count_as_they_are_drawn() -> None:
    square = np.array([(0, 0), (12, 0), (12, 12), (0, 12)])
    ring = ag.fit_ellipse(ag.Polygon([square, (square / 3 + 4)[::-1]], "ring"))

    # of a square the moments are side^2 / 12
    expected = (144 * 144 / 12 - 16 * 16 / 12) / (144 - 16)
    assert (ring.x, ring.y, ring.rx) == pytest.approx((6, 6, 2 * math.sqrt(expected)))
    bow_tie = ag.fit_ellipse(ag.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)], "tie"))
    assert (bow_tie.x, bow_tie.y) == pytest.approx((2, 2))
    assert bow_tie.rx > bow_tie.ry > 0


@given(st.floats(-400, 400), st.floats(1, 50), st.floats(1, 50))
@settings(max_examples=60, deadline=None)
def test_an_ellipse_fits_itself_and_the_points_on_it(angle: float, rx: float, ry: float) -> None:
    given_one = ag.Ellipse(500, 300, rx, ry, angle, "wheel", {"k": 1})

    for found, precision in (
        (ag.fit_ellipse(given_one), 1e-12),
        (ag.fit_ellipse(given_one.to_polygon()), 2e-2),
        (ag.fit_ellipse(given_one.to_polygon(), method="points"), 1e-6),
        (ag.fit_ellipse(given_one.to_polygon().geo, "wheel"), 1e-6),
    ):
        assert (found.rx, found.ry) == pytest.approx((max(rx, ry), min(rx, ry)), abs=50 * precision)
        assert -90 < found.angle <= 90
        if abs(rx - ry) > 0.5:
            axis = math.radians(found.angle - angle - (90 if ry > rx else 0))
            assert abs(math.sin(axis)) < 100 * precision
    assert dict(found.attributes) == {}
    assert dict(ag.fit_ellipse(given_one).attributes) == {"k": 1}


def test_scattered_points_are_fitted_as_opencv_does() -> None:
    import cv2

    rng = np.random.default_rng(3)
    for _ in range(40):
        turn = rng.uniform(0, 2 * np.pi, 12)
        points = np.stack([80 + 40 * np.cos(turn), 60 + 15 * np.sin(turn)], axis=1) + rng.normal(
            0, 1, (12, 2)
        )
        found = ag.fit_ellipse(points)
        (x, y), sizes, _ = cv2.fitEllipseDirect(points.astype(np.float32))
        assert (found.x, found.y, 2 * found.rx, 2 * found.ry) == pytest.approx(
            (x, y, max(sizes), min(sizes)), abs=0.05
        )


def test_lines_are_fitted_by_their_points() -> None:
    turn = np.linspace(0, 5, 30)
    line = np.stack([9 * np.cos(turn), 4 * np.sin(turn)], axis=1)

    found = ag.fit_ellipse(ag.Polyline(line, "arc"))

    assert (found.rx, found.ry, found.label) == (pytest.approx(9), pytest.approx(4), "arc")


def test_giants_have_ellipses() -> None:
    box = ag.Box(0, 0, 3e150, 1e150, "giant")

    assert ag.fit_ellipse(box).rx == pytest.approx(3e150 / math.sqrt(3))
    assert ag.fit_ellipse(ag.Ellipse(0, 0, 1e200, 2e200, 0, "giant")).angle == 90


@pytest.mark.parametrize(
    ("shape", "method", "named"),
    [
        ([(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], None, "five or more points"),
        ([(0, 0), (1, 0), (1, 1), (0, 1)], None, "five or more points"),
        ([(3, 3)] * 9, None, "five or more points"),
        ([(0, 0), (1, 1), (2, 2)], "moments", "an area"),
        (ag.Box(0, 0, 0, 5, "flat"), None, "a flat Box"),
        (ag.Ellipse(0, 0, 0, 5, 0, "flat"), None, "a flat Ellipse"),
        (ag.Polyline([(0, 0), (3, 3)], "line"), "moments", "an area"),
        (np.ones((3, 3), bool), "points", "mask"),
        (ag.Box(0, 0, 5, 5, "x"), "best", "method"),
    ],
)
def test_what_no_ellipse_fits_is_refused(shape: Any, method: str | None, named: str) -> None:
    with pytest.raises(InputError, match=named):
        ag.fit_ellipse(shape, method=method)

"""Masks to polygons and boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from annogeo.definitions import Box, Polygon, Segmentation
from annogeo.errors import InputError
from annogeo.masks import boxes_from_mask, mask_to_polygon, mask_to_polygons, polygons_from_mask
from annogeo.rle import Rle
from tests.naive.trace import filled

RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool)
TWO = np.array([[1, 0, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]], bool)


def disc(height: int, width: int, x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width] + 0.5
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


@pytest.mark.parametrize("epsilon", [0, None])
@given(mask=hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
@settings(max_examples=60, deadline=None)
def test_exact_polygons_hold_the_pixels(epsilon: float | None, mask: np.ndarray) -> None:
    polygon = mask_to_polygon(mask, epsilon)

    assert epsilon is None or polygon.area == mask.sum()
    assert polygon.to_rle(*mask.shape) == Rle.from_mask(mask)


@pytest.mark.parametrize(
    "mask", [RING, RING.astype(float), RING.tolist(), Rle.from_mask(RING), Segmentation(RING, "a")]
)
def test_anything_that_is_a_mask_is_taken(mask: Any) -> None:
    polygon = mask_to_polygon(mask, label="car", attributes={"a": 1})

    assert (polygon.label, polygon.attributes, polygon.area) == ("car", {"a": 1}, 8)


def test_a_hole_stays_a_hole() -> None:
    """The platform SDK's defect A7: a ring mask came back as two solid polygons."""
    polygon = Polygon.from_segmentation(RING, "car", max_instances=1)

    assert isinstance(polygon, Polygon)
    assert len(polygon.rings) == 2
    assert polygon.area == 8


def test_outlines_do_not_shrink() -> None:
    """The platform SDK's defect A22: a 10 x 10 square had area 81, single pixels and thin lines vanished."""
    square = Polygon.from_segmentation(np.ones((10, 10)), "car")
    pixel = Polygon.from_segmentation([[0, 0], [0, 1]], "car")
    line = Polygon.from_segmentation([[0, 0, 0], [1, 1, 1]], "car")

    assert [polygon.area for polygon in (square, pixel, line)] == [100, 1, 3]  # type: ignore[union-attr]


@pytest.mark.parametrize("epsilon", [None, 0, 0.5, 2])
def test_a_part_is_outlined_the_same_beside_a_larger_one(epsilon: float | None) -> None:
    """The platform SDK's defect A21: the largest part's tolerance was used for all."""
    small = disc(60, 200, 20.0, 20.0, 8.0)
    both = small | disc(60, 200, 130.0, 30.0, 28.0)

    alone = Polygon.from_segmentation(small, "car", epsilon=epsilon)
    beside = Polygon.from_segmentation(both, "car", epsilon=epsilon, max_instances=None)

    assert beside[1] == alone  # type: ignore[index]


def test_several_parts_come_largest_first() -> None:
    polygons = polygons_from_mask(TWO, "car", epsilon=0, max_instances=None)

    assert [polygon.area for polygon in polygons] == [3, 1]  # type: ignore[union-attr]
    assert [polygon.area for polygon in mask_to_polygons(TWO)] == [3, 1]
    assert len(mask_to_polygon(TWO).parts) == 2


def test_one_part_is_a_polygon_more_a_list() -> None:
    assert isinstance(polygons_from_mask(TWO, "car"), Polygon)
    assert isinstance(polygons_from_mask(TWO, "car", max_instances=2), list)
    assert isinstance(polygons_from_mask(RING, "car", max_instances=None), list)


def test_small_parts_are_left_out_on_request() -> None:
    assert len(polygons_from_mask(TWO, "car", max_instances=None, min_area=1)) == 1  # type: ignore[arg-type]
    assert polygons_from_mask(TWO, "car", max_instances=None, min_area=3) == []


def test_connectivity_8_joins_corners() -> None:
    cross = [[1, 0], [0, 1]]

    assert len(mask_to_polygons(cross, connectivity=4)) == 2
    assert len(mask_to_polygons(cross, connectivity=8)) == 1
    assert Box.from_segmentation(cross, "car", connectivity=8) == [Box(0, 0, 2, 2, "car")]


def test_an_empty_mask_gives_no_rings_no_parts_and_an_error_for_one() -> None:
    empty = np.zeros((4, 4), bool)

    assert mask_to_polygon(empty).rings == []
    assert mask_to_polygons(empty) == []
    assert polygons_from_mask(empty, "car", max_instances=None) == []
    assert boxes_from_mask(empty).shape == (0, 4)
    assert Box.from_segmentation(empty, "car") == []
    with pytest.raises(InputError, match="empty"):
        polygons_from_mask(empty, "car")
    with pytest.raises(InputError, match="more than 5 px"):
        polygons_from_mask(TWO, "car", min_area=5)


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 3.0])
def test_a_tolerance_is_kept_and_saves_corners(epsilon: float) -> None:
    import shapely

    mask = disc(100, 100, 50.3, 49.1, 40.0) & ~disc(100, 100, 45.0, 50.0, 15.0)
    exact, simple = mask_to_polygon(mask), mask_to_polygon(mask, epsilon)

    assert len(simple.rings) == 2
    for ring, simpler in zip(exact.rings, simple.rings, strict=True):
        line = shapely.LinearRing(simpler)
        assert len(simpler) < len(ring)
        assert shapely.distance(shapely.points(ring), line).max() <= epsilon
        assert line.is_simple


def test_simplified_rings_do_not_cross_their_neighbours() -> None:
    rng = np.random.default_rng(4)
    noise = rng.random((30, 30))
    mask = np.kron(noise > 0.6, np.ones((4, 4), bool))
    mask[::9] = False

    polygons = mask_to_polygons(mask, epsilon=1.5, connectivity=8)

    areas = sum(polygon.area for polygon in polygons)
    together = mask_to_polygon(mask, epsilon=1.5, connectivity=8)
    assert together.area == pytest.approx(areas)


@pytest.mark.parametrize("count", [0, -1, True, "2", 1.5])
def test_other_numbers_of_parts_are_refused(count: Any) -> None:
    with pytest.raises(InputError, match="max_instances"):
        polygons_from_mask(RING, "car", max_instances=count)


def test_rings_are_filled_back_by_parity() -> None:
    mask = np.random.default_rng(8).random((40, 50)) > 0.4

    assert np.array_equal(
        filled([ring.astype(int) for ring in mask_to_polygon(mask).rings], mask.shape), mask
    )

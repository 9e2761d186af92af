"""Outlines within a distance: it is kept, rings stay simple, apart and in one another, and few vertices are left."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from annogeo.masks import Outline, label_map_to_polygons, mask_to_polygon, outline
from annogeo.masks.vertices import simplified
from annogeo.rle import Rle
from benchmarks import real_masks
from tests.masks.ring_checks import are_apart, are_valid, every_4x4_mask, rings_of
from tests.naive import simplify as naive

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
connectivities = st.sampled_from([4, 8])
DISTANCES = [2.0**-16, 0.3, 0.5, 0.77, 1.0, 1.5, 2.0, 5.0, 1e6]


def checked(mask: Rle, epsilon: float, connectivity: int) -> tuple[Outline, np.ndarray, np.ndarray]:
    """Check all that is promised of a mask's rings, and give the traced and the new ones."""
    exact = outline(mask, connectivity)
    xy, offsets = simplified(exact.xy, exact.offsets, epsilon, connectivity)
    assert are_apart(xy, offsets).all()
    assert are_valid(xy, offsets, exact.outer).all()
    assert (np.diff(offsets) >= 3).all()
    pairs = zip(rings_of(exact.xy, exact.offsets), rings_of(xy, offsets), strict=True)
    assert all(distance(*pair) <= epsilon + 1e-9 for pair in pairs)
    return exact, xy, offsets


def distance(traced: np.ndarray, ring: np.ndarray) -> float:
    """Give the Hausdorff distance of two rings, of points close to each other on both."""
    a, b = (shapely.segmentize(shapely.linearrings(corners), 0.25) for corners in (traced, ring))
    far = [shapely.distance(shapely.points(p.coords), q).max() for p, q in ((a, b), (b, a))]
    return float(max(far))


@given(masks, st.sampled_from(DISTANCES), connectivities)
@settings(max_examples=100, deadline=None)
def test_any_mask_stays_within_the_distance_in_simple_rings_apart(
    mask: np.ndarray, epsilon: float, connectivity: int
) -> None:
    checked(Rle.from_mask(mask), epsilon, connectivity)


@given(masks, st.sampled_from([0.3, 0.77, 1.3, 3.1]), connectivities)
@settings(max_examples=40, deadline=None)
def test_exact_arithmetic_takes_out_the_same(mask: np.ndarray, epsilon: float, connectivity: int) -> None:
    exact = outline(Rle.from_mask(mask), connectivity)

    rings = rings_of(*simplified(exact.xy, exact.offsets, epsilon, connectivity))

    expected = naive.simplify(
        [ring.tolist() for ring in rings_of(exact.xy, exact.offsets)], Fraction(epsilon)
    )
    assert [ring.tolist() for ring in rings] == [[[float(x), float(y)] for x, y in ring] for ring in expected]


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("epsilon", [2.0**-16, 0.5, 1.0, 2.0])
def test_all_4x4_masks_stay_valid(epsilon: float, connectivity: int) -> None:
    all_of = every_4x4_mask(connectivity)

    xy, offsets = simplified(all_of.xy, all_of.offsets, epsilon, connectivity, all_of.owners)

    assert (np.diff(offsets) >= 3).all()
    assert are_apart(xy, offsets, all_of.owners).all()
    assert are_valid(xy, offsets, all_of.outer, all_of.owners).all()


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("density", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("side", [1, 3])
def test_noise_stays_valid(side: int, density: float, connectivity: int) -> None:
    noise = np.random.default_rng(int(density * 100)).random((40, 50)) < density
    mask = Rle.from_mask(np.kron(noise, np.ones((side, side), bool)))

    for epsilon in (0.5, 1.0, 3.0):
        exact = outline(mask, connectivity)
        xy, offsets = simplified(exact.xy, exact.offsets, epsilon, connectivity)
        assert are_apart(xy, offsets).all()
        assert are_valid(xy, offsets, exact.outer).all()


def test_a_small_step_goes_as_a_whole() -> None:
    mask = np.ones((20, 40), bool)
    mask[0, 20:] = False

    assert len(mask_to_polygon(mask, 0.5).rings[0]) == 4


def test_an_island_stays_where_it_is() -> None:
    """An edge across a bay would leave the island in it inside."""
    mask = np.ones((30, 30), bool)
    mask[:9, 10:20] = False
    mask[4, 15] = True

    land, island = mask_to_polygon(mask, 10).rings
    mask[4, 15] = False
    without = mask_to_polygon(mask, 10).rings

    assert shapely.Polygon(land).disjoint(shapely.Polygon(island))
    assert shapely.Polygon(without[0]).contains(shapely.Polygon(island))


def test_nothing_vanishes() -> None:
    mask = np.zeros((9, 9), bool)
    mask[2, 2] = mask[5, 1:8] = True

    assert [len(ring) for ring in mask_to_polygon(mask, 100).rings] == [3, 3]


def test_huge_boxes_take_no_time() -> None:
    runs = Rle.from_rows(np.array([[0, 0, 2**15], [2**15 - 1, 0, 2**15]], np.int32), (2**15, 2**15))

    assert len(mask_to_polygon(runs, 1e9).rings) == 2


def test_far_away_is_as_near() -> None:
    mask = np.random.default_rng(5).random((20, 20)) < 0.6
    exact = outline(Rle.from_mask(mask), 4)
    near, offsets = simplified(exact.xy, exact.offsets, 1.3)
    far, far_offsets = simplified(exact.xy + 2**30, exact.offsets, 1.3)

    assert np.array_equal(offsets, far_offsets)
    assert np.abs(far - 2**30 - near).max() < 1e-6


@given(
    hnp.arrays(np.int32, (7, 8), elements=st.integers(0, 4)),
    st.sampled_from([None, 0.5, 1.0]),
    connectivities,
)
@settings(max_examples=40, deadline=None)
def test_a_map_gives_what_its_masks_give(ids: np.ndarray, epsilon: float | None, connectivity: int) -> None:
    polygons = label_map_to_polygons(ids, epsilon, connectivity)

    assert polygons == {
        label: mask_to_polygon(ids == label, epsilon, connectivity, str(label)) for label in polygons
    }


@pytest.mark.parametrize("epsilon", [-1, float("nan"), float("inf"), True, "1", 1e-9, [1]])
def test_other_distances_are_refused(epsilon: Any) -> None:
    from annogeo.errors import InputError

    with pytest.raises(InputError, match="epsilon"):
        mask_to_polygon([[1]], epsilon)
    with pytest.raises(InputError, match="epsilon"):
        label_map_to_polygons([[1]], epsilon)


@pytest.mark.shared
@pytest.mark.parametrize("name", real_masks.SETS)
def test_real_masks_stay_within_the_distance(name: str) -> None:
    if not real_masks.DATA.exists():
        pytest.skip("reference data not present")
    every = {"COCO": 60, "osvos": 30, "BDD100K": 30}.get(name, 15)
    some = list(real_masks.SETS[name]())[::every]
    before = after = 0
    for mask in some:
        exact, xy, _ = checked(mask, 1.0, 4)
        before += len(exact.xy)
        after += len(xy)
    assert after <= 0.35 * before

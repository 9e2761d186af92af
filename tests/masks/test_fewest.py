"""Outlines of few vertices: every pixel kept, every ring simple and apart from the others, few indeed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from annogeo.errors import InputError
from annogeo.masks import Outline, mask_to_polygon, outline
from annogeo.masks.vertices import fewest
from annogeo.rle import Rle
from benchmarks import real_masks
from tests.masks.ring_checks import are_apart, are_valid, every_4x4_mask, filled, rings_of
from tests.naive import fewest as naive, raster

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
connectivities = st.sampled_from([4, 8])


def traced(mask: np.ndarray | Rle, connectivity: int = 4) -> Outline:
    return outline(Rle.from_mask(mask), connectivity)


def checked(mask: np.ndarray, connectivity: int) -> tuple[Outline, np.ndarray, np.ndarray]:
    """Check all that is promised of a mask's rings, and give the traced and the new ones."""
    exact = traced(mask, connectivity)
    xy, offsets = fewest(exact.xy, exact.offsets, mask.shape, connectivity)
    assert np.array_equal(filled(xy, offsets, *mask.shape), mask)
    assert are_apart(xy, offsets).all()
    assert are_valid(xy, offsets, exact.outer).all()
    assert ((xy >= 0) & (xy <= mask.shape[::-1])).all()
    assert (np.diff(offsets) <= np.diff(exact.offsets)).all()
    return exact, xy, offsets


@given(masks, connectivities)
@settings(max_examples=100, deadline=None)
def test_any_mask_keeps_its_pixels_in_simple_rings_apart(mask: np.ndarray, connectivity: int) -> None:
    checked(mask, connectivity)


@given(masks, connectivities)
@settings(max_examples=30, deadline=None)
def test_rings_pass_between_the_same_centres_as_the_traced_ones(mask: np.ndarray, connectivity: int) -> None:
    exact, xy, offsets = checked(mask, connectivity)

    for ring, corners in zip(rings_of(xy, offsets), rings_of(exact.xy, exact.offsets), strict=True):
        assert naive.are_same_round(naive.crossings(ring), naive.crossings(corners))


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("margin", [0, 1])
def test_all_4x4_masks_keep_their_pixels(margin: int, connectivity: int) -> None:
    """With the image ending at their own edges, and a pixel further."""
    all_of = every_4x4_mask(connectivity)
    sizes, side = np.diff(all_of.offsets), 4 + 2 * margin

    xy, offsets = fewest(all_of.xy + margin, all_of.offsets, (side, side), connectivity, all_of.owners)

    assert ((xy >= 0) & (xy <= side)).all()
    assert np.array_equal(
        filled(all_of.tiled(xy - margin, offsets), offsets, *all_of.tiles.shape), all_of.tiles
    )
    counts = np.diff(offsets)
    are_boxes = sizes == 4
    assert (counts[are_boxes] == 4).all()
    assert counts[~are_boxes].sum() <= {4: 0.475, 8: 0.43}[connectivity] * sizes[~are_boxes].sum()
    assert are_apart(xy, offsets, all_of.owners).all()
    assert are_valid(xy, offsets, all_of.outer, all_of.owners).all()


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("density", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
def test_noise_of_any_density_keeps_its_pixels(density: float, connectivity: int) -> None:
    mask = np.random.default_rng(int(density * 100)).random((60, 80)) < density

    checked(mask, connectivity)


def test_exact_arithmetic_fills_the_same_pixels() -> None:
    rng = np.random.default_rng(3)
    for scale in (1, 2, 3):
        mask = np.kron(rng.random((6, 6)) < 0.5, np.ones((scale, scale), bool))
        _, xy, offsets = checked(mask, 4)
        assert np.array_equal(raster.fill(rings_of(xy, offsets), *mask.shape), mask)


@given(masks, connectivities, st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_where_a_ring_starts_makes_no_more_than_a_vertex(
    mask: np.ndarray, connectivity: int, turn: int
) -> None:
    """From any start the walk is the shortest one that ends there: starts differ by what closing it costs."""
    exact = traced(mask, connectivity)
    turned = [np.roll(ring, turn, 0) for ring in rings_of(exact.xy, exact.offsets)] or [exact.xy]

    _, offsets = fewest(exact.xy, exact.offsets, mask.shape, connectivity)
    _, others = fewest(np.concatenate(turned), exact.offsets, mask.shape, connectivity)

    assert np.abs(np.diff(offsets) - np.diff(others)).max(initial=0) <= 1


@pytest.mark.parametrize(
    ("rows", "vertices"),
    [
        (["#..", "##.", "###"], 3),
        (["#.", "#.", "##"], 4),
        ([".#.", "###", ".#."], 4),
        (["###", "#.#", "###"], 8),
    ],
)
def test_some_shapes_take_known_numbers(rows: list[str], vertices: int) -> None:
    mask = np.pad([[pixel == "#" for pixel in row] for row in rows], 1)

    assert len(checked(mask, 4)[1]) == vertices


def test_a_box_keeps_its_corners() -> None:
    mask = np.zeros((9, 9), bool)
    mask[2:5, 3:9] = True
    mask[7, 1] = True

    assert sorted(ring.tolist() for ring in mask_to_polygon(mask, None).rings) == [
        [[1, 7], [2, 7], [2, 8], [1, 8]],
        [[3, 2], [9, 2], [9, 5], [3, 5]],
    ]


def test_pixels_that_meet_in_a_point_get_rings_that_do_not() -> None:
    cross = np.eye(3, dtype=bool)

    for connectivity, rings in ((4, 3), (8, 1)):
        _, xy, offsets = checked(cross, connectivity)
        assert len(offsets) - 1 == rings
        assert len(xy) <= 12


def test_a_slope_is_one_edge() -> None:
    """A straight border far across takes as many vertices as a triangle."""
    y, x = np.mgrid[:200, :300]
    mask = 2 * x + 3 * y < 500

    assert len(mask_to_polygon(mask, None).rings[0]) == 3


def test_rings_of_several_masks_may_share_their_borders() -> None:
    """Saddles are those of one mask: a chequered map of two labels has none, so each pixel's ring stays a box."""
    mask = np.indices((4, 4)).sum(0) % 2 == 0
    exact = traced(mask, 4)

    together, _ = fewest(exact.xy, exact.offsets, (4, 4))
    apart, _ = fewest(exact.xy, exact.offsets, (4, 4), masks=np.arange(len(exact.outer)))

    assert not np.array_equal(together, exact.xy)
    assert np.array_equal(apart, exact.xy)


def test_far_away_is_as_near() -> None:
    mask = np.random.default_rng(5).random((20, 20)) < 0.6
    exact = traced(mask)
    near, offsets = fewest(exact.xy + 7, exact.offsets, (100, 100))
    far, far_offsets = fewest(exact.xy + 2**30, exact.offsets, (2**31 - 1, 2**31 - 1))

    assert np.array_equal(offsets, far_offsets)
    assert np.abs(far - 2**30 - (near - 7)).max() < 1e-6


def test_no_rings_give_no_rings() -> None:
    xy, offsets = fewest(np.zeros((0, 2), np.int32), np.zeros(1, np.int32), (5, 5))

    assert xy.shape == (0, 2)
    assert offsets.tolist() == [0]


def test_other_connectivities_are_refused() -> None:
    with pytest.raises(InputError, match="connectivity"):
        fewest(np.zeros((0, 2), np.int32), np.zeros(1, np.int32), (5, 5), 6)


SHARES = {
    "COCO": 0.12,
    "BDD100K": 0.21,
    "stardist": 0.21,
    "panoptic": 0.23,
    "osvos": 0.33,
    "superannotate": 0.17,
}


@pytest.mark.shared
@pytest.mark.parametrize("name", SHARES)
def test_real_masks_keep_their_pixels_in_few_vertices(name: str) -> None:
    if not real_masks.DATA.exists():
        pytest.skip("reference data not present")
    every = {"COCO": 9, "osvos": 6, "BDD100K": 5}.get(name, 3)
    before = after = 0
    for mask in list(real_masks.SETS[name]())[::every]:
        exact, xy, _ = checked(mask.to_mask(), 4)
        before += len(exact.xy)
        after += len(xy)
    assert after <= (SHARES[name] + 0.03) * before

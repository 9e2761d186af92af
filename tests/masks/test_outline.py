"""Tracing: rings exactly on the pixel edges, with roles, for both connectivities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from annogeo.errors import InputError
from annogeo.masks import outline
from annogeo.rle import Rle
from tests.naive import trace as naive

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
connectivities = st.sampled_from([4, 8])


@given(masks, connectivities)
@settings(max_examples=150, deadline=None)
def test_rings_are_those_of_the_crack_walk(mask: np.ndarray, connectivity: int) -> None:
    traced = outline(Rle.from_mask(mask), connectivity)

    rings = [ring for part in traced.parts for ring in part]
    corners = [naive.first_rotation([tuple(corner) for corner in ring.tolist()]) for ring in rings]
    assert sorted(corners) == naive.rings(mask, connectivity)


@given(masks, connectivities)
@settings(max_examples=150, deadline=None)
def test_parts_are_the_connected_components_with_their_holes(mask: np.ndarray, connectivity: int) -> None:
    traced = outline(Rle.from_mask(mask), connectivity)

    found = [naive.filled(part, mask.shape) for part in traced.parts]
    expected = naive.components(mask, connectivity)
    assert sorted(part.tobytes() for part in found) == sorted(part.tobytes() for part in expected)
    areas = [part.sum() for part in found]
    assert areas == sorted(areas, reverse=True)
    assert traced.part_areas[traced.part_order()].tolist() == areas
    for part, box in zip(found, traced.part_boxes().tolist(), strict=True):
        assert box == Rle.from_mask(part).bounds.tolist()


@pytest.mark.parametrize("connectivity", [4, 8])
def test_all_3x3_masks_fill_back(connectivity: int) -> None:
    for number in range(512):
        mask = np.array([number >> k & 1 for k in range(9)], bool).reshape(3, 3)

        rings = [ring for part in outline(Rle.from_mask(mask), connectivity).parts for ring in part]

        assert np.array_equal(naive.filled(rings, (3, 3)), mask)


def test_outer_rings_run_clockwise_and_holes_the_other_way() -> None:
    traced = outline(Rle.from_mask([[1, 1, 1], [1, 0, 1], [1, 1, 1]]))

    (outer, hole), *_ = traced.parts
    assert outer.tolist() == [[0, 0], [3, 0], [3, 3], [0, 3]]
    assert hole.tolist() == [[2, 1], [1, 1], [1, 2], [2, 2]]


def test_an_island_in_a_hole_is_a_part_of_its_own() -> None:
    mask = np.ones((5, 5), bool)
    mask[1:4, 1:4] = False
    mask[2, 2] = True

    assert [len(part) for part in outline(Rle.from_mask(mask)).parts] == [2, 1]


def test_an_empty_mask_has_no_parts() -> None:
    traced = outline(Rle.from_mask(np.zeros((3, 3), bool)))

    assert traced.parts == []
    assert traced.part_boxes().shape == (0, 4)
    assert traced.part_order().size == 0


@pytest.mark.parametrize("connectivity", [0, 6, "4", None])
def test_other_connectivities_are_refused(connectivity: object) -> None:
    with pytest.raises(InputError, match="connectivity"):
        outline(Rle.from_mask([[1]]), connectivity)  # type: ignore[arg-type]

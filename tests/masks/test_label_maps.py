"""Label maps to polygons and to segmentations: every label at once, as each of them alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

import annogeo as ag
from annogeo.errors import InputError
from annogeo.masks import label_map_to_polygons, mask_to_polygon
from annogeo.rendering import label_map

maps = hnp.arrays(np.int16, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(-1, 2))
IDS = np.random.default_rng(1).integers(0, 4, (12, 15)).repeat(3, axis=0).repeat(3, axis=1)


@given(maps, st.sampled_from([4, 8]), st.sampled_from([0, 0.0, None, 0.7]))
@settings(max_examples=150, deadline=None)
def test_each_label_has_the_polygon_of_its_mask(ids: np.ndarray, connectivity: int, epsilon: Any) -> None:
    polygons = label_map_to_polygons(ids, epsilon, connectivity)

    expected = {
        label: mask_to_polygon(ids == label, epsilon, connectivity, str(label))
        for label in np.unique(ids).tolist()
        if label
    }
    assert list(polygons) == list(expected)
    assert polygons == expected


@pytest.mark.parametrize("epsilon", [0, None])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_polygons_filled_by_centres_are_the_map(epsilon: float | None, connectivity: int) -> None:
    polygons = label_map_to_polygons(IDS, epsilon, connectivity)

    assert np.array_equal(
        label_map(list(polygons.values()), *IDS.shape, ids={str(k): k for k in polygons}), IDS
    )
    assert all(np.array_equal(p.to_mask(*IDS.shape), label == IDS) for label, p in polygons.items())


def test_labels_are_plain_integers_and_their_text() -> None:
    polygons = ag.label_map_to_polygons(np.array([[0, 2**40], [-3, 0]]))

    assert [(type(label), label, polygon.label) for label, polygon in polygons.items()] == [
        (int, -3, "-3"),
        (int, 2**40, str(2**40)),
    ]
    assert list(label_map_to_polygons(np.array([[False, True]]))) == [1]
    assert list(label_map_to_polygons(np.array([[0.0, 2.0]]))) == [2]


def test_polygons_of_a_map_are_frozen_as_others_are() -> None:
    polygon = label_map_to_polygons([[1, 0, 1]])[1]

    assert polygon.area == 2
    with pytest.raises(ValueError, match="read-only"):
        polygon.rings[0][0, 0] = 5


@pytest.mark.parametrize("epsilon", [-1, float("nan"), True])
def test_other_distances_are_refused(epsilon: Any) -> None:
    with pytest.raises(InputError, match="epsilon"):
        label_map_to_polygons(IDS, epsilon)


def test_what_is_no_label_map_is_refused() -> None:
    with pytest.raises(InputError, match="label_map"):
        label_map_to_polygons([[0.5]])
    with pytest.raises(InputError, match="label_map"):
        label_map_to_polygons([[0.5]], None)
    with pytest.raises(InputError, match="connectivity"):
        label_map_to_polygons(IDS, 0, 5)
    with pytest.raises(InputError, match="connectivity"):
        label_map_to_polygons(IDS, None, 5)

"""Instance maps to masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import annogeo as ag
from annogeo.errors import InputError
from annogeo.masks import segmentations_from_instance_mask
from annogeo.rle import Rle

IDS = np.array([[0, 2, 2, 7], [2, 2, 0, 300], [-1, -1, 0, 0]])


def test_each_id_of_the_map_becomes_one_mask_in_its_order() -> None:
    found = segmentations_from_instance_mask(IDS, {"bus": 300, "none": 5, "car": 2})

    assert [(mask.label, mask.rle) for mask in found] == [
        ("bus", Rle.from_mask(IDS == 300)),
        ("car", Rle.from_mask(IDS == 2)),
    ]


def test_the_map_may_name_zero() -> None:
    found = segmentations_from_instance_mask(IDS, {"road": 0})

    assert [(mask.label, mask.rle) for mask in found] == [("road", Rle.from_mask(IDS == 0))]


def test_the_background_of_the_map_is_no_mask() -> None:
    found = segmentations_from_instance_mask(IDS, {"$default": 0, "car": 2})

    assert [mask.label for mask in found] == ["car"]


def test_without_a_map_labels_are_ids_and_zero_is_background() -> None:
    found = segmentations_from_instance_mask(IDS)

    assert [mask.label for mask in found] == ["-1", "2", "7", "300"]
    assert all(mask.rle == Rle.from_mask(int(mask.label) == IDS) for mask in found)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16, np.int32, np.int64, np.uint64, np.float32])
def test_every_kind_of_number_is_an_id(dtype: Any) -> None:
    found = segmentations_from_instance_mask(np.array([[0, 1], [1, 1]], dtype))

    assert [(mask.label, mask.area) for mask in found] == [("1", 3)]


def test_memory_order_does_not_matter() -> None:
    turned = np.asfortranarray(IDS)

    assert segmentations_from_instance_mask(turned) == segmentations_from_instance_mask(IDS)
    assert segmentations_from_instance_mask(IDS[:, ::2]) == segmentations_from_instance_mask(
        IDS[:, ::2].copy()
    )


def test_segmentations_hold_all_parts_whatever_the_connectivity() -> None:
    ids = np.array([[4, 0, 4], [0, 4, 0]])

    four, eight = (ag.AnnotationCollection.from_instance_mask(ids, connectivity=c) for c in (4, 8))

    assert [annotation.annotation_definition.area for annotation in four] == [3]
    assert segmentations_from_instance_mask(ids, None, 4) == segmentations_from_instance_mask(ids, None, 8)
    assert len(eight) == 1
    with pytest.raises(InputError, match="connectivity"):
        ag.AnnotationCollection.from_instance_mask(ids, connectivity=6)


@pytest.mark.parametrize("shape", [(0, 0), (3, 0)])
def test_a_map_without_pixels_has_no_masks(shape: tuple[int, int]) -> None:
    assert segmentations_from_instance_mask(np.zeros(shape, int)) == []


@pytest.mark.parametrize(
    "mask", [[0, 1], [[0.5]], [[float("nan")]], [["a"]], [[1], [1, 2]], np.zeros((2, 2, 2), int)]
)
def test_what_is_no_map_of_ids_is_refused(mask: Any) -> None:
    with pytest.raises(InputError, match="mask"):
        segmentations_from_instance_mask(mask)


@pytest.mark.parametrize("instance_map", [[1, 2], {"car": "1"}, {"car": 1.5}, {"car": None}])
def test_what_maps_no_labels_to_ids_is_refused(instance_map: Any) -> None:
    with pytest.raises(InputError, match="instance_map"):
        segmentations_from_instance_mask(IDS, instance_map)

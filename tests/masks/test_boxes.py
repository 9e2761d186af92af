"""Masks to boxes: one per part, as skimage finds them, as many and as large as asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

import annogeo as ag
from annogeo.errors import InputError

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=10))


@given(masks, st.sampled_from([4, 8]), st.integers(0, 4), st.none() | st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_parts_are_those_of_skimage(
    mask: np.ndarray, connectivity: int, min_area: int, max_instances: int | None
) -> None:
    from skimage.measure import label, regionprops

    boxes = ag.Box.from_segmentation(
        mask, "x", connectivity=connectivity, min_area=min_area, max_instances=max_instances
    )

    regions = regionprops(label(mask, connectivity=connectivity // 4))
    large = [region for region in regions if region.area > min_area]
    expected = [[left, top, right, bottom] for top, left, bottom, right in (region.bbox for region in large)]
    found = [box.xyxy.tolist() for box in boxes]
    assert len(found) == min(len(expected), max_instances or len(expected))
    assert all(box in expected for box in found)
    if max_instances is None:
        assert sorted(found) == sorted(expected)
    area_of = {tuple(box): 0.0 for box in expected}
    for box, region in zip(expected, large, strict=True):
        area_of[tuple(box)] = max(area_of[tuple(box)], region.area)
    if len(area_of) == len(expected):  # no two parts in one box
        areas = [area_of[tuple(box)] for box in found]
        assert areas == sorted(area_of.values(), reverse=True)[: len(found)]
    if connectivity == 4 and min_area == 0 and max_instances is None:
        assert ag.Segmentation(mask, "x").to_box() == boxes


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"max_instances": 0}, "max_instances"),
        ({"max_instances": "2"}, "max_instances"),
        ({"max_instances": 1.5}, "max_instances"),
        ({"max_instances": True}, "max_instances"),
        ({"min_area": "2"}, "min_area"),
        ({"min_area": float("nan")}, "min_area"),
        ({"min_area": None}, "min_area"),
        ({"connectivity": 6}, "connectivity"),
    ],
)
def test_other_arguments_are_refused(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        ag.Box.from_segmentation([[1]], "x", **arguments)

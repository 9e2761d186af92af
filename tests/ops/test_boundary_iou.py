"""Boundary IoU: the pixels of the reference's definition, by cv2's erosion."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.errors import InputError
from annogeo.rle import border, eroded


def reference(mask: np.ndarray, ratio: float) -> np.ndarray:
    """The border as the paper's code has it: erosions by 3 x 3 of the picture with a rim of zeros."""
    height, width = mask.shape
    distance = max(1, round(ratio * np.sqrt(height**2 + width**2)))
    rimmed = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inner = cv2.erode(rimmed, np.ones((3, 3), np.uint8), iterations=distance)[1:-1, 1:-1]
    return mask & (inner == 0)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(1, 30),
    st.integers(1, 30),
    st.sampled_from([0.5, 0.9, 0.99, 1.0]),
    st.integers(0, 8),
)
def test_erosion_is_opencvs(seed: int, height: int, width: int, density: float, distance: int) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < density
    expected = mask
    if distance:
        rimmed = np.pad(mask.astype(np.uint8), 1)
        expected = cv2.erode(rimmed, np.ones((3, 3), np.uint8), iterations=distance)[1:-1, 1:-1] != 0

    assert np.array_equal(eroded(ag.Rle.from_mask(mask), distance).to_mask(), expected)
    assert np.array_equal(border(ag.Rle.from_mask(mask), distance).to_mask(), mask & ~expected)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.01, 0.02, 0.1]))
def test_boundary_iou_is_that_of_the_borders(seed: int, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    masks = np.zeros((4, 60, 80), bool)
    for mask in masks[:3]:
        y, x = rng.integers(0, 50), rng.integers(0, 70)
        mask[y : y + rng.integers(1, 40), x : x + rng.integers(1, 50)] = True
        mask ^= rng.random((60, 80)) < 0.01
    found = ag.boundary_iou_matrix(masks, masks, ratio)

    for i in range(4):
        for j in range(4):
            a, b = reference(masks[i], ratio), reference(masks[j], ratio)
            union = (a | b).sum()
            assert found[i, j] == ((a & b).sum() / union if union else 0.0)
    assert ag.boundary_iou(masks[0], masks[1], ratio) == found[0, 1]


def test_shapes_are_filled_where_the_size_is_known() -> None:
    box = ag.Box(10, 10, 60, 50)
    mask = box.to_mask(100, 100)

    assert ag.boundary_iou(box, mask) == 1.0
    assert ag.boundary_iou(box, ag.Box(12, 10, 60, 50), height=100, width=100) < 1.0
    assert ag.boundary_iou_matrix([], [box]).shape == (0, 1)
    giant = ag.Rle((10**6, 10**6), [0, 10**12])
    assert ag.boundary_iou(giant, giant) == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ag.boundary_iou(ag.Box(0, 0, 1, 1), ag.Box(0, 0, 1, 1)),
        lambda: ag.boundary_iou(np.ones((2, 2)), np.ones((2, 3))),
        lambda: ag.boundary_iou(np.ones((2, 2)), np.ones((2, 2)), 0),
        lambda: ag.boundary_iou(np.ones((2, 2)), ag.Point(1, 1, "a")),
        lambda: eroded(ag.Rle.from_mask(np.ones((2, 2))), -1),
    ],
)
def test_what_cannot_be_compared_is_said(wrong: Any) -> None:
    with pytest.raises(InputError):
        wrong()

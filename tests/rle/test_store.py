"""Stores of masks: the same numbers as pixels and pycocotools give, whatever the masks come as."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.errors import InputError
from tests.naive import mask_iou as naive

EMPTY = np.zeros((0, 4, 5), bool)


@st.composite
def stacks(draw: st.DrawFn) -> Any:
    height, width = draw(st.integers(1, 14)), draw(st.integers(1, 14))
    n, m = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    density = draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
    masks = [rng.random((height, width)) < density for _ in range(n)]
    others = [np.zeros((height, width), bool) for _ in range(m)]
    for other in others:  # boxes, many of which pass the ends of lines
        y, x = rng.integers(0, height), rng.integers(0, width)
        other[y : y + rng.integers(1, height + 1), x : x + rng.integers(1, width + 1)] = True
    return masks, others, (height, width), rng


FORMS = {
    "runs": lambda masks: [ag.Rle.from_mask(mask) for mask in masks],
    "strings": lambda masks: [ag.Rle.from_mask(mask).to_coco() for mask in masks],
    "bytes": lambda masks: [
        {**ag.Rle.from_mask(mask).to_coco(), "counts": ag.Rle.from_mask(mask).to_coco()["counts"].encode()}
        for mask in masks
    ],
    "pixels": lambda masks: masks,
}


@settings(max_examples=120, deadline=None)
@given(stacks(), st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(FORMS)))
def test_stores_are_compared_as_pixels_are(given_stacks: Any, form: str, other_form: str) -> None:
    masks, others, shape, rng = given_stacks
    one, other = ag.MaskStore(FORMS[form](masks), shape), ag.MaskStore(FORMS[other_form](others), shape)
    crowd = rng.random(len(others)) < 0.3

    assert np.array_equal(one.intersections(other), naive.intersections(masks, others))
    assert np.array_equal(one.iou(other, crowd), naive.iou(masks, others, crowd))
    assert np.array_equal(one.iou(one), naive.iou(masks, masks, [False] * len(masks)))
    assert np.array_equal(ag.iou_matrix(one, other), naive.iou(masks, others, [False] * len(others)))
    assert one.areas.tolist() == [int(mask.sum()) for mask in masks]
    assert one.boxes.tolist() == [ag.Rle.from_mask(mask).bounds.tolist() for mask in masks]
    assert list(one) == [ag.Rle.from_mask(mask) for mask in masks]
    assert list(one[::-1]) == [ag.Rle.from_mask(mask) for mask in masks[::-1]]
    again = pickle.loads(pickle.dumps(other))
    assert np.array_equal(one.iou(again), one.iou(other))


@settings(max_examples=40, deadline=None)
@given(stacks())
def test_overlap_is_pycocotools_to_the_bit(given_stacks: Any) -> None:
    coco = pytest.importorskip("pycocotools.mask")
    masks, others, _, rng = given_stacks
    if not masks or not others:
        return
    crowd = (rng.random(len(others)) < 0.5).astype(np.uint8)
    mine, theirs = (
        [coco.encode(np.asfortranarray(mask.astype(np.uint8))) for mask in side] for side in (masks, others)
    )

    expected = coco.iou(mine, theirs, crowd.tolist())
    assert np.array_equal(ag.MaskStore(mine).iou(ag.MaskStore(theirs), crowd), expected)


def test_large_shapes_cost_no_memory() -> None:
    side = 10**9
    half = ag.Rle((side, side), [0, side * side // 2])
    rest = ~half
    store = ag.MaskStore([half, rest, ag.Rle((side, side), [])])

    assert store.intersections(store)[0].tolist() == [side * side // 2, 0, 0]
    assert store.iou(store).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    small = ag.MaskStore([ag.Rle((side, side), [5, 8, side + 5, side + 8])])
    assert small.intersections(store).tolist() == [[6, 0, 0]]


def test_many_noisy_masks() -> None:
    rng = np.random.default_rng(1)
    masks = rng.random((6, 70, 90)) < 0.5
    blobs = np.zeros((6, 70, 90), bool)
    for k in range(6):
        blobs[k, 5 * k : 5 * k + 30, 8 * k : 8 * k + 40] = True

    one, other = ag.MaskStore(masks), ag.MaskStore(blobs)
    assert np.array_equal(one.intersections(other), naive.intersections(masks, blobs))
    assert np.array_equal(one.intersections(one), naive.intersections(masks, masks))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ag.MaskStore([np.zeros((2, 2)), np.zeros((2, 3))]),
        lambda: ag.MaskStore([{"size": [2, 2], "counts": "~"}]),
        lambda: ag.MaskStore([{"size": [2, 2], "counts": "5"}]),
        lambda: ag.MaskStore([{"size": [2, 2]}]),
        lambda: ag.MaskStore([{"size": [2, -2], "counts": "4"}]),
        lambda: ag.MaskStore([{"size": None, "counts": "4"}]),
        lambda: ag.MaskStore([7]),
        lambda: ag.MaskStore([[[1]]]).iou(ag.MaskStore([[[1, 0]]])),
        lambda: ag.MaskStore([[[1]]]).iou(ag.MaskStore([[[1]]]), iscrowd=[1, 0]),
        lambda: ag.MaskStore([[[1]]], (3, 3)),
    ],
)
def test_what_is_no_store_is_said(wrong: Any) -> None:
    with pytest.raises(InputError):
        wrong()


def test_an_empty_store() -> None:
    store = ag.MaskStore([], (4, 5))

    assert (len(store), store.shape, store.areas.size, store.boxes.shape) == (0, (4, 5), 0, (0, 4))
    assert store.iou(ag.MaskStore(np.ones((2, 4, 5), bool))).shape == (0, 2)
    assert ag.iou_matrix(store, store).shape == (0, 0)

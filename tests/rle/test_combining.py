"""Union and intersection of many masks, and painting into arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from annogeo.errors import InputError
from annogeo.rle import Rle

shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9)
stacks = shapes.flatmap(
    lambda shape: st.tuples(st.integers(1, 8), st.sampled_from([0.1, 0.3, 0.9]), st.integers(0, 999)).map(
        lambda how: np.random.default_rng(how[2]).random((how[0], *shape)) < how[1]
    )
)


@given(stacks)
@settings(max_examples=100, deadline=None)
def test_many_masks_are_merged_as_pycocotools_does(stack: np.ndarray) -> None:
    rles = [Rle.from_mask(mask) for mask in stack]

    union, intersection = Rle.union(rles), Rle.intersection(iter(rles))

    assert union == Rle.from_mask(stack.any(axis=0))
    assert intersection == Rle.from_mask(stack.all(axis=0))
    theirs = coco_mask.encode(np.asfortranarray(stack.transpose(1, 2, 0).astype(np.uint8)))
    for mine, intersect in ((union, False), (intersection, True)):
        assert mine.to_coco()["counts"] == coco_mask.merge(theirs, intersect=intersect)["counts"].decode()


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        ([], "at least one"),
        ([Rle((1, 2), []), Rle((2, 1), [])], r"masks\[1\]: .* 1x2 and 2x1"),
        ([[[1, 0]]], r"masks\[0\]: expected an Rle"),
        ([Rle((1, 2), []), None], r"masks\[1\]: expected an Rle"),
    ],
)
@pytest.mark.parametrize("combine", [Rle.union, Rle.intersection])
def test_what_can_not_be_merged_is_refused(combine: Any, masks: list[Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        combine(masks)


@given(
    hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=20)),
    st.sampled_from([np.bool_, np.uint8, np.int16, np.float32, np.float64, np.complex128, ">u4"]),
    st.sampled_from([(), (1,), (2,), (3,), (4,), (2, 3)]),
    st.sampled_from(["C", "F", "steps", "odd"]),
)
@settings(max_examples=150, deadline=None)
def test_painting_writes_the_pixels_inside_and_no_others(
    mask: np.ndarray, dtype: Any, pixel: tuple[int, ...], order: Any
) -> None:
    shape = (*mask.shape, *pixel)
    value: Any = np.arange(int(np.prod(pixel)), dtype=np.uint8).reshape(pixel) % 2 if pixel else 1
    if order == "steps":
        target = np.ones((2 * shape[0], *shape[1:]), dtype)[::2]
    elif order == "odd":  # memory that does not begin at a multiple of the item's size
        n = int(np.prod(shape)) * np.dtype(dtype).itemsize
        target = np.ones(n + 1, np.uint8)[1:].view(dtype).reshape(shape) if n else np.ones(shape, dtype)
    else:
        target = np.ones(shape, dtype, order)
    expected = target.copy()
    expected[mask] = value

    found = Rle.from_mask(mask).paint(target, value)

    assert found is target
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("target", "value", "message"),
    [
        (np.zeros((2, 2)), 1, "target"),
        (np.zeros(3), 1, "target"),
        ([[0, 0, 0]], 1, "target"),
        (np.broadcast_to(np.zeros(3), (1, 3)), 1, "writable"),
        (np.zeros((1, 3), np.uint8), 256, "uint8"),
        (np.zeros((1, 3), np.uint8), -1, "uint8"),
        (np.zeros((1, 3), np.uint8), 1.5, "uint8"),
        (np.zeros((1, 3), np.uint8), float("nan"), "uint8"),
        (np.zeros((1, 3), np.uint8), [1, 2], "uint8"),
        (np.zeros((1, 3), np.uint8), "1", "uint8"),
        (np.zeros((1, 3), bool), 2, "bool"),
        (np.zeros((1, 3, 3), np.uint8), [1, 2], "uint8"),
        (np.zeros((1, 3), np.float32), None, "float32"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_can_not_be_painted_is_refused(target: Any, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Rle.from_mask([[0, 1, 1]]).paint(target, value)


def test_painting_a_huge_mask_costs_its_runs() -> None:
    target = np.zeros((4000, 4000), np.uint8)

    Rle.from_rows([[3, 5, 9]], (4000, 4000)).paint(target, 7)

    assert target.sum() == 28

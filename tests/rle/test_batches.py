"""Many masks to COCO strings and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from annogeo.errors import InputError
from annogeo.rle import Rle, coco_decode, coco_encode

stacks = st.tuples(st.integers(1, 5), st.integers(1, 15), st.integers(1, 15)).flatmap(
    lambda shape: hnp.arrays(bool, shape)
)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in pycocotools
@given(stacks)
@settings(max_examples=120, deadline=None)
def test_masks_are_encoded_and_decoded_as_pycocotools_does(stack: np.ndarray) -> None:
    theirs = coco_mask.encode(np.asfortranarray(stack.transpose(1, 2, 0).astype(np.uint8)))

    found = coco_encode(stack)

    assert [one["counts"].encode() for one in found] == [one["counts"] for one in theirs]
    assert [one["size"] for one in found] == [list(one["size"]) for one in theirs]
    decoded = coco_decode(found)
    assert decoded.dtype == np.bool_
    assert np.array_equal(decoded, coco_mask.decode(theirs).transpose(2, 0, 1) > 0)
    assert np.array_equal(coco_decode(theirs), stack)
    assert np.array_equal(coco_decode([Rle.from_coco(one) for one in found]), stack)


def test_masks_of_any_kind_are_encoded() -> None:
    dense = [[0, 1], [1, 1]]

    found = coco_encode([dense, np.array(dense, np.float32), np.asfortranarray(dense), Rle.from_mask(dense)])

    assert found == 4 * [Rle.from_mask(dense).to_coco()]
    assert coco_encode(mask for mask in [dense]) == found[:1]
    assert coco_encode([]) == coco_encode(np.zeros((0, 3, 4), bool)) == []
    assert coco_encode(np.zeros((2, 0, 4), bool)) == 2 * [{"size": [0, 4], "counts": "0"}]


def test_run_lengths_and_runs_without_length_are_decoded() -> None:
    listed = [{"size": [2, 2], "counts": [1, 0, 1, 2]}, {"size": [2, 2], "counts": [0, 4]}]
    empty_runs = [
        {"size": [2, 2], "counts": Rle((2, 2), [0, 4]).to_coco()["counts"]},
        {"size": [2, 2], "counts": "1003"},
    ]

    assert coco_decode(listed).astype(int).tolist() == [[[0, 1], [0, 1]], [[1, 1], [1, 1]]]
    expected = [Rle.from_coco(one).to_mask().tolist() for one in empty_runs]
    assert coco_decode(empty_runs).tolist() == expected
    assert coco_decode([]).shape == (0, 0, 0)


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8])
def test_a_buffer_is_cleared_and_written(dtype: Any) -> None:
    strings = coco_encode(np.eye(3, dtype=bool)[:, None])
    out = np.ones((3, 1, 3), dtype)

    found = coco_decode(strings, out=out)

    assert found is out
    assert out.tolist() == np.eye(3, dtype=dtype)[:, None].tolist()
    empty = np.ones((0, 5, 6), dtype)
    assert coco_decode([], out=empty) is empty


ONE = {"size": [1, 3], "counts": "12"}


@pytest.mark.parametrize(
    ("masks", "out", "message"),
    [
        ([ONE, {"size": [3, 1], "counts": "12"}], None, "one size"),
        ([ONE, {"size": [1, 3], "counts": "13"}], None, r"masks\[1\]\.counts"),
        ([ONE, {"size": [1, 3], "counts": "1!"}], None, r"masks\[1\]\.counts"),
        ([ONE, {"size": [1, 3]}], None, r"masks\[1\]"),
        ([ONE, None], None, r"masks\[1\]"),
        ([ONE, 7], None, r"masks\[1\]"),
        ([{"size": [2**15, 2**15], "counts": [2**30]}], None, "over the limit"),
        (99 * [{"size": [2**14, 2**14], "counts": [2**28]}], None, "over the limit"),
        ([ONE], np.zeros((1, 1, 4), bool), "out"),
        ([ONE], np.zeros((1, 1, 3)), "out"),
        ([ONE], np.zeros((1, 1, 6), bool)[..., ::2], "out"),
        ([ONE], np.broadcast_to(np.zeros(3, bool), (1, 1, 3)), "out"),
        ([ONE], [[[0, 0, 0]]], "out"),
    ],
)
def test_what_can_not_be_decoded_is_refused(masks: list[Any], out: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        coco_decode(masks, out=out)


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        (np.zeros((2, 3)), r"masks\[0\]"),
        ([[[1, 0]], [[1], [0]]], "one size"),
        ([[[1, 0]], [[float("nan"), 0]]], r"masks\[1\]"),
        ([None], r"masks\[0\]"),
    ],
)
def test_what_can_not_be_encoded_is_refused(masks: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        coco_encode(masks)

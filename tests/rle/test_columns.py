"""Edges turned over the diagonal, and COCO strings, many masks at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from annogeo.errors import InputError
from annogeo.kernels.rle_columns import WIDEST, encode_strings
from annogeo.rle import Rle
from annogeo.rle.runs import all_transposed, transposed
from tests.naive import rle as naive

stacks = st.tuples(st.integers(0, 5), st.integers(1, 13), st.integers(1, 13)).flatmap(
    lambda shape: hnp.arrays(bool, shape)
)


@given(stacks)
@settings(max_examples=150, deadline=None)
def test_turned_edges_are_those_of_the_turned_masks(stack: np.ndarray) -> None:
    parts = [naive.find_edges(mask) for mask in stack]
    offsets = np.cumsum([0, *map(len, parts)])
    edges = np.array([edge for part in parts for edge in part], np.int64)

    turned, ends = all_transposed(edges, offsets, *stack.shape[1:])

    found = [turned[a:b].tolist() for a, b in pairwise(ends)]
    assert found == [naive.find_edges(mask.T) for mask in stack]


@pytest.mark.parametrize("density", [0.001, 0.1, 0.5, 0.99])
def test_noise_is_turned_there_and_back(density: float) -> None:
    mask = np.random.default_rng(2).random((211, 157)) < density
    edges = Rle.from_mask(mask).edges

    turned = transposed(edges, 211, 157)

    assert np.array_equal(turned, Rle.from_mask(mask.T).edges)
    assert np.array_equal(transposed(turned, 157, 211), edges)


@pytest.mark.parametrize("width", [WIDEST - 1, WIDEST, WIDEST + 1])
def test_wide_masks_are_turned_as_well(width: int) -> None:
    rows = [[0, 0, 3], [1, 2, width], [2, 0, 1], [2, width - 1, width]]
    rle = Rle.from_rows(rows, (3, width))
    dense = rle.to_mask()

    assert np.array_equal(transposed(rle.edges, 3, width), naive_edges(dense.T))
    assert Rle.from_coco(rle.to_coco()) == rle


def naive_edges(mask: np.ndarray) -> np.ndarray:
    flat = np.concatenate(([0], np.ascontiguousarray(mask).ravel().view(np.uint8), [0]))
    return np.flatnonzero(np.diff(flat.astype(np.int8)))


@pytest.mark.parametrize("width", [WIDEST, 10**9])
def test_a_mask_that_would_take_all_memory_is_refused(width: int) -> None:
    upper_half = Rle((10**9, width), [0, 5 * 10**8 * width])  # as many runs as columns
    if width <= WIDEST:
        assert Rle.from_coco(upper_half.to_coco()) == upper_half
    else:
        with pytest.raises(InputError, match="over the limit"):
            upper_half.to_coco()
    with pytest.raises(InputError, match="over the limit"):
        Rle.from_coco({"size": [10**9, width], "counts": [0, 3 * 10**8, 10**9 * width - 3 * 10**8]})


@given(st.lists(st.lists(st.integers(1, 2**34), max_size=12), max_size=5), st.sampled_from([1, 2**9, 2**33]))
@settings(max_examples=150, deadline=None)
def test_strings_of_any_runs_are_those_of_their_counts(masks: list[list[int]], rest: int) -> None:
    n_pixels = max((sum(counts) for counts in masks), default=0) + rest
    edges = [np.cumsum(counts[: len(counts) // 2 * 2], dtype=np.int64) for counts in masks]
    offsets = np.cumsum([0, *map(len, edges)])
    flat = np.concatenate([*edges, np.zeros(0, np.int64)])
    text, ends = np.empty(8 * (flat.size + len(masks)) + 8, np.uint8), np.empty(len(masks) + 1, np.int64)

    encode_strings(flat, offsets, n_pixels, text, ends)

    found = [text[a:b].tobytes().decode() for a, b in pairwise(ends)]
    counts = [np.diff([0, *part.tolist(), n_pixels]).tolist() for part in edges]
    assert found == [naive.encode_counts(one) for one in counts]


def test_masks_that_begin_and_end_inside_have_no_count_of_0_behind() -> None:
    whole, corners = ~Rle((2, 2), []), Rle((2, 2), [0, 1, 3, 4])

    assert whole.to_coco() == {"size": [2, 2], "counts": "04"}
    assert corners.to_coco(compressed=False)["counts"] == [0, 1, 2, 1]


def test_a_string_is_padded_as_far_as_it_is_read() -> None:
    from annogeo.kernels.mask_strings import PADDING
    from annogeo.rle import coco

    assert len(coco._PADDING) == PADDING

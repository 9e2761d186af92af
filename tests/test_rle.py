"""Rle: a value that holds a mask as runs."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from annogeo.errors import InputError
from annogeo.rle import Rle
from tests.naive import rle as naive

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=21))
same_shape_pairs = hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=12).flatmap(
    lambda shape: st.tuples(hnp.arrays(bool, shape), hnp.arrays(bool, shape))
)


def pycoco(mask: np.ndarray) -> dict[str, Any]:
    encoded = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(encoded["size"]), "counts": encoded["counts"].decode()}


@given(masks)
@settings(max_examples=150, deadline=None)
def test_every_view_of_a_mask_equals_its_slow_twin(mask: np.ndarray) -> None:
    rle = Rle.from_mask(mask)

    assert rle.edges.tolist() == naive.find_edges(mask)
    assert np.array_equal(rle.to_mask(), naive.paint_edges(rle.edges.tolist(), mask.shape))
    assert np.array_equal(rle.to_mask(), mask)
    assert rle.rows().tolist() == naive.cut_rows(mask)
    assert rle.area == mask.sum()
    assert rle.to_coco()["counts"] == naive.encode_counts(naive.coco_counts(mask))
    assert Rle.from_coco({"size": mask.shape, "counts": naive.coco_counts(mask)}) == rle
    assert Rle.from_rows(rle.rows(), mask.shape) == rle


@given(same_shape_pairs)
@settings(max_examples=100, deadline=None)
def test_set_operations_equal_numpy(pair: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = pair
    rle_a, rle_b = Rle.from_mask(a), Rle.from_mask(b)

    assert rle_a | rle_b == Rle.from_mask(a | b)
    assert rle_a & rle_b == Rle.from_mask(a & b)
    assert rle_a ^ rle_b == Rle.from_mask(a ^ b)
    assert rle_a - rle_b == Rle.from_mask(a & ~b)
    assert ~rle_a == Rle.from_mask(~a)


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)))
@settings(max_examples=100, deadline=None)
def test_coco_strings_are_those_of_pycocotools(mask: np.ndarray) -> None:
    theirs = pycoco(mask)

    assert Rle.from_mask(mask).to_coco() == theirs
    assert Rle.from_coco(theirs) == Rle.from_mask(mask)
    assert Rle.from_coco({**theirs, "counts": theirs["counts"].encode()}) == Rle.from_mask(mask)


@given(st.lists(st.integers(0, 2**40), max_size=30))
@settings(max_examples=100, deadline=None)
def test_strings_of_any_run_lengths_are_read_back(counts: list[int]) -> None:
    from annogeo.kernels import rle as kernels

    text = np.empty(13 * len(counts), np.uint8)
    text = text[: kernels.encode_counts(np.array(counts, np.int64), text)]
    decoded = np.empty(text.size, np.int64)
    found, status, _ = kernels.decode_counts(text, decoded)

    assert text.tobytes().decode() == naive.encode_counts(counts)
    assert status == kernels.STRING_OK
    assert decoded[:found].tolist() == counts == naive.decode_counts(text.tobytes().decode())


@pytest.mark.parametrize(
    ("mask", "inside"),
    [
        ([[True, False]], [[True, False]]),
        ([[0, 1, 2, 255]], [[False, True, True, True]]),
        ([[0.0, 0.5, 0.51, 1.0]], [[False, False, True, True]]),
        ([[0.0, 0.4, 255.0]], [[False, True, True]]),
        (
            [[0.0, 1.0, 3.0]],
            [[False, True, True]],
        ),  # the platform SDK's A9: no pixel of such a mask may be lost
        (np.array([[0, 7]], np.uint16), [[False, True]]),
    ],
)
def test_a_pixel_belongs_where_the_number_says_so(mask: Any, inside: list[list[bool]]) -> None:
    assert Rle.from_mask(mask).to_mask().tolist() == inside


def test_encoding_does_not_change_the_mask_given() -> None:
    mask = np.array([[0.0, 1.0, 3.0]])

    Rle.from_mask(mask)

    assert mask.tolist() == [[0.0, 1.0, 3.0]]


@pytest.mark.parametrize("shape", [(1, 64), (1, 65), (8, 8), (5, 13), (64, 3), (129, 1), (40, 50)])
def test_edges_in_every_place_are_found_in_both_memory_orders(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    for density in (0.02, 0.5, 0.98, 1.0):
        mask = rng.random(shape) < density
        expected = naive.find_edges(mask)
        for given_mask in (
            mask,
            np.asfortranarray(mask),
            mask[::-1][::-1],
            np.asfortranarray(mask.astype(np.uint8)),
        ):
            assert Rle.from_mask(given_mask).edges.tolist() == expected


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_order_and_offset_do_not_matter(order: Any) -> None:
    large = np.random.default_rng(3).random((60, 41)) > 0.5

    view = np.asarray(large, order=order)[7:50:3, 3:]

    assert np.array_equal(Rle.from_mask(view).to_mask(), view)
    assert np.array_equal(Rle.from_mask(large[1:]).to_mask(), large[1:])


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ([1, 0], "shape"),
        (np.zeros((2, 2, 2)), "shape"),
        ([[0.0, float("nan")]], r"mask\[0, 1\]"),
        ([[0.0, float("inf")]], "finite"),
        ([["a"]], "numbers"),
        ([[1], [1, 2]], "shape"),
        (None, "shape"),
    ],
)
def test_what_is_no_mask_is_refused(mask: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Rle.from_mask(mask)


@pytest.mark.parametrize(
    ("coco", "message"),
    [
        ({"size": [2, 2]}, "counts"),
        ([2, 2], "got list"),
        ({"size": [2], "counts": [4]}, r"\.size"),
        ({"size": [2, -2], "counts": [4]}, r"\.size"),
        ({"size": [2, 2.0], "counts": [4]}, r"\.size"),
        ({"size": [True, 4], "counts": [4]}, r"\.size"),
        ({"size": [2, 2**31], "counts": [4]}, r"\.size"),
        ({"size": [2, 2], "counts": [3]}, "4 px in all"),
        ({"size": [2, 2], "counts": [5]}, "4 px in all"),
        ({"size": [2, 2], "counts": [5, -1]}, "negative"),
        ({"size": [2, 2], "counts": [2**61, 2**61, 2**61, 2**61, 2**61, 2**61, 2**61, 2**61, 4]}, "4 px"),
        ({"size": [2, 2], "counts": [2**70]}, r"\.counts"),
        ({"size": [2, 2], "counts": [1.5, 2.5]}, r"\.counts"),
        ({"size": [2, 2], "counts": ["4"]}, r"\.counts"),
        ({"size": [2, 2], "counts": None}, r"\.counts"),
        ({"size": [2, 2], "counts": "4 "}, "character outside .* at byte 1"),
        ({"size": [2, 2], "counts": "4日"}, "character outside"),
        ({"size": [2, 2], "counts": "4p"}, "character outside"),
        ({"size": [2, 2], "counts": "4T"}, "ends inside a number"),
        ({"size": [2, 2], "counts": "o" * 20}, "too large"),
        ({"size": [2, 2], "counts": ""}, "4 px in all"),
    ],
)
def test_broken_coco_masks_are_refused(coco: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Rle.from_coco(coco)


@pytest.mark.parametrize("counts", [[4], [4, 0], [0, 0, 4], [2, 0, 2], [1, 0, 0, 0, 3]])
def test_empty_runs_in_coco_masks_mean_nothing(counts: list[int]) -> None:
    assert Rle.from_coco({"size": [2, 2], "counts": counts}) == Rle.from_mask(np.zeros((2, 2), bool))


@pytest.mark.parametrize("size", [[0, 0], [0, 5], [5, 0]])
def test_a_mask_may_have_no_pixels(size: list[int]) -> None:
    rle = Rle.from_coco({"size": size, "counts": []})

    assert rle == Rle.from_mask(np.zeros(size, bool)) == ~rle
    assert rle.to_coco() == {"size": size, "counts": "0"}
    assert rle.bounds.tolist() == [0, 0, 0, 0]


def test_huge_masks_cost_what_their_outline_costs() -> None:
    side = 10**9
    everything = Rle.from_coco({"size": [side, side], "counts": [0, side * side]})
    pixel = Rle.from_coco({"size": [side, side], "counts": [side * 7 + 5, 1, side * side - side * 7 - 6]})

    assert everything.area == side * side
    assert everything.bounds.tolist() == [0, 0, side, side]
    assert pixel.bounds.tolist() == [7, 5, 8, 6]
    assert (everything - pixel).area == side * side - 1
    assert Rle.from_coco(pixel.to_coco()) == pixel
    with pytest.raises(InputError, match="at most"):
        everything.to_mask()
    with pytest.raises(InputError, match="runs"):
        everything.rows()


def test_a_short_text_can_not_ask_for_all_memory() -> None:
    side = 10**9

    with pytest.raises(InputError, match="over the limit"):
        Rle.from_coco({"size": [side, side], "counts": [0, side // 2, side * side - side // 2]})


def test_pixels_are_decoded_up_to_the_limit_asked_for() -> None:
    with pytest.raises(InputError, match="max_pixels"):
        Rle((3, 3), np.array([])).to_mask(max_pixels=8)


@pytest.mark.parametrize("mask", [[[0, 0], [0, 0]], [[0, 1], [0, 1]], [[0, 1], [1, 0]], [[1, 1], [1, 1]]])
def test_bounds_hold_the_pixels_with_right_and_bottom_exclusive(mask: list[list[int]]) -> None:
    y, x = np.nonzero(mask)

    bounds = Rle.from_mask(mask).bounds

    assert bounds.dtype == np.float64
    expected = [x.min(), y.min(), x.max() + 1, y.max() + 1] if x.size else [0, 0, 0, 0]
    assert bounds.tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 9)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_rows_in_any_order_are_united(rows: list[tuple[int, int, int]]) -> None:
    mask = np.zeros((5, 9), bool)
    for y, x0, x1 in rows:
        mask[y, x0:x1] = True

    assert Rle.from_rows(np.array(rows, np.int32).reshape(-1, 3), (5, 9)) == Rle.from_mask(mask)


@pytest.mark.parametrize("row", [[-1, 0, 1], [2, 0, 1], [0, -1, 1], [0, 2, 4]])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_rows_outside_the_shape_are_refused(row: list[int], dtype: type) -> None:
    with pytest.raises(InputError, match=r"rows\[1\]"):
        Rle.from_rows(np.array([[0, 0, 1], row], dtype), (2, 3))


def test_masks_of_two_shapes_do_not_combine() -> None:
    with pytest.raises(InputError, match="1x2 and 2x1"):
        Rle.from_mask([[1, 0]]) | Rle.from_mask([[1], [0]])


def test_equality_and_hash_follow_shape_and_pixels() -> None:
    a = Rle.from_mask([[0, 1], [1, 0]])

    assert a == Rle((2, 2), [1, 3])
    assert hash(a) == hash(Rle((2, 2), [1, 3]))
    assert a != Rle((1, 4), [1, 3])
    assert a != Rle((2, 2), [1, 2])
    assert a != "a"


def test_a_value_can_not_be_changed() -> None:
    edges = np.array([1, 3])
    rle = Rle((2, 2), edges)

    edges[0] = 0

    assert rle.edges.tolist() == [1, 3]
    with pytest.raises(ValueError):
        rle.edges[0] = 0
    with pytest.raises(AttributeError):
        rle.shape = (1, 4)  # type: ignore[misc]


@pytest.mark.parametrize("edges", [[1], [1, 1], [2, 1], [-1, 1], [1, 5], [[1, 2]], [0.5, 1.5]])
def test_edges_that_are_no_runs_are_refused(edges: Any) -> None:
    with pytest.raises(InputError, match="edges"):
        Rle((2, 2), edges)


def test_values_pickle_and_copy() -> None:
    rle = Rle.from_mask([[0, 1], [1, 0]])

    again = pickle.loads(pickle.dumps(rle))

    assert again == rle == copy.deepcopy(rle) == copy.copy(rle)
    assert not again.edges.flags.writeable


def test_repr_tells_size_and_area() -> None:
    assert repr(Rle.from_mask([[0, 1, 1]])) == "Rle(1x3, 1 runs, area 2)"


@pytest.mark.parametrize("shape", [(1, 1), (5, 9), (9, 5), (0, 4)])
def test_masks_are_decoded_in_either_memory_order(shape: tuple[int, int]) -> None:
    dense = np.random.default_rng(1).random(shape) < 0.5

    for given_ in (dense, np.asfortranarray(dense)):
        for order in ("C", "F"):
            made = Rle.from_mask(given_).to_mask(order=order)
            assert np.array_equal(made, dense)
            assert made.flags[f"{order}_CONTIGUOUS"]
    with pytest.raises(InputError, match="order"):
        Rle.from_mask(dense).to_mask(order="K")

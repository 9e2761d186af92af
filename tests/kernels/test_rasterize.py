"""`rasterize` and `scan`: arguments, dtypes, buffers, errors."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from annogeo.draw import DrawList
from annogeo.errors import InputError
from annogeo.rendering.blending import blend
from annogeo.rendering.rasterize import item_masks, paint_spans, rasterize
from annogeo.rendering.rules import scan

BOXES = DrawList.from_boxes([[0, 0, 2, 2], [1, 1, 4, 3]])
MAP = [[1, 1, 0, 0], [1, 2, 2, 2], [0, 2, 2, 2]]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [([1, 255], np.uint8), ([1, 256], np.uint16), ([1, 65536], np.int32), ([-1, 1], np.int32)],
)
def test_the_smallest_dtype_that_holds_the_values_is_chosen(values: list[int], dtype: Any) -> None:
    assert rasterize(BOXES, values, 3, 4).dtype == dtype


def test_the_background_counts_for_the_dtype() -> None:
    painted = rasterize(BOXES, [1, 2], 3, 4, background=300)

    assert painted.dtype == np.uint16
    assert painted[0, 3] == 300


def test_a_buffer_is_cleared_and_returned() -> None:
    out = np.full((3, 4), 9, np.int32)

    painted = rasterize(BOXES, [1, 2], 3, 4, out=out)

    assert painted is out
    assert out.tolist() == MAP


@pytest.mark.parametrize(
    "out",
    [np.ones((3, 8), np.uint8)[:, ::2], np.ones((4, 3), np.uint8).T, np.ones((3, 4), ">u2")],
    ids=["strided", "transposed", "big-endian"],
)
def test_a_buffer_of_any_layout_is_filled(out: Any) -> None:
    assert rasterize(BOXES, [1, 2], 3, 4, out=out) is out
    assert out.tolist() == MAP


def test_a_foreign_byte_order_asks_for_the_native_one() -> None:
    painted = rasterize(BOXES, [1, 2], 3, 4, dtype=">u2")

    assert painted.dtype == np.uint16
    assert painted.tolist() == MAP


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"out": np.zeros((4, 3), np.uint8)}, "out: expected shape (3, 4), got (4, 3)"),
        ({"out": np.zeros((3, 4), np.uint8), "dtype": np.int32}, "out: expected dtype int32, got uint8"),
        ({"out": np.zeros((3, 4))}, "dtype: expected an integer or bool dtype, got float64"),
        ({"dtype": np.float32}, "dtype: expected an integer or bool dtype, got float32"),
        ({"values": [1, 300], "dtype": np.uint8}, "values: 1..300 do not fit uint8"),
        ({"values": [-1, 3], "dtype": np.uint8}, "values: -1..3 do not fit uint8"),
        ({"values": [1, 2**40]}, "values: 1..1099511627776 do not fit int32"),
        ({"values": [1]}, "values: expected one per item, 2, got 1"),
        ({"values": [1.0, 2.0]}, "values: expected integers of shape (n,), got float64 (2,)"),
        ({"values": [[1, 2]]}, "values: expected integers of shape (n,), got int64 (1, 2)"),
        ({"background": 256, "dtype": np.uint8}, "background: 256 does not fit uint8"),
        ({"background": 0.5}, "background: expected a whole number, got 0.5"),
        ({"height": -1}, "height, width: expected 0 to 2147483647, got -1, 4"),
        ({"width": 4.5}, "height, width: expected whole numbers, got 3, 4.5"),
        ({"rule": "centre"}, "rule: expected one of 'center', 'opencv'"),
    ],
)
def test_an_unusable_argument_is_refused(arguments: dict[str, Any], message: str) -> None:
    call = {"values": [1, 2], "height": 3, "width": 4, **arguments}

    with pytest.raises(InputError, match=re.escape(message)):
        rasterize(BOXES, **call)


def test_a_read_only_buffer_is_refused() -> None:
    out = np.zeros((3, 4), np.uint8)
    out.flags.writeable = False

    with pytest.raises(InputError, match="writable"):
        rasterize(BOXES, [1, 2], 3, 4, out=out)


def test_values_that_do_not_fit_leave_the_other_rule_unpainted() -> None:
    with pytest.raises(InputError, match="do not fit"):
        rasterize(BOXES, [1, 300], 3, 4, dtype=np.uint8, rule="opencv")


@pytest.mark.parametrize("size", [(0, 0), (0, 4), (3, 0)])
def test_an_empty_canvas_stays_empty(size: tuple[int, int]) -> None:
    assert rasterize(BOXES, [1, 2], *size).shape == size
    assert len(scan(BOXES, *size)) == 0


def test_an_empty_list_gives_the_background() -> None:
    assert rasterize(DrawList.from_boxes([]), [], 2, 2, background=3).tolist() == [[3, 3], [3, 3]]


def test_read_only_and_strided_fields_are_read() -> None:
    xy = np.asfortranarray(BOXES.xy)
    xy.flags.writeable = False

    painted = rasterize(replace(BOXES, xy=xy), [1, 2], 3, 4)

    assert painted.tolist() == MAP


def test_a_draw_list_of_whole_coordinates_is_read() -> None:
    assert rasterize(replace(BOXES, xy=BOXES.xy.astype(np.int64)), [1, 2], 3, 4).tolist() == MAP


def test_spans_follow_the_drawing_order() -> None:
    spans = scan(BOXES, 3, 4)

    assert spans.item.tolist() == [0, 0, 1, 1]
    assert spans.y.tolist() == [0, 1, 1, 2]
    assert all(column.dtype == np.int32 for column in (spans.item, spans.y, spans.x0, spans.x1))


@pytest.mark.parametrize(
    ("image", "colors", "alpha"),
    [
        (np.zeros((3, 4), np.uint8), [[1, 2, 3]] * 2, 1.0),
        (np.zeros((3, 4, 3), np.float32), [[1, 2, 3]] * 2, 1.0),
        (np.zeros((3, 8, 3), np.uint8)[:, ::2], [[1, 2, 3]] * 2, 1.0),
        (np.zeros((3, 4, 3), np.uint8), [[1, 2, 300]] * 2, 1.0),
        (np.zeros((3, 4, 3), np.uint8), [[1, 2, 3, 4]] * 2, 1.0),
        (np.zeros((3, 4, 3), np.uint8), [[1, 2, 3]] * 2, 1.5),
        (np.zeros((3, 4, 3), np.uint8), [[1, 2, 3]] * 2, np.nan),
    ],
)
def test_an_unusable_blend_is_refused(image: Any, colors: Any, alpha: float) -> None:
    with pytest.raises(InputError):
        blend(image, BOXES, colors, alpha, antialias=False)


def test_a_canvas_of_another_dtype_than_its_values_is_refused() -> None:
    with pytest.raises(InputError, match="dtype"):
        paint_spans(np.zeros((3, 4), np.uint8), scan(BOXES, 3, 4), np.array([1, 2]))


def test_a_mask_stack_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(InputError, match="expected bool"):
        item_masks(scan(BOXES, 3, 4), 2, 3, 4, out=np.zeros((1, 3, 4), bool))


def test_few_kernels_are_compiled() -> None:
    from annogeo.kernels import _toggle, fills

    for dtype in (np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32):
        rasterize(BOXES, np.array([1, 2]), 3, 4, dtype=dtype)
    rasterize(BOXES, np.array([1, 2], np.uint8), 3, 4)

    signatures = getattr(fills.paint_fills, "signatures", ())
    assert len({signature[0].dtype for signature in signatures}) == len(signatures) <= 4
    assert len(getattr(_toggle.toggle, "signatures", ())) <= 1

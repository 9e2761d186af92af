"""Rule `center` for filled polygons: `paint_fills` writes values straight into a canvas, `scan_fills` makes spans.

A pixel is painted when its centre, nudged right and (infinitely less) down, lies inside by the even-odd rule:
left and top boundaries are in, right and bottom ones out. Equal to exact rational arithmetic for every finite
input up to |coordinate| 2**24, and bounded by the canvas for any other. Twin: tests/naive/raster.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner, jit, leaf
from annogeo.kernels._lanes import ONE, fill_run, lowest_bit
from annogeo.kernels._toggle import (
    REACH,
    bounds,
    chunk_end,
    clean_bits,
    longest_chunk,
    scratch,
    settle,
    tabulate,
    toggle,
    toggle_far,
)


@inner
def with_room(spans, n, more):
    """Return `spans` (4, capacity) int32, or a copy of its first n with room for `more` behind them."""
    if n + more <= spans.shape[1]:
        return spans
    larger = np.empty((4, 2 * (n + more)), np.int32)
    for row in range(4):
        source = spans[row, :n]
        target = larger[row, :n]
        for k in range(n):  # numba's slice assignment between arrays is many times slower than this loop
            target[k] = source[k]
    return larger


@inlined
def keep(spans, n, y, x0, x1):
    """Write span n, but for its item."""
    spans[1, np.uint64(n)] = y
    spans[2, np.uint64(n)] = x0
    spans[3, np.uint64(n)] = x1


@leaf
def _paint_rows(flat, at, stride, bits, height, words, value):
    """Read a bitmap's rows back as spans, paint them from index `at` on, and leave the bitmap clean."""
    index = 0
    for _ in range(height):
        base = at
        stop = index + words
        word = bits[np.uint64(index)]
        while True:
            if word == 0:
                index += 1
                if index == stop:
                    break
                base += 64
                word = bits[np.uint64(index)]
                continue
            start = base + lowest_bit(word)
            word &= word - ONE
            while word == 0:  # every span that starts in a row ends in it
                index += 1
                base += 64
                word = bits[np.uint64(index)]
            fill_run(flat, start, base + lowest_bit(word), value)
            word &= word - ONE
        at += stride
    used = bits[:index]
    for k in range(used.size):  # all at once: to write back each word when it is done takes longer
        used[k] = 0


@leaf
def _paint_narrow_rows(flat, at, stride, bits, height, value):
    """As `_paint_rows`, for one word a row."""
    for k in range(height):
        word = bits[np.uint64(k)]
        bits[np.uint64(k)] = np.uint64(0)
        while word != 0:
            start = at + lowest_bit(word)
            word &= word - ONE
            fill_run(flat, start, at + lowest_bit(word), value)
            word &= word - ONE
        at += stride


@leaf
def _keep_rows(spans, n, top, left, bits, height, words):
    """Read a bitmap's rows back as spans from number n on, and leave the bitmap clean; returns the new n."""
    index = 0
    for row in range(top, top + height):
        base = left
        stop = index + words
        word = bits[np.uint64(index)]
        while True:
            if word == 0:
                index += 1
                if index == stop:
                    break
                base += 64
                word = bits[np.uint64(index)]
                continue
            start = base + lowest_bit(word)
            word &= word - ONE
            while word == 0:
                index += 1
                base += 64
                word = bits[np.uint64(index)]
            keep(spans, n, row, start, base + lowest_bit(word))
            word &= word - ONE
            n += 1
    used = bits[:index]
    for k in range(used.size):
        used[k] = 0
    return n


@jit
def paint_fills(canvas, item, shapes, rings, xy, values, lowest, highest):
    """Paint a draw list of fills, in order.

    Parameters
    ----------
    canvas : (H, W), C-contiguous, uint8, uint16, uint32 or uint64
        Written in place; nothing else is touched.
    item, shapes, rings, xy
        Fields of `annogeo.draw.DrawList`: shape i has rings shapes[i]:shapes[i + 1], ring k has points
        rings[k]:rings[k + 1].
    values : int64 (n_items,)
        Written modulo the canvas's range.
    lowest, highest : int
        What values may be.

    Returns
    -------
    bool
        False, with nothing painted, where a value is outside its range.

    Notes
    -----
    Rule `center`. Time: points + crossed rows + painted pixels. Scratch: the largest shape's box, one bit a pixel.
    Twin: tests/naive/raster.py.
    """
    for value in values:
        if value < lowest or value > highest:
            return False
    height, width = canvas.shape
    flat = canvas.reshape(-1)
    begin = np.int64(0)  # a literal 0 would compile every callee twice
    end = item.size
    points, edges, steps = scratch(longest_chunk(shapes, rings, begin, end))
    bits = clean_bits(np.int64(1024))
    paint_shapes(flat, height, width, shapes, rings, xy, item, values, begin, end, points, edges, steps, bits)
    return True


@inner
def paint_shapes(
    flat, height, width, shapes, rings, xy, item, values, begin, end, points, edges, steps, bits
):
    """Paint shapes [begin, end); `points`, `edges`, `steps` are `scratch`, `bits` is a clean bitmap.

    Returns the bitmap, which may be a new, larger one.
    """
    shape = begin
    while shape < end:
        stop = chunk_end(shapes, rings, shape, end)
        first = rings[shapes[shape]]
        tabulate(xy, rings, shapes[shape], shapes[stop], height, points, edges, steps)
        while shape < stop:
            top, bottom, left, last, is_near = _box(shapes, rings, shape, first, height, width, steps)
            if bottom > top:
                words = (last >> 6) + 1
                if bits.size < (bottom - top) * words:
                    bits = clean_bits(2 * (bottom - top) * words)
                _toggle_shape(
                    xy, shapes, rings, shape, first, edges, steps, top, bottom, left, last, is_near, words, bits
                )  # fmt: skip
                value = flat.dtype.type(values[np.uint64(item[shape])])
                at = top * width + left
                if words == 1:
                    _paint_narrow_rows(flat, at, width, bits, bottom - top, value)
                else:
                    _paint_rows(flat, at, width, bits, bottom - top, words, value)
            shape += 1
    return bits


@leaf
def _box(shapes, rings, shape, first, height, width, steps):
    """Box of a tabulated shape on the canvas: rows [top, bottom), first and last column; whether it is all near."""
    a = rings[shapes[shape]]
    b = rings[shapes[shape + 1]]
    if b - a < 3:
        return 0, 0, 0, 0, True
    min_column, max_column, min_row, max_row = bounds(steps, a - first, b - first)
    top = min(max(min_row, 0), height)
    bottom = min(max(max_row, 0), height)
    left = min(max(min_column, 0), width)
    last = min(max(max_column, 0), width) - left
    is_near = min_column > -REACH and max_column < REACH and min_row > -REACH and max_row < REACH
    return top, bottom if last > 0 else top, left, last, is_near


@leaf
def _toggle_shape(
    xy, shapes, rings, shape, first, edges, steps, top, bottom, left, last, is_near, words, bits
):  # fmt: skip
    """Toggle the crossings of a tabulated shape."""
    if is_near:
        a = rings[shapes[shape]] - first
        b = rings[shapes[shape + 1]] - first
        found = toggle(edges, steps, a, b, top, left, last, words, bits)
        if found > 0:
            settle(xy, rings, shapes[shape], first, edges, steps, found, top, left, last, words, False, bits)
    else:
        toggle_far(xy, rings, shapes[shape], shapes[shape + 1], top, bottom, left, last, words, False, bits)


@jit
def scan_fills(item, shapes, rings, xy, height, width):
    """Scan a draw list of fills: fields as in `annogeo.draw.DrawList`.

    Returns
    -------
    spans : int32 (4, n)
        item, y, x0, x1, in drawing order, clipped to the canvas. Rule, cost and twin: `paint_fills`.
    """
    begin = np.int64(0)  # a literal 0 would compile every callee twice
    end = item.size
    points, edges, steps = scratch(longest_chunk(shapes, rings, begin, end))
    bits = clean_bits(np.int64(1024))
    spans = np.empty((4, 1024), np.int32)
    bits, spans, n = append_fills(
        shapes, rings, xy, item, begin, end, height, width, points, edges, steps, bits, spans, begin
    )  # fmt: skip
    return spans[:, :n]


@inner
def append_fills(shapes, rings, xy, item, begin, end, height, width, points, edges, steps, bits, spans, n):
    """Append the spans of shapes [begin, end) to `spans` (4, capacity) int32: item, y, x0, x1.

    `points`, `edges`, `steps` are `scratch`, `bits` is a clean bitmap. Returns `bits`, `spans` (either may be a new,
    larger one) and the new number of spans.
    """
    shape = begin
    while shape < end:
        stop = chunk_end(shapes, rings, shape, end)
        first = rings[shapes[shape]]
        tabulate(xy, rings, shapes[shape], shapes[stop], height, points, edges, steps)
        while shape < stop:
            top, bottom, left, last, is_near = _box(shapes, rings, shape, first, height, width, steps)
            if bottom > top:
                words = (last >> 6) + 1
                if bits.size < (bottom - top) * words:
                    bits = clean_bits(2 * (bottom - top) * words)
                _toggle_shape(
                    xy, shapes, rings, shape, first, edges, steps, top, bottom, left, last, is_near, words, bits
                )  # fmt: skip
                crossings = 0
                for edge in range(rings[shapes[shape]] - first, rings[shapes[shape + 1]] - first):
                    crossings += np.int64(steps[1, edge])
                spans = with_room(spans, n, crossings >> 1)
                before = n
                n = _keep_rows(spans, n, top, left, bits, bottom - top, words)
                spans[0, before:n] = item[shape]
            shape += 1
    return bits, spans, n

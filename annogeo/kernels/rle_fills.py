"""Rule `center` for filled polygons, straight to edges: of masks read row by row, or column by column.

Column by column, the picture is turned over its diagonal: x and y change places, and the rest goes on as before, but
for the nudge of pixel centres, which is right and infinitely less down. In the turned picture that is down first: where
an edge passes exactly through a centre, what counts is on which side it goes on, so the direction of its slope.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit, leaf
from annogeo.kernels._lanes import ONE, lowest_bit
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


@jit
def fill_edges(item, shapes, rings, xy, height, width, is_turned, edges, offsets):
    """Fill shapes, each an item of its own.

    Parameters
    ----------
    item, shapes, rings, xy
        Fields of `annogeo.draw.DrawList`: shape i is item i and has rings shapes[i]:shapes[i + 1], ring k has points
        rings[k]:rings[k + 1]. Where `is_turned`, x and y have changed places in `xy`.
    height, width : int
        Of the picture; where `is_turned`, of the turned one.
    is_turned : bool
    edges : int64 (q,)
        Output: where each mask, read row by row (of the turned picture), turns on, off, on ..., one behind the other.
    offsets : int64 (n + 1,)
        Output: mask i has ``edges[offsets[i]:offsets[i + 1]]``.

    Returns
    -------
    int
        How much room `edges` needs at most; where it has less, nothing in it counts. -1: an item has several shapes.

    Notes
    -----
    Rule, cost and scratch: `annogeo.kernels.fills.paint_fills`. Twin: tests/naive/raster.py and tests/naive/rle.py.
    """
    n_shapes = shapes.size - 1
    begin = np.int64(0)  # a literal 0 would compile every callee twice
    points, table, steps = scratch(longest_chunk(shapes, rings, begin, n_shapes))
    bits = clean_bits(np.int64(1024))
    offsets[0] = 0
    n = begin
    needed = begin
    shape = begin
    while shape < n_shapes:
        stop = chunk_end(shapes, rings, shape, n_shapes)
        first = rings[shapes[shape]]
        tabulate(xy, rings, shapes[shape], shapes[stop], height, points, table, steps)
        if is_turned:
            _lean(table, steps, rings[shapes[stop]] - first)
        while shape < stop:
            if item[shape] != shape:
                return np.int64(-1)
            a = rings[shapes[shape]] - first
            b = rings[shapes[shape + 1]] - first
            top, rows, left, last, is_near = _box(steps, a, b, height, width)
            if rows > 0:
                words = (last >> 6) + 1
                if bits.size < rows * words:
                    bits = clean_bits(2 * rows * words)
                most = _toggle_rings(
                    xy, rings, shapes[shape], shapes[shape + 1], first, table, steps, top, rows, left, last, is_near,
                    words, is_turned, bits,
                )  # fmt: skip
                needed += most
                if needed > edges.size:
                    for k in range(rows * words):
                        bits[np.uint64(k)] = np.uint64(0)
                else:
                    before = n
                    n = _keep_edges(edges, n, top * width + left, width, bits, rows, words)
                    if left == 0 and last == width:  # a run may go on in the next row
                        n = _join(edges, before, n)
            shape += 1
            offsets[shape] = n
    return needed


@leaf
def _lean(table, steps, n):
    """Let exact columns of edges that go on to the right lie right of centres that they meet.

    `tabulate` puts them left of these; where columns are not exact, `settle` decides.
    """
    start = table[0, :n]
    step = table[1, :n]
    slack = steps[2, :n]
    for k in range(n):
        start[k] += np.int64(step[k] > 0) & np.int64(slack[k] == 0)


@leaf
def _box(steps, a, b, height, width):
    """Box of the tabulated points [a, b) on the canvas: first row, rows, first and last column; whether all is near."""
    if b - a < 3:
        return 0, 0, 0, 0, True
    min_column, max_column, min_row, max_row = bounds(steps, a, b)
    top = min(max(min_row, 0), height)
    left = min(max(min_column, 0), width)
    last = min(max(max_column, 0), width) - left
    rows = min(max(max_row, 0), height) - top
    is_near = min_column > -REACH and max_column < REACH and min_row > -REACH and max_row < REACH
    return top, rows if last > 0 else 0, left, last, is_near


@leaf
def _toggle_rings(
    xy, rings, ring, end_ring, first, table, steps, top, rows, left, last, is_near, words, is_turned, bits
):  # fmt: skip
    """Toggle the crossings of rings; returns how many there are."""
    if is_near:
        a = rings[ring] - first
        b = rings[end_ring] - first
        found = toggle(table, steps, a, b, top, left, last, words, bits)
        if found > 0:
            settle(xy, rings, ring, first, table, steps, found, top, left, last, words, is_turned, bits)
    else:
        toggle_far(xy, rings, ring, end_ring, top, top + rows, left, last, words, is_turned, bits)
    most = 0
    for edge in range(rings[ring] - first, rings[end_ring] - first):
        most += np.int64(steps[1, edge])
    return most


@leaf
def _keep_edges(edges, n, at, stride, bits, rows, words):
    """Read a bitmap's rows back as edges from number n on, and leave the bitmap clean; returns the new n."""
    index = 0
    for _ in range(rows):
        base = at
        for _ in range(words):
            word = bits[np.uint64(index)]
            bits[np.uint64(index)] = np.uint64(0)
            while word != 0:
                edges[np.uint64(n)] = base + lowest_bit(word)
                word &= word - ONE
                n += 1
            base += 64
            index += 1
        at += stride
    return n


@leaf
def _join(edges, first, end):
    """Drop pairs of equal neighbours among edges [first, end); returns the new end."""
    n = first
    for k in range(first, end):
        if n > first and edges[n - 1] == edges[k]:
            n -= 1
        else:
            edges[n] = edges[k]
            n += 1
    return n

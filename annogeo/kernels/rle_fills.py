"""Rule `center` for filled polygons, straight to edges: of masks read row by row, or column by column.

Column by column, the picture is turned over its diagonal: x and y change places, and the rest goes on as before, but
for the nudge of pixel centres, which is right and infinitely less down. In the turned picture that is down first: where
an edge passes exactly through a centre, what counts is on which side it goes on, so the direction of its slope.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._exact import crosses_right_of
from annogeo.kernels._jit import inlined, jit, leaf
from annogeo.kernels._lanes import ONE, lowest_bit
from annogeo.kernels._toggle import (
    FRACTION,
    REACH,
    SLACK,
    bounds,
    chunk_end,
    clean_bits,
    first_centre,
    longest_chunk,
    scratch,
    tabulate,
    toggle,
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

    `tabulate` puts them left of these; where columns are not exact, `_settle` decides.
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
            _settle(xy, rings, ring, first, table, steps, found, top, left, last, words, is_turned, bits)
    else:
        _toggle_far(xy, rings, ring, end_ring, top, top + rows, left, last, words, is_turned, bits)
    most = 0
    for edge in range(rings[ring] - first, rings[end_ring] - first):
        most += np.int64(steps[1, edge])
    return most


@inlined
def _passes(xa, ya, xb, yb, x, y, is_turned):
    """Whether edge a-b (ya < yb) meets the nudged line of y to the right of the nudged x."""
    if is_turned and xb > xa:
        return not crosses_right_of(-xa, ya, -xb, yb, -x, y)
    return crosses_right_of(xa, ya, xb, yb, x, y)


@inlined
def _flip(bits, word, column):
    bits[np.uint64(word + (column >> 6))] ^= ONE << np.uint64(column & 63)


@leaf
def _settle(xy, rings, ring, first, table, steps, found, top, left, last, words, is_turned, bits):
    """Decide the uncertain columns of the listed edges exactly, and move their bits; see `_toggle.settle`."""
    for k in range(found):
        edge = table[2, k]
        b = first + edge
        while b >= rings[ring + 1]:
            ring += 1
        a = rings[ring + 1] - 1 if b == rings[ring] else b - 1
        if xy[a, 1] > xy[b, 1]:
            a, b = b, a
        at = table[0, edge] - (left << 32)
        row = np.int64(steps[0, edge])
        slack = np.int64(SLACK) + np.int64(steps[1, edge])
        for step in range(np.int64(steps[1, edge])):
            if ((at + slack) & FRACTION) <= 2 * slack:
                column = (at + slack) >> 32  # the crossing's column is this or the one before
                x = left + column - 0.5
                if not _passes(xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], x, row + step + 0.5, is_turned):
                    column -= 1
                given = min(max(at >> 32, 0), last)
                column = min(max(column, 0), last)
                if column != given:
                    word = (row + step - top) * words
                    _flip(bits, word, given)
                    _flip(bits, word, column)
            at += table[1, edge]


@leaf
def _toggle_far(xy, rings, first_ring, end_ring, top, bottom, left, last, words, is_turned, bits):
    """Toggle a shape that reaches beyond the fixed-point range: a bisection with the exact predicate per row."""
    for ring in range(first_ring, end_ring):
        a = rings[ring + 1] - 1
        for b in range(rings[ring], rings[ring + 1]):
            begin = first_centre(xy[a, 1], top, bottom)
            end = first_centre(xy[b, 1], top, bottom)
            upper = a if begin < end else b
            lower = b if begin < end else a
            a = b
            for row in range(min(begin, end), max(begin, end)):
                low = left
                high = left + last
                while low < high:
                    middle = (low + high) >> 1
                    if _passes(
                        xy[upper, 0], xy[upper, 1], xy[lower, 0], xy[lower, 1], middle + 0.5, row + 0.5, is_turned
                    ):  # fmt: skip
                        low = middle + 1
                    else:
                        high = middle
                _flip(bits, (row - top) * words, low - left)


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

"""Even-odd fills as toggled bit rows: polygons in, one bit per span start and end out. Exact.

In one row, an even-odd fill is the XOR of half-lines: each edge that crosses the row's centre line flips all
pixels from its crossing column on. So a crossing toggles ONE bit of a small bitmap that covers the shape's box
(in any order, no sorting), and the bits read in order are span starts and ends.

Columns come from stepping in 32.32 fixed point, whose error is bounded (see `_edge`). A crossing that comes
within the bound of a pixel centre is decided again by the exact predicate, and its bit moved.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._exact import crosses_right_of
from annogeo.kernels._jit import inlined, inner, leaf
from annogeo.kernels._lanes import nearest_whole

PIXEL = 4294967296.0  # one pixel in fixed point
FRACTION = 0xFFFFFFFF
SLACK = 16  # error bound of a column in fixed-point units, plus one per row (see `_edge`)
REACH = 262144  # fixed point is used up to |coordinate| = 2**18; further out every row asks the predicate
FAR = 2.0**30  # coordinates beyond look like this one where they are tabulated
GRID_SPAN = 32768.0  # differences of 1/1024 steps below this have 26 bits
CHUNK = 256  # points tabulated together: long enough to vectorise, few enough for the nearest caches
MAX_STEP = 2.0**51  # what `nearest_whole` takes


@inlined
def first_centre(value, low, high):
    """First pixel index in [low, high] whose centre is not before `value`.

    Exact: `value - 0.5` is rounded only where the result is clipped to 0 or the ceiling cannot change.
    """
    index = np.ceil(value - 0.5)
    index = index if index > low else float(low)
    index = index if index < high else float(high)
    return np.int64(index)


@leaf
def chunk_end(shapes, rings, shape, end):
    """Return the end of the group of shapes, from `shape` on, whose edges are tabulated together."""
    first = rings[shapes[shape]]
    stop = shape + 1
    while stop < end and rings[shapes[stop + 1]] - first <= CHUNK:
        stop += 1
    return stop


@leaf
def longest_chunk(shapes, rings, shape, end):
    """Number of points of the largest group that `chunk_end` makes of shapes [shape, end)."""
    points = 1
    while shape < end:
        stop = chunk_end(shapes, rings, shape, end)
        points = max(points, rings[shapes[stop]] - rings[shapes[shape]])
        shape = stop
    return points


@inlined
def _off_grid(value):
    """Zero exactly where `value` is a multiple of 1/1024."""
    scaled = value * 1024.0
    return scaled - np.floor(scaled)


@inlined
def _edge(x0, y0, row0, off0, x1, y1, row1, off1):
    """Tabulate one edge; row0 and row1 are the first rows at or after its ends, off0 and off1 their `_off_grid`.

    Returns the crossing column of the first row (fixed point, plus one pixel, so that ``column = value >> 32``),
    the step per row, the first row, the number of rows, and the error bound of the columns.

    One unit is taken off the start, so that an exact tie falls on the right side. For |coordinate| <= 2**18 the
    start is off by less than 4 units, the slope's rounding adds less than 1 over the edge, the step's less
    than 1 per row: SLACK + rows covers it. Where the ends and the slope are multiples of 1/1024 nothing is
    rounded at all (a slope dx/dy that is not such a multiple stays 2**-20/dy away from one, 2**12 times its rounding).
    """
    down = row1 > row0
    count = abs(row1 - row0)
    slope = (x1 - x0) / (y1 - y0) if count > 0.0 else 0.0
    row = row0 if down else row1
    x = x0 if down else x1
    y = y0 if down else y1
    start = nearest_whole((x + 0.5 + (row + 0.5 - y) * slope) * PIXEL) - 1
    step = min(max(slope * PIXEL, -MAX_STEP), MAX_STEP)  # only one-row edges are clamped: they take no step
    exact = off0 + off1 + _off_grid(slope) == 0.0
    slack = 0.0 if exact else SLACK + count
    return start, nearest_whole(step), nearest_whole(row), nearest_whole(count), nearest_whole(slack)


@inner
def scratch(n):
    """Make room for the edges of `n` points: `points`, `edges` and `steps` of `tabulate`."""
    return np.empty((4, n)), np.empty((3, n), np.int64), np.empty((5, n), np.int32)


@inner
def clean_bits(n):
    """Make `n` zeros; as a kernel of its own because np.zeros takes half a second to compile, wherever it stands."""
    bits = np.empty(n, np.uint64)
    for k in range(n):
        bits[k] = 0
    return bits


@inlined
def _within_far(value):
    """Clip to [-FAR, FAR]; a NaN, which input checks refuse, must not become an index and ends up at -FAR."""
    value = value if value > -FAR else -FAR
    return value if value < FAR else FAR


@leaf
def tabulate(xy, rings, first_ring, end_ring, height, points, edges, steps):
    """Tabulate all points and edges of rings [first_ring, end_ring); edge k ends in their k-th point.

    `edges` (start, step) and `steps` (row, count, slack) get the table that `_edge` makes, rows 3 and 4 of `steps` the
    first column and row at or after each point; `points` is scratch. Plain loops over whole rows, which LLVM
    vectorises; the edge that closes each ring is put right afterwards. Beyond REACH only rows, columns and counts hold.
    """
    first = rings[first_ring]
    n = rings[end_ring] - first
    # one after the other: of pairs, LLVM takes the step for one, and stays scalar
    given = xy.reshape(-1)[2 * first : 2 * (first + n)]
    x = points[0, :n]
    y = points[1, :n]
    row = points[2, :n]
    off = points[3, :n]
    column = steps[3, :n]
    line = steps[4, :n]
    bottom = float(height)
    for k in range(n):
        x[k] = _within_far(given[2 * k])
        y[k] = _within_far(given[2 * k + 1])
    for k in range(n):
        first_row = np.ceil(y[k] - 0.5)
        column[k] = nearest_whole(np.ceil(x[k] - 0.5))
        line[k] = nearest_whole(first_row)
        row[k] = min(max(first_row, 0.0), bottom)
        off[k] = _off_grid(x[k]) + _off_grid(y[k])
    next_x = points[0, 1:n]
    next_y = points[1, 1:n]
    next_row = points[2, 1:n]
    next_off = points[3, 1:n]
    start = edges[0, 1:n]
    step = edges[1, 1:n]
    begin = steps[0, 1:n]
    count = steps[1, 1:n]
    slack = steps[2, 1:n]
    for k in range(n - 1):
        start[k], step[k], begin[k], count[k], slack[k] = _edge(
            x[k], y[k], row[k], off[k], next_x[k], next_y[k], next_row[k], next_off[k]
        )
    for ring in range(first_ring, end_ring):
        a = rings[ring] - first
        b = rings[ring + 1] - first - 1
        if b >= a:
            edges[0, a], edges[1, a], steps[0, a], steps[1, a], steps[2, a] = _edge(
                x[b], y[b], row[b], off[b], x[a], y[a], row[a], off[a]
            )


@leaf
def bounds(steps, first, end):
    """Smallest and largest column, smallest and largest row of tabulated points [first, end)."""
    columns = steps[3, first:end]
    rows = steps[4, first:end]
    left = columns[0]
    right = columns[0]
    top = rows[0]
    bottom = rows[0]
    for k in range(columns.size):
        left = min(left, columns[k])
        right = max(right, columns[k])
        top = min(top, rows[k])
        bottom = max(bottom, rows[k])
    return np.int64(left), np.int64(right), np.int64(top), np.int64(bottom)


@leaf
def toggle(edges, steps, first, end, top, left, last, words, bits):
    """Toggle the crossings of tabulated edges [first, end) in a bitmap; list edges that need another look.

    The bitmap's row 0 is row `top`, its column 0 column `left`, its last column `last`; a row has `words` words.
    Returns how many edges came within their error bound of a pixel centre; row 2 of `edges` lists them.
    """
    found = 0
    origin = left << 32
    for edge in range(first, end):
        count = np.int64(steps[1, np.uint64(edge)])
        if count > 0:
            at = edges[0, np.uint64(edge)] - origin
            step = edges[1, np.uint64(edge)]
            slack = np.int64(steps[2, np.uint64(edge)])
            word = (np.int64(steps[0, np.uint64(edge)]) - top) * words
            nearest = np.int64(FRACTION)
            for _ in range(count):
                nearest = min(nearest, (at + slack) & FRACTION)
                column = min(max(at >> 32, 0), last)
                # unsigned indices spare numba's handling of negative ones
                bits[np.uint64(word + (column >> 6))] ^= np.uint64(1) << np.uint64(column & 63)
                word += words
                at += step
            if nearest <= 2 * slack:
                edges[2, found] = edge
                found += 1
    return found


@inlined
def _flip(bits, word, column):
    bits[np.uint64(word + (column >> 6))] ^= np.uint64(1) << np.uint64(column & 63)


@inlined
def _passes(xa, ya, xb, yb, x, y, is_turned):
    """Whether edge a-b (ya < yb) meets line y right of x; where `is_turned`, also at x, if it goes on to the right."""
    if is_turned and xb > xa:
        return not crosses_right_of(-xa, ya, -xb, yb, -x, y)
    return crosses_right_of(xa, ya, xb, yb, x, y)


@leaf
def settle(xy, rings, ring, first, edges, steps, found, top, left, last, words, is_turned, bits):
    """Decide the uncertain columns of the listed edges exactly, and move their bits.

    `first` is the point that table entry 0 ends in; the edges lie in rings from `ring` on. `is_turned`: x and y have
    changed places, and with them the nudge of pixel centres, which is now down first (see `rle_fills`).
    """
    for k in range(found):
        edge = edges[2, k]
        b = first + edge
        while b >= rings[ring + 1]:
            ring += 1
        a = rings[ring + 1] - 1 if b == rings[ring] else b - 1
        if xy[a, 1] > xy[b, 1]:
            a, b = b, a
        at = edges[0, edge] - (left << 32)
        count = np.int64(steps[1, edge])
        row = np.int64(steps[0, edge])
        slack = np.int64(SLACK) + count
        u = xy[b, 0] - xy[a, 0]
        w = xy[b, 1] - xy[a, 1]
        # On the grid and this short, the predicate's differences and products are exact as they are.
        is_plain = max(abs(u), w) < GRID_SPAN
        for end in (a, b):
            is_plain = is_plain and _off_grid(xy[end, 0]) == 0.0 and _off_grid(xy[end, 1]) == 0.0
        for step in range(count):
            if ((at + slack) & FRACTION) <= 2 * slack:
                column = (at + slack) >> 32  # the crossing's column is this or the one before
                x = left + column - 0.5
                y = row + step + 0.5
                if is_plain:
                    gap = u * (y - xy[a, 1]) - w * (x - xy[a, 0])
                    is_right = gap > 0.0 or (is_turned and u > 0.0 and gap == 0.0)
                else:
                    is_right = _passes(xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], x, y, is_turned)
                if not is_right:
                    column -= 1
                given = min(max(at >> 32, 0), last)
                column = min(max(column, 0), last)
                if column != given:
                    word = (row + step - top) * words
                    _flip(bits, word, given)
                    _flip(bits, word, column)
            at += edges[1, edge]


@leaf
def toggle_far(xy, rings, first_ring, end_ring, top, bottom, left, last, words, is_turned, bits):
    """Toggle a shape that reaches beyond the fixed-point range: a bisection with the exact predicate per row."""
    for ring in range(first_ring, end_ring):
        a = rings[ring + 1] - 1
        for b in range(rings[ring], rings[ring + 1]):
            # Each point has one row, whatever it is, so a ring crosses every row an even number of times.
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

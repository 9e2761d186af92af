"""Rings that neither cross nor touch, proven so: their coverage is a plain sum of signed areas.

Where no two edges meet but neighbours in their ring, and rings go round in opposite directions by how deep they are
nested, every point's winding number is 0 or 1. The average that `coverage_cells` sums up then is the area, wherever
the edges pass: no chains need to be told apart, and no row has to be done over. Nearly all real outlines are such.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, leaf, merged
from annogeo.kernels._lanes import FULL, ONE, boxes_near_64, lowest_bit, prefetch
from annogeo.kernels.coverage_cells import COVERED, clip_edge, enter, level, row_length
from annogeo.kernels.coverage_claims import BOTTOM, IS_CLIPPED, LEFT, RIGHT, TOP

MOST_EDGES = 1024  # every pair is looked at: 60 us for this many, for 60 edges less than 1 us
MOST_RINGS = 32
GRID = 16.0  # steps per pixel of the boxes around edges
GRID_REACH = 2.0**26  # px; beyond, boxes are as large as here
ROUNDING = 4e-16  # of a difference of two products, in parts of both (the bound is 3.34e-16)
LEAST = 1e-290  # products below may have lost digits
X0, X1, Y0, Y1, TAIL, HEAD, RING, SIGN = range(8)
"""Rows of a table of edges: a box, the two points' numbers, the ring; and what each ring's winding numbers are
multiplied with to make their sum 0 or 1, or 0 or -1, everywhere."""


@leaf
def measure(points, first, end, height, width, tally):
    """Put the canvas pixels that points [first, end) reach into `tally`; returns whether there are any."""
    x0 = points[first, 0]
    y0 = points[first, 1]
    x1 = x0
    y1 = y0
    for k in range(first, end):
        x = points[k, 0]
        y = points[k, 1]
        x0 = min(x0, x)
        x1 = max(x1, x)
        y0 = min(y0, y)
        y1 = max(y1, y)
    if not (x1 > 0.0 and x0 < width and y1 > y0 and y1 > 0.0 and y0 < height):
        return False
    tally[LEFT] = np.int64(max(x0, 0.0)) & -64
    tally[RIGHT] = np.int64(min(np.floor(x1) + 1.0, float(width)))
    tally[TOP] = np.int64(max(y0, 0.0))
    tally[BOTTOM] = np.int64(np.ceil(min(y1, float(height))))
    tally[IS_CLIPPED] = x0 < 0.0 or x1 > width or y0 < 0.0 or y1 > height
    return True


@inlined
def _grid(value):
    return np.int32(np.floor(min(max(value, -GRID_REACH), GRID_REACH) * GRID))


@inlined
def _side(xy, a, b, p):
    """Side of the line from point a to b that point p lies on: 1, -1, or 0 if rounding leaves that open."""
    one = (xy[b, 0] - xy[a, 0]) * (xy[p, 1] - xy[a, 1])
    other = (xy[b, 1] - xy[a, 1]) * (xy[p, 0] - xy[a, 0])
    doubt = ROUNDING * (abs(one) + abs(other)) + LEAST
    return np.int64(one - other > doubt) - np.int64(other - one > doubt)


@leaf
def _list_edges(xy, rings, first_ring, end_ring, edges):
    """List all edges but those of no length; returns how many, or -1 if there are more than room."""
    n = np.int64(0)
    for ring in range(first_ring, end_ring):
        tail = rings[ring + 1] - 1
        for head in range(rings[ring], rings[ring + 1]):
            xa = xy[tail, 0]
            ya = xy[tail, 1]
            xb = xy[head, 0]
            yb = xy[head, 1]
            if xa == xb and ya == yb:
                continue
            if n >= edges.shape[1]:
                return np.int64(-1)
            at = np.uint64(n)
            edges[X0, at] = _grid(min(xa, xb))
            edges[X1, at] = _grid(max(xa, xb))
            edges[Y0, at] = _grid(min(ya, yb))
            edges[Y1, at] = _grid(max(ya, yb))
            edges[TAIL, at] = tail
            edges[HEAD, at] = head
            edges[RING, at] = ring - first_ring
            tail = head
            n += 1
    return n


@merged
def _is_apart(xy, edges, i, j, n):
    """Tell whether two edges are known to have no point in common, or are neighbours in a ring."""
    a = np.int64(edges[TAIL, i])
    b = np.int64(edges[HEAD, i])
    c = np.int64(edges[TAIL, j])
    d = np.int64(edges[HEAD, j])
    ring = edges[RING, i]
    if edges[RING, j] == ring and (i == 0 or edges[RING, i - 1] != ring):
        if j + 1 == n or edges[RING, j + 1] != ring:
            return True  # the first and the last of a ring
    one = _side(xy, c, d, a)
    if one != 0 and one == _side(xy, c, d, b):
        return True
    one = _side(xy, a, b, c)
    return one != 0 and one == _side(xy, a, b, d)


@leaf
def _are_apart(xy, edges, n):
    """Look at all pairs of edges but those of neighbours: boxes first, many at a time."""
    boxes = edges.reshape(-1)
    for i in range(n):
        x0 = edges[X0, np.uint64(i)]
        x1 = edges[X1, np.uint64(i)]
        y0 = edges[Y0, np.uint64(i)]
        y1 = edges[Y1, np.uint64(i)]
        # where the next edge is another ring's, it is no neighbour
        begin = i + 2 if i + 1 < n and edges[RING, i + 1] == edges[RING, i] else i + 1
        while begin < n:
            first = min(begin, MOST_EDGES - 64)
            near = boxes_near_64(boxes, first, MOST_EDGES, x0, x1, y0, y1)
            near &= FULL << np.uint64(begin - first)
            if n - first < 64:
                near &= FULL >> np.uint64(64 + first - n)
            while near != 0:
                if not _is_apart(xy, edges, i, first + lowest_bit(near), n):
                    return False
                near &= near - ONE
            begin = first + 64
    return True


@leaf
def _direct(xy, rings, first_ring, end_ring, edges, n):
    """Find each ring's sign: outer rings one way round, rings in them the other; returns whether there is no doubt."""
    for ring in range(first_ring, end_ring):
        point = rings[ring]
        area = 0.0
        size = 0.0
        parity = np.int64(0)
        for k in range(n):
            a = np.int64(edges[TAIL, k])
            b = np.int64(edges[HEAD, k])
            if edges[RING, k] == ring - first_ring:
                one = (xy[a, 0] - xy[point, 0]) * (xy[b, 1] - xy[point, 1])
                other = (xy[b, 0] - xy[point, 0]) * (xy[a, 1] - xy[point, 1])
                area += one - other
                size += abs(one) + abs(other)
            elif (xy[a, 1] > xy[point, 1]) != (xy[b, 1] > xy[point, 1]):
                side = _side(xy, a, b, point)
                if side == 0:
                    return False
                if (side > 0) == (xy[b, 1] > xy[a, 1]):
                    parity ^= 1
        if not abs(area) > 1e-12 * size:
            if size > 0.0:
                return False
        edges[SIGN, ring - first_ring] = 1 if (area > 0.0) == (parity == 0) else -1
    return True


@leaf
def are_simple(xy, rings, first_ring, end_ring, edges):
    """Tell whether rings are known not to meet, neither others nor themselves.

    Parameters
    ----------
    edges : int32 (8, MOST_EDGES)
        Gets the edges, and the sign of each ring.

    Notes
    -----
    Time: edges squared, in steps of less than a nanosecond. Twin: tests/naive/coverage.py.
    """
    edges[SIGN, 0] = 1
    if end_ring - first_ring > MOST_RINGS:
        return False
    n = _list_edges(xy, rings, first_ring, end_ring, edges)
    if n < 0 or not _are_apart(xy, edges, n):
        return False
    return end_ring - first_ring == 1 or _direct(xy, rings, first_ring, end_ring, edges, n)


@leaf
def are_alike(edges, n_rings):
    """Tell whether simple rings go round so that the odd winding numbers are those that are not 0, as strokes do.

    That is where rings in others go round the other way already: where `are_simple` gave all the same sign.
    """
    for ring in range(1, n_rings):
        if edges[SIGN, ring] != edges[SIGN, 0]:
            return False
    return True


@merged
def _add_edge(xa, ya, xb, yb, words, cells, bits):
    """Add one edge that does not lie level; rows count from row 0 of the cells."""
    is_up = ya > yb
    x = xb if is_up else xa
    until = xa if is_up else xb
    y = yb if is_up else ya
    y1 = ya if is_up else yb
    sign = -1.0 if is_up else 1.0
    length = row_length(words)
    row = np.int64(y)
    lower = np.int64(np.ceil(y1)) - 1
    start = level(y)
    stop = level(y1)
    slope = (until - x) / (y1 - y)
    low = min(x, until)
    high = max(x, until)
    ahead = x + (row + 1.0 - y) * slope
    while row <= lower:
        end = until if row == lower else min(max(ahead, low), high)
        border = stop if row == lower else (row + 1) * COVERED
        height = sign * (border - start)
        start = border
        ahead += slope
        # as `add_piece` does it, and `touch`
        x0 = min(x, end)
        x1 = max(x, end)
        x = end
        first = np.int64(x0)
        at = np.uint64(length * row + 2 * first)
        x0 -= first
        x1 -= first
        prefetch(cells, length * (row + 2) + 2 * np.int64(min(max(ahead, low), high)))
        bit = np.uint64(first & 63)
        line = np.uint64(words * row + (first >> 6))
        row += 1
        if x1 <= 2.0:  # one pixel or two are a matter of chance, so both are done alike, without a branch
            inner = min(x1, 1.0)
            outer = max(x1 - 1.0, 0.0)
            share = np.int32(height * ((inner - x0) / (x1 - x0))) if outer > 0.0 else np.int32(height)
            cells[at] += np.int32(share * (1.0 - 0.5 * (x0 + inner)))
            cells[at + ONE] += share
            bits[line] |= ONE << bit
            other = np.int32(height) - share
            cells[at + np.uint64(2)] += np.int32(other * (1.0 - 0.5 * outer))
            cells[at + np.uint64(3)] += other
            bit = (bit + ONE) & np.uint64(63)
            line += np.uint64(bit == 0)
            bits[line] |= np.uint64(outer > 0.0) << bit
            continue
        tall = height / (x1 - x0)
        rest = 1.0 - x0
        share = np.int32(tall * rest)
        cells[at] += np.int32(0.5 * tall * rest * rest)
        cells[at + ONE] += share
        bits[line] |= ONE << bit
        while True:
            at += np.uint64(2)
            bit = (bit + ONE) & np.uint64(63)
            line += np.uint64(bit == 0)
            bits[line] |= ONE << bit
            x1 -= 1.0
            if x1 <= 1.0:
                break
            before = share
            rest += 1.0
            share = np.int32(tall * rest)
            cells[at] += np.int32(0.5 * tall)
            cells[at + ONE] += share - before
        cells[at] += np.int32(tall * x1 * (1.0 - 0.5 * x1))
        cells[at + ONE] += np.int32(height) - share


@leaf
def add_rings(
    xy, rings, first_ring, end_ring, edges, left, right, top, bottom, is_clipped, words, parts, cells, bits, entry
):  # fmt: skip
    """Add simple rings to the cells of rows [top, bottom). Parameters as for `accumulate`; `edges` of `are_simple`."""
    low = float(top)
    high = float(bottom)
    limit = float(right)
    for ring in range(first_ring, end_ring):
        is_turned = edges[SIGN, ring - first_ring] < 0
        before = rings[ring + 1] - 1
        for point in range(rings[ring], rings[ring + 1]):
            a = point if is_turned else before
            b = before if is_turned else point
            before = point
            ya = xy[a, 1]
            yb = xy[b, 1]
            if ya == yb:
                continue
            parts[0, 0] = xy[a, 0] - left
            parts[1, 0] = ya
            parts[2, 0] = xy[b, 0] - left
            parts[3, 0] = yb
            count = np.int64(1)
            if is_clipped:
                count = np.int64(clip_edge(parts, parts[0, 0], ya, parts[2, 0], yb, low, high, limit))
            for part in range(count):
                xa = parts[0, part]
                xb = parts[2, part]
                ya = parts[1, part] - low
                yb = parts[3, part] - low
                if ya == yb or (xa == limit and xb == limit):
                    continue
                if xa == 0.0 and xb == 0.0:
                    enter(entry, ya, yb)
                else:
                    _add_edge(xa, ya, xb, yb, words, cells, bits)

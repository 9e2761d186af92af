"""Rule `coco` for rings apart, straight to edges down the columns, which are what it finds first.

See `annogeo.kernels.coco` for the rule: where the fine line passes the middle of a pixel column, all pixels from there
on down are toggled. So the toggles, sorted, are the edges; of several rings too, as long as their boxes are apart.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, jit, leaf
from annogeo.kernels.coco import FARTHEST, FINE, MIDDLE

MOST_RINGS = 64  # of one shape: each is compared with each
_FEW = 12  # toggles in a column that are sorted by insertion alone


@jit
def coco_edges(item, shapes, rings, xy, height, width, edges, offsets):
    """Fill shapes, each an item of its own.

    Parameters
    ----------
    item, shapes, rings, xy
        Fields of `annogeo.draw.DrawList`: shape i is item i and has rings shapes[i]:shapes[i + 1], ring k has points
        rings[k]:rings[k + 1].
    height, width : int
        At least 1.
    edges : int64 (q,)
        Output: where each mask, read column by column, turns on, off, on ..., one behind the other.
    offsets : int64 (n + 1,)
        Output: mask k has ``edges[offsets[k]:offsets[k + 1]]``.

    Returns
    -------
    int
        How much room `edges` needs at most; where it has less, nothing in it counts. -1: points are too far away, an
        item has several shapes, or a shape has rings whose boxes overlap, or too many rings to see.

    Notes
    -----
    Time: points + columns that each edge crosses + columns of the boxes. Twin: tests/naive/coco.py.
    """
    longest = np.int64(1)
    for k in range(item.size):
        if item[k] != k or shapes[k + 1] - shapes[k] > MOST_RINGS:
            return np.int64(-1)
        longest = max(longest, rings[shapes[k + 1]] - rings[shapes[k]])
    points = np.empty((3, longest))
    boxes = np.empty((4, MOST_RINGS), np.int64)
    counts = np.empty(width + 1, np.int64)
    counts[:] = 0
    offsets[0] = 0
    n = np.int64(0)
    needed = np.int64(0)
    for k in range(item.size):
        first, end = shapes[k], shapes[k + 1]
        left, right = np.int64(width), np.int64(0)
        for ring in range(first, end):
            if not _tabulate(xy, rings, ring, first, height, width, points, boxes):
                return np.int64(-1)
            left, right = min(left, boxes[0, ring - first]), max(right, boxes[1, ring - first])
        if left < right:
            if not _are_apart(boxes, end - first):
                return np.int64(-1)
            for ring in range(first, end):
                _count(points, rings[ring] - rings[first], rings[ring + 1] - rings[first], counts)
            total = _sum(counts, left, right)
            needed += total
            if needed <= edges.size:
                part = edges[n : n + total]
                for ring in range(first, end):
                    _place(
                        points,
                        rings[ring] - rings[first],
                        rings[ring + 1] - rings[first],
                        height,
                        counts,
                        part,
                    )
                n += _sort(part, left, right, counts)
            for column in range(left, right + 1):
                counts[np.uint64(column)] = 0
        offsets[k + 1] = n
    return needed


@leaf
def _tabulate(xy, rings, ring, first_ring, height, width, points, boxes):
    """Tabulate a ring: fine x and y of each point, whole numbers, and the first pixel column with its middle behind it.

    Its place in `points` is that in its shape, which starts with `first_ring`; `boxes` gets its first and last column
    and first and last row, the last ones excluded. Returns whether no point is too far away.
    """
    size = rings[ring + 1] - rings[ring]
    start = rings[ring] - rings[first_ring]
    us = points[0, start : start + size]
    vs = points[1, start : start + size]
    columns = points[2, start : start + size]
    given = xy[rings[ring] : rings[ring + 1]]
    edge = float(width)
    farthest = 0.0
    left, right = edge, 0.0
    top, bottom = float(FINE * height), 0.0
    for k in range(size):
        farthest = max(farthest, max(abs(given[k, 0]), abs(given[k, 1])))
    if farthest >= FARTHEST:
        return False
    for k in range(size):
        us[k] = np.trunc(FINE * given[k, 0] + 0.5)
        vs[k] = np.trunc(FINE * given[k, 1] + 0.5)
        column = np.floor((us[k] + MIDDLE) * (1.0 / FINE))  # exact: 1.0 / 5 is a little more than a fifth
        columns[k] = min(max(column, 0.0), edge)
    for k in range(size):
        left = min(left, columns[k])
        right = max(right, columns[k])
        top = min(top, vs[k])
        bottom = max(bottom, vs[k])
    index = ring - first_ring
    boxes[0, index] = np.int64(left)
    boxes[1, index] = np.int64(right)
    boxes[2, index] = np.int64(max(top, 0.0)) // FINE
    boxes[3, index] = np.int64(max(bottom, 0.0)) // FINE + 1
    return True


@leaf
def _are_apart(boxes, n):
    """Whether no two of n boxes share a pixel."""
    for i in range(n):
        for j in range(i):
            if (
                max(boxes[0, i], boxes[0, j]) < min(boxes[1, i], boxes[1, j])
                and max(boxes[2, i], boxes[2, j]) < min(boxes[3, i], boxes[3, j])
            ):  # fmt: skip
                return False
    return True


@leaf
def _count(points, start, end, counts):
    """Add to `counts` how many toggles a ring has more in each column than in the one before."""
    before = np.int64(points[2, end - 1]) if end > start else np.int64(0)
    for k in range(start, end):  # an edge has one toggle in each column from its first to its last
        column = np.int64(points[2, k])
        counts[np.uint64(min(column, before))] += 1
        counts[np.uint64(max(column, before))] -= 1
        before = column


@leaf
def _sum(counts, left, right):
    """Turn these differences into the number of toggles of all columns before each; returns that of all."""
    total = np.int64(0)
    crossing = np.int64(0)
    for column in range(left, right):
        crossing += counts[np.uint64(column)]
        counts[np.uint64(column)] = total
        total += crossing
    return total


@leaf
def _place(points, start, end, height, counts, part):
    """Write a ring's toggles, column by column; `counts` becomes where each column ends."""
    if start == end:
        return
    lowest = float(FINE * height)
    xb, yb, cb = points[0, end - 1], points[1, end - 1], points[2, end - 1]
    for k in range(start, end):
        xa, ya, ca = xb, yb, cb
        xb, yb, cb = points[0, np.uint64(k)], points[1, np.uint64(k)], points[2, np.uint64(k)]
        first, last = np.int64(min(ca, cb)), np.int64(max(ca, cb))
        if first == last:
            continue
        across = abs(xb - xa)
        down = abs(yb - ya)
        if across >= down:  # fine lines run to the right, steep ones down, whichever way the edge goes
            xs, ys = (xa, ya) if xa < xb else (xb, yb)
            slope = (yb - ya) / (xb - xa)
            # of the two fine points beside the middle, the upper one
            step = FINE * first + MIDDLE - xs + (1.0 if slope < 0.0 else 0.0)
            for column in range(first, last):
                _toggle(part, counts, height, column, ys + slope * step + 0.5, lowest)
                step += FINE
        else:
            xs, ys = (xa, ya) if ya < yb else (xb, yb)
            slope = (xb - xa) / (yb - ya)
            inverse = 1.0 / slope
            for column in range(first, last):
                step = _passing(xs, slope, inverse, float(FINE * column + MIDDLE + 1), down)
                _toggle(part, counts, height, column, ys + step - 1.0, lowest)


@inlined
def _passing(start, slope, inverse, column, length):
    """First step at which a steep fine line has come from one side of a fine column's left edge to the other.

    As `annogeo.kernels.coco._passing`, with the division done before.
    """
    step = min(max(np.ceil((column - 0.5 - start) * inverse), 1.0), length)
    # the product may be a little off; what counts is where the line's own rounding puts it
    is_rising = slope > 0.0
    while step > 1.0 and (start + slope * (step - 1.0) + 0.5 >= column) == is_rising:
        step -= 1.0
    while step < length and (start + slope * step + 0.5 >= column) != is_rising:
        step += 1.0
    return step


@inlined
def _toggle(part, counts, height, column, v, lowest):
    """Write a toggle at fine row `v`, rounded down: in the first pixel row whose middle is not above it.

    That is on the canvas, or just below.
    """
    v = v if v > 0.0 else 0.0
    v = v if v < lowest else lowest
    row = np.int64(np.uint64(np.int64(v) + MIDDLE) // np.uint64(FINE))
    at = counts[np.uint64(column)]
    part[np.uint64(at)] = column * height + row
    counts[np.uint64(column)] = at + 1


@leaf
def _sort(part, left, right, counts):
    """Sort the toggles of each column and drop pairs of equal ones; returns how many stay."""
    n = np.int64(0)
    start = np.int64(0)
    last = np.int64(-1)  # edge before
    for column in range(left, right):
        end = counts[np.uint64(column)]
        if end - start == 2:
            one, other = part[np.uint64(start)], part[np.uint64(start + 1)]
            low, high = min(one, other), max(one, other)
            if low != last and low != high:  # the usual column
                part[np.uint64(n)] = low
                part[np.uint64(n + 1)] = high
                n += 2
                last = high
                start = end
                continue
        _sort_column(part, start, end)
        for i in range(start, end):
            value = part[np.uint64(i)]
            if value == last:
                n -= 1
                last = part[np.uint64(n - 1)] if n > 0 else np.int64(-1)
            else:
                part[np.uint64(n)] = value
                n += 1
                last = value
        start = end
    return n


@leaf
def _sort_column(part, start, end):
    """Sort part[start:end] in place: many numbers coarsely first (Shell, gaps of Knuth)."""
    gap = np.int64(1)
    while 9 * gap < end - start - _FEW:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(start + gap, end):
            value = part[np.uint64(i)]
            j = i
            while j >= start + gap and part[np.uint64(j - gap)] > value:
                part[np.uint64(j)] = part[np.uint64(j - gap)]
                j -= gap
            part[np.uint64(j)] = value
        gap //= 3

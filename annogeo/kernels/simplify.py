"""Rings with fewer corners, within a distance of the traced ones and as free of crossings: vertices are taken out.

A vertex v between a and b may go, alone or with the next one, if every corner that the ring had between a and b, v
and those taken out before, lies within the distance of the new edge a-b. Then no point of that edge is further from the
traced ring either, as going from a to b that passes beside all of the edge.

Nothing is crossed if the hull of a, b and what goes, its edges too, holds no other vertex of the mask: an edge that
crossed a-b would have to end in the hull, as the old edges cross nothing. So rings that were simple and apart stay so,
none passes over another, and none is left with fewer than three vertices. Saddles are moved apart first (`_corners`).

Vertices go in rounds, no two neighbours in one, so that the pieces left out grow evenly and the work with them
only n log n; and first those that go within a smaller distance. Slow twin: tests/naive/simplify.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._corners import SCATTER, SCATTER_LABELS, corners_apart, find_saddles
from annogeo.kernels._jit import inlined, jit, leaf

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STAGES = 4  # distances tried in turn, each twice the last
CELL_BITS = 3  # log2 of the side, in px, of the cells in which vertices are looked up
TOLERANCE = 1e-9  # of an edge's length: vertices that lie this near to a triangle count as in it
BEFORE, AFTER, CHAIN, RING, TODO, LATER, WAITS = 0, 1, 2, 3, 4, 5, 6  # rows of `links`
LINKS = 7


@inlined
def _slot(label, x, y, size):
    return np.int64(np.uint64(y * SCATTER + label * SCATTER_LABELS + x) & np.uint64(size - 1))


@inlined
def _cell(value):
    return np.int64(np.floor(value)) >> CELL_BITS


@inlined
def _cross(ax, ay, bx, by, x, y):
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


@leaf
def _is_near(xy, first, end, a, b, points, square):
    """Say whether all traced corners between a and b lie within a distance, given squared, of the edge from a to b."""
    ax, ay = points[a, 0], points[a, 1]
    ux, uy = points[b, 0] - ax, points[b, 1] - ay
    length = ux * ux + uy * uy
    k = a
    while True:
        k = k + 1 if k + 1 < end else first
        if k == b:
            return True
        x, y = xy[k, 0] - ax, xy[k, 1] - ay
        t = min(max((x * ux + y * uy) / length, 0.0), 1.0)
        dx, dy = x - t * ux, y - t * uy
        if dx * dx + dy * dy > square:
            return False


@inlined
def _is_in_triangle(points, a, b, c, x, y, room):
    """Say whether a point lies in a triangle, either way round, or about within `room` of an edge."""
    ax, ay, bx, by, cx, cy = (
        points[a, 0],
        points[a, 1],
        points[b, 0],
        points[b, 1],
        points[c, 0],
        points[c, 1],
    )
    if not (min(ax, bx, cx) <= x <= max(ax, bx, cx) and min(ay, by, cy) <= y <= max(ay, by, cy)):
        return False
    p, q, r = _cross(ax, ay, bx, by, x, y), _cross(bx, by, cx, cy, x, y), _cross(cx, cy, ax, ay, x, y)
    return min(p, q, r) >= -room or max(p, q, r) <= room


@leaf
def _is_inside(points, a, v, w, b, k, room):
    """Say whether vertex k, not one of the four, lies in their hull: in a triangle of three of them. v may be w."""
    if k == a or k == v or k == w or k == b:
        return False
    x, y = points[k, 0], points[k, 1]
    if _is_in_triangle(points, a, v, b, x, y, room):
        return True
    return v != w and (
        _is_in_triangle(points, a, w, b, x, y, room)
        or _is_in_triangle(points, a, v, w, x, y, room)
        or _is_in_triangle(points, v, w, b, x, y, room)
    )


@leaf
def _is_clear(points, a, v, w, b, labels, links, heads):
    """Say whether no other vertex of the mask lies in the hull of a, v, w and b."""
    left, right = points[a, 0], points[a, 0]
    top, bottom = points[a, 1], points[a, 1]
    for k in (v, w, b):
        left, right = min(left, points[k, 0]), max(right, points[k, 0])
        top, bottom = min(top, points[k, 1]), max(bottom, points[k, 1])
    room = TOLERANCE * (right - left + bottom - top)
    ring_of, chain = links[RING], links[CHAIN]
    label = labels[ring_of[v]]
    x0, x1, y0, y1 = _cell(left), _cell(right), _cell(top), _cell(bottom)
    if (x1 - x0 + 1) * (y1 - y0 + 1) > points.shape[0]:  # more cells than vertices
        for k in range(points.shape[0]):
            if (
                links[BEFORE, k] >= 0
                and labels[ring_of[k]] == label
                and _is_inside(points, a, v, w, b, k, room)
            ):
                return False
        return True
    for y in range(y0, y1 + 1):
        for x in range(x0, x1 + 1):
            k = np.int64(heads[_slot(label, x, y, heads.size)])
            while k >= 0:
                if labels[ring_of[k]] == label and _is_inside(points, a, v, w, b, k, room):
                    return False
                k = np.int64(chain[k])
    return True


@leaf
def _may_go(v, w, xy, first, end, square, points, labels, links, heads):
    """Say whether vertex v may be taken out, or v and the next one, w."""
    a, b = np.int64(links[BEFORE, v]), np.int64(links[AFTER, w])
    return _is_near(xy, first, end, a, b, points, square) and _is_clear(
        points, a, v, w, b, labels, links, heads
    )


@leaf
def _take_out(v, points, labels, links, heads):
    """Take a vertex out of its ring and of its cell."""
    a, b = links[BEFORE, v], links[AFTER, v]
    links[AFTER, a] = b
    links[BEFORE, b] = a
    links[BEFORE, v] = -1
    slot = _slot(labels[links[RING, v]], _cell(points[v, 0]), _cell(points[v, 1]), heads.size)
    k = np.int64(heads[slot])
    if k == v:
        heads[slot] = links[CHAIN, v]
        return
    while links[CHAIN, k] != v:
        k = np.int64(links[CHAIN, k])
    links[CHAIN, k] = links[CHAIN, v]


@leaf
def _thin_out(xy, first, end, square, points, labels, links, heads):
    """Take vertices out of a ring until none may go."""
    before, after = links[BEFORE], links[AFTER]
    todo, later, waits = links[TODO, first:end], links[LATER, first:end], links[WAITS]
    waiting = np.int64(0)
    for k in range(first, end):
        if before[k] >= 0:
            todo[waiting] = k
            waiting += 1
    left = waiting
    while waiting > 0 and left > 3:
        put_off = np.int64(0)
        for k in range(waiting):
            v = np.int64(todo[k])
            if waits[v] or before[v] < 0 or left == 3:
                continue
            w = v
            if not _may_go(v, w, xy, first, end, square, points, labels, links, heads):
                w = np.int64(after[v])  # neither corner of a small step may go alone
                if (
                    left == 4
                    or waits[w]
                    or not _may_go(v, w, xy, first, end, square, points, labels, links, heads)
                ):
                    continue
                _take_out(w, points, labels, links, heads)
                left -= 1
            for other in (before[v], after[v]):
                if not waits[other]:
                    waits[other] = 1
                    later[put_off] = other
                    put_off += 1
            _take_out(v, points, labels, links, heads)
            left -= 1
        waiting = put_off
        for k in range(waiting):
            todo[k] = later[k]
            waits[todo[k]] = 0


@jit
def simplify_rings(
    xy: Ints,
    offsets: Ints,
    labels: Longs,
    eight: bool,
    epsilon: float,
    shift: float,
    links: Ints,
    heads: Ints,
    points: Floats,
    out_offsets: Ints,
) -> Any:
    """Thin out traced rings, in their order; count the vertices left.

    Parameters
    ----------
    xy : int32 (n, 2); offsets : int32 (r + 1,); labels : int64 (r,)
        Traced rings, and which mask each belongs to.
    eight : bool
        Whether pixels that meet in a point were taken to belong together.
    epsilon : float
        px, the largest distance.
    shift : float
        px along each axis by which rings are moved from saddles; at most half of epsilon.
    links : int32 (LINKS, n); heads : int32 (2**k,)
        Scratch; the second one of at least twice as many as corners, all -1.
    points : float64 (n, 2); out_offsets : int32 (r + 1,)
        Output.
    """
    before, after, chain, is_saddle = links[BEFORE], links[AFTER], links[CHAIN], links[WAITS]
    rings = offsets.size - 1
    find_saddles(xy, offsets, labels, eight, links[RING], heads, is_saddle)
    heads[:] = -1
    for ring in range(rings):
        first, end = np.int64(offsets[ring]), np.int64(offsets[ring + 1])
        corners_apart(xy, first, end, is_saddle, shift, points[first:end])
        for k in range(first, end):
            before[k] = k - 1 if k > first else end - 1
            after[k] = k + 1 if k + 1 < end else first
            slot = _slot(labels[ring], _cell(points[k, 0]), _cell(points[k, 1]), heads.size)
            chain[k] = heads[slot]
            heads[slot] = k
    links[WAITS, :] = 0
    for stage in range(STAGES):
        distance = epsilon / (1 << (STAGES - 1 - stage))
        for ring in range(rings):
            first, end = np.int64(offsets[ring]), np.int64(offsets[ring + 1])
            _thin_out(xy, first, end, distance * distance, points, labels, links, heads)
    written = 0
    out_offsets[0] = 0
    for ring in range(rings):
        for k in range(offsets[ring], offsets[ring + 1]):
            if before[k] >= 0:
                points[written, 0] = points[k, 0]
                points[written, 1] = points[k, 1]
                written += 1
        out_offsets[ring + 1] = written
    return written

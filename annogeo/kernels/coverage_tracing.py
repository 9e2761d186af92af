"""`trace_rings` turns a draw list of any kind into areas: rings of points, grouped by how they are filled.

An area is one item's, or the rows of one mask. It has groups of rings; each is filled even-odd for itself but the last
of an area that is a union, which is filled wherever its winding number is not 0; the filled parts are united.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit, leaf
from annogeo.kernels.coverage_strokes import (
    WIDE,
    append_capsules,
    append_ring,
    convexity,
    disc_ring,
    ellipse_ring,
    load_path,
    stroke_rings,
)

FILL, LINE, LOOP, ELLIPSE, ELLIPSE_LOOP, DISC, RUNS = range(7)  # as annogeo.draw.Op
UNION, HARD = 1, 2  # bits of an area's `kind`
HAIR = 0.75  # strokes of a smaller radius have both sides in one pixel nearly everywhere
MOST_CHORDS = 8192  # of one outlined ellipse's path, at first


@leaf
def _is_convex(shapes, rings, xy, at):
    """Which way a fill goes round if it is one convex ring (1, -1), else 0."""
    if shapes[at + 1] - shapes[at] != 1:
        return 0
    return convexity(xy, rings[shapes[at]], rings[shapes[at] + 1])


@leaf
def _trace(kind, at, size, shapes, rings, xy, height, width, points, n, starts, count, path, way):
    """Append the rings of one operation that is no fill; returns the numbers of points and of rings.

    A negative number of points asks for that much room in `path` and `way`.
    """
    first = rings[shapes[at]]
    end = rings[shapes[at] + 1]
    if kind == ELLIPSE:
        n = ellipse_ring(points, n, xy, first, 0.0, height, width)
        starts[count + 1] = n
        return n, count + 1
    if kind == DISC:
        n = disc_ring(points, n, xy[first, 0], xy[first, 1], size, height, width)
        starts[count + 1] = n
        return n, count + 1
    radius = 0.5 * size
    is_closed = kind != LINE
    if kind == ELLIPSE_LOOP:
        first = np.int64(0)
        end = ellipse_ring(way, first, xy, rings[shapes[at]], max(radius, 1e-9), height, width)
    room = end - first + 2
    if kind == ELLIPSE_LOOP and radius > WIDE:
        for k in range(min(end, way.shape[0])):
            x = way[k, 0]
            y = way[k, 1]
            if np.hypot(max(abs(x), abs(x - width)), max(abs(y), abs(y - height))) < radius * (1.0 - 1e-9):
                n = disc_ring(
                    points, n, x, y, radius, height, width
                )  # one place of the pen covers the canvas
                starts[count + 1] = n
                return n, count + 1
    if room > path.shape[0]:
        return -room, count
    number, is_far = load_path(path, way if kind == ELLIPSE_LOOP else xy, first, end, is_closed)
    if number == 0 or not radius > 0.0:
        return n, count
    if is_far:
        return append_capsules(points, n, starts, count, path, number, is_closed, radius, height, width)
    return stroke_rings(points, n, starts, count, path, number, is_closed, radius, height, width)


@leaf
def _trace_item(
    op, at, end, size, shapes, rings, xy, height, width, points, n, starts, count, groups, n_groups, path, way
):  # fmt: skip
    """Append the groups of one item, operations [at, end): its fills, then all that is united anyway.

    Returns the numbers of points, rings and groups, and the area's kind. Convex fills are united with the strokes.
    """
    fills = 0
    others = 0
    thinnest = 1e300
    for k in range(at, end):
        if op[k] == FILL:
            fills += 1
        elif op[k] != RUNS:
            others += 1
            if op[k] != ELLIPSE and op[k] != DISC:
                thinnest = min(thinnest, 0.5 * size[k])
    is_alone = fills == 1 and others == 0
    before = n_groups
    for k in range(at, end):
        if op[k] == FILL and (is_alone or _is_convex(shapes, rings, xy, k) == 0):
            for ring in range(shapes[k], shapes[k + 1]):
                n = append_ring(points, n, xy, rings[ring], rings[ring + 1], is_alone and others > 0)
                count += 1
                starts[count] = n
            n_groups += 1
            groups[n_groups] = count
    if is_alone or fills + others == 0:
        return n, count, n_groups, 0
    for k in range(at, end):
        if op[k] == FILL:
            way_round = _is_convex(shapes, rings, xy, k)
            if way_round != 0:
                n = append_ring(points, n, xy, rings[shapes[k]], rings[shapes[k] + 1], way_round < 0)
                count += 1
                starts[count] = n
        elif op[k] != RUNS:
            n, count = _trace(
                op[k], k, size[k], shapes, rings, xy, height, width, points, n, starts, count, path, way
            )
            if n < 0:
                return n, count, n_groups, 0
    n_groups += 1
    groups[n_groups] = count
    is_hard = n_groups > before + 1 or thinnest < HAIR
    return n, count, n_groups, UNION | HARD if is_hard else UNION


@leaf
def _trace_all(
    op, item, size, shapes, rings, xy, run_offsets, height, width, points, starts, groups, areas, kinds, path, way
):  # fmt: skip
    """Fill the arrays that `trace_rings` returns; returns the numbers of points, rings, groups and areas."""
    n = np.int64(0)
    count = np.int64(0)
    n_groups = np.int64(0)
    n_areas = np.int64(0)
    at = np.int64(0)
    while at < op.size:
        end = at + 1
        while end < op.size and item[end] == item[at]:
            end += 1
        n, count, n_groups, kind = _trace_item(
            op, at, end, size, shapes, rings, xy, height, width, points, n, starts, count, groups, n_groups, path, way
        )  # fmt: skip
        if n < 0:
            return n, count, n_groups, n_areas
        if n_groups > areas[1, n_areas]:
            areas[0, n_areas] = item[at]
            areas[1, n_areas + 1] = n_groups
            areas[2, n_areas + 1] = areas[2, n_areas]
            kinds[n_areas] = kind
            n_areas += 1
        for k in range(at, end):
            if op[k] == RUNS:
                areas[0, n_areas] = item[at]
                areas[1, n_areas + 1] = n_groups
                areas[2, n_areas] = run_offsets[k]
                areas[2, n_areas + 1] = run_offsets[k + 1]
                kinds[n_areas] = 0
                n_areas += 1
        at = end
    return n, count, n_groups, n_areas


@jit
def trace_rings(op, item, size, shapes, rings, xy, run_offsets, height, width):
    """Trace a draw list (fields as in `annogeo.draw.DrawList`, `size` its `width`).

    Returns
    -------
    points : float64 (p, 2)
    starts : int64 (r + 1,)
        Ring k has points starts[k]:starts[k + 1].
    groups : int64 (g + 1,)
        Group k has rings groups[k]:groups[k + 1].
    areas : int64 (3, a + 1)
        Of each area, in drawing order: its item, its first group, and its first row in the draw list's `runs`.
    kinds : uint8 (a,)
        UNION: the last group is a union. HARD: better done with the exact outline at once.
    """
    most_rings = np.int64(2)
    most_path = np.int64(16)
    outlined = 0
    for k in range(op.size):
        of_shape = rings[shapes[k + 1]] - rings[shapes[k]]
        most_path = max(most_path, of_shape + 2)
        most_rings += shapes[k + 1] - shapes[k] + 2
        if op[k] == LINE or op[k] == LOOP:
            most_rings += of_shape
        elif op[k] == ELLIPSE_LOOP:
            outlined += 1
    if outlined > 0:
        most_path = max(most_path, np.int64(MOST_CHORDS))
    room = 4 * xy.shape[0] + 64 * op.size + 64
    groups = np.zeros(2 * op.size + 2, np.int64)
    areas = np.zeros((3, 2 * op.size + 2), np.int64)
    kinds = np.zeros(2 * op.size + 2, np.uint8)
    while True:
        points = np.empty((room, 2))
        starts = np.zeros(most_rings + outlined * most_path, np.int64)
        path = np.empty((most_path, 5))
        way = np.empty((most_path if outlined > 0 else 1, 2))
        n, count, n_groups, n_areas = _trace_all(
            op, item, size, shapes, rings, xy, run_offsets, height, width, points, starts, groups, areas, kinds,
            path, way,
        )  # fmt: skip
        if n < 0:
            most_path = -2 * n
        elif n > room:
            room = n
        else:
            return (
                points[:n],
                starts[: count + 1],
                groups[: n_groups + 1],
                areas[:, : n_areas + 1],
                kinds[:n_areas],
            )

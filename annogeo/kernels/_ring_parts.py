"""Which rings of a shape are parts of it and which are holes, for the rules that draw ring by ring (`coco`, `pil`).

The tools behind these rules know one ring at a time. So a shape is split into parts, each an outer ring and its
holes; the pixels of a hole's ring are taken away from those of its outer ring, and parts are united. Only where
rings really overlap the shape is left whole, for even-odd to decide. Layer: kernels.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inner, jit

IntArray = npt.NDArray[np.int64]

GRID = 64  # samples across and down what the boxes of two rings share
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
ONE = np.uint64(1)
THIN = 1.0 / 16.0  # px; rings that share less touch
APART, INSIDE, ACROSS = np.int64(0), np.int64(1), np.int64(2)
PATIENCE = 1024  # steps per point, and
LEAST_PATIENCE = 1 << 27  # steps, spent on the rings of one shape


class Parts(NamedTuple):
    """Part i is of shape ``shape[i]`` and has the rings ``ring[offsets[i]:offsets[i + 1]]``.

    A ring with `is_hole` is taken away from those of its part before it; other rings of a part are even-odd.
    """

    shape: IntArray
    offsets: IntArray
    ring: IntArray
    is_hole: npt.NDArray[np.bool_]


def split_parts(shapes: IntArray, rings: IntArray, xy: npt.NDArray[np.float64]) -> Parts:
    """Split shapes (fields of `annogeo.draw.DrawList`) into parts, in order.

    A ring inside an even number of other rings is an outer one, inside an odd number a hole of the smallest ring
    around it. A shape is one even-odd part if two of its rings cross, that is to say overlap while neither holds
    the other. Overlaps thinner than 1/16 px or 1/32 of what the boxes of the two rings share do not count. Rings
    whose boxes overlap are compared pair by pair; a shape for which this takes 2**27 steps and 1024 per point is one
    even-odd part as well.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> xy = np.concatenate([square * 8, square * 8 + 8, square * 2 + 1])
    >>> parts = split_parts(np.array([0, 3]), np.array([0, 4, 8, 12]), xy)
    >>> parts.offsets.tolist(), parts.ring.tolist(), parts.is_hole.tolist()
    ([0, 2, 3], [0, 2, 1], [False, True, False])
    """
    n_shapes, n_rings = shapes.size - 1, rings.size - 1
    if np.diff(shapes).max(initial=0) < 2:
        return Parts(np.arange(n_shapes), shapes, np.arange(n_rings), np.zeros(n_rings, np.bool_))
    shape = np.empty(n_rings + n_shapes, np.int64)
    offsets = np.empty(n_rings + n_shapes + 1, np.int64)
    ring = np.empty(n_rings, np.int64)
    is_hole = np.zeros(n_rings, np.bool_)
    boxes, areas = np.empty((n_rings, 4)), np.empty(n_rings)
    _measure_rings(xy, rings, boxes, areas)
    by_left = np.lexsort((boxes[:, 0], np.repeat(np.arange(n_shapes), np.diff(shapes))))
    count = _split(shapes, rings, xy, boxes, areas, by_left, shape, offsets, ring, is_hole)
    return Parts(shape[:count], offsets[: count + 1], ring, is_hole)


@jit
def _split(shapes, rings, xy, boxes, areas, by_left, shape, offsets, order, is_hole):
    """Fill the arrays of `Parts`; returns the number of parts."""
    samples = np.empty((2, GRID), np.uint64)
    n = np.int64(0)
    at = np.int64(0)  # rings placed so far
    offsets[0] = 0
    for owner in range(shapes.size - 1):
        first = shapes[owner]
        count = shapes[owner + 1] - first
        depth = np.zeros(count, np.int64)
        parent = np.full(count, -1)
        if count > 1 and _nest(xy, rings, first, boxes, areas, by_left, samples, depth, parent):
            children = np.zeros(count + 1, np.int64)
            for k in range(count):
                if depth[k] % 2 == 1:
                    children[parent[k] + 1] += 1
            for k in range(count):
                children[k + 1] += children[k]
            holes = np.empty(children[count], np.int64)
            filled = children.copy()
            for k in range(count):
                if depth[k] % 2 == 1:
                    holes[filled[parent[k]]] = k
                    filled[parent[k]] += 1
            for k in range(count):
                if depth[k] % 2 == 0:
                    order[at] = first + k
                    at += 1
                    for j in range(children[k], children[k + 1]):
                        order[at] = first + holes[j]
                        is_hole[at] = True
                        at += 1
                    shape[n] = owner
                    n += 1
                    offsets[n] = at
        else:
            for k in range(count):
                order[at] = first + k
                at += 1
            shape[n] = owner
            n += 1
            offsets[n] = at
    return n


@inner
def _nest(xy, rings, first, boxes, areas, by_left, samples, depth, parent):
    """Count the rings around each ring of a shape and find the smallest; False where rings cross."""
    count = depth.size
    patience = max(PATIENCE * (rings[first + count] - rings[first]), LEAST_PATIENCE)
    for at in range(first, first + count):
        for other in range(at + 1, first + count):
            patience -= 1
            small = by_left[at]
            large = by_left[other]
            if not boxes[small, 2] - boxes[large, 0] >= THIN:
                break  # so are all rings that begin farther right
            if areas[large] < areas[small] or (areas[large] == areas[small] and large > small):
                small, large = large, small
            left = max(boxes[small, 0], boxes[large, 0])
            top = max(boxes[small, 1], boxes[large, 1])
            right = min(boxes[small, 2], boxes[large, 2])
            bottom = min(boxes[small, 3], boxes[large, 3])
            if not (right - left >= THIN and bottom - top >= THIN):
                continue
            patience -= _sample(xy, rings[small], rings[small + 1], left, top, right, bottom, samples[0])
            patience -= _sample(xy, rings[large], rings[large + 1], left, top, right, bottom, samples[1])
            if patience < 0:
                return False
            relation = _relate(samples[0], samples[1])
            across = (right - left) / 32.0
            down = (bottom - top) / 32.0
            if relation == INSIDE and (
                boxes[small, 0] < left - across
                or boxes[small, 2] > right + across
                or boxes[small, 1] < top - down
                or boxes[small, 3] > bottom + down
            ):
                relation = ACROSS
            if relation == ACROSS:
                return False
            if relation == INSIDE:
                k = small - first
                depth[k] += 1
                known = parent[k] + first
                if (
                    depth[k] == 1
                    or areas[large] < areas[known]
                    or (areas[large] == areas[known] and large > known)
                ):
                    parent[k] = large - first
    return patience >= 0


@jit
def _measure_rings(xy, rings, boxes, areas):
    """Write every ring's box and area."""
    for k in range(areas.size):
        areas[k] = _measure(xy, rings[k], rings[k + 1], boxes[k])


@inner
def _measure(xy, begin, end, box):
    """Write a ring's box and return its area."""
    box[0] = np.inf
    box[1] = np.inf
    box[2] = -np.inf
    box[3] = -np.inf
    twice = 0.0
    for i in range(begin, end):
        x = xy[i, 0]
        y = xy[i, 1]
        box[0] = min(box[0], x)
        box[1] = min(box[1], y)
        box[2] = max(box[2], x)
        box[3] = max(box[3], y)
        j = i + 1 if i + 1 < end else begin
        twice += (x - xy[begin, 0]) * (xy[j, 1] - xy[begin, 1]) - (xy[j, 0] - xy[begin, 0]) * (
            y - xy[begin, 1]
        )
    return 0.5 * abs(twice)


@inner
def _sample(xy, begin, end, left, top, right, bottom, inside):
    """Write which samples of a grid lie inside a ring: a word per row, a bit per column; returns the steps taken."""
    steps = GRID + end - begin
    for k in range(GRID):
        inside[k] = 0
    across = GRID / (right - left)
    down = GRID / (bottom - top)
    for i in range(begin, end):
        j = i + 1 if i + 1 < end else begin
        ax = (xy[i, 0] - left) * across - 0.5  # in steps of the grid: sample (k, k) is at k
        ay = (xy[i, 1] - top) * down - 0.5
        bx = (xy[j, 0] - left) * across - 0.5
        by = (xy[j, 1] - top) * down - 0.5
        upper = min(ay, by)
        lower = max(ay, by)
        if not (lower > 0.0 and upper < GRID and lower > upper):
            continue
        slope = (bx - ax) / (by - ay)
        for row in range(np.int64(np.ceil(max(upper, 0.0))), np.int64(np.ceil(min(lower, float(GRID))))):
            column = np.ceil(ax + (row - ay) * slope)
            if column < GRID:
                inside[row] ^= FULL << np.uint64(max(column, 0.0))
                steps += 1
    return steps


@inner
def _relate(small, large):
    """Say how a ring lies to a larger one; what counts is two by two samples."""
    is_shared = False
    is_outside = False
    for row in range(GRID - 1):
        both = small[row] & small[row + 1]
        shared = both & large[row] & large[row + 1]
        outside = both & ~large[row] & ~large[row + 1]
        is_shared = is_shared or shared & (shared >> ONE) != 0
        is_outside = is_outside or outside & (outside >> ONE) != 0
    if not is_shared:
        return APART
    return ACROSS if is_outside else INSIDE

"""Areas of the convex hulls of pairs of shapes, each given by its own hull."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit, leaf

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@jit
def hull_chains(xy: FloatArray, offsets: IntArray, chains: FloatArray, ends: IntArray) -> None:
    """Split the hulls of point sets into what bounds them towards smaller and towards greater y.

    Parameters
    ----------
    xy : float (p, 2)
        The points of each set sorted by x, then y.
    offsets : int (n + 1,)
    chains : float (2 p, 2)
        Filled: of each set its chain towards smaller y from place 2 * offset on, and then the other.
    ends : int (n, 2)
        Filled: how many points the two have.
    """
    for k in range(offsets.size - 1):
        first, n = offsets[k], offsets[k + 1] - offsets[k]
        for side in range(2):
            stack = chains[2 * first + side * n : 2 * first + (side + 1) * n]
            size = 0
            for i in range(first, first + n):
                size = _push(stack, size, xy[i, 0], xy[i, 1], 1.0 - 2.0 * side)
            ends[k, side] = size


@jit
def joint_hull_areas(
    chains: FloatArray,
    offsets: IntArray,
    ends: IntArray,
    other_chains: FloatArray,
    other_offsets: IntArray,
    other_ends: IntArray,
    areas: FloatArray,
    stack: FloatArray,
) -> None:
    """Fill in the area of the convex hull of each shape with each other (n, m), from what `hull_chains` gives.

    `stack` (s, 2) has room for the points of any two shapes.
    """
    for i in range(areas.shape[0]):
        a, n = 2 * offsets[i], offsets[i + 1] - offsets[i]
        for j in range(areas.shape[1]):
            b, m = 2 * other_offsets[j], other_offsets[j + 1] - other_offsets[j]
            area = 0.0
            for side in range(2):
                mine = chains[a + side * n : a + side * n + ends[i, side]]
                theirs = other_chains[b + side * m : b + side * m + other_ends[j, side]]
                sign = 1.0 - 2.0 * side
                area -= sign * _area_under(mine, theirs, stack, sign)
            areas[i, j] = max(area, 0.0)


@leaf
def _area_under(mine, theirs, stack, sign):  # type: ignore[no-untyped-def]
    """Join two chains, both from left to right, and return the area between the result and a level of the first's."""
    if mine.shape[0] == 0 or theirs.shape[0] == 0:
        return 0.0
    size, i, j = 0, 0, 0
    x0, y0 = mine[0, 0], mine[0, 1]
    while i < mine.shape[0] or j < theirs.shape[0]:
        is_mine = j == theirs.shape[0]
        if i < mine.shape[0] and not is_mine:
            is_mine = mine[i, 0] < theirs[j, 0] or (mine[i, 0] == theirs[j, 0] and mine[i, 1] < theirs[j, 1])
        if is_mine:
            size = _push(stack, size, mine[i, 0] - x0, mine[i, 1] - y0, sign)
            i += 1
        else:
            size = _push(stack, size, theirs[j, 0] - x0, theirs[j, 1] - y0, sign)
            j += 1
    area = 0.0
    for k in range(1, size):
        area += 0.5 * (stack[k, 0] - stack[k - 1, 0]) * (stack[k, 1] + stack[k - 1, 1])
    return area


@leaf
def _push(stack, size, x, y, sign):  # type: ignore[no-untyped-def]
    """Add a point to a chain that turns one way only, and drop what it makes superfluous."""
    while size >= 2:
        ax, ay = stack[size - 1, 0] - stack[size - 2, 0], stack[size - 1, 1] - stack[size - 2, 1]
        bx, by = x - stack[size - 2, 0], y - stack[size - 2, 1]
        if sign * (ax * by - ay * bx) > 0.0:
            break
        size -= 1
    stack[size, 0], stack[size, 1] = x, y
    return size + 1

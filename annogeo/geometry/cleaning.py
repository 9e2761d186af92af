"""Points of a ring that enclose nothing: repeated ones, and the tips of spikes. Exact. Lowest layer.

A spike is a point at which the ring turns right back on itself. Taking either away changes no area, and no pixel under
an even-odd rule. Rings are float64 (n, 2), open.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

_ROUNDING = 2.0**-50  # of a cross product, relative to its two terms


def following(offsets: IntArray) -> IntArray:
    """Return for each point of many rings the index of the next point of its ring.

    Examples
    --------
    >>> following(np.array([0, 3, 5])).tolist()
    [1, 2, 0, 4, 3]
    """
    indices = np.arange(1, int(offsets[-1]) + 1)
    filled = offsets[1:] > offsets[:-1]
    indices[offsets[1:][filled] - 1] = offsets[:-1][filled]
    return indices


def repeated_points(xy: FloatArray, offsets: IntArray) -> BoolArray:
    """Return which points of many rings equal the next point of their ring."""
    after = following(offsets)
    repeated: BoolArray = (xy == xy[after]).all(axis=1) & (after != np.arange(len(xy)))
    return repeated


def spike_tips(xy: FloatArray, offsets: IntArray) -> BoolArray:
    """Return at which points of many rings the ring turns right back.

    Examples
    --------
    >>> ring = np.array([[0.0, 0.0], [4.0, 0.0], [9.0, 0.0], [4.0, 0.0], [4.0, 4.0]])
    >>> spike_tips(ring, np.array([0, 5])).tolist()
    [False, False, True, False, False]
    """
    after = following(offsets)
    before = np.empty_like(after)
    before[after] = np.arange(len(xy))
    with np.errstate(over="ignore", invalid="ignore"):
        come, go = xy - xy[before], xy[after] - xy
        forth, back = come[:, 0] * go[:, 1], come[:, 1] * go[:, 0]
        turns = (come * go).sum(axis=1) < 0.0
        flat = np.abs(forth - back) <= _ROUNDING * (np.abs(forth) + np.abs(back))
    tips: BoolArray = turns & flat
    for index in np.flatnonzero(tips).tolist():
        tips[index] = is_straight(xy[before[index]], xy[index], xy[after[index]])
    return tips


def is_straight(a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    """Whether three points lie on one line, exactly."""
    (ax, ay), (bx, by), (cx, cy) = ([Fraction(value) for value in point.tolist()] for point in (a, b, c))
    return (bx - ax) * (cy - by) == (by - ay) * (cx - bx)


def cleaned(ring: FloatArray) -> tuple[FloatArray, list[int], list[int]]:
    """Return a ring without repeated points and spikes; which points were repeated, and which were tips of spikes.

    Taking a tip away may make its neighbours meet or be one straight spike: these go too. What encloses nothing ends
    with fewer than three points.

    Examples
    --------
    >>> ring = np.array([[0.0, 0.0], [4.0, 0.0], [9.0, 0.0], [4.0, 0.0], [4.0, 4.0], [4.0, 4.0]])
    >>> shorter, repeated, tips = cleaned(ring)
    >>> shorter.tolist(), repeated, tips
    ([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]], [3, 5], [2])
    """
    kept = list(range(len(ring)))
    repeated: list[int] = []
    tips: list[int] = []
    at, unchanged = 0, 0
    while len(kept) > 1 and unchanged < len(kept):
        at %= len(kept)
        before, here, after = kept[at - 1], kept[at], kept[(at + 1) % len(kept)]
        if (ring[before] == ring[here]).all():
            repeated.append(kept.pop(at))
        elif len(kept) == 2 or _turns_back(ring[before], ring[here], ring[after]):
            tips.append(kept.pop(at))
        else:
            at, unchanged = at + 1, unchanged + 1
            continue
        at, unchanged = max(at - 1, 0), 0
    return ring[kept], sorted(repeated), sorted(tips)


def _turns_back(a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    (ax, ay), (bx, by), (cx, cy) = a.tolist(), b.tolist(), c.tolist()
    forth, back = (bx - ax) * (cy - by), (by - ay) * (cx - bx)
    if abs(forth - back) > _ROUNDING * (abs(forth) + abs(back)):
        return False
    if (bx - ax) * (cx - bx) + (by - ay) * (cy - by) >= 0.0:
        return False
    return is_straight(a, b, c)

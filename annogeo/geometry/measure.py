"""Sizes of points and rings: extents, areas, lengths. Pure numpy, lowest layer.

A ring is float64 (n, 2), open: its last point is joined to its first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_GIANT = 1e60  # predicates multiply four coordinates, and areas add such products up


def bounds(parts: Sequence[FloatArray]) -> FloatArray:
    """Return left, top, right, bottom of all points; zeros when there is none.

    Examples
    --------
    >>> bounds([np.array([[1.0, 5.0], [3.0, 2.0]])])
    array([1., 2., 3., 5.])
    >>> bounds([])
    array([0., 0., 0., 0.])
    """
    filled = [part for part in parts if part.shape[0]]
    if not filled:
        return np.zeros(4)
    points = filled[0] if len(filled) == 1 else np.concatenate(filled)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def moderate(rings: Sequence[FloatArray]) -> tuple[list[FloatArray], float]:
    """Return rings small enough to calculate with, and the power of two they were multiplied by: 1, but for giants.

    Examples
    --------
    >>> rings, scale = moderate([np.array([[0.0, 0.0], [1e300, 0.0], [0.0, 1e300]])])
    >>> float(rings[0].max()) <= 1, float(rings[0].max()) / scale
    (True, 1e+300)
    """
    largest = max((float(np.abs(ring).max()) for ring in rings if ring.size), default=0.0)
    if largest < _GIANT:
        return list(rings), 1.0
    scale = math.ldexp(1.0, -math.frexp(largest)[1])
    return [ring * scale for ring in rings], scale


def signed_area(ring: FloatArray) -> float:
    """Return a ring's area by the shoelace sum, positive when it runs clockwise on screen.

    Examples
    --------
    >>> signed_area(np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 3.0], [0.0, 3.0]]))
    6.0
    """
    if ring.shape[0] < 3:
        return 0.0
    (ring,), scale = moderate([ring])
    offset = ring - ring[0]  # keeps digits for small shapes far from the origin
    x, y = offset[:, 0], offset[:, 1]
    area = 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return area / scale / scale


def length(line: FloatArray, *, closed: bool = False) -> float:
    """Return the length of a line, or of a ring when `closed`.

    Examples
    --------
    >>> length(np.array([[0.0, 0.0], [3.0, 4.0]])), length(np.array([[0.0, 0.0], [3.0, 4.0]]), closed=True)
    (5.0, 10.0)
    """
    if line.shape[0] < 2:
        return 0.0
    steps = np.diff(line, axis=0)
    total = float(np.hypot(steps[:, 0], steps[:, 1]).sum())
    return total + float(np.hypot(*(line[0] - line[-1]))) if closed else total

"""Extents and outlines of turned ellipses. Pure numpy, lowest layer.

rx and ry are semi-axes in px; the angle is in degrees, clockwise on screen.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from annogeo.geometry.corners import cos_sin

FloatArray = npt.NDArray[np.float64]

TOLERANCE = 0.01  # px between the curve and its polygon
_MOST_SEGMENTS = 4096


def ellipse_bounds(x: float, y: float, rx: float, ry: float, angle: float) -> FloatArray:
    """Return left, top, right, bottom, exact to rounding.

    Examples
    --------
    >>> ellipse_bounds(10, 10, 4, 2, 90)
    array([ 8.,  6., 12., 14.])
    """
    cos, sin = cos_sin(angle)
    half_width, half_height = math.hypot(rx * cos, ry * sin), math.hypot(rx * sin, ry * cos)
    return np.array([x - half_width, y - half_height, x + half_width, y + half_height])


def ellipse_ring(
    x: float, y: float, rx: float, ry: float, angle: float, tolerance: float = TOLERANCE
) -> FloatArray:
    """Return an inscribed polygon (n, 2), n a multiple of 4, at most `tolerance` px inside the curve.

    The axes' ends are among its points. From a radius of some ten thousand px on, the number of points is capped
    at 4096 and the distance grows with the radius.

    Examples
    --------
    >>> ellipse_ring(0, 0, 2, 1, 0, tolerance=1).round(6).tolist()
    [[2.0, 0.0], [0.0, 1.0], [-2.0, 0.0], [0.0, -1.0]]
    """
    largest = max(rx, ry)
    ratio = 1.0 - tolerance / largest if largest > tolerance else 0.0
    half_step = max(math.acos(max(ratio, 0.0)), math.pi / _MOST_SEGMENTS)
    quarter = max(1, math.ceil(math.pi / half_step / 4))  # the sagitta of a segment is r * (1 - cos(pi / n))
    steps = np.linspace(0.0, 90.0, quarter, endpoint=False)
    first = np.stack([np.cos(np.radians(steps)), np.sin(np.radians(steps))], axis=1)
    turns = [first, first[:, ::-1] * [-1.0, 1.0], -first, first[:, ::-1] * [1.0, -1.0]]
    unit = np.concatenate(turns) * [rx, ry]
    cos, sin = cos_sin(angle)
    return np.stack(
        [x + cos * unit[:, 0] - sin * unit[:, 1], y + sin * unit[:, 0] + cos * unit[:, 1]], axis=1
    )

"""Corner points of turned rectangles, and turning in general. Pure numpy, lowest layer.

Angles are degrees, clockwise on screen (x right, y down). Multiples of 90 degrees turn without rounding.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_QUARTERS = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))


def cos_sin(angle: float) -> tuple[float, float]:
    """Return cosine and sine of an angle in degrees; exact for multiples of 90.

    Examples
    --------
    >>> cos_sin(90.0), cos_sin(-180.0)
    ((0.0, 1.0), (-1.0, 0.0))
    """
    turned = math.fmod(angle, 360.0)
    quarter, rest = divmod(turned, 90.0)
    if rest == 0.0:
        return _QUARTERS[int(quarter) % 4]
    radians = math.radians(turned)
    return math.cos(radians), math.sin(radians)


def rotate(points: FloatArray, center: tuple[float, float], angle: float) -> FloatArray:
    """Return points (n, 2) turned about a centre, clockwise on screen.

    Examples
    --------
    >>> rotate(np.array([[2.0, 0.0]]), (0.0, 0.0), 90.0)
    array([[0., 2.]])
    """
    cos, sin = cos_sin(angle)
    offset = points - center
    turned = np.empty_like(offset)
    turned[:, 0] = center[0] + (cos * offset[:, 0] - sin * offset[:, 1])
    turned[:, 1] = center[1] + (sin * offset[:, 0] + cos * offset[:, 1])
    return turned


def box_corners(left: float, top: float, right: float, bottom: float, angle: float = 0.0) -> FloatArray:
    """Return the corners (4, 2) of a box turned about its centre: top-left, top-right, bottom-right, bottom-left.

    Examples
    --------
    >>> box_corners(0, 0, 4, 2, 90).tolist()
    [[3.0, -1.0], [3.0, 3.0], [1.0, 3.0], [1.0, -1.0]]
    """
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float64)
    if math.fmod(angle, 360.0) == 0.0:
        return corners
    return rotate(corners, (left + (right - left) / 2, top + (bottom - top) / 2), angle)


def cos_sins(angles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return cosines and sines of many angles in degrees; exact for multiples of 90.

    Examples
    --------
    >>> cos_sins(np.array([90.0, -180.0]))
    (array([ 0., -1.]), array([1., 0.]))
    """
    turned = np.fmod(angles, 360.0)
    cos, sin = np.cos(np.radians(turned)), np.sin(np.radians(turned))
    whole = np.fmod(turned, 90.0) == 0.0
    cos[whole], sin[whole] = np.rint(cos[whole]) + 0.0, np.rint(sin[whole]) + 0.0  # no negative zeros
    return cos, sin

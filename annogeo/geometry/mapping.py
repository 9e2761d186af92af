"""Where maps take rectangles, ellipses and directions. Pure numpy, lowest layer.

Angles are degrees, clockwise on screen. A rectangle stays one where its sides stay at right angles; the image of an
ellipse is an ellipse, also in perspective, as long as all of it is in front of the horizon.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.geometry.affine import is_affine, map_points
from annogeo.geometry.corners import box_corners, cos_sin

FloatArray = npt.NDArray[np.float64]

RIGHT_ANGLE = 1e-6
"""By so much of its length a side of a rectangle may lean: matrices of float32 do that to right angles."""

_EXACT = 1e-12  # the same for ellipses, which lose nothing where it does not hold
_NO_SLOPE = 1e-18  # of the weight, across an ellipse: nothing to be seen
_SNAP = 1e-9  # degrees from a multiple of 90


class Turned(NamedTuple):
    """A rectangle or an ellipse: centre, size or radii along its axes, angle of the first axis."""

    x: float
    y: float
    first: float
    second: float
    angle: float


def keeps_upright(matrix: FloatArray) -> bool:
    """Whether upright rectangles stay upright: no turn but by quarters, no shear, no perspective.

    Examples
    --------
    >>> from annogeo.geometry.affine import scaling, turning
    >>> keeps_upright(scaling(-2, 3)), keeps_upright(turning(90)), keeps_upright(turning(1))
    (True, True, False)
    """
    if not is_affine(matrix):
        return False
    (a, b, _), (d, e, _), _ = matrix.tolist()
    least: float = _EXACT * max(abs(a), abs(b), abs(d), abs(e))
    return bool((abs(b) <= least and abs(d) <= least) or (abs(a) <= least and abs(e) <= least))


def map_box(
    matrix: FloatArray, left: float, top: float, right: float, bottom: float, angle: float
) -> Turned | None:
    """Return where an affine map takes a box that is turned by `angle` about its centre; None where it leans.

    A turn adds to the angle, which then is in (-180, 180]. In a mirror the top stays the top if that leaves the box
    turned by less than 90 degrees, else it becomes the bottom: the angle then is in (-90, 90].

    Examples
    --------
    >>> from annogeo.geometry.affine import scaling, turning
    >>> map_box(turning(30), -2, -1, 2, 1, 45).angle, map_box(scaling(-1, 1), -2, -1, 2, 1, 30).angle
    (75.0, -30.0)
    >>> map_box(scaling(2, 1), -2, -1, 2, 1, 30) is None
    True
    """
    x, y, width, height = left + (right - left) / 2, top + (bottom - top) / 2, right - left, bottom - top
    similar = _similar(matrix, x, y, width, height, angle)
    if similar is not None:
        return similar
    (p, q), center = _axes(matrix, x, y, angle)
    long_p, long_q = math.hypot(*p), math.hypot(*q)
    if abs(p[0] * q[0] + p[1] * q[1]) > RIGHT_ANGLE * long_p * long_q:
        return None
    turned = _direction(p, mirrored=p[0] * q[1] - p[1] * q[0] < 0.0)
    return Turned(*center, width * long_p, height * long_q, turned)


def map_extent(matrix: FloatArray, left: float, top: float, right: float, bottom: float) -> FloatArray:
    """Return the extent (4,) of a mapped box: left, top, right, bottom.

    Examples
    --------
    >>> from annogeo.geometry.affine import scaling
    >>> map_extent(scaling(-1, 2), 1, 1, 3, 2).tolist()
    [-3.0, 2.0, -1.0, 4.0]
    """
    corners = map_points(matrix, box_corners(left, top, right, bottom))
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def map_ellipse(matrix: FloatArray, x: float, y: float, rx: float, ry: float, angle: float) -> Turned | None:
    """Return where a map takes an ellipse; None where it meets the horizon of a perspective map.

    Radii keep their order where the axes stay axes. Angles as for `map_box`.

    Examples
    --------
    >>> from annogeo.geometry.affine import scaling
    >>> map_ellipse(scaling(2, 1), 5, 5, 3, 3, 0)
    Turned(x=10.0, y=5.0, first=6.0, second=3.0, angle=0.0)

    Notes
    -----
    An ellipse is the unit circle under a frame, and so is its image. In perspective the circle is first taken to
    itself by the (Lorentz) map after which what is left is affine.
    """
    similar = _similar(matrix, x, y, rx, ry, angle)
    if similar is not None:
        return similar
    cos, sin = cos_sin(angle)
    frame = np.array([[rx * cos, -ry * sin, x], [rx * sin, ry * cos, y], [0.0, 0.0, 1.0]])
    with np.errstate(all="ignore"):
        circle = matrix @ frame
    g, h, k = circle[2].tolist()
    if g or h:
        slope = math.hypot(g, h)
        if not slope < k * (1.0 - _EXACT):
            return None
        if slope > _NO_SLOPE * k:
            circle = circle @ _boost(g / slope, h / slope, slope / k)
        if not float(circle[2, 2]) > 0.0:
            return None
    circle = circle / circle[2, 2]
    (p0, q0, _), (p1, q1, _) = circle[:2].tolist()
    p, q = (p0, p1), (q0, q1)
    (a, b), _ = _axes(matrix, x, y, angle) if not (g or h) else ((p, q), None)
    first, second, turned = _principal(p, q, a, b)
    return Turned(float(circle[0, 2]), float(circle[1, 2]), first, second, turned)


def map_direction(matrix: FloatArray, x: float, y: float, angle: float) -> float:
    """Return the angle, in [0, 360), that a direction at a place is turned to.

    Examples
    --------
    >>> from annogeo.geometry.affine import scaling
    >>> map_direction(scaling(-1, 1), 0, 0, 30)
    150.0
    """
    (p, _), _ = _axes(matrix, x, y, angle)
    return _snapped(math.degrees(math.atan2(p[1], p[0]))) % 360.0


def _similar(
    matrix: FloatArray, x: float, y: float, first: float, second: float, angle: float
) -> Turned | None:
    """Return what a map makes of a frame that keeps all angles, with as little rounding as there can be; else None."""
    (a, b, c), (d, e, f), _ = matrix.tolist()
    if not is_affine(matrix) or (abs(a), abs(b)) != (abs(e), abs(d)) or a * b != -d * e:
        return None
    scale = math.hypot(a, d)
    mirrored = a * e - b * d < 0.0
    by = _snapped(math.degrees(math.atan2(d, a)))
    turned = by - angle if mirrored else by + angle
    if by or mirrored or not -180.0 < turned <= 180.0:
        turned = _nearest_turn(turned, mirrored=mirrored)
    return Turned(a * x + b * y + c, d * x + e * y + f, first * scale, second * scale, turned)


def _axes(
    matrix: FloatArray, x: float, y: float, angle: float
) -> tuple[tuple[tuple[float, float], tuple[float, float]], tuple[float, float]]:
    """Return where the unit vectors of a frame turned by `angle` at a place go, and where the place goes."""
    (a, b, c), (d, e, f), (g, h, k) = matrix.tolist()
    w = g * x + h * y + k
    px, py = (a * x + b * y + c) / w, (d * x + e * y + f) / w
    if g or h:  # the derivative there
        a, b, d, e = (a - g * px) / w, (b - h * px) / w, (d - g * py) / w, (e - h * py) / w
    cos, sin = cos_sin(angle)
    return ((a * cos + b * sin, d * cos + e * sin), (b * cos - a * sin, e * cos - d * sin)), (px, py)


def _direction(axis: tuple[float, float], *, mirrored: bool) -> float:
    """Return the angle of an axis, in (-180, 180]; mirrored, of the end that is within 90 degrees."""
    return _nearest_turn(_snapped(math.degrees(math.atan2(axis[1], axis[0]))), mirrored=mirrored)


def _nearest_turn(angle: float, *, mirrored: bool) -> float:
    """Return an angle in (-180, 180]; mirrored, in (-90, 90]."""
    angle = math.remainder(angle, 180.0 if mirrored else 360.0)
    limit = 90.0 if mirrored else 180.0
    return limit if angle == -limit else angle + 0.0


def _snapped(angle: float) -> float:
    quarter = 90.0 * round(angle / 90.0)
    return quarter if abs(angle - quarter) < _SNAP else angle


def _principal(
    p: tuple[float, float], q: tuple[float, float], a: tuple[float, float], b: tuple[float, float]
) -> tuple[float, float, float]:
    """Return radii and angle of the ellipse with conjugate half-diameters p, q; a, b are their directions."""
    mirrored = a[0] * b[1] - a[1] * b[0] < 0.0
    long_a, long_b = math.hypot(*a), math.hypot(*b)
    if abs(a[0] * b[0] + a[1] * b[1]) <= _EXACT * long_a * long_b:
        return math.hypot(*p), math.hypot(*q), _direction(a, mirrored=mirrored)
    axes, radii, _ = np.linalg.svd(np.array([[p[0], q[0]], [p[1], q[1]]]))
    reference = p if p != (0.0, 0.0) else (q[1], -q[0]) if q != (0.0, 0.0) else a
    along = axes[0] * reference[0] + axes[1] * reference[1]
    first = int(np.argmax(np.abs(along)))
    sign = 1.0 if along[first] >= 0.0 else -1.0
    axis = (sign * float(axes[0, first]), sign * float(axes[1, first]))
    return float(radii[first]), float(radii[1 - first]), _direction(axis, mirrored=mirrored)


def _boost(cos: float, sin: float, speed: float) -> FloatArray:
    """Return the map of the unit circle onto itself that takes a weight falling along (cos, sin) to a constant."""
    gamma = 1.0 / math.sqrt((1.0 - speed) * (1.0 + speed))
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    boost: FloatArray = turn @ np.array(
        [[gamma, 0.0, -gamma * speed], [0.0, 1.0, 0.0], [-gamma * speed, 0.0, gamma]]
    )
    return boost

"""The smallest rectangle around points, at whatever angle. numpy, and shapely for the hull; lowest layer.

A smallest rectangle has a side on an edge of the convex hull (Freeman and Shapira, 1975), so each edge is tried. What
bounds the rectangle on its other sides is looked up by angle, which does what rotating calipers do for all edges at
once (Toussaint, 1983).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.geometry.measure import bounds, signed_area

FloatArray = npt.NDArray[np.float64]

_EQUAL = 1e-12  # of an area: what rounding may make of equal rectangles
_LARGEST = 200  # powers of two: of larger or smaller coordinates, products of four are no numbers
_GRID = -60  # powers of two of the extent: what is smaller is nothing, and no number in products
_LEAST_ANGLE = math.nextafter(-45.0, 0.0)
_AROUND = np.array([-1, 0, 1])[:, None]


class Rectangle(NamedTuple):
    """Edges before turning, and the angle about the centre in degrees, clockwise on screen."""

    left: float
    top: float
    right: float
    bottom: float
    angle: float


def smallest_rectangle(points: FloatArray) -> Rectangle:
    """Return the rectangle of least area around points (n, 2), n > 0; of equals the one turned least.

    Its angle is over -45 and up to 45 degrees. With whole-numbered points up to 2^25 the areas that are compared are
    exact but for two roundings.

    Examples
    --------
    >>> smallest_rectangle(np.array([[2.0, 0.0], [4.0, 2.0], [2.0, 4.0], [0.0, 2.0]])).angle
    45.0
    >>> smallest_rectangle(np.array([[1.0, 5.0]]))
    Rectangle(left=1.0, top=5.0, right=1.0, bottom=5.0, angle=0.0)
    """
    exponent = math.frexp(float(np.abs(points).max()))[1]
    scale = 1.0 if abs(exponent) < _LARGEST else math.ldexp(1.0, -exponent)
    points = points * scale
    left, top, right, bottom = bounds([points]).tolist()
    upright = Rectangle(left / scale, top / scale, right / scale, bottom / scale, 0.0)
    hull = convex_hull(points)
    start, direction, along, across = _best(hull)
    length = math.hypot(*direction)
    for _ in range(3):  # by whole quarters, which round nothing
        if -direction[0] < direction[1] <= direction[0]:
            break
        direction, along, across = (direction[1], -direction[0]), (-across[1], -across[0]), along
    if direction[1] == 0.0:
        return upright
    cos, sin = direction[0] / length, direction[1] / length
    u, v = (along[0] + along[1]) / (2.0 * length), (across[0] + across[1]) / (2.0 * length)
    x, y = start[0] + cos * u - sin * v, start[1] + sin * u + cos * v
    half_width, half_height = (along[1] - along[0]) / (2.0 * length), (across[1] - across[0]) / (2.0 * length)
    return Rectangle(
        (x - half_width) / scale,
        (y - half_height) / scale,
        (x + half_width) / scale,
        (y + half_height) / scale,
        max(math.degrees(math.atan2(sin, cos)), _LEAST_ANGLE),
    )


def convex_hull(points: FloatArray) -> FloatArray:
    """Return the corners of the convex hull, clockwise on screen: float64 (m, 2), fewer than three if it has no area.

    They are on a grid of 2^-60 of the extent, on which its predicates are exact.

    Examples
    --------
    >>> convex_hull(np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [1.0, 2.0]])).shape
    (3, 2)
    """
    import shapely

    extent = float(np.ptp(points, axis=0).max())
    if extent > 0.0:
        grid = math.ldexp(1.0, math.frexp(extent)[1] + _GRID)
        points = np.rint(points / grid) * grid
    hull: Any = shapely.convex_hull(
        shapely.linestrings(points if points.shape[0] > 1 else points.repeat(2, axis=0))
    )
    corners = shapely.get_coordinates(hull)
    if hull.geom_type != "Polygon":
        return corners
    corners = corners[:-1]
    return corners if signed_area(corners) > 0.0 else corners[::-1]


Pair = tuple[float, float]


def _best(hull: FloatArray) -> tuple[Pair, Pair, Pair, Pair]:
    """Find the best edge: where it starts, where it leads, and the extent along and across it, times its length."""
    if hull.shape[0] < 3:
        x, y = (hull[-1] - hull[0]).tolist()
        return tuple(hull[0].tolist()), (x, y) if x or y else (1.0, 0.0), (0.0, x * x + y * y), (0.0, 0.0)
    edges = np.roll(hull, -1, axis=0) - hull
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    turns = np.mod(angles - angles[0], 2.0 * np.pi)
    turns[0] = 0.0
    np.maximum.accumulate(turns, out=turns)  # rising, whatever rounding made of the last
    offsets = hull - hull[0]
    normals = edges[:, ::-1] * [-1.0, 1.0]
    base = (offsets * edges).sum(axis=1)
    far = _reach(offsets, edges, turns, 0.5) - base
    near = -_reach(offsets, -edges, turns, 1.5) - base
    height = _reach(offsets, normals, turns, 1.0) - (offsets * normals).sum(axis=1)
    areas = (far - near) * height / (edges * edges).sum(axis=1)
    equal = np.flatnonzero(areas <= areas.min() * (1.0 + _EQUAL))
    slants = np.abs(np.mod(angles[equal] + np.pi / 4, np.pi / 2) - np.pi / 4)
    k = equal[np.argmin(slants)]
    along, across = (float(near[k]), float(far[k])), (0.0, float(height[k]))
    return tuple(hull[k].tolist()), tuple(edges[k].tolist()), along, across


def _reach(offsets: FloatArray, directions: FloatArray, turns: FloatArray, quarters: float) -> FloatArray:
    """Return how far the hull reaches in directions, each so many half turns ahead of its edge."""
    ahead = np.mod(turns + quarters * np.pi, 2.0 * np.pi)
    corner = np.searchsorted(turns, ahead) + _AROUND  # beside it too: angles are rounded
    corners = offsets[corner % turns.size]
    reach: FloatArray = (corners * directions).sum(axis=2).max(axis=0)
    return reach

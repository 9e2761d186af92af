"""Area moments of regions, and the ellipses that fit them or that fit points. Pure numpy, lowest layer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_ROUND = 1e-12  # of the larger moment: less difference than this is rounding
_LEAST_POINTS = 5  # a conic has five numbers
_MOST_ECCENTRIC = 1e-13  # of the squared longer axis; a conic that is flatter is a line


class Moments(NamedTuple):
    """Area, centroid, and the mean of the squared distances from it: what a thin plate weighs and how it turns."""

    area: float
    x: float
    y: float
    xx: float
    xy: float
    yy: float


_NOTHING = Moments(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class FittedEllipse(NamedTuple):
    """Centre, semi-axes, the first the longer, and its angle in degrees, clockwise on screen, over -90 and up to 90."""

    x: float
    y: float
    rx: float
    ry: float
    angle: float


def ring_moments(rings: Iterable[FloatArray]) -> Moments:
    """Return the moments of what rings enclose: those that run clockwise on screen count, the others are holes.

    Notes
    -----
    Green's theorem: a sum over the edges.

    Examples
    --------
    >>> ring_moments([np.array([[0.0, 0.0], [6.0, 0.0], [6.0, 3.0], [0.0, 3.0]])])
    Moments(area=18.0, x=3.0, y=1.5, xx=3.0, xy=0.0, yy=0.75)
    """
    starts = [ring for ring in rings if ring.size]
    if not starts:
        return _NOTHING
    points = np.concatenate(starts)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in starts])
    origin = (points.min(axis=0) + points.max(axis=0)) / 2  # near the centroid: nothing cancels
    (x0, y0), (x1, y1) = (points - origin).T, (ends - origin).T
    cross = x0 * y1 - x1 * y0
    sums = [
        cross.sum() / 2,
        (cross * (x0 + x1)).sum() / 6,
        (cross * (y0 + y1)).sum() / 6,
        (cross * (x0 * x0 + x0 * x1 + x1 * x1)).sum() / 12,
        (cross * (x0 * y1 + 2 * x0 * y0 + 2 * x1 * y1 + x1 * y0)).sum() / 24,
        (cross * (y0 * y0 + y0 * y1 + y1 * y1)).sum() / 12,
    ]
    return _central(sums, origin)


def run_moments(runs: npt.NDArray[np.integer]) -> Moments:
    """Return the moments of the pixel squares of runs y, x0, x1: int (n, 3), disjoint.

    Examples
    --------
    >>> run_moments(np.array([[0, 0, 6], [1, 0, 6], [2, 0, 6]]))
    Moments(area=18.0, x=3.0, y=1.5, xx=3.0, xy=0.0, yy=0.75)
    """
    if not runs.shape[0]:
        return _NOTHING
    y, x0, x1 = runs.T.astype(np.float64)
    origin = np.array([(x0.min() + x1.max()) / 2, (y.min() + y.max() + 1) / 2])
    x0, x1, y = x0 - origin[0], x1 - origin[0], y + 0.5 - origin[1]
    length, middle = x1 - x0, (x0 + x1) / 2
    sums = [
        length.sum(),
        (length * middle).sum(),
        (length * y).sum(),
        (length * (x0 * x0 + x0 * x1 + x1 * x1)).sum() / 3,
        (length * middle * y).sum(),
        (length * (y * y + 1 / 12)).sum(),
    ]
    return _central(sums, origin)


def _central(sums: list[float], origin: FloatArray) -> Moments:
    area, x, y, xx, xy, yy = (float(value) for value in sums)
    if not area > 0.0:
        return _NOTHING
    x, y = x / area, y / area
    left, top = origin.tolist()
    return Moments(area, x + left, y + top, xx / area - x * x, xy / area - x * y, yy / area - y * y)


def ellipse_of_moments(moments: Moments) -> FittedEllipse:
    """Return the ellipse whose centroid and second moments are those given.

    Examples
    --------
    >>> ellipse_of_moments(Moments(0.0, 5.0, 6.0, 1.0, 0.0, 4.0))
    FittedEllipse(x=5.0, y=6.0, rx=4.0, ry=2.0, angle=90.0)
    """
    _, x, y, xx, xy, yy = moments
    mean, half = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    # Along its axes an ellipse has a quarter of their squares as moments.
    rx, ry = 2 * math.sqrt(mean + half), 2 * math.sqrt(max(mean - half, 0.0))
    angle = 0.0 if half <= _ROUND * mean else math.degrees(math.atan2(2 * xy, xx - yy)) / 2
    return FittedEllipse(x, y, rx, ry, 90.0 if angle == -90.0 else angle + 0.0)


def ellipse_of_points(points: FloatArray) -> FittedEllipse | None:
    """Return the ellipse of least squared algebraic distance from points (n, 2); None where there is none.

    Notes
    -----
    Fitzgibbon, Pilu and Fisher (1999), in the numerically stable form of Halir and Flusser (1998); on coordinates
    about their mean, in units of their spread.

    Examples
    --------
    >>> turn = np.linspace(0, 6, 9)
    >>> found = ellipse_of_points(np.stack([7 + 4 * np.cos(turn), 5 + 2 * np.sin(turn)], axis=1))
    >>> np.round(found, 9).tolist()
    [7.0, 5.0, 4.0, 2.0, 0.0]
    >>> ellipse_of_points(np.zeros((9, 2))) is None
    True
    """
    if points.shape[0] < _LEAST_POINTS:
        return None
    center = points.mean(axis=0)
    spread = float(np.abs(points - center).max())
    if spread == 0.0:
        return None
    x, y = ((points - center) / spread).T
    quadratic, linear = np.stack([x * x, x * y, y * y], axis=1), np.stack([x, y, np.ones_like(x)], axis=1)
    try:
        given = -np.linalg.solve(linear.T @ linear, linear.T @ quadratic)
        scatter = quadratic.T @ quadratic + quadratic.T @ linear @ given
        _, vectors = np.linalg.eig(scatter[[2, 1, 0]] * [[0.5], [-1.0], [0.5]])
    except np.linalg.LinAlgError:
        return None
    shapes = np.real(vectors)
    best = int(np.argmax(4 * shapes[0] * shapes[2] - shapes[1] ** 2))  # positive for one: that is an ellipse
    shape = shapes[:, best]
    found = _of_conic(*shape.tolist(), *(given @ shape).tolist())
    if found is None:
        return None
    return FittedEllipse(
        found.x * spread + center[0].item(),
        found.y * spread + center[1].item(),
        found.rx * spread,
        found.ry * spread,
        found.angle,
    )


def _of_conic(a: float, b: float, c: float, d: float, e: float, f: float) -> FittedEllipse | None:
    """Return the ellipse a x^2 + b x y + c y^2 + d x + e y + f = 0; None for any other conic."""
    determinant = 4 * a * c - b * b
    if not determinant > _MOST_ECCENTRIC * (a + c) ** 2:
        return None
    x, y = (b * e - 2 * c * d) / determinant, (b * d - 2 * a * e) / determinant
    level = -(f + (d * x + e * y) / 2) / (determinant / 4)  # of the inverse of the quadratic form
    moments = Moments(0.0, x, y, c * level / 4, -b * level / 8, a * level / 4)
    if not moments.xx + moments.yy > 0.0:
        return None
    return ellipse_of_moments(moments)

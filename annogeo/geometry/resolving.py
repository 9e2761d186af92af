"""Rings that cross, touch or overlap made into rings that do not, with the same inside (even-odd) to the pixel.

Where edges cross, a point is put in, and rounding it bends both edges by some 1e-16 of their length. That may carry an
edge over a pixel centre that it passed right through; so such centres beside a crossing can be made points of the
ring, which keep the bend between them. Lowest layer; rings are float64 (n, 2), open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.geometry.cleaning import is_straight
from annogeo.geometry.measure import moderate, signed_area
from annogeo.geometry.region import region, rings_of

FloatArray = npt.NDArray[np.float64]
Point = tuple[float, float]

_GRID = 2.0**-30  # px
_NEAR = 1e-6  # px: closer to a centre than this is looked at exactly
_MOST_ROWS = 100_000  # of an edge that are looked through for pixel centres


def resolved(
    rings: Sequence[FloatArray], *, through_centers: bool = False, snapped: bool = False
) -> list[FloatArray]:
    """Return rings with the same even-odd inside that neither cross nor overlap; outer rings before their holes.

    Rings that need no change come back as they are. Others run as the largest of the given ones does, holes the other
    way round; small parts stay.

    Parameters
    ----------
    rings : sequence of float64 (n, 2)
    through_centers : bool
        Put in the pixel centres that edges pass exactly through.
    snapped : bool
        Put all points on a grid of 2**-30 px: for what crosses within the rounding of coordinates.

    Examples
    --------
    >>> bow_tie = np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]])
    >>> [ring.tolist() for ring in resolved([bow_tie])]
    [[[0.0, 0.0], [1.0, 1.0], [0.0, 2.0]], [[2.0, 2.0], [1.0, 1.0], [2.0, 0.0]]]
    """
    dense = [with_centers(ring) for ring in rings] if through_centers else list(rings)
    corners = {point for ring in rings for point in _points_of(ring)}
    centers = {point for ring in dense for point in _points_of(ring)} - corners
    geometry = _snapped(region(dense)) if snapped else region(dense)
    return [_thinned(ring, corners, centers) for ring in arranged(geometry, rings)]


def arranged(geometry: Any, rings: Sequence[FloatArray]) -> list[FloatArray]:
    """Return a shapely region's rings in the spirit of those it was made from: their order of points, their winding."""
    originals, _ = moderate(rings)
    known = {_edges_of(ring): ring for ring in rings}
    sizes = [signed_area(ring) for ring in originals]
    clockwise = max(sizes, key=abs, default=0.0) >= 0
    found: list[FloatArray] = []
    for part in _parts(geometry):
        for index, ring in enumerate(rings_of(part)):
            same = known.get(_edges_of(ring))
            found.append(_wound(ring, clockwise == (index == 0)) if same is None else same)
    return found


def with_centers(ring: FloatArray) -> FloatArray:
    """Return a ring with a point at each pixel centre that an edge passes exactly through.

    Examples
    --------
    >>> with_centers(np.array([[0.0, 0.0], [2.0, 2.0], [0.0, 2.0]])).tolist()
    [[0.0, 0.0], [0.5, 0.5], [1.5, 1.5], [2.0, 2.0], [0.0, 2.0]]
    """
    pieces: list[FloatArray] = []
    for start, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        pieces += [start[None], _centers_on(start, end)]
    return np.concatenate(pieces)


def _centers_on(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the pixel centres strictly inside an edge, in its direction."""
    nothing = np.zeros((0, 2))
    span = end - start
    axis = (
        1 if abs(span[1]) <= abs(span[0]) else 0
    )  # walk along the axis with fewer centres, unless it has none
    if span[axis] == 0.0:
        return nothing if start[axis] % 1.0 != 0.5 else _straight(start, end, 1 - axis)
    low, high = sorted((float(start[axis]), float(end[axis])))
    first, last = math.ceil(low - 0.5), math.floor(high - 0.5)
    if not 0 <= last - first < _MOST_ROWS:
        return nothing
    along = np.arange(first, last + 1) + 0.5
    share = (along - start[axis]) / span[axis]
    across = start[1 - axis] + share * span[1 - axis]
    nearest = np.floor(across) + 0.5
    near = np.flatnonzero(np.abs(across - nearest) < _NEAR)
    origin = [Fraction(value) for value in start.tolist()]
    step = [Fraction(value) - first for value, first in zip(end.tolist(), origin, strict=True)]
    exact = [
        index
        for index in near.tolist()
        if (Fraction(float(nearest[index])) - origin[1 - axis]) * step[axis]
        == (Fraction(float(along[index])) - origin[axis]) * step[1 - axis]
    ]
    points = np.empty((len(exact), 2))
    points[:, axis], points[:, 1 - axis] = along[exact], nearest[exact]
    return _inner(points, start, end)


def _straight(start: FloatArray, end: FloatArray, axis: int) -> FloatArray:
    """Return the centres inside an edge along a row or column of centres: the outermost two are enough."""
    low, high = sorted((float(start[axis]), float(end[axis])))
    first, last = math.ceil(low - 0.5) + 0.5, math.floor(high - 0.5) + 0.5
    points = np.empty((0 if last < first else 1 + (last > first), 2))
    points[:, 1 - axis] = start[1 - axis]
    points[:, axis] = [first, last][: len(points)]
    return _inner(points, start, end)


def _inner(points: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    kept = points[~((points == start).all(axis=1) | (points == end).all(axis=1))]
    axis = int(np.argmax(np.abs(end - start)))
    order = np.argsort(kept[:, axis] * (1.0 if end[axis] >= start[axis] else -1.0), kind="stable")
    sorted_points: FloatArray = kept[order]
    return sorted_points


def _thinned(ring: FloatArray, corners: set[Point], centers: set[Point]) -> FloatArray:
    """Leave out the centres that were put in and have no crossing beside them: the edge there is straight as it was."""
    points = list(map(tuple, ring.tolist()))
    exact = [point in corners or point in centers for point in points]
    count = len(points)
    kept = [
        index
        for index, point in enumerate(points)
        if not (
            point in centers
            and exact[index - 1]
            and exact[(index + 1) % count]
            and is_straight(
                ring[index - 1], ring[index], ring[(index + 1) % count]
            )  # it may be where edges cross
        )
    ]
    return ring[kept] if len(kept) >= 3 else ring


def _snapped(geometry: Any) -> Any:
    import shapely

    with np.errstate(over="ignore", invalid="ignore"):  # what collapses to nothing
        return shapely.set_precision(geometry, _GRID)


def _parts(geometry: Any) -> Iterable[Any]:
    parts: Iterable[Any] = getattr(geometry, "geoms", [geometry])
    return parts


def _points_of(ring: FloatArray) -> frozenset[Point]:
    return frozenset((x, y) for x, y in ring.tolist())


def _edges_of(ring: FloatArray) -> tuple[Any, ...]:
    """What rings have in common that differ in their first point and direction at most."""
    points = list(map(tuple, ring.tolist()))
    return tuple(sorted(tuple(sorted((points[index - 1], point))) for index, point in enumerate(points)))


def _wound(ring: FloatArray, clockwise: bool) -> FloatArray:
    """Return a ring in a direction, from the same first point."""
    if (signed_area(ring) >= 0) == clockwise:
        return ring
    return np.concatenate([ring[:1], ring[:0:-1]])

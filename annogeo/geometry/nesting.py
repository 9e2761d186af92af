"""Which ring lies in which: outer rings and their holes. Pure numpy, lowest layer.

Rings are float64 (n, 2), open. What is said here is meant for rings that do not cross; for others it is a best guess.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from annogeo.geometry.measure import moderate, signed_area

FloatArray = npt.NDArray[np.float64]

_BANDS = 32  # between heights of corners that are looked at for a point inside, before shapely is asked
_ROUNDING = 1e-12  # of the largest coordinate: what is narrower may be nothing


def group_rings(rings: Sequence[FloatArray]) -> list[list[int]]:
    """Return groups of ring indices, each an outer ring followed by its holes; outer rings in input order.

    A ring inside an even number of others is an outer one, inside an odd number it is a hole of the smallest outer ring
    around it. Rings without area are outer ones of their own.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> group_rings([square * 8, square * 2 + 1, square * 3 + 20])
    [[0, 1], [2]]
    """
    rings, _ = moderate(rings)
    areas = np.array([abs(signed_area(ring)) for ring in rings])
    around = _containers(rings, areas)
    groups = {index: [index] for index in range(len(rings)) if len(around[index]) % 2 == 0}
    for index, containers in enumerate(around):
        if index in groups:
            continue
        outer = [other for other in containers if other in groups]
        if outer:
            groups[min(outer, key=lambda other: areas[other])].append(index)
        else:  # only rings that cross come here
            groups[index] = [index]
    return [groups[index] for index in sorted(groups)]


def interior_point(ring: FloatArray) -> tuple[float, float]:
    """Return a point inside a ring (even-odd), mostly well inside; of a ring without area any of its points.

    Examples
    --------
    >>> interior_point(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]))
    (2.0, 1.0)
    >>> interior_point(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 3.0], [1.0, 0.0]]))  # with a spike
    (0.25, 0.5)
    """
    levels = np.unique(ring[:, 1])
    heights = np.diff(levels)
    least = _ROUNDING * (float(np.abs(ring).max()) if ring.size else 0.0)
    for band in np.argsort(-heights, kind="stable")[:_BANDS].tolist():
        for share in (0.5, 0.375):  # where edges cross right in the middle, they don't cross beside it
            y = float(levels[band] + heights[band] * share)
            width, x = _widest_span(ring, y)
            if width > least:
                return x, y
    from annogeo.geometry.region import region

    inside = region([ring])
    if not inside.is_empty:
        point = max(getattr(inside, "geoms", [inside]), key=lambda part: part.area).point_on_surface()
        return float(point.x), float(point.y)
    return float(ring[0, 0]), float(ring[0, 1])


def is_inside(ring: FloatArray, x: float, y: float) -> bool:
    """Whether a point lies inside a ring (even-odd), away from its edges.

    Examples
    --------
    >>> is_inside(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]), 1.0, 1.0)
    True
    """
    return bool(np.count_nonzero(_crossings(ring, y) > x) % 2)


def _widest_span(ring: FloatArray, y: float) -> tuple[float, float]:
    """Return the width and the middle of the widest part inside along a horizontal line; -1 where there is none."""
    crossings = np.sort(_crossings(ring, y))
    if crossings.size < 2:
        return -1.0, 0.0
    spans = crossings[1::2] - crossings[: crossings.size // 2 * 2 : 2]
    widest = int(np.argmax(spans))
    return float(spans[widest]), float(crossings[2 * widest] + spans[widest] / 2)


def _crossings(ring: FloatArray, y: float) -> FloatArray:
    """Return where a ring crosses a horizontal line, each edge half-open in y."""
    start, end = ring, np.roll(ring, -1, axis=0)
    hit = (start[:, 1] <= y) != (end[:, 1] <= y)
    start, end = start[hit], end[hit]
    share = (y - start[:, 1]) / (end[:, 1] - start[:, 1])  # 0 to 1, where a slope may overflow
    crossings: FloatArray = start[:, 0] + share * (end[:, 0] - start[:, 0])
    return crossings


def _containers(rings: Sequence[FloatArray], areas: FloatArray) -> list[list[int]]:
    """For each ring the indices of the rings it lies in."""
    low = np.array([ring.min(axis=0) for ring in rings]).reshape(-1, 2)
    high = np.array([ring.max(axis=0) for ring in rings]).reshape(-1, 2)
    order = np.arange(len(rings))
    found: list[list[int]] = []
    for index, ring in enumerate(rings):
        if areas[index] == 0.0:
            found.append([])
            continue
        x, y = interior_point(ring)
        larger = (areas > areas[index]) | ((areas == areas[index]) & (order < index))
        near = (low <= (x, y)).all(axis=1) & (high >= (x, y)).all(axis=1)
        candidates = np.flatnonzero(larger & near & (order != index)).tolist()
        found.append([other for other in candidates if is_inside(rings[other], x, y)])
    return found

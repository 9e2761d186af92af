"""Where rings cross or touch themselves and one another. shapely does the work, loaded on first use. Lowest layer.

Rings are float64 (n, 2), open, without repeated points and spikes (`annogeo.geometry.cleaning`). Edge i goes from point
i to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.geometry.measure import moderate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Kind = Literal["cross", "overlap", "touch"]

_PAIRS_AT_ONCE = 200_000
_KINDS: tuple[Kind, ...] = ("cross", "overlap", "touch")  # worst first


class Meeting(NamedTuple):
    """Two edges that meet: how, which ones, and where."""

    kind: Kind
    first: int
    second: int
    x: float
    y: float


class Meetings(NamedTuple):
    """Pairs of edges that meet: the worst one, how many of each kind, and whether counting was given up."""

    worst: Meeting | None
    counts: dict[Kind, int]
    cut_short: bool


def valid_rings(xy: FloatArray, offsets: IntArray) -> npt.NDArray[np.bool_]:
    """Return which of many rings neither cross nor touch themselves; those of fewer than three points count as such.

    Examples
    --------
    >>> xy = np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]])
    >>> valid_rings(xy, np.array([0, 4])).tolist()
    [False]
    """
    import shapely

    counts = np.diff(offsets)
    valid = np.ones(counts.size, bool)
    drawn = np.flatnonzero(counts >= 3)
    if drawn.size:
        used = np.repeat(counts >= 3, counts)
        (points,), _ = moderate([xy[used]])
        rings = shapely.linearrings(points, indices=np.repeat(np.arange(drawn.size), counts[drawn]))
        valid[drawn] = shapely.is_valid(shapely.polygons(rings))
    return valid


def self_meetings(ring: FloatArray, limit: int = 1000) -> Meetings:
    """Find where edges of a ring meet that do not follow one another.

    Parameters
    ----------
    ring : float64 (n, 2)
    limit : int
        Stop counting some time after so many.

    Examples
    --------
    >>> bow_tie = np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]])
    >>> self_meetings(bow_tie).worst
    Meeting(kind='cross', first=0, second=2, x=1.0, y=1.0)
    """
    n = len(ring)

    def apart(first: IntArray, second: IntArray) -> npt.NDArray[np.bool_]:
        later: npt.NDArray[np.bool_] = (second > first + 1) & ~((first == 0) & (second == n - 1))
        return later

    return _meetings(ring, ring, apart, limit)


def meetings(a: FloatArray, b: FloatArray, limit: int = 1000) -> Meetings:
    """Find where edges of two rings meet; parameters as `self_meetings`."""
    return _meetings(a, b, lambda first, _: np.ones(first.size, bool), limit)


def crossing_pairs(rings: Sequence[FloatArray]) -> Iterator[tuple[int, int]]:
    """Give the pairs of rings whose lines have a point in common."""
    import shapely

    drawn = [index for index, ring in enumerate(rings) if len(ring) >= 3]
    scaled, _ = moderate([rings[index] for index in drawn])
    lines = np.array([shapely.LinearRing(ring) for ring in scaled], dtype=object)
    if lines.size < 2:
        return
    first, second = shapely.STRtree(lines).query(lines, predicate="intersects")
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if a < b:
            yield drawn[a], drawn[b]


def _meetings(a: FloatArray, b: FloatArray, wanted: Any, limit: int) -> Meetings:
    import shapely

    (a, b), scale = moderate([a, b])
    edges, others = _edges(a), _edges(b)
    tree = shapely.STRtree(others)
    found: dict[Kind, Meeting] = {}
    counts: dict[Kind, int] = dict.fromkeys(_KINDS, 0)
    step = max(1, _PAIRS_AT_ONCE // len(others))
    for start in range(0, len(edges), step):
        first, second = tree.query(edges[start : start + step], predicate="intersects")
        first += start
        kept = wanted(first, second)
        first, second = first[kept], second[kept]
        kinds = _kinds(edges[first], others[second])
        for code, kind in enumerate(_KINDS):
            of_kind = np.flatnonzero(kinds == code)
            counts[kind] += of_kind.size
            if of_kind.size and kind not in found:
                order = np.lexsort((second[of_kind], first[of_kind]))
                best = int(of_kind[order[0]])
                x, y = _place(edges[first[best]], others[second[best]])
                found[kind] = Meeting(kind, int(first[best]), int(second[best]), x / scale, y / scale)
        if sum(counts.values()) >= limit and start + step < len(edges):
            return Meetings(_worst(found), counts, True)
    return Meetings(_worst(found), counts, False)


def _worst(found: dict[Kind, Meeting]) -> Meeting | None:
    return next((found[kind] for kind in _KINDS if kind in found), None)


def _edges(ring: FloatArray) -> Any:
    import shapely

    return shapely.linestrings(np.stack([ring, np.roll(ring, -1, axis=0)], axis=1))


def _kinds(edges: Any, others: Any) -> IntArray:
    """Return for pairs of edges that meet how they do, as an index into `_KINDS`."""
    import shapely

    kinds = np.full(len(edges), 2)
    if len(edges):
        kinds[shapely.crosses(edges, others)] = 0
        rest = np.flatnonzero(kinds == 2)
        kinds[rest[shapely.relate_pattern(edges[rest], others[rest], "1********")]] = 1
    return kinds


def _place(edge: Any, other: Any) -> tuple[float, float]:
    import shapely

    common = shapely.get_coordinates(shapely.intersection(edge, other))
    if not len(common):
        common = shapely.get_coordinates(shapely.shortest_line(edge, other))
    x, y = common.mean(axis=0).tolist()
    return x, y

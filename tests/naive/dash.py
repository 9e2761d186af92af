"""Dashes the obvious way: walk along the line, one length of the pattern after the other."""

from __future__ import annotations

import math
from itertools import cycle, pairwise
from typing import Any


def dash_pieces(
    line: Any, pattern: Any, width: float, closed: bool = False
) -> list[list[tuple[float, float]]]:
    """Return the strokes of the dashes, uncut by any canvas; twin of `annogeo.geometry.dash.dashes`."""
    points = [tuple(point) for point in line]
    if closed:
        points.append(points[0])
    arcs = [0.0]
    for a, b in pairwise(points):
        arcs.append(arcs[-1] + math.dist(a, b))
    total = arcs[-1]
    intervals = []
    at, is_dash = 0.0, True
    for length in cycle(list(pattern) * (1 + len(pattern) % 2)):
        if at >= total:
            break
        if is_dash:
            intervals.append((at, min(at + length, total)))
        at, is_dash = at + length, not is_dash
    if closed and len(intervals) > 1 and intervals[-1][1] == total:
        points += points[1:]
        arcs += [total + arc for arc in arcs[1:]]
        intervals = [*intervals[1:-1], (intervals[-1][0], total + intervals[0][1])]
    pieces = []
    for start, end in intervals:
        middle = (start + end) / 2
        start, end = min(start + width / 2, middle), max(end - width / 2, middle)
        corners = [point for point, arc in zip(points, arcs, strict=True) if start < arc < end]
        pieces.append([_at(points, arcs, start), *corners, _at(points, arcs, end)])
    return pieces


def _at(points: list[Any], arcs: list[float], place: float) -> tuple[float, float]:
    for a, b, low, high in zip(points, points[1:], arcs, arcs[1:], strict=False):
        if low <= place <= high and low < high:
            t = (place - low) / (high - low)
            return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
    return points[-1]

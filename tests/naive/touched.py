"""Slow, obvious twin of rule `all_touched`: rational arithmetic, one open pixel square at a time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from annogeo.draw import DrawList, Op
from tests.naive import raster
from tests.naive.raster import HALF, Mask

Point = tuple[Fraction, Fraction]
Edge = tuple[Point, Point]


def fill(rings: Sequence[Any], height: int, width: int) -> Mask:
    """The pixels that an edge runs through, and those others whose centre is inside."""
    edges = [edge for ring in rings for edge in closed(exact(ring))]
    mask = np.zeros((height, width), bool)
    for row in range(height):
        for column in range(width):
            mask[row, column] = any(meets(edge, column, row) for edge in edges) or is_inside(
                edges, column, row
            )
    return mask


def exact(points: Any) -> list[Point]:
    return [(Fraction(float(x)), Fraction(float(y))) for x, y in points]


def closed(ring: list[Point]) -> list[Edge]:
    return [(ring[k - 1], ring[k]) for k in range(len(ring))]


def meets(edge: Edge, column: int, row: int) -> bool:
    """Whether a segment has a point strictly within a pixel: cut it by the four lines, one by one."""
    low, high = Fraction(-1), Fraction(2)  # of the open range of t in a + t * (b - a); t itself is 0..1
    for axis, first in enumerate((column, row)):
        start, step = edge[0][axis], edge[1][axis] - edge[0][axis]
        if step == 0:
            if not first < start < first + 1:
                return False
            continue
        cuts = sorted(((first - start) / step, (first + 1 - start) / step))
        low, high = max(low, cuts[0]), min(high, cuts[1])
    return low < high and low < 1 and high > 0


def is_inside(edges: list[Edge], column: int, row: int) -> bool:
    """Even-odd at the centre of a pixel that no edge runs through."""
    x, y = column + HALF, row + HALF
    odd = False
    for (ax, ay), (bx, by) in edges:
        if (ay <= y) != (by <= y):
            odd ^= ax + (bx - ax) * (y - ay) / (by - ay) < x
    return odd


def squared_distance(edge: Edge, column: Any, row: Any) -> Fraction:
    """From a segment to a closed pixel: 0, or between a corner of the pixel and the segment, or the other way round."""
    low, high = (Fraction(column), Fraction(row)), (Fraction(column) + 1, Fraction(row) + 1)
    corners = [(x, y) for x in (low[0], high[0]) for y in (low[1], high[1])]
    if meets(edge, column, row):
        return Fraction(0)
    return min(
        [to_segment(corner, edge) for corner in corners]
        + [sum(max(low[k] - end[k], end[k] - high[k], Fraction(0)) ** 2 for k in (0, 1)) for end in edge]  # type: ignore[misc]
    )


def to_segment(point: Point, edge: Edge) -> Fraction:
    """Squared distance of a point from a segment."""
    (ax, ay), (bx, by) = edge
    ex, ey = bx - ax, by - ay
    squared = ex * ex + ey * ey
    along = ((point[0] - ax) * ex + (point[1] - ay) * ey) / squared if squared else Fraction(0)
    along = min(max(along, Fraction(0)), Fraction(1))
    return (point[0] - ax - along * ex) ** 2 + (point[1] - ay - along * ey) ** 2


def stroke_gap(points: Any, radius: float, is_closed: bool, height: int, width: int) -> Any:
    """How much nearer than `radius` each pixel comes to a path: float (H, W), positive where the pixel is painted."""
    path = exact(points)
    edges = closed(path) if is_closed or len(path) == 1 else list(pairwise(path))
    gap = np.full((height, width), -np.inf)
    for row in range(height):
        for column in range(width):
            nearest = min(squared_distance(edge, column, row) for edge in edges)
            gap[row, column] = radius - float(nearest) ** 0.5
    return gap


def ellipse_gap(x: float, y: float, rx: float, ry: float, angle: float, height: int, width: int) -> Any:
    """As `stroke_gap`, for an ellipse, in units of its radii: in those it is a circle and a pixel a parallelogram."""
    cx, cy, a, b, cosine, sine = (Fraction(float(v)) for v in (x, y, rx, ry, *raster.turn(angle)))

    def flat(px: int, py: int) -> Point:
        u, v = px - cx, py - cy
        return (cosine * u + sine * v) / a, (cosine * v - sine * u) / b

    gap = np.full((height, width), -np.inf)
    for row in range(height):
        for column in range(width):
            corners = [flat(column + i, row + k) for i, k in ((0, 0), (1, 0), (1, 1), (0, 1))]
            sides = closed(corners)
            nearest = min(to_segment((Fraction(0), Fraction(0)), side) for side in sides)
            gap[row, column] = 1.0 if is_around_origin(sides) else 1.0 - float(nearest) ** 0.5
    return gap


def is_around_origin(sides: list[Edge]) -> bool:
    """Whether the origin lies strictly in a convex polygon."""
    turns = {p[0] * q[1] - p[1] * q[0] for p, q in sides}
    return min(turns) > 0 or max(turns) < 0


def fill_of(drawlist: DrawList, operation: int, height: int, width: int) -> Mask:
    """The pixels of one fill of a draw list."""
    assert drawlist.op[operation] == Op.FILL
    rings = [
        drawlist.xy[drawlist.ring_offsets[k] : drawlist.ring_offsets[k + 1]].tolist()
        for k in range(drawlist.shape_offsets[operation], drawlist.shape_offsets[operation + 1])
    ]
    return fill(rings, height, width)

"""Areas of overlap, slow and obvious.

Polygons: exactly, in fractions, slab by slab between the places where anything changes. Ellipses: chord by chord.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

Ring = Sequence[Sequence[float]]
Edge = tuple[Fraction, Fraction, Fraction, Fraction]
Span = tuple[float, float]


def polygon_overlap(a: Iterable[Ring], b: Iterable[Ring]) -> Fraction:
    """Return the area inside an odd number of the rings of `a` and an odd number of those of `b`."""
    edges, others = _edges(a), _edges(b)
    every = edges + others
    places = {x for x0, _, x1, _ in every for x in (x0, x1)}
    places |= {x for pair in combinations(every, 2) for x in _crossing(*pair)}
    area = Fraction(0)
    for left, right in pairwise(sorted(places)):
        middle = (left + right) / 2
        spans = _common(_inside(edges, middle), _inside(others, middle))
        area += (right - left) * sum(high - low for low, high in spans)
    return area


def polygon_iou(a: Iterable[Ring], b: Iterable[Ring]) -> float:
    """Return the intersection over union; 0 where there is none."""
    a, b = list(a), list(b)
    common = polygon_overlap(a, b)
    union = polygon_overlap(a, a) + polygon_overlap(b, b) - common
    return float(common / union) if union else 0.0


def curved_overlap(a: Any, b: Any) -> float:
    """Return the area two shapes share: each a list of rings, or an ellipse (x, y, rx, ry, angle)."""
    from scipy.integrate import quad

    extents = [_x_extent(shape) for shape in (a, b)]
    left, right = max(low for low, _ in extents), min(high for _, high in extents)
    if left >= right:
        return 0.0
    half, middle = (right - left) / 2, (left + right) / 2

    def height(
        turn: float,
    ) -> float:  # at the ends chords of ellipses grow like square roots: slow down there
        x = middle + half * math.sin(turn)
        spans = _common(_chords(a, x), _chords(b, x))
        return half * math.cos(turn) * sum(high - low for low, high in spans)

    corners = {x for shape in (a, b) if not isinstance(shape, tuple) for ring in shape for x, _ in ring}
    stops = {math.asin((x - middle) / half) for x in corners if left < x < right}
    # in small steps: one look at all of it can miss where outlines cross, and take a wrong value for a good one
    turns = sorted(stops | {(k / 128 - 1) * math.pi / 2 for k in range(257)})
    # chords of thin ellipses are rounded: no more than a share of the smaller shape can be asked for
    least = 1e-9 * min(_area(shape) for shape in (a, b)) / len(turns)
    return sum(
        quad(height, low, high, epsabs=least, epsrel=1e-10, limit=400)[0] for low, high in pairwise(turns)
    )


def _area(shape: Any) -> float:
    if isinstance(shape, tuple):
        return math.pi * float(shape[2]) * float(shape[3])
    return float(polygon_overlap(shape, shape))


def _edges(rings: Iterable[Ring]) -> list[Edge]:
    found = []
    for ring in rings:
        points = [(Fraction(x), Fraction(y)) for x, y in ring]
        for start, end in zip(points, points[1:] + points[:1], strict=True):
            if start[0] != end[0]:
                found.append((*min(start, end), *max(start, end)))
    return found


def _height(edge: Edge, x: Fraction) -> Fraction:
    x0, y0, x1, y1 = edge
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def _crossing(edge: Edge, other: Edge) -> list[Fraction]:
    low, high = max(edge[0], other[0]), min(edge[2], other[2])
    if low >= high:
        return []
    start = _height(edge, low) - _height(other, low)
    end = _height(edge, high) - _height(other, high)
    return [low + (high - low) * start / (start - end)] if start * end < 0 else []


def _inside(edges: list[Edge], x: Fraction) -> list[Any]:
    heights = sorted(_height(edge, x) for edge in edges if edge[0] < x < edge[2])
    return list(zip(heights[::2], heights[1::2], strict=True))


def _common(spans: list[Any], others: list[Any]) -> list[Any]:
    both = [(max(a, c), min(b, d)) for a, b in spans for c, d in others]
    return [(low, high) for low, high in both if low < high]


def _x_extent(shape: Any) -> Span:
    if isinstance(shape, tuple):
        x, _, rx, ry, angle = shape
        reach = math.hypot(rx * math.cos(math.radians(angle)), ry * math.sin(math.radians(angle)))
        return x - reach, x + reach
    xs = [x for ring in shape for x, _ in ring]
    return min(xs), max(xs)


def _chords(shape: Any, x: float) -> list[Span]:
    """Return the spans of a vertical line that lie inside."""
    if isinstance(shape, tuple):
        return _ellipse_chord(*shape, x)
    heights = []
    for ring in shape:
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (x0 <= x) != (x1 <= x):
                heights.append(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    heights.sort()
    return list(zip(heights[::2], heights[1::2], strict=True))


def _ellipse_chord(cx: float, cy: float, rx: float, ry: float, angle: float, x: float) -> list[Span]:
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    # ((x cos + y sin) / rx)^2 + ((y cos - x sin) / ry)^2 = 1 for y
    x -= cx
    a = (sin / rx) ** 2 + (cos / ry) ** 2
    b = x * cos * sin * (1 / rx**2 - 1 / ry**2)
    c = (x * cos / rx) ** 2 + (x * sin / ry) ** 2 - 1
    root = b * b - a * c
    if root <= 0:
        return []
    reach = math.sqrt(root)
    return [(cy + (-b - reach) / a, cy + (-b + reach) / a)]


def hull_area(points: Iterable[Sequence[float]]) -> float:
    """Return the area of the convex hull of points, wrapped around them corner by corner."""
    corners = sorted({(Fraction(x), Fraction(y)) for x, y in points})
    if len(corners) < 3:
        return 0.0
    hull = [corners[0]]
    while True:
        best = corners[0] if hull[-1] != corners[0] else corners[1]
        for corner in corners:
            turn = _turn(hull[-1], best, corner)
            if turn < 0 or (turn == 0 and _far(hull[-1], corner) > _far(hull[-1], best)):
                best = corner
        if best == hull[0]:
            break
        hull.append(best)
    return float(sum(_turn(hull[0], a, b) for a, b in pairwise(hull)) / 2)


def _turn(o: Any, a: Any, b: Any) -> Fraction:
    turn: Fraction = (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
    return turn


def _far(a: Any, b: Any) -> Fraction:
    far: Fraction = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
    return far

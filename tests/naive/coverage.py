"""Slow, obvious twins of the anti-aliasing kernels: exact areas as fractions, composition one pixel at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Edge = tuple[Fraction, Fraction, Fraction, Fraction]


def edges_of(rings: Sequence[Any]) -> list[Edge]:
    """Every edge that is not level, from its upper to its lower end."""
    exact = [[(Fraction(float(x)), Fraction(float(y))) for x, y in ring] for ring in rings]
    pairs = [(ring[k - 1], ring[k]) for ring in exact for k in range(len(ring))]
    return [(*min(a, b, key=_height), *max(a, b, key=_height)) for a, b in pairs if a[1] != b[1]]


def _height(point: tuple[Fraction, Fraction]) -> Fraction:
    return point[1]


def _x(edge: Edge, y: Fraction) -> Fraction:
    ax, ay, bx, by = edge
    return ax + (bx - ax) * (y - ay) / (by - ay)


def _right_of(x0: Fraction, x1: Fraction, height: Fraction, column: int) -> Fraction:
    """The area of one pixel right of a line that goes from x0 to x1 over a height."""

    def below(x: Fraction) -> Fraction:  # the integral of what is left of x within the pixel
        inside = min(max(x - column, Fraction(0)), Fraction(1))
        return inside * inside / 2 + max(x - column - 1, Fraction(0))

    if x0 == x1:
        return height * (1 - min(max(x0 - column, Fraction(0)), Fraction(1)))
    return height * (1 - (below(x1) - below(x0)) / (x1 - x0))


def fill(rings: Sequence[Any], height: int, width: int) -> list[list[Fraction]]:
    """The even-odd area in each pixel: cut at all ends and crossings, then trapezoids between neighbouring edges."""
    edges = edges_of(rings)
    cuts = {Fraction(row) for row in range(height + 1)}
    for k, a in enumerate(edges):
        cuts |= {a[1], a[3]}
        for b in edges[:k]:
            top, bottom = max(a[1], b[1]), min(a[3], b[3])
            if top < bottom:
                above, below = _x(a, top) - _x(b, top), _x(a, bottom) - _x(b, bottom)
                if above * below < 0:
                    cuts.add(top + (bottom - top) * above / (above - below))
    area = [[Fraction(0)] * width for _ in range(height)]
    for top, bottom in pairwise(sorted(cut for cut in cuts if 0 <= cut <= height)):
        middle = (top + bottom) / 2
        across = sorted((e for e in edges if e[1] < middle < e[3]), key=lambda edge: _x(edge, middle))
        row = math.floor(top)
        for k, edge in enumerate(across):
            sign = 1 if k % 2 == 0 else -1
            for column in range(width):
                area[row][column] += sign * _right_of(_x(edge, top), _x(edge, bottom), bottom - top, column)
    return area


def compose(
    image: npt.NDArray[Any], coverage: Sequence[Any], colors: Any, alpha: Sequence[Fraction]
) -> npt.NDArray[np.float64]:
    """Items front to back, not rounded: each takes its coverage of what is still free."""
    most = int(np.iinfo(image.dtype).max)
    result = image.astype(np.float64)
    for row, column in np.ndindex(*image.shape[:2]):
        free = Fraction(1)
        pixel = [Fraction(int(v)) for v in image[row, column]]
        mixed = [Fraction(0)] * 3
        covered = Fraction(0)
        for item in reversed(range(len(coverage))):
            weight = Fraction(float(coverage[item][row][column])) * free
            free -= weight
            covered += weight * alpha[item]
            for k in range(3):
                mixed[k] += weight * alpha[item] * int(colors[item][k])
        backdrop = pixel[3] / most if len(pixel) == 4 else Fraction(1)
        total = backdrop * (1 - covered) + covered
        if covered == 0 or total == 0:
            continue
        for k in range(3):
            result[row, column, k] = float((mixed[k] + pixel[k] * backdrop * (1 - covered)) / total)
        if len(pixel) == 4:
            result[row, column, 3] = float(total * most)
    return result


def are_apart(rings: Sequence[Any]) -> bool:
    """Whether no two edges meet but neighbours of a ring; edges of no length do not count."""
    exact = [[(Fraction(float(x)), Fraction(float(y))) for x, y in ring] for ring in rings]
    edges = []
    for number, ring in enumerate(exact):
        points = [point for k, point in enumerate(ring) if point != ring[k - 1]]
        for k in range(len(points)):
            edges.append((number, k, len(points), points[k - 1], points[k]))
    for i, (ring, k, n, a, b) in enumerate(edges):
        for other, m, _, c, d in edges[:i]:
            is_neighbour = ring == other and (k - m) % n in (1, n - 1)
            if not is_neighbour and _meet(a, b, c, d):
                return False
    return True


def _turn(a: Any, b: Any, p: Any) -> Fraction:
    return Fraction((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))


def _meet(a: Any, b: Any, c: Any, d: Any) -> bool:
    if any(max(a[k], b[k]) < min(c[k], d[k]) or max(c[k], d[k]) < min(a[k], b[k]) for k in (0, 1)):
        return False
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0

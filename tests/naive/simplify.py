"""Slow, obvious twin of annogeo/kernels/simplify.py: in rational arithmetic, every vertex looked at each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Point = tuple[Fraction, Fraction]


def simplify(rings: Sequence[Sequence[Sequence[int]]], epsilon: Fraction) -> list[list[Point]]:
    """Thin out the rings of one mask."""
    shift = min(epsilon / 2, Fraction(1, 8))
    visits = Counter((x, y) for ring in rings for x, y in ring)
    left = [[(n, _apart(ring, n, visits, shift)) for n in range(len(ring))] for ring in rings]
    for distance in (epsilon / 8, epsilon / 4, epsilon / 2, epsilon):
        for k in range(len(rings)):
            _thin_out(rings[k], left, k, distance)
    return [[point for _, point in ring] for ring in left]


def _apart(ring: Sequence[Sequence[int]], n: int, visits: Counter[tuple[int, int]], shift: Fraction) -> Point:
    """Move a corner that is visited twice towards the middle of its neighbours."""
    x, y = ring[n]
    around = [ring[n - 1], ring[(n + 1) % len(ring)]]
    away = shift if visits[x, y] == 2 else Fraction(0)
    to_x, to_y = (
        sum((there > here) - (there < here) for there in ends)
        for here, ends in zip((x, y), zip(*around, strict=True), strict=True)
    )
    return x + away * to_x, y + away * to_y


def _thin_out(
    traced: Sequence[Sequence[int]], rings: list[list[tuple[int, Point]]], k: int, distance: Fraction
) -> None:
    todo = [n for n, _ in rings[k]]
    while todo:
        later: list[int] = []
        for n in todo:
            for count in (1, 2):
                ring = rings[k]
                numbers = [number for number, _ in ring]
                if n not in numbers or n in later or len(ring) < 3 + count:
                    break
                at = numbers.index(n)
                turned = ring[at - 1 :] + ring[: at - 1] if at else [ring[-1], *ring[:-1]]
                gone, last = turned[1 : 1 + count], turned[1 + count]
                if count == 2 and gone[1][0] in later:
                    break
                others = [turned[0], last, *turned[2 + count :]] + [
                    v for j, r in enumerate(rings) if j != k for v in r
                ]
                hull = [turned[0][1], *(point for _, point in gone), last[1]]
                if _is_near(traced, turned[0], last, distance) and not any(
                    _is_in_hull(point, hull) for _, point in others if point not in hull
                ):
                    later += [end[0] for end in (turned[0], last) if end[0] not in later]
                    rings[k] = sorted([turned[0], last, *turned[2 + count :]])
                    break
        todo = later


def _is_near(
    traced: Sequence[Sequence[int]], a: tuple[int, Point], b: tuple[int, Point], distance: Fraction
) -> bool:
    (n, (ax, ay)), (end, (bx, by)) = a, b
    ux, uy = bx - ax, by - ay
    while (n := (n + 1) % len(traced)) != end:
        x, y = traced[n][0] - ax, traced[n][1] - ay
        t = min(max((x * ux + y * uy) / (ux * ux + uy * uy), Fraction(0)), Fraction(1))
        if (x - t * ux) ** 2 + (y - t * uy) ** 2 > distance**2:
            return False
    return True


def _is_in_hull(point: Point, hull: Sequence[Point]) -> bool:
    return any(_is_in_triangle(point, *triangle) for triangle in combinations(hull, 3))


def _is_in_triangle(point: Point, a: Point, b: Point, c: Point) -> bool:
    if not all(
        min(ends) <= here <= max(ends) for here, ends in zip(point, zip(a, b, c, strict=True), strict=True)
    ):
        return False
    sides = [_side(a, b, point), _side(b, c, point), _side(c, a, point)]
    return min(sides) >= 0 or max(sides) <= 0


def _side(a: Point, b: Point, p: Point) -> Fraction:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

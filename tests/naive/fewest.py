"""Slow, obvious twin of annogeo/kernels/fewest.py: between which centres a ring passes, in rational arithmetic.

Two rings hold the same pixels, however they are filled, if they pass between the same centres in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

HALF = Fraction(1, 2)
Crossing = tuple[int, int, bool]


def crossings(ring: np.ndarray) -> list[Crossing]:
    """Which rows of centres a ring crosses, in its order: the row, the column of the next centre, and if it goes down.

    A row that is crossed to and fro between the same two centres is not crossed.
    """
    points = [(Fraction(float(x)), Fraction(float(y))) for x, y in ring]
    found: list[Crossing] = []
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        low, high = sorted((y0, y1))
        rows = [row for row in range(int(low) - 1, int(high) + 2) if low <= row + HALF < high]
        for row in rows if y0 < y1 else rows[::-1]:
            x = x0 + (x1 - x0) * (row + HALF - y0) / (y1 - y0)
            crossing = (row, -int(-(x - HALF) // 1), y0 < y1)
            if found and found[-1] == _back(crossing):
                found.pop()
            else:
                found.append(crossing)
    while found and found[0] == _back(found[-1]):
        found = found[1:-1]
    return found


def are_same_round(a: Sequence[Crossing], b: Sequence[Crossing]) -> bool:
    """Say whether two cycles are equal up to where they start."""
    return len(a) == len(b) and (not a or any([*a[k:], *a[:k]] == [*b] for k in range(len(a))))


def _back(crossing: Crossing) -> Crossing:
    row, column, is_down = crossing
    return row, column, not is_down

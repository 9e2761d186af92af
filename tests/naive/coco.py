"""Rule `coco`, one point of the line after the other: what one ring paints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Point = tuple[int, int]


def ring_mask(ring: Sequence[Sequence[float]], height: int, width: int) -> npt.NDArray[np.uint8]:
    """Return a mask of 0 and 1: toggle a pixel column where the line passes its middle, then add up downwards."""
    toggles = np.zeros((height + 1, width), np.uint8)
    corners = [(int(5 * x + 0.5), int(5 * y + 0.5)) for x, y in ring]
    line = [point for a, b in pairwise([*corners, *corners[:1]]) for point in fine_line(a, b)]
    for (u, v), (next_u, next_v) in pairwise(line):
        column, rest = divmod(min(u, next_u), 5)
        if u != next_u and rest == 2 and 0 <= column < width:
            row = math.ceil((min(v, next_v) + 0.5) / 5 - 0.5)
            toggles[min(max(row, 0), height), column] ^= 1
    return np.bitwise_xor.accumulate(toggles, axis=0)[:height]


def fine_line(a: Point, b: Point) -> Iterator[Point]:
    """Go from a to b one fine step at a time along the longer axis, rounding the other; the same points as back."""
    length = max(abs(b[0] - a[0]), abs(b[1] - a[1]))
    if length == 0:
        yield a
        return
    along, across = (0, 1) if abs(b[0] - a[0]) == length else (1, 0)
    is_backward = a[along] > b[along]
    start, end = (b, a) if is_backward else (a, b)
    slope = (end[across] - start[across]) / length
    steps = range(length + 1)
    for step in reversed(steps) if is_backward else steps:
        point = [0, 0]
        point[along] = start[along] + step
        point[across] = int(start[across] + slope * step + 0.5)
        yield point[0], point[1]

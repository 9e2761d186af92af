"""Rule `pil`, row by row: sort the columns at which edges cross a row, paint between every other two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

f32 = np.float32


@dataclass(frozen=True)
class Edge:
    """A line between whole points, as it is given: its columns are reckoned from its first point."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def top(self) -> int:
        return min(self.y0, self.y1)

    @property
    def bottom(self) -> int:
        return max(self.y0, self.y1)

    @property
    def slope(self) -> np.float32:
        return f32(f32(self.x1 - self.x0) / f32(self.y1 - self.y0))

    def column(self, row: int) -> np.float32:
        return f32(f32(f32(row - self.y0) * self.slope) + f32(self.x0))


def ring_mask(ring: Sequence[Sequence[float]], height: int, width: int) -> npt.NDArray[np.uint8]:
    """Return a mask of 0 and 1."""
    mask = np.zeros((height, width), np.uint8)
    corners = [(int(x), int(y)) for x, y in ring]
    pairs = list(pairwise(corners))
    if corners and corners[-1] != corners[0]:
        pairs.append((corners[-1], corners[0]))
    edges = [Edge(*a, *b) for a, b in pairs]
    sloping = [edge for edge in edges if edge.top < edge.bottom]
    last_row = max((edge.bottom for edge in edges), default=0)
    for row in range(height):
        for edge in edges:
            if edge.top == edge.bottom == row:
                paint(mask, row, min(edge.x0, edge.x1), max(edge.x0, edge.x1))
        columns: list[np.float32] = []
        for i, edge in enumerate(sloping):
            if edge.top <= row <= edge.bottom:
                if row == edge.bottom and row < last_row:
                    columns += [edge.column(row)] * 2
                else:
                    columns.append(joined(sloping, i, row))
        columns.sort()
        for start, end in zip(columns[::2], columns[1::2], strict=True):
            paint(mask, row, half_up(start), half_down(end))
    return mask


def joined(edges: Sequence[Edge], i: int, row: int) -> np.float32:
    """Column of an edge, moved inwards where it ends in a flat corner with an edge before it."""
    edge = edges[i]
    column = edge.column(row)
    if row not in (edge.top, edge.bottom) or edge.slope == 0:
        return column
    beside = row - 1 if row == edge.bottom else row + 1
    for other in edges[:i]:
        if (
            row in (other.top, other.bottom)
            and other.slope != 0
            and nearest(column) == nearest(other.column(row))
            and other.top <= beside <= other.bottom
        ):
            near = edge.column(beside), other.column(beside)
            if column > near[0] + f32(1) and column > near[1] + f32(1):
                return f32(nearest(max(near)) + 1)
            if column < near[0] - f32(1) and column < near[1] - f32(1):
                return f32(nearest(min(near)) - 1)
            break
    return column


def paint(mask: npt.NDArray[np.uint8], row: int, first: int, last: int) -> None:
    """Paint pixels `first` to `last`, both included."""
    mask[row, max(first, 0) : max(last + 1, 0)] = 1


def nearest(value: np.float32) -> int:
    return int(math.copysign(math.floor(abs(float(value)) + 0.5), value))


def half_up(value: np.float32) -> int:
    """Round, halves away from zero; a sum in single precision above zero, in double below."""
    return math.floor(float(value + f32(0.5))) if value >= 0 else -math.floor(-float(value) + 0.5)


def half_down(value: np.float32) -> int:
    """Round, halves towards zero."""
    return math.ceil(float(value - f32(0.5))) if value >= 0 else -math.ceil(-float(value) - 0.5)

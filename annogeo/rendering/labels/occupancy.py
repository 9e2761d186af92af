"""Which parts of a picture are taken, as bitmaps of cells: a look at a few bytes, however many labels there are.

The fine map says it to a few px; the coarse one, of squares of fine cells, is where free room is searched for. A
rectangle takes all cells it touches, so rectangles in different cells never overlap. Layer: rendering.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import numpy.typing as npt

SHAPE, LABEL, LINE = 1, 2, 4
COARSE = 4  # fine cells to a coarse one

Rectangle = tuple[int, int, int, int]  # x0, y0, x1, y1 in px, half-open


class _Kept(threading.local):
    """Memory that each thread keeps: fresh memory is handed out page by page, which takes longer than clearing."""

    cells: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)

    def clean(self, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
        size = math.prod(shape)
        if size > MOST_KEPT:
            return np.zeros(shape, np.uint8)
        if self.cells.size < size:
            self.cells = np.zeros(size, np.uint8)
        found = self.cells[:size]
        found[...] = 0
        return found.reshape(shape)


_KEPT = _Kept()
MOST_KEPT = 2**22
"""Bytes."""


class Occupancy:
    """What lies where on a picture; a thread's next one takes over its memory.

    Parameters
    ----------
    height, width : int
        The picture's.
    cell : int
        Px to a fine cell.

    Examples
    --------
    >>> taken = Occupancy(100, 100, 2)
    >>> taken.mark((10, 10, 20, 20), LABEL)
    >>> taken.is_free((19, 10, 30, 20)), taken.is_free((20, 10, 30, 20))
    (False, True)
    """

    def __init__(self, height: int, width: int, cell: int) -> None:
        import cv2

        self._count: Any = cv2.countNonZero  # a few times as quick as numpy's any() on little
        self._integral: Any = cv2.integral
        self.cell = cell
        self.coarse_cell = cell * COARSE
        self._full: dict[tuple[Rectangle, int], list[tuple[int, int]]] = {}
        self.fine, self._labels = _KEPT.clean((2, -(-height // cell), -(-width // cell)))
        self.coarse = np.zeros((-(-height // self.coarse_cell), -(-width // self.coarse_cell)), np.uint8)

    def mark(self, rectangle: Rectangle, bit: int) -> None:
        """Take a rectangle, clipped to the picture."""
        for cells, size in ((self.fine, self.cell), (self.coarse, self.coarse_cell)):
            part = _part(cells, size, rectangle)
            np.bitwise_or(part, bit, out=part)
        if bit == LABEL:
            _part(self._labels, self.cell, rectangle)[...] = LABEL

    def mark_line(self, x: npt.NDArray[np.int64], y: npt.NDArray[np.int64]) -> None:
        """Take the cells of a line's points, given in px."""
        self.fine[y // self.cell, x // self.cell] |= LINE
        self.coarse[y // self.coarse_cell, x // self.coarse_cell] |= LINE

    def is_free(self, rectangle: Rectangle) -> bool:
        """Whether nothing lies in a rectangle, all of it on the picture."""
        return not self._count(self._inside(self.fine, rectangle))

    def has_label(self, rectangle: Rectangle) -> bool:
        """Whether a label lies in a rectangle, all of it on the picture."""
        return bool(self._count(self._inside(self._labels, rectangle)))

    def _inside(self, cells: npt.NDArray[np.uint8], rectangle: Rectangle) -> npt.NDArray[np.uint8]:
        x0, y0, x1, y1 = rectangle
        cell = self.cell
        return cells[y0 // cell : -(-y1 // cell), x0 // cell : -(-x1 // cell)]

    def free_corners(
        self, window: Rectangle, w: int, h: int, *, off: int = SHAPE | LABEL | LINE
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Find where a rectangle of w x h px fits into a window without touching anything.

        Parameters
        ----------
        window : (x0, y0, x1, y1)
            Clipped to the picture. One that had no room is remembered: what is taken never becomes free again.
        off : int
            What it must not touch.

        Returns
        -------
        x, y : int64 (n,)
            Top left corners in px, on the coarse cells, row by row.
        """
        size = self.coarse_cell
        columns, rows = -(-w // size), -(-h // size)
        full = self._full.setdefault((window, off), [])
        if not any(rows >= r and columns >= c for r, c in full):
            x0, y0, x1, y1 = window
            left, top = max(x0, 0) // size, max(y0, 0) // size
            part = self.coarse[top : -(-y1 // size), left : -(-x1 // size)]
            if part.shape[0] >= rows and part.shape[1] >= columns:
                total = self._integral(((part & off) != 0).view(np.uint8))
                taken = total[rows:, columns:] - total[:-rows, columns:] - total[rows:, :-columns]
                y, x = np.nonzero(taken == -total[:-rows, :-columns])
                if len(x):
                    return (x + left) * size, (y + top) * size
            full.append((rows, columns))
        return np.zeros(0, np.int64), np.zeros(0, np.int64)


def _part(cells: npt.NDArray[np.uint8], size: int, rectangle: Rectangle) -> npt.NDArray[np.uint8]:
    """Give the cells a rectangle touches."""
    x0, y0, x1, y1 = rectangle
    return cells[max(y0, 0) // size : -(-y1 // size), max(x0, 0) // size : -(-x1 // size)]

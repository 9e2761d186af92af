"""Ready bitmaps that are put onto video pictures: label plates, lines, the legend, subtitles. Layer: video.

A bitmap is drawn once by the code that draws it onto still pictures, and kept as what it keeps of the picture below
and what it adds, in luma and, for either parity of its place, in chroma.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.rendering.rules import kernels
from annogeo.video.planes import Layout, Palette, flat_planes

Array = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


class Bitmap(NamedTuple):
    """A drawing by itself.

    Parameters
    ----------
    paint : float32 (h, w, 3)
        Its colours, 0..255, times its opacity.
    keep : float32 (h, w)
        One less its opacity.
    """

    paint: FloatArray
    keep: FloatArray


def bitmap_of(draw: Callable[[Array], None], height: int, width: int) -> Bitmap:
    """Find out what something draws, from what it makes of black and of white.

    Parameters
    ----------
    draw : (uint8 (h, w, 3)) -> None
        Draws onto a picture in place.

    Examples
    --------
    >>> def grey_out(canvas):
    ...     canvas[...] = canvas // 2 + 50
    >>> found = bitmap_of(grey_out, 1, 1)
    >>> found.paint.tolist(), found.keep.round(2).tolist()
    ([[[50.0, 50.0, 50.0]]], [[0.5]])
    """
    on_black = np.zeros((height, width, 3), np.uint8)
    on_white = np.full((height, width, 3), 255, np.uint8)
    draw(on_black)
    draw(on_white)
    keep = (on_white.astype(np.float32) - on_black).mean(axis=2, dtype=np.float32) / np.float32(255)
    return Bitmap(on_black.astype(np.float32), keep)


class Place(NamedTuple):
    """Where a stamp goes: its number in the book, and the px of its top left corner."""

    stamp: int
    x: int
    y: int


class StampBook:
    """All bitmaps of a video, ready to be put onto planes, by number.

    Parameters
    ----------
    layout : Layout
    palette : Palette

    Examples
    --------
    >>> book = StampBook(Layout(8, 1, 1, 1), Palette())
    >>> number = book.add(Bitmap(np.zeros((2, 2, 3), np.float32), np.zeros((2, 2), np.float32)))
    >>> luma, blue, red = np.full((4, 4), 90, np.uint8), np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8)
    >>> book.put([luma, blue, red], [Place(number, 1, 0)])
    >>> luma[0].tolist(), blue[0].tolist()
    ([90, 16, 16, 90], [64, 64])
    """

    def __init__(self, layout: Layout, palette: Palette) -> None:
        self._layout = layout
        self._palette = palette
        self._parts: list[list[tuple[int, int, int]]] = []  # of each stamp: begin, height, width in each grid
        self._n = 0
        self._pending: list[FloatArray] = []
        self._keeps, self._paints = np.zeros(0, np.float32), np.zeros((3, 0), np.float32)

    def add(self, bitmap: Bitmap) -> int:
        """Take up a bitmap and return its number."""
        opacity = 1.0 - bitmap.keep
        planes = self._palette.planes_of(bitmap.paint, opacity)
        grids = [np.dstack([bitmap.keep, planes])]
        if self._layout.step:
            grids += [
                self._coarse(grids[0], x, y)
                for y in range(1 + self._layout.down)
                for x in range(1 + self._layout.across)
            ]
        self._parts.append([])
        for grid in grids:
            height, width = grid.shape[:2]
            self._parts[-1].append((self._n, height, width))
            self._pending.append(np.ascontiguousarray(grid.reshape(-1, 4).T, np.float32))
            self._n += height * width
        return len(self._parts) - 1

    def put(self, planes: Sequence[Array], places: Sequence[Place] | IntArray) -> None:
        """Put stamps onto planes, in place; each lies on the picture as a whole.

        Parameters
        ----------
        planes : sequence of arrays (rows, samples)
        places : sequence of Place, or int64 (n, 3) of the same
        """
        if not len(places):
            return
        self._take_up()
        kernels("planes").stamp_planes(
            *flat_planes(planes, self._layout),
            np.asarray(places, np.int64),
            self._grids,
            self._keeps,
            self._paints,
        )

    def _take_up(self) -> None:
        """Join the grids that were added since the last time."""
        if not self._pending:
            return
        tables = np.concatenate([np.vstack([self._keeps, self._paints]), *self._pending], axis=1)
        self._keeps, self._paints = tables[0].copy(), tables[1:].copy()
        self._grids = np.array(self._parts, np.int64)
        self._pending = []

    def _coarse(self, grid: Array, x: int, y: int) -> Array:
        """Give what a grid (h, w, 4) makes of chroma samples, where it begins with column x and row y of one."""
        height, width = grid.shape[:2]
        rows, columns = 1 + self._layout.down, 1 + self._layout.across
        down, across = -(-(height + y) // rows), -(-(width + x) // columns)
        fine = np.zeros((down * rows, across * columns, 4))
        fine[..., 0] = 1.0
        fine[y : y + height, x : x + width] = grid
        mixed: Array = fine.reshape(down, rows, across, columns, 4).mean(axis=(1, 3))
        return mixed

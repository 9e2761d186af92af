"""What moves a mask about: crop, pad, shift, flip, turn, resize; its parts. All by runs. Layer: rle."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from annogeo.errors import InputError
from annogeo.rle.base import Runs
from annogeo.rle.checks import SIDE_LIMIT, brief, checked_shape, checked_whole
from annogeo.rle.runs import IntArray, bands, edges_of_bands, transposed

_MIRRORS: dict[Any, tuple[bool, bool]] = {
    "horizontal": (True, False),
    "vertical": (False, True),
    "both": (True, True),
}


_MOST_ADDED = 1 << 16  # columns whose places are added up one by one


class Arranging(Runs):
    """Verbs of `Rle` that give a mask with its pixels elsewhere; time follows the runs, not the pixels."""

    __slots__ = ()

    def crop(self, left: int, top: int, right: int, bottom: int) -> Self:
        """Cut out a part, right and bottom excluded; it may reach over the border, where there is background.

        Parameters
        ----------
        left, top, right, bottom : int
            In px, negative ones too; left <= right, top <= bottom.

        Raises
        ------
        InputError
            For other edges.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[1, 1, 0], [1, 1, 1]]).crop(1, 0, 4, 2).to_mask().astype(int).tolist()
        [[1, 0, 0], [1, 1, 0]]
        """
        left, top, right, bottom = (
            checked_whole(name, edge)
            for name, edge in (("left", left), ("top", top), ("right", right), ("bottom", bottom))
        )
        if right < left or bottom < top:
            raise InputError(
                f"expected left <= right and top <= bottom, got left {left}, top {top}, right {right}, "
                f"bottom {bottom}"
            )
        return self._moved(-left, -top, (bottom - top, right - left))

    def pad(self, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> Self:
        """Add background at the borders; negative numbers take pixels away.

        Parameters
        ----------
        left, top, right, bottom : int
            How many px at each border.

        Raises
        ------
        InputError
            For what is no whole number, or if a side would be below 0 px.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[1, 1]]).pad(left=1, top=1, right=-1).to_mask().astype(int).tolist()
        [[0, 0], [0, 1]]
        """
        left, top, right, bottom = (
            checked_whole(name, edge)
            for name, edge in (("left", left), ("top", top), ("right", right), ("bottom", bottom))
        )
        height, width = self.shape
        return self._moved(left, top, (height + top + bottom, width + left + right))

    def shift(self, dx: int, dy: int) -> Self:
        """Move to the right and down; the canvas stays, and what leaves it is lost.

        Parameters
        ----------
        dx, dy : int
            In px; negative: to the left, up.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[1, 1, 0], [0, 0, 0]]).shift(2, 1).rows().tolist()
        [[1, 2, 3]]
        """
        return self._moved(checked_whole("dx", dx), checked_whole("dy", dy), self.shape)

    def flip(self, horizontal: bool | str | None = None, vertical: bool | None = None) -> Self:
        """Mirror: left to right, unless only `vertical` is asked for.

        Parameters
        ----------
        horizontal : bool or {'horizontal', 'vertical', 'both'}, optional
            Left becomes right. None: where `vertical` is not given.
        vertical : bool, optional
            Top becomes bottom.

        Raises
        ------
        InputError
            For what is neither a bool nor one of these words.

        Examples
        --------
        >>> from annogeo import Rle
        >>> mask = Rle.from_mask([[1, 0, 0], [1, 1, 0]])
        >>> mask.flip().rows().tolist(), mask.flip(vertical=True).rows().tolist()
        ([[0, 2, 3], [1, 1, 3]], [[0, 0, 2], [1, 0, 1]])
        """
        if isinstance(horizontal, str) and horizontal in _MIRRORS and vertical is None:
            across, down = _MIRRORS[horizontal]
        elif all(value is None or isinstance(value, bool | np.bool_) for value in (horizontal, vertical)):
            across, down = bool(vertical is None if horizontal is None else horizontal), bool(vertical)
        else:
            raise InputError(
                f"expected True, False, or one of {', '.join(_MIRRORS)}, got {horizontal!r}, {vertical!r}"
            )
        height, width = self.shape
        edges = self.edges
        if down:  # a half turn, mirrored once more
            edges, across = (height * width - edges)[::-1], not across
        if across and edges.size:
            y0, y1, x0, x1 = bands(edges, width)
            edges = edges_of_bands(np.stack([y0, y1, width - x1, width - x0]), self.shape)
        return self.trusted(self.shape, edges.copy())

    def rotate90(self, turns: int = 1) -> Self:
        """Turn by quarter turns counter-clockwise, as ``numpy.rot90`` turns a picture; -1 is clockwise.

        Parameters
        ----------
        turns : int
            Any whole number.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[1, 1, 0]]).rotate90().to_mask().astype(int).tolist()
        [[0], [1], [1]]
        """
        quarters = checked_whole("turns", turns) % 4
        if quarters == 0:
            return self.trusted(self.shape, self.edges)
        if quarters == 2:
            return self.flip("both")
        height, width = self.shape
        turned = self.trusted((width, height), transposed(self.edges, height, width))
        return turned.flip("vertical" if quarters == 1 else "horizontal")

    def resize(self, height: int, width: int) -> Self:
        """Scale to another size: each new pixel is what lies under its centre, to the bit as Pillow and cv2 have it.

        Parameters
        ----------
        height, width : int
            The new size in px, 0 or more.

        Raises
        ------
        InputError
            If a side is no whole number from 0 to 2**31 - 1, or the result has over 2**28 px and 2**26 runs.

        Notes
        -----
        The rule is that of Pillow's ``NEAREST`` and, since 5.0, cv2's ``INTER_NEAREST_EXACT``: new column 0 shows
        column ``old / new / 2``, each further one ``old / new`` more, added up in float64 and rounded down; rows alike.
        That decides where a centre falls between two pixels. To more than 65,536 columns or rows the same is reckoned
        in whole numbers, and the right one of the two is shown. cv2's ``INTER_NEAREST`` looks at corners instead.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.from_mask([[1, 0, 1, 0]]).resize(1, 2).to_mask().astype(int).tolist()
        [[0, 0]]
        >>> Rle.from_mask([[1, 0]]).resize(2, 4).rows().tolist()
        [[0, 0, 2], [1, 0, 2]]
        """
        new = checked_shape((height, width))
        if not self.edges.size:
            return self.trusted(new, self.edges)
        found = bands(self.edges, self.shape[1])
        for axis, lines in ((0, found[:2]), (1, found[2:])):
            lines[:] = _first_showing(lines, self.shape[axis], new[axis])
        return self.trusted(new, edges_of_bands(found, new))

    def components(self, connectivity: int = 4) -> list[Self]:
        """Return the connected parts, each as a mask of the same size, in reading order of their first pixels.

        Parameters
        ----------
        connectivity : 4 or 8
            Whether pixels that share only a corner belong together: 8.

        Raises
        ------
        InputError
            For a `connectivity` other than 4 and 8.

        Examples
        --------
        >>> from annogeo import Rle
        >>> mask = Rle.from_mask([[1, 0, 1], [1, 0, 1], [0, 1, 0]])
        >>> [part.area for part in mask.components()], len(mask.components(connectivity=8))
        ([2, 2, 1], 1)
        >>> Rle.from_mask([[0, 0]]).components()
        []
        """
        if not isinstance(connectivity, int | np.integer) or connectivity not in (4, 8):
            raise InputError(f"connectivity: expected 4 or 8, got {brief(connectivity)}")
        if not self.edges.size:
            return []
        from annogeo.kernels.rle_parts import label_bands

        found = bands(self.edges, self.shape[1])
        labels = np.empty(found.shape[1], np.int64)
        n = label_bands(found, 1 if connectivity == 8 else 0, np.empty_like(labels), labels)
        return self.many(self.shape, *_split(found, labels, n, self.shape[1]))

    def _moved(self, dx: int, dy: int, shape: tuple[int, int]) -> Self:
        """Return the mask on another canvas, moved."""
        height, width = shape
        if not (0 <= height <= SIDE_LIMIT and 0 <= width <= SIDE_LIMIT):
            raise InputError(f"the mask would be {height}x{width} px; a side has 0 to {SIDE_LIMIT}")
        if not self.edges.size:
            return self.trusted(shape, self.edges)
        if dx == 0 and width == self.shape[1]:
            runs = np.clip(self.edges + dy * width, 0, height * width).reshape(-1, 2)
            return self.trusted(shape, runs[runs[:, 0] < runs[:, 1]].reshape(-1))
        found = bands(self.edges, self.shape[1])
        found[:2] = np.clip(found[:2] + dy, 0, height)
        found[2:] = np.clip(found[2:] + dx, 0, width)
        return self.trusted(shape, edges_of_bands(found, shape))


def _first_showing(lines: IntArray, old: int, new: int) -> IntArray:
    """Return the first new column (or row) that shows each old one or one behind it; see `Arranging.resize`."""
    if new > _MOST_ADDED:
        whole: IntArray = (2 * new * lines + old - 1) // (2 * old)
        return whole
    steps = np.full(new, old / max(new, 1))
    steps[:1] /= 2
    found: IntArray = np.searchsorted(np.cumsum(steps), lines)
    return found


def _split(found: IntArray, labels: IntArray, n: int, width: int) -> tuple[IntArray, IntArray]:
    """Return the edges of each label's bands, and where they start and end.

    What ends a row and what starts the next one are joined.
    """
    order = np.argsort(labels, kind="stable")
    y0, y1, x0, x1 = found[:, order]
    owner = labels[order]
    starts, ends = y0 * width + x0, (y1 - 1) * width + x1
    apart = (starts[1:] != ends[:-1]) | (owner[1:] != owner[:-1])
    is_first, is_last = np.concatenate(([True], apart)), np.concatenate((apart, [True]))
    edges = np.stack([starts[is_first], ends[is_last]], axis=1).reshape(-1)
    return edges, 2 * np.searchsorted(owner[is_first], np.arange(n + 1))

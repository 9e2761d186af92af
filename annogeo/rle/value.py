"""`Rle`: a mask as runs. The value masks are kept in, compared by and drawn from; no pixel array behind it.

Inside it holds `edges`, the positions at which the mask, read row by row, changes; COCO's column order is made and read
on the way in and out. Verbs that move pixels: arranging.py; other encodings: exchange.py. Layer: needs only kernels.
Importing it loads numpy only.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import mul
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle.checks import EDGE_LIMIT, PIXEL_LIMIT, as_boolean, check_cost, checked_shape, size_text
from annogeo.rle.exchange import Exchange
from annogeo.rle.painting import paint_runs
from annogeo.rle.runs import (
    IntArray,
    bands,
    changes,
    inside_all,
    inside_any,
    merged,
    transposed,
    united,
)

__all__ = ["Rle"]


class Rle(Exchange):
    """A boolean mask of `shape` as runs; immutable, hashable, equal exactly when shape and pixels are.

    Parameters
    ----------
    shape : (int, int)
        Height and width in px; may be 0.
    edges : int64 (2n,)
        Strictly rising positions ``y * width + x`` where the mask, read row by row, turns on, off, on ...; the last
        may be ``height * width``. A run may pass the end of a row.

    Notes
    -----
    Its size follows the outline, not the area: a shape of 10^9 x 10^9 px is fine until pixels are asked for.

    Examples
    --------
    >>> ring = Rle.from_mask([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    >>> ring.area, ring.bounds.tolist()
    (8, [0.0, 0.0, 3.0, 3.0])
    >>> (~ring).rows().tolist()
    [[1, 1, 2]]
    """

    __slots__ = ()

    @classmethod
    def from_mask(cls, mask: npt.ArrayLike | Rle) -> Self:
        """Encode a dense mask (h, w).

        Parameters
        ----------
        mask : array-like (h, w) or Rle
            Booleans; integers, where all but 0 is inside; or floats, where more than 0.5 is inside, unless
            some value exceeds 1: then all but 0 is. So soft masks 0..1, 0/255 masks and label maps all read as meant.

        Raises
        ------
        InputError
            If it has not two dimensions, is not numeric, or holds NaN or infinity.

        Examples
        --------
        >>> Rle.from_mask([[0, 1], [1, 1]]).area
        3
        >>> Rle.from_mask([[0.2, 0.8]]).area
        1
        >>> Rle.from_mask([[0, 1, 3]]).area
        2
        """
        if isinstance(mask, Rle):
            return cls.trusted(mask.shape, mask.edges)
        dense = as_boolean(mask)
        height, width = dense.shape
        if dense.flags.f_contiguous and not dense.flags.c_contiguous:  # as pycocotools decodes
            return cls.trusted((height, width), transposed(changes(dense.T), width, height))
        return cls.trusted((height, width), changes(np.ascontiguousarray(dense)))

    @classmethod
    def from_rows(cls, rows: npt.ArrayLike, shape: tuple[int, int]) -> Self:
        """Build from row runs: the union of ``(y, x0, x1)``, half-open in x, in any order; empty ones are skipped.

        Parameters
        ----------
        rows : int (q, 3)
        shape : (int, int)
            Height and width.

        Raises
        ------
        InputError
            If a run lies outside the shape.

        Examples
        --------
        >>> Rle.from_rows([[0, 1, 3], [0, 2, 4]], (2, 5)).rows().tolist()
        [[0, 1, 4]]
        """
        height, width = size = checked_shape(shape)
        given = np.asarray(rows)
        if given.size == 0:
            given = np.zeros((0, 3), np.int64)
        if given.ndim != 2 or given.shape[1] != 3 or given.dtype.kind not in "iu":
            raise InputError(f"rows: expected integers of shape (q, 3), got {given.dtype} {given.shape}")
        if given.dtype == np.int32 and given.flags.carray:  # as kernels make them, mostly sorted
            from annogeo.kernels.rle import join_rows

            edges = np.empty(2 * given.shape[0], np.int64)
            found = join_rows(given, height, width, edges)
            if found >= 0:
                return cls.trusted(size, edges[:found])
        y, x0, x1 = given.astype(np.int64).T
        wrong = (y < 0) | (y >= height) | (x0 < 0) | (x1 > width)
        wrong &= x0 < x1
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise InputError(
                f"rows[{row}]: expected y, x0, x1 inside {size_text(size)}, got {given[row].tolist()}",
                hint="clip the runs to the shape first",
            )
        filled = x0 < x1
        return cls.trusted(size, united((y * width + x0)[filled], (y * width + x1)[filled]))

    def to_mask(
        self, *, order: Literal["C", "F"] = "C", max_pixels: int = PIXEL_LIMIT
    ) -> npt.NDArray[np.bool_]:
        """Decode to a new boolean array (h, w).

        Parameters
        ----------
        order : {'C', 'F'}
            How it lies in memory: row by row, or column by column.
        max_pixels : int

        Raises
        ------
        InputError
            If the shape has more than `max_pixels`; nothing is allocated then. For another order.

        Examples
        --------
        >>> Rle((1, 3), [1, 2]).to_mask().tolist()
        [[False, True, False]]
        """
        height, width = self.shape
        if height * width > max_pixels:
            raise InputError(
                f"expected a mask of at most {max_pixels} px, got {size_text(self.shape)}",
                hint="raise max_pixels if the size is meant",
            )
        if order not in ("C", "F"):
            raise InputError(f"order: expected 'C' or 'F', got {order!r}")
        edges = self.edges if order == "C" else transposed(self.edges, height, width)
        pixels = np.zeros(height * width, np.uint8)
        if edges.size:
            from annogeo.kernels.rle import paint_edges

            paint_edges(edges, pixels, np.uint8(1))
        return pixels.view(np.bool_).reshape(self.shape, order=order)

    @property
    def centroid(self) -> npt.NDArray[np.float64]:
        """Mean x and y of the pixels' centres, float64 (2,), in px from the top left corner; NaN for an empty mask.

        Examples
        --------
        >>> Rle.from_mask([[0, 1, 1]]).centroid.tolist()
        [2.0, 0.5]
        """
        if not self.edges.size:
            return np.full(2, np.nan)
        y0, y1, x0, x1 = bands(self.edges, self.shape[1]).astype(np.int64)
        weights = (y1 - y0) * (x1 - x0)
        twice: list[int] = []
        for ends in (x0 + x1, y0 + y1):
            if self.area * max(self.shape) < 2**62:
                twice.append(int(weights @ ends))
            else:  # 64 bits do not hold the sum
                twice.append(sum(map(mul, weights.tolist(), ends.tolist())))
        return np.array([total / (2 * self.area) for total in twice])

    def paint(self, target: npt.NDArray[Any], value: Any) -> npt.NDArray[Any]:
        """Write a value into the pixels of an array that are inside, and leave the others; nothing is decoded.

        Parameters
        ----------
        target : (h, w) or (h, w, ...)
            Of the mask's height and width, writable; changed in place.
        value : scalar, or of the shape of one pixel
            Has to fit the dtype of `target`.

        Returns
        -------
        ndarray
            `target`.

        Raises
        ------
        InputError
            If the target is of another size or read-only, or the value does not fit.

        Examples
        --------
        >>> Rle.from_mask([[0, 1], [1, 1]]).paint(np.zeros((2, 2), np.uint16), 300).tolist()
        [[0, 300], [300, 300]]
        """
        return paint_runs(self.edges, self.shape, target, value)

    def rows(self) -> npt.NDArray[np.int32]:
        """Return the runs row by row: int32 (q, 3) of y, x0, x1, half-open in x, in reading order.

        Examples
        --------
        >>> Rle((2, 3), [1, 5]).rows().tolist()
        [[0, 1, 3], [1, 0, 2]]
        """
        if not self.edges.size:
            return np.zeros((0, 3), np.int32)
        from annogeo.kernels.rle import cut_rows

        height, width = self.shape
        room = self.edges.size // 2 + height
        if room > EDGE_LIMIT:
            room = int(((self.edges[1::2] - 1) // width - self.edges[::2] // width + 1).sum())
            check_cost(room, self.shape)
        rows = np.empty((room, 3), np.int32)
        return rows[: cut_rows(self.edges, width, rows)]

    @classmethod
    def union(cls, masks: Iterable[Rle]) -> Self:
        """Return what is inside any of several masks of one shape, at least one.

        Parameters
        ----------
        masks : iterable of Rle

        Raises
        ------
        InputError
            If there is none, or the shapes differ.

        Examples
        --------
        >>> Rle.union([Rle.from_mask([[1, 0, 0]]), Rle.from_mask([[0, 0, 1]])]).area
        2
        """
        edges, shape = _of_one_shape(masks)
        return cls.trusted(shape, inside_any(edges))

    @classmethod
    def intersection(cls, masks: Iterable[Rle]) -> Self:
        """Return what is inside all of several masks of one shape, at least one.

        Parameters
        ----------
        masks : iterable of Rle

        Raises
        ------
        InputError
            As `union` raises it.

        Examples
        --------
        >>> Rle.intersection([Rle.from_mask([[1, 1, 0]]), Rle.from_mask([[0, 1, 1]])]).rows().tolist()
        [[0, 1, 2]]
        """
        edges, shape = _of_one_shape(masks)
        return cls.trusted(shape, inside_all(edges))

    def __and__(self, other: Rle) -> Self:
        from annogeo.kernels.rle import AND

        return self._combined(other, AND)

    def __or__(self, other: Rle) -> Self:
        from annogeo.kernels.rle import OR

        return self._combined(other, OR)

    def __xor__(self, other: Rle) -> Self:
        from annogeo.kernels.rle import XOR

        return self._combined(other, XOR)

    def __sub__(self, other: Rle) -> Self:
        from annogeo.kernels.rle import SUBTRACT

        return self._combined(other, SUBTRACT)

    def __invert__(self) -> Self:
        end = self.shape[0] * self.shape[1]
        edges = self.edges
        edges = edges[1:] if edges.size and edges[0] == 0 else np.concatenate(([0], edges))
        edges = edges[:-1] if edges.size and edges[-1] == end else np.concatenate((edges, [end]))
        return self.trusted(self.shape, edges.copy())

    def __repr__(self) -> str:
        return f"Rle({size_text(self.shape)}, {self.edges.size // 2} runs, area {self.area})"

    def _combined(self, other: Rle, table: int) -> Self:
        if not isinstance(other, Rle):
            return NotImplemented
        if self.shape != other.shape:
            raise InputError(
                f"expected masks of one shape, got {size_text(self.shape)} and {size_text(other.shape)}"
            )
        return self.trusted(self.shape, merged(self.edges, other.edges, table))


def _of_one_shape(masks: Iterable[Rle]) -> tuple[list[IntArray], tuple[int, int]]:
    """Return the edges of each mask, and their shape."""
    given = list(masks)
    if not given:
        raise InputError("masks: expected at least one, got none", hint="their shape would not be known")
    for k, mask in enumerate(given):
        if not isinstance(mask, Rle):
            raise InputError(f"masks[{k}]: expected an Rle, got {type(mask).__name__}")
        if mask.shape != given[0].shape:
            sizes = f"{size_text(given[0].shape)} and {size_text(mask.shape)}"
            raise InputError(f"masks[{k}]: expected masks of one shape, got {sizes}")
    return [mask.edges for mask in given], given[0].shape

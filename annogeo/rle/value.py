"""`Rle`: a mask as runs. The value masks are kept in, compared by and drawn from; no pixel array behind it.

Inside it holds `edges`, the positions at which the mask, read row by row, changes; COCO's column order is made and read
on the way in and out. Layer: needs only kernels. Importing it loads numpy only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypedDict

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError

IntArray = npt.NDArray[np.int64]

# The largest canvas anything is decoded to, in pixels: 16384 x 16384, a quarter of a gigabyte as bytes.
PIXEL_LIMIT = 2**28
# What a mask beyond it may cost in runs once it is brought into another order: half a gigabyte of edges.
EDGE_LIMIT = 2**26
# Row and column numbers are int32 in `rows`.
_SIDE_LIMIT = 2**31 - 1


class CocoRle(TypedDict):
    """A compressed COCO mask."""

    size: list[int]
    counts: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rle:
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

    shape: tuple[int, int]
    edges: IntArray

    def __post_init__(self) -> None:
        shape = _shape(self.shape)
        given = np.asarray(self.edges)
        if given.ndim != 1 or (given.dtype.kind not in "iu" and given.size):
            raise InputError(f"edges: expected integers of shape (2n,), got {given.dtype} {given.shape}")
        edges = given.astype(np.int64)  # always a copy
        if edges.size % 2 or (np.diff(edges) <= 0).any() or _outside(edges, shape):
            raise InputError(
                f"edges: expected an even number of strictly rising positions in a {_size(shape)} mask"
            )
        _set(self, shape, edges)

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
            return cls._trusted(mask.shape, mask.edges)
        from annogeo.kernels.rle import find_edges

        dense = _as_boolean(mask)
        pixels = np.ascontiguousarray(dense).view(np.uint8).reshape(-1)
        if pixels.ctypes.data % 8:  # a slice of something larger: the kernel reads whole words
            pixels = pixels.copy()
        words = pixels[: pixels.size // 8 * 8].view(np.uint64)
        edges = np.empty(8 * dense.shape[0] + 64, np.int64)
        found = find_edges(pixels, words, edges)
        if found > edges.size:
            edges = np.empty(found, np.int64)
            find_edges(pixels, words, edges)
        height, width = dense.shape
        return cls._trusted((height, width), edges[:found].copy())

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
        height, width = size = _shape(shape)
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
                return cls._trusted(size, edges[:found])
        y, x0, x1 = given.astype(np.int64).T
        wrong = (y < 0) | (y >= height) | (x0 < 0) | (x1 > width)
        wrong &= x0 < x1
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise InputError(
                f"rows[{row}]: expected y, x0, x1 inside {_size(size)}, got {given[row].tolist()}",
                hint="clip the runs to the shape first",
            )
        filled = x0 < x1
        return cls._trusted(size, _union((y * width + x0)[filled], (y * width + x1)[filled]))

    @classmethod
    def from_coco(cls, coco: Mapping[str, Any]) -> Self:
        """Read a COCO run-length dict: ``size`` (height, width) and ``counts``, a compressed string or run lengths.

        Raises
        ------
        InputError
            If the size is no pair of integers, the string is cut off or holds other characters, a run length is
            negative, or the run lengths do not add up to the size.

        Examples
        --------
        >>> Rle.from_coco({"size": [2, 3], "counts": [2, 2, 2]}).to_mask().astype(int).tolist()
        [[0, 1, 0], [0, 1, 0]]
        >>> Rle.from_coco({"size": [10**9, 10**9], "counts": [10**18]}).area
        0

        Notes
        -----
        Runs go down the columns, starting with background (COCO API, maskApi.c).
        """
        if not isinstance(coco, Mapping) or "size" not in coco or "counts" not in coco:
            got = sorted(map(str, coco)) if isinstance(coco, Mapping) else type(coco).__name__
            raise InputError(f"expected a COCO mask with 'size' and 'counts', got {got}")
        height, width = _shape(coco["size"], json_path=".size")
        counts = _coco_counts(coco["counts"])
        ends = np.cumsum(counts)
        total = int(ends[-1]) if ends.size else 0
        if (counts < 0).any() or (ends < 0).any() or total != height * width:
            expected = f"none negative, {height * width} px in all"
            raise InputError(
                f"expected run lengths, {expected}, got {_brief(counts.tolist())}", json_path=".counts"
            )
        from annogeo.kernels.rle import cancel_pairs

        columns = ends if ends.size % 2 == 0 else ends[:-1]  # an odd number of runs ends in background
        columns = columns[: cancel_pairs(columns)]
        return cls._trusted((height, width), transposed(columns, width, height))

    def to_mask(self, *, max_pixels: int = PIXEL_LIMIT) -> npt.NDArray[np.bool_]:
        """Decode to a new boolean array (h, w).

        Raises
        ------
        InputError
            If the shape has more than `max_pixels`; nothing is allocated then.

        Examples
        --------
        >>> Rle((1, 3), [1, 2]).to_mask().tolist()
        [[False, True, False]]
        """
        height, width = self.shape
        if height * width > max_pixels:
            raise InputError(
                f"expected a mask of at most {max_pixels} px, got {_size(self.shape)}",
                hint="raise max_pixels if the size is meant",
            )
        pixels = np.zeros(height * width, np.uint8)
        if self.edges.size:
            from annogeo.kernels.rle import paint_edges

            paint_edges(self.edges, pixels)
        return pixels.view(np.bool_).reshape(height, width)

    def to_coco(self) -> CocoRle:
        """Return the compressed COCO dict, the same bytes pycocotools writes.

        Examples
        --------
        >>> Rle.from_mask([[0, 1], [0, 1]]).to_coco()
        {'size': [2, 2], 'counts': '22'}
        """
        from annogeo.kernels.rle import encode_counts

        height, width = self.shape
        columns = transposed(self.edges, height, width)
        closed = columns.size > 0 and int(columns[-1]) == height * width
        counts = np.full(columns.size + (not closed), height * width)
        counts[: columns.size] = columns
        counts[1:] -= columns[: counts.size - 1]
        text = np.empty(13 * counts.size, np.uint8)
        length = encode_counts(counts, text)
        return {"size": [height, width], "counts": text[:length].tobytes().decode("ascii")}

    @property
    def area(self) -> int:
        """Number of pixels inside."""
        return int((self.edges[1::2] - self.edges[::2]).sum())

    @property
    def bounds(self) -> npt.NDArray[np.float64]:
        """left, top, right, bottom in px, right and bottom exclusive; zeros for an empty mask."""
        if not self.edges.size:
            return np.zeros(4)
        width = self.shape[1]
        starts, ends = self.edges[::2], self.edges[1::2]
        first, last = starts // width, (ends - 1) // width
        left, right = 0, width
        if np.array_equal(first, last):  # else a run passes a row's end, and both borders are touched
            left, right = (starts - first * width).min(), (ends - last * width).max()
        return np.array([left, first[0], right, last[-1] + 1], np.float64)

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
            _check_cost(room, self.shape)
        rows = np.empty((room, 3), np.int32)
        return rows[: cut_rows(self.edges, width, rows)]

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
        return self._trusted(self.shape, edges.copy())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rle):
            return NotImplemented
        return self.shape == other.shape and np.array_equal(self.edges, other.edges)

    def __hash__(self) -> int:
        return hash((self.shape, self.edges.tobytes()))

    def __repr__(self) -> str:
        return f"Rle({_size(self.shape)}, {self.edges.size // 2} runs, area {self.area})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self)._trusted, (self.shape, self.edges))

    @classmethod
    def _trusted(cls, shape: tuple[int, int], edges: IntArray) -> Self:
        """Make one of edges known to be right; they are kept, not copied."""
        new = object.__new__(cls)
        _set(new, shape, edges)
        return new

    def _combined(self, other: Rle, table: int) -> Self:
        if not isinstance(other, Rle):
            return NotImplemented
        if self.shape != other.shape:
            raise InputError(f"expected masks of one shape, got {_size(self.shape)} and {_size(other.shape)}")
        return self._trusted(self.shape, _merged(self.edges, other.edges, table))


def _set(rle: Rle, shape: tuple[int, int], edges: IntArray) -> None:
    edges.flags.writeable = False
    object.__setattr__(rle, "shape", shape)
    object.__setattr__(rle, "edges", edges)


def _shape(given: Any, json_path: str | None = None) -> tuple[int, int]:
    """Check a height and width; any two integers that fit will do."""
    size = list(given) if isinstance(given, list | tuple | np.ndarray) else None
    whole = size is not None and all(
        isinstance(side, int | np.integer) and not isinstance(side, bool) and 0 <= side <= _SIDE_LIMIT
        for side in size
    )
    if size is None or len(size) != 2 or not whole:
        raise InputError(f"expected height and width, two integers >= 0, got {given!r}", json_path=json_path)
    return int(size[0]), int(size[1])


def _size(shape: tuple[int, int]) -> str:
    return f"{shape[0]}x{shape[1]}"


def _outside(edges: IntArray, shape: tuple[int, int]) -> bool:
    return edges.size > 0 and bool(edges[0] < 0 or edges[-1] > shape[0] * shape[1])


def _as_boolean(mask: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    try:
        dense = np.asarray(mask)
    except ValueError as error:  # rows of different lengths
        raise InputError(f"mask: expected an array of shape (h, w), got {error}") from None
    if dense.ndim != 2:
        raise InputError(f"mask: expected shape (h, w), got {dense.shape}")
    if dense.dtype == np.bool_:
        return dense
    if dense.dtype.kind not in "iuf":
        raise InputError(f"mask: expected booleans or numbers, got {dense.dtype}")
    nonzero: npt.NDArray[np.bool_] = dense != 0
    if dense.dtype.kind != "f":
        return nonzero
    if not np.isfinite(dense).all():
        y, x = np.argwhere(~np.isfinite(dense))[0]
        raise InputError(f"mask[{y}, {x}]: expected a finite number, got {dense[y, x]}")
    if dense.size and dense.max() > 1:
        return nonzero
    inside: npt.NDArray[np.bool_] = dense > 0.5
    return inside


def _union(starts: IntArray, ends: IntArray) -> IntArray:
    """Return the edges of a union of runs, given in any order."""
    if (starts[1:] <= ends[:-1]).any():
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], np.maximum.accumulate(ends[order])
        apart = np.flatnonzero(starts[1:] > ends[:-1])
        starts = starts[np.concatenate(([0], apart + 1))]
        ends = ends[np.concatenate((apart, [ends.size - 1]))]
    edges = np.empty(2 * starts.size, np.int64)
    edges[::2], edges[1::2] = starts, ends
    return edges


def _merged(a: IntArray, b: IntArray, table: int) -> IntArray:
    from annogeo.kernels.rle import merge_edges

    merged = np.empty(a.size + b.size, np.int64)
    return merged[: merge_edges(a, b, table, merged)].copy()


def transposed(edges: IntArray, height: int, width: int) -> IntArray:
    """Return the edges of the transposed mask: column order from row order, and the reverse with the sides swapped."""
    if not edges.size:
        return edges
    from annogeo.kernels.rle import column_changes, transpose_changes

    end = height * width
    changes = np.empty(3 * edges.size, np.int64)
    changes = changes[: column_changes(edges, height, width, np.empty(2 * edges.size, np.int64), changes)]
    room = int((changes[1::2] - changes[::2]).sum()) + bool(edges[-1] == end)
    _check_cost(room, (height, width))
    turned = np.full(room, end)
    transpose_changes(changes, width, height, turned)
    turned.sort()
    return turned


def _check_cost(runs: int, shape: tuple[int, int]) -> None:
    # Within the pixel limit any mask is fine; beyond it a few bytes of text could ask for all memory.
    if runs > EDGE_LIMIT and shape[0] * shape[1] > PIXEL_LIMIT:
        raise InputError(
            f"a mask of {_size(shape)} px that takes {runs} runs is over the limit of {EDGE_LIMIT}"
        )


def _coco_counts(given: Any) -> IntArray:
    if isinstance(given, str | bytes):
        return _string_counts(given)
    if isinstance(given, list | tuple | np.ndarray):
        counts = np.asarray(given)
        if counts.size == 0:
            return np.zeros(0, np.int64)
        if counts.ndim == 1 and counts.dtype.kind in "iu" and int(counts.max()) < 2**62:
            return counts.astype(np.int64)
    raise InputError(
        f"expected a string or a list of integers, got {_brief(given)}",
        json_path=".counts",
    )


def _string_counts(given: str | bytes) -> IntArray:
    from annogeo.kernels import rle as kernels

    text = given.encode("utf-8", "replace") if isinstance(given, str) else given
    counts = np.empty(len(text), np.int64)
    found, status, place = kernels.decode_counts(np.frombuffer(text, np.uint8), counts)
    if status != kernels.STRING_OK:
        reason = {
            kernels.STRING_BAD_CHARACTER: "a character outside '0'..'o'",
            kernels.STRING_CUT: "a string that ends inside a number",
            kernels.STRING_TOO_LARGE: "a number that is too large",
        }[status]
        raise InputError(
            f"expected a compressed COCO mask, got {reason} at byte {place}", json_path=".counts"
        )
    return counts[:found]


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."

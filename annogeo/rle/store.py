"""`MaskStore`: many masks of one picture in a few arrays, ready to be compared by their runs. Layer: rle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle.runs import transposed
from annogeo.rle.scratch import scratch as scratch_memory
from annogeo.rle.value import Rle

if TYPE_CHECKING:
    from annogeo.kernels.mask_iou import Masks

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Edges = npt.NDArray[Any]  # int32 or int64

_MOST_ENTRIES = 1 << 31  # of a matrix


class MaskStore(Sequence[Rle]):
    """Masks of one size; unchangeable, and a sequence of `Rle`.

    What comparing needs (areas, boxes, runs cut into layers) is made once and kept, so comparing stores again and again
    costs a fraction of comparing lists.

    Parameters
    ----------
    masks : iterable of Rle, COCO dicts or masks (h, w), or an array (n, h, w)
        COCO dicts with strings are read all at once.
    shape : (int, int), optional
        Height and width; needed where there is no mask.

    Raises
    ------
    InputError
        If sizes differ, or a mask is none.

    Examples
    --------
    >>> store = MaskStore(np.array([[[1, 1, 0]], [[0, 1, 1]]], bool))
    >>> store.areas.tolist(), store.boxes.tolist()
    ([2, 2], [[0.0, 0.0, 2.0, 1.0], [1.0, 0.0, 3.0, 1.0]])
    >>> store.iou(store).round(2).tolist()
    [[1.0, 0.33], [0.33, 1.0]]
    """

    def __init__(self, masks: Iterable[Any], shape: tuple[int, int] | None = None) -> None:
        given = list(masks)
        strings = strings_of(given)
        if strings is not None:
            self._shape, self._edges, self._offsets = strings
            self._is_by_columns = True
        else:
            rles = [rle_of(mask, k) for k, mask in enumerate(given)]
            self._shape = common_shape(rles, shape)
            self._edges, self._offsets = joined_edges([rle.edges for rle in rles], _kind(self._shape))
            self._is_by_columns = False
        if shape is not None and tuple(shape) != self._shape:
            raise InputError(f"shape: the masks are {self._shape}, not {tuple(shape)}")

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of each mask in px."""
        return self._shape

    @property
    def areas(self) -> IntArray:
        """Number of pixels inside each mask, int64 (n,)."""
        areas: IntArray = _locked(self._layers.masks[_AREA].copy())
        return areas

    @property
    def boxes(self) -> FloatArray:
        """Extent of each mask, float64 (n, 4): left, top, right, bottom; zeros of an empty one."""
        first, last, low, high = self._layers.masks[_AREA + 1 : _AREA + 5]
        columns = (first, low, last, high) if self._is_by_columns else (low, first, high, last)
        boxes: FloatArray = _locked(np.column_stack(columns).astype(np.float64))
        return boxes

    def intersections(self, other: MaskStore) -> FloatArray:
        """Return how many pixels each mask has in common with each of another store, float64 (n, m).

        Parameters
        ----------
        other : MaskStore
            Of the same size.

        Raises
        ------
        InputError
            As `iou` raises it.

        Examples
        --------
        >>> whole, half = (MaskStore([mask]) for mask in ([[1, 1, 1, 1]], [[0, 0, 1, 1]]))
        >>> half.intersections(whole).tolist()
        [[2.0]]
        """
        from annogeo.kernels.mask_iou import INTERSECTION

        return self._compared(other, INTERSECTION, None)

    def iou(self, other: MaskStore, iscrowd: npt.ArrayLike | None = None) -> FloatArray:
        """Return the intersection over union of each mask with each of another store.

        Parameters
        ----------
        other : MaskStore
            Of the same size.
        iscrowd : bool (m,), optional
            Of `other`: with a crowd the intersection is divided by the area of this store's mask alone.

        Returns
        -------
        float64 (n, m)
            The same numbers, to the bit, as ``pycocotools.mask.iou`` gives; 0 where neither has a pixel.

        Raises
        ------
        InputError
            If the sizes differ, or the matrix would take more than 16 GiB.

        Examples
        --------
        >>> whole, half = (MaskStore([mask]) for mask in ([[1, 1, 1, 1]], [[0, 0, 1, 1]]))
        >>> half.iou(whole).tolist(), half.iou(whole, iscrowd=[True]).tolist()
        ([[0.5]], [[1.0]])
        """
        from annogeo.kernels.mask_iou import IOU

        return self._compared(other, IOU, iscrowd)

    def _compared(self, other: MaskStore, measure: int, iscrowd: npt.ArrayLike | None) -> FloatArray:
        from annogeo.kernels.mask_iou import compare

        n, m = len(self), len(other)
        if n and m and self._shape != other.shape:
            raise InputError(f"expected masks of one size, got {self._shape} and {other.shape}")
        if n * m > _MOST_ENTRIES:
            raise InputError(
                f"a matrix of {n} x {m} numbers takes {n * m >> 27} GiB", hint="compare parts of it"
            )
        crowd = _checked_crowd(iscrowd, m)
        matrix = np.zeros((n, m))
        if not (n and m):
            return matrix
        is_same = other is self and not crowd.any()
        mine, theirs = self, other
        if mine._is_by_columns != theirs._is_by_columns:
            mine, theirs = mine._by_rows, theirs._by_rows
        compare(mine._layers, theirs._layers, measure, crowd, is_same, np.empty(m, np.uint8), matrix)
        if is_same:
            upper = np.triu_indices(n, 1)
            matrix[upper[1], upper[0]] = matrix[upper]
        return matrix

    @cached_property
    def _layers(self) -> Masks:
        """What the kernels compare."""
        from annogeo.kernels.mask_iou import FLAT_PER_EDGE, FLAT_PER_MASK, MASK_ROWS, Masks, cut_layers

        n = len(self)
        largest = int(np.diff(self._offsets).max(initial=0))
        scratch = (FLAT_PER_EDGE * largest + FLAT_PER_MASK) // 2 + 1
        flat = scratch_memory(FLAT_PER_EDGE * self._edges.size + FLAT_PER_MASK * n, np.int32)
        masks = np.zeros((MASK_ROWS, n), np.int64)
        line = self._shape[0 if self._is_by_columns else 1]
        used = cut_layers(
            self._edges,
            self._offsets,
            np.int64(max(line, 1)),
            np.empty((scratch, 3), np.int32),
            np.empty((scratch, 2), np.int32),
            masks,
            flat,
        )
        return Masks(self._edges, self._offsets, masks, flat[:used].copy())

    @cached_property
    def _by_rows(self) -> MaskStore:
        """The same masks with their runs going along rows."""
        if not self._is_by_columns:
            return self
        made = object.__new__(MaskStore)
        made._shape, made._is_by_columns = self._shape, False
        made._edges, made._offsets = joined_edges([rle.edges for rle in self], _kind(self._shape))
        return made

    def __len__(self) -> int:
        return self._offsets.size - 1

    @overload
    def __getitem__(self, index: int) -> Rle: ...

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> Rle | Self:
        if isinstance(index, slice):
            chosen = range(len(self))[index]
            made = object.__new__(type(self))
            made._shape, made._is_by_columns = self._shape, self._is_by_columns
            made._edges, made._offsets = joined_edges([self._run(k) for k in chosen], _kind(self._shape))
            return made
        edges = self._run(range(len(self))[index]).astype(np.int64)
        height, width = self._shape
        if self._is_by_columns:
            return Rle(self._shape, transposed(_without_empty(edges), width, height))
        return Rle(self._shape, edges)

    def __iter__(self) -> Iterator[Rle]:
        return (self[k] for k in range(len(self)))

    def _run(self, k: int) -> Edges:
        return self._edges[self._offsets[k] : self._offsets[k + 1]]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._shape, self._edges, self._offsets, self._is_by_columns)

    def __repr__(self) -> str:
        height, width = self._shape
        return f"MaskStore({len(self)} masks of {height}x{width})"


_AREA = 0  # row of `Masks.masks`; first, last, low and high follow


def _restored(shape: tuple[int, int], edges: Edges, offsets: IntArray, is_by_columns: bool) -> MaskStore:
    made = object.__new__(MaskStore)
    made._shape, made._edges, made._offsets, made._is_by_columns = shape, edges, offsets, is_by_columns
    return made


def strings_of(given: list[Any]) -> tuple[tuple[int, int], Edges, IntArray] | None:
    """Read COCO dicts of one size with strings, all at once; None where they are not, or one needs a closer look."""
    first = given[0] if given else None
    if not isinstance(first, Mapping):
        return None
    size = first.get("size")
    try:
        texts = [mask["counts"] for mask in given if mask["size"] == size]
    except (TypeError, KeyError):
        return None
    kinds = set(map(type, texts))
    if len(texts) != len(given) or kinds not in ({str}, {bytes}):
        return None
    height, width = _side(size)
    if height < 0:
        return None
    from annogeo.kernels.mask_strings import PADDING, decode_strings

    try:
        joined = b"".join(texts) if kinds == {bytes} else "".join(texts).encode("ascii")
    except UnicodeEncodeError:
        return None
    text = np.zeros(len(joined) + PADDING, np.uint8)
    text[: len(joined)] = np.frombuffer(joined, np.uint8)
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=offsets[1:])
    edges = np.empty(
        max(len(joined), 1), _kind((height, width))
    )  # a few more than there will be, which are kept
    bounds = np.zeros(len(texts) + 1, np.int64)
    if decode_strings(text, offsets, height * width, edges, bounds) >= 0:
        return None  # `Rle.from_coco` says what is wrong, or reads it
    return (height, width), edges[: bounds[-1]], bounds


def _side(size: Any) -> tuple[int, int]:
    try:
        height, width = (int(side) for side in size)
    except (TypeError, ValueError):
        return -1, -1
    return (height, width) if 0 <= height < 2**31 and 0 <= width < 2**31 else (-1, -1)


def rle_of(mask: Any, k: int) -> Rle:
    """Return a mask, number k, as runs."""
    try:
        if isinstance(mask, Rle):
            return mask
        if isinstance(mask, Mapping):
            return Rle.from_coco(mask)
        own = getattr(mask, "rle", None)
        return own if isinstance(own, Rle) else Rle.from_mask(mask)
    except InputError as error:
        raise error.located(json_path=f"masks[{k}]") from None


def common_shape(rles: list[Rle], shape: tuple[int, int] | None) -> tuple[int, int]:
    """Return the size of all masks, or of none."""
    shapes = {rle.shape for rle in rles}
    if len(shapes) > 1:
        some = " and ".join(f"{height}x{width}" for height, width in sorted(shapes)[:3])
        raise InputError(f"expected masks of one size, got {some}", hint="masks of one image have its size")
    if shapes:
        return shapes.pop()
    return (0, 0) if shape is None else (int(shape[0]), int(shape[1]))


def _kind(shape: tuple[int, int]) -> type[np.signedinteger[Any]]:
    """Return what holds the positions of a mask: half of the memory for all but giants."""
    return np.int32 if shape[0] * shape[1] < 2**31 else np.int64


def joined_edges(parts: list[IntArray], kind: type[np.signedinteger[Any]]) -> tuple[Edges, IntArray]:
    """Return the edges of all masks, and where each one's start and end."""
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([part.size for part in parts], out=offsets[1:])
    edges = np.empty(int(offsets[-1]), kind)
    if parts:
        np.concatenate(parts, out=edges, casting="unsafe")
    return edges, offsets


def _without_empty(edges: IntArray) -> IntArray:
    """Return edges without those of runs that have no length."""
    from annogeo.kernels.rle import cancel_pairs

    left = edges.copy()
    return left[: cancel_pairs(left)]


def _checked_crowd(iscrowd: npt.ArrayLike | None, m: int) -> npt.NDArray[np.bool_]:
    if iscrowd is None:
        return np.zeros(m, np.bool_)
    crowd = np.asarray(iscrowd)
    if crowd.shape != (m,) or crowd.dtype.kind not in "biu":
        raise InputError(
            f"iscrowd: expected {m} booleans, one for each of the other masks, got shape {crowd.shape}"
        )
    return crowd.astype(np.bool_)


def _locked(array: Any) -> Any:
    array.flags.writeable = False
    return array

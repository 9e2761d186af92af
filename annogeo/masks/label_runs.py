"""`LabelRuns`: a label map as runs, in one pass over its pixels; what outlines, sizes and masks are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle import Rle

Runs = npt.NDArray[np.int32]
Values = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]

_SIDE_LIMIT = 2**31 - 1  # coordinates of runs are int32
_PIXELS_PER_RUN = 16  # what room is made for at first: label maps have fewer runs, noise has more
_SPARE = 128  # runs of room that the scan wants beyond the last one
_STRIP = 2**20  # pixels brought into order at a time, where a map is not stored row by row
_FIRST_TABLE = 2**11
_TABLE_PER_RUN = 64  # a table larger than this is no help: labels that still collide are sorted


@dataclass(frozen=True, slots=True, eq=False)
class LabelRuns:
    """The runs of a label map in reading order, without those of the background, and what they add up to.

    Labels have numbers, in order of their first run.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the map.
    runs : int32 (q, 3)
        y, x0, x1.
    numbers : int32 (q,)
        Number of each run's label.
    labels : int (n,)
        The labels, rising.
    order : int (n,)
        Their numbers.
    sums : int64 (n, 8)
        What the kernel `measure_runs` adds up, by number.
    """

    shape: tuple[int, int]
    runs: Runs
    numbers: npt.NDArray[np.int32]
    labels: npt.NDArray[Any]
    order: npt.NDArray[np.intp]
    sums: IntArray

    def by_label(self) -> tuple[Runs, IntArray]:
        """Return the runs of each label in turn, int32 (q, 3), and where each label's start, int64 (n + 1,)."""
        from annogeo.kernels.trace_scan import COUNT, sort_runs

        bounds = np.zeros(self.labels.size + 1, np.int64)
        np.cumsum(self.sums[self.order, COUNT], out=bounds[1:])
        if self.labels.size < 2:
            return self.runs, bounds
        places = np.empty(self.labels.size, np.int64)
        places[self.order] = bounds[:-1]
        by_label = np.empty_like(self.runs)
        sort_runs(self.runs, self.numbers, places, by_label)
        return by_label, bounds

    def masks(self) -> Iterator[tuple[int, Rle]]:
        """Yield each label, rising, with its mask."""
        runs, bounds = self.by_label()
        for label, (start, stop) in zip(self.labels.tolist(), pairwise(bounds.tolist()), strict=True):
            yield label, Rle.from_rows(runs[start:stop], self.shape)


def label_runs(label_map: npt.ArrayLike, background: int | None, argument: str = "label_map") -> LabelRuns:
    """Find the runs of a label map.

    Parameters
    ----------
    label_map : int (H, W)
        Booleans, integers of any kind, or floats that are whole numbers, in any memory order.
    background : int, optional
        The label to leave out; None: none.
    argument : str
        What errors call the map.

    Raises
    ------
    InputError
        If it has not two dimensions, or holds anything but whole numbers.

    Examples
    --------
    >>> found = label_runs([[0, 7, 7], [3, 0, 7]], 0)
    >>> found.labels.tolist(), found.runs.tolist()
    ([3, 7], [[0, 1, 3], [1, 0, 1], [1, 2, 3]])
    """
    from annogeo.kernels.trace_scan import measure_runs

    ids = _two_dimensional(label_map, argument)
    strips = [_scanned(strip, y, _stored(background, ids.dtype)) for y, strip in _strips(ids, argument)]
    if len(strips) == 1:
        runs, values = strips[0]
    else:
        runs = np.concatenate([np.empty((0, 3), np.int32), *(strip[0] for strip in strips)])
        values = np.concatenate([np.empty(0, np.uint64), *(strip[1] for strip in strips)])
    found, numbers = _numbered(values)
    sums = np.empty((found.size, 8), np.int64)
    measure_runs(runs, numbers, sums)
    labels = _read(found, ids.dtype)
    order = np.argsort(labels)
    height, width = ids.shape
    return LabelRuns((height, width), runs, numbers, labels[order], order, sums)


def _two_dimensional(label_map: npt.ArrayLike, argument: str) -> npt.NDArray[Any]:
    try:
        ids = np.asarray(label_map)
    except ValueError as error:
        raise InputError(f"{argument}: expected ids of shape (h, w), got {error}") from None
    if ids.ndim != 2:
        raise InputError(f"{argument}: expected ids of shape (h, w), got {ids.shape}")
    if ids.dtype.kind not in "biuf":
        raise InputError(f"{argument}: expected integers, got {ids.dtype}")
    if max(ids.shape) > _SIDE_LIMIT:
        raise InputError(f"{argument}: expected sides up to {_SIDE_LIMIT} px, got {ids.shape}")
    return ids


def _strips(ids: npt.NDArray[Any], argument: str) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Yield strips of rows as native integers stored row by row, with the y of the first row; none without pixels.

    A map that is stored so already is one strip; of others, only a strip at a time is copied.
    """
    if not ids.size:
        return
    is_float = ids.dtype.kind == "f"
    if ids.flags.c_contiguous and ids.dtype.isnative and not is_float:
        yield 0, ids
        return
    height, width = ids.shape
    rows = max(1, _STRIP // width)
    for y in range(0, height, rows):
        strip = ids[y : y + rows]
        yield (
            y,
            _whole(strip, argument) if is_float else np.ascontiguousarray(strip, ids.dtype.newbyteorder("=")),
        )


def _whole(ids: npt.NDArray[np.floating], argument: str) -> IntArray:
    with np.errstate(invalid="ignore"):  # what is no number, or too large, comes out as another
        whole = ids.astype(np.int64, order="C")
    if not (whole == ids).all():
        raise InputError(
            f"{argument}: expected whole numbers as ids, got fractions, non-finite numbers, or some beyond 2^63"
        )
    return whole


def _stored(background: int | None, dtype: np.dtype[Any]) -> np.uint64 | None:
    """Return the bits of the background as the scan sees them; None where no pixel can have it."""
    if background is None:
        return None
    if isinstance(background, bool | np.bool_) or not isinstance(background, int | np.integer):
        raise InputError(f"background: expected an integer, or None for no background, got {background!r}")
    label = int(background)
    bits = 64 if dtype.kind == "f" else 8 * dtype.itemsize
    is_unsigned = dtype.kind in "bu"
    low, high = (0, 2**bits) if is_unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1))
    return np.uint64(label % 2**bits) if low <= label < high else None


def _read(found: Values, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return labels in the type of the map, from bits as the scan sees them."""
    if dtype.kind == "f":
        return found.view(np.int64)
    bits = found.astype(f"u{dtype.itemsize}")
    return bits if dtype.kind == "b" else bits.view(dtype.newbyteorder("="))


def _scanned(strip: npt.NDArray[Any], y: int, background: np.uint64 | None) -> tuple[Runs, Values]:
    """Return the runs of a strip that begins at row y, and their labels' bits."""
    from annogeo.kernels.trace_scan import count_runs, scan_runs

    height, width = strip.shape
    flat = strip.reshape(-1).view(f"u{strip.itemsize}")
    left_out = np.uint64(0) if background is None else background
    room = flat.size // _PIXELS_PER_RUN + height + _SPARE
    found = -1
    while found < 0:
        runs, values = np.empty((room, 3), np.int32), np.empty(room, np.uint64)
        found = scan_runs(flat, width, y, left_out, background is None, runs, values)
        if found < 0:
            room = count_runs(flat, width) + _SPARE
    return runs[:found], values[:found]


def _numbered(values: Values) -> tuple[Values, npt.NDArray[np.int32]]:
    """Return the distinct values, and the number of each value among them."""
    from annogeo.kernels.trace_scan import number_labels

    numbers = np.empty(values.size, np.int32)
    size = _FIRST_TABLE
    while size <= _TABLE_PER_RUN * values.size + _FIRST_TABLE:
        labels = np.empty(size // 2, np.uint64)
        found = number_labels(values, np.full(size, -1, np.int32), labels, numbers)
        if found >= 0:
            return labels[:found], numbers
        size *= 16
    labels, inverse = np.unique(values, return_inverse=True)
    return labels, inverse.astype(np.int32)

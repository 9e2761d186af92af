"""`LabelRuns`: a label map as runs, in one pass over its pixels; what outlines, sizes and masks are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.masks.workspace import Workspace, workspace
from annogeo.rle import Rle

Runs = npt.NDArray[np.int32]
Values = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]

_SIDE_LIMIT = 2**31 - 1  # coordinates of runs are int32
_STRIP = 2**20  # pixels brought into order at a time, where a map is not stored row by row
_PIXELS_PER_RUN = 32  # what there is room for at first: label maps have fewer runs, noise has more
_PIXELS_PER_LABEL = 2**10  # the same
_LEAST_LABELS = 2**11
_GROWTH = 8
_SPARE = 64  # runs of room that the scan wants beyond the last one


@dataclass(frozen=True, slots=True, eq=False)
class LabelRuns:
    """The runs of a label map, label by label, without those of the background.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the map.
    labels : int (n,)
        The labels present, rising.
    runs : int32 (q, 3)
        y, x0, x1 in reading order, of each label in turn.
    bounds : int64 (n + 1,)
        Label k of `labels` has the runs ``bounds[k]:bounds[k + 1]``.
    """

    shape: tuple[int, int]
    labels: npt.NDArray[Any]
    runs: Runs
    bounds: IntArray


def label_masks(
    label_map: npt.ArrayLike, background: int | None, argument: str = "label_map"
) -> Iterator[tuple[int, Rle]]:
    """Yield each label of a map, rising, with its mask (arguments as of `label_runs`)."""
    with workspace() as room:
        found = label_runs(label_map, background, room, argument)
        for label, (start, stop) in zip(found.labels.tolist(), pairwise(found.bounds.tolist()), strict=True):
            yield label, Rle.from_rows(found.runs[start:stop], found.shape)


def label_runs(
    label_map: npt.ArrayLike, background: int | None, room: Workspace, argument: str = "label_map"
) -> LabelRuns:
    """Find the runs of a label map.

    Parameters
    ----------
    label_map : int (H, W)
        Booleans, integers of any kind, or floats that are whole numbers, in any memory order.
    background : int, optional
        The label to leave out; None: none.
    room : Workspace
        What the runs are kept in: they are lost when it is used again.
    argument : str
        What errors call the map.

    Raises
    ------
    InputError
        If it has not two dimensions, or holds anything but whole numbers.

    Examples
    --------
    >>> found = label_runs([[0, 7, 7], [3, 0, 7]], 0, Workspace())
    >>> found.labels.tolist(), found.runs.tolist()
    ([3, 7], [[1, 0, 1], [0, 1, 3], [1, 2, 3]])
    """
    ids = _two_dimensional(label_map, argument)
    scan = _Scan.of(ids, argument, _stored(background, ids.dtype), room)
    if scan is None:
        return _of_ranks(ids, background, room)
    labels = _read(scan.labels, ids.dtype)
    order = np.argsort(labels)
    height, width = ids.shape
    return LabelRuns((height, width), labels[order], *scan.by_label(order, room))


def _of_ranks(ids: npt.NDArray[Any], background: int | None, room: Workspace) -> LabelRuns:
    """Find the runs of a map whose labels no hash table takes: by sorting its pixels."""
    labels, ranks = np.unique(ids, return_inverse=True)
    rank = None if background is None else next(iter(np.flatnonzero(labels == background).tolist()), None)
    found = label_runs(ranks.reshape(ids.shape), rank, room)
    return replace(found, labels=labels[found.labels].astype(_label_type(ids.dtype)))


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
    if ids.flags.c_contiguous and ids.flags.aligned and ids.dtype.isnative and not is_float:
        yield 0, ids
        return
    height, width = ids.shape
    rows = max(1, _STRIP // width)
    for y in range(0, height, rows):
        strip = ids[y : y + rows]
        yield (
            y,
            _whole(strip, argument) if is_float else np.array(strip, ids.dtype.newbyteorder("="), order="C"),
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
    """Return labels from bits as the scan sees them."""
    kind = _label_type(dtype)
    return found.astype(f"u{kind.itemsize}").view(kind)


def _label_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of the labels of a map: that of the map, if those are integers."""
    return np.dtype({"f": np.int64, "b": np.uint8}.get(dtype.kind, dtype.newbyteorder("=")))


@dataclass(frozen=True, slots=True, eq=False)
class _Scan:
    """What the kernel `scan_labels` finds."""

    runs: Runs
    numbers: npt.NDArray[np.int32]
    labels: Values
    counts: IntArray

    @classmethod
    def of(
        cls, ids: npt.NDArray[Any], argument: str, background: np.uint64 | None, room: Workspace
    ) -> _Scan | None:
        """Scan a map, with more room until all fits; None if its labels collide."""
        from annogeo.kernels.trace_scan import COLLIDING, NO_ROOM

        runs = ids.size // _PIXELS_PER_RUN + ids.shape[0] + _SPARE
        labels = max(_LEAST_LABELS, 1 << (ids.size // _PIXELS_PER_LABEL).bit_length())
        while True:
            scan = cls(
                room.array("runs", (runs, 3), np.int32),
                room.array("numbers", (runs,), np.int32),
                room.array("labels", (labels,), np.uint64),
                room.array("counts", (labels,), np.int64),
            )
            found, known = scan._filled(_strips(ids, argument), background)
            if found >= 0:
                return cls(scan.runs[:found], scan.numbers[:found], scan.labels[:known], scan.counts[:known])
            if found == COLLIDING:
                return None
            if found == NO_ROOM:
                runs = min(_GROWTH * runs, ids.size + _SPARE)
            else:
                labels *= _GROWTH

    def _filled(
        self, strips: Iterator[tuple[int, npt.NDArray[Any]]], background: np.uint64 | None
    ) -> tuple[int, int]:
        from annogeo.kernels.trace_scan import scan_labels

        left_out = np.uint64(0) if background is None else background
        table = np.full(2 * self.labels.size, -1, np.int32)
        found = known = 0
        for y, strip in strips:
            flat = strip.reshape(-1).view(f"u{strip.itemsize}")
            flat.flags.writeable = False  # as pictures often come: one type to the compiler instead of two
            found, known = scan_labels(
                flat, strip.shape[1], y, left_out, background is None, found, known,
                self.runs, self.numbers, table, self.labels, self.counts,
            )  # fmt: skip
            if found < 0:
                break
        return found, known

    def by_label(self, order: npt.NDArray[np.intp], room: Workspace) -> tuple[Runs, IntArray]:
        """Return the runs label by label, and where each label's start."""
        from annogeo.kernels.trace_scan import sort_runs

        bounds = np.zeros(order.size + 1, np.int64)
        np.cumsum(self.counts[order], out=bounds[1:])
        if order.size < 2:
            return self.runs, bounds
        places = np.empty(order.size, np.int64)
        places[order] = bounds[:-1]
        by_label = room.array("by_label", self.runs.shape, np.int32)
        sort_runs(self.runs, self.numbers, places, by_label)
        return by_label, bounds

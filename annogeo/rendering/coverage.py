"""Soft edges: draw lists blended by the exact area that they cover of each pixel. Layer: rendering."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList
from annogeo.rendering.rules import fields, kernels

Array = npt.NDArray[Any]


def blend_coverage(
    image: Array, drawlist: DrawList, rgb: Array, steps: Array, source: Array | None = None
) -> None:
    """Blend a draw list's items onto a picture in place, weighing each pixel by the part of its area they cover.

    Parameters
    ----------
    image : uint8 or uint16, (H, W, 3) or (H, W, 4), C-contiguous, writable
        A fourth channel is straight alpha; it is blended too (source over).
    drawlist : DrawList
        n items; later ones lie on top. An item's operations are united, and composed once.
    rgb : int (n, 3)
        Per item, in the image's own range.
    steps : int64 (n,)
        Opacity per item in units of 2**-24, 0 .. 2**24.
    source : like `image`, C-contiguous, optional
        The picture below, where that is not `image` itself; `image` is then overwritten.

    Examples
    --------
    >>> image = np.zeros((1, 3, 3), np.uint8)
    >>> box = DrawList.from_boxes([[0.5, 0, 2, 1]])
    >>> blend_coverage(image, box, np.array([[200, 100, 50]]), np.array([2**24]))
    >>> image.tolist()
    [[[100, 50, 25], [200, 100, 50], [0, 0, 0]]]
    """
    height, width = image.shape[:2]
    address = 0
    if source is not None and (drawlist.op.size == 0 or np.may_share_memory(image, source)):
        image[...] = source
    elif source is not None:
        address = source.__array_interface__["data"][0]
    if image.size == 0 or drawlist.op.size == 0:
        return
    runs, pixels, seen = scan_soft(drawlist, height, width)
    wide, real = (np.uint32, np.float32) if image.itemsize == 1 else (np.uint64, np.float64)
    n = len(steps)
    kernels("coverage_blend").blend_coverage(
        image.reshape(-1),
        address,
        *image.shape,
        runs,
        pixels,
        seen,
        rgb.astype(wide),
        steps,
        np.empty((n, kernels("_blending").PATTERN), wide),
        np.empty(4 * n, real),
        np.zeros(height + 2, np.int64),
        np.empty(len(runs), np.int64),
        np.zeros(height + 2, np.int64),
        np.empty(len(seen), np.int64),
        np.ones(width, real),
        np.zeros(4 * width, real),
        np.empty(width + 1, np.int64),
    )


def scan_soft(drawlist: DrawList, height: int, width: int) -> tuple[Array, ...]:
    """Find out what is seen of each item; arrays as of the kernel `scan_coverage`, good until the next call.

    Examples
    --------
    >>> runs, pixels, seen = scan_soft(DrawList.from_boxes([[0.5, 0, 2, 1]]), 1, 3)
    >>> runs.tolist(), pixels[:, 0].tolist()
    ([[0, 1, 2, 0]], [0])
    """
    item = drawlist.item
    found: tuple[Array, ...] = ()
    if drawlist.only_fills and (item[1:] != item[:-1]).all():
        found = _scan_fills(drawlist, height, width)
    return found or _scan_any(drawlist, height, width)


def _scan_any(drawlist: DrawList, height: int, width: int) -> tuple[Array, ...]:
    """Do `scan_soft` for any draw list."""
    areas = _areas(drawlist, height, width)
    scratch = _scratch(height, width)
    room = _KEPT.found or _room(4096)
    _KEPT.scratch = ()  # not clean if memory runs out
    found = kernels("coverage").scan_coverage(*areas, drawlist.runs, height, width, *scratch, *room)
    _keep(scratch, height, width)
    return _result(found, scratch)


def _scan_fills(drawlist: DrawList, height: int, width: int) -> tuple[Array, ...]:
    """Do `scan_soft` for fills whose rings are known not to meet; nothing for others."""
    kernel = kernels("coverage_fills")
    fills = (drawlist.xy, drawlist.ring_offsets, drawlist.shape_offsets, drawlist.item)
    found = _KEPT.found or _room(4096)
    while True:
        scratch = _scratch(height, width)
        done = kernel.scan_fills(*fills, height, width, *scratch, *found)
        if done != kernel.NO_ROOM:
            break
        _KEPT.scratch = ()  # it is not clean
        found = _room(2 * max(len(found[0]), width))
    return _result(found, scratch) if done == kernel.DONE else ()


def _result(found: tuple[Array, ...], scratch: tuple[Array, ...]) -> tuple[Array, ...]:
    """Cut tables to the result's length, and keep them for the next one."""
    if sum(table.nbytes for table in found) <= MOST_KEPT:
        _KEPT.found = found
    counts = scratch[-1][kernels("coverage_claims").N_RUNS :].tolist()
    return tuple(table[:n] for table, n in zip(found, counts, strict=True))


def _room(size: int) -> tuple[Array, ...]:
    """Make room for so many runs, and pixels in proportion."""
    return np.empty((size, 4), np.int32), np.empty((4 * size, 2), np.int32), np.empty((size, 4), np.int32)


class _Kept(threading.local):
    """Memory that each thread keeps: fresh memory is handed out page by page, which takes longer."""

    scratch: tuple[Array, ...] = ()
    size: tuple[int, int] = (0, 0)
    found: tuple[Array, ...] = ()


_KEPT = _Kept()
MOST_KEPT = 2**22
"""Bytes."""
MOST_WORDS = 2**9
"""Words of 64 cells; taller shapes are done in bands. So many are 256 KiB, which stay in the caches."""


def _scratch(height: int, width: int) -> tuple[Array, ...]:
    """Return `scan_fills`' scratch, kept from the last picture if that had the same size."""
    if _KEPT.scratch and _KEPT.size == (height, width):
        return _KEPT.scratch
    row = (width + 127) >> 6
    words = max(min(MOST_WORDS, height * (row + 1)), row + 1)
    scratch = (
        np.zeros(kernels("coverage_cells").ROOM * words, np.int32),
        np.zeros(words, np.uint64),
        np.zeros(words, np.int64),
        np.empty(2 * height * row, np.uint64),
        np.empty((8, kernels("coverage_simple").MOST_EDGES), np.int32),
        np.empty((4, 3)),
        np.empty(width + 2, np.int64),
        np.zeros(kernels("coverage_claims").TALLY, np.int64),
    )
    _keep(scratch, height, width)
    return scratch


def _keep(scratch: tuple[Array, ...], height: int, width: int) -> None:
    """Keep clean scratch for the next picture."""
    if scratch[3].nbytes <= MOST_KEPT:
        _KEPT.scratch, _KEPT.size = scratch, (height, width)


def _areas(drawlist: DrawList, height: int, width: int) -> tuple[Array, ...]:
    """Give a draw list as rings, groups of rings and areas; one fill an item, as in most lists, is that already."""
    item = drawlist.item
    if drawlist.only_fills and (item[1:] != item[:-1]).all():
        areas = np.zeros((3, item.size + 1), np.int64)
        areas[0, :-1] = item
        areas[1] = np.arange(item.size + 1)
        kinds = np.zeros(item.size, np.uint8)
        return drawlist.xy, drawlist.ring_offsets, drawlist.shape_offsets, areas, kinds
    points, starts, groups, areas, kinds = kernels("coverage_tracing").trace_rings(
        *fields(drawlist)[:-1], height, width
    )
    return points, starts, groups, np.ascontiguousarray(areas), kinds

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
    runs, pixels, seen = _scan(drawlist, height, width)
    wide, real = (np.uint32, np.float32) if image.itemsize == 1 else (np.uint64, np.float64)
    kernels("coverage_blend").blend_coverage(
        image,
        address,
        runs,
        pixels,
        seen,
        rgb.astype(wide),
        steps,
        np.ones(width, real),
        np.zeros(4 * width, real),
    )


def _scan(drawlist: DrawList, height: int, width: int) -> tuple[Array, ...]:
    """Find out what is seen of each item; arrays as of the kernel `scan_coverage`."""
    item = drawlist.item
    if drawlist.only_fills and (item[1:] != item[:-1]).all():
        scratch = _scratch(height, width)
        counts, *found = kernels("coverage_fills").scan_fills(
            drawlist.xy, drawlist.ring_offsets, drawlist.shape_offsets, item, height, width, *scratch
        )
        if sum(table.nbytes for table in found) <= MOST_KEPT:
            _KEPT.scratch = (*scratch[:3], *found)
        if counts[3]:
            return tuple(table[:n] for table, n in zip(found, counts.tolist(), strict=False))
    seen: tuple[Array, ...] = kernels("coverage").scan_coverage(
        *_areas(drawlist, height, width), drawlist.runs, height, width
    )
    return seen


class _Kept(threading.local):
    """Memory that each thread keeps: fresh memory is handed out page by page, which takes longer."""

    scratch: tuple[Array, ...] = ()


_KEPT = _Kept()
MOST_KEPT = 2**22
"""Bytes of results that are kept room for."""
MOST_WORDS = 2**9
"""Words of 64 cells; taller shapes are done in bands. So many are 256 KiB, which stay in the caches."""


def _scratch(height: int, width: int) -> tuple[Array, ...]:
    """Return `scan_fills`' scratch: clean cells, their bits and rows, and room for results."""
    row = ((width + 127) >> 6) + 1
    words = max(min(MOST_WORDS, height * row), row)
    if not _KEPT.scratch or _KEPT.scratch[1].size < words:
        _KEPT.scratch = (
            np.zeros(128 * words, np.int32),
            np.zeros(words, np.uint64),
            np.zeros(words, np.int64),
            np.empty((4096, 4), np.int32),
            np.empty((16384, 2), np.int32),
            np.empty((4096, 4), np.int32),
        )
    return _KEPT.scratch


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

"""Loops over the bytes of inflated PNG rows: the alpha of a mask as edges, without building the picture.

`raw` is what stands in the compressed stream: per row a filter byte, then 4 * width bytes RGBA. Filters work per
channel, so only alpha is un-filtered. Nothing is checked here but the filter bytes (see annogeo.png).
Slow twins: tests/naive/png.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit

Bytes = npt.NDArray[np.uint8]
Int = Any  # int64, or int where the kernels run as Python

BAD_FILTER = -1
_BLOCK = 64  # pixels compared at a time


@jit
def _unfilter(kind: Int, raw: Int, left: Int, above: Int, corner: Int) -> Int:
    """Undo one filter for one byte (PNG specification, section 9)."""
    if kind == 0:
        return raw
    if kind == 1:
        return (raw + left) & 255
    if kind == 2:
        return (raw + above) & 255
    if kind == 3:
        return (raw + ((left + above) >> 1)) & 255
    to_left = abs(above - corner)
    to_above = abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return (raw + left) & 255
    if to_above <= to_corner:
        return (raw + above) & 255
    return (raw + corner) & 255


@jit
def _same_until(raw: Bytes, place: Int, end: Int) -> Int:
    """Return the first of `place`, `place` + 4 ... below `end` whose byte differs from raw[place], else `end`."""
    value = raw[place]
    i = np.uint64(place)
    block = np.uint64(4 * _BLOCK)
    stop = np.uint64(end)
    while i + block <= stop:
        different = np.uint8(0)
        for k in range(np.uint64(0), block, np.uint64(4)):
            different |= raw[i + k] ^ value
        if different != 0:
            break
        i += block
    while i < stop and raw[i] == value:
        i += np.uint64(4)
    return min(np.int64(i), end)


@jit
def alpha_edges(raw: Bytes, width: int, height: int, edges: npt.NDArray[np.int64]) -> tuple[int, int]:
    """Write the edges (see annogeo.rle) of the pixels with alpha > 127.

    Rows are handled as runs of equal alpha: where the row above and the filtered bytes stay the same, a pixel that
    comes out equal to its left neighbour is followed by equal ones, whatever the filter. So the cost is one comparison
    per pixel.

    Returns
    -------
    (int, int)
        Edges written and rows done: fewer than `height` when `edges` was too short for the next row
        (which may need ``width + 1``), `BAD_FILTER` when a row has a filter that does not exist.
    """
    above_end = np.zeros(width + 1, np.int64)
    above_value = np.zeros(width + 1, np.int64)
    row_end = np.zeros(width + 1, np.int64)
    row_value = np.zeros(width + 1, np.int64)
    above_end[0] = width
    found = 0
    inside = False
    for y in range(height):
        if found + width + 1 > edges.size:
            return found, y
        kind = np.int64(raw[y * (4 * width + 1)])
        if kind > 4:
            return found, BAD_FILTER
        alpha = y * (4 * width + 1) + 4
        left = np.int64(0)
        corner = np.int64(0)
        value = np.int64(0)
        n = 0
        k = 0
        x = 0
        while x < width:
            while above_end[k] <= x:
                k += 1
            end = above_end[k]
            above = above_value[k]
            byte = np.int64(raw[alpha + 4 * x])
            value = _unfilter(kind, byte, left, above, corner)
            if (value > 127) != inside:
                edges[found] = y * width + x
                found += 1
                inside = not inside
            if n > 0 and row_value[n - 1] == value:
                n -= 1
            row_value[n] = value
            if x + 1 < end and _unfilter(kind, byte, value, above, above) == value:
                x = (_same_until(raw, alpha + 4 * x, alpha + 4 * end) - alpha) >> 2
            else:
                x += 1
            row_end[n] = x
            n += 1
            left = value
            corner = above
        above_end, row_end = row_end, above_end
        above_value, row_value = row_value, above_value
    if inside:
        edges[found] = height * width
        found += 1
    return found, height


@jit
def pixel_color(raw: Bytes, width: int, y: int, x: int, rgb: Bytes) -> None:
    """Un-filter one pixel's red, green and blue into `rgb`.

    Only columns up to `x` are needed, from the last row on that does not refer to the one above it; rows that are zero
    as the one above was are passed.
    """
    first = y
    while first > 0 and raw[first * (4 * width + 1)] > 1:
        first -= 1
    row = np.zeros(4 * x + 8, np.uint8)  # four bytes of border on the left
    blank = True
    for j in range(first, y + 1):
        start = j * (4 * width + 1)
        kind = np.int64(raw[start])
        used = np.uint8(0)
        for i in range(start + 1, start + 4 * x + 5):
            used |= raw[i]
        if used == 0 and blank:
            continue
        blank = False
        for channel in range(4):
            left = np.int64(0)
            corner = np.int64(0)
            for i in range(channel, 4 * x + 4, 4):
                above = np.int64(row[i])
                left = _unfilter(kind, np.int64(raw[start + 1 + i]), left, above, corner)
                corner = above
                row[i] = left
    rgb[0] = row[4 * x]
    rgb[1] = row[4 * x + 1]
    rgb[2] = row[4 * x + 2]

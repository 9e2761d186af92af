"""Zlib streams of RGBA rows to the edges of a mask: unpacked a few rows at a time, never a picture.

Per row a filter byte stands before 4 * width bytes RGBA. Filters work per channel, so only alpha is un-filtered.
Slow twins: tests/naive/png.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._bytes import copy_32, load_word, product, unlike
from annogeo.kernels._jit import inlined, jit, leaf
from annogeo.kernels._lanes import lowest_bit
from annogeo.kernels.inflate import (
    COUNT,
    CUT,
    DAMAGED,
    DONE,
    HISTORY,
    MORE,
    OUT,
    PLACE,
    SLACK,
    SPARE,
    unpack,
)
from annogeo.kernels.png_filters import unfilter

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Int = Any  # int64, or int where the kernels run as Python

# How decoding ends, beside DAMAGED and CUT.
READ, BAD_FILTER, BAD_CHECKSUM, NO_ROOM = 0, -3, -4, -5
# Where `report` says what; the color is -1 where more than one row would have to be looked at for it.
EDGES, BYTES, RED, SUMS = 0, 1, 2, 5
REPORT_SIZE = 7

_ADLER = 65521
_EVEN, _SUM, _RISING = (
    np.uint64(0x00FF00FF00FF00FF),
    np.uint64(0x0001000100010001),
    np.uint64(0x0000000100020003),
)
_ALPHA = np.uint64(0x1111111111111111)  # in 64 bytes from an alpha on


@inlined
def _same_until(raw, place, end):  # type: ignore[no-untyped-def]
    """Return the first of `place`, `place` + 4 ... below `end` whose byte differs from raw[place], else `end`."""
    value = raw[place]
    while place < end:
        word = unlike(raw, place, value) & _ALPHA
        if word != 0:
            return min(place + lowest_bit(word), end)
        place += 64
    return end


@inlined
def _sum_row(raw, start, length, behind, sums):  # type: ignore[no-untyped-def]
    """Add a row of `length` bytes, with `behind` more of the picture after it, to the sums of Adler-32.

    Zeros add nothing, and what is not zero is taken 8 bytes at a time, summed within a word. Returns whether all but
    the first byte are zero.
    """
    others = np.uint64(0)
    for block in range(0, length, 64):
        word = unlike(raw, start + block, np.uint8(0))
        if length - block < 64:
            word &= (np.uint64(1) << np.uint64(length - block)) - np.uint64(1)
        others |= word >> np.uint64(block == 0)
        while word != 0:
            k = lowest_bit(word) & -8
            word &= ~(np.uint64(255) << np.uint64(k))
            eight = load_word(raw, start + block + k)
            if length - block - k < 8:
                eight &= (np.uint64(1) << np.uint64(8 * (length - block - k))) - np.uint64(1)
            odd = (eight >> np.uint64(8)) & _EVEN
            pairs = (eight & _EVEN) + odd
            total = np.int64(product(pairs, _SUM) >> np.uint64(48))
            # each byte times its place in the eight
            weighted = np.int64((product(pairs, _RISING) >> np.uint64(47)) & ~np.uint64(1)) + np.int64(
                product(odd, _SUM) >> np.uint64(48)
            )
            sums[0] += total
            sums[1] += total * ((length - block - k + behind) % _ADLER) - weighted
    sums[0] %= _ADLER
    sums[1] %= _ADLER
    return others == 0


@leaf
def _alpha_row(
    raw: Bytes, start: Int, width: Int, ends: Numbers, values: Numbers, row_ends: Numbers, row_values: Numbers
) -> None:
    """Un-filter a row's alpha, as runs: from those of the row above, `ends` and `values`, into the other two.

    Where the row above and the filtered bytes stay the same, a pixel that comes out equal to its left neighbour is
    followed by equal ones, whatever the filter. So the cost is one comparison per 16 pixels. The filter 'sub' is
    simpler still.
    """
    kind = np.int64(raw[start])
    alpha = start + 4
    left = np.int64(0)
    corner = np.int64(0)
    n = np.int64(0)
    k = np.int64(0)
    x = np.int64(0)
    if kind == 1:  # changes only where a byte is not zero
        for block in range(0, 4 * width, 64):
            word = unlike(raw, alpha + block, np.uint8(0)) & _ALPHA
            while word != 0:
                x = np.int64((block + lowest_bit(word)) >> 2)
                word &= word - np.uint64(1)
                if x < width:  # else it is of the next row
                    row_ends[n], row_values[n] = x, left
                    n += np.int64(x > 0)
                    left = (left + np.int64(raw[alpha + 4 * x])) & 255
        row_ends[n], row_values[n] = width, left
        return
    while x < width:
        while ends[k] <= x:
            k += 1
        above = values[k]
        byte = np.int64(raw[alpha + 4 * x])
        value = unfilter(kind, byte, left, above, corner)
        if n > 0 and row_values[n - 1] == value:
            n -= 1
        row_values[n] = value
        if kind == 3:
            stays = (byte + ((value + above) >> 1)) & 255 == value
        else:
            stays = byte == 0 or kind == 0 or kind == 2
        if stays and x + 1 < ends[k]:
            x = (_same_until(raw, alpha + 4 * x, alpha + 4 * ends[k]) - alpha) >> 2
        else:
            x += 1
        row_ends[n] = x
        n += 1
        left = value
        corner = above


@leaf
def _put_edges(ends: Numbers, values: Numbers, y: Int, width: Int, edges: Numbers, found: Int) -> Int:
    """Add the edges of a row of runs; return how many there are then."""
    x = np.int64(0)
    k = np.int64(0)
    while x < width:
        if (values[k] > 127) != (found & 1 == 1):
            edges[found] = y * width + x
            found += 1
        x = ends[k]
        k += 1
    return found


@inlined
def _color_at(raw, start, x, report):  # type: ignore[no-untyped-def]
    """Un-filter red, green and blue at `x` of a row below nothing but zeros."""
    kind = raw[start]
    # what the filters make of the byte to the left when those above are zero: all of it, half of it, or nothing
    shift = 0 if kind == 1 or kind == 4 else 1 if kind == 3 else 8
    for channel in range(3):
        left = np.int64(0)
        for i in range(start + 1 + channel, start + 4 * x + 5, 4):
            left = (np.int64(raw[i]) + (left >> shift)) & 255
        report[RED + channel] = left


@inlined
def _drop_read(raw, row, state):  # type: ignore[no-untyped-def]
    """Move to the front of the buffer what is still needed: from `row` on, and the history; return where `row` is."""
    drop = min(row, state[OUT] - HISTORY)
    if drop < 32:
        return row
    for k in range(drop, state[OUT], 32):
        copy_32(raw, k - drop, k)
    state[OUT] -= drop
    return row - drop


@inlined
def _has_checksum(stream, state, sums):  # type: ignore[no-untyped-def]
    """Whether the checksum behind the last block is right; one that is cut off is."""
    place = state[PLACE] - (state[COUNT] >> 3)
    if place + 4 > stream.size - SPARE:
        return True
    checksum = np.int64(0)
    for k in range(4):
        checksum = checksum << 8 | np.int64(stream[place + k])
    return checksum == sums[1] << 16 | sums[0]


@jit
def decode_alpha(
    stream: Bytes,
    width: int,
    height: int,
    raw: Bytes,
    tables: npt.NDArray[np.int32],
    runs: Numbers,
    state: Numbers,
    edges: Numbers,
    report: Numbers,
) -> int:
    """Unpack a picture and write the edges (see annogeo.rle) of the pixels with alpha > 127.

    Parameters
    ----------
    stream : uint8 (n,)
        A zlib stream without its first two bytes, and `SPARE` zeros.
    raw : uint8 (m,)
        Buffer, at least ``HISTORY + 4 * width + 1 + SLACK`` and some more.
    tables : int32 (TABLES_SIZE,)
        Scratch.
    runs : int64 (4 * (width + 1),)
        Scratch.
    state : int64 (STATE_SIZE,)
        Zeros.
    edges : int64 (k,)
        Output; positions are strictly rising.
    report : int64 (REPORT_SIZE,)
        Output: edges written, bytes unpacked, the color of the first pixel inside; and scratch.

    Returns
    -------
    int
        `READ`, or what is wrong: `DAMAGED`, `CUT` (the stream ends too early), `BAD_FILTER`, `BAD_CHECKSUM`, `NO_ROOM`
        (for edges).
    """
    sums = report[SUMS:]
    sums[0] = 1
    length = 4 * width + 1
    sums[1] = (height * length) % _ADLER
    above_ends, above_values = runs[: width + 1], runs[width + 1 : 2 * width + 2]
    row_ends, row_values = runs[2 * width + 2 : 3 * width + 3], runs[3 * width + 3 : 4 * width + 4]
    above_ends[0] = width
    above_values[0] = 0
    report[RED] = -1
    found = np.int64(0)
    row = np.int64(0)
    blank = True
    status = np.int64(MORE)
    y = np.int64(0)
    while y < height:
        row = _drop_read(raw, row, state)
        wanted = row + (height - y) * length
        # one byte more than there should be, to see the end of the stream
        status = unpack(stream, raw, min(wanted + 1, np.int64(raw.size - SLACK)), tables, state)
        if status == DAMAGED or (status == CUT and state[OUT] < wanted):
            report[BYTES] = y * length + state[OUT] - row
            return status  # type: ignore[no-any-return]
        while y < height and row + length <= state[OUT]:
            if found + width + 1 > edges.size:
                return NO_ROOM
            kind = raw[row]
            if kind > 4:
                return BAD_FILTER
            zeros = _sum_row(raw, row, length, (height - 1 - y) * length, sums)
            if zeros and kind < 2:
                above_ends[0] = width
                above_values[0] = 0
            elif not zeros or kind == 3:
                _alpha_row(raw, row, width, above_ends, above_values, row_ends, row_values)
                above_ends, row_ends = row_ends, above_ends
                above_values, row_values = row_values, above_values
            before = found
            found = _put_edges(above_ends, above_values, y, width, edges, found)
            if before == 0 and found > 0 and blank:
                _color_at(raw, row, edges[0] - y * width, report)
            blank = blank and zeros
            row += length
            y += 1
        if status == DONE and y < height:
            report[BYTES] = y * length + state[OUT] - row
            return CUT
    if found & 1 == 1:
        edges[found] = height * width
        found += 1
    report[EDGES] = found
    # what goes on behind the picture, or is cut off there, has no checksum that could be looked at
    if status == DONE and state[OUT] == row and not _has_checksum(stream, state, sums):
        return BAD_CHECKSUM
    return READ


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
        used = 0
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
                left = unfilter(kind, np.int64(raw[start + 1 + i]), left, above, corner)
                corner = above
                row[i] = left
    rgb[0] = row[4 * x]
    rgb[1] = row[4 * x + 1]
    rgb[2] = row[4 * x + 2]

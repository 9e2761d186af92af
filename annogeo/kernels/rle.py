"""Loops over edges: the sorted positions at which a mask, read row by row, changes between outside and inside.

Position p is pixel (p // w, p % w); the mask of `edges` is inside on [edges[0], edges[1]), [edges[2], edges[3]) ...,
so a run may pass the end of a row. All positions and results are int64 unless said otherwise; nothing is checked here
(see annogeo.rle). Slow twins: tests/naive/rle.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit
from annogeo.kernels._lanes import ONE, changes_64, fill_run, lowest_bit

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

# Which combinations of (in a, in b) are inside: bit 2 * in_a + in_b.
OR, AND, XOR, SUBTRACT = 0b1110, 0b1000, 0b0110, 0b0100

STRING_OK, STRING_BAD_CHARACTER, STRING_CUT, STRING_TOO_LARGE = 0, 1, 2, 3


@jit
def find_edges(pixels: Bytes, edges: Positions) -> Any:
    """Write the positions where `pixels` changes; return how many there are (which may be more than fit).

    Each pixel is compared with the one before it, 64 at a time.

    Parameters
    ----------
    pixels : uint8 (n,)
        0 or 1.
    edges : int64 (m,)
        Output; what does not fit is only counted.
    """
    n = np.uint64(pixels.size)
    room = np.uint64(edges.size)
    found = np.uint64(0)
    if n > 0 and pixels[0]:
        if room > 0:
            edges[0] = 0
        found = np.uint64(1)
    i = np.uint64(1)
    while i + np.uint64(64) <= n:
        word = changes_64(pixels, i)
        while word != 0:
            if found < room:
                edges[found] = np.int64(i) + lowest_bit(word)
            found += np.uint64(1)
            word &= word - ONE
        i += np.uint64(64)
    while i < n:
        if pixels[i] != pixels[i - np.uint64(1)]:
            if found < room:
                edges[found] = i
            found += np.uint64(1)
        i += np.uint64(1)
    if found & ONE:  # the last run reaches the end
        if found < room:
            edges[found] = n
        found += np.uint64(1)
    return np.int64(found)


@jit
def paint_edges(edges: Positions, flat: npt.NDArray[Any], value: Any) -> None:
    """Write `value` into the inside of `edges`; `flat` is uint8, uint16, uint32 or uint64 (n,), `value` of its kind."""
    for k in range(edges.size // 2):
        fill_run(flat, edges[2 * k], edges[2 * k + 1], value)


@jit
def box_of_edges(edges: Positions, width: int) -> Any:
    """Return left, top, right, bottom of a mask that is not empty, right and bottom excluded."""
    left, right = np.int64(width), np.int64(0)
    row_start = np.int64(0)
    for k in range(edges.size // 2):
        start, end = edges[2 * k], edges[2 * k + 1]
        if start - row_start >= width:
            row_start = start // width * width
        if end - row_start > width:  # passes the end of a row, so both borders are touched
            left, right = np.int64(0), np.int64(width)
            break
        left, right = min(left, start - row_start), max(right, end - row_start)
    return left, edges[0] // width, right, (edges[-1] - 1) // width + 1


@jit
def cut_rows(edges: Positions, width: int, rows: npt.NDArray[np.int32]) -> int:
    """Cut runs at row ends: write (y, x0, x1) to `rows`, int32 (q, 3); return how many."""
    found = 0
    y = 0
    row_start = 0
    for k in range(edges.size // 2):
        start = edges[2 * k]
        end = edges[2 * k + 1]
        if start - row_start >= width:
            y = start // width
            row_start = y * width
        while end - row_start > width:
            rows[found, 0] = y
            rows[found, 1] = start - row_start
            rows[found, 2] = width
            found += 1
            y += 1
            row_start += width
            start = row_start
        rows[found, 0] = y
        rows[found, 1] = start - row_start
        rows[found, 2] = end - row_start
        found += 1
    return found


@jit
def join_rows(rows: npt.NDArray[np.int32], height: int, width: int, edges: Positions) -> int:
    """Write the edges of sorted rows (y, x0, x1), int32 (q, 3), none empty; return how many, -1 for other rows.

    `edges` holds two positions per row.
    """
    found = 0
    last = np.int64(0)
    for k in range(rows.shape[0]):
        y, x0, x1 = np.int64(rows[k, 0]), np.int64(rows[k, 1]), np.int64(rows[k, 2])
        start = y * width + x0
        if y < 0 or y >= height or x0 < 0 or x0 >= x1 or x1 > width or start < last:
            return -1
        if found == 0 or start > last:
            edges[found] = start
            found += 2
        last = y * width + x1
        edges[found - 1] = last
    return found


@jit
def join_spans(item, y, x0, x1, width, edges, offsets):  # type: ignore[no-untyped-def]
    """Write the edges of each item's spans, sorted by item, y, x0; they may overlap.

    Parameters
    ----------
    item, y, x0, x1 : int32 (n,)
        Half-open, none empty.
    width : int
    edges : int64 (2n,)
        Output.
    offsets : int64 (n_items + 1,)
        Output: item i has ``edges[offsets[i]:offsets[i + 1]]``.
    """
    found = 0
    owner = 0
    for k in range(item.size):
        while owner < item[k]:
            owner += 1
            offsets[owner] = found
        row = np.int64(y[k]) * width
        start, end = row + x0[k], row + x1[k]
        if found > offsets[owner] and start <= edges[found - 1]:
            edges[found - 1] = max(edges[found - 1], end)
        else:
            edges[found] = start
            edges[found + 1] = end
            found += 2
    offsets[owner + 1 :] = found


@jit
def merge_edges(a: Positions, b: Positions, table: int, merged: Positions) -> int:
    """Combine two masks by a truth table (`OR`, `AND` ...); return how many edges were written.

    Linear. `merged` holds at least ``a.size + b.size``; it may be neither `a` nor `b`.
    """
    i = 0
    j = 0
    found = 0
    inside = 0
    while i < a.size or j < b.size:
        if j == b.size or (i < a.size and a[i] <= b[j]):
            position = a[i]
        else:
            position = b[j]
        if i < a.size and a[i] == position:
            i += 1
        if j < b.size and b[j] == position:
            j += 1
        now = (table >> (2 * (i & 1) + (j & 1))) & 1
        if now != inside:
            merged[found] = position
            found += 1
            inside = now
    return found


@jit
def column_changes(edges: Positions, height: int, width: int, before: Positions, changes: Positions) -> int:
    """Write the edges of the pixels that differ from their predecessor down the columns; return how many.

    The pixel before (y, x) is (y - 1, x), and before (0, x) the last one of the column before. `before` is scratch of
    twice as many positions as `edges`, `changes` holds three times as many.
    """
    n = edges.size
    end = height * width
    for k in range(n):
        before[k] = min(max(edges[k] - (end - width) + 1, 1), width)
        before[n + k] = min(edges[k] + width, end)
    return merge_edges(edges, before[: cancel_pairs(before[: 2 * n])], XOR, changes)


@jit
def transpose_changes(changes: Positions, width: int, height: int, edges: Positions) -> None:
    """Write, unsorted, the positions ``x * height + y`` of the pixels (y, x) inside `changes`.

    `changes` holds the pixels that differ from their predecessor down the columns: the edges of the transposed mask.
    """
    found = 0
    for k in range(changes.size // 2):
        y = changes[2 * k] // width
        x = changes[2 * k] - y * width
        for _ in range(changes[2 * k], changes[2 * k + 1]):
            edges[found] = x * height + y
            found += 1
            x += 1
            if x == width:
                x = 0
                y += 1


@jit
def cancel_pairs(edges: Positions) -> int:
    """Drop pairs of equal neighbours from sorted positions, in place; return how many stay.

    Two changes at one place are none.
    """
    kept = 0
    for k in range(edges.size):
        if kept > 0 and edges[kept - 1] == edges[k]:
            kept -= 1
        else:
            edges[kept] = edges[k]
            kept += 1
    return kept


@jit
def decode_counts(text: Bytes, counts: Positions) -> tuple[int, int, int]:
    """Read the run lengths of a COCO string; return (how many, a ``STRING_`` status, where it failed).

    Each number is little-endian in groups of five bits (bit 5: more follows, bit 4 of the last: sign), characters
    start at '0', and from the fourth number on the difference to the one two before stands there (COCO API, maskApi.c).

    Parameters
    ----------
    text : uint8 (n,)
    counts : int64 (n,)
        Output.
    """
    found = 0
    i = 0
    while i < text.size:
        value = np.int64(0)
        shift = 0
        more = True
        while more:
            if i == text.size:
                return found, STRING_CUT, i
            group = np.int64(text[i]) - 48
            if group < 0 or group > 63:
                return found, STRING_BAD_CHARACTER, i
            if shift > 60 or (shift == 60 and 3 < (group & 31) < 28):  # beyond +-2^62
                return found, STRING_TOO_LARGE, i
            value |= (group & 31) << shift
            shift += 5
            more = (group & 32) != 0
            i += 1
            if not more and (group & 16) != 0 and shift < 64:
                value |= np.int64(-1) << shift
        if found > 2:
            value += counts[found - 2]
            if value > 1 << 62 or value < -(1 << 62):
                return found, STRING_TOO_LARGE, i
        counts[found] = value
        found += 1
    return found, STRING_OK, i


@jit
def encode_counts(counts: Positions, text: Bytes) -> int:
    """Write run lengths as a COCO string (see `decode_counts`); return its length. `text` holds 13 bytes per count."""
    length = 0
    for k in range(counts.size):
        value = counts[k]
        if k > 2:
            value -= counts[k - 2]
        more = True
        while more:
            group = value & 31
            value >>= 5
            more = value != (-1 if group & 16 else 0)
            text[length] = np.uint8(48 + group + (32 if more else 0))
            length += 1
    return length

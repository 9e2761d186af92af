"""Edges of masks read row by row, turned into those read column by column, and written as COCO strings; many at once.

Turning is the same both ways: what goes in is read along lines of `width` pixels, what comes out along lines of
`height`. Slow twins: tests/naive/rle.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any

import numpy as np

from annogeo.kernels._bytes import store_word
from annogeo.kernels._jit import inlined, inner, jit, leaf
from annogeo.kernels.mask_strings import decode_strings
from annogeo.kernels.rle import cancel_pairs, column_changes

WIDEST = 1 << 16  # pixels in a line that goes in: one counter each
LARGEST = 1 << 39  # pixels of a mask whose counts fit eight characters each

_ZEROS = np.uint64(0x3030303030303030)
_MORE = np.uint64(0x2020202020202020)


@jit
def turn_edges(edges: Any, offsets: Any, height: Any, width: Any, most: Any) -> Any:
    """Turn masks over their diagonal.

    Parameters
    ----------
    edges : int64 (q,)
        Of all masks, one behind the other; strictly rising in each.
    offsets : int64 (n + 1,)
        Mask i has ``edges[offsets[i]:offsets[i + 1]]``.
    height, width : int
        Lines that go in and pixels in each, at most `WIDEST`.
    most : int
        Edges that may come out.

    Returns
    -------
    edges : int64 (q,), offsets : int64 (n + 1,)
        Of the turned masks.
    failed : int
        The edges of the mask that takes too many, else 0.

    Notes
    -----
    A mask's edges, merged with themselves one line further on, are where pixels differ from the ones before them
    across the lines; each of these pixels is an edge of the turned mask, and a counting sort by columns puts them in
    order. Time: edges that go in and come out, and columns between them.
    """
    n_masks = offsets.size - 1
    longest = np.int64(0)
    for i in range(n_masks):
        longest = max(longest, offsets[i + 1] - offsets[i])
    turned = _room(2 * edges.size + 64)
    ends = _room(n_masks + 1)
    changes = _room(3 * longest)
    before = _room(2 * longest)
    counts = _room(width)
    counts[:] = 0
    ends[0] = 0
    n = np.int64(0)
    for i in range(n_masks):
        a, b = offsets[i], offsets[i + 1]
        if a < b:
            if edges[b - 1] <= (height - 1) * width:
                found = _merge_shifted(edges, a, b, width, changes)
            else:
                found = column_changes(edges[a:b], height, width, before, changes)
            total, left, right = _count(changes, found, width, counts)
            is_closed = edges[b - 1] == height * width
            if total + 1 > most:
                return turned[:n], ends, total
            if n + total + 1 > turned.size:
                larger = _room(2 * (n + total + 1))
                for k in range(n):
                    larger[k] = turned[k]
                turned = larger
            _place(changes, found, height, width, counts, left, right, turned[n : n + total])
            n += total
            if is_closed:
                turned[n] = height * width
                n += 1
        ends[i + 1] = n
    return turned[:n], ends, np.int64(0)


@inner
def _room(n):
    return np.empty(n, np.int64)


@leaf
def _merge_shifted(edges, a, b, width, changes):
    """Write the positions that are either edges [a, b) or edges plus `width`, but not both; returns how many."""
    found = 0
    i, j = a, a
    while i < b:
        here = edges[np.uint64(i)]
        above = edges[np.uint64(j)] + width
        changes[np.uint64(found)] = min(here, above)
        found += np.int64(here != above)
        i += np.int64(here <= above)
        j += np.int64(above <= here)
    while j < b:
        changes[found] = edges[j] + width
        found += 1
        j += 1
    return found


@leaf
def _count(changes, found, width, counts):
    """Count the pixels inside `changes` in each column; returns how many, and the first and last column, excluded."""
    total = np.int64(0)
    left, right = np.int64(width), np.int64(0)
    row = np.int64(0)
    for k in range(0, found, 2):
        start, end = changes[np.uint64(k)], changes[np.uint64(k + 1)]
        total += end - start
        if start - row >= 2 * width:
            row = start // width * width
        elif start - row >= width:
            row += width
        first = start - row
        while end - row > width:
            for x in range(first, width):
                counts[np.uint64(x)] += 1
            left, right = min(left, first), width
            first = np.int64(0)
            row += width
        left, right = min(left, first), max(right, end - row)
        for x in range(first, end - row):
            counts[np.uint64(x)] += 1
    return total, left, right


@leaf
def _place(changes, found, height, width, counts, left, right, turned):
    """Write the pixels inside `changes` as positions down the columns, in order, and leave the counts clean."""
    at = np.int64(0)
    for x in range(left, right):
        n = counts[np.uint64(x)]
        counts[np.uint64(x)] = at
        at += n
    y = np.int64(0)
    row = np.int64(0)
    for k in range(0, found, 2):
        start, end = changes[np.uint64(k)], changes[np.uint64(k + 1)]
        if start - row >= 2 * width:
            y = start // width
            row = y * width
        elif start - row >= width:
            y += 1
            row += width
        first = start - row
        while True:
            stop = min(end - row, np.int64(width))
            position = first * height + y
            for x in range(first, stop):
                turned[np.uint64(counts[np.uint64(x)])] = position
                counts[np.uint64(x)] += 1
                position += height
            if end - row <= width:
                break
            first = np.int64(0)
            row += width
            y += 1
    for x in range(left, right):
        counts[np.uint64(x)] = 0


@jit
def encode_strings(edges: Any, offsets: Any, n_pixels: Any, text: Any, ends: Any) -> None:
    """Write COCO strings of masks read column by column (see `annogeo.kernels.rle.decode_counts`).

    Parameters
    ----------
    edges : int64 (q,)
    offsets : int64 (n + 1,)
    n_pixels : int
        Of one mask, below `LARGEST`.
    text : uint8 (8 * (q + n) + 8,)
        Output.
    ends : int64 (n + 1,)
        Output: where each string starts and ends.
    """
    place = np.int64(0)
    ends[0] = 0
    for i in range(offsets.size - 1):
        a, b = offsets[i], offsets[i + 1]
        position = edges[a] if a < b else np.int64(n_pixels)
        place = _put(text, place, position)
        before = np.int64(0)  # the run length before, and the one before that; the first does not count
        earlier = np.int64(0)
        for k in range(a + 1, b):
            edge = edges[np.uint64(k)]
            count = edge - position
            position = edge
            place = _put(text, place, count - earlier)
            earlier = before
            before = count
        if position < n_pixels:
            place = _put(text, place, n_pixels - position - earlier)
        ends[i + 1] = place


@inlined
def _put(text, place, value):
    """Write a number in groups of five bits, the lowest first, without looking at one by one; returns the new place.

    They are moved apart by halves, in a word. All but the last get the bit that says that more follow.
    """
    size = value ^ (value >> 63)
    bits = np.uint64(value)
    if size < 1 << 9:
        more = np.int64(size >= 1 << 4)
        word = (bits & np.uint64(0x1F)) | ((bits & np.uint64(0x3E0)) << np.uint64(3)) | np.uint64(more << 5)
        store_word(text, place, word + _ZEROS)
        return place + 1 + more
    groups = 3 + np.int64(size >= 1 << 14)
    if size >= 1 << 19:
        groups += (
            np.int64(1) + np.int64(size >= 1 << 24) + np.int64(size >= 1 << 29) + np.int64(size >= 1 << 34)
        )
    bits = (bits & np.uint64(0xFFFFF)) | ((bits & np.uint64(0xFFFFF00000)) << np.uint64(12))
    bits = (bits & np.uint64(0x000003FF000003FF)) | ((bits & np.uint64(0x000FFC00000FFC00)) << np.uint64(6))
    bits = (bits & np.uint64(0x001F001F001F001F)) | ((bits & np.uint64(0x03E003E003E003E0)) << np.uint64(3))
    more = _MORE & ((np.uint64(1) << np.uint64(8 * (groups - 1))) - np.uint64(1))
    store_word(text, place, bits + _ZEROS + more)
    return place + groups


@jit
def read_string(text: Any, length: Any, height: Any, width: Any, most: Any) -> Any:
    """Read one COCO string; return the mask's edges along rows, and 0.

    Or anything and -1 for what `decode_strings` does not read, or how many edges are too many (see `turn_edges`).
    `text` has `PADDING` bytes behind its `length`; a column has at most `WIDEST` pixels.
    """
    bounds = _room(2)
    bounds[0] = 0
    bounds[1] = length
    edges = _room(length + 1)
    if decode_strings(text, bounds, height * width, edges, bounds) >= 0:
        return edges, np.int64(-1)
    bounds[1] = cancel_pairs(edges[: bounds[1]])
    turned, _, failed = turn_edges(edges[: bounds[1]], bounds, width, height, most)
    return turned, failed


@jit
def write_string(edges: Any, height: Any, width: Any, most: Any) -> Any:
    """Write one mask, given along rows, as COCO string: the characters, and 0 or how many edges are too many.

    The mask has less than `LARGEST` pixels, and at most `WIDEST` in a row.
    """
    bounds = _room(2)
    bounds[0] = 0
    bounds[1] = edges.size
    turned, ends, failed = turn_edges(edges, bounds, height, width, most)
    text = np.empty(8 * turned.size + 16, np.uint8)
    encode_strings(turned, ends, height * width, text, bounds)
    return text[: bounds[1]], failed

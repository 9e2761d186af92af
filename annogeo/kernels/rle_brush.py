"""Label Studio's brush masks: a stream of bits to edges and back. Slow twin: tests/naive/rle_brush.py.

The red, green, blue and alpha of all pixels, packed as @thi.ng/rle-pack does: a header (32 bits: how many values;
5: the size of one; four times 4: sizes of lengths), then blocks (1 bit: a value repeated, or several; 2: which size of
length; the length; the values). Sizes and lengths are stored less one, the highest bit comes first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

PADDING = 16  # bytes that have to follow what is read: a block's head may begin on its last bit
HEADER_BITS = 32 + 5 + 4 * 4
LONGEST = 1 << 16  # values in a block that is written
LONGEST_BLOCK_BITS = 1 + 2 + 16 + 8


@inlined
def _read(packed: Bytes, place: Any, n: Any) -> Any:
    """Read n <= 32 bits."""
    first = place >> 3
    word = np.int64(0)
    for k in range(5):
        word = (word << 8) | packed[first + k]
    return (word >> (40 - (place & 7) - n)) & ((np.int64(1) << n) - 1)


@inlined
def _write(packed: Bytes, place: Any, n: Any, value: Any) -> Any:
    """Write n <= 27 bits into zeros; return the place behind them."""
    first = place >> 3
    word = np.int64(value) << (40 - (place & 7) - n)
    for k in range(5):
        packed[first + k] |= np.uint8((word >> (32 - 8 * k)) & 255)
    return place + n


@jit
def read_brush(packed: Bytes, n_values: int, edges: Positions) -> Any:
    """Write the edges of the pixels whose alpha is not 0; return how many there are, -1 for a stream that is broken.

    Parameters
    ----------
    packed : uint8 (m + PADDING,)
    n_values : int
        Four times the pixels; what the header says.
    edges : int64 (k,)
        Output; what does not fit is only counted.
    """
    end = 8 * (packed.size - PADDING)
    if end < HEADER_BITS:
        return -1
    word_size = _read(packed, 32, 5) + 1
    place = HEADER_BITS
    found = 0
    inside = False
    i = np.int64(0)
    while i < n_values:
        if place + 3 > end:
            return -1
        repeats = _read(packed, place, 1)
        size = _read(packed, 37 + 4 * _read(packed, place + 1, 2), 4) + 1
        place += 3
        length = _read(packed, place, size) + 1
        place += size
        words = 1 if repeats else length
        if i + length > n_values or place + words * word_size > end:
            return -1
        each = length if repeats else 1
        for _ in range(words):
            value = _read(packed, place, word_size)
            place += word_size
            j = i + each
            # every fourth value is an alpha: those of the pixels from i // 4 to j // 4
            if (i >> 2) < (j >> 2) and (value != 0) != inside:
                if found < edges.size:
                    edges[found] = i >> 2
                found += 1
                inside = not inside
            i = j
    if inside:
        if found < edges.size:
            edges[found] = n_values >> 2
        found += 1
    return found


@jit
def write_brush(edges: Positions, n_pixels: int, packed: Bytes) -> Any:
    """Write a mask, white where it is inside; return how many bytes.

    The sizes of lengths are 3, 4, 8 and 16 bits, and there are unused bits at the end, eight where none are needed, as
    label-studio-converter writes them. `packed` holds zeros, enough of them (see `LONGEST_BLOCK_BITS`).
    """
    place = _write(packed, 0, 16, (4 * n_pixels) >> 16)
    place = _write(packed, place, 16, (4 * n_pixels) & 0xFFFF)
    place = _write(packed, place, 21, (7 << 16) | 0x237F)
    position = np.int64(0)
    for k in range(edges.size + 1):
        stop = np.int64(n_pixels) if k == edges.size else edges[k]
        value = 255 * (k & 1)
        left = 4 * (stop - position)
        position = stop
        while left > 0:
            length = min(left, np.int64(LONGEST))
            left -= length
            kind = int(length > 8) + int(length > 16) + int(length > 256)
            size = (3, 4, 8, 16)[kind]
            place = _write(packed, place, 3, 4 | kind)
            place = _write(packed, place, size, length - 1)
            place = _write(packed, place, 8, value)
    return place // 8 + 1

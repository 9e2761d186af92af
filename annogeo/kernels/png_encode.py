"""Pictures of flat areas to PNG pixel streams: rows filtered by 'up', runs of equal differences, deflate.

Nothing of the size of the picture is written but the stream. The same rows give the same bytes on every machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._bytes import differing
from annogeo.kernels._jit import inlined, jit
from annogeo.kernels._lanes import lowest_bit
from annogeo.kernels.deflate import (
    put_copies,
    put_run,
    write_block,
)

Bytes = npt.NDArray[np.uint8]
Tokens = npt.NDArray[np.uint32]
Int = Any  # int64, or int where the kernels run as Python

_UP = 2  # the filter's number, which stands before each row
_BORDER = 64  # bytes beside a row, so that blocks of 64 may reach over its ends
_ADLER = 65521


@inlined
def _find_cuts(row, length, step, cuts):  # type: ignore[no-untyped-def]
    """Write where pixels of `row` (at _BORDER) differ from their left neighbour, 0 always, then `length`; count."""
    n = 0
    for start in range(0, length, 64):
        word = differing(row, _BORDER + start, step)
        if step > 1:  # one bit per pixel
            word |= word >> np.uint64(1)
            if step == 2:
                word &= np.uint64(0x5555555555555555)
            else:
                word |= word >> np.uint64(2)
                word &= np.uint64(0x1111111111111111)
        if start == 0:
            word |= np.uint64(1)
        while word != 0:
            cuts[np.uint64(n)] = start + lowest_bit(word)
            word &= word - np.uint64(1)
            n += 1
    if cuts[n - 1] >= length:  # the border behind the row
        n -= 1
    cuts[n] = length
    return n


@inlined
def _put_pixels(tokens, n, row, first, flip, step, count):  # type: ignore[no-untyped-def]
    """Add `count` pixels equal to the one at row[first]; return the number of tokens."""
    rest = (count - 1) * step
    alone = step * count if rest == 2 else step - np.int64(rest > 2)  # two bytes are too few for a match
    for k in range(alone):
        place = np.uint64(first + ((k & (step - 1)) ^ flip))
        tokens[np.uint64(n)] = np.uint32(row[place]) << np.uint32(2) | np.uint32(1)
        n += 1
    if rest > 2:
        return put_copies(tokens, n, row[np.uint64(first + (step - 1 ^ flip))], rest)
    return n


@inlined
def _weigh(row, first, flip, step, count, behind):  # type: ignore[no-untyped-def]
    """Return the first byte of `count` equal pixels and what they add to the two sums of Adler-32.

    Those are the sum of the bytes, and that of the bytes times their distance from the end of the row, where `behind`
    more bytes follow.
    """
    value = np.int64(row[np.uint64(first + flip)])
    total = value
    weighted = value * step
    if step > 1:
        for k in range(1, step):
            other = np.int64(row[np.uint64(first + (k ^ flip))])
            total += other
            weighted += other * (step - k)
    return (
        value,
        total * count,
        count * (weighted + total * behind) + total * step * (count * (count - 1) >> 1),
    )


@inlined
def _finish(out, state, a, b):  # type: ignore[no-untyped-def]
    """Write the checksum; return the length of the stream."""
    place = state[0]
    for k in range(4):
        out[place + k] = ((b << 16 | a) >> (24 - 8 * k)) & 255
    return place + 4


@jit
def encode_rows(
    rows: Bytes,
    step: int,
    flip: int,
    blank: Bytes,
    row: Bytes,
    cuts: npt.NDArray[np.int32],
    tokens: Tokens,
    out: Bytes,
) -> int:
    """Compress rows; return the length of the zlib stream.

    Parameters
    ----------
    rows : uint8 (h, n)
        n below 2**24.
    step : 1, 2 or 4
        Bytes of a pixel.
    flip : int
        1 where `rows` are little-endian pixels of two bytes, else 0.
    blank : uint8 (n,), row : uint8 (n + 128,)
        Zeros; the second is scratch.
    cuts : int32 (n + 66,)
        Scratch.
    tokens : uint32 (max(BLOCK_TOKENS, n) + 16,)
        Scratch.
    out : uint8 (m,)
        Output, at least ``2 * h * (n + 1) + 2048``.
    """
    height, length = rows.shape
    state = np.zeros(3, np.int64)
    out[0], out[1] = 0x78, 0x01
    state[0] = 2
    a = np.int64(1)
    b = np.int64(0)
    n = np.int64(0)
    shift = step >> 1
    for y in range(height):
        here = rows[y]
        above = blank if y == 0 else rows[y - 1]
        for i in range(length):
            row[_BORDER + i] = (np.int64(here[i]) - np.int64(above[i])) & 255
        count = _find_cuts(row, length, step, cuts)
        if n + length + 2 > tokens.size:
            write_block(tokens, n, step, np.int64(0), out, state)
            n = np.int64(0)
        tokens[n] = np.uint32(4 * _UP + 1)
        n += 1
        a += _UP
        b += (length + 1) * a
        for k in range(count):
            start = np.int64(cuts[np.uint64(k)])
            end = np.int64(cuts[np.uint64(k + 1)])
            size = (end - start) >> shift
            value, total, weighted = _weigh(row, _BORDER + start, flip, step, size, length - end)
            a += total
            b += weighted
            if step == 1 or total == 0:
                n = put_run(tokens, n, value, end - start)
            else:
                n = _put_pixels(tokens, n, row, _BORDER + start, flip, step, size)
        a %= _ADLER
        b %= _ADLER
    write_block(tokens, n, step, np.int64(1), out, state)
    return _finish(out, state, a, b)  # type: ignore[no-any-return]


@jit
def encode_edges(
    edges: npt.NDArray[np.int64], width: int, height: int, colors: Bytes, tokens: Tokens, out: Bytes
) -> int:
    """Compress the RGBA picture of a mask, straight from its edges (see annogeo.rle); return the stream's length.

    Each row stands as its difference to the one above: the colour where the mask begins, its negative where it ends.

    Parameters
    ----------
    edges : int64 (2n,)
    width : int
        Below 2**22.
    colors : uint8 (8,)
        The colour, and its negative modulo 256.
    tokens : uint32 (m,)
        Scratch, at least ``BLOCK_TOKENS + width``.
    out : uint8 (k,)
        Output, at least 2048 bytes, and 8 for each token there may be:
        ``height * (width // 64 + 5) + 20 * edges.size``.
    """
    step = np.int64(4)
    no_flip = np.int64(0)
    state = np.zeros(3, np.int64)
    out[0], out[1] = 0x78, 0x01
    state[0] = 2
    a = np.int64(1)
    b = np.int64(0)
    n = np.int64(0)
    here = 0
    above = 0
    for y in range(height):
        if n + (width >> 5) + 16 > tokens.size:
            write_block(tokens, n, step, np.int64(0), out, state)
            n = np.int64(0)
        tokens[n] = np.uint32(4 * _UP + 1)
        n += 1
        a += _UP
        b += (4 * width + 1) * a
        x = y * width
        end = x + width
        start = x
        change = (here & 1) - (above & 1)
        while start < end:
            x = end
            if here < edges.size:
                x = min(x, edges[here])
            if above < edges.size:
                x = min(x, edges[above] + width)
            here += here < edges.size and edges[here] == x
            above += above < edges.size and edges[above] + width == x
            following = (here & 1) - (above & 1)
            if x < end and following == change:
                continue
            if x > start:
                if change == 0:
                    n = put_run(tokens, n, np.int64(0), 4 * (x - start))
                else:
                    first = np.int64(0 if change > 0 else 4)
                    _, total, weighted = _weigh(colors, first, no_flip, step, x - start, 4 * (end - x))
                    a += total
                    b += weighted
                    n = _put_pixels(tokens, n, colors, first, no_flip, step, x - start)
                if n + (width >> 5) + 16 > tokens.size:
                    write_block(tokens, n, step, np.int64(0), out, state)
                    n = np.int64(0)
            start = x
            change = following
        a %= _ADLER
        b %= _ADLER
    write_block(tokens, n, step, np.int64(1), out, state)
    return _finish(out, state, a, b)  # type: ignore[no-any-return]

"""A page to draw a shape on: one bit per pixel, blank before and after every operation.

`bits` is uint64 (2, height, words), bit i of word k being column ``64 * k + i``: first the drawn pixels, then
where an even-odd inside begins or ends. `rows` is int64 (height, 4) and notes of each row which words were touched,
first and last (`LOW`, `HIGH`), and which columns the piece at hand covers (`LEFT`, `RIGHT`); a range is empty where
its last is less than its first. Rules `opencv` and `all_touched` draw on it. Layer: kernels.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit
from annogeo.kernels._lanes import lowest_bit, prefix_xor

LOW, HIGH, LEFT, RIGHT = range(4)

# Typed, because numba compiles a function anew for every literal argument.
ZERO = np.int64(0)
MINUS_ONE = np.int64(-1)
NEVER = np.int64(1 << 62)

U0, U1, U63 = (np.uint64(n) for n in (0, 1, 63))
ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def blank_page(height: int, width: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Return the `bits` and `rows` of an untouched page."""
    rows = np.empty((height, 4), np.int64)
    rows[:] = NEVER, -1, NEVER, -NEVER
    return np.zeros((2, height, (width + 63) // 64), np.uint64), rows


@inlined
def touch(rows, y, first, last):
    """Note that words `first` to `last` of row `y` are written to."""
    row = np.uint64(y)  # unsigned indices spare numba's handling of negative ones
    rows[row, LOW] = min(rows[row, LOW], first)
    rows[row, HIGH] = max(rows[row, HIGH], last)


@inlined
def mark(bits, rows, y, first, last):
    """Mark the pixels `first` to `last` of row `y`, all of them on the page."""
    i, k = first >> 6, last >> 6
    touch(rows, y, i, k)
    row = np.uint64(y)
    head = ALL << np.uint64(first & 63)
    tail = ALL >> np.uint64(63 - (last & 63))
    if i == k:
        bits[0, row, np.uint64(i)] |= head & tail
    else:
        bits[0, row, np.uint64(i)] |= head
        bits[0, row, np.uint64(k)] |= tail
        for j in range(i + 1, k):
            bits[0, row, np.uint64(j)] = ALL


@jit
def read(bits, rows, width, top, bottom, item, n, spans):
    """Append the runs of rows `top` to `bottom` and blank them; returns how many spans there are then, fit or not."""
    room = spans.shape[1]
    for y in range(top, bottom + 1):
        row = np.uint64(y)
        inside = U0  # all ones where an even-odd inside goes on from the word before
        before = U0  # the last pixel of the word before
        is_open = ZERO
        first, last = rows[row, LOW], rows[row, HIGH]
        for k in range(first, last + 2):  # a blank word after the last ends what is open
            word = U0
            if k <= last:
                place = np.uint64(k)
                word = bits[1, row, place]
                if word:
                    bits[1, row, place] = U0
                    word = prefix_xor(word)
                word ^= inside
                inside = ALL if word >> U63 else U0
                word |= bits[0, row, place]
                bits[0, row, place] = U0
            changes = word ^ (word << U1 | before)
            before = word >> U63
            while changes:
                if n < room:
                    spans[0, np.uint64(n)] = item
                    spans[1, np.uint64(n)] = y
                    spans[np.uint64(2 + is_open), np.uint64(n)] = min(64 * k + lowest_bit(changes), width)
                changes &= changes - U1
                n += is_open
                is_open = 1 - is_open
        rows[row, LOW] = NEVER
        rows[row, HIGH] = -1
    return n


@jit
def copy_runs(runs, begin, end, height, width, item, n, spans):
    """Append rows `begin` to `end` of `runs`, clipped; returns how many spans there are then, fit or not."""
    for k in range(begin, end):
        y, x0, x1 = np.int64(runs[k, 0]), np.int64(runs[k, 1]), np.int64(runs[k, 2])
        x0, x1 = max(x0, ZERO), min(x1, width)
        if x0 < x1 and 0 <= y < height:
            if n < spans.shape[1]:
                spans[0, n] = item
                spans[1, n] = y
                spans[2, n] = x0
                spans[3, n] = x1
            n += 1
    return n

"""A bitmap over a part's box, for the rules that draw ring by ring: take rings away, read rows as spans.

A page is a clean uint64 array: row i of a box `words` wide is ``page[i * words:(i + 1) * words]``, bit j of word k
is column ``left + 64 * k + j``. Bits right of the canvas stay 0. Layer: kernels.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner
from annogeo.kernels._lanes import ONE, lowest_bit

LAST = np.uint64(63)


@inner
def with_space(page, size):
    """Return a clean page of at least `size` words: this one, or a larger one."""
    return page if page.size >= size else np.zeros(2 * size, np.uint64)


@inlined
def columns_to_words(columns):
    """Words that hold a row of pixels."""
    return (columns + 63) >> 6


@inner
def combine(page, ring, begin, end, is_hole):
    """Take words `begin` to `end` of a ring's page away from a page, or else toggle them; cleans the ring's page."""
    for k in range(begin, end):
        at = np.uint64(k)
        if is_hole:
            page[at] &= ~ring[at]
        else:
            page[at] ^= ring[at]
        ring[at] = np.uint64(0)


@inner
def read(page, top, left, rows, words, item, spans, n):
    """Append a page's rows to `spans` (4, capacity) int32 and clean the page.

    Returns the spans, which may be a new, larger array, and their number.
    """
    begin = n
    index = np.uint64(0)
    for row in range(top, top + rows):
        if n + 32 * words + 1 > spans.shape[1]:
            spans = _larger(spans, n, 32 * words + 1)
        is_open = False
        base = left
        before = np.uint64(0)  # the last pixel of the word before, and 63 zeros
        for _ in range(words):
            word = page[index]
            page[index] = 0
            index += ONE
            changes = word ^ ((word << ONE) | before)
            before = word >> LAST
            while changes != 0:
                x = base + lowest_bit(changes)
                changes &= changes - ONE
                if is_open:
                    spans[3, np.uint64(n)] = x
                    n += 1
                else:
                    spans[1, np.uint64(n)] = row
                    spans[2, np.uint64(n)] = x
                is_open = not is_open
            base += 64
        if is_open:
            spans[3, np.uint64(n)] = base
            n += 1
    spans[0, begin:n] = item
    return spans, n


@inner
def _larger(spans, n, more):
    larger = np.empty((4, 2 * (n + more)), np.int32)
    for row in range(4):
        for k in range(n):  # numba's slice assignment between arrays is many times slower than this loop
            larger[row, k] = spans[row, k]
    return larger

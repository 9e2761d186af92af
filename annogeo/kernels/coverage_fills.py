"""Anti-aliasing of fills alone, whose rings do not meet: `scan_fills` does what `coverage.scan_coverage` does for all.

It is the one that nearly all scenes need, and compiles in a third of the time.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit
from annogeo.kernels._lanes import FULL
from annogeo.kernels.coverage_claims import sweep, with_rows
from annogeo.kernels.coverage_simple import (
    BOTTOM,
    IS_CLIPPED,
    LEFT,
    MOST_EDGES,
    MOST_RINGS,
    RIGHT,
    TOP,
    add_rings,
    are_simple,
    measure,
)


@jit
def scan_fills(points, rings, shapes, item, height, width, cells, bits, entry, runs, pixels, seen):
    """Find out what is seen of each fill, composed front to back, and with which coverage.

    Parameters
    ----------
    points, rings, shapes, item
        Of a draw list (`xy`, `ring_offsets`, `shape_offsets`, `item`) of fills, each of which is an item.
    height, width : int
        Canvas size in px.
    cells : int32 (128 n,), bits : uint64 (n,), entry : int64 (n,)
        Zeros, n > (W + 127) // 64; left as zeros. Shapes of more than 64 n pixels are done in bands of rows.
    runs, pixels, seen : int32
        Room for the result.

    Returns
    -------
    counts : int64 (4,)
        How much of `runs`, `pixels` and `seen` is in use, and whether the rings of all fills are known not to meet;
        if not, there is no result.
    runs, pixels, seen
        As `scan_coverage` returns them, with room behind; the arrays given, or larger ones.

    Notes
    -----
    Time: points + edges squared of each fill (see `are_simple`) + crossed rows + pixels seen + rows of each fill.
    """
    line_words = (width + 127) >> 6
    free = np.full(height * line_words, FULL)
    soft = np.zeros(height * line_words, np.uint64)
    parts = np.empty((4, 3))
    edges = np.empty((7, MOST_EDGES), np.int32)
    signs = np.empty(MOST_RINGS, np.int8)
    box = np.zeros(5, np.int64)
    counts = np.zeros(4, np.int64)
    for fill in range(item.size - 1, -1, -1):
        first = shapes[fill]
        end = shapes[fill + 1]
        if rings[first] == rings[end] or not measure(points, rings[first], rings[end], height, width, box):
            continue
        if not are_simple(points, rings, first, end, edges, signs):
            return counts, runs, pixels, seen
        left = box[LEFT]
        right = box[RIGHT] - left
        words = (right + 65) >> 6
        top = box[TOP]
        while top < box[BOTTOM]:
            bottom = min(top + max(bits.size // words, 1), box[BOTTOM])
            is_clipped = box[IS_CLIPPED] != 0 or bottom - top < box[BOTTOM] - box[TOP]
            add_rings(
                points, rings, first, end, signs, left, right, top, bottom, is_clipped, words, parts, cells, bits, entry
            )  # fmt: skip
            origin = top
            while top < bottom:
                top = sweep(
                    cells, bits, entry, False, words, left, right, origin, top, bottom, free, soft, line_words,
                    np.int64(item[fill]), runs, pixels, seen, counts,
                )  # fmt: skip
                if top < bottom:
                    runs = with_rows(runs, counts[0], width + 1)
                    pixels = with_rows(pixels, counts[1], width + 1)
                    seen = with_rows(seen, counts[2], width + 1)
    counts[3] = 1
    return counts, runs, pixels, seen

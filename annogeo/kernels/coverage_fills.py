"""Anti-aliasing of fills alone, whose rings do not meet: `scan_fills` does what `coverage.scan_coverage` does for all.

It is the one that nearly all scenes need, and compiles in a third of the time.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit
from annogeo.kernels.coverage_claims import BOTTOM, IS_CLIPPED, LEFT, RIGHT, TOP, start_claims, sweep
from annogeo.kernels.coverage_simple import add_rings, are_simple, measure

DONE, NO_PROOF, NO_ROOM = range(3)


@jit
def scan_fills(
    points, rings, shapes, item, height, width, cells, bits, entry, open_bits, edges, parts, limits, tally,
    runs, pixels, seen,
):  # fmt: skip
    """Find out what is seen of each fill, composed front to back, and with which coverage.

    Parameters
    ----------
    points, rings, shapes, item
        Of a draw list (`xy`, `ring_offsets`, `shape_offsets`, `item`) of fills, each of which is an item.
    height, width : int
        Canvas size in px.
    cells : int32 (ROOM n,), bits : uint64 (n,), entry : int64 (n,)
        Zeros, n > (W + 127) // 64; left as zeros unless there is no room for the result. Shapes of more than 64 n
        pixels are done in bands of rows.
    open_bits : uint64 (2 H ((W + 127) // 64),)
    edges : int32 (8, MOST_EDGES), parts : float64 (4, 3), limits : int64 (W + 2,)
        Scratch.
    tally : int64 (TALLY,)
        Gets the numbers of `runs`, `pixels` and `seen`.
    runs, pixels, seen : int32
        Room for what `scan_coverage` returns.

    Returns
    -------
    int
        DONE; NO_PROOF, if rings of a fill are not known not to meet; NO_ROOM. Only DONE leaves a result.

    Notes
    -----
    Makes no arrays, which would double the time to compile it.
    Time: points + edges squared of each fill (see `are_simple`) + crossed rows + pixels seen + rows of each fill.
    """
    line_words = (width + 127) >> 6
    start_claims(open_bits, tally)
    for fill in range(item.size - 1, -1, -1):
        first = shapes[fill]
        end = shapes[fill + 1]
        if rings[first] == rings[end] or not measure(points, rings[first], rings[end], height, width, tally):
            continue
        if not are_simple(points, rings, first, end, edges):
            return NO_PROOF
        left = tally[LEFT]
        right = tally[RIGHT] - left
        words = (right + 65) >> 6
        top = tally[TOP]
        while top < tally[BOTTOM]:
            bottom = min(top + max(bits.size // words, 1), tally[BOTTOM])
            is_clipped = tally[IS_CLIPPED] != 0 or bottom - top < tally[BOTTOM] - tally[TOP]
            add_rings(
                points, rings, first, end, edges, left, right, top, bottom, is_clipped, words, parts, cells, bits, entry
            )  # fmt: skip
            reached = sweep(
                cells, bits, entry, False, words, left, right, top, top, bottom, open_bits, line_words,
                np.int64(item[fill]), runs, pixels, seen, tally, limits,
            )  # fmt: skip
            if reached < bottom:
                return NO_ROOM
            top = bottom
    return DONE

"""What is seen of each item: rows of cells to runs of fully covered pixels and single, partly covered ones.

Items come topmost first. In `open_bits`, two words stand for 64 pixels: the first has a bit for each pixel that is not
yet fully covered, the second one for each that is covered in part. A run goes only to pixels that nothing above has
touched; one covered in part is listed instead.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner, leaf, merged
from annogeo.kernels._lanes import FULL, ONE, lowest_bit, prefetch
from annogeo.kernels.coverage_cells import COVERED, row_length

COLUMN, COVER = range(2)  # columns of `pixels`
LEFT, RIGHT, TOP, BOTTOM, IS_CLIPPED, N_RUNS, N_PIXELS, N_SEEN, TALLY = range(9)
"""Of `tally`: the box of the shape at hand; how much of the result there is."""
AHEAD = 3  # rows
LINE, START, STOP, OWNER = range(4)  # columns of `runs`, and of `seen`


@inner
def with_rows(table, n, more):
    """Return an int32 table (capacity, fields), or a larger copy with room for `more` rows behind the first n."""
    if n + more <= table.shape[0]:
        return table
    larger = np.empty((2 * (n + more), table.shape[1]), np.int32)
    for k in range(n):  # a slice assignment between arrays is slow to compile and to run
        for field in range(table.shape[1]):
            larger[k, field] = table[k, field]
    return larger


@leaf
def start_claims(open_bits, tally):
    """Begin with pixels that nothing touches yet, and with no result."""
    for word in range(open_bits.size >> 1):
        open_bits[np.uint64(2 * word)] = FULL
        open_bits[np.uint64(2 * word + 1)] = 0
    for k in range(N_RUNS, TALLY):
        tally[k] = 0


@inlined
def put(table, n, a, b, c, d):
    """Write row n of a table of four columns."""
    at = np.uint64(n)
    table[at, np.uint64(0)] = a
    table[at, np.uint64(1)] = b
    table[at, np.uint64(2)] = c
    table[at, np.uint64(3)] = d


@merged
def claim_run(open_bits, line, start, end, item, row, runs, n, pixels, m):
    """Claim pixels [start, end) of a row whose words begin at `line`; returns the numbers of runs and of pixels."""
    begin = np.int64(-1)  # of a run that goes on from word to word
    last = (end - 1) >> 6
    mask = FULL << np.uint64(start & 63)
    for word in range(start >> 6, last + 1):
        if word == last:
            mask &= FULL >> np.uint64(63 - ((end - 1) & 63))
        at = np.uint64(2 * (line + word))
        claim = open_bits[at] & mask
        partly = claim & open_bits[at + ONE]
        open_bits[at] &= ~mask
        base = word << 6
        if claim == mask and partly == 0:
            begin = max(start, base) if begin < 0 else begin
            mask = FULL
            continue
        mask = FULL
        if begin >= 0:
            put(runs, n, row, begin, base, item)
            n += 1
            begin = np.int64(-1)
        claim &= ~partly
        while partly != 0:
            pixels[np.uint64(m), COLUMN] = base + lowest_bit(partly)
            pixels[np.uint64(m), COVER] = COVERED
            m += 1
            partly &= partly - ONE
        while claim != 0:
            first = lowest_bit(claim)
            claim = ~(claim | ((ONE << np.uint64(first)) - ONE))
            after = lowest_bit(claim) if claim != 0 else np.int64(64)
            put(runs, n, row, base + first, base + after, item)
            n += 1
            claim = ~claim & (FULL << np.uint64(after)) if after < 64 else np.uint64(0)
    if begin >= 0:
        put(runs, n, row, begin, end, item)
        n += 1
    return n, m


@inlined
def _covered(winding, is_union):
    """A pixel's coverage from its mean winding number between two neighbouring ones, both in units of 1 / COVERED."""
    if is_union:
        return min(abs(winding), COVERED)
    folded = winding & (2 * COVERED - 1)
    return min(folded, 2 * COVERED - folded)


@merged
def _claim_pixel(open_bits, line, x, cover, pixels, m):
    """List a pixel that is covered in part, unless it is hidden; returns the new number of pixels."""
    bit = ONE << np.uint64(x & 63)
    at = np.uint64(2 * (line + (x >> 6)))
    if open_bits[at] & bit != 0:
        open_bits[at + ONE] |= bit
        pixels[np.uint64(m), COLUMN] = x
        pixels[np.uint64(m), COVER] = cover
        m += 1
    return m


@leaf
def _claim_pixels(open_bits, line, first, end, cover, pixels, m):
    """As `_claim_pixel`, for pixels [first, end): those above or below a level edge."""
    for x in range(first, end):
        m = _claim_pixel(open_bits, line, x, cover, pixels, m)
    return m


@leaf
def sweep(
    cells, bits, entry, is_union, words, left, right, origin, top, bottom, open_bits, line_words, item,
    runs, pixels, seen, tally, limits,
):  # fmt: skip
    """Sum up rows of cells from left to right, claim what they cover, and leave cells, bits and entry clean.

    Stops where there is no room for one more row; returns the row that was reached. `origin` is the row that the cells
    begin with; cell 0 is canvas column `left`, cells from `right` on are off the canvas. `limits` (W + 2) is scratch.
    """
    n = tally[N_RUNS]
    m = tally[N_PIXELS]
    q = tally[N_SEEN]
    row = top
    while row < bottom and n + right < runs.shape[0] and m + right < pixels.shape[0] and q < seen.shape[0]:
        before = m
        base = row_length(words) * (row - origin)
        line = words * (row - origin)
        free_line = row * line_words
        prefetch(open_bits, 2 * ((row + AHEAD) * line_words + ((left + right // 4) >> 6)))
        prefetch(open_bits, 2 * ((row + AHEAD) * line_words + ((left + right - right // 4) >> 6)))
        winding = np.int64(entry[np.uint64(row - origin)])
        entry[np.uint64(row - origin)] = 0
        between = _covered(winding, is_union)
        is_open = False  # whether the pixel before is covered fully
        found = np.int64(0)  # limits of fully covered runs
        x = np.int64(0)  # the next pixel to look at
        for word in range(words):
            marked = bits[np.uint64(line + word)]
            if marked == 0:
                continue
            bits[np.uint64(line + word)] = 0
            while marked != 0:
                cell = (word << 6) + lowest_bit(marked)
                marked &= marked - ONE
                index = np.uint64(base + 2 * cell)
                cover = _covered(winding + np.int64(cells[index]), is_union)
                winding += np.int64(cells[index + ONE])
                cells[index] = 0
                cells[index + ONE] = 0
                if cell >= right:
                    continue
                if cell > x:
                    if is_open != (between >= COVERED):
                        limits[np.uint64(found)] = left + x
                        found += 1
                        is_open = not is_open
                    if 0 < between < COVERED:
                        m = _claim_pixels(open_bits, free_line, left + x, left + cell, between, pixels, m)
                if is_open != (cover >= COVERED):
                    limits[np.uint64(found)] = left + cell
                    found += 1
                    is_open = not is_open
                if 0 < cover < COVERED:
                    m = _claim_pixel(open_bits, free_line, left + cell, cover, pixels, m)
                between = _covered(winding, is_union)
                x = cell + 1
        if x < right:
            if is_open != (between >= COVERED):
                limits[np.uint64(found)] = left + x
                found += 1
                is_open = not is_open
            if 0 < between < COVERED:
                m = _claim_pixels(open_bits, free_line, left + x, left + right, between, pixels, m)
        limits[np.uint64(found)] = left + right  # of a run that is still open
        for k in range(0, found, 2):
            start = limits[np.uint64(k)]
            end = limits[np.uint64(k + 1)]
            n, m = claim_run(open_bits, free_line, start, end, item, row, runs, n, pixels, m)
        if m > before:
            put(seen, q, row, before, m, item)
            q += 1
        row += 1
    tally[N_RUNS] = n
    tally[N_PIXELS] = m
    tally[N_SEEN] = q
    return row

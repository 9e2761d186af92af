"""What is seen of each item: rows of cells to runs of fully covered pixels and single, partly covered ones.

Items come topmost first. `free` has a bit for each pixel that is not yet fully covered, `soft` one for each that is
covered in part. A run goes only to pixels that nothing above has touched; a pixel that is soft is listed instead.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner, leaf
from annogeo.kernels._lanes import FULL, ONE, lowest_bit
from annogeo.kernels.coverage_cells import COVERED

COLUMN, COVER = range(2)  # columns of `pixels`
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


@inlined
def put(table, n, a, b, c, d):
    """Write row n of a table of four columns."""
    at = np.uint64(n)
    table[at, np.uint64(0)] = a
    table[at, np.uint64(1)] = b
    table[at, np.uint64(2)] = c
    table[at, np.uint64(3)] = d


@leaf
def claim_run(free, soft, line, start, end, item, row, runs, n, pixels, m):
    """Claim pixels [start, end) of a row whose words begin at `line`; returns the numbers of runs and of pixels."""
    for word in range(start >> 6, ((end - 1) >> 6) + 1):
        claim = FULL
        if word == start >> 6:
            claim &= FULL << np.uint64(start & 63)
        if word == (end - 1) >> 6:
            claim &= FULL >> np.uint64(63 - ((end - 1) & 63))
        at = np.uint64(line + word)
        claim &= free[at]
        if claim == 0:
            continue
        free[at] &= ~claim
        base = word << 6
        partly = claim & soft[at]
        claim &= ~partly
        while partly != 0:
            pixels[np.uint64(m), COLUMN] = base + lowest_bit(partly)
            pixels[np.uint64(m), COVER] = COVERED
            m += 1
            partly &= partly - ONE
        while claim != 0:
            begin = lowest_bit(claim)
            rest = ~(claim >> np.uint64(begin))
            length = lowest_bit(rest) if rest != 0 else 64
            length = min(length, 64 - begin)
            x = base + begin
            last = np.uint64(n - 1)
            if (
                begin == 0
                and n > 0
                and runs[last, STOP] == x
                and runs[last, LINE] == row
                and runs[last, OWNER] == item
            ):
                runs[last, STOP] = x + length
            else:
                put(runs, n, row, x, x + length, item)
                n += 1
            if begin + length >= 64:
                break
            claim &= FULL << np.uint64(begin + length)
    return n, m


@inlined
def _covered(winding, is_union):
    """A pixel's coverage from its mean winding number between two neighbouring ones, both in units of 1 / COVERED."""
    if is_union:
        return min(abs(winding), COVERED)
    folded = winding & (2 * COVERED - 1)
    return min(folded, 2 * COVERED - folded)


@inlined
def _claim_pixel(free, soft, at, bit, x, cover, pixels, m):
    """List a pixel that is covered in part, unless it is hidden; returns the new number of pixels."""
    if free[at] & bit != 0:
        soft[at] |= bit
        pixels[np.uint64(m), COLUMN] = x
        pixels[np.uint64(m), COVER] = cover
        m += 1
    return m


@leaf
def sweep_row(
    cells,
    bits,
    base,
    line,
    words,
    winding,
    is_union,
    left,
    right,
    free,
    soft,
    free_line,
    item,
    row,
    runs,
    n,
    pixels,
    m,
):
    """Sum up a row of cells from left to right, claim what it covers, and leave cells and bits clean.

    The row's cells start at `base`, its bits at word `line`, its words of `free` at `free_line`; cell 0 is canvas
    column `left`, cells from `right` on are off the canvas. Returns the numbers of runs and of pixels.
    """
    start = np.int64(-1)  # of the run that is still open
    x = np.int64(0)  # the next pixel to look at
    between = _covered(winding, is_union)
    for word in range(words):
        at = np.uint64(line + word)
        marked = bits[at]
        bits[at] = np.uint64(0)
        while marked != 0:
            cell = (word << 6) + lowest_bit(marked)
            marked &= marked - ONE
            if cell >= right:
                cells[np.uint64(base + 2 * cell)] = np.int32(0)
                cells[np.uint64(base + 2 * cell + 1)] = np.int32(0)
                continue
            if cell > x:
                if between >= COVERED:
                    start = x if start < 0 else start
                else:
                    if start >= 0:
                        n, m = claim_run(
                            free, soft, free_line, left + start, left + x, item, row, runs, n, pixels, m
                        )
                        start = np.int64(-1)
                    if between > 0:  # above or below a level edge
                        for k in range(left + x, left + cell):
                            m = _claim_pixel(
                                free, soft, np.uint64(free_line + (k >> 6)), ONE << np.uint64(k & 63),
                                k, between, pixels, m,
                            )  # fmt: skip
            index = np.uint64(base + 2 * cell)
            cover = _covered(winding + np.int64(cells[index]), is_union)
            cells[index] = np.int32(0)
            winding += np.int64(cells[index + ONE])
            cells[index + ONE] = np.int32(0)
            between = _covered(winding, is_union)
            x = cell + 1
            if cover >= COVERED:
                start = cell if start < 0 else start
                continue
            if start >= 0:
                n, m = claim_run(
                    free, soft, free_line, left + start, left + cell, item, row, runs, n, pixels, m
                )
                start = np.int64(-1)
            if cover > 0:
                k = left + cell
                m = _claim_pixel(
                    free, soft, np.uint64(free_line + (k >> 6)), ONE << np.uint64(k & 63), k, cover, pixels, m
                )
    is_covered = between >= COVERED and x < right
    if is_covered:
        start = x if start < 0 else start
    if start >= 0:
        end = right if is_covered else x
        n, m = claim_run(free, soft, free_line, left + start, left + end, item, row, runs, n, pixels, m)
    if 0 < between < COVERED:
        for k in range(left + x, left + right):
            m = _claim_pixel(
                free, soft, np.uint64(free_line + (k >> 6)), ONE << np.uint64(k & 63), k, between, pixels, m
            )
    return n, m


@leaf
def sweep(
    cells, bits, entry, is_union, words, left, right, origin, top, bottom, free, soft, line_words, item,
    runs, pixels, seen, counts,
):  # fmt: skip
    """Claim what rows from `top` on cover, until there is no room for one more; returns the row that was reached.

    `origin` is the row that the cells begin with, `left` the column; there are `right` columns.
    """
    n = counts[0]
    m = counts[1]
    q = counts[2]
    row = top
    while row < bottom and n + right < runs.shape[0] and m + right < pixels.shape[0] and q < seen.shape[0]:
        before = m
        k = row - origin
        n, m = sweep_row(
            cells, bits, 128 * words * k, words * k, words, np.int64(entry[k]), is_union, left, right,
            free, soft, row * line_words, item, row, runs, n, pixels, m,
        )  # fmt: skip
        entry[k] = 0
        if m > before:
            put(seen, q, row, before, m, item)
            q += 1
        row += 1
    counts[0] = n
    counts[1] = m
    counts[2] = q
    return row

"""Anti-aliasing by exact area: `scan_coverage` finds out what is seen of each area, and how much of each pixel.

Plain arrays in and out: `coverage_tracing` makes areas of draw lists, `coverage_blend` blends the result.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inner, jit, leaf
from annogeo.kernels.coverage_cells import (
    DOWN,
    STATE,
    TA,
    TB,
    XA,
    XB,
    accumulate,
    add_piece,
    gather,
    level,
    row_length,
    touch,
)
from annogeo.kernels.coverage_claims import (
    BOTTOM,
    IS_CLIPPED,
    LEFT,
    N_PIXELS,
    N_RUNS,
    N_SEEN,
    RIGHT,
    TOP,
    claim_run,
    put,
    start_claims,
    sweep,
    with_rows,
)
from annogeo.kernels.coverage_rows import (
    LINES,
    MOST_LINES,
    MOST_SAMPLED,
    MOST_STEPS,
    NO_ROOM,
    STEPS,
    outline_row,
    row_scratch,
)
from annogeo.kernels.coverage_samples import sample_rows
from annogeo.kernels.coverage_simple import add_rings, are_alike, are_simple, measure

PIECES = 1 << 19  # parts of edges listed at a time, unless one row has more
MOST_PIECES = 1 << 21  # of an area; more are sampled
UNION, HARD = 1, 2  # bits of an area's kind


@leaf
def _sort_by_row(rows, n, offsets, order):
    """Order n pieces by row, keeping the order within a row; `offsets` is where rows start. Returns the longest."""
    offsets[:] = 0
    for k in range(n):
        offsets[rows[k] + 2] += 1
    longest = np.int64(1)
    for row in range(2, offsets.size):
        longest = max(longest, offsets[row])
        offsets[row] += offsets[row - 1]
    for k in range(n):
        order[offsets[rows[k] + 1]] = k
        offsets[rows[k] + 1] += 1
    return longest


@leaf
def _copy_group(pieces, order, begin, end, limit, parts, n):
    """Copy a row's pieces from place `begin` on, up to piece `limit`; returns the place and number reached."""
    while begin < end and order[begin] < limit:
        for field in range(5):
            if n < parts.shape[1]:
                parts[field, n] = pieces[field, order[begin]]
        n += 1
        begin += 1
    return begin, n


@leaf
def _outline(pieces, order, begin, end, ends, is_union, parts, joined, floats, numbers, effort, out):
    """Outline the area of one row; returns how much room in `joined` and in `out` it takes."""
    none = np.int64(0)
    last = ends.size - 1
    joined_n = none
    for group in range(last + 1):
        is_united = is_union and group == last
        if is_united or last == 0:
            begin, joined_n = _copy_group(pieces, order, begin, end, ends[group], joined, joined_n)
        else:
            begin, count = _copy_group(pieces, order, begin, end, ends[group], parts, none)
            joined_n = outline_row(parts, count, last < 0, floats, numbers, effort, joined, joined_n)
            if joined_n == NO_ROOM:
                return none, joined_n
    if 2 * joined_n > floats.shape[1] or joined_n > joined.shape[1]:
        return joined_n, none
    return joined_n, outline_row(joined, joined_n, is_union or last > 0, floats, numbers, effort, out, none)


@leaf
def _replace_row(cells, bits, row, words, outline, count):
    """Put an outline into a row of cells, in place of what is there."""
    base = row_length(words) * row
    for word in range(words):
        at = np.uint64(row * words + word)
        if bits[at] != 0:
            bits[at] = 0
            for k in range(base + 128 * word, base + 128 * word + 128):
                cells[np.uint64(k)] = 0
    for k in range(count):
        tall = np.int64(outline[DOWN, k]) * (level(outline[TB, k]) - level(outline[TA, k]))
        first, last = add_piece(cells, base, outline[XA, k], outline[XB, k], tall)
        touch(bits, row * words, first, last)


@inner
def _redo_rows(
    points, starts, groups, is_union, left, right, top, bottom, words, parts, share, cells, bits, entry, again
):
    """Do the marked rows over: sum up the outline of their area instead of all edges. Arguments as for `accumulate`.

    `share` is the part of the whole area's rows that these are.
    """
    height = bottom - top
    before = np.zeros(height + 1, np.int64)
    marked = np.zeros(height, np.uint8)
    ends = np.empty(groups.size - 1, np.int64)
    effort = np.empty(2, np.int64)
    effort[STEPS] = np.int64(MOST_STEPS * share)
    pieces = np.empty((5, 8 * height + 64))
    rows = np.empty(pieces.shape[1], np.int32)
    first = np.int64(0)
    at_once = height
    while first < height:
        end = min(first + at_once, height)
        for row in range(height):
            marked[row] = again[row] if first <= row < end else 0
            before[row + 1] = before[row] + marked[row]
        n = np.int64(0)
        for group in range(ends.size):
            n = gather(
                points, starts, groups[group], groups[group + 1], left, right, top, bottom, marked, before,
                parts, pieces, rows, n,
            )  # fmt: skip
            ends[group] = n
        if at_once == height:
            lines = np.int64(MOST_SAMPLED * share) // max(n, 1)
            if n > MOST_PIECES * share and n > PIECES and ends.size == 1:
                sample_rows(
                    points, starts, groups[0], groups[1], is_union, left, right, top, bottom, max(8 * lines, 2),
                    words, parts, cells, bits, entry, marked,
                )  # fmt: skip
                break
            effort[LINES] = min(max(lines, 2), MOST_LINES)
        if n > rows.size and n > PIECES and at_once > 1:
            at_once = max(height * PIECES // n, 1) if at_once == height else at_once // 2
        elif n > rows.size:
            pieces = np.empty((5, n))
            rows = np.empty(n, np.int32)
        else:
            _redo_gathered(pieces, rows, n, ends, is_union, words, effort, cells, bits, entry, marked)
            first = end
    for row in range(height):
        again[row] = 0


@inner
def _redo_gathered(pieces, rows, n, ends, is_union, words, effort, cells, bits, entry, marked):
    """Do the marked rows over, whose `n` pieces are listed; group k's end with number ends[k]."""
    offsets = np.empty(marked.size + 2, np.int64)
    order = np.empty(n, np.int64)
    longest = _sort_by_row(rows, n, offsets, order)
    own = np.empty((5, longest))
    joined = np.empty((5, 2 * longest))
    out = np.empty((5, 4 * longest + 16))
    floats, numbers = row_scratch(2 * longest)
    row = np.int64(0)
    while row < marked.size:
        if marked[row] != 0:
            n, count = _outline(
                pieces,
                order,
                offsets[row],
                offsets[row + 1],
                ends,
                is_union,
                own,
                joined,
                floats,
                numbers,
                effort,
                out,
            )
            if n > joined.shape[1] or 2 * n > floats.shape[1]:
                joined = np.empty((5, n))
                floats, numbers = row_scratch(n)
                continue
            if count == NO_ROOM:
                floats, numbers = row_scratch(2 * floats.shape[1])
                continue
            if count > out.shape[1]:
                out = np.empty((5, 2 * count))
                continue
            entry[row] = 0
            _replace_row(cells, bits, row, words, out, count)
        row += 1


@leaf
def _claim_rows(rows, first, end, item, height, width, open_bits, line_words, runs, pixels, seen, tally):
    """Claim rows of a mask (y, x0, x1) from number `first` on, until there is no room; returns the number reached."""
    n = tally[N_RUNS]
    m = tally[N_PIXELS]
    q = tally[N_SEEN]
    at = first
    while at < end and n + width < runs.shape[0] and m + width < pixels.shape[0] and q < seen.shape[0]:
        row = np.int64(rows[at, 0])
        x0 = max(np.int64(rows[at, 1]), 0)
        x1 = min(np.int64(rows[at, 2]), width)
        at += 1
        if not 0 <= row < height or x0 >= x1:
            continue
        before = m
        n, m = claim_run(open_bits, row * line_words, x0, x1, item, row, runs, n, pixels, m)
        if m > before:
            put(seen, q, row, before, m, item)
            q += 1
    tally[N_RUNS] = n
    tally[N_PIXELS] = m
    tally[N_SEEN] = q
    return at


@jit
def scan_coverage(
    points, starts, groups, areas, kinds, run_rows, height, width, cells, bits, entry, open_bits, edges, parts, limits,
    tally, runs, pixels, seen,
):  # fmt: skip
    """Find out what is seen of each area, composed front to back, and with which coverage.

    Parameters
    ----------
    points, starts, groups, areas, kinds
        As `annogeo.kernels.coverage_tracing.trace_rings` makes them.
    run_rows : int32 (q, 3)
        The draw list's `runs`: y, x0, x1.
    height, width : int
        Canvas size in px.
    cells, bits, entry, open_bits, edges, parts, limits, tally, runs, pixels, seen
        As for `annogeo.kernels.coverage_fills.scan_fills`; the last three are returned, unless the result is larger.

    Returns
    -------
    The tables that hold the result, whose lengths `tally` gets:

    runs : int32 (r, 4)
        y, x0, x1, item: pixels that this item covers fully, and that nothing above it touches.
    pixels : int32 (p, 2)
        x, and the item's coverage in units of 1/COVERED, of every other pixel that is seen of it.
    seen : int32 (q, 4)
        y, first, end, item: pixels [first, end) are one item's in one row. Topmost items come first.

    Notes
    -----
    Coverage is the exact area of the rings, up to float32 rounding. Time: points + crossed rows + pixels seen + canvas
    rows of each area. Twin: tests/naive/coverage.py.
    """
    line_words = (width + 127) >> 6
    start_claims(open_bits, tally)
    again = np.zeros(bits.size, np.uint8)
    state = np.zeros(STATE, np.int64)
    for area in range(kinds.size - 1, -1, -1):
        item = areas[0, area]
        row = areas[2, area]
        while row < areas[2, area + 1]:
            row = _claim_rows(
                run_rows, row, areas[2, area + 1], item, height, width, open_bits, line_words,
                runs, pixels, seen, tally,
            )  # fmt: skip
            if row < areas[2, area + 1]:
                runs = with_rows(runs, tally[N_RUNS], width + 1)
                pixels = with_rows(pixels, tally[N_PIXELS], width + 1)
                seen = with_rows(seen, tally[N_SEEN], width + 1)
        own_groups = groups[areas[1, area] : areas[1, area + 1] + 1]
        first_ring = own_groups[0]
        end_ring = own_groups[own_groups.size - 1]
        if starts[first_ring] == starts[end_ring]:
            continue
        if not measure(points, starts[first_ring], starts[end_ring], height, width, tally):
            continue
        left = tally[LEFT]
        right = tally[RIGHT] - left
        words = (right + 65) >> 6
        is_union = kinds[area] & UNION != 0
        is_simple = own_groups.size == 2 and are_simple(points, starts, first_ring, end_ring, edges)
        if is_union and is_simple:
            is_simple = are_alike(edges, end_ring - first_ring)
        top = tally[TOP]
        while top < tally[BOTTOM]:
            bottom = min(top + max(bits.size // words, 1), tally[BOTTOM])
            is_clipped = tally[IS_CLIPPED] != 0 or bottom - top < tally[BOTTOM] - tally[TOP]
            clashes = np.int64(0)
            if is_simple:
                add_rings(
                    points, starts, first_ring, end_ring, edges, left, right, top, bottom, is_clipped, words, parts,
                    cells, bits, entry,
                )  # fmt: skip
            elif kinds[area] & HARD != 0:
                again[: bottom - top] = 1
                clashes = np.int64(1)
            else:
                clashes = accumulate(
                    points, starts, first_ring, end_ring, left, right, top, bottom, is_clipped, words, parts, state,
                    cells, bits, entry, again,
                )  # fmt: skip
            if clashes > 0:
                _redo_rows(
                    points, starts, own_groups, is_union, left, right, top, bottom, words, parts,
                    (bottom - top) / (tally[BOTTOM] - tally[TOP]), cells, bits, entry, again,
                )  # fmt: skip
            is_solid = is_union or own_groups.size > 2
            origin = top
            while top < bottom:
                reached = sweep(
                    cells, bits, entry, is_solid, words, left, right, origin, top, bottom, open_bits, line_words, item,
                    runs, pixels, seen, tally, limits,
                )  # fmt: skip
                if reached < bottom:
                    runs = with_rows(runs, tally[N_RUNS], width + 1)
                    pixels = with_rows(pixels, tally[N_PIXELS], width + 1)
                    seen = with_rows(seen, tally[N_SEEN], width + 1)
                top = reached
    return runs, pixels, seen

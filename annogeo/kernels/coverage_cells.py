"""Exact pixel coverage of rings by signed areas: each edge leaves, in the pixels it passes, its height and the area
to its right; a sum along the row then gives every pixel's winding number, averaged over the pixel.

An average tells the even-odd (or non-zero) area only where at most two, neighbouring winding numbers meet in the
pixel. That holds where at most one *chain* passes: a run of edges that go on in the same vertical direction crosses
each level once. So a row in which two chains touch the same pixel is marked, and `coverage_rows` does it over.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, leaf
from annogeo.kernels._lanes import FULL, ONE

FAR = 1e9  # beyond, products of differences could overflow or lose the canvas: points between two are weighed instead
NO_ROW = -1
COVERED = (
    1 << 22
)  # a whole pixel's coverage: a power of two, so that rows are exact; rounding costs 1/2 of 1 an edge
ROOM = 144  # int32 of cells for each word of bits: 128 for its pixels, and up to 16 between rows
UNKNOWN = -2
MANY = 1 << 40
XA, TA, XB, TB, DOWN = range(5)  # rows of a list of pieces
ROW, FIRST, LAST, PIECES, IS_TIP, START_ROW, START_FIRST, START_LAST, START_PIECES, CLASHES, STATE = range(11)
"""Of `state`: the row that the chain is in; the pixels it passed there, which are not marked yet; by how many edges;
whether it turned back there. The same of the row that the ring started in. How often a row was marked."""


@inlined
def row_length(words):
    """How far apart rows of cells are: one cache line more than they need.

    A power of two would put all rows' cells of one column into the same few places of the caches.
    """
    return 128 * words + 16


@inlined
def _is_within(x, y, limit, low, high):
    return 0.0 < x < limit and low <= y <= high


@inlined
def _between(a, b, share):
    """The value `share` of the way from a to b, without overflow."""
    return a + share * (b - a) if abs(a) + abs(b) < FAR else a * (1.0 - share) + b * share


@inlined
def _share(a, b, limit):
    """How far along from a to b (which differ) `limit` lies, 0 .. 1, without overflow."""
    share = (0.5 * limit - 0.5 * a) / (0.5 * b - 0.5 * a)
    return min(max(share, 0.0), 1.0)


@leaf
def clip_edge(parts, xa, ya, xb, yb, top, bottom, right):
    """Cut an edge to rows [top, bottom], and fold what is left of 0 or right of `right` onto that line.

    `parts` (4, 3) gets xa, ya, xb, yb of each part in the order they are passed; returns how many there are.
    """
    if max(ya, yb) <= top or min(ya, yb) >= bottom:
        return 0
    x0 = xa
    y0 = ya
    x1 = xb
    y1 = yb
    # a new end's own coordinate is the limit itself: computed, it could be lost in rounding
    for limit in (top, bottom):
        is_low = limit == top
        if (y0 < limit) if is_low else (y0 > limit):
            x0 = _between(xa, xb, _share(ya, yb, limit))
            y0 = limit
        if (y1 < limit) if is_low else (y1 > limit):
            x1 = _between(xa, xb, _share(ya, yb, limit))
            y1 = limit
    count = 0
    parts[0, 0] = x0
    parts[1, 0] = y0
    for limit in (0.0, right) if x0 < x1 else (right, 0.0):
        if min(x0, x1) < limit < max(x0, x1):
            y = min(max(_between(y0, y1, _share(x0, x1, limit)), min(y0, y1)), max(y0, y1))
            parts[2, count] = limit
            parts[3, count] = y
            count += 1
            parts[0, count] = limit
            parts[1, count] = y
    parts[2, count] = x1
    parts[3, count] = y1
    count += 1
    for k in range(count):
        parts[0, k] = min(max(parts[0, k], 0.0), right)
        parts[2, k] = min(max(parts[2, k], 0.0), right)
    return count


@leaf
def _add_wide(cells, at, start, end, height):
    """As `add_piece`, over two pixels or more; `start` and `end` are columns counted from the first pixel.

    Returns the last pixel, so counted. Each pixel's share of the height is what is not yet shared out, so they add up.
    """
    slope = height / (end - start)
    rest = 1.0 - start
    share = np.int64(slope * rest)
    cells[np.uint64(at)] += np.int32(0.5 * slope * rest * rest)
    cells[np.uint64(at + 1)] += np.int32(share)
    last = np.int64(np.ceil(end)) - 1
    for pixel in range(1, last):
        at += 2
        before = share
        share = np.int64(slope * (pixel + rest))
        cells[np.uint64(at)] += np.int32(0.5 * slope)
        cells[np.uint64(at + 1)] += np.int32(share - before)
    at += 2
    rest = end - last
    cells[np.uint64(at)] += np.int32(slope * rest * (1.0 - 0.5 * rest))
    cells[np.uint64(at + 1)] += np.int32(height - share)
    return last


@inlined
def add_piece(cells, base, xa, xb, height):
    """Add the part of an edge within one row, from column xa to xb >= 0, to the row's cells from `base` on.

    A cell is two int32: what the edge covers of that pixel (right of the edge counts as covered), and of each pixel
    further right, in units of 1 / COVERED. So is `height`, which is signed: positive downwards. Returns the first and
    the last pixel passed.
    """
    start = min(xa, xb)
    end = max(xa, xb)
    first = np.int64(start)
    at = base + 2 * first
    start -= first
    end -= first
    if end <= 1.0:
        cells[np.uint64(at)] += np.int32(height * (1.0 - 0.5 * (start + end)))
        cells[np.uint64(at + 1)] += np.int32(height)
        return first, first
    return first, first + _add_wide(cells, at, start, end, height)


@inlined
def level(y):
    """A height in units of 1 / COVERED. Sums of differences of such levels are exact."""
    return np.int64(y * COVERED + 0.5)


@leaf
def touch(bits, line, first, last):
    """Set bits first..last of a row of words that starts at `line`; returns whether one of them was set before."""
    clash = np.uint64(0)
    for word in range(first >> 6, (last >> 6) + 1):
        mask = FULL
        if word == first >> 6:
            mask &= FULL << np.uint64(first & 63)
        if word == last >> 6:
            mask &= FULL >> np.uint64(63 - (last & 63))
        at = np.uint64(line + word)
        clash |= bits[at] & mask
        bits[at] |= mask
    return clash != 0


@inlined
def touch_few(bits, line, first, last):
    """As `touch`; quick where all the bits are in one word."""
    if (first ^ last) >> 6 == 0:
        mask = ((np.uint64(2) << np.uint64(last - first)) - ONE) << np.uint64(first & 63)
        at = np.uint64(line + (first >> 6))
        old = bits[at]
        bits[at] = old | mask
        return old & mask != 0
    return touch(bits, line, first, last)


@inlined
def enter(entry, ya, yb):
    """Count an edge at column 0 into the winding numbers that rows start with."""
    for row in range(np.int64(min(ya, yb)), np.int64(np.ceil(max(ya, yb)))):
        top = row * COVERED
        bottom = top + COVERED
        entry[row] += min(max(level(yb), top), bottom) - min(max(level(ya), top), bottom)


@inlined
def _mark(bits, words, again, state):
    """Mark the pixels that a chain passed in its current row, and the row too if another chain was there."""
    row = state[ROW]
    if row >= 0 and touch_few(bits, row * words, state[FIRST], state[LAST]):
        again[row] = 1
        state[CLASHES] += 1


@leaf
def _leave(bits, words, again, state):
    """Finish with the chain's current row. The first row of a ring is only noted: its end comes back there."""
    if state[START_ROW] == UNKNOWN and state[ROW] >= 0:
        state[START_ROW] = state[ROW]
        state[START_FIRST] = state[FIRST]
        state[START_LAST] = state[LAST]
        state[START_PIECES] = state[PIECES] if state[IS_TIP] == 0 else MANY
    else:
        _mark(bits, words, again, state)
    state[ROW] = NO_ROW


@inlined
def _pass(bits, words, again, state, row, first, last):
    """Go on to pixels first..last of a row."""
    if state[ROW] == row:
        state[FIRST] = min(state[FIRST], first)
        state[LAST] = max(state[LAST], last)
        state[PIECES] += 1
        if state[IS_TIP] != 0 and state[PIECES] > 2:  # more than two edges about the tip: they might cross
            again[row] = 1
            state[CLASHES] += 1
        return
    _leave(bits, words, again, state)
    state[ROW] = row
    state[FIRST] = first
    state[LAST] = last
    state[PIECES] = 1
    state[IS_TIP] = 0


@leaf
def _pass_level(xa, xb, y, rows, limit, words, bits, again, state):
    """Count what a level edge passes as passed by its chain: it covers nothing, but those pixels are partly covered."""
    low = min(xa, xb)
    high = max(xa, xb)
    if not 0.0 < y < rows or y == np.floor(y) or high < 0.0 or low >= limit:
        # it passes no pixel, but what lies before and behind it do not share a point
        state[PIECES] = MANY
        if state[START_ROW] == UNKNOWN and state[ROW] < 0:
            state[START_ROW] = NO_ROW
        return
    _pass(bits, words, again, state, np.int64(y), np.int64(max(low, 0.0)), np.int64(min(high, limit)))


@leaf
def _walk(xa, ya, xb, yb, words, cells, bits, again, state):
    """Add one edge that does not lie level; rows count from row 0 of the cells."""
    stride = row_length(words)
    is_down = yb > ya
    upper = np.int64(min(ya, yb))
    lower = np.int64(np.ceil(max(ya, yb))) - 1
    if upper == lower:
        first, last = add_piece(cells, upper * stride, xa, xb, level(yb) - level(ya))
        _pass(bits, words, again, state, upper, first, last)
        return
    slope = (xb - xa) / (yb - ya)
    enters = upper if is_down else lower
    border = upper + 1 if is_down else lower
    x = min(max(xa + (border - ya) * slope, min(xa, xb)), max(xa, xb))
    first, last = add_piece(cells, enters * stride, xa, x, border * COVERED - level(ya))
    _pass(bits, words, again, state, enters, first, last)
    _leave(bits, words, again, state)
    x = (xa if is_down else xb) + (upper + 1.0 - min(ya, yb)) * slope
    sign = COVERED if is_down else -COVERED
    base = (upper + 1) * stride
    line = (upper + 1) * words
    for row in range(upper + 1, lower):
        first, last = add_piece(cells, base, x, x + slope, sign)
        if touch_few(bits, line, first, last):
            again[row] = 1
            state[CLASHES] += 1
        x += slope
        base += stride
        line += words
    leaves = lower if is_down else upper
    border = lower if is_down else upper + 1
    x = min(max(xb + (border - yb) * slope, min(xa, xb)), max(xa, xb))
    first, last = add_piece(cells, leaves * stride, x, xb, level(yb) - border * COVERED)
    _pass(bits, words, again, state, leaves, first, last)


@leaf
def _leave_canvas(bits, words, again, state):
    """Finish with the chain's current row, where it goes off the canvas: it does not come back to where it started."""
    if state[START_ROW] == UNKNOWN and state[ROW] < 0:
        state[START_ROW] = NO_ROW
    _leave(bits, words, again, state)


@leaf
def _close(bits, words, again, state, is_same_chain):
    """Finish a ring: where it ends in the row that it started in, the two are passed together."""
    start = state[START_ROW]
    row = state[ROW]
    if start == UNKNOWN:
        _mark(bits, words, again, state)
    elif start == row and (
        (is_same_chain and state[START_PIECES] < MANY and state[IS_TIP] == 0)
        or (state[START_PIECES] == 1 and state[PIECES] == 1)
    ):
        state[FIRST] = min(state[FIRST], state[START_FIRST])
        state[LAST] = max(state[LAST], state[START_LAST])
        _mark(bits, words, again, state)
    else:
        _mark(bits, words, again, state)
        state[ROW] = start
        state[FIRST] = state[START_FIRST]
        state[LAST] = state[START_LAST]
        _mark(bits, words, again, state)


@leaf
def accumulate(
    xy, rings, first_ring, end_ring, left, right, top, bottom, is_clipped, words, parts, state,
    cells, bits, entry, again,
):  # fmt: skip
    """Add all edges of rings [first_ring, end_ring) to the cells of rows [top, bottom).

    Parameters
    ----------
    left, right : int
        The canvas column of cell 0, and the number of the canvas's columns from there on.
    is_clipped : bool
        False promises that the rings lie within these rows and columns.
    words : int
        Words of `bits` per row; a row has 64 cells per word, and at least two beyond `right`.
    parts : float64 (4, 3), state : int64 (STATE,)
        Scratch.
    cells : int32, bits : uint64, entry : int64 (rows,), again : uint8 (rows,)
        Zeros at first. `bits` marks pixels that an edge passes, `entry` is the winding number that a row starts
        with, in units of 1 / COVERED, `again` marks rows where two chains touch one pixel.

    Returns
    -------
    int
        How often a row was marked in `again`.

    Notes
    -----
    Where a chain turns back within a row, both sides of the tip count as one chain if they are one edge each: two edges
    from one point do not cross.
    """
    offset = float(left)
    low = float(top)
    high = float(bottom)
    limit = float(right)
    state[CLASHES] = 0
    for ring in range(first_ring, end_ring):
        begin = rings[ring]
        end = rings[ring + 1]
        state[ROW] = NO_ROW
        state[START_ROW] = UNKNOWN
        state[IS_TIP] = 0
        if is_clipped and end > begin:
            if not _is_within(xy[end - 1, 0] - offset, xy[end - 1, 1], limit, low, high):
                state[START_ROW] = NO_ROW
        started = 0.0
        direction = 0.0
        for point in range(begin, end):
            before = point - 1 if point > begin else end - 1
            xa = xy[before, 0] - offset
            ya = xy[before, 1]
            xb = xy[point, 0] - offset
            yb = xy[point, 1]
            if ya == yb:
                _pass_level(xa, xb, ya - low, high - low, limit, words, bits, again, state)
                if is_clipped and not _is_within(xb, yb, limit, low, high):
                    _leave_canvas(bits, words, again, state)
                continue
            down = 1.0 if yb > ya else -1.0
            if down != direction:
                if direction == 0.0:
                    started = down
                elif state[PIECES] == 1 and state[IS_TIP] == 0:
                    state[IS_TIP] = 1
                else:
                    _leave(bits, words, again, state)
                direction = down
            if not is_clipped:
                _walk(xa, ya - low, xb, yb - low, words, cells, bits, again, state)
                continue
            for part in range(clip_edge(parts, xa, ya, xb, yb, low, high, limit)):
                xa = parts[0, part]
                xb = parts[2, part]
                ya = parts[1, part] - low
                yb = parts[3, part] - low
                if xa == limit and xb == limit:
                    continue
                if ya == yb:
                    _pass_level(xa, xb, ya, high - low, limit, words, bits, again, state)
                elif xa == 0.0 and xb == 0.0:
                    enter(entry, ya, yb)
                else:
                    _walk(xa, ya, xb, yb, words, cells, bits, again, state)
            if not _is_within(xy[point, 0] - offset, xy[point, 1], limit, low, high):
                _leave_canvas(bits, words, again, state)
        _close(bits, words, again, state, started == direction)
    return state[CLASHES]


@leaf
def _gather_level(xa, xb, y, limit, again, pieces, rows, n):
    """List a level edge in a marked row, as a piece without height and direction: it joins what lies on both sides."""
    row = np.int64(y)
    low = max(min(xa, xb), 0.0)
    high = min(max(xa, xb), limit)
    if y == row or low >= high or not 0.0 < y < again.size or again[row] == 0:
        return n
    if n < rows.size:
        pieces[XA, n] = low
        pieces[TA, n] = y - row
        pieces[XB, n] = high
        pieces[TB, n] = y - row
        pieces[DOWN, n] = 0.0
        rows[n] = row
    return n + 1


@leaf
def _gather_edge(xa, ya, xb, yb, again, before, pieces, rows, n):
    """List an edge that goes down, or up, in its marked rows; arguments as in `gather`."""
    down = yb > ya
    x0 = xa if down else xb
    y0 = ya if down else yb
    x1 = xb if down else xa
    y1 = yb if down else ya
    begin = np.int64(y0)
    end = np.int64(np.ceil(y1))
    more = before[end] - before[begin]
    if more == 0 or n + more > rows.size:
        return n + more
    slope = (x1 - x0) / (y1 - y0)
    low = min(x0, x1)
    high = max(x0, x1)
    for row in range(begin, end):
        if again[row] == 0:
            continue
        top = max(y0, float(row))
        bottom = min(y1, row + 1.0)
        at = np.uint64(n)
        pieces[XA, at] = x0 if top == y0 else min(max(x0 + (top - y0) * slope, low), high)
        pieces[TA, at] = top - row
        pieces[XB, at] = x1 if bottom == y1 else min(max(x0 + (bottom - y0) * slope, low), high)
        pieces[TB, at] = bottom - row
        pieces[DOWN, at] = 1.0 if down else -1.0
        rows[at] = row
        n += 1
    return n


@leaf
def gather(xy, rings, first_ring, end_ring, left, right, top, bottom, again, before, parts, pieces, rows, n):
    """List the edges' parts in the marked rows of [top, bottom), cut at the rows' borders.

    `pieces` gets, from number n on, column and height (0 .. 1 within the row) of the upper and of the lower end, and
    the direction (1.0 down, -1.0 up); `rows` the row, counted from `top`. `before` is how many marked rows lie
    above each. Returns the new number; where that is more than there is room for, the list is not complete.
    """
    low = float(top)
    limit = float(right)
    for ring in range(first_ring, end_ring):
        a = rings[ring + 1] - 1
        for b in range(rings[ring], rings[ring + 1]):
            xa = xy[a, 0] - left
            xb = xy[b, 0] - left
            ya = xy[a, 1]
            yb = xy[b, 1]
            a = b
            if ya == yb:
                n = _gather_level(xa, xb, ya - low, limit, again, pieces, rows, n)
                continue
            begin = np.int64(min(max(min(ya, yb) - low, 0.0), float(again.size)))
            end = np.int64(min(max(np.ceil(max(ya, yb) - low), 0.0), float(again.size)))
            if before[begin] == before[end]:
                continue
            for part in range(clip_edge(parts, xa, ya, xb, yb, low, float(bottom), limit)):
                xa = parts[0, part]
                ya = parts[1, part] - low
                xb = parts[2, part]
                yb = parts[3, part] - low
                if ya == yb:
                    n = _gather_level(xa, xb, ya, limit, again, pieces, rows, n)
                else:
                    n = _gather_edge(xa, ya, xb, yb, again, before, pieces, rows, n)
    return n

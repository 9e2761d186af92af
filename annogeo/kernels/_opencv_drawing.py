"""Draws the pieces of rule `opencv` on a page of bits (`_page`). Layer: kernels; see `opencv`."""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit
from annogeo.kernels._opencv_pieces import BITS, FINE, HALF, ONE, ROUND, SIDE, STRAIGHT, clip, quotient
from annogeo.kernels._page import LEFT, MINUS_ONE, NEVER, RIGHT, U1, ZERO, mark, touch


@jit
def draw(bits, rows, width, pieces, i, corners, flank):
    """Draw a piece, and toggle what it bounds; returns the first and last row it may have touched.

    `flank` is scratch, int64 (2, 4).
    """
    kind, x0, y0, x1, y1 = pieces[i, 0], pieces[i, 1], pieces[i, 2], pieces[i, 3], pieces[i, 4]
    height = rows.shape[0]
    if kind <= STRAIGHT:
        shown, ax, ay, bx, by = clip(width - 1, height - 1, x0, y0, x1, y1)
        if shown and _draw_straight(bits, rows, ax, ay, bx, by):
            _mark_extents(bits, rows, width, min(ay, by), max(ay, by))
        if kind == SIDE and y0 != y1:
            _toggle(bits, rows, width, ax, ay, bx, by, y0, y1)
        return max(min(y0, y1), ZERO), min(max(y0, y1), height - 1)
    if kind == FINE:
        first, last = _trace_fine(rows, width, x0, y0, x1, y1)
    elif kind == ROUND:
        first, last = _trace_disc(rows, x0, y0, x1)
    else:
        first, last = _trace_convex(bits, rows, width, corners, x0, y0, flank)
    _mark_extents(bits, rows, width, first, last)
    return first, last


@jit
def _mark_extents(bits, rows, width, first, last):
    """Mark the extents of rows `first` to `last` and empty them."""
    for y in range(first, last + 1):
        left, right = max(rows[y, LEFT], ZERO), min(rows[y, RIGHT], width - 1)
        rows[y, LEFT] = NEVER
        rows[y, RIGHT] = -NEVER
        if left > right:
            continue
        mark(bits, rows, y, left, right)


@jit
def _draw_straight(bits, rows, x0, y0, x1, y1):
    """Draw the 8-connected line between two pixels of the canvas; a flat one is only traced, which is returned.

    Along the longer axis the pixel nearest to the line is taken, of two equally near ones that towards the left end.
    So k rows away from that end a line of w columns and h rows is at column (2wk + h - 1) // 2h where it is steep, and
    reaches column (2wk + w) // 2h where it is flat: one sum, kept as quotient and remainder.
    """
    if x1 < x0:
        x0, y0, x1, y1 = x1, y1, x0, y0
    across, down = x1 - x0, abs(y1 - y0)
    is_flat = across >= down
    step = 1 if y1 > y0 else -1
    whole = max(2 * down, 1)
    start = across if is_flat else down - 1
    more, x = 2 * across // whole, start // whole
    more_rest, rest = 2 * across - more * whole, start - x * whole
    x += x0
    left = x0
    for _ in range(down + 1):
        if is_flat:
            rows[y0, LEFT] = left
            rows[y0, RIGHT] = min(x, x1)
            left = x + 1
        else:
            bits[0, y0, x >> 6] |= U1 << np.uint64(x & 63)
            touch(rows, y0, x >> 6, x >> 6)
        y0 += step
        x += more
        rest += more_rest
        if rest >= whole:
            rest -= whole
            x += 1
    return is_flat


@jit
def _toggle(bits, rows, width, ax, ay, bx, by, y0, y1):
    """Toggle the even-odd inside along a side through (ax, ay) and (bx, by), in rows from y0 to y1 without the lower.

    A row's inside runs from the first pixel at or right of one crossing to the last at or left of the next, hence a
    crossing right on a pixel marks that pixel. cv2 takes the slope between the ends of the line that it drew; where no
    more than a row of that is left, from one column to the other over the full height.
    """
    if ay == by:
        ay, by = y0, y1
    slope = quotient((bx - ax) * ONE, by - ay)
    top, stop = max(min(y0, y1), ZERO), min(max(y0, y1), rows.shape[0])
    x = ax * ONE + (top - ay) * slope
    for y in range(top, stop):
        column = (x + ONE - 1) >> BITS
        k = np.int64(bits.shape[2] - 1)
        if column < width:
            k = max(column, ZERO) >> 6
            bit = U1 << np.uint64(max(column, ZERO) & 63)
            bits[1, y, k] ^= bit
            if column >= 0 and x & (ONE - 1) == 0:
                bits[0, y, k] |= bit
        touch(rows, y, k, k)
        x += slope


@jit
def _stretch(rows, y, left, right):
    """Let the extent of row `y`, where that is on the canvas, include columns `left` to `right`."""
    if 0 <= y < rows.shape[0]:
        rows[y, LEFT] = min(rows[y, LEFT], left)
        rows[y, RIGHT] = max(rows[y, RIGHT], right)


@jit
def _trace_fine(rows, width, x0, y0, x1, y1):
    """Trace a line between fixed-point points, one pixel per step of the longer axis; returns first and last row."""
    height = rows.shape[0]
    shown, x0, y0, x1, y1 = clip(width * ONE - 1, height * ONE - 1, x0, y0, x1, y1)
    if not shown:
        return height, MINUS_ONE
    across, down = abs(x1 - x0), abs(y1 - y0)
    is_flat = across > down
    if x1 < x0 if is_flat else y1 < y0:
        x0, y0, x1, y1 = x1, y1, x0, y0
    steps = max(across, down) >> BITS
    step_x = ONE if is_flat else quotient((x1 - x0) * ONE, down | 1)
    step_y = quotient((y1 - y0) * ONE, across | 1) if is_flat else ONE
    x, y = x0 + HALF, y0 + HALF
    for k in range(steps + 2):
        if k > steps:  # the far end is drawn as well, wherever the last step led
            x, y = x1 + HALF, y1 + HALF
        _stretch(rows, y >> BITS, x >> BITS, x >> BITS)
        x += step_x
        y += step_y
    first, last = min(y0, y1) >> BITS, (max(y0, y1) + HALF) >> BITS
    return max(first - 1, ZERO), min(last + 1, height - 1)


@jit
def _trace_disc(rows, x, y, radius):
    """Trace a circle given in whole pixels, walking an eighth of it by the midpoint rule."""
    across, down, rest = radius, ZERO, ZERO
    while across >= down:
        for side in range(-1, 2, 2):
            _stretch(rows, y + side * down, x - across, x + across)
            _stretch(rows, y + side * across, x - down, x + down)
        rest += 2 * down + 1
        down += 1
        if rest > 0:
            rest -= 2 * across - 1
            across -= 1
    return max(y - radius, ZERO), min(y + radius, rows.shape[0] - 1)


@jit
def _trace_convex(bits, rows, width, corners, start, end, flank):
    """Trace a convex fixed-point polygon; returns its first and last row.

    Its sides are fine lines. Its inside is followed along two flanks from the topmost corner to the last row, without
    that. A flank (`flank` has its corner ahead, that corner's row, x in the row at hand, slope) moves on to the next
    side that ends below the row; with none left it goes straight on. A side is looked at once, for either flank.
    """
    n = end - start
    top, lowest = start, corners[start, 1]
    first, last = rows.shape[0], MINUS_ONE
    before = end - 1
    for i in range(start, end):
        if corners[i, 1] < corners[top, 1]:
            top = i
        lowest = max(lowest, corners[i, 1])
        a, b = _trace_fine(rows, width, corners[before, 0], corners[before, 1], corners[i, 0], corners[i, 1])
        first, last = min(first, a), max(last, b)
        if a == 0:  # what of a side lies above the middle of row 0 is clipped: the row may have gaps
            _mark_extents(bits, rows, width, a, a)
        before = i
    y = (corners[top, 1] + HALF) >> BITS
    stop = min((lowest + HALF) >> BITS, rows.shape[0]) if n > 2 else y
    if y < stop:
        first, last = min(first, max(y, ZERO)), max(last, stop - 1)
    for side in range(2):
        flank[side, 0], flank[side, 1], flank[side, 2], flank[side, 3] = top - start, y, -ONE, 0
    left = n
    while y < stop:
        until = stop
        for side in range(2):
            if flank[side, 1] <= y:
                at = flank[side, 0]
                flank[side, 1] = NEVER
                while left > 0 and flank[side, 1] == NEVER:
                    left -= 1
                    to = (at + (n - 1 if side else 1)) % n
                    bottom = (corners[start + to, 1] + HALF) >> BITS
                    if bottom > y:
                        x, drop = corners[start + at, 0], bottom - y
                        flank[side, 0], flank[side, 1], flank[side, 2] = to, bottom, x
                        flank[side, 3] = quotient(2 * (corners[start + to, 0] - x) + drop, 2 * drop)
                    at = to
            until = min(until, flank[side, 1])
        for side in range(2):
            x, slope = flank[side, 2], flank[side, 3]
            for row in range(max(y, ZERO), until):
                column = (x + (row - y) * slope + HALF) >> BITS
                _stretch(rows, row, column, column)
            flank[side, 2] = x + (until - y) * slope
        y = until
    return first, last

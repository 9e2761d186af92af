"""Scan a draw list as OpenCV 5 draws it (rule ``opencv``), bit for bit, whatever cv2 is installed.

An operation is cut into pieces (lines, convex polygons, discs), each of which covers one run of pixels per row. A piece
is traced into row extents, the extents are marked in a page of bits, and when all pieces are, the page is read row by
row, which leaves it blank: pixels that an operation draws twice come out once. Whole coordinates are pixel centres here;
fixed-point numbers have 16 fractional bits. Layer: kernels. What lies too far out for cv2's integers is cut to size
beforehand, in `opencv_far`.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
WordArray = npt.NDArray[np.uint64]
SpanArrays = tuple[Int32Array, Int32Array, Int32Array, Int32Array]

# Numba compiles a function anew for every literal argument, so constants that are passed on are typed.
_0, _1 = np.int64(0), np.int64(1)

_FILL, _LINE, _LOOP, _ELLIPSE, _ELLIPSE_LOOP, _DISC, _RUNS = range(7)  # annogeo.draw.Op

# The kinds of pieces; a piece is (kind, x0, y0, x1, y1).
_SIDE = np.int64(0)  # a line from pixel to pixel that bounds an even-odd inside
_STRAIGHT = np.int64(1)  # a line from pixel to pixel
_FINE = np.int64(2)  # a line between fixed-point points
_CONVEX = np.int64(
    3
)  # (kind, first corner, last corner + 1, 0, 0): a convex polygon of fixed-point corners without its sides
_ROUND = np.int64(4)  # (kind, x, y, radius, _0): a disc about a pixel

_BITS = 16
_ONE = 1 << _BITS
_HALF = _ONE >> 1
_NEVER = 1 << 62

_U0, _U1, _U2, _U4, _U8, _U16, _U32, _U63 = (np.uint64(n) for n in (0, 1, 2, 4, 8, 16, 32, 63))
_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
# Powers of two leave 64 different remainders modulo 67, hence this table of where a lone bit stands.
_U67 = np.uint64(67)
_PLACE = np.zeros(67, np.int64)
_PLACE[[pow(2, n, 67) for n in range(64)]] = np.arange(64)

# cv2 turns an ellipse into a polygon with the sines of whole degrees, kept to seven decimals in single precision.
_SINE = np.round(np.sin(np.radians(np.arange(360.0))), 7).astype(np.float32).astype(np.float64)


# What the page notes of each row, in `Page.rows`.
_LOW, _HIGH = 0, 1  # the first and last word touched; the first is beyond the last where none is
_LEFT, _RIGHT = 2, 3  # the first and last column of the piece at hand, likewise


class Page(NamedTuple):
    """Where operations are drawn: one bit per pixel, blank between operations.

    Parameters
    ----------
    marks : uint64 (height, words)
        Drawn pixels; bit i of word k is column ``64 * k + i``.
    flips : uint64 (height, words)
        Where an even-odd inside begins or ends.
    rows : int64 (height, 4)
        Notes on each row, see `_LOW` to `_RIGHT`.
    width : int
        Of the canvas, in pixels.
    """

    marks: WordArray
    flips: WordArray
    rows: IntArray
    width: int


def scan_opencv(
    op: npt.NDArray[np.uint8],
    item: Int32Array,
    width: npt.NDArray[np.float64],
    shape_offsets: IntArray,
    ring_offsets: IntArray,
    xy: npt.NDArray[np.float64],
    run_offsets: IntArray,
    runs: Int32Array,
    height: int,
    width_px: int,
) -> SpanArrays:
    """Scan the operations of a DrawList by the rules of OpenCV 5."""
    points = np.rint(xy).astype(np.int64)
    sizes = np.maximum(np.rint(width), 1.0).astype(np.int64)
    page = _blank_page(height, width_px)
    spans = np.empty((4, 1 << 14), np.int32)
    start, n = 0, 0
    while True:
        start, n, room = _scan(
            op, item, sizes, shape_offsets, ring_offsets, points, run_offsets, runs, page, start, n, spans
        )
        if room <= spans.shape[1]:
            return spans[0, :n], spans[1, :n], spans[2, :n], spans[3, :n]
        grown = np.empty((4, max(room, 2 * spans.shape[1])), np.int32)
        grown[:, :n] = spans[:, :n]
        spans = grown


def _blank_page(height: int, width_px: int) -> Page:
    words = (width_px + 63) // 64
    marks, flips = np.zeros((2, height, words), np.uint64)
    rows = np.empty((height, 4), np.int64)
    rows[:] = _NEVER, -1, _NEVER, -_NEVER
    return Page(marks, flips, rows, width_px)


@jit
def _scan(op, item, sizes, shape_offsets, ring_offsets, points, run_offsets, runs, page, start, n, spans):
    """Draw and read operations from `start` on while their runs fit.

    Returns the operation reached, the number of spans written so far, and the room that going on needs.
    """
    for i in range(start, op.shape[0]):
        if op[i] == _RUNS:
            end = _copy_runs(page, runs[run_offsets[i] : run_offsets[i + 1]], item[i], n, spans)
        else:
            rings = ring_offsets[shape_offsets[i] : shape_offsets[i + 1] + 1]
            pieces, corners = _cut(page, op[i], rings, points, sizes[i])
            top, bottom = page.marks.shape[0], -_1
            for k in range(pieces.shape[0]):
                first, last = _draw(page, pieces[k], corners)
                top, bottom = min(top, first), max(bottom, last)
            end = _read(page, top, bottom, item[i], n, spans)
        if end > spans.shape[1]:
            return i, n, end
        n = end
    return op.shape[0], n, n


@jit
def _cut(page, code, rings, points, size):
    """Cut an operation into pieces; returns them and the corners of the convex ones."""
    path = points[rings[0] : rings[-1]]
    is_line = code <= _LOOP
    if not is_line and path.shape[0] > 0:
        path = _ellipse_outline(path, size, code == _DISC)
    count = path.shape[0]
    pieces = np.empty((7 * count + 4, 5), np.int64)
    corners = np.empty((4 * count, 2), np.int64)
    n = _0
    if code == _FILL:
        for k in range(rings.shape[0] - 1):
            before = rings[k + 1] - 1
            for i in range(rings[k], rings[k + 1]):
                x0, y0 = points[before]
                x1, y1 = points[i]
                n = _add(pieces, n, _SIDE, x0, y0, x1, y1)
                before = i
    elif code == _ELLIPSE:
        corners = path
        n = _add_convex(pieces, n, corners, _0, count)
    elif code == _DISC and size == 1 and count > 0:
        # cv2's smallest circle: the four neighbours of its centre
        x, y = points[rings[0]]
        for k in range(4):
            turn = 1 - (k & 2)
            n = _add(pieces, n, _ROUND, x + turn * (k & 1), y + turn * (1 - (k & 1)), _0, _0)
    else:
        n = _cut_path(page, pieces, corners, path, code, size)
    return pieces[:n], corners


@jit
def _cut_path(page, pieces, corners, path, code, width):
    """Cut a stroke `width` pixels wide into pieces; returns their number.

    A wide line is the oblong about it and a disc on either end. Wide lines from pixel to pixel, but not those between
    fixed-point points, are first cut to the canvas and a margin of their own width.
    """
    n, m = _0, _0
    radius = (width + 1) // 2
    right, bottom = page.width - 1 + 2 * width, page.marks.shape[0] - 1 + 2 * width
    disc_x, disc_y = _NEVER, _NEVER
    for i in range(0 if code == _LOOP else 1, path.shape[0]):
        x0, y0 = path[i - 1]
        x1, y1 = path[i]
        if width == 1:
            n = _add(pieces, n, _STRAIGHT if code <= _LOOP else _FINE, x0, y0, x1, y1)
            continue
        if code <= _LOOP:
            shown, x0, y0, x1, y1 = _clip(right, bottom, x0 + width, y0 + width, x1 + width, y1 + width)
            if not shown:
                continue
            x0, y0, x1, y1 = (
                x0 - width << _BITS,
                y0 - width << _BITS,
                x1 - width << _BITS,
                y1 - width << _BITS,
            )
        dx, dy = float(x0 - x1) / _ONE, float(y1 - y0) / _ONE
        square = dx * dx + dy * dy
        if square > 0.0:
            scale = (width + (width & 1)) * _HALF / np.sqrt(square)
            off_x, off_y = np.int64(np.rint(dy * scale)), np.int64(np.rint(dx * scale))
            corners[m, 0], corners[m, 1] = x0 + off_x, y0 + off_y
            corners[m + 1, 0], corners[m + 1, 1] = x0 - off_x, y0 - off_y
            corners[m + 2, 0], corners[m + 2, 1] = x1 - off_x, y1 - off_y
            corners[m + 3, 0], corners[m + 3, 1] = x1 + off_x, y1 + off_y
            n = _add_convex(pieces, n, corners, m, m + 4)
            m += 4
        for x, y in ((x0, y0), (x1, y1)):
            x, y = (x + _HALF) >> _BITS, (y + _HALF) >> _BITS
            if x != disc_x or y != disc_y:
                n = _add(pieces, n, _ROUND, x, y, radius, _0)
                disc_x, disc_y = x, y
    return n


@jit
def _add(pieces, n, kind, x0, y0, x1, y1):
    """Append a piece; returns the number there are then."""
    piece = pieces[n]
    piece[0] = kind
    piece[1] = x0
    piece[2] = y0
    piece[3] = x1
    piece[4] = y1
    return n + 1


@jit
def _add_convex(pieces, n, corners, start, stop):
    """Append a convex polygon and its sides; returns the number of pieces there are then."""
    before = stop - 1
    for i in range(start, stop):
        n = _add(pieces, n, _FINE, corners[before, 0], corners[before, 1], corners[i, 0], corners[i, 1])
        before = i
    return _add(pieces, n, _CONVEX, start, stop, _0, _0)


@jit
def _ellipse_outline(points, radius, is_disc):
    """Return the fixed-point polygon, its first point repeated, that cv2 draws for an ellipse or a circle."""
    cx, cy = float(points[0, 0] << _BITS), float(points[0, 1] << _BITS)
    rx, ry, turn = radius, radius, 0
    if not is_disc:
        rx, ry, turn = abs(points[1, 0]), abs(points[1, 1]), points[2, 0] % 360
    size = max(rx, ry)
    step = 90 if size < 3 else 30 if size < 10 else 18 if size < 15 else 5
    cos, sin = _SINE[(turn + 90) % 360], _SINE[turn]
    outline = np.empty((360 // step + 1, 2), np.int64)
    n, x, y = 0, _0, _0
    for degrees in range(0, 361, step):
        along = float(rx << _BITS) * _SINE[(degrees + 90) % 360]
        beside = float(ry << _BITS) * _SINE[degrees % 360]
        x = np.int64(np.rint(cx + along * cos - beside * sin))
        y = np.int64(np.rint(cy + along * sin + beside * cos))
        if n == 0 or x != outline[n - 1, 0] or y != outline[n - 1, 1]:
            outline[n, 0] = x
            outline[n, 1] = y
            n += 1
    if n == 1:
        outline[1, 0], outline[1, 1] = x, y
        n = 2
    return outline[:n]


@jit
def _draw(page, piece, corners):
    """Draw a piece, with what it bounds; returns the first and last row it may have touched."""
    kind, x0, y0, x1, y1 = piece[0], piece[1], piece[2], piece[3], piece[4]
    height = page.marks.shape[0]
    first, last = height, -_1
    if kind == _ROUND:
        first, last = _trace_disc(page, x0, y0, x1)
    elif kind == _CONVEX:
        first, last = _trace_convex(page, corners, x0, y0)
    else:
        unit = _ONE if kind == _FINE else 1
        shown, ax, ay, bx, by = _clip(page.width * unit - 1, height * unit - 1, x0, y0, x1, y1)
        if shown and kind == _FINE:
            first, last = _trace_fine(page, ax, ay, bx, by)
        elif shown:
            first, last = _trace_straight(page, ax, ay, bx, by)
    _mark(page, first, last)
    if kind == _SIDE and y0 != y1:
        _toggle(page, ax, ay, bx, by, y0, y1)
        return max(min(y0, y1), 0), min(max(y0, y1), height - 1)
    return first, last


@jit
def _mark(page, first, last):
    """Mark what was traced in rows `first` to `last`."""
    marks, rows = page.marks, page.rows
    for y in range(first, last + 1):
        a, b = max(rows[y, _LEFT], 0), min(rows[y, _RIGHT], page.width - 1)
        rows[y, _LEFT] = _NEVER
        rows[y, _RIGHT] = -_NEVER
        if a > b:
            continue
        i, k = a >> 6, b >> 6
        rows[y, _LOW] = min(rows[y, _LOW], i)
        rows[y, _HIGH] = max(rows[y, _HIGH], k)
        head = _ALL << np.uint64(a & 63)
        tail = _ALL >> np.uint64(63 - (b & 63))
        if i == k:
            marks[y, i] |= head & tail
        else:
            marks[y, i] |= head
            marks[y, k] |= tail
            for j in range(i + 1, k):
                marks[y, j] = _ALL


@jit
def _clip(right, bottom, x0, y0, x1, y1):
    """Cut a segment to columns 0..right and rows 0..bottom: is any of it left, and the ends as far as they were moved."""
    if (
        (x0 < 0 and x1 < 0)
        or (x0 > right and x1 > right)
        or (y0 < 0 and y1 < 0)
        or (y0 > bottom and y1 > bottom)
    ):
        return False, x0, y0, x1, y1
    if y0 < 0 or y0 > bottom:
        to = 0 if y0 < 0 else bottom
        x0 += np.int64(float(to - y0) * float(x1 - x0) / float(y1 - y0))
        y0 = to
    if y1 < 0 or y1 > bottom:
        to = 0 if y1 < 0 else bottom
        x1 += np.int64(float(to - y1) * float(x1 - x0) / float(y1 - y0))
        y1 = to
    if (x0 < 0 and x1 < 0) or (x0 > right and x1 > right):
        return False, x0, y0, x1, y1
    if x0 < 0 or x0 > right:
        to = 0 if x0 < 0 else right
        y0 += np.int64(float(to - x0) * float(y1 - y0) / float(x1 - x0))
        x0 = to
    if x1 < 0 or x1 > right:
        to = 0 if x1 < 0 else right
        y1 += np.int64(float(to - x1) * float(y1 - y0) / float(x1 - x0))
        x1 = to
    return True, x0, y0, x1, y1


@jit
def _toggle(page, ax, ay, bx, by, y0, y1):
    """Toggle the even-odd inside along a side through (ax, ay) and (bx, by), in rows from y0 to y1 without the lower.

    A row's inside runs from the first pixel at or right of one crossing to the last at or left of the next, hence a
    crossing right on a pixel marks that pixel. cv2 takes the slope between the ends of the line that it drew; where no
    more than a row of that is left, from one column to the other over the full height.
    """
    if ay == by:
        ay, by = y0, y1
    rows, flips = page.rows, page.flips
    slope = _quotient((bx - ax) << _BITS, by - ay)
    top, stop = max(min(y0, y1), 0), min(max(y0, y1), page.marks.shape[0])
    x = (ax << _BITS) + (top - ay) * slope
    for y in range(top, stop):
        column = (x + _ONE - 1) >> _BITS
        k = flips.shape[1] - 1
        if column < page.width:
            bit = _U1 << np.uint64(max(column, 0) & 63)
            k = max(column, 0) >> 6
            flips[y, k] ^= bit
            if x == column << _BITS and column >= 0:
                page.marks[y, k] |= bit
        rows[y, _LOW] = min(rows[y, _LOW], k)
        rows[y, _HIGH] = max(rows[y, _HIGH], k)
        x += slope


@jit
def _quotient(a, b):
    """Divide whole numbers, rounding towards zero."""
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


@jit
def _trace_straight(page, x0, y0, x1, y1):
    """Trace the 8-connected line between two pixels of the canvas; returns its first and last row.

    Along the longer axis the pixel nearest to the line is taken, of two equally near ones that towards the left end.
    """
    if x1 < x0:
        x0, y0, x1, y1 = x1, y1, x0, y0
    across, down = x1 - x0, abs(y1 - y0)
    step = 1 if y1 > y0 else -1
    rows = page.rows
    y, x = y0, x0
    if across >= down:
        rest = across
        rows[y, _LEFT] = x
        while x < x1:
            rest -= 2 * down
            if rest < 0:
                rest += 2 * across
                rows[y, _RIGHT] = x
                y += step
                rows[y, _LEFT] = x + 1
            x += 1
        rows[y, _RIGHT] = x1
    else:
        rest = down
        for _ in range(down + 1):
            rows[y, _LEFT] = x
            rows[y, _RIGHT] = x
            y += step
            rest -= 2 * across
            if rest < 0:
                rest += 2 * down
                x += 1
    return min(y0, y1), max(y0, y1)


@jit
def _trace_fine(page, x0, y0, x1, y1):
    """Trace a line between fixed-point points of the canvas, one pixel per step of the longer axis."""
    across, down = abs(x1 - x0), abs(y1 - y0)
    is_flat = across > down
    if x1 < x0 if is_flat else y1 < y0:
        x0, y0, x1, y1 = x1, y1, x0, y0
    height = page.marks.shape[0]
    x, y = x0 + _HALF, y0 + _HALF
    if is_flat:
        steps, step_x, step_y = across >> _BITS, _ONE, _quotient((y1 - y0) << _BITS, across | 1)
    else:
        steps, step_x, step_y = down >> _BITS, _quotient((x1 - x0) << _BITS, down | 1), _ONE
    _stretch(page, (y1 + _HALF) >> _BITS, (x1 + _HALF) >> _BITS, (x1 + _HALF) >> _BITS)
    for _ in range(steps + 1):
        _stretch(page, y >> _BITS, x >> _BITS, x >> _BITS)
        x += step_x
        y += step_y
    first, last = min(y0, y1) >> _BITS, (max(y0, y1) + _HALF) >> _BITS
    return max(first - 1, 0), min(last + 1, height - 1)


@jit
def _stretch(page, y, left, right):
    """Let the extent of row `y`, where that is on the canvas, include columns `left` to `right`."""
    rows = page.rows
    if 0 <= y < rows.shape[0]:
        rows[y, _LEFT] = min(rows[y, _LEFT], left)
        rows[y, _RIGHT] = max(rows[y, _RIGHT], right)


@jit
def _trace_disc(page, x, y, radius):
    """Trace a circle given in whole pixels, walking an eighth of it by the midpoint rule."""
    across, down, rest = radius, _0, _0
    while across >= down:
        for side in range(-1, 2, 2):
            _stretch(page, y + side * down, x - across, x + across)
            _stretch(page, y + side * across, x - down, x + down)
        rest += 2 * down + 1
        down += 1
        if rest > 0:
            rest -= 2 * across - 1
            across -= 1
    return max(y - radius, 0), min(y + radius, page.marks.shape[0] - 1)


@jit
def _trace_convex(page, corners, start, end):
    """Trace a convex fixed-point polygon from its topmost corner down, without its last row, as cv2 does.

    Two flanks are followed, each from side to side. A flank moves on to the next side that ends below the row; with none
    left it goes straight on. All sides are looked at once at most, whichever flank is the first to ask.
    """
    n = end - start
    height = page.marks.shape[0]
    top, lowest = _0, corners[start, 1]
    for i in range(n):
        if corners[start + i, 1] < corners[start + top, 1]:
            top = i
        lowest = max(lowest, corners[start + i, 1])
    y = (corners[start + top, 1] + _HALF) >> _BITS
    first, stop = max(y, 0), min((lowest + _HALF) >> _BITS, height)
    if n < 3:
        return height, -_1
    flank = np.empty((2, 4), np.int64)  # corner reached, its row, x in the row at hand, slope
    for side in range(2):
        flank[side, 0], flank[side, 1], flank[side, 2], flank[side, 3] = top, y, -_ONE, 0
    left = n
    while y < stop:
        until = stop
        for side in range(2):
            if flank[side, 1] <= y:
                at = flank[side, 0]
                flank[side, 1] = _NEVER
                while left > 0:
                    left -= 1
                    to = (at + (n - 1 if side else 1)) % n
                    bottom = (corners[start + to, 1] + _HALF) >> _BITS
                    if bottom > y:
                        x, drop = corners[start + at, 0], bottom - y
                        flank[side, 0], flank[side, 1], flank[side, 2] = to, bottom, x
                        flank[side, 3] = _quotient(2 * (corners[start + to, 0] - x) + drop, 2 * drop)
                        break
                    at = to
            until = min(until, flank[side, 1])
        for side in range(2):
            x, slope = flank[side, 2], flank[side, 3]
            for row in range(max(y, 0), until):
                column = (x + (row - y) * slope + _HALF) >> _BITS
                _stretch(page, row, column, column)
            flank[side, 2] = x + (until - y) * slope
        y = until
    return first, stop - 1


@jit
def _copy_runs(page, runs, item, n, spans):
    """Append rows of a mask, clipped; returns the number of spans there are then, whether or not they fit."""
    for k in range(runs.shape[0]):
        y, x0, x1 = runs[k, 0], max(runs[k, 1], 0), min(runs[k, 2], page.width)
        if x0 < x1 and 0 <= y < page.marks.shape[0]:
            n = _append(spans, n, item, y, x0, x1)
    return n


@jit
def _append(spans, n, item, y, x0, x1):
    """Append a span if there is room; returns the number of spans there are then, whether or not they fit."""
    if n < spans.shape[1]:
        spans[0, n] = item
        spans[1, n] = y
        spans[2, n] = x0
        spans[3, n] = x1
    return n + 1


@jit
def _read(page, top, bottom, item, n, spans):
    """Append the runs of rows `top` to `bottom` and blank them; returns the number of spans there are then, fit or not."""
    marks, flips, rows = page.marks, page.flips, page.rows
    for y in range(top, bottom + 1):
        inside = _U0  # all ones where an even-odd inside goes on from the word before
        before = _U0  # the last pixel of the word before
        x0 = -_1
        last = rows[y, _HIGH]
        for k in range(rows[y, _LOW], last + 1):
            word = flips[y, k]
            if word:  # from toggles to insides: every bit becomes the parity of those up to it
                flips[y, k] = _U0
                word ^= word << _U1
                word ^= word << _U2
                word ^= word << _U4
                word ^= word << _U8
                word ^= word << _U16
                word ^= word << _U32
            word ^= inside
            inside = _ALL if word >> _U63 else _U0
            word |= marks[y, k]
            marks[y, k] = _U0
            changes = word ^ (word << _U1 | before)
            before = word >> _U63
            while changes:
                rest = changes & (changes - _U1)
                x = 64 * k + _PLACE[(changes ^ rest) % _U67]
                changes = rest
                if x0 < 0:
                    x0 = x
                else:
                    n = _append(spans, n, item, y, x0, x)
                    x0 = -_1
        if x0 >= 0:
            n = _append(spans, n, item, y, x0, min(64 * (last + 1), page.width))
        rows[y, _LOW] = _NEVER
        rows[y, _HIGH] = -1
    return n

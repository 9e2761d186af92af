"""Rule `all_touched` for whole draw lists: `scan_touched` paints every pixel that a shape enters.

A pixel is an open square here: a box on whole coordinates paints its own pixels and not their neighbours, as in GDAL.
An outline counts as part of its shape, so a shape without an area paints the pixels that its lines run through.
Shapes are drawn on a page of bits (`_page`); round ones come from `_touched_round`. Layer: kernels.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._exact import crosses_right_of
from annogeo.kernels._jit import inlined, inner, jit
from annogeo.kernels._page import MINUS_ONE, U1, ZERO, blank_page, copy_runs, mark, read, touch
from annogeo.kernels._touched_round import first_line, last_line, mark_capsule, mark_ellipse
from annogeo.kernels.center import flatten_ellipse

FILL, LINE, LOOP, ELLIPSE, ELLIPSE_LOOP, DISC, RUNS = range(7)  # as annogeo.draw.Op
START_SPANS = 1 << 14
ERROR = 2.0**-50  # of a crossing, relative to the ends' |x| together: five roundings and some to spare


def scan_touched(
    op: npt.NDArray[np.uint8],
    item: npt.NDArray[np.int32],
    width: npt.NDArray[np.float64],
    shape_offsets: npt.NDArray[np.int64],
    ring_offsets: npt.NDArray[np.int64],
    xy: npt.NDArray[np.float64],
    run_offsets: npt.NDArray[np.int64],
    runs: npt.NDArray[np.int32],
    height: int,
    width_px: int,
) -> npt.NDArray[np.int32]:
    """Scan the operations of a draw list (its fields, see `annogeo.draw.DrawList`) by rule `all_touched`.

    Returns
    -------
    spans : int32 (4, n)
        item, y, x0, x1, half-open, in the order of the operations, clipped to the canvas; those of one operation do
        not overlap (those of a mask do where its runs do).

    Notes
    -----
    A pixel is painted when its open square meets the inside of the shape (even-odd) or a line of its rings. Exact on
    polygons up to |coordinate| 2**24 (and from 1e-150 on, or 0); strokes, discs and ellipses are exact up to float
    rounding, outlined ellipses as rule `center` flattens them. Time: points + canvas rows that each edge crosses +
    pixels / 64. Scratch: two bits a pixel of the canvas. Twin: tests/naive/touched.py.

    Examples
    --------
    >>> from annogeo.draw import DrawList
    >>> d = DrawList.from_polygons([[1, 1], [3, 1.5], [1, 3]], [0, 3])
    >>> fields = d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs
    >>> item, y, x0, x1 = scan_touched(*fields, 5, 5)
    >>> list(zip(y.tolist(), x0.tolist(), x1.tolist()))
    [(1, 1, 3), (2, 1, 3)]
    """
    if height < 1 or width_px < 1 or op.size == 0:
        return np.zeros((4, 0), np.int32)
    bits, rows = blank_page(height, width_px)
    page = width_px, bits, rows
    spans = np.empty((4, START_SPANS), np.int32)
    start, n = 0, 0
    while True:
        if op.any():
            start, n, room = _scan(
                op, item, width, shape_offsets, ring_offsets, xy, run_offsets, runs, *page, start, n, spans
            )
        else:  # fills alone: a kernel of half the size
            start, n, room = _scan_fills(item, shape_offsets, ring_offsets, xy, *page, start, n, spans)
        if room <= spans.shape[1]:
            return spans[:, :n]
        grown = np.empty((4, max(room, 2 * spans.shape[1])), np.int32)
        grown[:, :n] = spans[:, :n]
        spans = grown


@jit
def _scan_fills(item, shapes, rings, xy, width, bits, rows, start, n, spans):
    """Draw and read fills from `start` on while their runs fit; returns what `_scan` does."""
    for i in range(start, item.shape[0]):
        top, bottom = _mark_rings(bits, rows, width, xy, rings, shapes[i], shapes[i + 1])
        end = read(bits, rows, width, top, bottom + MINUS_ONE, item[i], n, spans)
        if end > spans.shape[1]:
            return i, n, end
        n = end
    return item.shape[0], n, n


@jit
def _scan(op, item, size, shapes, rings, xy, run_offsets, runs, width, bits, rows, start, n, spans):
    """Draw and read operations from `start` on while their runs fit.

    Returns the operation reached, the number of spans written so far, and the room that going on needs.
    """
    height = rows.shape[0]
    chords = np.empty((64, 2))
    for i in range(start, op.shape[0]):
        kind = op[i]
        if kind == RUNS:
            end = copy_runs(runs, run_offsets[i], run_offsets[i + 1], height, width, item[i], n, spans)
        else:
            top, bottom = height, ZERO
            if kind == FILL:
                top, bottom = _mark_rings(bits, rows, width, xy, rings, shapes[i], shapes[i + 1])
            elif shapes[i] < shapes[i + 1] and rings[shapes[i]] < rings[shapes[i] + 1]:
                first, past = rings[shapes[i]], rings[shapes[i] + 1]
                line = xy
                if kind == ELLIPSE_LOOP:
                    chords, count = flatten_ellipse(xy, first, 0.5 * size[i], height, width, chords)
                    line, first, past = chords, ZERO, 2 * count
                if kind == ELLIPSE:
                    top, bottom = mark_ellipse(bits, rows, width, xy, first)
                else:
                    top, bottom = _mark_stroke(bits, rows, width, line, first, past, kind, size[i])
            end = read(bits, rows, width, top, bottom + MINUS_ONE, item[i], n, spans)
        if end > spans.shape[1]:
            return i, n, end
        n = end
    return op.shape[0], n, n


@inner
def _mark_stroke(bits, rows, width, line, first, past, kind, size):
    """Mark a disc or the segments of a line, a loop or a list of chords; returns the rows [top, bottom) of it all."""
    radius = size if kind == DISC else 0.5 * size
    step = 2 if kind == ELLIPSE_LOOP else 1
    last = past if kind == LOOP or past - first == 1 else past - 1
    top, bottom = rows.shape[0], ZERO
    for k in range(first, last, step):
        end = k + 1 if k + 1 < past else first
        a, b = mark_capsule(bits, rows, width, line[k, 0], line[k, 1], line[end, 0], line[end, 1], radius)
        top, bottom = min(top, a), max(bottom, b)
    return top, bottom


@inner
def _mark_rings(bits, rows, width, xy, rings, first, past):
    """Mark the edges of rings and toggle the inside between them; returns their rows [top, bottom) on the canvas."""
    height = rows.shape[0]
    top, bottom = height, ZERO
    for ring in range(first, past):
        a = rings[ring + 1] - 1
        for b in range(rings[ring], rings[ring + 1]):
            upper, lower = (a, b) if xy[a, 1] < xy[b, 1] else (b, a)
            begin, end = first_line(xy[upper, 1], height), last_line(xy[lower, 1], height)
            if begin < end:
                top, bottom = min(top, begin), max(bottom, end)
                _mark_edge(
                    bits, rows, width, xy[upper, 0], xy[upper, 1], xy[lower, 0], xy[lower, 1], begin, end
                )
            a = b
    return top, bottom


@inner
def _mark_edge(bits, rows, width, ax, ay, bx, by, begin, end):
    """Mark the pixels that an edge (ay <= by) enters in rows [begin, end), and toggle what lies right of it.

    Within a row the edge enters the pixels from where it comes in to where it leaves. A pixel that no edge enters
    is all inside or all outside, so any line of the row may decide it: its top, a hair further down. An edge that
    crosses that line toggles at the first pixel that it enters, or, running between two columns, at the right one.
    """
    slope = (bx - ax) / (by - ay) if ay < by else 0.0
    doubt = ERROR * (abs(ax) + abs(bx)) if abs(slope) < np.inf else np.inf
    low, high = first_line(ax, width), last_line(ax, width)
    if ay < begin:
        low, high = _crossing(ax, ay, bx, by, slope, doubt, begin, width)
    for row in range(begin, end):
        next_low, next_high = first_line(bx, width), last_line(bx, width)
        if row + 1 < by:
            next_low, next_high = _crossing(ax, ay, bx, by, slope, doubt, row + 1, width)
        column = min(low, next_low)
        stop = max(high, next_high)
        if column < stop:
            mark(bits, rows, row, column, stop - 1)
        if ay <= row and row < by:
            word = min(column, width - 1) >> 6
            touch(rows, row, word, word)
            if column < width:
                bits[1, np.uint64(row), np.uint64(word)] ^= U1 << np.uint64(column & 63)
        low, high = next_low, next_high


@inlined
def _crossing(ax, ay, bx, by, slope, doubt, line, width):
    """Round down and up where an edge (ay < line < by) crosses y = line, within 0..width. Exact.

    A column within `doubt` of a whole number is decided by the exact predicate, and searched for where the doubt is
    greater than that.
    """
    x = ax + (line - ay) * slope
    if abs(x - np.rint(x)) > doubt:
        return first_line(x, width), last_line(x, width)
    return _exact_crossing(ax, ay, bx, by, x, doubt, line, width)


@inner
def _exact_crossing(ax, ay, bx, by, x, doubt, line, width):
    if ax == bx:
        return first_line(ax, width), last_line(ax, width)
    if x + doubt < 0.0 or x - doubt > width:
        return first_line(x, width), last_line(x, width)
    if doubt < 0.5:
        nearest = np.rint(x)
        if crosses_right_of(ax, ay, bx, by, nearest, float(line)):
            return first_line(nearest, width), last_line(nearest + 1.0, width)
        if crosses_right_of(-ax, ay, -bx, by, -nearest, float(line)):
            return first_line(nearest - 1.0, width), last_line(nearest, width)
        return first_line(nearest, width), last_line(nearest, width)
    low, up = ZERO, width
    while low < up:  # up to the first column line at or right of the crossing
        middle = (low + up) >> 1
        if crosses_right_of(ax, ay, bx, by, float(middle), float(line)):
            low = middle + 1
        else:
            up = middle
    is_whole = up == 0 or not crosses_right_of(-ax, ay, -bx, by, -float(up), float(line))
    return up if is_whole else up - 1, up

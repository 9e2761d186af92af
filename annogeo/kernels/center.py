"""Rule `center` for whole draw lists: `scan_center` turns operations of any kind into spans.

A pixel is painted when its centre, nudged right and (infinitely less) down, lies inside: left and top boundaries
are in, right and bottom ones out. Strokes are unions of capsules (round ends and joins).
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inner, jit, leaf, merged
from annogeo.kernels._lanes import fill_run
from annogeo.kernels._round import BLOCK, END, FIRST, capsule_rows, ellipse_rows, turn
from annogeo.kernels._toggle import clean_bits, longest_chunk, scratch
from annogeo.kernels.fills import append_fills, keep, paint_shapes, with_room

FILL, LINE, LOOP, ELLIPSE, ELLIPSE_LOOP, DISC, RUNS = range(7)  # as annogeo.draw.Op
WIDE = 1048576.0  # px; a pen of a larger radius reaches the canvas from everywhere: its path has 2**16 chords or so
SAGITTA = 1.0 / 64.0  # largest distance, in px, of a flattened ellipse from the curve
START_ARCS = 8
ENDLESS = 1e305  # beyond, sums overflow


@jit
def scan_center(op, item, size, shapes, rings, xy, run_offsets, runs, begin, height, width, enough):
    """Scan operations from `begin` on (fields as in `annogeo.draw.DrawList`, `size` its `width`) to `enough` spans.

    Returns
    -------
    spans : int32 (4, n)
        item, y, x0, x1, in drawing order, clipped to the canvas; spans of one item may overlap.
    at : int
        The first operation not scanned; fills that follow one another are scanned together.

    Notes
    -----
    Rule `center`. Time: points + crossed rows + rows of each stroke segment inside the canvas. Scratch: the
    largest fill's box, one bit a pixel. Twin: tests/naive/raster.py.
    """
    points, edges, steps = scratch(longest_chunk(shapes, rings, begin, op.size))
    bits = clean_bits(np.int64(1024))
    limits = np.empty((3, height + BLOCK), np.int32)
    chords = np.empty((64, 2))
    spans = np.empty((4, 1024), np.int32)
    n = np.int64(0)  # a literal 0 would compile every callee twice
    at = begin
    while at < op.size and n < enough:
        kind = op[at]
        before = n
        if kind == FILL:
            stop = at + 1
            while stop < op.size and op[stop] == FILL:
                stop += 1
            bits, spans, n = append_fills(
                shapes, rings, xy, item, at, stop, height, width, points, edges, steps, bits, spans, n
            )  # fmt: skip
            at = stop
            continue
        if kind == RUNS:
            spans, n = _clip_runs(runs, run_offsets[at], run_offsets[at + 1], height, width, spans, n)
        else:
            radius, count, chords = segments(kind, size[at], shapes, rings, xy, at, height, width, chords)
            for k in range(count):
                top, bottom = segment_rows(
                    kind, radius, shapes, rings, xy, chords, at, k, height, width, limits
                )
                spans = with_room(spans, n, bottom - top)
                for row in range(top, bottom):
                    x0 = limits[FIRST, np.uint64(row)]
                    x1 = limits[END, np.uint64(row)]
                    if x0 < x1:
                        keep(spans, n, row, x0, x1)
                        n += 1
        spans[0, before:n] = item[at]
        at += 1
    return spans[:, :n], at


@jit
def paint_center(
    canvas, op, item, size, shapes, rings, xy, run_offsets, runs, values, lowest, highest
):  # fmt: skip
    """Paint a draw list of any operations, in order, straight into a canvas: as `annogeo.kernels.fills.paint_fills`.

    Neighbouring fills are painted together; a part of a stroke, a disc or an ellipse is painted once its rows are
    known, which no list of spans could make quicker.
    """
    for value in values:
        if value < lowest or value > highest:
            return False
    height, width = canvas.shape
    flat = canvas.reshape(-1)
    at = np.int64(0)  # a literal 0 would compile every callee twice
    points, edges, steps = scratch(longest_chunk(shapes, rings, at, op.size))
    bits = clean_bits(np.int64(1024))
    limits = np.empty((3, height + BLOCK), np.int32)
    chords = np.empty((64, 2))
    while at < op.size:
        kind = op[at]
        value = flat.dtype.type(values[np.uint64(item[at])])
        if kind == FILL:
            stop = at + 1
            while stop < op.size and op[stop] == FILL:
                stop += 1
            bits = paint_shapes(
                flat, height, width, shapes, rings, xy, item, values, at, stop, points, edges, steps, bits
            )
            at = stop
            continue
        if kind == RUNS:
            _paint_runs(flat, height, width, runs, run_offsets[at], run_offsets[at + 1], value)
        else:
            radius, count, chords = segments(kind, size[at], shapes, rings, xy, at, height, width, chords)
            _paint_parts(
                flat, kind, radius, count, shapes, rings, xy, chords, at, height, width, limits, value
            )
        at += 1
    return True


@leaf
def _paint_parts(flat, kind, radius, count, shapes, rings, xy, chords, at, height, width, limits, value):
    for k in range(count):
        top, bottom = segment_rows(kind, radius, shapes, rings, xy, chords, at, k, height, width, limits)
        base = top * width
        for row in range(top, bottom):
            x0 = limits[FIRST, np.uint64(row)]
            x1 = limits[END, np.uint64(row)]
            if x0 < x1:
                fill_run(flat, base + x0, base + x1, value)
            base += width


@leaf
def _paint_runs(flat, height, width, runs, first, end, value):
    for k in range(first, end):
        row = np.int64(runs[k, 0])
        x0 = max(np.int64(runs[k, 1]), 0)
        x1 = min(np.int64(runs[k, 2]), width)
        if 0 <= row < height and x0 < x1:
            fill_run(flat, row * width + x0, row * width + x1, value)


@inner
def segments(kind, size, shapes, rings, xy, at, height, width, chords):
    """Count the parts, each one run a row, of operation `at`: a stroke's segments, one for an ellipse or disc.

    Returns the pen's radius, the number of parts, and the chords of an outlined ellipse (`chords`, or a new array).
    """
    n = rings[shapes[at] + 1] - rings[shapes[at]]
    radius = size if kind == DISC else 0.5 * size
    if kind == ELLIPSE_LOOP:
        chords, count = flatten_ellipse(xy, rings[shapes[at]], radius, height, width, chords)
    elif n == 1 or kind == ELLIPSE:
        count = np.int64(1)
    else:
        count = n if kind == LOOP else n - 1
    return radius, count, chords


@merged
def segment_rows(kind, radius, shapes, rings, xy, chords, at, k, height, width, limits):
    """Row runs of part k of operation `at`, into `limits`; returns the rows [top, bottom) set."""
    first = rings[shapes[at]]
    if kind == ELLIPSE:
        return ellipse_rows(xy, first, height, width, limits)
    points = chords if kind == ELLIPSE_LOOP else xy
    a = 2 * k if kind == ELLIPSE_LOOP else first + k
    b = a + 1
    if kind != ELLIPSE_LOOP and b >= rings[shapes[at] + 1]:
        b = first
    return capsule_rows(points, a, b, radius, height, width, limits)


@inner
def _clip_runs(runs, first, end, height, width, spans, n):
    spans = with_room(spans, n, end - first)
    for k in range(first, end):
        x0 = max(runs[k, 1], 0)
        x1 = min(runs[k, 2], width)
        if 0 <= runs[k, 0] < height and x0 < x1:
            keep(spans, n, runs[k, 0], x0, x1)
            n += 1
    return spans, n


@inner
def flatten_ellipse(xy, first, radius, height, width, chords):
    """List the chords of an ellipse's outline: halve arcs until they are flat to SAGITTA, drop those off the canvas.

    The ellipse is three points: centre, radii, angle. Chord k is points 2k and 2k + 1 of `chords`. Returns the array,
    which may be a new one, and the number of chords. Time: chords on the canvas.
    """
    rx = xy[first + 1, 0]
    ry = xy[first + 1, 1]
    cosine, sine = turn(xy[first + 2, 0])
    pending = np.empty((256, 2))  # two arcs for each of at most 60 halvings
    for k in range(START_ARCS):
        pending[k, 0] = k * (2.0 * np.pi / START_ARCS)
        pending[k, 1] = (k + 1) * (2.0 * np.pi / START_ARCS)
    left = np.int64(START_ARCS)
    count = np.int64(0)
    smallest = 1e-4 if radius > WIDE else 0.0
    while left > 0:
        left -= 1
        start = pending[left, 0]
        stop = pending[left, 1]
        if 2 * count == chords.shape[0]:
            larger = np.empty((4 * count, 2))
            for k in range(2 * count):  # a slice assignment between arrays takes seconds to compile
                larger[k, 0] = chords[k, 0]
                larger[k, 1] = chords[k, 1]
            chords = larger
        for k in range(2):
            u = rx * np.cos(pending[left, k])
            v = ry * np.sin(pending[left, k])
            chords[2 * count + k, 0] = xy[first, 0] + cosine * u - sine * v
            chords[2 * count + k, 1] = xy[first, 1] + sine * u + cosine * v
        ax = chords[2 * count, 0]
        ay = chords[2 * count, 1]
        bx = chords[2 * count + 1, 0]
        by = chords[2 * count + 1, 1]
        quarter = np.sin(0.25 * (stop - start))
        sagitta = 2.0 * max(abs(rx), abs(ry)) * quarter * quarter
        reach = sagitta + radius
        if not abs(ax) + abs(ay) + abs(bx) + abs(by) < ENDLESS:
            continue
        if max(ax, bx) + reach < 0.0 or min(ax, bx) - reach > width:
            continue
        if max(ay, by) + reach < 0.0 or min(ay, by) - reach > height:
            continue
        if np.hypot(max(abs(ax), abs(ax - width)), max(abs(ay), abs(ay - height))) < radius * (1.0 - 1e-9):
            for k in range(4):  # one place of the pen covers the canvas
                chords[k >> 1, k & 1] = ax if k & 1 == 0 else ay
            return chords, np.int64(1)
        # parameters closer than 1e-15 cannot be told apart: an ellipse that large is as flat as it gets
        if sagitta > SAGITTA and stop - start > max(1e-15 * (1.0 + stop), smallest):
            middle = 0.5 * (start + stop)
            pending[left, 1] = middle
            pending[left + 1, 0] = middle
            pending[left + 1, 1] = stop
            left += 2
        else:
            count += 1
    return chords, count

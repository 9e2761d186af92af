"""Rule `center` for whole draw lists: `scan_center` turns operations of any kind into spans.

A pixel is painted when its centre, nudged right and (infinitely less) down, lies inside: left and top boundaries
are in, right and bottom ones out. Strokes are unions of capsules (round ends and joins).
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit
from annogeo.kernels._round import capsule_rows, ellipse_rows, turn
from annogeo.kernels._toggle import longest_chunk, scratch
from annogeo.kernels.fills import FILL, keep, scan_fills, with_room

LINE, LOOP, ELLIPSE, ELLIPSE_LOOP, DISC, RUNS = range(1, 7)  # as annogeo.draw.Op; FILL is 0
SAGITTA = 1.0 / 64.0  # largest distance, in px, of a flattened ellipse from the curve
START_ARCS = 8
ENDLESS = 1e305  # beyond, sums overflow


@jit
def scan_center(op, item, size, shapes, rings, xy, run_offsets, runs, begin, end, height, width):
    """Scan operations [begin, end) of a draw list (fields as in `annogeo.draw.DrawList`, `size` its `width`).

    Returns
    -------
    spans : int32 (4, n)
        item, y, x0, x1, in drawing order, clipped to the canvas; spans of one item may overlap.

    Notes
    -----
    Rule `center`. Time: points + crossed rows + rows of each stroke segment inside the canvas. Scratch: the
    largest fill's box, one bit a pixel. Twin: tests/naive/raster.py.
    """
    longest = longest_chunk(shapes, rings, begin, end)
    points, places, edges, steps, doubtful = scratch(longest)
    bits = np.zeros(1024, np.uint64)
    low = np.empty(height, np.int32)
    high = np.empty(height, np.int32)
    unsure = np.empty(height, np.uint8)
    spans = np.empty((4, 1024), np.int32)
    n = np.int64(0)  # a literal 0 would compile every callee twice
    at = begin
    while at < end:
        kind = op[at]
        before = n
        first = rings[shapes[at]]
        if kind == FILL:
            stop = at + 1
            while stop < end and op[stop] == FILL:
                stop += 1
            bits, spans, n = scan_fills(
                shapes,
                rings,
                xy,
                item,
                at,
                stop,
                height,
                width,
                points,
                places,
                edges,
                steps,
                doubtful,
                bits,
                spans,
                n,
            )
            at = stop
            continue
        if kind == RUNS:
            spans, n = _scan_runs(runs, run_offsets[at], run_offsets[at + 1], height, width, spans, n)
        elif kind == ELLIPSE:
            top, bottom = ellipse_rows(
                xy[first, 0], xy[first, 1], xy[first + 1, 0], xy[first + 1, 1], xy[first + 2, 0],
                height, width, low, high, unsure,
            )  # fmt: skip
            spans, n = _keep_runs(top, bottom, low, high, spans, n)
        elif kind == ELLIPSE_LOOP:
            spans, n = _scan_ellipse_loop(
                xy[first, 0], xy[first, 1], xy[first + 1, 0], xy[first + 1, 1], xy[first + 2, 0],
                0.5 * size[at], height, width, low, high, unsure, spans, n,
            )  # fmt: skip
        else:
            radius = size[at] if kind == DISC else 0.5 * size[at]
            for ring in range(shapes[at], shapes[at + 1]):
                spans, n = _scan_stroke(
                    xy,
                    rings[ring],
                    rings[ring + 1],
                    kind == LOOP,
                    radius,
                    height,
                    width,
                    low,
                    high,
                    unsure,
                    spans,
                    n,
                )
        spans[0, before:n] = item[at]
        at += 1
    return spans[:, :n]


@jit
def _keep_runs(top, bottom, low, high, spans, n):
    """Append one run per row, where it is not empty."""
    spans = with_room(spans, n, bottom - top)
    for row in range(top, bottom):
        x0 = low[np.uint64(row)]
        x1 = high[np.uint64(row)]
        if x0 < x1:
            keep(spans, n, row, x0, x1)
            n += 1
    return spans, n


@jit
def _scan_runs(runs, first, end, height, width, spans, n):
    spans = with_room(spans, n, end - first)
    for k in range(first, end):
        x0 = max(runs[k, 1], 0)
        x1 = min(runs[k, 2], width)
        if 0 <= runs[k, 0] < height and x0 < x1:
            keep(spans, n, runs[k, 0], x0, x1)
            n += 1
    return spans, n


@jit
def _scan_stroke(xy, first, end, closed, radius, height, width, low, high, unsure, spans, n):
    """Append the spans of a stroke along points [first, end): a capsule per segment, a disc for a single point."""
    segments = end - first if closed and end - first > 2 else end - first - 1
    if end - first == 1:
        segments = 1
    for k in range(segments):
        a = first + k
        b = a + 1 if a + 1 < end else first
        top, bottom = capsule_rows(
            xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], radius, height, width, low, high, unsure
        )
        spans, n = _keep_runs(top, bottom, low, high, spans, n)
    return spans, n


@jit
def _scan_ellipse_loop(x, y, rx, ry, angle, radius, height, width, low, high, unsure, spans, n):
    """Append the outline of an ellipse: halve arcs until they are flat to SAGITTA, drop those off the canvas."""
    cosine, sine = turn(angle)
    largest = max(abs(rx), abs(ry))
    pending = np.empty((256, 2))
    count = START_ARCS
    for k in range(START_ARCS):
        pending[k, 0] = k * (2.0 * np.pi / START_ARCS)
        pending[k, 1] = (k + 1) * (2.0 * np.pi / START_ARCS)
    while count > 0:
        count -= 1
        start = pending[count, 0]
        stop = pending[count, 1]
        u = rx * np.cos(start)
        v = ry * np.sin(start)
        ax = x + cosine * u - sine * v
        ay = y + sine * u + cosine * v
        u = rx * np.cos(stop)
        v = ry * np.sin(stop)
        bx = x + cosine * u - sine * v
        by = y + sine * u + cosine * v
        quarter = np.sin(0.25 * (stop - start))
        sagitta = 2.0 * largest * quarter * quarter
        reach = sagitta + radius
        if not abs(ax) + abs(ay) + abs(bx) + abs(by) < ENDLESS:
            continue
        if max(ax, bx) + reach < 0.0 or min(ax, bx) - reach > width:
            continue
        if max(ay, by) + reach < 0.0 or min(ay, by) - reach > height:
            continue
        middle = 0.5 * (start + stop)
        # parameters closer than 1e-15 cannot be told apart: an ellipse that large is as flat as it gets
        if sagitta > SAGITTA and stop - start > 1e-15 * (1.0 + stop):
            pending[count, 0] = start
            pending[count, 1] = middle
            pending[count + 1, 0] = middle
            pending[count + 1, 1] = stop
            count += 2
            continue
        top, bottom = capsule_rows(ax, ay, bx, by, radius, height, width, low, high, unsure)
        spans, n = _keep_runs(top, bottom, low, high, spans, n)
    return spans, n

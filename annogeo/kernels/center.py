"""Rule `center` for whole draw lists: `scan_center` turns operations of any kind into spans.

A pixel is painted when its centre, nudged right and (infinitely less) down, lies inside: left and top boundaries
are in, right and bottom ones out. Strokes are unions of capsules (round ends and joins).
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inner, jit
from annogeo.kernels._round import capsule_rows, ellipse_rows, turn
from annogeo.kernels._toggle import longest_chunk, scratch
from annogeo.kernels.fills import append_fills, keep, with_room

FILL, LINE, LOOP, ELLIPSE, ELLIPSE_LOOP, DISC, RUNS = range(7)  # as annogeo.draw.Op
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
    points, edges, steps = scratch(longest)
    bits = np.zeros(1024, np.uint64)
    low = np.empty(height, np.int32)
    high = np.empty(height, np.int32)
    unsure = np.empty(height, np.uint8)
    segments = np.empty((64, 4))
    spans = np.empty((4, 1024), np.int32)
    n = np.int64(0)  # a literal 0 would compile every callee twice
    at = begin
    while at < end:
        kind = op[at]
        before = n
        if kind == FILL:
            stop = at + 1
            while stop < end and op[stop] == FILL:
                stop += 1
            bits, spans, n = append_fills(
                shapes, rings, xy, item, at, stop, height, width, points, edges, steps, bits, spans, n
            )  # fmt: skip
            at = stop
            continue
        if kind == RUNS:
            spans, n = _clip_runs(runs, run_offsets[at], run_offsets[at + 1], height, width, spans, n)
        else:
            first = rings[shapes[at]]
            count = np.int64(1)
            reach = size[at] if kind == DISC else 0.5 * size[at]
            if kind == ELLIPSE_LOOP:
                segments, count = _flatten_ellipse(xy, first, reach, height, width, segments)
            elif kind != ELLIPSE:
                segments, count = _segments(xy, first, rings[shapes[at] + 1], kind == LOOP, segments)
            for k in range(count):
                if kind == ELLIPSE:
                    top, bottom = ellipse_rows(xy, first, height, width, low, high, unsure)
                else:
                    top, bottom = capsule_rows(segments, k, reach, height, width, low, high, unsure)
                spans, n = _keep_runs(top, bottom, low, high, spans, n)
        spans[0, before:n] = item[at]
        at += 1
    return spans[:, :n]


@inner
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
def _segments(xy, first, end, is_closed, segments):
    """List the segments of a stroke along points [first, end): rows ax, ay, bx, by; a single point is one of no length.

    Returns the array, which may be a new one, and how many there are.
    """
    points = end - first
    count = points if is_closed and points > 2 else points - 1
    if points == 1:
        count = np.int64(1)
    if segments.shape[0] < count:
        segments = np.empty((2 * count, 4))
    for k in range(count):
        a = first + k
        b = a + 1 if a + 1 < end else first
        segments[k, 0] = xy[a, 0]
        segments[k, 1] = xy[a, 1]
        segments[k, 2] = xy[b, 0]
        segments[k, 3] = xy[b, 1]
    return segments, count


@inner
def _flatten_ellipse(xy, first, radius, height, width, segments):
    """List the chords of an ellipse's outline: halve arcs until they are flat to SAGITTA, drop those off the canvas.

    The ellipse is three points: centre, radii, angle. Returns as `_segments`. Time: chords on the canvas.
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
    while left > 0:
        left -= 1
        start = pending[left, 0]
        stop = pending[left, 1]
        if count == segments.shape[0]:
            larger = np.empty((2 * count, 4))
            for k in range(count):
                for side in range(4):  # a slice assignment between arrays takes seconds to compile
                    larger[k, side] = segments[k, side]
            segments = larger
        chord = segments[count]
        for k in range(2):
            u = rx * np.cos(pending[left, k])
            v = ry * np.sin(pending[left, k])
            chord[2 * k] = xy[first, 0] + cosine * u - sine * v
            chord[2 * k + 1] = xy[first, 1] + sine * u + cosine * v
        quarter = np.sin(0.25 * (stop - start))
        sagitta = 2.0 * max(abs(rx), abs(ry)) * quarter * quarter
        reach = sagitta + radius
        if not abs(chord[0]) + abs(chord[1]) + abs(chord[2]) + abs(chord[3]) < ENDLESS:
            continue
        if max(chord[0], chord[2]) + reach < 0.0 or min(chord[0], chord[2]) - reach > width:
            continue
        if max(chord[1], chord[3]) + reach < 0.0 or min(chord[1], chord[3]) - reach > height:
            continue
        # parameters closer than 1e-15 cannot be told apart: an ellipse that large is as flat as it gets
        if sagitta > SAGITTA and stop - start > 1e-15 * (1.0 + stop):
            middle = 0.5 * (start + stop)
            pending[left, 1] = middle
            pending[left + 1, 0] = middle
            pending[left + 1, 1] = stop
            left += 2
        else:
            count += 1
    return segments, count

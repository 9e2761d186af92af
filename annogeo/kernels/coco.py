"""Rule `coco`: `scan_coco` fills polygons as pycocotools does, bit for bit, whatever pycocotools is installed.

A ring is drawn on a grid five times as fine as the pixels. Wherever that line passes from the third to the fourth
fine column of a pixel column, all pixels of the column below are toggled. Layer: kernels.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, inner, jit
from annogeo.kernels._lanes import ONE
from annogeo.kernels._ring_page import columns_to_words, combine, read, with_space
from annogeo.kernels._ring_rules import scan_by_rings

FINE = 5  # fine steps per pixel
MIDDLE = 2  # fine column of a pixel after which its column is toggled
FARTHEST = 2.0**27  # differences in fine steps fit 32 bits, as pycocotools needs


def scan_coco(
    op: npt.NDArray[np.uint8],
    item: npt.NDArray[np.int32],
    width: npt.NDArray[np.float64],
    shapes: npt.NDArray[np.int64],
    rings: npt.NDArray[np.int64],
    xy: npt.NDArray[np.float64],
    run_offsets: npt.NDArray[np.int64],
    runs: npt.NDArray[np.int32],
    height: int,
    width_px: int,
) -> npt.NDArray[np.int32]:
    """Scan the operations of a draw list (its fields, see `annogeo.draw.DrawList`), filled as pycocotools fills.

    Returns
    -------
    spans : int32 (4, n)
        item, y, x0, x1, in drawing order, clipped to the canvas; spans of one item may overlap.

    Notes
    -----
    Rule `coco`, worked out from pycocotools 2.0.11 (``frPyObjects`` of one ring of points, decoded, on x86-64). Of a
    shape with several rings: a ring inside another is a hole, its pixels are taken away from the outer ring's; parts
    are united, as pycocotools merges them, also where two of them paint the same pixel; rings that really overlap
    are even-odd, a pixel counts as often as rings paint it (see `_ring_parts.split_parts`). Ellipses are polygons
    within 1/64 px. Strokes and discs follow rule `center`. Rings that reach beyond 2**27 px, where pycocotools takes
    gigabytes per ring, are clipped to the canvas and a margin first. Time: points + columns and rows of the canvas
    that each edge crosses + boxes / 64. Scratch: two bits per pixel of the largest part's box. Twin:
    tests/naive/coco.py.

    Examples
    --------
    >>> from annogeo.draw import DrawList
    >>> d = DrawList.from_polygons([[1, 1], [3, 1], [1, 3]], [0, 3])
    >>> fields = d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs
    >>> scan_coco(*fields, 5, 5).T.tolist()
    [[0, 1, 1, 2]]
    """
    fields = (op, item, width, shapes, rings, xy, run_offsets, runs)
    return scan_by_rings(_scan, _fine, FARTHEST, fields, height, width_px)


def _fine(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Points in fine steps, a half added and the fraction dropped (towards zero)."""
    return (FINE * xy + 0.5).astype(np.int64)


@jit
def _scan(item, parts, order, is_hole, rings, points, height, width):
    """Scan parts (`_ring_parts.Parts`) of fine points; returns int32 (4, n) spans."""
    spans = np.empty((4, 1024), np.int32)
    page = np.zeros(1024, np.uint64)
    ring = np.zeros(1024, np.uint64)
    n = np.int64(0)
    for part in range(item.size):
        first = parts[part]
        end = parts[part + 1]
        top, left, rows, columns = _box(points, rings, order, is_hole, first, end, height, width)
        if rows <= 0 or columns <= 0:
            continue
        words = columns_to_words(columns)
        page = with_space(page, rows * words)
        _draw(points, rings[order[first]], rings[order[first] + 1], top, left, rows, columns, words, page)
        if end > first + 1:
            ring = with_space(ring, rows * words)
            for k in range(first + 1, end):
                low, high = _draw(
                    points, rings[order[k]], rings[order[k] + 1], top, left, rows, columns, words, ring
                )
                combine(page, ring, low * words, high * words, is_hole[k])
        spans, n = read(page, top, left, rows, words, item[part], spans, n)
    return spans[:, :n]


@inner
def _box(points, rings, order, is_hole, first, end, height, width):
    """Top, left, height and width of what a part can paint on the canvas; holes paint nothing."""
    most = np.int64(1 << 40)
    left, top, right, bottom = most, most, -most, -most
    for k in range(first, end):
        if is_hole[k]:
            continue
        for i in range(rings[order[k]], rings[order[k] + 1]):
            left = min(left, points[i, 0])
            right = max(right, points[i, 0])
            top = min(top, points[i, 1])
            bottom = max(bottom, points[i, 1])
    left = max((left - MIDDLE + FINE - 1) // FINE, 0)
    right = min((right - MIDDLE - 1) // FINE, width - 1)
    top = max((top + MIDDLE) // FINE, 0)
    bottom = min((bottom + MIDDLE) // FINE, height)
    return top, left, bottom - top, right + 1 - left


@inner
def _draw(points, begin, end, top, left, rows, columns, words, page):
    """Draw a ring's pixels on a clean page; returns the first and the last row, excluded, that it may touch."""
    lowest = FINE * (top + rows)
    low, high = rows, np.int64(0)
    before = end - 1
    for i in range(begin, end):
        xs, ys, xe, ye = points[before, 0], points[before, 1], points[i, 0], points[i, 1]
        before = i
        row = _row(ye, lowest) - top
        low = min(low, row)
        high = max(high, row + 1)
        across = abs(xe - xs)
        down = abs(ye - ys)
        is_flat = across >= down
        # fine lines run to the right, steep ones down, whichever way the edge goes
        if (is_flat and xs > xe) or (not is_flat and ys > ye):
            xs, ys, xe, ye = xe, ye, xs, ys
        first = max((min(xs, xe) - MIDDLE + FINE - 1) // FINE, left)
        last = min((max(xs, xe) - MIDDLE - 1) // FINE, left + columns - 1)
        if first > last or min(ys, ye) >= lowest:
            continue
        if is_flat:
            slope = (ye - ys) / across
            # of the two fine points beside the middle, the upper one
            step = FINE * first + MIDDLE - xs + (1 if slope < 0.0 else 0)
            for column in range(first - left, last - left + 1):
                _toggle(page, top, words, rows, column, np.int64(ys + slope * step + 0.5), lowest)
                step += FINE
        else:
            slope = (xe - xs) / down
            for column in range(first, last + 1):
                step = _passing(xs, slope, FINE * column + MIDDLE + 1, down)
                _toggle(page, top, words, rows, column - left, ys + step - 1, lowest)
    low = max(low, 0)
    high = min(high, rows)
    for k in range((low + 1) * words, high * words):
        page[np.uint64(k)] ^= page[np.uint64(k - words)]
    return low, high


@inlined
def _row(y, lowest):
    """First pixel row whose middle is not above a fine row, on the canvas and at most that of `lowest`."""
    return np.int64(np.uint64(min(max(y, 0), lowest) + MIDDLE) // np.uint64(FINE))


@inlined
def _toggle(page, top, words, rows, column, y, lowest):
    """Toggle a column of the page from fine row `y` on; from the row after the page's last on, need not be."""
    row = max(_row(y, lowest) - top, 0)
    if row < rows:
        page[np.uint64(row * words + (column >> 6))] ^= ONE << np.uint64(column & 63)


@inner
def _passing(start, slope, column, length):
    """First step at which a steep fine line has come from one side of a fine column's left edge to the other."""
    step = np.int64(min(max(np.ceil((column - 0.5 - start) / slope), 1.0), float(length)))
    # the division may be a little off; what counts is where the line's own rounding puts it
    if slope > 0.0:
        while step > 1 and start + slope * (step - 1) + 0.5 >= column:
            step -= 1
        while step < length and start + slope * step + 0.5 < column:
            step += 1
    else:
        while step > 1 and start + slope * (step - 1) + 0.5 < column:
            step -= 1
        while step < length and start + slope * step + 0.5 >= column:
            step += 1
    return step

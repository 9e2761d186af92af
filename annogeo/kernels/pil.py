"""Rule `pil`: `scan_pil` fills polygons as Pillow's ImageDraw does, bit for bit, whatever Pillow is installed.

In each pixel row, an edge paints the pixel it passes through, and toggles all pixels right of that. The row is
what is painted or toggled. Single precision throughout, as there. Layer: kernels.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, inner, jit
from annogeo.kernels._lanes import ONE, prefix_xor
from annogeo.kernels._ring_page import columns_to_words, combine, read, with_space
from annogeo.kernels._ring_rules import scan_by_rings

FARTHEST = 2.0**30  # differences fit 32 bits, as Pillow needs
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
LAST = np.uint64(63)
HALF = np.float32(0.5)
NOBODY = np.int64(-1)


def scan_pil(
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
    """Scan the operations of a draw list (its fields, see `annogeo.draw.DrawList`), filled as Pillow fills.

    Returns
    -------
    spans : int32 (4, n)
        item, y, x0, x1, in drawing order, clipped to the canvas; spans of one item may overlap.

    Notes
    -----
    Rule `pil`, worked out from Pillow 13 (``ImageDraw.polygon(xy, fill=1, outline=1)`` on a mode ``"1"`` image, on
    x86-64). Coordinates lose their fraction, towards zero. As fill and outline are of one colour, Pillow draws no
    outline of its own: pixels that an edge steps over are not painted. Of a shape with several rings: a ring inside
    another is a hole and drawn after it with ``fill=0``, so that its boundary goes too; parts are drawn one after
    the other; rings that really overlap are even-odd, a pixel counts as often as rings paint it (see
    `_ring_parts.split_parts`). A ring of one point, which Pillow refuses, paints nothing. Ellipses are polygons within
    1/64 px. Strokes and discs follow rule `center`. Rings that reach beyond 2**30 px are clipped to the canvas and a
    margin first. Time: points + rows of the canvas that each edge crosses + boxes / 64. Scratch: three bits per pixel
    of the largest part's box and four words per point of the largest ring. Twin: tests/naive/pil.py.

    Examples
    --------
    >>> from annogeo.draw import DrawList
    >>> d = DrawList.from_polygons([[1, 1], [3, 1], [1, 3]], [0, 3])
    >>> fields = d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs
    >>> scan_pil(*fields, 5, 5).T.tolist()
    [[0, 1, 1, 4], [0, 2, 1, 3], [0, 3, 1, 2]]
    """
    fields = (op, item, width, shapes, rings, xy, run_offsets, runs)
    return scan_by_rings(_scan, _whole, FARTHEST, fields, height, width_px)


def _whole(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return xy.astype(np.int64)


@jit
def _scan(item, parts, order, is_hole, rings, points, height, width):
    """Scan parts (`_ring_parts.Parts`) of whole points; returns int32 (4, n) spans."""
    spans = np.empty((4, 1024), np.int32)
    page = np.zeros(1024, np.uint64)
    ring = np.zeros(1024, np.uint64)
    touched = np.zeros(1024, np.uint64)
    corners = np.full((256, 2), NOBODY)
    n = np.int64(0)
    for part in range(item.size):
        first = parts[part]
        end = parts[part + 1]
        box = _box(points, rings, order, is_hole, first, end, height, width)
        if box[2] <= 0 or box[3] <= 0:
            continue
        size = box[2] * columns_to_words(box[3])
        page = with_space(page, size)
        touched = with_space(touched, size)
        if end > first + 1:
            ring = with_space(ring, size)
        for k in range(first, end):
            a = rings[order[k]]
            b = rings[order[k] + 1]
            if corners.shape[0] < 4 * (b - a):
                corners = np.full((8 * (b - a), 2), NOBODY)
            if k == first:
                _draw(points, a, b, box, page, touched, corners)
            else:
                low, high = _draw(points, a, b, box, ring, touched, corners)
                combine(page, ring, low, high, is_hole[k])
        spans, n = read(page, box[0], box[1], box[2], columns_to_words(box[3]), item[part], spans, n)
    return spans[:, :n]


@inner
def _box(points, rings, order, is_hole, first, end, height, width):
    """Top, left, height and width of what a part can paint on the canvas; holes paint nothing."""
    most = np.int64(1 << 40)
    left, top, right, bottom = most, most, -most, -most
    for k in range(first, end):
        a = rings[order[k]]
        b = rings[order[k] + 1]
        if is_hole[k] or b - a < 2:
            continue
        for i in range(a, b):
            left = min(left, points[i, 0])
            right = max(right, points[i, 0])
            top = min(top, points[i, 1])
            bottom = max(bottom, points[i, 1])
    slack = _slack(max(abs(left), abs(right)))
    left = max(left - slack, 0)
    right = min(right + slack, width - 1)
    top = max(top, 0)
    bottom = min(bottom, height - 1)
    return top, left, bottom + 1 - top, right + 1 - left


@inlined
def _slack(column):
    """How far, in px, single precision may be off at a column."""
    return 1 + (column >> 20)


@inner
def _draw(points, begin, end, box, page, touched, corners):
    """Draw a ring's pixels on a clean page; returns the first and the last word, excluded, that it may touch.

    `touched` is a clean page, and clean again afterwards.
    """
    top, left, rows, columns = box
    words = columns_to_words(columns)
    if end - begin < 2:
        return 0, 0
    lowest = points[begin, 1]
    highest = lowest
    for i in range(begin + 1, end):
        lowest = max(lowest, points[i, 1])
        highest = min(highest, points[i, 1])
    slack = _slack(max(left, 0) + columns)
    mask = np.int64(1)
    while mask <= 2 * (end - begin):  # one place at least stays free
        mask = 2 * mask + 1
    for i in range(begin, end):
        x0, y0 = points[i, 0], points[i, 1]
        j = i + 1
        if j == end:
            j = begin
            if x0 == points[j, 0] and y0 == points[j, 1]:
                continue
        x1, y1 = points[j, 0], points[j, 1]
        if y0 == y1:
            if top <= y0 < top + rows:
                _mark(touched, (y0 - top) * words, min(x0, x1) - left, max(x0, x1) - left, columns)
            continue
        slope = np.float32(x1 - x0) / np.float32(y1 - y0)
        start = np.float32(x0)
        y_min = min(y0, y1)
        y_max = max(y0, y1)
        for row in (y_min, y_max):
            if not top <= row < top + rows:
                continue
            x = np.float32(row - y0) * slope + start
            is_end = row == y_max and row < lowest  # the last pixel of an edge that another goes on from
            if not is_end and slope != 0:
                offset = 1 if row == y_min else -1
                key = ((row - top) * 2 + (row == y_min)) << 32 | (np.int64(_nearest(x)) & 0xFFFFFFFF)
                other = _meet(corners, mask, key, i)
                if other != i:
                    x = _connect(points, i, other, begin, end, row + offset, x)
            _edge_pixel(page, touched, (row - top) * words, left, columns, x, is_end)
        between = range(max(y_min + 1, top), min(y_max, top + rows))
        if min(x0, x1) - slack >= left and max(x0, x1) + slack < left + columns:
            base = (between.start - top) * words
            for row in between:
                # `_edge_pixel`, for a column that is not negative and certain to be on the page
                x = np.float32(row - y0) * slope + start
                column = np.int64(x + HALF)
                is_inside = x - HALF > np.float32(column - 1)
                column -= left
                touched[np.uint64(base + (column >> 6))] |= np.uint64(is_inside) << np.uint64(column & 63)
                column += is_inside
                page[np.uint64(base + (column >> 6))] ^= ONE << np.uint64(column & 63)
                base += words
        else:
            for row in between:
                x = np.float32(row - y0) * slope + start
                _edge_pixel(page, touched, (row - top) * words, left, columns, x, False)
    for i in range(mask + 1):
        corners[i, 0] = NOBODY
    low = max(highest - top, 0) * words
    high = min(lowest + 1 - top, rows) * words
    _settle(page, touched, low, high, words, columns)
    return low, high


@inner
def _edge_pixel(page, touched, base, left, columns, x, is_end):
    """Paint the pixel that an edge passes through, and toggle those right of it unless the edge ends there.

    As the start of a run `x` is rounded half up, as its end half down, both away from zero: halves paint nothing.
    """
    if x >= 0:
        start = np.int64(np.floor(np.float64(x + HALF))) - left
        end = np.int64(np.ceil(np.float64(x - HALF))) - left
    else:
        start = -np.int64(np.floor(-np.float64(x) + 0.5)) - left
        end = -np.int64(np.ceil(-np.float64(x) - 0.5)) - left
    if start <= end:
        if 0 <= start < columns:
            touched[np.uint64(base + (start >> 6))] |= ONE << np.uint64(start & 63)
        if 0 <= end < columns:
            touched[np.uint64(base + (end >> 6))] |= ONE << np.uint64(end & 63)
    if not is_end:
        end = max(end + 1, 0)
        if end < columns:
            page[np.uint64(base + (end >> 6))] ^= ONE << np.uint64(end & 63)


@inlined
def _nearest(x):
    """Round a float32 to a whole number, halves away from zero."""
    nearest = np.float32(np.floor(np.float64(abs(x)) + 0.5))
    return nearest if x >= 0 else -nearest


@inlined
def _at(points, i, begin, end, row):
    """Column of edge i at a row."""
    j = i + 1 if i + 1 < end else begin
    slope = np.float32(points[j, 0] - points[i, 0]) / np.float32(points[j, 1] - points[i, 1])
    return np.float32(row - points[i, 1]) * slope + np.float32(points[i, 0])


@inner
def _connect(points, i, other, begin, end, row, x):
    """Draw the end of edge i closer where it makes a sharp, flat corner with another: next to both, one row on."""
    one = np.float32(1.0)
    a = _at(points, i, begin, end, row)
    b = _at(points, other, begin, end, row)
    if x > a + one and x > b + one:
        return _nearest(max(a, b)) + one
    if x < a - one and x < b - one:
        return _nearest(min(a, b)) - one
    return x


@inner
def _meet(corners, mask, key, edge):
    """Return the first edge that came with this key: this one, if it is the first. `corners` is a hash table."""
    scattered = (key >> 32) * 0x9E3779B + (key & 0xFFFFFFFF) * 0x85EBCA7
    place = (scattered ^ (scattered >> 29)) & mask
    while corners[place, 0] != NOBODY:
        if corners[place, 0] == key:
            return corners[place, 1]
        place = (place + 1) & mask
    corners[place, 0] = key
    corners[place, 1] = edge
    return edge


@inner
def _mark(touched, base, first, last, columns):
    """Paint pixels `first` to `last` of a row."""
    first = max(first, 0)
    last = min(last, columns - 1)
    if first > last:
        return
    head = FULL << np.uint64(first & 63)
    tail = FULL >> np.uint64(63 - (last & 63))
    i = base + (first >> 6)
    k = base + (last >> 6)
    if i == k:
        touched[i] |= head & tail
        return
    touched[i] |= head
    touched[k] |= tail
    for j in range(i + 1, k):
        touched[j] = FULL


@inner
def _settle(page, touched, begin, end, words, columns):
    """Turn toggles into insides, add what is touched, and clean `touched`."""
    within = FULL >> np.uint64(63 - ((columns - 1) & 63))
    index = np.uint64(begin)
    while index < end:
        inside = np.uint64(0)  # all ones where the last pixel of the word before is inside
        for k in range(words):
            word = page[index]
            if word != 0:
                word = prefix_xor(word)
            word ^= inside
            inside = FULL if word >> LAST else np.uint64(0)
            word |= touched[index]
            touched[index] = 0
            page[index] = word & within if k == words - 1 else word
            index += ONE

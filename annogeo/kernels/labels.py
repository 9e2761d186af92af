"""Labels of videos, moved with their shapes. Slow twin: `place` (rendering/labels/placement.py) decides anew."""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import math

from annogeo.kernels._jit import inlined, jit


@inlined
def _box(left, top, right, bottom, height, width, text):
    """Give the pixels of a shape, clipped to the picture; a point is as large as it is drawn."""
    grown = max(text // 4, 1)
    across = grown if right - left < 1 else 0
    along = grown if bottom - top < 1 else 0
    return (
        int(max(0.0, min(left - across, width - 1.0))),
        int(max(0.0, min(top - along, height - 1.0))),
        int(max(1.0, min(math.ceil(right) + across, float(width)))),
        int(max(1.0, min(math.ceil(bottom) + along, float(height)))),
    )


@inlined
def _is_small(x0, y0, x1, y1, text, limits):
    w, h = x1 - x0, y1 - y0
    return min(w, h) < limits[0] * text or w * h < limits[1] * text * text


@inlined
def _is_taken(cells, n, x0, y0, x1, y1):
    """Whether a rectangle of cells overlaps one of the first n."""
    for i in range(n):
        if x0 < cells[i, 2] and cells[i, 0] < x1 and y0 < cells[i, 3] and cells[i, 1] < y1:
            return True
    return False


@jit
def follow(extents, items, rests, seen, rows, spots, sizes, fixed, picture, limits, cells, corners):
    """Move labels to the same places beside their shapes, if these are free; say whether all are.

    Parameters
    ----------
    extents : float64 (n, 4)
        Where the items are: left, top, right, bottom.
    items : int64 (m,)
        Of shapes.
    rests : float64 (m, 4)
        Where the ones are that have no extents; the others' are NaN.
    seen : bool (m,)
        Which have to be on the picture, and which not.
    rows : int64 (p,)
        The shape of each label.
    spots : int64 (p, 8)
        The lines its place is set against, across and along, as `beside.SPOTS` has them; whether it is for roomy
        shapes; whether it is the first place.
    sizes : int64 (p, 2)
        Widths and heights of labels.
    fixed : int64 (q, 4)
        Cells that are taken, half-open: first those of labels that do not move.
    picture : int64 (5,)
        Height, width, height of text, px to a cell, and how many labels do not move.
    limits : float64 (3,)
        `beside.LIMITS`.
    cells : int64 (m + p + q, 4)
        Scratch.
    corners : int64 (p, 2)
        Output: left and top of each label.
    """
    height, width, text, cell = picture[0], picture[1], picture[2], picture[3]
    n = fixed.shape[0]
    for k in range(n):
        for i in range(4):
            cells[k, i] = fixed[k, i]
    for k in range(items.size):
        left, top, right, bottom = rests[k]
        if left != left:
            left, top, right, bottom = extents[items[k]]
        is_seen = left < width and top < height and (right > 0 or left >= 0) and (bottom > 0 or top >= 0)
        if is_seen != seen[k]:
            return False
        if not is_seen:
            continue
        x0, y0, x1, y1 = _box(left, top, right, bottom, height, width, text)
        if _is_small(x0, y0, x1, y1, text, limits):
            cells[n, 0], cells[n, 1] = x0 // cell, y0 // cell
            cells[n, 2], cells[n, 3] = -(-x1 // cell), -(-y1 // cell)
            if _is_taken(cells, picture[4], cells[n, 0], cells[n, 1], cells[n, 2], cells[n, 3]):
                return False
            n += 1
    for k in range(rows.size):
        shape = rows[k]
        left, top, right, bottom = rests[shape]
        if left != left:
            left, top, right, bottom = extents[items[shape]]
        x0, y0, x1, y1 = _box(left, top, right, bottom, height, width, text)
        if _is_small(
            x0, y0, x1, y1, text, limits
        ):  # beside whole cells, or the label would share one with it
            x0, y0, x1, y1 = (
                x0 // cell * cell,
                y0 // cell * cell,
                -(-x1 // cell) * cell,
                -(-y1 // cell) * cell,
            )
        w, h = sizes[k, 0], sizes[k, 1]
        wide, high = x1 - x0, y1 - y0
        if spots[k, 6] and not (high >= limits[2] * h and wide * high >= limits[2] * limits[2] * w * h):
            return False
        x = (spots[k, 0] * x0 + spots[k, 1] * x1 - spots[k, 2] * w) // 2
        y = (spots[k, 3] * y0 + spots[k, 4] * y1 - spots[k, 5] * h) // 2
        if spots[k, 7]:
            x = int(max(0.0, min(left, float(width))))
        x, y = max(0, min(x, width - w)), max(0, min(y, height - h))
        corners[k, 0], corners[k, 1] = x, y
        x0, y0, x1, y1 = x // cell, y // cell, -(-(x + w) // cell), -(-(y + h) // cell)
        if _is_taken(cells, n, x0, y0, x1, y1):
            return False
        cells[n, 0], cells[n, 1], cells[n, 2], cells[n, 3] = x0, y0, x1, y1
        n += 1
    return True

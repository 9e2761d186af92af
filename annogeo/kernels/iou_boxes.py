"""Areas of overlap of boxes, upright and turned, and what all kinds of shapes share: near pairs, ratios.

Boxes are exact to a few roundings of their own size, wherever they lie: pairs are looked at from within.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]

ROUNDING = 2.0**-50  # a few roundings of a sum of products


@jit
def near_pairs(
    boxes: FloatArray,
    others: FloatArray,
    order: IntArray,
    spans: IntArray,
    first: int,
    is_same: bool,
    pairs: IndexArray,
) -> int:
    """Find pairs whose bounds overlap, those that merely touch left out.

    Parameters
    ----------
    boxes, others : float (n, 4), (m, 4)
        Left, top, right, bottom; those of `others` sorted by their left edge.
    order : int (m,)
        The places of `others` before sorting.
    spans : int (n, 2)
        Which of `others` may overlap each of `boxes` as to x.
    first : int
        The place of the first of `boxes` in its whole.
    is_same : bool
        Both sides are the same: only pairs (i, j) with i <= j are listed.
    pairs : int32 (capacity, 2)
        Filled with places (in `boxes` here, in `others` before sorting); large enough for all pairs.

    Returns
    -------
    int
        How many there are.
    """
    n = 0
    for i in range(boxes.shape[0]):
        left, top, right, bottom = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        for k in range(spans[i, 0], spans[i, 1]):
            is_near = (
                (others[k, 0] < right)
                & (others[k, 2] > left)
                & (others[k, 1] < bottom)
                & (others[k, 3] > top)
                & ((not is_same) | (order[k] >= first + i))
            )
            if is_near:
                pairs[n, 0] = i
                pairs[n, 1] = order[k]
                n += 1
    return n


@jit
def box_overlaps(boxes: FloatArray, edges: FloatArray, overlaps: FloatArray) -> None:
    """Fill in the area of overlap of each box (n, 4) with each of the others, given as four rows (4, m)."""
    left, top, right, bottom = edges[0], edges[1], edges[2], edges[3]
    for i in range(boxes.shape[0]):
        x0, y0, x1, y1 = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        row = overlaps[i]
        for j in range(row.size):
            width = min(x1, right[j]) - max(x0, left[j])
            height = min(y1, bottom[j]) - max(y0, top[j])
            row[j] = max(width, 0.0) * max(height, 0.0)


@jit
def turned_overlaps(boxes: FloatArray, others: FloatArray, pairs: IndexArray) -> FloatArray:
    """Return the areas of overlap of pairs of turned boxes.

    Parameters
    ----------
    boxes, others : float (n, 6), (m, 6)
        Centre, half width and height, cosine and sine of the angle.
    pairs : int32 (k, 2)

    Returns
    -------
    float (k,)
        0 for boxes that a line parallel to an edge keeps apart.
    """
    areas = np.empty(pairs.shape[0])
    for k in range(pairs.shape[0]):
        a, b = boxes[pairs[k, 0]], others[pairs[k, 1]]
        areas[k] = _turned_overlap(b[0] - a[0], b[1] - a[1], a[2], a[3], a[4], a[5], b[2], b[3], b[4], b[5])
    return areas


@jit
def to_ratios(overlaps: FloatArray, areas: FloatArray, others: FloatArray, is_of_union: bool) -> None:
    """Divide areas of overlap (n, m), in place: by the union's area, or by the first shape's; 0 where there is none."""
    for i in range(overlaps.shape[0]):
        row = overlaps[i]
        area = areas[i]
        for j in range(row.size):
            whole = (area + others[j]) - row[j] if is_of_union else area
            ratio = row[j] / whole if whole > 0.0 else 0.0
            row[j] = min(ratio, 1.0)


@inlined
def _turned_overlap(dx, dy, aw, ah, ac, as_, bw, bh, bc, bs):  # type: ignore[no-untyped-def]
    """Overlap of two boxes, the centre of the second (dx, dy) from the first's: seen along the first's axes."""
    x, y = dx * ac + dy * as_, dy * ac - dx * as_
    c, s = bc * ac + bs * as_, bs * ac - bc * as_
    ux, uy, vx, vy = c * bw, s * bw, -s * bh, c * bh
    half_width, half_height = abs(ux) + abs(vx), abs(uy) + abs(vy)
    if _apart(x, aw, half_width) or _apart(y, ah, half_height):
        return 0.0
    if _apart(x * c + y * s, bw, abs(c) * aw + abs(s) * ah) or _apart(
        y * c - x * s, bh, abs(s) * aw + abs(c) * ah
    ):
        return 0.0
    left, right = max(-aw, x - half_width), min(aw, x + half_width)
    top, bottom = max(-ah, y - half_height), min(ah, y + half_height)
    width, height = right - left, bottom - top
    area = width * height
    if (
        c != 0.0 and s != 0.0
    ):  # all from the corner of what both bounds share: small overlaps keep their digits
        x, y = x - left, y - top
        area = (
            _under(x - ux - vx, y - uy - vy, x + ux - vx, y + uy - vy, width, height)
            + _under(x + ux - vx, y + uy - vy, x + ux + vx, y + uy + vy, width, height)
            + _under(x + ux + vx, y + uy + vy, x - ux + vx, y - uy + vy, width, height)
            + _under(x - ux + vx, y - uy + vy, x - ux - vx, y - uy - vy, width, height)
        )
    smaller = 4.0 * min(aw * ah, bw * bh)
    return smaller if area >= smaller * (1.0 - ROUNDING) else max(area, 0.0)


@inlined
def _apart(distance, half, other):  # type: ignore[no-untyped-def]
    """Whether intervals of half lengths `half` and `other` share no more than roundings."""
    reach = half + other
    return abs(distance) >= reach * (1.0 - ROUNDING)


@inlined
def _under(ax, ay, bx, by, width, height):  # type: ignore[no-untyped-def]
    """Area between an edge and y = 0 within a box from the origin; negative for edges that run to the right."""
    sign = -1.0
    if ax > bx:
        ax, ay, bx, by = bx, by, ax, ay
        sign = 1.0
    low, high = max(ax, 0.0), min(bx, width)
    if low >= high:
        return 0.0
    slope = (by - ay) / (bx - ax)
    start, end = ay + (low - ax) * slope, by - (bx - high) * slope
    inside_start, inside_end = min(max(start, 0.0), height), min(max(end, 0.0), height)
    rise = abs(end - start)
    if rise == 0.0:
        return sign * (high - low) * inside_start
    within = abs(inside_end - inside_start) / rise
    above = abs(max(end, height) - max(start, height)) / rise
    return sign * (high - low) * (within * 0.5 * (inside_start + inside_end) + above * height)

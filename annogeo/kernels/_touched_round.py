"""Strokes, discs and ellipses under rule `all_touched`, in plain floats.

What a convex shape has in common with a row of open pixels is as wide as the shape is anywhere in that row, so each
row asks for the leftmost and the rightmost place between its top and its bottom. Layer: kernels; see `touched`.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner
from annogeo.kernels._page import ZERO, mark
from annogeo.kernels._round import turn

LEFT, RIGHT = -1.0, 1.0
HUGE = 2.0**500  # radii beyond cannot be squared


@inlined
def first_line(value, most):
    """Round down, within 0..most; also where a coordinate is no pixel's at all."""
    value = np.floor(value)
    value = value if value > 0.0 else 0.0
    return np.int64(value) if value < most else np.int64(most)


@inlined
def last_line(value, most):
    """Round up, within 0..most."""
    value = np.ceil(value)
    value = value if value > 0.0 else 0.0
    return np.int64(value) if value < most else np.int64(most)


@inner
def _mark_row(bits, rows, width, row, left, right):
    first, end = first_line(left, width), last_line(right, width)
    if first < end:
        mark(bits, rows, row, first, end - 1)


@inlined
def _half_chord(radius, distance):
    """Half the width of a circle this far from its centre."""
    if radius > HUGE:
        return np.sqrt(max(radius - distance, 0.0)) * np.sqrt(max(radius + distance, 0.0))
    return np.sqrt(max((radius - distance) * (radius + distance), 0.0))


@inlined
def _nearest_in_row(row, first, last):
    """Height within a row that is nearest to the heights first..last; and whether it is one of them."""
    if last < row:
        return float(row), False
    if first > row + 1:
        return row + 1.0, False
    return first, True


@inner
def mark_capsule(bits, rows, width, ax, ay, bx, by, radius):
    """Mark the pixels that come nearer than `radius` to the segment a-b; returns their rows [top, bottom).

    With radius 0 these are the pixels that the segment runs through.
    """
    height = rows.shape[0]
    if not radius >= 0.0:
        return height, ZERO
    if by < ay or (by == ay and bx < ax):
        ax, ay, bx, by = bx, by, ax, ay
    top, bottom = first_line(ay - radius, height), last_line(by + radius, height)
    length = np.hypot(bx - ax, by - ay)
    normal_x = radius * ((by - ay) / length) if length > 0.0 else radius  # points right
    normal_y = radius * ((ax - bx) / length) if length > 0.0 else 0.0
    for row in range(top, bottom):
        left = _capsule_end(LEFT, ax, ay, bx, by, radius, -normal_x, -normal_y, row)
        right = _capsule_end(RIGHT, ax, ay, bx, by, radius, normal_x, normal_y, row)
        _mark_row(bits, rows, width, row, left, right)
    return top, bottom


@inner
def _capsule_end(side, ax, ay, bx, by, radius, normal_x, normal_y, row):
    """Furthest place to one side that a capsule (ay <= by) reaches in a row.

    Its side is an arc about a, a line from a's tangent point to b's, and an arc about b.
    """
    lean = (bx - ax) * side
    y, is_furthest = _nearest_in_row(row, by if lean > 0.0 else ay, ay if lean < 0.0 else by)
    if is_furthest:
        return (bx if lean > 0.0 else ax) + side * radius
    begin, end = ay + normal_y, by + normal_y
    if y < begin:
        return ax + side * _half_chord(radius, y - ay)
    if y >= end:
        return bx + side * _half_chord(radius, y - by)
    return ax + normal_x + (y - begin) / (by - ay) * (bx - ax)


@inner
def mark_ellipse(bits, rows, width, xy, first):
    """Mark the pixels that a filled ellipse (centre, radii, angle) enters; returns their rows [top, bottom)."""
    height = rows.shape[0]
    x, y = xy[first, 0], xy[first, 1]
    rx, ry = xy[first + 1, 0], xy[first + 1, 1]
    cosine, sine = turn(xy[first + 2, 0])
    if not (rx >= 0.0 and ry >= 0.0):
        return height, ZERO
    if rx == 0.0 or ry == 0.0:  # one of the summands is 0: a segment
        ex, ey = rx * cosine - ry * sine, rx * sine + ry * cosine
        return mark_capsule(bits, rows, width, x - ex, y - ey, x + ex, y + ey, 0.0)
    half_width = np.hypot(rx * cosine, ry * sine)
    half_height = np.hypot(rx * sine, ry * cosine)
    drop = (rx - ry) * ((rx + ry) / half_width) * sine * cosine  # of the rightmost point, below the centre
    shape = rx / half_height, ry / half_height
    slope = (
        (shape[0] - shape[1]) * (shape[0] + shape[1]) * sine * cosine
    )  # of the line through the chords' middles
    stretch = shape[0] * shape[1]
    top, bottom = first_line(y - half_height, height), last_line(y + half_height, height)
    for row in range(top, bottom):
        left = _ellipse_end(LEFT, x, y, half_width, half_height, -drop, slope, stretch, row)
        right = _ellipse_end(RIGHT, x, y, half_width, half_height, drop, slope, stretch, row)
        _mark_row(bits, rows, width, row, left, right)
    return top, bottom


@inner
def _ellipse_end(side, x, y, half_width, half_height, drop, slope, stretch, row):
    """Furthest place to one side that an ellipse reaches in a row; its furthest of all is `drop` below the centre."""
    nearest, is_furthest = _nearest_in_row(row, y + drop, y + drop)
    if is_furthest:
        return x + side * half_width
    d = nearest - y
    return x + slope * d + side * stretch * _half_chord(half_height, d)

"""Convex round shapes as one run per row: capsules (stroke segments, discs) and ellipses.

Limits come from float64 with an error bound. A row with a limit closer to a pixel centre than the bound is
decided again, by bisection with the exact predicates. Input on a 1/64 grid (integers, halves, widths of 1, 2, 3 px)
needs no second look at its discs: nothing in them is rounded but the square root, and a root that is no grid
number stays further from one than its rounding error.

`limits` (int32, 3 x canvas rows and BLOCK more) holds, for the rows of a shape, first column, end column, and whether
to look again; one array, because passing arrays costs more than a row's arithmetic.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._exact import capsule_holds, ellipse_holds
from annogeo.kernels._jit import inlined, leaf, merged
from annogeo.kernels._lanes import ONE, eight_limits, lowest_bit
from annogeo.kernels._toggle import first_centre

FIRST, END, UNSURE = range(3)  # rows of `limits`
BLOCK = 8  # rows done at a time
ERROR = 2.0**-49  # a few roundings, relative to the sizes named where it is used
FLAT = 1024.0  # a segment this much wider than high has too ill-conditioned row limits for float64
GRID_REACH = 1048576.0
GRID_RADIUS = 32768.0
FAR = 16777216.0  # segments that leave this range are clipped to the canvas's surroundings first
HUGE = 2.0**30  # no canvas is as large as a pen of this radius: it covers all of it or nothing


@inlined
def _is_grid(value):
    scaled = value * 64.0
    return np.floor(scaled) == scaled and abs(value) <= GRID_REACH


@inlined
def _distance(limit):
    """How far `limit` is from the nearest pixel centre."""
    shifted = limit - 0.5
    return 0.5 - abs(np.ceil(shifted) - shifted - 0.5)


@merged
def _cap(limits, x, y, radius, is_grid, left_begin, left_end, right_begin, right_end, width):
    """Set the left limits of rows [left_begin, left_end) to a circle's, and right ones likewise.

    Returns how many limits to look at again.
    """
    scale = 0.0 if is_grid else ERROR
    unsure = np.int64(0)
    square_error = scale * radius * (radius + abs(y))
    reach = scale * (abs(x) + radius + width)
    for row in range(min(left_begin, right_begin), max(left_end, right_end)):
        d = row + 0.5 - y
        square = (radius - d) * (radius + d)
        half = np.sqrt(square if square > 0.0 else 0.0)
        # the root is off by its square's error over itself; multiplied out, because dividing is slow
        bound = square_error + reach * half
        k = np.uint64(row)
        if left_begin <= row < left_end:
            limits[FIRST, k] = first_centre(x - half, 0, width)
            if _distance(x - half) * half < bound:
                limits[UNSURE, k] = 1
                unsure += 1
        if right_begin <= row < right_end:
            limits[END, k] = first_centre(x + half, 0, width)
            if _distance(x + half) * half < bound:
                limits[UNSURE, k] = 1
                unsure += 1
    return unsure


@merged
def _side(limits, side, x, y, slope, error, begin, end, width):
    """Set the limits of rows [begin, end) to a line through (x, y); `error` bounds the rounding.

    Returns how many rows to look at again.
    """
    found = limits[side]
    unsure = np.int64(0)
    for row in range(begin, end, BLOCK):
        # what it writes behind `end` is overwritten, or never looked at
        doubts = eight_limits(found, row, float(row), y, x, slope, float(width), error)
        if end - row < BLOCK:
            doubts &= (ONE << np.uint64(end - row)) - ONE
        while doubts != 0:
            limits[UNSURE, row + lowest_bit(doubts)] = 1
            unsure += 1
            doubts &= doubts - ONE
    return unsure


@merged
def _level_rows(ax, bx, y, radius, is_grid, top, bottom, width, limits):
    """Rows of a level capsule (ax <= bx): half circles at both ends, flat above and below; returns as `_side`."""
    scale = 0.0 if is_grid else ERROR
    unsure = np.int64(0)
    square_error = scale * radius * (radius + abs(y))
    reach = scale * (max(abs(ax), abs(bx)) + radius + width)
    for row in range(top, bottom):  # as `_cap`
        d = row + 0.5 - y
        square = (radius - d) * (radius + d)
        half = np.sqrt(square if square > 0.0 else 0.0)
        k = np.uint64(row)
        limits[FIRST, k] = first_centre(ax - half, 0, width)
        limits[END, k] = first_centre(bx + half, 0, width)
        if min(_distance(ax - half), _distance(bx + half)) * half < square_error + reach * half:
            limits[UNSURE, k] = 1
            unsure += 1
    return unsure


@merged
def _slanted_rows(ax, ay, bx, by, radius, is_grid, top, bottom, width, limits):
    """Rows of a capsule with ay < by: on each side an arc, a straight line, and an arc, tangent to one another.

    Returns how many rows to look at again.

    A row next to where two of them meet may be given to the wrong one: they differ there by the third power of the
    slope times the square of the rounding error over twice the radius.
    """
    ex = bx - ax
    ey = by - ay
    length = np.sqrt(ex * ex + ey * ey)
    slope = ex / ey
    half = radius * length / ey if ex != 0.0 else radius
    rise = (
        radius * ex / length
    )  # the left side starts and ends lower than the axis by this, the right side higher
    size = abs(ax) + abs(ay) + abs(bx) + abs(by) + radius
    error = ERROR * (size + (1.0 + abs(slope)) * (abs(ey) + radius) + half + width)
    error += abs(slope * slope * slope) * (ERROR * size) * (ERROR * size) / radius
    if ex == 0.0 and is_grid:
        error = 0.0
    left_first = first_centre(ay + rise, top, bottom)
    left_last = first_centre(by + rise, top, bottom)
    right_first = first_centre(ay - rise, top, bottom)
    right_last = first_centre(by - rise, top, bottom)
    unsure = _cap(limits, ax, ay, radius, is_grid, top, left_first, top, right_first, width)
    unsure += _side(limits, FIRST, ax - half, ay, slope, error, left_first, left_last, width)
    unsure += _side(limits, END, ax + half, ay, slope, error, right_first, right_last, width)
    return unsure + _cap(limits, bx, by, radius, is_grid, left_last, bottom, right_last, bottom, width)


@leaf
def _capsule_row(ax, ay, bx, by, radius, row, width):
    """Exact run of one row (ay <= by): bisect on both sides of the axis's nearest point."""
    y = row + 0.5
    x = ax if y <= ay else bx
    if ay < y < by:
        x = ax + (y - ay) * ((bx - ax) / (by - ay))
        x = min(max(x, min(ax, bx)), max(ax, bx))
    seed = np.int64(min(max(np.floor(x - 0.5), 0.0), width - 1.0))
    if not capsule_holds(ax, ay, bx, by, radius, seed + 0.5, y):
        seed = min(seed + 1, width - 1)
        if not capsule_holds(ax, ay, bx, by, radius, seed + 0.5, y):
            return width, 0
    first = 0
    inside = seed
    while first < inside:
        middle = (first + inside) >> 1
        if capsule_holds(ax, ay, bx, by, radius, middle + 0.5, y):
            inside = middle
        else:
            first = middle + 1
    end = width
    inside = seed + 1
    while inside < end:
        middle = (inside + end) >> 1
        if capsule_holds(ax, ay, bx, by, radius, middle + 0.5, y):
            inside = middle + 1
        else:
            end = middle
    return first, end


@leaf
def _clipped(ax, ay, bx, by, low, high):
    """Clip a segment to low <= x <= high; returns whether any is left, and it."""
    if max(ax, bx) < low or min(ax, bx) > high:
        return False, ax, ay, bx, by
    # the new end's x is the limit itself: computed, it would be lost in the rounding of a huge coordinate
    x0 = min(max(ax, low), high)
    x1 = min(max(bx, low), high)
    y0 = ay + (x0 - ax) / (bx - ax) * (by - ay) if x0 != ax else ay
    y1 = by + (x1 - bx) / (ax - bx) * (ay - by) if x1 != bx else by
    return True, x0, y0, x1, y1


@leaf
def _near_part(ax, ay, bx, by, radius, height, width):
    """Clip a segment to the canvas and a margin that its pen cannot cross; returns whether any is left, and it."""
    margin = radius + 64.0
    visible, ax, ay, bx, by = _clipped(ax, ay, bx, by, -margin, width + margin)
    if visible:
        visible, ay, ax, by, bx = _clipped(ay, ax, by, bx, -margin, height + margin)
    return visible, ax, ay, bx, by


@leaf
def _covers(ax, ay, bx, by, radius, x, y):
    """Whether a huge pen reaches a point, without overflow."""
    ex = bx - ax
    ey = by - ay
    length = np.hypot(ex, ey)
    along = 0.0
    if length > 0.0:
        ex /= length
        ey /= length
        along = min(max((x - ax) * ex + (y - ay) * ey, 0.0), length)
    return np.hypot(x - ax - along * ex, y - ay - along * ey) < radius


@merged
def capsule_rows(points, a, b, radius, height, width, limits):
    """Row runs of all places within `radius` of the segment from point a to b; returns the rows [top, bottom) set.

    Rule `center`. Time: canvas rows of the capsule. Twin: tests/naive/raster.py.
    """
    ax = points[a, 0]
    ay = points[a, 1]
    bx = points[b, 0]
    by = points[b, 1]
    if radius <= 0.0:
        return 0, 0
    if radius >= HUGE:
        covered = _covers(ax, ay, bx, by, radius, 0.5 * width, 0.5 * height)
        for row in range(height):
            limits[FIRST, row] = 0
            limits[END, row] = width if covered else 0
        return 0, height
    if max(max(abs(ax), abs(ay)), max(abs(bx), abs(by))) > FAR:
        visible, ax, ay, bx, by = _near_part(ax, ay, bx, by, radius, height, width)
        if not visible:
            return 0, 0
    if ay > by:
        ax, ay, bx, by = bx, by, ax, ay
    is_grid = _is_grid(radius) and radius <= GRID_RADIUS and _is_grid(ax) and _is_grid(ay)
    is_grid = is_grid and _is_grid(bx) and _is_grid(by)
    margin = 0.0 if is_grid else ERROR * (abs(ay) + abs(by) + radius)
    top = first_centre(ay - radius - margin, 0, height)
    bottom = first_centre(by + radius + margin, 0, height)
    if bottom <= top or max(ax, bx) + radius < 0.0 or min(ax, bx) - radius > width:
        return 0, 0
    marks = limits[UNSURE, top:bottom]
    for k in range(marks.size):
        marks[k] = 0
    if ay == by:
        unsure = _level_rows(min(ax, bx), max(ax, bx), ay, radius, is_grid, top, bottom, width, limits)
    elif abs(bx - ax) > FLAT * (by - ay):
        unsure = bottom - top
        limits[UNSURE, top:bottom] = 1
    else:
        unsure = _slanted_rows(ax, ay, bx, by, radius, is_grid, top, bottom, width, limits)
    if unsure > 0:
        for row in range(top, bottom):
            if limits[UNSURE, row] != 0:
                limits[FIRST, row], limits[END, row] = _capsule_row(ax, ay, bx, by, radius, row, width)
    return top, bottom


@leaf
def turn(angle):
    """Cosine and sine of an angle in degrees; exact for multiples of 90."""
    rest = angle % 360.0
    if rest == 0.0:
        return 1.0, 0.0
    if rest == 90.0:
        return 0.0, 1.0
    if rest == 180.0:
        return -1.0, 0.0
    if rest == 270.0:
        return 0.0, -1.0
    radians = rest * (np.pi / 180.0)
    return np.cos(radians), np.sin(radians)


@leaf
def _ellipse_row(x, y, rx, ry, cosine, sine, slope, row, width):
    """Exact run of one row: bisect on both sides of the chord's middle."""
    yc = row + 0.5
    seed = np.int64(min(max(np.floor(x + slope * (yc - y) - 0.5), 0.0), width - 1.0))
    if not ellipse_holds(x, y, rx, ry, cosine, sine, seed + 0.5, yc):
        seed = min(seed + 1, width - 1)
        if not ellipse_holds(x, y, rx, ry, cosine, sine, seed + 0.5, yc):
            return width, 0
    first = 0
    inside = seed
    while first < inside:
        middle = (first + inside) >> 1
        if ellipse_holds(x, y, rx, ry, cosine, sine, middle + 0.5, yc):
            inside = middle
        else:
            first = middle + 1
    end = width
    inside = seed + 1
    while inside < end:
        middle = (inside + end) >> 1
        if ellipse_holds(x, y, rx, ry, cosine, sine, middle + 0.5, yc):
            inside = middle + 1
        else:
            end = middle
    return first, end


@leaf
def ellipse_rows(xy, first, height, width, limits):
    """Row runs of a filled ellipse, given as points: centre, radii, (angle, 0); returns the rows [top, bottom) set.

    Rule, cost and twin: `capsule_rows`.
    """
    x = xy[first, 0]
    y = xy[first, 1]
    rx = xy[first + 1, 0]
    ry = xy[first + 1, 1]
    if not (rx > 0.0 and ry > 0.0):
        return 0, 0
    cosine, sine = turn(xy[first + 2, 0])
    a = rx * sine
    b = ry * cosine
    reach = np.hypot(a, b)  # half the height
    ratio_a = rx / reach
    ratio_b = ry / reach
    slope = (
        (ratio_a - ratio_b) * (ratio_a + ratio_b) * sine * cosine
    )  # chord middles lie on x + slope * (y' - y)
    stretch = ratio_a * ratio_b
    margin = ERROR * (abs(y) + reach)
    top = first_centre(y - reach - margin, 0, height)
    bottom = first_centre(y + reach + margin, 0, height)
    size = abs(x) + (1.0 + abs(slope)) * (reach + abs(y)) + width
    for row in range(top, bottom):
        d = row + 0.5 - y
        square = (reach - d) * (reach + d)
        k = np.uint64(row)
        limits[FIRST, k] = width
        limits[END, k] = 0
        sure = square < -8.0 * ERROR * reach * (reach + abs(y))
        if square > 0.0:
            root = np.sqrt(square)
            half = stretch * root
            middle = x + slope * d
            error = ERROR * (2.0 * stretch * reach * reach / root + half + size)
            sure = min(_distance(middle - half), _distance(middle + half)) > error
            if sure:
                limits[FIRST, k] = first_centre(middle - half, 0, width)
                limits[END, k] = first_centre(middle + half, 0, width)
        if not sure:
            limits[FIRST, k], limits[END, k] = _ellipse_row(x, y, rx, ry, cosine, sine, slope, row, width)
    return top, bottom

"""Cuts an operation into the pieces that rule `opencv` draws: lines, convex polygons, discs.

Each piece covers one run of pixels per row. Points are whole numbers, or fixed-point numbers with 16 fractional bits
where the name says `fine`. Layer: kernels; see `opencv`.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit
from annogeo.kernels._page import NEVER, ZERO

FILL, LINE, LOOP, ELLIPSE, ELLIPSE_LOOP, DISC, RUNS = range(7)  # as annogeo.draw.Op

# Typed, because numba compiles a function anew for every literal argument.
SIDE = np.int64(0)  # x0, y0, x1, y1: a line from pixel to pixel that bounds an even-odd inside
STRAIGHT = np.int64(1)  # x0, y0, x1, y1: a line from pixel to pixel
FINE = np.int64(2)  # x0, y0, x1, y1: a line between fixed-point points
CONVEX = np.int64(3)  # first corner, last corner + 1, 0, 0: a convex polygon of fixed-point corners
ROUND = np.int64(4)  # x, y, radius, 0: a disc about a pixel

PIECES_PER_POINT = 3  # an oblong and two discs
CORNERS_PER_POINT = 4
OUTLINE_POINTS = 74  # of an ellipse in steps of 5 degrees, both ends, and one to spare

BITS = 16
ONE = 1 << BITS
HALF = ONE >> 1

# cv2 takes the sines of whole degrees, kept to seven decimals in single precision.
SINE = np.round(np.sin(np.radians(np.arange(360.0))), 7).astype(np.float32).astype(np.float64)


@jit
def cut(code, points, rings, first, last, size, height, width, pieces, corners):
    """Cut an operation with rings `first` to `last`, excluded, into `pieces` and `corners`; returns how many pieces.

    `size` is the width of a stroke or the radius of a disc. `pieces` and `corners` need room for `PIECES_PER_POINT` and
    `CORNERS_PER_POINT` times the points of the operation or of an ellipse's outline (and that outline besides).
    """
    begin, end = rings[first], rings[last]
    n = ZERO
    if code == FILL:
        for ring in range(first, last):
            before = rings[ring + 1] - 1
            for i in range(rings[ring], rings[ring + 1]):
                n = _add(pieces, n, SIDE, points[before, 0], points[before, 1], points[i, 0], points[i, 1])
                before = i
        return n
    if begin == end:
        return n
    if code == DISC and size == 1:  # cv2's smallest circle is the four neighbours of its centre
        for k in range(4):
            x, y = points[begin, 0] + (k - 1) % 2 * (1 - k), points[begin, 1] + k % 2 * (2 - k)
            n = _add(pieces, n, ROUND, x, y, ZERO, ZERO)
        return n
    path = points
    if code > LOOP:
        end = outline_ellipse(points, begin, size, code == DISC, corners)
        begin = ZERO
        path = corners
    if code == ELLIPSE:
        return _add(pieces, n, CONVEX, ZERO, end, ZERO, ZERO)
    return _cut_path(path, begin, end, code, size, height, width, pieces, corners)


@jit
def _cut_path(path, begin, end, code, size, height, width, pieces, corners):
    """Cut a stroke along points `begin` to `end`, excluded, into pieces; returns how many.

    A wide line is the oblong about it and a disc on either end. Wide lines from pixel to pixel, but not fine ones, are
    first clipped to the canvas and a margin as broad as the line.
    """
    is_fine = code > LOOP
    n, m = ZERO, end  # corners of a fine path come after the path itself
    if not is_fine:
        m = ZERO
    right, bottom = width - 1 + 2 * size, height - 1 + 2 * size
    disc_x, disc_y = NEVER, NEVER
    before = end - 1
    for i in range(begin if code == LOOP else begin + 1, end):
        if i > begin:
            before = i - 1
        x0, y0, x1, y1 = path[before, 0], path[before, 1], path[i, 0], path[i, 1]
        if size == 1:
            n = _add(pieces, n, FINE if is_fine else STRAIGHT, x0, y0, x1, y1)
            continue
        if not is_fine:
            shown, x0, y0, x1, y1 = clip(right, bottom, x0 + size, y0 + size, x1 + size, y1 + size)
            if not shown:
                continue
            x0, y0, x1, y1 = (x0 - size) * ONE, (y0 - size) * ONE, (x1 - size) * ONE, (y1 - size) * ONE
        dx, dy = float(x0 - x1) / ONE, float(y1 - y0) / ONE
        length = np.sqrt(dx * dx + dy * dy)
        if length > 0.0:
            reach = (size + size % 2) * HALF / length
            off_x, off_y = np.int64(np.rint(dy * reach)), np.int64(np.rint(dx * reach))
            for k in range(4):
                side = 1 - k // 2 * 2 if k % 2 == 0 else k // 2 * 2 - 1
                corners[m + k, 0] = (x0 if k < 2 else x1) + side * off_x
                corners[m + k, 1] = (y0 if k < 2 else y1) + side * off_y
            n = _add(pieces, n, CONVEX, m, m + 4, ZERO, ZERO)
            m += 4
        for k in range(2):
            x, y = ((x1 if k else x0) + HALF) >> BITS, ((y1 if k else y0) + HALF) >> BITS
            if x != disc_x or y != disc_y:
                n = _add(pieces, n, ROUND, x, y, (size + 1) // 2, ZERO)
                disc_x, disc_y = x, y
    return n


@jit
def _add(pieces, n, kind, x0, y0, x1, y1):
    """Append a piece; returns how many there are then."""
    pieces[n, 0] = kind
    pieces[n, 1] = x0
    pieces[n, 2] = y0
    pieces[n, 3] = x1
    pieces[n, 4] = y1
    return n + 1


@jit
def outline_ellipse(points, begin, radius, is_disc, outline):
    """Write the fixed-point polygon that stands for an ellipse or circle; returns how many points.

    An ellipse is given by three points: its centre, its two half axes, its angle in whole degrees. The outline ends
    where it starts; points that repeat the one before are left out, but two remain at least.
    """
    x0, y0 = float(points[begin, 0] * ONE), float(points[begin, 1] * ONE)
    rx, ry, turn = radius, radius, ZERO
    if not is_disc:
        rx, ry, turn = abs(points[begin + 1, 0]), abs(points[begin + 1, 1]), points[begin + 2, 0] % 360
    size = max(rx, ry)
    step = 90 if size < 3 else 30 if size < 10 else 18 if size < 15 else 5
    cos, sin = SINE[(turn + 90) % 360], SINE[turn]
    n, x, y = ZERO, ZERO, ZERO
    for degrees in range(0, 361, step):
        along = float(rx * ONE) * SINE[(degrees + 90) % 360]
        beside = float(ry * ONE) * SINE[degrees % 360]
        x = np.int64(np.rint(x0 + along * cos - beside * sin))
        y = np.int64(np.rint(y0 + along * sin + beside * cos))
        if n == 0 or x != outline[n - 1, 0] or y != outline[n - 1, 1]:
            outline[n, 0] = x
            outline[n, 1] = y
            n += 1
    if n == 1:
        outline[1, 0] = x
        outline[1, 1] = y
        n = n + 1
    return n


@jit
def clip(right, bottom, x0, y0, x1, y1):
    """Cut a segment to columns 0 to `right` and rows 0 to `bottom`, truncating what moves along.

    Returns whether any of it is left, and its ends as far as they were moved before that was known.
    """
    if (
        (x0 < 0 and x1 < 0)
        or (x0 > right and x1 > right)
        or (y0 < 0 and y1 < 0)
        or (y0 > bottom and y1 > bottom)
    ):
        return False, x0, y0, x1, y1
    if y0 < 0 or y0 > bottom:
        to = ZERO if y0 < 0 else bottom
        x0 += np.int64(float(to - y0) * float(x1 - x0) / float(y1 - y0))
        y0 = to
    if y1 < 0 or y1 > bottom:
        to = ZERO if y1 < 0 else bottom
        x1 += np.int64(float(to - y1) * float(x1 - x0) / float(y1 - y0))
        y1 = to
    if (x0 < 0 and x1 < 0) or (x0 > right and x1 > right):
        return False, x0, y0, x1, y1
    if x0 < 0 or x0 > right:
        to = ZERO if x0 < 0 else right
        y0 += np.int64(float(to - x0) * float(y1 - y0) / float(x1 - x0))
        x0 = to
    if x1 < 0 or x1 > right:
        to = ZERO if x1 < 0 else right
        y1 += np.int64(float(to - x1) * float(y1 - y0) / float(x1 - x0))
        x1 = to
    return True, x0, y0, x1, y1


@jit
def quotient(a, b):
    """Divide whole numbers, rounding towards zero."""
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q

"""Areas of overlap of ellipses with polygons and with ellipses, in closed form.

An ellipse is seen as the unit circle, the other shape with it. Their overlap is a polygon, through the points where the
outlines cross (and corners inside), plus the segments that arcs cut off outside of its edges; small overlaps keep their
digits so.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit, leaf

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]

ROUNDING = 2.0**-48  # of the smaller shape: what an overlap is not sure of
EIGHTH = math.tan(math.pi / 8.0)
TURN = 2.0 * math.pi


@jit
def ellipse_ring_overlaps(
    ellipses: FloatArray,
    xy: FloatArray,
    rings: IntArray,
    shapes: IntArray,
    areas: FloatArray,
    pairs: IndexArray,
) -> FloatArray:
    """Return the areas of overlap of ellipses with polygons.

    Parameters
    ----------
    ellipses : float (n, 6)
        Centre, half axes, cosine and sine of the angle.
    xy, rings, shapes : float (p, 2), int (r + 1,), int (m + 1,)
        Points, offsets of rings, offsets of polygons in the rings; rings simple and apart, outer ones clockwise on
        screen, holes the other way.
    areas : float (m,)
        Of the polygons.
    pairs : int32 (k, 2)

    Returns
    -------
    float (k,)
    """
    found = np.zeros(pairs.shape[0])
    for k in range(pairs.shape[0]):
        ellipse, shape = ellipses[pairs[k, 0]], pairs[k, 1]
        scale = ellipse[2] * ellipse[3]
        if scale > 0.0:
            area = 0.0
            for ring in range(shapes[shape], shapes[shape + 1]):
                area += _circle_and_ring(ellipse, xy, rings[ring], rings[ring + 1])
            found[k] = _settled(area * scale, min(areas[shape], math.pi * scale))
    return found


@jit
def ellipse_overlaps(ellipses: FloatArray, others: FloatArray, pairs: IndexArray) -> FloatArray:
    """Return the areas of overlap of pairs of ellipses, given as in `ellipse_ring_overlaps`."""
    found = np.zeros(pairs.shape[0])
    scratch = np.empty((2, 8)), np.empty((17, 3))
    for k in range(pairs.shape[0]):
        a, b = ellipses[pairs[k, 0]], others[pairs[k, 1]]
        scale = a[2] * a[3]
        other_scale = b[2] * b[3]
        if scale > 0.0 and other_scale > 0.0:
            found[k] = _settled(
                _circle_and_ellipse(a, b, scratch[0], scratch[1]) * scale, math.pi * min(scale, other_scale)
            )
    return found


@inlined
def _settled(area, smaller):  # type: ignore[no-untyped-def]
    return smaller if area >= smaller * (1.0 - ROUNDING) else max(area, 0.0)


@inlined
def _segment(angle):  # type: ignore[no-untyped-def]
    """Return angle - sin(angle), twice the area between an arc of the unit circle and its chord."""
    if abs(angle) > 0.2:
        return angle - math.sin(angle)
    q = angle * angle
    return angle * q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0 * (1.0 - q / 72.0 * (1.0 - q / 110.0))))


@inlined
def _angle_between(ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Return the angle from one point of the unit circle to another, -pi to pi."""
    return math.atan2(ax * (by - ay) - ay * (bx - ax), ax * bx + ay * by)


@inlined
def _turn_around(px, py, qx, qy):  # type: ignore[no-untyped-def]
    """Say whether an edge passes the negative x axis: 1 the positive way round, -1 the other way, else 0."""
    if (py >= 0.0) == (qy >= 0.0):
        return 0
    cross = px * qy - py * qx
    if py >= 0.0:
        return 1 if cross > 0.0 else 0
    return -1 if cross < 0.0 else 0


@leaf
def _swept(ax, ay, bx, by, turns):  # type: ignore[no-untyped-def]
    """Return the angle a path outside sweeps from one point of the circle to another, given its passes of the axis."""
    angle = _angle_between(ax, ay, bx, by)
    full = math.atan2(by + 0.0, bx) - math.atan2(ay + 0.0, ax) + TURN * turns
    return angle + TURN * round((full - angle) / TURN)


@leaf
def _circle_and_ring(ellipse, xy, first, last):  # type: ignore[no-untyped-def]
    """Return the area that the unit circle shares with a ring seen from it, signed as the ring runs."""
    x, y, rx, ry, c, s = ellipse[0], ellipse[1], ellipse[2], ellipse[3], ellipse[4], ellipse[5]
    if last - first < 3:
        return 0.0
    dx, dy = xy[last - 1, 0] - x, xy[last - 1, 1] - y
    px, py = (dx * c + dy * s) / rx, (dy * c - dx * s) / ry
    was_inside = (px - 1.0) * (px + 1.0) + py * py < 0.0
    doubled = 0.0  # the polygon's area and the segments', both twice
    has_point, has_exit, has_entry = False, False, False
    gx, gy, hx, hy = (
        0.0,
        0.0,
        0.0,
        0.0,
    )  # the polygon's first point, from which it is seen, and its last so far
    ex, ey, fx, fy = 0.0, 0.0, 0.0, 0.0  # where the ring left the circle last, where it came in first
    turns, first_turns = 0, 0
    for k in range(first, last):
        dx, dy = xy[k, 0] - x, xy[k, 1] - y
        qx, qy = (dx * c + dy * s) / rx, (dy * c - dx * s) / ry
        is_inside = (qx - 1.0) * (qx + 1.0) + qy * qy < 0.0
        dx, dy = qx - px, qy - py
        enters, leaves = not was_inside and is_inside, was_inside and not is_inside
        along, length, cross, reach = 0.0, 0.0, 0.0, 0.0
        if not (was_inside and is_inside):
            length, along, cross = dx * dx + dy * dy, px * dx + py * dy, px * dy - py * dx
            reach = length - cross * cross
            if not was_inside and not is_inside:
                enters = leaves = reach > 0.0 and along < 0.0 and along + length > 0.0
        if enters:
            reach_in = math.sqrt(max(reach, 0.0))
            ix, iy = (cross * dy - reach_in * dx) / length, (-cross * dx - reach_in * dy) / length
            turns += _turn_around(px, py, ix, iy)
            if has_exit:
                doubled += _segment(_swept(ex, ey, ix, iy, turns))
            elif not has_entry:
                has_entry, fx, fy, first_turns = True, ix, iy, turns
            if not has_point:
                has_point, gx, gy, hx, hy = True, ix, iy, ix, iy
            doubled += (hx - gx) * (iy - gy) - (hy - gy) * (ix - gx)
            hx, hy, turns = ix, iy, 0
        if leaves:
            reach_out = math.sqrt(max(reach, 0.0))
            ex, ey = (cross * dy + reach_out * dx) / length, (-cross * dx + reach_out * dy) / length
            if not has_point:
                has_point, gx, gy, hx, hy = True, ex, ey, ex, ey
            doubled += (hx - gx) * (ey - gy) - (hy - gy) * (ex - gx)
            hx, hy, has_exit = ex, ey, True
            turns = _turn_around(ex, ey, qx, qy)
        elif is_inside:
            if not has_point:
                has_point, gx, gy, hx, hy = True, qx, qy, qx, qy
            doubled += (hx - gx) * (qy - gy) - (hy - gy) * (qx - gx)
            hx, hy = qx, qy
        elif not enters:
            turns += _turn_around(px, py, qx, qy)
        px, py, was_inside = qx, qy, is_inside
    if not has_point:
        return math.pi * turns
    if has_exit and has_entry:
        doubled += _segment(_swept(ex, ey, fx, fy, turns + first_turns))
    return 0.5 * doubled


@leaf
def _circle_and_ellipse(a, b, breaks, points):  # type: ignore[no-untyped-def]
    """Return the area that an ellipse, seen as the unit circle, shares with another seen from it."""
    c, s = b[4] * a[4] + b[5] * a[5], b[5] * a[4] - b[4] * a[5]
    m00, m01, m10, m11 = c * b[2] / a[2], -s * b[3] / a[2], s * b[2] / a[3], c * b[3] / a[3]
    dx, dy = b[0] - a[0], b[1] - a[1]
    x, y = (dx * a[4] + dy * a[5]) / a[2], (dy * a[4] - dx * a[5]) / a[3]
    # turn the circle until the other one's axes are upright
    turn = 0.5 * math.atan2(
        2.0 * (m00 * m10 + m01 * m11), (m00 - m10) * (m00 + m10) + (m01 - m11) * (m01 + m11)
    )
    c, s = math.cos(turn), math.sin(turn)
    u, v = x * c + y * s, y * c - x * s
    p = math.hypot(c * m00 + s * m10, c * m01 + s * m11)
    product = (b[2] / a[2]) * (b[3] / a[3])
    q = product / p
    n, is_inside = _crossings(u, v, p, q, breaks, points)
    if n == 0:
        if is_inside:
            return math.pi * product
        return math.pi if (u / p) ** 2 + (v / q) ** 2 < 1.0 else 0.0
    has_center = (u / p) ** 2 + (v / q) ** 2 < 1.0
    doubled = 0.0
    points[n, 0], points[n, 1], points[n, 2] = points[0, 0] + TURN, points[0, 1], points[0, 2]
    gx, gy = points[0, 1], points[0, 2]
    for i in range(n):
        ax, ay, bx, by = points[i, 1], points[i, 2], points[i + 1, 1], points[i + 1, 2]
        doubled += (ax - gx) * (by - gy) - (ay - gy) * (bx - gx)
        swept = points[i + 1, 0] - points[i, 0]
        is_inside = not is_inside
        if is_inside:
            doubled += product * _segment(swept)
            continue
        angle = _angle_between(ax, ay, bx, by)
        if abs(angle) < 1e-9:  # as good as nothing, or all the way round
            angle = TURN if swept > math.pi and has_center else 0.0
        elif angle < 0.0:
            angle += TURN
        doubled += _segment(angle)
    return 0.5 * doubled


@leaf
def _crossings(u, v, p, q, breaks, points):  # type: ignore[no-untyped-def]
    """List where the ellipse (u + p cos t, v + q sin t) crosses the unit circle: t, x, y, in the order of t.

    Each quarter, around the end of an axis, is a quartic in the tangent of half the angle from there: near the ends of
    long axes, where rounding would do harm, its numbers are small. Returns how many, always even, and whether the
    ellipse lies inside the circle before the first.
    """
    n = 0
    start = _is_inside(v - q, u, p, v + q, EIGHTH)  # the end of the fourth quarter, as it sees it
    before, was_inside = start, start
    for quarter in range(4):
        sign = 1.0 if quarter < 2 else -1.0
        if quarter % 2 == 0:
            center, radius, beside, other = u, sign * p, v, sign * q
        else:
            center, radius, beside, other = v, sign * q, u, -sign * p
        near, far = center + radius, center - radius
        c0 = (near - 1.0) * (near + 1.0) + beside * beside
        c1 = 4.0 * other * beside
        c2 = 2.0 * (near * far + beside * beside + 2.0 * other * other - 1.0)
        c4 = (far - 1.0) * (far + 1.0) + beside * beside
        count = _turning_points(c1, c2, c4, breaks)
        row = breaks[1]
        for i in range(1, count):
            s = row[i]
            if i < count - 1:
                now = c0 + s * (c1 + s * (c2 + s * (c1 + s * c4))) < 0.0
            elif quarter < 3:
                now = c0 + s * (c1 + s * (c2 + s * (c1 + s * c4))) < 0.0
            else:
                now = start
            if now != was_inside:
                s = _between(c0, c1, c2, c1, c4, row[i - 1], s, was_inside)
                cos, sin = (1.0 - s * s) / (1.0 + s * s), 2.0 * s / (1.0 + s * s)
                along, across = center + radius * cos, beside + other * sin
                points[n, 0] = 0.5 * math.pi * quarter + 2.0 * math.atan(s)
                points[n, 1] = along if quarter % 2 == 0 else across
                points[n, 2] = across if quarter % 2 == 0 else along
                n += 1
            was_inside = now
    return n, before


@inlined
def _is_inside(near, beside, other, far, s):  # type: ignore[no-untyped-def]
    """Whether the point at s of a quarter lies inside the circle."""
    along, across = near + far * s * s, beside * (1.0 + s * s) + 2.0 * other * s
    whole = 1.0 + s * s
    return along * along + across * across < whole * whole


@leaf
def _turning_points(c1, c2, c4, breaks):  # type: ignore[no-untyped-def]
    """Fill the second row of `breaks` with the ends of a quarter and the turning points of its quartic between."""
    breaks[0, 0], n = -EIGHTH, 1
    # bends: roots of the second derivative, 12 c4 s^2 + 6 c1 s + 2 c2
    root = 9.0 * c1 * c1 - 24.0 * c4 * c2
    if root > 0.0:
        far = -(3.0 * c1 + math.copysign(math.sqrt(root), c1))
        first = far / (12.0 * c4) if c4 != 0.0 else EIGHTH
        second = 2.0 * c2 / far if far != 0.0 else EIGHTH
        low, high = min(first, second), max(first, second)
        if -EIGHTH < low < EIGHTH:
            breaks[0, n] = low
            n += 1
        if -EIGHTH < high < EIGHTH:
            breaks[0, n] = high
            n += 1
    breaks[0, n] = EIGHTH
    breaks[1, 0], count = -EIGHTH, 1
    s = -EIGHTH
    was_falling = c1 + s * (2.0 * c2 + s * (3.0 * c1 + s * 4.0 * c4)) < 0.0
    for i in range(1, n + 1):
        s = breaks[0, i]
        is_falling = c1 + s * (2.0 * c2 + s * (3.0 * c1 + s * 4.0 * c4)) < 0.0
        if is_falling != was_falling:
            breaks[1, count] = _between(
                c1, 2.0 * c2, 3.0 * c1, 4.0 * c4, 0.0, breaks[0, i - 1], s, was_falling
            )
            count += 1
        was_falling = is_falling
    breaks[1, count] = EIGHTH
    return count + 1


@leaf
def _between(c0, c1, c2, c3, c4, low, high, is_low_negative):  # type: ignore[no-untyped-def]
    """Return the root of a quartic between two places of different signs: Newton's steps, halving where they leave."""
    x = 0.5 * (low + high)
    for _ in range(200):
        value = c0 + x * (c1 + x * (c2 + x * (c3 + x * c4)))
        if (value < 0.0) == is_low_negative:
            low = x
        else:
            high = x
        slope = c1 + x * (2.0 * c2 + x * (3.0 * c3 + x * 4.0 * c4))
        step = value / slope if slope != 0.0 else np.inf
        following = x - step
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - x) <= 2.0**-52 * abs(x) or following == low or following == high:
            return following
        x = following
    return x

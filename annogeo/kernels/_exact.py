"""Decisions on float64 input: on which side of an edge, inside which round shape, a pixel centre lies.

Each predicate first tries plain float64 with an error bound, and goes on to more only where the bound does not
decide: edges, discs and axis-parallel strokes to exact arithmetic, slanted strokes and ellipses to double-doubles,
which are exact on coordinates and widths of a grid (as far as about 2**24) and take what is closer than 2**-98,
relatively, for a tie. Error-free transformations after Dekker (1971), Knuth (TAOCP 2, 4.2.2) and
Shewchuk (1997); they need IEEE arithmetic without fused or reordered operations, which `jit` guarantees.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, inner, leaf

SPLIT = 134217729.0  # 2**27 + 1: splits a double into two halves of 26 bits
CROSS_BOUND = 4.0 * 2.0**-53  # rounding of u*v - w*z, differences included, relative to |u*v| + |w*z|
TIE = 2.0**-98  # double-double results below this, relative to their terms, count as zero


@inlined
def two_sum(a, b):
    """a + b as rounded sum and exact remainder."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@inlined
def two_product(a, b):
    """a * b as rounded product and exact remainder."""
    product = a * b
    scaled = SPLIT * a
    a_high = scaled - (scaled - a)
    a_low = a - a_high
    scaled = SPLIT * b
    b_high = scaled - (scaled - b)
    b_low = b - b_high
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


@inlined
def dd_sum(a, a_tail, b, b_tail):
    """Sum of two double-doubles."""
    high, low = two_sum(a, b)
    tail, tail_low = two_sum(a_tail, b_tail)
    high, low = two_sum(high, low + tail)
    return two_sum(high, low + tail_low)


@inlined
def dd_product(a, a_tail, b, b_tail):
    """Product of two double-doubles."""
    high, low = two_product(a, b)
    return two_sum(high, low + (a * b_tail + a_tail * b))


@leaf
def sign_of_sum(terms):
    """Exact sign of a sum, as a float of that sign; `terms` is overwritten.

    Grows a non-overlapping expansion in place (Shewchuk's GROW-EXPANSION): its last nonzero part has the sign.
    """
    for i in range(terms.size):
        carry = terms[i]
        for k in range(i):
            carry, terms[k] = two_sum(carry, terms[k])
        terms[i] = carry
    sign = 0.0
    for k in range(terms.size):
        if terms[k] != 0.0:
            sign = terms[k]
    return sign


@inner
def _crosses_right_of_exactly(xa, ya, xb, yb, xc, yc):
    terms = np.empty(12)
    # The products of huge coordinates would overflow; scaling by a power of two changes no sign.
    if max(max(abs(xa), abs(ya)), max(abs(xb), abs(yb))) > 2.0**400:
        scale = 2.0**-600
        xa *= scale
        ya *= scale
        xb *= scale
        yb *= scale
        xc *= scale
        yc *= scale
    terms[0], terms[1] = two_product(xb, yc)
    terms[2], terms[3] = two_product(-xb, ya)
    terms[4], terms[5] = two_product(-xa, yc)
    terms[6], terms[7] = two_product(-yb, xc)
    terms[8], terms[9] = two_product(yb, xa)
    terms[10], terms[11] = two_product(ya, xc)
    return sign_of_sum(terms) > 0.0


@leaf
def crosses_right_of(xa, ya, xb, yb, xc, yc):
    """Whether edge a-b (ya < yb) meets the line y = yc strictly to the right of xc. Exact.

    The sign of the determinant ``(xb - xa) * (yc - ya) - (yb - ya) * (xc - xa)``, in three stages: rounded with
    an error bound; two exact products where the four differences are exact; all six products expanded.
    """
    u = xb - xa
    v = yc - ya
    w = yb - ya
    z = xc - xa
    left = u * v
    right = w * z
    gap = left - right
    if abs(gap) > CROSS_BOUND * (abs(left) + abs(right)):
        return gap > 0.0
    exact_x = two_sum(xb, -xa)[1] == 0.0 and two_sum(xc, -xa)[1] == 0.0
    exact_y = two_sum(yc, -ya)[1] == 0.0 and two_sum(yb, -ya)[1] == 0.0
    if exact_x and exact_y and abs(left) < 2.0**900 and abs(right) < 2.0**900:
        left, left_tail = two_product(u, v)
        right, right_tail = two_product(w, z)
        # rounding is monotone, so the tails matter only where the heads tie
        return left > right or (left == right and left_tail > right_tail)
    return _crosses_right_of_exactly(xa, ya, xb, yb, xc, yc)


@inner
def disc_holds(x, y, radius, xc, yc):
    """Whether a pixel centre, nudged right and then down, lies in a disc."""
    dx = xc - x
    dy = yc - y
    size = dx * dx + dy * dy + radius * radius
    gap = dx * dx + dy * dy - radius * radius
    if abs(gap) > 2.0**-49 * size:
        return gap < 0.0
    terms = np.empty(14)
    for k in range(2):
        d, tail = two_sum(xc, -x) if k == 0 else two_sum(yc, -y)
        terms[6 * k], terms[6 * k + 1] = two_product(d, d)
        terms[6 * k + 2], terms[6 * k + 3] = two_product(2.0 * d, tail)
        terms[6 * k + 4], terms[6 * k + 5] = two_product(tail, tail)
    terms[12], terms[13] = two_product(-radius, radius)
    sign = sign_of_sum(terms)
    if sign != 0.0:
        return sign < 0.0
    return dx < 0.0  # on the circle: in where stepping right leads inside (top and bottom points do not)


@leaf
def capsule_holds(ax, ay, bx, by, radius, xc, yc):
    """Whether a pixel centre, nudged right and then down, lies within `radius` of the segment a-b."""
    if ay == by:
        left = min(ax, bx)
        right = max(ax, bx)
        if left <= xc < right:
            return _band_holds(yc, ay, radius)
        return disc_holds(left if xc < left else right, ay, radius, xc, yc)
    if ax == bx:
        top = min(ay, by)
        bottom = max(ay, by)
        if top <= yc <= bottom:
            return _band_holds(xc, ax, radius)
        return disc_holds(ax, top if yc < top else bottom, radius, xc, yc)
    return _slanted_capsule_holds(ax, ay, bx, by, radius, xc, yc)


@inlined
def _band_holds(c, middle, radius):
    """``middle - radius <= c < middle + radius``, exactly."""
    gap, tail = two_sum(c, -middle)
    if gap < 0.0:
        high, low = two_sum(-gap, -radius)
        return high + (low - tail) <= 0.0
    high, low = two_sum(gap, -radius)
    return high + (low + tail) < 0.0


@inner
def _slanted_capsule_holds(ax, ay, bx, by, radius, xc, yc):
    # Which of disc a, band, disc b is asked may be decided in rounded arithmetic: where two of them meet they are
    # tangent, so their difference is of second order in the rounding error.
    ex = bx - ax
    ey = by - ay
    px = xc - ax
    py = yc - ay
    along = px * ex + py * ey
    squared = ex * ex + ey * ey
    if along <= 0.0:
        return disc_holds(ax, ay, radius, xc, yc)
    if along >= squared:
        return disc_holds(bx, by, radius, xc, yc)
    left = ex * py
    right = ey * px
    across = left - right
    reach = radius * np.sqrt(squared)
    gap = abs(across) - reach
    if abs(gap) > 2.0**-50 * (abs(left) + abs(right) + reach):
        return gap < 0.0
    ex, ex_tail = two_sum(bx, -ax)
    ey, ey_tail = two_sum(by, -ay)
    px, px_tail = two_sum(xc, -ax)
    py, py_tail = two_sum(yc, -ay)
    high, low = dd_product(ex, ex_tail, py, py_tail)
    other, other_tail = dd_product(ey, ey_tail, px, px_tail)
    high, low = dd_sum(high, low, -other, -other_tail)
    across = high
    high, low = dd_product(high, low, high, low)
    size = high
    other, other_tail = dd_product(ex, ex_tail, ex, ex_tail)
    more, more_tail = dd_product(ey, ey_tail, ey, ey_tail)
    other, other_tail = dd_sum(other, other_tail, more, more_tail)
    more, more_tail = two_product(radius, radius)
    other, other_tail = dd_product(other, other_tail, more, more_tail)
    high, low = dd_sum(high, low, -other, -other_tail)
    if abs(high) > TIE * (size + other):
        return high < 0.0
    return ey * across > 0.0  # the outward normal is (-ey, ex) * across: in where it points left


@inner
def ellipse_holds(x, y, rx, ry, cosine, sine, xc, yc):
    """Whether a pixel centre, nudged right and then down, lies in an ellipse turned by (cosine, sine)."""
    dx = xc - x
    dy = yc - y
    u = (cosine * dx + sine * dy) / rx
    v = (cosine * dy - sine * dx) / ry
    u_size = (abs(cosine * dx) + abs(sine * dy)) / rx
    v_size = (abs(cosine * dy) + abs(sine * dx)) / ry
    gap = u * u + v * v - 1.0
    if abs(gap) > 2.0**-49 * (1.0 + abs(u) * u_size + abs(v) * v_size):
        return gap < 0.0
    if max(rx, ry) > 2.0**200 or min(rx, ry) < 2.0**-200:
        return False
    dx, dx_tail = two_sum(xc, -x)
    dy, dy_tail = two_sum(yc, -y)
    high, low = dd_product(dx, dx_tail, cosine, 0.0)
    other, other_tail = dd_product(dy, dy_tail, sine, 0.0)
    u, u_tail = dd_sum(high, low, other, other_tail)
    high, low = dd_product(dy, dy_tail, cosine, 0.0)
    other, other_tail = dd_product(dx, dx_tail, sine, 0.0)
    v, v_tail = dd_sum(high, low, -other, -other_tail)
    u, u_tail = dd_product(u, u_tail, ry, 0.0)
    v, v_tail = dd_product(v, v_tail, rx, 0.0)
    slope = u * ry * cosine - v * rx * sine  # the outward normal's x
    high, low = dd_product(u, u_tail, u, u_tail)
    other, other_tail = dd_product(v, v_tail, v, v_tail)
    high, low = dd_sum(high, low, other, other_tail)
    other, other_tail = two_product(rx, ry)
    other, other_tail = dd_product(other, other_tail, other, other_tail)
    high, low = dd_sum(high, low, -other, -other_tail)
    if abs(high) > TIE * other:
        return high < 0.0
    return slope < -(2.0**-45) * (abs(u * ry * cosine) + abs(v * rx * sine))

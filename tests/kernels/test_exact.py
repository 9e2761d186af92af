"""The error-free transformations and predicates under the rasterizer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings, strategies as st

from annogeo.kernels import _exact, _lanes
from annogeo.kernels._jit import jit

DOUBLES = st.floats(-1e20, 1e20, allow_subnormal=False).filter(lambda v: v == 0 or abs(v) > 1e-20)


@jit
def split_products(a, b):  # type: ignore[no-untyped-def]
    out = np.empty((a.size, 4))
    for k in range(a.size):
        out[k, 0], out[k, 1] = _exact.two_product(a[k], b[k])
        out[k, 2], out[k, 3] = _exact.two_sum(a[k], b[k])
    return out


@jit
def is_right(edge, x, y):  # type: ignore[no-untyped-def]
    return _exact.crosses_right_of(edge[0], edge[1], edge[2], edge[3], x, y)


@jit
def rounded(values):  # type: ignore[no-untyped-def]
    out = np.empty(values.size, np.int64)
    for k in range(values.size):
        out[k] = _lanes.nearest_whole(values[k])
    return out


@jit
def near(flat, at, stride, box):  # type: ignore[no-untyped-def]
    return _lanes.boxes_near_64(flat, at, stride, box[0], box[1], box[2], box[3])


def test_boxes_near_a_box_are_found() -> None:
    rng = np.random.default_rng(6)
    for _ in range(50):
        table = (
            np.sort(rng.integers(-50, 50, (2, 100, 2)), axis=2)
            .transpose(0, 2, 1)
            .reshape(4, 100)
            .astype(np.int32)
        )
        x0, x1, y0, y1 = box = np.sort(rng.integers(-50, 50, (2, 2)), axis=1).ravel().astype(np.int32)
        at = int(rng.integers(0, 37))

        found = int(near(table.reshape(-1), at, 100, box))

        for k, (left, right, top, bottom) in enumerate(table[:, at : at + 64].T):
            assert (found >> k & 1) == (left <= x1 and right >= x0 and top <= y1 and bottom >= y0)


@jit
def limits_of(found, first, y, x, slope, end, error):  # type: ignore[no-untyped-def]
    return _lanes.eight_limits(found, np.int64(2), first, y, x, slope, end, error)


def test_limits_of_eight_rows_are_those_of_each() -> None:
    rng = np.random.default_rng(9)
    for slope in (0.0, 0.5, -1.25, 1e300, *rng.normal(0, 3, 40).tolist()):
        first, y, x = float(rng.integers(0, 50)), rng.uniform(0, 50), rng.uniform(-20, 80)
        found = np.full(12, -1, np.int32)

        doubts = int(limits_of(found, first, y, x, slope, 60.0, 0.1))

        assert (found[:2] == -1).all()
        assert (found[10:] == -1).all()
        for k in range(8):
            limit = x + (first + k + 0.5 - y) * slope
            column = np.ceil(limit - 0.5)
            assert found[2 + k] == min(max(column, 0), 60)
            assert (doubts >> k & 1) == (0.5 - abs(column - (limit - 0.5) - 0.5) < 0.1)


def test_floats_are_rounded_to_whole_numbers() -> None:
    rng = np.random.default_rng(7)
    halves = np.arange(-9, 10) / 2
    values = rng.uniform(-1, 1, 999) * 2.0 ** rng.integers(-60, 52, 999)
    values = np.concatenate([values, halves, [-(2.0**51), 2.0**51, 0.0, -0.0]])
    assert rounded(values).tolist() == [round(value) for value in values.tolist()]


def test_products_and_sums_split_exactly() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (2, 20000)) * 10.0 ** rng.uniform(-20, 20, (2, 20000))

    split = split_products(a, b)

    for x, y, (product, rest, total, remainder) in zip(a, b, split, strict=True):
        assert Fraction(product) + Fraction(rest) == Fraction(x) * Fraction(y)
        assert Fraction(total) + Fraction(remainder) == Fraction(x) + Fraction(y)


@settings(max_examples=300, deadline=None)
@given(DOUBLES, DOUBLES, DOUBLES, DOUBLES, DOUBLES, st.floats(0, 1))
def test_the_side_of_an_edge_is_exact(
    xa: float, ya: float, xb: float, yb: float, x: float, part: float
) -> None:
    ya, yb = min(ya, yb), max(ya, yb)
    y = min(max(ya + part * (yb - ya), ya), yb)
    if ya == yb:
        return
    a, b, c = (Fraction(xa), Fraction(ya)), (Fraction(xb), Fraction(yb)), (Fraction(x), Fraction(y))
    crossing = a[0] + (b[0] - a[0]) * (c[1] - a[1]) / (b[1] - a[1])

    nearest = float(crossing)
    for candidate in (x, nearest, np.nextafter(nearest, np.inf), np.nextafter(nearest, -np.inf)):
        if 0 < abs(candidate) < 1e-100:
            continue  # products of it would underflow; a pixel's centre is never nearer to 0 than a half
        assert is_right(np.array([xa, ya, xb, yb]), candidate, y) == (crossing > Fraction(float(candidate)))

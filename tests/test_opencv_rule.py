"""Rule `opencv` is what cv2 5 draws, pixel for pixel."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from annogeo.draw import DrawList, DrawListBuilder
from annogeo.kernels._jit import JIT_IS_OFF
from annogeo.kernels.opencv import scan_opencv
from tests.naive.opencv import draw_operations

needs_cv2_5 = pytest.mark.skipif(
    int(cv2.__version__.split(".")[0]) != 5,
    reason="cv2 4 fills self-crossing polygons and cuts wide lines off the canvas in another way",
)

Rng = np.random.Generator
Appender = Callable[[DrawListBuilder, Rng, int, int], None]

SHAPES = 20 if JIT_IS_OFF else 250  # per canvas
CANVASES = ((48, 64), (1, 1), (60, 90), (1, 130), (70, 1), (33, 65), (20, 128), (90, 40))


def scan(drawlist: DrawList, height: int, width: int) -> tuple[np.ndarray, ...]:
    d = drawlist
    fields = (d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs)
    return scan_opencv(*fields, height, width)


def painted(drawlist: DrawList, height: int, width: int) -> np.ndarray:
    """Count how often each item paints each pixel."""
    item, y, x0, x1 = scan(drawlist, height, width)
    steps = np.zeros((drawlist.n_items, height, width + 1), np.int64)
    np.add.at(steps, (item, y, x0), 1)
    np.add.at(steps, (item, y, x1), -1)
    return steps.cumsum(axis=2)[:, :, :width]


def points(rng: Rng, n: int, height: int, width: int) -> np.ndarray:
    """Draw points: inside, around or far outside of the canvas; floats, integers or halves."""
    spread = rng.choice([0.0, 0.5, 3.0, 100.0])
    xy = rng.uniform(-spread, 1 + spread, (n, 2)) * (width, height)
    return (xy, np.rint(xy), np.rint(2 * xy) / 2)[rng.integers(3)]


def append_fill(builder: DrawListBuilder, rng: Rng, height: int, width: int) -> None:
    builder.fill([points(rng, n, height, width) for n in rng.integers(1, 10, rng.integers(1, 4))])


def append_line(builder: DrawListBuilder, rng: Rng, height: int, width: int) -> None:
    builder.line(points(rng, rng.integers(1, 6), height, width), rng.choice([1.0, rng.uniform(0.2, 14)]))


def append_loop(builder: DrawListBuilder, rng: Rng, height: int, width: int) -> None:
    builder.loop(points(rng, rng.integers(1, 6), height, width), rng.choice([1.0, rng.uniform(0.2, 14)]))


def random_ellipse(rng: Rng, height: int, width: int) -> tuple[float, ...]:
    x, y = points(rng, 1, height, width)[0]
    rx, ry = rng.uniform(0, rng.choice([3.0, 12.0, 60.0, 400.0]), 2)
    return x, y, rx, ry, rng.choice([0.0, 90.0, 45.5, rng.uniform(-800, 800)])


def append_ellipse(builder: DrawListBuilder, rng: Rng, height: int, width: int) -> None:
    builder.ellipse(*random_ellipse(rng, height, width))


def append_ellipse_loop(builder: DrawListBuilder, rng: Rng, height: int, width: int) -> None:
    builder.ellipse_loop(*random_ellipse(rng, height, width), rng.choice([1.0, rng.uniform(0.2, 14)]))


def append_disc(builder: DrawListBuilder, rng: Rng, height: int, width: int) -> None:
    builder.disc(*points(rng, 1, height, width)[0], rng.uniform(0.2, 20))


KINDS: dict[str, Appender] = {
    "fill": append_fill,
    "line": append_line,
    "loop": append_loop,
    "ellipse": append_ellipse,
    "ellipse_loop": append_ellipse_loop,
    "disc": append_disc,
}


def build(append: Appender, seed: int, height: int, width: int, n: int) -> DrawList:
    rng = np.random.default_rng(seed)
    builder = DrawListBuilder()
    for _ in range(n):
        builder.begin_item()
        append(builder, rng, height, width)
    return builder.build()


def assert_as_cv2_draws(drawlist: DrawList, height: int, width: int) -> None:
    got = painted(drawlist, height, width)
    expected = draw_operations(drawlist, height, width)
    wrong = np.flatnonzero((got != expected).any(axis=(1, 2)))
    assert wrong.size == 0, (
        f"items {wrong.tolist()[:10]} differ on {height} x {width}, e.g. {rings_of(drawlist, wrong[0])}"
    )


def rings_of(drawlist: DrawList, i: int) -> str:
    offsets = drawlist.ring_offsets[drawlist.shape_offsets[i] : drawlist.shape_offsets[i + 1] + 1]
    return f"op {drawlist.op[i]} width {drawlist.width[i]} {np.split(drawlist.xy, offsets)[1:-1]}"


@needs_cv2_5
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("canvas", range(len(CANVASES)))
def test_random_shapes_are_drawn_as_cv2_draws_them(kind: str, canvas: int) -> None:
    height, width = CANVASES[canvas]

    drawlist = build(KINDS[kind], canvas, height, width, SHAPES)

    assert_as_cv2_draws(drawlist, height, width)


coordinate = st.one_of(
    st.integers(-80, 160).map(float),
    st.integers(-160, 320).map(lambda n: n / 2),
    st.floats(-100, 200, allow_nan=False),
    st.integers(-(2**18), 2**18).map(float),
)
ring = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=7).map(np.array)
canvas_side = st.integers(1, 80)
stroke_width = st.one_of(st.just(1.0), st.floats(0.1, 30))


@needs_cv2_5
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(rings=st.lists(ring, min_size=1, max_size=3), height=canvas_side, width=canvas_side)
def test_fills_equal_cv2(rings: list[np.ndarray], height: int, width: int) -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill(rings)

    assert_as_cv2_draws(builder.build(), height, width)


@needs_cv2_5
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(path=ring, thickness=stroke_width, closed=st.booleans(), height=canvas_side, width=canvas_side)
def test_strokes_equal_cv2(path: np.ndarray, thickness: float, closed: bool, height: int, width: int) -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    (builder.loop if closed else builder.line)(path, thickness)

    assert_as_cv2_draws(builder.build(), height, width)


@needs_cv2_5
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    centre=st.tuples(coordinate, coordinate),
    axes=st.tuples(st.floats(0, 300), st.floats(0, 300)),
    angle=st.one_of(st.integers(-360, 720).map(float), st.floats(-1000, 1000)),
    thickness=st.one_of(st.none(), stroke_width),
    height=canvas_side,
    width=canvas_side,
)
def test_ellipses_equal_cv2(
    centre: tuple[float, float],
    axes: tuple[float, float],
    angle: float,
    thickness: float | None,
    height: int,
    width: int,
) -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    if thickness is None:
        builder.ellipse(*centre, *axes, angle)
    else:
        builder.ellipse_loop(*centre, *axes, angle, thickness)

    assert_as_cv2_draws(builder.build(), height, width)


SPIRAL = [(t * np.cos(t) + 30, t * np.sin(t) + 20) for t in np.linspace(0, 40, 300)]
NASTY_FILLS = {
    "one point": [[(3, 4)]],
    "one point, off the canvas": [[(-3, 4)]],
    "two points": [[(1, 1), (9, 5)]],
    "the same point thrice": [[(5, 5)] * 3],
    "no area, forth and back": [[(1, 1), (9, 5), (5, 3)]],
    "flat": [[(1, 7), (30, 7), (12, 7)]],
    "upright": [[(7, 1), (7, 30), (7, 12)]],
    "halves round to even": [
        [(0.5, 0.5), (1.5, 2.5), (3.5, 0.5)],
        [(10.5, 11.5), (12.5, 20.5), (19.5, 13.5)],
    ],
    "pentagram": [[(20, 1), (29, 30), (3, 12), (37, 12), (11, 30)]],
    "bow tie": [[(2, 2), (30, 25), (30, 2), (2, 25)]],
    "hole": [[(0, 0), (30, 0), (30, 30), (0, 30)], [(10, 10), (20, 10), (20, 20), (10, 20)]],
    "hole that shares a side": [[(0, 0), (30, 0), (30, 30), (0, 30)], [(0, 0), (0, 20), (20, 20), (20, 0)]],
    "a ring twice": [[(2, 2), (20, 3), (9, 19)], [(2, 2), (20, 3), (9, 19)]],
    "the whole canvas": [[(-9, -9), (200, -9), (200, 200), (-9, 200)]],
    "around a corner": [[(-20, 10), (10, -20), (25, 25)]],
    "ends right on the frame": [[(0, 0), (59, 0), (59, 39), (0, 39)]],
    "a pixel beyond the frame": [[(-1, -1), (60, -1), (60, 40), (-1, 40)]],
    "touches a corner from outside": [[(59, 39), (90, 39), (70, 90)]],
    "clipped to a point": [[(27, 47), (67, 4), (-11, 20)]],
    "left of the canvas": [[(-50, 5), (-5, 10), (-30, 35)]],
    "above the canvas": [[(5, -50), (30, -5), (50, -30)]],
    "far out": [[(-(2**20), -(2**19)), (2**20, 17), (3, 2**20)]],
    "farther than cv2 walks": [[(-(2.0**31) + 1, 10), (2.0**31 - 1, 10), (2.0**31 - 1, 20)]],
    "spiral": [SPIRAL],
    "comb": [[(x, 35 if x % 2 else 3) for x in range(60)]],
    "empty ring": [[], [(1, 1), (9, 1), (5, 8)]],
    "no ring": [],
}


@needs_cv2_5
@pytest.mark.parametrize("name", NASTY_FILLS)
def test_nasty_fill_is_drawn_as_cv2_draws_it(name: str) -> None:
    builder = DrawListBuilder()
    builder.begin_item()

    builder.fill([np.array(ring, np.float64).reshape(-1, 2) for ring in NASTY_FILLS[name]])

    assert_as_cv2_draws(builder.build(), 40, 60)


@needs_cv2_5
@pytest.mark.parametrize("thickness", [0.4, 1, 1.5, 2, 2.5, 3, 5, 10, 31, 60])
@pytest.mark.parametrize("name", NASTY_FILLS)
def test_nasty_stroke_is_drawn_as_cv2_draws_it(name: str, thickness: float) -> None:
    builder = DrawListBuilder()
    for ring in NASTY_FILLS[name]:
        path = np.array(ring, np.float64).reshape(-1, 2)
        if np.abs(path).max(initial=0) < 2.0**30:  # beyond, cv2 takes minutes for wide lines
            builder.begin_item()
            builder.line(path, thickness)
            builder.begin_item()
            builder.loop(path, thickness)

    assert_as_cv2_draws(builder.build(), 40, 60)


@needs_cv2_5
@pytest.mark.parametrize("thickness", [-1, 1, 2, 3, 8])
def test_every_small_ellipse_and_angle_is_drawn_as_cv2_draws_it(thickness: int) -> None:
    builder = DrawListBuilder()
    sizes = (0, 1, 2, 3, 9, 10, 14, 15)
    angles = (-90.5, 0, 0.5, 1.5, 30, 90, 179, 360, 361) if not JIT_IS_OFF else (30,)
    for rx in sizes:
        for ry in sizes:
            for angle in angles:
                builder.begin_item()
                if thickness < 0:
                    builder.ellipse(20, 16, rx, ry, angle)
                else:
                    builder.ellipse_loop(20, 16, rx, ry, angle, thickness)

    assert_as_cv2_draws(builder.build(), 36, 40)


@needs_cv2_5
def test_every_width_of_a_line_through_the_middle_is_drawn_as_cv2_draws_it() -> None:
    builder = DrawListBuilder()
    for thickness in range(1, 8 if JIT_IS_OFF else 41):
        for x, y in ((0, 30), (7, 29), (30, 31), (25, -3), (-13, 80)):
            builder.begin_item()
            builder.line(np.array([[30 - x, 30 - y], [30 + x, 30 + y]], np.float64), thickness)

    assert_as_cv2_draws(builder.build(), 61, 61)


@needs_cv2_5
def test_ring_that_grazes_row_0_keeps_the_gap_that_cv2_leaves() -> None:
    builder = DrawListBuilder()
    builder.begin_item()

    builder.ellipse(43, 16, 208.64, 21.29, -553)

    assert_as_cv2_draws(builder.build(), 25, 110)
    assert painted(builder.build(), 25, 110)[0, 0, 20] == 0


def test_runs_are_clipped_and_kept_in_order() -> None:
    runs = np.array(
        [[-1, 0, 4], [0, -3, 2], [0, 5, 99], [1, 4, 4], [1, 9, 12], [2, 1, 3], [9, 0, 4]], np.int32
    )
    drawlist = DrawList(
        op=np.array([6], np.uint8),
        item=np.zeros(1, np.int32),
        width=np.zeros(1),
        shape_offsets=np.zeros(2, np.int64),
        ring_offsets=np.zeros(1, np.int64),
        xy=np.zeros((0, 2)),
        run_offsets=np.array([0, 7], np.int64),
        runs=runs,
        n_items=1,
    )

    _, y, x0, x1 = scan(drawlist, 5, 8)

    assert np.stack([y, x0, x1], axis=1).tolist() == [[0, 0, 2], [0, 5, 8], [2, 1, 3]]


def test_spans_come_in_the_order_of_the_operations() -> None:
    builder = DrawListBuilder()
    for top in (9, 3, 6):
        builder.begin_item()
        builder.fill([np.array([[0.0, top], [5, top], [5, top + 1]])])
        builder.line(np.array([[0.0, 0], [5, 0]]), 1)

    item, y, _, _ = scan(builder.build(), 20, 20)

    assert item.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert y.tolist() == [9, 10, 0, 3, 4, 0, 6, 7, 0]


def test_spans_are_int32_within_the_canvas_and_apart_within_an_operation() -> None:
    drawlist = build(append_fill, 7, 40, 70, SHAPES)

    spans = scan(drawlist, 40, 70)

    item, y, x0, x1 = spans
    assert all(part.dtype == np.int32 and part.flags.c_contiguous for part in spans)
    assert (y >= 0).all()
    assert (y < 40).all()
    assert (x0 >= 0).all()
    assert (x0 < x1).all()
    assert (x1 <= 70).all()
    same_row = (item[1:] == item[:-1]) & (y[1:] == y[:-1])
    assert (x0[1:][same_row] > x1[:-1][same_row]).all()


def test_more_spans_than_there_was_room_for_at_first() -> None:
    comb = np.array([(x, 399 if x % 2 else 0) for x in range(400)], np.float64)
    builder = DrawListBuilder()
    for _ in range(3):
        builder.begin_item()
        builder.fill([comb])

    item, y, x0, x1 = scan(builder.build(), 400, 400)

    assert item.size > 40_000
    for part in (y, x0, x1):
        thirds = part.reshape(3, -1)
        np.testing.assert_array_equal(thirds[0], thirds[1])
        np.testing.assert_array_equal(thirds[0], thirds[2])


@pytest.mark.parametrize(("height", "width"), [(0, 5), (5, 0)])
def test_canvas_without_pixels_has_no_spans(height: int, width: int) -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([np.array([[0.0, 0], [5, 0], [5, 5]])])

    assert all(part.size == 0 for part in scan(builder.build(), height, width))


def test_empty_list_has_no_spans() -> None:
    assert all(part.size == 0 for part in scan(DrawListBuilder().build(), 5, 5))


def test_rings_and_points_may_be_missing() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([])
    builder.fill([np.zeros((0, 2))])
    builder.line(np.zeros((0, 2)), 3)
    builder.loop(np.zeros((0, 2)), 1)

    assert all(part.size == 0 for part in scan(builder.build(), 5, 5))


def test_points_are_not_changed() -> None:
    drawlist = build(append_line, 3, 20, 20, 5)
    xy = drawlist.xy.copy()

    scan(drawlist, 20, 20)

    np.testing.assert_array_equal(drawlist.xy, xy)


@needs_cv2_5
@pytest.mark.parametrize("kind", KINDS)
def test_a_few_shapes_jit_off(kind: str) -> None:
    """Runs without compilation in CI, and below."""
    drawlist = build(KINDS[kind], 11, 24, 70, 12)

    assert_as_cv2_draws(drawlist, 24, 70)


@needs_cv2_5
@pytest.mark.skipif(JIT_IS_OFF, reason="these are the tests that run then")
def test_kernels_agree_without_compilation() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "0",
            "-p",
            "no:cacheprovider",
            "-k",
            "jit_off",
            __file__,
        ],
        env=dict(os.environ, NUMBA_DISABLE_JIT="1"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:]

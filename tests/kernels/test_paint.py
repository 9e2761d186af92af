"""Painting, blending, mask stacks and runs from spans, against slow twins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.draw import DrawList, DrawListBuilder, Op, Spans
from annogeo.errors import InputError
from annogeo.rendering.blending import blend
from annogeo.rendering.rasterize import item_masks, item_runs, paint_drawlist, paint_spans, rasterize
from annogeo.rendering.rules import scan
from tests.kernels.shapes import FINE, HEIGHT, WIDTH, points, polygons
from tests.naive import raster as naive

DTYPES = [np.bool_, np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32, np.int64, np.uint64]
OPACITIES = [0.0, 0.25, 0.3, 0.5, 0.7, 1.0]


def mixed(seed: int, n: int = 8, height: int = HEIGHT, width: int = WIDTH) -> DrawList:
    """A list of shapes of every kind; one item may hold several."""
    rng = np.random.default_rng(seed)
    builder = DrawListBuilder()
    for k in range(n):
        builder.begin_item()
        at = rng.uniform(-3, (width + 3, height + 3), (4, 2))
        x, y = at[0].tolist()
        builder.fill([at[:3], at[1:]]) if k % 5 == 0 else None
        builder.line(at, 1.5) if k % 5 == 1 else None
        builder.disc(x, y, 3.0) if k % 5 < 3 else None
        builder.ellipse(x, y, 5.0, 2.0, 30.0) if k % 5 == 3 else None
        builder.ellipse_loop(x, y, 5.0, 2.0, 30.0, 1.0) if k % 5 == 4 else None
    return builder.build()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("make", [mixed, lambda seed: polygons([[p] for p in triangles(seed)])])
def test_spans_paint_what_the_draw_list_paints(dtype: Any, make: Any) -> None:
    drawlist = make(1)
    values = np.ones(len(drawlist), np.int64) if dtype is np.bool_ else np.arange(1, len(drawlist) + 1)
    straight = np.zeros((HEIGHT, WIDTH), dtype)
    by_spans = np.zeros((HEIGHT, WIDTH), dtype)

    paint_drawlist(straight, drawlist, values.astype(dtype))
    paint_spans(by_spans, scan(drawlist, HEIGHT, WIDTH), values.astype(dtype))

    masks = item_masks(scan(drawlist, HEIGHT, WIDTH), len(drawlist), HEIGHT, WIDTH)
    expected = np.zeros((HEIGHT, WIDTH), dtype)
    for mask, value in zip(masks, values, strict=True):
        expected[mask] = value
    assert np.array_equal(straight, expected)
    assert np.array_equal(by_spans, expected)


def triangles(seed: int, n: int = 8) -> Any:
    return np.random.default_rng(seed).uniform(-3, 24, (n, 3, 2))


def test_a_mixed_map_equals_the_slow_twin() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([np.array([[1.0, 1.0], [14.0, 2.0], [9.0, 14.0]]), np.array([[5.0, 4], [9, 4], [8, 9]])])
    builder.begin_item()
    builder.begin_item()
    builder.line(np.array([[0.0, 12.0], [8.0, 3.0], [20.0, 12.0]]), 3.0)
    builder.disc(8.0, 3.0, 2.0)
    builder.begin_item()
    builder.ellipse(15.0, 6.0, 5.0, 3.0, 20.0)
    drawlist = builder.build()

    painted = rasterize(drawlist, [1, 2, 3, 4], HEIGHT, WIDTH)

    assert np.array_equal(painted, naive.label_map(drawlist, [1, 2, 3, 4], HEIGHT, WIDTH))


def test_runs_are_painted_clipped_and_in_order() -> None:
    drawlist = replace(
        DrawList.from_boxes([[0, 0, 1, 1], [0, 0, 2, 2], [1, 0, 3, 1]]),
        op=np.array([Op.RUNS, Op.FILL, Op.RUNS]),
        run_offsets=np.array([0, 3, 3, 4]),
        runs=np.array([[-1, 0, 4], [1, -5, 3], [1, 3, 900], [0, 1, 2]]),
    )

    assert rasterize(drawlist, [1, 2, 3], 2, 4).tolist() == [[2, 3, 0, 0], [2, 2, 1, 1]]


@pytest.mark.parametrize("values", [[1, 300, 2], [-1, 1, 2]])
def test_a_mixed_map_refuses_values_that_do_not_fit(values: list[int]) -> None:
    with pytest.raises(InputError, match="do not fit"):
        rasterize(mixed(1, 3), values, HEIGHT, WIDTH, dtype=np.uint8)


def test_negative_values_keep_their_sign() -> None:
    painted = rasterize(DrawList.from_boxes([[0, 0, 1, 1]]), [-5], 1, 2)

    assert painted.dtype == np.int32
    assert painted.tolist() == [[-5, 0]]


@settings(max_examples=40, deadline=None)
@given(st.lists(points(FINE, 3, 5), min_size=1, max_size=4), st.integers(0, 99))
def test_runs_are_sorted_disjoint_and_cover_the_mask(rings: list[Any], seed: int) -> None:
    builder = DrawListBuilder()
    for ring in rings:
        builder.begin_item()
        builder.loop(ring, 2.0)
        builder.fill([ring])
    spans = scan(builder.build(), HEIGHT, WIDTH)

    runs = item_runs(spans, len(rings), HEIGHT, WIDTH)

    masks = item_masks(spans, len(rings), HEIGHT, WIDTH)
    for rows, mask in zip(runs, masks, strict=True):
        edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
        y, x0 = np.nonzero(edges == 1)
        x1 = np.nonzero(edges == -1)[1]
        assert rows.dtype == np.int32
        assert np.array_equal(rows, np.stack([y, x0, x1], axis=1))


def test_items_without_shapes_have_no_runs() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.begin_item()
    builder.disc(3.0, 3.0, 2.0)

    runs = item_runs(scan(builder.build(), 8, 8), 2, 8, 8)

    assert [rows.shape[0] for rows in runs] == [0, 4]


@pytest.mark.parametrize("size", [(4, 4), (HEIGHT, WIDTH), (300, 200)])
@pytest.mark.parametrize("step", [1, -1])
def test_a_mask_stack_clears_its_buffer(size: tuple[int, int], step: int) -> None:
    spans = scan(mixed(2), *size)
    spans = Spans(*(getattr(spans, name)[::step].copy() for name in ("item", "y", "x0", "x1")))
    out = np.ones((9, *size), bool)  # the last item has no spans

    item_masks(spans, 9, *size, out=out)

    assert np.array_equal(out, item_masks(spans, 9, *size))


def test_a_mask_stack_without_spans_is_cleared_too() -> None:
    out = np.ones((2, 4, 4), bool)

    item_masks(scan(DrawList.from_boxes([[9, 9, 12, 11]]), 4, 4), 2, 4, 4, out=out)

    assert not out.any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_a_blend_equals_rational_arithmetic(dtype: Any, channels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    most = np.iinfo(dtype).max
    drawlist = mixed(seed, height=HEIGHT, width=70)
    spans = scan(drawlist, HEIGHT, 70)
    image = rng.integers(0, most, (HEIGHT, 70, channels), dtype, endpoint=True)
    if channels == 4:
        image[..., 3] = rng.choice([0, 1, most // 2, most], (HEIGHT, 70))
    colors = rng.integers(0, most, (len(drawlist), 3), dtype, endpoint=True)
    alpha = rng.choice(OPACITIES, len(drawlist))
    blended = image.copy()

    blend(blended, drawlist, colors, alpha, antialias=False)

    steps = [Fraction(int(a * 2**24 + 0.5), 2**24) for a in alpha.tolist()]
    assert np.array_equal(blended, naive.blend(image, spans, colors, steps))


def test_a_colour_on_a_transparent_canvas_keeps_its_colour() -> None:
    image = np.zeros((1, 1, 4), np.uint8)

    blend(image, DrawList.from_boxes([[0, 0, 1, 1]]), [[10, 200, 31]], 0.5, antialias=False)

    assert image.ravel().tolist() == [10, 200, 31, 128]


def test_overlapping_items_blend_once_with_the_topmost() -> None:
    image = np.full((1, 3, 3), 100, np.uint8)
    boxes = DrawList.from_boxes([[0, 0, 2, 1], [1, 0, 3, 1]])

    blend(image, boxes, [[200, 0, 0], [0, 200, 0]], [0.5, 0.5], antialias=False)

    assert image[0].tolist() == [[150, 50, 50], [50, 150, 50], [50, 150, 50]]


def test_an_opaque_blend_of_wide_spans_writes_the_colour() -> None:
    image = np.full((3, 1000, 3), 9, np.uint8)

    blend(image, DrawList.from_boxes([[1, 1, 999, 2]]), [[1, 2, 3]], 1.0, antialias=False)

    assert (image[1, 1:999] == [1, 2, 3]).all()
    assert image[1, 0].tolist() == image[1, 999].tolist() == [9, 9, 9]
    assert (image[[0, 2]] == 9).all()


@pytest.mark.parametrize("make", [mixed, lambda seed, n: polygons([[p] for p in triangles(seed, n)])])
def test_nothing_is_written_outside_the_canvas(make: Any) -> None:
    drawlist = make(2, 40)
    memory = np.full((HEIGHT + 2) * WIDTH, 77, np.uint8)
    canvas = memory[WIDTH : (HEIGHT + 1) * WIDTH].reshape(HEIGHT, WIDTH)

    rasterize(drawlist, np.full(len(drawlist), 5), HEIGHT, WIDTH, out=canvas)

    assert (memory[:WIDTH] == 77).all()
    assert (memory[-WIDTH:] == 77).all()
    assert np.isin(canvas, [0, 5]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1.7e308])
@pytest.mark.parametrize("axis", [0, 1])
def test_numbers_that_input_checks_refuse_stay_inside_memory(bad: float, axis: int) -> None:
    for drawlist in (mixed(3, 20), polygons([[p] for p in triangles(3, 20)])):
        xy = drawlist.xy.copy()
        xy[::3, axis] = bad
        memory = np.full((HEIGHT + 2) * WIDTH, 77, np.uint8)
        canvas = memory[WIDTH : (HEIGHT + 1) * WIDTH].reshape(HEIGHT, WIDTH)

        rasterize(replace(drawlist, xy=xy), np.full(20, 5), HEIGHT, WIDTH, out=canvas)

        assert (memory[:WIDTH] == 77).all()
        assert (memory[-WIDTH:] == 77).all()


def test_two_threads_equal_one() -> None:
    drawlist = mixed(5, 60, 300, 400)
    values = np.arange(1, 61)
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    colors = np.random.default_rng(1).integers(0, 256, (60, 3))

    def work(_: int) -> Any:
        painted = rasterize(drawlist, values, 300, 400)
        blended = image.copy()
        blend(blended, drawlist, colors, 0.4, antialias=False)
        return painted, blended

    first = work(0)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, range(16)))

    assert all(np.array_equal(a, b) for result in results for a, b in zip(result, first, strict=True))


def test_inputs_are_unchanged() -> None:
    drawlist = mixed(7)
    fields = ("op", "item", "width", "shape_offsets", "ring_offsets", "xy", "run_offsets", "runs")
    before = [getattr(drawlist, name).copy() for name in fields]

    rasterize(drawlist, np.arange(8), HEIGHT, WIDTH)

    assert all(np.array_equal(getattr(drawlist, name), old) for name, old in zip(fields, before, strict=True))

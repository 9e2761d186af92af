"""Anti-aliasing: exact areas against rational arithmetic and shapely, composition against a slow twin."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings, strategies as st
from scipy.spatial import Delaunay

from annogeo.draw import DrawList, DrawListBuilder
from annogeo.kernels._jit import jit
from annogeo.kernels.coverage_simple import MOST_EDGES, are_simple
from annogeo.kernels.coverage_tracing import trace_rings
from annogeo.rendering.blending import blend
from annogeo.rendering.coverage import blend_coverage
from annogeo.rendering.rules import fields, scan
from annogeo.rle import Rle
from tests.kernels.shapes import nasty_polygons, one, points, polygons
from tests.naive import coverage as naive

HEIGHT, WIDTH = 12, 14
WHITE = 255
OPAQUE = 1 << 24
FILL_BOUND = 1 / 255
STROKE_BOUND = 2 / 255
ROUNDING = 2.0**-11


def picture(drawlist: DrawList, height: int = HEIGHT, width: int = WIDTH, kind: Any = np.uint8) -> Any:
    """White shapes on black, as a share of white."""
    most = int(np.iinfo(kind).max)
    image = np.zeros((height, width, 3), kind)
    n = len(drawlist)
    blend_coverage(image, drawlist, np.full((n, 3), most), np.full(n, OPAQUE))
    return image[..., 0] / most


def fine(drawlist: DrawList, height: int = HEIGHT, width: int = WIDTH) -> Any:
    """Coverage to 16 bits."""
    return picture(drawlist, height, width, np.uint16)


def areas(shape: Any, height: int = HEIGHT, width: int = WIDTH) -> Any:
    """Shapely's exact area in each pixel."""
    rows, columns = np.mgrid[:height, :width]
    shapely.prepare(shape)
    return shapely.area(shapely.intersection(shape, shapely.box(columns, rows, columns + 1, rows + 1)))


def pen_trace(path: Any, radius: float, *, closed: bool = False) -> Any:
    """The union of a capsule per segment."""
    path = np.asarray(path, np.float64)
    ends = np.roll(path, -1, axis=0) if closed else path[1:]
    parts = [
        (shapely.LineString([a, b]) if (a != b).any() else shapely.Point(a)).buffer(radius, quad_segs=48)
        for a, b in zip(path, ends, strict=False)
    ]
    return shapely.union_all(parts or [shapely.Point(path[0]).buffer(radius, quad_segs=48)])


def ellipse_path(x: float, y: float, rx: float, ry: float, angle: float, n: int = 720) -> Any:
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u, v = rx * np.cos(turn), ry * np.sin(turn)
    return np.column_stack([x + cosine * u - sine * v, y + sine * u + cosine * v])


@settings(max_examples=60, deadline=None)
@given(points(("integer", "half", "quarter", "third", "float"), 3, 6), points(("quarter", "float"), 3, 4))
def test_fills_equal_rational_areas(first: Any, second: Any) -> None:
    for rings in ([first], [first, second]):
        exact = np.array(naive.fill(rings, HEIGHT, WIDTH), np.float64)

        assert np.abs(fine(polygons([rings])) - exact).max() <= ROUNDING
        assert np.abs(picture(polygons([rings])) - exact).max() <= FILL_BOUND


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-6, 12), st.integers(-6, 12)), min_size=4, max_size=7),
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from([1.0, 2.0]),
)
@example([(2, 3), (2, 1), (0, 2), (0, 0), (1, 2)], 2, 2, 1.0)
@example([(-3, 10), (17, 11), (5, 13), (17, 15)], 13, 14, 1.0)
def test_any_point_of_a_ring_may_be_its_first(corners: Any, height: int, width: int, parts: float) -> None:
    """Where it crosses itself and leaves the canvas at a corner on the border, too."""
    ring = np.array(corners) / parts
    first = fine(DrawList.from_polygons(ring, [0, len(ring)]), height, width)
    for k in range(1, len(ring)):
        turned = fine(DrawList.from_polygons(np.roll(ring, k, axis=0), [0, len(ring)]), height, width)
        assert np.abs(turned - first).max() <= ROUNDING


@pytest.mark.parametrize(("name", "rings"), list(nasty_polygons()))
def test_nasty_fills_equal_rational_areas(name: str, rings: list[Any]) -> None:
    bound = (
        1.0 if "absurd" in name else ROUNDING
    )  # what float64 input of 1e300 looks like near 0 is anyone's guess
    exact = np.array(naive.fill(rings, HEIGHT, WIDTH), np.float64)

    assert np.abs(fine(polygons([rings])) - exact).max() <= bound


@jit
def known_simple(xy: Any, rings: Any) -> Any:
    edges = np.empty((8, MOST_EDGES), np.int32)
    last = rings.size - 1
    return are_simple(xy, rings, np.int64(last * 0), np.int64(last), edges)


@settings(max_examples=200, deadline=None)
@given(
    points(("integer", "half", "third", "float"), 3, 7),
    points(("integer", "quarter", "float"), 3, 5),
    points(("integer", "float"), 3, 4),
)
def test_simple_is_what_cannot_meet(first: Any, second: Any, third: Any) -> None:
    for rings in ([first], [first, second * 0.25 + 4.0], [first, second, third * 0.125 + 5.0]):
        fill = polygons([rings])
        is_known = known_simple(fill.xy, fill.ring_offsets)

        assert not is_known or naive.are_apart(rings)
        assert is_known or len(rings) > 1 or not naive.are_apart(rings) or len(first) > 5


def test_real_outlines_are_known_to_be_simple() -> None:
    rng = np.random.default_rng(11)
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    blob = circle * rng.uniform(300, 400, (200, 1)) + 500
    hole, island = circle * 200 + 500, circle[::-1] * 100 + 500
    for rings in ([blob], [blob, hole], [island, blob, hole], [blob[::-1], hole, island, circle + 500]):
        fill = polygons([rings])

        assert known_simple(fill.xy, fill.ring_offsets)
        area = (
            np.pi
            * 200**2
            * (np.array([1, 0.25, 0.0001])[: len(rings) - 1] * [-1, 1, -1][: len(rings) - 1]).sum()
        )
        whole = shapely.Polygon(blob).area + area
        assert abs(fine(fill, 1000, 1000).sum() / whole - 1) < 1e-3
    bow = np.array([(0, 0), (9, 9), (9, 0), (0, 9.0)])
    for rings in ([bow], [blob, blob], [blob, blob + 100], [np.vstack([blob, blob])], [circle] * 40):
        fill = polygons([rings])
        assert not known_simple(fill.xy, fill.ring_offsets)


def test_holes_may_go_round_either_way() -> None:
    outer = np.array([(1, 1), (12.5, 1.25), (11, 10.75), (1.5, 9)])
    hole = np.array([(4.25, 4), (8, 3.5), (7, 7.75)])
    shape = shapely.Polygon(outer, [hole])

    for a in (outer, outer[::-1]):
        for b in (hole, hole[::-1]):
            assert np.abs(picture(polygons([[a, b]])) - areas(shape)).max() <= FILL_BOUND


def test_many_polygons_equal_shapely() -> None:
    rng = np.random.default_rng(1)
    worst = 0.0
    for _ in range(150):
        turn = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 12)))
        ring = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(
            1, 9, (turn.size, 1)
        ) + rng.uniform(0, 12, 2)
        shape = shapely.Polygon(ring)
        if shape.is_valid:
            worst = max(worst, np.abs(picture(polygons([[ring]])) - areas(shape)).max())

    assert worst <= FILL_BOUND


@pytest.mark.parametrize("width", [0.3, 1.0, 2.0, 3.0, 9.0])
@pytest.mark.parametrize("closed", [False, True])
def test_strokes_equal_shapely(width: float, closed: bool) -> None:
    rng = np.random.default_rng(int(width * 10) + closed)
    for _ in range(10):
        path = rng.uniform(-2, (WIDTH + 2, HEIGHT + 2), (rng.integers(1, 6), 2))
        drawlist = one(lambda b, p=path: (b.loop if closed else b.line)(p, width))  # type: ignore[misc]

        error = np.abs(picture(drawlist) - areas(pen_trace(path, width / 2, closed=closed))).max()

        assert error <= STROKE_BOUND, path.tolist()


PATHS: dict[str, tuple[Any, float]] = {
    "a zigzag": (
        [(1, 1 + 9 * (k % 2)) for k in range(2)] + [(2 + k / 2, 1 + 9 * (k % 2)) for k in range(18)],
        0.7,
    ),
    "sharp bends": ([(1, 6), (12, 5.6), (1, 5.2), (12, 4.4)], 2.0),
    "a turn back": ([(2, 6), (11, 6), (4, 6)], 3.0),
    "a slanted turn back": ([(2, 3), (11, 8), (2, 3)], 2.5),
    "shorter than wide": ([(5, 5), (5.4, 5.3), (5.2, 5.9), (6, 6)], 6.0),
    "repeated points": ([(2, 2), (2, 2), (9, 7), (9, 7), (9, 7)], 1.0),
    "one point": ([(5.3, 4.2)], 3.0),
    "wider than the canvas": ([(3, 3), (9, 8)], 60.0),
    "from far away": ([(-3000, -2000), (7, 6), (4000, 6.5)], 2.0),
    "dense": (
        [(7 + (k / 500) * 5 * np.cos(k / 20), 6 + (k / 500) * 5 * np.sin(k / 20)) for k in range(500)],
        1.2,
    ),
    "dense and wide": ([(k * 0.05, 6 + np.sin(k * 0.05)) for k in range(200)], 5.0),
    "noise": (np.random.default_rng(3).uniform(2, 9, (40, 2)), 0.5),
}


@pytest.mark.parametrize("name", PATHS)
def test_difficult_strokes_equal_shapely(name: str) -> None:
    path, width = PATHS[name]
    path = np.asarray(path, np.float64)

    error = np.abs(picture(one(lambda b: b.line(path, width))) - areas(pen_trace(path, width / 2))).max()

    assert error <= STROKE_BOUND


def test_round_shapes_equal_shapely() -> None:
    rng = np.random.default_rng(4)
    for _ in range(15):
        x, y, rx, ry, angle = rng.uniform((0, 0, 0.2, 0.2, 0), (WIDTH, HEIGHT, 9, 9, 180)).tolist()
        path = ellipse_path(x, y, rx, ry, angle)
        for add, shape in (
            (lambda b, a=(x, y, rx): b.disc(*a), shapely.Point(x, y).buffer(rx, quad_segs=128)),
            (lambda b, a=(x, y, rx, ry, angle): b.ellipse(*a), shapely.Polygon(path)),
        ):
            assert np.abs(picture(one(add)) - areas(shape)).max() <= STROKE_BOUND
    for width in (0.4, 2.0):
        path = ellipse_path(7, 6, 5.5, 3.25, 25.0, 180)
        outline = picture(one(lambda b, w=width: b.ellipse_loop(7, 6, 5.5, 3.25, 25.0, w)))  # type: ignore[misc]
        assert np.abs(outline - areas(pen_trace(path, width / 2, closed=True))).max() <= STROKE_BOUND


def mixed_item(b: DrawListBuilder) -> None:
    """Operations of one item that overlap: a bow tie, a triangle, strokes and a disc."""
    b.fill([np.array([(1.0, 1.0), (9.5, 8.0), (9.5, 1.5), (1.0, 7.0)])])
    b.fill([np.array([(5.0, 2.0), (13.0, 9.0), (4.0, 11.0)])])
    b.line(np.array([(0.0, 10.0), (13.0, 2.0)]), 1.5)
    b.disc(10.0, 9.0, 2.2)


def test_the_operations_of_an_item_are_united() -> None:
    ring = [(1.0, 1.0), (9.5, 8.0), (9.5, 1.5), (1.0, 7.0)]
    tie = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(shapely.LinearRing(ring)))))
    shape = shapely.union_all([
        *tie, shapely.Polygon([(5, 2), (13, 9), (4, 11)]),
        pen_trace([(0, 10), (13, 2)], 0.75), shapely.Point(10, 9).buffer(2.2, quad_segs=128),
    ])  # fmt: skip

    assert np.abs(picture(one(mixed_item)) - areas(shape)).max() <= STROKE_BOUND


@pytest.mark.parametrize("width", [0.4, 1.0, 2.0, 5.0])
def test_outlines_that_do_not_meet_equal_shapely(width: float) -> None:
    rng = np.random.default_rng(8)
    for n in (12, 30):
        turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
        blob = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(14, 16, (n, 1)) + (21.3, 19.6)
        drawlist = one(lambda b, path=blob: b.loop(path, width))  # type: ignore[misc]
        points, starts, *_ = trace_rings(*fields(drawlist)[:-1], 40, 42)
        assert known_simple(points, starts)

        error = np.abs(picture(drawlist, 40, 42) - areas(pen_trace(blob, width / 2, closed=True), 40, 42))

        assert error.max() <= STROKE_BOUND


def test_united_shapes_that_lie_in_each_other_leave_no_hole() -> None:
    outer, inner = np.array([(1, 1), (12, 1.5), (11, 11), (2, 10)]), np.array([(4, 4), (8, 4), (8, 7.5)])
    for way in (1, -1):
        drawlist = one(lambda b, ring=inner[::way]: (b.fill([outer]), b.fill([ring]), b.disc(7, 5, 0.5)))  # type: ignore[misc]

        assert np.abs(picture(drawlist) - areas(shapely.Polygon(outer))).max() <= FILL_BOUND


def test_shapes_that_share_edges_cover_everything_once() -> None:
    rng = np.random.default_rng(5)
    corners = [(-1, -1), (WIDTH + 1, -1), (WIDTH + 1, HEIGHT + 1), (-1, HEIGHT + 1)]
    for scale in (1.0, 0.5, 0.001):
        inner = np.round(rng.uniform(0, (WIDTH, HEIGHT), (30, 2)) / scale) * scale
        vertices = np.vstack([corners, inner])
        total = sum(fine(polygons([[vertices[t]]])) for t in Delaunay(vertices).simplices)

        assert np.abs(total - 1).max() <= 1e-3


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_interiors_equal_the_hard_path(kind: Any, channels: int) -> None:
    rng = np.random.default_rng(6)
    most = int(np.iinfo(kind).max)
    builder = DrawListBuilder()
    for k in range(9):
        builder.begin_item()
        x, y, w, h = (int(v) for v in rng.integers(-4, 30, 4))
        builder.fill([np.array([(x, y), (x + w + 1, y), (x + w + 1, y + h + 1), (x, y + h + 1)], np.float64)])
        if k % 3 == 0:
            builder.runs(Rle.from_mask(rng.random((30, 80)) < 0.4))
    drawlist = builder.build()
    image = rng.integers(0, most, (30, 80, channels), kind, endpoint=True)
    if channels == 4:
        image[..., 3] = rng.choice([0, most // 3, most], (30, 80))
    colors = rng.integers(0, most, (9, 3), endpoint=True)
    alpha = rng.choice([0.0, 0.3, 0.5, 1.0], 9)
    hard = image.copy()

    blend(hard, drawlist, colors, alpha, antialias=False)
    blend_coverage(image, drawlist, colors, np.floor(alpha * OPAQUE + 0.5).astype(np.int64))

    assert np.array_equal(image, hard)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_scenes_equal_the_slow_compositor(kind: Any, channels: int) -> None:
    rng = np.random.default_rng(7)
    most = int(np.iinfo(kind).max)
    adds: list[Callable[[DrawListBuilder], None]] = [
        lambda b: b.fill([rng.uniform(-2, 14, (4, 2))]),
        mixed_item,
        lambda b: b.line(rng.uniform(-2, 14, (5, 2)), 1.5),
        lambda b: b.disc(6.3, 5.1, 3.3),
        lambda b: b.loop(rng.uniform(-2, 14, (4, 2)), 0.6),
    ]
    state = rng.bit_generator.state
    lists = [one(add) for add in adds]
    rng.bit_generator.state = state
    builder = DrawListBuilder()
    for add in adds:
        builder.begin_item()
        add(builder)
    image = rng.integers(0, most, (HEIGHT, WIDTH, channels), kind, endpoint=True)
    if channels == 4:
        image[..., 3] = rng.choice([0, most // 3, most], (HEIGHT, WIDTH))
    colors = rng.integers(0, most, (5, 3), endpoint=True)
    alpha = [Fraction(n, 8) for n in (4, 8, 6, 3, 8)]
    expected = naive.compose(image, [fine(item) for item in lists], colors, alpha)

    blend_coverage(image, builder.build(), colors, np.array([int(a * OPAQUE) for a in alpha]))

    bound = 0.51 if kind is np.uint8 else 8.0  # the twin sees coverage rounded to 16 bits
    error = np.abs(image - expected)
    if channels == 4:  # the colour of a pixel that is nearly transparent is as exact as its weight
        error[..., :3] *= np.minimum(expected[..., 3:] / most * 4, 1)
    assert error.max() <= bound


def test_a_colour_on_a_transparent_canvas_keeps_its_colour() -> None:
    image = np.zeros((1, 2, 4), np.uint8)

    blend_coverage(
        image, DrawList.from_boxes([[0.5, 0, 2, 1]]), np.array([[10, 200, 31]]), np.array([OPAQUE // 2])
    )

    assert image.tolist() == [[[10, 200, 31, 64], [10, 200, 31, 128]]]


@pytest.mark.parametrize("scale", [1e9, 1e20, 1e154, 1e300])
def test_absurd_numbers_are_quick_and_harmless(scale: float) -> None:
    rng = np.random.default_rng(8)
    builder = DrawListBuilder()
    for k in range(30):
        builder.begin_item()
        p = rng.uniform(-1, 1, (5, 2)) * np.where(rng.random((5, 2)) < 0.5, scale, 10.0)
        width = float(rng.choice([2.0, scale]))
        x, y = p[0].tolist()
        builder.fill([p]) if k % 5 == 0 else None
        builder.line(p, width) if k % 5 == 1 else None
        builder.loop(p, width) if k % 5 == 2 else None
        builder.disc(x, y, width) if k % 5 == 3 else None
        builder.ellipse_loop(x, y, width, 3.0, 20.0, 2.0) if k % 5 == 4 else None
        builder.ellipse(x, y, 4.0, width, 20.0) if k % 5 == 4 else None
    drawlist = builder.build()
    memory = np.full((HEIGHT + 2, WIDTH, 3), 77, np.uint8)

    blend_coverage(memory[1:-1], drawlist, rng.integers(0, 255, (30, 3)), np.full(30, OPAQUE // 3))

    assert (memory[[0, -1]] == 77).all()


def test_a_huge_pen_covers_everything() -> None:
    assert (picture(one(lambda b: b.disc(5.0, 5.0, 1e300))) == 1).all()
    assert (picture(one(lambda b: b.line(np.array([(-1e8, 6.0), (1e8, 6.0)]), 40.0))) == 1).all()
    stroke = picture(one(lambda b: b.line(np.array([(-1e300, 6.0), (1e300, 6.0)]), 2.0)))
    assert stroke[:, 3].tolist() == [0] * 5 + [1, 1] + [0] * 5


def test_thousands_of_rings_and_crossings() -> None:
    rng = np.random.default_rng(9)
    triangles = [rng.uniform(0, (60, 50), 2) + rng.uniform(-2, 2, (3, 2)) for _ in range(3000)]
    scribble = rng.uniform(0, (60, 50), (400, 2))

    rings = fine(polygons([triangles]), 50, 60)
    lines = fine(polygons([[scribble]]), 50, 60)

    assert 0.3 < rings.mean() < 0.6
    assert 0.3 < lines.mean() < 0.6


def test_too_many_edges_are_sampled() -> None:
    rng = np.random.default_rng(11)
    noise = rng.uniform(0, (100, 200), (40_000, 2))

    for drawlist, mean in (
        (polygons([[noise]]), 0.5),
        (one(lambda b: b.line(noise * (0.97, 1) + (1.5, 0), 2.0)), 1.0),
    ):
        image = picture(drawlist, 200, 200)
        assert abs(image[20:180, 20:80].mean() - mean) < 0.005
        assert image[20:180, 20:80].std() < 0.2
        assert image[:, 100:].max() == 0


def test_thousands_of_edges_in_a_pixel_add_up() -> None:
    y = np.repeat(np.linspace(2.0, 6.0, 3001), 2)[:-1]
    comb = np.column_stack([np.where(np.arange(6001) % 2 == 0, 3.0, 9.0), y])  # thin teeth along x = 3
    comb[1::2, 1] += 2 / 3000
    turn = np.linspace(0, 2 * np.pi, 50_000, endpoint=False)
    circle = np.column_stack([6 + 4 * np.cos(turn), 6 + 4 * np.sin(turn)])
    teeth = np.zeros((HEIGHT, WIDTH))
    teeth[2:6, 3:9] = (6 - np.arange(6) - 0.5) / 6

    assert np.abs(fine(polygons([[comb]])) - teeth).max() <= ROUNDING
    assert np.abs(fine(polygons([[circle]])) - areas(shapely.Polygon(circle))).max() <= ROUNDING


@pytest.mark.parametrize("size", [1e6, 1e9, 1e12])
def test_an_ellipse_outlined_by_a_huge_pen_is_quick(size: float) -> None:
    for width in (3 * size, 1e300):
        drawlist = one(lambda b, w=width: b.ellipse_loop(size, 5.0, size, size / 3, 20.0, w))  # type: ignore[misc]

        assert (picture(drawlist) == 1).all()
        assert scan(drawlist, HEIGHT, WIDTH).x1.tolist() == [WIDTH] * HEIGHT


def test_winding_numbers_do_not_overflow() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    for _ in range(65536):
        builder.fill([np.array([(-9.0, -9.0), (20.0, -9.0), (20.0, 20.0), (-9.0, 20.0)])])

    assert (picture(builder.build()) == 1).all()


def test_nothing_is_drawn_for_nothing() -> None:
    for add in (
        lambda b: b.fill([]),
        lambda b: b.fill([np.zeros((0, 2))]),
        lambda b: b.fill([np.array([(1.0, 1.0), (9.0, 5.0)])]),
        lambda b: b.line(np.zeros((0, 2)), 2.0),
        lambda b: b.line(np.array([(1.0, 1.0), (9.0, 5.0)]), 0.0),
        lambda b: b.disc(3.0, 3.0, 0.0),
        lambda b: b.ellipse(3.0, 3.0, 0.0, 2.0, 0.0),
        lambda b: b.fill([np.array([(-9.0, -9.0), (-3.0, -9.0), (-3.0, -2.0)])]),
    ):
        assert picture(one(add)).max() == 0
    blend_coverage(np.zeros((0, 3, 3), np.uint8), one(mixed_item), np.zeros((1, 3), np.int64), np.array([1]))


def test_tall_and_wide_shapes_are_done_in_bands() -> None:
    ring = np.array([(-5.0, 3.3), (4000.0, 800.0), (2100.0, 1300.7), (1200.0, 900.0), (3.0, 1210.0)])
    whole = fine(polygons([[ring]]), 1250, 3000)

    assert abs(whole.sum() - shapely.Polygon(ring).intersection(shapely.box(0, 0, 3000, 1250)).area) < 30


def test_two_threads_equal_one() -> None:
    rng = np.random.default_rng(10)
    drawlist = polygons([[rng.uniform(0, 300, (5, 2))] for _ in range(60)])
    colors = rng.integers(0, 255, (60, 3))

    def work(_: int) -> Any:
        image = np.zeros((300, 300, 3), np.uint8)
        blend_coverage(image, drawlist, colors, np.full(60, OPAQUE // 2))
        return image

    first = work(0)
    with ThreadPoolExecutor(2) as pool:
        assert all(np.array_equal(first, other) for other in pool.map(work, range(8)))


def test_a_small_picture_explained() -> None:
    # a box from (1, 1) to (4, 2.5): two columns whole, half a row below; its right border at 3.75 leaves 3/4
    box = picture(DrawList.from_boxes([[1, 1, 3.75, 2.5]]), 4, 5)
    # a triangle under the diagonal: half of each pixel on it
    triangle = picture(polygons([[[(0, 0), (3, 3), (0, 3)]]]), 3, 3)

    assert np.round(box * 8).tolist() == [[0, 0, 0, 0, 0], [0, 8, 8, 6, 0], [0, 4, 4, 3, 0], [0, 0, 0, 0, 0]]
    assert np.round(triangle * 2).tolist() == [[1, 0, 0], [2, 1, 0], [2, 2, 1]]

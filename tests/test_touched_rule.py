"""Rule `all_touched` paints exactly the pixels whose open square a shape meets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from annogeo.draw import DrawList, DrawListBuilder
from annogeo.rendering.rasterize import item_masks
from annogeo.rendering.rules import scan
from tests.kernels.shapes import nasty_polygons, one, points, polygons
from tests.naive import touched as naive

Rng = np.random.Generator
Rings = list[np.ndarray]

HEIGHT, WIDTH = 10, 13
SMALL = 7, 9  # height, width: for rational arithmetic
COLUMNS, ROWS = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
SQUARES = shapely.box(COLUMNS, ROWS, COLUMNS + 1, ROWS + 1)
INSIDES_MEET = "T********"
NEAR = ("integer", "half", "quarter", "third", "float", "near a centre")
WIDTHS = st.sampled_from([1.0, 2.0, 3.0, 5.0, 0.5, 7.3, 1e-3, 12.0])
RADII = st.sampled_from([1.0, 2.0, 2.5, 5.0, 6.5, 13.0, 0.3, 1e-3])
ANGLES = st.sampled_from([0.0, 90.0, 180.0, 270.0, 30.0, 45.0, 17.3])
TIE = 1e-9  # px: round shapes that come this close to a pixel may be taken to touch it or not


def painted(drawlist: DrawList, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    return item_masks(scan(drawlist, height, width, "all_touched"), drawlist.n_items, height, width)


def scattered(rng: Rng, n: int) -> np.ndarray:
    return rng.uniform(-0.3, 1.3, (n, 2)) * (WIDTH, HEIGHT)


def around(rng: Rng, n: int) -> np.ndarray:
    """A star-shaped ring: simple as long as it isn't rounded."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    reach = rng.uniform(1, 9) * rng.uniform(0.4, 1, n)
    return scattered(rng, 1) + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def crossing_itself(rng: Rng) -> Rings:
    return [scattered(rng, rng.integers(4, 9)) for _ in range(rng.integers(1, 3))]


def flat(rng: Rng) -> Rings:
    """No area: points in a line, a line there and back, one point many times."""
    start, step = np.rint(scattered(rng, 2))
    places = np.round(rng.uniform(0, 1, rng.integers(3, 6)) * 8) / 8
    return [start + places[:, None] * rng.choice([0.0, 1.0], p=[0.2, 0.8]) * (step - start)]


def far_out(rng: Rng) -> Rings:
    return [(scattered(rng, rng.integers(3, 7)) - 5) * rng.choice([20.0, 1e4, 1e7])]


KINDS: dict[str, Callable[[Rng], Rings]] = {
    "float": lambda rng: [around(rng, rng.integers(3, 9))],
    "integer": lambda rng: [np.rint(around(rng, rng.integers(3, 9)))],
    "half": lambda rng: [np.rint(2 * around(rng, rng.integers(3, 9))) / 2],
    "crossing": crossing_itself,
    "crossing, integer": lambda rng: [np.rint(ring) for ring in crossing_itself(rng)],
    "flat": flat,
    "far out": far_out,
    "far out, integer": lambda rng: [np.rint(ring) for ring in far_out(rng)],
}
SHAPES = 1250  # of each kind: 10,000 in all


def random_shapes(kind: str, n: int) -> list[Rings]:
    rng = np.random.default_rng(list(KINDS).index(kind))
    return [KINDS[kind](rng) for _ in range(n)]


def met(rings: Rings) -> np.ndarray:
    """What shapely says: squares that an edge runs through, and those whose centre is inside. (H, W)"""
    edges = [np.stack([np.roll(ring, 1, axis=0), ring], axis=1) for ring in rings]
    lines = shapely.multilinestrings(shapely.linestrings(np.concatenate(edges)))
    shapely.prepare(lines)
    mask = shapely.intersects(lines, SQUARES)
    mask[mask] = shapely.relate_pattern(lines, SQUARES[mask], INSIDES_MEET)
    inside = np.zeros_like(mask)
    for ring in rings:
        inside ^= shapely.contains_xy(shapely.polygons(ring), COLUMNS + 0.5, ROWS + 0.5)
    return mask | inside


@pytest.mark.parametrize("kind", KINDS)
def test_random_shapes_equal_shapely(kind: str) -> None:
    shapes = random_shapes(kind, SHAPES)

    masks = painted(polygons(shapes))

    wrong = [k for k, rings in enumerate(shapes) if not np.array_equal(masks[k], met(rings))]
    assert not wrong, f"{len(wrong)} differ, e.g. {shapes[wrong[0]]}"


def test_shapes_in_general_position_are_met_in_every_sense() -> None:
    """Whether squares and shapes have their boundaries or not makes no difference to random floats."""
    shapes = random_shapes("float", 300)
    solids = shapely.polygons([shapely.linearrings(rings[0]) for rings in shapes])
    shapely.prepare(solids)

    masks = painted(polygons(shapes))

    assert np.array_equal(masks, shapely.intersects(solids[:, None, None], SQUARES))


@pytest.mark.parametrize("kind", ["integer", "half"])
def test_valid_polygons_are_met_by_the_insides_of_pixels(kind: str) -> None:
    shapes = [rings for rings in random_shapes(kind, 200) if shapely.Polygon(rings[0]).is_valid]
    solids = [shapely.Polygon(rings[0]) for rings in shapes]

    masks = painted(polygons(shapes))

    assert len(shapes) > 50
    for mask, solid in zip(masks, solids, strict=True):
        assert np.array_equal(mask, shapely.relate_pattern(solid, SQUARES, INSIDES_MEET))
        assert np.array_equal(mask, shapely.area(shapely.intersection(solid, SQUARES)) > 1e-9)


@settings(max_examples=80, deadline=None)
@given(st.lists(points(least=1), min_size=1, max_size=3))
def test_fills_equal_rational_arithmetic(rings: Rings) -> None:
    """Products of numbers like 1e-200 underflow, also in exact predicates; they are taken for 0 here."""
    drawlist = polygons([[np.where(np.abs(ring) < 1e-150, 0.0, ring) for ring in rings]])

    assert np.array_equal(painted(drawlist, *SMALL)[0], naive.fill_of(drawlist, 0, *SMALL))


@pytest.mark.parametrize("name", [name for name, _ in nasty_polygons()])
def test_a_nasty_polygon_equals_rational_arithmetic(name: str) -> None:
    drawlist = polygons([dict(nasty_polygons())[name]])

    assert np.array_equal(painted(drawlist)[0], naive.fill_of(drawlist, 0, HEIGHT, WIDTH))


@settings(max_examples=40, deadline=None)
@given(points(NEAR, 1, 4), WIDTHS, st.booleans())
def test_strokes_equal_rational_arithmetic(line: np.ndarray, width: float, closed: bool) -> None:
    mask = painted(one(lambda b: b.loop(line, width) if closed else b.line(line, width)), *SMALL)[0]

    gap = naive.stroke_gap(line, width / 2, closed, *SMALL)
    assert np.array_equal(mask, np.where(np.abs(gap) < TIE, mask, gap > 0))


@settings(max_examples=30, deadline=None)
@given(points(("integer", "half"), 1, 2), st.integers(0, 1), st.sampled_from([1.0, 2.0, 3.0, 5.0]))
def test_upright_and_level_strokes_on_the_grid_are_exact(line: np.ndarray, axis: int, width: float) -> None:
    line[-1, axis] = line[0, axis]

    mask = painted(one(lambda b: b.line(line, width)), *SMALL)[0]

    assert np.array_equal(mask, naive.stroke_gap(line, width / 2, False, *SMALL) > 0)


@settings(max_examples=40, deadline=None)
@given(points(NEAR, 1, 1), RADII, RADII, ANGLES)
def test_ellipses_equal_rational_arithmetic(centre: np.ndarray, rx: float, ry: float, angle: float) -> None:
    x, y = centre[0].tolist()

    mask = painted(one(lambda b: b.ellipse(x, y, rx, ry, angle)), *SMALL)[0]

    gap = naive.ellipse_gap(x, y, rx, ry, angle, *SMALL)
    assert np.array_equal(mask, np.where(np.abs(gap) < TIE, mask, gap > 0))


@settings(max_examples=30, deadline=None)
@given(points(("integer", "half", "float"), 1, 1), RADII)
def test_a_disc_is_a_round_ellipse(centre: np.ndarray, radius: float) -> None:
    x, y = centre[0].tolist()

    disc = painted(one(lambda b: b.disc(x, y, radius)))[0]

    assert np.array_equal(disc, painted(one(lambda b: b.ellipse(x, y, radius, radius, 0.0)))[0])


@settings(max_examples=30, deadline=None)
@given(points(("integer", "half", "float"), 1, 1), RADII, RADII, ANGLES, WIDTHS)
def test_an_outlined_ellipse_is_what_comes_near_its_curve(
    centre: np.ndarray, rx: float, ry: float, angle: float, width: float
) -> None:
    x, y = centre[0].tolist()
    outline = shapely.LinearRing(ellipse_points(x, y, rx, ry, angle))

    mask = painted(one(lambda b: b.ellipse_loop(x, y, rx, ry, angle, width)))[0]

    distance = shapely.distance(outline, SQUARES)
    near = 1 / 64 + 1e-3  # what flattening may make of the curve, here and there
    assert mask[distance < width / 2 - near].all()
    assert not mask[distance > width / 2 + near].any()


def ellipse_points(x: float, y: float, rx: float, ry: float, angle: float) -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 400)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u, v = rx * np.cos(t), ry * np.sin(t)
    return np.stack([x + cosine * u - sine * v, y + sine * u + cosine * v], axis=1)


SHAPES_OF_ALL_KINDS: dict[str, Callable[[DrawListBuilder], None]] = {
    "fill": lambda b: b.fill([np.array([[1.2, 1.5], [12.5, 3.5], [5, 12]])]),
    "line": lambda b: b.line(np.array([[1.2, 1.5], [12.5, 3.5], [5, 12]]), 2.5),
    "loop": lambda b: b.loop(np.array([[1.2, 1.5], [12.5, 3.5], [5, 12]]), 1.0),
    "disc": lambda b: b.disc(6.3, 5.1, 4.0),
    "ellipse": lambda b: b.ellipse(8, 7, 7.5, 3.5, 20),
    "ellipse_loop": lambda b: b.ellipse_loop(8, 7, 6, 3.5, 20, 1.5),
}


@pytest.mark.parametrize("kind", SHAPES_OF_ALL_KINDS)
def test_what_has_its_centre_inside_is_touched(kind: str) -> None:
    drawlist = one(SHAPES_OF_ALL_KINDS[kind])

    centres = item_masks(scan(drawlist, HEIGHT, WIDTH), 1, HEIGHT, WIDTH)

    assert not (centres & ~painted(drawlist)).any()
    assert (painted(drawlist) & ~centres).any()


@pytest.mark.parametrize("box", [(0, 0, 10, 5), (3, 2, 4, 3), (-5, -5, 1, 1), (0, 0, WIDTH, HEIGHT)])
def test_a_box_on_whole_coordinates_is_its_own_pixels(box: tuple[int, ...]) -> None:
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[max(box[1], 0) : box[3], max(box[0], 0) : box[2]] = True

    assert np.array_equal(painted(DrawList.from_boxes([box]))[0], expected)


def test_boxes_that_share_a_side_do_not_overlap_but_slanted_neighbours_do() -> None:
    boxes = painted(DrawList.from_boxes([[0, 0, 5, 5], [5, 0, 9, 5]]))
    halves = painted(polygons([[[(0, 0), (8, 3), (0, 3)]], [[(0, 0), (8, 0), (8, 3)]]]))

    assert not (boxes[0] & boxes[1]).any()
    assert (halves[0] & halves[1]).sum() == 10  # 8 + 3 - 1 pixels that the diagonal runs through


def test_a_ring_without_an_area_paints_what_its_line_runs_through() -> None:
    masks = painted(polygons([[[(0.5, 0.5), (4.5, 0.5), (2, 0.5)]], [[(0, 0), (3, 3)]], [[(5.5, 5.5)]]]))

    assert np.argwhere(masks[0]).tolist() == [[0, k] for k in range(5)]
    assert np.argwhere(masks[1]).tolist() == [[k, k] for k in range(3)]
    assert np.argwhere(masks[2]).tolist() == [[5, 5]]


def test_a_line_between_pixels_enters_none() -> None:
    assert not painted(polygons([[[(2, 3), (9, 3), (4, 3)]], [[(3, 1), (3, 8)]], [[(5, 5)]]])).any()


def test_edges_that_cancel_are_painted_still() -> None:
    ring = np.array([(1.5, 1.5), (9.5, 1.5), (9.5, 6.5)])

    twice = painted(polygons([[ring, ring]]))

    assert np.array_equal(twice, painted(one(lambda b: b.loop(ring, 0.0))))
    assert not twice[0, 2, 7]


def test_strokes_and_ellipses_without_a_width_are_lines() -> None:
    line = np.array([[1.5, 2.5], [6.5, 2.5]])

    stroke = painted(one(lambda b: b.line(line, 0.0)))
    ellipse = painted(one(lambda b: b.ellipse(4.0, 2.5, 2.5, 0.0, 0.0)))

    assert np.argwhere(stroke[0]).tolist() == [[2, k] for k in range(1, 7)]
    assert np.array_equal(stroke, ellipse)


@settings(max_examples=60, deadline=None)
@given(st.lists(points(("far", "absurd"), 1), min_size=1, max_size=2), st.sampled_from([1.0, 1e5, 1e300]))
def test_absurd_coordinates_stay_on_the_canvas(rings: Rings, size: float) -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill(rings)
    builder.loop(rings[0], size)
    x, y = rings[0][0].tolist()
    builder.disc(x, y, size)
    builder.ellipse(x, y, size, abs(y), 30.0)
    builder.ellipse_loop(x, y, 3.0, size, 30.0, 2.0)

    spans = scan(builder.build(), HEIGHT, WIDTH, "all_touched")

    assert (spans.y >= 0).all()
    assert (spans.y < HEIGHT).all()
    assert (spans.x0 >= 0).all()
    assert (spans.x0 < spans.x1).all()
    assert (spans.x1 <= WIDTH).all()


@pytest.mark.parametrize("with_disc", [False, True])
def test_more_spans_than_there_was_room_for_at_first(with_disc: bool) -> None:
    comb = np.array([(2 * x, 399 if x % 2 else 0) for x in range(200)], np.float64)
    builder = DrawListBuilder()
    for _ in range(3):
        builder.begin_item()
        builder.fill([comb])
    if with_disc:
        builder.begin_item()
        builder.disc(9.0, 9.0, 1.0)

    spans = scan(builder.build(), 400, 400, "all_touched")

    thirds = [part[: len(spans) - 2 * with_disc].reshape(3, -1) for part in (spans.y, spans.x0, spans.x1)]
    assert len(spans) > 40_000
    assert all((third == third[0]).all() for third in thirds)


def test_wide_canvases_and_rows_beyond_a_word() -> None:
    xy = [(1.5, 0.5), (198.5, 1.5), (90, 4.2)]

    mask = painted(polygons([[xy]]), 5, 200)[0]

    assert np.array_equal(mask, naive.fill([xy], 5, 200))


def test_missing_rings_and_points_paint_nothing() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([])
    builder.fill([np.zeros((0, 2))])
    builder.line(np.zeros((0, 2)), 3)
    builder.loop(np.zeros((0, 2)), 1)

    assert len(scan(builder.build(), 5, 5, "all_touched")) == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "far" not in kind])  # GDAL overflows far out
def test_gdal_agrees(kind: str) -> None:
    features = pytest.importorskip("rasterio.features")
    side, steps = 256, {"float": 0, "crossing": 0, "half": 2}.get(kind, 1)
    shapes = [[scaled_to(ring, side, steps) for ring in rings] for rings in random_shapes(kind, 250)]

    masks = painted(polygons(shapes), side, side)

    theirs = [
        features.rasterize([shapely.Polygon(rings[0], rings[1:])], (side, side), all_touched=True)
        for rings in shapes
    ]
    agreement = (masks == np.array(theirs, bool)).mean()
    assert agreement == 1.0 if steps == 0 else agreement >= 0.999


def scaled_to(ring: np.ndarray, side: int, steps: int) -> np.ndarray:
    """Enlarge a ring with its canvas and round it to so many steps a pixel."""
    larger = ring * side / WIDTH
    return np.rint(larger * steps) / steps if steps else larger

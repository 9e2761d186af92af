"""Rules `coco` and `pil`: rings as their owners paint them, parts, holes, ellipses, strokes, far-out shapes."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.definitions import Ellipse, Polygon
from annogeo.draw import DrawList, DrawListBuilder
from annogeo.kernels._flatten import SAGITTA, flatten_ellipses
from annogeo.kernels._jit import JIT_IS_OFF
from annogeo.kernels._ring_parts import split_parts
from annogeo.rendering.rasterize import item_masks
from annogeo.rendering.rules import scan
from tests.naive import coco, pil
from tests.ring_owners import OWNERS, each_owner
from tests.ring_shapes import (
    CANVASES,
    NASTY_RINGS,
    assert_same,
    mask,
    masks,
    one_ring_each,
    one_shape,
    picture,
    random_rings,
    rectangle,
    star,
    triangles,
)

RING_MASK = {"coco": coco.ring_mask, "pil": pil.ring_mask}
H, W = 40, 60

both_rules = pytest.mark.parametrize("rule", RING_MASK)
Ring = list[tuple[float, float]] | np.ndarray


def alone(ring: Ring, rule: str) -> np.ndarray:
    return mask([ring], H, W, rule)


@each_owner
@pytest.mark.parametrize("canvas", range(len(CANVASES)))
def test_ten_thousand_random_rings_equal_the_owner(rule: str, canvas: int) -> None:
    height, width = CANVASES[canvas]
    rings = random_rings(canvas, height, width)

    got = masks(one_ring_each(rings), height, width, rule)

    assert_same(got, OWNERS[rule](rings, height, width), rings)


@each_owner
def test_nasty_rings_equal_the_owner(rule: str) -> None:
    rings = [np.array(ring, np.float64) for ring in NASTY_RINGS.values()]

    got = masks(one_ring_each(rings), H, W, rule)

    assert_same(got, OWNERS[rule](rings, H, W), rings)


@each_owner
def test_rings_of_many_points_equal_the_owner(rule: str) -> None:
    rng = np.random.default_rng(3)
    rings = [rng.uniform(-20, 140, (int(n), 2)) for n in rng.integers(200, 1500, 3 if JIT_IS_OFF else 30)]
    rings += [star(seed, 60, 55, 50, n=400) for seed in range(2 if JIT_IS_OFF else 30)]

    got = masks(one_ring_each(rings), 110, 130, rule)

    assert_same(got, OWNERS[rule](rings, 110, 130), rings)


# How far out, and how many rings: pycocotools walks every step of a boundary.
FAR: dict[str, tuple[tuple[float, ...], int]] = {
    "coco": ((1e3, 1e4, 1e5), 10),
    "pil": ((1e3, 1e5, 1e7, 2.0**24, 5e8), 40),
}


@each_owner
def test_far_rings_equal_the_owner(rule: str) -> None:
    rng = np.random.default_rng(4)
    reaches, n = FAR[rule]
    rings = [rng.uniform(-reach, reach, (4, 2)) for reach in reaches for _ in range(n)]

    got = masks(one_ring_each(rings), 90, 70, rule)

    assert_same(got, OWNERS[rule](rings, 90, 70), rings)


coordinate = st.one_of(
    st.integers(-12, 30).map(float),
    st.integers(-24, 60).map(lambda n: n / 2),
    st.integers(-120, 300).map(lambda n: n / 10),
    st.floats(-15, 35),
)


@both_rules
@settings(max_examples=300, deadline=None)
@given(
    ring=st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=9),
    height=st.integers(1, 24),
    width=st.integers(1, 24),
)
def test_any_ring_is_what_the_twin_paints(
    rule: str, ring: list[tuple[float, float]], height: int, width: int
) -> None:
    got = mask([ring], height, width, rule)

    np.testing.assert_array_equal(got, RING_MASK[rule](ring, height, width))


@both_rules
@pytest.mark.parametrize("name", NASTY_RINGS)
def test_a_nasty_ring_is_what_the_twin_paints(rule: str, name: str) -> None:
    np.testing.assert_array_equal(alone(NASTY_RINGS[name], rule), RING_MASK[rule](NASTY_RINGS[name], H, W))


# Decoded by pycocotools 2.0.11, drawn by Pillow 13.0.0.
GOLDEN: dict[str, tuple[list[tuple[float, float]], dict[str, str]]] = {
    "triangle": (
        [(1, 1), (7, 2), (3, 7)],
        {
            "coco": "......... .###..... ..#####.. ..####... ..###.... ...#..... ......... .........",
            "pil": "......... .#....... .#######. ..#####.. ..####... ..####... ...##.... ...#.....",
        },
    ),
    "halves": (
        [(1.5, 0.5), (7.5, 3.5), (2.5, 6.5)],
        {
            "coco": "......... ..#...... ..###.... ..#####.. ..####... ..##..... ......... .........",
            "pil": ".#....... .###..... .#####... ..######. ..####... ..###.... ..#...... .........",
        },
    ),
    "sliver": (
        [(0, 3), (8, 4), (8, 4.4)],
        {
            "coco": "......... ......... ......... ...#..... ......... ......... ......... .........",
            "pil": "......... ......... ......... ########. .######## ......... ......... .........",
        },
    ),
    "bow tie": (
        [(1, 1), (7, 6), (7, 1), (1, 6)],
        {
            "coco": "......... .#....#.. .##..##.. .######.. .##..##.. .#....#.. ......... .........",
            "pil": "......... .#.....#. .##...##. .###.###. .###.###. .##...##. .#.....#. .........",
        },
    ),
    "flat corner": (
        [(0, 4), (8, 3), (8, 5)],
        {
            "coco": "......... ......... ......... ....####. ....####. ......... ......... .........",
            "pil": "......... ......... ......... ........# ######### ........# ......... .........",
        },
    ),
}


@both_rules
@pytest.mark.parametrize("name", GOLDEN)
def test_stored_picture(rule: str, name: str) -> None:
    points, expected = GOLDEN[name]

    assert picture(mask([points], 8, 9, rule)) == expected[rule].split()


@both_rules
@pytest.mark.parametrize("seed", range(6))
def test_parts_that_touch_are_united(rule: str, seed: int) -> None:
    rings = triangles(seed, 20, 38)[:: seed % 3 + 1]

    got = mask(rings, H, W, rule)

    np.testing.assert_array_equal(got, np.logical_or.reduce([alone(ring, rule) for ring in rings]))


@both_rules
def test_parts_whose_points_lie_on_the_others_edge_are_united(rule: str) -> None:
    left = [(3, 3), (33, 13), (13, 33)]
    right = [(33, 13), (28, 18), (22.99, 23.01), (17, 29), (13, 33), (40, 38)]

    got = mask([left, right], H, W, rule)

    np.testing.assert_array_equal(got, alone(left, rule) | alone(right, rule))


@both_rules
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_rings_in_one_another_are_holes_and_islands_in_any_order(rule: str, order: tuple[int, ...]) -> None:
    rings = [star(2, 30, 20, radius) for radius in (19, 13, 9, 4)]
    pixels = [alone(ring, rule) for ring in rings]

    got = mask([rings[i] for i in order], H, W, rule)

    np.testing.assert_array_equal(got, (pixels[0] & ~pixels[1]) | (pixels[2] & ~pixels[3]))


@both_rules
def test_holes_that_touch_take_away_their_shared_pixels_once(rule: str) -> None:
    outer = rectangle(2, 2, 50, 38)
    holes = [[(10, 10), (30, 13), (12, 30)], [(30, 13), (40, 33), (12, 30)]]

    got = mask([outer, *holes], H, W, rule)

    np.testing.assert_array_equal(got, alone(outer, rule) & ~alone(holes[0], rule) & ~alone(holes[1], rule))


@both_rules
def test_a_hole_that_shares_a_side_is_taken_away(rule: str) -> None:
    outer, hole = rectangle(3, 3, 43, 33), rectangle(3, 10, 20, 33)

    got = mask([outer, hole], H, W, rule)

    np.testing.assert_array_equal(got, alone(outer, rule) & ~alone(hole, rule))


@both_rules
def test_a_hole_takes_nothing_from_other_parts(rule: str) -> None:
    outer, hole, other = rectangle(3, 3, 23, 33), rectangle(13, 10, 23, 20), rectangle(23, 3, 43, 33)

    got = mask([outer, hole, other], H, W, rule)

    np.testing.assert_array_equal(got, (alone(outer, rule) & ~alone(hole, rule)) | alone(other, rule))


@both_rules
@pytest.mark.parametrize(
    "rings",
    [
        [rectangle(5, 5, 30, 30), rectangle(20, 15, 50, 38)],
        [rectangle(5, 15, 55, 25), rectangle(25, 3, 35, 37)],
        [rectangle(5, 5, 20, 20), rectangle(19, 19, 40, 35)],
    ],
    ids=["corner", "cross", "a pixel"],
)
def test_rings_that_overlap_are_even_odd(rule: str, rings: list[Ring]) -> None:
    got = mask(rings, H, W, rule)

    np.testing.assert_array_equal(got, alone(rings[0], rule) ^ alone(rings[1], rule))


@both_rules
def test_the_same_ring_twice_paints_nothing(rule: str) -> None:
    ring = star(7, 30, 20, 15)

    assert not mask([ring, ring], H, W, rule).any()


@both_rules
def test_an_empty_ring_changes_nothing(rule: str) -> None:
    ring = star(7, 30, 20, 15)

    np.testing.assert_array_equal(mask([[], ring, []], H, W, rule), alone(ring, rule))


def test_random_rings_are_split_as_exact_areas_say() -> None:
    import shapely

    rng = np.random.default_rng(0)
    seen = {True: 0, False: 0}
    for seed in range(60 if JIT_IS_OFF else 400):
        rings = [star(2 * seed + k, *rng.uniform(10, 30, 2), rng.choice([3, 8, 20])) for k in range(2)]
        a, b = sorted((shapely.Polygon(ring) for ring in rings), key=lambda shape: shape.area)
        shared, rest = a.intersection(b).area / a.area, a.difference(b).area / a.area
        if 0 < shared < 0.1 or 0 < rest < 0.1:
            continue  # may be too thin to count

        parts = split_parts(np.array([0, 2]), np.array([0, 12, 24]), np.concatenate(rings))

        is_across = shared > 0 and rest > 0
        seen[is_across] += 1
        assert parts.is_hole.any() == (shared > 0 and rest == 0)
        assert parts.offsets.tolist() == ([0, 1, 2] if shared == 0 else [0, 2])
    assert min(seen.values()) > 5


@both_rules
def test_many_rings_of_one_shape_are_quick(rule: str) -> None:
    n = 3 if JIT_IS_OFF else 40
    holes = [rectangle(10 * x + 2, 10 * y + 2, 10 * x + 5, 10 * y + 5) for x in range(n) for y in range(n)]
    shape = one_shape([rectangle(0, 0, 10 * n, 10 * n), *holes])
    scan(one_shape([rectangle(0, 0, 9, 9), rectangle(2, 2, 4, 4)]), H, W, rule)

    start = time.process_time()
    got = masks(shape, 10 * n, 10 * n, rule)[0]

    assert time.process_time() - start < 2
    assert (got[2:5, 2:5] == 0).all()
    assert got.sum() == (10 * n) ** 2 - n * n * (9 if rule == "coco" else 16)


def test_many_rings_in_one_another_take_turns() -> None:
    rings = [star(2, 30, 20, radius) for radius in np.linspace(19, 1, 12)]

    parts = split_parts(np.array([0, 12]), np.arange(0, 12 * 13, 12), np.concatenate(rings))

    assert parts.offsets.tolist() == [0, 2, 4, 6, 8, 10, 12]
    assert parts.ring.tolist() == list(range(12))
    assert parts.is_hole.tolist() == [False, True] * 6


@pytest.mark.skipif(JIT_IS_OFF, reason="takes long")
def test_thousands_of_parts_are_told_apart_and_thousands_of_rings_in_a_heap_are_given_up_soon() -> None:
    rng = np.random.default_rng(0)
    corners = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    places = rng.permutation(30_000)
    apart = np.concatenate([corners + np.array([k % 200, k // 200]) for k in places])
    heap = np.concatenate([corners * (1000 + k) - (200 + 0.3 * k) for k in places[:5000]])
    offsets = np.arange(0, 3 * 30_000 + 1, 3)

    start = time.process_time()
    parts = split_parts(np.array([0, 30_000]), offsets, apart)
    given_up = split_parts(np.array([0, 5000]), offsets[:5001], heap)

    assert time.process_time() - start < 5
    np.testing.assert_array_equal(parts.offsets, np.arange(30_001))
    assert not parts.is_hole.any()
    assert given_up.offsets.tolist() == [0, 5000]


@pytest.mark.parametrize("angle", [0, 30, 90, 211.5])
@pytest.mark.parametrize("radii", [(9, 4), (300, 200), (4000, 4000), (0.3, 0.2)])
def test_a_flattened_ellipse_is_near_its_curve(radii: tuple[float, float], angle: float) -> None:
    points, sizes = flatten_ellipses(np.array([[5000, 5000], radii, [angle, 0]], np.float64), 10_000, 10_000)

    assert sizes.sum() == points.shape[0]
    ends = np.roll(points, -1, axis=0)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    unit = [
        ((xy - 5000) @ np.array([[cos, -sin], [sin, cos]])) / radii for xy in (points, (points + ends) / 2)
    ]
    np.testing.assert_allclose(np.hypot(*unit[0].T), 1, atol=1e-9)
    assert ((1 - np.hypot(*unit[1].T)) * min(radii) <= SAGITTA).all()


@pytest.mark.parametrize("radius", [1e4, 1e9, 1e300])
def test_a_huge_ellipse_has_few_points(radius: float) -> None:
    points, _ = flatten_ellipses(np.array([[radius, 20], [radius, radius], [0, 0]]), H, W)

    assert points.shape[0] < 500


@both_rules
def test_an_ellipse_is_its_polygon(rule: str) -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.ellipse(30, 20, 22, 11, 25)
    points, _ = flatten_ellipses(np.array([[30.0, 20], [22, 11], [25, 0]]), H, W)

    got = masks(builder.build(), H, W, rule)[0]

    np.testing.assert_array_equal(got, alone(points, rule))
    np.testing.assert_array_equal(Ellipse(30, 20, 22, 11, 25, "e").to_mask(H, W, rule), got)
    assert abs(int(got.sum()) - np.pi * 22 * 11) < (5 if rule == "coco" else 80)


@both_rules
def test_operations_of_all_kinds_keep_their_order_and_strokes_those_of_center(rule: str) -> None:
    builder = DrawListBuilder()
    verbs: list[Callable[[], None]] = [
        lambda: builder.line(np.array([[2.0, 3], [50, 30]]), 3),
        lambda: builder.fill([star(1, 20, 20, 12), star(2, 20, 20, 4)]),
        lambda: builder.disc(40, 10, 6),
        lambda: builder.ellipse(30, 20, 9, 5, 10),
        lambda: builder.ellipse_loop(30, 20, 15, 9, 40, 2),
        lambda: builder.fill([]),
        lambda: builder.loop(np.array([[2.0, 3], [50, 30], [9, 39]]), 1),
        lambda: builder.fill([star(3, 45, 30, 9)]),
    ]
    for verb in verbs:
        builder.begin_item()
        verb()
    drawlist = builder.build()

    spans = scan(drawlist, H, W, rule)

    assert (np.diff(spans.item) >= 0).all()
    assert sorted(set(spans.item.tolist())) == [0, 1, 2, 3, 4, 6, 7]
    got, center = (item_masks(found, len(verbs), H, W) for found in (spans, scan(drawlist, H, W, "center")))
    for item in (0, 2, 4, 6):
        np.testing.assert_array_equal(got[item], center[item])
    np.testing.assert_array_equal(got[1], mask([star(1, 20, 20, 12), star(2, 20, 20, 4)], H, W, rule))


@both_rules
def test_runs_are_the_same_under_every_rule(rule: str) -> None:
    drawlist = DrawList(
        op=np.array([6], np.uint8),
        item=np.zeros(1, np.int32),
        width=np.zeros(1),
        shape_offsets=np.zeros(2, np.int64),
        ring_offsets=np.zeros(1, np.int64),
        xy=np.zeros((0, 2)),
        run_offsets=np.array([0, 4], np.int64),
        runs=np.array([[-1, 0, 4], [0, -3, 2], [1, 9, 12], [2, 1, 3]], np.int32),
        n_items=1,
    )

    spans = scan(drawlist, 5, 8, rule)

    assert np.stack([spans.y, spans.x0, spans.x1], axis=1).tolist() == [[0, 0, 2], [2, 1, 3]]


@both_rules
@pytest.mark.parametrize("far", [1e8, 1e10, 1e100, 1.7e308])
def test_a_far_shape_is_cut_to_the_canvas(rule: str, far: float) -> None:
    band = mask([rectangle(-far, 7, far, 12)], H, W, rule)
    with_hole = mask([rectangle(-far, -far, far, far), rectangle(-far, 10, far, 20)], H, W, rule)
    spike = mask([[(-far, 30), (far, 30), (0, -far)]], H, W, rule)

    last = 12 if rule == "coco" else 13
    assert band[7:last].all()
    assert band.sum() == W * (last - 7)
    assert with_hole.sum() == W * (H - (10 if rule == "coco" else 11))
    assert spike[:30, 1:].all()
    assert not spike[31:].any()


@both_rules
def test_a_far_ring_leaves_its_neighbours_alone(rule: str) -> None:
    rings = [rectangle(1, 1, 5, 5), rectangle(-1e12, 20, 1e12, 25), star(3, 45, 10, 9)]

    got = mask(rings, H, W, rule)

    near = mask([rings[0], rectangle(-100, 20, 200, 25), rings[2]], H, W, rule)
    np.testing.assert_array_equal(got, near)


@both_rules
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_ring_that_is_not_finite_is_left_out(rule: str, bad: float) -> None:
    drawlist = one_shape([rectangle(1, 1, 5, 5), [(9, 9), (20, 9), (9, 20)]])
    drawlist.xy[5, 0] = bad

    np.testing.assert_array_equal(masks(drawlist, H, W, rule)[0], alone(rectangle(1, 1, 5, 5), rule))


@both_rules
def test_ten_thousand_far_points_are_quick(rule: str) -> None:
    ring = np.random.default_rng(0).uniform(-1e300, 1e300, (200 if JIT_IS_OFF else 10_000, 2))
    mask([rectangle(1, 1, 5, 5)], H, W, rule)

    start = time.process_time()
    mask([ring], H, W, rule)

    assert time.process_time() - start < 2


@both_rules
def test_more_spans_than_there_was_room_for_at_first(rule: str) -> None:
    side = 30 if JIT_IS_OFF else 400
    comb = [(2.0 * x, side - 1.0 if x % 2 else 0.0) for x in range(side // 2)]

    got = masks(one_shape([comb, rectangle(0, side + 1, 9, side + 5)]), side + 9, side, rule)[0]

    assert set(np.unique(got)) == {0, 1}
    np.testing.assert_array_equal(
        got, RING_MASK[rule](comb, side + 9, side) | got * (np.arange(side + 9) > side)[:, None]
    )


@both_rules
def test_a_polygon_gives_the_same_pixels_everywhere(rule: str) -> None:
    from annogeo import label_map, mask_stack, rles

    polygon = Polygon([star(1, 30, 20, 18), star(2, 30, 20, 7)], "p")
    expected = mask(polygon.rings, H, W, rule)

    np.testing.assert_array_equal(polygon.to_mask(H, W, rule), expected)
    np.testing.assert_array_equal(polygon.to_rle(H, W, rule).to_mask(), expected)
    np.testing.assert_array_equal(label_map([polygon], H, W, rule=rule) > 0, expected)
    np.testing.assert_array_equal(mask_stack([polygon], H, W, rule=rule)[0], expected)
    np.testing.assert_array_equal(rles([polygon], H, W, rule=rule)[0].to_mask(), expected)

"""Polygons straight to edges, along rows and down columns, against rational arithmetic and against decoded pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.draw import DrawList, DrawListBuilder
from annogeo.rendering import coco_rles, mask_stack, rles
from annogeo.rendering.edges import item_columns, item_edges
from annogeo.rle import Rle
from tests.kernels.shapes import HEIGHT, WIDTH, nasty_polygons, points, polygons
from tests.naive import coco as naive_coco, raster as naive, rle as naive_rle

NASTY = dict(nasty_polygons())


def check(drawlist: DrawList, masks: list[np.ndarray], rule: str = "center") -> None:
    """Compare both orders with masks."""
    size = masks[0].shape
    for found, turned in ((item_edges, False), (item_columns, True)):
        edges, offsets = found(drawlist, *size, rule)
        each = np.split(edges, offsets[1:-1])
        assert [part.tolist() for part in each] == [
            naive_rle.find_edges(mask.T if turned else mask) for mask in masks
        ]


@settings(max_examples=200, deadline=None)
@given(st.lists(points(), min_size=1, max_size=3))
def test_edges_of_a_fill_equal_rational_arithmetic(rings: list[Any]) -> None:
    check(polygons([rings]), [naive.fill(rings, HEIGHT, WIDTH)])


@pytest.mark.parametrize("name", NASTY)
def test_edges_of_a_nasty_fill_equal_rational_arithmetic(name: str) -> None:
    check(polygons([NASTY[name]]), [naive.fill(NASTY[name], HEIGHT, WIDTH)])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(points(kinds=("half", "integer", "float", "far")), min_size=0, max_size=2), max_size=5)
)
def test_edges_of_many_shapes_are_those_of_their_masks(shapes: list[list[Any]]) -> None:
    drawlist = polygons(shapes)
    masks = mask_stack(drawlist, HEIGHT, WIDTH)

    found = rles(drawlist, HEIGHT, WIDTH)

    assert found == [Rle.from_mask(mask) for mask in masks]
    assert coco_rles(drawlist, HEIGHT, WIDTH) == [rle.to_coco() for rle in found]


def test_slanted_lines_through_pixel_centres_go_to_the_same_side_in_both_orders() -> None:
    rng = np.random.default_rng(8)
    shapes = [[rng.integers(0, 240, (int(rng.integers(3, 9)), 2)) / 2] for _ in range(300)]
    drawlist = polygons(shapes)

    strings = coco_rles(drawlist, 110, 130)

    assert strings == [rle.to_coco() for rle in rles(drawlist, 110, 130)]
    assert [Rle.from_coco(one) for one in strings] == [
        Rle.from_mask(mask) for mask in mask_stack(drawlist, 110, 130)
    ]


def test_items_of_several_shapes_or_none_are_united() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([np.array([(0.0, 0), (4, 0), (4, 4), (0, 4)])])
    builder.fill([np.array([(2.0, 2), (6, 2), (6, 6), (2, 6)])])
    builder.begin_item()
    builder.begin_item()
    builder.line(np.array([(0.0, 1), (5, 1)]), 2.0)

    drawlist = builder.build()

    expected = [Rle.from_mask(mask) for mask in mask_stack(drawlist, 8, 9)]
    assert rles(drawlist, 8, 9) == expected
    assert [rle.area for rle in expected][:2] == [28, 0]
    assert coco_rles(drawlist, 8, 9) == [rle.to_coco() for rle in expected]


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (5, 1)])
def test_tiny_canvases_have_what_fits(size: tuple[int, int]) -> None:
    drawlist = polygons([[[(0, 0), (4, 0), (4, 4), (0, 4)]], []])

    found = rles(drawlist, *size)

    assert found == [Rle.from_mask(np.indices(size).max(axis=0) < 4), Rle(size, [])]
    assert coco_rles(drawlist, *size) == [rle.to_coco() for rle in found]
    assert rles(polygons([]), *size) == coco_rles(polygons([]), *size) == []


def test_a_shape_of_the_whole_canvas_is_one_run_and_large_ones_find_room() -> None:
    size = (3000, 70000)
    box = [[(-5, -5), (80000, -5), (80000, 4000), (-5, 4000)]]
    comb = [[(x + 0.5 * (k % 2), 10.0 if k % 2 else 2900.0) for k, x in enumerate(range(0, 300, 2))]]
    drawlist = polygons([box, *[comb] * 9, box])

    found = rles(drawlist, *size)

    assert found[0] == found[-1] == ~Rle(size, [])
    assert found[1] == found[9] == Rle.from_rows(rows_of(comb, size), size)
    assert coco_rles(drawlist, *size) == [rle.to_coco() for rle in found]


def rows_of(rings: Any, size: tuple[int, int]) -> np.ndarray:
    """Scan one shape by the kernel for spans."""
    from annogeo.rendering.rules import scan

    spans = scan(polygons([rings]), *size)
    return np.stack([spans.y, spans.x0, spans.x1], axis=1)


def test_polygons_alone_are_lowered_as_among_others() -> None:
    ring, hole = [(1, 1), (15, 2), (9, 14)], [(6, 4), (10, 4), (9, 8)]
    shapes = [
        ag.Polygon(ring, "a"),
        ag.Polygon([ring, hole], "b"),
        ag.Polygon([], "c"),
        ag.Polygon([hole], "d"),
    ]
    collection = ag.AnnotationCollection()
    for shape in shapes:
        collection.add(shape)
    video = ag.AnnotationCollection()
    for shape in shapes:
        video.add(shape, object_id=1, frame_num=3)
    hidden = ag.AnnotationCollection()
    hidden.add(shapes[0], frame_num=0, object_id=1)
    hidden[0].add_frame(shapes[1], frame_num=4, object_visible=False)

    expected = [shape.to_rle(16, 17) for shape in shapes]

    others = [*shapes, ag.Box(0, 0, 1, 1, "box")]
    assert rles(shapes, 16, 17) == rles(collection, 16, 17) == rles(others, 16, 17)[:4] == expected
    assert rles(collection, 16, 17, frame=0) == expected
    assert [rle.area for rle in expected] == [mask.sum() for mask in mask_stack(collection, 16, 17)]
    assert [rle.area for rle in expected[2:3]] == [0]
    assert len(rles(video, 16, 17)) == len(video)
    for frame in (0, 2, 3, 4, 9):
        for scene in (video, hidden):
            drawn = ag.render(scene, "mask", height=16, width=17, frame=frame)["mask"]
            assert Rle.union(rles(scene, 16, 17, frame=frame)) == Rle.from_mask(drawn[..., 3])


@pytest.mark.parametrize("rule", ["center", "opencv", "coco", "pil", "all_touched"])
def test_every_rule_gives_the_runs_of_its_masks(rule: str) -> None:
    rng = np.random.default_rng(4)
    drawlist = polygons([[rng.uniform(-5, 40, (6, 2))] for _ in range(20)])

    found = rles(drawlist, 33, 37, rule)

    assert found == [Rle.from_mask(mask) for mask in mask_stack(drawlist, 33, 37, rule)]
    assert coco_rles(drawlist, 33, 37, rule) == [rle.to_coco() for rle in found]


NEAR = ("integer", "half", "quarter", "third", "float", "near a centre")


@settings(max_examples=150, deadline=None)
@given(st.lists(points(kinds=NEAR, least=0), min_size=1, max_size=4))
def test_edges_of_coco_rings_equal_its_twin(rings: list[Any]) -> None:
    masks = [naive_coco.ring_mask(ring, HEIGHT, WIDTH) > 0 for ring in rings]

    check(polygons([[ring] for ring in rings]), masks, "coco")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(points(kinds=("float", "fixed", "integer")), min_size=1, max_size=6),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_coco_strings_are_those_of_pycocotools(rings: list[Any], height: int, width: int) -> None:
    from pycocotools import mask as coco

    found = coco_rles(polygons([[ring] for ring in rings]), height, width, "coco")

    theirs = coco.frPyObjects([ring.ravel().tolist() for ring in rings], height, width)
    assert [one["counts"].encode() for one in found] == [one["counts"] for one in theirs]


def test_coco_columns_that_many_edges_cross_are_sorted() -> None:
    rng = np.random.default_rng(9)
    for n in (3, 13, 14, 40, 300, 5000):
        zigzag = np.stack([np.arange(n) % 2 * 6.0 + rng.uniform(0, 1, n), rng.uniform(-3, 60, n)], axis=1)
        steep = rng.uniform(0, 60, (n, 2)) * (0.1, 1.0)
        drawlist = polygons([[zigzag], [steep]])
        masks = [naive_coco.ring_mask(ring, 50, 8) > 0 for ring in (zigzag, steep)]
        check(drawlist, masks, "coco")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(points(kinds=("half", "float", "far", "absurd"), least=0), max_size=2),
        min_size=1,
        max_size=5,
    )
)
def test_coco_shapes_of_any_rings_are_those_of_their_masks(shapes: list[list[Any]]) -> None:
    drawlist = polygons(shapes)

    check(drawlist, list(mask_stack(drawlist, HEIGHT, WIDTH, "coco")), "coco")


def test_coco_parts_apart_are_one_mask_and_others_go_the_long_way() -> None:
    rng = np.random.default_rng(11)
    for trial in range(60):
        shapes = []
        for _ in range(5):
            reach = rng.choice([5.0, 9.0, 13.0])  # apart, now and then overlapping, mostly
            corners = [(8.0, 8.0), (24.0, 8.0), (8.0, 24.0), (24.0, 24.0)]
            rings = [
                np.array(c) + rng.uniform(-reach, reach, (5, 2)) for c in corners[: int(rng.integers(0, 5))]
            ]
            if trial % 2:
                rings = [np.rint(ring) for ring in rings]
            shapes.append(rings)
        drawlist = polygons(shapes)
        check(drawlist, list(mask_stack(drawlist, 31, 29, "coco")), "coco")
    many = [
        np.array([(x, y), (x + 1.0, y), (x + 1, y + 1)]) for x in range(0, 20, 2) for y in range(0, 20, 2)
    ]
    check(polygons([many]), list(mask_stack(polygons([many]), 31, 29, "coco")), "coco")


@pytest.mark.parametrize("rule", ["center", "coco"])
def test_a_small_ring_of_very_many_crossings_does_not_take_all_memory(rule: str) -> None:
    far = 40000.0
    zigzag = np.stack([np.arange(4000) % 2 * far, np.arange(4000) % 3 / 3 * far], axis=1)

    found = rles(polygons([[zigzag]]), 40000, 40000, rule)

    assert found[0].bounds[2] > 0


@pytest.mark.parametrize("width", [1 << 20, (1 << 20) + 1])
def test_coco_rings_on_wide_canvases_are_filled_in_both_ways(width: int) -> None:
    ring = [(-5.0, 1.0), (width - 3.0, 2.0), (width + 7.0, 8.0), (3.0, 6.0)]
    drawlist = polygons([[ring], [[(width - 2, 1), (width, 1), (width, 4)]]])

    found = coco_rles(drawlist, 9, width, "coco")

    assert found == [rle.to_coco() for rle in rles(drawlist, 9, width, "coco")]
    assert found == [Rle.from_mask(mask).to_coco() for mask in mask_stack(drawlist, 9, width, "coco")]

"""Filled polygons under rule `center`, against rational arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.draw import DrawList
from annogeo.rendering.rasterize import item_masks, rasterize
from annogeo.rendering.rules import scan
from tests.kernels.shapes import HEIGHT, WIDTH, nasty_polygons, points, polygons
from tests.naive import raster as naive

NASTY = dict(nasty_polygons())


@settings(max_examples=150, deadline=None)
@given(st.lists(points(), min_size=1, max_size=3))
def test_a_fill_equals_rational_arithmetic(rings: list[Any]) -> None:
    painted = rasterize(polygons([rings]), [1], HEIGHT, WIDTH)

    assert np.array_equal(painted > 0, naive.fill(rings, HEIGHT, WIDTH))


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_fill_equals_rational_arithmetic(name: str) -> None:
    painted = rasterize(polygons([NASTY[name]]), [1], HEIGHT, WIDTH)

    assert np.array_equal(painted > 0, naive.fill(NASTY[name], HEIGHT, WIDTH))


@settings(max_examples=60, deadline=None)
@given(st.lists(points(), min_size=1, max_size=4))
def test_spans_of_fills_equal_the_painted_map(rings: list[Any]) -> None:
    drawlist = polygons([[ring] for ring in rings])

    masks = item_masks(scan(drawlist, HEIGHT, WIDTH), len(rings), HEIGHT, WIDTH)

    expected = [rasterize(polygons([[ring]]), [1], HEIGHT, WIDTH) > 0 for ring in rings]
    assert np.array_equal(masks, expected)


@pytest.mark.parametrize("step", [1.0, 0.5, 0.25, 0.0], ids=["integer", "half", "quarter", "float"])
def test_a_random_partition_paints_every_pixel_once(step: float) -> None:
    from scipy.spatial import Delaunay

    rng = np.random.default_rng([5, int(step * 4)])
    for _ in range(10):
        height, width = rng.integers(20, 90, 2).tolist()
        vertices = rng.uniform(-8, (width + 8, height + 8), (int(rng.integers(10, 200)), 2))
        if step:
            vertices = np.round(vertices / step) * step
        frame = [(-12, -12), (width + 12, -12), (width + 12, height + 12), (-12, height + 12)]
        vertices = np.unique(np.concatenate([vertices, frame]), axis=0)
        triangles = vertices[Delaunay(vertices).simplices]

        spans = scan(polygons([[t] for t in triangles]), height, width)

        count = np.zeros((height, width + 1), int)
        np.add.at(count, (spans.y, spans.x0), 1)
        np.add.at(count, (spans.y, spans.x1), -1)
        assert (count.cumsum(axis=1)[:, :-1] == 1).all()


def test_a_fan_around_a_pixel_centre_paints_every_pixel_once() -> None:
    middle = (10.5, 8.5)
    rim = [(-1, -1), (10.5, -1), (22, -1), (22, 8.5), (22, 17), (10.5, 17), (-1, 17), (-1, 8.5)]
    fan = [[(middle, rim[k - 1], rim[k])] for k in range(len(rim))]

    masks = item_masks(scan(polygons(fan), HEIGHT, WIDTH), len(fan), HEIGHT, WIDTH)

    assert (masks.sum(axis=0) == 1).all()


def test_many_shapes_in_several_tables_equal_one_at_a_time() -> None:
    rng = np.random.default_rng(3)
    shapes = [[rng.uniform(0, 80, (int(rng.integers(3, 60)), 2))] for _ in range(60)]

    together = rasterize(polygons(shapes), np.arange(1, 61), 80, 200)

    apart = np.zeros((80, 200), np.uint8)
    for k, shape in enumerate(shapes):
        apart[rasterize(polygons([shape]), [1], 80, 200) > 0] = k + 1
    assert np.array_equal(together, apart)


def test_a_shape_longer_than_a_table_is_filled() -> None:
    t = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    circle = np.stack([30 + 25 * np.cos(t), 30 + 25 * np.sin(t)], axis=1)

    area = rasterize(DrawList.from_polygons(circle, [0, 2000]), [1], 60, 60).sum()

    assert abs(int(area) - np.pi * 625) < 20


def test_a_tall_and_wide_canvas_clips() -> None:
    box = DrawList.from_boxes([[-5e6, -5e6, 5e6, 5e6]])

    assert rasterize(box, [1], 3, 5000).all()
    assert rasterize(box, [1], 5000, 3).all()

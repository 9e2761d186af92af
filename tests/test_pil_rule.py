"""Rule `pil` is what Pillow's ImageDraw.polygon makes of a ring, pixel for pixel."""

from __future__ import annotations

import platform
from collections.abc import Sequence

import numpy as np
import PIL
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageDraw

from annogeo.kernels._jit import JIT_IS_OFF
from tests.naive.pil import ring_mask
from tests.ring_shapes import (
    CANVASES,
    NASTY_RINGS,
    assert_same,
    mask,
    masks,
    one_ring_each,
    picture,
    random_rings,
    rectangle,
    star,
)

needs_owner = pytest.mark.skipif(
    PIL.__version__.split(".")[0] != "13" or platform.machine() not in ("x86_64", "AMD64"),
    reason="needs Pillow 13 on x86-64: other versions join the corners of polygons in another way",
)


def owners_masks(rings: Sequence[np.ndarray], height: int, width: int) -> np.ndarray:
    drawn = np.zeros((len(rings), height, width), np.uint8)
    for canvas, ring in zip(drawn, rings, strict=True):
        image = Image.new("1", (width, height))
        ImageDraw.Draw(image).polygon([tuple(point) for point in ring.tolist()], fill=1, outline=1)
        canvas[:] = image
    return drawn


@needs_owner
@pytest.mark.parametrize("canvas", range(len(CANVASES)))
def test_ten_thousand_random_rings_equal_pillow(canvas: int) -> None:
    height, width = CANVASES[canvas]
    rings = random_rings(canvas, height, width)

    got = masks(one_ring_each(rings), height, width, "pil")

    assert_same(got, owners_masks(rings, height, width), rings)


@needs_owner
def test_nasty_rings_equal_pillow() -> None:
    rings = [np.array(ring, np.float64) for ring in NASTY_RINGS.values()]

    got = masks(one_ring_each(rings), 40, 60, "pil")

    assert_same(got, owners_masks(rings, 40, 60), rings)


@needs_owner
def test_rings_of_many_points_equal_pillow() -> None:
    rng = np.random.default_rng(3)
    rings = [rng.uniform(-20, 140, (int(n), 2)) for n in rng.integers(200, 1500, 3 if JIT_IS_OFF else 30)]
    rings += [star(seed, 60, 55, 50, n=400) for seed in range(2 if JIT_IS_OFF else 30)]

    got = masks(one_ring_each(rings), 110, 130, "pil")

    assert_same(got, owners_masks(rings, 110, 130), rings)


@needs_owner
def test_far_rings_equal_pillow() -> None:
    rng = np.random.default_rng(4)
    reaches = (1e3, 1e5, 1e7, 2.0**24, 5e8)
    rings = [rng.uniform(-reach, reach, (4, 2)) for reach in reaches for _ in range(40)]

    got = masks(one_ring_each(rings), 90, 70, "pil")

    assert_same(got, owners_masks(rings, 90, 70), rings)


coordinate = st.one_of(
    st.integers(-12, 30).map(float),
    st.integers(-24, 60).map(lambda n: n / 2),
    st.floats(-15, 35),
)
ring = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=9)


@settings(max_examples=300, deadline=None)
@given(ring=ring, height=st.integers(1, 24), width=st.integers(1, 24))
def test_any_ring_equals_its_rows_painted_one_by_one(
    ring: list[tuple[float, float]], height: int, width: int
) -> None:
    got = mask([ring], height, width, "pil")

    np.testing.assert_array_equal(got, ring_mask(ring, height, width))


@pytest.mark.parametrize("name", NASTY_RINGS)
def test_a_nasty_ring_equals_its_rows_painted_one_by_one(name: str) -> None:
    got = mask([NASTY_RINGS[name]], 40, 60, "pil")

    np.testing.assert_array_equal(got, ring_mask(NASTY_RINGS[name], 40, 60))


# Drawn by Pillow 13.0.0.
GOLDEN: dict[str, tuple[list[tuple[float, float]], str]] = {
    "triangle": (
        [(1, 1), (7, 2), (3, 7)],
        "......... .#....... .#######. ..#####.. ..####... ..####... ...##.... ...#.....",
    ),
    "halves": (
        [(1.5, 0.5), (7.5, 3.5), (2.5, 6.5)],
        ".#....... .###..... .#####... ..######. ..####... ..###.... ..#...... .........",
    ),
    "sliver": (
        [(0, 3), (8, 4), (8, 4.4)],
        "......... ......... ......... ########. .######## ......... ......... .........",
    ),
    "bow tie": (
        [(1, 1), (7, 6), (7, 1), (1, 6)],
        "......... .#.....#. .##...##. .###.###. .###.###. .##...##. .#.....#. .........",
    ),
    "flat corner": (
        [(0, 4), (8, 3), (8, 5)],
        "......... ......... ......... ........# ######### ........# ......... .........",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_stored_picture(name: str) -> None:
    points, expected = GOLDEN[name]

    assert picture(mask([points], 8, 9, "pil")) == expected.split()


def test_a_box_is_painted_up_to_and_with_its_corners() -> None:
    assert mask([rectangle(2, 1, 7, 5)], 8, 9, "pil").sum() == 6 * 5


def test_a_single_point_paints_nothing() -> None:
    assert not mask([[(3, 3)]], 8, 9, "pil").any()


@needs_owner
def test_a_shape_is_drawn_as_people_draw_it_with_pillow() -> None:
    outer, hole, other = star(1, 30, 25, 24), star(2, 30, 25, 9), star(3, 66, 25, 11)
    image = Image.new("1", (80, 50))
    draw = ImageDraw.Draw(image)
    for ring, value in ((outer, 1), (hole, 0), (other, 1)):
        draw.polygon([tuple(point) for point in ring.tolist()], fill=value, outline=value)

    got = mask([outer, other, hole], 50, 80, "pil")

    np.testing.assert_array_equal(got, np.asarray(image))

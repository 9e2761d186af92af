"""Rule `coco` is what pycocotools makes of a ring, pixel for pixel."""

from __future__ import annotations

import platform
import warnings
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.kernels._jit import JIT_IS_OFF
from tests.naive.coco import ring_mask
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


def peer_is_the_owner() -> bool:
    """Whether pycocotools is the version, on the kind of machine, that the rule is defined by."""
    try:
        return version("pycocotools") == "2.0.11" and platform.machine() in ("x86_64", "AMD64")
    except PackageNotFoundError:
        return False


needs_owner = pytest.mark.skipif(not peer_is_the_owner(), reason="needs pycocotools 2.0.11 on x86-64")


def owners_masks(rings: Sequence[np.ndarray], height: int, width: int) -> Any:
    return decoded(encoded(rings, height, width))


def encoded(rings: Sequence[np.ndarray], height: int, width: int) -> Any:
    from pycocotools import _mask

    # not `frPyObjects`, which takes two points for a box
    return _mask.frPoly([ring.ravel().tolist() for ring in rings], height, width)


def decoded(rles: Any) -> Any:
    from pycocotools import _mask

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it sets an array's shape, which numpy 2.5 minds
        return _mask.decode(rles).transpose(2, 0, 1)


@needs_owner
@pytest.mark.parametrize("canvas", range(len(CANVASES)))
def test_ten_thousand_random_rings_equal_pycocotools(canvas: int) -> None:
    height, width = CANVASES[canvas]
    rings = random_rings(canvas, height, width)

    got = masks(one_ring_each(rings), height, width, "coco")

    assert_same(got, owners_masks(rings, height, width), rings)


@needs_owner
def test_nasty_rings_equal_pycocotools() -> None:
    rings = [np.array(ring, np.float64) for ring in NASTY_RINGS.values()]

    got = masks(one_ring_each(rings), 40, 60, "coco")

    assert_same(got, owners_masks(rings, 40, 60), rings)


@needs_owner
def test_rings_of_many_points_equal_pycocotools() -> None:
    rng = np.random.default_rng(3)
    rings = [rng.uniform(-20, 140, (int(n), 2)) for n in rng.integers(200, 1500, 3 if JIT_IS_OFF else 30)]
    rings += [star(seed, 60, 55, 50, n=400) for seed in range(2 if JIT_IS_OFF else 30)]

    got = masks(one_ring_each(rings), 110, 130, "coco")

    assert_same(got, owners_masks(rings, 110, 130), rings)


@needs_owner
def test_far_rings_equal_pycocotools() -> None:
    rng = np.random.default_rng(4)
    rings = [rng.uniform(-reach, reach, (4, 2)) for reach in (1e3, 1e4, 1e5) for _ in range(10)]

    got = masks(one_ring_each(rings), 90, 70, "coco")

    assert_same(got, owners_masks(rings, 90, 70), rings)


@needs_owner
def test_flat_rings_on_a_wide_canvas_equal_pycocotools() -> None:
    rings = [star(seed, 1500, 4, 1600, n=9) for seed in range(20)]

    got = masks(one_ring_each(rings), 9, 3000, "coco")

    assert_same(got, owners_masks(rings, 9, 3000), rings)


coordinate = st.one_of(
    st.integers(-12, 30).map(float),
    st.integers(-24, 60).map(lambda n: n / 2),
    st.integers(-120, 300).map(lambda n: n / 10),
    st.floats(-15, 35),
)
ring = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=9)


@settings(max_examples=300, deadline=None)
@given(ring=ring, height=st.integers(1, 24), width=st.integers(1, 24))
def test_any_ring_equals_its_boundary_walked_step_by_step(
    ring: list[tuple[float, float]], height: int, width: int
) -> None:
    got = mask([ring], height, width, "coco")

    np.testing.assert_array_equal(got, ring_mask(ring, height, width))


@pytest.mark.parametrize("name", NASTY_RINGS)
def test_a_nasty_ring_equals_its_boundary_walked_step_by_step(name: str) -> None:
    got = mask([NASTY_RINGS[name]], 40, 60, "coco")

    np.testing.assert_array_equal(got, ring_mask(NASTY_RINGS[name], 40, 60))


# Decoded by pycocotools 2.0.11.
GOLDEN: dict[str, tuple[list[tuple[float, float]], str]] = {
    "triangle": (
        [(1, 1), (7, 2), (3, 7)],
        "......... .###..... ..#####.. ..####... ..###.... ...#..... ......... .........",
    ),
    "halves": (
        [(1.5, 0.5), (7.5, 3.5), (2.5, 6.5)],
        "......... ..#...... ..###.... ..#####.. ..####... ..##..... ......... .........",
    ),
    "sliver": (
        [(0, 3), (8, 4), (8, 4.4)],
        "......... ......... ......... ...#..... ......... ......... ......... .........",
    ),
    "bow tie": (
        [(1, 1), (7, 6), (7, 1), (1, 6)],
        "......... .#....#.. .##..##.. .######.. .##..##.. .#....#.. ......... .........",
    ),
    "flat corner": (
        [(0, 4), (8, 3), (8, 5)],
        "......... ......... ......... ....####. ....####. ......... ......... .........",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_stored_picture(name: str) -> None:
    points, expected = GOLDEN[name]

    assert picture(mask([points], 8, 9, "coco")) == expected.split()


def test_a_box_on_pixel_corners_is_its_pixels() -> None:
    assert mask([rectangle(2, 1, 7, 5)], 8, 9, "coco").sum() == 5 * 4


@needs_owner
def test_parts_are_united_as_pycocotools_merges_them() -> None:
    from pycocotools import _mask

    for seed in range(40):
        rng = np.random.default_rng(seed)
        # side by side, and so that rounding makes some paint the same pixel
        rings = [
            np.array(rectangle(x, y, x + 7, y + 7)) @ _turned(9 * seed)
            + (30, 10)
            + rng.uniform(0, 0.02, (4, 2))
            for x in (0, 7, 14)
            for y in (0, 7)
        ]
        merged = _mask.merge(encoded(rings, 48, 64))

        got = mask(rings, 48, 64, "coco")

        np.testing.assert_array_equal(got, decoded([merged])[0])


def _turned(degrees: float) -> np.ndarray:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, sin], [-sin, cos]])

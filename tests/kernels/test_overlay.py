"""Hard overlays against the slow twin: word borders, partial overlap, every dtype, copying on the way."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.draw import DrawList, DrawListBuilder
from annogeo.errors import InputError
from annogeo.rendering.blending import blend
from annogeo.rendering.rules import scan
from tests.kernels.shapes import FINE, HEIGHT, WIDTH, points
from tests.kernels.test_paint import OPACITIES, mixed
from tests.naive import raster as naive

WIDTHS = (1, 2, 63, 64, 65, 127, 128, 200)  # a word holds 64 pixels


def picture(rng: Any, height: int, width: int, channels: int, dtype: Any) -> Any:
    """A noisy picture; the right half of a fourth channel is opaque, the rest is anything."""
    image = rng.integers(0, np.iinfo(dtype).max, (height, width, channels), dtype, endpoint=True)
    if channels == 4:
        image[:, width // 2 :, 3] = np.iinfo(dtype).max
    return image


def expected(image: Any, drawlist: DrawList, colors: Any, alpha: Any, rule: str = "center") -> Any:
    """What the twin makes of it."""
    steps = [Fraction(int(a * 2**24 + 0.5), 2**24) for a in np.broadcast_to(alpha, len(drawlist)).tolist()]
    return naive.blend(image, scan(drawlist, *image.shape[:2], rule), colors, steps)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_overlay_equals_rational_arithmetic(dtype: Any, channels: int, width: int) -> None:
    rng = np.random.default_rng(width)
    drawlist = mixed(width, 12, 12, width)
    image = picture(rng, 12, width, channels, dtype)
    colors = rng.integers(0, np.iinfo(dtype).max, (12, 3), dtype, endpoint=True)
    alpha = rng.choice(OPACITIES, 12)
    blended = np.empty_like(image)
    frozen = image.copy()
    frozen.flags.writeable = False

    blend(blended, drawlist, colors, alpha, antialias=False, source=frozen)

    assert np.array_equal(blended, expected(image, drawlist, colors, alpha))
    blend(image, drawlist, colors, alpha, antialias=False)
    assert np.array_equal(blended, image)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(points(FINE, 3, 5), min_size=1, max_size=4),
    st.sampled_from([0.25, 0.3, 1.0]),
    st.integers(1, 140),
)
def test_overlapping_fills_and_strokes_are_blended_once(rings: list[Any], alpha: float, width: int) -> None:
    builder = DrawListBuilder()
    for ring in rings:
        stretched = ring * (width / WIDTH, 1.0)
        builder.begin_item()
        builder.fill([stretched])
        builder.begin_item()
        builder.loop(stretched, 2.0)
    drawlist = builder.build()
    rng = np.random.default_rng(width)
    colors = rng.integers(0, 255, (len(drawlist), 3))
    image = picture(rng, HEIGHT, width, 3, np.uint8)
    blended = image.copy()

    blend(blended, drawlist, colors, alpha, antialias=False)

    assert np.array_equal(blended, expected(image, drawlist, colors, alpha))


def test_more_runs_than_there_was_room_for() -> None:
    width = 640
    comb = [[(x + 0.0, 0.0), (x + 1.0, 0.0), (x + 1.0, 40.0), (x + 0.0, 40.0)] for x in range(0, width, 2)]
    builder = DrawListBuilder()
    builder.begin_item()
    builder.fill([np.array(tooth) for tooth in comb])
    image = np.zeros((40, width, 3), np.uint8)

    blend(image, builder.build(), [[10, 20, 30]], 1.0, antialias=False)

    assert (image[:, ::2] == [10, 20, 30]).all()
    assert not image[:, 1::2].any()


@pytest.mark.parametrize("rule", ["opencv", "coco", "pil", "all_touched"])
def test_another_rules_pixels_are_blended(rule: str) -> None:
    drawlist = mixed(4, 10, HEIGHT, 100)
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 255, (10, 3))
    image = picture(rng, HEIGHT, 100, 3, np.uint8)
    blended = image.copy()

    blend(blended, drawlist, colors, 0.5, rule=rule)

    assert np.array_equal(blended, expected(image, drawlist, colors, 0.5, rule))


@pytest.mark.parametrize("drawlist", [DrawList.from_boxes([]), DrawList.from_boxes([[-9, -9, -3, -3]])])
def test_nothing_to_draw_leaves_the_picture(drawlist: DrawList) -> None:
    source = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    image = np.empty_like(source)

    blend(image, drawlist, np.zeros((len(drawlist), 3), int), 1.0, antialias=False, source=source)

    assert np.array_equal(image, source)


def test_a_source_that_shares_memory_is_copied_first() -> None:
    memory = np.arange(7 * 4 * 3, dtype=np.uint8).reshape(7, 4, 3)
    source = memory[:5].copy()

    blend(
        memory[2:], DrawList.from_boxes([[0, 0, 1, 1]]), [[9, 9, 9]], 1.0, antialias=False, source=memory[:5]
    )

    source[0, 0] = 9
    assert np.array_equal(memory[2:], source)


def test_a_source_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="source: expected"):
        blend(
            np.zeros((2, 2, 3), np.uint8),
            DrawList.from_boxes([]),
            [],
            1.0,
            source=np.zeros((2, 3, 3), np.uint8),
        )


@pytest.mark.parametrize(
    ("colors", "alpha", "message"),
    [
        ([[1, 2, 3]], 0.5, r"colors: expected whole numbers \(2, 3\), 0..255.*got shape \(1, 3\)"),
        ([[1, 2, 3]] * 3, 0.5, r"got shape \(3, 3\)"),
        ([[1, 2]] * 2, 0.5, r"got shape \(2, 2\)"),
        ([[1, 2, 3], [0.5, 0, 0]], 0.5, r"got \[0.5, 0.0, 0.0\]"),
        ([[1, 2, 3], [math.nan, 0, 0]], 0.5, r"got \[nan, 0.0, 0.0\]"),
        ([[1, 2, 3], [256, 0, 0]], 0.5, "got 0..256"),
        ([[1, 2, 3], [10**30, 0, 0]], 0.5, "got .*1000000"),
        (np.full((2, 3), 2**64 - 1, np.uint64), 0.5, "got -1..-1"),
        ([[1, 2, 3], [4, 5]], 0.5, "got .*4, 5"),
        ("red", 0.5, "got 'red'"),
        (None, 0.5, "got None"),
        (
            [[1, 2, 3]] * 2,
            [0.5, 0.5, 0.5],
            r"alpha: expected a number 0..1, or 2 of them.*got \[0.5, 0.5, 0.5\]",
        ),
        ([[1, 2, 3]] * 2, math.nan, "alpha: expected 0..1, got nan"),
        ([[1, 2, 3]] * 2, [0.5, 1.5], "alpha: expected 0..1, got 0.5..1.5"),
        ([[1, 2, 3]] * 2, "half", "alpha: .*got 'half'"),
    ],
)
@pytest.mark.parametrize("antialias", [False, True])
def test_colors_and_opacities_are_one_for_each_item(
    colors: Any, alpha: Any, message: str, antialias: bool
) -> None:
    image = np.zeros((3, 4, 3), np.uint8)
    boxes = DrawList.from_boxes([[0, 0, 2, 2], [1, 1, 4, 3]])
    with pytest.raises(InputError, match=message):
        blend(image, boxes, colors, alpha, antialias=antialias)
    assert not image.any()

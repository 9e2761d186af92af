"""Crop, pad, shift, flip, turn, resize, parts: by runs, against numpy on pixels."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from skimage.measure import label

from annogeo.errors import InputError
from annogeo.rle import Rle
from tests.naive import rle_parts as naive

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=12))
filled = st.one_of(
    masks, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9).map(lambda s: np.ones(s, bool))
)
steps = st.integers(-15, 15)
HUGE = 10**9


def placed(mask: np.ndarray, dx: int, dy: int, height: int, width: int) -> np.ndarray:
    """Move a mask onto another canvas, pixel by pixel."""
    moved = np.zeros((height, width), bool)
    for y, x in np.argwhere(mask):
        if 0 <= y + dy < height and 0 <= x + dx < width:
            moved[y + dy, x + dx] = True
    return moved


@given(filled, steps, steps, st.integers(0, 15), st.integers(0, 15))
@settings(max_examples=120, deadline=None)
def test_a_crop_has_the_pixels_of_its_box(
    mask: np.ndarray, left: int, top: int, width: int, height: int
) -> None:
    found = Rle.from_mask(mask).crop(left, top, left + width, top + height)

    assert found == Rle.from_mask(placed(mask, -left, -top, height, width))


@given(filled, steps, steps, st.integers(0, 15), st.integers(0, 15))
@settings(max_examples=80, deadline=None)
def test_padding_adds_background_and_takes_away_where_negative(
    mask: np.ndarray, left: int, top: int, right: int, bottom: int
) -> None:
    height, width = mask.shape[0] + top + bottom, mask.shape[1] + left + right
    if height < 0 or width < 0:
        with pytest.raises(InputError, match="would be"):
            Rle.from_mask(mask).pad(left, top, right, bottom)
        return

    found = Rle.from_mask(mask).pad(left, top, right, bottom)

    assert found == Rle.from_mask(placed(mask, left, top, height, width))


@given(filled, steps, steps)
@settings(max_examples=80, deadline=None)
def test_a_shift_stays_on_the_canvas(mask: np.ndarray, dx: int, dy: int) -> None:
    assert Rle.from_mask(mask).shift(dx, dy) == Rle.from_mask(placed(mask, dx, dy, *mask.shape))


@given(filled, st.integers(-5, 5))
@settings(max_examples=120, deadline=None)
def test_flips_and_quarter_turns_are_those_of_numpy(mask: np.ndarray, turns: int) -> None:
    rle = Rle.from_mask(mask)

    assert rle.flip() == rle.flip("horizontal") == Rle.from_mask(mask[:, ::-1])
    assert rle.flip(vertical=True) == rle.flip("vertical") == Rle.from_mask(mask[::-1])
    assert rle.flip(True, True) == rle.flip("both") == Rle.from_mask(mask[::-1, ::-1])
    assert rle.flip(False) == rle
    assert rle.rotate90(turns) == Rle.from_mask(np.rot90(mask, turns))


def sources(old: int, new: int) -> list[int]:
    """Return which column each new one shows."""
    found, place = [], old / new / 2 if new else 0.0
    for _ in range(new):
        found.append(int(place))
        place += old / new
    return found


@given(filled, st.integers(0, 25), st.integers(0, 25))
@settings(max_examples=150, deadline=None)
def test_a_resized_mask_shows_what_lies_under_each_centre(mask: np.ndarray, height: int, width: int) -> None:
    rows, columns = sources(mask.shape[0], height), sources(mask.shape[1], width)
    expected = mask[np.ix_(rows, columns)] if mask.size else np.zeros((height, width), bool)

    assert Rle.from_mask(mask).resize(height, width) == Rle.from_mask(expected)


def test_resized_masks_are_those_of_pillow_and_opencv() -> None:
    rng = np.random.default_rng(5)
    is_exact = int(cv2.__version__.split(".")[0]) >= 5
    for _ in range(300):
        (old_height, old_width), (height, width) = rng.integers(1, 220, (2, 2)).tolist()
        mask = rng.random((old_height, old_width)) > 0.5

        found = Rle.from_mask(mask).resize(height, width).to_mask()

        pillow = Image.fromarray(mask.view(np.uint8) * 255).resize((width, height), Image.Resampling.NEAREST)
        assert np.array_equal(found, np.asarray(pillow) > 0)
        if is_exact:
            exact = cv2.resize(mask.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
            assert np.array_equal(found, exact > 0)


def test_masks_are_resized_to_any_length() -> None:
    mask = np.random.default_rng(5).random((2, 301)) > 0.5
    rle = Rle.from_mask(mask)

    for width in (1 << 16, (1 << 16) + 1, 100_000):
        columns = (2 * np.arange(width) + 1) * 301 // (2 * width)
        found = rle.resize(2, width).to_mask()
        assert np.count_nonzero(found != mask[:, columns]) <= (2 if width == 1 << 16 else 0)
    assert rle.resize(2, 301 * 300_000).resize(2, 301) == rle


@given(filled, st.sampled_from([4, 8]))
@settings(max_examples=150, deadline=None)
def test_parts_are_what_a_flood_finds(mask: np.ndarray, connectivity: int) -> None:
    found = Rle.from_mask(mask).components(connectivity)

    assert found == [Rle.from_mask(part) for part in naive.components(mask, connectivity)]


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("density", [0.1, 0.4, 0.55, 0.65, 0.9])
def test_parts_of_noise_are_those_of_skimage_and_opencv(density: float, connectivity: int) -> None:
    mask = np.random.default_rng(6).random((61, 130)) < density

    found = Rle.from_mask(mask).components(connectivity)

    theirs = label(mask, connectivity=connectivity // 4)
    assert (
        len(found)
        == theirs.max()
        == cv2.connectedComponents(mask.view(np.uint8), connectivity=connectivity)[0] - 1
    )
    assert all(np.array_equal(part.to_mask(), theirs == k + 1) for k, part in enumerate(found))


@given(filled)
@settings(max_examples=80, deadline=None)
def test_the_centroid_is_the_mean_of_the_pixels_centres(mask: np.ndarray) -> None:
    found = Rle.from_mask(mask).centroid

    assert found.dtype == np.float64
    if not mask.any():
        assert np.isnan(found).all()
        return
    y, x = np.nonzero(mask)
    assert found == pytest.approx([x.mean() + 0.5, y.mean() + 0.5], rel=1e-12)


def test_huge_masks_are_moved_by_their_runs() -> None:
    everything = ~Rle((HUGE, HUGE), [])
    block = Rle.from_rows([[5, 7, 9], [6, 7, 8]], (HUGE, HUGE))

    assert everything.centroid.tolist() == [HUGE / 2, HUGE / 2]
    assert everything.flip("both") == everything.flip() == everything.flip("vertical") == everything
    assert everything.crop(10, 20, 14, 23) == Rle.from_mask(np.ones((3, 4)))
    assert everything.shift(0, 5).area == HUGE * (HUGE - 5)
    assert everything.resize(3, 2) == Rle.from_mask(np.ones((3, 2)))
    assert everything.components() == [everything]
    assert block.flip().rows().tolist() == [[5, HUGE - 9, HUGE - 7], [6, HUGE - 8, HUGE - 7]]
    assert block.rotate90(2).bounds.tolist() == [HUGE - 9, HUGE - 7, HUGE - 7, HUGE - 5]
    assert block.rotate90().rotate90(-1) == block
    assert everything.rotate90() == everything
    assert block.resize(2**31 - 1, 2**31 - 1).area > 0
    assert block.crop(-5, -5, HUGE, HUGE).crop(5, 5, HUGE + 5, HUGE + 5) == block
    assert [part.area for part in (block | block.shift(9, 9)).components(8)] == [3, 3]
    for make in (
        lambda: everything.pad(left=1),
        lambda: everything.shift(1, 0),
    ):
        with pytest.raises(InputError, match="over the limit"):
            make()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.crop(1, 0, 0, 1), "left <= right"),
        (lambda r: r.crop(0.5, 0, 1, 1), "left"),
        (lambda r: r.crop(0, float("nan"), 1, 1), "top"),
        (lambda r: r.crop(0, 0, True, 1), "right"),
        (lambda r: r.crop(-(2**31) + 1, 0, 2**31 - 1, 1), "would be"),
        (lambda r: r.pad(right=10**300), "right"),
        (lambda r: r.pad(bottom=-3), "would be"),
        (lambda r: r.pad(left="1"), "left"),
        (lambda r: r.shift(None, 0), "dx"),
        (lambda r: r.shift(0, 1e300), "dy"),
        (lambda r: r.flip("left"), "horizontal, vertical, both"),
        (lambda r: r.flip("both", True), "horizontal"),
        (lambda r: r.flip(1), "True, False"),
        (lambda r: r.rotate90(0.5), "turns"),
        (lambda r: r.resize(-1, 2), "height and width"),
        (lambda r: r.resize(2.0, 2), "height and width"),
        (lambda r: r.resize(2**31, 2), "height and width"),
        (lambda r: r.components(6), "connectivity"),
        (lambda r: r.components("4"), "connectivity"),
        (lambda r: r.components(np.zeros(3)), "connectivity"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(call: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call(Rle.from_mask([[1, 0], [1, 1]]))

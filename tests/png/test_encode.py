"""Arrays to PNG files, read back by Pillow and OpenCV to the same values."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from annogeo.errors import InputError
from annogeo.png import compress_rows, encode_png, indexed, wrap_grey, wrap_indexed
from annogeo.png.chunks import read_header, read_stream
from annogeo.png.deflate import inflate

sides = hnp.array_shapes(min_dims=2, max_dims=2, max_side=20)


def by_pillow(png: bytes, mode: str | None = None) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    return np.asarray(image.convert(mode) if mode else image)


def by_opencv(png: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded.ndim == 3:
        decoded = decoded[..., [2, 1, 0, 3][: decoded.shape[2]]]
    return decoded


@given(
    st.sampled_from([np.uint8, np.uint16]).flatmap(
        lambda dtype: st.tuples(sides, st.sampled_from([(), (1,), (3,), (4,)])).flatmap(
            lambda shape: hnp.arrays(dtype, shape[0] + shape[1])
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_pixels_come_back(pixels: np.ndarray) -> None:
    png = encode_png(pixels)

    flat = pixels[..., 0] if pixels.shape[2:] == (1,) else pixels
    assert np.array_equal(by_opencv(png), flat)
    if pixels.dtype == np.uint8 or flat.ndim == 2:
        assert np.array_equal(by_pillow(png), flat)


@given(hnp.arrays(bool, sides))
@settings(max_examples=50, deadline=None)
def test_booleans_become_one_bit(pixels: np.ndarray) -> None:
    png = encode_png(pixels)

    assert read_header(png).depth == 1
    assert np.array_equal(by_pillow(png), pixels)
    assert np.array_equal(by_opencv(png) > 0, pixels)


def test_grey_with_alpha_comes_back() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 2), np.uint8)

    assert np.array_equal(by_pillow(encode_png(pixels)), pixels)


@pytest.mark.parametrize("name", ["gradient across", "gradient down", "smooth", "noise", "flat"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_each_filter_is_exact(name: str, dtype: Any) -> None:
    rows, columns = np.mgrid[:90, :70]
    rng = np.random.default_rng(1)
    grey = {
        "gradient across": 3 * columns,
        "gradient down": 3 * rows,
        "smooth": 2 * rows + columns + rng.integers(0, 3, rows.shape),
        "noise": rng.integers(0, 256, rows.shape),
        "flat": (rows // 30) * 40,
    }[name]
    pixels = np.stack([grey, grey[::-1], 255 - grey], axis=2).astype(dtype)

    assert np.array_equal(by_opencv(encode_png(pixels)), pixels)


def test_photographs_take_other_filters_than_id_maps() -> None:
    rows, columns = np.mgrid[:200, :300]
    grain = np.random.default_rng(7).integers(0, 3, rows.shape)
    photo = ((2 * rows + columns + grain) % 256).astype(np.uint8)
    ids = ((rows // 50) * 7).astype(np.uint8)

    def first_filter(pixels: np.ndarray) -> int:
        return inflate(read_stream(encode_png(pixels)), 1)[0]

    assert first_filter(ids) == 2
    assert first_filter(photo) != 2


@pytest.mark.parametrize("channels", [3, 4])
def test_indices_and_palette_make_the_picture(channels: int) -> None:
    rng = np.random.default_rng(2)
    palette = rng.integers(0, 256, (200, channels), np.uint8)
    indices = rng.integers(0, 200, (30, 40), np.uint8)

    png = encode_png(indices, palette)

    assert np.array_equal(by_pillow(png), indices)
    assert np.array_equal(by_pillow(png, "RGBA")[..., :channels], palette[indices])
    assert np.array_equal(by_opencv(png)[..., :channels], palette[indices])


def test_an_opaque_palette_has_no_transparency_chunk() -> None:
    png = encode_png(np.array([[0, 1]], np.uint8), [[1, 2, 3, 255], [4, 5, 6, 255]])

    assert b"tRNS" not in png


def test_one_compressed_stream_serves_two_files() -> None:
    rng = np.random.default_rng(3)
    canvas = rng.integers(0, 9, (50, 60), np.uint8)
    palette = rng.integers(0, 256, (9, 4), np.uint8)

    stream = compress_rows(canvas)

    assert np.array_equal(by_pillow(wrap_grey(stream, 50, 60)), canvas)
    assert np.array_equal(by_pillow(wrap_indexed(stream, 50, 60, palette), "RGBA"), palette[canvas])


def test_wide_canvases_wrap_in_their_own_depth() -> None:
    canvas = np.array([[0, 300], [65535, 1]], np.uint16)

    png = wrap_grey(compress_rows(canvas), 2, 2, depth=16)

    assert np.array_equal(by_pillow(png), canvas)
    assert np.array_equal(by_opencv(png), canvas)


def test_memory_order_does_not_matter() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (20, 30, 4), np.uint8)

    assert encode_png(np.asfortranarray(pixels)) == encode_png(pixels)
    assert np.array_equal(by_pillow(encode_png(pixels[::-2, ::3])), pixels[::-2, ::3])


def test_a_level_packs_tighter() -> None:
    pixels = np.repeat(np.random.default_rng(5).integers(0, 4, (100, 30), np.uint8), 5, axis=1)

    assert len(encode_png(pixels, level=9)) < len(encode_png(pixels))
    assert np.array_equal(by_pillow(encode_png(pixels, level=9)), pixels)


@given(st.integers(1, 300), sides)
@settings(max_examples=60, deadline=None)
def test_pictures_of_few_colors_split_into_indices_and_palette(count: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(count)
    colors = np.unique(rng.integers(0, 256, (count, 4), np.uint8), axis=0)
    picture = colors[rng.integers(0, len(colors), shape)]

    found = indexed(picture)

    if len(np.unique(picture.reshape(-1, 4), axis=0)) > 256:
        assert found is None
    else:
        assert found is not None
        indices, palette = found
        assert np.array_equal(palette[indices], picture)
        assert palette[:, 3].tolist() == sorted(palette[:, 3].tolist())


def test_pictures_of_many_colors_do_not_split() -> None:
    many = np.random.default_rng(6).integers(0, 256, (300, 300, 4), np.uint8)
    late = np.zeros((300, 300, 4), np.uint8)
    late[-1, -300:, 0] = np.arange(300) % 256
    late[-1, -300:, 1] = np.arange(300) // 256

    assert indexed(many) is None
    assert indexed(late) is None


def test_a_picture_without_pixels_has_an_empty_palette() -> None:
    indices, palette = indexed(np.zeros((0, 3, 4), np.uint8))  # type: ignore[misc]

    assert (indices.shape, palette.shape) == ((0, 3), (0, 4))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((2, 2), np.int32),
        np.zeros((2, 2), float),
        np.zeros((2, 2, 5), np.uint8),
        np.zeros((2, 2, 3), bool),
        np.zeros(4, np.uint8),
        np.zeros((0, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(InputError, match="pixels"):
        encode_png(pixels)


@pytest.mark.parametrize(
    ("palette", "message"),
    [
        (np.zeros((0, 3), np.uint8), "palette"),
        (np.zeros((257, 3), np.uint8), "palette"),
        (np.zeros((2, 2), np.uint8), "palette"),
        ([[0, 0, 256], [0, 0, 0]], "0 to 255"),
        ([[0.5, 0, 0], [0, 0, 0]], "palette"),
        ([[0, 0, 0]], "colour for index 1"),
    ],
)
def test_what_is_no_palette_is_refused(palette: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        encode_png(np.array([[0, 1]], np.uint8), palette)


def test_only_bytes_have_a_palette() -> None:
    with pytest.raises(InputError, match="indices"):
        encode_png(np.zeros((2, 2), np.uint16), [[0, 0, 0]])


def test_only_flat_canvases_are_compressed_alone() -> None:
    with pytest.raises(InputError, match="canvas"):
        compress_rows(np.zeros((2, 2, 3), np.uint8))

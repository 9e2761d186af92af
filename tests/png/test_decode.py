"""Mask PNGs of every kind become runs; damaged and hostile ones become InputErrors."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from annogeo.errors import InputError
from annogeo.png import decode_mask, encode_mask, encode_mask_uri
from annogeo.png.chunks import RGBA, Header, write_png
from annogeo.png.uri import PngMask, png_of_uri
from annogeo.rle import Rle
from tests.naive.png import rgba_png

shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=16)
# Values around the threshold, and repeated ones, as masks have them.
rgba_pictures = shapes.flatmap(
    lambda shape: hnp.arrays(
        np.uint8, (*shape, 4), elements=st.sampled_from([0, 1, 127, 128, 254, 255]), fill=st.just(0)
    )
)


def saved(pixels: np.ndarray, mode: str | None = None, **options: Any) -> bytes:
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(stream, "PNG", **options)
    return stream.getvalue()


def colored(mask: np.ndarray, color: tuple[int, int, int, int] = (255, 165, 0, 255)) -> np.ndarray:
    pixels = np.zeros((*mask.shape, 4), np.uint8)
    pixels[mask] = color
    return pixels


@given(rgba_pictures, st.data())
@settings(max_examples=150, deadline=None)
def test_every_filter_is_undone(pixels: np.ndarray, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.integers(0, 4), min_size=len(pixels), max_size=len(pixels)))
    inside = pixels[..., 3] > 127

    mask, color = decode_mask(rgba_png(pixels, kinds))

    assert mask == Rle.from_mask(inside)
    assert color == (tuple(pixels[inside][0, :3].tolist()) if inside.any() else None)


def test_wide_runs_are_passed_in_blocks_exactly() -> None:
    rng = np.random.default_rng(5)
    for width in (63, 64, 65, 300, 1000):
        pixels = np.zeros((12, width, 4), np.uint8)
        for y in range(12):
            x0, x1 = sorted(rng.integers(0, width + 1, 2))
            pixels[y, x0:x1] = (9, 8, 7, rng.choice([127, 128, 255]))

        mask, _ = decode_mask(rgba_png(pixels, rng.integers(0, 5, 12).tolist()))

        assert np.array_equal(mask.to_mask(), pixels[..., 3] > 127)


def test_a_noisy_mask_takes_more_runs_than_guessed() -> None:
    inside = np.random.default_rng(1).random((300, 200)) > 0.5

    assert decode_mask(saved(colored(inside)))[0] == Rle.from_mask(inside)


def by_opencv(pixels: np.ndarray) -> bytes:
    done, png = cv2.imencode(".png", pixels[..., [2, 1, 0, 3]])
    assert done
    return bytes(png)


@pytest.mark.parametrize("write", [saved, by_opencv])
@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 3000), (3000, 1), (2, 40_000), (40_000, 2), (479, 641), (1080, 1920)]
)
def test_masks_of_every_shape_are_read(write: Any, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    height, width = shape
    rows, columns = np.mgrid[:height, :width]
    inside = np.hypot(rows - height / 2, columns - width / 3) < (height + width) / 5 + rng.integers(
        0, 4, shape
    )

    mask, color = decode_mask(write(colored(inside)))

    assert mask == Rle.from_mask(inside)
    assert color == (255, 165, 0)


@pytest.mark.parametrize("write", [saved, by_opencv])
def test_pictures_larger_than_the_buffer_are_read(write: Any) -> None:
    pixels = np.random.default_rng(8).integers(0, 256, (500, 400, 4), np.uint8)
    pixels[:250, :, :3] //= 64
    pixels[100:300, 50:300, 3] = 255
    inside = pixels[..., 3] > 127

    mask, color = decode_mask(write(pixels))

    assert mask == Rle.from_mask(inside)
    assert color == tuple(pixels[inside][0, :3].tolist())


@pytest.mark.parametrize("kind", range(5))
def test_the_color_is_found_below_invisible_pixels(kind: int) -> None:
    pixels = np.zeros((9, 12, 4), np.uint8)
    pixels[:5, :, :3] = 77
    pixels[5, 3:, :3] = np.arange(27).reshape(9, 3) * 9
    pixels[5:, 7, 3] = 200

    assert decode_mask(rgba_png(pixels, [kind] * 9))[1] == tuple(pixels[5, 7, :3].tolist())


def test_a_wrong_checksum_of_the_pixels_is_refused_and_a_missing_one_is_not() -> None:
    stream = zlib.compress(bytes([2, 0, 0, 0, 200] + [0] * 5 + [1, 3, 3, 3, 255]))

    assert decode_mask(huge(1, 3, stream[:-4]))[0].shape == (3, 1)
    with pytest.raises(InputError, match="checksum"):
        decode_mask(huge(1, 3, stream[:-1] + bytes([stream[-1] ^ 1])))


def test_alpha_127_is_outside_and_128_inside() -> None:
    pixels = np.array([[[1, 2, 3, 127], [4, 5, 6, 128]]], np.uint8)

    mask, color = decode_mask(saved(pixels))

    assert mask.to_mask().tolist() == [[False, True]]
    assert color == (4, 5, 6)


INSIDE = np.array([[0, 1, 1], [0, 0, 1]], bool)


def interlaced(pixels: np.ndarray) -> bytes:
    """A picture of at most 8 x 8 px whose rows all fall into the seven passes of Adam7."""
    passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]
    rows = b""
    for x0, y0, dx, dy in passes:
        part = pixels[y0::dy, x0::dx]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    header = Header(pixels.shape[0], pixels.shape[1], 8, RGBA, True)
    return write_png(header, (), zlib.compress(rows))


@pytest.mark.parametrize(
    ("png", "color"),
    [
        (saved(INSIDE), None),
        (saved(INSIDE.astype(np.uint8) * 255), None),
        (saved(INSIDE.astype(np.uint8)), None),
        (saved(INSIDE.astype(np.uint16) * 300), None),
        (saved(colored(INSIDE), "LA"), None),
        (saved(INSIDE.astype(np.uint8) * 255, transparency=0), None),
        (saved(colored(INSIDE), "RGB"), (255, 165, 0)),
        (saved(colored(INSIDE), "RGB", transparency=(0, 0, 0)), (255, 165, 0)),
        (saved(colored(INSIDE, (255, 0, 0, 255))[..., :3].copy(), "P"), (255, 0, 0)),
        (interlaced(colored(INSIDE)), (255, 165, 0)),
        (saved(colored(INSIDE)), (255, 165, 0)),
    ],
    ids="1-bit grey8 grey8-of-ids grey16 LA grey-tRNS RGB RGB-tRNS palette interlaced RGBA".split(),
)
def test_every_kind_of_png_is_read(png: bytes, color: Any) -> None:
    mask, found = decode_mask(png)

    assert mask == Rle.from_mask(INSIDE)
    assert found == color


def test_a_palette_with_transparency_is_read() -> None:
    image = Image.fromarray(INSIDE.astype(np.uint8)).convert("P")
    image.putpalette([0, 0, 0, 0, 0, 0])  # both black: only alpha tells them apart
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=bytes([0, 255]))

    assert decode_mask(stream.getvalue())[0] == Rle.from_mask(INSIDE)


def sixteen_bits(pixels: np.ndarray) -> bytes:
    samples = pixels.astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    return write_png(Header(*pixels.shape[:2], 16, RGBA, False), (), zlib.compress(rows))


def test_sixteen_bit_rgba_is_read() -> None:
    assert decode_mask(sixteen_bits(colored(INSIDE))) == (Rle.from_mask(INSIDE), (255, 165, 0))


def huge(width: int, height: int, stream: bytes) -> bytes:
    return write_png(Header(height, width, 8, RGBA, False), (), stream)


GOOD = encode_mask(Rle.from_mask(INSIDE), (255, 0, 0))


def damaged(place: int, change: int = 1) -> bytes:
    return GOOD[:place] + bytes([GOOD[place] ^ change]) + GOOD[place + 1 :]


@pytest.mark.parametrize(
    ("png", "message"),
    [
        (b"", "expected a PNG"),
        (b"GIF89a" + bytes(60), "expected a PNG"),
        (GOOD[:40], "no IDAT"),
        (GOOD[:-20], "cut off"),
        (damaged(18), "checksum"),
        (damaged(45), "checksum"),
        (huge(3, 2, b""), "can not hold"),
        (huge(3, 2, b"nonsense"), "damaged"),
        (huge(3, 2, zlib.compress(bytes(25))), "has 25"),
        (huge(3, 2, zlib.compress(bytes(26))[:-8]), "PNG"),
        (huge(0, 2, b""), "pixels"),
        (huge(2**31 - 1, 2**31 - 1, zlib.compress(b"")), "pixels"),
        (huge(2**14, 2**14, zlib.compress(b"")), "can not hold"),
        (huge(3, 2, zlib.compress(bytes([9] + [0] * 25))), "filter"),
        (write_png(Header(2, 3, 8, 0, False), (), b"nonsense"), "damaged"),
        (write_png(Header(2, 3, 5, 1, False), (), b"nonsense"), "damaged"),
    ],
)
def test_what_is_damaged_or_too_large_is_refused(png: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode_mask(png)


def test_a_file_without_pixels_is_refused() -> None:
    no_pixels = GOOD[:33] + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))

    with pytest.raises(InputError, match="no IDAT"):
        decode_mask(no_pixels)


def test_a_bomb_is_not_unpacked_beyond_what_its_header_promises() -> None:
    packed = zlib.compress(bytes(100_000_000), 9)

    mask, _ = decode_mask(huge(10, 10, packed))

    assert mask.area == 0


def test_no_damage_raises_anything_but_an_input_error() -> None:
    rng = np.random.default_rng(2)
    for _ in range(400):
        broken = bytearray(GOOD)
        for place in rng.integers(8, len(GOOD), 3):
            broken[place] = rng.integers(0, 256)
        for name in (b"IHDR", b"IDAT"):  # repair the checksums, so that deeper layers see the damage
            start = GOOD.index(name)
            end = start + 4 + int.from_bytes(GOOD[start - 4 : start], "big")
            broken[start - 4 : start + 4] = GOOD[start - 4 : start + 4]
            broken[end : end + 4] = zlib.crc32(broken[start:end]).to_bytes(4, "big")
        with contextlib.suppress(InputError):
            decode_mask(bytes(broken), max_pixels=10_000)


def test_a_stream_in_many_chunks_is_joined() -> None:
    stream = zlib.compress(bytes([2] + [0] * 12) * 2)
    chunks = [(b"IDAT", stream[:5])]

    assert decode_mask(write_png(Header(2, 3, 8, RGBA, False), chunks, stream[5:]))[0].shape == (2, 3)


@given(
    hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=20)),
    st.tuples(*[st.integers(0, 255)] * 3),
)
@settings(max_examples=100, deadline=None)
def test_written_masks_are_the_platforms_pictures(inside: np.ndarray, color: tuple[int, int, int]) -> None:
    png = encode_mask(Rle.from_mask(inside), color)

    picture = Image.open(io.BytesIO(png))
    assert picture.mode == "RGBA"
    assert np.array_equal(np.asarray(picture), colored(inside, (*color, 255)))
    assert decode_mask(png) == (Rle.from_mask(inside), color if inside.any() else None)


@pytest.mark.parametrize("shape", [(0, 3), (10**9, 10**9)])
def test_a_mask_without_pixels_or_with_too_many_has_no_picture(shape: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="1 to"):
        encode_mask(Rle(shape, np.array([])), (1, 2, 3))


URI = encode_mask_uri(Rle.from_mask(INSIDE), (255, 0, 0))


@pytest.mark.parametrize(
    "uri",
    [URI, URI.rstrip("="), URI.replace("data:image/png", "DATA:image/PNG"), URI[:60] + "\r\n" + URI[60:]],
)
def test_data_uris_are_read_leniently(uri: str) -> None:
    assert PngMask(uri).rle == Rle.from_mask(INSIDE)


@pytest.mark.parametrize(
    "uri", ["", "data:image/jpeg;base64,AAAA", "data:image/png,AAAA", URI[22:], "data:image/png;base64"]
)
def test_what_is_no_png_uri_is_refused_at_once(uri: str) -> None:
    with pytest.raises(InputError, match="expected a mask as"):
        PngMask(uri)


@pytest.mark.parametrize("uri", [URI[:22] + "A", URI[:23] + "日本", URI[:22], URI[:60]])
def test_a_damaged_uri_raises_the_same_error_each_time(uri: str) -> None:
    mask = PngMask(uri)

    messages = []
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            _ = mask.rle
        messages.append(str(caught.value))

    assert messages[0] == messages[1]


def test_a_uri_gives_back_its_file() -> None:
    assert png_of_uri(URI) == encode_mask(Rle.from_mask(INSIDE), (255, 0, 0))

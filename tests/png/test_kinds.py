"""Mask PNGs of every colour type, depth and order of rows are read as specified; damaged ones are refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from annogeo.errors import InputError
from annogeo.png import decode_mask
from annogeo.png.chunks import GREY, GREY_ALPHA, INDEXED, RGB, RGBA, Header, write_png
from annogeo.rle import Rle
from tests.naive.png import passes, png_of_samples

CHANNELS = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGBA: 4}
KINDS = [
    *((GREY, depth) for depth in (1, 2, 4, 8, 16)),
    *((INDEXED, depth) for depth in (1, 2, 4, 8)),
    *((color, depth) for color in (RGB, GREY_ALPHA, RGBA) for depth in (8, 16)),
]


def one_row(pixels: Sequence[Any], depth: int, color: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of one row of pixels: numbers, or as many as there are channels."""
    samples = np.array(pixels).reshape(1, len(pixels), -1)
    return png_of_samples(samples, depth, color, chunks=chunks)


def inside(png: bytes) -> list[int]:
    return decode_mask(png)[0].to_mask().astype(int).ravel().tolist()  # type: ignore[no-any-return]


def transparent(*samples: int) -> tuple[bytes, bytes]:
    return b"tRNS", struct.pack(f">{len(samples)}H", *samples)


def expected(
    samples: np.ndarray, depth: int, color: int, key: np.ndarray | None, palette: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Inside and colours, from the words of the specification; `key` of a palette: the alphas of its entries."""
    alike = samples >> max(0, depth - 8)
    if palette is not None:
        colors = palette[samples[..., 0]]
        return (colors.any(axis=-1) if key is None else key[samples[..., 0]] > 127), colors
    if color in (GREY_ALPHA, RGBA):
        return alike[..., -1] > 127, alike[..., :-1]
    return (samples != (0 if key is None else key)).any(axis=-1), alike


@given(st.sampled_from(KINDS), st.integers(1, 19), st.integers(1, 19), st.booleans(), st.data())
@settings(max_examples=300, deadline=None)
def test_every_kind_is_read_as_specified(
    kind: tuple[int, int], height: int, width: int, interlaced: bool, data: st.DataObject
) -> None:
    color, depth = kind
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    samples = rng.integers(0, 2**depth, (height, width, CHANNELS[color]))
    samples[rng.random((height, width)) < 0.6] = rng.choice([0, samples[0, 0, 0]])
    with_key = color not in (GREY_ALPHA, RGBA) and data.draw(st.booleans())
    key = palette = None
    chunks = []
    if color == INDEXED:
        palette = rng.integers(0, 256, (2**depth, 3)) * rng.integers(0, 2, (2**depth, 1))
        chunks.append((b"PLTE", palette.astype(np.uint8).tobytes()))
        if with_key:
            given_ones = rng.choice([0, 127, 128, 255], rng.integers(1, 2**depth + 1))
            key = np.append(given_ones, np.full(2**depth - given_ones.size, 255))
            chunks.append((b"tRNS", given_ones.astype(np.uint8).tobytes()))
    elif with_key:
        key = samples[rng.integers(height), rng.integers(width)]
        chunks.append(transparent(*key))
    png = png_of_samples(
        samples, depth, color, interlaced=interlaced, chunks=chunks, first_filter=data.draw(st.integers(0, 4))
    )

    mask, found = decode_mask(png)

    shown, colors = expected(samples, depth, color, key, palette)
    assert mask == Rle.from_mask(shown)
    has_color = color in (RGB, INDEXED, RGBA) and shown.any()
    assert found == (tuple(colors[shown][0].tolist()) if has_color else None)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("color", "depth"), [(GREY, 8), (RGB, 8), (RGBA, 16)])
def test_pictures_larger_than_a_part_are_read(color: int, depth: int, interlaced: bool) -> None:
    samples = np.zeros((1500, 900 // CHANNELS[color], CHANNELS[color]), int)
    samples[700:1400, 20:40] = 2**depth - 1
    header = Header(*samples.shape[:2], depth, color, interlaced)
    content = b""
    for part in passes(*samples.shape[:2], interlaced):
        rows = samples[part].astype(f">u{depth // 8}")
        packed = rows.reshape(len(rows), -1).view(np.uint8)
        packed[1:] -= packed[:-1].copy()
        content += b"".join(b"\2" + row.tobytes() for row in packed)

    mask, _ = decode_mask(write_png(header, (), zlib.compress(content)))

    assert mask == Rle.from_mask(samples.any(axis=2))


def test_the_transparent_colour_is_compared_at_the_files_own_depth() -> None:
    assert inside(one_row([0, 1, 2, 3], 2, GREY, transparent(2))) == [1, 1, 0, 1]
    assert inside(one_row([0, 7, 15], 4, GREY, transparent(7))) == [1, 0, 1]
    assert inside(one_row([8687, 8686, 0], 16, GREY, transparent(8687))) == [0, 1, 1]
    assert inside(one_row([[1, 2, 259], [1, 2, 3]], 16, RGB, transparent(1, 2, 3))) == [1, 0]


def test_bits_of_a_transparent_colour_above_the_depth_say_nothing() -> None:
    assert inside(one_row([0, 1, 2, 3], 2, GREY, transparent(0xFF02))) == [1, 1, 0, 1]


def test_dark_pixels_of_sixteen_bits_are_not_black() -> None:
    assert inside(one_row([[0, 0, 200], [0, 0, 0]], 16, RGB)) == [1, 0]
    assert inside(one_row([200, 0], 16, GREY)) == [1, 0]


def test_of_alpha_of_sixteen_bits_the_upper_half_is_inside() -> None:
    assert inside(one_row([[9, 0x7FFF], [0, 0x8000]], 16, GREY_ALPHA)) == [0, 1]


BLACK_AND_RED = (b"PLTE", bytes([0, 0, 0, 255, 0, 0]))


@pytest.mark.parametrize(
    ("png", "message"),
    [
        (one_row([0, 1], 8, INDEXED), "palette .* got 0 bytes"),
        (one_row([0, 1], 8, INDEXED, (b"PLTE", bytes(4))), "palette .* got 4 bytes"),
        (one_row([0, 2, 1], 8, INDEXED, BLACK_AND_RED), "colour 2, the palette ends at 1"),
        (one_row([0, 2, 1], 2, INDEXED, BLACK_AND_RED), "colour 2, the palette ends at 1"),
        (one_row([0, 1], 8, GREY, (b"tRNS", b"\0")), "of 2 bytes, got 1"),
        (one_row([[0, 1, 2]], 8, RGB, transparent(1)), "of 6 bytes, got 2"),
        (one_row([[0, 1, 2]], 4, RGB), "colour type 2 and 4 bits"),
        (one_row([0], 8, 5), "colour type 5 and 8 bits"),
        (write_png(Header(1, 2, 8, GREY, False), (), zlib.compress(bytes([5, 1, 1]))), "filter"),
        (write_png(Header(1, 2, 8, GREY, False), (), zlib.compress(bytes(2))), "of 3 bytes, the file has 2"),
    ],
    ids=[
        "no palette",
        "a cut palette",
        "an index beyond the palette",
        "an index of two bits beyond the palette",
        "a cut grey key",
        "a cut RGB key",
        "a depth RGB has not",
        "no such colour type",
        "no such filter",
        "too few pixels",
    ],
)
def test_what_breaks_the_format_is_refused(png: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode_mask(png)


@pytest.mark.parametrize("method", range(3))
def test_ways_of_packing_that_do_not_exist_are_refused(method: int) -> None:
    png = bytearray(one_row([0, 1], 8, GREY))
    png[26 + method] = 2
    png[29:33] = zlib.crc32(png[12:29]).to_bytes(4, "big")

    with pytest.raises(InputError, match="expected compression 0"):
        decode_mask(bytes(png))


def test_bits_that_fill_up_a_row_belong_to_no_pixel() -> None:
    content = zlib.compress(b"\0\x07")  # three pixels 0, 0, 1 of two bits, and one outside the row

    png = write_png(Header(1, 3, 2, INDEXED, False), [BLACK_AND_RED], content)

    assert inside(png) == [0, 0, 1]


PICTURES = {
    mode: Image.fromarray(np.pad(np.full((9, 20, 3), 200, np.uint8), ((4, 2), (3, 9), (0, 0)))).convert(mode)
    for mode in ("1", "L", "LA", "P", "RGB", "I;16")
}


@pytest.mark.parametrize("mode", PICTURES)
def test_no_flipped_bit_and_no_missing_end_changes_the_mask_in_silence(mode: str) -> None:
    stream = io.BytesIO()
    PICTURES[mode].save(stream, "PNG")
    png = stream.getvalue()
    mask, _ = decode_mask(png)
    changed = [png[:place] + bytes([png[place] ^ 1 << bit]) + png[place + 1 :]
               for place in range(len(png)) for bit in range(8)]  # fmt: skip

    for damaged in (*changed, *(png[:length] for length in range(len(png)))):
        try:
            found, _ = decode_mask(damaged)
        except InputError:
            continue
        assert found == mask


def test_a_wrong_checksum_behind_the_pixels_is_refused_and_a_missing_one_is_not() -> None:
    stream = zlib.compress(bytes([0, 1, 0, 1]))
    header = Header(1, 3, 8, GREY, False)

    assert inside(write_png(header, (), stream[:-4])) == [1, 0, 1]
    with pytest.raises(InputError, match="damaged"):
        decode_mask(write_png(header, (), stream[:-1] + bytes([stream[-1] ^ 1])))


def test_a_bomb_is_not_unpacked_beyond_what_its_header_promises() -> None:
    png = write_png(Header(1, 3, 8, GREY, False), (), zlib.compress(bytes(100_000_000), 9))

    assert inside(png) == [0, 0, 0]

"""What masks are rarely stored as: grey, RGB and palette PNGs, other depths than 8 bits, interlaced ones.

Samples are compared as the file holds them, at their own depth, as the specification has it (tRNS): nothing is scaled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.png.chunks import (
    GREY,
    GREY_ALPHA,
    INDEXED,
    RGB,
    RGBA,
    Header,
    read_chunks,
    read_stream,
)
from annogeo.png.samples import Samples, read_parts
from annogeo.rle import Rle

Color = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What samples (..., channels) say: which pixels are inside, and the 8-bit colour of one; None in grey files."""

    inside: Callable[[Samples], npt.NDArray[np.bool_]]
    color: Callable[[Samples], Color | None]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A colour type: samples of a pixel, their possible depths, and how the chunks before the pixels are understood."""

    channels: int
    depths: tuple[int, ...]
    meaning: Callable[[Header, int, Mapping[bytes, bytes]], _Meaning]


def decode_kind(png: bytes, header: Header) -> tuple[Rle, Color | None]:
    """Decode a mask and the colour of its first pixel; see `annogeo.png.decode_mask`.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    kind = _KINDS.get(header.color)
    if kind is None or header.depth not in kind.depths:
        raise InputError(
            f"PNG: no file has colour type {header.color} and {header.depth} bits per sample; it is damaged"
        )
    meaning = kind.meaning(header, kind.channels, read_chunks(png))
    parts = read_parts(read_stream(png), header, kind.channels)
    mask = np.zeros((header.height, header.width), np.bool_)
    found: list[tuple[int, Samples]] = []
    for part in parts:
        inside = meaning.inside(part.samples)
        mask[_slice(part.rows), _slice(part.columns)] = inside
        y, x = divmod(int(inside.argmax()), len(part.columns))
        if inside[y, x]:
            # a copy: what it is a piece of need not stay
            found.append((part.rows[y] * header.width + part.columns[x], part.samples[y, x].copy()))
    if not found:
        return Rle.from_mask(mask), None
    _, first = min(found, key=lambda pixel: pixel[0])
    return Rle.from_mask(mask), meaning.color(first)


def _slice(places: range) -> slice:
    return slice(places.start, places.stop, places.step)


def _by_color(header: Header, channels: int, chunks: Mapping[bytes, bytes]) -> _Meaning:
    """Inside is what has not the transparent colour; without one, what is not black."""
    key = np.zeros(channels, np.uint16)
    if b"tRNS" in chunks:
        content = chunks[b"tRNS"]
        if len(content) != 2 * channels:
            raise InputError(
                f"PNG: expected a transparent colour (tRNS) of {2 * channels} bytes, got {len(content)}; "
                "the file is damaged"
            )
        # bits above the depth say nothing
        key = np.frombuffer(content, ">u2") & np.uint16(2**header.depth - 1)

    def inside(samples: Samples) -> npt.NDArray[np.bool_]:
        # channel by channel: `any` over three is several times slower
        return reduce(np.logical_or, (samples[..., k] != key[k] for k in range(channels)))

    return _Meaning(inside, _color_of(header, channels))


def _by_alpha(header: Header, channels: int, chunks: Mapping[bytes, bytes]) -> _Meaning:
    """Inside is what has an alpha above 127; of 16 bits, the upper 8 count."""
    half = 2 ** (header.depth - 1)
    return _Meaning(lambda samples: samples[..., -1] >= half, _color_of(header, channels - 1))


def _color_of(header: Header, channels: int) -> Callable[[Samples], Color | None]:
    def color(pixel: Samples) -> Color | None:
        red, green, blue = (pixel[:3] >> (header.depth - 8)).tolist()
        return red, green, blue

    return color if channels == 3 else lambda pixel: None


def _by_palette(header: Header, channels: int, chunks: Mapping[bytes, bytes]) -> _Meaning:
    """Inside is what has an entry with an alpha above 127; in palettes without transparency, one that is not black."""
    content = chunks.get(b"PLTE", b"")
    if not content or len(content) % 3 or len(content) > 3 * 256:
        raise InputError(
            f"PNG: expected a palette (PLTE) of 1 to 256 colours of 3 bytes before the pixels, "
            f"got {len(content)} bytes; the file is damaged"
        )
    palette = np.frombuffer(content, np.uint8).reshape(-1, 3)
    shown = np.asarray(palette.any(axis=1))
    if b"tRNS" in chunks:  # entries behind its end are opaque
        alphas = np.frombuffer(chunks[b"tRNS"], np.uint8)[: len(palette)]
        shown = np.append(alphas > 127, np.ones(len(palette) - alphas.size, np.bool_))

    def inside(samples: Samples) -> npt.NDArray[np.bool_]:
        index = samples[..., 0]
        if (largest := int(index.max())) >= len(palette):
            raise InputError(
                f"PNG: a pixel has colour {largest}, the palette ends at {len(palette) - 1}; the file is damaged"
            )
        return shown[index]

    def color(pixel: Samples) -> Color:
        red, green, blue = palette[pixel[0]].tolist()
        return red, green, blue

    return _Meaning(inside, color)


_KINDS = {
    GREY: _Kind(1, (1, 2, 4, 8, 16), _by_color),
    RGB: _Kind(3, (8, 16), _by_color),
    INDEXED: _Kind(1, (1, 2, 4, 8), _by_palette),
    GREY_ALPHA: _Kind(2, (8, 16), _by_alpha),
    RGBA: _Kind(4, (8, 16), _by_alpha),
}

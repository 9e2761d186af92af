"""Mask PNGs to runs."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.png.chunks import RGBA, Header, read_header, read_stream
from annogeo.png.deflate import inflate
from annogeo.rle import PIXEL_LIMIT, Rle

Color = tuple[int, int, int]


def decode_mask(png: bytes, *, max_pixels: int = PIXEL_LIMIT) -> tuple[Rle, Color | None]:
    """Decode a mask and the colour of its first pixel.

    Parameters
    ----------
    png : bytes
        Any kind of PNG. A pixel belongs to the mask when its alpha is above 127; in files that know no transparency,
        when it is not black.
    max_pixels : int
        Refuse larger pictures before unpacking them.

    Returns
    -------
    (Rle, (red, green, blue) or None)
        None for an empty mask and for greyscale files.

    Raises
    ------
    InputError
        If the bytes are no PNG, damaged, or too large.

    Notes
    -----
    The platform's own masks, 8-bit RGBA, are read without making a picture: alpha is un-filtered alone, straight to
    runs.
    """
    header = read_header(png, max_pixels=max_pixels)
    if (header.depth, header.color, header.interlaced) != (8, RGBA, False):
        return _decode_other(png)
    raw = inflate(read_stream(png), header.height * (4 * header.width + 1))
    return _mask_of(np.frombuffer(raw, np.uint8), header)


def _mask_of(raw: npt.NDArray[np.uint8], header: Header) -> tuple[Rle, Color | None]:
    from annogeo.kernels.png import BAD_FILTER, alpha_edges, pixel_color

    height, width = header.height, header.width
    room = 8 * height + 8 * width
    done = 0
    while done != height:
        edges = np.empty(room, np.int64)
        found, done = alpha_edges(raw, width, height, edges)
        if done == BAD_FILTER:
            raise InputError("PNG: a row has a filter that does not exist; the file is damaged")
        room *= 8
    mask = Rle((height, width), edges[:found].copy())
    if not found:
        return mask, None
    color = np.empty(3, np.uint8)
    y, x = divmod(int(edges[0]), width)
    pixel_color(raw, width, y, x, color)
    return mask, (int(color[0]), int(color[1]), int(color[2]))


def _decode_other(png: bytes) -> tuple[Rle, Color | None]:
    """Decode by Pillow what masks are rarely stored as: grey, palette, 1 and 16 bits, interlaced."""
    from PIL import PngImagePlugin

    try:
        # Not Image.open: its size warning has another limit than ours, which is checked already.
        with PngImagePlugin.PngImageFile(io.BytesIO(png)) as image:
            image.load()
            transparent = "A" in image.getbands() or "transparency" in image.info
            grey = image.mode in ("1", "L", "LA") or image.mode.startswith("I")
            if not transparent and grey:
                return Rle.from_mask(np.asarray(image) != 0), None
            pixels = np.asarray(image.convert("RGBA"))
    except (
        OSError,
        SyntaxError,
        ValueError,
        IndexError,
        KeyError,
        EOFError,
        struct.error,
        zlib.error,
    ) as error:
        raise InputError(f"PNG: the file is damaged ({error})") from None
    mask = Rle.from_mask(pixels[..., 3] > 127 if transparent else pixels[..., :3].any(axis=2))
    if grey or not mask.edges.size:
        return mask, None
    return mask, _color_at(pixels, mask)


def _color_at(pixels: npt.NDArray[Any], mask: Rle) -> Color:
    red, green, blue = pixels.reshape(-1, 4)[mask.edges[0], :3].tolist()
    return red, green, blue

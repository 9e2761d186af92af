"""Runs to mask PNGs, as the platform stores them: 8-bit RGBA, the colour where the mask is, all zero elsewhere."""

from __future__ import annotations

import numpy as np

from annogeo.errors import InputError
from annogeo.png.chunks import RGBA, Header, write_png
from annogeo.png.deflate import compress
from annogeo.rle import PIXEL_LIMIT, Rle

_FILTER_UP = 2


def encode_mask(mask: Rle, color: tuple[int, int, int]) -> bytes:
    """Encode a mask as RGBA PNG.

    Parameters
    ----------
    mask : Rle
        At least 1 x 1 px.
    color : (red, green, blue)
        0..255.

    Raises
    ------
    InputError
        If the mask has no pixels or more than `PIXEL_LIMIT`.

    Notes
    -----
    Each row stands as its difference to the row above, so only the pixels that change between rows are written.
    """
    height, width = mask.shape
    if not 0 < height * width <= PIXEL_LIMIT:
        raise InputError(f"a mask PNG has 1 to {PIXEL_LIMIT} px, got a mask of {height}x{width}")
    from annogeo.kernels.png import add_pixels

    raw = np.zeros(height * (4 * width + 1), np.uint8)
    raw[:: 4 * width + 1] = _FILTER_UP
    end = height * width
    moved = mask.edges[mask.edges < end - width] + width
    above = Rle(mask.shape, np.append(moved, end) if moved.size % 2 else moved)
    rgba = np.array([*color, 255], np.uint8)
    add_pixels((mask - above).edges, width, rgba, raw)
    add_pixels((above - mask).edges, width, np.negative(rgba), raw)
    # A window shorter than a row halves the file: zeros then repeat those just written, the cheapest code there is.
    window_bits = min(max((4 * width + 1).bit_length() - 1, 9), 15)
    return write_png(Header(height, width, 8, RGBA, False), (), compress(raw, window_bits=window_bits))

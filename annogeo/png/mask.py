"""Runs to mask PNGs, as the platform stores them: 8-bit RGBA, the colour where the mask is, all zero elsewhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.png.chunks import RGBA, Header, write_png
from annogeo.png.encode import encode_png
from annogeo.png.flat import LONGEST_ROW, compress_mask
from annogeo.rle import PIXEL_LIMIT, Rle


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
    The picture is never made: each row stands as its difference to the row above, and those come from the runs.
    """
    height, width = mask.shape
    if not 0 < height * width <= PIXEL_LIMIT:
        raise InputError(f"a mask PNG has 1 to {PIXEL_LIMIT} px, got a mask of {height}x{width}")
    if 4 * width > LONGEST_ROW:
        return encode_png(_painted(mask, color))
    return write_png(Header(height, width, 8, RGBA, False), (), compress_mask(mask, color))


def _painted(mask: Rle, color: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    pixels = np.zeros((*mask.shape, 4), np.uint8)
    pixels[mask.to_mask()] = (*color, 255)
    return pixels

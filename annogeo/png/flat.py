"""Zlib streams of flat pictures, id maps and masks, by our own encoder: no filtered picture is made in between.

Against general compressors it finds runs only, which is what such pictures consist of; so it is faster, and chooses its
codes by all of a block. The same pixels give the same bytes on every machine.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.rle import Rle

LONGEST_ROW = 2**24 - 1  # bytes; checksums of longer ones would not fit an int64

_LITTLE = sys.byteorder == "little"


def compress_flat(image: npt.NDArray[Any]) -> bytes:
    """Filter all rows by 'up' and compress them.

    Parameters
    ----------
    image : uint8 (h, w[, 1 | 2 | 4]), uint16 (h, w[, 1 | 2])
        At least one pixel; rows of at most `LONGEST_ROW` bytes.

    Examples
    --------
    >>> import zlib
    >>> zlib.decompress(compress_flat(np.array([[7, 7], [7, 8]], np.uint8)))
    b'\\x02\\x07\\x07\\x02\\x00\\x01'
    """
    from annogeo.kernels.deflate import BLOCK_TOKENS
    from annogeo.kernels.png_encode import encode_rows

    flip = int(image.dtype.itemsize == 2 and _LITTLE)
    step = image.dtype.itemsize * (image.shape[2] if image.ndim == 3 else 1)
    rows = np.require(image, requirements=("C", "W")).view(np.uint8).reshape(len(image), -1)
    length = rows.shape[1]
    out = np.empty(2 * len(rows) * (length + 1) + 2048, np.uint8)
    size = encode_rows(
        rows,
        step,
        flip,
        np.zeros(length, np.uint8),
        np.zeros(length + 128, np.uint8),
        np.empty(length + 66, np.int32),
        np.empty(max(BLOCK_TOKENS, length) + 16, np.uint32),
        out,
    )
    return out[:size].tobytes()


def compress_mask(mask: Rle, color: tuple[int, int, int]) -> bytes:
    """Compress the RGBA picture of a mask: `color`, opaque, where the mask is, all zero elsewhere."""
    from annogeo.kernels.deflate import BLOCK_TOKENS
    from annogeo.kernels.png_encode import encode_edges

    height, width = mask.shape
    rgba = np.array([*color, 255], np.uint8)
    tokens = height * (width // 64 + 5) + 20 * mask.edges.size
    out = np.empty(8 * tokens + 2048, np.uint8)
    size = encode_edges(
        mask.edges,
        width,
        height,
        np.concatenate((rgba, np.negative(rgba))),
        np.empty(BLOCK_TOKENS + width, np.uint32),
        out,
    )
    return out[:size].tobytes()

"""Slow, obvious twins of annogeo/kernels/png_encode.py and png_decode.py: PNG row filters, byte by byte."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from annogeo.png.chunks import RGBA, Header, write_png

Pixels = npt.NDArray[np.uint8]


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        estimate = left + above - corner
        return min((left, above, corner), key=lambda value: abs(estimate - value))
    return [0, left, above, (left + above) // 2][kind]


def filter_rows(pixels: Pixels, kinds: Sequence[int]) -> bytes:
    """Filter an RGBA picture, each row by its own filter."""
    height, width, _ = pixels.shape
    filtered = bytearray()
    for y in range(height):
        filtered.append(kinds[y])
        for x in range(width):
            for channel in range(4):
                left = int(pixels[y, x - 1, channel]) if x else 0
                above = int(pixels[y - 1, x, channel]) if y else 0
                corner = int(pixels[y - 1, x - 1, channel]) if x and y else 0
                value = int(pixels[y, x, channel]) - predicted(kinds[y], left, above, corner)
                filtered.append(value % 256)
    return bytes(filtered)


def rgba_png(pixels: Pixels, kinds: Sequence[int]) -> bytes:
    height, width, _ = pixels.shape
    return write_png(Header(height, width, 8, RGBA, False), (), zlib.compress(filter_rows(pixels, kinds)))


def filter_up(picture: npt.NDArray[np.uint8 | np.uint16]) -> bytes:
    """Filter any picture by 'up'; samples of two bytes stand with the higher one first."""
    ordered = np.ascontiguousarray(picture, dtype=picture.dtype.newbyteorder(">"))
    rows = ordered.view(np.uint8).reshape(len(picture), -1).astype(int)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    return b"".join(b"\2" + bytes(row.tolist()) for row in (rows - above) % 256)

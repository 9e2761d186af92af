"""Slow, obvious twins of annogeo/kernels/png_encode.py, png_decode.py and png_filters.py: PNG rows, byte by byte."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

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
    """Filter a picture (h, w, bytes of a pixel), each row by its own filter."""
    height, width, size = pixels.shape
    filtered = bytearray()
    for y in range(height):
        filtered.append(kinds[y])
        for x in range(width):
            for channel in range(size):
                left = int(pixels[y, x - 1, channel]) if x else 0
                above = int(pixels[y - 1, x, channel]) if y else 0
                corner = int(pixels[y - 1, x - 1, channel]) if x and y else 0
                value = int(pixels[y, x, channel]) - predicted(kinds[y], left, above, corner)
                filtered.append(value % 256)
    return bytes(filtered)


def rgba_png(pixels: Pixels, kinds: Sequence[int]) -> bytes:
    height, width, _ = pixels.shape
    return write_png(Header(height, width, 8, RGBA, False), (), zlib.compress(filter_rows(pixels, kinds)))


def passes(height: int, width: int, interlaced: bool) -> Iterator[tuple[slice, slice]]:
    """Yield rows and columns of each part of a picture; those of the seven interlaced passes from a map of 8 x 8."""
    if not interlaced:
        yield slice(None), slice(None)
        return
    adam7 = np.array(
        [
            [1, 6, 4, 6, 2, 6, 4, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [5, 6, 5, 6, 5, 6, 5, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [3, 6, 4, 6, 3, 6, 4, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [5, 6, 5, 6, 5, 6, 5, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
        ]
    )
    for number in range(1, 8):
        rows, columns = (np.unique(places) for places in np.nonzero(adam7 == number))
        if rows[0] < height and columns[0] < width:
            yield tuple(slice(at[0], None, 8 // len(at)) for at in (rows, columns))  # type: ignore[misc]


def packed_rows(samples: npt.NDArray[np.integer], depth: int) -> Pixels:
    """Pack samples (h, w, channels) to (h, n, bytes of a pixel), where a byte that holds several pixels is one."""
    height, width, channels = samples.shape
    if depth < 8:
        digits = samples.astype(np.uint8)[:, :, 0, None] >> np.arange(depth - 1, -1, -1, dtype=np.uint8) & 1
        return np.packbits(digits.reshape(height, -1), axis=1)[:, :, None]
    content = np.ascontiguousarray(samples, f">u{depth // 8}").view(np.uint8)
    return content.reshape(height, width, channels * depth // 8)


def png_of_samples(
    samples: npt.NDArray[np.integer],
    depth: int,
    color: int,
    *,
    interlaced: bool = False,
    chunks: Sequence[tuple[bytes, bytes]] = (),
    first_filter: int = 0,
) -> bytes:
    """Write a PNG of any kind; the filters of its rows follow one another."""
    height, width, _ = samples.shape
    content = b""
    for rows, columns in passes(height, width, interlaced):
        pixels = packed_rows(samples[rows, columns], depth)
        content += filter_rows(pixels, [(first_filter + y) % 5 for y in range(len(pixels))])
    return write_png(Header(height, width, depth, color, interlaced), chunks, zlib.compress(content))


def filter_up(picture: npt.NDArray[np.uint8 | np.uint16]) -> bytes:
    """Filter any picture by 'up'; samples of two bytes stand with the higher one first."""
    ordered = np.ascontiguousarray(picture, dtype=picture.dtype.newbyteorder(">"))
    rows = ordered.view(np.uint8).reshape(len(picture), -1).astype(int)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    return b"".join(b"\2" + bytes(row.tolist()) for row in (rows - above) % 256)

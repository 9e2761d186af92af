"""Arrays to PNG files: grey, indexed and true colour, 8 and 16 bits, and masks of one bit.

Flat pictures, such as id maps, are left to `flat`; others are filtered with numpy and compressed by `deflate`. A map of
8-bit ids can be compressed once and wrapped twice, as a greyscale file and as an indexed one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.png.chunks import GREY, GREY_ALPHA, INDEXED, RGB, RGBA, Header, write_png
from annogeo.png.deflate import compress
from annogeo.png.flat import LONGEST_ROW, compress_flat

Bytes = npt.NDArray[np.uint8]

_SUB, _UP, _AVERAGE = 1, 2, 3
_COLOR_OF_CHANNELS = {1: GREY, 2: GREY_ALPHA, 3: RGB, 4: RGBA}
_SIDE_LIMIT = 2**31 - 1  # the format's own
# Rows to try filters on, and bytes to filter at a time (they stay in the processor's cache).
_SAMPLE_ROWS = 48
_FLAT = 0.2  # the share of pixels that may begin a run for `flat` to be faster
_BLOCK_BYTES = 2**18


def encode_png(
    pixels: npt.NDArray[Any], palette: npt.ArrayLike | None = None, *, level: int | None = None
) -> bytes:
    """Encode an array as PNG; read back, it has the same values.

    Parameters
    ----------
    pixels : bool, uint8 or uint16 (h, w), or uint8 or uint16 (h, w, 1..4)
        One channel is grey (bool: 1 bit), two grey and alpha, three RGB, four RGBA.
    palette : uint8 (n, 3) or (n, 4), optional
        Colours, with alpha if there are four channels, that `pixels`, uint8 (h, w), are indices of; n <= 256.
    level : 1..9, optional
        None is the fastest; a number compresses as the standard library's zlib does, smaller and slower.

    Raises
    ------
    InputError
        If the type or shape is another, there are no pixels, or an index has no colour.

    Examples
    --------
    >>> png = encode_png(np.zeros((2, 3), np.uint8))
    >>> png[:4], len(png) < 200
    (b'\\x89PNG', True)
    """
    image = _checked(pixels)
    height, width, channels = image.shape
    packed = np.packbits(image, axis=1) if image.dtype == np.bool_ else image
    if level is None and _is_flat(packed):
        stream = compress_flat(packed)
    else:
        stream = compress(_filtered(*_rows(packed)), level=level)
    if palette is not None:
        if image.dtype != np.uint8 or channels != 1:
            raise InputError(
                f"pixels: expected uint8 indices (h, w) with a palette, got {image.dtype} {pixels.shape}"
            )
        colors = _checked_palette(palette)[: int(image.max()) + 1]
        if image.max() >= len(colors):
            raise InputError(f"palette: expected a colour for index {image.max()}, got {len(colors)} colours")
        return wrap_indexed(stream, height, width, colors)
    return write_png(Header(height, width, _depth(image), _COLOR_OF_CHANNELS[channels], False), (), stream)


def compress_rows(canvas: npt.NDArray[Any]) -> bytes:
    """Filter and compress a bool, uint8 or uint16 (h, w) map, to be wrapped by `wrap_grey` or `wrap_indexed`.

    Meant for ids: flat areas, which the encoder of `flat` is for, so nothing else is tried.

    Examples
    --------
    >>> stream = compress_rows(np.array([[0, 1]], np.uint8))
    >>> grey, red = wrap_grey(stream, 1, 2), wrap_indexed(stream, 1, 2, [[0, 0, 0], [255, 0, 0]])
    >>> grey[1:4], red[1:4]
    (b'PNG', b'PNG')
    """
    image = _checked(canvas)
    if image.shape[2] != 1:
        raise InputError(f"canvas: expected shape (h, w), got {canvas.shape}")
    packed = np.packbits(image, axis=1) if image.dtype == np.bool_ else image
    if packed.shape[1] * packed.itemsize > LONGEST_ROW:
        return compress(_filtered_up(_rows(packed)[0]))
    return compress_flat(packed)


def wrap_grey(stream: bytes, height: int, width: int, *, depth: int = 8) -> bytes:
    """Make a greyscale file of compressed rows; `depth` is 1 for a bool canvas, 8 for uint8, 16 for uint16."""
    return write_png(Header(height, width, depth, GREY, False), (), stream)


def wrap_indexed(stream: bytes, height: int, width: int, palette: npt.ArrayLike) -> bytes:
    """Make an indexed file of a compressed uint8 canvas.

    Parameters
    ----------
    palette : uint8 (n, 3) or (n, 4)
        A colour, with alpha if there are four channels, for every value of the canvas; n <= 256.
    """
    colors = _checked_palette(palette)
    chunks = [(b"PLTE", np.ascontiguousarray(colors[:, :3]).tobytes())]
    if colors.shape[1] == 4:
        see_through = np.flatnonzero(colors[:, 3] != 255)
        if see_through.size:  # entries the list does not reach are opaque
            chunks.append((b"tRNS", colors[: see_through[-1] + 1, 3].tobytes()))
    return write_png(Header(height, width, 8, INDEXED, False), chunks, stream)


def indexed(rgba: npt.NDArray[np.uint8]) -> tuple[Bytes, Bytes] | None:
    """Split a picture of at most 256 colours into indices and a palette; None if it has more.

    Parameters
    ----------
    rgba : uint8 (h, w, 4)

    Returns
    -------
    (uint8 (h, w), uint8 (n, 4)) or None
        ``palette[indices]`` is the picture. The least opaque colours come first.

    Examples
    --------
    >>> indices, palette = indexed(np.array([[[9, 9, 9, 255], [0, 0, 0, 0]]], np.uint8))
    >>> indices.tolist(), palette.tolist()
    ([[1, 0]], [[0, 0, 0, 0], [9, 9, 9, 255]])
    """
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8:
        raise InputError(f"rgba: expected uint8 (h, w, 4), got {rgba.dtype} {rgba.shape}")
    height, width, _ = rgba.shape
    if height * width == 0:
        return np.zeros((height, width), np.uint8), np.zeros((0, 4), np.uint8)
    flat = np.ascontiguousarray(rgba).view("<u4").reshape(-1)  # alpha is the highest byte
    sample = flat[:: max(1, flat.size // 4096)]
    if np.unique(sample).size > 256:  # a photograph: not worth a look at every pixel
        return None
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    colors, numbers = np.unique(flat[starts], return_inverse=True)
    if colors.size > 256:
        return None
    indices = np.repeat(numbers.astype(np.uint8), np.diff(starts, append=flat.size))
    return indices.reshape(height, width), colors.view(np.uint8).reshape(-1, 4)


def _checked(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array as (h, w, channels)."""
    image = np.asarray(pixels)
    if image.ndim == 2:
        image = image[:, :, np.newaxis]
    known = image.dtype in (np.uint8, np.uint16) or (image.dtype == np.bool_ and image.shape[2:] == (1,))
    if image.ndim != 3 or image.shape[2] not in _COLOR_OF_CHANNELS or not known:
        raise InputError(
            f"pixels: expected uint8 or uint16 (h, w[, 1..4]), or bool (h, w), got {image.dtype} {image.shape}",
            hint="ids above 65535 do not fit a PNG" if image.dtype.kind in "iu" else None,
        )
    if image.size == 0 or max(image.shape[:2]) > _SIDE_LIMIT:
        raise InputError(f"pixels: a PNG has 1 to {_SIDE_LIMIT} rows and columns, got {pixels.shape}")
    return image


def _checked_palette(palette: npt.ArrayLike) -> Bytes:
    colors = np.asarray(palette)
    if (
        colors.ndim != 2
        or not 1 <= len(colors) <= 256
        or colors.shape[1] not in (3, 4)
        or colors.dtype.kind not in "iu"
    ):
        raise InputError(
            f"palette: expected 1 to 256 colours, uint8 (n, 3) or (n, 4), got {colors.dtype} {colors.shape}"
        )
    if colors.min() < 0 or colors.max() > 255:
        raise InputError(f"palette: expected values from 0 to 255, got {colors.min()} to {colors.max()}")
    return colors.astype(np.uint8)


def _depth(image: npt.NDArray[Any]) -> int:
    return 1 if image.dtype == np.bool_ else 8 * image.dtype.itemsize


def _rows(image: npt.NDArray[Any]) -> tuple[Bytes, int]:
    """Return rows of bytes as the format orders them, and how many bytes a pixel has (1 where several share one)."""
    height, _, channels = image.shape
    ordered = np.ascontiguousarray(image, dtype=image.dtype.newbyteorder(">"))
    return ordered.view(np.uint8).reshape(height, -1), channels * image.dtype.itemsize


def _is_flat(image: npt.NDArray[Any]) -> bool:
    """Whether the picture, in a sample of rows, mostly changes from row to row as it does in the pixel to the left."""
    height, width, channels = image.shape
    size = channels * image.itemsize  # of a pixel
    if size not in (1, 2, 4) or width * size > LONGEST_ROW:
        return False
    sample = np.arange(min(height - 1, 1), height, max(1, 2 * height // _SAMPLE_ROWS))
    down = image[sample] - image[np.maximum(sample, 1) - 1]
    down = down.reshape(len(sample), -1).view(f"u{size}")  # whole pixels
    return bool(np.count_nonzero(down[:, 1:] != down[:, :-1]) <= _FLAT * down.size)


def _filtered(rows: Bytes, step: int) -> Bytes:
    """Filter all rows by the one filter that suits a sample of them (PNG specification, section 9)."""
    height, length = rows.shape
    kind = _best_filter(rows, step)
    if kind == _UP:
        return _filtered_up(rows)
    filtered = np.empty((height, length + 1), np.uint8)
    filtered[:, 0] = kind
    block = max(1, _BLOCK_BYTES // length)
    for start in range(0, height, block):
        stop = min(start + block, height)
        above = rows[max(start - 1, 0) : stop - 1]
        if start == 0:
            above = np.concatenate((np.zeros((1, length), np.uint8), above))
        _apply(kind, rows[start:stop], above, step, filtered[start:stop, 1:])
    return filtered


def _filtered_up(rows: Bytes) -> Bytes:
    """Filter all rows by 'up': each minus the one above."""
    filtered = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return filtered


def _best_filter(rows: Bytes, step: int) -> int:
    """Choose by the smallest sum of absolute differences.

    It is 'up' unless another is clearly better: 'up' packs flat areas best.
    """
    if len(rows) < 2:
        return _SUB
    sample = np.arange(1, len(rows), max(1, (len(rows) - 1) // _SAMPLE_ROWS))
    here, above = rows[sample], rows[sample - 1]
    difference = np.empty_like(here)
    costs = {}
    for kind in (_SUB, _UP, _AVERAGE):
        _apply(kind, here, above, step, difference)
        costs[kind] = int(np.minimum(difference, np.negative(difference)).sum())
    best = min(costs, key=costs.__getitem__)
    return best if costs[best] < 0.9 * costs[_UP] else _UP


def _apply(kind: int, rows: Bytes, above: Bytes, step: int, out: Bytes) -> None:
    """Write rows minus what the filter predicts, modulo 256."""
    if kind == _UP:
        np.subtract(rows, above, out=out)
    elif kind == _SUB:
        out[:, :step] = rows[:, :step]
        np.subtract(rows[:, step:], rows[:, :-step], out=out[:, step:])
    else:
        np.subtract(rows[:, :step], above[:, :step] >> 1, out=out[:, :step])
        left, over = rows[:, :-step], above[:, step:]
        # (left + over) // 2 without leaving bytes
        np.subtract(rows[:, step:], (left & over) + ((left ^ over) >> 1), out=out[:, step:])

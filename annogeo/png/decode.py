"""Mask PNGs to runs."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from annogeo.errors import InputError
from annogeo.png.chunks import RGBA, read_header, read_stream
from annogeo.png.deflate import check_begin, inflate
from annogeo.png.kinds import Color, decode_kind
from annogeo.rle import PIXEL_LIMIT, Rle

_BUFFER = 2**18  # bytes unpacked at a time; what fits the second cache of most processors


def decode_mask(png: bytes, *, max_pixels: int = PIXEL_LIMIT) -> tuple[Rle, Color | None]:
    """Decode a mask and the colour of its first pixel.

    Parameters
    ----------
    png : bytes
        Any kind of PNG. A pixel belongs to the mask when its alpha is above 127; in files that know no transparency,
        when it is not black. The transparent colour of a file is the one of exactly its samples, at their own depth.
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
    The platform's own masks, 8-bit RGBA, are read without making a picture: rows are unpacked a few at a time, and
    alpha alone is un-filtered, straight to runs. All other kinds take the slower way of `kinds`.
    """
    header = read_header(png, max_pixels=max_pixels)
    if (header.depth, header.color, header.interlaced) != (8, RGBA, False):
        return decode_kind(png, header)
    return _decode_rgba(read_stream(png), header.height, header.width)


def _decode_rgba(stream: bytes, height: int, width: int) -> tuple[Rle, Color | None]:
    from annogeo.kernels import inflate, png_decode as kernel

    check_begin(stream, height * (4 * width + 1))
    buffer = np.empty(max(inflate.HISTORY + 4 * width + 2 * inflate.SLACK, _BUFFER), np.uint8)
    tables = np.empty(inflate.TABLES_SIZE, np.int32)
    runs = np.empty(4 * (width + 1), np.int64)
    report = np.zeros(kernel.REPORT_SIZE, np.int64)
    source = np.frombuffer(bytearray(stream[2:] + bytes(inflate.SPARE)), np.uint8)
    room = 8 * (height + width) + 2 * len(stream)
    status = kernel.NO_ROOM
    while status == kernel.NO_ROOM:
        edges = np.empty(room, np.int64)
        state = np.zeros(inflate.STATE_SIZE, np.int64)
        status = kernel.decode_alpha(source, width, height, buffer, tables, runs, state, edges, report)
        room *= 8
    if status != kernel.READ:
        _refuse(status, report[kernel.BYTES], height * (4 * width + 1))
    mask = Rle((height, width), edges[: report[kernel.EDGES]])
    if not mask.edges.size:
        return mask, None
    red, green, blue = report[kernel.RED : kernel.RED + 3].tolist()
    return mask, _first_color(stream, mask) if red < 0 else (red, green, blue)


def _refuse(status: int, found: int, expected: int) -> NoReturn:
    from annogeo.kernels import inflate, png_decode as kernel

    problems = {
        inflate.DAMAGED: "the packed pixels are damaged",
        inflate.CUT: f"expected pixels of {expected} bytes, the file has {found}",
        kernel.BAD_FILTER: "a row has a filter that does not exist; the file is damaged",
        kernel.BAD_CHECKSUM: "the checksum of the unpacked pixels is wrong; the file is damaged",
    }
    raise InputError(f"PNG: {problems[status]}")


def _first_color(stream: bytes, mask: Rle) -> Color:
    """The colour of the first pixel of a mask that something invisible stands above: all rows down to it are needed."""
    from annogeo.kernels.png_decode import pixel_color

    y, x = divmod(int(mask.edges[0]), mask.shape[1])
    raw = np.frombuffer(bytearray(inflate(stream, (y + 1) * (4 * mask.shape[1] + 1))), np.uint8)
    color = np.empty(3, np.uint8)
    pixel_color(raw, mask.shape[1], y, x, color)
    return int(color[0]), int(color[1]), int(color[2])

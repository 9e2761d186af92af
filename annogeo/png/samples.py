"""PNG rows of any kind to samples: unpacked, un-filtered and taken apart, some rows at a time; no meaning yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.png.chunks import Header
from annogeo.png.deflate import inflate

Samples = npt.NDArray[np.uint8 | np.uint16]

_PART = 2**18  # bytes of rows at a time; what fits the second cache of most processors

# Where rows and columns begin, and how far they stand apart.
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Samples (n, w, channels) as the file holds them, 0 to 2**depth - 1, and where in the picture they belong."""

    samples: Samples
    rows: range
    columns: range


def read_parts(stream: bytes, header: Header, channels: int) -> Iterator[Part]:
    """Unpack a zlib stream; return all pixels once: rows, or those of the seven interlaced passes one by one.

    Raises
    ------
    InputError
        If the stream is damaged or too short, or a row has a filter that does not exist.
    """
    passes = [
        (range(y, header.height, down), range(x, header.width, right))
        for y, x, down, right in (_ADAM7 if header.interlaced else _WHOLE)
        if y < header.height and x < header.width
    ]
    bits = channels * header.depth
    sizes = [len(rows) * (1 + _row_bytes(columns, bits)) for rows, columns in passes]
    content = np.frombuffer(inflate(stream, sum(sizes)), np.uint8)
    pieces = np.split(content, np.cumsum(sizes[:-1]))

    def parts() -> Iterator[Part]:
        for (rows, columns), piece in zip(passes, pieces, strict=True):
            yield from _parts_of_pass(piece.reshape(len(rows), -1), rows, columns, channels, header.depth)

    return parts()


def _parts_of_pass(
    filtered: npt.NDArray[np.uint8], rows: range, columns: range, channels: int, depth: int
) -> Iterator[Part]:
    length = filtered.shape[1] - 1
    above = np.zeros(length, np.uint8)
    height = max(1, _PART // length)
    for y in range(0, len(rows), height):
        plain = _unfiltered(filtered[y : y + height], above, max(1, channels * depth // 8))
        above = plain[-1]
        samples = _samples(plain, depth)[:, : len(columns) * channels]
        yield Part(samples.reshape(len(plain), -1, channels), rows[y : y + height], columns)


def _row_bytes(columns: range, bits: int) -> int:
    return (len(columns) * bits + 7) // 8


def _unfiltered(
    filtered: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], step: int
) -> npt.NDArray[np.uint8]:
    from annogeo.kernels.png_filters import unfilter_rows

    rows = np.empty((len(filtered) + 1, above.size), np.uint8)
    rows[0] = above
    if not unfilter_rows(filtered, step, rows):
        raise InputError("PNG: a row has a filter that does not exist; the file is damaged")
    return rows[1:]


def _samples(rows: npt.NDArray[np.uint8], depth: int) -> Samples:
    """Take the bytes of rows apart into samples; those that fill up a last byte are kept."""
    if depth == 8:
        return rows
    if depth == 16:
        return rows.view(">u2").astype(np.uint16)
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    of_byte = np.arange(256, dtype=np.uint8)[:, None] >> shifts & np.uint8(2**depth - 1)
    return of_byte[rows].reshape(len(rows), -1)

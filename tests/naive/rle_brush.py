"""Slow, obvious twin of annogeo/kernels/rle_brush.py: the stream as a string of '0' and '1'."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
SIZES = (3, 4, 8, 16)


def pack(
    values: list[int], *, word_size: int = 8, sizes: tuple[int, ...] = SIZES, literals: bool = False
) -> list[int]:
    """Pack values; with `literals`, as blocks of several values."""
    bits = f"{len(values):032b}{word_size - 1:05b}" + "".join(f"{size - 1:04b}" for size in sizes)
    if literals:
        longest = 1 << sizes[2]
        for start in range(0, len(values), longest):
            block = values[start : start + longest]
            bits += f"010{len(block) - 1:0{sizes[2]}b}" + "".join(f"{value:0{word_size}b}" for value in block)
    else:
        for value, run in groupby(values):
            left = len(list(run))
            while left:
                length = min(left, 1 << sizes[3])
                kind = next(k for k, size in enumerate(sizes) if length <= 1 << size)
                bits += f"1{kind:02b}{length - 1:0{sizes[kind]}b}{value:0{word_size}b}"
                left -= length
    bits += "0" * (8 - len(bits) % 8)
    return [int(bits[k : k + 8], 2) for k in range(0, len(bits), 8)]


def unpack(packed: list[int]) -> list[int]:
    """Return the values."""
    bits = iter("".join(f"{byte:08b}" for byte in packed))
    n, word_size = _read(bits, 32), _read(bits, 5) + 1
    sizes = [_read(bits, 4) + 1 for _ in range(4)]
    values: list[int] = []
    while len(values) < n:
        repeats = _read(bits, 1)
        length = _read(bits, sizes[_read(bits, 2)]) + 1
        if repeats:
            values += [_read(bits, word_size)] * length
        else:
            values += [_read(bits, word_size) for _ in range(length)]
    return values


def values_of(mask: Mask) -> list[int]:
    """Return red, green, blue and alpha of each pixel, white inside."""
    return [255 * int(pixel) for pixel in mask.ravel() for _ in range(4)]


def _read(bits: Iterator[str], n: int) -> int:
    return int("".join(next(bits) for _ in range(n)), 2)

"""Label Studio's brush masks, packed bit by bit. Layer: rle."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle.checks import brief, size_text
from annogeo.rle.runs import IntArray

_CHANNELS = 4


def read(rle: Any, shape: tuple[int, int]) -> IntArray:
    """Return the edges; see `Rle.from_label_studio`."""
    from annogeo.kernels.rle_brush import PADDING, read_brush

    packed = _bytes(rle)
    if packed.size < 4:
        raise InputError(f"expected the bytes of a brush mask, got {packed.size}", json_path=".rle")
    n_values = int.from_bytes(packed[:4].tobytes(), "big")
    if n_values != _CHANNELS * shape[0] * shape[1]:
        raise InputError(
            f"expected {_CHANNELS} values for each of {size_text(shape)} px, got {n_values}",
            json_path=".rle",
            hint="shape is (original_height, original_width)",
        )
    padded = np.concatenate((packed, np.zeros(PADDING, np.uint8)))
    edges = np.empty(1024, np.int64)
    found = read_brush(padded, n_values, edges)
    if found > edges.size:
        edges = np.empty(found, np.int64)
        found = read_brush(padded, n_values, edges)
    if found < 0:
        raise InputError("a brush mask that is cut off, or goes on beyond its size", json_path=".rle")
    return edges[:found].copy()


def write(edges: IntArray, shape: tuple[int, int]) -> list[int]:
    """Return the bytes; see `Rle.to_label_studio`."""
    from annogeo.kernels.rle_brush import HEADER_BITS, LONGEST, LONGEST_BLOCK_BITS, write_brush

    n_pixels = shape[0] * shape[1]
    if _CHANNELS * n_pixels >= 2**32:
        raise InputError(f"a brush mask has less than 2**30 px, got {size_text(shape)}")
    blocks = edges.size + 1 + _CHANNELS * n_pixels // LONGEST
    packed = np.zeros((HEADER_BITS + LONGEST_BLOCK_BITS * blocks) // 8 + 16, np.uint8)
    used: int = write_brush(edges, n_pixels, packed)
    found: list[int] = packed[:used].tolist()
    return found


def _bytes(rle: Any) -> npt.NDArray[np.uint8]:
    if isinstance(rle, bytes | bytearray):
        return np.frombuffer(rle, np.uint8)
    try:
        given = np.asarray(rle)
    except (ValueError, OverflowError):
        given = np.zeros((0, 0))
    if given.size == 0 and given.ndim == 1:
        return np.zeros(0, np.uint8)
    if given.ndim != 1 or given.dtype.kind not in "iu" or given.min() < 0 or given.max() > 255:
        raise InputError(f"expected numbers from 0 to 255, got {brief(rle)}", json_path=".rle")
    return given.astype(np.uint8)

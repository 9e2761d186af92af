"""Runs written into arrays. Layer: rle."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle.checks import brief
from annogeo.rle.runs import IntArray, bands

Array = npt.NDArray[Any]

# Pixels of these many bytes are written as whole words, whatever they mean.
_WORDS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def paint_runs(edges: IntArray, shape: tuple[int, int], target: Array, value: Any) -> Array:
    """Write `value` into the pixels inside; see `Rle.paint`."""
    if not isinstance(target, np.ndarray) or target.shape[:2] != shape:
        got = target.shape if isinstance(target, np.ndarray) else type(target).__name__
        raise InputError(f"target: expected an array of shape ({shape[0]}, {shape[1]}, ...), got {got}")
    if not target.flags.writeable:
        raise InputError("target: expected a writable array")
    pixel = _pixel(value, target)
    if not edges.size or not target.size:
        return target
    word = _WORDS.get(pixel.nbytes)
    if (
        word is None
        or target.dtype.hasobject
        or not target.flags.c_contiguous
        or _address(target) % pixel.nbytes
    ):
        for y0, y1, x0, x1 in bands(edges, shape[1]).T.tolist():
            target[y0:y1, x0:x1] = pixel
        return target
    from annogeo.kernels.rle import paint_edges

    flat = target.reshape(-1).view(word)
    paint_edges(edges, flat, pixel.reshape(-1).view(word)[0])
    return target


def _pixel(value: Any, target: Array) -> Array:
    """Return the value as one pixel of the target."""
    pixel = np.empty(target.shape[2:], target.dtype)
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "biufc" and given.dtype.kind != target.dtype.kind:
            raise TypeError
        pixel[...] = given
    except (TypeError, ValueError, OverflowError):
        fits = False
    else:
        is_whole = target.dtype.kind in "iub"  # a fraction would be cut off, a number in a bool become True
        fits = not is_whole or bool((pixel == given).all())
    if not fits:
        raise InputError(
            f"value: expected what fits a pixel of {target.dtype} {target.shape[2:]}, got {brief(value)}"
        )
    return pixel


def _address(array: Array) -> int:
    return array.ctypes.data

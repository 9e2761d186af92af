"""What masks may be made of: sizes, whole numbers, dense arrays. Layer: rle, lowest; numpy only."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError

# The largest canvas anything is decoded to, in pixels: 16384 x 16384, a quarter of a gigabyte as bytes.
PIXEL_LIMIT = 2**28
# What a mask beyond it may cost in runs once it is brought into another order: half a gigabyte of edges.
EDGE_LIMIT = 2**26
# Row and column numbers are int32 in `rows`.
SIDE_LIMIT = 2**31 - 1


def checked_shape(given: Any, json_path: str | None = None) -> tuple[int, int]:
    """Check a height and width; any two integers that fit will do."""
    if type(given) in (tuple, list) and len(given) == 2:  # the usual case, quickly
        height, width = given
        if type(height) is type(width) is int and 0 <= height <= SIDE_LIMIT and 0 <= width <= SIDE_LIMIT:
            return height, width
    size = list(given) if isinstance(given, list | tuple | np.ndarray) else None
    whole = size is not None and all(
        isinstance(side, int | np.integer) and not isinstance(side, bool) and 0 <= side <= SIDE_LIMIT
        for side in size
    )
    if size is None or len(size) != 2 or not whole:
        raise InputError(f"expected height and width, two integers >= 0, got {given!r}", json_path=json_path)
    return int(size[0]), int(size[1])


def checked_whole(name: str, value: Any, low: int = -SIDE_LIMIT, high: int = SIDE_LIMIT) -> int:
    """Check a whole number."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise InputError(f"{name}: expected a whole number from {low} to {high}, got {brief(value)}")
    return int(value)


def check_cost(runs: int, shape: tuple[int, int]) -> None:
    """Refuse a mask that takes more runs than memory is meant for."""
    # Within the pixel limit any mask is fine; beyond it a few bytes of text could ask for all memory.
    if runs > EDGE_LIMIT and shape[0] * shape[1] > PIXEL_LIMIT:
        raise InputError(
            f"a mask of {size_text(shape)} px that takes {runs} runs is over the limit of {EDGE_LIMIT}"
        )


def size_text(shape: tuple[int, int]) -> str:
    """Write a size for people."""
    return f"{shape[0]}x{shape[1]}"


def brief(value: Any) -> str:
    """Write a value shortly."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def as_boolean(mask: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say of each number whether its pixel is inside; see `Rle.from_mask`."""
    try:
        dense = np.asarray(mask)
    except ValueError as error:  # rows of different lengths
        raise InputError(f"mask: expected an array of shape (h, w), got {error}") from None
    if dense.ndim != 2:
        raise InputError(f"mask: expected shape (h, w), got {dense.shape}")
    if dense.dtype == np.bool_:
        return dense
    if dense.dtype.kind not in "iuf":
        raise InputError(f"mask: expected booleans or numbers, got {dense.dtype}")
    nonzero: npt.NDArray[np.bool_] = dense != 0
    if dense.dtype.kind != "f":
        return nonzero
    if not np.isfinite(dense).all():
        y, x = np.argwhere(~np.isfinite(dense))[0]
        raise InputError(f"mask[{y}, {x}]: expected a finite number, got {dense[y, x]}")
    if dense.size and dense.max() > 1:
        return nonzero
    inside: npt.NDArray[np.bool_] = dense > 0.5
    return inside

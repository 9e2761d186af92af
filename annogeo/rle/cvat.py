"""CVAT's masks: run lengths along the rows of a box. Layer: rle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np

from annogeo.errors import InputError
from annogeo.rle.checks import SIDE_LIMIT, brief, size_text
from annogeo.rle.runs import IntArray, edges_of_counts

_BOX = ("left", "top", "width", "height")


class CvatMask(TypedDict):
    """The attributes of a ``<mask>`` element."""

    rle: str
    left: int
    top: int
    width: int
    height: int


def read(mask: Any, shape: tuple[int, int]) -> tuple[IntArray, tuple[int, int], int, int]:
    """Return the edges inside the box, the box's height and width, its left and its top; see `Rle.from_cvat`."""
    if isinstance(mask, Mapping):
        missing = [name for name in ("rle", *_BOX) if name not in mask]
        if missing:
            raise InputError(f"expected a CVAT mask with rle, {', '.join(_BOX)}; {missing[0]} is missing")
        counts = _numbers(mask["rle"], ".rle")
        box = [_numbers(mask[name], f".{name}") for name in _BOX]
        if any(side.size != 1 for side in box):
            raise InputError(f"expected one number each for {', '.join(_BOX)}")
        left, top, width, height = (int(side[0]) for side in box)
    else:
        numbers = _numbers(mask, ".points")
        if numbers.size < 4:
            raise InputError(
                f"expected run lengths, then left, top, right, bottom, got {numbers.size} numbers",
                json_path=".points",
            )
        counts = numbers[:-4]
        left, top, right, bottom = numbers[-4:].tolist()
        width, height = right - left + 1, bottom - top + 1
    is_inside = left >= 0 and top >= 0 and left + width <= shape[1] and top + height <= shape[0]
    if width < 0 or height < 0 or not (is_inside or width * height == 0):
        raise InputError(
            f"expected a box inside an image of {size_text(shape)} px, "
            f"got left {left}, top {top}, width {width}, height {height}"
        )
    total = counts.sum(dtype=np.float64)  # exact as far as it matters, and never overflows
    if (counts < 0).any() or total > width * height:
        raise InputError(
            f"expected run lengths, none negative, {width * height} px in all, got {brief(counts.tolist())}"
        )
    return edges_of_counts(counts), (height, width), left, top


def _numbers(given: Any, path: str) -> IntArray:
    """Read whole numbers: as text, as a number, or as several of either."""
    if isinstance(given, str):
        given = given.split(",")
    if isinstance(given, list | tuple):
        given = [_number(one) if isinstance(one, str) else one for one in given]
    try:
        numbers = np.atleast_1d(np.asarray(given))
    except (ValueError, OverflowError):
        numbers = np.zeros((0, 0))
    if numbers.size == 0 and numbers.ndim == 1:
        return np.zeros(0, np.int64)
    is_whole = numbers.ndim == 1 and numbers.dtype.kind in "iuf"
    if is_whole and numbers.dtype.kind == "f":
        is_whole = bool((numbers == np.floor(numbers)).all())  # False for NaN
    if not is_whole or not (np.abs(numbers.astype(np.float64)) <= float(SIDE_LIMIT) ** 2).all():
        raise InputError(f"expected whole numbers, got {brief(given)}", json_path=path)
    return numbers.astype(np.int64)


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None

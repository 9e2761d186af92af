"""Masks to boxes, and which of a mask's connected parts are asked for. Layer: masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Segmentation
from annogeo.errors import InputError
from annogeo.masks.outline import outline
from annogeo.rle import Rle


def boxes_from_mask(
    mask: npt.ArrayLike | Rle | Segmentation,
    connectivity: int = 4,
    min_area: float = 0,
    max_instances: int | None = None,
) -> npt.NDArray[np.float64]:
    """Return left, top, right, bottom of each connected part, largest first: float64 (n, 4). Holes make no boxes.

    The arguments are those of `Box.from_segmentation`.

    Examples
    --------
    >>> boxes_from_mask([[1, 0, 1, 1]])
    array([[2., 0., 4., 1.],
           [0., 0., 1., 1.]])
    >>> boxes_from_mask([[1, 0, 1, 1]], min_area=1)
    array([[2., 0., 4., 1.]])
    """
    least, most = checked_min_area(min_area), checked_max_instances(max_instances)
    traced = outline(mask.rle if isinstance(mask, Segmentation) else Rle.from_mask(mask), connectivity)
    large = traced.part_areas[traced.part_order()] > least
    return traced.part_boxes()[large][:most]


def checked_min_area(min_area: Any) -> float:
    """Return a number of pixels; InputError for anything else.

    Examples
    --------
    >>> checked_min_area(2)
    2.0
    """
    is_number = isinstance(min_area, int | float | np.integer | np.floating) and not isinstance(
        min_area, bool
    )
    if not is_number or math.isnan(min_area):
        raise InputError(f"min_area: expected a number of pixels, got {min_area!r}")
    return float(min_area)


def checked_max_instances(max_instances: Any) -> int | None:
    """Return how many parts at most, None for all; InputError for anything but whole numbers from 1.

    Examples
    --------
    >>> checked_max_instances(np.int64(3)), checked_max_instances(None)
    (3, None)
    """
    if max_instances is None:
        return None
    is_whole = isinstance(max_instances, int | np.integer) and not isinstance(max_instances, bool)
    if not is_whole or max_instances < 1:
        raise InputError(f"max_instances: expected a number from 1, or None for all, got {max_instances!r}")
    return int(max_instances)

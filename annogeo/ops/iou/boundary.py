"""Boundary IoU: how well the borders of two masks agree, which plain IoU hardly sees on large ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import number
from annogeo.definitions.mapping import checked_size
from annogeo.errors import InputError
from annogeo.ops.iou.sides import Side, side_of, side_of_one
from annogeo.rle import MaskStore, Rle, border

FloatArray = npt.NDArray[np.float64]

DILATION_RATIO = 0.02
"""Width of the border as a share of the picture's diagonal."""


def boundary_iou(
    a: Any,
    b: Any,
    dilation_ratio: float = DILATION_RATIO,
    *,
    height: int | None = None,
    width: int | None = None,
) -> float:
    """Return the IoU of the borders of two masks; see `boundary_iou_matrix`.

    Parameters
    ----------
    a, b : shape
        As for `iou`.
    dilation_ratio, height, width
        As for `boundary_iou_matrix`.

    Returns
    -------
    float
        0..1; 0 where neither has a border.

    Raises
    ------
    InputError
        As `boundary_iou_matrix` raises it, and for more than one shape.

    Examples
    --------
    >>> whole = np.zeros((100, 100), bool)
    >>> whole[10:90, 10:90] = True
    >>> smaller = np.zeros((100, 100), bool)
    >>> smaller[12:88, 12:88] = True
    >>> from annogeo.ops.iou import iou
    >>> round(iou(whole, smaller), 2), round(boundary_iou(whole, smaller), 2)
    (0.9, 0.2)
    """
    sides = side_of_one(a, "a"), side_of_one(b, "b")
    return float(_matrix(*sides, dilation_ratio, height, width)[0, 0])


def boundary_iou_matrix(
    A: Any,
    B: Any,
    dilation_ratio: float = DILATION_RATIO,
    *,
    height: int | None = None,
    width: int | None = None,
) -> FloatArray:
    """Return the IoU of the borders of every mask of A with every one of B.

    The border of a mask is what of it lies within ``d = max(1, round(dilation_ratio * diagonal))`` px (in a square) of
    its outside, beyond the picture's border included.

    Parameters
    ----------
    A, B : shapes
        As `iou_matrix` takes them.
    dilation_ratio : float
        The border's width as a share of the picture's diagonal, above 0.
    height, width : int, optional
        Of the picture in px, where there are only vector shapes; these are filled by rule `center`.

    Returns
    -------
    float64 (N, M)
        0 where neither has a border.

    Raises
    ------
    InputError
        For masks of different sizes, a shape without an area, or no size.

    Notes
    -----
    Cheng, Girshick, Dollár, Berg and Kirillov, "Boundary IoU", CVPR 2021; the same pixels as their
    ``mask_to_boundary``. Their average precision takes the lesser of this and the plain IoU.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> truths = [Box(10, 10, 90, 90), Box(0, 0, 5, 5)]
    >>> boundary_iou_matrix(truths, [Box(12, 12, 88, 88)], height=100, width=100).round(2)
    array([[0.2],
           [0. ]])
    """
    one = side_of(A, "A")
    other = one if B is A else side_of(B, "B")
    return _matrix(one, other, dilation_ratio, height, width)


def _matrix(a: Side, b: Side, dilation_ratio: float, height: int | None, width: int | None) -> FloatArray:
    ratio = number("dilation_ratio", dilation_ratio)
    if ratio <= 0:
        raise InputError(f"dilation_ratio: expected a number above 0, got {dilation_ratio}")
    if a.n == 0 or b.n == 0:
        return np.zeros((a.n, b.n))
    shape = _shape(a, b, height, width)
    distance = max(1, round(ratio * math.hypot(*shape)))
    mine = _borders(a, shape, distance)
    theirs = mine if b is a else _borders(b, shape, distance)
    return mine.iou(theirs)


def _shape(a: Side, b: Side, height: int | None, width: int | None) -> tuple[int, int]:
    """Return the one size there is."""
    known = {*a.masks, *b.masks}
    if height is not None and width is not None:
        known.add(checked_size(height, width))
    if not known:
        raise InputError("the size of the picture is not known", hint="give height= and width=")
    if len(known) > 1:
        sizes = " and ".join(f"{h}x{w}" for h, w in sorted(known))
        raise InputError(f"expected masks of one size, got {sizes}")
    return known.pop()


def _borders(side: Side, shape: tuple[int, int], distance: int) -> MaskStore:
    masks: list[Rle] = [Rle(shape, np.zeros(0, np.int64))] * side.n
    places, held = side.masks.get(shape, (np.zeros(0, np.int64), ()))
    for place, mask in zip(places.tolist(), held, strict=True):
        masks[place] = mask
    for place, mask in zip(side.vectors.tolist(), side.pixels(shape), strict=True):
        masks[place] = mask
    return MaskStore([border(mask, distance) for mask in masks], shape)

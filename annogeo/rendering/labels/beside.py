"""The places beside shapes where labels may stand, for one shape or many at once. Layer: rendering."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.rendering.labels.caption import Edges
from annogeo.rendering.labels.occupancy import Rectangle

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SMALL_SIDE, SMALL_AREA = 2.0, 12.0  # in heights of text: what a label would hide
ROOMY = 2.5  # a label stands inside a shape this many times as high, and as large in area as its square
LIMITS = np.array([SMALL_SIDE, SMALL_AREA, ROOMY])

# Lines that a label is set against, in either direction: it begins at (a * low + b * high - c * length) // 2.
_BEFORE, _AT_START, _CENTRED, _AT_END, _BEHIND = (2, 0, 2), (2, 0, 0), (1, 1, 1), (0, 2, 2), (0, 2, 0)
_IN_ROOMY = True

# Across, along, and whether within the shape, which is for roomy ones; best first.
SPOTS = (
    (_AT_START, _BEFORE, False),
    (_AT_START, _AT_START, _IN_ROOMY),
    (_AT_END, _BEFORE, False),
    (_AT_START, _BEHIND, False),
    (_BEHIND, _AT_START, False),
    (_BEHIND, _CENTRED, False),
    (_BEFORE, _AT_START, False),
    (_BEFORE, _CENTRED, False),
    (_AT_END, _AT_END, False),
    (_CENTRED, _BEFORE, False),
    (_CENTRED, _BEHIND, False),
    (_BEHIND, _BEFORE, False),
    (_BEFORE, _BEFORE, False),
    (_BEHIND, _BEHIND, False),
    (_BEFORE, _BEHIND, False),
    (_AT_START, _AT_END, _IN_ROOMY),
    (_AT_END, _AT_START, _IN_ROOMY),
    (_AT_END, _AT_END, _IN_ROOMY),
)


def touches(edges: Edges | None, height: int, width: int) -> bool:
    """Whether a shape, or a point on the picture's very edge, lies on the picture; None is all of it.

    Examples
    --------
    >>> touches((-5.0, 0.0, 0.0, 4.0), 10, 10), touches((0.0, 0.0, 0.0, 0.0), 10, 10)
    (False, True)
    """
    if edges is None:
        return True
    left, top, right, bottom = edges
    return left < width and top < height and (right > 0 or left >= 0) and (bottom > 0 or top >= 0)


class Boxes(NamedTuple):
    """Where shapes lie: as `annogeo.kernels.labels` has it for the frames of videos.

    Parameters
    ----------
    px : int64 (n, 4)
        left, top, right, bottom of the pixels they lie on, in the picture.
    lefts : int64 (n,)
        Where a label begins that stands right above.
    is_small : bool (n,)
        Whether a label would hide them.
    """

    px: IntArray
    lefts: IntArray
    is_small: npt.NDArray[np.bool_]


def boxes_of(edges: FloatArray, text_px: int, height: int, width: int) -> Boxes:
    """Clip shapes to the picture, and say which are small; a point is as large as it is drawn.

    Parameters
    ----------
    edges : float64 (n, 4)
        left, top, right, bottom in px.
    text_px : int
        The height of text.
    height, width : int
        The picture's.

    Examples
    --------
    >>> boxes_of(np.array([[2.5, 3.0, 90.0, 40.5]]), 8, 30, 60).px.tolist()
    [[2, 3, 60, 30]]
    """
    low, high = edges[:, :2], edges[:, 2:]
    grown = np.where(high - low < 1, max(text_px // 4, 1), 0)
    end = np.array([width, height])
    px = np.empty(edges.shape, np.int64)
    px[:, :2] = np.minimum(np.maximum(low - grown, 0), end - 1)
    px[:, 2:] = np.minimum(np.maximum(np.ceil(high) + grown, 1), end)
    sides = px[:, 2:] - px[:, :2]
    is_small = (sides < SMALL_SIDE * text_px).any(axis=1) | (
        sides[:, 0] * sides[:, 1] < SMALL_AREA * text_px**2
    )
    return Boxes(px, np.minimum(np.maximum(edges[:, 0], 0), width).astype(np.int64), is_small)


def aligned(shape: Rectangle, cell: int) -> Rectangle:
    """Grow a box to whole cells, so that a label right beside it shares none with it.

    Examples
    --------
    >>> aligned((3, 3, 5, 9), 4)
    (0, 0, 8, 12)
    """
    x0, y0, x1, y1 = shape
    return x0 // cell * cell, y0 // cell * cell, -(-x1 // cell) * cell, -(-y1 // cell) * cell


def spots_beside(shape: Rectangle, w: int, h: int) -> Iterator[tuple[int, int, int]]:
    """Give the places beside a shape, best first: slot, x, y; the caller moves what does not fit into the picture.

    Parameters
    ----------
    shape : (left, top, right, bottom)
    w, h : int
        The label's.

    Examples
    --------
    >>> next(spots_beside((10, 20, 30, 40), 15, 8))
    (0, 10, 12)
    """
    left, top, right, bottom = shape
    wide, high = right - left, bottom - top
    is_roomy = high >= ROOMY * h and wide * high >= ROOMY**2 * w * h
    for slot, ((a, b, c), (d, e, f), needs_room) in enumerate(SPOTS):
        if is_roomy or not needs_room:
            yield slot, (a * left + b * right - c * w) // 2, (d * top + e * bottom - f * h) // 2

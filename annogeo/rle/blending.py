"""From one mask to another by signed distance. Layer: rle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.rle.value import Rle

FloatArray = npt.NDArray[np.float32]

_MOST_PIXELS = 64_000_000  # of the part of both masks that is looked at


def masks_between(before: Rle, after: Rle) -> Callable[[float], Rle] | None:
    """Return the mask at a weight between two: where the distances to both outlines, mixed, say inside.

    The second mask is laid over the first by their centroids, to the pixel, and the result moves on evenly, so that a
    mask that only moves stays what it is.

    Parameters
    ----------
    before, after : Rle
        Results have the shape of the first.

    Returns
    -------
    float -> Rle, or None
        None where a mask is empty, or both are too large to look at pixel by pixel.

    Examples
    --------
    >>> mask = np.zeros((3, 12), bool)
    >>> mask[:, :3] = True
    >>> half = masks_between(Rle.from_mask(mask), Rle.from_mask(np.roll(mask, 8, axis=1)))
    >>> half(0.5).bounds.tolist()
    [4.0, 0.0, 7.0, 3.0]

    Notes
    -----
    Shape-based interpolation: Raya and Udupa, IEEE Transactions on Medical Imaging 9, 1990. Distances are exact
    (Felzenszwalb and Huttenlocher), from pixel centres to the border between pixels.
    """
    if not before.area or not after.area:
        return None
    mine, theirs = _box(before), _box(after)
    way = np.rint(after.centroid - before.centroid).astype(int)  # dx, dy
    laid = theirs - np.tile(way, 2)
    low = np.minimum(mine[:2], laid[:2]) - 1
    high = np.maximum(mine[2:], laid[2:]) + 1
    width, height = (high - low).tolist()
    if width * height > _MOST_PIXELS:
        return None
    start = _distances(before, low, (height, width))
    end = _distances(after, low + way, (height, width))

    def make(weight: float) -> Rle:
        inside = start + (end - start) * np.float32(weight) > 0.0
        return _placed(inside, low + np.rint(way * weight).astype(int), before.shape)

    return make


def _box(rle: Rle) -> npt.NDArray[np.int64]:
    return rle.bounds.astype(np.int64)


def _dense(rle: Rle, origin: Any, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Decode a mask into a picture whose top left pixel is `origin`."""
    found = np.zeros(size, np.uint8)
    for y, x0, x1 in (rle.rows() - np.array([origin[1], origin[0], origin[0]])).tolist():
        found[y, x0:x1] = 1
    return found


def _distances(rle: Rle, origin: Any, size: tuple[int, int]) -> FloatArray:
    import cv2

    inside = _dense(rle, origin, size)
    to_outside = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    to_inside = cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    signed: FloatArray = np.where(inside != 0, to_outside - 0.5, 0.5 - to_inside).astype(np.float32)
    return signed


def _placed(inside: npt.NDArray[np.bool_], corner: Any, shape: tuple[int, int]) -> Rle:
    """Put a small picture into a mask of another size, cut where it reaches over."""
    rows = Rle.from_mask(inside).rows().astype(np.int64) + np.array([corner[1], corner[0], corner[0]])
    height, width = shape
    rows = rows[(rows[:, 0] >= 0) & (rows[:, 0] < height)]
    rows[:, 1:] = np.clip(rows[:, 1:], 0, width)
    return Rle.from_rows(rows, shape)

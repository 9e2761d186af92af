"""Masks under maps of the plane, as runs. Layer: needs kernels and geometry.

The rule: a pixel of the new mask is inside when its centre, mapped back, lies in a pixel inside; a pixel holds its left
and top border. Flips, quarter turns, whole shifts, crops and resizes read rows of runs; other maps test each centre.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.geometry.affine import inverted, is_affine, map_points, weights
from annogeo.geometry.corners import box_corners
from annogeo.rle.checks import PIXEL_LIMIT
from annogeo.rle.runs import transposed
from annogeo.rle.value import Rle

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Size = tuple[int, int]


def mapped_mask(rle: Rle, matrix: FloatArray, size: Size | None = None) -> Rle:
    """Return a mask under a map.

    Parameters
    ----------
    rle : Rle
    matrix : float64 (3, 3)
        Checked; takes the mask's plane to the new one.
    size : (height, width), optional
        Of the new mask; None: from the origin as far as the mapped mask reaches, empty parts included.

    Raises
    ------
    InputError
        If the new mask would have more pixels than are ever decoded, or has no end in a perspective map.

    Examples
    --------
    >>> mask = Rle.from_mask([[1, 0, 0], [1, 1, 0]])
    >>> mapped_mask(mask, np.array([[2.0, 0, 0], [0, 1, 0], [0, 0, 1]])).to_mask().astype(int).tolist()
    [[1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0]]
    """
    height, width = size or _reach(rle.shape, matrix)
    if height * width > PIXEL_LIMIT:
        raise InputError(
            f"the mapped mask would be {height} x {width} px, over the limit of {PIXEL_LIMIT} pixels",
            hint="give the size of the picture it is mapped to",
        )
    if not rle.edges.size:
        return Rle((height, width), np.zeros(0, np.int64))
    inverse = inverted(matrix)
    (a, b, _), (d, e, _), _ = inverse.tolist()
    if is_affine(matrix) and b == 0.0 and d == 0.0:
        return _scaled(rle, (a, inverse[0, 2]), (e, inverse[1, 2]), (height, width))
    if is_affine(matrix) and a == 0.0 and e == 0.0:
        rows, columns = rle.shape
        turned = Rle((columns, rows), transposed(rle.edges, rows, columns))
        return _scaled(turned, (d, inverse[1, 2]), (b, inverse[0, 2]), (height, width))
    return _sampled(rle, matrix, inverse, (height, width))


def cut_mask(rle: Rle, planes: FloatArray) -> Rle:
    """Return the mask without the pixels whose centres lie outside of any half-plane.

    Examples
    --------
    >>> cut_mask(Rle.from_mask([[1, 1, 1, 1]]), np.array([[1.0, 0.0, -1.0]])).bounds.tolist()
    [1.0, 0.0, 4.0, 1.0]
    """
    if not rle.edges.size:
        return rle
    corners = box_corners(*rle.bounds.tolist())
    crossing = [plane for plane in planes if (corners @ plane[:2] + plane[2] < 0.0).any()]
    if not crossing:
        return rle
    rows = rle.rows()
    y, low, high = rows[:, 0] + 0.5, rows[:, 1].astype(np.float64), rows[:, 2].astype(np.float64)
    for a, b, c in (plane.tolist() for plane in crossing):
        rest = b * y + c
        if a == 0.0:
            high = np.where(rest < 0.0, low, high)
            continue
        border = np.clip(
            -rest / a - 0.5, -1.0, rle.shape[1] + 1.0
        )  # in pixels: of the first or last centre inside
        if a > 0.0:
            low = np.maximum(low, np.ceil(border))
        else:
            high = np.minimum(high, np.floor(border) + 1.0)
    cut = np.stack([rows[:, 0], low.astype(np.int32), high.astype(np.int32)], axis=1)
    return Rle.from_rows(cut[low < high], rle.shape)


def _reach(shape: Size, matrix: FloatArray) -> Size:
    """Return the smallest size that holds the mapped picture, as far as it is right of and below the origin."""
    corners = box_corners(0.0, 0.0, float(shape[1]), float(shape[0]))
    if not (weights(matrix, corners) > 0.0).all():
        raise InputError(
            "a mask that crosses the horizon of a perspective map has no end",
            hint="give the size of the picture it is mapped to: annogeo.transform(collection, matrix, height, width)",
        )
    farthest = map_points(matrix, corners).max(axis=0)
    if not (farthest < 2.0**31).all():
        raise InputError(f"the mapped mask would reach to {farthest.tolist()} px")
    right, bottom = np.ceil(farthest - 1e-6).astype(int).tolist()  # rounding adds no pixel
    return max(bottom, 0), max(right, 0)


def _scaled(rle: Rle, across: tuple[float, float], down: tuple[float, float], size: Size) -> Rle:
    """Map where x and y are only scaled and moved: factor and offset back to the source, each."""
    columns, rows = _sources(across, size[1]), _sources(down, size[0])
    runs = rle.rows()
    starts = np.searchsorted(runs[:, 0], np.arange(rle.shape[0] + 1))
    used = np.flatnonzero((rows >= 0) & (rows < rle.shape[0]))
    counts = starts[rows[used] + 1] - starts[rows[used]]
    first = starts[rows[used]]
    offsets = np.cumsum(counts) - counts
    within = np.arange(int(counts.sum())) - np.repeat(offsets, counts)
    if across[0] < 0.0:  # mirrored: the last run of a row comes first
        within = np.repeat(counts - 1, counts) - within
    picked = runs[np.repeat(first, counts) + within]
    if across[0] > 0.0:
        low, high = np.searchsorted(columns, picked[:, 1]), np.searchsorted(columns, picked[:, 2])
    else:
        rising = columns[::-1]
        low = size[1] - np.searchsorted(rising, picked[:, 2])
        high = size[1] - np.searchsorted(rising, picked[:, 1])
    made = np.empty((low.size, 3), np.int32)
    made[:, 0], made[:, 1], made[:, 2] = np.repeat(used, counts), low, high
    return Rle.from_rows(made[low < high], size)


def _sources(back: tuple[float, float], n: int) -> IntArray:
    """Return which pixel along an axis the centre of each of n new pixels comes from; may be outside."""
    factor, offset = back
    found = np.floor(factor * (np.arange(n) + 0.5) + offset)
    whole: IntArray = np.clip(found, -(2.0**40), 2.0**40).astype(np.int64)
    return whole


def _sampled(rle: Rle, matrix: FloatArray, inverse: FloatArray, size: Size) -> Rle:
    """Map in any way: look at each centre where the mask may be."""
    from annogeo.kernels.warp import map_mask

    left, top, right, bottom = rle.bounds.astype(int).tolist()
    window = _window(matrix, box_corners(left, top, right, bottom), size)
    if (window[2:] <= window[:2]).any():
        return Rle(size, np.zeros(0, np.int64))
    part = np.ascontiguousarray(rle.crop(left, top, right, bottom).to_mask()).view(np.uint8)
    to_part = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top], [0.0, 0.0, 1.0]]) @ inverse
    edges = np.empty(8 * int(window[3] - window[1]) + 64, np.int64)
    found = map_mask(part, to_part, window, size[1], edges)
    if found > edges.size:
        edges = np.empty(found, np.int64)
        found = map_mask(part, to_part, window, size[1], edges)
    return Rle(size, edges[:found])


def _window(matrix: FloatArray, corners: FloatArray, size: Size) -> IntArray:
    """Return left, top, right, bottom of the pixels a mapped box may reach."""
    height, width = size
    if not (weights(matrix, corners) > 0.0).all():
        return np.array([0, 0, width, height])
    places = map_points(matrix, corners)
    low = np.clip(np.floor(places.min(axis=0)) - 1.0, 0.0, [width, height])
    high = np.clip(np.ceil(places.max(axis=0)) + 1.0, 0.0, [width, height])
    window: IntArray = np.concatenate([low, high]).astype(np.int64)
    return window

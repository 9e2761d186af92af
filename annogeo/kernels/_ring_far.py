"""Clips rings that reach farther than a rule's arithmetic to a box around the canvas. Plain numpy. Layer: kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MARGIN = 64.0  # px around the canvas


def bring_near(
    xy: FloatArray, rings: IntArray, farthest: float, height: int, width: int
) -> tuple[FloatArray, IntArray]:
    """Return points and ring offsets with no coordinate beyond `farthest`, the same on the canvas.

    Rings with a coordinate that is not finite are emptied, others that reach too far are clipped to the canvas and a
    margin. All of them at once: edges that leave or enter get a point where they cross one border after the other.

    Examples
    --------
    >>> xy = np.array([[-1e9, 2.0], [1e9, 2.0], [1e9, 5.0], [-1e9, 5.0]])
    >>> bring_near(xy, np.array([0, 4]), 1e6, 8, 8)[0].tolist()
    [[-64.0, 2.0], [72.0, 2.0], [72.0, 5.0], [-64.0, 5.0]]
    """
    if xy.size == 0 or max(-xy.min(), xy.max()) <= farthest:
        return xy, rings
    sizes = np.diff(rings)
    ring = np.repeat(np.arange(sizes.size), sizes)
    is_far = np.zeros(sizes.size, np.bool_)
    is_lost = np.zeros(sizes.size, np.bool_)
    is_far[ring[~(np.abs(xy) <= farthest).all(axis=1)]] = True
    is_lost[ring[~np.isfinite(xy).all(axis=1)]] = True
    near = ~is_far[ring]
    clipped = is_far[ring] & ~is_lost[ring]
    far_xy, far_ring = xy[clipped], ring[clipped]
    for axis, high in ((0, width + MARGIN), (1, height + MARGIN)):
        far_xy, far_ring = _clip(far_xy, far_ring, axis, -MARGIN, 1.0)
        far_xy, far_ring = _clip(far_xy, far_ring, axis, high, -1.0)
    far_xy = np.clip(far_xy, -MARGIN, (width + MARGIN, height + MARGIN))
    ring = np.concatenate([ring[near], far_ring])
    order = np.argsort(ring, kind="stable")
    offsets = np.zeros(sizes.size + 1, np.int64)
    np.cumsum(np.bincount(ring, minlength=sizes.size), out=offsets[1:])
    return np.concatenate([xy[near], far_xy])[order], offsets


def _clip(
    xy: FloatArray, ring: IntArray, axis: int, bound: float, sign: float
) -> tuple[FloatArray, IntArray]:
    """Return what of rings is on the inner side of a border: the points there, and those on it of edges that cross."""
    n = ring.size
    if n == 0:
        return xy, ring
    starts = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]]))
    following = np.arange(1, n + 1)
    following[np.append(starts[1:], n) - 1] = starts
    is_in = sign * xy[:, axis] >= sign * bound
    is_crossing = is_in != is_in[following]
    a, b = xy[is_crossing], xy[following[is_crossing]]
    # quarters, because the difference of two finite numbers may not be finite
    share = ((bound / 4 - a[:, axis] / 4) / (b[:, axis] / 4 - a[:, axis] / 4))[:, None]
    crossing = 4 * (a / 4 * (1 - share) + b / 4 * share)
    crossing[:, axis] = bound
    place = np.concatenate([2 * np.flatnonzero(is_in), 2 * np.flatnonzero(is_crossing) + 1])
    order = np.argsort(place)
    points = np.concatenate([xy[is_in], crossing])[order]
    return points, np.concatenate([ring[is_in], ring[is_crossing]])[order]

"""Fewer vertices for traced rings: as few as keep every pixel, or as few as stay within a distance. Layer: masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.masks.outline import is_eight

FloatArray = npt.NDArray[np.float64]
Offsets = npt.NDArray[np.integer]
Corners = npt.NDArray[np.int32]

_LEAST_EPSILON = 2.0**-16  # px; rings that meet in a point are moved apart by half of it
_MOST_SHIFT = 1 / 8  # px, how far they are moved apart at most
_TRIES = 8  # on how many links to try to close a ring; more save a quarter of a percent of the vertices


def checked_epsilon(epsilon: Any) -> float | None:
    """Return a distance in px or None; InputError for anything else.

    Examples
    --------
    >>> checked_epsilon(1)
    1.0
    """
    if epsilon is None:
        return None
    is_number = isinstance(epsilon, int | float | np.integer | np.floating) and not isinstance(epsilon, bool)
    if not (is_number and (epsilon == 0 or _LEAST_EPSILON <= epsilon < math.inf)):
        raise InputError(
            f"epsilon: expected None, 0 or a distance from {_LEAST_EPSILON:.1g} px on, got {epsilon!r}",
            hint="0 keeps all corners, None all pixels",
        )
    return float(epsilon)


def with_fewer_vertices(
    xy: Corners,
    offsets: Offsets,
    shape: tuple[int, int],
    epsilon: float | None,
    connectivity: int,
    masks: npt.NDArray[np.integer] | None = None,
) -> tuple[FloatArray, Offsets]:
    """Return vertices and offsets of traced rings as `epsilon` asks: None `fewest`, 0 all corners, else `simplified`.

    Examples
    --------
    >>> box = np.array([[0, 0], [2, 0], [2, 1], [0, 1]], np.int32), np.array([0, 4])
    >>> with_fewer_vertices(*box, (5, 5), 0, 4)[0].tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]]
    """
    if epsilon is None:
        return fewest(xy, offsets, shape, connectivity, masks)
    if epsilon == 0:
        return xy.astype(np.float64), offsets
    return simplified(xy, offsets, epsilon, connectivity, masks)


def fewest(
    xy: Corners,
    offsets: Offsets,
    shape: tuple[int, int],
    connectivity: int = 4,
    masks: npt.NDArray[np.integer] | None = None,
) -> tuple[FloatArray, Offsets]:
    """Return rings of as few vertices as can be reached that, filled by rule ``center``, hold the same pixels.

    Parameters
    ----------
    xy : int32 (n, 2)
        Corners of traced rings, as `outline` gives them, px.
    offsets : int (r + 1,)
        Ring k has the corners ``offsets[k]:offsets[k + 1]``.
    shape : (int, int)
        Height and width of the image; no vertex lies outside.
    connectivity : 4 or 8
        What the rings were traced with.
    masks : int (r,), optional
        Which mask each ring belongs to; None: all to one.

    Returns
    -------
    xy : float64 (m, 2)
        Vertices, freely placed, less than 0.7 px from the traced ring. No ring crosses or touches itself or
        another of its mask. A box keeps its four corners.
    offsets : int32 (r + 1,)
        In the order given.

    Notes
    -----
    A minimum-link path (S. Suri, "A linear time algorithm for minimum link paths inside a simple polygon", 1986) in
    the sleeve that lies between the centres of the pixels inside and outside: see kernels/fewest.py.

    Examples
    --------
    >>> from annogeo.masks import outline
    >>> from annogeo.rle import Rle
    >>> steps = outline(Rle.from_mask(np.tri(9)))
    >>> xy, offsets = fewest(steps.xy, steps.offsets, (9, 9))
    >>> len(steps.xy), len(xy)
    (20, 4)
    """
    from annogeo.kernels.fewest import fewest_rings

    eight, (height, width) = is_eight(connectivity), shape
    xy, starts, masks = _as_kernels_take(xy, offsets, masks)
    n = len(xy)
    room = int(np.diff(starts).max(initial=0)) + 16
    lines, marks = np.empty((7 * room + 3, 4)), np.empty((room + 2, 3), np.int64)
    table = np.full(2 * n + _table_size(n), -1, np.int32)
    out, out_offsets = np.empty((n, 2)), np.empty_like(starts)
    count = fewest_rings(
        xy, starts, masks, height, width, eight, _TRIES, lines, marks, table, out, out_offsets
    )
    return out[:count].copy(), out_offsets


def simplified(
    xy: Corners,
    offsets: Offsets,
    epsilon: float,
    connectivity: int = 4,
    masks: npt.NDArray[np.integer] | None = None,
) -> tuple[FloatArray, Offsets]:
    """Return rings of fewer vertices whose Hausdorff distance from the traced ones is at most `epsilon` px.

    The arguments are those of `fewest`. Vertices are corners of the traced rings, but that where two meet in a point
    they are moved apart by less than the distance. No ring crosses or touches itself or another of its mask, each lies
    in those that it lay in, and none vanishes.

    Notes
    -----
    Vertices are taken out, the least missed first, as long as the triangle that this cuts off holds no other vertex:
    see kernels/simplify.py.

    Examples
    --------
    >>> from annogeo.masks import outline
    >>> from annogeo.rle import Rle
    >>> steps = outline(Rle.from_mask(np.tri(9)))
    >>> simplified(steps.xy, steps.offsets, 1)[0].tolist()
    [[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]]
    """
    from annogeo.kernels.simplify import LINKS, simplify_rings

    eight = is_eight(connectivity)
    xy, starts, masks = _as_kernels_take(xy, offsets, masks)
    n = len(xy)
    links, heads = np.empty((LINKS, n), np.int32), np.full(_table_size(n), -1, np.int32)
    out, out_offsets = np.empty((n, 2)), np.empty_like(starts)
    shift = min(epsilon / 2, _MOST_SHIFT)
    count = simplify_rings(xy, starts, masks, eight, float(epsilon), shift, links, heads, out, out_offsets)
    return out[:count].copy(), out_offsets


def _as_kernels_take(
    xy: Corners, offsets: Offsets, masks: npt.NDArray[np.integer] | None
) -> tuple[Corners, Corners, npt.NDArray[np.int64]]:
    """Return arrays in the one type that kernels are compiled for."""
    numbers = np.zeros(len(offsets) - 1, np.int64) if masks is None else masks
    return (
        np.ascontiguousarray(xy, np.int32),
        np.ascontiguousarray(offsets, np.int32),
        np.ascontiguousarray(numbers, np.int64),
    )


def _table_size(n: int) -> int:
    """Return a power of two, more than twice as many."""
    return 1 << (2 * n).bit_length()

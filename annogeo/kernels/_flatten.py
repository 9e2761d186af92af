"""Ellipses as polygons, many at once, fine only where they are seen. Plain numpy. Layer: kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SAGITTA = 1.0 / 64.0  # largest distance, in px, of a polygon from its curve on the canvas
START_ARCS = 8
HALVINGS = 48  # beyond, arcs are too short for float64 to tell their ends apart
MARGIN = 2.0  # px around the canvas that are flattened as finely as the canvas itself


def flatten_ellipses(points: FloatArray, height: int, width: int) -> tuple[FloatArray, IntArray]:
    """Return the inscribed polygons of ellipses, one after the other, and how many points each has.

    Parameters
    ----------
    points : float (3 n, 2)
        Of each ellipse: centre, half axes, (angle in degrees clockwise, 0), as in a draw list.
    height, width : int
        Arcs that cannot be seen on this canvas are not divided further.

    Examples
    --------
    >>> polygon, sizes = flatten_ellipses(np.array([[4.0, 4.0], [0.01, 0.01], [0.0, 0.0]]), 8, 8)
    >>> sizes.tolist(), polygon[::4].tolist()
    ([8], [[4.01, 4.0], [3.99, 4.0]])
    """
    ellipses = points.reshape(-1, 6)
    n = ellipses.shape[0]
    largest = np.abs(ellipses[:, 2:4]).max(axis=1, initial=0.0)
    owner = np.repeat(np.arange(n), START_ARCS)
    canvas = np.array([width, height], np.float64)
    length = 4.0 / START_ARCS  # in quarter turns, so that the ends of the axes are exact
    start = np.tile(np.arange(START_ARCS) * length, n)
    kept: list[tuple[IntArray, FloatArray]] = []
    for _ in range(HALVINGS):
        if owner.size == 0:
            break
        sagitta = 2.0 * largest[owner] * np.sin(length * np.pi / 8.0) ** 2
        a, b = _on_ellipse(ellipses[owner], start), _on_ellipse(ellipses[owner], start + length)
        reach = (sagitta + MARGIN)[:, None]
        is_seen = (np.minimum(a, b) <= canvas + reach) & (np.maximum(a, b) >= -reach)
        is_coarse = (sagitta > SAGITTA) & is_seen.all(axis=1)
        kept.append((owner[~is_coarse], start[~is_coarse]))
        length /= 2.0
        owner = np.repeat(owner[is_coarse], 2)
        start = np.repeat(start[is_coarse], 2)
        start[1::2] += length
    kept.append((owner, start))
    owner, start = (np.concatenate(part) for part in zip(*kept, strict=True))
    order = np.lexsort((start, owner))
    owner, start = owner[order], start[order]
    return _on_ellipse(ellipses[owner], start), np.bincount(owner, minlength=n)


def _on_ellipse(ellipses: FloatArray, quarters: FloatArray) -> FloatArray:
    """Return the point of each ellipse that is some quarter turns from the end of its first axis."""
    cos, sin = _cos_sin(quarters)
    along, beside = ellipses[:, 2] * cos, ellipses[:, 3] * sin
    cos, sin = _cos_sin(ellipses[:, 4] % 360.0 / 90.0)
    x = ellipses[:, 0] + cos * along - sin * beside
    y = ellipses[:, 1] + sin * along + cos * beside
    return np.stack([x, y], axis=1)


def _cos_sin(quarters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cosine and sine of 0 to 4 quarter turns; exact for whole ones."""
    whole = np.floor(quarters)
    rest = (quarters - whole) * (np.pi / 2.0)
    cos, sin = np.cos(rest), np.sin(rest)
    quadrant = whole.astype(np.int64) % 4
    return np.choose(quadrant, (cos, -sin, -cos, sin)), np.choose(quadrant, (sin, cos, -sin, -cos))

"""Connected parts of a mask, by its runs. Slow twin: tests/naive/rle_parts.py."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit

Positions = npt.NDArray[np.int64]


@inlined
def _root(parents: Positions, k: int) -> int:
    """Follow parents to the first band of a part, and shorten the way for the next time."""
    while parents[k] != k:
        parents[k] = parents[parents[k]]
        k = parents[k]
    return k


@jit
def label_bands(bands: Positions, reach: int, parents: Positions, labels: Positions) -> int:
    """Number the connected parts of a mask from 0 in reading order; return how many there are.

    Each row's bands are walked along with those of the row above, and a part is known by its first band (union-find).

    Parameters
    ----------
    bands : int64 (4, n)
        y0, y1, x0, x1 in reading order, half-open; those on one row are apart, and one higher than a row is alone on
        its rows (see `annogeo.rle.runs.bands`).
    reach : int
        0: 4-connected, 1: 8-connected.
    parents : int64 (n,)
        Scratch.
    labels : int64 (n,)
        Output: the part of each band.
    """
    n = labels.size
    above, start = 0, 0
    while start < n:
        end = start
        while end < n and bands[0, end] == bands[0, start]:
            parents[end] = end
            end += 1
        i = above
        if bands[1, above] != bands[0, start]:  # not the row above (or there is none)
            i = start
        for k in range(start, end):
            while i < start and bands[3, i] + reach <= bands[2, k]:
                i += 1
            j = i
            while j < start and bands[2, j] < bands[3, k] + reach:
                one, other = _root(parents, j), _root(parents, k)
                parents[max(one, other)] = min(one, other)
                j += 1
        above, start = start, end
    found = 0
    for k in range(n):
        if parents[k] == k:
            labels[k] = found
            found += 1
        else:
            labels[k] = labels[parents[k]]
    return found

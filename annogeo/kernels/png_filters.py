"""The filters of PNG rows undone, for pixels of any kind. Slow twin: tests/naive/png.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit, leaf

Bytes = npt.NDArray[np.uint8]
Int = Any  # int64, or int where the kernels run as Python


@leaf
def unfilter(kind: Int, raw: Int, left: Int, above: Int, corner: Int) -> Int:
    """Undo one filter for one byte (PNG specification, section 9)."""
    if kind == 0:
        return raw
    if kind == 1:
        return (raw + left) & 255
    if kind == 2:
        return (raw + above) & 255
    if kind == 3:
        return (raw + ((left + above) >> 1)) & 255
    to_left = abs(above - corner)
    to_above = abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return (raw + left) & 255
    if to_above <= to_corner:
        return (raw + above) & 255
    return (raw + corner) & 255


@jit
def unfilter_rows(filtered: Bytes, step: int, rows: Bytes) -> bool:
    """Undo the filters of some rows.

    Parameters
    ----------
    filtered : uint8 (n, 1 + length)
        Each row behind the byte that says its filter.
    step : int
        Bytes of a pixel, at least 1.
    rows : uint8 (n + 1, length)
        The first is the row above, zeros at the top; the others are written.

    Returns
    -------
    bool
        False if a filter does not exist.
    """
    length = rows.shape[1]
    for y in range(filtered.shape[0]):
        kind = np.int64(filtered[y, 0])
        if kind > 4:
            return False
        for k in range(length):
            left = np.int64(0)
            corner = np.int64(0)
            if k >= step:
                left = np.int64(rows[y + 1, k - step])
                corner = np.int64(rows[y, k - step])
            rows[y + 1, k] = unfilter(kind, np.int64(filtered[y, k + 1]), left, np.int64(rows[y, k]), corner)
    return True

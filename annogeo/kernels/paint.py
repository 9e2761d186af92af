"""From spans to pixels and runs: paint values, fill mask stacks, merge runs.

Plain arrays in and out. Spans are int32 arrays item, y, x0, x1 in drawing order, clipped to the canvas, half-open.
Twins: tests/naive/raster.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import jit
from annogeo.kernels._lanes import fill_run

CLEARED = 1 << 14  # bytes at a time: half of a first-level cache


@jit
def paint_spans(canvas, item, y, x0, x1, values):
    """Write ``canvas[y, x0:x1] = values[item]`` for each span, in order.

    `canvas` is (H, W), C-contiguous, uint8, uint16 or uint32, `values` of the same dtype. Time: spans + pixels.
    """
    width = canvas.shape[1]
    flat = canvas.reshape(-1)
    for k in range(item.size):
        row = np.int64(y[k]) * width
        fill_run(flat, row + x0[k], row + x1[k], values[np.uint64(item[k])])


@jit
def paint_masks(stack, item, y, x0, x1, is_clear):
    """Set ``stack[item, y, x0:x1]`` to 1 for each span, and the rest to 0; `stack` is (N, H, W) uint8, C-contiguous.

    `is_clear` says that all of it is 0 already. Otherwise memory is cleared just ahead of what is painted, which then
    is in the caches.
    """
    height = stack.shape[1]
    width = stack.shape[2]
    flat = stack.reshape(-1)
    one = np.uint8(1)
    cleared = flat.size if is_clear else np.int64(0)
    for k in range(item.size):
        row = (np.int64(item[k]) * height + y[k]) * width
        if row + width > cleared:
            end = min(row + max(width, CLEARED), flat.size)
            flat[cleared:end] = 0
            cleared = end
        fill_run(flat, row + x0[k], row + x1[k], one)
    flat[cleared:] = 0


@jit
def merge_runs(item, y, x0, x1, n_items):
    """Unite each item's spans; the spans must be sorted by item, y, x0.

    Returns
    -------
    rows : int32 (q, 3)
        y, x0, x1: sorted, disjoint, not touching within an item.
    offsets : int64 (n_items + 1,)
        Item i has ``rows[offsets[i]:offsets[i + 1]]``.
    """
    rows = np.empty((item.size, 3), np.int32)
    offsets = np.zeros(n_items + 1, np.int64)
    n = 0
    for k in range(item.size):
        owner = item[k]
        if k > 0 and item[k - 1] == owner and rows[n - 1, 0] == y[k] and rows[n - 1, 2] >= x0[k]:
            rows[n - 1, 2] = max(rows[n - 1, 2], x1[k])
            continue
        rows[n, 0] = y[k]
        rows[n, 1] = x0[k]
        rows[n, 2] = x1[k]
        n += 1
        offsets[owner + 1] += 1
    for k in range(n_items):
        offsets[k + 1] += offsets[k]
    return rows[:n], offsets

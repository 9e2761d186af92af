"""From spans to pixels and runs: paint values, blend colours, fill mask stacks, merge runs.

Plain arrays in and out. Spans are int32 arrays item, y, x0, x1 in drawing order, clipped to the canvas, half-open.
Twins: tests/naive/raster.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inner, jit
from annogeo.kernels._lanes import ONE, fill_run, lowest_bit

FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
ALPHA_BITS = 24  # an opacity is a whole number of 2**-24, so that all blending is exact integer arithmetic
OPAQUE = 1 << ALPHA_BITS
BLOCK = 192  # channel values blended in one loop: a multiple of 3 and of any vector width


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
def paint_masks(stack, item, y, x0, x1):
    """Set ``stack[item, y, x0:x1]`` to 1 for each span; `stack` is (N, H, W) uint8, C-contiguous."""
    height = stack.shape[1]
    width = stack.shape[2]
    flat = stack.reshape(-1)
    one = np.uint8(1)
    for k in range(item.size):
        row = (np.int64(item[k]) * height + y[k]) * width
        fill_run(flat, row + x0[k], row + x1[k], one)


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


@jit
def blend_spans(image, item, y, x0, x1, colors, alphas):
    """Blend each touched pixel once with the colour of the topmost item there.

    Parameters
    ----------
    image : (H, W, 3) or (H, W, 4), C-contiguous, uint8 or uint16
        Changed in place. A fourth channel is straight alpha.
    colors : uint32 (n, 3) for uint8 images, uint64 for uint16 ones
        Of each item, in the image's value range. Blending happens in this dtype, which holds a value times 2**24.
    alphas : int64 (n,)
        Opacity of each item in units of 2**-24, 0 .. 2**24.

    Notes
    -----
    Source over, rounded once, half up: with opacity a, colour c, source s (and source alpha t, largest value M):
    three channels ``s + (c - s) a``; four: alpha ``t + (M - t) a``, colour
    ``(c M a + s t (1 - a)) / (M a + t (1 - a))``.
    Spans are visited from the last to the first, pixels still free are claimed in a bitmap over the touched rows.
    Time: spans + blended pixels + touched rows / 64. Twin: tests/naive/raster.py.
    """
    if item.size == 0:
        return
    width = image.shape[1]
    channels = image.shape[2]
    top = y.min()
    words = (width + 63) >> 6
    free = np.full((y.max() - top + 1) * words, FULL)
    flat = image.reshape(-1)
    most = np.int64(255) if flat.itemsize == 1 else np.int64(65535)
    pattern = np.empty(BLOCK, colors.dtype)
    painted = np.int64(-1)
    for k in range(item.size - 1, -1, -1):
        owner = np.int64(item[k])
        alpha = alphas[owner]
        if owner != painted:
            painted = owner
            for j in range(BLOCK):
                channel = j % channels
                value = np.int64(colors[owner, channel]) if channel < 3 else most
                pattern[j] = value * alpha + (OPAQUE >> 1)
        row = np.int64(y[k]) * width
        line = (np.int64(y[k]) - top) * words
        first = np.int64(x0[k]) >> 6
        last = (np.int64(x1[k]) - 1) >> 6
        start = np.int64(-1)  # a visible run that is still open
        for word in range(first, last + 1):
            claim = FULL
            if word == first:
                claim &= FULL << np.uint64(x0[k] & 63)
            if word == last:
                claim &= FULL >> np.uint64(63 - ((x1[k] - 1) & 63))
            at = np.uint64(line + word)
            claim &= free[at]
            free[at] &= ~claim
            if start >= 0 and claim == FULL:
                continue
            base = word << 6
            if start >= 0:
                rest = ~claim
                end = base + lowest_bit(rest)
                _blend_run(flat, row + start, row + end, channels, pattern, colors, owner, alpha, most)
                start = np.int64(-1)
                claim &= FULL << np.uint64(end - base) if end > base else FULL
            while claim != 0:
                begin = lowest_bit(claim)
                rest = ~(claim >> np.uint64(begin))
                length = lowest_bit(rest) if rest != 0 else 64
                if begin + length >= 64:
                    start = base + begin
                    break
                _blend_run(
                    flat,
                    row + base + begin,
                    row + base + begin + length,
                    channels,
                    pattern,
                    colors,
                    owner,
                    alpha,
                    most,
                )
                claim &= ~(((ONE << np.uint64(length)) - ONE) << np.uint64(begin))
        if start >= 0:
            _blend_run(flat, row + start, row + x1[k], channels, pattern, colors, owner, alpha, most)


@inner
def _blend_run(flat, start, end, channels, pattern, colors, owner, alpha, most):
    """Blend pixels [start, end) of a flat image, a block at a time."""
    if alpha == 0:
        return
    keep = pattern.dtype.type(OPAQUE - alpha)
    shift = pattern.dtype.type(ALPHA_BITS)
    at = channels * start
    stop = channels * end
    while at < stop:
        target = flat[at : min(at + BLOCK, stop)]
        if channels == 3 or _is_opaque(
            target, most
        ):  # an opaque backdrop stays so: its alpha blends like a colour
            for k in range(target.size):
                target[k] = (pattern.dtype.type(target[k]) * keep + pattern[k]) >> shift
        else:
            for k in range(0, target.size, 4):
                _blend_rgba(target, k, colors, owner, alpha, most)
        at += BLOCK


@inner
def _is_opaque(pixels, most):
    lowest = most
    for k in range(3, pixels.size, 4):
        lowest = min(lowest, np.int64(pixels[k]))
    return lowest == most


@inner
def _blend_rgba(pixels, at, colors, owner, alpha, most):
    """Blend one pixel over a backdrop of any alpha."""
    keep = OPAQUE - alpha
    backdrop = np.int64(pixels[at + 3])
    if backdrop == 0:
        for k in range(3):
            pixels[at + k] = colors[owner, k]
        pixels[at + 3] = (alpha * most + (OPAQUE >> 1)) >> ALPHA_BITS
        return
    weight = alpha * most + backdrop * keep
    for k in range(3):
        value = np.int64(colors[owner, k]) * alpha * most + np.int64(pixels[at + k]) * backdrop * keep
        pixels[at + k] = (2 * value + weight) // (2 * weight)
    pixels[at + 3] = (weight + (OPAQUE >> 1)) >> ALPHA_BITS

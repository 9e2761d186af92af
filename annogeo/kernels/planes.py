"""Blend what is seen of a draw list over the planes of a video picture: luma, and chroma that may be coarser.

Luma is blended like any picture of one channel. A chroma sample stands for up to four pixels, and takes the mean of
what each of them takes: with weights w of the pixels and colours c, it keeps ``1 - mean(w)`` of itself and gets
``mean(w c)``. Samples that one run covers whole are blended with whole numbers, in vectors; the others are summed up
first. Twin: tests/naive/planes.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._blending import OPAQUE, PATTERN, blend_run
from annogeo.kernels._jit import jit, leaf, merged
from annogeo.kernels._lanes import store_4
from annogeo.kernels.coverage_blend import add_four, add_weights, blend_runs, sort_by_row
from annogeo.kernels.coverage_claims import OWNER, START, STOP

LUMA, BLUE, RED, WEIGHT = range(4)  # of a pixel's four sums
HALF = OPAQUE >> 1


@jit
def blend_planes(
    luma, luma_stride, blue, red, chroma_stride, step, across, down, height, width,
    runs, pixels, seen, colors, alphas, patterns, shares,
    run_offsets, run_order, offsets, order, free, sums, touched, parts, met, last,
):  # fmt: skip
    """Blend areas, with soft or hard edges, onto the planes of a picture.

    Parameters
    ----------
    luma, blue, red : uint8 or uint16 (n,)
        Planes, changed in place. Of interleaved chroma, `blue` and `red` are the same plane.
    luma_stride, chroma_stride : int
        Values from one row to the next.
    step : int
        0: there is no chroma; 1: two planes of it; 2: one, blue and red in turn.
    across, down : 0 or 1
        Whether a chroma sample stands for two columns, two rows.
    height, width : int
        In pixels.
    runs, pixels, seen
        What `scan_coverage` returns; of hard edges, what `visible_runs` finds, and no pixels.
    colors : int64 (n, 3)
        Luma, blue and red of each item, in the planes' value range.
    alphas : int64 (n,)
        Opacity of each item in units of 2**-24, 0 .. 2**24.
    patterns : uint32 for uint8 planes, uint64 for uint16 ones, (3 n, PATTERN)
        Scratch.
    shares : float (4 n,)
        Scratch: float32 for uint8 planes, float64 for uint16 ones.
    run_offsets, offsets : int64 (H + 2,)
        Zeros.
    run_order, order : int64 (as long as `runs`, as `seen`); touched, met : int64 (W + 1,)
        Scratch.
    free : float (W,), sums, parts : float (4 W,)
        Ones, zeros and zeros, of the dtype of `shares`.
    last : int64 (n,)
        -1.

    Notes
    -----
    Time: runs + their pixels + soft pixels + rows.
    """
    real = free.dtype.type
    one, most = np.int64(1), np.int64(255)  # literals would compile the callees once more
    n = alphas.size
    for item in range(n):
        alpha = alphas[item]
        for plane in range(3):
            for k in range(PATTERN):
                channel = plane if step < 2 or plane == LUMA else BLUE + (k & 1)
                patterns[plane * n + item, k] = colors[item, channel] * alpha + HALF
            shares[4 * item + plane] = real(alpha) * real(1.0 / OPAQUE) * real(colors[item, plane])
        shares[4 * item + WEIGHT] = real(alpha) * real(1.0 / OPAQUE)
    sort_by_row(runs, run_offsets, run_order)
    sort_by_row(seen, offsets, order)
    rows = 1 << down
    for top in range(0, height, rows):
        n_met = np.int64(0)
        bottom = min(top + rows, height)
        if run_offsets[top] == run_offsets[bottom] and offsets[top] == offsets[bottom]:
            continue
        chroma = (top >> down) * chroma_stride
        if step > 0:
            n_met = _blend_chroma_runs(
                blue, red, chroma, step, across, width, top, bottom, runs, run_offsets, run_order,
                patterns, alphas, shares, parts, met, last,
            )  # fmt: skip
        for row in range(top, bottom):
            base = row * luma_stride
            blend_runs(
                luma,
                base,
                one,
                runs,
                run_order,
                run_offsets[row],
                run_offsets[row + 1],
                patterns,
                alphas,
                most,
            )
            if offsets[row] < offsets[row + 1]:
                count = add_weights(
                    pixels, seen, order, offsets[row], offsets[row + 1], shares, free, sums, touched
                )
                n_met = _settle_luma(luma, base, free, sums, touched, count, step, across, parts, met, n_met)
        if step > 0:
            _settle_chroma(blue, red, chroma, step, across, bottom - top, width, parts, met, n_met)


@merged
def _blend_chroma_runs(
    blue, red, base, step, across, width, top, bottom, runs, run_offsets, run_order,
    patterns, alphas, shares, parts, met, last,
):  # fmt: skip
    """Blend the runs of the pixel rows that one chroma row stands for; returns how many samples are met in part.

    A run and one of the row above, of the same item, cover whole samples as far as they lie below one another.
    """
    n = np.int64(0)
    middle = run_offsets[top + 1]
    is_single = bottom - top == 1
    if not is_single:
        for k in range(run_offsets[top], middle):
            at = run_order[np.uint64(k)]
            last[np.uint64(runs[np.uint64(at), OWNER])] = at
    for k in range(run_offsets[top] if is_single else middle, run_offsets[bottom]):
        at = np.uint64(run_order[np.uint64(k)])
        owner = np.int64(runs[at, OWNER])
        left = start = np.int64(runs[at, START])
        right = stop = np.int64(runs[at, STOP])
        above = last[np.uint64(owner)]
        if above >= 0:
            other_start = np.int64(runs[np.uint64(above), START])
            other_stop = np.int64(runs[np.uint64(above), STOP])
            left = max(start, other_start)
            right = min(stop, other_stop)
            if left < right:
                last[np.uint64(owner)] = ~above
                start = min(start, other_start)
                stop = max(stop, other_stop)
        if left < right and (is_single or above >= 0):
            n = _blend_columns(
                blue, red, base, step, across, width, left, right, owner, bottom - top,
                patterns, alphas, shares, parts, met, n,
            )  # fmt: skip
            if start < left:
                n = _add_span(start, left, across, owner, alphas, shares, parts, met, n)
            if right < stop:
                n = _add_span(right, stop, across, owner, alphas, shares, parts, met, n)
        else:
            n = _add_span(start, stop, across, owner, alphas, shares, parts, met, n)
    if not is_single:
        for k in range(run_offsets[top], middle):
            at = run_order[np.uint64(k)]
            owner = np.int64(runs[np.uint64(at), OWNER])
            if last[np.uint64(owner)] != ~at:
                n = _add_span(
                    runs[np.uint64(at), START], runs[np.uint64(at), STOP], across, owner,
                    alphas, shares, parts, met, n,
                )  # fmt: skip
        for k in range(run_offsets[top], middle):
            last[np.uint64(runs[np.uint64(run_order[np.uint64(k)]), OWNER])] = -1
    return n


@merged
def _blend_columns(
    blue, red, base, step, across, width, start, stop, owner, rows,
    patterns, alphas, shares, parts, met, n,
):  # fmt: skip
    """Blend the samples of columns that an item covers in all rows; an odd column at either end is added to `parts`."""
    keep = np.uint32(OPAQUE - alphas[np.uint64(owner)])
    if keep < OPAQUE:
        left = (start + across) >> across
        # the last sample of an odd width stands for one column
        right = (stop + (across if stop == width else 0)) >> across
        if left < right:
            count = alphas.size
            begin = (base + step * left) // step
            end = begin + right - left
            blend_run(blue, begin, end, step, patterns, count + owner, keep, np.int64(255))
            if step == 1:
                blend_run(red, begin, end, step, patterns, 2 * count + owner, keep, np.int64(255))
        if left << across > start:
            n = _add(left - 1, owner, rows, shares, parts, met, n)
        if right << across < stop:
            n = _add(right, owner, rows, shares, parts, met, n)
    return n


@leaf
def _add_span(start, stop, across, owner, alphas, shares, parts, met, n):
    """Add pixels [start, stop) of one row to the samples that stand for them."""
    if alphas[np.uint64(owner)] == 0:
        return n
    x = np.int64(start)
    while x < stop:
        sample = x >> across
        end = min((sample + 1) << across, np.int64(stop))
        n = _add(sample, owner, end - x, shares, parts, met, n)
        x = end
    return n


@leaf
def _add(sample, owner, count, shares, parts, met, n):
    """Add so many pixels of an item to a sample."""
    if parts[np.uint64(4 * sample + WEIGHT)] == 0:
        met[np.uint64(n)] = sample
        n += 1
    add_four(parts, 4 * sample, shares, 4 * owner, parts.dtype.type(count), 0)
    return n


@merged
def _settle_luma(luma, base, free, sums, touched, count, step, across, parts, met, n):
    """Mix a row's soft pixels into luma, and add them to the samples that stand for them."""
    one = free.dtype.type(1.0)
    half = free.dtype.type(0.5)
    for k in range(count):
        x = touched[np.uint64(k)]
        free[np.uint64(x)] = one
        weight = sums[np.uint64(4 * x + WEIGHT)]
        at = np.uint64(base + x)
        value = sums.dtype.type(luma[at]) * (one - weight) + sums[np.uint64(4 * x + LUMA)]
        luma[at] = luma.dtype.type(value + half)
        if step > 0 and weight > 0:
            sample = x >> across
            if parts[np.uint64(4 * sample + WEIGHT)] == 0:
                met[np.uint64(n)] = sample
                n += 1
            add_four(parts, 4 * sample, sums, 4 * x, one, 0)
        store_4(sums, 4 * x, sums.dtype.type(0.0))
    return n


@merged
def _settle_chroma(blue, red, base, step, across, rows, width, parts, met, n):
    """Mix what has been added up into the samples, and leave the sums clean."""
    one = parts.dtype.type(1.0)
    half = parts.dtype.type(0.5)
    whole = one / parts.dtype.type(rows << across)
    for k in range(n):
        sample = met[np.uint64(k)]
        is_cut = (sample + 1) << across > width  # the last of an odd width stands for one column
        share = whole + whole if is_cut else whole
        keep = one - parts[np.uint64(4 * sample + WEIGHT)] * share
        at = np.uint64(base + step * sample)
        value = parts.dtype.type(blue[at]) * keep + parts[np.uint64(4 * sample + BLUE)] * share
        blue[at] = blue.dtype.type(value + half)
        at += np.uint64(step - 1)
        value = parts.dtype.type(red[at]) * keep + parts[np.uint64(4 * sample + RED)] * share
        red[at] = red.dtype.type(value + half)
        store_4(parts, 4 * sample, parts.dtype.type(0.0))


@jit
def stamp_planes(
    luma, luma_stride, blue, red, chroma_stride, step, across, down, places, grids, keeps, paints,
):  # fmt: skip
    """Blend ready bitmaps onto planes, the later over the earlier.

    Parameters
    ----------
    luma, luma_stride, blue, red, chroma_stride, step, across, down
        As for `blend_planes`.
    places : int64 (n, 3)
        Number of the bitmap, x and y in px. All of it lies on the picture.
    grids : int64 (m, 5 or less, 3)
        Of each bitmap where it begins in the two tables, its height and its width: for luma, then for chroma that its
        first row and column share with 0 or 1 pixel before: (0, 0), (0, 1), (1, 0), (1, 1) as far as there are.
    keeps : float32 (p,); paints : float32 (3, p)
        What is kept of the plane under each sample, and what is added.
    """
    one, none = np.int64(1), np.int64(0)  # literals would compile the callee once more
    for k in range(places.shape[0]):
        number, x, y = places[k]
        _stamp(luma, luma_stride, one, none, x, y, grids[number, 0], keeps, paints[LUMA])
        if step > 0:
            grid = grids[number, 1 + (x & across) + (1 + across) * (y & down)]
            x, y = x >> across, y >> down
            _stamp(blue, chroma_stride, step, none, x, y, grid, keeps, paints[BLUE])
            _stamp(red, chroma_stride, step, step - 1, x, y, grid, keeps, paints[RED])


@leaf
def _stamp(plane, stride, step, shift, x, y, grid, keeps, paint):
    """Blend one bitmap onto a plane of which each `step`-th value counts."""
    half = np.float32(0.5)
    for row in range(grid[1]):
        source = grid[0] + row * grid[2]
        at = (y + row) * stride + x * step + shift
        for column in range(grid[2]):
            index = np.uint64(source + column)
            place = np.uint64(at + column * step)
            plane[place] = plane.dtype.type(np.float32(plane[place]) * keeps[index] + paint[index] + half)

"""Upright boxes over the planes of a video picture: what `planes.blend_planes` does for anything, with soft edges.

Boxes are most of what is drawn onto videos. Their edges divide the rows of a picture into bands in which every row is
the same, so which box shows where, and how much of it, is found once for each band. Twin: tests/naive/planes.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import math

import numpy as np

from annogeo.kernels._blending import OPAQUE, PATTERN, blend_run
from annogeo.kernels._jit import jit, leaf
from annogeo.kernels.planes import BLUE, HALF, LUMA, RED, WEIGHT

BEGIN, END, OWNER = range(3)  # columns of a list of pieces
HIGH = 4  # column of `boxes`: how much of the row at hand a box is high
MIXED = -1  # the owner of a piece that several boxes show in, or a part of one
ROOM = 32  # pieces in a list, for each box
HERE, ABOVE, BOTH, SAMPLES, N_LISTS = range(5)


@jit
def blend_boxes(
    luma, luma_stride, blue, red, chroma_stride, step, across, down, height, width,
    points, rings, shapes, item, colors, alphas, patterns, boxes, cuts, pieces, sums,
):  # fmt: skip
    """Blend boxes onto the planes of a picture, if all shapes are upright boxes; say whether they are.

    Parameters
    ----------
    luma, blue, red, luma_stride, chroma_stride, step, across, down, height, width, colors, alphas, patterns
        As for `blend_planes`.
    points, rings, shapes, item
        Of a draw list (`xy`, `ring_offsets`, `shape_offsets`, `item`) of n fills, each of which is an item.
    boxes : float64 (n, 5); cuts : int64 (8 n,)
        Scratch.
    pieces : int64 (N_LISTS, ROOM n + 16, 3); sums : float (N_LISTS, ROOM n + 16, 4)
        Scratch; `sums` is float32 for uint8 planes, float64 for uint16 ones.

    Notes
    -----
    Time: bands * boxes squared + pixels.
    """
    n = item.size
    if not _are_boxes(points, rings, shapes, n, height, width, boxes):
        return False
    one = np.int64(1)  # a literal would compile the callee once more
    for k in range(alphas.size):
        for plane in range(3):
            for i in range(PATTERN):
                channel = plane if step < 2 or plane == LUMA else BLUE + (i & 1)
                patterns[plane * alphas.size + k, i] = colors[k, channel] * alphas[k] + HALF
    rows = cuts[: 4 * n]
    columns = cuts[4 * n :]
    n_rows = np.int64(0)
    for k in range(n):
        n_rows = _cut(boxes[k, 1], boxes[k, 3], rows, n_rows)
    above = np.int64(0)
    for band in range(n_rows - 1):
        top, bottom = rows[band], rows[band + 1]
        count = _find_pieces(top, boxes, n, item, colors, alphas, columns, pieces[HERE], sums[HERE])
        _apply(
            luma, top * luma_stride, luma_stride, bottom - top, one, np.int64(LUMA), pieces[HERE], sums[HERE], count,
            patterns, alphas,
        )  # fmt: skip
        if step == 0:
            continue
        first, end = top, bottom
        if down and top & 1:
            _apply_shared(
                blue, red, top >> 1, chroma_stride, step, pieces, sums, above, count, width, across, patterns, alphas
            )  # fmt: skip
            first += 1
        if down and end & 1 and end < height:
            end -= 1
        if first < end:
            halved, source = _halve(pieces, sums, np.int64(HERE), count, width, across)
            n_samples = (end - first + down) >> down
            _apply_chroma(
                blue, red, first >> down, n_samples, chroma_stride, step, pieces, sums, source, halved, patterns, alphas
            )  # fmt: skip
        above = _keep(pieces, sums, count)
        if down and bottom & 1 and bottom < height and band == n_rows - 2:  # nothing is below
            count = np.int64(0)
            _apply_shared(
                blue, red, bottom >> 1, chroma_stride, step, pieces, sums, above, count, width, across, patterns, alphas
            )  # fmt: skip
    return True


@leaf
def _are_boxes(points, rings, shapes, n, height, width, boxes):
    """Read upright boxes, clipped to the picture; false if some shape is none."""
    for k in range(n):
        if shapes[k + 1] - shapes[k] != 1:
            return False
        ring = shapes[k]
        at = rings[ring]
        if rings[ring + 1] - at != 4:
            return False
        first = (
            np.int64(1) if points[at, 1] == points[at + 1, 1] else np.int64(0)
        )  # what the first edge runs along
        for i in range(4):
            axis = (first + i) & 1
            if points[at + i, axis] != points[at + ((i + 1) & 3), axis]:
                return False
        for axis in range(2):
            most = float(height if axis else width)
            low = min(points[at, axis], points[at + 2, axis])
            high = max(points[at, axis], points[at + 2, axis])
            if not low <= high:
                return False
            boxes[k, axis] = max(0.0, min(low, most))
            boxes[k, 2 + axis] = max(0.0, min(high, most))
    return True


@leaf
def _cut(low, high, cuts, n):
    """Add the pixel borders around the two edges of a box to a sorted list without repetitions."""
    if low < high:
        for value in (math.floor(low), math.ceil(low), math.floor(high), math.ceil(high)):
            border = np.int64(value)
            k = n
            while k > 0 and cuts[k - 1] > border:
                k -= 1
            if k > 0 and cuts[k - 1] == border:
                continue
            for i in range(n, k, -1):
                cuts[i] = cuts[i - 1]
            cuts[k] = border
            n += 1
    return n


@leaf
def _overlap(low, high, pixel):
    """Give how much of a pixel's side lies between two edges."""
    return max(0.0, min(high, pixel + 1.0) - max(low, float(pixel)))


@leaf
def _find_pieces(row, boxes, n, item, colors, alphas, cuts, pieces, sums):
    """Divide a row where what is seen changes, the topmost box first; returns how many pieces show something."""
    real = sums.dtype.type
    n_cuts = np.int64(0)
    for k in range(n):
        boxes[k, HIGH] = _overlap(boxes[k, 1], boxes[k, 3], row)
        if boxes[k, HIGH] > 0.0:
            n_cuts = _cut(boxes[k, 0], boxes[k, 2], cuts, n_cuts)
    count = np.int64(0)
    for c in range(n_cuts - 1):
        x = cuts[c]
        for channel in range(4):
            sums[count, channel] = real(0.0)
        left = real(1.0)
        owner = np.int64(MIXED)
        for k in range(n - 1, -1, -1):
            if boxes[k, HIGH] <= 0.0:
                continue
            cover = real(_overlap(boxes[k, 0], boxes[k, 2], x) * boxes[k, HIGH])
            if cover > real(0.0):
                if cover == left == real(1.0):
                    owner = np.int64(item[k])
                weight = left * cover * real(alphas[item[k]]) * real(1.0 / OPAQUE)
                for channel in range(3):
                    sums[count, channel] += weight * real(colors[item[k], channel])
                sums[count, WEIGHT] += weight
                left -= left * cover
                if left <= real(0.0):
                    break
        if sums[count, WEIGHT] > real(0.0):
            pieces[count, BEGIN], pieces[count, END], pieces[count, OWNER] = x, cuts[c + 1], owner
            count += 1
    return count


@leaf
def _keep(pieces, sums, count):
    """Remember the pieces of a row as those above the next one."""
    for k in range(count):
        for i in range(3):
            pieces[ABOVE, k, i] = pieces[HERE, k, i]
        for i in range(4):
            sums[ABOVE, k, i] = sums[HERE, k, i]
    return count


@leaf
def _merge(pieces, sums, n_above, n_here):
    """Take the mean of the row above and this one; returns the number of pieces."""
    half = sums.dtype.type(0.5)
    i, j, count = np.int64(0), np.int64(0), np.int64(0)
    x = np.int64(0)
    far = np.int64(1) << 40
    while i < n_above or j < n_here:
        a = pieces[ABOVE, i, BEGIN] if i < n_above else far
        b = pieces[HERE, j, BEGIN] if j < n_here else far
        x = max(x, min(a, b))
        is_above, is_here = a <= x, b <= x
        end = min(
            pieces[ABOVE, i, END] if is_above else a,
            pieces[HERE, j, END] if is_here else b,
        )
        owner = np.int64(MIXED)
        if is_above and is_here and pieces[ABOVE, i, OWNER] == pieces[HERE, j, OWNER]:
            owner = pieces[HERE, j, OWNER]
        for channel in range(4):
            value = sums.dtype.type(0.0)
            if is_above:
                value += sums[ABOVE, i, channel]
            if is_here:
                value += sums[HERE, j, channel]
            sums[BOTH, count, channel] = value * half
        pieces[BOTH, count, BEGIN], pieces[BOTH, count, END], pieces[BOTH, count, OWNER] = x, end, owner
        count += 1
        x = end
        if is_above and pieces[ABOVE, i, END] == end:
            i += 1
        if is_here and pieces[HERE, j, END] == end:
            j += 1
    return count


@leaf
def _halve(pieces, sums, source, n, width, across):
    """Bring pieces of pixels to samples that may stand for two columns; returns their number, and in which list."""
    if across == 0:
        return n, source
    half = sums.dtype.type(0.5)
    count = np.int64(0)
    for k in range(n):
        begin, end = pieces[source, k, BEGIN], pieces[source, k, END]
        end += end & 1 if end == width else 0  # the last sample of an odd width stands for one column
        left, right = (begin + 1) >> 1, end >> 1
        for sample, is_part in ((begin >> 1, begin & 1), (left, 0), (right, end & 1)):
            if is_part:
                is_new = count == 0 or pieces[SAMPLES, count - 1, END] <= sample
                if is_new:
                    pieces[SAMPLES, count, BEGIN], pieces[SAMPLES, count, END] = sample, sample + 1
                    pieces[SAMPLES, count, OWNER] = MIXED
                    count += 1
                for channel in range(4):
                    old = sums.dtype.type(0.0) if is_new else sums[SAMPLES, count - 1, channel]
                    sums[SAMPLES, count - 1, channel] = old + sums[source, k, channel] * half
            elif sample == left and left < right and (count == 0 or pieces[SAMPLES, count - 1, END] <= left):
                pieces[SAMPLES, count, BEGIN], pieces[SAMPLES, count, END] = left, right
                pieces[SAMPLES, count, OWNER] = pieces[source, k, OWNER]
                for channel in range(4):
                    sums[SAMPLES, count, channel] = sums[source, k, channel]
                count += 1
    return count, np.int64(SAMPLES)


@leaf
def _apply_shared(
    blue, red, row, stride, step, pieces, sums, n_above, n_here, width, across, patterns, alphas
):
    """Blend the row of chroma that stands for the last row of one band and the first of the next."""
    count = _merge(pieces, sums, n_above, n_here)
    count, source = _halve(pieces, sums, np.int64(BOTH), count, width, across)
    one = np.int64(1)  # a literal would compile the callee once more
    _apply_chroma(blue, red, row, one, stride, step, pieces, sums, source, count, patterns, alphas)


@leaf
def _apply_chroma(blue, red, row, n_rows, stride, step, pieces, sums, source, count, patterns, alphas):
    """Blend pieces of samples onto rows of chroma."""
    base = row * stride
    _apply(
        blue,
        base,
        stride,
        n_rows,
        step,
        np.int64(BLUE),
        pieces[source],
        sums[source],
        count,
        patterns,
        alphas,
    )
    if step == 1:
        _apply(
            red,
            base,
            stride,
            n_rows,
            step,
            np.int64(RED),
            pieces[source],
            sums[source],
            count,
            patterns,
            alphas,
        )


@leaf
def _apply(flat, base, stride, n_rows, step, channel, pieces, sums, count, patterns, alphas):
    """Blend pieces onto rows of a plane, of one channel or, with a step of 2, of two in turn.

    Piece by piece, not row by row: the machine then guesses right which way each row of a piece takes.
    """
    real = sums.dtype.type
    half = real(0.5)
    for k in range(count):
        begin, end = pieces[k, BEGIN], pieces[k, END]
        owner = pieces[k, OWNER]
        if owner >= 0:
            keep = np.uint32(OPAQUE - alphas[owner])
            pattern = channel * alphas.size + owner
            for row in range(n_rows):
                start = (base + row * stride) >> (step - 1)
                blend_run(flat, start + begin, start + end, step, patterns, pattern, keep, np.int64(255))
            continue
        keep = real(1.0) - sums[k, WEIGHT]
        for i in range(step):
            add = sums[k, channel + i] + half
            for row in range(n_rows):
                start = base + row * stride + i
                for x in range(start + step * begin, start + step * end, step):
                    flat[np.uint64(x)] = flat.dtype.type(real(flat[np.uint64(x)]) * keep + add)

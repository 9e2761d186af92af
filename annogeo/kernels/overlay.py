"""Hard overlays: colours blended over a picture, each touched pixel once, with the topmost item's colour.

Two steps. `visible_runs` visits the operations from the last to the first; each is drawn into a page of bits, 64
pixels a word, and what is still free there is claimed with one AND per word. So a pixel under many shapes costs a bit
operation per shape. The claimed runs are kept row by row, and `blend_rows` walks the picture in memory order: going
from shape to shape instead, waiting for memory took most of the time. Twin: tests/naive/raster.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._blending import OPAQUE, PATTERN, blend_run, fill_pattern
from annogeo.kernels._jit import inlined, inner, jit, leaf, merged
from annogeo.kernels._lanes import FULL, ONE, copy_from, lowest_bit, prefetch, prefix_xor
from annogeo.kernels._round import BLOCK, END, FIRST
from annogeo.kernels._toggle import REACH, bounds, scratch, settle, tabulate, toggle, toggle_far
from annogeo.kernels.center import FILL, RUNS, segment_rows, segments

# rows of `reach`: the first and the end word in use in each row of the page; clean: none
OPEN, CLOSE = range(2)
ROW, START, STOP, OWNER = range(4)  # columns of `found`
AHEAD = 8  # runs


@jit
def visible_runs(op, item, size, shapes, rings, xy, run_offsets, runs, pages, height, width):
    """Find what is seen of each item of a draw list (fields as in `annogeo.draw.DrawList`, `size` its `width`).

    Parameters
    ----------
    pages : uint64 (2 * H * (W // 64 + 1),)
        Zeros: a page for the operation at hand, which is zeros again afterwards, and one for the pixels taken.

    Returns
    -------
    offsets : int32 (H + 1,)
        Row y has runs ``offsets[y]:offsets[y + 1]``.
    found : int32 (n, 4)
        Runs, no two of which overlap: y; x0; x1; the item seen there.

    Notes
    -----
    Rule `center`; the pixels of any other rule come as RUNS.
    Time: points + crossed rows + words of 64 px in the fills' boxes and along the strokes + runs.
    """
    words = (width >> 6) + 1
    page = pages[: height * words]
    taken = pages[height * words :]
    reach = np.zeros((2, height), np.int32)
    reach[OPEN] = words
    offsets = np.zeros(height + 1, np.int32)
    found = np.empty((1024 + 32 * words, 4), np.int32)
    n = np.int64(0)  # a literal 0 would compile every callee twice
    limits = np.empty((3, height + BLOCK), np.int32)
    chords = np.empty((64, 2))
    points, edges, steps = scratch(_largest(shapes, rings))
    for at in range(op.size - 1, -1, -1):
        row, bottom, chords = _draw(
            op[at], size[at], shapes, rings, xy, run_offsets, runs, at, height, width,
            points, edges, steps, limits, chords, page, reach,
        )  # fmt: skip
        is_toggled = op[at] == FILL
        while row < bottom:
            row, n = _claim(page, taken, reach, row, bottom, words, is_toggled, item[at], offsets, found, n)
            if row < bottom:
                found = _doubled(found, n)
    by_row = np.empty((n, 4), np.int32)
    _sort(found, n, offsets, by_row)
    return offsets, by_row


@jit
def blend_rows(image, source, offsets, found, colors, alphas):
    """Blend the runs that `visible_runs` found over a picture.

    Parameters
    ----------
    image : (H, W, 3) or (H, W, 4), C-contiguous, uint8 or uint16
        Written. A fourth channel is straight alpha.
    source : int
        The picture below: where the memory of another array like `image` begins, which is copied row by row on the
        way; 0 for `image` itself. (An address, because a read-only array would be another type to compile for.)
    colors : uint32 (n, 3) for uint8 images, uint64 for uint16 ones
        Of each item, in the image's value range. Blending happens in this dtype, which holds a value times 2**24.
    alphas : int64 (n,)
        Opacity of each item in units of 2**-24, 0 .. 2**24.

    Notes
    -----
    Source over, rounded once, half up: with opacity a, colour c, source s (and source alpha t, largest value M):
    three channels ``s + (c - s) a``; four: alpha ``t + (M - t) a``, colour
    ``(c M a + s t (1 - a)) / (M a + t (1 - a))``. Time: runs + blended pixels (+ copied pixels).
    """
    height, width, channels = image.shape
    flat = image.reshape(-1)
    most = np.int64(255) if flat.itemsize == 1 else np.int64(65535)
    patterns = np.empty((alphas.size, PATTERN), colors.dtype)
    for k in range(alphas.size):
        fill_pattern(patterns, colors, k, alphas[k], channels, most)
    for row in range(height):
        if source != 0:
            copy_from(flat, row * width * channels, width * channels, source)
        _blend_row(flat, row * width, channels, offsets[row], offsets[row + 1], found, patterns, alphas, most)


@leaf
def _blend_row(flat, base, channels, first, end, found, patterns, alphas, most):
    for k in range(first, end):
        # the runs come one after the other, the places they lie at do not
        ahead = np.uint64(min(k + AHEAD, end - 1))
        prefetch(flat, channels * (base + found[ahead, START]))
        owner = np.int64(found[np.uint64(k), OWNER])
        keep = np.uint32(OPAQUE - alphas[np.uint64(owner)])
        if keep < OPAQUE:
            start = base + found[np.uint64(k), START]
            stop = base + found[np.uint64(k), STOP]
            blend_run(flat, start, stop, channels, patterns, owner, keep, most)


@leaf
def _sort(found, n, offsets, by_row):
    """Sort n runs by row; `offsets` holds how many row y has at y + 1, and becomes where they begin."""
    for row in range(offsets.size - 1):
        offsets[row + 1] += offsets[row]
    for k in range(n - 1, -1, -1):
        row = found[np.uint64(k), ROW]
        offsets[row + 1] -= 1
        at = np.uint64(offsets[row + 1])
        for column in range(4):
            by_row[at, np.uint64(column)] = found[np.uint64(k), np.uint64(column)]
    # each entry has moved down to its own row's start
    for row in range(offsets.size - 1):
        offsets[row] = offsets[row + 1]
    offsets[offsets.size - 1] = n


@inner
def _doubled(found, n):
    """Return a copy of the first n runs with room for as many again and more."""
    larger = np.empty((2 * found.shape[0], 4), np.int32)
    for k in range(n):  # a slice assignment between arrays takes seconds to compile
        for column in range(4):
            larger[k, column] = found[k, column]
    return larger


@inner
def _draw(
    kind, size, shapes, rings, xy, run_offsets, runs, at, height, width,
    points, edges, steps, limits, chords, page, reach,
):  # fmt: skip
    """Draw operation `at` into a clean page: a fill as toggles, any other as its pixels.

    Returns its rows [top, bottom), and `chords`, which may be a new array. `reach` gets the words used in each row.
    """
    words = (width >> 6) + 1
    if kind == FILL:
        top, bottom = _draw_fill(
            shapes, rings, xy, at, height, width, words, points, edges, steps, page, reach
        )
        return top, bottom, chords
    top = height
    bottom = np.int64(0)
    if kind == RUNS:
        for k in range(run_offsets[at], run_offsets[at + 1]):
            row = np.int64(runs[k, 0])
            x0 = max(np.int64(runs[k, 1]), 0)
            x1 = min(np.int64(runs[k, 2]), width)
            if 0 <= row < height and x0 < x1:
                _set_run(page, reach, words, row, x0, x1)
                top = min(top, row)
                bottom = max(bottom, row + 1)
        return top, bottom, chords
    radius, count, chords = segments(kind, size, shapes, rings, xy, at, height, width, chords)
    for k in range(count):
        first, end = segment_rows(kind, radius, shapes, rings, xy, chords, at, k, height, width, limits)
        for row in range(first, end):
            x0 = np.int64(limits[FIRST, np.uint64(row)])
            x1 = np.int64(limits[END, np.uint64(row)])
            if x0 < x1:
                _set_run(page, reach, words, row, x0, x1)
        top = min(top, first)
        bottom = max(bottom, end)
    return top, bottom, chords


@inlined
def _set_run(page, reach, words, row, x0, x1):
    """Set the bits of one run, x0 < x1."""
    first = x0 >> 6
    last = (x1 - 1) >> 6
    at = row * words
    head = FULL << np.uint64(x0 & 63)
    tail = FULL >> np.uint64(63 - ((x1 - 1) & 63))
    k = np.uint64(row)
    reach[OPEN, k] = min(reach[OPEN, k], first)
    reach[CLOSE, k] = max(reach[CLOSE, k], last + 1)
    if first == last:
        page[np.uint64(at + first)] |= head & tail
        return
    page[np.uint64(at + first)] |= head
    for word in range(first + 1, last):
        page[np.uint64(at + word)] = FULL
    page[np.uint64(at + last)] |= tail


@leaf
def _draw_fill(shapes, rings, xy, at, height, width, words, points, edges, steps, page, reach):
    """Toggle one fill's crossings; returns its rows [top, bottom)."""
    a = rings[shapes[at]]
    n = rings[shapes[at + 1]] - a
    if n < 3:
        return 0, 0
    tabulate(xy, rings, shapes[at], shapes[at + 1], height, points, edges, steps)
    zero = np.int64(0)  # a literal 0 would compile every callee twice
    min_column, max_column, min_row, max_row = bounds(steps, zero, n)
    top = min(max(min_row, 0), height)
    bottom = min(max(max_row, 0), height)
    left = min(max(min_column, 0), width)
    right = min(max(max_column, 0), width)
    if bottom <= top or right <= left:
        return 0, 0
    if min_column > -REACH and max_column < REACH and min_row > -REACH and max_row < REACH:
        found = toggle(edges, steps, zero, n, zero, zero, width, words, page)
        if found > 0:
            settle(xy, rings, shapes[at], a, edges, steps, found, zero, zero, width, words, False, page)
    else:
        toggle_far(
            xy, rings, shapes[at], shapes[at + 1], top, bottom, zero, width, words, False, page[top * words :]
        )
    reach[OPEN, top:bottom] = left >> 6
    reach[CLOSE, top:bottom] = (right >> 6) + 1
    return top, bottom


@leaf
def _largest(shapes, rings):
    """Number of points of the largest operation."""
    largest = 1
    for k in range(shapes.size - 1):
        largest = max(largest, rings[shapes[k + 1]] - rings[shapes[k]])
    return largest


@merged
def _claim(page, taken, reach, row, bottom, words, is_toggled, owner, counts, found, n):
    """Take what a page holds in rows [row, bottom) and nobody has taken, keep it as runs, leave the page clean.

    Returns the row it came to (`found` may lack room for the rest) and the number of runs; ``counts[y + 1]`` is how
    many row y has.
    """
    while row < bottom:
        first = np.int64(reach[OPEN, row])
        end = np.int64(reach[CLOSE, row])
        if n + 32 * (end - first) + 1 > found.shape[0]:
            break
        before_row = n
        carry = np.uint64(0)  # all ones where a toggled run is open
        before = np.uint64(0)  # the last pixel of the word before, if it was claimed
        is_open = False
        for word in range(first, end):
            k = np.uint64(row * words + word)
            claim = page[k]
            if is_toggled:
                if claim != 0:
                    page[k] = np.uint64(0)
                    claim = prefix_xor(claim)
                claim ^= carry
                carry = FULL if claim >> np.uint64(63) != 0 else np.uint64(0)
            else:
                page[k] = np.uint64(0)
            old = taken[k]
            claim &= ~old
            taken[k] = old | claim
            edges = claim ^ (claim << ONE | before)
            before = claim >> np.uint64(63)
            while edges != 0:
                x = (word << 6) + lowest_bit(edges)
                edges &= edges - ONE
                if is_open:
                    found[np.uint64(n), STOP] = x
                    n += 1
                else:
                    found[np.uint64(n), ROW] = row
                    found[np.uint64(n), START] = x
                    found[np.uint64(n), OWNER] = owner
                is_open = not is_open
        if is_open:
            found[np.uint64(n), STOP] = end << 6
            n += 1
        counts[row + 1] += n - before_row
        reach[OPEN, row] = words
        reach[CLOSE, row] = 0
        row += 1
    return row, n

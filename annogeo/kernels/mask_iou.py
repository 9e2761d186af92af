"""Pixels that masks have in common, without decoding them. Slow twin: tests/naive/mask_iou.py.

A mask comes as edges: rising positions at which it turns on, off, on ... when it is read line by line (rows or
columns, it makes no difference here). They are cut into layers: layer k holds the k-th run of every line, over the
lines from the first to the last one that has a k-th run. Two masks then have in common, summed over pairs of layers and
the lines both have, ``max(0, min(ends) - max(starts))``: a loop without branches that runs on vectors. A shape has one
or two layers, a mask with holes all over dozens; where pairs of layers would be too many, two masks' runs are merged.
"""

# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit, leaf

Positions = npt.NDArray[np.int64]
Lines = npt.NDArray[np.int32]

INTERSECTION, IOU = 0, 1

# Rows of `masks`
AREA, FIRST, LAST, LOW, HIGH, N_LAYERS, PLACE = range(7)
MASK_ROWS = 7

# A mask whose layers take more than this is left whole: it has few long runs, or few lines with many.
FLAT_PER_EDGE = 4
FLAT_PER_MASK = 64

_RUNS_PER_LAYER = 16  # merging runs costs as much per run as this many lines of a pair of layers


class Masks(NamedTuple):
    """Masks as `compare` takes them: edges, where each mask's start and end, and what `cut_layers` made of them."""

    edges: npt.NDArray[Any]
    offsets: Positions
    masks: Positions
    flat: Lines


@jit
def cut_layers(
    edges: npt.NDArray[Any],
    offsets: Positions,
    length: np.int64,
    parts: Lines,
    spans: Lines,
    masks: Positions,
    flat: Lines,
) -> int:
    """Measure masks and cut them into layers; return how much of `flat` was used.

    Parameters
    ----------
    edges, offsets : int (e,), int64 (n + 1,)
        Runs without length are passed over.
    length : int64
        Of a line.
    parts : int32 (p, 3)
        Scratch for the parts of one mask: `FLAT_PER_EDGE` times its edges and `FLAT_PER_MASK`, halved.
    spans : int32 (p, 2)
        Scratch.
    masks : int64 (MASK_ROWS, n)
        Output: area; first line, last line + 1, lowest start, highest end, zeros for an empty one; number of layers,
        none of a mask left whole; where in `flat` they begin.
    flat : int32 (FLAT_PER_EDGE * e + FLAT_PER_MASK * n,)
        Output: for each layer its first line, last line + 1, all starts and all ends.
    """
    place = np.int64(0)
    for i in range(masks.shape[1]):
        if _cut_simple(edges[offsets[i] : offsets[i + 1]], length, masks, i, flat, place):
            place += 2 + (offsets[i + 1] - offsets[i])
            continue
        room = FLAT_PER_EDGE * (offsets[i + 1] - offsets[i]) + FLAT_PER_MASK
        limit = room >> 1
        n_parts, n_layers = np.int64(0), np.int64(0)
        area = np.int64(0)
        low, high = length, np.int64(0)
        line, base, top = np.int64(0), np.int64(0), np.int64(-1)
        depth, before = np.int64(-1), np.int64(-1)
        for k in range(offsets[i], offsets[i + 1], 2):
            start, end = np.int64(edges[k]), np.int64(edges[k + 1])
            if start == end:
                continue
            area += end - start
            if start - base >= length:
                line += 1
                base += length
                if start - base >= length:
                    line = start // length
                    base = line * length
            if top < 0:
                top = line
            while True:
                a, b = start - base, min(end - base, length)
                low, high = min(low, a), max(high, b)
                if n_parts < limit:
                    depth = depth + 1 if line == before else np.int64(0)
                    before = line
                    if depth == n_layers:
                        spans[depth, 0] = line
                        n_layers += 1
                    spans[depth, 1] = line + 1
                    parts[n_parts, 0] = line
                    parts[n_parts, 1] = a
                    parts[n_parts, 2] = b
                n_parts += 1
                if end - base <= length:
                    break
                if n_parts >= limit:
                    low, high = np.int64(0), length
                    line = (end - 1) // length
                    base = line * length
                    break
                line += 1
                base += length
                start = base
        used = 2 * n_layers
        for u in range(n_layers):
            used += 2 * (spans[u, 1] - spans[u, 0])
        # sums over lines are int32
        if n_parts > limit or used > room or (line + 1 - top) * (high - low) >= 1 << 31:
            n_layers = np.int64(0)
        masks[AREA, i] = area
        masks[FIRST, i] = top if area > 0 else 0
        masks[LAST, i] = line + 1 if area > 0 else 0
        masks[LOW, i] = low if area > 0 else 0
        masks[HIGH, i] = high
        masks[N_LAYERS, i] = n_layers
        masks[PLACE, i] = place
        if n_layers > 0:
            _write_layers(parts, n_parts, spans, n_layers, flat, place)
            place += used
    return int(place)


@leaf
def _cut_simple(edges, length, masks, i, flat, place):
    """Cut a mask that has one run in each of its lines, as most shapes do; False: it has not, and nothing is done."""
    n = edges.size >> 1
    if n == 0:
        return False
    line = np.int64(edges[0]) // length
    base = line * length
    starts, ends = flat[place + 2 : place + 2 + n], flat[place + 2 + n : place + 2 + 2 * n]
    area, wrong = np.int64(0), np.int64(0)
    low, high = length, np.int64(0)
    for k in range(n):
        a = np.int64(edges[2 * k]) - base - k * length
        b = np.int64(edges[2 * k + 1]) - base - k * length
        wrong |= a | (length - b) | (b - a - 1)
        area += b - a
        low, high = min(low, a), max(high, b)
        starts[k] = a
        ends[k] = b
    if wrong < 0 or n * (high - low) >= 1 << 31:
        return False
    flat[place] = line
    flat[place + 1] = line + n
    masks[AREA, i] = area
    masks[FIRST, i] = line
    masks[LAST, i] = line + n
    masks[LOW, i] = low
    masks[HIGH, i] = high
    masks[N_LAYERS, i] = 1
    masks[PLACE, i] = place
    return True


@inlined
def _write_layers(parts, n_parts, spans, n_layers, flat, place):
    """Write a mask's layers to `flat`; `spans` is turned into the places of their line 0."""
    for u in range(n_layers):
        first, last = spans[u, 0], spans[u, 1]
        flat[place] = first
        flat[place + 1] = last
        flat[place + 2 : place + 2 + 2 * (last - first)] = 0
        spans[u, 0] = place + 2 - first
        spans[u, 1] = last - first
        place += 2 + 2 * (last - first)
    depth = np.int64(0)
    before = np.int32(-1)
    for k in range(n_parts):
        line = parts[k, 0]
        depth = depth + 1 if line == before else np.int64(0)
        before = line
        flat[np.int64(spans[depth, 0]) + line] = parts[k, 1]
        flat[np.int64(spans[depth, 0]) + spans[depth, 1] + line] = parts[k, 2]


@jit
def compare(
    a: Masks,
    b: Masks,
    measure: int,
    is_crowd: npt.NDArray[np.bool_],
    is_same: bool,
    near: npt.NDArray[np.uint8],
    matrix: npt.NDArray[np.float64],
) -> None:
    """Write what each mask of one store has in common with each of another; of one store with itself, half of it.

    Parameters
    ----------
    a, b : Masks
        Of one shape, their lines in one direction.
    measure : int
        `INTERSECTION`, or `IOU`: over the union, or over the area in `a` where the one of `b` is a crowd.
    is_crowd : bool (m,)
    is_same : bool
        Only pairs i <= j are looked at.
    near : uint8 (m,)
        Scratch.
    matrix : float64 (n, m)
        Output, zeroed.
    """
    m = b.masks.shape[1]
    for i in range(a.masks.shape[1]):
        area = a.masks[AREA, i]
        if area == 0:
            continue
        _find_near(b.masks, a.masks[FIRST, i], a.masks[LAST, i], a.masks[LOW, i], a.masks[HIGH, i], near)
        for j in range(i if is_same else 0, m):
            if near[j] == 0:
                continue
            n, k = a.masks[N_LAYERS, i], b.masks[N_LAYERS, j]
            if n * k > 0 and n * k <= _RUNS_PER_LAYER * (n + k):
                common = _common_of_layers(a.flat, a.masks[PLACE, i], n, b.flat, b.masks[PLACE, j], k)
            else:
                common = _common_of_runs(
                    a.edges[a.offsets[i] : a.offsets[i + 1]], b.edges[b.offsets[j] : b.offsets[j + 1]]
                )
            if measure == INTERSECTION:
                matrix[i, j] = common
            elif common > 0:
                matrix[i, j] = common / (area if is_crowd[j] else area + b.masks[AREA, j] - common)


@inlined
def _find_near(masks, first, last, low, high, near):
    """Mark masks whose boxes meet a box; of empty masks none does."""
    for j in range(near.size):
        near[j] = (
            (masks[FIRST, j] < last)
            & (first < masks[LAST, j])
            & (masks[LOW, j] < high)
            & (low < masks[HIGH, j])
        )


@inlined
def _common_of_layers(a, place, n, b, other_place, k):
    """Count what two masks have in common, by their `n` and `k` layers from these places on."""
    common = np.int64(0)
    p = place
    for _ in range(n):
        top, bottom = np.int64(a[p]), np.int64(a[p + 1])
        q = other_place
        for _ in range(k):
            other_top, other_bottom = np.int64(b[q]), np.int64(b[q + 1])
            first, last = max(top, other_top), min(bottom, other_bottom)
            if first < last:
                s, t = p + 2 + first - top, q + 2 + first - other_top
                e, f = s + bottom - top, t + other_bottom - other_top
                size = last - first
                common += _common_of_lines(a[s : s + size], a[e : e + size], b[t : t + size], b[f : f + size])
            q += 2 + 2 * (other_bottom - other_top)
        p += 2 + 2 * (bottom - top)
    return common


@inlined
def _common_of_lines(starts, ends, others, other_ends):
    common = np.int32(0)
    for k in range(starts.size):
        common += max(min(ends[k], other_ends[k]) - max(starts[k], others[k]), np.int32(0))
    return np.int64(common)


@inlined
def _common_of_runs(a, b):
    """Count what two masks have in common, by going along their edges."""
    common = np.int64(0)
    i, j = np.uint64(0), np.uint64(0)
    one, two = np.uint64(1), np.uint64(2)
    while i < np.uint64(a.size) and j < np.uint64(b.size):
        end, other = np.int64(a[i + one]), np.int64(b[j + one])
        common += max(min(end, other) - max(np.int64(a[i]), np.int64(b[j])), np.int64(0))
        is_first = np.uint64(end <= other)
        i += two * is_first
        j += two * (one - is_first)
    return common

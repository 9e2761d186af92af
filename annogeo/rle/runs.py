"""Functions over edges, the sorted positions at which a mask changes: arrays in and out. Layer: rle."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from annogeo.rle.checks import EDGE_LIMIT, PIXEL_LIMIT, SIDE_LIMIT, check_cost
from annogeo.rle.scratch import most_kept, scratch

IntArray = npt.NDArray[np.int64]

_MANY = 6  # masks, to sort all their edges rather than merge one after the other


def changes(mask: npt.NDArray[np.bool_]) -> IntArray:
    """Return the edges of a C-contiguous mask, read row by row."""
    from annogeo.kernels.rle import find_edges

    pixels = mask.view(np.uint8).reshape(-1)
    edges = scratch(max(most_kept(np.int64), 1 << 12), np.int64)
    found = find_edges(pixels, edges)
    if found > edges.size:
        edges = scratch(found, np.int64)
        find_edges(pixels, edges)
    return edges[:found].copy()


def interleaved(starts: IntArray, ends: IntArray) -> IntArray:
    """Return the edges of runs that are sorted and apart."""
    edges = np.empty(2 * starts.size, np.int64)
    edges[::2], edges[1::2] = starts, ends
    return edges


def joined(starts: IntArray, ends: IntArray) -> IntArray:
    """Return the edges of runs that are sorted; those that touch or overlap become one."""
    if not (starts[1:] <= ends[:-1]).any():
        return interleaved(starts, ends)
    ends = np.maximum.accumulate(ends)
    apart = np.flatnonzero(starts[1:] > ends[:-1])
    first = np.concatenate(([0], apart + 1))
    last = np.concatenate((apart, [ends.size - 1]))
    return interleaved(starts[first], ends[last])


def united(starts: IntArray, ends: IntArray) -> IntArray:
    """Return the edges of a union of runs, given in any order."""
    if (starts[1:] < starts[:-1]).any():
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    return joined(starts, ends)


def inside_any(parts: Sequence[IntArray]) -> IntArray:
    """Return the edges of the union of at least one mask."""
    if len(parts) < _MANY:
        from annogeo.kernels.rle import OR

        return reduce(lambda some, more: merged(some, more, OR), parts)
    edges = np.concatenate(parts)
    return joined(np.sort(edges[::2]), np.sort(edges[1::2]))


def inside_all(parts: Sequence[IntArray]) -> IntArray:
    """Return the edges of the intersection of at least one mask."""
    from annogeo.kernels.rle import AND

    common = parts[0]
    for part in parts[1:]:
        if not common.size:
            break
        common = merged(common, part, AND)
    return common


def merged(a: IntArray, b: IntArray, table: int) -> IntArray:
    """Combine two masks by a truth table of `annogeo.kernels.rle`."""
    from annogeo.kernels.rle import merge_edges

    edges = np.empty(a.size + b.size, np.int64)
    return edges[: merge_edges(a, b, table, edges)].copy()


def transposed(edges: IntArray, height: int, width: int) -> IntArray:
    """Return the edges of the transposed mask: column order from row order, and the reverse with the sides swapped."""
    if not edges.size:
        return edges
    turned, _ = all_transposed(edges, np.array([0, edges.size]), height, width)
    return turned


def all_transposed(edges: IntArray, offsets: IntArray, height: int, width: int) -> tuple[IntArray, IntArray]:
    """Return the edges of many transposed masks, and where each starts and ends.

    Parameters
    ----------
    edges : int64 (q,)
    offsets : int64 (n + 1,)
        Mask k has ``edges[offsets[k]:offsets[k + 1]]``.
    height, width : int
        Of what goes in.
    """
    from annogeo.kernels.rle_columns import WIDEST, turn_edges

    if width <= WIDEST:
        turned, ends, failed = turn_edges(edges, offsets, height, width, most_edges(height * width))
        check_cost(failed, (height, width))
        return turned, ends
    parts = [_sorted(edges[a:b], height, width) for a, b in pairwise(offsets.tolist())]
    ends = np.cumsum([0, *map(len, parts)])
    return np.concatenate([*parts, np.zeros(0, np.int64)]), ends


def most_edges(n_pixels: int) -> int:
    """Return how many edges a mask may have once it is turned; see `check_cost`."""
    return EDGE_LIMIT if n_pixels > PIXEL_LIMIT else SIDE_LIMIT**2


def _sorted(edges: IntArray, height: int, width: int) -> IntArray:
    """Return the edges of one transposed mask, by sorting; of a wide one there would be too many columns to count."""
    from annogeo.kernels.rle import column_changes, transpose_changes

    if not edges.size:
        return edges
    end = height * width
    changes = np.empty(3 * edges.size, np.int64)
    changes = changes[: column_changes(edges, height, width, np.empty(2 * edges.size, np.int64), changes)]
    room = int((changes[1::2] - changes[::2]).sum()) + bool(edges[-1] == end)
    check_cost(room, (height, width))
    turned = np.full(room, end)
    transpose_changes(changes, width, height, turned)
    turned.sort()
    return turned


def bands(edges: IntArray, width: int) -> IntArray:
    """Cut runs at row ends, and leave whole rows together: int64 (4, q) of y0, y1, x0, x1, half-open, in reading order.

    A band is one row high or as wide as the mask, so there are at most three for a run, however large the mask.
    """
    starts, ends = edges[::2], edges[1::2]
    first, last = starts // width, (ends - 1) // width
    left, right = starts - first * width, ends - last * width
    if np.array_equal(first, last):
        return np.stack([first, first + 1, left, right])
    is_one = first == last
    nothing, everything = np.zeros_like(first), np.full_like(first, width)
    parts = [  # what there is of the first row, the rows between, what there is of the last
        [first, first + 1, left, np.where(is_one, right, width)],
        [first + 1, last, nothing, everything],
        [last, last + 1 - is_one, nothing, right],
    ]
    found: IntArray = np.stack([np.stack(part) for part in parts], axis=2).reshape(4, -1)
    return found[:, found[0] < found[1]]


def edges_of_bands(found: IntArray, shape: tuple[int, int]) -> IntArray:
    """Return the edges of the union of bands (rectangles, half-open, on the canvas), in any order."""
    y0, y1, x0, x1 = found[:, (found[0] < found[1]) & (found[2] < found[3])]
    width = shape[1]
    rows = np.where((x0 == 0) & (x1 == width), 1, y1 - y0)  # whole rows are one run
    if (rows == 1).all():
        return united(y0 * width + x0, (y1 - 1) * width + x1)
    total = int(rows.sum())
    check_cost(total, shape)
    within = np.arange(total) - np.repeat(np.cumsum(rows) - rows, rows)
    starts = np.repeat(y0 * width + x0, rows) + width * within
    length = (y1 - y0 - rows) * width + x1 - x0
    return united(starts, starts + np.repeat(length, rows))


def edges_of_counts(counts: IntArray) -> IntArray:
    """Return the edges of run lengths that start with background; those without length mean nothing."""
    from annogeo.kernels.rle import cancel_pairs

    ends = np.cumsum(counts)
    edges = ends if ends.size % 2 == 0 else ends[:-1]  # an odd number of runs ends in background
    return edges[: cancel_pairs(edges)]


def counts_of_edges(edges: IntArray, n_pixels: int) -> IntArray:
    """Return the run lengths, the first of background; none but that one is 0."""
    is_closed = edges.size > 0 and int(edges[-1]) == n_pixels
    counts = np.full(edges.size + (not is_closed), n_pixels)
    counts[: edges.size] = edges
    counts[1:] -= edges[: counts.size - 1]
    return counts

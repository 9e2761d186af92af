"""Coverage by samples, for areas with so many edges that nobody could see a difference: millions of crossed rows.

Some lines per row, each of them SUB cells a pixel: an edge adds its winding number to the cell it crosses, a sum along
the line tells which cells are inside. No sorting, and scratch for one line only.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inner, leaf
from annogeo.kernels.coverage_cells import COVERED, clip_edge, row_length, touch

SUB = 8  # cells a pixel is divided into
X, SLOPE, TOP, BOTTOM, DOWN = range(5)  # rows of `edges`


@leaf
def _list_edges(points, starts, first, end, left, right, top, bottom, parts, edges):
    """List the edges of rings [first, end) within rows [top, bottom); returns how many there are."""
    n = np.int64(0)
    for ring in range(first, end):
        a = starts[ring + 1] - 1
        for b in range(starts[ring], starts[ring + 1]):
            count = clip_edge(
                parts, points[a, 0] - left, points[a, 1], points[b, 0] - left, points[b, 1],
                float(top), float(bottom), float(right),
            )  # fmt: skip
            a = b
            for k in range(count):
                down = parts[1, k] < parts[3, k]
                upper = 0 if down else 2
                lower = 2 if down else 0
                tall = parts[lower + 1, k] - parts[upper + 1, k]
                if tall <= 0.0:
                    continue
                edges[X, n] = parts[upper, k]
                edges[SLOPE, n] = (parts[lower, k] - parts[upper, k]) / tall
                edges[TOP, n] = parts[upper + 1, k] - top
                edges[BOTTOM, n] = parts[lower + 1, k] - top
                edges[DOWN, n] = 1.0 if down else -1.0
                n += 1
    return n


@leaf
def _sample_line(edges, active, n, y, limit, is_union, deltas, counts):
    """Count the cells of each pixel that are inside on one line; leaves `deltas` clean."""
    for k in range(n):
        edge = np.uint64(active[k])
        if edges[TOP, edge] <= y < edges[BOTTOM, edge]:
            x = edges[X, edge] + (y - edges[TOP, edge]) * edges[SLOPE, edge]
            x = min(max(x * SUB + 0.5, 0.0), limit)
            deltas[np.uint64(np.int64(x))] += np.int32(edges[DOWN, edge])
    winding = np.int32(0)
    at = np.uint64(0)
    for pixel in range(counts.size):
        inside = 0
        for _ in range(SUB):
            winding += deltas[at]
            deltas[at] = 0
            at += np.uint64(1)
            inside += (winding != 0) if is_union else (winding & 1)
        counts[pixel] += inside
    deltas[at] = 0


@leaf
def _put_row(cells, bits, row, words, counts, samples):
    """Put sampled pixels into a row of cells, in place of what is there."""
    base = row_length(words) * row
    for k in range(base, base + 128 * words):
        cells[np.uint64(k)] = 0
    for word in range(row * words, row * words + words):
        bits[np.uint64(word)] = 0
    for pixel in range(counts.size):
        if counts[pixel] > 0:
            cells[np.uint64(base + 2 * pixel)] = np.int32(counts[pixel] * COVERED // samples)
            touch(bits, row * words, pixel, pixel)


@inner
def sample_rows(
    points,
    starts,
    first,
    end,
    is_union,
    left,
    right,
    top,
    bottom,
    lines,
    words,
    parts,
    cells,
    bits,
    entry,
    marked,
):
    """Do the marked rows of [top, bottom) over, for rings [first, end) that are filled together, on `lines` lines each.

    Other arguments as for `coverage_cells.accumulate`. Time: crossed lines + cells.
    """
    edges = np.empty((5, 3 * (starts[end] - starts[first])))
    n = _list_edges(points, starts, first, end, left, right, top, bottom, parts, edges)
    height = bottom - top
    offsets = np.zeros(height + 2, np.int64)
    for edge in range(n):
        offsets[np.int64(edges[TOP, edge]) + 2] += 1
    for row in range(2, height + 2):
        offsets[row] += offsets[row - 1]
    order = np.empty(n, np.int64)
    for edge in range(n):
        row = np.int64(edges[TOP, edge]) + 1
        order[offsets[row]] = edge
        offsets[row] += 1
    active = np.empty(n, np.int64)
    deltas = np.zeros(right * SUB + 1, np.int32)
    counts = np.zeros(right, np.int64)
    alive = np.int64(0)
    for row in range(height):
        kept = np.int64(0)
        for k in range(alive):
            if edges[BOTTOM, active[k]] > row:
                active[kept] = active[k]
                kept += 1
        for k in range(offsets[row], offsets[row + 1]):
            active[kept] = order[k]
            kept += 1
        alive = kept
        if marked[row] == 0:
            continue
        for line in range(lines):
            y = row + (line + 0.5) / lines
            _sample_line(edges, active, alive, y, float(right * SUB), is_union, deltas, counts)
        _put_row(cells, bits, row, words, counts, lines * SUB)
        entry[row] = 0
        for pixel in range(right):
            counts[pixel] = 0

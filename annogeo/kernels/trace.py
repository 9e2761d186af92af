"""Outlines of masks and label maps by linking runs: the cost follows the number of runs, not of pixels.

A crack is the unit edge between a pixel inside and one outside. Between two rows, cracks form horizontal segments whose
two ends are corners, 2s and 2s + 1 for segment s; the ends of runs are vertical cracks that join a corner above with
one below, its mate. A ring goes from corner to corner: along a segment, along a vertical crack, and so on.
Slow twin: tests/naive/trace.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit, merged
from annogeo.kernels._lanes import ONE

Runs = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]

TWO = np.uint64(2)
SCRATCH_PER_RUN = 16
"""Numbers of scratch that a run takes: four corners, two segments, two ends, and at most one summit."""


@merged
def _go_on(vertical, x_above, x_below, line, found, x, mate, y):
    """Take the end of a run one row down; return the top corner of its vertical crack, and the number of corners."""
    differs = np.uint64(x_above != x_below)
    ending = found + np.uint64(x_above > x_below)
    starting = found + np.uint64(x_above < x_below)
    x[ending] = x_above
    x[starting] = x_below
    y[found >> ONE] = line
    mate[ending] = vertical
    mate[vertical] = ending
    return vertical + differs * (starting - vertical), found + TWO * differs


@merged
def _link(runs, start, stop, eight, x, mate, y, ring_of, top, summits, cracks):
    """Find the corners of one mask and which of them vertical cracks join; return how many, and how many summits.

    A summit is a segment from both of whose ends the outline goes down: the topmost segment of a ring is one.
    `cracks` has -1 for one with the inside below it; else the top corner of the left crack of the run above it.
    """
    found = np.uint64(0)
    met = np.uint64(0)
    first = np.uint64(start)
    stop = np.uint64(stop)
    above = first
    below = first
    while below < stop or above < below:
        # One line between rows: runs [above, below) end at it, [below, below_stop) begin at it.
        line = runs[below, 0] if above == below else runs[above, 0] + 1
        i = TWO * (above - first)
        j = TWO * (below - first)
        if below - above == ONE:
            # One run goes on as one run, nearly everywhere: each end stays where it is or makes one segment. No
            # branches: what is written for an end that stays is written over by what makes the next segment.
            left, right = np.uint64(top[i]), np.uint64(top[i + ONE])
            x0, x1 = runs[above, 1], runs[above, 2]
            while (
                below < stop
                and runs[below, 0] == line
                and (below + ONE == stop or runs[below + ONE, 0] != line)
                and x0 < runs[below, 2]
                and runs[below, 1] < x1
            ):
                next_x0, next_x1 = runs[below, 1], runs[below, 2]
                left, found = _go_on(left, x0, next_x0, line, found, x, mate, y)
                right, found = _go_on(right, x1, next_x1, line, found, x, mate, y)
                x0, x1 = next_x0, next_x1
                line += 1
                below += ONE
            above = below - ONE
            i = TWO * (above - first)
            j = TWO * (below - first)
            top[i] = left
            top[i + ONE] = right
        below_stop = below
        while below_stop < stop and runs[below_stop, 0] == line:
            below_stop += ONE
        i_stop = j
        j_stop = TWO * (below_stop - first)
        was_below = False
        while i < i_stop or j < j_stop:
            takes_above = j == j_stop
            if i < i_stop and j < j_stop:
                x_above = runs[first + (i >> ONE), ONE + (i & ONE)]
                x_below = runs[first + (j >> ONE), ONE + (j & ONE)]
                takes_above = x_above < x_below
                if x_above == x_below:
                    if (i & ONE) == (j & ONE):
                        top[j] = top[i]
                        i += ONE
                        j += ONE
                        continue
                    # Two pixels meet in a point. The crack taken first ends the segment on the left.
                    takes_above = ((i & ONE) == ONE) != eight
            if takes_above:
                x[found] = runs[first + (i >> ONE), ONE + (i & ONE)]
                vertical = np.uint64(top[i])
                mate[found] = vertical
                mate[vertical] = found
                i += ONE
            else:
                x[found] = runs[first + (j >> ONE), ONE + (j & ONE)]
                top[j] = found
                j += ONE
            if found & ONE == 0:
                y[found >> ONE] = line
                was_below = not takes_above
            elif was_below and not takes_above:
                summits[met] = found >> ONE
                cracks[met] = top[i - ONE] if i & ONE else -1
                ring_of[found >> ONE] = -1
                met += ONE
            found += ONE
        above = below
        below = below_stop
    return found, met


@merged
def _walk(found, met, x, mate, y, ring_of, summits, cracks, ring, written, xy, offsets, parent):
    """Write the rings of one mask; return how many rings and corners there are now."""
    for summit in range(met):
        segment = summits[summit]
        if ring_of[segment] >= 0:
            continue
        is_hole = cracks[summit] >= 0
        if is_hole:
            # The run above a hole's summit lies on a ring whose own summit is further up, so that one is known.
            around = ring_of[cracks[summit] >> 1]
            parent[ring] = around if parent[around] < 0 else parent[around]
        else:
            parent[ring] = -1
        first = np.uint64(2 * segment + np.int64(is_hole))
        corner = first
        while True:
            other = corner ^ np.uint64(1)
            segment = corner >> np.uint64(1)
            ring_of[segment] = ring
            line = y[segment]
            xy[written, 0] = x[corner]
            xy[written, 1] = line
            xy[written + 1, 0] = x[other]
            xy[written + 1, 1] = line
            written += 2
            corner = np.uint64(mate[other])
            if corner == first:
                break
        ring += 1
        offsets[ring] = written
    return ring, written


@jit
def trace_rings(
    runs: Runs,
    bounds: IntArray,
    eight: bool,
    scratch: Runs,
    xy: Runs,
    offsets: IntArray,
    parent: Runs,
    rings: IntArray,
) -> Any:
    """Write the rings of every mask: mask by mask, those of a mask in order of their topmost segment, leftmost first.

    Parameters
    ----------
    runs : int32 (n, 3)
        y, x0, x1 of each mask in turn: in reading order, apart from one another, none empty.
    bounds : int64 (masks + 1,)
        Mask k has the runs ``bounds[k]:bounds[k + 1]``.
    eight : bool
        Whether pixels that meet in a point belong together.
    scratch : int32 (m,)
        `SCRATCH_PER_RUN` times the runs of the largest mask.
    xy : int32 (4n, 2)
        Output: the corners of each ring in turn, with the inside on the right hand on screen: outer rings clockwise,
        holes the other way.
    offsets : int64 (n + 1,)
        Output: where each ring starts.
    parent : int32 (n,)
        Output: of a hole the outer ring around it, -1 of an outer ring.
    rings : int64 (masks + 1,)
        Output: mask k has the rings ``rings[k]:rings[k + 1]``.

    Returns
    -------
    int
        The number of corners.
    """
    n = scratch.size // SCRATCH_PER_RUN
    x, mate = scratch[: 4 * n], scratch[4 * n : 8 * n]
    y, ring_of, top = scratch[8 * n : 10 * n], scratch[10 * n : 12 * n], scratch[12 * n : 14 * n]
    summits, cracks = scratch[14 * n : 15 * n], scratch[15 * n :]
    ring = 0
    written = 0
    offsets[0] = 0
    rings[0] = 0
    for k in range(bounds.size - 1):
        found, met = _link(runs, bounds[k], bounds[k + 1], eight, x, mate, y, ring_of, top, summits, cracks)
        ring, written = _walk(
            found, met, x, mate, y, ring_of, summits, cracks, ring, written, xy, offsets, parent
        )
        rings[k + 1] = ring
    return written

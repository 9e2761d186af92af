"""Outlines of masks by linking runs: the cost follows the number of runs, not of pixels.

A crack is the unit edge between a pixel inside and one outside. Between two rows, cracks form horizontal segments whose
two ends are corners; the ends of runs are vertical cracks that join a corner above with one below.
Slow twin: tests/naive/trace.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit

Runs = npt.NDArray[np.int32]
Int = Any  # int64, or int where the kernels run as Python


@jit
def link_corners(runs: Runs, eight: bool, xy: Runs, mate: Runs, left_crack: Runs) -> int:
    """Find the corners of a mask's outline and which of them vertical cracks join.

    Parameters
    ----------
    runs : int32 (q, 3)
        y, x0, x1 in reading order, apart from one another (`Rle.rows`).
    eight : bool
        Whether pixels that meet in a point belong together.
    xy : int32 (4q, 2)
        Output: corners; 2p and 2p + 1 are the left and right end of a horizontal segment.
    mate : int32 (4q,)
        Output: the corner at the other end of the vertical crack.
    left_crack : int32 (2q,)
        Output, per segment: -1 where the inside is below it; else the top corner of the left crack of the run above it.

    Returns
    -------
    int
        The number of corners.
    """
    n = runs.shape[0]
    top = np.empty(2 * n, np.int32)  # per run end: the corner at which its vertical crack starts
    found = 0
    above_start = 0
    above_stop = 0
    start = 0
    while start < n or above_start < above_stop:
        # One line between rows: runs [above_start, above_stop) end at it, [start, stop) begin at it.
        stop = start
        if above_start == above_stop:
            y = runs[start, 0]
        else:
            y = runs[above_start, 0] + 1
        while stop < n and runs[stop, 0] == y:
            stop += 1
        i = 2 * above_start
        j = 2 * start
        while i < 2 * above_stop or j < 2 * stop:
            take_above = j == 2 * stop
            if i < 2 * above_stop and j < 2 * stop:
                x_above = runs[i >> 1, 1 + (i & 1)]
                x_below = runs[j >> 1, 1 + (j & 1)]
                take_above = x_above < x_below
                if x_above == x_below:
                    if (i & 1) == (j & 1):
                        top[j] = top[i]
                        i += 1
                        j += 1
                        continue
                    # Two pixels meet in a point. The crack taken first joins the segment on the left.
                    take_above = ((i & 1) == 1) != eight
            if take_above:
                xy[found, 0] = runs[i >> 1, 1 + (i & 1)]
                mate[found] = top[i]
                mate[top[i]] = found
                i += 1
            else:
                xy[found, 0] = runs[j >> 1, 1 + (j & 1)]
                top[j] = found
                j += 1
            xy[found, 1] = y
            if found & 1 == 0:
                left_crack[found >> 1] = top[i - 1] if i & 1 else -1
            found += 1
        above_start = start
        above_stop = stop
        start = stop
    return found


@jit
def walk_rings(
    corners: int, xy: Runs, mate: Runs, left_crack: Runs, ring_xy: Runs, offsets: Runs, outer: Runs
) -> int:
    """Walk the corners ring by ring, in order of their topmost segment (leftmost first).

    Parameters
    ----------
    corners, xy, mate, left_crack
        From `link_corners`.
    ring_xy : int32 (corners, 2)
        Output: the corners of each ring in turn, with the inside on the right hand on screen: outer rings clockwise,
        holes the other way.
    offsets : int32 (corners // 4 + 1,)
        Output: where each ring starts.
    outer : int32 (corners // 4,)
        Output: the outer ring a ring belongs to; its own number for outer rings.

    Returns
    -------
    int
        The number of rings.
    """
    ring_of = np.full(corners // 2, -1, np.int32)
    rings = 0
    written = 0
    offsets[0] = 0
    for segment in range(corners // 2):
        if ring_of[segment] >= 0:
            continue
        is_hole = left_crack[segment] >= 0
        # The run above a hole's top lies on a ring whose own top is further up, so that one is known.
        outer[rings] = outer[ring_of[left_crack[segment] >> 1]] if is_hole else rings
        first = 2 * segment + 1 if is_hole else 2 * segment
        corner = first
        while True:
            ring_of[corner >> 1] = rings
            other = corner ^ 1
            ring_xy[written, 0] = xy[corner, 0]
            ring_xy[written, 1] = xy[corner, 1]
            ring_xy[written + 1, 0] = xy[other, 0]
            ring_xy[written + 1, 1] = xy[other, 1]
            written += 2
            corner = mate[other]
            if corner == first:
                break
        rings += 1
        offsets[rings] = written
    return rings

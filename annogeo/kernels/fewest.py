"""Outlines of few vertices that keep every pixel: the sleeve around each traced ring, and a short way through it.

Filled by pixel centres, a ring gives the same pixels as the traced one if it winds in the same way around every
centre. So it is enough that it crosses, at each corner of the traced ring and in their order, the gate between the two
centres that lie diagonally across the corner, in the angle between its edges and beyond. Between the gates of two
corners lies a straight piece of the traced ring, and the centres beside it all lie outside the cell that the gates
span: a path from gate to gate passes them on the proper side. Gates end a little before the centres (at `REACH`), so
that rounding cannot push an edge over one.

Where two pixels meet in a point and the ring, or two rings of one mask, pass that point twice (a saddle), both
gates stop short of it, each on its own side. So no two cells overlap: a ring that runs in its sleeve is simple and
touches no other ring. Gates do not pass the edge of the image, beyond which there are no centres to be wary of.

Corners as in kernels/trace.py. Slow twin: tests/naive/fewest.py.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._corners import corner, corners_apart, find_saddles
from annogeo.kernels._jit import inlined, jit, leaf
from annogeo.kernels._sleeve import ring_of_few

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

REACH = 0.5 - 1 / 64  # px along each axis from a corner to the end of its gate
SADDLE_GAP = 1 / 64  # px along each axis from a saddle to the end of its gate
SADDLE_SHIFT = 1 / 8  # px along each axis: how far from a saddle a ring passes that keeps its corners
RECTANGLE = 4  # corners: such a ring stays as it is, a triangle instead of a box pleases nobody


@inlined
def _clamp(value, high):
    return min(max(value, 0.0), high)


@leaf
def _raise_gates(xy, first, end, height, width, is_saddle, gates):
    """Write the gates of a ring, relative to its first corner."""
    left, top = np.int64(xy[first, 0]), np.int64(xy[first, 1])
    for k in range(first, end):
        x, y, ux, uy, is_right = corner(xy, first, end, k)
        near = REACH
        far = SADDLE_GAP if is_saddle[k] else -REACH
        to_left, to_right = (far, near) if is_right else (near, far)
        at = k - first
        gates[at, 0] = _clamp(x + to_left * ux, np.float64(width)) - left
        gates[at, 1] = _clamp(y + to_left * uy, np.float64(height)) - top
        gates[at, 2] = x + to_right * ux - left
        gates[at, 3] = y + to_right * uy - top


@jit
def fewest_rings(
    xy: Ints,
    offsets: Ints,
    labels: Longs,
    height: int,
    width: int,
    eight: bool,
    tries: int,
    lines: Floats,
    marks: Longs,
    table: Ints,
    out: Floats,
    out_offsets: Ints,
) -> Any:
    """Write rings of few vertices for traced ones, in their order; count the vertices.

    Parameters
    ----------
    xy : int32 (n, 2); offsets : int32 (r + 1,); labels : int64 (r,)
        Traced rings, and which mask each belongs to.
    eight : bool
        Whether pixels that meet in a point were taken to belong together.
    tries : int
        On how many links to try to close each ring.
    lines : float64 (7m + 3, 4); marks : int64 (m + 2, 3)
        Scratch; m is 16 more than the longest ring has corners.
    table : int32 (2n + 2**k,)
        Scratch; the last part, of at least twice as many as corners, all -1.
    out : float64 (n, 2); out_offsets : int32 (r + 1,)
        Output.
    """
    total = xy.shape[0]
    is_saddle = table[:total]
    find_saddles(xy, offsets, labels, eight, table[total : 2 * total], table[2 * total :], is_saddle)
    room = marks.shape[0] - 2
    mark, state = marks[:room], marks[room:]
    hull, gates, link = lines[: 2 * room], lines[2 * room : 3 * room], lines[3 * room : 4 * room]
    window, ring, spare = lines[4 * room : 5 * room], lines[5 * room : 6 * room], lines[6 * room : 7 * room]
    line = lines[7 * room :]
    written = np.int64(0)
    out_offsets[0] = 0
    for k in range(offsets.size - 1):
        first, end = np.int64(offsets[k]), np.int64(offsets[k + 1])
        n = end - first
        kept = out[written : written + n]
        count = np.int64(0)
        if n > RECTANGLE:
            _raise_gates(xy, first, end, height, width, is_saddle, gates)
            count = ring_of_few(gates, n, tries, hull, state, line, link, window, mark, ring, spare)
        if 0 < count < n:
            n = count
            for at in range(n):  # inside but for rounding
                kept[at, 0] = _clamp(ring[at, 0] + xy[first, 0], np.float64(width))
                kept[at, 1] = _clamp(ring[at, 1] + xy[first, 1], np.float64(height))
        else:
            corners_apart(xy, first, end, is_saddle, SADDLE_SHIFT, kept)
        written += n
        out_offsets[k + 1] = written
    return written

"""Corners of traced rings: which way they turn, where two passes of them meet, and how these come apart.

Corners as in kernels/trace.py: edges lie along rows and columns in turn, inside on the right hand, y down.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, leaf

SCATTER = 0x9E3779B1  # in the hash table, rows far from each other, columns side by side
SCATTER_LABELS = 0x85EBCA6B  # and labels apart


@inlined
def corner(xy, first, end, k):
    """Give a corner, the way into the angle between its edges (+-1 along x and y), and if the ring turns right there.

    The way leads inside at a right turn, outside at a left one.
    """
    before = k - 1 if k > first else end - 1
    after = k + 1 if k + 1 < end else first
    x, y = np.int64(xy[k, 0]), np.int64(xy[k, 1])
    to_before_x, to_before_y = np.sign(xy[before, 0] - x), np.sign(xy[before, 1] - y)
    to_after_x, to_after_y = np.sign(xy[after, 0] - x), np.sign(xy[after, 1] - y)
    is_right = to_after_x * to_before_y - to_after_y * to_before_x > 0
    return x, y, np.float64(to_before_x + to_after_x), np.float64(to_before_y + to_after_y), is_right


@leaf
def find_saddles(xy, offsets, labels, eight, ring_of, table, is_saddle):
    """Mark the corners that rings of one label pass twice, two of its pixels meeting there in a point.

    Parameters
    ----------
    xy : int32 (n, 2); offsets : int (r + 1,); labels : int64 (r,)
        Rings, and which mask each belongs to.
    eight : bool
        Whether pixels that meet in a point were taken to belong together.
    ring_of : int32 (n,)
        Output: each corner's ring.
    table : int32 (2**k,)
        Scratch, all -1, at least twice as many as corners: a hash table of them finds the second pass.
    is_saddle : bool or int (n,)
        Output.
    """
    mask = np.uint64(table.size - 1)
    for ring in range(offsets.size - 1):
        first, end = offsets[ring], offsets[ring + 1]
        for k in range(first, end):
            ring_of[k] = ring
            is_saddle[k] = False
            x, y, _, _, is_right = corner(xy, first, end, k)
            if is_right == eight:  # there, passes meet on the other hand
                continue
            slot = np.uint64(y * SCATTER + labels[ring] * SCATTER_LABELS + x) & mask
            while table[slot] >= 0:
                other = table[slot]
                if xy[other, 0] == x and xy[other, 1] == y and labels[ring_of[other]] == labels[ring]:
                    is_saddle[k] = True
                    is_saddle[other] = True
                    break
                slot = (slot + np.uint64(1)) & mask
            else:
                table[slot] = k


@leaf
def corners_apart(xy, first, end, is_saddle, shift, out):
    """Write a ring's corners to the start of `out`, saddles moved by `shift` px, along x and y, into their angle."""
    for k in range(first, end):
        x, y, ux, uy, _ = corner(xy, first, end, k)
        away = shift if is_saddle[k] else 0.0
        out[k - first, 0] = x + away * ux
        out[k - first, 1] = y + away * uy

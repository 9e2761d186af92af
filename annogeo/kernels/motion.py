"""Points that move from one frame of a video to the next, of all shapes at once.

Slow twins: `Motion.at` (rendering/motion.py), and the bounds of definitions.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

from annogeo.kernels._jit import jit


@jit
def advance(places, ways, begins, sizes, starts, shares, frame, points):
    """Put points where they are at a frame, if they go straight.

    Parameters
    ----------
    places, ways : float64 (p, 2)
        Where they set out from, and how far it is to the next keyframe.
    begins, sizes : int64 (n,)
        The points of each part.
    starts, shares : float64 (n,)
        Of each part: the frame of the keyframe it goes from, and one over the frames to the next.
    frame : int
    points : float64 (p, 2)
        Output.
    """
    for k in range(begins.size):
        weight = (frame - starts[k]) * shares[k]
        for i in range(begins[k], begins[k] + sizes[k]):
            for axis in range(2):
                points[i, axis] = places[i, axis] + ways[i, axis] * weight


@jit
def measure(points, begins, sizes, owner, reaching, extents):
    """Find how far points reach.

    Parameters
    ----------
    points : float64 (p, 2)
    begins, sizes : int64 (n,)
        The points of each part.
    owner : int64 (n,)
        What each part is of; of several parts the last one counts.
    reaching : bool (m,)
        Whose extents are wanted.
    extents : float64 (m, 4)
        Output: left, top, right, bottom.
    """
    for k in range(owner.size):
        at = owner[k]
        begin = begins[k]
        if sizes[k] == 0 or not reaching[at]:
            continue
        for axis in range(2):
            low = high = points[begin, axis]
            for i in range(begin + 1, begin + sizes[k]):
                low = min(low, points[i, axis])
                high = max(high, points[i, axis])
            extents[at, axis], extents[at, 2 + axis] = low, high

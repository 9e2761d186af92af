"""Where a box track is at a frame, said in words: one track, one frame at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Keyframe = tuple[int, Sequence[float], bool, bool]  # frame, (left, top, right, bottom, angle), visible, fixed


def box_at(track: Sequence[Keyframe], end: int, frame: int) -> list[float] | None:
    """Return the five values at a frame; None where nothing is visible."""
    if frame < track[0][0] or frame > end:
        return None
    last = max(k for k, keyframe in enumerate(track) if keyframe[0] <= frame)
    number, values, visible, fixed = track[last]
    if not visible:
        return None
    for (before, *_), (after, to, _, is_fixed) in pairwise(track):
        if before == number and fixed and is_fixed:
            weight = (frame - before) / (after - before)
            return [
                *(a + (b - a) * weight for a, b in zip(values[:4], to[:4], strict=True)),
                turned(values[4], to[4], weight),
            ]
    return list(values)


def turned(before: float, after: float, weight: float) -> float:
    """Turn the short way; a half turn goes against the clock."""
    turn = math.fmod(after - before, 360.0)
    if turn >= 180.0:
        turn -= 360.0
    if turn < -180.0:
        turn += 360.0
    return before + turn * weight

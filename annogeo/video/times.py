"""The unit that the times of a written video are counted in. Layer: video."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from annogeo.video.reading import VideoSource

_FALLBACK = Fraction(1, 90000)
_MOST_DOUBLINGS = 8
_FINEST_MOVIE = 10_000_000  # ticks per second, which leave room for the length of any video


def base_of(source: VideoSource) -> Fraction:
    """Return the unit a video's own times are counted in."""
    return Fraction(source.stream.time_base or _FALLBACK)


def base_for(source: VideoSource, is_taken: Callable[[Fraction], bool], *, is_counted: bool) -> Fraction:
    """Choose a unit for the times of a video that is made from another: its own, else the coarsest exact one.

    Parameters
    ----------
    source : VideoSource
    is_taken : (Fraction) -> bool
        Whether the encoder takes a unit.
    is_counted : bool
        Whether the kind of file holds a picture, if an empty one, for each unit of time, as .avi does; then the unit
        is as coarse as the steps from one time to the next allow.

    Returns
    -------
    Fraction
        One that is taken; where no exact one is, the finest twofold of it, else the claimed time of a frame.
    """
    own = base_of(source)
    if not is_counted and is_taken(own):
        return own
    step, first = _steps(source)
    base = own * (step if is_counted else gcd(step, first)) if step else 1 / source.rate
    for _ in range(_MOST_DOUBLINGS):
        if is_taken(base):
            return base
        base *= 2
    return 1 / source.rate


def movie_timescale(streams: list[Any], base: Fraction) -> int:
    """Return ticks per second in which .mp4 says when streams begin, exact for the video and, if it can be, for all."""
    bases = [stream.time_base.denominator for stream in streams if stream.time_base]
    found = lcm(base.denominator, *bases)
    return found if found <= _FINEST_MOVIE else base.denominator


def _steps(source: VideoSource) -> tuple[int, int]:
    """Return the greatest whole step that all times of a video are apart, and the first time, in its own unit.

    The file is read once more, beside the reading that goes on; 0 where it has no times.
    """
    file = source.file
    place = 0 if file is None else file.tell()
    step, first = 0, None
    try:
        if file is not None:
            file.seek(0)
        with VideoSource(source.path if file is None else file, stream=source.stream.index) as again:
            for packet in again.packets([again.stream]):
                if packet.pts is not None:
                    first = packet.pts if first is None else first
                    step = gcd(step, packet.pts - first)
    finally:
        if file is not None:
            file.seek(place)
    return step, first or 0

"""Values of tracks at frames: all tracks at many frames, or all tracks at one.

A track is some keyframes, each with the row of values it starts from and the one it goes to until the next keyframe.
Both kernels take O(1) for each value; twins in tests/naive/tracks.py.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit, leaf
from annogeo.kernels._lanes import LINE, fill_run, store_line

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@leaf
def _position(frames: Integers, step: int, frame: int) -> int:
    """Return the first position whose frame is not before `frame`; evenly spaced ones are not searched for."""
    low, high = 0, int(frames.size)
    if step > 0:
        return min(max((frame - int(frames[0]) + step - 1) // step, low), high)
    while low < high:
        middle = (low + high) >> 1
        if frames[middle] < frame:
            low = middle + 1
        else:
            high = middle
    return low


@leaf
def _write_even(
    flat: Floats,
    start: int,
    count: int,
    weight: float,
    per_step: float,
    before: Floats,
    after: Floats,
    base: Floats,
    slope: Floats,
) -> None:
    """Write rows at evenly spaced frames, eight at a time: then every value is a fixed one plus a multiple."""
    width = int(before.size)
    group = LINE * width
    for column in range(width):
        origin, way = before[column], after[column] - before[column]
        for row in range(LINE):
            base[row * width + column] = origin + way * (weight + row * per_step)
            slope[row * width + column] = way * per_step * LINE
    factor = 0.0
    at = start
    stop = start + count * width
    while at + group <= stop:
        for k in range(width):
            store_line(flat, at + LINE * k, base, slope, LINE * k, factor)
        factor += 1.0
        at += group
    for k in range(stop - at):
        flat[at + k] = base[k] + slope[k] * factor


@leaf
def _write_scattered(
    flat: Floats, start: int, frames: Integers, origin: int, share: float, before: Floats, after: Floats
) -> None:
    """Write rows at any frames."""
    width = int(before.size)
    at = start
    for j in range(frames.size):
        weight = np.float64(frames[j] - origin) * share
        for column in range(width):
            flat[at + column] = before[column] + (after[column] - before[column]) * weight
        at += width


@jit
def sample_tracks(
    offsets: Integers,
    key_frames: Integers,
    before: Floats,
    after: Floats,
    visible: Bytes,
    ends: Integers,
    frames: Integers,
    step: int,
    out: Floats,
    shown: Bytes,
) -> None:
    """Write the values of all tracks at all frames, and whether each is visible there.

    Parameters
    ----------
    offsets : int64 (t + 1,)
        Track i has keyframes ``offsets[i]:offsets[i + 1]``, at least one.
    key_frames : int64 (k,)
        Rising within a track.
    before, after : float64 (k, c)
        Values at a keyframe, and where they go until the next one.
    visible : uint8 (k,)
    ends : int64 (t,)
        The last frame of each track, included.
    frames : int64 (n,)
        Not falling.
    step : int
        Between two successive ones of `frames` where that is always the same and more than 0; else 0.
    out : float32 or float64 (t, n * c)
        NaN where nothing is visible. No alias of the others.
    shown : uint8 (t, n)
    """
    n = int(frames.size)
    width = int(before.shape[1])
    base = np.empty(LINE * width, np.float64)
    slope = np.empty(LINE * width, np.float64)
    for track in range(ends.size):
        flat, seen = out[track], shown[track]
        stop = int(ends[track]) + 1
        here = _position(frames, step, int(key_frames[offsets[track]]))
        fill_run(flat, 0, here * width, np.nan)
        fill_run(seen, 0, here, np.uint8(0))
        for k in range(int(offsets[track]), int(offsets[track + 1])):
            is_last = k + 1 == offsets[track + 1]
            until = stop if is_last else min(int(key_frames[k + 1]), stop)
            there = max(_position(frames, step, until), here)
            fill_run(seen, here, there, visible[k])
            if not visible[k]:
                fill_run(flat, here * width, there * width, np.nan)
            elif here < there:
                share = 0.0 if is_last else 1.0 / np.float64(key_frames[k + 1] - key_frames[k])
                if step > 0:
                    weight, per_step = np.float64(frames[here] - key_frames[k]) * share, share * step
                    start, count = here * width, there - here
                    _write_even(flat, start, count, weight, per_step, before[k], after[k], base, slope)
                else:
                    asked = frames[here:there]
                    origin = int(key_frames[k])
                    _write_scattered(flat, here * width, asked, origin, share, before[k], after[k])
            here = there
        fill_run(flat, here * width, n * width, np.nan)
        fill_run(seen, here, n, np.uint8(0))


@jit
def advance_tracks(
    offsets: Integers,
    key_frames: Integers,
    before: Floats,
    after: Floats,
    visible: Bytes,
    ends: Integers,
    frame: int,
    current: Integers,
    out: Floats,
    shown: Bytes,
) -> None:
    """Write the values of all tracks at one frame, going on from the keyframes of the frame before.

    Parameters
    ----------
    offsets, key_frames, before, after, visible, ends
        As for `sample_tracks`.
    frame : int
    current : int64 (t,)
        The keyframe each track is at, changed to the one it is at now.
    out : float64 (t, c)
        NaN where nothing is visible.
    shown : uint8 (t,)
    """
    width = int(before.shape[1])
    for track in range(ends.size):
        first, stop = int(offsets[track]), int(offsets[track + 1])
        k = int(current[track])
        if key_frames[k] > frame:
            k = first
        near = k + 8  # forward by a few, or else by halves
        while k + 1 < stop and k < near and key_frames[k + 1] <= frame:
            k += 1
        after_k = stop
        while after_k - k > 1 and key_frames[k + 1] <= frame:
            middle = (k + after_k) >> 1
            if key_frames[middle] <= frame:
                k = middle
            else:
                after_k = middle
        current[track] = k
        is_shown = key_frames[k] <= frame and frame <= ends[track] and visible[k]
        shown[track] = is_shown
        weight = 0.0
        if k + 1 < stop:
            weight = np.float64(frame - key_frames[k]) / np.float64(key_frames[k + 1] - key_frames[k])
        for column in range(width):
            value = before[k, column] + (after[k, column] - before[k, column]) * weight
            out[track, column] = value if is_shown else np.nan

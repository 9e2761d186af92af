"""Dashed lines: a line cut into the strokes of its dashes, by arc length. Pure numpy, lowest layer.

Strokes have round ends that reach half a width further than their last point, so each dash is cut shorter by that much
at both ends: it then has its stated length. Slow twin: tests/naive/dash.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Edges = tuple[float, float, float, float]

MOST_DASHES = 50_000  # of one line; more are no pattern to the eye any more
REACH = 2.0**24  # px from the origin: as far as arc lengths are exact to a thousandth of a px


class Dashes(NamedTuple):
    """Pieces of a line.

    Parameters
    ----------
    xy : float64 (p, 2)
    offsets : int64 (n + 1,)
        Piece k has the points ``offsets[k]:offsets[k + 1]``: two or more, in a dot both the same.
    """

    xy: FloatArray
    offsets: IntArray


def dashes(
    line: FloatArray,
    pattern: Sequence[float],
    width: float,
    clip: Edges,
    *,
    closed: bool = False,
) -> Dashes | None:
    """Cut a line into the strokes of its dashes.

    Parameters
    ----------
    line : float64 (n, 2)
        The pattern starts at its first point, and runs on around corners.
    pattern : sequence of float
        Lengths of dashes and gaps in px, in turn, above 0; an odd number of them is repeated.
    width : float
        Of the strokes, in px.
    clip : (left, top, right, bottom)
        Dashes that do not show in here may be left out.
    closed : bool
        The last point is joined to the first; dashes that meet there are one.

    Returns
    -------
    Dashes or None
        None: draw the line as it is. The round ends of dots fill its gaps, it has no length, it goes further than
        `REACH`, or it has more than `MOST_DASHES` dashes to show.

    Notes
    -----
    A dash shorter than the line is wide is a dot as wide as the line, around the dash's middle.

    Examples
    --------
    >>> line = np.array([[0.0, 0.0], [10.0, 0.0]])
    >>> dashes(line, (4, 3), 2, (0, 0, 10, 10)).xy.tolist()
    [[1.0, 0.0], [3.0, 0.0], [8.0, 0.0], [9.0, 0.0]]
    >>> dashes(line, (0.001, 0.001), 2, (0, 0, 10, 10)) is None
    True
    """
    lengths = _lengths(tuple(pattern), width)
    if lengths is None or len(line) < 2 or np.abs(line).max() > REACH:
        return None
    ring = np.concatenate([line, line[:1]]) if closed else line
    arcs = _arc_lengths(ring)
    if arcs[-1] == 0.0:
        return None
    numbers = _periods(ring, arcs, float(lengths.sum()), _grown(clip, width))
    if numbers is None or numbers.size * lengths.size > 2 * MOST_DASHES:
        return None
    starts, ends = _on_intervals(numbers, lengths, float(arcs[-1]))
    if closed and starts.size and starts[0] == 0.0 and ends[-1] >= arcs[-1]:
        if starts.size == 1:
            return None  # one dash all around
        # what runs over the first point is one dash: it is measured on a second round
        starts, ends = starts[1:], np.append(ends[1:-1], arcs[-1] + ends[0])
        ring = np.concatenate([ring, ring[1:]])
        arcs = np.concatenate([arcs, arcs[-1] + arcs[1:]])
    middle = 0.5 * (starts + ends)
    starts = np.minimum(starts + 0.5 * width, middle)
    ends = np.maximum(ends - 0.5 * width, middle)
    return _pieces(ring, arcs, starts, ends)


@lru_cache(maxsize=64)  # a style dashes thousands of lines
def _lengths(pattern: tuple[float, ...], width: float) -> FloatArray | None:
    """Return dashes and gaps in turn, an even number; None where no gap shows."""
    lengths = np.array([*pattern, *(pattern if len(pattern) % 2 else ())], np.float64)
    reach = np.maximum(width - lengths[::2], 0.0) / 2  # of the round ends of dots into the gaps beside them
    return lengths if (lengths[1::2] > reach + np.roll(reach, -1)).any() else None


def _arc_lengths(line: FloatArray) -> FloatArray:
    """Return how far along the line each point is."""
    steps = np.diff(line, axis=0)
    arcs = np.zeros(len(line))
    np.cumsum(np.hypot(steps[:, 0], steps[:, 1]), out=arcs[1:])
    return arcs


def _inside(line: FloatArray, clip: Edges) -> tuple[FloatArray, FloatArray]:
    """Return where each segment enters and leaves a rectangle, as fractions 0..1; outside, enter > leave."""
    steps = np.diff(line, axis=0)
    enter, leave = np.zeros(len(steps)), np.ones(len(steps))
    for axis, (low, high) in enumerate(((clip[0], clip[2]), (clip[1], clip[3]))):
        first, step = line[:-1, axis], steps[:, axis]
        still = step == 0.0
        divisor = np.where(still, 1.0, step)
        with np.errstate(over="ignore"):  # of a step next to nothing
            a, b = (low - first) / divisor, (high - first) / divisor
        outside = still & ((first < low) | (first > high))
        enter = np.maximum(enter, np.where(still, np.where(outside, 2.0, 0.0), np.minimum(a, b)))
        leave = np.minimum(leave, np.where(still, 1.0, np.maximum(a, b)))
    return enter, leave


def _grown(clip: Edges, width: float) -> Edges:
    margin = 0.5 * width + 1.0
    left, top, right, bottom = clip
    return left - margin, top - margin, right + margin, bottom + margin


def _periods(line: FloatArray, arcs: FloatArray, period: float, clip: Edges) -> FloatArray | None:
    """Return the numbers of the pattern's rounds that may show; None: too many."""
    (left, top), (right, bottom) = line.min(axis=0), line.max(axis=0)
    if clip[0] <= left and clip[1] <= top and right <= clip[2] and bottom <= clip[3]:
        rounds = float(arcs[-1]) // period + 1
        return None if rounds > 2 * MOST_DASHES else np.arange(rounds)
    enter, leave = _inside(line, clip)
    shows = enter <= leave
    start, length = arcs[:-1][shows], np.diff(arcs)[shows]
    first = np.floor((start + enter[shows] * length) / period)
    last = np.floor((start + leave[shows] * length) / period)
    counts = last - first + 1
    if counts.sum() > 2 * MOST_DASHES + counts.size:
        return None
    whole = counts.astype(np.int64)
    begins = np.cumsum(whole) - whole
    numbers = np.repeat(first - begins, whole) + np.arange(whole.sum())
    return np.unique(numbers)


def _on_intervals(numbers: FloatArray, lengths: FloatArray, total: float) -> tuple[FloatArray, FloatArray]:
    """Return where the dashes of these rounds start and end, along a line of length `total`."""
    marks = np.concatenate([[0.0], np.cumsum(lengths)])
    base = numbers[:, None] * marks[-1]
    starts = (base + marks[:-1:2]).ravel()
    ends = np.minimum((base + marks[1::2]).ravel(), total)
    kept = starts < ends
    return starts[kept], ends[kept]


def _pieces(line: FloatArray, arcs: FloatArray, starts: FloatArray, ends: FloatArray) -> Dashes:
    """Cut out what lies between these arc lengths, with the corners in between."""
    first = np.searchsorted(arcs, starts, side="right")
    last = np.maximum(np.searchsorted(arcs, ends, side="left"), first)
    inner = last - first  # corners strictly inside
    offsets = np.zeros(starts.size + 1, np.int64)
    np.cumsum(inner + 2, out=offsets[1:])
    xy = np.empty((int(offsets[-1]), 2))
    corners = np.repeat(first - offsets[:-1] - 1, inner + 2) + np.arange(len(xy))
    xy[:] = line[np.clip(corners, 0, len(line) - 1)]
    xy[offsets[:-1]] = _points_at(line, arcs, starts)
    xy[offsets[1:] - 1] = _points_at(line, arcs, ends)
    return Dashes(xy, offsets)


def _points_at(line: FloatArray, arcs: FloatArray, places: FloatArray) -> FloatArray:
    return np.stack([np.interp(places, arcs, line[:, axis]) for axis in (0, 1)], axis=1)

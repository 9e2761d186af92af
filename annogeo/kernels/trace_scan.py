"""Label maps to runs: one pass over the pixels, 64 at a time; all that follows costs what the runs cost.

A run is y, x0, x1 of neighbouring pixels of one label. Labels are numbered as they come, and a counting sort brings the
runs of each together. Slow twin: tests/naive/label_maps.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit, merged
from annogeo.kernels._lanes import ONE, changes_64, lowest_bit

Labels = npt.NDArray[np.uint64]
IndexArray = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]
Int = Any  # of numba: its type changes, or JIT is off

WORD = np.uint64(64)
HALF = np.uint64(32)
LOW_HALF = np.uint64(0xFFFFFFFF)
SCATTER = np.uint64(0x9E3779B1)  # 2^32 over the golden ratio: neighbouring labels land far from each other
PROBES = 256  # a table that is half full needs few; more than this, and the labels were chosen to collide

NO_ROOM, TABLE_FULL, COLLIDING = -1, -2, -3
AREA, TWICE_X, TWICE_Y, LEFT, TOP, RIGHT, BOTTOM = range(7)
"""What `measure_runs` adds up: pixels, and twice the x and y of their centres; and the box around them."""


@merged
def _number(value: Int, known: Int, shift: Int, table: IndexArray, labels: Labels, counts: IntArray) -> Int:
    """Look up the number of a label, `known` if it is new and now entered; `TABLE_FULL` or `COLLIDING` if it is not."""
    mask = np.uint64(table.size - 1)
    slot = ((((value ^ (value >> HALF)) & LOW_HALF) * SCATTER) & LOW_HALF) >> shift
    number = np.int64(table[slot])
    probes = 0
    while number >= 0 and labels[np.uint64(number)] != value:
        slot = (slot + ONE) & mask
        number = np.int64(table[slot])
        probes += 1
    if number < 0:
        if known == labels.size:
            return np.int64(TABLE_FULL)
        if probes > PROBES:
            return np.int64(COLLIDING)
        number = np.int64(known)
        table[slot] = number
        labels[known] = value
        counts[known] = 0
    return number


@jit
def scan_labels(
    flat: npt.NDArray[Any],
    width: Int,
    y: Int,
    background: Int,
    keeps_all: bool,
    found: Int,
    known: Int,
    runs: IndexArray,
    numbers: IndexArray,
    table: IndexArray,
    labels: Labels,
    counts: IntArray,
) -> tuple[Int, Int]:
    """Find the runs of a strip of a label map in reading order, and number their labels as they come.

    Parameters
    ----------
    flat : unsigned (n,)
        The strip row by row, not empty.
    width : int
        Of a row; ``n`` is a multiple.
    y : int
        Of the first row.
    background : uint64
        The label whose runs are left out.
    keeps_all : bool
        Leave none out.
    found, known : int
        How many runs and labels the strips above had.
    runs : int32 (m, 3), numbers : int32 (m,)
        Output: y, x0, x1, and the number of the label.
    table : int32 (2^k,)
        Labels' numbers by where their hash puts them, -1 at first.
    labels : uint64 (l,)
        Output: the labels by number, at most half as many as `table` has places.
    counts : int64 (l,)
        Output: how many runs each label has, by number.

    Returns
    -------
    (int, int)
        How many runs and labels there are now; the first is `NO_ROOM`, `TABLE_FULL` or `COLLIDING` if they did not fit.
    """
    n = np.uint64(flat.size)
    last = np.uint64(numbers.size)
    count = np.uint64(found)
    row = np.uint64(0)
    next_row = np.uint64(width)
    forced = next_row  # the next row whose start is still to be made a change
    start = np.uint64(0)
    value = np.uint64(flat[0])
    shift = HALF
    while np.uint64(table.size) >> (HALF - shift) > ONE:
        shift -= ONE
    i = ONE
    while i <= n:
        stop = i + WORD
        changes = np.uint64(0)
        if stop <= n:
            changes = changes_64(flat, i)
        else:
            stop = n + ONE
            for k in range(i, n):
                if flat[k] != flat[k - ONE]:
                    changes |= ONE << (k - i)
        while forced < stop:  # the end of the last row, too
            changes |= ONE << (forced - i)
            forced += np.uint64(width)
        if changes != 0 and count + WORD > last:
            return NO_ROOM, known
        while changes != 0:
            p = i + np.uint64(lowest_bit(changes))
            changes &= changes - ONE
            if keeps_all or value != background:
                number = _number(value, known, shift, table, labels, counts)
                if number < 0:
                    return number, known
                known = max(known, number + 1)
                runs[count, 0] = y
                runs[count, 1] = start - row
                runs[count, 2] = p - row
                numbers[count] = number
                count += ONE
                counts[np.uint64(number)] += 1
            if p == next_row:
                y += 1
                row = p
                next_row += np.uint64(width)
            if p < n:
                value = np.uint64(flat[p])
            start = p
        i = stop
    return np.int64(count), known


@jit
def sort_runs(runs: IndexArray, numbers: IndexArray, places: IntArray, by_label: IndexArray) -> None:
    """Bring the runs of each label together, those of a label in the order they come.

    Parameters
    ----------
    runs : int32 (n, 3), numbers : int32 (n,)
        From `scan_labels`.
    places : int64 (labels,)
        Where the first run of each label goes, by number; scratch afterwards.
    by_label : int32 (n, 3)
        Output.
    """
    for k in range(numbers.size):
        number = np.uint64(numbers[k])
        place = np.uint64(places[number])
        by_label[place, 0] = runs[k, 0]
        by_label[place, 1] = runs[k, 1]
        by_label[place, 2] = runs[k, 2]
        places[number] += 1


@jit
def measure_runs(runs: IndexArray, bounds: IntArray, sums: IntArray) -> None:
    """Measure masks given as runs.

    Parameters
    ----------
    runs : int32 (n, 3)
        y, x0, x1 of each mask in turn, in reading order, none empty.
    bounds : int64 (masks + 1,)
        Mask k has the runs ``bounds[k]:bounds[k + 1]``, at least one.
    sums : int64 (masks, 7)
        Output: `AREA` and so on.
    """
    for mask in range(sums.shape[0]):
        first, stop = np.uint64(bounds[mask]), np.uint64(bounds[mask + 1])
        area, twice_x, twice_y = np.int64(0), np.int64(0), np.int64(0)
        left, right = runs[first, 1], runs[first, 2]
        for k in range(first, stop):
            y, x0, x1 = np.int64(runs[k, 0]), np.int64(runs[k, 1]), np.int64(runs[k, 2])
            area += x1 - x0
            twice_x += (x1 - x0) * (x0 + x1)
            twice_y += (x1 - x0) * (2 * y + 1)
            left = min(left, runs[k, 1])
            right = max(right, runs[k, 2])
        sums[mask, AREA] = area
        sums[mask, TWICE_X] = twice_x
        sums[mask, TWICE_Y] = twice_y
        sums[mask, LEFT] = left
        sums[mask, TOP] = runs[first, 0]
        sums[mask, RIGHT] = right
        sums[mask, BOTTOM] = np.int64(runs[stop - ONE, 0]) + 1

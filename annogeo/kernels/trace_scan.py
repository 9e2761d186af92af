"""Label maps to runs: one pass over the pixels, 64 at a time; all that follows costs what the runs cost.

A run is y, x0, x1 of neighbouring pixels of one label. Labels are numbered by first sight, runs are measured and, for
`trace`, sorted by label (a counting sort). Slow twin: tests/naive/trace.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit
from annogeo.kernels._lanes import ONE, changes_64, lowest_bit

Runs = npt.NDArray[np.int32]
Values = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Sums = npt.NDArray[np.int64]
Int = Any  # of numba, where its type changes or JIT is off

SCATTER = np.uint64(
    0x9E3779B97F4A7C15
)  # 2^64 over the golden ratio: neighbouring labels land far from each other
PROBES = 128  # a table that is half full needs a few; more than this, and the labels were chosen to collide

FAR = 2**31
# What is added up per label, the columns of `sums`
COUNT, AREA, TWICE_X, TWICE_Y, LEFT, TOP, RIGHT, BOTTOM = range(8)


@jit
def scan_runs(
    flat: npt.NDArray[Any],
    width: Int,
    y: Int,
    background: np.uint64,
    keeps_all: bool,
    runs: Runs,
    values: Values,
) -> Int:
    """Write the runs of a label map in reading order; return how many, or -1 where they might not fit.

    Parameters
    ----------
    flat : unsigned (n,)
        The map row by row, not empty.
    width : int
        Of a row; ``n`` is a multiple.
    y : int
        Of the first row.
    background : uint64
        The label whose runs are left out.
    keeps_all : bool
        Leave none out.
    runs : int32 (m, 3)
        Output: y, x0, x1. Some room is wanted beyond the last one.
    values : uint64 (m,)
        Output: the labels.
    """
    n = np.uint64(flat.size)
    width = np.uint64(width)
    room = np.uint64(values.size)
    found = np.uint64(0)
    y = np.uint64(y)
    row = np.uint64(0)
    next_row = width
    forced = width  # the next row whose start is still to be made a change
    start = np.uint64(0)
    value = np.uint64(flat[0])
    i = np.uint64(1)
    while i < n:
        block_end = i + np.uint64(64)
        if block_end <= n:
            changes = changes_64(flat, i)
        else:
            block_end = n
            changes = np.uint64(0)
            for k in range(i, n):
                if flat[k] != flat[k - ONE]:
                    changes |= ONE << (k - i)
        while forced < block_end:
            changes |= ONE << (forced - i)
            forced += width
        if changes != 0:
            if found + np.uint64(65) > room:
                return -1
            while changes != 0:
                p = i + np.uint64(lowest_bit(changes))
                changes &= changes - ONE
                runs[found, 0] = y
                runs[found, 1] = start - row
                runs[found, 2] = p - row
                values[found] = value
                found += np.uint64(keeps_all or value != background)
                if p == next_row:
                    y += ONE
                    row = p
                    next_row += width
                value = np.uint64(flat[p])
                start = p
        i = block_end
    if found == room:
        return -1
    runs[found, 0] = y
    runs[found, 1] = start - row
    runs[found, 2] = n - row
    values[found] = value
    return np.int64(found + np.uint64(keeps_all or value != background))


@jit
def count_runs(flat: npt.NDArray[Any], width: int) -> Int:
    """Return how many runs there are at most: one more than there are changes and row starts."""
    n = np.uint64(flat.size)
    found: Int = flat.size // width + 1
    i = np.uint64(1)
    while i + np.uint64(64) <= n:
        changes = changes_64(flat, i)
        while changes != 0:
            changes &= changes - ONE
            found += 1
        i += np.uint64(64)
    while i < n:
        found += np.int64(flat[i] != flat[i - ONE])
        i += ONE
    return found


@jit
def number_labels(values: Values, table: Numbers, labels: Values, numbers: Numbers) -> Int:
    """Number the labels as they come; return how many there are, or -1 where the table is too small for them.

    Parameters
    ----------
    values : uint64 (n,)
        The label of each run.
    table : int32 (2^k,)
        Scratch, full of -1.
    labels : uint64 (2^(k - 1),)
        Output: the labels by number.
    numbers : int32 (n,)
        Output: the number of each run's label.
    """
    mask = np.uint64(table.size - 1)
    shift = np.uint64(64)
    while (np.uint64(table.size) >> (np.uint64(64) - shift)) > ONE:
        shift -= ONE
    found = 0
    for k in range(values.size):
        value = values[k]
        slot = (value * SCATTER) >> shift
        probes = 0
        while table[slot] >= 0 and labels[table[slot]] != value:
            slot = (slot + ONE) & mask
            probes += 1
        if table[slot] < 0:
            if found == labels.size or probes > PROBES:
                return -1
            table[slot] = found
            labels[found] = value
            found += 1
        numbers[k] = table[slot]
    return found


@jit
def measure_runs(runs: Runs, numbers: Numbers, sums: Sums) -> None:
    """Add up runs, pixels and coordinates per label, and find its box.

    Parameters
    ----------
    runs : int32 (n, 3)
    numbers : int32 (n,)
    sums : int64 (labels, 8)
        Output: `COUNT` of runs, `AREA`, twice the sums of x and of y of all pixel centres, the box.
    """
    for k in range(sums.shape[0]):
        sums[k, COUNT] = 0
        sums[k, AREA] = 0
        sums[k, TWICE_X] = 0
        sums[k, TWICE_Y] = 0
        sums[k, LEFT] = FAR
        sums[k, TOP] = FAR
        sums[k, RIGHT] = 0
    for k in range(numbers.size):
        label = np.uint64(numbers[k])
        y, x0, x1 = np.int64(runs[k, 0]), np.int64(runs[k, 1]), np.int64(runs[k, 2])
        sums[label, COUNT] += 1
        sums[label, AREA] += x1 - x0
        sums[label, TWICE_X] += (x1 - x0) * (x1 + x0)
        sums[label, TWICE_Y] += (x1 - x0) * (2 * y + 1)
        sums[label, LEFT] = min(sums[label, LEFT], x0)
        sums[label, TOP] = min(sums[label, TOP], y)
        sums[label, RIGHT] = max(sums[label, RIGHT], x1)
        sums[label, BOTTOM] = y + 1


@jit
def sort_runs(runs: Runs, numbers: Numbers, places: Sums, by_label: Runs) -> None:
    """Bring the runs of each label together, those of a label in the order they come.

    Parameters
    ----------
    runs : int32 (n, 3)
    numbers : int32 (n,)
    places : int64 (labels,)
        Where the first run of each label goes; scratch afterwards.
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

"""Measures annogeo's rows and their peers' side by side.

All rows of a report run in one process, in rounds, and every round runs every row. The order changes from round to
round so that each row follows each other one equally often: what ran before (its caches, its clock speed, its memory)
makes a difference of 10 to 25 %, and so it cancels. What counts is the median, over rounds, of the ratio of two rows
within the same round, with its quartiles. Clock: CPU time of the calling thread, which other processes on the machine
hardly touch; for a peer that starts threads, that of the process; for rows that use two threads themselves, the wall's.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from benchmarks.report import Comparison, Report

CLOCKS: dict[str, Callable[[], float]] = {
    "cpu": time.thread_time,
    "process": time.process_time,
    "wall": time.perf_counter,
}


@dataclass(frozen=True)
class Pace:
    """How long to measure.

    Parameters
    ----------
    rounds : int
        At most this many; fewer once `seconds` are over, but never less than three of any row.
    seconds : float
        For one report, about.
    slice_ms : float
        A row is repeated within a round until it takes about this long: five batches of anything below 5 ms.
    quick : bool
        Tiny sizes: does everything still run?
    slow_s : float
        A row slower than this sits out some rounds.
    """

    rounds: int = 15
    seconds: float = 20.0
    slice_ms: float = 25.0
    quick: bool = False
    slow_s: float = 0.25


FULL = Pace()
QUICK = Pace(rounds=3, seconds=0.5, slice_ms=0.5, quick=True)

_BATCHES = 5


@dataclass(frozen=True)
class Row:
    """Something to time: `run` does the whole work once."""

    name: str
    run: Callable[[], Any]
    kind: str = "peer"
    clock: str = "cpu"


def compare(
    key: str,
    title: str,
    ours: Row,
    others: Sequence[Row],
    *,
    pairs: Sequence[tuple[str, str]] = (),
    missing: Sequence[str] = (),
    pace: Pace = FULL,
) -> Report:
    """Time rows in interleaved rounds and compare them.

    Parameters
    ----------
    key, title : str
    ours : Row
        What the others are compared with.
    others : sequence of Row
    pairs : sequence of (name, name)
        More comparisons: of the first row with the second, where both were timed. The result's name joins theirs.
    missing : sequence of str
        Peers that are not installed, for the report.
    pace : Pace
    """
    rows = [ours, *others]
    times, walls = measure(rows, pace)
    report = Report(key, title, ours.name, missing=list(missing))
    report.comparisons = [compared(ours, row, row.name, row.kind, times, walls) for row in others]
    by_name = {row.name: row for row in rows}
    for mine, theirs in pairs:
        if mine in by_name and theirs in by_name:
            name = f"{theirs} / {mine}"
            row = by_name[theirs]
            report.comparisons.append(compared(by_name[mine], row, name, row.kind, times, walls))
    return report


Times = dict[str, dict[int, float]]


def measure(rows: Sequence[Row], pace: Pace) -> tuple[Times, Times]:
    """Time every row in rounds: name -> round -> seconds by the row's clock, and the same by the wall's."""
    repeats, strides = {}, {}
    for row in rows:
        repeats[row.name], strides[row.name] = _plan(row, pace)
    times: Times = {row.name: {} for row in rows}
    walls: Times = {row.name: {} for row in rows}
    deadline = time.perf_counter() + pace.seconds
    with paused_collector():
        for i, order in zip(range(pace.rounds), cycle(balanced_orders(len(rows))), strict=False):
            for row in (rows[k] for k in order):
                if i % strides[row.name] == 0:
                    times[row.name][i], walls[row.name][i] = _timed(row, repeats[row.name])
            gc.collect()
            if time.perf_counter() > deadline and all(len(taken) >= 3 for taken in times.values()):
                break
    return times, walls


def balanced_orders(n: int) -> list[list[int]]:
    """Give orders of n rows in which each one follows each other one equally often (a Williams design).

    Examples
    --------
    >>> balanced_orders(4)
    [[0, 1, 3, 2], [1, 2, 0, 3], [2, 3, 1, 0], [3, 0, 2, 1]]
    """
    zigzag = [(k + 1) // 2 if k % 2 else (n - k // 2) % n for k in range(n)]
    orders = [[(k + shift) % n for k in zigzag] for shift in range(n)]
    if n % 2:
        orders += [order[::-1] for order in orders]
    return orders


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the garbage collector out of what is timed; called by hand in between, it looks at new objects only."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Give the lower and the upper quartile.

    Examples
    --------
    >>> quartiles([1.0, 2.0, 3.0, 4.0, 5.0])
    (2.0, 4.0)
    """
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def _plan(row: Row, pace: Pace) -> tuple[int, int]:
    """Warm a row up and say how often it runs in a round, and in every how many rounds."""
    seconds, _ = _timed(row, 1)  # compiles, fills caches; of a slow row it is the estimate too
    if seconds < pace.slow_s:
        seconds, _ = _timed(row, 1)
    repeats = max(1, min(500, int(pace.slice_ms / 1000 / max(seconds, 1e-7))))
    stride = min(max(1, pace.rounds // 3), 1 + int(seconds / pace.slow_s))
    return repeats, stride


def _timed(row: Row, n: int) -> tuple[float, float]:
    """Run `n` times and give the seconds of one, by the row's clock and by the wall's.

    The n runs are timed in batches and the median of those counts: the first after another row, or one that was
    interrupted, then carries no weight.
    """
    clock, run = CLOCKS[row.clock], row.run
    batches = _BATCHES if n >= _BATCHES else 1
    taken, walls = [], []
    for _ in range(batches):
        wall, start = time.perf_counter(), clock()
        for _ in range(n // batches):
            run()
        taken.append(clock() - start)
        walls.append(time.perf_counter() - wall)
    each = n // batches
    return statistics.median(taken) / each, statistics.median(walls) / each


def compared(ours: Row, theirs: Row, name: str, kind: str, times: Times, walls: Times) -> Comparison:
    """Compare two rows over the rounds in which both were timed."""
    both = (times, walls) if "wall" not in (ours.clock, theirs.clock) else (walls, walls)
    mine, other = both[0][ours.name], both[0][theirs.name]
    together = sorted(set(mine) & set(other))
    clock = "wall" if both[0] is walls else "cpu"
    return of_rounds(name, [mine[i] for i in together], [other[i] for i in together], kind=kind, clock=clock)


def of_rounds(
    name: str, ours: Sequence[float], theirs: Sequence[float], *, kind: str = "peer", clock: str = "cpu"
) -> Comparison:
    """Compare seconds, round by round."""
    ratios = [other / max(mine, 1e-9) for mine, other in zip(ours, theirs, strict=True)]
    low, high = quartiles(ratios)
    return Comparison(
        name,
        ours_ms=1000 * statistics.median(ours),
        theirs_ms=1000 * statistics.median(theirs),
        ratio=statistics.median(ratios),
        low=low,
        high=high,
        rounds=len(ratios),
        clock=clock,
        kind=kind,
    )

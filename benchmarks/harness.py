"""Measures rows against a reference row, fairly, and says which goals are met.

All rows of a report run in one process, in rounds: every round runs every row, each time beginning with another one, so
that drift of the machine and the order hit all alike. What counts is the median, over rounds, of the ratio to the
reference row within the same round. Clock: CPU time of the calling thread, which other processes on the machine do not
touch; wall time is shown beside it.
"""

from __future__ import annotations

import gc
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import Any

PEERS = (
    "numpy", "numba", "opencv-python-headless", "Pillow", "scikit-image", "pycocotools", "rasterio", "skia-python",
    "supervision", "dtlpy", "msgspec",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """Something to time: `run` does the whole work once."""

    name: str
    run: Callable[[], Any]


@dataclass(frozen=True)
class Goal:
    """`ours` has to be at least `ratio` times as fast as the row `peer`; an aim is hoped for, not promised."""

    peer: str
    ratio: float
    ours: str
    is_aim: bool = False


@dataclass(frozen=True)
class Limit:
    """A measured `value` has to stay below `most`."""

    what: str
    value: float
    most: float
    unit: str


@dataclass(frozen=True)
class Timing:
    """One row's result; `ratio` is its time over the reference's (above 1: slower than the reference)."""

    name: str
    cpu_ms: float
    wall_ms: float
    ratio: float
    low: float
    high: float


@dataclass
class Verdict:
    """Whether a goal, limit or aim is met."""

    text: str
    met: bool
    is_aim: bool = False

    def __str__(self) -> str:
        word = (
            ("met  " if self.met else "FAILS")
            if not self.is_aim
            else ("aim met" if self.met else "aim missed")
        )
        return f"{word} {self.text}"


@dataclass
class Report:
    """The results of one comparison."""

    title: str
    reference: str
    timings: list[Timing] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)


def compare(
    title: str,
    rows: Sequence[Row],
    *,
    goals: Sequence[Goal] = (),
    missing: Sequence[str] = (),
    rounds: int = 15,
    seconds: float = 20.0,
    slice_ms: float = 5.0,
) -> Report:
    """Time rows in interleaved rounds; the first one is the reference.

    Parameters
    ----------
    title : str
    rows : sequence of Row
    goals : sequence of Goal
        Those whose rows are absent are left out.
    missing : sequence of str
        Peers that are not installed, for the report.
    rounds : int
        At most this many; fewer (but 3) once `seconds` are over.
    slice_ms : float
        A row is repeated within a round until it takes about this long.
    """
    repeats = {row.name: _repeats(row, slice_ms) for row in rows}
    cpu: dict[str, list[float]] = {row.name: [] for row in rows}
    wall: dict[str, list[float]] = {row.name: [] for row in rows}
    deadline = time.perf_counter() + seconds
    gc.collect()
    gc.disable()
    try:
        for i in range(rounds):
            start = i % len(rows)
            for row in (*rows[start:], *rows[:start]):
                cpu_s, wall_s = _timed(row.run, repeats[row.name])
                cpu[row.name].append(cpu_s)
                wall[row.name].append(wall_s)
            if time.perf_counter() > deadline and i >= 2:
                break
    finally:
        gc.enable()
    report = Report(title, rows[0].name, missing=list(missing))
    report.timings = [_timing(name, cpu[name], wall[name], cpu[rows[0].name]) for name in cpu]
    for goal in goals:
        if goal.peer in cpu and goal.ours in cpu:
            ratio = statistics.median(p / o for p, o in zip(cpu[goal.peer], cpu[goal.ours], strict=True))
            text = f"{goal.ours} is {ratio:.2f}x {goal.peer}, {goal.ratio:g}x wanted"
            report.verdicts.append(Verdict(text, ratio >= goal.ratio, goal.is_aim))
    return report


def judge(limits: Sequence[Limit]) -> list[Verdict]:
    """Compare measured values with what they may be at most."""
    return [
        Verdict(
            f"{limit.what}: {limit.value:.3g} {limit.unit} (at most {limit.most:g})",
            limit.value <= limit.most,
        )
        for limit in limits
    ]


def table(report: Report) -> str:
    """Lay a report out as text."""
    lines = [f"== {report.title}"]
    if report.timings:
        width = max(len(timing.name) for timing in report.timings)
        lines.append(f"  {'':{width}}   CPU ms    wall ms   x {report.reference}")
        for t in sorted(report.timings, key=lambda timing: timing.ratio):
            lines.append(
                f"  {t.name:{width}} {t.cpu_ms:9.3f} {t.wall_ms:10.3f}   {t.ratio:7.2f}  [{t.low:.2f}-{t.high:.2f}]"
            )
    lines += [f"  {note}" for note in report.notes]
    if report.missing:
        lines.append(f"  not installed: {', '.join(report.missing)}")
    lines += [f"  {verdict}" for verdict in report.verdicts]
    return "\n".join(lines)


def surroundings() -> dict[str, Any]:
    """Say where and with what was measured."""
    versions: dict[str, str | None] = {}
    for name in PEERS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return {"python": platform.python_version(), "machine": platform.machine(), "versions": versions}


def _repeats(row: Row, slice_ms: float) -> int:
    row.run()  # compiles, fills caches
    cpu_s, _ = _timed(row.run, 1)
    return max(1, min(500, int(slice_ms / 1000 / max(cpu_s, 1e-7))))


def _timed(run: Callable[[], Any], n: int) -> tuple[float, float]:
    wall = time.perf_counter()
    cpu = time.thread_time()
    for _ in range(n):
        run()
    cpu = time.thread_time() - cpu
    return cpu / n, (time.perf_counter() - wall) / n


def _timing(name: str, cpu: Sequence[float], wall: Sequence[float], reference: Sequence[float]) -> Timing:
    ratios = sorted(a / b for a, b in zip(cpu, reference, strict=True))
    quarter = len(ratios) // 4
    return Timing(
        name,
        cpu_ms=1000 * statistics.median(cpu),
        wall_ms=1000 * statistics.median(wall),
        ratio=statistics.median(ratios),
        low=ratios[quarter],
        high=ratios[-1 - quarter],
    )

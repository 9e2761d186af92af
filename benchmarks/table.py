"""Lays reports out as one table: the same columns all the way down, a heading per workload."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.gates import Verdict
from benchmarks.report import Comparison, Report

NAME = 52
HEADER = f"{'':{NAME}}   ours ms  theirs ms     ratio  quartiles       gate"
_MARKS = {"ours": "  = ", "limit": "  | ", "peer": "  "}


def section(report: Report, verdicts: Sequence[Verdict] = ()) -> str:
    """Lay out one report; a gate stands in the row it is about.

    ``=`` marks other ways into annogeo, ``|`` what the memory can do.
    """
    lines = [f"== {report.key}: {report.title}", f"   ours: {report.ours}"]
    lines += [_row(row, _gates(row.name, verdicts)) for row in in_order(report.comparisons)]
    for figure in report.figures:
        value = f"{figure.value:.4g} {figure.unit}".rstrip()
        lines.append(
            f"  {figure.name:{NAME - 2}} {value:>30} {'':16}{_gates(figure.name, verdicts)}".rstrip()
        )
    lines += [f"   {note}" for note in report.notes]
    if report.missing:
        lines.append(f"   not installed: {', '.join(report.missing)}")
    return "\n".join(lines)


def summary(verdicts: Iterable[Verdict]) -> str:
    """Put all verdicts together."""
    return "\n".join(["== gates", *(f"  {verdict}" for verdict in verdicts)])


def in_order(rows: Sequence[Comparison]) -> list[Comparison]:
    """Sort: peers from the fastest to the slowest, then other ways into annogeo, then limits."""
    kinds = ("peer", "ours", "limit")
    return sorted(rows, key=lambda row: (kinds.index(row.kind), row.ratio))


def figures_of(value: float) -> str:
    """Write a number with three figures or more.

    Examples
    --------
    >>> [figures_of(value) for value in (0.0123456, 1.2345, 123.45, 12345.6)]
    ['0.0123', '1.23', '123', '12346']
    """
    for bound, digits in ((0.1, 4), (1, 3), (10, 2), (100, 1)):
        if abs(value) < bound:
            return f"{value:.{digits}f}"
    return f"{value:.0f}"


def _row(row: Comparison, gates: str) -> str:
    name = _MARKS[row.kind] + row.name
    spread = f"{figures_of(row.low)} - {figures_of(row.high)}"
    wall = " wall" if row.clock == "wall" else ""
    times = f"{figures_of(row.ours_ms):>9} {figures_of(row.theirs_ms):>10} {figures_of(row.ratio):>9}"
    return f"{name:{NAME}} {times}  {spread:15} {gates}{wall}".rstrip()


def _gates(name: str, verdicts: Sequence[Verdict]) -> str:
    about = [verdict for verdict in verdicts if verdict.gate.row == name]
    words = [
        ("aim " if v.gate.is_aim else "") + f"{v.gate.bound} {v.state.upper() if v.fails else v.state}"
        for v in about
    ]
    return ", ".join(words)

"""`python -m benchmarks`: runs the benchmarks, prints their table, writes their JSON."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.gates import Verdict, judge
from benchmarks.harness import FULL, QUICK, Pace
from benchmarks.machine import surroundings
from benchmarks.report import Report
from benchmarks.table import HEADER, section, summary

NAMES = (
    "label_maps", "mixed", "overlay", "stack", "png", "rules", "threads", "collection", "json", "startup", "cli",
    "vector_iou", "rle", "mask_iou", "outlines", "fewest", "maps", "sync", "interpolation", "vtt", "tracks",
    "video",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run; 1 says that a benchmark broke or, with ``--check``, that a gate is missed or could not be measured."""
    options = parse(arguments)
    names = options.names or list(NAMES)
    pace = QUICK if options.quick else FULL
    if options.rounds:
        pace = replace(pace, rounds=options.rounds)
    reports: list[Report]
    broken: list[str] = []
    if len(names) == 1 or options.part:
        reports = [report for name in names for report in run(name, pace)]
    else:
        reports, broken = run_apart(names, options)
    verdicts = [] if options.quick else judge(names, reports)
    if verdicts and not options.part:
        print(summary(verdicts))
    if broken:
        print(f"broken: {', '.join(broken)}", file=sys.stderr)
    if options.json:
        options.json.write_text(
            json.dumps(_document(options, reports, verdicts), indent=1) + "\n", encoding="utf-8"
        )
    failed = options.check and any(verdict.fails for verdict in verdicts)
    return 1 if broken or failed else 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; default all")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that everything runs, not how fast"
    )
    parser.add_argument("--rounds", type=int, metavar="N", help=f"at most N rounds, default {FULL.rounds}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 where a gate is missed or was not measured"
    )
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)  # of a run that sums up itself
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if options.quick and options.check:
        parser.error("--check needs the full sizes: leave --quick out")
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds: expected 1 or more")
    return options


def run(name: str, pace: Pace) -> list[Report]:
    """Run one benchmark here and print its part of the table as it comes."""
    reports: list[Report] = []
    for report in import_module(f"benchmarks.bench_{name}").run(pace):
        if not reports:
            print(HEADER)
        verdicts = [] if pace.quick else judge([name], [report])
        print(section(report, [v for v in verdicts if v.gate.key == report.key]), end="\n\n", flush=True)
        reports.append(report)
    return reports


def run_apart(names: list[str], options: argparse.Namespace) -> tuple[list[Report], list[str]]:
    """Run benchmarks in processes of their own and give their reports, and the names of those that broke.

    So none inherits another's threads, memory or caches. A quick run measures nothing: two processes share it out.
    """
    parts = [names[::2], names[1::2]] if options.quick else [[name] for name in names]
    with ThreadPoolExecutor(2 if options.quick else 1) as pool:
        found = list(pool.map(lambda part: _in_a_process(part, options), parts))
    broken = [name for part, reports in zip(parts, found, strict=True) if reports is None for name in part]
    return [report for reports in found for report in reports or []], broken


def _in_a_process(names: list[str], options: argparse.Namespace) -> list[Report] | None:
    """Run benchmarks in a process and give their reports; None where it broke."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.json"
        command = [sys.executable, "-m", "benchmarks", *names, "--json", str(file), "--part"]
        command += ["--rounds", str(options.rounds)] if options.rounds else []
        output = None
        if options.quick:  # two at a time: one's output after the other's
            command, output = [*command, "--quick"], subprocess.PIPE
        done = subprocess.run(command, check=False, stdout=output, text=True)
        print(done.stdout or "", end="", flush=True)
        if done.returncode or not file.exists():
            return None
        return [Report.from_json(plain) for plain in json.loads(file.read_text(encoding="utf-8"))["reports"]]


def _document(options: argparse.Namespace, reports: list[Report], verdicts: list[Verdict]) -> dict[str, Any]:
    gates = [
        {
            "report": verdict.gate.key,
            "row": verdict.gate.row,
            "bound": verdict.gate.bound,
            "is_aim": verdict.gate.is_aim,
            "value": verdict.value,
            "state": verdict.state,
        }
        for verdict in verdicts
    ]
    return {
        **surroundings(),
        "quick": options.quick,
        "reports": [r.to_json() for r in reports],
        "gates": gates,
    }


if __name__ == "__main__":
    raise SystemExit(main())

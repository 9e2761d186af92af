"""Promise: `annogeo --help` answers in 0.15 s; a first render takes under 8 s with an empty cache, 1 s with a full one.

Every figure is a fresh process. CPU time is judged: other processes on the machine do not count.
"""

from __future__ import annotations

import sys
import tempfile

from benchmarks import peers
from benchmarks.harness import Limit, Report, judge
from benchmarks.process import Run, best, command, python

FIRST_RENDER = """
import annogeo as ag
collection = ag.AnnotationCollection()
collection.add(ag.Polygon([[10, 10], [90.5, 20], [50, 80]], label="a"))
ag.render(collection, height=100, width=100)
"""
LIGHT = """
import json, sys
import annogeo
print(json.dumps([name for name in ("numba", "cv2", "av", "skimage", "shapely", "numpy") if name in sys.modules]))
"""


def run(*, quick: bool = False) -> list[Report]:
    """Start, ask for help, draw for the first time."""
    times = 1 if quick else 5
    bare = best([python("") for _ in range(times)])
    imported = best([python("import annogeo") for _ in range(times)])
    helped = best([command([sys.executable, "-m", "annogeo", "--help"]) for _ in range(times)])
    loaded = python(LIGHT).answer
    report = Report(
        "starting", "annogeo", notes=[_line("python alone", bare), _line("import annogeo", imported)]
    )
    report.notes += [f"import annogeo loads {loaded or 'nothing heavy'}", _line("annogeo --help", helped)]
    limits = [Limit("annogeo --help", helped.cpu_s, 0.15, "s CPU")]
    if not quick:
        cold, warm = first_renders()
        report.notes += [_line("first render, empty cache", cold), _line("first render, full cache", warm)]
        limits += [
            Limit("first render, empty cache", cold.cpu_s, 8, "s CPU"),
            Limit("first render, full cache", warm.cpu_s, 1, "s CPU"),
        ]
        for name in peers.installed(["cv2", "supervision", "dtlpy"]):
            report.notes.append(_line(f"import {name}", best([python(f"import {name}") for _ in range(2)])))
    report.verdicts = judge(limits)
    return [report]


def first_renders() -> tuple[Run, Run]:
    """Draw a polygon scene in a fresh process, with an empty and then with a full kernel cache."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"NUMBA_CACHE_DIR": folder}
        cold = python(FIRST_RENDER, env=env)
        warm = best([python(FIRST_RENDER, env=env) for _ in range(3)])
    return cold, warm


def _line(what: str, run_: Run) -> str:
    return f"{what}: {run_.cpu_s:.3f} s CPU, {run_.wall_s:.3f} s wall"

"""Runs code in fresh processes and measures them: time and CPU time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """What one process took and printed; `answer` is its last line, read as JSON where that is possible."""

    wall_s: float
    cpu_s: float
    answer: Any


def python(code: str, *arguments: str, env: Mapping[str, str] | None = None) -> Run:
    """Run Python code in a fresh process, with this checkout on its path."""
    return command([sys.executable, "-c", code, *arguments], env=env)


def command(arguments: Sequence[str], *, env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end; raises with its error output where it fails."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # an installed package has its bytecode on disk, so these processes may write and read it
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(
        arguments,
        env={**inherited, "PYTHONPATH": path, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(
            f"{' '.join(map(str, arguments[:3]))} failed ({process.returncode}):\n{err[-2000:]}"
        )
    return Run(wall, usage.ru_utime + usage.ru_stime, _answer(out))


def best(runs: Sequence[Run]) -> Run:
    """Give the run with the least CPU time: starting processes is disturbed in one direction only."""
    return min(runs, key=lambda run: run.cpu_s)


def _answer(out: str) -> Any:
    lines = out.strip().splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return lines[-1]

"""Engines: every job once, whatever dies."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from annogeo.batch.engine import SerialEngine
from annogeo.batch.processes import ProcessEngine, _held_interrupts
from annogeo.errors import AnnogeoError

_marker: Path | None = None


def remember(folder: str) -> None:
    global _marker
    _marker = Path(folder)


def double(job: int) -> int:
    return 2 * job


def die_on_seven(job: int) -> int:
    if job == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * job


def die_once(job: int) -> int:
    assert _marker is not None
    if job == 3 and not (_marker / "died").exists():
        (_marker / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * job


def fail_to_start() -> None:
    raise RuntimeError("no")


def lost(job: int) -> int:
    return -job


def test_jobs_run_here_in_order() -> None:
    assert list(SerialEngine().run(double, range(5), lost)) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("n_jobs", [0, 1, 100])
def test_processes_run_every_job(n_jobs: int) -> None:
    results = ProcessEngine(2).run(double, range(n_jobs), lost)

    assert sorted(results) == [2 * job for job in range(n_jobs)]


def test_a_job_that_kills_its_worker_is_given_up_and_no_other() -> None:
    results = list(ProcessEngine(2).run(die_on_seven, range(20), lost))

    assert sorted(results) == sorted([-7] + [2 * job for job in range(20) if job != 7])


def test_a_worker_that_dies_once_loses_nothing(tmp_path: Path) -> None:
    results = ProcessEngine(2, remember, (str(tmp_path),)).run(die_once, range(20), lost)

    assert sorted(results) == [2 * job for job in range(20)]


@pytest.mark.filterwarnings("ignore")
def test_workers_that_never_start_are_an_error() -> None:
    with pytest.raises(AnnogeoError, match="worker"):
        list(ProcessEngine(2, fail_to_start).run(double, range(4), lost))


def test_closing_stops_the_workers() -> None:
    results = ProcessEngine(2).run(double, range(10_000), lost)
    next(results)

    started = time.perf_counter()
    results.close()

    assert time.perf_counter() - started < 10


def test_an_interrupt_while_a_worker_starts_waits_until_it_has() -> None:
    reached = []

    def start() -> None:
        with _held_interrupts():
            signal.raise_signal(signal.SIGINT)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        start()

    assert reached == ["the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

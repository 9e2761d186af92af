"""Engines: every job once, whatever dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from annogeo.batch.engine import SerialEngine
from annogeo.batch.interrupts import Interrupts
from annogeo.batch.processes import ProcessEngine, _held_interrupts, _watch, _worker
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


def take_a_moment(job: int) -> int:
    """Take long, in steps as Python code has them, and leave a mark behind when done."""
    assert _marker is not None
    for _ in range(40):
        time.sleep(0.01)
    (_marker / str(job)).touch()
    return job


def take_forever(job: int) -> int:
    if job == 0:
        return 0
    while True:
        time.sleep(0.01)


def interrupt_myself(job: int) -> int:
    if job == 2:
        signal.raise_signal(signal.SIGINT)
    return job


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


def until_interrupted(results: Iterable[int], interrupts: dict[int, int] | None = None) -> list[int]:
    """Give the results that come; after so many of them come so many interrupts."""
    given: list[int] = []
    try:
        for result in results:
            given.append(result)
            for _ in range((interrupts or {}).get(len(given), 0)):
                signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return given
    pytest.fail("nothing has interrupted it")


@pytest.mark.parametrize("n_interrupts", [1, 2, 3, 20])
def test_interrupts_lose_nothing_that_is_finished(tmp_path: Path, n_interrupts: int) -> None:
    engine = ProcessEngine(2, remember, (str(tmp_path),))

    given = until_interrupted(engine.run(take_a_moment, range(100), lost), {1: n_interrupts})

    assert sorted(given) == sorted(int(mark.name) for mark in tmp_path.iterdir())
    assert len(given) < 20
    assert not multiprocessing.active_children()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_interrupt_gives_up_what_is_under_way() -> None:
    given = until_interrupted(ProcessEngine(2).run(take_forever, range(4), lost), {1: 2})

    assert given == [0]
    assert not multiprocessing.active_children()


def test_a_worker_that_does_not_give_up_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_worker, "asked", multiprocessing.RawValue("b", 2))
    monkeypatch.setattr("annogeo.batch.processes._SECONDS_TO_GIVE_UP", 0.0)
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)

    _watch(_LivingParent())

    assert ended == [1]


class _LivingParent:
    def is_alive(self) -> bool:
        return True


def test_an_interrupt_here_gives_up_the_job_and_keeps_the_results() -> None:
    assert until_interrupted(SerialEngine().run(interrupt_myself, range(5), lost)) == [0, 1]


def test_an_interrupt_between_jobs_comes_before_the_next() -> None:
    assert until_interrupted(SerialEngine().run(double, range(5), lost), {1: 1}) == [0]


def test_signals_that_raise_nothing_are_no_interrupts() -> None:
    came = []
    before = signal.signal(signal.SIGTERM, lambda *_: came.append("mine"))
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
        assert (interrupts.count, came) == (0, ["mine"])
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, ignored)

"""Running jobs: in this process, or in several that may die without taking the run with them.

An engine takes jobs and a function, and gives back what the function made of each, in any order. Layer: batch; knows
nothing of annotations.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from annogeo.errors import AnnogeoError

J = TypeVar("J")
R = TypeVar("R")

_LARGEST_CHUNK = 32
_AHEAD = 2  # chunks per worker that are handed out at once: enough to keep it busy, few to lose
_DEATHS = 2  # a job that kills its worker this often, alone, is given up
_FALSE_STARTS = 6  # pools that broke before anything was done: it is not the jobs' fault


class Engine(Protocol):
    """Anything that can run jobs."""

    def run(self, work: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R]) -> Generator[R]:
        """Give the result of each job, in any order; `lost` makes the result of one that kills its worker."""
        ...


class SerialEngine:
    """Runs everything here, in order.

    Examples
    --------
    >>> list(SerialEngine().run(abs, [-1, 2], lambda job: 0))
    [1, 2]
    """

    def __init__(self, prepare: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()) -> None:
        self._prepare, self._arguments = prepare, arguments

    def run(self, work: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R]) -> Generator[R]:
        """Give the result of each job."""
        if self._prepare is not None:
            self._prepare(*self._arguments)
        yield from map(work, jobs)


class ProcessEngine:
    """Runs chunks of jobs in a pool of processes.

    A worker that dies breaks its pool: a new one is started, and the chunks that were under way are run again, one at a
    time and in ever smaller parts, until the job that killed the worker is alone. Closing the iterator stops the pool
    after the chunks that are under way.

    Parameters
    ----------
    workers : int
    prepare : function, optional
        Run once in each worker, with `arguments`; both are pickled.
    method : str, optional
        ``forkserver`` where there is one, else ``spawn``: a fork of a process with threads is not safe.
    """

    def __init__(
        self,
        workers: int,
        prepare: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        method: str | None = None,
    ) -> None:
        methods = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context(
            method or ("forkserver" if "forkserver" in methods else "spawn")
        )
        self._workers = workers
        self._start = (prepare, arguments)

    def run(self, work: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R]) -> Generator[R]:
        """Give the result of each job, in any order."""
        size = min(max(len(jobs) // (4 * self._workers), 1), _LARGEST_CHUNK)
        queue = _Queue(deque(_Chunk(jobs[i : i + size]) for i in range(0, len(jobs), size)), deque())
        pool: ProcessPoolExecutor | None = None
        n_done = breaks = 0
        try:
            while queue.waiting or queue.suspects:
                pool = pool or self._pool()
                queue.is_broken = False
                some = (
                    self._one_alone(pool, work, queue, lost)
                    if queue.suspects
                    else self._many(pool, work, queue)
                )
                for result in some:
                    n_done += 1
                    yield result
                if queue.is_broken:
                    breaks += 1
                    pool.shutdown(wait=True, cancel_futures=True)
                    pool = None
                    if n_done == 0 and breaks >= _FALSE_STARTS:
                        raise AnnogeoError(
                            "the worker processes die at once", hint="try again with --workers 1"
                        )
        finally:
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)

    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, self._context, initializer=_start_worker, initargs=self._start
        )

    def _many(self, pool: ProcessPoolExecutor, work: Callable[[J], R], queue: _Queue) -> Iterator[R]:
        """Run what waits, until all is done or the pool breaks; then what was under way is suspected."""
        running: dict[Future[list[R]], _Chunk] = {}
        while running or (queue.waiting and not queue.is_broken):
            while queue.waiting and not queue.is_broken and len(running) < _AHEAD * self._workers:
                chunk = queue.waiting.popleft()
                try:
                    running[pool.submit(_run_chunk, work, chunk.jobs)] = chunk
                except BrokenProcessPool:
                    queue.suspect(chunk)
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                chunk = running.pop(future)
                try:
                    results = future.result()
                except BrokenProcessPool:
                    queue.suspect(chunk)
                    continue
                yield from results

    def _one_alone(
        self, pool: ProcessPoolExecutor, work: Callable[[J], R], queue: _Queue, lost: Callable[[J], R]
    ) -> Iterator[R]:
        """Run one suspect with nothing beside it: if the pool breaks now, it was this one."""
        chunk = queue.suspects.popleft()
        try:
            results = pool.submit(_run_chunk, work, chunk.jobs).result()
        except BrokenProcessPool:
            queue.is_broken = True
            if len(chunk.jobs) > 1:
                middle = len(chunk.jobs) // 2
                queue.suspects.extendleft((_Chunk(chunk.jobs[middle:]), _Chunk(chunk.jobs[:middle])))
            elif chunk.deaths + 1 < _DEATHS:
                queue.suspects.appendleft(_Chunk(chunk.jobs, chunk.deaths + 1))
            else:
                yield lost(chunk.jobs[0])
            return
        yield from results


@dataclass(frozen=True, slots=True)
class _Chunk:
    jobs: Sequence[Any]
    deaths: int = 0


@dataclass(slots=True)
class _Queue:
    """What is to do: chunks nobody has tried, and chunks that were under way when a worker died."""

    waiting: deque[_Chunk]
    suspects: deque[_Chunk]
    is_broken: bool = False

    def suspect(self, chunk: _Chunk) -> None:
        self.is_broken = True
        self.suspects.append(chunk)


def _run_chunk(work: Callable[[J], R], jobs: Sequence[J]) -> list[R]:
    return [work(job) for job in jobs]


def _start_worker(prepare: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    """Prepare a worker: Ctrl-C is the run's to handle, and a worker does not outlive the run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if prepare is not None:
        prepare(*arguments)


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)

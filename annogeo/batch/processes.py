"""An engine of several processes, which may die without taking the run with them. Layer: batch."""

from __future__ import annotations

import _thread
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from annogeo.batch.engine import J, R
from annogeo.batch.interrupts import SIGNALS, Interrupts
from annogeo.errors import AnnogeoError

T = TypeVar("T")

_LARGEST_CHUNK = 16
_AHEAD = 2  # chunks per worker that are handed out at once: enough to keep it busy, few to lose
_DEATHS = 2  # a job that kills its worker this often, alone, is given up
_STOP, _GIVE_UP = 1, 2  # what the first interrupt asks of workers, and every further one
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_GIVE_UP = 10.0  # then a worker that is stuck outside of Python ends, with what it has
_PRELOADED = ["annogeo.batch.work"]  # by the process that workers are forked from


class ProcessEngine:
    """Runs chunks of jobs in a pool of processes.

    A worker that dies breaks its pool: a new one is started, and the chunks that were under way are run again, one at a
    time and in ever smaller parts, until the job that killed the worker is alone.

    On Ctrl-C no job is begun any more; those under way are finished, the results given, and KeyboardInterrupt is raised
    when all workers have ended. From the second Ctrl-C on the jobs under way are given up, and only what was finished
    before is given; a worker that does not give up its job within ten seconds ends all the same, and what it has
    finished since its last report is not given.

    Parameters
    ----------
    workers : int
    prepare : function, optional
        Run once in each worker, with `arguments`; both are pickled.
    method : str, optional
        ``forkserver`` where there is one, else ``spawn``: a fork of a process with threads is not safe.
    interrupts : Interrupts, optional
        Who else wants to know of them: that of the run.
    """

    def __init__(
        self,
        workers: int,
        prepare: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        method: str | None = None,
        interrupts: Interrupts | None = None,
    ) -> None:
        methods = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context(
            method or ("forkserver" if "forkserver" in methods else "spawn")
        )
        if self._context.get_start_method() == "forkserver":
            self._context.set_forkserver_preload(_PRELOADED)
        self._workers = workers
        self._start = (prepare, arguments)
        self._interrupts = interrupts or Interrupts()
        # without a lock, which a worker could take with it when it dies
        self._asked = self._context.RawValue("b", 0)

    def run(self, work: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R]) -> Generator[R]:
        """Give the result of each job, in any order."""
        size = min(max(len(jobs) // (16 * self._workers), 1), _LARGEST_CHUNK)
        queue = _Queue(deque(_Chunk(jobs[i : i + size]) for i in range(0, len(jobs), size)), deque())
        self._asked.value = 0
        with self._interrupts as interrupts:
            interrupts.tell = self._tell
            while (queue.waiting or queue.suspects) and not interrupts.count:
                queue.is_broken = False
                with closing(self._pool(1 if queue.suspects else self._workers)) as pool:
                    while (queue.waiting or queue.suspects) and not (queue.is_broken or interrupts.count):
                        if queue.suspects:
                            yield from self._one_alone(pool, work, queue, lost)
                        else:
                            yield from self._many(pool, work, queue)
            if interrupts.count:
                raise KeyboardInterrupt

    def _tell(self, interrupts: int) -> None:
        """Let the workers know what is asked of them."""
        self._asked.value = min(interrupts, _GIVE_UP)

    def _pool(self, workers: int) -> _Pool:
        """Start a pool, and see that its workers can start at all."""
        pool = _Pool(workers, self._context, initializer=_start_worker, initargs=(*self._start, self._asked))
        try:
            with _held_interrupts():
                pool.submit(_nothing).result()
        except BaseException as error:
            pool.close()
            if not isinstance(error, BrokenProcessPool):
                raise
            hint = "try again with --workers 1"
            raise AnnogeoError("worker processes can't be started", hint=hint) from None
        return pool

    def _many(self, pool: ProcessPoolExecutor, work: Callable[[J], R], queue: _Queue) -> Iterator[R]:
        """Run what waits, until all is done or the pool breaks; then what was under way is suspected."""
        running: dict[Future[list[R]], _Chunk] = {}
        while running or (queue.waiting and not queue.is_broken):
            if self._interrupts.count:
                queue.stop(running)
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
            if self._interrupts.count:
                return  # it was not the job that ended the worker
            if len(chunk.jobs) > 1:
                middle = len(chunk.jobs) // 2
                queue.suspects.extendleft((_Chunk(chunk.jobs[middle:]), _Chunk(chunk.jobs[:middle])))
            elif chunk.deaths + 1 < _DEATHS:
                queue.suspects.appendleft(_Chunk(chunk.jobs, chunk.deaths + 1))
            else:
                yield lost(chunk.jobs[0])
            return
        yield from results


class _Pool(ProcessPoolExecutor):
    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand out work, which may start a worker."""
        with _held_interrupts():
            return super().submit(fn, *args, **kwargs)

    def close(self) -> None:
        """Stop after the chunks that are under way."""
        self.shutdown(wait=True, cancel_futures=True)


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

    def stop(self, running: dict[Future[Any], _Chunk]) -> None:
        """Start nothing more; what is under way is waited for, as its results are worth keeping."""
        self.waiting.clear()
        for future in [future for future in running if future.cancel()]:
            del running[future]

    def suspect(self, chunk: _Chunk) -> None:
        self.is_broken = True
        self.suspects.append(chunk)


@contextmanager
def _held_interrupts() -> Iterator[None]:
    """Keep Ctrl-C and `kill` waiting: they must not hit a worker half made, here or there.

    The handlers are for this process, whatever thread the system wakes; the mask is for those that start meanwhile:
    they inherit it, and never see Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda n, _: came.append(n)) for number in SIGNALS}
    has_mask = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if has_mask else ()
    try:
        yield
    finally:
        if has_mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)


def _nothing() -> None:
    """What a worker that has started can do."""


@dataclass(slots=True)
class _Worker:
    """What a worker process knows of itself."""

    asked: Any = None  # the shared number: what the run asks of its workers
    is_busy: bool = False

    def give_up(self, *_: object) -> None:
        """Leave the job, once: the next time would hit what cleans up after it."""
        if self.is_busy and self.asked.value >= _GIVE_UP:
            self.is_busy = False
            raise KeyboardInterrupt


_worker = _Worker()


def _run_chunk(work: Callable[[J], R], jobs: Sequence[J]) -> list[R]:
    """Give the results of the jobs; fewer, if the run is to stop."""
    results: list[R] = []
    try:
        for job in jobs:
            if _worker.asked.value:
                break
            _worker.is_busy = True
            results.append(work(job))
            _worker.is_busy = False
    except KeyboardInterrupt:
        pass  # what was finished before is worth keeping
    return results


def _start_worker(prepare: Callable[..., None] | None, arguments: tuple[Any, ...], asked: Any) -> None:
    """Prepare a worker: Ctrl-C is the run's to handle, and a worker does not outlive the run."""
    _worker.asked = asked
    signal.signal(signal.SIGINT, _worker.give_up)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if prepare is not None:
        try:
            prepare(*arguments)
        except Exception as error:
            sys.stderr.write(f"annogeo: a worker could not start: {error}\n")
            os._exit(1)


def _watch(parent: Any) -> None:
    """Wait for the end of the run, or for it to ask that jobs be given up: a number sends no message."""
    while parent.is_alive() and _worker.asked.value < _GIVE_UP:
        parent.join(_SECONDS_BETWEEN_LOOKS)
    end = time.monotonic() + _SECONDS_TO_GIVE_UP
    while parent.is_alive() and time.monotonic() < end:
        _thread.interrupt_main()
        parent.join(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)

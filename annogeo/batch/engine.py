"""Running jobs: what an engine is, and the one that runs them in this process.

An engine takes jobs and a function, and gives back what the function made of each, in any order. Layer: batch; knows
nothing of annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol, TypeVar

from annogeo.batch.interrupts import Interrupts

J = TypeVar("J")
R = TypeVar("R")


class Engine(Protocol):
    """Anything that can run jobs."""

    def run(self, work: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R]) -> Generator[R]:
        """Give the result of each job, in any order; `lost` makes the result of one that kills its worker."""
        ...


class SerialEngine:
    """Runs everything here, in order; an interrupt gives up the job under way, and loses no result.

    Examples
    --------
    >>> list(SerialEngine().run(abs, [-1, 2], lambda job: 0))
    [1, 2]
    """

    def __init__(
        self,
        prepare: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        interrupts: Interrupts | None = None,
    ) -> None:
        self._prepare, self._arguments = prepare, arguments
        self._interrupts = interrupts or Interrupts()

    def run(self, work: Callable[[J], R], jobs: Sequence[J], lost: Callable[[J], R]) -> Generator[R]:
        """Give the result of each job."""
        if self._prepare is not None:
            self._prepare(*self._arguments)
        with self._interrupts as interrupts:
            for job in jobs:
                with interrupts.raised():
                    result = work(job)
                yield result

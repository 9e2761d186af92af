"""The small values that travel between the run and its workers; never pixels. Layer: batch."""

from __future__ import annotations

from dataclasses import dataclass, field

from annogeo.errors import Problem
from annogeo.files.pairing import Source

DONE, SKIPPED, FAILED, PENDING = "done", "skipped", "failed", "pending"


@dataclass(frozen=True, slots=True)
class Job:
    """One item to render.

    Parameters
    ----------
    index : int
        Its place in the run.
    source : Source
    outputs : tuple of (view, path)
        Absolute or relative to the working folder, checked to lie in the output folder.
    """

    index: int
    source: Source
    outputs: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.source.name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job.

    Parameters
    ----------
    index : int
    failure : Problem, optional
        Why it failed; None: it is done.
    problems : tuple of Problem
        Findings about an item that was rendered all the same.
    sizes : tuple of int
        Bytes of each output.
    """

    index: int
    failure: Problem | None = None
    problems: tuple[Problem, ...] = ()
    sizes: tuple[int, ...] = ()


@dataclass(slots=True)
class ItemReport:
    """What a run made of one item.

    Parameters
    ----------
    item : str
    outputs : tuple of (view, path)
        Its files: there if `status` is ``done`` or ``skipped``.
    status : str
        ``done``; ``skipped``: was up to date; ``failed``; ``pending``: not reached, or a dry run.
    failure : Problem, optional
        Why it failed.
    """

    item: str
    outputs: tuple[tuple[str, str], ...] = ()
    status: str = PENDING
    failure: Problem | None = None

    def fail(self, failure: Problem) -> None:
        """Say that it failed, and why."""
        self.status, self.failure = FAILED, failure


@dataclass(slots=True)
class BatchReport:
    """What a run did.

    Parameters
    ----------
    items : list of ItemReport
        In the order of their names.
    problems : list of Problem
        Findings about rendered items and about the listing.
    labels : str, optional
        Where ids and colours are recorded.
    seconds : float
    interrupted : bool
        Stopped by the user; what is done is recorded.
    """

    items: list[ItemReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    labels: str | None = None
    seconds: float = 0.0
    interrupted: bool = False

    def count(self, status: str) -> int:
        """How many items have a status."""
        return sum(item.status == status for item in self.items)

    @property
    def failures(self) -> list[tuple[str, Problem]]:
        """The items that failed, and why."""
        return [(item.item, item.failure) for item in self.items if item.failure is not None]

    @property
    def planned(self) -> list[str]:
        """The files that are still to be written."""
        return [path for item in self.items if item.status == PENDING for _, path in item.outputs]

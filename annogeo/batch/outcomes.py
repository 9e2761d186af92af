"""The small values that travel between the run and its workers; never pixels. Layer: batch."""

from __future__ import annotations

from dataclasses import dataclass, field

from annogeo.errors import Problem
from annogeo.files.pairing import Source


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
class BatchReport:
    """What a run did.

    Parameters
    ----------
    total, done, skipped, failed : int
        Items; `skipped` were up to date.
    failures : list of (name, Problem)
    problems : list of Problem
        Findings about rendered items and about the listing.
    planned : list of str
        In a dry run: the files that would be written.
    labels : str, optional
        Where ids and colours are recorded.
    seconds : float
    interrupted : bool
        Stopped by the user; what is done is recorded.
    """

    total: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    failures: list[tuple[str, Problem]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    labels: str | None = None
    seconds: float = 0.0
    interrupted: bool = False

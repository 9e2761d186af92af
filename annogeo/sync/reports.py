"""What a run did: one outcome for each item or annotation, and the sums. Layer: sync."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

FAILED = frozenset(("failed", "conflict", "unclear"))
"""States after which a run has not done all it was asked to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one item or annotation.

    Parameters
    ----------
    path : str
        The item's, relative, with ``/``.
    state : str
        ``downloaded``, ``updated``, ``unchanged``, ``kept``, ``gone``, ``pruned``, ``created``, ``deleted``,
        ``adopted``, ``modified``, ``resolved``, ``conflict``, ``unclear``, ``failed``, ``skipped``.
    message : str
        In words, where there is more to say.
    item_id, annotation_id : str, optional
    """

    path: str
    state: str
    message: str = ""
    item_id: str | None = None
    annotation_id: str | None = None

    def __str__(self) -> str:
        about = f" annotation {self.annotation_id}" if self.annotation_id else ""
        tail = f": {self.message}" if self.message else ""
        return f"{self.state} {self.path}{about}{tail}"


@dataclass(slots=True)
class Report:
    """What a run did, or would do.

    Parameters
    ----------
    verb : str
        ``pull``, ``status``, ``push``, ``resolve``.
    outcomes : list of Outcome
    is_plan : bool
        Nothing was done; the outcomes say what would be.
    interrupted : bool
        It was stopped; the same call goes on.
    requests : int
        How many were sent.
    """

    verb: str
    outcomes: list[Outcome] = field(default_factory=list)
    is_plan: bool = False
    interrupted: bool = False
    requests: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """State -> how many."""
        return dict(sorted(Counter(outcome.state for outcome in self.outcomes).items()))

    @property
    def ok(self) -> bool:
        """Whether everything was done, and nothing waits for a decision."""
        return not self.interrupted and not any(outcome.state in FAILED for outcome in self.outcomes)

    def of(self, *states: str) -> list[Outcome]:
        """Return the outcomes in any of these states."""
        return [outcome for outcome in self.outcomes if outcome.state in states]

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "verb": self.verb,
            "plan": self.is_plan,
            "interrupted": self.interrupted,
            "requests": self.requests,
            "counts": self.counts,
            "outcomes": [asdict(outcome) for outcome in self.outcomes if outcome.state != "unchanged"],
        }

"""What a benchmark hands on: comparisons and figures, as plain values that go to the table, the gates and the JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Comparison:
    """One row of the table: annogeo's time, the other's, and their ratio.

    Parameters
    ----------
    name : str
        What is compared with; gates find the row by it.
    ours_ms, theirs_ms : float
        Medians over the rounds.
    ratio : float
        Median, over the rounds, of the other's time over annogeo's in the same round: above 1, annogeo is faster.
    low, high : float
        Quartiles of the same.
    rounds : int
    clock : str
        ``"cpu"`` or ``"wall"``.
    kind : str
        ``"peer"``, ``"ours"`` (another way into annogeo) or ``"limit"`` (what the memory can do).
    """

    name: str
    ours_ms: float
    theirs_ms: float
    ratio: float
    low: float
    high: float
    rounds: int
    clock: str = "cpu"
    kind: str = "peer"


@dataclass(frozen=True)
class Figure:
    """A number that is no comparison of times: a share of equal pixels, an error, a size, a start-up time."""

    name: str
    value: float
    unit: str = ""


@dataclass
class Report:
    """One workload. `key` is what gates and the README know it by; `ours` names annogeo's row."""

    key: str
    title: str
    ours: str
    comparisons: list[Comparison] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def value(self, name: str) -> float | None:
        """Give the ratio or figure of that name; None where it was not measured."""
        for row in self.comparisons:
            if row.name == name:
                return row.ratio
        for figure in self.figures:
            if figure.name == name:
                return figure.value
        return None

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read what `to_json` gave."""
        rows = [Comparison(**row) for row in plain["comparisons"]]
        figures = [Figure(**figure) for figure in plain["figures"]]
        return cls(**{**plain, "comparisons": rows, "figures": figures})

"""The table of checks: one row each, found by its code. Layer: ops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annogeo.errors import Severity

if TYPE_CHECKING:
    from annogeo.ops.validation.scene import Scene, Subject


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: about what, and why in words; the rest as of `Problem`."""

    subject: Subject | None
    message: str
    ring: int | None = None
    vertex: int | None = None
    x: float | None = None
    y: float | None = None
    hint: str | None = None
    severity: Severity | None = None  # None: the check's
    place: str = ".coordinates"  # JSON path within the annotation or snapshot


Find = Callable[["Scene"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One row.

    Parameters
    ----------
    code : str
        Stays, so that findings can be sorted and chosen by it.
    severity : {'error', 'warning', 'info'}
        ``error``: the annotation is not what it is meant to be, or draws nothing; ``warning``: worth a look.
    summary : str
        What is looked for.
    find : Scene -> iterator of Finding
    needs_collection : bool
        False: of one definition alone it can be told too.
    """

    code: str
    severity: Severity
    summary: str
    find: Find
    needs_collection: bool = True


_CHECKS: dict[str, Check] = {}


def check(
    code: str, severity: Severity, summary: str, *, needs_collection: bool = True
) -> Callable[[Find], Find]:
    """Add a row for the function below."""

    def register(find: Find) -> Find:
        assert code not in _CHECKS, code
        _CHECKS[code] = Check(code, severity, summary, find, needs_collection)
        return find

    return register


def all_checks() -> dict[str, Check]:
    """Return the table, in the order in which findings are listed."""
    from annogeo.ops.validation import extents, records, rings, shapes, timing  # noqa: F401 (for their rows)

    return dict(_CHECKS)

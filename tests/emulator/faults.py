"""What goes wrong, when, and how often."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One fault.

    Parameters
    ----------
    method : str
        ``GET``, ``POST`` ... or ``*``.
    path : str
        A regular expression, searched in the path after ``/api/v1``, with its query.
    before : int, 'reset', 'delay' or bytes, optional
        Instead of the work: answer this status, cut the connection, answer these bytes (with status 200).
    after : int, 'reset', optional
        The work is done, and then this is answered.
    cut : int, optional
        The answer is right, and the connection breaks after so many bytes of its body.
    short : int, optional
        Only so many bytes come, with a length that says so.
    headers : dict
        Added to the answer, such as ``Retry-After``.
    delay : float
        Seconds to wait first.
    change : callable, optional
        Gets the parsed answer and returns another.
    skip, times : int
        How many fitting requests pass first, and how many are hit then; times -1: all.
    body : object
        JSON of an answer with a status; None: the platform's usual error.
    """

    method: str
    path: str
    before: int | str | bytes | None = None
    after: int | str | None = None
    cut: int | None = None
    short: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    change: Callable[[Any], Any] | None = None
    skip: int = 0
    times: int = 1
    body: Any = None
    hits: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether it is about such a request."""
        return self.method in ("*", method) and re.search(self.path, path) is not None


class Faults:
    """The faults that are set, in the order they were."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Set one."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that hits this request, and count it."""
        with self._lock:
            for fault in self._faults:
                if not fault.fits(method, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times == 0:
                    continue
                fault.times -= 1
                fault.hits += 1
                return fault
        return None

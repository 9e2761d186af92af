"""When a request is tried again, and how long to wait before: pure decisions, and the gate all threads wait at.

Two policies, never one. **Reads** (also queries that are sent as POST) are tried again whatever happened to them.
**Writes** only where the connection was never made: after anything else it is unclear whether the write took effect,
and sending it again could double it. Layer: sync.
"""

from __future__ import annotations

import email.utils
import random
import threading
import time
from dataclasses import dataclass

from annogeo.errors import SyncError

AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Answers that say: later."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient to be.

    Parameters
    ----------
    attempts : int
        Of one request, the first included.
    budget : float
        Seconds that one request may take with all its waiting.
    first_wait, most_wait : float
        Seconds before the second attempt, doubled from attempt to attempt up to the most; the wait itself is drawn
        evenly from the upper half, so that many clients do not come back at once.
    most_asked : float
        The longest wait a server may ask for (``Retry-After``).
    connect, answer : float
        Seconds to wait for a connection, and between two pieces of an answer.
    give_up_after : int
        Failed attempts in a row, over all threads, after which the run stops: the server is down.
    """

    attempts: int = 6
    budget: float = 180.0
    first_wait: float = 0.5
    most_wait: float = 20.0
    most_asked: float = 60.0
    connect: float = 10.0
    answer: float = 60.0
    give_up_after: int = 24

    def wait(self, attempt: int) -> float:
        """Return how long to wait after a failed attempt, counted from 1.

        Examples
        --------
        >>> 0.25 <= Policy().wait(1) <= 0.5 and 10 <= Policy().wait(30) <= 20
        True
        """
        most = min(self.first_wait * 2.0 ** min(attempt - 1, 30), self.most_wait)
        return most * random.uniform(0.5, 1.0)


def asked_wait(header: str | None, now: float | None = None) -> float | None:
    """Return the seconds a ``Retry-After`` header asks for (RFC 9110, 10.2.3): a number or a date; None: neither.

    Examples
    --------
    >>> asked_wait("3"), asked_wait("Thu, 01 Jan 1970 00:01:40 GMT", now=40.0), asked_wait("soon")
    (3.0, 60.0, None)
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 12:
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, until - (time.time() if now is None else now))


class Gate:
    """Where all threads wait while the server asked for a pause, and where a run ends that gets nowhere.

    Parameters
    ----------
    policy : Policy
    stop : threading.Event
        Set: nobody waits any longer, and no request begins.
    """

    def __init__(self, policy: Policy, stop: threading.Event) -> None:
        self._policy = policy
        self._stop = stop
        self._lock = threading.Lock()
        self._open_at = 0.0
        self._failures = 0
        self._has_answered = False
        self.n_passed = 0

    @property
    def attempts(self) -> int:
        """How often one request is tried: hardly, until the server has answered once at all."""
        return self._policy.attempts if self._has_answered else min(2, self._policy.attempts)

    def enter(self) -> None:
        """Wait until requests may go out; SyncError where the run is to end."""
        while True:
            if self._stop.is_set():
                raise Interrupted()
            with self._lock:
                pause = self._open_at - time.monotonic()
                if self._failures >= self._policy.give_up_after:
                    raise SyncError(
                        f"{self._failures} requests in a row have failed: the server does not work now",
                        hint="nothing is lost; run the same command again later",
                    )
                if pause <= 0.0:
                    self.n_passed += 1
                    return
            self._stop.wait(pause)

    def close_for(self, seconds: float) -> None:
        """Let nobody pass for some time."""
        with self._lock:
            self._open_at = max(self._open_at, time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Wait in one thread alone."""
        if self._stop.wait(seconds):
            raise Interrupted()

    def answered(self) -> None:
        """Note that the server works."""
        with self._lock:
            self._failures = 0
            self._has_answered = True

    def failed(self) -> None:
        """Note that it does not."""
        with self._lock:
            self._failures += 1


class Interrupted(SyncError):
    """The run was stopped; what is in flight is finished, nothing new begins."""

    def __init__(self, message: str = "stopped", **where: str) -> None:
        super().__init__(message, hint="run the same command again to go on")

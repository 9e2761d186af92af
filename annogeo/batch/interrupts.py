"""Ctrl-C and `kill` as a count that is looked at where it suits, not as an exception out of any line.

An exception that comes while a pool is being joined, or between a finished file and its record, leaves the run in a
state nobody can mend; a second and a third one come soon after. Layer: batch.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Counts the interrupts that would have raised KeyboardInterrupt, from `with` to its end.

    What counts is what the handlers found in place make of a signal: one that is ignored, or ends the process, or is
    somebody else's to handle, stays so. In threads other than the main one nothing comes, and nothing is counted.
    May be entered again within itself.

    Attributes
    ----------
    count : int
        How many have come since it was entered.
    tell : function, optional
        Called with the count at each; it has to be short, and must not raise.

    Examples
    --------
    >>> with Interrupts() as interrupts:
    ...     signal.raise_signal(signal.SIGINT)
    ...     interrupts.count
    1
    """

    def __init__(self) -> None:
        self.count = 0
        self.tell: Callable[[int], None] | None = None
        self._depth = 0
        self._raises = False
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}

    def __enter__(self) -> Self:
        self._depth += 1
        if self._depth == 1:
            self.count = 0
            if threading.current_thread() is threading.main_thread():
                self._take()
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            for number, handler in self._before.items():
                if signal.getsignal(number) == self._came:  # else somebody has decided otherwise meanwhile
                    signal.signal(number, handler)
            self._before.clear()

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Let interrupts raise KeyboardInterrupt in here, and at once if one has come already."""
        self._raises = True
        try:
            if self.count:
                raise KeyboardInterrupt
            yield
        finally:
            self._raises = False

    def _take(self) -> None:
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self._came)

    def _came(self, number: int, frame: FrameType | None) -> None:
        try:
            self._before[number](number, frame)
        except KeyboardInterrupt:
            self.count += 1
            if self.tell is not None:
                self.tell(self.count)
            if self._raises:
                self._raises = False  # the next one would hit what cleans up after this one
                raise

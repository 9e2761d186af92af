"""Progress on standard error: a bar where a person watches, a line now and then where a file does."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from annogeo.batch.run import Progress
from annogeo.cli import end_undisturbed, printable
from annogeo.errors import Problem

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BEFORE_BAR = 0.5  # what is done sooner needs no bar, and rich need not be loaded


def make_progress(*, quiet: bool = False) -> Progress:
    """Choose how progress is shown."""
    if quiet:
        return Progress()
    return BarProgress() if sys.stderr.isatty() else LineProgress()


class LineProgress(Progress):
    """Plain lines: failures at once, rate and time left every ten seconds."""

    def __init__(self) -> None:
        self._phase, self._total, self._done = "", 0, 0
        self._started = self._said = 0.0

    def begin(self, phase: str, total: int) -> None:
        self._phase, self._total, self._done = phase, total, 0
        self._started = self._said = time.perf_counter()

    def step(self, name: str, failure: Problem | None = None) -> None:
        self._done += 1
        if failure is not None:
            click.echo(failure_line(name, failure), err=True)
        now = time.perf_counter()
        if now - self._said >= _SECONDS_BETWEEN_LINES:
            self._said = now
            click.echo(self._line(now - self._started), err=True)

    def interrupted(self) -> None:
        end_undisturbed()

    def _line(self, seconds: float) -> str:
        rate = self._done / seconds
        left = (self._total - self._done) / rate
        return f"{self._phase}: {self._done}/{self._total}, {rate:.0f} items/s, {clock(left)} left"


class BarProgress(LineProgress):
    """A bar with rate and time left, once a phase lasts long enough to need one."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Any = None
        self._task: Any = None

    def step(self, name: str, failure: Problem | None = None) -> None:
        self._done += 1
        if failure is not None:
            line = failure_line(name, failure)
            if self._bar is None:
                click.echo(line, err=True)
            else:
                self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        if self._bar is None and time.perf_counter() - self._started > _SECONDS_BEFORE_BAR:
            self._show()
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress as RichProgress,
            ProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class Rate(ProgressColumn):
            def render(self, task: Any) -> Text:
                return Text(f"{task.speed:.0f} items/s" if task.speed else "")

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            TimeRemainingColumn(),
        )
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(self._phase, total=self._total, completed=self._done)
        self._bar.start()


def failure_line(name: str, failure: Problem) -> str:
    """Say on one line which item failed and why."""
    return printable(f"failed: {name}: {failure}")


def clock(seconds: float) -> str:
    """Write a duration as h:mm:ss or m:ss.

    Examples
    --------
    >>> clock(75), clock(3661)
    ('1:15', '1:01:01')
    """
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

"""Progress through the frames of one video, on standard error. Layer: cli."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from annogeo.video.rendering import Progress

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BETWEEN_LOOKS = 0.1


@contextmanager
def frame_progress() -> Iterator[Progress]:
    """Show a bar where a person watches, a line now and then where a file does."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress as RichProgress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("frames"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        task: Any = bar.add_task("frames", total=None, rate="")
        started = said = time.perf_counter()

        def show(done: int, total: int | None) -> None:
            nonlocal said
            now = time.perf_counter()
            if now - said >= _SECONDS_BETWEEN_LOOKS:
                said = now
                bar.update(task, completed=done, total=total, rate=f"{done / (now - started):.0f}/s")

        yield show


def _lines() -> Progress:
    started = said = time.perf_counter()

    def tell(done: int, total: int | None) -> None:
        nonlocal said
        now = time.perf_counter()
        if now - said >= _SECONDS_BETWEEN_LINES:
            said = now
            of = "" if total is None else f"/{total}"
            click.echo(f"{done}{of} frames, {done / (now - started):.0f}/s", err=True)

    return tell

"""``annogeo warmup``."""

from __future__ import annotations

import time

import click


@click.command("warmup")
def command() -> None:
    """Compile everything now, so that the first run is fast."""
    from annogeo.warming import warmup

    started = time.perf_counter()
    warmup()
    click.echo(f"ready ({time.perf_counter() - started:.1f} s)")

"""``annogeo formats``."""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command("formats")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def command(as_json: bool) -> None:
    """List the formats that can be read and written."""
    from annogeo.files import formats

    rows = formats()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    width = max(len(row.name) for row in rows)
    click.echo(f"{'name':{width}}  reads  writes  what it is")
    for row in rows:
        reads, writes = ("yes" if able else "later" for able in (row.reads, row.writes))
        click.echo(f"{row.name:{width}}  {reads:5}  {writes:6}  {row.description}")

"""Commands that are named already and come in a later release: they say so."""

from __future__ import annotations

import click

from annogeo.errors import UnsupportedError


def command_for(name: str) -> click.Command:
    """Make the command that says when `name` comes."""

    @click.command(name, context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(arguments: tuple[str, ...]) -> None:
        raise UnsupportedError(f"`annogeo {name}` comes in a later release")

    command.help = "Comes in a later release."
    return command

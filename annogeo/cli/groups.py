"""Options under headings: ``--help`` lists those that belong together. Layer: cli."""

from __future__ import annotations

from typing import Any

import click


class GroupedOption(click.Option):
    """An option that knows the heading it stands under."""

    def __init__(self, *names: Any, group: str = "Options", **details: Any) -> None:
        super().__init__(*names, **details)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help has one section for each group, in the order they come first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        own = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        for parameter in sorted(own, key=lambda option: not isinstance(option, GroupedOption)):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(parameter, "group", "Other"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)

"""The options of what drawings look like, and how they are typed: lengths with commas, colours too, or in a file.

Layer: cli.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from annogeo.cli.groups import GroupedOption
from annogeo.errors import InputError

Command = TypeVar("Command", bound=Callable[..., Any])

shape_option = partial(click.option, cls=GroupedOption, group="Shapes")
color_option = partial(click.option, cls=GroupedOption, group="Colours")
text_option = partial(click.option, cls=GroupedOption, group="Text (never in ids)")

_LARGEST_FILE = 1_000_000  # bytes; a palette is a few lines
_COMMA_OUTSIDE = re.compile(r",(?![^(]*\))")


_LOOK = (
    shape_option(
        "--rule",
        metavar="R",
        default="center",
        show_default=True,
        help="Which pixels a shape owns: center, opencv, coco, pil, all_touched.",
    ),
    shape_option(
        "--alpha", metavar="A", type=float, default=1.0, show_default=True, help="Opacity of everything."
    ),
    shape_option(
        "--fill-opacity", metavar="A", type=float, help="Opacity of fills, 0 to 1; adds fills to outlines."
    ),
    shape_option(
        "--outline-opacity", metavar="A", type=float, help="Opacity of outlines; adds outlines to fills."
    ),
    shape_option("--line-width", metavar="N", type=float, help="Width of lines in px; by default as fits."),
    shape_option("--dash", metavar="D,G[,...]", help="Dash outlines: px of dashes and gaps, such as 6,4."),
    shape_option("--no-antialias", "hard_edges", is_flag=True, help="Hard edges in overlays, as in masks."),
    color_option(
        "--color-by",
        metavar="label|object|ATTRIBUTE",
        default="label",
        show_default=True,
        help="What gets its own colour.",
    ),
    color_option(
        "--palette",
        metavar="C,C...|FILE",
        help="Colours for labels that have none yet: #f80,navy,... or a file with one in each line.",
    ),
    color_option("--legend", is_flag=True, help="Add a legend of the colours to masks and overlays."),
    text_option(
        "--with-attributes", "show_attributes", is_flag=True, help="Write labels and their attributes."
    ),
    text_option(
        "--text-size", metavar="N", type=float, help="Height of text in px; by default as fits the picture."
    ),
    text_option("--font", metavar="FILE", help="A font file; by default those found on the machine."),
)


def look_options(command: Command) -> Command:
    """Give a command the options of what drawings look like: `rule`, `alpha`, and what `read_look` takes."""
    for option in reversed(_LOOK):
        command = option(command)
    return command


def read_look(look: dict[str, Any]) -> dict[str, Any]:
    """Turn the values of these options, but for `rule` and `alpha`, into fields of `Style`.

    Files they name are read, or tried, now: a wrong one is said once, before anything is drawn.

    Examples
    --------
    >>> read_look({"hard_edges": True, "dash": "6,4", "palette": None})
    {'dash': (6.0, 4.0), 'palette': None, 'antialias': False}
    """
    fields = {name: value for name, value in look.items() if name != "hard_edges"}
    _check_font(look.get("font"))
    fields |= {"dash": read_dash(look["dash"]), "palette": read_palette(look["palette"])}
    return fields | {"antialias": not look["hard_edges"]}


def _check_font(path: str | None) -> None:
    if path is not None:
        from annogeo.rendering.text.fonts import open_font  # loads numpy and Pillow

        open_font(path)


def read_dash(text: str | None) -> tuple[float, ...] | None:
    """Read lengths separated by commas.

    Examples
    --------
    >>> read_dash("6, 4")
    (6.0, 4.0)
    """
    if text is None:
        return None
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"dash: expected lengths in px separated by commas, got {text!r}", hint="6,4"
        ) from None


def read_palette(text: str | None) -> tuple[str, ...] | None:
    """Read colours: separated by commas, or from a file with one in each line, or a JSON list.

    Examples
    --------
    >>> read_palette("#f80,rgb(1, 2, 3), navy")
    ('#f80', 'rgb(1, 2, 3)', 'navy')
    """
    if text is None:
        return None
    path = Path(text)
    if not path.is_file():
        if path.suffix in (".json", ".txt"):
            raise InputError("could not be read: there is no such file", path=text)
        return tuple(part.strip() for part in _COMMA_OUTSIDE.split(text))
    if path.stat().st_size > _LARGEST_FILE:
        raise InputError("expected a palette, one colour in each line; this file is too large", path=text)
    content = path.read_text(encoding="utf-8", errors="replace")
    if content.lstrip().startswith("["):
        try:
            return tuple(json.loads(content))
        except ValueError as error:
            raise InputError(f"expected JSON: {error}", path=text) from None
    return tuple(line.strip() for line in content.splitlines() if line.strip())

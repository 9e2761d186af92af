"""Style options as people type them: lengths with commas, colours with commas or in a file. Layer: cli."""

from __future__ import annotations

import json
import re
from pathlib import Path

from annogeo.errors import InputError

_LARGEST_FILE = 1_000_000  # bytes; a palette is a few lines
_COMMA_OUTSIDE = re.compile(r",(?![^(]*\))")


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

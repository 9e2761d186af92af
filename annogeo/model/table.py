"""Annotations as a table of text, for `print()`. Layer: model."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from annogeo.errors import InputError

_LONG_KEYS = frozenset({"url", "metadata", "attributes", "updatedAt"})  # left out unless asked for
_WIDEST_CELL = 120


def table(entries: Sequence[Any], columns: str | Sequence[str] | None = None) -> str:
    """Lay out JSON annotations in a ruled grid, one row each, numbered.

    Parameters
    ----------
    entries : sequence of JSON values
        Anything but an object is a row of blanks.
    columns : str or sequence of str, optional
        Keys; None: all that occur, without the long ones.

    Examples
    --------
    >>> print(table([{"label": "person", "type": "box"}, {"label": "car"}]))
    +----+---------+--------+
    |    | label   | type   |
    |----+---------+--------|
    |  0 | person  | box    |
    |  1 | car     |        |
    +----+---------+--------+
    """
    rows = [entry if isinstance(entry, dict) else {} for entry in entries]
    if columns is None:
        names = [key for key in dict.fromkeys(key for row in rows for key in row) if key not in _LONG_KEYS]
    else:
        names = [columns] if isinstance(columns, str) else columns  # type: ignore[assignment]
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise InputError(f"columns: expected a key or a list of keys, got {columns!r}")
    cells = [[str(k), *(_cell(row.get(name)) for name in names)] for k, row in enumerate(rows)]
    headers = ["", *names]
    widths = [
        max(_width(header) + 2, *(_width(row[k]) for row in cells), 0) for k, header in enumerate(headers)
    ]
    bars = ["-" * (width + 2) for width in widths]
    edge = f"+{'+'.join(bars)}+"
    lines = [edge, _line(headers, widths), f"|{'+'.join(bars)}|"]
    lines += [_line(row, widths) for row in cells]
    return "\n".join([*lines, edge])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    number = cells[0].rjust(widths[0])
    texts = [cell + " " * (width - _width(cell)) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([number, *texts])} |"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    return text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 1] + "…"


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )

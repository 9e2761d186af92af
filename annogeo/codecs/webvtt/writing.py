"""Document -> text: what reading it gives back is the same document, or there is an error. Layer: codecs."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

import numpy as np

from annogeo.codecs.webvtt.cue_settings import (
    ALIGNS,
    LINE_ALIGNS,
    MOST_DIGITS,
    POSITION_ALIGNS,
    VERTICALS,
    write_number,
)
from annogeo.codecs.webvtt.document import Cue, Document, Note, Region
from annogeo.codecs.webvtt.parsing import ARROW
from annogeo.codecs.webvtt.timestamps import check_times, write_time
from annogeo.errors import InputError

_BLANK = " \t\n\f\r"


def serialize(document: Document) -> str:
    """Write a document.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
        Ends in a line feed. `parse` gives an equal document back.

    Raises
    ------
    InputError
        If the format cannot hold something: an arrow or an empty line in a text (`escape` makes any text fit), a time
        below 0 or of more than 15 digits of hours, a cue in a region that is not there ...

    Examples
    --------
    >>> from annogeo.codecs.webvtt.document import Cue
    >>> print(serialize(Document([Cue(0, 1500, "Hello", align="left")])), end="")
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:01.500 align:left
    Hello
    """
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    yield _header(document.header)
    for k, region in enumerate(document.regions):
        yield _region(region, f"regions[{k}]")
    for k, style in enumerate(document.styles):
        yield "STYLE\n" + _lines(style, f"styles[{k}]", least=1)
    n = len(document.cues)
    notes: dict[int, list[str]] = {}
    for k, note in enumerate(document.notes):
        _check_kind(note, Note, f"notes[{k}]")
        if type(note.place) is not int or not 0 <= note.place <= n:
            raise InputError(f"notes[{k}].place: expected 0 to {n}, the number of cues, got {note.place!r}")
        notes.setdefault(note.place, []).append(_note(note, f"notes[{k}]"))
    if list(notes) != sorted(notes):
        raise InputError("notes: expected in the order of their places", hint="sort them by place")
    cues = _cues(document)
    if not notes:
        yield from cues
        return
    for k, cue in enumerate(cues):
        yield from notes.get(k, ())
        yield cue
    yield from notes.get(n, ())


def _cues(document: Document) -> list[str]:
    """Write all cues, column by column: several times as fast as one by one."""
    cues = document.cues
    for k in (k for k, cue in enumerate(cues) if not isinstance(cue, Cue)):
        _check_kind(cues[k], Cue, f"cues[{k}]")
    if _are_suspicious([cue.text for cue in cues]):
        for k, cue in enumerate(cues):
            _lines(cue.text, f"cues[{k}].text", least=0)
    ids = {region.id for region in document.regions if region.id}
    known: dict[Any, str] = {_PLAIN: ""}
    settings = []
    for k, key in enumerate(map(_SETTINGS, cues)):
        if key == _PLAIN:
            settings.append("")
            continue
        if key not in known:
            known[key] = _settings(cues[k], f"cues[{k}]", ids)
        settings.append(known[key])
    times = _times([cue.start_ms for cue in cues], [cue.end_ms for cue in cues])
    made = [
        f"{time}{setting}\n{cue.text}" if cue.text else time + setting
        for time, setting, cue in zip(times, settings, cues, strict=True)
    ]
    for k, cue in enumerate(cues):
        if cue.id != "":
            made[k] = f"{_checked_id(cue.id, k)}\n{made[k]}"
    return made


def _times(starts: list[int], ends: list[int]) -> list[str]:
    """Write the line of times of each cue, without its settings."""
    are_ints = {*map(type, starts), *map(type, ends)} <= {int}
    if not are_ints or min((*starts, *ends), default=0) < 0 or max((*starts, *ends), default=0) >= _TOO_WIDE:
        for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
            check_times(k, start, end)
        return [f"{write_time(start)} --> {write_time(end)}" for start, end in zip(starts, ends, strict=True)]
    line = np.frombuffer(b"00:00:00.000 --> 00:00:00.000", np.uint8)
    table = np.tile(line, (len(starts), 1))
    for column, values in ((0, starts), (17, ends)):
        left = np.array(values, np.int64)
        for place, base in ((11, 10), (10, 10), (9, 10), (7, 10), (6, 6), (4, 10), (3, 6), (1, 10), (0, 10)):
            left, digit = np.divmod(left, base)
            table[:, column + place] += digit.astype(np.uint8)
    text = table.tobytes().decode("ascii")
    return [text[at : at + line.size] for at in range(0, len(text), line.size)]


_TOO_WIDE = 100 * 3_600_000  # ms: more digits of hours than the table has
_SETTINGS = attrgetter(
    "vertical", "snap_to_lines", "line", "line_align", "position", "position_align", "size", "align", "region"
)
_PLAIN = _SETTINGS(Cue(0, 0))
_BETWEEN = "\x1e"  # stands in no text, or it is looked at closely


def _are_suspicious(texts: list[str]) -> bool:
    """Whether any text may not be fit to stand in a block; far quicker than looking at each."""
    try:
        whole = _BETWEEN.join(["", *texts, ""])
    except TypeError:
        return True
    bad = (ARROW, "\r", "\0", "\n\n", _BETWEEN + "\n", "\n" + _BETWEEN)
    return whole.count(_BETWEEN) != len(texts) + 1 or any(one in whole for one in bad)


def _checked_id(own: str, k: int) -> str:
    if not isinstance(own, str) or "\n" in own or "\r" in own or "\0" in own or ARROW in own:
        raise InputError(f"cues[{k}].id: expected one line without {ARROW!r}, got {own!r}")
    return own


def _header(header: str) -> str:
    if not isinstance(header, str):
        raise InputError(f"header: expected a text, got {type(header).__name__}")
    first, *rest = header.split("\n")
    _lines(first.replace(ARROW, ""), "header", least=0)
    if rest:
        _lines("\n".join(rest), "header", least=1)
    return "\n".join([f"WEBVTT {first}" if first else "WEBVTT", *rest])


def _note(note: Note, name: str) -> str:
    text = _lines(note.text, f"{name}.text", least=0)
    if "\n" in text:
        return f"NOTE\n{text}"
    return f"NOTE {text}" if text else "NOTE"


def _region(region: Region, name: str) -> str:
    _check_kind(region, Region, name)
    if (
        not isinstance(region.id, str)
        or any(space in region.id for space in _BLANK)
        or ARROW in region.id
        or "\0" in region.id
    ):
        raise InputError(f"{name}.id: expected a word, or nothing, got {region.id!r}")
    if region.scroll not in ("", "up"):
        raise InputError(f"{name}.scroll: expected '' or 'up', got {region.scroll!r}")
    if (
        isinstance(region.lines, bool)
        or not isinstance(region.lines, int)
        or not 0 <= region.lines < 10**MOST_DIGITS
    ):
        raise InputError(f"{name}.lines: expected an int of 0 or more, got {_shown(region.lines)}")
    parts = [f"id:{region.id}"] if region.id else []  # without one no cue can be in it, but it is read
    parts += [f"width:{_percent(region.width, f'{name}.width')}", f"lines:{region.lines}"]
    parts.append(f"regionanchor:{_anchor(region.region_anchor, f'{name}.region_anchor')}")
    parts.append(f"viewportanchor:{_anchor(region.viewport_anchor, f'{name}.viewport_anchor')}")
    if region.scroll:
        parts.append("scroll:up")
    return "REGION\n" + "\n".join(parts)


def _anchor(anchor: Any, name: str) -> str:
    if not isinstance(anchor, tuple | list) or len(anchor) != 2:
        raise InputError(f"{name}: expected two percentages, x and y, got {anchor!r}")
    return ",".join(_percent(value, name) for value in anchor)


def write_settings(cue: Cue) -> str:
    """Return the settings of a cue but its region, as they stand behind its times.

    Examples
    --------
    >>> write_settings(Cue(0, 1, align="left", position=10))
    'position:10% align:left'
    """
    return _settings(replace(cue, region=None), "cue", ()).strip()


def _settings(cue: Cue, name: str, regions: Collection[str]) -> str:
    parts = []
    if cue.vertical != "":
        parts.append(f"vertical:{_one_of(cue.vertical, VERTICALS, f'{name}.vertical')}")
    if cue.line != "auto":
        line = _number(cue.line, f"{name}.line") if cue.snap_to_lines else _percent(cue.line, f"{name}.line")
        align = _one_of(cue.line_align, LINE_ALIGNS, f"{name}.line_align")
        parts.append(f"line:{line}" + ("" if align == "start" else f",{align}"))
    elif cue.line_align != "start" or not cue.snap_to_lines:
        raise InputError(f"{name}: line_align and snap_to_lines need a line, which is 'auto'")
    if cue.position != "auto":
        position = _percent(cue.position, f"{name}.position")
        align = _one_of(cue.position_align, ("auto", *POSITION_ALIGNS), f"{name}.position_align")
        parts.append(f"position:{position}" + ("" if align == "auto" else f",{align}"))
    elif cue.position_align != "auto":
        raise InputError(f"{name}: position_align needs a position, which is 'auto'")
    if cue.size != 100:
        parts.append(f"size:{_percent(cue.size, f'{name}.size')}")
    if cue.align != "center":
        parts.append(f"align:{_one_of(cue.align, ALIGNS, f'{name}.align')}")
    if cue.region is not None:
        if cue.region not in regions:
            raise InputError(f"{name}.region: the document has no region {cue.region!r}")
        if cue.vertical or cue.line != "auto" or cue.size != 100:
            raise InputError(f"{name}.region: a cue in a region has no line, no size and is not vertical")
        parts.append(f"region:{cue.region}")
    return "".join(f" {part}" for part in parts)


def _check_kind(value: Any, kind: type, name: str) -> None:
    if not isinstance(value, kind):
        raise InputError(f"{name}: expected a vtt.{kind.__name__}, got {value!r}")


def _lines(text: Any, name: str, *, least: int) -> str:
    """Check that a text can stand in a block: no arrow, no empty line, nothing that reading would change."""
    if not isinstance(text, str):
        raise InputError(f"{name}: expected a text, got {type(text).__name__}")
    for bad, what in ((ARROW, f"{ARROW!r}"), ("\r", "a carriage return"), ("\0", "a NUL character")):
        if bad in text:
            raise InputError(
                f"{name}: {what} cannot stand in a WebVTT file",
                hint="in the text of a cue, vtt.escape() makes it fit",
            )
    lines = text.split("\n") if text else []
    if len(lines) < least or not all(lines):
        raise InputError(
            f"{name}: an empty line would end it", hint="in the text of a cue, vtt.escape() makes it fit"
        )
    return text


def _one_of(value: str, known: tuple[str, ...], name: str) -> str:
    if value not in known:
        raise InputError(f"{name}: expected one of {', '.join(known)}, got {value!r}")
    return value


def _number(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_double(value):
        raise InputError(f"{name}: expected a finite number that a float can hold, got {_shown(value)}")
    return write_number(value)


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except ValueError:  # an int that Python does not write
        return "thousands of digits"


def _is_double(value: float) -> bool:
    try:
        return math.isfinite(value) and float(value) == value
    except OverflowError:  # an int of hundreds of digits
        return False


def _percent(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise InputError(f"{name}: expected a percentage from 0 to 100, got {_shown(value)}")
    return write_number(value) + "%"

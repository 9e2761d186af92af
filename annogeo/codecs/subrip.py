"""SubRip (.srt), read and written as a WebVTT document: numbers, times, text with a few tags. Layer: codecs.

There is no specification; what is here is what players agree on.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise

from annogeo.codecs.webvtt.cue_text import Node, Tree, cue_tree, escape
from annogeo.codecs.webvtt.document import Cue, Document
from annogeo.codecs.webvtt.timestamps import MOST_DIGITS, check_times, write_time
from annogeo.errors import InputError, Problem

_TIME = rf"([0-9]{{1,{MOST_DIGITS}}}):([0-5]?[0-9]):([0-5]?[0-9])(?:[,.]([0-9]{{1,3}}))?"
_TIMES = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(.*)")
_TAG = re.compile(
    r"</?+([a-zA-Z]++)[^<>]*+>|\{\\[^{}]*+\}"
)  # no second '<', nothing tried twice: linear in time
_KEPT = frozenset("ibu")


def parse_srt(text: str | bytes, strict: bool = False) -> Document:
    """Read a SubRip file.

    Parameters
    ----------
    text : str or bytes
        Bytes are UTF-8, or UTF-16 if they begin with its mark, else Windows-1252, as most old files are.
    strict : bool
        Raise at the first thing that cannot be understood; else it is passed over and listed.

    Returns
    -------
    Document
        Tags i, b and u are kept, others (font, {\\an8}) are dropped, which is listed; the number is the cue's id.

    Raises
    ------
    InputError
        If there is no cue but text; with `strict`, on any problem.

    Examples
    --------
    >>> cue, = parse_srt("1\\n00:00:01,500 --> 00:00:02,000\\nFish & <i>chips</i>\\n").cues
    >>> cue.id, cue.start_ms, cue.text
    ('1', 1500, 'Fish &amp; <i>chips</i>')
    """
    lines = _decoded(text).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    times = [k for k, line in enumerate(lines) if "-->" in line and _TIMES.fullmatch(line)]
    document = Document()
    if not times:
        _refuse_text(lines)
    begin = 0
    for at, following in pairwise([*times, len(lines)]):
        own = lines[at - 1].strip() if at > begin else ""
        is_number = own.isascii() and own.isdigit()
        stray = [k for k in range(begin, at - is_number) if lines[k].strip()]
        for k in stray[:1]:
            _report(document, strict, k, "text that belongs to no cue was passed over")
        end = following
        if following < len(lines) and lines[following - 1].strip().isdigit():
            end -= 1
        body = lines[at + 1 : end]
        stop = next((k for k, line in enumerate(body) if not line.strip()), len(body))
        begin = at + 1 + stop
        match = _TIMES.fullmatch(lines[at])
        assert match is not None
        start_ms, end_ms = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:8])
        words, dropped = _as_cue_text("\n".join(body[:stop]))
        if dropped:
            _report(document, strict, at, f"tags were dropped: {', '.join(sorted(dropped))}")
        if end_ms < start_ms:
            _report(document, strict, at, "the cue ends before it starts")
        document.cues.append(Cue(start_ms, end_ms, words, own if is_number else ""))
    for k in [k for k in range(begin, len(lines)) if lines[k].strip()][:1]:
        _report(document, strict, k, "text that belongs to no cue was passed over")
    return document


def _refuse_text(lines: list[str]) -> None:
    """Raise if there is anything in a file without times."""
    arrow = next((k for k, line in enumerate(lines) if "-->" in line), None)
    first = arrow if arrow is not None else next((k for k, line in enumerate(lines) if line.strip()), None)
    if first is not None:
        expected = "a number and times" if arrow is None else "times as 00:00:01,500 --> 00:00:02,000"
        raise InputError(
            f"line {first + 1}: expected {expected}, got {lines[first][:40]!r}", hint="this is no SubRip file"
        )


def serialize_srt(document: Document, strict: bool = False) -> tuple[str, list[Problem]]:
    """Write a SubRip file; cues are numbered anew.

    Parameters
    ----------
    document : Document
    strict : bool
        Raise where something is lost.

    Returns
    -------
    text : str
    losses : list of Problem
        What SubRip cannot hold: ids, settings, regions, styles, notes, voices, classes, languages, times inside cues,
        and text that is read as something else: as tags (it is written as it is), or as the times of another cue (its
        arrow is written ``->``).

    Raises
    ------
    InputError
        If a time is below 0 or of more than 15 digits of hours; with `strict`, on any loss.

    Examples
    --------
    >>> text, losses = serialize_srt(Document([Cue(0, 1500, "<v Ann>Fish &amp; <i>chips</i>", align="left")]))
    >>> print(text)
    1
    00:00:00,000 --> 00:00:01,500
    Fish & <i>chips</i>
    <BLANKLINE>
    >>> [loss.message for loss in losses]
    ['1 cues lose: settings', '1 cues lose: voices']
    """
    lost: dict[str, int] = {}
    blocks = []
    for number, cue in enumerate(document.cues, 1):
        check_times(number - 1, cue.start_ms, cue.end_ms)
        missing: set[str] = set()
        if cue.id and cue.id != str(number):
            missing.add("ids")
        if Cue(cue.start_ms, cue.end_ms, cue.text, cue.id) != cue:
            missing.add("settings")
        lines = _lines(_as_srt(cue_tree(cue.text), missing), missing)
        for what in missing:
            lost[what] = lost.get(what, 0) + 1
        times = f"{_srt_time(cue.start_ms)} --> {_srt_time(cue.end_ms)}"
        blocks.append("\n".join([str(number), times, *lines]) + "\n")
    losses = [Problem("warning", f"{n} cues lose: {what}") for what, n in sorted(lost.items())]
    for what, held in (("regions", document.regions), ("styles", document.styles), ("notes", document.notes)):
        if held:
            losses.append(Problem("warning", f"{len(held)} {what} are lost"))
    if strict and losses:
        raise InputError(f"SubRip cannot hold everything: {losses[0].message}")
    return "\n".join(blocks), losses


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    if not isinstance(text, bytes | bytearray | memoryview):
        raise InputError(f"text: expected the text or bytes of a file, got {type(text).__name__}")
    data = bytes(text)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # what Windows' editors call Unicode
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _report(document: Document, strict: bool, line: int, message: str) -> None:
    said = f"line {line + 1}: {message}"
    if strict:
        raise InputError(said)
    document.problems.append(Problem("warning", said))


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def _srt_time(milliseconds: int) -> str:
    return write_time(milliseconds).replace(".", ",")


def _as_cue_text(text: str) -> tuple[str, set[str]]:
    """Turn SubRip's text into a cue's; returns which tags were dropped too."""
    made, dropped, at = [], set(), 0
    for tag in _TAG.finditer(text):
        made.append(escape(text[at : tag.start()]).replace("<c></c>", ""))
        name = (tag[1] or "").lower()
        if name in _KEPT:
            made.append(f"</{name}>" if tag[0].startswith("</") else f"<{name}>")
        else:
            dropped.add(name or tag[0])
        at = tag.end()
    made.append(escape(text[at:]).replace("<c></c>", ""))
    return "".join(made), dropped


def _as_srt(tree: Tree, missing: set[str]) -> str:
    """Turn a cue's text into SubRip's; `missing` learns what is lost."""
    made, tags = [], []
    for part, is_tag in _parts(tree, missing):
        made.append(part)
        if is_tag:
            tags.append(part)
    words = "".join(made)
    if [found[0] for found in _TAG.finditer(words)] != tags:
        missing.add("text that is read as tags")
    return words


def _parts(tree: Tree, missing: set[str]) -> Iterator[tuple[str, bool]]:
    """Give text and tags, in order, and which is a tag; goes down without recursion, as deep as it may be."""
    left: list[Node | str | tuple[str]] = [*reversed(tree)]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part, False
        elif isinstance(part, tuple):
            yield f"</{part[0]}>", True
        else:
            if part.tag in _KEPT:
                yield f"<{part.tag}>", True
                left.append((part.tag,))
                if part.classes:
                    missing.add("classes")
            else:
                missing.add(_LOST.get(part.tag, "ruby"))
            left += reversed(part.children)


_LOST = {"v": "voices", "lang": "languages", "c": "classes", "": "times inside cues"}


def _lines(words: str, missing: set[str]) -> list[str]:
    """Return the lines that can stand below a cue's times; `missing` learns what is lost."""
    if "\r" in words:
        missing.add("carriage returns")
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in words.split("\n") if line.strip()]
    if len(lines) != len(words.split("\n")) and words:
        missing.add("empty lines")
    for k, line in enumerate(lines):
        if _TIMES.fullmatch(line):
            missing.add("lines that are read as times")
            lines[k] = line.replace("-->", "->")
    return lines

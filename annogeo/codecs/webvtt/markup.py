"""What the syntax of WebVTT forbids in the text of captions, and reading passes over. Layer: codecs.

WebVTT 4.2.2: spans, times and character references; the rules of each tag are a row of a table. Of languages only the
form is looked at (BCP 47), not whether there is such a one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from annogeo.codecs.webvtt.timestamps import read_time

_PIECE = re.compile(r"<([^>]*)(>|\Z)|[^<]+")
_START = re.compile(r"([^ \t\n\f\r.]*)((?:\.[^ \t\n\f\r.]*)*)(.*)", re.DOTALL)
_CLASSES = re.compile(r"(?:\.[^.&<]+)*")
_REFERENCE = re.compile(r"&(?:#([0-9]+);|#[xX]([0-9a-fA-F]+);|([0-9A-Za-z]+;))?")
_SHORT_HOURS = re.compile(r"[0-9]:[0-9]{2}:")
_MOST_SHOWN = 40  # characters of a tag in a message


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a tag needs: an annotation of a form, called so (empty: it must have none); another tag round it."""

    annotation: str = ""
    form: re.Pattern[str] = re.compile("")  # with the white space before it
    inside: str = ""


_RULES = {
    **dict.fromkeys(("c", "i", "b", "u", "ruby"), _Rule()),
    "rt": _Rule(inside="ruby"),
    "v": _Rule("the name of a voice", re.compile(r"(?=[^\n]*[^ \t\n\f])[ \t][^\n]*")),
    "lang": _Rule("a language", re.compile(r"[ \t]+[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*[ \t]*")),
}


@dataclass(slots=True)
class _Open:
    """A tag that is not closed yet."""

    name: str
    at: int
    has_rt: bool = False
    has_base: bool = False  # of ruby: something that no rt has followed yet


Finding = tuple[int, str]


def text_faults(text: str, start_ms: int, end_ms: int) -> list[Finding]:
    """Return what is wrong about the text of a cue as a caption, each with its place in the text.

    Examples
    --------
    >>> text_faults("<v Ann>Fish &amp; <i>chips</i>", 0, 1000)
    []
    >>> text_faults("a & <b>b", 0, 1000)
    [(2, "'&' is no character reference that ends in ';'; write '&amp;'"), (4, '<b> is not closed')]
    """
    if "<" not in text and "&" not in text:
        return []
    return _Checker(start_ms, end_ms).check(text)


class _Checker:
    """Goes through the text of one cue."""

    def __init__(self, start_ms: int, end_ms: int) -> None:
        self.found: list[Finding] = []
        self.open: list[_Open] = []
        self.latest = start_ms
        self.end_ms = end_ms

    def check(self, text: str) -> list[Finding]:
        """Return what is wrong."""
        for piece in _PIECE.finditer(text):
            at, inside = piece.start(), piece[1]
            if inside is None:
                self._text(at, piece[0])
            elif not piece[2]:
                self._report(at, "'<' begins a tag that no '>' ends; write '&lt;'")
            elif inside.startswith("/"):
                self._end(at, inside[1:])
            elif inside[:1].isascii() and inside[:1].isdigit():
                self._time(at, inside)
            else:
                self._start(at, inside)
        for tag in self.open:
            if tag.name != "v" or tag.at > 0:  # the end of a voice that says everything may be left out
                self._report(tag.at, f"<{tag.name}> is not closed")
        return sorted(self.found, key=lambda one: one[0])

    def _report(self, at: int, message: str) -> None:
        self.found.append((at, message))

    def _content(self) -> None:
        """Something stands here: as far as it is in ruby, an rt has to follow."""
        if self.open and self.open[-1].name == "ruby":
            self.open[-1].has_base = True

    def _text(self, at: int, text: str) -> None:
        if not text.isspace():
            self._content()
        self._references(at, text)

    def _references(self, at: int, text: str) -> None:
        for found in _REFERENCE.finditer(text):
            wrong = _wrong_reference(found)
            if wrong:
                self._report(at + found.start(), wrong)

    def _start(self, at: int, inside: str) -> None:
        found = _START.fullmatch(inside)
        assert found is not None
        name, classes, annotation = found.groups()
        rule = _RULES.get(name)
        if rule is None:
            self._report(at, f"<{_short(inside)}> is no tag that there is")
            return
        around = self.open[-1].name if self.open else ""
        if rule.inside and around != rule.inside:
            self._report(at, f"<{name}> does not stand directly in <{rule.inside}>")
            return
        if _CLASSES.fullmatch(classes) is None:
            self._report(at, f"<{_short(inside)}> has a class that is empty, or has '&' or '<' in it")
        if not rule.annotation and annotation:
            self._report(at, f"<{_short(inside)}> has something behind its name, where nothing may stand")
        elif rule.annotation and not rule.form.fullmatch(annotation):
            self._report(at, f"<{_short(inside)}> needs {rule.annotation} behind a space")
        self._references(at + 1 + found.start(3), annotation)
        if name == "rt":
            self.open[-1].has_rt, self.open[-1].has_base = True, False
        else:
            self._content()
        self.open.append(_Open(name, at))

    def _end(self, at: int, name: str) -> None:
        if name == "ruby" and self.open and self.open[-1].name == "rt":
            self.open.pop()  # the end of the last rt may be left out
        if not self.open or self.open[-1].name != name:
            self._report(at, f"</{_short(name)}> does not close the tag that was opened last")
            return
        closed = self.open.pop()
        if name == "ruby" and not closed.has_rt:
            self._report(closed.at, "<ruby> has no <rt>")
        elif name == "ruby" and closed.has_base:
            self._report(closed.at, "<ruby> has something behind its last <rt>")

    def _time(self, at: int, inside: str) -> None:
        self._content()
        found = read_time(inside)
        if found is None or found[1] != len(inside):
            self._report(at, f"<{_short(inside)}> is no time")
            return
        if _SHORT_HOURS.match(inside):
            self._report(at, f"<{inside}> has hours of one digit, not of two or more")
        if not self.latest < found[0] < self.end_ms:
            self._report(at, f"<{inside}> is not between the time before it and the end of the cue")
        self.latest = max(self.latest, found[0])


def _wrong_reference(found: re.Match[str]) -> str:
    """Say what is wrong about a character reference; empty: nothing."""
    from html.entities import html5

    decimal, hexadecimal, name = found.groups()
    if found[0] == "&" or (name and name not in html5):
        return f"{_short(found[0])!r} is no character reference that ends in ';'; write '&amp;'"
    digits = (decimal or hexadecimal or "").lstrip("0") or "0"
    if name or (len(digits) < 8 and _is_allowed(int(digits, 10 if decimal else 16))):
        return ""
    return f"{_short(found[0])!r} refers to no character that may stand in a text"


def _is_allowed(code: int) -> bool:
    """Whether a number may refer to a character: HTML excludes controls, surrogates and noncharacters."""
    if code in (0x9, 0xA, 0xC):
        return True
    is_character = 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF and not 0x7F <= code <= 0x9F
    return is_character and not 0xFDD0 <= code <= 0xFDEF and code & 0xFFFE != 0xFFFE


def _short(text: str) -> str:
    shown = text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."
    return shown.replace("\n", "\\n")

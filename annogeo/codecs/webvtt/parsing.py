"""Text -> document: WebVTT 6.1, block by block. Layer: codecs.

Blocks are parted by empty lines, whatever is in them. Almost every block is a cue as it should be and is read by one
regular expression; any other goes line by line through the steps of the specification. What these forgive though the
syntax forbids it, is found by `syntax.py` and `markup.py`.
"""

from __future__ import annotations

import re
from typing import Literal

from annogeo.codecs.webvtt.cue_settings import read_region, set_cue
from annogeo.codecs.webvtt.document import Cue, Document, Note, Region
from annogeo.codecs.webvtt.markup import text_faults
from annogeo.codecs.webvtt.syntax import Order, line_faults, settings_faults
from annogeo.codecs.webvtt.timestamps import read_time
from annogeo.errors import InputError, Problem, Severity

ARROW = "-->"

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_CUE = re.compile(
    r"(?:([^\n]+)\n)?"
    r"(?:([0-9]{2,9}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})[ \t]+-->[ \t]+"
    r"(?:([0-9]{2,9}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})(?:[ \t]+([^\n\f]*))?"
    r"(?:\n([^\0]*))?"
)
_SPACE = " \t\n\f\r"
_MOST_PROBLEMS = 10_000  # of one file; the rest is counted


def parse(text: str | bytes, strict: bool = False, *, markup: bool = False) -> Document:
    """Read a WebVTT file.

    Parameters
    ----------
    text : str or bytes
        The file; bytes are UTF-8.
    strict : bool
        Raise at the first thing the specification does not allow; else it is read as browsers do, passed over where
        they do, and listed.
    markup : bool
        List too what it does not allow in the text of captions: tags, character references, times. They are no more
        than 'info', and nothing `strict` raises at: the text of cues that are metadata may be anything, and which they
        are is not in the file. `strict` lists them as well.

    Returns
    -------
    Document
        With `problems`, each with its line number.

    Raises
    ------
    InputError
        If the signature is missing; with `strict`, on any problem.

    Examples
    --------
    >>> document = parse("WEBVTT\\n\\nintro\\n00:01.000 --> 00:02.500 align:left\\n<v Ann>Hello")
    >>> cue, = document.cues
    >>> cue.id, cue.start_ms, cue.end_ms, cue.align, cue.text
    ('intro', 1000, 2500, 'left', '<v Ann>Hello')
    >>> parse("WEBVTT\\n\\n00:01.000 -> 00:02.500\\nlost").problems[0].message
    'line 3: text that belongs to no cue was passed over'
    >>> parse("WEBVTT\\n\\n00:01.000 --> 00:02.500\\n<b>one</i>", markup=True).problems[0].message
    'line 4: <b> is not closed'
    """
    reader = _Reader(*_normalised(text), strict=strict, markup=markup or strict)
    reader.read()
    return reader.document


def _normalised(text: str | bytes) -> tuple[str, list[str]]:
    """Decode, replace what cannot be, and let every line end in a line feed; returns what was wrong too."""
    found = []
    if isinstance(text, bytes | bytearray | memoryview):
        try:
            decoded = bytes(text).decode("utf-8")
        except UnicodeDecodeError:
            decoded = bytes(text).decode("utf-8", "replace")
            found.append("bytes that are not UTF-8 were replaced")
    elif isinstance(text, str):
        decoded = text
    else:
        raise InputError(f"text: expected the text or bytes of a file, got {type(text).__name__}")
    decoded = decoded.removeprefix("\ufeff")
    if "\0" in decoded:
        found.append("NUL characters were replaced")
        decoded = decoded.replace("\0", "\ufffd")
    if "\r" in decoded:
        decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
    return decoded, found


class _Reader:
    """Reads one file."""

    def __init__(self, text: str, found: list[str], *, strict: bool, markup: bool) -> None:
        self.text = text
        self.strict = strict
        self.markup = markup
        self.order = Order()
        self.document = Document()
        self.regions: dict[str, Region] = {}
        self.n_dropped = 0
        self._counted = (0, 1)  # a place in the text, and its line
        for message in found:
            self.report(0, message)

    def read(self) -> None:
        """Read everything."""
        at = self._header()
        whole = _CUE.fullmatch
        for block in _BLOCK.finditer(self.text, at):
            found = whole(block[0])
            if found is None:
                self._slow_block(block[0], block.start())
                continue
            own, h0, m0, s0, f0, h1, m1, s1, f1, settings, body = found.groups()
            if (own is not None and ARROW in own) or (body is not None and ARROW in body):
                self._slow_block(block[0], block.start())
                continue
            start = (int(m0) * 60 + int(s0)) * 1000 + int(f0)
            end = (int(m1) * 60 + int(s1)) * 1000 + int(f1)
            if h0 is not None:
                start += int(h0) * 3_600_000
            if h1 is not None:
                end += int(h1) * 3_600_000
            cue = Cue(start, end, body or "", own or "")
            at = block.start()
            times_at = at + len(own) + 1 if own else at
            if own:
                self._check_id(own, at)
            if settings:
                self._set(cue, settings, times_at)
            self._add(cue, times_at, at + found.start(11))
        if self.n_dropped:
            message = f"{self.n_dropped} more problems are not listed"
            self.document.problems.append(Problem("warning", message))

    def report(self, at: int, message: str, severity: Severity = "warning") -> None:
        """Note a problem at a place of the text."""
        if len(self.document.problems) >= _MOST_PROBLEMS:
            self.n_dropped += 1
            return
        before, line = self._counted
        line += self.text.count("\n", before, at) - self.text.count("\n", at, before)
        self._counted = (at, line)
        said = f"line {line}: {message}"
        if self.strict and severity != "info":
            raise InputError(said, hint="strict=False reads on as browsers do, and lists what is wrong")
        self.document.problems.append(Problem(severity, said))

    def _header(self) -> int:
        """Read the signature and the lines below it; returns where blocks begin."""
        text = self.text
        end = text.find("\n")
        first = text if end < 0 else text[:end]
        if not first.startswith("WEBVTT") or (len(first) > 6 and first[6] not in " \t"):
            raise InputError(
                f"expected the line 'WEBVTT' first, got {first[:40]!r}",
                hint="this is no WebVTT file" if ARROW not in text else "is it SubRip (.srt)?",
            )
        lines = [first[7:]]
        at = len(text) if end < 0 else end + 1
        while at < len(text):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            line = text[at:end]
            if ARROW in line:
                self.report(at, "an empty line is missing before the first cue")
                break
            if not line:
                break
            if len(lines) == 1:
                self.report(
                    at, "an empty line is missing below 'WEBVTT'; what stands there was kept as the header"
                )
            lines.append(line)
            at = end + 1
        self.document.header = "\n".join(lines)
        return at

    def _set(self, cue: Cue, settings: str, at: int) -> None:
        """Take the settings of a cue; the place is that of their line."""
        for odd in set_cue(cue, settings, self.regions):
            self.report(at, f"the setting {odd!r} was passed over")
        for fault in settings_faults(settings):
            self.report(at, fault)

    def _check_id(self, own: str, at: int) -> None:
        for fault in self.order.id_faults(own):
            self.report(at, fault)

    def _add(self, cue: Cue, times_at: int, text_at: int) -> None:
        """Take a cue; the places are those of its times and of its text."""
        for fault in self.order.time_faults(cue.start_ms, cue.end_ms):
            self.report(times_at, fault)
        if self.markup:
            for place, fault in text_faults(cue.text, cue.start_ms, cue.end_ms):
                self.report(text_at + place, fault, "info")
        self.document.cues.append(cue)

    # --- line by line ---------------------------------------------------------------------------------------------

    def _slow_block(self, block: str, at: int) -> None:
        """Read what stands between two empty lines; an arrow further down begins another block."""
        lines = block.split("\n")
        first = 0
        while first < len(lines):
            end = self._block(lines, first, at)
            at += sum(map(len, lines[first:end])) + end - first
            first = end
            if first < len(lines):
                self.report(at, "an empty line is missing before a cue")

    def _block(self, lines: list[str], first: int, at: int) -> int:
        """Read one block from a line on, and say where it ends."""
        arrow = next((k for k in range(first, len(lines)) if ARROW in lines[k]), len(lines))
        if arrow - first > 1 or arrow == len(lines):
            self._text_block(lines[first:arrow], at)
            return arrow
        end = next((k for k in range(arrow + 1, len(lines)) if ARROW in lines[k]), len(lines))
        own = "" if arrow == first else lines[first]
        place = at + (len(own) + 1 if own else 0)
        timed = self._timed(lines[arrow], place)
        if timed is not None:
            cue, settings = timed
            cue.id, cue.text = own, "\n".join(lines[arrow + 1 : end])
            self._check_id(own, at)
            for fault in line_faults(lines[arrow]):
                self.report(place, fault)
            self._set(cue, settings, place)
            self._add(cue, place, place + len(lines[arrow]) + 1)
        return end

    def _timed(self, line: str, at: int) -> tuple[Cue, str] | None:
        """Read the times of a line with an arrow, and give its settings too; None, and a problem: they are none."""
        start = read_time(line, len(line) - len(line.lstrip(_SPACE)))
        if start is None:
            self.report(at, "the start time cannot be read; the cue was passed over")
            return None
        rest = line[start[1] :].lstrip(_SPACE)
        if not rest.startswith(ARROW):
            self.report(at, f"expected {ARROW!r} after the start time; the cue was passed over")
            return None
        rest = rest[len(ARROW) :].lstrip(_SPACE)
        end = read_time(rest)
        if end is None:
            self.report(at, "the end time cannot be read; the cue was passed over")
            return None
        return Cue(start[0], end[0]), rest[end[1] :]

    def _text_block(self, lines: list[str], at: int) -> None:
        """Read a block without an arrow: a style, a region, a note, or nothing that is known."""
        kind = _kind(lines[0])
        if kind in ("STYLE", "REGION") and (self.document.cues or len(lines) < 2):
            after = "after the first cue" if self.document.cues else "without any content"
            self.report(at, f"a {kind} block {after} was passed over")
        elif kind == "STYLE":
            self.document.styles.append("\n".join(lines[1:]))
        elif kind == "REGION":
            settings = " ".join(lines[1:])
            region, odd = read_region(settings)
            self.document.regions.append(region)
            self.regions[region.id] = region
            for pair in odd:
                self.report(at, f"the setting {pair!r} was passed over")
            for fault in (*settings_faults(settings), *self.order.region_faults(region.id)):
                self.report(at, fault)
        elif kind == "NOTE":
            rest = [lines[0][5:]] if len(lines[0]) > 5 else []
            self.document.notes.append(Note("\n".join(rest + lines[1:]), len(self.document.cues)))
        else:
            self.report(at, "text that belongs to no cue was passed over")


def _kind(line: str) -> Literal["STYLE", "REGION", "NOTE", ""]:
    if line.startswith("NOTE") and (len(line) == 4 or line[4] in " \t"):
        return "NOTE"
    bare = line.rstrip(_SPACE)
    if bare == "STYLE":
        return "STYLE"
    return "REGION" if bare == "REGION" else ""

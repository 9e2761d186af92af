"""What the syntax of WebVTT forbids and its parser forgives: times, settings, the order of cues. Layer: codecs.

WebVTT 4 says how files are to be written, and 6.1 reads far more than that. The markup inside cues is `markup.py`'s. A
line feed that the end of a file lacks is let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from annogeo.codecs.webvtt.cue_settings import pairs

_TIME = r"[0-9:]+\.[0-9]{3}"
_TO_END = rf"\s*{_TIME}\s*-->\s*"

_LINE_FAULTS = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"\s", "white space before the start time"),
        (rf"\s*{_TIME}-->", "no space before '-->'"),
        (rf"\s*{_TIME}\s*-->(?!\s)", "no space behind '-->'"),
        (rf"{_TO_END}{_TIME}(?!\s|\Z)", "no space before the settings"),
        (r"\s*[0-9]:[0-9]{2}:", "the start time has hours of one digit, not of two or more"),
        (rf"{_TO_END}[0-9]:[0-9]{{2}}:", "the end time has hours of one digit, not of two or more"),
        (r"[^\f]*\f", "a form feed where only spaces and tabs may stand"),
    )
)
"""Looked for at the begin of a line that could be read as times."""


def line_faults(line: str) -> list[str]:
    """Return what is wrong about a line of times and settings, though it can be read.

    Examples
    --------
    >>> line_faults("00:01.000 --> 00:02.000 align:left"), line_faults("00:01.000 -->0:00:02.000")
    ([], ["no space behind '-->'", 'the end time has hours of one digit, not of two or more'])
    """
    return [message for pattern, message in _LINE_FAULTS if pattern.match(line)]


@lru_cache(maxsize=1024)
def settings_faults(settings: str) -> tuple[str, ...]:
    """Return what is wrong about settings of a cue or of a region, though each can be read.

    Examples
    --------
    >>> settings_faults("align:left size:50% align:right"), settings_faults("line:1.5,end")
    (("'align' stands more than once; the last that can be read counts",), ("'line:1.5,end' has a part of a line",))
    """
    found_pairs = [(name, pair) for name, _, pair in pairs(settings) if name]
    names = [name for name, _ in found_pairs]
    found = [
        f"{name!r} stands more than once; the last that can be read counts"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    found += [f"{pair!r} has a part of a line" for _, pair in found_pairs if _FRACTION.fullmatch(pair)]
    return tuple(found)


_FRACTION = re.compile(r"line:-?[0-9]+\.[0-9]+(?:,.*)?")


class Order:
    """What the cues and regions of a file have to be to one another; is shown each as it comes."""

    def __init__(self) -> None:
        self.latest = 0
        self.cue_ids: set[str] = set()
        self.region_ids: set[str] = set()

    def time_faults(self, start_ms: int, end_ms: int) -> Iterator[str]:
        """Give what is wrong about the next cue's times."""
        if end_ms <= start_ms:
            yield f"the cue ends {'before' if end_ms < start_ms else 'when'} it starts"
        if start_ms < self.latest:
            yield "the cue starts before one that stands above it"
        else:
            self.latest = start_ms

    def id_faults(self, own: str) -> Iterator[str]:
        """Give what is wrong about the next cue's id, which may be empty: it has none."""
        if own in self.cue_ids:
            yield f"the id {own!r} is that of an earlier cue"
        elif own:
            self.cue_ids.add(own)

    def region_faults(self, own: str) -> Iterator[str]:
        """Give what is wrong about the next region's id."""
        if not own:
            yield "the region has no id: no cue can be in it"
        elif own in self.region_ids:
            yield f"the id {own!r} is that of an earlier region; cues are in the last"
        self.region_ids.add(own)

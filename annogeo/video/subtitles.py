"""Subtitle annotations of a video: drawn into its pictures, or as a track that players switch on. Layer: video."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any, NamedTuple

from annogeo.codecs.webvtt.cue_text import escape
from annogeo.definitions import Subtitle
from annogeo.errors import InputError
from annogeo.rendering.subject import subject_of

BURN, TRACK = "burn", "track"
_MOST_CODE = 65535  # bytes of a text in .mp4


class Caption(NamedTuple):
    """What is to be read from one millisecond to another, the end excluded."""

    start_ms: int
    end_ms: int
    text: str


def checked_subtitles(subtitles: Any) -> str | None:
    """Check the argument of this name.

    Raises
    ------
    InputError
        Unless it is None, ``"burn"`` or ``"track"``.
    """
    if subtitles not in (None, BURN, TRACK):
        raise InputError(f"subtitles: expected 'burn', 'track' or None, got {subtitles!r}")
    found: str | None = subtitles
    return found


def captions_of(collection: Any) -> list[Caption]:
    """Collect a collection's subtitles, cut where one begins or ends, so that no two overlap.

    Examples
    --------
    >>> from annogeo.model import AnnotationCollection
    >>> talk = AnnotationCollection()
    >>> talk.add(Subtitle("one", "speech"), start_time=0, end_time=2)
    >>> talk.add(Subtitle("two", "speech"), start_time=1, end_time=3)
    >>> [tuple(caption) for caption in captions_of(talk)]
    [(0, 1000, 'one'), (1000, 2000, 'one\\ntwo'), (2000, 3000, 'two')]
    """
    return _apart(_spoken(subject_of(collection).members))


def caption_at(captions: Sequence[Caption], seconds: Fraction) -> Caption | None:
    """Find what is to be read at a time."""
    if not captions:
        return None
    ms = floor(seconds * 1000)
    place = bisect_right(captions, ms, key=lambda caption: caption.start_ms) - 1
    found = captions[place] if place >= 0 else None
    return found if found is not None and ms < found.end_ms else None


def packet_data(caption: Caption, codec: str) -> bytes:
    """Write a caption, which is plain text, as subtitle tracks hold it.

    SubRip has no way to write characters that begin markup, or an empty line; an invisible one behind them keeps them
    from being read so.

    Examples
    --------
    >>> packet_data(Caption(0, 1, "if x<y then"), "webvtt"), packet_data(Caption(0, 1, "a <b>"), "mov_text")
    (b'if x&lt;y then', b'\\x00\\x05a <b>')
    >>> packet_data(Caption(0, 1, "x<y, a <b>"), "srt").decode("utf-8") == "x<y, a <\\u2060b>"
    True
    """
    text = _AS_TEXT.get(codec, str)(caption.text)
    data = text.encode("utf-8", "replace")
    if codec != "mov_text":
        return data
    data = data[:_MOST_CODE]
    return len(data).to_bytes(2, "big") + data


def _unmarked(text: str) -> str:
    return _SRT_MARKUP.sub(r"\g<0>" + _UNSEEN, text)


_UNSEEN = "\u2060"  # a word joiner
# what players take for tags, as <b> and {\an8}, and for the end of a cue: an empty line
_SRT_MARKUP = re.compile(r"<(?=/?[a-zA-Z][^<>]*>)|\{(?=\\)|\n(?=\r?\n)")
_AS_TEXT: dict[str, Callable[[str], str]] = {"webvtt": escape, "srt": _unmarked}


def _spoken(members: Iterable[Any]) -> list[Caption]:
    found = []
    for member in members:
        definition = getattr(member, "annotation_definition", None)
        if isinstance(definition, Subtitle) and definition.text:
            start, end = round(member.start_time * 1000), round(member.end_time * 1000)
            if end > start:
                found.append(Caption(start, end, definition.text))
    return sorted(found)


def _apart(captions: list[Caption]) -> list[Caption]:
    cuts = sorted({time for caption in captions for time in caption[:2]})
    found: list[Caption] = []
    shown: list[Caption] = []
    waiting = iter(captions)
    following = next(waiting, None)
    for start, end in pairwise(cuts):
        shown = [caption for caption in shown if caption.end_ms > start]
        while following is not None and following.start_ms <= start:
            shown.append(following)
            following = next(waiting, None)
        if shown:
            found.append(Caption(start, end, "\n".join(caption.text for caption in shown)))
    return found

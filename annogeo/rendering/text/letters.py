"""What Unicode says of a line's characters: which are drawn together, and which need a font that shapes.

Layer: rendering.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

_JOINERS = frozenset("\u200c\u200d")
_DIRECTIONS = frozenset("\u200e\u200f\u061c")  # they turn what stands beside them, and are not drawn
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Letters reordered or joined: Indic to Tibetan, Myanmar, Hangul jamo, Tagalog to Khmer, Mongolian, Limbu to Balinese,
# Phags-pa to Meetei Mayek, and the ancient and minority scripts beyond the first plane.
_SHAPED_BLOCKS = (
    (0x0900, 0x0FFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1700, 0x18AF),
    (0x1900, 0x1C4F),
    (0xA840, 0xA8DF),
    (0xA900, 0xABFF),
    (0x10A00, 0x10A5F),
    (0x11000, 0x11FFF),
)


class Cluster(NamedTuple):
    """A letter with the marks, joiners and selectors that follow it."""

    text: str
    script: str  # "" for what all scripts share: spaces, digits, punctuation, symbols
    needs_shaping: bool


def printable(text: str) -> str:
    """Give the line to draw: breaks, control characters and rows of spaces as one space, accents composed.

    Examples
    --------
    >>> printable("two\\nlines \\t and a half \\ud83d")
    'two lines and a half \ufffd'
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", "".join(map(_printable, text)))
    return " ".join(text.split())


def clusters(run: str) -> list[Cluster]:
    """Cut a run into what is drawn together.

    Examples
    --------
    >>> [cluster.text for cluster in clusters("x̂y")]
    ['x̂', 'y']
    """
    if run.isascii():
        return [Cluster(c, _script(c), False) for c in run]
    cut: list[str] = []
    for character in run:
        if character in _DIRECTIONS:
            continue
        if cut and follows_its_letter(character):
            cut[-1] += character
        else:
            cut.append(character)
    return list(_with_their_script(map(_cluster, cut)))


def without_marks(cluster: str) -> str:
    """Give the letters of a cluster alone."""
    return "".join(c for c in cluster if not follows_its_letter(c))


def visible(cluster: str) -> str:
    """Give a cluster without joiners and selectors, which have no shape of their own."""
    return "".join(c for c in cluster if not _is_invisible(c))


@lru_cache(maxsize=4096)
def follows_its_letter(character: str) -> bool:
    """Whether it is drawn with the letter before it: an accent, a vowel sign, a joiner, a selector, a skin tone."""
    return (
        character in _JOINERS
        or unicodedata.category(character).startswith("M")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _cluster(text: str) -> Cluster:
    marked = any(unicodedata.category(c).startswith("M") for c in visible(text))
    return Cluster(text, _script(text[0]), marked or _needs_shaping(text[0]))


def _with_their_script(found: Iterator[Cluster]) -> Iterator[Cluster]:
    """Let a word be drawn by one font: where one of its letters needs shaping, all of its script do."""
    for _, group in groupby(found, key=lambda cluster: cluster.script):
        members = list(group)
        shaped = any(cluster.needs_shaping for cluster in members)
        yield from (cluster._replace(needs_shaping=shaped) for cluster in members)


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Name a letter's script: the first word of its name in Unicode."""
    if not unicodedata.category(character).startswith(("L", "M")):
        return ""
    word = unicodedata.name(character, "").partition(" ")[0]
    return "" if word in ("MODIFIER", "FEMININE", "MASCULINE", "MICRO") else word


@lru_cache(maxsize=4096)
def _needs_shaping(character: str) -> bool:
    code = ord(character)
    direction = unicodedata.bidirectional(character)
    if direction == "R":  # Hebrew letters stand side by side; other scripts of this direction join theirs
        return not 0x0590 <= code <= 0x05FF
    return direction == "AL" or any(first <= code <= last for first, last in _SHAPED_BLOCKS)


def _is_invisible(character: str) -> bool:
    return (
        character in _JOINERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character == "\u034f"
    )


@lru_cache(maxsize=4096)
def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp") or character in _BLANK_LETTERS:
        return " "
    if category == "Cs":  # half a character, from a broken file
        return "\ufffd"
    return "" if category == "Cf" and character not in _JOINERS | _DIRECTIONS else character

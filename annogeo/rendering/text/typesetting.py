"""Lines of text from the fonts of this machine: each run by a font that has its letters, in the order it is seen.

OpenCV's face comes first, then font files named after a letter's script, then those of wide coverage; a font the user
gave comes before all. What needs shaping goes to fonts that shape, by the word. A character nobody can draw becomes
``?`` and is named in `Bitmap.missing`: nothing is drawn wrong in silence. Layer: rendering.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from annogeo.errors import InputError
from annogeo.rendering.text.bidi import Run, visual_runs
from annogeo.rendering.text.font_files import candidates
from annogeo.rendering.text.fonts import (
    Bitmap,
    Font,
    built_in,
    last_resort,
    open_font,
    side_by_side,
)
from annogeo.rendering.text.letters import Cluster, clusters, printable, visible, without_marks

SUBSTITUTE = "?"
_KEPT = 1024  # drawn lines: a video repeats its labels at every frame
_REMEMBERED = 20_000
_LONGEST_LINE = 4096  # characters; nothing longer fits any picture


class Fonts:
    """The fonts to ask, in order of preference; each is opened when it is first needed.

    Parameters
    ----------
    path : str, optional
        A font file to ask before all others.
    """

    def __init__(self, path: str | None = None) -> None:
        self._first: list[Font] = [open_font(path)] if path is not None else []
        own = built_in()
        self._first += [own] if own is not None else []
        self._opened: dict[Path, Font | None] = {}
        self._last: list[Font] | None = None

    def for_script(self, script: str) -> Iterator[Font]:
        """Give the fonts to ask for letters of a script, ``""`` for what all scripts share."""
        yield from self._first
        for path in candidates(script):
            if path not in self._opened:
                self._opened[path] = _opened(path)
            font = self._opened[path]
            if font is not None:
                yield font
        if self._last is None:
            found = last_resort()
            self._last = [found] if found is not None else []
        yield from self._last


class Typesetter:
    """Draws lines of text; it remembers what it found and drew. Threads may share one.

    Parameters
    ----------
    fonts_for : (script) -> iterable of Font, optional
        In order of preference; None: the fonts of this machine.

    Examples
    --------
    >>> bitmap = Typesetter().draw("car", 12)
    >>> bitmap.coverage.dtype, bool(bitmap.coverage.max() > 100), bitmap.missing
    (dtype('uint8'), True, frozenset())
    """

    def __init__(self, fonts_for: Callable[[str], Iterable[Font]] | None = None) -> None:
        self._fonts_for = Fonts().for_script if fonts_for is None else fonts_for
        self._chosen: dict[tuple[str, bool], Font | None] = {}
        self._shaped: dict[str, Font | None] = {}
        self._lock = threading.Lock()  # fonts are not for two threads at once
        self._line = lru_cache(maxsize=_KEPT)(self._set_line)

    def draw(self, text: str, size_px: int) -> Bitmap:
        """Draw one line of text.

        Parameters
        ----------
        text : str
            Line breaks and control characters become spaces, invisible characters are dropped.
        size_px : int
            The font's size: about the height from an accent to a descender.
        """
        with self._lock:
            return self._line(text, size_px)

    def _set_line(self, text: str, size_px: int) -> Bitmap:
        line = printable(text[:_LONGEST_LINE])
        if len(self._chosen) > _REMEMBERED:
            self._chosen.clear()
            self._shaped.clear()
        missing: set[str] = set()
        pieces = [
            font.draw(piece, size_px, is_rtl=run.is_rtl)
            for run in visual_runs(line)
            for font, piece in self._pieces(run, missing)
        ]
        return side_by_side(pieces, size_px, frozenset(missing))

    def _pieces(self, run: Run, missing: set[str]) -> list[tuple[Font, str]]:
        """Cut a run into pieces of one font each, in the order they are seen."""
        if run.text.isascii():  # most labels are
            plain = self._font_for(run.text, "", False)
            if plain is not None:
                return [(plain, run.text)]
        chosen: list[tuple[Font, str]] = []
        for cluster, word in _words(clusters(run.text)):
            if not visible(cluster.text):
                continue
            best = self._word_font(word, cluster.script, cluster.needs_shaping)
            before = chosen[-1][0] if chosen else None
            if cluster.script == "" and before is not None and before.shapes and before.has(cluster.text):
                chosen.append((before, cluster.text))  # between two words of a script
            elif best is not None and best.has(visible(cluster.text)):
                chosen.append((best, cluster.text if best.shapes else visible(cluster.text)))
            else:
                chosen.append(self._alone(cluster, missing))
        joined = [
            (font, "".join(text for _, text in group))
            for font, group in groupby(chosen, key=lambda pair: pair[0])
        ]
        return joined[::-1] if run.is_rtl else joined

    def _alone(self, cluster: Cluster, missing: set[str]) -> tuple[Font, str]:
        """Choose a font for one cluster: with its marks, else without them, else for the substitute."""
        letters = visible(cluster.text)
        bare = without_marks(letters) or letters
        tried = [(letters, cluster.needs_shaping or letters != bare)]
        if letters != bare and not clusters(bare)[0].needs_shaping:
            tried.append((bare, False))
        for text, needs_shaping in tried:
            font = self._font_for(text, cluster.script, needs_shaping)
            if font is not None:
                missing.update(set(letters) - set(text))
                return font, text
        missing.update(letters)
        plain = self._font_for(SUBSTITUTE, "", False)
        if plain is None:
            raise InputError("no font here has even a question mark", hint="pass Style(font=...)")
        return plain, SUBSTITUTE

    def _font_for(self, text: str, script: str, needs_shaping: bool) -> Font | None:
        """Find the first font with all of these characters."""
        key = text, needs_shaping
        if key not in self._chosen:
            usable = (font for font in self._fonts_for(script) if font.shapes or not needs_shaping)
            self._chosen[key] = next((font for font in usable if font.has(text)), None)
        return self._chosen[key]

    def _word_font(self, word: str, script: str, needs_shaping: bool) -> Font | None:
        """Find the font for a word: one with all its characters; where it must be shaped, with most of them."""
        font = self._font_for(word, script, needs_shaping)
        if font is not None or not needs_shaping:
            return font
        if word not in self._shaped:
            shaping = [font for font in self._fonts_for(script) if font.shapes]
            self._shaped[word] = max(shaping, key=lambda font: sum(map(font.has, word)), default=None)
        return self._shaped[word]


@lru_cache(maxsize=8)
def typesetter(font: str | None) -> Typesetter:
    """Give this process's typesetter for a font file; None: for the fonts of this machine.

    Raises
    ------
    InputError
        If there is no such file, or it is no font.

    Examples
    --------
    >>> typesetter(None) is typesetter(None)
    True
    """
    return Typesetter(Fonts(font).for_script)


if hasattr(os, "register_at_fork"):  # another thread may hold a lock at that moment
    os.register_at_fork(after_in_child=typesetter.cache_clear)


def _words(found: list[Cluster]) -> Iterator[tuple[Cluster, str]]:
    """Give each cluster with the visible characters of its word: its neighbours of the same script."""
    for _, group in groupby(found, key=lambda cluster: cluster.script):
        members = list(group)
        word = visible("".join(cluster.text for cluster in members))
        yield from ((cluster, word) for cluster in members)


def _opened(path: Path) -> Font | None:
    try:
        return open_font(path)
    except InputError:  # a broken file, or one of pictures: the next may do
        return None

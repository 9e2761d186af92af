"""Text as coverage bitmaps: which font draws which characters, and what none can.

OpenCV 5's built-in fonts (Latin, Greek, Cyrillic, Chinese, Japanese, Korean) come first: they are on every machine and
fast. Scripts that run right to left or join their letters, and characters OpenCV lacks, go to Pillow with a font found
on the system. A character nobody can draw becomes ``?`` and is listed in `Typesetter.missing`; nothing is drawn wrong
in silence. Where labels go is in labels.py. Layer: rendering.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Coverage = npt.NDArray[np.uint8]

SUBSTITUTE = "?"
# Fonts by file name, as Pillow finds them in the system's font folders: wide coverage first.
SYSTEM_FONTS = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "FreeSans.ttf",
    "Arial Unicode.ttf",
    "arial.ttf",
    "Arial.ttf",
    "Nirmala.ttf",
    "seguisym.ttf",
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# Blocks whose letters are reordered or joined: Arabic and its neighbours, Indic to Tibetan, Myanmar, Khmer, Mongolian.
_SHAPED_BLOCKS = ((0x0590, 0x08FF), (0x0900, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x18AF))
_IGNORABLE = frozenset("\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f")
_WEIGHT = 600  # semibold: thin strokes drown in a coloured box
_ASCENT, _DESCENT = (
    0.78,
    0.24,
)  # of the font size: what most letters need, so that lines of text are equally high


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Drawn text: coverage 0..255 (h, w) and the row its letters stand on."""

    coverage: Coverage
    baseline: int


class Font(Protocol):
    """Something that draws runs of characters."""

    shapes: bool  # orders and joins letters as their script asks

    def has(self, character: str) -> bool: ...

    def draw(self, text: str, size_px: int) -> Bitmap: ...


class OpenCVFont:
    """OpenCV 5's built-in sans face; it lays letters out left to right, one by one."""

    shapes = False

    def __init__(self) -> None:
        import cv2

        self._cv2: Any = cv2
        self._face = cv2.FontFace("sans")
        self._unknown = self._ink("\U0010fffd", 16)

    def has(self, character: str) -> bool:
        return character == SUBSTITUTE or not np.array_equal(self._ink(character, 16), self._unknown)

    def draw(self, text: str, size_px: int) -> Bitmap:
        _, _, width, _ = self._cv2.getTextSize((0, 0), text, (0, 0), self._face, size_px, _WEIGHT)
        margin = size_px  # letters may reach left of the pen and above or below their line
        baseline = 2 * size_px
        canvas = np.zeros((3 * size_px, width + 2 * margin), np.uint8)
        end, _ = self._cv2.putText(canvas, text, (margin, baseline), 255, self._face, size_px, _WEIGHT)
        return _trim(canvas, baseline, margin, end[0], size_px)

    def _ink(self, character: str, size_px: int) -> Coverage:
        return self.draw(character, size_px).coverage


class PillowFont:
    """A font file drawn by Pillow; with raqm it handles every script the font has."""

    def __init__(self, font: Any, *, shapes: bool) -> None:
        self.shapes = shapes
        self._font = font
        self._unknown = bytes(font.getmask("\U0010fffd"))

    def has(self, character: str) -> bool:
        mask = bytes(self._font.getmask(character))
        return mask != self._unknown and (bool(mask) or character.isspace())

    def draw(self, text: str, size_px: int) -> Bitmap:
        from PIL import Image, ImageDraw

        font = self._font.font_variant(size=size_px)
        left, _, right, _ = font.getbbox(text, anchor="ls")
        margin = size_px
        baseline = 2 * size_px
        page = Image.new("L", (int(right - min(left, 0)) + 2 * margin, 3 * size_px))
        ImageDraw.Draw(page).text((margin, baseline), text, fill=255, font=font, anchor="ls")
        end = margin + round(font.getlength(text))
        return _trim(np.asarray(page), baseline, margin, end, size_px)


class Typesetter:
    """Draws text with the fonts of this machine; make one per rendering, it remembers what it found and drew.

    Parameters
    ----------
    fonts : iterable of Font, optional
        In order of preference, looked at one by one as needed; None: those of this machine.

    Attributes
    ----------
    missing : set of str
        Characters drawn as ``?`` so far.

    Examples
    --------
    >>> bitmap = Typesetter().draw("car", 12)
    >>> bitmap.coverage.dtype, bool(bitmap.coverage.max() > 100)
    (dtype('uint8'), True)
    """

    def __init__(self, fonts: Iterable[Font] | None = None) -> None:
        self.missing: set[str] = set()
        self._found: list[Font] = []
        self._more = iter(_fonts() if fonts is None else fonts)
        self._chosen: dict[str, Font | None] = {}
        self._drawn: dict[tuple[str, int], Bitmap] = {}

    @property
    def fonts(self) -> Iterator[Font]:
        """The fonts, in order of preference; opening one takes time, so only as far as one is asked for."""
        yield from self._found
        for font in self._more:
            self._found.append(font)
            yield font

    def draw(self, text: str, size_px: int) -> Bitmap:
        """Draw one line of text.

        Parameters
        ----------
        text : str
            Control characters (line breaks too) become spaces, invisible ones are dropped.
        size_px : int
            The font's size: about the height from an accent to a descender.
        """
        known = self._drawn.get((text, size_px))
        if known is None:
            line = unicodedata.normalize("NFC", "".join(map(_printable, text)))
            pieces = [font.draw(run, size_px) for font, run in self._runs(line)]
            known = self._drawn[text, size_px] = _side_by_side(pieces) if pieces else _nothing(size_px)
        return known

    def _runs(self, line: str) -> list[tuple[Font, str]]:
        """Cut a line into pieces of one font each; one that needs shaping goes whole to one font, for its order."""
        if any(map(_needs_shaping, line)):
            shaping = [font for font in self.fonts if font.shapes]
            if shaping:
                best = max(shaping, key=lambda font: sum(map(font.has, line)))
                return [(best, self._substituted(line, best))]
        choices = [self._font_for(c) for c in line]
        for k in range(1, len(line)):
            if _follows_its_letter(line[k]):
                choices[k] = choices[k - 1]
        pairs = zip(choices, line, strict=True)
        grouped = (
            (font, "".join(c for _, c in run)) for font, run in groupby(pairs, key=lambda pair: pair[0])
        )
        plain = next(self.fonts)
        return [(font or plain, run if font else self._mark_missing(run)) for font, run in grouped]

    def _font_for(self, character: str) -> Font | None:
        if character not in self._chosen:
            usable = (font for font in self.fonts if font.shapes or not _needs_shaping(character))
            plain = character.isascii() or character in _IGNORABLE
            self._chosen[character] = next((f for f in usable if plain or f.has(character)), None)
        return self._chosen[character]

    def _substituted(self, line: str, font: Font) -> str:
        drawn = []
        known = True
        for c in line:
            known = known if _follows_its_letter(c) else c.isascii() or font.has(c)
            drawn.append(c if known else self._mark_missing(c))
        return "".join(drawn)

    def _mark_missing(self, run: str) -> str:
        letters = [c for c in run if not _follows_its_letter(c)]
        self.missing.update(letters)
        return SUBSTITUTE * len(letters)


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cs":  # half a character, from a broken file
        return "\ufffd"
    return "" if category == "Cf" and character not in _IGNORABLE else character


def _needs_shaping(character: str) -> bool:
    code = ord(character)
    return unicodedata.bidirectional(character) in _RIGHT_TO_LEFT or any(
        a <= code <= b for a, b in _SHAPED_BLOCKS
    )


def _follows_its_letter(character: str) -> bool:
    """Accents, vowel signs, joiners: drawn with the letter before them, or not at all."""
    return character in _IGNORABLE or unicodedata.category(character).startswith("M")


def _fonts() -> Iterator[Font]:
    import cv2
    from PIL import ImageFont, features

    if hasattr(cv2, "FontFace"):
        yield OpenCVFont()
    shapes = bool(features.check("raqm"))
    for name in SYSTEM_FONTS:
        try:
            found = ImageFont.truetype(name, 16)
        except OSError:
            continue
        yield PillowFont(found, shapes=shapes)
    fallback = ImageFont.load_default(16)
    if isinstance(fallback, ImageFont.FreeTypeFont):
        yield PillowFont(fallback, shapes=False)


def _trim(page: Coverage, baseline: int, start: int, end: int, size_px: int) -> Bitmap:
    """Cut a page to the line's height and advance, and to whatever ink lies beyond."""
    rows = np.flatnonzero(page.any(axis=1))
    columns = np.flatnonzero(page.any(axis=0))
    top, bottom = baseline - round(_ASCENT * size_px), baseline + round(_DESCENT * size_px)
    if rows.size:
        top, bottom = min(top, int(rows[0])), max(bottom, int(rows[-1]) + 1)
        start, end = min(start, int(columns[0])), max(end, int(columns[-1]) + 1)
    return Bitmap(page[top:bottom, start:end], baseline - top)


def _nothing(size_px: int) -> Bitmap:
    height = round(_ASCENT * size_px) + round(_DESCENT * size_px)
    return Bitmap(np.zeros((height, 0), np.uint8), round(_ASCENT * size_px))


def _side_by_side(pieces: list[Bitmap]) -> Bitmap:
    above = max(piece.baseline for piece in pieces)
    below = max(piece.coverage.shape[0] - piece.baseline for piece in pieces)
    padded = [
        np.pad(p.coverage, ((above - p.baseline, below - (p.coverage.shape[0] - p.baseline)), (0, 0)))
        for p in pieces
    ]
    return Bitmap(np.concatenate(padded, axis=1), above)

"""Fonts: what draws a run of letters as a coverage bitmap, and says which letters it has.

OpenCV 5 brings a sans face with Latin, Greek, Cyrillic, Hebrew, Chinese, Japanese and Korean: on every machine, and
fast. Font files are drawn by Pillow; with raqm it orders and joins letters as their script asks. Layer: rendering.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rendering.text.bidi import MIRRORED

Coverage = npt.NDArray[np.uint8]

_NO_CHARACTER = "\U0010fffd"  # what a font draws for it, it draws for all it lacks
_TRIED_PX = 16
_SMALL_PX = 11
_WEIGHT, _SMALL_WEIGHT = (
    600,
    500,
)  # semibold: thin strokes drown in a coloured box, heavy small ones run together
_LOOSE = re.compile("([()])")  # OpenCV 5.0 gives these twice the room they need
# Of the font size: what most letters need, so that lines of text are equally high.
ASCENT, DESCENT = 0.78, 0.24


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Drawn text: coverage 0..255 (h, w), the row its letters stand on, and the characters nobody could draw."""

    coverage: Coverage
    baseline: int
    missing: frozenset[str] = field(default=frozenset())


class Font(Protocol):
    """Something that draws runs of characters of one direction."""

    shapes: bool  # orders and joins letters as their script asks

    def has(self, characters: str) -> bool:
        """Whether it has a shape of its own for each of these characters."""

    def draw(self, text: str, size_px: int, *, is_rtl: bool = False) -> Bitmap:
        """Draw a run of characters in the order they are read, at `size_px` px; `is_rtl`: from right to left."""


class OpenCVFont:
    """OpenCV 5's built-in sans face; it lays letters out left to right, one by one."""

    shapes = False

    def __init__(self) -> None:
        import cv2

        self._cv2: Any = cv2
        self._face = cv2.FontFace("sans")
        self._unknown = self._ink(_NO_CHARACTER)
        self._known: dict[str, bool] = {"?": True}  # which it draws for what it lacks

    def has(self, characters: str) -> bool:
        return all(map(self._has, characters))

    def draw(self, text: str, size_px: int, *, is_rtl: bool = False) -> Bitmap:
        text = _mirrored(text) if is_rtl else text
        parts = [part for part in _LOOSE.split(text) if part]
        return side_by_side([self._part(part, size_px) for part in parts], size_px)

    def _part(self, text: str, size_px: int) -> Bitmap:
        weight = _WEIGHT if size_px > _SMALL_PX else _SMALL_WEIGHT
        _, _, width, _ = self._cv2.getTextSize((0, 0), text, (0, 0), self._face, size_px, weight)
        margin = size_px  # letters may reach left of the pen and above or below their line
        baseline = 2 * size_px
        canvas = np.zeros((3 * size_px, width + 2 * margin), np.uint8)
        end, _ = self._cv2.putText(canvas, text, (margin, baseline), 255, self._face, size_px, weight)
        start, stop = margin, end[0]
        if _LOOSE.fullmatch(text):
            x, _, w, _ = self._cv2.boundingRect(canvas)
            bearing = max(size_px // 16, 1)
            start, stop = x - bearing, x + w + bearing
        return _trim(canvas, baseline, start, stop, size_px)

    def _has(self, character: str) -> bool:
        known = self._known.get(character)
        if known is None:
            known = character == " " or not np.array_equal(self._ink(character), self._unknown)
            self._known[character] = known
        return known

    def _ink(self, character: str) -> Coverage:
        return self.draw(character, _TRIED_PX).coverage


class PillowFont:
    """A font file drawn by Pillow.

    Parameters
    ----------
    font : PIL.ImageFont.FreeTypeFont
        At any size.
    shapes : bool
        Whether it was opened with raqm, which handles every script the font has.
    """

    def __init__(self, font: Any, *, shapes: bool) -> None:
        self.shapes = shapes
        self._font = font
        self._unknown = _mask(font, _NO_CHARACTER)
        self._known: dict[str, bool] = {}
        self._at_size = lru_cache(maxsize=8)(
            lambda size_px: font.font_variant(size=size_px)
        )  # reads the file

    def has(self, characters: str) -> bool:
        return all(map(self._has, characters))

    def draw(self, text: str, size_px: int, *, is_rtl: bool = False) -> Bitmap:
        from PIL import Image, ImageDraw

        font = self._at_size(size_px)
        direction = ("rtl" if is_rtl else "ltr") if self.shapes else None
        text = _mirrored(text) if is_rtl and not self.shapes else text
        left, top, right, bottom = map(int, font.getbbox(text, anchor="ls", direction=direction))
        margin = size_px
        baseline = max(2 * size_px, size_px - top)
        page = Image.new("L", (right - min(left, 0) + 2 * margin, baseline + max(size_px, bottom + 1)))
        start = margin - min(left, 0)
        ImageDraw.Draw(page).text(
            (start, baseline), text, fill=255, font=font, anchor="ls", direction=direction
        )
        end = start + round(font.getlength(text, direction=direction))
        return _trim(np.asarray(page), baseline, start, end, size_px)

    def _has(self, character: str) -> bool:
        known = self._known.get(character)
        if known is None:
            mask = _mask(self._font, character)
            known = mask != self._unknown and (any(mask[1]) or character.isspace())
            self._known[character] = known
        return known


def built_in() -> OpenCVFont | None:
    """Give OpenCV's own font; None before OpenCV 5, and for a build without it."""
    import cv2

    if not hasattr(cv2, "FontFace"):
        return None
    try:
        return OpenCVFont()
    except cv2.error:
        return None


def last_resort() -> PillowFont | None:
    """Give the font inside Pillow: plain Latin."""
    from PIL import ImageFont

    font = ImageFont.load_default(_TRIED_PX)
    return PillowFont(font, shapes=False) if isinstance(font, ImageFont.FreeTypeFont) else None


def can_shape() -> bool:
    """Whether Pillow has raqm, which orders and joins letters."""
    from PIL import features

    return bool(features.check("raqm"))


def open_font(path: str | os.PathLike[str]) -> PillowFont:
    """Open a font file.

    Raises
    ------
    InputError
        If there is none, or Pillow cannot read it.
    """
    from PIL import ImageFont

    name = os.fspath(path)
    hint = "give the path of a .ttf, .otf or .ttc file"
    if not os.path.isfile(name):  # Pillow would look for its name elsewhere
        raise InputError(f"font: there is no file {name!r}", path=name, hint=hint)
    shapes = can_shape()
    layout = ImageFont.Layout.RAQM if shapes else ImageFont.Layout.BASIC
    try:
        font = ImageFont.truetype(name, _TRIED_PX, layout_engine=layout)
        return PillowFont(font, shapes=shapes)
    except (OSError, ValueError) as error:
        raise InputError(f"font: cannot read {name!r} as a font: {error}", path=name, hint=hint) from None


def side_by_side(pieces: Sequence[Bitmap], size_px: int, missing: frozenset[str] = frozenset()) -> Bitmap:
    """Join pieces of a line, on one base line and at least as high as lines of plain letters."""
    if len(pieces) == 1 and not missing:
        return pieces[0]
    above = max(chain((round(ASCENT * size_px),), (piece.baseline for piece in pieces)))
    below = max(
        chain((round(DESCENT * size_px),), (piece.coverage.shape[0] - piece.baseline for piece in pieces))
    )
    page = np.zeros((above + below, sum(piece.coverage.shape[1] for piece in pieces)), np.uint8)
    x = 0
    for piece in pieces:
        h, w = piece.coverage.shape
        page[above - piece.baseline : above - piece.baseline + h, x : x + w] = piece.coverage
        x += w
    page.flags.writeable = False
    return Bitmap(page, above, missing)


def _mask(font: Any, character: str) -> tuple[Any, bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def _mirrored(text: str) -> str:
    return text[::-1].translate(MIRRORED)


def _trim(page: Coverage, baseline: int, start: int, end: int, size_px: int) -> Bitmap:
    """Cut a page to the line's height and advance, and to whatever ink lies beyond."""
    import cv2

    x, y, w, h = cv2.boundingRect(page)
    top, bottom = baseline - round(ASCENT * size_px), baseline + round(DESCENT * size_px)
    if w:
        top, bottom = min(top, y), max(bottom, y + h)
        start, end = min(start, x), max(end, x + w)
    coverage = page[top:bottom, start:end].copy()
    coverage.flags.writeable = False  # it is kept and drawn again
    return Bitmap(coverage, baseline - top)

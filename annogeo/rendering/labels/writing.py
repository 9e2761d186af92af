"""Writing the labels of a scene onto a picture. Layer: rendering."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.draw import Style
from annogeo.rendering.labels.beside import touches
from annogeo.rendering.labels.caption import Label, labels_of
from annogeo.rendering.labels.following import Following, are_followed
from annogeo.rendering.labels.occupancy import Rectangle
from annogeo.rendering.labels.placement import Line, Place, Placement, place
from annogeo.rendering.labels.plates import Color, Plate, draw_line, draw_plate
from annogeo.rendering.notice import warn
from annogeo.rendering.subject import SceneItem
from annogeo.rendering.text import Typesetter, typesetter
from annogeo.rendering.text.fonts import can_shape

SMALLEST_TEXT_PX = 7
_LARGEST_TEXT_PX = 512  # a letter this high is a picture of its own
_TEXT_PX, _TEXT_SHARE = 6.0, 0.0125  # 13 px at 640 x 480, 24 at 1920 x 1080, 42 at 3840 x 2160
_LEVELS = (1.0, 0.7)  # of the text size, where it is crowded
_LINE_PX = 1 / 14  # the width of a leader line, in heights of text
_NOTE_COLOR: Color = (32, 32, 32)

_LONGEST_LIST = 40
_told: set[str] = set()


def write_labels(
    canvas: npt.NDArray[Any],
    items: Sequence[SceneItem],
    colors: npt.NDArray[np.uint8],
    style: Style,
    *,
    reserved: Sequence[Rectangle] = (),
) -> None:
    """Write the labels of a scene's items onto a picture, in place.

    Parameters
    ----------
    canvas : uint8 or uint16 (H, W, 3) or (H, W, 4)
    items : sequence of SceneItem
    colors : uint8 (n, 4)
        Of the items.
    style : Style
        `text_size`, `font` and `show_attributes` count.
    reserved : sequence of (x0, y0, x1, y1)
        Px to stay clear of, such as a legend's.

    Warns
    -----
    AnnogeoWarning
        Of characters no font here can draw, once each in a process.
    """
    labels = labels_of(items, colors, show_attributes=style.show_attributes)
    if any(label.text for label in labels):
        setter = typesetter(style.font)
        size_px = text_size(*canvas.shape[:2]) if style.text_size is None else style.text_size
        tell(draw_labels(canvas, labels, size_px=size_px, setter=setter, reserved=reserved))


def text_size(height: int, width: int) -> int:
    """Give the size of label text in px for a picture of this size.

    Notes
    -----
    It grows more slowly than the picture: a large one is looked at from nearer, but also shrunk to a screen.

    Examples
    --------
    >>> text_size(1080, 1920), text_size(48, 64)
    (24, 8)
    """
    return max(8, round(_TEXT_PX + _TEXT_SHARE * float(np.sqrt(height * width))))


def draw_labels(
    canvas: npt.NDArray[Any],
    labels: Sequence[Label],
    *,
    size_px: float,
    setter: Typesetter | None = None,
    reserved: Sequence[Rectangle] = (),
) -> set[str]:
    """Place labels and draw them.

    Parameters
    ----------
    canvas : uint8 or uint16 (H, W, 3) or (H, W, 4)
        Drawn on in place; where there is an alpha channel, labels are opaque.
    labels : sequence of Label
        One whose shape lies outside the canvas, or without text, is left out. Where there is no room for all, the
        picture says how many it does not show: ``+3``; a pose's joints do not count.
    size_px : float
        Text size; smaller where it is crowded, or a label is wider than the canvas.

    Returns
    -------
    set of str
        Characters no font here can draw, written as ``?``.
    """
    height, width = canvas.shape[:2]
    written = layout_labels(labels, height, width, size_px=size_px, setter=setter, reserved=reserved)
    for line, color in written.lines:
        draw_line(canvas, line, written.line_px, color)
    for plate, x, y, color in written.plates:
        draw_plate(canvas, plate, x, y, color)
    return written.missing


class Written(NamedTuple):
    """Labels with their places.

    Parameters
    ----------
    lines : list of (Line, colour)
        From labels that stand apart to their shapes; drawn first.
    plates : list of (Plate, x, y, colour)
    line_px : float
        How wide lines are.
    missing : set of str
        Characters no font here can draw.
    places : dict of int -> Place
        By the labels' items, for `previous` of the next frame of a video.
    following : Following, optional
        What moves `plates` along with their shapes, to where they would be laid out.
    """

    lines: list[tuple[Line, Color]]
    plates: list[tuple[Plate, int, int, Color]]
    line_px: float
    missing: set[str]
    places: dict[int, Place]
    following: Following | None = None


def layout_labels(
    labels: Sequence[Label],
    height: int,
    width: int,
    *,
    size_px: float,
    setter: Typesetter | None = None,
    reserved: Sequence[Rectangle] = (),
    previous: Mapping[int, Place] | None = None,
    extents: npt.NDArray[np.float64] | None = None,
) -> Written:
    """Decide all that `draw_labels` draws.

    Parameters
    ----------
    labels, size_px, setter, reserved
        As for `draw_labels`.
    height, width : int
    previous : mapping of int -> Place, optional
        The frame's before, to stay where they are beside their shapes if they can.
    extents : float64 (n, 4), optional
        Where the labels' items are, for labels that are to follow them.
    """
    everything = labels
    labels = [label for label in labels if touches(label.edges, height, width)]
    book = _PlateBook(labels, setter or typesetter(None), size_px, height, width)
    if not book.sizes_px:
        return Written([], [], 0.0, set(), {})

    note = book.note("+" + "8" * len(str(len(labels))))  # as wide as it may become
    before = None if previous is None else [previous.get(label.item) for label in labels]

    def placed(reserved: Sequence[Rectangle]) -> Placement:
        return place(
            labels,
            book.measure,
            height,
            width,
            text_px=book.sizes_px[0],
            n_levels=len(book.sizes_px),
            reserved=reserved,
            previous=before,
            note=note.size,
        )

    found = placed(reserved)
    corner = found.note
    if found.n_left_out and corner is None:
        corner = max(width - note.size[0], 0), max(height - note.size[1], 0)
        found = placed((*reserved, (*corner, width, height)))
    placed_labels = [
        (label, at, book.plate(k, at.level))
        for k, (label, at) in enumerate(zip(labels, found.places, strict=True))
        if at is not None
    ]
    lines = [(at.line, label.color) for label, at, _ in placed_labels if at.line is not None]
    plates = [(plate, at.x, at.y, label.color) for label, at, plate in placed_labels]
    following = None
    if found.n_left_out and corner is not None:
        note = book.note(f"+{found.n_left_out}")
        w, h = note.size
        if w <= width and h <= height:
            plates.append((note, min(corner[0], width - w), min(corner[1], height - h), _NOTE_COLOR))
    elif extents is not None and are_followed(everything, (at for _, at, _ in placed_labels)):
        sizes = {label.item: (at, plate.size) for label, at, plate in placed_labels}
        following = Following(everything, sizes, extents, height, width, book.sizes_px[0], reserved)
    places = {label.item: at for label, at, _ in placed_labels}
    return Written(lines, plates, book.sizes_px[0] * _LINE_PX, book.missing, places, following)


def plates_of_lines(
    text: str, size_px: float, width: int, setter: Typesetter
) -> tuple[list[Plate], set[str]]:
    """Draw text of several lines, broken between words where they are wider than there is room.

    Parameters
    ----------
    text : str
    size_px : float
    width : int
        The room, in px.

    Returns
    -------
    plates : list of Plate
        One for each line; a single word may be wider.
    missing : set of str
        Characters no font here can draw.

    Examples
    --------
    >>> plates, _ = plates_of_lines("one two three", 10, 60, typesetter(None))
    >>> len(plates), max(plate.size[0] for plate in plates) <= 60
    (2, True)
    """
    size = max(round(min(size_px, _LARGEST_TEXT_PX)), SMALLEST_TEXT_PX)
    plates: list[Plate] = []
    missing: set[str] = set()
    for line in text.splitlines():
        words = line.split()
        while words:
            n = len(words)
            while True:
                plate, lacking = _plate(setter, " ".join(words[:n]), size)
                if plate.size[0] <= width or n == 1:
                    break
                n = max(1, min(n - 1, n * width // plate.size[0]))
            plates.append(plate)
            missing |= lacking
            words = words[n:]
    return plates, missing


def tell(missing: set[str]) -> None:
    """Warn of characters no font here can draw, of each once in this process.

    Examples
    --------
    >>> tell(set())
    """
    new = missing - _told
    if not new:
        return
    _told.update(new)
    named = " ".join(map(_named, sorted(new)[:_LONGEST_LIST]))
    more = f" and {len(new) - _LONGEST_LIST} more" if len(new) > _LONGEST_LIST else ""
    joining = (
        ""
        if can_shape()
        else "; this Pillow lacks raqm, which orders and joins letters (on Linux it needs libfribidi)"
    )
    warn(
        f"no font on this machine can draw {named}{more}: written as '?'; "
        f"install one that can, such as Noto Sans, or pass Style(font=...){joining}"
    )


def _named(character: str) -> str:
    """Show a character, or its number where it cannot be seen by itself."""
    is_seen = character.isprintable() and not unicodedata.category(character).startswith("M")
    return character if is_seen else f"U+{ord(character):04X}"


class _PlateBook:
    """The plates of labels at each text size, drawn when asked for."""

    def __init__(
        self, labels: Sequence[Label], setter: Typesetter, size_px: float, height: int, width: int
    ) -> None:
        self.missing: set[str] = set()
        self._labels = labels
        self._setter = setter
        self._height, self._width = height, width
        self._plates: dict[tuple[str, int], Plate | None] = {}
        largest = min(round(min(size_px, _LARGEST_TEXT_PX)), int(height / 1.2))
        sizes = (max(round(largest * share), SMALLEST_TEXT_PX) for share in _LEVELS)
        self.sizes_px = list(dict.fromkeys(sizes)) if largest >= SMALLEST_TEXT_PX else []

    def measure(self, k: int, level: int) -> tuple[int, int] | None:
        """Give a label's size at a level."""
        plate = self._plate(self._labels[k].text, self.sizes_px[level])
        return None if plate is None else plate.size

    def plate(self, k: int, level: int) -> Plate:
        """Give a label's plate at a level it was measured at."""
        plate = self._plate(self._labels[k].text, self.sizes_px[level])
        assert plate is not None  # it was measured
        return plate

    def note(self, text: str) -> Plate:
        """Give a plate of other text."""
        return self._drawn(text, self.sizes_px[0])

    def _plate(self, text: str, size_px: int) -> Plate | None:
        key = text, size_px
        if key not in self._plates:
            self._plates[key] = self._fitted(text, size_px)
        return self._plates[key]

    def _fitted(self, text: str, size_px: int) -> Plate | None:
        """Draw text smaller, then shorter, where it is wider than the picture."""
        plate = self._drawn(text, size_px)
        if plate.size[0] > self._width:
            size_px = max(size_px * self._width // plate.size[0], SMALLEST_TEXT_PX)
            plate = self._drawn(text, size_px)
        n = len(text)
        while plate.size[0] > self._width and n > 1:
            n = min(n - 1, n * self._width // plate.size[0] + 1)
            plate = self._drawn(text[:n].rstrip() + "…", size_px)
        return plate if plate.size[0] <= self._width and plate.size[1] <= self._height else None

    def _drawn(self, text: str, size_px: int) -> Plate:
        plate, missing = _plate(self._setter, text, size_px)
        self.missing |= missing
        return plate


@lru_cache(maxsize=512)
def _plate(setter: Typesetter, text: str, size_px: int) -> tuple[Plate, frozenset[str]]:
    """Draw a plate, and say which characters are missing; frames of a video repeat their labels."""
    bitmap = setter.draw(text, size_px)
    return Plate(bitmap.coverage, size_px), bitmap.missing

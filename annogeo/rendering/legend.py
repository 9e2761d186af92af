"""The legend: which colour means what, as a small panel in the corner that hides the least.

A row is a swatch and a name, in the order of ids or values; only what shows on the picture is listed. `plan` decides
everything and draws nothing; `draw_panel` draws it. Layer: rendering.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.draw import Spans, Style
from annogeo.rendering.coloring import value_of
from annogeo.rendering.labels.occupancy import Rectangle
from annogeo.rendering.labels.writing import SMALLEST_TEXT_PX, tell, text_size
from annogeo.rendering.subject import SceneItem
from annogeo.rendering.text import Bitmap, Typesetter, typesetter

Array = npt.NDArray[Any]
Rgb = tuple[int, int, int]

LARGEST_SHARE, SMALL_PICTURE_SHARE = 0.45, 0.6  # of the picture's width and height
_SMALL_PICTURE_PX = 160  # across; a thumbnail needs more of itself for anything legible
MOST_ROWS = 24
_LEAST_LETTERS = 2.5  # text heights of room for a name: half a word
_PANEL, _PANEL_OPACITY = (17, 19, 24), 0.78  # dark, and still a hint of what lies below
_INK, _FAINT_INK = (240, 242, 245), (168, 174, 184)
_ELLIPSIS = "…"


class Entry(NamedTuple):
    """One row: a colour, None for a heading or a remark, and what it says."""

    color: Rgb | None
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A legend that fits its picture.

    Parameters
    ----------
    rows : list of (Entry, Bitmap)
    left, top, width, height : int
        In px, inside the picture.
    size_px : int
        Of the text.
    """

    rows: list[tuple[Entry, Bitmap]]
    left: int
    top: int
    width: int
    height: int
    size_px: int

    @property
    def rectangle(self) -> Rectangle:
        """Left, top, right and bottom in px, for labels to stay clear of."""
        return self.left, self.top, self.left + self.width, self.top + self.height


def legend_of(
    size: tuple[int, int],
    items: Sequence[SceneItem],
    colors: npt.NDArray[np.uint8],
    style: Style,
    spans: Spans,
    *,
    ids: Mapping[str, Any] | None = None,
) -> Panel | None:
    """Plan the legend of what shows; None: there is no room or nothing to say.

    Joints of poses are left out: there are many, and they are named where they are.

    Parameters
    ----------
    size : (height, width)
    items : sequence of SceneItem
    colors : uint8 (n, 4)
        Of the items.
    style : Style
        `color_by`, `text_size` and `font` count.
    spans : Spans
        Of the items: what shows, and what the panel should not hide.
    ids : mapping of label -> int, optional
        Rows are in their order; without them sorted.
    """
    shown = [k for k in np.unique(spans.item).tolist() if not items[k].is_joint]
    entries = entries_of([items[k] for k in shown], colors[shown], style.color_by, ids or {})
    size_px = text_size(*size) if style.text_size is None else style.text_size
    panel = plan(entries, size, size_px, spans, typesetter(style.font))
    if panel is not None:
        tell({character for _, text in panel.rows for character in text.missing})
    return panel


def entries_of(
    items: Sequence[SceneItem], colors: npt.NDArray[np.uint8], color_by: str, ids: Mapping[str, Any]
) -> list[Entry]:
    """List what the colours of these items mean: each name once, with its first colour.

    Coloured by an attribute, its name is the heading, and labels of items without it come last.

    Examples
    --------
    >>> entries_of([SceneItem(None, "car", None)], np.array([[1, 2, 3, 255]], np.uint8), "label", {})
    [Entry(color=(1, 2, 3), text='car')]
    """
    values: dict[str, Rgb] = {}
    labels: dict[str, Rgb] = {}
    for item, (red, green, blue, _) in zip(items, colors.tolist(), strict=True):
        value = None if color_by == "label" else value_of(item, color_by)
        if value is None:
            labels.setdefault(item.label, (red, green, blue))
        else:
            values.setdefault(value, (red, green, blue))
    rows = [Entry(values[value], value or '""') for value in sorted(values, key=_by_number)]
    order = sorted((label for label in labels if label), key=lambda label: (ids.get(label, np.inf), label))
    rows += [Entry(labels[label], label) for label in order]
    return [Entry(None, color_by), *rows] if values else rows


def plan(
    entries: Sequence[Entry],
    size: tuple[int, ...],
    text_px: float,
    spans: Spans,
    setter: Typesetter,
) -> Panel | None:
    """Choose rows, their text and the corner; None where there is nothing to say or no room to say it.

    Notes
    -----
    The panel takes at most 0.45 of the picture's width and height, 0.6 of a thumbnail's. What does not fit is counted
    in a last row; long names are cut. Text gets smaller, down to 7 px, before more than half of the rows are left out.
    Of the corners that hide equally little the first of top right, bottom right, bottom left, top left is taken.
    """
    height, width = size
    if not any(entry.color for entry in entries):
        return None
    size_px = max(round(min(text_px, height)), SMALLEST_TEXT_PX)
    room = int(_share(height) * height)
    while size_px > SMALLEST_TEXT_PX and 2 * _rows_in(room, size_px) < min(len(entries), MOST_ROWS):
        size_px -= 1
    fitting = min(_rows_in(room, size_px), MOST_ROWS)
    row, gap = _row_height(size_px), _gap(size_px)
    text_room = int(_share(width) * width) - 2 * gap
    if fitting < min(len(entries), 2) or text_room < _swatch(size_px) + gap + _LEAST_LETTERS * size_px:
        return None
    kept = list(entries)
    if len(kept) > fitting:
        left_out = len(kept) - (fitting - 1)
        kept = [*kept[: fitting - 1], Entry(None, f"+{left_out} more")]
    rows = [
        (entry, _fitted(entry.text, size_px, text_room - _indent(entry, size_px), setter)) for entry in kept
    ]
    widest = max(_indent(entry, size_px) + text.coverage.shape[1] for entry, text in rows)
    across, down = widest + 2 * gap, row * len(rows) + 2 * gap
    left, top = _corner(spans, (across, down), (width, height), margin=max(gap // 2, 1))
    return Panel(rows, left, top, across, down, size_px)


def _corner(
    spans: Spans, panel: tuple[int, int], picture: tuple[int, int], *, margin: int
) -> tuple[int, int]:
    """Choose the corner in which a panel hides the fewest painted pixels."""
    (w, h), (width, height) = panel, picture
    right, bottom = width - w - margin, height - h - margin
    corners = [(right, margin), (right, bottom), (margin, bottom), (margin, margin)]
    return min(corners, key=lambda corner: _hidden(spans, corner, panel))


def _hidden(spans: Spans, corner: tuple[int, int], panel: tuple[int, int]) -> int:
    left, top = corner
    is_beside = (spans.y >= top) & (spans.y < top + panel[1])
    start = np.maximum(spans.x0[is_beside], left)
    end = np.minimum(spans.x1[is_beside], left + panel[0])
    return int((end - start).clip(min=0).sum(dtype=np.int64))


def draw_panel(canvas: Array, panel: Panel) -> None:
    """Draw a legend at its place."""
    full = np.iinfo(canvas.dtype).max
    patch = canvas[panel.top : panel.top + panel.height, panel.left : panel.left + panel.width]
    _blend(
        patch, _PANEL, _PANEL_OPACITY * _rounded(patch.shape[0], patch.shape[1], _gap(panel.size_px)), full
    )
    row, gap = _row_height(panel.size_px), _gap(panel.size_px)
    side = _swatch(panel.size_px)
    for k, (entry, text) in enumerate(panel.rows):
        top = gap + k * row
        if entry.color is not None:
            y = top + (row - side) // 2
            mark = patch[y : y + side, gap : gap + side]
            _blend(mark, entry.color, _rounded(mark.shape[0], mark.shape[1], side / 5), full)
        ink = _FAINT_INK if entry.color is None else _INK
        x = gap + _indent(entry, panel.size_px)
        y = top + (row - text.coverage.shape[0]) // 2
        high, wide = text.coverage.shape
        cut = max(-y, 0)
        letters = patch[y + cut : y + high, x : x + wide]
        _blend(letters, ink, text.coverage[cut:][: letters.shape[0], : letters.shape[1]] / 255.0, full)


def _blend(patch: Array, color: Rgb, opacity: npt.NDArray[np.float64], full: int) -> None:
    """Lay a colour over a patch, source over, straight alpha."""
    over = opacity[..., None]
    below = patch[..., 3:] / full if patch.shape[2] == 4 else 1.0
    alpha = over + below * (1.0 - over)
    shade = np.array(color) * (full / 255.0)
    mixed = (shade * over + patch[..., :3] * (below * (1.0 - over))) / np.where(alpha > 0, alpha, 1.0)
    patch[..., :3] = np.rint(np.where(alpha > 0, mixed, patch[..., :3]))
    if patch.shape[2] == 4:
        patch[..., 3:] = np.rint(alpha * full)


def _rounded(height: int, width: int, radius: float) -> npt.NDArray[np.float64]:
    """Return the coverage of a rectangle with round corners, which fills the patch."""
    radius = min(radius, height / 2, width / 2)
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    dx = np.maximum(np.maximum(radius - x, x - (width - radius)), 0.0)
    dy = np.maximum(np.maximum(radius - y, y - (height - radius)), 0.0)
    inside: npt.NDArray[np.float64] = (radius + 0.5 - np.hypot(dx, dy[:, None])).clip(0.0, 1.0)
    return inside


def _fitted(text: str, size_px: int, room: int, setter: Typesetter) -> Bitmap:
    """Draw text, cut to the room there is."""
    drawn = setter.draw(text, size_px)
    if drawn.coverage.shape[1] <= room:
        return drawn
    short, long = 0, min(len(text), max(room, 1))  # a letter is a px wide at least
    while short < long:
        middle = (short + long + 1) // 2
        fits = setter.draw(text[:middle].rstrip() + _ELLIPSIS, size_px).coverage.shape[1] <= room
        short, long = (middle, long) if fits else (short, middle - 1)
    return setter.draw(text[:short].rstrip() + _ELLIPSIS, size_px)


def _share(side: int) -> float:
    return LARGEST_SHARE if side > _SMALL_PICTURE_PX else SMALL_PICTURE_SHARE


def _row_height(size_px: int) -> int:
    return round(1.35 * size_px)


def _gap(size_px: int) -> int:
    return max(round(0.45 * size_px), 2)


def _swatch(size_px: int) -> int:
    return max(round(0.8 * size_px), 4)


def _indent(entry: Entry, size_px: int) -> int:
    """How far a row's text stands from the panel's margin."""
    return 0 if entry.color is None else _swatch(size_px) + _gap(size_px)


def _rows_in(room: int, size_px: int) -> int:
    return max((room - 2 * _gap(size_px)) // _row_height(size_px), 0)


def _by_number(text: str) -> tuple[Any, ...]:
    """Sort key: numbers inside text count as numbers."""
    parts = re.split(r"(\d+)", text)
    return tuple((int(part[:4000]), "") if k % 2 else (-1, part) for k, part in enumerate(parts))

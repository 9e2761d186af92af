"""Labels on pictures: what they say, where they go, and drawing them.

A label is a box of its annotation's colour with black or white text, whichever reads better, beside the top left corner
of the shape, inside the picture, and off the other labels where there is room. Letters come from text.py.
Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Point, row_for
from annogeo.rendering.subject import SceneItem
from annogeo.rendering.text import Coverage, Typesetter

Edges = tuple[float, float, float, float]

LONGEST_CAPTION = 60
SMALLEST_TEXT_PX = 7
_TEXT_SHARE = 0.021  # of the picture's size: 30 px at 1920 x 1080, 12 at 640 x 480
_BRIGHT = 140.0  # of 255: black text reads better on colours lighter than this


@dataclass(frozen=True, slots=True)
class Label:
    """What to write: text, beside what (left, top, right, bottom; None: the whole picture), in which colour."""

    text: str
    edges: Edges | None
    color: tuple[int, int, int]


def caption(label: str | None, attributes: Any) -> str:
    """Say what an annotation is: its label, then its attributes as ``key: value``.

    Parameters
    ----------
    label : str or None
    attributes : mapping, sequence or None
        As the platform has them: a mapping, or the older list of values.

    Examples
    --------
    >>> caption("car", {"colour": "red", "doors": [2, 4], "parked": True})
    'car (colour: red, doors: 2/4, parked)'
    >>> caption("car", None)
    'car'
    """
    notes = ", ".join(filter(None, _notes(attributes)))
    text = " ".join(part for part in (label or "", f"({notes})" if notes else "") if part)
    return text if len(text) <= LONGEST_CAPTION else text[: LONGEST_CAPTION - 1].rstrip() + "…"


def text_size(height: int, width: int) -> int:
    """Give the size of label text in px for a picture of this size.

    Examples
    --------
    >>> text_size(1080, 1920), text_size(48, 64)
    (30, 8)
    """
    return max(8, round(_TEXT_SHARE * float(np.sqrt(height * width))))


def labels_of(items: Sequence[SceneItem], colors: npt.NDArray[np.uint8]) -> list[Label]:
    """Say what to write for the items of a scene: those in the image, and those of the whole image."""
    labels = []
    for item, color in zip(items, colors.tolist(), strict=True):
        definition = item.definition
        if definition is None:
            continue
        of_image = not row_for(definition).has_coordinates
        bounds = definition.bounds if item.is_drawn else None
        if bounds is None and not of_image:
            continue
        left, top, right, bottom = (0.0,) * 4 if bounds is None else bounds.tolist()
        edges = None if bounds is None else (left, top, right, bottom)
        red, green, blue = color[:3]
        attributes = None if _is_joint(item) else definition.attributes
        labels.append(Label(caption(definition.label, attributes), edges, (red, green, blue)))
    return labels


def _is_joint(item: SceneItem) -> bool:
    """A pose has a dozen of these side by side: their attributes would hide what they are about."""
    return isinstance(item.definition, Point) and getattr(item.annotation, "parent_id", None) is not None


def draw_labels(
    canvas: npt.NDArray[Any], labels: Sequence[Label], *, size_px: int, typesetter: Typesetter | None = None
) -> set[str]:
    """Write labels onto a canvas.

    Parameters
    ----------
    canvas : uint8 or uint16 (H, W, 3) or (H, W, 4)
        Drawn on in place; where there is an alpha channel, labels are opaque.
    labels : sequence of Label
        One whose shape lies outside the canvas, or without text, is left out.
    size_px : int
        Text size; a label wider than the canvas is written smaller.

    Returns
    -------
    set of str
        Characters no font here can draw, written as ``?``.
    """
    height, width = canvas.shape[:2]
    setter = typesetter or Typesetter()
    shown = [label for label in labels if label.text and _touches(label.edges, height, width)]
    plates = [_fitted(label.text, size_px, width, setter) for label in shown]
    corners = place([label.edges for label in shown], [plate.size for plate in plates], height, width)
    for label, plate, (x, y) in zip(shown, plates, corners, strict=True):
        w, h = plate.size
        _write(canvas[y : y + h, x : x + w], plate, label.color)
    return setter.missing


def place(
    edges: Sequence[Edges | None], sizes: Sequence[tuple[int, int]], height: int, width: int
) -> list[tuple[int, int]]:
    """Choose a top left corner for each label.

    Parameters
    ----------
    edges : sequence of (left, top, right, bottom) or None
        The shapes; None: the whole picture.
    sizes : sequence of (width, height)
        The labels, in px.

    Returns
    -------
    list of (x, y)
        Inside the picture wherever the label fits in it.

    Notes
    -----
    In turn: above the shape, inside its top, below it, above its right corner, inside its bottom; the first place that
    covers no earlier label, else the first of all. Greedy and in list order, so the same input gives the same picture.

    Examples
    --------
    >>> place([(10, 20, 30, 40), (10, 20, 30, 40)], [(15, 8), (15, 8)], 100, 100)
    [(10, 12), (10, 20)]
    """
    taken = np.zeros((len(sizes), 4))
    corners: list[tuple[int, int]] = []
    for k, (shape, size) in enumerate(zip(edges, sizes, strict=True)):
        options = _options(shape, size, height, width)
        free = (corner for corner in options if not _overlaps(taken[:k], corner, size))
        x, y = next(free, options[0])
        taken[k] = x, y, x + size[0], y + size[1]
        corners.append((x, y))
    return corners


def _options(shape: Edges | None, size: tuple[int, int], height: int, width: int) -> list[tuple[int, int]]:
    w, h = size
    if shape is None:  # a label of the whole picture: down its left edge
        return [(0, y) for y in range(0, max(height - h + 1, 1), max(h, 1))]
    left, top = max(round(shape[0]), 0), max(round(shape[1]), 0)
    right, bottom = min(round(shape[2]), width), min(round(shape[3]), height)
    above = top - h if top >= h else top
    wanted = [(left, above), (left, top), (left, bottom), (right - w, above), (left, bottom - h)]
    return [(_clamp(x, width - w), _clamp(y, height - h)) for x, y in wanted]


def _clamp(value: int, highest: int) -> int:
    return max(0, min(value, highest))


def _overlaps(taken: npt.NDArray[np.float64], corner: tuple[int, int], size: tuple[int, int]) -> bool:
    x, y = corner
    apart = (
        (taken[:, 0] >= x + size[0]) | (taken[:, 2] <= x) | (taken[:, 1] >= y + size[1]) | (taken[:, 3] <= y)
    )
    return not apart.all()


def _touches(edges: Edges | None, height: int, width: int) -> bool:
    return edges is None or (edges[0] < width and edges[1] < height and edges[2] >= 0 and edges[3] >= 0)


@dataclass(frozen=True, slots=True)
class _Plate:
    """Drawn text, and how much of the box shows around it."""

    coverage: Coverage
    margin_x: int
    margin_y: int

    @property
    def size(self) -> tuple[int, int]:
        h, w = self.coverage.shape
        return w + 2 * self.margin_x, h + 2 * self.margin_y


def _fitted(text: str, size_px: int, width: int, setter: Typesetter) -> _Plate:
    """Draw text, smaller where its box would be wider than the picture."""
    plate = _plate(text, size_px, setter)
    drawn, _ = plate.size
    if drawn > width and size_px > SMALLEST_TEXT_PX:
        plate = _plate(text, max(SMALLEST_TEXT_PX, size_px * width // drawn), setter)
    return plate


def _plate(text: str, size_px: int, setter: Typesetter) -> _Plate:
    margin = max(1, size_px // 6)
    return _Plate(setter.draw(text, size_px).coverage, margin, margin // 2)


def _write(patch: npt.NDArray[Any], plate: _Plate, color: tuple[int, int, int]) -> None:
    """Fill a patch, which the picture's border may have cut, with the colour and put the letters on it."""
    full = np.iinfo(patch.dtype).max
    luminance = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]  # Rec. 601
    ink = 0.0 if luminance > _BRIGHT else 255.0
    cover = np.arange(256.0)[:, None] / 255.0
    shades = np.rint((np.array(color) * (1.0 - cover) + ink * cover) * (full / 255.0)).astype(patch.dtype)
    patch[..., :3] = shades[0]
    patch[..., 3:] = full
    h, w = plate.coverage.shape
    inside = patch[plate.margin_y :, plate.margin_x :, :3][:h, :w]
    inside[...] = shades[plate.coverage[: inside.shape[0], : inside.shape[1]]]


def _notes(attributes: Any) -> list[str]:
    if isinstance(attributes, Mapping):
        return [_note(str(key), value) for key, value in attributes.items()]
    if isinstance(attributes, Sequence) and not isinstance(attributes, str | bytes):
        return [_said(value) for value in attributes]
    return []


def _note(key: str, value: Any) -> str:
    if value is None or value is False or value == "":
        return ""
    return key if value is True else f"{key}: {_said(value)}"


def _said(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return "/".join(map(str, value))
    return str(value)

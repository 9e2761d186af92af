"""Labels on pictures: what they say, where they go, and drawing them.

A label is a box of its annotation's colour with black or white text, whichever reads better, beside the top left corner
of the shape, inside the picture, and off the other labels where there is room. A pose's joints stand close together:
one is named only where its name covers neither other labels nor joints. Letters come from text.py. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Point, row_for
from annogeo.draw import Style
from annogeo.rendering.notice import warn
from annogeo.rendering.subject import SceneItem
from annogeo.rendering.text import Coverage, Typesetter

Edges = tuple[float, float, float, float]

LONGEST_CAPTION = 60
SMALLEST_TEXT_PX = 7
_TRIED_TEXT_PX = 32
_TEXT_SHARE = 0.021  # of the picture's size: 30 px at 1920 x 1080, 12 at 640 x 480
_CLOSE = 3  # text heights from one joint to the next: too little to read both names
_BRIGHT = 140.0  # of 255: black text reads better on colours lighter than this


@dataclass(frozen=True, slots=True)
class Label:
    """What to write: text, beside what (left, top, right, bottom; None: the whole picture), in which colour.

    A joint's is left out where there is no room for it.
    """

    text: str
    edges: Edges | None
    color: tuple[int, int, int]
    is_joint: bool = False


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
        row = row_for(definition)
        # a mark on text may have a place without having a shape
        bounds = definition.bounds if item.is_drawn or row.lower is None else None
        if bounds is None and row.has_coordinates:
            continue
        left, top, right, bottom = (0.0,) * 4 if bounds is None else bounds.tolist()
        edges = None if bounds is None else (left, top, right, bottom)
        red, green, blue = color[:3]
        is_joint = _is_joint(item)
        text = caption(definition.label, None if is_joint else definition.attributes)
        labels.append(Label(text, edges, (red, green, blue), is_joint))
    return labels


def write_labels(
    canvas: npt.NDArray[Any], items: Sequence[SceneItem], colors: npt.NDArray[np.uint8], style: Style
) -> None:
    """Write the labels of a scene's items onto a picture, in place, and warn of letters no font here has.

    Parameters
    ----------
    canvas : uint8 or uint16 (H, W, 3) or (H, W, 4)
    items : sequence of SceneItem
    colors : uint8 (n, 4)
        Of the items.
    style : Style
        `text_size`, `font` and `show_attributes` count.
    """
    labels = labels_of(items, colors)
    size_px = text_size(*canvas.shape[:2]) if style.text_size is None else style.text_size
    missing = draw_labels(canvas, labels, size_px=max(round(size_px), 1)) if labels else set()
    if missing:
        named = " ".join(sorted(missing))
        warn(f"no font on this machine has {named}: drawn as '?'; install one that does, such as Noto Sans")


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
    size_px = min(size_px, max(height, SMALLEST_TEXT_PX))
    shown = [label for label in labels if label.text and _touches(label.edges, height, width)]
    shown.sort(key=lambda label: label.is_joint)  # these take what room is left
    plates = [_fitted(label.text, size_px, width, setter) for label in shown]
    corners = place(shown, [plate.size for plate in plates], height, width)
    for label, plate, corner in zip(shown, plates, corners, strict=True):
        if corner is not None:
            x, y = corner
            w, h = plate.size
            _write(canvas[y : y + h, x : x + w], plate, label.color)
    return setter.missing


def place(
    labels: Sequence[Label], sizes: Sequence[tuple[int, int]], height: int, width: int
) -> list[tuple[int, int] | None]:
    """Choose a top left corner for each label.

    Parameters
    ----------
    labels : sequence of Label
    sizes : sequence of (width, height)
        Theirs, in px.

    Returns
    -------
    list of (x, y) or None
        Inside the picture wherever the label fits in it; None: a joint without room for its name.

    Notes
    -----
    In turn: above the shape, inside its top, below it, above its right corner, inside its bottom, right and left of it.
    The first place that covers the least of earlier labels is taken. A joint's name has to cover no label and no joint,
    and the next joint must not be close. Greedy and in list order, so the same input gives the same picture.

    Examples
    --------
    >>> car = Label("car", (10, 20, 30, 40), (255, 0, 0))
    >>> place([car, car], [(15, 8), (15, 8)], 100, 100)
    [(10, 12), (10, 20)]
    """
    joints = np.array([label.edges for label in labels if label.is_joint and label.edges]).reshape(-1, 4)
    taken = np.zeros((len(labels), 4))
    n_taken = 0
    corners: list[tuple[int, int] | None] = []
    for label, size in zip(labels, sizes, strict=True):
        options = np.array(_options(label.edges, size, height, width))
        boxes = np.hstack([options, options + size])
        covered = _covered(boxes, taken[:n_taken])
        if label.is_joint and label.edges:
            covered += _crowding(boxes, np.array(label.edges), joints, size)
        best = int(covered.argmin())
        if label.is_joint and covered[best] > 0:
            corners.append(None)
            continue
        taken[n_taken] = boxes[best]
        n_taken += 1
        corners.append((int(options[best, 0]), int(options[best, 1])))
    return corners


def _options(shape: Edges | None, size: tuple[int, int], height: int, width: int) -> list[tuple[int, int]]:
    w, h = size
    if shape is None:  # a label of the whole picture: down its left edge
        return [(0, y) for y in range(0, max(height - h + 1, 1), max(h, 1))]
    left, top = max(round(shape[0]), 0), max(round(shape[1]), 0)
    right, bottom = min(round(shape[2]), width), min(round(shape[3]), height)
    above = top - h if top >= h else top
    middle = (top + bottom - h) // 2
    wanted = [
        (left, above),
        (left, top),
        (left, bottom),
        (right - w, above),
        (left, bottom - h),
        (right, middle),
        (left - w, middle),
    ]
    return [(_clamp(x, width - w), _clamp(y, height - h)) for x, y in wanted]


def _crowding(
    boxes: npt.NDArray[Any], joint: npt.NDArray[Any], joints: npt.NDArray[Any], size: tuple[int, int]
) -> Any:
    """Say which places are no good for a joint's name: all, where another is close, and those on top of others."""
    w, h = size
    others = joints[(joints != joint).any(axis=1)]
    away = np.hypot(*(others[:, :2] - joint[:2]).T).min(initial=np.inf)
    if away < max(w / 2, _CLOSE * h):
        return 1.0
    return _covered(boxes, others + np.array([-1, -1, 1, 1]) * h / 4)


def _covered(boxes: npt.NDArray[np.float64], taken: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how many square px of the taken boxes each box covers."""
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    is_near = (taken[:, 0] < right) & (taken[:, 1] < bottom) & (taken[:, 2] > left) & (taken[:, 3] > top)
    taken = taken[is_near]
    low = np.maximum(boxes[:, None, :2], taken[:, :2])
    high = np.minimum(boxes[:, None, 2:], taken[:, 2:])
    area: npt.NDArray[np.float64] = (high - low).clip(min=0).prod(axis=2).sum(axis=1)
    return area


def _clamp(value: int, highest: int) -> int:
    return max(0, min(value, highest))


def _touches(edges: Edges | None, height: int, width: int) -> bool:
    """Whether a shape, or a point on the picture's very edge, lies on the picture."""
    if edges is None:
        return True
    left, top, right, bottom = edges
    return left < width and top < height and (right > 0 or left >= 0) and (bottom > 0 or top >= 0)


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
    """Draw text, smaller where its box would be wider than the picture: how wide is tried out at a small size."""
    tried = min(size_px, _TRIED_TEXT_PX)
    fitting = tried * width // max(_plate(text, tried, setter).size[0], 1)
    return _plate(text, min(size_px, max(fitting, SMALLEST_TEXT_PX)), setter)


def _plate(text: str, size_px: int, setter: Typesetter) -> _Plate:
    margin = max(1, size_px // 6)
    return _Plate(setter.draw(text, size_px).coverage, margin, margin // 2)


def _write(patch: npt.NDArray[Any], plate: _Plate, color: tuple[int, int, int]) -> None:
    """Fill a patch, which the picture's border may have cut, with the colour and put the letters on it."""
    shades = _shades(color, np.iinfo(patch.dtype).max).astype(patch.dtype)
    patch[..., :3] = shades[0]
    patch[..., 3:] = np.iinfo(patch.dtype).max
    h, w = plate.coverage.shape
    inside = patch[plate.margin_y :, plate.margin_x :, :3][:h, :w]
    inside[...] = shades[plate.coverage[: inside.shape[0], : inside.shape[1]]]


@lru_cache(maxsize=256)
def _shades(color: tuple[int, int, int], full: int) -> npt.NDArray[np.float64]:
    """Return the colours from a box's own to its ink's, by coverage 0..255."""
    luminance = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]  # Rec. 601
    ink = 0.0 if luminance > _BRIGHT else 255.0
    cover = np.arange(256.0)[:, None] / 255.0
    return np.rint((np.array(color) * (1.0 - cover) + ink * cover) * (full / 255.0))


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

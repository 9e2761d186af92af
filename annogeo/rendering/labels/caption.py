"""What labels say, and what they are about. Layer: rendering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import row_for
from annogeo.rendering.subject import SceneItem

Edges = tuple[float, float, float, float]

LONGEST_CAPTION = 60


@dataclass(frozen=True, slots=True)
class Label:
    """What to write: text, beside what (left, top, right, bottom; None: the whole picture), in which colour.

    A joint's is left out where there is no room for it. One without text only keeps its place free. `item` is which
    of a scene's items it belongs to.
    """

    text: str
    edges: Edges | None
    color: tuple[int, int, int]
    is_joint: bool = False
    item: int = -1


def labels_of(
    items: Sequence[SceneItem],
    colors: npt.NDArray[np.uint8],
    *,
    show_attributes: bool = False,
    extents: npt.NDArray[np.float64] | None = None,
) -> list[Label]:
    """Say what to write for the items of a scene: those in the image, and those of the whole image.

    Parameters
    ----------
    items : sequence of SceneItem
    colors : uint8 (n, 4)
    show_attributes : bool
    extents : float64 (n, 4), optional
        Where the items that are drawn are, as `SceneCursor.extents` has it; None: where their definitions are.

    Examples
    --------
    >>> labels_of([], np.zeros((0, 4), np.uint8))
    []
    """
    labels = []
    places: Sequence[Any] = [None] * len(items) if extents is None else list(extents)
    for k, (item, color, place) in enumerate(zip(items, colors.tolist(), places, strict=True)):
        definition = item.definition
        if definition is None:
            continue
        row = row_for(definition)
        # a mark on text may have a place without having a shape
        bounds = definition.bounds if row.lower is None else None
        if item.is_drawn:
            bounds = definition.bounds if place is None else place
        if bounds is None and row.has_coordinates:
            continue
        left, top, right, bottom = (0.0,) * 4 if bounds is None else bounds.tolist()
        edges = None if bounds is None else (left, top, right, bottom)
        red, green, blue = color[:3]
        is_joint = item.is_joint
        said = definition.attributes if show_attributes and not is_joint else None
        labels.append(Label(caption(definition.label, said), edges, (red, green, blue), is_joint, k))
    return labels


def caption(label: str | None, attributes: Any = None) -> str:
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

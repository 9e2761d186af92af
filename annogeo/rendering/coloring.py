"""Which colour every item of a scene gets.

In this order: the `color` argument; a colour by object or attribute where the style asks for one; the collection's or
the ontology's colour of the label; the colour stored with the mask; the label's own stable palette colour.
Layer: rendering.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.colors import Color, parse_color
from annogeo.errors import InputError
from annogeo.model.palette import label_color, object_color
from annogeo.rendering.subject import SceneItem

ColorArray = npt.NDArray[np.uint8]

_MOST_DIGITS = 4000  # of a number in text: Python reads no more


def item_colors(
    items: Sequence[SceneItem],
    color_map: Mapping[str, Any],
    *,
    color: Any = None,
    color_by: str = "label",
    palette: Sequence[Color] | None = None,
    ids: Mapping[str, Any] | None = None,
) -> ColorArray:
    """Return each item's colour: uint8 (n, 4), red, green, blue and the colour's own opacity.

    Parameters
    ----------
    items : sequence of SceneItem
    color_map : mapping of label -> colour
        Colours in any form `parse_color` reads; a None counts as none.
    color : colour, optional
        One for all.
    color_by : str
        ``"label"``, ``"object"`` or the name of an attribute; an item without one is coloured by its label.
    palette : sequence of colours, optional
        Instead of the built-in one.
    ids : mapping of label -> int, optional
        A label with an id gets that entry of `palette`, counted from 1; any other one that its name is hashed to.

    Raises
    ------
    InputError
        If `color` or a colour in use cannot be read.

    Examples
    --------
    >>> item_colors([], {}).shape
    (0, 4)
    """
    if color is not None:
        found = [_parsed(color, "color")] * len(items)
    else:
        by_label = _by_label(color_map, palette, ids or {})
        if color_by == "label":
            found = [by_label(item) for item in items]
        else:
            by_value = _chooser(color_by, palette)
            found = [by_value(item) or by_label(item) for item in items]
    packed = {one: bytes((*one, 255)[:4]) for one in set(found)}
    return np.frombuffer(bytearray().join([packed[one] for one in found]), np.uint8).reshape(-1, 4)


def value_of(item: SceneItem, color_by: str) -> str | None:
    """Return what an item is coloured by, as text; None: it has no such thing, and its label counts.

    Equal values have equal text whatever they are stored as: 1, 1.0 and ``"1"``; true and ``"true"``. Where attributes
    are a plain list of names, as in old documents, those in it are true.

    Examples
    --------
    >>> value_of(SceneItem(None, "car", None), "label")
    'car'
    """
    if color_by == "label":
        return item.label
    if color_by == "object":
        return item.object_id
    attributes = getattr(item.definition, "attributes", None)
    if isinstance(attributes, Mapping):
        value = attributes.get(color_by)
        return None if value is None else _text(value)
    if isinstance(attributes, Sequence) and not isinstance(attributes, str) and color_by in attributes:
        return "true"
    return None


def background_color(color_map: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return the colour of ``$default``, with its opacity, where the map has one."""
    given = color_map.get("$default")
    if given is None:
        return None
    found = _parsed(given, "the colour of '$default'")
    return found if len(found) == 4 else (*found, 255)


def _by_label(
    color_map: Mapping[str, Any], palette: Sequence[Color] | None, ids: Mapping[str, Any]
) -> Callable[[SceneItem], Color]:
    mapped: dict[str, Color | None] = {}
    own: dict[str, Color] = {}

    def choose(item: SceneItem) -> Color:
        label = item.label
        if label not in mapped:
            given = color_map.get(label)
            mapped[label] = None if given is None else _parsed(given, f"the colour of {label!r}")
        found = mapped[label] or _stored_color(item, label)
        if found is None:
            if label not in own:
                own[label] = _palette_color(label, palette, ids)
            found = own[label]
        return found

    return choose


def _palette_color(label: str, palette: Sequence[Color] | None, ids: Mapping[str, Any]) -> Color:
    number = ids.get(label)
    if palette is None or number is None:
        return label_color(label, palette)
    return object_color(int(number) - 1, palette)


def _stored_color(item: SceneItem, label: str) -> Color | None:
    """Return the colour a mask was stored in; it takes decoding, so only of one that is drawn."""
    stored = getattr(item.definition, "color", None) if item.is_drawn else None
    return None if stored is None else _parsed(stored, f"the colour of the {label!r} mask")


def _chooser(color_by: str, palette: Sequence[Color] | None) -> Callable[[SceneItem], Color | None]:
    """Return what gives an item a colour by something else than its label, None where it has none."""

    def choose(item: SceneItem) -> Color | None:
        value = value_of(item, color_by)
        if value is None:
            return None
        if color_by == "object" and value.isascii() and value.isdigit() and len(value) < _MOST_DIGITS:
            return object_color(int(value), palette)
        return label_color(value, palette)

    return choose


def _text(value: Any) -> str:
    """Write an attribute's value such that equal ones read alike."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, Mapping):
        pairs = sorted((str(key), _text(part)) for key, part in value.items())
        return ", ".join(f"{key}: {part}" for key, part in pairs)
    if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str | bytes):
        return ", ".join(map(_text, value))
    return str(value)


def _parsed(color: Any, what: str) -> Color:
    try:
        return parse_color(color)
    except InputError as error:
        raise InputError(f"{what}: {error.message}", hint=error.hint) from None

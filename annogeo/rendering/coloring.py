"""Which colour every item of a scene gets.

In this order: the `color` argument; a colour by object or attribute where the style asks for one; the collection's or
the ontology's colour of the label; the colour stored with the mask; the label's own stable palette colour.
Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.model.colors import parse_color
from annogeo.model.palette import label_color, object_color
from annogeo.rendering.subject import SceneItem

ColorArray = npt.NDArray[np.uint8]


def item_colors(
    items: Sequence[SceneItem],
    color_map: Mapping[str, Any],
    *,
    color: Any = None,
    color_by: str = "label",
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
        by_label, by_value = _by_label(color_map), _chooser(color_by)
        found = [by_value(item) or by_label(item) for item in items]
    return np.array([(*one, 255)[:4] for one in found], np.uint8).reshape(-1, 4)


def background_color(color_map: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return the colour of ``$default``, with its opacity, where the map has one."""
    given = color_map.get("$default")
    if given is None:
        return None
    found = _parsed(given, "the colour of '$default'")
    return found if len(found) == 4 else (*found, 255)


def _by_label(color_map: Mapping[str, Any]) -> Callable[[SceneItem], tuple[int, ...]]:
    mapped: dict[str, tuple[int, ...] | None] = {}
    palette: dict[str, tuple[int, ...]] = {}

    def choose(item: SceneItem) -> tuple[int, ...]:
        label = item.label
        if label not in mapped:
            given = color_map.get(label)
            mapped[label] = None if given is None else _parsed(given, f"the colour of {label!r}")
        found = mapped[label] or _stored_color(item, label)
        if found is None:
            found = palette[label] = palette.get(label) or label_color(label)
        return found

    return choose


def _stored_color(item: SceneItem, label: str) -> tuple[int, ...] | None:
    """Return the colour a mask was stored in; it takes decoding, so only of one that is drawn."""
    stored = getattr(item.definition, "color", None) if item.is_drawn else None
    return None if stored is None else _parsed(stored, f"the colour of the {label!r} mask")


def _chooser(color_by: str) -> Callable[[SceneItem], tuple[int, ...] | None]:
    """Return what gives an item a colour by something else than its label, None where it has none."""
    if color_by == "label":
        return lambda item: None
    if color_by == "object":
        return _by_object
    return lambda item: _by_attribute(item, color_by)


def _by_object(item: SceneItem) -> tuple[int, ...] | None:
    if item.object_id is None:
        return None
    try:
        return object_color(int(item.object_id))
    except ValueError:
        return label_color(item.object_id)


def _by_attribute(item: SceneItem, name: str) -> tuple[int, ...] | None:
    attributes = getattr(item.definition, "attributes", None)
    value = attributes.get(name) if isinstance(attributes, Mapping) else None
    return None if value is None else label_color(str(value))


def _parsed(color: Any, what: str) -> tuple[int, ...]:
    try:
        return parse_color(color)
    except InputError as error:
        raise InputError(f"{what}: {error.message}", hint=error.hint) from None

"""The JSON of ontologies and recipes, piece by piece: what stands where, and what is wrong with it. Layer: model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from annogeo.colors import parse_color
from annogeo.draw import Skeleton
from annogeo.errors import InputError

_MAPS = {"id": "instance_map", "color": "color_map"}


def parsed(source: Any) -> Any:
    """Return a document as Python values; strings and bytes are read as JSON."""
    if not isinstance(source, str | bytes | bytearray):
        return source
    try:
        return json.loads(source)
    except ValueError as error:
        raise InputError(f"expected JSON: {error}") from None


def inner_ontology(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ontology inside a recipe that carries it."""
    candidates = [document.get("ontology"), *(_several(document.get("ontologies")))]
    return next((c for c in candidates if isinstance(c, Mapping) and isinstance(c.get("roots"), list)), None)


def templates_of(document: Any) -> list[Any]:
    """Return a recipe's or ontology's pose templates; empty where it has none."""
    metadata = document.get("metadata") if isinstance(document, Mapping) else None
    system = metadata.get("system") if isinstance(metadata, Mapping) else None
    found = system.get("collectionTemplates") if isinstance(system, Mapping) else None
    return found if isinstance(found, list) else []


def with_templates(metadata: dict[str, Any], skeletons: Mapping[str, Skeleton]) -> dict[str, Any]:
    """The metadata with the pose templates it does not hold yet."""
    held = templates_of({"metadata": metadata})
    known = {template.get("id") for template in held if isinstance(template, Mapping)}
    added = [
        {
            "id": template_id,
            "name": template_id,
            "order": list(skeleton.points),
            "arcs": [[skeleton.points[a], skeleton.points[b]] for a, b in skeleton.edges],
        }
        for template_id, skeleton in skeletons.items()
        if template_id not in known
    ]
    if not added:
        return metadata
    system = metadata.get("system")
    inner = system if isinstance(system, dict) else {}
    return {**metadata, "system": {**inner, "collectionTemplates": [*held, *added]}}


def table_of_maps(document: Mapping[str, Any]) -> dict[str, dict[str, Any]] | None:
    """Return a document of ``instance_map`` and ``color_map`` as one table; None where it is none of these.

    Labels of such names have a colour, a number, or only ``id`` and ``color``.

    Examples
    --------
    >>> table_of_maps({"instance_map": {"car": 3}, "color_map": {"car": "#f80"}})
    {'car': {'id': 3, 'color': '#f80'}}
    >>> table_of_maps({"instance_map": {"id": 3, "color": "#f80"}}) is None
    True
    """
    maps = [(key, document[name]) for key, name in _MAPS.items() if name in document]
    if not maps or len(maps) != len(document):
        return None
    if not all(isinstance(map_, Mapping) for _, map_ in maps):
        return None
    if all(map_.keys() <= _MAPS.keys() for _, map_ in maps):
        return None
    table: dict[str, dict[str, Any]] = {}
    for key, map_ in maps:
        for label, value in map_.items():
            table.setdefault(label, {})[key] = value
    return table


def table_entry(name: str, entry: Any) -> tuple[Any, int | None]:
    """Read one row of a plain table: its colour as written, and its id; None for what it does not say."""
    if not isinstance(name, str) or name.startswith("."):
        raise InputError(f"expected a label's name, got {name!r}")
    if isinstance(entry, Mapping):
        number = entry.get("id")
        return entry.get("color"), None if number is None else checked_id(name, number)
    if isinstance(entry, int) and not isinstance(entry, bool):
        return None, checked_id(name, entry)
    if entry is not None:
        parse_color(entry)
    return entry, None


def checked_id(label: str, value: Any) -> int:
    """Return an id as a plain integer, 0..2147483647, or raise InputError."""
    number = value
    if hasattr(value, "__index__") and not isinstance(value, bool):
        number = value.__index__()
        if 0 <= number <= 2**31 - 1:
            return int(number)
    raise InputError(f"id of {label!r}: expected an integer from 0 to 2147483647, got {value!r}")


def edge_of(edge: Sequence[Any], order: Mapping[str, int]) -> tuple[int, int]:
    """Return a skeleton's edge as two indices; it may name the points or number them."""
    ends = [order.get(end, -1) if isinstance(end, str) else end for end in edge]
    if len(ends) != 2 or not all(isinstance(end, int) and 0 <= end < len(order) for end in ends):
        raise InputError(f"edge {edge!r}: expected two of the points {list(order)}")
    return ends[0], ends[1]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []

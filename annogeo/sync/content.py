"""What an annotation says, apart from what the server keeps about it: hashes to compare by. Layer: sync."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

OWNED = frozenset(
    """id _id url item itemId dataset datasetId creator createdAt updatedBy updatedAt hash source labelSuggestions
    existingChildrenIds""".split()
)
"""Keys of an annotation that the server sets, whatever a client sends."""

KEY = "annogeo_key"
"""A local annotation that is being created carries this key until it has an id; it is never sent."""

_SHAPE = ("type", "label", "coordinates", "attributes", "description")
_SYSTEM = ("attributes", "objectId", "frame", "endFrame", "startTime", "endTime", "snapshots_", "parentId")


def content(annotation: Mapping[str, Any]) -> Json:
    """Return the keys that are an annotation's own."""
    return {key: value for key, value in annotation.items() if key not in OWNED and key != KEY}


def content_hash(annotation: Mapping[str, Any]) -> str:
    """Return the hash of everything an annotation says, metadata too.

    Equal for equal numbers however they are spelled, and whether empty values are there or not.

    Examples
    --------
    >>> one = {"id": "1", "type": "point", "label": "x", "coordinates": {"x": 1, "y": 2.0}, "attributes": []}
    >>> other = {"type": "point", "label": "x", "coordinates": {"y": 2, "x": 1.0}, "description": None}
    >>> content_hash(one) == content_hash(other)
    True
    """
    return _hash(content(annotation))


def match_hash(annotation: Mapping[str, Any]) -> str:
    """Return the hash of what makes an annotation this one: shape, label, attributes, object, frames.

    A server may add metadata of its own to what was sent; this stays the same.
    """
    metadata = annotation.get("metadata")
    system = metadata.get("system") if isinstance(metadata, Mapping) else None
    system = system if isinstance(system, Mapping) else {}
    said = {key: annotation.get(key) for key in _SHAPE}
    return _hash(said | {f"system.{key}": system.get(key) for key in _SYSTEM})


def changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Json:
    """Return what has to be sent to turn one annotation into another; what is gone is sent as null.

    Examples
    --------
    >>> changed_keys({"label": "a", "metadata": {"system": {"x": 1, "y": 1}}}, {"label": "b", "metadata": {}})
    {'label': 'b', 'metadata': {'system': {'x': None, 'y': None}}}
    """
    before, after = content(old), content(new)
    changed: Json = {}
    for key in {**after, **before}:
        if key == "metadata":
            metadata = _changed_metadata(before.get(key), after.get(key))
            if metadata:
                changed[key] = metadata
        elif _canonical(before.get(key)) != _canonical(after.get(key)):
            changed[key] = after.get(key)
    return changed


def _changed_metadata(before: Any, after: Any) -> Json:
    old, new = (value if isinstance(value, Mapping) else {} for value in (before, after))
    found: Json = {}
    for space in {**new, **old}:
        was, becomes = old.get(space), new.get(space)
        if not isinstance(was, Mapping | None) or not isinstance(becomes, Mapping | None):
            if _canonical(was) != _canonical(becomes):
                found[space] = becomes
            continue
        was, becomes = was or {}, becomes or {}
        values = {
            key: becomes.get(key)
            for key in {**becomes, **was}
            if _canonical(was.get(key)) != _canonical(becomes.get(key))
        }
        if values:
            found[space] = values
    return found


def _hash(value: Any) -> str:
    text = json.dumps(_canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: Any) -> Any:
    """Spell numbers one way, and leave out what is empty."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, Mapping):
        cleaned = {key: _canonical(one) for key, one in value.items()}
        return {key: one for key, one in cleaned.items() if not _is_empty(one)} or None
    if isinstance(value, list | tuple):
        return [_canonical(one) for one in value] or None
    return value


def _is_empty(value: Any) -> bool:
    return value is None

"""Checks and small conversions of what an annotation is given. Layer: model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from annogeo.definitions import Definition
from annogeo.definitions.frozen import freeze, thaw
from annogeo.errors import InputError
from annogeo.model.source import Medium, medium_of

if TYPE_CHECKING:
    from annogeo.model.item import Item

TIMING_KEYS = ("frame", "startTime", "endTime", "endFrame", "snapshots_")
"""Keys of ``metadata.system`` that say when an annotation is there, in the platform's order."""


def object_number(value: Any) -> str:
    """Return an object id as the platform writes it: a string of digits.

    Examples
    --------
    >>> object_number(3), object_number("07")
    ('3', '07')
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return str(value)
    if not isinstance(value, bool | str | float) and hasattr(value, "__index__") and value >= 0:
        return str(int(value))
    raise InputError(f"object_id: expected an int or a string of digits, got {value!r}")


def without_timing(metadata: dict[str, Any]) -> dict[str, Any]:
    """Take the frames and times out of a metadata dict, in place; it is returned too."""
    system = metadata.get("system")
    if isinstance(system, dict):
        for key in TIMING_KEYS:
            system.pop(key, None)
    return metadata


def item_medium(item: Item | None) -> Medium | None:
    """Tell image, video and audio apart by the item's MIME type; None where it does not say."""
    return medium_of(getattr(item, "mimetype", None))


def checked_definition(definition: Any, json_type: str | None) -> Definition:
    """Return a definition as it is; InputError for anything else, and for one of another type than `json_type`."""
    if not isinstance(definition, Definition):
        is_annotation = hasattr(definition, "annotation_definition")
        raise InputError(
            f"annotation_definition: expected a definition, got {type(definition).__name__}",
            hint="give its annotation_definition, or append it to collection.annotations"
            if is_annotation
            else "for instance Box(left=0, top=0, right=10, bottom=10, label='car')",
        )
    if json_type is not None and json_type != definition.type:
        raise InputError(f"type: the definition is a {definition.type!r}, got {json_type!r}")
    return definition


def checked_metadata(metadata: Any) -> dict[str, Any]:
    """Return a deep copy of a metadata dict, an empty one for None; InputError for anything else."""
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InputError(f"metadata: expected a dict or None, got {type(metadata).__name__}")
    copied: dict[str, Any] = thaw(freeze(metadata))  # numpy's numbers become Python's on the way
    return copied

"""A collection to the bytes of its document: what nobody touched is copied, not decoded."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from annogeo.codecs.platform.coloring import ColorOf, label_colors
from annogeo.codecs.platform.write import annotation_to_json, document_keys
from annogeo.errors import InputError
from annogeo.model.json_values import is_encoded

if TYPE_CHECKING:
    from annogeo.model import Annotation, AnnotationCollection


def dumps(
    collection: AnnotationCollection, *, keep_list: bool = False, defaults: Mapping[str, Any] | None = None
) -> bytes:
    """Return the document as UTF-8 JSON; decoded again it equals ``collection.to_json()``.

    Entries read from bytes and not edited are the same bytes again, numbers and spacing included.

    Parameters
    ----------
    collection : AnnotationCollection
    keep_list : bool
        Write a document that was a list as one again, not as an object.
    defaults : mapping, optional
        Keys to add where neither the document nor the collection's item says them.

    Raises
    ------
    InputError
        If something that was set is no JSON value.

    Examples
    --------
    >>> from annogeo.model import AnnotationCollection
    >>> dumps(AnnotationCollection.from_json(b'{"annotations": [{"type": "point",  "x": 1.50}]}'))
    b'{"annotations":[{"type": "point",  "x": 1.50}]}'
    """
    color_of = label_colors(collection.ontology, collection.colors)
    entries = b",\n".join(
        _entry(annotation, color_of, f"$.annotations[{k}]") for k, annotation in enumerate(collection)
    )
    if keep_list and collection.document_keys is None:
        return b"[" + entries + b"]"
    keys = document_keys(collection)
    said = collection.document_keys or {}
    for key, value in (defaults or {}).items():
        if key not in said and keys.get(key) is None:
            keys[key] = value
    parts = []
    for key, value in keys.items():
        body = b"[" + entries + b"]" if key == "annotations" else _encoded(value, f"$.{key}")
        parts.append(_encoded(key, "$") + b":" + body)
    return b"{" + b",\n".join(parts) + b"}"


def dumps_annotation(annotation: Annotation) -> bytes:
    """Return the JSON of one annotation, as `dumps` does of many.

    Examples
    --------
    >>> from annogeo.model import Annotation
    >>> dumps_annotation(Annotation.from_json(b'{"type": "point",  "x": 1.50}'))
    b'{"type": "point",  "x": 1.50}'
    """
    return _entry(annotation, None, "$")


def _entry(annotation: Annotation, color_of: ColorOf | None, place: str) -> bytes:
    if annotation.is_untouched and is_encoded(annotation.entry):
        return bytes(annotation.entry)
    try:
        return _encoded(annotation_to_json(annotation, color_of), place)
    except InputError as error:
        raise error.located(annotation_id=annotation.id) from error


def _encoded(value: Any, place: str) -> bytes:
    if is_encoded(value):
        return bytes(value)
    try:
        try:
            return json.dumps(value, allow_nan=False).encode()
        except ValueError:
            return _with_numbers_beyond_range(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"cannot be written as JSON: {error}",
            json_path=place,
            hint="attributes and metadata hold text, numbers, true, false, null, lists and objects",
        ) from error


def _with_numbers_beyond_range(value: Any) -> bytes:
    """Write infinity as a number that is read as such again: JSON has no word for it, and some readers refuse one."""
    token = uuid4().hex
    words = {math.inf: "1e999", -math.inf: "-1e999"}

    def marked(part: Any) -> Any:
        if isinstance(part, float) and part in words:
            return token + words[part]
        if isinstance(part, Mapping):
            return {key: marked(inner) for key, inner in part.items()}
        return [marked(inner) for inner in part] if isinstance(part, list | tuple) else part

    text = json.dumps(marked(value))
    for word in words.values():
        text = text.replace(f'"{token}{word}"', word)
    return text.encode()

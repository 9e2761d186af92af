"""A collection to the bytes of its document: what nobody touched is copied, not decoded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from annogeo.codecs.platform.coloring import label_colors
from annogeo.codecs.platform.write import annotation_to_json, document_keys
from annogeo.model.json_values import is_encoded

if TYPE_CHECKING:
    from annogeo.model import AnnotationCollection


def dumps(collection: AnnotationCollection, *, keep_list: bool = False) -> bytes:
    """Return the document as UTF-8 JSON; decoded again it equals ``collection.to_json()``.

    Entries read from bytes and not edited are the same bytes again, numbers and spacing included.

    Parameters
    ----------
    collection : AnnotationCollection
    keep_list : bool
        Write a document that was a list as one again, not as an object.

    Examples
    --------
    >>> from annogeo.model import AnnotationCollection
    >>> dumps(AnnotationCollection.from_json(b'{"annotations": [{"type": "point",  "x": 1.50}]}'))
    b'{"annotations":[{"type": "point",  "x": 1.50}]}'
    """
    color_of = label_colors(collection.ontology, collection.colors)
    entries = b",\n".join(
        bytes(annotation.entry)
        if annotation.is_untouched and is_encoded(annotation.entry)
        else _encoded(annotation_to_json(annotation, color_of))
        for annotation in collection
    )
    if keep_list and collection.document_keys is None:
        return b"[" + entries + b"]"
    parts = []
    for key, value in document_keys(collection).items():
        body = b"[" + entries + b"]" if key == "annotations" else _encoded(value)
        parts.append(_encoded(key) + b":" + body)
    return b"{" + b",\n".join(parts) + b"}"


def _encoded(value: Any) -> bytes:
    return bytes(value) if is_encoded(value) else json.dumps(value).encode()

"""What stands around the annotations of a platform document: read fast, without looking into the annotations.

Layer: files.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from annogeo.atomic import reason
from annogeo.errors import InputError

if TYPE_CHECKING:
    from annogeo.codecs.platform.split import Document


@dataclass(frozen=True, slots=True)
class Head:
    """The keys of a document beside its annotations.

    Parameters
    ----------
    keys : dict
        ``filename``, ``id``, ``_id``, ``metadata`` ... as far as they are there; empty for a bare list.
    is_object : bool
        False for a bare list.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    is_object: bool = True

    @property
    def filename(self) -> str | None:
        """The item's name on the platform."""
        name = self.keys.get("filename")
        return name if isinstance(name, str) and name else None


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Read a file.

    Raises
    ------
    InputError
        If that fails; it says why.
    """
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise InputError(f"could not be read: {reason(error)}", path=os.fspath(path)) from error


def read_head(data: bytes) -> Head:
    """Read what surrounds the annotations.

    Raises
    ------
    InputError
        If this is no JSON, or no document of annotations; where the fast reader takes it, only the former is noticed.

    Examples
    --------
    >>> read_head(b'{"filename": "/a.png", "annotations": [{}]}').filename
    '/a.png'
    >>> read_head(b"[]").is_object
    False
    """
    import msgspec

    if _is_list(data):
        return Head(is_object=False)
    try:
        return _head_of(_head_decoder().decode(data))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        found = _split(data).keys
        if found is None:
            return Head(is_object=False)
        keys = {name: _decoded(value) for name, value in found.items()}
    return Head({name: value for name, value in keys.items() if value is not None})


def read_plain(data: bytes) -> tuple[Head, list[Any]] | None:
    """Read what surrounds the annotations and what draws each, in one pass; None where a document needs a closer look.

    Returns
    -------
    (Head, list) or None
        Of each annotation `type` and `label`, text both, and `coordinates`, as `msgspec.Raw`. None where one lacks the
        former or the document is a list.

    Examples
    --------
    >>> head, (entry,) = read_plain(b'{"annotations": [{"type": "class", "label": "car", "id": 3}]}')
    >>> entry.type, entry.label, bytes(entry.coordinates)
    ('class', 'car', b'null')
    """
    import msgspec

    try:
        document = _plain_decoder().decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return _head_of(document), document.annotations


def read_labels(data: bytes) -> list[str]:
    """Return the label of every annotation, in order; entries without one are left out.

    Raises
    ------
    InputError
        If this is no document of annotations.

    Examples
    --------
    >>> read_labels(b'{"annotations": [{"label": "car"}, {"label": 3}, 7]}')
    ['car']
    """
    import msgspec

    is_list = _is_list(data)
    try:
        found = _label_decoder(is_list).decode(data)
        return [entry.label for entry in (found if is_list else found.annotations) if entry.label is not None]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        entries = (_decoded(entry) for entry in _split(data).entries)
        labels = (entry.get("label") for entry in entries if isinstance(entry, dict))
        return [label for label in labels if isinstance(label, str)]


_HEAD_FIELDS = ("filename", "id", "underscore_id", "metadata", "url", "dataset", "datasetId")


@cache
def _head_decoder() -> Any:
    import msgspec

    fields = [(name, Any, None) for name in _HEAD_FIELDS]
    head = msgspec.defstruct("Head", fields, rename={"underscore_id": "_id"})
    return msgspec.json.Decoder(head)


@cache
def _plain_decoder() -> Any:
    import msgspec

    coordinates = ("coordinates", msgspec.Raw, msgspec.Raw(b"null"))
    entry = msgspec.defstruct("Entry", [("type", str), ("label", str), coordinates])
    fields: list[Any] = [("annotations", list[entry]), *((name, Any, None) for name in _HEAD_FIELDS)]  # type: ignore[valid-type]
    return msgspec.json.Decoder(msgspec.defstruct("Plain", fields, rename={"underscore_id": "_id"}))


def _head_of(document: Any) -> Head:
    keys = {name: getattr(document, name) for name in _HEAD_FIELDS}
    keys["_id"] = keys.pop("underscore_id")
    return Head({name: value for name, value in keys.items() if value is not None})


@cache
def _label_decoder(is_list: bool) -> Any:
    import msgspec

    entry = msgspec.defstruct("Entry", [("label", str | None, None)])
    if is_list:
        return msgspec.json.Decoder(list[entry])  # type: ignore[valid-type]
    return msgspec.json.Decoder(msgspec.defstruct("Labels", [("annotations", list[entry])]))  # type: ignore[valid-type]


def _is_list(data: bytes) -> bool:
    return data[:64].lstrip(b" \t\r\n")[:1] == b"["


def _split(data: bytes) -> Document:
    """Read what the fast readers refuse (NaN literals, byte order marks, odd types), or say what is wrong with it."""
    from annogeo.codecs.platform.split import split

    return split(data)


def _decoded(value: Any) -> Any:
    """The value of a slice of JSON; `split` gives slices where it can."""
    import msgspec

    return json.loads(bytes(value)) if isinstance(value, msgspec.Raw) else value

"""The JSON file of an item in a workspace: read whatever it holds, written so that people can edit and compare it.

Layer: sync.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annogeo.errors import InputError

Json = dict[str, Any]
ANNOTATIONS = "annotations"


@dataclass(frozen=True, slots=True)
class Document:
    """An item's JSON file.

    Parameters
    ----------
    head : dict
        All keys but the annotations.
    entries : list
        The annotations; whatever a person has written there.
    digest : str
        SHA-256 of the file's bytes.
    """

    head: Json
    entries: list[Any]
    digest: str


def read_document(path: str | os.PathLike[str]) -> Document | None:
    """Read a file; None: there is none.

    Raises
    ------
    InputError
        If it cannot be read, or is no document of annotations: somebody is in the middle of editing it.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"could not be read: {error.strerror}", path=os.fspath(path)) from None
    return parsed(data, path)


def parsed(data: bytes, path: str | os.PathLike[str] = "") -> Document:
    """Read the bytes of a file."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"is no JSON: {error}", path=os.fspath(path), hint="nothing was changed in it"
        ) from None
    entries = (
        found if isinstance(found, list) else found.get(ANNOTATIONS) if isinstance(found, dict) else None
    )
    if not isinstance(entries, list):
        raise InputError(
            "expected a list of annotations under 'annotations'",
            path=os.fspath(path),
            hint="nothing was changed in it",
        )
    head = (
        {key: value for key, value in found.items() if key != ANNOTATIONS} if isinstance(found, dict) else {}
    )
    return Document(head, entries, digest(data))


def written(head: Mapping[str, Any], entries: Sequence[Any]) -> bytes:
    """Return the bytes of a file: a line for each key, a line for each annotation.

    Examples
    --------
    >>> print(written({"id": "1"}, [{"label": "car"}, {"label": "dog"}]).decode(), end="")
    {
    "id": "1",
    "annotations": [
    {"label": "car"},
    {"label": "dog"}
    ]
    }
    """
    lines = [f"{_text(key)}: {_text(value)}" for key, value in head.items() if key != ANNOTATIONS]
    listed = ",\n".join(_text(entry) for entry in entries)
    lines.append(f'"{ANNOTATIONS}": [\n{listed}\n]' if entries else f'"{ANNOTATIONS}": []')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "surrogatepass")


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

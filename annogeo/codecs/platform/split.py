"""A document of the platform's JSON, cut into its annotations without decoding them.

Bytes stay bytes: every entry is a slice. What the fast scanner refuses is given to the standard decoder, which also
takes ``NaN``, ``Infinity`` and lone surrogates; what that one refuses too is an InputError with the byte it is at.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from annogeo.definitions.frozen import thaw
from annogeo.errors import InputError
from annogeo.model.json_values import json_kind, whole_number

_CHUNK = 1 << 20
_IS_LIST = re.compile(rb"[ \t\r\n]*\[")


@dataclass(frozen=True, slots=True)
class Document:
    """A split document.

    Parameters
    ----------
    entries : list
        The annotations, each `msgspec.Raw` or a Python value; owned, not shared with the caller.
    keys : dict, optional
        The top-level keys of an object in their order, ``annotations`` among them with the value None; None for a list.
    """

    entries: list[Any]
    keys: dict[str, Any] | None


def split(document: Any) -> Document:
    """Split a document.

    Parameters
    ----------
    document : bytes-like, str, list or dict
        UTF-8 (UTF-16 and UTF-32 are recognised too), with or without a byte order mark. Not changed, and
        not kept unless it is `bytes`.

    Raises
    ------
    InputError
        If it is no JSON, no list or object, or an object without a list of annotations.

    Examples
    --------
    >>> list(split(b'{"filename": "/a.png", "annotations": [{}, 7]}').keys)
    ['filename', 'annotations']
    >>> split([]).entries
    []
    """
    if isinstance(document, str):
        return _split_text(document)
    if isinstance(document, bytes | bytearray | memoryview):
        return _split_bytes(bytes(document))
    return _split_value(document)


def _split_text(text: str) -> Document:
    try:
        return _split_bytes(text.encode())
    except UnicodeEncodeError:  # a lone surrogate, which a Python str can hold and UTF-8 cannot
        return _owned(_parse(text.removeprefix("\ufeff"), 0))


def _split_bytes(content: bytes) -> Document:
    encoding = json.detect_encoding(content)
    if encoding not in ("utf-8", "utf-8-sig"):
        try:
            content = content.decode(encoding).encode()
        except UnicodeError as error:
            raise InputError(f"expected UTF-8 text, and it is no {encoding} either: {error}") from None
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    body = content[mark:] if mark else content
    _check_utf8(body, mark)
    sliced = _slice(body)
    return _owned(_parse(body.decode(), mark)) if sliced is None else sliced


def _slice(body: bytes) -> Document | None:
    """Cut the document with the fast scanner; None where it refuses.

    The scanner checks the syntax of everything it passes over.
    """
    import msgspec

    try:
        if _IS_LIST.match(body):
            return Document(msgspec.json.decode(body, type=list[msgspec.Raw]), None)
        keys: dict[str, Any] = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        entries = msgspec.json.decode(keys["annotations"], type=list[msgspec.Raw])
    except (msgspec.MsgspecError, KeyError, RecursionError):
        return None
    keys["annotations"] = None
    return Document(entries, keys)


def _check_utf8(body: bytes, mark: int) -> None:
    """The scanner passes over strings without looking at their encoding; in pieces, so that no second copy is made."""
    if body.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(body)
    for start in range(0, len(body), _CHUNK):
        held = len(decoder.getstate()[0])  # bytes of a character begun in the piece before
        try:
            decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(body))
        except UnicodeDecodeError as error:
            offset = mark + start - held + error.start
            raise InputError(
                f"byte {offset} is no UTF-8: {error.reason}",
                hint="save the file as UTF-8",
            ) from None


def _parse(text: str, mark: int) -> Any:
    """Read with the standard decoder, or say where the document breaks."""
    try:
        return json.loads(text, parse_int=whole_number)
    except json.JSONDecodeError as error:
        raise _broken(text, mark, error) from None
    except RecursionError:
        raise InputError("not annotations: lists or objects are nested too deeply") from None


def _broken(text: str, mark: int, error: json.JSONDecodeError) -> InputError:
    """Say at which byte a document breaks, or ends too early."""
    what = error.msg.removesuffix(" starting at").lower()
    start = mark + _n_bytes(text[: error.pos])
    place = f"byte {start} (line {error.lineno}, column {error.colno})"
    is_open_string = error.msg.startswith("Unterminated")
    if text[error.pos :].strip() and not is_open_string:
        return InputError(f"not JSON: {what} at {place}")
    end = mark + _n_bytes(text)
    inside = f"inside a string that begins at {place}" if is_open_string else what
    return InputError(f"not JSON: the document ends at byte {end}, {inside}", hint="it looks truncated")


def _n_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _owned(value: Any) -> Document:
    """Take apart a document that nobody else holds."""
    if isinstance(value, list):
        return Document(value, None)
    if not isinstance(value, dict):
        _refuse(f"expected a list of annotations or an object with them, got {json_kind(value)}", None)
    if "annotations" not in value:
        _refuse("expected the key 'annotations', it is missing", "$")
    entries = value["annotations"]
    if not isinstance(entries, list):
        _refuse(f"expected a list of annotations, got {json_kind(entries)}", "$.annotations")
    return Document(entries, {**value, "annotations": None})


def _split_value(value: Any) -> Document:
    if isinstance(value, Mapping):
        value = dict(value)
    elif isinstance(value, tuple):
        value = list(value)
    try:
        return _owned(thaw(value))
    except RecursionError:
        raise InputError("not annotations: lists or objects are nested too deeply") from None


def _refuse(message: str, json_path: str | None) -> NoReturn:
    raise InputError(
        message, json_path=json_path, hint='the platform\'s JSON is [...] or {"annotations": [...]}'
    )

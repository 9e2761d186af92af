"""JSON values as the model keeps them: still encoded, decoded, copied, merged, or absent.

Layer: model; msgspec is loaded when something encoded is decoded.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Literal

from annogeo.definitions.frozen import thaw


class _Missing(Enum):
    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing.MISSING
"""Stands for a key that is not there, where None would mean ``null``."""

Missing = Literal[_Missing.MISSING]


def is_encoded(value: Any) -> bool:
    """Whether `value` is a slice of JSON text (`msgspec.Raw`) and not a Python value."""
    if value is None or isinstance(value, dict | list | str | int | float):
        return False
    import msgspec

    return isinstance(value, msgspec.Raw)


def decoded(value: Any) -> Any:
    """Return a fresh Python value of a JSON value, encoded or not; the result shares nothing with it.

    Examples
    --------
    >>> given = {"x": [1]}
    >>> decoded(given) == given, decoded(given)["x"] is given["x"]
    (True, False)
    """
    if not is_encoded(value):
        return thaw(value)
    import json

    import msgspec

    try:
        return msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeError):
        # the standard decoder reads more: lone surrogates, numbers beyond a float
        return json.loads(bytes(value), parse_int=whole_number)


def whole_number(digits: str) -> int:
    """Convert a number of any length; Python's own conversion stops at some thousand digits."""
    try:
        return int(digits)
    except ValueError:
        from decimal import Decimal

        return int(Decimal(digits))


def json_kind(value: Any) -> str:
    """Name what a JSON value is, for messages.

    Examples
    --------
    >>> json_kind([]), json_kind(None), json_kind(1.5), json_kind(MISSING)
    ('a list', 'null', 'a number', 'nothing')
    """
    kinds: tuple[tuple[Any, str], ...] = (
        (dict, "an object"),
        (list, "a list"),
        (str, "a string"),
        (bool, "a boolean"),
        (int | float, "a number"),
        (type(None), "null"),
        (_Missing, "nothing"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)


def merged(old: Any, new: Any) -> Any:
    """Return `new` with the keys of `old` that it lacks, object by object; the order is `old`'s.

    What a newer platform stores beside the coordinates we know of survives an edit of these.

    Examples
    --------
    >>> merged({"rx": 1, "center": {"x": 0, "id": 7}}, {"center": {"x": 5}, "rx": 2})
    {'rx': 2, 'center': {'x': 5, 'id': 7}}
    """
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    kept = {key: merged(value, new[key]) if key in new else value for key, value in old.items()}
    return kept | {key: value for key, value in new.items() if key not in old}

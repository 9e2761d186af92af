"""JSON values as the model keeps them: still encoded, decoded, copied, merged, or absent.

Layer: model; msgspec is loaded when something encoded is decoded.
"""

from __future__ import annotations

import sys
from enum import Enum
from typing import Any, Final, Literal

from annogeo.definitions.frozen import same_value, thaw


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
    msgspec = sys.modules.get("msgspec")  # where it is not loaded, nobody can have made such a slice
    return msgspec is not None and isinstance(value, msgspec.Raw)


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


def number(value: Any) -> Any:
    """Return a number as it is; None for anything else, for NaN and for what is too large to count with."""
    if value is MISSING or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -1e18 < value < 1e18 else None


def whole(value: Any) -> int | None:
    """Return a whole number as an int, None for anything else.

    Examples
    --------
    >>> whole(3.0), whole(3.5), whole(True), whole(1e300)
    (3, None, None, None)
    """
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


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


def merged(old: Any, new: Any, unread: frozenset[str] = frozenset()) -> Any:
    """Return `new` with what `old` has beside it: keys that `new` lacks, its order, and how equal numbers are written.

    What a newer platform stores beside the coordinates we know of survives an edit of these. Lists of the same
    length are merged item by item; of another length, `new` stands alone.

    Parameters
    ----------
    old, new : JSON value
    unread : frozenset of str
        Keys whose value in `new` means nothing: where `old` has them, they stay.

    Examples
    --------
    >>> merged({"rx": 1, "center": {"x": 0, "id": 7}}, {"center": {"x": 5.0}, "rx": 1.0})
    {'rx': 1, 'center': {'x': 5.0, 'id': 7}}
    """
    if isinstance(old, dict) and isinstance(new, dict):
        kept = {
            key: merged(value, new[key], unread) if key in new and key not in unread else value
            for key, value in old.items()
        }
        return kept | {key: value for key, value in new.items() if key not in old}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [merged(one, other, unread) for one, other in zip(old, new, strict=True)]
    return old if same_value(old, new) else new

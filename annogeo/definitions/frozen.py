"""Read-only dicts and lists: what `attributes` and JSON-like fields of a definition are made of.

They are real dicts and lists (equal to plain ones, encoded by every JSON library, picklable), whose in-place changes
raise with a hint instead of being lost. Copying one, shallow or deep, gives a plain, changeable value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from annogeo.errors import InputError


class ReadOnlyError(InputError, TypeError):
    """Somebody tried to change a frozen value in place."""


def _refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
    raise ReadOnlyError(
        "this value is read-only and cannot be changed in place",
        hint="assign a whole new one (annotation.attributes = {...}), or make a changed copy of the definition with "
        "definition.replace(attributes={...})",
    )


class FrozenDict(dict[Any, Any]):
    """A dict that refuses in-place changes.

    Examples
    --------
    >>> attributes = freeze({"colour": "red", "parts": [1, 2]})
    >>> attributes == {"colour": "red", "parts": [1, 2]}
    True
    >>> attributes["colour"] = "blue"  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    annogeo.definitions.frozen.ReadOnlyError: this value is read-only...
    """

    __slots__ = ()

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def copy(self) -> dict[Any, Any]:
        """Return a plain dict with the same values."""
        return dict(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        copied: dict[Any, Any] = thaw(self)
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenDict, (dict(self),))


class FrozenList(list[Any]):
    """A list that refuses in-place changes.

    Examples
    --------
    >>> freeze([1, {"a": 2}]) == [1, {"a": 2}]
    True
    """

    __slots__ = ()

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def copy(self) -> list[Any]:
        """Return a plain list with the same values."""
        return list(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        copied: list[Any] = thaw(self)
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenList, (list(self),))


EMPTY = FrozenDict()


def freeze(value: Any) -> Any:
    """Return `value` with every dict and list in it replaced by a read-only copy; numpy values become Python's.

    Examples
    --------
    >>> freeze({"n": np.int64(3)})
    {'n': 3}

    Raises
    ------
    InputError
        If the value is nested some hundred levels deep, or contains itself.
    """
    try:
        return _frozen(value)
    except RecursionError:
        raise InputError("expected a JSON value, got one nested too deeply") from None


def _frozen(value: Any) -> Any:
    kind = value.__class__
    if kind is str or kind is float or kind is int or kind is bool or value is None:
        return value
    if kind is FrozenDict or kind is FrozenList:
        return value
    if kind is dict or isinstance(value, Mapping):  # the first is quicker
        return FrozenDict({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return FrozenList([_frozen(item) for item in value])
    if isinstance(value, tuple) and kind is tuple:
        return tuple(_frozen(item) for item in value)
    if isinstance(value, np.generic | np.ndarray):
        return _frozen(value.tolist())
    return value


def thaw(value: Any) -> Any:
    """Return `value` with every read-only dict and list in it replaced by a plain, changeable copy.

    Examples
    --------
    >>> type(thaw(freeze({}))) is dict
    True
    """
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, list):
        return [thaw(item) for item in value]
    if isinstance(value, tuple) and value.__class__ is tuple:
        return tuple(thaw(item) for item in value)
    return value


def value_hash(value: Any) -> int:
    """Hash a field of a definition so that equal values hash equally; the order of dict keys does not matter."""
    if isinstance(value, np.ndarray):
        return hash((value.shape, (value + 0.0).tobytes()))  # + 0.0 makes -0.0 and 0.0 the same bytes
    if isinstance(value, dict):
        return hash(frozenset((key, value_hash(item)) for key, item in value.items()))
    if isinstance(value, list):
        return hash(("list", *(value_hash(item) for item in value)))
    if isinstance(value, tuple):
        return hash(("tuple", *(value_hash(item) for item in value)))
    try:
        return hash(value)
    except TypeError:
        return hash(type(value))


def same_value(a: Any, b: Any) -> bool:
    """Compare two fields exactly: arrays by shape and values, lists and dicts item by item, anything else by ``==``.

    True is not 1 here: in JSON they are two things.

    Examples
    --------
    >>> same_value({"n": [1, 2]}, {"n": [1.0, 2]}), same_value({"on": True}, {"on": 1})
    (True, False)
    """
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and bool(np.array_equal(a, b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same_value(p, q) for p, q in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(value, b[key]) for key, value in a.items())
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)

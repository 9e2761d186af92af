"""What constructors accept: one small function per kind of argument, raising InputError with what was got.

Each returns the value in its stored form (float, read-only float64 array, str, read-only dict).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.frozen import EMPTY, FrozenDict, freeze
from annogeo.errors import InputError

FloatArray = npt.NDArray[np.float64]


def number(name: str, value: Any) -> float:
    """Return a finite float; bools, strings, None, NaN and infinities are refused.

    Examples
    --------
    >>> number("left", np.float32(1.5))
    1.5
    >>> number("left", True)
    Traceback (most recent call last):
    ...
    annogeo.errors.InputError: left: expected a number, got True (bool)
    """
    kind = value.__class__
    if kind is not float:
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value[()]
        if isinstance(value, bool) or not isinstance(value, Real):
            raise InputError(f"{name}: expected a number, got {describe(value)}")
        try:
            value = float(value)
        except OverflowError:
            raise InputError(f"{name}: expected a number that fits a float, got a larger one") from None
    if not math.isfinite(value):
        raise InputError(f"{name}: expected a finite number, got {value}")
    checked: float = value
    return checked


def optional_number(name: str, value: Any) -> float | None:
    """Return a finite float, or None for None."""
    return None if value is None else number(name, value)


def integer(name: str, value: Any) -> int:
    """Return an int; floats without a fraction are taken."""
    if not number(name, value).is_integer():
        raise InputError(f"{name}: expected a whole number, got {value!r}")
    return int(value)


def text(name: str, value: Any) -> str:
    """Return a plain str."""
    if value.__class__ is str:
        return value
    if not isinstance(value, str):
        raise InputError(f"{name}: expected a string, got {describe(value)}")
    return str.__str__(value)  # an enum member's value, not its name


def optional_text(name: str, value: Any) -> str | None:
    """Return a plain str, or None for None."""
    return None if value is None else text(name, value)


def label_text(value: Any) -> str:
    """Return a label; None, the seed's default, is the empty label."""
    return "" if value is None else text("label", value)


def attribute_dict(value: Any) -> FrozenDict:
    """Return attributes as a read-only dict, deeply; None is the empty one."""
    if value is None:
        return EMPTY
    if value.__class__ is FrozenDict:
        return value
    if value.__class__ is not dict and not isinstance(value, Mapping):
        raise InputError(f"attributes: expected a dict or None, got {describe(value)}")
    return freeze(value) if value else EMPTY


def vector(name: str, value: Any, size: int, keys: str = "xyz") -> FloatArray:
    """Return a read-only float64 array of `size` numbers, from a sequence or an ``{"x": ..}`` mapping.

    A sequence or mapping may have one number more (a point's z), which is left out.

    Examples
    --------
    >>> vector("front_tl", {"x": 1, "y": 2, "z": 0}, 2)
    array([1., 2.])
    """
    names = keys[:size]
    if isinstance(value, Mapping):
        missing = [key for key in names if key not in value]
        if missing:
            raise InputError(f"{name}: expected the keys {', '.join(names)}, got {sorted(map(str, value))}")
        items: Sequence[Any] = [value[key] for key in names]
    elif isinstance(value, np.ndarray) and value.ndim == 1:
        items = value.tolist() if value.dtype.kind != "O" else list(value)
    elif isinstance(value, list | tuple):
        items = value
    else:
        raise InputError(f"{name}: expected {size} numbers, got {describe(value)}")
    if not size <= len(items) <= max(size, len(keys)):
        raise InputError(f"{name}: expected {size} numbers, got {len(items)}")
    array = np.array([number(f"{name}.{key}", item) for key, item in zip(names, items, strict=False)])
    return read_only(array)


def points(name: str, value: Any) -> FloatArray:
    """Return points as a read-only float64 (n, 2) copy.

    Examples
    --------
    >>> points("geo", [(0, 1), (2, 3.5)])
    array([[0. , 1. ],
           [2. , 3.5]])
    >>> points("geo", []).shape
    (0, 2)
    """
    if isinstance(value, np.ndarray):
        given = value
    else:
        _refuse_odd_numbers(name, value)
        try:
            given = np.asarray(value)
        except (ValueError, TypeError, OverflowError):
            raise InputError(f"{name}: expected points of shape (n, 2), got a ragged list") from None
    if given.size == 0 and given.ndim <= 2:
        given = np.zeros((0, 2))
    if given.ndim == 3 and given.shape[1:] == (1, 2):  # a contour as OpenCV gives it
        given = given[:, 0, :]
    if given.ndim != 2 or given.shape[1] != 2:
        raise InputError(
            f"{name}: expected points of shape (n, 2), got shape {given.shape}",
            hint="np.reshape(geo, (-1, 2)) makes pairs of a flat list" if given.ndim == 1 else None,
        )
    if given.dtype.kind not in "fiu":
        given = _plain_numbers(name, given)
    array = np.array(given, dtype=np.float64, order="C")
    return finite(name, array)


def rows(name: str, value: Any, count: int) -> FloatArray:
    """Return exactly `count` points as a read-only float64 (count, 2) copy."""
    found = points(name, value)
    if found.shape[0] != count:
        raise InputError(f"{name}: expected {count} points, got {found.shape[0]}")
    return found


def finite(name: str, array: FloatArray) -> FloatArray:
    """Return a fresh array made read-only; a non-finite coordinate raises with its place."""
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0].tolist()
        raise InputError(f"{name}[{row}].{'xyz'[column]}: expected a finite number, got {array[row, column]}")
    return read_only(array)


def read_only(array: FloatArray) -> FloatArray:
    """Return the same array, locked against writing."""
    array.flags.writeable = False
    return array


def describe(value: Any) -> str:
    """Say what a wrong value is, in few characters.

    Examples
    --------
    >>> describe("a"), describe(None), describe([1, 2])
    ("'a' (str)", 'None', '[1, 2] (list)')
    """
    if value is None:
        return "None"
    shown = repr(value)
    if len(shown) > 40:
        shown = shown[:37] + "..."
    return f"{shown} ({type(value).__name__})"


def _refuse_odd_numbers(name: str, value: Any) -> None:
    """Find what numpy would quietly turn into a number or a string: bools, text, None."""
    if not isinstance(value, list | tuple):
        raise InputError(f"{name}: expected points of shape (n, 2), got {describe(value)}")
    for row, point in enumerate(value):
        if isinstance(point, np.ndarray):
            continue
        if not isinstance(point, list | tuple):
            if isinstance(point, Real):
                return  # a flat list; its shape is refused later, with a hint
            raise InputError(f"{name}[{row}]: expected a point (x, y), got {describe(point)}")
        for column, item in enumerate(point):
            kind = item.__class__
            if (
                kind is not float
                and kind is not int
                and (isinstance(item, bool) or not isinstance(item, Real))
            ):
                if isinstance(item, list | tuple | np.ndarray):
                    return
                raise InputError(f"{name}[{row}].{_axis(column)}: expected a number, got {describe(item)}")


def _plain_numbers(name: str, given: npt.NDArray[Any]) -> FloatArray:
    """Convert an array of objects number by number; anything but numbers raises with its place."""
    if given.dtype.kind != "O":
        raise InputError(f"{name}: expected numbers, got an array of {given.dtype}")
    rows = [
        [number(f"{name}[{row}].{_axis(column)}", item) for column, item in enumerate(point)]
        for row, point in enumerate(given)
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def _axis(column: int) -> str:
    return "xyz"[column] if column < 3 else str(column)

"""Which number every item of a scene gets in the instance and object-id views, and the dtype that holds them.

Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError, Problem
from annogeo.rendering.notice import warn
from annogeo.rendering.subject import Report, SceneItem

LARGEST_ID = 2**31 - 1
UNLISTED_ID = 1  # what a label missing from the given map is drawn with, as in the seed SDK
_ID_DTYPES = [(np.dtype(t), int(np.iinfo(t).max)) for t in (np.uint8, np.uint16, np.int32)]
_MOST_DIGITS = len(str(LARGEST_ID))


def checked_ids(ids: Mapping[str, Any]) -> dict[str, int]:
    """Check a label -> id map and return it as plain integers.

    Raises
    ------
    InputError
        If it is no mapping, or an id is no integer of 0..2147483647.

    Examples
    --------
    >>> checked_ids({"car": np.int64(3)})
    {'car': 3}
    """
    if not isinstance(ids, Mapping):
        raise InputError(f"ids: expected a mapping of label to id, got {type(ids).__name__}")
    numbers = ids.values()
    if set(map(type, numbers)) == {int} and min(numbers) >= 0 and max(numbers) <= LARGEST_ID:
        return dict(ids)  # nearly always; an ontology may have thousands
    checked = {}
    for label, value in ids.items():
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not 0 <= value <= LARGEST_ID:
            raise InputError(f"ids[{label!r}]: expected an integer 0..{LARGEST_ID}, got {value!r}")
        checked[label] = int(value)
    return checked


def ids_of_labels(labels: Iterable[str]) -> dict[str, int]:
    """Number labels from 1 in sorted order.

    Examples
    --------
    >>> ids_of_labels(["dog", "car", "dog"])
    {'car': 1, 'dog': 2}
    """
    return {label: k for k, label in enumerate(sorted(set(labels)), 1)}


def label_numbers(items: Sequence[SceneItem], ids: Mapping[str, int]) -> list[int]:
    """Return the id of each item's label; labels not in `ids` get 1, with one warning that names them."""
    unlisted = sorted({item.label for item in items if item.label not in ids and item.is_drawn})
    if unlisted:
        named = ", ".join(map(repr, unlisted[:10])) + (", ..." if len(unlisted) > 10 else "")
        warn(f"no id given for {named}: drawn with id {UNLISTED_ID}; add them to ids or to the ontology")
    return [ids.get(item.label, UNLISTED_ID) for item in items]


def object_numbers(items: Sequence[SceneItem], report: Report) -> list[int]:
    """Return each item's object id as a number; one that is none is 0, and reported where it is drawn."""
    numbers = []
    for item in items:
        number = _object_number(item.object_id)
        if number is None and item.is_drawn:
            report(_no_object_number(item), item.annotation)
        numbers.append(number or 0)
    return numbers


def id_dtype(largest: int, dtype: npt.DTypeLike | None = None) -> np.dtype[Any]:
    """Choose the smallest of uint8, uint16 and int32 that holds `largest`, or check the one asked for.

    Raises
    ------
    InputError
        If `dtype` is no integer type, or too small.

    Examples
    --------
    >>> id_dtype(255), id_dtype(256), id_dtype(70_000)
    (dtype('uint8'), dtype('uint16'), dtype('int32'))
    """
    if dtype is None:
        return next(wanted for wanted, holds in _ID_DTYPES if largest <= holds)
    try:
        wanted = np.dtype(dtype)
    except TypeError:
        raise InputError(f"dtype: expected a numpy integer type, got {dtype!r}") from None
    if wanted.kind not in "iu":
        raise InputError(f"dtype: expected an integer type, got {wanted}", hint="ids are whole numbers")
    if largest > np.iinfo(wanted).max:
        smallest = id_dtype(largest)
        raise InputError(
            f"dtype: {wanted} holds ids up to {np.iinfo(wanted).max}, got id {largest}",
            hint=f"use {smallest} or leave dtype out",
        )
    return wanted


def _object_number(object_id: str | None) -> int | None:
    # As int() reads digits of any script and underscores, only plain ASCII digits are taken.
    if object_id is None or not object_id.isascii() or not (digits := object_id.strip()).isdigit():
        return None
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _MOST_DIGITS and int(digits) <= LARGEST_ID else None


def _no_object_number(item: SceneItem) -> Problem:
    got = "none" if item.object_id is None else repr(item.object_id)
    return Problem(
        "warning",
        f"object id of {item.label!r}: expected an integer 0..{LARGEST_ID}, got {got}; drawn with 0",
        json_path=getattr(item.annotation, "json_path", None),
        annotation_id=getattr(item.annotation, "id", None),
    )

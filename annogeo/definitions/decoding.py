"""Typed reading of platform coordinates: JSON bytes or parsed values in, checked small structs out.

A type states its shape once as a `Codec`; msgspec is loaded on the first use. What is wrong becomes an InputError
with a path relative to the coordinates (``[0][3].x``). Unknown keys are passed over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import finite, read_only
from annogeo.errors import InputError

FloatArray = npt.NDArray[np.float64]


class Codec:
    """Decodes coordinates of one shape.

    Parameters
    ----------
    make_type : () -> type
        Builds the expected type; called once, on first use, because the struct types need msgspec.

    Examples
    --------
    >>> codec = Codec(lambda: list[float])
    >>> codec.decode([1, 2.5]), codec.decode(b"[3]")
    ([1.0, 2.5], [3.0])
    >>> codec.decode([1, "a"])
    Traceback (most recent call last):
    ...
    annogeo.errors.InputError: [1]: expected a number, got str
    """

    __slots__ = ("_ready", "make_type")

    def __init__(self, make_type: Callable[[], Any]) -> None:
        self.make_type = make_type
        self._ready: tuple[Any, ...] | None = None

    def decode(self, coordinates: Any) -> Any:
        """Return the typed value of `coordinates`: `msgspec.Raw`, JSON bytes, or parsed JSON."""
        ready = self._ready
        if ready is None:
            ready = self._prepare()
        expected, decoder, convert, raw, decode_error = ready
        try:
            if isinstance(coordinates, raw):
                return decoder.decode(coordinates)
            return convert(coordinates, expected)
        except decode_error as error:
            raise _explain(str(error)) from None
        except RecursionError:
            raise InputError("expected coordinates, got JSON nested too deeply") from None

    def _prepare(self) -> tuple[Any, ...]:
        import msgspec

        expected = self.make_type()
        raw = (msgspec.Raw, bytes, bytearray, memoryview)
        self._ready = (expected, msgspec.json.Decoder(expected), msgspec.convert, raw, msgspec.MsgspecError)
        return self._ready


def struct_type(name: str, fields: list[Any]) -> Any:
    """Build a struct type for a `Codec`; kept out of the garbage collector's walk, since it holds plain numbers."""
    import msgspec

    return msgspec.defstruct(name, fields, gc=False)


@cache
def xy_type() -> Any:
    """Return the struct type of a point: x, y; z and anything else is passed over."""
    return struct_type("XY", [("x", float), ("y", float)])


@cache
def xyz_type() -> Any:
    """Return the struct type of a point in space: x, y, z."""
    return struct_type("XYZ", [("x", float), ("y", float), ("z", float)])


ANY_JSON = Codec(lambda: Any)
TEXT_FIELD = Codec(lambda: struct_type("TextField", [("text", str)]))


def points_array(decoded: list[Any], place: str = "") -> FloatArray:
    """Return decoded points as a read-only float64 (n, 2) array."""
    xs, ys = [point.x for point in decoded], [point.y for point in decoded]
    array = np.empty((len(decoded), 2))
    array[:, 0] = xs
    array[:, 1] = ys
    if math.isfinite(sum(xs) + sum(ys)):  # then every one of them is
        return read_only(array)
    try:
        return finite("", array)
    except InputError as error:
        where, _, message = error.message.partition(": ")
        raise InputError(message, json_path=place + where) from None


_KINDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "a string",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_MISMATCH = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_MISSING = re.compile(r"Object missing required field `([^`]*)`")
_PLACE = re.compile(r" - at `\$?([^`]*)`$")


def _explain(message: str) -> InputError:
    """Turn msgspec's message into ours."""
    place = _PLACE.search(message)
    json_path = place.group(1) if place else None
    text = _PLACE.sub("", message)
    mismatch = _MISMATCH.match(text)
    if mismatch:
        wanted = " or ".join(_KINDS.get(kind.strip(), kind.strip()) for kind in mismatch.group(1).split("|"))
        return InputError(f"expected {wanted}, got {mismatch.group(2)}", json_path=json_path)
    missing = _MISSING.match(text)
    if missing:
        return InputError(f"expected the key {missing.group(1)!r}, it is missing", json_path=json_path)
    if text == "Number out of range":
        return InputError("expected a number that fits a float, got a larger one", json_path=json_path)
    return InputError(text[:1].lower() + text[1:], json_path=json_path)

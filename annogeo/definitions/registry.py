"""The table of definition types: one row per type, looked up by JSON name or by class.

A row is everything the rest of the library needs to know of a type; there are no if-chains over types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.draw import DrawListBuilder, Pen
from annogeo.errors import InputError

FromCoordinates = Callable[[Any, str, Any, "str | None"], Definition]
ToCoordinates = Callable[[Any], Any]
ToColored = Callable[[Any, Any], Any]
Lower = Callable[[Any, DrawListBuilder, Pen], None]
Between = Callable[[Any, Any, "Manner"], "Callable[[float], Definition] | None"]
Transform = Callable[[Any, npt.NDArray[np.float64], "tuple[int, int] | None"], Definition]
Clip = Callable[[Any, npt.NDArray[np.float64]], tuple[Definition, float]]


class Manner(NamedTuple):
    """How states between two are made, where there is a choice; see `annogeo.definitions.interpolation.tween`."""

    polygon: str = "auto"
    mask: str = "hold"


@dataclass(frozen=True, slots=True)
class DefinitionType:
    """One row.

    Parameters
    ----------
    json_type : str
        The platform's name of the type.
    cls : type
        The definition class.
    from_coordinates : (coordinates, label, attributes, description) -> Definition
        `coordinates` is what stands in the JSON, as Python values or as `msgspec.Raw`; raises InputError whose
        `json_path` is relative to it.
    to_coordinates : Definition -> JSON value
        What the platform expects for a locally made annotation.
    lower : (Definition, DrawListBuilder, Pen) -> None, optional
        Append to a draw list; None: the type has no place on the image.
    between : (Definition, Definition, Manner) -> (float -> Definition) or None, optional
        What gives the states between two, at weights of more than 0 and less than 1; None, both: the first holds.
    transform : (Definition, matrix float64 (3, 3), (height, width) or None) -> Definition, optional
        The state under a map, all of it in front of the map's horizon; a mask fills a picture of that size. None: has
        no place to map.
    clip : (Definition, half-planes float64 (k, 3)) -> (Definition, float), optional
        What is left in all of the half-planes, and which share of the area (else length, else points) that is.
    is_raster : bool
        Made of pixels: only its size tells where it ends, and it is mapped whole, horizon or not.
    has_coordinates : bool
        False where the envelope carries no ``coordinates`` (``class``).
    is_free_form : bool
        The definition holds all of the coordinates, whatever their keys: after an edit nothing else of a document's
        is kept.
    unread : frozenset of str
        Keys that are written for the platform's sake and never read; after an edit a document keeps its own.
    to_colored : (Definition, (red, green, blue)) -> JSON value, optional
        As `to_coordinates`, for a type whose coordinates hold the colour of the label.
    """

    json_type: str
    cls: type[Definition]
    from_coordinates: FromCoordinates
    to_coordinates: ToCoordinates
    lower: Lower | None = None
    between: Between | None = None
    transform: Transform | None = None
    clip: Clip | None = None
    is_raster: bool = False
    has_coordinates: bool = True
    is_free_form: bool = False
    unread: frozenset[str] = frozenset()
    to_colored: ToColored | None = None


FLAT = frozenset({"z"})
"""What is `unread` of a type that lies in the image plane."""

_BY_JSON_TYPE: dict[str, DefinitionType] = {}
_BY_CLASS: dict[type[Definition], DefinitionType] = {}


def register(row: DefinitionType) -> None:
    """Add a row; a type or class may be registered once."""
    if row.json_type in _BY_JSON_TYPE or row.cls in _BY_CLASS:
        raise InputError(f"definition type {row.json_type!r} ({row.cls.__name__}) is registered already")
    _BY_JSON_TYPE[row.json_type] = row
    _BY_CLASS[row.cls] = row


def row_for_type(json_type: str) -> DefinitionType | None:
    """Return the row of a platform type name, None for one annogeo does not know."""
    return _BY_JSON_TYPE.get(json_type)


def row_for(definition: Definition) -> DefinitionType:
    """Return the row of a definition (of its class, or of the nearest registered base)."""
    row = _BY_CLASS.get(definition.__class__)
    if row is not None:
        return row
    for cls in type(definition).__mro__[1:]:
        row = _BY_CLASS.get(cls)
        if row is not None:
            return row
    raise InputError(f"expected an annotation definition, got {type(definition).__name__}")


def all_rows() -> Iterator[DefinitionType]:
    """Iterate the table in registration order."""
    return iter(tuple(_BY_JSON_TYPE.values()))

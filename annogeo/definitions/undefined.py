"""UndefinedAnnotationType: an annotation of a type annogeo does not know, or cannot read; kept as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import text
from annogeo.definitions.decoding import ANY_JSON
from annogeo.definitions.frozen import freeze, thaw
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UndefinedAnnotationType(Definition):
    """An annotation kept without being understood; it has no place and is not drawn.

    Parameters
    ----------
    type : str
        The JSON type.
    label : str
    coordinates : JSON value
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> UndefinedAnnotationType("polyline_3d", "lane", {"pts": [1, 2, 3]}).coordinates["pts"]
    [1, 2, 3]
    """

    type: str  # type: ignore[misc]  # here it differs from one to the next
    label: str
    coordinates: Any
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(type=text("type", self.type), coordinates=freeze(self.coordinates))


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> UndefinedAnnotationType:
    return UndefinedAnnotationType(
        "undefined",
        label,
        ANY_JSON.decode(coordinates),
        attributes,  # type: ignore[arg-type]
        description,
    )


def _to_coordinates(definition: UndefinedAnnotationType) -> Any:
    return thaw(definition.coordinates)


# The row serves every unknown type once there is a definition; by name it is found for the literal "undefined" only.
register(
    DefinitionType(
        "undefined", UndefinedAnnotationType, _from_coordinates, _to_coordinates, is_free_form=True
    )
)

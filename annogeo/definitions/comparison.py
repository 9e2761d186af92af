"""Comparison: a ranking of answers, in the platform's own form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.decoding import ANY_JSON
from annogeo.definitions.frozen import freeze, thaw
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison(Definition):
    """A ranking; its coordinates are any JSON value, kept as they are.

    Parameters
    ----------
    coordinates : JSON value
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Comparison([{"key": "a", "rank": 1}], "quality").coordinates[0]["rank"]
    1
    """

    type: ClassVar[str] = "comparison"

    coordinates: Any
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(coordinates=freeze(self.coordinates))


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Comparison:
    return Comparison(ANY_JSON.decode(coordinates), label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(comparison: Comparison) -> Any:
    return thaw(comparison.coordinates)


register(DefinitionType("comparison", Comparison, _from_coordinates, _to_coordinates, is_free_form=True))

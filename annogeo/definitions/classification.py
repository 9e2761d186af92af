"""Classification: a label for the whole item, or for a stretch of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Classification(Definition):
    """A label without a place.

    Parameters
    ----------
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Classification("sunny").bounds is None
    True
    """

    type: ClassVar[str] = "class"

    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store()


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Classification:
    return Classification(label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(classification: Classification) -> list[Any]:
    return []  # what a video snapshot holds; the envelope has no coordinates at all


register(DefinitionType("class", Classification, _from_coordinates, _to_coordinates, has_coordinates=False))

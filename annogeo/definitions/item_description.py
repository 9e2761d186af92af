"""Description: the text that describes a whole item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import text
from annogeo.definitions.decoding import TEXT_FIELD
from annogeo.definitions.frozen import EMPTY
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Description(Definition):
    """An item's description. The platform gives it a label of its own and no attributes.

    Parameters
    ----------
    text : str
    description : str, optional

    Examples
    --------
    >>> Description("a quiet street").label
    'item.description'
    """

    type: ClassVar[str] = "item_description"
    label: ClassVar[str] = "item.description"  # type: ignore[misc]
    attributes: ClassVar[dict[str, Any]] = EMPTY  # type: ignore[misc]

    text: str
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(text=text("text", self.text))


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Description:
    return Description(TEXT_FIELD.decode(coordinates).text, description)


def _to_coordinates(description: Description) -> dict[str, str]:
    return {"text": description.text}


register(DefinitionType("item_description", Description, _from_coordinates, _to_coordinates))

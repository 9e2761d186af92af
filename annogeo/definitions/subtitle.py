"""Subtitle: text spoken or shown during a stretch of a video or audio item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import text
from annogeo.definitions.decoding import TEXT_FIELD
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subtitle(Definition):
    """A subtitle.

    Parameters
    ----------
    text : str
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Subtitle("hello", "Text")
    Subtitle(text='hello', label='Text')
    """

    type: ClassVar[str] = "subtitle"

    text: str
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(text=text("text", self.text))


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Subtitle:
    return Subtitle(TEXT_FIELD.decode(coordinates).text, label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(subtitle: Subtitle) -> dict[str, str]:
    return {"text": subtitle.text}


register(DefinitionType("subtitle", Subtitle, _from_coordinates, _to_coordinates))

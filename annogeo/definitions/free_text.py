"""FreeText: a written answer, for example to a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import text
from annogeo.definitions.decoding import Codec
from annogeo.definitions.registry import DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FreeText(Definition):
    """A written answer.

    Parameters
    ----------
    text : str
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> FreeText("a cat").label
    'free-text'
    """

    type: ClassVar[str] = "text"

    text: str
    label: str = "free-text"
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(text=text("text", self.text))


_TEXT = Codec(lambda: str)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> FreeText:
    return FreeText(_TEXT.decode(coordinates), label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(answer: FreeText) -> str:
    return answer.text


register(DefinitionType("text", FreeText, _from_coordinates, _to_coordinates))

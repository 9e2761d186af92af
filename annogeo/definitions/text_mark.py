"""Text: a marked stretch of a text item, by paragraph or block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import integer, optional_number, text
from annogeo.definitions.decoding import Codec, struct_type
from annogeo.definitions.registry import DefinitionType, register
from annogeo.geometry.affine import map_points

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text(Definition):
    """A stretch of text, with the place of its mark where one is known.

    Parameters
    ----------
    text_type : str
        ``"paragraph"`` or ``"block"``.
    start, end : int
        Positions in characters.
    label : str
    top, left : float, optional
        Place of the mark in px.
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Text("paragraph", 3, 9, "name", top=4, left=5).bounds
    array([5., 4., 5., 4.])
    >>> Text("block", 0, 2, "name").bounds is None
    True
    """

    type: ClassVar[str] = "text_mark"

    text_type: str
    start: int
    end: int
    label: str
    top: float | None = None
    left: float | None = None
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(
            text_type=text("text_type", self.text_type),
            start=integer("start", self.start),
            end=integer("end", self.end),
            top=optional_number("top", self.top),
            left=optional_number("left", self.left),
        )

    @property
    def bounds(self) -> FloatArray | None:
        """The mark's place twice, float64 (4,); None where it has none."""
        if self.left is None or self.top is None:
            return None
        return np.array([self.left, self.top, self.left, self.top])

    @property
    def width(self) -> float:
        """A mark has a place but no extent."""
        return 0.0

    @property
    def height(self) -> float:
        """A mark has a place but no extent."""
        return 0.0


def _text_type() -> Any:
    place: Any = float | None
    name: Any = str | None
    fields = [
        ("type", str),
        ("start", float),
        ("end", float),
        ("label", name, None),
        ("top", place, None),
        ("left", place, None),
    ]
    return struct_type("TextCoordinates", fields)


_TEXT = Codec(_text_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Text:
    read = _TEXT.decode(coordinates)
    return Text(
        read.type,
        read.start,
        read.end,
        label,
        read.top,
        read.left,
        attributes,  # type: ignore[arg-type]
        description,
    )


def _to_coordinates(mark: Text) -> dict[str, Any]:
    written: dict[str, Any] = {
        "type": mark.text_type,
        "label": mark.label,
        "start": mark.start,
        "end": mark.end,
    }
    if mark.top is not None and mark.left is not None:
        written |= {"top": mark.top, "left": mark.left}
    return written


def _transform(mark: Text, matrix: FloatArray, size: Any = None) -> Text:
    if mark.left is None or mark.top is None:
        return mark
    ((left, top),) = map_points(matrix, np.array([[mark.left, mark.top]])).tolist()
    return mark.replace(left=left, top=top)


# it belongs to the text and not to the picture, so that nothing cuts it off
register(DefinitionType("text_mark", Text, _from_coordinates, _to_coordinates, transform=_transform))

"""Polyline: an open line, or several."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.path import Path, packed, read_paths, sequences_of, write_paths
from annogeo.definitions.registry import DefinitionType, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.geometry.measure import length

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Polyline(Path):
    """An open line in px; the platform's nesting also holds several, and so does `geo`.

    Parameters
    ----------
    geo : (n, 2) array-like, or a list of such lines
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> line = Polyline([(0, 0), (3, 4)], "lane")
    >>> line.length, line.area
    (5.0, 0.0)
    >>> Polyline([], "lane").length
    0.0
    """

    type: ClassVar[str] = "polyline"

    geo: Any = field()
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(geo=packed(sequences_of("geo", self.geo, "line")))

    @property
    def lines(self) -> list[FloatArray]:
        """The lines, float64 (n, 2), in input order."""
        return self._sequences()

    @property
    def length(self) -> float:
        """Length of all lines in px."""
        return math.fsum(length(line) for line in self.lines)

    def to_shapely(self) -> Any:
        """Return a shapely LineString, or a MultiLineString of several; a line of one point has no length there."""
        import shapely

        lines = [
            shapely.LineString(line if line.shape[0] > 1 else line.repeat(2, axis=0)) for line in self.lines
        ]
        if not lines:
            return shapely.LineString()
        return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Polyline:
    return Polyline(read_paths(coordinates), label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(polyline: Polyline) -> list[Any]:
    return write_paths(polyline.lines)


def _lower(polyline: Polyline, builder: DrawListBuilder, pen: Pen) -> None:
    for line in polyline.lines:
        builder.line(line, pen.line_width)


register(DefinitionType("polyline", Polyline, _from_coordinates, _to_coordinates, _lower))

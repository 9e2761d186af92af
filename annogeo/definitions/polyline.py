"""Polyline: an open line, or several."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.mapping import line_share
from annogeo.definitions.moving import lines_between
from annogeo.definitions.path import Path, packed, read_paths, sequences_of, transform_path, write_paths
from annogeo.definitions.registry import DefinitionType, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.geometry.clipping import clip_lines
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
        return self.sequences

    @property
    def length(self) -> float:
        """Length of all lines in px."""
        return math.fsum(length(line) for line in self.lines)

    def to_shapely(self) -> Any:
        """Return a shapely LineString, or a MultiLineString of several; a line of one point has no length there.

        Examples
        --------
        >>> Polyline([(0, 0), (3, 4)], "lane").to_shapely().wkt
        'LINESTRING (0 0, 3 4)'
        """
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


def _clip(polyline: Polyline, planes: FloatArray) -> tuple[Polyline, float]:
    lines = polyline.lines
    left = clip_lines(lines, planes)
    if len(left) == len(lines) and all(map(operator.is_, left, lines)):
        return polyline, 1.0
    return polyline.replace(geo=left), line_share(lines, left, planes)


register(
    DefinitionType(
        "polyline",
        Polyline,
        _from_coordinates,
        _to_coordinates,
        _lower,
        between=lines_between,
        transform=transform_path,
        clip=_clip,
    )
)

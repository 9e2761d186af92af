"""Point: one place in the image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import number, vector
from annogeo.definitions.decoding import Codec, xy_type
from annogeo.definitions.mapping import inside_share, nothing_left
from annogeo.definitions.moving import Evenly, Make, ways_of
from annogeo.definitions.registry import FLAT, DefinitionType, Manner, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.geometry.affine import map_points

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Point(Definition):
    """A point in px.

    Parameters
    ----------
    x, y : float
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Point(11, 22, "nose").bounds
    array([11., 22., 11., 22.])
    """

    type: ClassVar[str] = "point"

    x: float = field()
    y: float = field()
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(x=number("x", self.x), y=number("y", self.y))

    @property
    def geo(self) -> FloatArray:
        """x and y, float64 (2,)."""
        return np.array([self.x, self.y])

    @property
    def bounds(self) -> FloatArray:
        """The point twice, float64 (4,)."""
        return np.array([self.x, self.y, self.x, self.y])

    def geo_arguments(self, geo: Any) -> dict[str, Any]:
        """Return x and y.

        Parameters
        ----------
        geo : float (2,)
            x and y in px; a z is left out.

        Examples
        --------
        >>> Point(11, 22, "nose").geo_arguments([3, 4])
        {'x': 3.0, 'y': 4.0}
        """
        x, y = vector("geo", geo, 2).tolist()
        return {"x": x, "y": y}

    def to_shapely(self) -> Any:
        """Return a shapely Point.

        Examples
        --------
        >>> Point(11, 22, "nose").to_shapely().wkt
        'POINT (11 22)'
        """
        import shapely

        return shapely.Point(self.x, self.y)


_POINT = Codec(xy_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Point:
    point = _POINT.decode(coordinates)
    return Point(point.x, point.y, label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(point: Point) -> dict[str, float]:
    return {"x": point.x, "y": point.y, "z": 0.0}


def _lower(point: Point, builder: DrawListBuilder, pen: Pen) -> None:
    builder.disc(point.x, point.y, pen.point_radius)


def _transform(point: Point, matrix: FloatArray, size: Any = None) -> Point:
    ((x, y),) = map_points(matrix, point.geo[None]).tolist()
    return point.replace(x=x, y=y)


def _clip(point: Point, planes: FloatArray) -> tuple[Definition, float]:
    share = inside_share(planes, point.geo[None])
    return (point if share else nothing_left(point)), share


def _between(before: Point, after: Point, manner: Manner) -> Make:
    return Evenly(before, ways_of(before, after, "x", "y"), is_straight=True)


register(
    DefinitionType(
        "point",
        Point,
        _from_coordinates,
        _to_coordinates,
        _lower,
        between=_between,
        transform=_transform,
        clip=_clip,
        unread=FLAT,
    )
)

"""Ellipse: a centre, two semi-axes and an angle."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import number, rows
from annogeo.definitions.decoding import Codec, struct_type, xy_type
from annogeo.definitions.mapping import line_share
from annogeo.definitions.moving import Evenly, Make, ways_of
from annogeo.definitions.registry import FLAT, DefinitionType, Manner, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.errors import InputError
from annogeo.geometry.clipping import are_inside, clip_lines, clip_rings, ellipse_share
from annogeo.geometry.corners import box_corners, cos_sin
from annogeo.geometry.ellipse import ellipse_bounds, ellipse_ring
from annogeo.geometry.mapping import map_ellipse
from annogeo.geometry.turning import short_way

if TYPE_CHECKING:
    from annogeo.definitions.polygon import Polygon

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ellipse(Definition):
    """An ellipse in px.

    Parameters
    ----------
    x, y : float
        Centre.
    rx, ry : float
        Semi-axes, not negative.
    angle : float
        Degrees, clockwise on screen; None is 0.
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Ellipse(30, 20, 12, 6, 90, "wheel").bounds
    array([24.,  8., 36., 32.])
    >>> Ellipse(0, 0, 0, 0, 0, "dot").area
    0.0
    """

    type: ClassVar[str] = "ellipse"

    x: float = field()
    y: float = field()
    rx: float
    ry: float
    angle: float
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        angle = 0.0 if self.angle is None else number("angle", self.angle)
        rx, ry = number("rx", self.rx), number("ry", self.ry)
        for name, radius in (("rx", rx), ("ry", ry)):
            if radius < 0:
                raise InputError(f"{name}: expected a radius of 0 or more, got {radius}")
        self._store(x=number("x", self.x), y=number("y", self.y), rx=rx, ry=ry, angle=angle)

    @property
    def geo(self) -> FloatArray:
        """Centre, semi-axes, and the angle in degrees and radians, float64 (3, 2)."""
        return np.array([[self.x, self.y], [self.rx, self.ry], [self.angle, math.radians(self.angle)]])

    @property
    def bounds(self) -> FloatArray:
        """Exact extent, float64 (4,)."""
        return ellipse_bounds(self.x, self.y, self.rx, self.ry, self.angle)

    @property
    def area(self) -> float:
        """Pi times both semi-axes."""
        return math.pi * self.rx * self.ry

    def geo_arguments(self, geo: Any) -> dict[str, Any]:
        """Return centre, semi-axes and angle in degrees; the radians beside it are passed over.

        Parameters
        ----------
        geo : float (3, 2)
            As in `geo`.

        Examples
        --------
        >>> Ellipse(5, 5, 2, 2, 0, "wheel").geo_arguments([[1, 2], [3, 4], [30, 0]])
        {'x': 1.0, 'y': 2.0, 'rx': 3.0, 'ry': 4.0, 'angle': 30.0}
        """
        (x, y), (rx, ry), (angle, _) = rows("geo", geo, 3).tolist()
        return {"x": x, "y": y, "rx": rx, "ry": ry, "angle": angle}

    def to_polygon(self) -> Polygon:
        """Return an inscribed polygon at most 0.01 px inside the curve.

        Examples
        --------
        >>> round(Ellipse(5, 5, 2, 2, 0, "wheel").to_polygon().area, 1)
        12.5
        """
        from annogeo.definitions.polygon import Polygon

        return Polygon(self._ring(), self.label, self.attributes, self.description)

    def to_shapely(self) -> Any:
        """Return the polygon of `to_polygon` as a shapely Polygon.

        Examples
        --------
        >>> Ellipse(5, 5, 2, 3, 0, "wheel").to_shapely().bounds
        (3.0, 2.0, 7.0, 8.0)
        """
        import shapely

        return shapely.Polygon(self._ring())

    def _ring(self) -> FloatArray:
        return ellipse_ring(self.x, self.y, self.rx, self.ry, self.angle)


def _ellipse_type() -> Any:
    fields = [("center", xy_type()), ("rx", float), ("ry", float), ("angle", float | None, None)]
    return struct_type("EllipseCoordinates", fields)


_ELLIPSE = Codec(_ellipse_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Ellipse:
    read = _ELLIPSE.decode(coordinates)
    return Ellipse(read.center.x, read.center.y, read.rx, read.ry, read.angle, label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(ellipse: Ellipse) -> dict[str, Any]:
    return {
        "angle": ellipse.angle,
        "center": {"x": ellipse.x, "y": ellipse.y, "z": 0},
        "rx": ellipse.rx,
        "ry": ellipse.ry,
    }


def _lower(ellipse: Ellipse, builder: DrawListBuilder, pen: Pen) -> None:
    shape = (ellipse.x, ellipse.y, ellipse.rx, ellipse.ry, ellipse.angle)
    if pen.fill:
        builder.ellipse(*shape)
    else:
        builder.ellipse_loop(*shape, pen.line_width)


def _transform(ellipse: Ellipse, matrix: FloatArray, size: Any = None) -> Ellipse:
    found = map_ellipse(matrix, ellipse.x, ellipse.y, ellipse.rx, ellipse.ry, ellipse.angle)
    if found is None:  # as its bounds are not, its points are not beyond the horizon
        raise InputError("an ellipse on the horizon of a perspective map has no end")
    return ellipse.replace(x=found.x, y=found.y, rx=found.first, ry=found.second, angle=found.angle)


def _clip(ellipse: Ellipse, planes: FloatArray) -> tuple[Definition, float]:
    x, y, rx, ry = ellipse.x, ellipse.y, ellipse.rx, ellipse.ry
    if are_inside(planes, box_corners(*ellipse.bounds.tolist())).all():
        return ellipse, 1.0
    cos, sin = cos_sin(ellipse.angle)
    if rx > 0.0 and ry > 0.0:
        share = ellipse_share(x, y, rx, ry, cos, sin, planes)
        rings = [] if share == 0.0 else clip_rings([ellipse._ring()], planes)
    else:  # a line or a point
        ends = np.array([[x - rx * cos + ry * sin, y - rx * sin - ry * cos]])
        axis = [np.concatenate([ends, [[2.0 * x, 2.0 * y]] - ends])]
        left = clip_lines(axis, planes)
        share, rings = line_share(axis, left, planes), left
    if share > 1.0 - 1e-12:  # only its bounds were cut
        return ellipse, 1.0
    from annogeo.definitions.polygon import Polygon

    return Polygon(rings, ellipse.label, ellipse.attributes, ellipse.description), share


def _between(before: Ellipse, after: Ellipse, manner: Manner) -> Make:
    """Let centre and axes go evenly; an ellipse is the same half a turn on, and with its axes the other way round."""
    rx, ry, angle = after.rx, after.ry, after.angle
    if (before.rx - before.ry) * (rx - ry) < 0.0:  # what was the longer axis is called the other one
        other = angle + 90.0
        if abs(short_way(before.angle, other, 180.0)) < abs(short_way(before.angle, angle, 180.0)):
            rx, ry, angle = ry, rx, other
    ways = ways_of(before, after, "x", "y")
    ways |= {"rx": (before.rx, rx - before.rx), "ry": (before.ry, ry - before.ry)}
    ways["angle"] = (before.angle, short_way(before.angle, angle, 180.0))
    return Evenly(before, ways)


register(
    DefinitionType(
        "ellipse",
        Ellipse,
        _from_coordinates,
        _to_coordinates,
        _lower,
        between=_between,
        transform=_transform,
        clip=_clip,
        unread=FLAT,
    )
)

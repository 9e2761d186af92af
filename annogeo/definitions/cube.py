"""Cube: a cuboid as it looks in the image, by the eight corners of its front and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import number, rows, vector
from annogeo.definitions.decoding import Codec, struct_type, xy_type
from annogeo.definitions.mapping import inside_share
from annogeo.definitions.moving import Evenly, Make, ways_of
from annogeo.definitions.registry import FLAT, DefinitionType, Manner, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.geometry.affine import is_reflection, map_points
from annogeo.geometry.clipping import are_inside, clip_rings
from annogeo.geometry.corners import box_corners
from annogeo.geometry.cuboid import CONNECTORS, cuboid_angle, cuboid_faces
from annogeo.geometry.mapping import map_direction
from annogeo.geometry.measure import bounds
from annogeo.geometry.turning import end_of_turn, short_way

if TYPE_CHECKING:
    from annogeo.definitions.polygon import Polygon

FloatArray = npt.NDArray[np.float64]

CORNERS = (
    "front_tl",
    "front_tr",
    "front_br",
    "front_bl",
    "back_tl",
    "back_tr",
    "back_br",
    "back_bl",
)


_SAME_ANGLE = 1e-6  # degrees between the angle and the front's top edge: then it is that edge's
_LEFT_RIGHT = [1, 0, 3, 2, 5, 4, 7, 6]
_TOP_BOTTOM = [3, 2, 1, 0, 7, 6, 5, 4]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cube(Definition):
    """A cuboid in px.

    Parameters
    ----------
    label : str
    front_tl, front_tr, front_br, front_bl, back_tl, back_tr, back_br, back_bl : point
        ``(x, y)``, ``(x, y, z)`` or ``{"x": .., "y": ..}``; stored as float64 (2,).
    angle : float, optional
        Degrees, carried in the JSON; None takes the direction from front_tl to front_tr, 0 to 360.
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> cube = Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "crate")
    >>> cube.bounds, cube.area
    (array([ 0.,  1.,  9., 10.]), 72.0)
    """

    type: ClassVar[str] = "cube"

    label: str
    front_tl: FloatArray
    front_tr: FloatArray
    front_br: FloatArray
    front_bl: FloatArray
    back_tl: FloatArray
    back_tr: FloatArray
    back_br: FloatArray
    back_bl: FloatArray
    angle: float = None  # type: ignore[assignment]  # stored as the computed angle
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        corners: dict[str, Any] = {name: vector(name, getattr(self, name), 2) for name in CORNERS}
        if self.angle is None:
            angle = cuboid_angle(corners["front_tl"], corners["front_tr"])
        else:
            angle = number("angle", self.angle)
        self._store(angle=angle, **corners)

    @classmethod
    def from_boxes_and_angle(
        cls,
        front_left: float,
        front_top: float,
        front_right: float,
        front_bottom: float,
        back_left: float,
        back_top: float,
        back_right: float,
        back_bottom: float,
        label: str,
        angle: float = 0,
        attributes: dict[str, Any] | None = None,
    ) -> Self:
        """Make a cube of a front and a back box, each turned about its own centre.

        Parameters
        ----------
        front_left, front_top, front_right, front_bottom : float
            Edges of the front in px, before turning.
        back_left, back_top, back_right, back_bottom : float
            Edges of the back, likewise.
        label : str
        angle : float
            Degrees, clockwise on screen.
        attributes : dict, optional

        Examples
        --------
        >>> Cube.from_boxes_and_angle(0, 0, 4, 2, 10, 0, 14, 2, "crate", 90).front_tl
        array([ 3., -1.])
        """
        angle = number("angle", angle)
        front = _turned_corners("front", (front_left, front_top, front_right, front_bottom), angle)
        back = _turned_corners("back", (back_left, back_top, back_right, back_bottom), angle)
        return cls(label=label, angle=angle, attributes=attributes, **front, **back)  # type: ignore[arg-type]

    def replace(self, **changes: Any) -> Self:
        """Return a changed copy; an angle that followed from the corners goes on following them.

        Parameters
        ----------
        **changes
            As for `Definition.replace`.

        Examples
        --------
        >>> cube = Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "crate")
        >>> cube.replace(front_tr=(0, 10)).angle
        90.0
        """
        moved = "front_tl" in changes or "front_tr" in changes
        if moved and "angle" not in changes and self.angle == cuboid_angle(self.front_tl, self.front_tr):
            changes["angle"] = None
        return Definition.replace(self, **changes)

    @property
    def geo(self) -> FloatArray:
        """The corners, float64 (8, 2): front tl, tr, br, bl, then back likewise."""
        return np.array([getattr(self, name) for name in CORNERS])

    @property
    def x(self) -> FloatArray:
        """The corners' x."""
        return self.geo[:, 0]

    @property
    def y(self) -> FloatArray:
        """The corners' y."""
        return self.geo[:, 1]

    @property
    def bounds(self) -> FloatArray:
        """Extent of the corners, float64 (4,)."""
        return bounds([self.geo])

    @property
    def area(self) -> float:
        """Area of all six faces together, where they overlap counted once."""
        from annogeo.geometry.region import union_area

        return union_area(cuboid_faces(self.geo))

    def geo_arguments(self, geo: Any) -> dict[str, Any]:
        """Return the eight corners.

        Parameters
        ----------
        geo : float (8, 2)
            Front tl, tr, br, bl, then back likewise, as in `geo`.

        Examples
        --------
        >>> cube = Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "crate")
        >>> cube.geo_arguments(cube.geo + 1)["front_tl"].tolist()
        [1.0, 5.0]
        """
        return dict(zip(CORNERS, rows("geo", geo, 8), strict=True))

    def to_polygon(self) -> Polygon:
        """Return the outline of all faces together.

        Examples
        --------
        >>> Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "crate").to_polygon().geo.shape
        (6, 2)
        """
        from annogeo.definitions.polygon import Polygon

        return Polygon(self.to_shapely(), self.label, self.attributes, self.description)

    def to_shapely(self) -> Any:
        """Return the union of all faces as a shapely geometry.

        Examples
        --------
        >>> Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "crate").to_shapely().area
        72.0
        """
        from annogeo.geometry.region import union

        return union(cuboid_faces(self.geo))


def _turned_corners(side: str, edges: tuple[float, ...], angle: float) -> dict[str, Any]:
    """Return one face's corners by the names of the constructor's arguments."""
    names = ("left", "top", "right", "bottom")
    left, top, right, bottom = (
        number(f"{side}_{name}", edge) for name, edge in zip(names, edges, strict=True)
    )
    corners = box_corners(left, top, right, bottom, angle)
    return {
        f"{side}_{corner}": point for corner, point in zip(("tl", "tr", "br", "bl"), corners, strict=True)
    }


def _cube_type() -> Any:
    xy = xy_type()
    return struct_type("CubeCoordinates", [*((name, xy) for name in CORNERS), ("angle", float | None, None)])


_CUBE = Codec(_cube_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Cube:
    read = _CUBE.decode(coordinates)
    corners: dict[str, Any] = {}
    for name in CORNERS:
        corner = getattr(read, name)
        corners[name] = (corner.x, corner.y)
    return Cube(label, angle=read.angle, attributes=attributes, description=description, **corners)  # type: ignore[arg-type]


def _to_coordinates(cube: Cube) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name in CORNERS:
        x, y = getattr(cube, name).tolist()
        written[name] = {"x": x, "y": y, "z": 0}
    return written | {"angle": cube.angle}


def _lower(cube: Cube, builder: DrawListBuilder, pen: Pen) -> None:
    corners = cube.geo
    if pen.fill:
        for face in cuboid_faces(corners):
            builder.fill([face])
        return
    for face in (
        corners[3::-1],
        corners[:3:-1],
    ):  # bl, br, tr, tl: the seed SDK's order, to the pixel under opencv
        builder.loop(face, pen.line_width)
    for edge in CONNECTORS:
        builder.line(corners[list(edge)], pen.line_width)


def _transform(cube: Cube, matrix: FloatArray, size: Any = None) -> Cube:
    """Map the corners. In a mirror they swap names: left and right, or top and bottom where that turns it less."""
    corners = map_points(matrix, cube.geo)
    x, y = cube.geo[:4].mean(axis=0).tolist()
    angle = map_direction(matrix, x, y, cube.angle)
    if is_reflection(matrix):
        if 90.0 < angle <= 270.0:
            corners, angle = corners[_LEFT_RIGHT], (angle + 180.0) % 360.0
        else:
            corners = corners[_TOP_BOTTOM]
    follows = cuboid_angle(cube.front_tl, cube.front_tr)
    if abs((cube.angle - follows + 180.0) % 360.0 - 180.0) < _SAME_ANGLE:
        angle = cuboid_angle(corners[0], corners[1])
    return cube.replace(angle=angle, **cube.geo_arguments(corners))


def _clip(cube: Cube, planes: FloatArray) -> tuple[Definition, float]:
    if are_inside(planes, cube.geo).all():
        return cube, 1.0
    from annogeo.definitions.polygon import Polygon
    from annogeo.geometry.region import even_odd_area, rings_of

    outline = cube.to_shapely()
    rings = rings_of(outline)
    left = clip_rings(rings, planes)
    whole = float(outline.area)
    share = even_odd_area(left) / whole if whole > 0.0 else inside_share(planes, cube.geo)
    return Polygon(left, cube.label, cube.attributes, cube.description), share


def _between(before: Cube, after: Cube, manner: Manner) -> Make:
    """Let the corners go evenly; an angle that followed the front's top edge goes on following it."""
    ways, last = ways_of(before, after, *CORNERS), None
    if before.angle != cuboid_angle(before.front_tl, before.front_tr):
        ways["angle"] = (before.angle, short_way(before.angle, after.angle))
        last = end_of_turn(before.angle, after.angle)
    return Evenly(before, ways, last_angle=last)


register(
    DefinitionType(
        "cube",
        Cube,
        _from_coordinates,
        _to_coordinates,
        _lower,
        between=_between,
        transform=_transform,
        clip=_clip,
        unread=FLAT,
    )
)

"""What boxes and notes share: four ordered edges, perhaps turned about the centre."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import number, rows
from annogeo.definitions.decoding import Codec, xy_type
from annogeo.definitions.moving import Evenly, Make, ways_of
from annogeo.definitions.registry import Manner
from annogeo.draw import DrawListBuilder, Pen
from annogeo.errors import InputError
from annogeo.geometry.affine import is_affine, map_points
from annogeo.geometry.clipping import clip_rings, upright_limits
from annogeo.geometry.corners import box_corners
from annogeo.geometry.mapping import keeps_upright, map_box, map_extent
from annogeo.geometry.measure import bounds
from annogeo.geometry.turning import end_of_turn, short_way

if TYPE_CHECKING:
    from annogeo.definitions.polygon import Polygon

FloatArray = npt.NDArray[np.float64]

_SEED_ORDER = np.array([0, 3, 2, 1])


class Rectangle(Definition):
    """Geometry of a definition with fields left, top, right, bottom and an angle (a field or always None)."""

    __slots__ = ()

    left: float
    top: float
    right: float
    bottom: float
    angle: float | None

    @property
    def geo(self) -> FloatArray:
        """Top-left and bottom-right corner of the unturned box, float64 (2, 2)."""
        return np.array([[self.left, self.top], [self.right, self.bottom]])

    @property
    def x(self) -> FloatArray:
        """Left and right edge."""
        return np.array([self.left, self.right])

    @property
    def y(self) -> FloatArray:
        """Top and bottom edge."""
        return np.array([self.top, self.bottom])

    @property
    def bounds(self) -> FloatArray:
        """Extent of the turned box, float64 (4,)."""
        if self.is_rotated:
            return bounds([self.corners])
        return self.xyxy

    @property
    def is_rotated(self) -> bool:
        """Whether the angle turns the box at all."""
        return self.angle is not None and math.fmod(self.angle, 360.0) != 0.0

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    @property
    def corners(self) -> FloatArray:
        """Corners (4, 2), turned: top-left, top-right, bottom-right, bottom-left."""
        return box_corners(self.left, self.top, self.right, self.bottom, self.angle or 0.0)

    @property
    def four_points(self) -> FloatArray:
        """Corners (4, 2), turned, in the seed SDK's order: top-left, bottom-left, bottom-right, top-right."""
        return self.corners.take(_SEED_ORDER, axis=0)

    @property
    def xyxy(self) -> FloatArray:
        """Unturned edges: left, top, right, bottom."""
        return np.array([self.left, self.top, self.right, self.bottom])

    @property
    def xywh(self) -> FloatArray:
        """Unturned: left, top, width, height."""
        return np.array([self.left, self.top, self.width, self.height])

    @property
    def cxcywh(self) -> FloatArray:
        """Centre x, centre y, width, height; the centre is where the box turns."""
        return np.array([self.left + self.width / 2, self.top + self.height / 2, self.width, self.height])

    def geo_arguments(self, geo: Any) -> dict[str, Any]:
        """Return the edges between two opposite corners (2, 2).

        Parameters
        ----------
        geo : float (2, 2)
            Two opposite corners of the unturned box in px.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(0, 0, 1, 1, "car", angle=30).geo_arguments([[2, 3], [4, 5]])
        {'left': 2.0, 'top': 3.0, 'right': 4.0, 'bottom': 5.0}
        """
        (left, top), (right, bottom) = rows("geo", geo, 2).tolist()
        return {"left": left, "top": top, "right": right, "bottom": bottom}

    def to_polygon(self) -> Polygon:
        """Return the turned outline as a `Polygon`.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(0, 0, 4, 2, "car").to_polygon().geo.tolist()
        [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]
        """
        from annogeo.definitions.polygon import Polygon

        return Polygon(self.corners, self.label, self.attributes, self.description)

    def to_shapely(self) -> Any:
        """Return the turned outline as a shapely Polygon.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(0, 0, 4, 2, "car").to_shapely().area
        8.0
        """
        import shapely

        return shapely.Polygon(self.corners)

    def _ordered_edges(self) -> dict[str, Any]:
        """Return the four checked edges, left <= right and top <= bottom."""
        left, right = number("left", self.left), number("right", self.right)
        top, bottom = number("top", self.top), number("bottom", self.bottom)
        return {
            "left": min(left, right),
            "top": min(top, bottom),
            "right": max(left, right),
            "bottom": max(top, bottom),
        }


def _corners_type() -> Any:
    xy: Any = xy_type()
    return list[xy | float | None]


_CORNERS = Codec(_corners_type)


def read_edges(coordinates: Any) -> tuple[float, float, float, float, float | None]:
    """Read left, top, right, bottom and angle from ``[{x, y}, {x, y}, angle]``; further entries are passed over."""
    corners = _CORNERS.decode(coordinates)
    return edges_of(corners)


def edges_of(corners: list[Any]) -> tuple[float, float, float, float, float | None]:
    """Take decoded corners apart."""
    if len(corners) < 2:
        raise InputError(f"expected two corners, got {len(corners)}")
    for index in (0, 1):
        if corners[index] is None or corners[index].__class__ is float:
            got = "null" if corners[index] is None else "a number"
            raise InputError(f"expected a corner {{x, y}}, got {got}", json_path=f"[{index}]")
    first, second = corners[0], corners[1]
    angle = corners[2] if len(corners) > 2 and corners[2].__class__ is float else None
    return first.x, first.y, second.x, second.y, angle


def write_edges(rectangle: Rectangle) -> list[Any]:
    """Write ``[{x, y, z}, {x, y, z}]`` and, where the box is turned, the angle as a bare third element."""
    written: list[Any] = [
        {"x": rectangle.left, "y": rectangle.top, "z": 0},
        {"x": rectangle.right, "y": rectangle.bottom, "z": 0},
    ]
    if rectangle.angle:
        written.append(rectangle.angle)
    return written


def lower_rectangle(rectangle: Rectangle, builder: DrawListBuilder, pen: Pen) -> None:
    """Draw the turned outline, filled or stroked; corners in the platform's order tl, bl, br, tr."""
    ring = rectangle.four_points
    if pen.fill:
        builder.fill([ring])
    else:
        builder.loop(ring, pen.line_width)


def transform_rectangle(rectangle: Rectangle, matrix: FloatArray, size: Any = None) -> Definition:
    """Map a rectangle: to one, turned where it has an angle to turn, or to the polygon of its corners."""
    edges = (rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)
    if not rectangle.is_rotated and keeps_upright(matrix):
        return _with_edges(rectangle, *map_extent(matrix, *edges).tolist())
    found = map_box(matrix, *edges, rectangle.angle or 0.0) if is_affine(matrix) else None
    if found is None:
        return _polygon(rectangle, [map_points(matrix, rectangle.corners)])
    left, top = found.x - found.first / 2, found.y - found.second / 2
    return _with_edges(
        rectangle, left, top, left + found.first, top + found.second, angle=found.angle or None
    )


def clip_rectangle(rectangle: Rectangle, planes: FloatArray) -> tuple[Definition, float]:
    """Cut a rectangle: to one, or to a polygon where it or a cut is slanted."""
    limits = None if rectangle.is_rotated else upright_limits(planes)
    if limits is None:
        from annogeo.definitions.mapping import region_share

        rings = [rectangle.corners]
        left = clip_rings(rings, planes)
        if len(left) == 1 and left[0] is rings[0]:
            return rectangle, 1.0
        return _polygon(rectangle, left), region_share(rings, left, planes)
    return _cut_upright(rectangle, limits)


def _cut_upright(rectangle: Rectangle, limits: tuple[float, ...]) -> tuple[Definition, float]:
    old = (rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)
    new = tuple(map(max, old[:2], limits[:2])) + tuple(map(min, old[2:], limits[2:]))
    if new == old:
        return rectangle, 1.0
    share = 1.0
    for axis in (0, 1):
        kept, whole = new[axis + 2] - new[axis], old[axis + 2] - old[axis]
        if kept < 0.0 or (kept == 0.0 < whole):
            from annogeo.definitions.mapping import nothing_left

            return nothing_left(rectangle), 0.0
        share *= kept / whole if whole > 0.0 else 1.0
    return _with_edges(rectangle, *new), share


def _with_edges(
    rectangle: Rectangle, left: float, top: float, right: float, bottom: float, **angle: Any
) -> Rectangle:
    return rectangle.replace(left=left, top=top, right=right, bottom=bottom, **angle)


def _polygon(rectangle: Rectangle, rings: list[FloatArray]) -> Polygon:
    from annogeo.definitions.polygon import Polygon

    return Polygon(rings, rectangle.label, rectangle.attributes, rectangle.description)


def rectangle_between(before: Rectangle, after: Rectangle, manner: Manner) -> Make:
    """Let the edges go evenly, which is the centre and the size; the angle the short way, where there is one."""
    ways = ways_of(before, after, "left", "top", "right", "bottom")
    last = None
    if before.angle is not None or after.angle is not None:
        start, end = before.angle or 0.0, after.angle or 0.0
        ways["angle"], last = (start, short_way(start, end)), end_of_turn(start, end)
    is_straight = not (before.is_rotated or after.is_rotated)
    return Evenly(before, ways, is_straight=is_straight, last_angle=last)

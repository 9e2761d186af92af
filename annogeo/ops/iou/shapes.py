"""Shapes of one kind as arrays, ready for the kernels: upright boxes, turned boxes, polygons, ellipses.

A group holds plain numbers; everything else follows from them when it is asked for. Each kind can also be seen as a
more general one: upright boxes as turned ones, these as polygons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.geometry.corners import cos_sins

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CROSSING_LIMIT = 100_000  # of a polygon with itself: beyond, cutting it apart takes minutes
_CROWDED = 500.0  # edges side by side: fewer are not worth looking for a better direction
_SAME = 1e-12  # of area and extent: what a polygon may differ from a simple one


@dataclass(frozen=True, eq=False)
class Group:
    """Shapes of one kind.

    Parameters
    ----------
    index : int (n,)
        The place of each in the list it was taken from.
    numbers : float array
        Coordinates and lengths: all that grows when the plane does.
    """

    index: IntArray
    numbers: FloatArray

    def scaled(self, scale: float) -> Self:
        """Return the group in a plane multiplied by a power of two."""
        return replace(self, numbers=self.numbers * scale)


@dataclass(frozen=True, eq=False)
class Boxes(Group):
    """Upright boxes; `numbers` (n, 4) are left, top, right, bottom."""

    @property
    def bounds(self) -> FloatArray:
        """Left, top, right, bottom, (n, 4)."""
        return self.numbers

    @cached_property
    def area(self) -> FloatArray:
        """Areas (n,)."""
        size = self.numbers[:, 2:] - self.numbers[:, :2]
        return size[:, 0] * size[:, 1]

    @cached_property
    def turned(self) -> TurnedBoxes:
        """The same as turned boxes."""
        return TurnedBoxes(self.index, self.numbers, np.zeros(len(self.index)))

    @cached_property
    def rings(self) -> Rings:
        """The same as polygons."""
        corners = self.numbers[:, [0, 1, 2, 1, 2, 3, 0, 3]]
        return _of_corners(self.index, corners.reshape(-1, 2))


@dataclass(frozen=True, eq=False)
class TurnedBoxes(Group):
    """Boxes turned about their centre; `numbers` as `Boxes`, before turning.

    Parameters
    ----------
    angles : float (n,)
        Degrees, clockwise on screen.
    """

    angles: FloatArray

    @cached_property
    def parts(self) -> FloatArray:
        """Centre, half width and height, cosine and sine, (n, 6)."""
        low, high = self.numbers[:, :2], self.numbers[:, 2:]
        half = (high - low) / 2
        return np.column_stack([low + half, half, *cos_sins(self.angles)])

    @cached_property
    def area(self) -> FloatArray:
        """Areas (n,)."""
        return 4.0 * self.parts[:, 2] * self.parts[:, 3]

    @cached_property
    def bounds(self) -> FloatArray:
        """Left, top, right, bottom of the turned boxes, (n, 4)."""
        x, y, width, height, cos, sin = np.abs(self.parts).T
        x, y = self.parts[:, 0], self.parts[:, 1]
        width, height = width * cos + height * sin, width * sin + height * cos
        return np.column_stack([x - width, y - height, x + width, y + height])

    @property
    def turned(self) -> Self:
        """Itself."""
        return self

    @cached_property
    def rings(self) -> Rings:
        """The same as polygons."""
        x, y, width, height, cos, sin = self.parts.T[:, :, None]
        along, beside = width * np.array([-1.0, 1.0, 1.0, -1.0]), height * np.array([-1.0, -1.0, 1.0, 1.0])
        corners = np.stack([x + cos * along - sin * beside, y + sin * along + cos * beside], axis=2)
        return _of_corners(self.index, corners.reshape(-1, 2))


@dataclass(frozen=True, eq=False)
class Ellipses(Group):
    """Ellipses; `numbers` (n, 4) are centre and half axes.

    Parameters
    ----------
    angles : float (n,)
        Degrees, clockwise on screen.
    """

    angles: FloatArray

    @cached_property
    def parts(self) -> FloatArray:
        """Centre, half axes, cosine and sine, (n, 6)."""
        return np.column_stack([self.numbers, *cos_sins(self.angles)])

    @cached_property
    def area(self) -> FloatArray:
        """Areas (n,)."""
        return np.pi * (self.numbers[:, 2] * self.numbers[:, 3])  # as the kernels multiply

    @cached_property
    def bounds(self) -> FloatArray:
        """Left, top, right, bottom, (n, 4)."""
        x, y, rx, ry, cos, sin = self.parts.T
        width, height = np.hypot(rx * cos, ry * sin), np.hypot(rx * sin, ry * cos)
        return np.column_stack([x - width, y - height, x + width, y + height])


class Edges(NamedTuple):
    """Edges of many shapes as `kernels.iou_polygons` takes them."""

    edges: FloatArray
    offsets: IntArray

    @property
    def most(self) -> int:
        """The most edges of a shape."""
        return int(np.diff(self.offsets).max(initial=0))


@dataclass(frozen=True, eq=False)
class Rings(Group):
    """Polygons with holes; `numbers` (p, 2) are the points of all rings.

    Parameters
    ----------
    starts : int (r + 1,)
        Offsets of the rings in the points.
    shapes : int (n + 1,)
        Offsets of the polygons in the rings.
    is_known : bool
        The rings are known to be simple and apart.
    """

    starts: IntArray
    shapes: IntArray
    is_known: bool = False

    @property
    def rings(self) -> Self:
        """Itself."""
        return self

    @cached_property
    def simple(self) -> SimpleRings:
        """The same regions by rings that are simple and apart, outer ones clockwise on screen, holes the other way."""
        found = _oriented(self.numbers, self.starts, self.shapes)
        if self.is_known:
            return found
        tangled = _tangled(found)
        return _oriented(*_untangled(self, tangled)) if tangled.size else found

    @property
    def area(self) -> FloatArray:
        """Even-odd areas (n,)."""
        return self.simple.area

    @property
    def bounds(self) -> FloatArray:
        """Left, top, right, bottom, (n, 4)."""
        return self.simple.bounds


@dataclass(frozen=True, eq=False)
class SimpleRings:
    """Rings that are simple and apart, outer ones clockwise on screen, holes the other way."""

    xy: FloatArray
    starts: IntArray
    shapes: IntArray
    area: FloatArray

    @cached_property
    def bounds(self) -> FloatArray:
        """Left, top, right, bottom of each shape, (n, 4); zeros for one without points."""
        points = self.starts[self.shapes]
        filled = np.flatnonzero(np.diff(points))
        bounds = np.zeros((len(self.area), 4))
        if filled.size:
            bounds[filled, :2] = np.minimum.reduceat(self.xy, points[filled])
            bounds[filled, 2:] = np.maximum.reduceat(self.xy, points[filled])
        return bounds

    @cached_property
    def _ends(self) -> FloatArray:
        """The point after each point in its ring."""
        sizes = np.diff(self.starts)
        following = np.arange(1, len(self.xy) + 1)
        following[self.starts[1:][sizes > 0] - 1] = self.starts[:-1][sizes > 0]
        return self.xy[following]

    @cached_property
    def crowding(self) -> FloatArray:
        """How many edges a line across a shape meets on average, the shapes' sum: for upright lines, for level ones."""
        points = self.starts[self.shapes]
        owner = np.repeat(np.arange(len(self.area)), np.diff(points))
        size = self.bounds[:, 2:] - self.bounds[:, :2]
        steps = np.abs(self._ends - self.xy)
        met = np.stack([np.bincount(owner, steps[:, k], len(size)) for k in range(2)], axis=1)
        met = np.divide(met, size, out=np.zeros(met.shape), where=size > 0.0)
        return np.asarray(met.sum(axis=0), np.float64)

    @cached_property
    def transposed(self) -> SimpleRings:
        """The shapes with x and y swapped."""
        return _oriented(np.ascontiguousarray(self.xy[:, ::-1]), self.starts, self.shapes)

    @cached_property
    def edges(self) -> Edges:
        """The edges that are not upright, from left to right, of each shape sorted by their left end."""
        start, end = self.xy, self._ends
        is_back = end[:, 0] < start[:, 0]
        left, right = np.where(is_back[:, None], end, start), np.where(is_back[:, None], start, end)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            slope = (right[:, 1] - left[:, 1]) / (right[:, 0] - left[:, 0])
        table = np.column_stack([left, right, slope, np.where(is_back, 1.0, -1.0)])
        points = self.starts[self.shapes]
        kept = np.flatnonzero(np.isfinite(slope))
        offsets = np.searchsorted(kept, points)
        order = kept.copy()
        for first, last in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
            part = kept[first:last]
            order[first:last] = part[np.argsort(left[part, 0])]
        return Edges(table[order], offsets)


def easily_swept(*sides: SimpleRings) -> tuple[SimpleRings, ...]:
    """Return shapes with x and y swapped where far fewer edges lie beside one another so: as of combs and stripes."""
    upright, level = np.sum([side.crowding for side in sides], axis=0).tolist()
    if upright > _CROWDED and level * 4.0 < upright:
        return tuple(side.transposed for side in sides)
    return sides


def _of_corners(index: IntArray, corners: FloatArray) -> Rings:
    """Return polygons of four corners each."""
    n = len(corners) // 4
    return Rings(index, corners, np.arange(n + 1) * 4, np.arange(n + 1), is_known=True)


def _oriented(xy: FloatArray, starts: IntArray, shapes: IntArray) -> SimpleRings:
    """Turn rings about where they run the wrong way."""
    from annogeo.kernels.iou_polygons import ring_signs

    areas, signs, depths = np.empty((3, len(starts) - 1))
    ring_signs(xy, starts, shapes, areas, signs, depths)
    wanted = 1.0 - 2.0 * depths
    sizes = np.diff(starts)
    is_turned = np.repeat(signs * wanted < 0.0, sizes)
    place = np.arange(len(xy))
    mirrored = np.repeat(starts[:-1] + starts[1:] - 1, sizes) - place
    area = _sums(areas * wanted, shapes)
    return SimpleRings(xy[np.where(is_turned, mirrored, place)], starts, shapes, area)


def _sums(values: FloatArray, offsets: IntArray) -> FloatArray:
    """Add up runs of values, some of them empty."""
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return np.asarray(np.bincount(owner, values, len(offsets) - 1), np.float64)


def _tangled(rings: SimpleRings) -> IntArray:
    """Say which shapes are not what they should be.

    With the winding number w, the integral of w (w - 1) is 0 where rings are simple and apart, and else more than
    what w differs from the even-odd region by. The integral of w is the area, that of its square the overlap with
    itself.
    """
    from annogeo.kernels.iou_polygons import squared_windings

    (swept,) = easily_swept(rings)
    active = np.empty(max(swept.edges.most, 1), np.int64)
    squares = squared_windings(*swept.edges, swept.bounds, active, CROSSING_LIMIT)
    size = rings.bounds[:, 2:] - rings.bounds[:, :2]
    too_many = np.flatnonzero(np.isnan(squares))
    if too_many.size:
        raise InputError(
            f"a polygon of {int(np.diff(rings.starts[rings.shapes])[too_many[0]])} points crosses itself "
            f"more than {CROSSING_LIMIT} times",
            hint="use its mask instead",
        )
    near = np.abs(squares - rings.area) <= _SAME * (np.abs(rings.area) + size[:, 0] * size[:, 1])
    return np.flatnonzero(~near)


def _untangled(rings: Rings, tangled: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Replace some shapes by rings that do not cross, around the same even-odd region."""
    from annogeo.geometry.region import region, rings_of

    every = np.split(rings.numbers, rings.starts[1:-1])
    shapes: list[Sequence[FloatArray]] = [
        every[first:last]
        for first, last in zip(rings.shapes[:-1].tolist(), rings.shapes[1:].tolist(), strict=True)
    ]
    for shape in tangled.tolist():
        shapes[shape] = rings_of(region(shapes[shape]))
    return joined(shapes)


def joined(shapes: Sequence[Sequence[FloatArray]]) -> tuple[FloatArray, IntArray, IntArray]:
    """Put the rings of many shapes one after the other: points, offsets of rings, offsets of shapes.

    Examples
    --------
    >>> xy, starts, shapes = joined([[np.zeros((3, 2)), np.ones((4, 2))], []])
    >>> xy.shape, starts.tolist(), shapes.tolist()
    ((7, 2), [0, 3, 7], [0, 2, 2])
    """
    rings = [ring for shape in shapes for ring in shape]
    starts = np.cumsum([0, *map(len, rings)])
    xy = np.concatenate(rings) if rings else np.zeros((0, 2))
    return xy, starts, np.cumsum([0, *map(len, shapes)])

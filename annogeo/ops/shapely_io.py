"""Definitions and draw lists from and to shapely geometries, one by one and in bulk. Layer: ops.

In bulk, coordinates go over as flat arrays with offsets, never point by point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Definition, Point, Polygon, Polyline
from annogeo.draw import DrawList, Op
from annogeo.errors import InputError, Problem, UnsupportedError
from annogeo.geometry.region import lines_of, rings_of
from annogeo.model.annotation import Annotation
from annogeo.model.collection import AnnotationCollection

IntArray = npt.NDArray[np.int64]


def from_shapely(
    geometry: Any,
    label: str,
    attributes: dict[str, Any] | None = None,
    description: str | None = None,
    *,
    problems: list[Problem] | None = None,
) -> Any:
    """Return the definition of a shapely geometry; of a collection of geometries a list, one for each.

    Parameters
    ----------
    geometry : shapely geometry
        A Polygon or MultiPolygon gives one `Polygon` (holes and parts are rings), a LineString, LinearRing or
        MultiLineString one `Polyline`, a Point one `Point`; a MultiPoint or GeometryCollection gives a list. Empty
        polygons and lines give empty definitions; an empty Point and an empty collection an empty list.
    label, attributes, description
        Of what is made.
    problems : list, optional
        Gets a Problem where a z coordinate is dropped.

    Returns
    -------
    Definition or list of Definition

    Raises
    ------
    InputError
        If it is no shapely geometry, or a coordinate is not finite.

    Examples
    --------
    >>> import shapely
    >>> from_shapely(shapely.box(0, 0, 4, 3), "car").area
    12.0
    >>> from_shapely(shapely.Point(1, 2), "nose")
    Point(x=1, y=2, label='nose')
    >>> from_shapely(shapely.GeometryCollection(), "car")
    []
    """
    kind = getattr(geometry, "geom_type", None)
    make = _MAKERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise InputError(f"geometry: expected a shapely geometry, got {type(geometry).__name__}")
    if geometry.has_z and problems is not None:
        problems.append(Problem("warning", f"the z coordinates of a {kind} were dropped", code="dropped-z"))
    return make(geometry, (label, attributes, description))


def to_shapely(shapes: AnnotationCollection | DrawList | Iterable[Any]) -> npt.NDArray[np.object_]:
    """Return one shapely geometry per annotation, item or definition.

    Parameters
    ----------
    shapes : AnnotationCollection, DrawList, or iterable of Annotation or Definition
        A video annotation gives its state at its current frame. Polygons are taken over ring by ring, in bulk: the
        first ring of each part is the outer one where rings nest, and ``Definition.to_shapely`` does what rings that
        cross need.

    Returns
    -------
    object (n,)
        None for annotations without geometry in the image plane.

    Raises
    ------
    UnsupportedError
        For operations of a draw list other than fills.

    Examples
    --------
    >>> boxes = DrawList.from_boxes([[0, 0, 4, 3], [1, 1, 2, 2]])
    >>> [shape.area for shape in to_shapely(boxes)]
    [12.0, 1.0]
    >>> to_shapely([]).size
    0
    """
    if isinstance(shapes, DrawList):
        return _of_draw_list(shapes)
    definitions = [_definition(shape) for shape in shapes]
    found = np.full(len(definitions), None, object)
    simple = [
        index
        for index, one in enumerate(definitions)
        if type(one) is Polygon and len(one.rings) == 1 and len(one.geo) >= 3
    ]
    if simple:
        rings = [definitions[index].geo for index in simple]
        offsets = np.zeros(len(rings) + 1, np.int64)
        np.cumsum([len(ring) for ring in rings], out=offsets[1:])
        made = _polygons(np.concatenate(rings), offsets, np.arange(len(rings) + 1))
        _resolve(made, lambda k: definitions[simple[k]].to_shapely())
        found[simple] = made
    done = set(simple)
    for index, one in enumerate(definitions):
        if index not in done:
            found[index] = _one(one)
    return found


def draw_list_of(geometries: Iterable[Any]) -> DrawList:
    """Return polygons as a draw list, one filled item each; `DrawList.from_shapely` is this.

    Parameters
    ----------
    geometries : array-like of shapely Polygon or MultiPolygon
        None and empty ones give items that draw nothing. A z coordinate is dropped.

    Raises
    ------
    InputError
        If one is no polygon; it says which.
    """
    import shapely

    given = np.asarray(geometries if isinstance(geometries, np.ndarray) else list(geometries), object).ravel()
    is_none = np.array([one is None for one in given], bool)
    kinds = np.asarray(shapely.get_type_id(given)) if given.size else np.zeros(0, int)
    wrong = np.flatnonzero(~np.isin(kinds, (3, 6)) & ~is_none)
    if wrong.size:
        first = int(wrong[0])
        got = getattr(given[first], "geom_type", type(given[first]).__name__)
        raise InputError(f"geometries[{first}]: expected a Polygon or MultiPolygon, got {got}")
    rings, owners = _rings(given)
    if not rings.size:
        return DrawList.from_polygons(np.zeros((0, 2)), [0], np.zeros(given.size + 1, np.int64))
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    counts = np.bincount(ring_of, minlength=rings.size)
    starts = np.concatenate([[0], np.cumsum(counts)])
    opened = np.delete(xy, starts[1:] - 1, axis=0)  # shapely repeats the first point
    return DrawList.from_polygons(
        opened, starts - np.arange(rings.size + 1), _offsets(np.bincount(owners, minlength=given.size))
    )


def _rings(geometries: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], IntArray]:
    """Return all rings, and which geometry each is of."""
    import shapely

    parts, part_of = shapely.get_parts(geometries, return_index=True)
    kept = ~shapely.is_empty(parts)
    parts, part_of = parts[kept], part_of[kept]
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    return rings, part_of[ring_of] if rings.size else np.zeros(0, np.int64)


def _of_draw_list(shapes: DrawList) -> npt.NDArray[np.object_]:
    if not shapes.only_fills:
        first = int(np.flatnonzero(shapes.op != Op.FILL)[0])
        raise UnsupportedError(
            f"operation {first} is a {Op(shapes.op[first]).name}: only fills have a shapely form",
            hint="to_shapely(collection) takes every type",
        )
    if len(shapes.op) != shapes.n_items:
        return _of_several_fills(shapes)
    made = _polygons(shapes.xy, shapes.ring_offsets, shapes.shape_offsets)
    _resolve(made, lambda k: Polygon(_shape_rings(shapes, k), "").to_shapely())
    return made


def _of_several_fills(shapes: DrawList) -> npt.NDArray[np.object_]:
    """Items of several fills, or of none, are the union of these."""
    import shapely

    fills = [Polygon(_shape_rings(shapes, k), "").to_shapely() for k in range(len(shapes.op))]
    made = np.full(shapes.n_items, None, object)
    for item in range(shapes.n_items):
        own = [fill for fill, of in zip(fills, shapes.item.tolist(), strict=True) if of == item]
        made[item] = shapely.union_all(own) if own else shapely.Polygon()
    return made


def _shape_rings(shapes: DrawList, index: int) -> list[npt.NDArray[np.float64]]:
    numbers = range(shapes.shape_offsets[index], shapes.shape_offsets[index + 1])
    rings = [shapes.xy[shapes.ring_offsets[k] : shapes.ring_offsets[k + 1]] for k in numbers]
    return [ring for ring in rings if len(ring)]


def _polygons(
    xy: npt.NDArray[np.float64], ring_offsets: IntArray, shape_offsets: IntArray
) -> npt.NDArray[np.object_]:
    """Make polygons of flat arrays; those of several rings or of too few points come out as None."""
    import shapely

    counts = np.diff(ring_offsets)
    first = shape_offsets[:-1]
    plain = np.diff(shape_offsets) == 1
    plain[plain] &= counts[first[plain]] >= 3
    made = np.full(len(first), None, object)
    if plain.any():
        rings = first[plain]
        chosen = np.zeros(len(counts), bool)
        chosen[rings] = True
        points = xy if chosen.all() else xy[np.repeat(chosen, counts)]
        made[plain] = shapely.polygons(
            shapely.linearrings(points, indices=np.repeat(np.arange(rings.size), counts[rings]))
        )
    return made


def _resolve(made: npt.NDArray[np.object_], carefully: Callable[[int], Any]) -> None:
    """Put in place of what is missing or not valid what a slower way gives."""
    import shapely

    for index in np.flatnonzero(~shapely.is_valid(made)).tolist():
        made[index] = carefully(index)


def _offsets(counts: IntArray) -> IntArray:
    offsets = np.zeros(counts.size + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def _definition(shape: Any) -> Any:
    if isinstance(shape, Definition):
        return shape
    if isinstance(shape, Annotation):
        return shape.annotation_definition
    raise InputError(f"shapes: expected annotations or definitions, got {type(shape).__name__}")


def _one(definition: Definition) -> Any:
    try:
        return definition.to_shapely()
    except UnsupportedError:
        return None


Common = tuple[str, "dict[str, Any] | None", "str | None"]


def _polygon(geometry: Any, common: Common) -> Any:
    return Polygon(rings_of(geometry), *common)  # type: ignore[arg-type]  # attributes are stored as {}


def _polyline(geometry: Any, common: Common) -> Any:
    return Polyline(lines_of(geometry), *common)  # type: ignore[arg-type]


def _point(geometry: Any, common: Common) -> Any:
    return [] if geometry.is_empty else Point(geometry.x, geometry.y, *common)  # type: ignore[arg-type]


def _several(geometry: Any, common: Common) -> Any:
    found: list[Definition] = []
    for part in geometry.geoms:
        made = _MAKERS[part.geom_type](part, common)
        found += made if isinstance(made, list) else [made]
    return found


_MAKERS: dict[str, Callable[[Any, Common], Any]] = {
    "Polygon": _polygon,
    "MultiPolygon": _polygon,
    "LineString": _polyline,
    "LinearRing": _polyline,
    "MultiLineString": _polyline,
    "Point": _point,
    "MultiPoint": _several,
    "GeometryCollection": _several,
}

"""`simplify`: fewer points in polygons and lines, where neighbours go on sharing their borders. Layer: ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from annogeo.definitions import Definition, Polygon, Polyline
from annogeo.definitions.checks import number
from annogeo.errors import InputError, UnsupportedError
from annogeo.geometry.region import lines_of, rings_of

if TYPE_CHECKING:
    from annogeo.model import AnnotationCollection

_TRIES = 5


def simplify(
    collection: AnnotationCollection, tolerance: float, *, shared_borders: bool = True
) -> AnnotationCollection:
    """Return a collection whose polygons and lines have fewer points.

    Parameters
    ----------
    collection : AnnotationCollection
        Not changed. Of video annotations every stored state is simplified by itself.
    tolerance : float
        In px, 0 or more. Alone: no corner of the old outline is further than this from the new one. Shared borders
        (Visvalingam and Whyatt): corners whose triangle is smaller than a triangle of this base and height, that is
        ``tolerance ** 2 / 2`` square px, may go.
    shared_borders : bool
        Polygons of stills that meet along edges are simplified together: the border between two is the same line for
        both, so that no gap and no overlap comes in. They must meet exactly, point for point, and not overlap. Where
        any two do not (drawn by hand, with different points along one border), each polygon is simplified alone.

    Returns
    -------
    AnnotationCollection
        Rings stay simple and apart, holes and parts stay. Other types are as they were.

    Raises
    ------
    InputError
        If `tolerance` is no finite number of 0 or more.
    UnsupportedError
        For shared borders with shapely before 2.1 or GEOS before 3.12.

    Examples
    --------
    >>> from annogeo.definitions import Polygon
    >>> from annogeo.model import AnnotationCollection
    >>> scene = AnnotationCollection()
    >>> scene.add(Polygon([(0, 0), (9, 0), (9, 5), (9.1, 6), (9, 9), (0, 9)], "left"))
    >>> scene.add(Polygon([(9, 0), (20, 0), (20, 9), (9, 9), (9.1, 6), (9, 5)], "right"))
    >>> [len(annotation.geo) for annotation in simplify(scene, 1)]
    [4, 4]
    """
    tolerance = number("tolerance", tolerance)
    if tolerance < 0:
        raise InputError(f"tolerance: expected 0 or more px, got {tolerance}")
    simplified = collection.like(annotation.copied() for annotation in collection)
    together: list[tuple[Any, Any]] = []
    for annotation in simplified:
        track = annotation.state.track
        for keyframe in list(track.keyframes):
            definition = keyframe.definition
            if shared_borders and not track.is_timed and _can_share(definition):
                together.append((annotation, keyframe))
            else:
                _put(track, keyframe, _alone(definition, tolerance))
    for (annotation, keyframe), definition in zip(
        together, _together([keyframe.definition for _, keyframe in together], tolerance), strict=True
    ):
        _put(annotation.state.track, keyframe, definition)
    return simplified


def _can_share(definition: Definition) -> bool:
    return isinstance(definition, Polygon) and bool(definition.rings)


def _put(track: Any, keyframe: Any, definition: Definition) -> None:
    if definition is not keyframe.definition:
        track.put(keyframe.replaced(definition))


def _alone(definition: Definition, tolerance: float) -> Definition:
    """Simplify one shape; its topology stays."""
    import shapely

    if isinstance(definition, Polygon) and definition.rings:
        shape = definition.to_shapely()
        return _with_rings(definition, shape, _within(shape, tolerance))
    if isinstance(definition, Polyline) and definition.lines:
        lines = [
            piece
            for line in definition.lines
            for piece in (
                lines_of(shapely.simplify(shapely.LineString(line), tolerance)) if len(line) > 2 else [line]
            )
        ]
        if sum(map(len, lines)) < sum(map(len, definition.lines)):
            return definition.replace(geo=lines if len(lines) > 1 else lines[0])
    return definition


def _within(shape: Any, tolerance: float) -> Any:
    """Simplify a region; by a smaller measure where that goes too far, as GEOS may at the first corner of a ring."""
    import shapely

    corners = shapely.points(shapely.get_coordinates(shape))
    measure = tolerance
    for _ in range(_TRIES):
        simple = shapely.simplify(shape, measure, preserve_topology=True)
        if not simple.is_empty and shapely.distance(corners, simple.boundary).max() <= tolerance:
            return simple
        measure /= 2
    return shape


def _together(definitions: list[Any], tolerance: float) -> list[Definition]:
    """Simplify polygons as one coverage where they are one, else each alone."""
    import shapely

    if len(definitions) < 2:
        return [_alone(definition, tolerance) for definition in definitions]
    if not hasattr(shapely, "coverage_simplify") or shapely.geos_version < (3, 12, 0):
        raise UnsupportedError(
            f"shared borders need shapely 2.1 with GEOS 3.12, this is {shapely.__version__} with "
            f"{shapely.geos_version_string}",
            hint="shared_borders=False simplifies each polygon alone",
        )
    shapes = np.array([definition.to_shapely() for definition in definitions], object)
    found: list[Definition] = list(definitions)
    for group in _neighbours(shapes):
        if len(group) > 1 and shapely.coverage_is_valid(shapes[group]):
            simple = shapely.coverage_simplify(shapes[group], tolerance)
            for index, shape in zip(group, simple, strict=True):
                found[index] = _with_rings(definitions[index], shapes[index], shape)
        else:
            for index in group:
                found[index] = _alone(definitions[index], tolerance)
    return found


def _neighbours(shapes: Any) -> list[list[int]]:
    """Group shapes that meet, directly or through others."""
    import shapely

    leader = list(range(len(shapes)))

    def root(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        low, high = sorted((root(a), root(b)))
        leader[high] = low
    groups: dict[int, list[int]] = {}
    for index in range(len(shapes)):
        groups.setdefault(root(index), []).append(index)
    return list(groups.values())


def _with_rings(polygon: Polygon, before: Any, after: Any) -> Polygon:
    """Return a polygon with simplified rings; as it is where nothing was left out or nothing would be left."""
    import shapely

    if after.is_empty or shapely.get_num_coordinates(after) >= shapely.get_num_coordinates(before):
        return polygon
    rings = rings_of(after)
    return polygon.replace(geo=rings if len(rings) > 1 else rings[0])

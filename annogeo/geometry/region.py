"""The exact region rings enclose, even-odd, also where they cross. shapely does the work, loaded on first use.

Lowest layer; rings are float64 (n, 2), open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.geometry.measure import moderate, signed_area
from annogeo.geometry.nesting import group_rings

FloatArray = npt.NDArray[np.float64]


def region(rings: Sequence[FloatArray]) -> Any:
    """Return the points inside an odd number of rings as a valid shapely Polygon or MultiPolygon.

    Examples
    --------
    >>> bow_tie = np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]])
    >>> region([bow_tie]).area
    2.0
    >>> region([]).is_empty
    True
    """
    import shapely

    closed, scale = moderate([ring for ring in rings if ring.shape[0] >= 3])
    if not closed:
        return shapely.Polygon()
    if scale != 1.0:
        return _unscaled(region(closed), scale)
    simple = [shapely.Polygon(ring) for ring in closed]
    if len(simple) == 1 and simple[0].is_valid:
        return simple[0]
    if all(polygon.is_valid for polygon in simple):
        nested = _nested(closed)
        if nested.is_valid:
            return nested
    return _odd_faces(closed)


def even_odd_area(rings: Sequence[FloatArray]) -> float:
    """Return the area of `region`, without shapely where one triangle or nothing is asked for.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> even_odd_area([square * 4, square * 2 + 1])
    12.0
    """
    closed, scale = moderate([ring for ring in rings if ring.shape[0] >= 3])
    if not closed:
        return 0.0
    triangle = len(closed) == 1 and closed[0].shape[0] == 3
    area = abs(signed_area(closed[0])) if triangle else float(region(closed).area)
    return area / scale / scale


def is_simple(ring: FloatArray) -> bool:
    """Whether a ring of at least three points neither crosses nor touches itself."""
    import shapely

    (ring,), _ = moderate([ring])
    return bool(shapely.LinearRing(ring).is_simple)


def union(rings: Iterable[FloatArray]) -> Any:
    """Return the points inside any of the rings as a shapely geometry."""
    import shapely

    parts, scale = moderate(list(rings))
    return _unscaled(shapely.union_all([region([ring]) for ring in parts]), scale)


def union_area(rings: Iterable[FloatArray]) -> float:
    """Return the area of `union`."""
    parts, scale = moderate(list(rings))
    return float(union(parts).area) / scale / scale


def rings_of(geometry: Any) -> list[FloatArray]:
    """Return the rings of a shapely Polygon, MultiPolygon or collection, open, holes after their outer ring.

    Parts that enclose nothing, as the lines and points that intersections leave, are passed over.

    Examples
    --------
    >>> import shapely
    >>> [ring.shape for ring in rings_of(shapely.box(0, 0, 2, 2))]
    [(4, 2)]
    """
    if geometry.is_empty:
        return []
    if geometry.geom_type == "Polygon":
        return [np.array(ring.coords)[:-1, :2] for ring in (geometry.exterior, *geometry.interiors)]
    return [ring for part in getattr(geometry, "geoms", ()) for ring in rings_of(part)]


def lines_of(geometry: Any) -> list[FloatArray]:
    """Return the lines of a shapely line, of a polygon's rings (closed) or of a collection of these.

    Examples
    --------
    >>> import shapely
    >>> [line.tolist() for line in lines_of(shapely.LineString([(0, 0), (3, 4)]))]
    [[[0.0, 0.0], [3.0, 4.0]]]
    """
    if geometry.is_empty:
        return []
    if geometry.geom_type in ("LineString", "LinearRing"):
        return [np.array(geometry.coords)[:, :2]]
    if geometry.geom_type == "Polygon":
        return [np.array(ring.coords)[:, :2] for ring in (geometry.exterior, *geometry.interiors)]
    return [line for part in getattr(geometry, "geoms", ()) for line in lines_of(part)]


def _unscaled(geometry: Any, scale: float) -> Any:
    """Undo `moderate`."""
    if scale == 1.0:
        return geometry
    import shapely

    return shapely.transform(geometry, lambda xy: xy / scale)


def _nested(rings: Sequence[FloatArray]) -> Any:
    """Put rings that do not cross together by which lies in which."""
    import shapely

    parts = [
        shapely.Polygon(rings[outer], [rings[hole] for hole in holes]) for outer, *holes in group_rings(rings)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _odd_faces(rings: Sequence[FloatArray]) -> Any:
    """Cut the plane along every edge and keep the faces an odd number of edges away from the outside."""
    import shapely

    outlines = shapely.union_all([shapely.LineString(np.concatenate([ring, ring[:1]])) for ring in rings])
    faces = shapely.get_parts(shapely.polygonize([outlines]))
    with np.errstate(over="ignore", invalid="ignore"):  # of faces next to nothing
        inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    start = np.concatenate(rings)
    end = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    odd = [bool(_edges_right_of(start, end, x, y) % 2) for x, y in inner.tolist()]
    kept = shapely.union_all(faces[np.array(odd, dtype=bool)])
    return shapely.Polygon() if kept.is_empty else kept


def _edges_right_of(start: FloatArray, end: FloatArray, x: float, y: float) -> int:
    hit = (start[:, 1] <= y) != (end[:, 1] <= y)
    start, end = start[hit], end[hit]
    with np.errstate(over="ignore"):  # of an edge next to level
        slope = (end[:, 0] - start[:, 0]) / (end[:, 1] - start[:, 1])
    return int(np.count_nonzero(start[:, 0] + (y - start[:, 1]) * slope > x))

"""`min_area_box` and `fit_ellipse`: turned boxes and ellipses for shapes, masks and points. Layer: ops."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box, Definition, Ellipse, Point, Polyline, Pose
from annogeo.definitions.checks import describe, points as checked_points
from annogeo.errors import InputError, UnsupportedError
from annogeo.geometry.calipers import smallest_rectangle
from annogeo.geometry.measure import moderate, signed_area
from annogeo.geometry.moments import (
    FittedEllipse,
    Moments,
    ellipse_of_moments,
    ellipse_of_points,
    ring_moments,
    run_moments,
)
from annogeo.geometry.region import region, rings_of
from annogeo.ops.operands import as_shape
from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]


def min_area_box(shape: Any, label: str | None = None, attributes: dict[str, Any] | None = None) -> Box:
    """Return the smallest box around a shape, turned as it has to be for that.

    Parameters
    ----------
    shape : definition, annotation, mask or points
        A mask is an array (H, W), an Rle, a Segmentation or a COCO dict: its pixels are squares. Numbers (n, 2) are
        points in px, unless they are bool or uint8.
    label, attributes : optional
        None: those of a definition, else none.

    Returns
    -------
    Box
        Of the least area among all angles; of equals the one turned least. `angle` is over -45 and up to 45 degrees,
        None where the box is upright.

    Raises
    ------
    InputError
        For an empty mask, no points, or types without a place.

    Notes
    -----
    One of its sides lies on an edge of the convex hull (Freeman and Shapira, 1975); all of them are tried, in float64.

    Examples
    --------
    >>> min_area_box([(2, 0), (4, 2), (2, 4), (0, 2)], "tile").angle
    45.0
    >>> min_area_box(np.ones((2, 3), bool), "tile")
    Box(left=0, top=0, right=3, bottom=2, label='tile')
    """
    read = _read(shape)
    if isinstance(read, Ellipse):
        return _box_of_ellipse(read, *_named(read, label, attributes))
    corners = _corners(read)
    if not corners.shape[0]:
        raise InputError(f"shape: expected something to put a box around, got {_nothing(read)}")
    left, top, right, bottom, angle = smallest_rectangle(corners)
    return Box(left, top, right, bottom, *_named(read, label, attributes), angle=angle or None)


def fit_ellipse(
    shape: Any,
    label: str | None = None,
    attributes: dict[str, Any] | None = None,
    *,
    method: str | None = None,
) -> Ellipse:
    """Return the ellipse that fits a shape, a mask or points best.

    Parameters
    ----------
    shape, label, attributes
        As of `min_area_box`.
    method : {'moments', 'points'}, optional
        ``"moments"``: the ellipse with the centroid and the second area moments of the region, exact for polygons
        (even-odd, with holes) and for the pixel squares of masks. ``"points"``: least squares through points, five at
        least; of a polygon or line its vertices. None: ``"points"`` for points and lines, else ``"moments"``.

    Returns
    -------
    Ellipse
        `rx` is the longer semi-axis; `angle` is over -90 and up to 90 degrees, 0 for a circle.

    Raises
    ------
    InputError
        If there is no area, or no ellipse through the points, or `method` does not suit.

    Notes
    -----
    ``skimage.measure.regionprops`` takes pixels as points, so that its squared axis lengths are 4/3 smaller than
    ``(2 rx) ** 2`` here; its orientation is ``radians(90 - angle)``, up to half a turn. ``"points"`` minimises the
    algebraic distance (Fitzgibbon and others 1999, Halir and Flusser 1998), as ``cv2.fitEllipseDirect`` does.

    Examples
    --------
    >>> fit_ellipse(Box(0, 0, 30, 10, "pill")).bounds.round(2).tolist()
    [-2.32, -0.77, 32.32, 10.77]
    >>> fit_ellipse([(0, 2), (4, 0), (8, 2), (4, 4), (4, 0)], "eye")
    Ellipse(x=4, y=2, rx=4, ry=2, angle=0, label='eye')
    """
    read = _read(shape)
    is_line = isinstance(read, np.ndarray | Polyline)
    if method is None:
        method = "points" if is_line else "moments"
    if method not in _METHODS:
        raise InputError(f"method: expected one of {', '.join(map(repr, _METHODS))}, got {method!r}")
    name, given = _named(read, label, attributes)
    found = _METHODS[method](read)
    return Ellipse(found.x, found.y, found.rx, found.ry, found.angle, name, given)


def _by_moments(read: Any) -> FittedEllipse:
    if isinstance(read, Ellipse) and read.area > 0.0:
        return _long_axis_first(read)
    moments, scale = (run_moments(read.rows()), 1.0) if isinstance(read, Rle) else _region_moments(read)
    if not moments.area > 0.0:
        raise InputError(
            f"shape: expected a region with an area, got {_nothing(read)}",
            hint="method='points' fits an ellipse to points",
        )
    return _unscaled(ellipse_of_moments(moments), scale)


def _region_moments(read: Any) -> tuple[Moments, float]:
    import shapely

    rings, scale = moderate([read] if isinstance(read, np.ndarray) else list(_rings(read)))
    found: list[FloatArray] = []
    for part in shapely.get_parts(region(rings)):
        outer, *holes = rings_of(part) or [np.zeros((0, 2))]
        found += [_wound(outer, 1.0), *(_wound(hole, -1.0) for hole in holes)]
    return ring_moments(found), scale


def _long_axis_first(ellipse: Ellipse) -> FittedEllipse:
    is_long = ellipse.rx >= ellipse.ry
    rx, ry = (ellipse.rx, ellipse.ry) if is_long else (ellipse.ry, ellipse.rx)
    angle = ellipse.angle if is_long else ellipse.angle + 90.0
    angle -= 180.0 * math.ceil(angle / 180.0 - 0.5)
    return FittedEllipse(ellipse.x, ellipse.y, rx, ry, 0.0 if rx == ry else angle)


def _by_points(read: Any) -> FittedEllipse:
    if isinstance(read, Rle):
        raise InputError("method: 'points' does not suit a mask", hint="method='moments' does")
    (points,), scale = moderate([_corners(read)])
    found = ellipse_of_points(points)
    if found is None:
        raise InputError(
            f"shape: expected five or more points that an ellipse goes by, got {len(points)}",
            hint="points on a line or too few of them fit no ellipse",
        )
    return _unscaled(found, scale)


_METHODS = {"moments": _by_moments, "points": _by_points}


def _unscaled(found: FittedEllipse, scale: float) -> FittedEllipse:
    return FittedEllipse(found.x / scale, found.y / scale, found.rx / scale, found.ry / scale, found.angle)


def _read(shape: Any) -> Definition | Rle | FloatArray:
    """Return a definition, runs, or points (n, 2)."""
    if isinstance(shape, np.ndarray | list | tuple):
        try:
            array = np.asarray(shape)
        except ValueError:
            raise InputError("shape: expected points (n, 2) or a mask (H, W), got a ragged list") from None
        has_pairs = array.ndim == 2 and array.shape[1] == 2 and array.dtype not in _MASKS
        if has_pairs or array.shape == (0,) or (array.ndim == 3 and array.shape[1:] == (1, 2)):
            return checked_points("shape", shape)
    return as_shape(shape, "shape")


_MASKS = (np.dtype(np.bool_), np.dtype(np.uint8))


def _corners(read: Any) -> FloatArray:
    """Return points (n, 2) whose convex hull is that of the shape."""
    if isinstance(read, np.ndarray):
        return read
    if isinstance(read, Rle):
        return _run_ends(read.rows())
    if isinstance(read, Point):
        return np.array([[read.x, read.y]])
    if isinstance(read, Pose):
        return np.array([(point.x, point.y) for point in read.points or ()]).reshape(-1, 2)
    parts = read.lines if isinstance(read, Polyline) else _rings(read)
    return np.concatenate([np.zeros((0, 2)), *parts])


def _rings(read: Definition) -> Iterable[FloatArray]:
    try:
        return read.to_polygon().rings
    except UnsupportedError:
        raise InputError(f"shape: expected one with an area, got {describe(read)}") from None


def _run_ends(rows: npt.NDArray[np.int32]) -> FloatArray:
    """Return the outermost corners of each row of pixels."""
    if not rows.shape[0]:
        return np.zeros((0, 2))
    first = np.flatnonzero(np.append(True, rows[1:, 0] != rows[:-1, 0]))
    last = np.append(first[1:], rows.shape[0]) - 1
    y, left, right = rows[first, 0], rows[first, 1], rows[last, 2]
    corners = np.stack([[left, y], [left, y + 1], [right, y], [right, y + 1]])
    return corners.transpose(0, 2, 1).reshape(-1, 2).astype(np.float64)


def _box_of_ellipse(ellipse: Ellipse, label: str, attributes: Any) -> Box:
    rx, ry = ellipse.rx, ellipse.ry
    turns = np.ceil(ellipse.angle / 90.0 - 0.5)
    if turns % 2:
        rx, ry = ry, rx
    angle = 0.0 if ellipse.rx == ellipse.ry else ellipse.angle - 90.0 * turns
    edges = (ellipse.x - rx, ellipse.y - ry, ellipse.x + rx, ellipse.y + ry)
    return Box(*edges, label, attributes, angle=float(angle) or None)


def _wound(ring: FloatArray, sign: float) -> FloatArray:
    return ring if signed_area(ring) * sign >= 0.0 else ring[::-1]


def _named(read: Any, label: str | None, attributes: dict[str, Any] | None) -> tuple[str, Any]:
    if isinstance(read, Definition):
        return (
            read.label if label is None else label,
            read.attributes if attributes is None else attributes,
        )
    return label or "", attributes


def _nothing(read: Any) -> str:
    if isinstance(read, Rle):
        return "an empty mask" if not read.area else describe(read)
    if isinstance(read, np.ndarray):
        return f"{len(read)} points"
    return (
        f"a {type(read).__name__} without points"
        if not _corners(read).size
        else f"a flat {type(read).__name__}"
    )

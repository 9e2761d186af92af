"""`medial_polyline`: the line along the middle of a mask, from end to end. Layer: masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from annogeo.definitions import Polygon, Polyline, Segmentation
from annogeo.definitions.checks import number
from annogeo.errors import InputError
from annogeo.geometry.corners import cos_sin
from annogeo.geometry.moments import ellipse_of_moments, run_moments
from annogeo.masks.outline import outline
from annogeo.masks.polygons import as_rle
from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_PIXEL_LIMIT = 2**26  # each costs some 50 bytes
_SWEEPS = 8  # along a skeleton; without loops the second finds the longest path
_CORNER = 2.0  # radii from the disc that fills a corner to its tip: of corners over 60 degrees, it is less
_LEAST_AHEAD = (
    4  # points of a path, before and behind, that say which way it runs; more where the radius has more px
)
_STEPS_PER_RADIUS = 8
_TINY = 1e-9
_SMOOTH = 3  # points before and behind that each is averaged with
_MOST_MOVED = 1.5  # px; the middle is not further from a skeleton, but where it forks
_STEPS = 64  # along a ray, before the crossing is narrowed down
_STEPS_PER_PIXEL = 4  # along the last ones: none is to jump over a gap
_AT_ONCE = 2**14  # rays
_HALVINGS = 24


def medial_polyline(
    mask: npt.ArrayLike | Rle | Segmentation,
    label: str = "",
    attributes: dict[str, Any] | None = None,
    *,
    tolerance: float = 0.5,
) -> Polyline:
    """Return the line along the middle of a mask, from border to border: for lanes, roads, cracks, vessels, worms.

    Parameters
    ----------
    mask : (H, W) bool or 0-1, Rle or Segmentation
    label : str
    attributes : dict, optional
    tolerance : float
        How far in px the line may be from the one with a point for each pixel; 0 keeps all points.

    Returns
    -------
    Polyline
        One line in the largest part: the longest path along its skeleton without the ends that run into corners, moved
        to the middle between the borders on both sides, and straight on at both ends up to the border. Where the
        skeleton has loops, the path is a shortest one between far ends. It starts at its left end.

    Raises
    ------
    InputError
        For an empty mask, one of more than 2^26 px around its pixels, or a `tolerance` that is no distance.

    Notes
    -----
    The skeleton is that of ``skimage.morphology.skeletonize`` (Zhang and Suen, 1984).

    Examples
    --------
    >>> bar = np.zeros((6, 20), bool)
    >>> bar[1:5, 2:18] = True
    >>> medial_polyline(bar, "lane").geo.round(3).tolist()
    [[2.0, 3.0], [18.0, 3.0]]
    """
    tolerance = number("tolerance", tolerance)
    if tolerance < 0:
        raise InputError(f"tolerance: expected 0 px or more, got {tolerance}")
    runs = as_rle(mask)
    if not runs.area:
        raise InputError("mask: expected pixels to find the middle of, got an empty mask")
    dense, corner = _largest_part(runs)
    line = _middle(dense)
    if tolerance:
        import shapely

        line = np.array(shapely.LineString(line).simplify(tolerance, preserve_topology=False).coords)
    if line[-1].tolist() < line[0].tolist():
        line = line[::-1]
    return Polyline(np.round(line + corner, 6) + 0.0, label, attributes)  # type: ignore[arg-type]


def _largest_part(runs: Rle) -> tuple[BoolArray, FloatArray]:
    """Return the largest part, with a border of one pixel around it, and the place of its top left corner.

    Pixels that meet only in a point belong together.
    """
    rings = outline(runs, 8).parts[0]
    corner, end = rings[0].min(axis=0) - 1, rings[0].max(axis=0) + 1
    width, height = (end - corner).tolist()
    if height * width > _PIXEL_LIMIT:
        raise InputError(f"mask: expected pixels within at most {_PIXEL_LIMIT} px, got {height} x {width}")
    part = Polygon([ring - corner for ring in rings], "")
    return part.to_mask(height, width), corner.astype(np.float64)


def _middle(dense: BoolArray) -> FloatArray:
    """Return the line of points (n, 2)."""
    import cv2

    x, y = _skeleton_path(dense)
    radii = cv2.distanceTransform(dense.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[y, x] - 0.5
    path = np.stack([x, y], axis=1) + 0.5
    start, stop = _corner(path, radii), path.shape[0] - _corner(path[::-1], radii[::-1])
    if stop - start < 2:
        return _axis(dense, path[path.shape[0] // 2])
    path, radii = path[start:stop], radii[start:stop]
    line = _to_middle(dense, path, _ways(path, radii), radii)
    line = _grown(dense, _grown(dense, line, radii[-1])[::-1], radii[0])
    line = _where_inside(dense, _averaged(line), line)
    return np.concatenate([_end(dense, line[::-1], radii[-1]), line, _end(dense, line, radii[0])])


def _skeleton_path(dense: BoolArray) -> npt.NDArray[np.intp]:
    """Return the longest path along the skeleton of a mask in one part: x and y of its pixels, (2, n)."""
    from skimage.graph import MCP_Geometric
    from skimage.morphology import skeletonize

    skeleton: BoolArray = skeletonize(dense)  # type: ignore[no-untyped-call]
    # Go from one end to the farthest point, from there to the farthest again, while that gets longer.
    steps = MCP_Geometric(np.where(skeleton, 1.0, -1.0))
    end = tuple(np.argwhere(skeleton)[0].tolist())
    path, longest = [end], 0.0
    for _ in range(_SWEEPS):
        lengths, _ = steps.find_costs([end])
        lengths[~np.isfinite(lengths)] = -1.0
        end = np.unravel_index(np.argmax(lengths), dense.shape)
        if lengths[end] <= longest:
            break
        path, longest = steps.traceback(end), lengths[end]
    return np.array(path, np.intp).T[::-1]


def _corner(path: FloatArray, radii: FloatArray) -> int:
    """Return how many points at the start of a path only lead into a corner of what is widest behind them."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    lengths = np.append(0.0, np.cumsum(steps))
    return int(np.flatnonzero(lengths <= _CORNER * radii)[-1])


def _ways(path: FloatArray, radii: FloatArray) -> FloatArray:
    """Return which way a path runs at each point: unit vectors (n, 2)."""
    places, last = np.arange(path.shape[0]), path.shape[0] - 1
    window = np.maximum(_LEAST_AHEAD, radii).astype(np.intp)
    ways: FloatArray = path[np.minimum(places + window, last)] - path[np.maximum(places - window, 0)]
    ways /= np.maximum(np.hypot(*ways.T), _TINY)[:, None]
    return ways


def _to_middle(dense: BoolArray, points: FloatArray, ways: FloatArray, radii: FloatArray) -> FloatArray:
    """Return points, each moved to the middle between the borders beside it, where these are near: (n, 2)."""
    if points.shape[0] > _AT_ONCE:
        cuts = range(_AT_ONCE, points.shape[0], _AT_ONCE)
        pieces = zip(*(np.split(column, cuts) for column in (points, ways, radii)), strict=True)
        return np.concatenate([_to_middle(dense, *piece) for piece in pieces])
    across = ways[:, ::-1] * [-1.0, 1.0]
    rays, twice = np.concatenate([across, -across]), np.concatenate([points, points])
    right, left = np.split(_exits(dense, twice, rays, np.tile(2.0 * radii + 2.0, 2)), 2)
    moves = (right - left) / 2
    moves = np.where(np.abs(moves) <= _MOST_MOVED, moves, 0.0)  # NaN where there is no border near
    return _where_inside(dense, points + across * moves[:, None], points)


def _where_inside(dense: BoolArray, points: FloatArray, others: FloatArray) -> FloatArray:
    """Return points, others in place of those that are not in the mask: (n, 2)."""
    return np.where(_is_inside(dense, points)[:, None], points, others)


def _averaged(line: FloatArray) -> FloatArray:
    """Return the mean of each point and those beside it: pixels make a line go in steps."""
    padded = np.pad(line, ((_SMOOTH, _SMOOTH), (0, 0)), "edge")
    averaged: FloatArray = sliding_window_view(padded, 2 * _SMOOTH + 1, axis=0).mean(axis=2)
    return averaged


def _grown(dense: BoolArray, line: FloatArray, radius: float) -> FloatArray:
    """Return a line gone on with at its end, midway between the borders, by what was left out as a corner."""
    behind = int(max(_LEAST_AHEAD, radius))
    points = list(line[-behind - 1 :])
    step = max(1.0, radius / _STEPS_PER_RADIUS)
    for _ in range(math.ceil(_CORNER * radius / step)):
        way = points[-1] - points[max(len(points) - 1 - behind, 0)]
        way = way / max(float(np.hypot(*way)), _TINY)
        ahead = points[-1] + way * step
        if not _is_inside(dense, ahead):
            break
        points.append(_to_middle(dense, ahead[None], way[None], np.array([radius]))[0])
    return np.concatenate([line[: -behind - 1], points])


def _end(dense: BoolArray, line: FloatArray, radius: float) -> FloatArray:
    """Return where a line, straight on from its end, meets the border: (1, 2)."""
    near = line[-int(max(_LEAST_AHEAD, radius)) :]
    way = np.linalg.svd(near - near.mean(axis=0))[2][0]
    way = way if way @ (near[-1] - near[0]) >= 0.0 else -way
    return _on_border(dense, line[-1], way)[None]


def _axis(dense: BoolArray, middle: FloatArray) -> FloatArray:
    """Return the line along the long axis of a mask, through its centroid or, if that is outside, a point: (2, 2)."""
    moments = run_moments(Rle.from_mask(dense).rows())
    centroid = np.array([moments.x, moments.y])
    point = centroid if _is_inside(dense, centroid) else middle
    way = np.array(cos_sin(ellipse_of_moments(moments).angle))
    return np.stack([_on_border(dense, point, -way), _on_border(dense, point, way)])


def _on_border(dense: BoolArray, point: FloatArray, way: FloatArray) -> FloatArray:
    """Return where a ray from a point in a mask first meets the border: (2,)."""
    reach = float(np.hypot(*dense.shape))
    steps = math.ceil(reach * _STEPS_PER_PIXEL)
    border: FloatArray = point + way * _exits(dense, point[None], way[None], np.array([reach]), steps)
    return border


def _exits(
    dense: BoolArray, points: FloatArray, ways: FloatArray, reach: FloatArray, n_steps: int = _STEPS
) -> FloatArray:
    """Return how far rays from inside a mask run to its border, (n,); NaN for more than `reach`."""
    steps = reach[:, None] * (np.arange(1, n_steps + 1) / n_steps)
    outside = ~_is_inside(dense, points[:, None] + ways[:, None] * steps[:, :, None])
    first = outside.argmax(axis=1)
    far = steps[np.arange(len(first)), first]
    near = far - reach / n_steps
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        inside = _is_inside(dense, points + ways * middle[:, None])
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    return np.where(outside.any(axis=1), far, np.nan)


def _is_inside(dense: BoolArray, points: FloatArray) -> BoolArray:
    height, width = dense.shape
    x = np.minimum(np.maximum(points[..., 0], 0.0).astype(np.intp), width - 1)
    y = np.minimum(np.maximum(points[..., 1], 0.0).astype(np.intp), height - 1)
    inside: BoolArray = dense[y, x]
    return inside

"""Masks to polygons. Layer: masks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Polygon, Segmentation
from annogeo.errors import InputError
from annogeo.masks.boxes import checked_max_instances, checked_min_area
from annogeo.masks.outline import outline, ring_order, rings_taken
from annogeo.masks.vertices import checked_epsilon, with_fewer_vertices
from annogeo.rle import Rle

Part = list[npt.NDArray[Any]]


def mask_to_polygon(
    mask: npt.ArrayLike | Rle | Segmentation,
    epsilon: float | None = 0,
    connectivity: int = 4,
    label: str = "",
    attributes: dict[str, Any] | None = None,
) -> Polygon:
    """Return the outline of a mask as one polygon of all its parts with their holes.

    Parameters
    ----------
    mask : (H, W) bool or 0-1, Rle or Segmentation
    epsilon : float, optional
        0: exactly along the pixel edges. None: of as few vertices as can be reached that, filled by rule ``center``,
        give exactly the same pixels. A number: the largest distance, in px, of the new outline from the exact one and
        of the exact one from the new (their Hausdorff distance). Unless it is 0, no ring touches itself or another,
        and none vanishes: the polygon is valid for shapely.
    connectivity : 4 or 8
        Whether pixels that meet only in a point belong together.
    label : str
    attributes : dict, optional

    Returns
    -------
    Polygon
        Without rings for an empty mask. Largest part first; its outer ring clockwise on screen, then its holes the
        other way.

    Examples
    --------
    >>> ring = [[1, 1, 1], [1, 0, 1], [1, 1, 1]]
    >>> [corners.tolist() for corners in mask_to_polygon(ring).rings]
    [[[0.0, 0.0], [3.0, 0.0], [3.0, 3.0], [0.0, 3.0]], [[2.0, 1.0], [1.0, 1.0], [1.0, 2.0], [2.0, 2.0]]]
    >>> mask_to_polygon([[0, 0]]).rings
    []
    """
    parts = _outlined(as_rle(mask), epsilon, connectivity)
    return Polygon([ring for part in parts for ring in part], label, attributes)  # type: ignore[arg-type]


def mask_to_polygons(
    mask: npt.ArrayLike | Rle | Segmentation,
    epsilon: float | None = 0,
    connectivity: int = 4,
    label: str = "",
    attributes: dict[str, Any] | None = None,
) -> list[Polygon]:
    """Return one polygon per connected part, with its holes, largest first (see `mask_to_polygon`).

    Parameters
    ----------
    mask, epsilon, connectivity, label, attributes
        As for `mask_to_polygon`.

    Returns
    -------
    list of Polygon
        Empty for an empty mask.

    Raises
    ------
    InputError
        For what is no mask, a negative `epsilon`, or a `connectivity` other than 4 and 8.

    Examples
    --------
    >>> [polygon.area for polygon in mask_to_polygons([[1, 0, 1, 1]])]
    [2.0, 1.0]
    """
    parts = _outlined(as_rle(mask), epsilon, connectivity)
    return [Polygon(part, label, attributes) for part in parts]  # type: ignore[arg-type]


def polygons_from_mask(
    mask: npt.ArrayLike | Rle | Segmentation,
    label: str,
    attributes: dict[str, Any] | None = None,
    epsilon: float | None = None,
    max_instances: int | None = 1,
    min_area: float = 0,
    connectivity: int = 4,
) -> Polygon | list[Polygon]:
    """Return the largest part's polygon (`max_instances` 1), or a list of the largest ones.

    The arguments are those of `Polygon.from_segmentation`.

    Raises
    ------
    InputError
        If one polygon is asked for and no part has more than `min_area` pixels.

    Examples
    --------
    >>> polygons_from_mask([[1, 0, 1, 1]], "car").bounds
    array([2., 0., 4., 1.])
    >>> polygons_from_mask([[0, 0]], "car", max_instances=None)
    []
    """
    least, most = checked_min_area(min_area), checked_max_instances(max_instances)
    runs = as_rle(mask)
    parts = _outlined(runs, epsilon, connectivity, least, most)
    polygons = [Polygon(part, label, attributes) for part in parts]  # type: ignore[arg-type]
    if most != 1:
        return polygons
    if not polygons:
        reason = f"no part has more than {min_area} px" if runs.area else "the mask is empty"
        raise InputError(
            f"mask: expected a part to make a polygon of, but {reason}",
            hint="max_instances=None gives a list",
        )
    return polygons[0]


def as_rle(mask: npt.ArrayLike | Rle | Segmentation) -> Rle:
    """Return the runs of anything that is a mask."""
    return mask.rle if isinstance(mask, Segmentation) else Rle.from_mask(mask)


def _outlined(
    mask: Rle, epsilon: float | None, connectivity: int, min_area: float = 0, limit: int | None = None
) -> list[Part]:
    """Return the rings of the largest parts with more than `min_area` pixels, at most `limit`."""
    tolerance = checked_epsilon(epsilon)
    traced = outline(mask, connectivity)
    areas = traced.part_areas
    order = ring_order(areas, traced.outer)
    outer = traced.outer[order]
    is_wanted = areas[outer] > min_area
    if limit is not None:
        is_wanted &= np.cumsum(order == outer) <= limit
    order, outer = order[is_wanted], outer[is_wanted]
    corners, corner_offsets = rings_taken(traced.xy, traced.offsets, order)
    xy, offsets = with_fewer_vertices(corners, corner_offsets, mask.shape, tolerance, connectivity)
    rings = [xy[start:stop] for start, stop in pairwise(offsets.tolist())]
    firsts = [*np.flatnonzero(order == outer).tolist(), len(rings)]
    return [rings[first:stop] for first, stop in pairwise(firsts)]

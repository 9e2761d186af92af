"""Masks to polygons and boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Polygon, Segmentation
from annogeo.errors import InputError
from annogeo.masks.outline import Outline, outline
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
        0: exactly along the pixel edges. A number: simplified, leaving out no corner that lies further than this, in
        px, from the new outline. None: filled by rule ``center`` it gives exactly the same pixels.
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
    parts = _simplified(outline(as_rle(mask), connectivity).parts, epsilon)
    return Polygon([ring for part in parts for ring in part], label, attributes)  # type: ignore[arg-type]


def mask_to_polygons(
    mask: npt.ArrayLike | Rle | Segmentation,
    epsilon: float | None = 0,
    connectivity: int = 4,
    label: str = "",
    attributes: dict[str, Any] | None = None,
) -> list[Polygon]:
    """Return one polygon per connected part, with its holes, largest first (see `mask_to_polygon`).

    Examples
    --------
    >>> [polygon.area for polygon in mask_to_polygons([[1, 0, 1, 1]])]
    [2.0, 1.0]
    """
    parts = _simplified(outline(as_rle(mask), connectivity).parts, epsilon)
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
    if max_instances is not None and (isinstance(max_instances, bool) or max_instances < 1):
        raise InputError(f"max_instances: expected a number from 1, or None for all, got {max_instances!r}")
    traced = outline(as_rle(mask), connectivity)
    areas = traced.part_areas[traced.part_order()]
    large = [part for part, area in zip(traced.parts, areas.tolist(), strict=True) if area > min_area]
    kept = _simplified(large[:max_instances], epsilon)
    polygons = [Polygon(part, label, attributes) for part in kept]  # type: ignore[arg-type]
    if max_instances != 1:
        return polygons
    if not polygons:
        reason = f"no part has more than {min_area} px" if areas.size else "the mask is empty"
        raise InputError(
            f"mask: expected a part to make a polygon of, but {reason}",
            hint="max_instances=None gives a list",
        )
    return polygons[0]


def boxes_from_mask(
    mask: npt.ArrayLike | Rle | Segmentation, connectivity: int = 4
) -> npt.NDArray[np.float64]:
    """Return left, top, right, bottom of each connected part, largest first: float64 (n, 4). Holes make no boxes.

    Examples
    --------
    >>> boxes_from_mask([[1, 0, 1, 1]])
    array([[2., 0., 4., 1.],
           [0., 0., 1., 1.]])
    """
    traced: Outline = outline(as_rle(mask), connectivity)
    return traced.part_boxes()


def as_rle(mask: npt.ArrayLike | Rle | Segmentation) -> Rle:
    """Return the runs of anything that is a mask."""
    return mask.rle if isinstance(mask, Segmentation) else Rle.from_mask(mask)


def _simplified(parts: Sequence[Part], epsilon: float | None) -> list[Part]:
    if epsilon is None or epsilon == 0:
        return list(parts)
    if isinstance(epsilon, bool) or not (math.isfinite(epsilon) and epsilon > 0):
        raise InputError(f"epsilon: expected None or a distance of at least 0 px, got {epsilon!r}")
    if not parts:
        return []
    import shapely

    # All parts in one geometry, so that the simplified rings stay apart from those of their neighbours too.
    shapes = shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in parts])
    simpler = shapely.get_parts(shapely.simplify(shapes, epsilon, preserve_topology=True))
    return [[np.asarray(ring.coords)[:-1] for ring in (part.exterior, *part.interiors)] for part in simpler]

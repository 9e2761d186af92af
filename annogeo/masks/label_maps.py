"""Label maps to polygons: all labels at once, none of their borders lost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Polygon
from annogeo.definitions.path import CheckedPaths
from annogeo.masks.outline import outer_rings, part_areas, ring_order, rings_taken
from annogeo.masks.outlines import outlines
from annogeo.masks.vertices import checked_epsilon, with_fewer_vertices


def label_map_to_polygons(
    label_map: npt.ArrayLike, epsilon: float | None = 0, connectivity: int = 4
) -> dict[int, Polygon]:
    """Return one polygon per label of a map, of all its parts with their holes.

    Parameters
    ----------
    label_map : int (H, W)
        The label of each pixel; 0 is background (see `outlines`).
    epsilon : float, optional
        As `mask_to_polygon` takes it; each polygon is the one that gives for the pixels of its label.
    connectivity : 4 or 8
        Whether pixels of one label that meet only in a point belong together.

    Returns
    -------
    dict of int to Polygon
        By label, rising; the polygons' own labels are these numbers as text.

    Examples
    --------
    >>> polygons = label_map_to_polygons([[0, 7], [3, 7]])
    >>> {label: polygon.geo.tolist() for label, polygon in polygons.items()}
    {3: [[0.0, 1.0], [1.0, 1.0], [1.0, 2.0], [0.0, 2.0]], 7: [[1.0, 0.0], [2.0, 0.0], [2.0, 2.0], [1.0, 2.0]]}
    >>> label_map_to_polygons([[0]])
    {}
    """
    tolerance = checked_epsilon(epsilon)
    found = outlines(label_map, connectivity)
    outer = outer_rings(found.ring_parent)
    order = ring_order(part_areas(found.xy, found.ring_offsets, outer), outer, found.ring_label)
    if tolerance == 0:
        xy, bounds = found.xy.astype(np.float64), found.ring_offsets.tolist()
    else:
        corners, corner_offsets = rings_taken(found.xy, found.ring_offsets, order)
        masks = np.searchsorted(found.labels, found.ring_label)  # as it is in that order too
        xy, offsets = with_fewer_vertices(
            corners, corner_offsets, np.shape(label_map), tolerance, connectivity, masks
        )
        order, bounds = np.arange(order.size), offsets.tolist()
    xy.flags.writeable = False
    rings = [xy[bounds[ring] : bounds[ring + 1]] for ring in order.tolist()]
    firsts = np.searchsorted(found.ring_label, found.labels)
    spans = pairwise([*firsts.tolist(), len(rings)])
    return {
        label: Polygon(CheckedPaths(rings[first:stop]), str(label))
        for label, (first, stop) in zip(found.labels.tolist(), spans, strict=True)
    }

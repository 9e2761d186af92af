"""Mapping and cutting any definition: what `transform` and `clip` of a definition do, by the rows of the registry.

Layer: definitions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import integer
from annogeo.definitions.registry import row_for
from annogeo.errors import InputError
from annogeo.geometry.affine import checked_matrix, is_affine, weights
from annogeo.geometry.clipping import are_inside, clip_lines, rectangle_planes
from annogeo.geometry.corners import box_corners
from annogeo.geometry.measure import length, signed_area
from annogeo.geometry.region import even_odd_area, is_simple

FloatArray = npt.NDArray[np.float64]
Size = tuple[int, int]

HORIZON = 1e-6
"""How near the horizon of a perspective map a shape is drawn: at this share of its largest weight it is cut off."""


def transformed(definition: Definition, matrix: Any, size: Size | None = None) -> Definition:
    """Return a definition under a map; `Definition.transform` says how.

    Parameters
    ----------
    definition : Definition
    matrix : (3, 3) or (2, 3)
    size : (height, width), optional
        Of the picture that is mapped to, for masks; None: it holds all of the mapped mask.
    """
    return mapped(definition, checked_matrix(matrix), size)


def mapped(definition: Definition, matrix: FloatArray, size: Size | None = None) -> Definition:
    """Return a definition under a checked matrix; what is beyond its horizon is cut off first."""
    row = row_for(definition)
    if row.transform is None:
        return definition
    if not is_affine(matrix) and row.clip is not None and not row.is_raster:
        definition = _in_front(definition, matrix)
        row = row_for(definition)
    transform = row.transform
    assert transform is not None  # what is left of a shape is a shape
    try:
        return transform(definition, matrix, size)
    except InputError as error:
        raise InputError(
            f"the mapped {definition.type} cannot be held: {error.message}",
            annotation_id=error.annotation_id,
            hint=error.hint
            or "its coordinates are too large for the matrix, or the matrix is not what was meant",
        ) from None


def clipped(definition: Definition, height: int, width: int) -> Definition:
    """Return what is left of a definition inside an image; `Definition.clip` says how."""
    size = checked_size(height, width)
    row = row_for(definition)
    if row.clip is None or row.transform is None:
        return definition
    if row.is_raster:
        return row.transform(definition, np.eye(3), size)
    return row.clip(definition, rectangle_planes(*size))[0]


def checked_size(height: Any, width: Any) -> Size:
    """Return a picture's size in px as whole numbers, 1 or more each.

    Examples
    --------
    >>> checked_size(3, 4.0)
    (3, 4)
    """
    size = integer("height", height), integer("width", width)
    for name, side in zip(("height", "width"), size, strict=True):
        if side < 1:
            raise InputError(f"{name}: expected a size of 1 px or more, got {side}")
    return size


def nothing_left(definition: Definition) -> Definition:
    """Return what stands for a shape of which nothing is left: a polygon without rings.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> nothing_left(Box(0, 0, 1, 1, "car")).geo, nothing_left(Box(0, 0, 1, 1, "car")).label
    ([], 'car')
    """
    from annogeo.definitions.polygon import Polygon

    return Polygon([], definition.label, definition.attributes, definition.description)


def region_share(rings: Sequence[FloatArray], left: Sequence[FloatArray], planes: FloatArray) -> float:
    """Return the share of a region that is left after a cut: of its area, else of its outline, else of its points."""
    if len(rings) == 1 and rings[0].shape[0] > 3 and is_simple(rings[0]):
        # its parts run the same way round and do not cross: no need to find out what even-odd makes of them
        whole = signed_area(rings[0])
        if whole != 0.0:
            return min(1.0, max(0.0, math.fsum(map(signed_area, left)) / whole))
    whole = even_odd_area(rings)
    if whole > 0.0:
        return min(1.0, even_odd_area(left) / whole)
    outlines = [np.concatenate([ring, ring[:1]]) for ring in rings]
    return line_share(outlines, clip_lines(outlines, planes), planes)


def line_share(lines: Sequence[FloatArray], left: Sequence[FloatArray], planes: FloatArray) -> float:
    """Return the share of lines that is left after a cut: of their length, else of their points."""
    whole = math.fsum(map(length, lines))
    if whole > 0.0:
        return min(1.0, math.fsum(map(length, left)) / whole)
    return inside_share(planes, np.concatenate([np.zeros((0, 2)), *lines]))


def inside_share(planes: FloatArray, points: FloatArray) -> float:
    """Return the share of points that lie in all half-planes; 0 of none."""
    return float(are_inside(planes, points).mean()) if points.shape[0] else 0.0


def _in_front(definition: Definition, matrix: FloatArray) -> Definition:
    """Cut off what is on or beyond the horizon."""
    bounds = definition.bounds
    if bounds is None:
        return definition
    found = weights(matrix, box_corners(*bounds.tolist()))
    nearest = HORIZON * float(np.abs(found).max())
    if (found > nearest).all():
        return definition
    plane = matrix[2] - [0.0, 0.0, nearest]
    clip = row_for(definition).clip
    assert clip is not None
    return clip(definition, plane[None])[0]

"""From definitions to groups of vector shapes; a table says how, type by type."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box, Cube, Definition, Ellipse, Note, Polygon, row_for
from annogeo.ops.iou.shapes import Boxes, Ellipses, Group, Rings, TurnedBoxes, joined

IntArray = npt.NDArray[np.int64]
Lower = Callable[[IntArray, Sequence[Any]], Iterable[Group]]

_EDGES = attrgetter("left", "top", "right", "bottom")
_AXES = attrgetter("x", "y", "rx", "ry")
_LARGEST = 490  # powers of two: areas of larger or smaller shapes need a plane scaled for them


def lower(index: IntArray, definitions: Sequence[Definition]) -> list[Group]:
    """Return the shapes by kind; `index` are their places in the whole, and every type has to be one of `LOWERED`."""
    by_lowering: dict[Lower, list[int]] = {}
    for k, definition in enumerate(definitions):
        lowered = LOWERED.get(definition.__class__) or LOWERED[row_for(definition).cls]
        by_lowering.setdefault(lowered, []).append(k)
    groups: list[Group] = []
    for lowered, places in by_lowering.items():
        groups += lowered(index[places], [definitions[k] for k in places])
    return groups


def common_scale(groups: Iterable[Group]) -> float:
    """Return the power of two to multiply all coordinates by so that areas are finite: 1 but for giants and dwarfs.

    Examples
    --------
    >>> common_scale([Boxes(np.arange(1), np.array([[0.0, 0.0, 1e9, 1e9]]))])
    1.0
    """
    largest = max((float(np.abs(group.numbers).max(initial=0.0)) for group in groups), default=0.0)
    exponent = math.frexp(largest)[1]
    if largest == 0.0 or abs(exponent) <= _LARGEST:
        return 1.0
    return math.ldexp(1.0, (_LARGEST if exponent > 0 else -_LARGEST) - exponent)


def _lower_rectangles(index: IntArray, rectangles: Sequence[Box | Note]) -> Iterable[Group]:
    edges = np.array(list(map(_EDGES, rectangles)))
    angles = np.array([r.angle or 0.0 for r in rectangles])
    is_turned = np.fmod(angles, 360.0) != 0.0
    if not is_turned.all():
        yield Boxes(index[~is_turned], edges[~is_turned])
    if is_turned.any():
        yield TurnedBoxes(index[is_turned], edges[is_turned], angles[is_turned])


def _lower_ellipses(index: IntArray, ellipses: Sequence[Ellipse]) -> Iterable[Group]:
    yield Ellipses(index, np.array(list(map(_AXES, ellipses))), np.array([e.angle for e in ellipses]))


def _lower_polygons(index: IntArray, polygons: Sequence[Polygon]) -> Iterable[Group]:
    yield Rings(index, *joined([polygon.rings for polygon in polygons]))


def _lower_cubes(index: IntArray, cubes: Sequence[Cube]) -> Iterable[Group]:
    yield Rings(index, *joined([cube.to_polygon().rings for cube in cubes]))


LOWERED: dict[type[Definition], Lower] = {
    Box: _lower_rectangles,
    Note: _lower_rectangles,
    Ellipse: _lower_ellipses,
    Polygon: _lower_polygons,
    Cube: _lower_cubes,
}
"""The vector types with an area. A cube is all that its drawn faces cover."""

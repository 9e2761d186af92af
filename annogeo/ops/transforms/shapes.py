"""Many definitions under one map: each with the share of it that can be seen. Layer: ops.

All points of polygons and lines are mapped in one go; everything else by its row of the registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from annogeo.definitions import Definition, row_for
from annogeo.definitions.mapping import mapped, nothing_left
from annogeo.definitions.path import Path
from annogeo.definitions.registry import DefinitionType
from annogeo.errors import InputError
from annogeo.geometry.affine import map_points
from annogeo.ops.transforms.plan import Plan

WHOLE = 1.0 - 1e-12
"""A share above this is all of it: what is missing is rounding."""


class Shape(NamedTuple):
    """A definition under a map.

    Parameters
    ----------
    definition : Definition
        Cut to the target, where that was asked for.
    share : float
        Of its area (else length, else points) inside the target; NaN where it could not be read.
    error : InputError or None
        Why it stays as it was.
    """

    definition: Definition
    share: float
    error: InputError | None = None


def map_shapes(definitions: Sequence[Definition], cuts: Sequence[bool], plan: Plan) -> list[Shape]:
    """Map definitions; those with `cuts` are cut to the target.

    Examples
    --------
    >>> import annogeo as ag
    >>> from annogeo.ops.transforms.plan import plan
    >>> shift = plan([[1, 0, -2], [0, 1, 0]], (10, 10), None)
    >>> [shape.definition for shape in map_shapes([ag.Box(0, 0, 4, 4, "car")], [True], shift)]
    [Box(left=0, top=0, right=2, bottom=4, label='car')]
    """
    found: list[Any] = [None] * len(definitions)
    if plan.is_affine:
        _map_paths(definitions, cuts, plan, found)
    for index, (definition, cut) in enumerate(zip(definitions, cuts, strict=True)):
        if found[index] is None:
            found[index] = _shape(definition, cut, plan)
    return found


def _shape(definition: Definition, cut: bool, plan: Plan) -> Shape:
    row = row_for(definition)
    if row.transform is None:
        return Shape(definition, 1.0)
    try:
        if row.is_raster or not plan.is_affine:
            return _cut_then_map(definition, row, cut, plan)
        moved = mapped(definition, plan.matrix)
        return _cut(moved, cut, plan)
    except InputError as error:
        return Shape(definition, float("nan"), error)


def _cut(moved: Definition, cut: bool, plan: Plan) -> Shape:
    clip = row_for(moved).clip
    if clip is None:
        return Shape(moved, 1.0)
    left, share = clip(moved, plan.planes)
    if share > WHOLE:
        return Shape(left if cut and left.type == moved.type else moved, 1.0)
    return Shape(left if cut else moved, share)


def _cut_then_map(definition: Definition, row: DefinitionType, cut: bool, plan: Plan) -> Shape:
    """Cut where it is: in perspective a shape may have no end, and pixels are counted where they are whole."""
    left, share = (definition, 1.0) if row.clip is None else row.clip(definition, plan.source_planes)
    share = 1.0 if share > WHOLE else share
    if row.is_raster:
        return Shape(mapped(definition, plan.matrix, plan.target), share)
    if not cut:
        return Shape(mapped(definition, plan.matrix), share)
    if share == 0.0:
        return Shape(nothing_left(definition), 0.0)
    moved = mapped(left, plan.matrix)
    clip = row_for(moved).clip
    return Shape(moved if clip is None or share == 1.0 else clip(moved, plan.planes)[0], share)


def _map_paths(definitions: Sequence[Definition], cuts: Sequence[bool], plan: Plan, found: list[Any]) -> None:
    """Fill in what is made of points alone and lies wholly inside or wholly outside, from one flat array."""
    places = [k for k, d in enumerate(definitions) if isinstance(d, Path) and d.sequences]
    if not places:
        return
    groups = [definitions[k].sequences for k in places]  # type: ignore[attr-defined]  # they are paths
    sequences = [points for group in groups for points in group]
    sizes = np.fromiter(map(len, sequences), np.int64, len(sequences))
    ends = np.cumsum(sizes)
    xy = map_points(plan.matrix, np.concatenate(sequences))
    if not np.isfinite(xy).all():
        return  # one by one, so that the error names the one
    first = np.cumsum([0, *map(len, groups[:-1])])
    starts = (ends - sizes)[first]
    low, high = np.minimum.reduceat(xy, starts), np.maximum.reduceat(xy, starts)
    limit = np.array(plan.target[::-1], np.float64)
    inside = np.all((low >= 0.0) & (high <= limit), axis=1).tolist()
    outside = np.any((high < 0.0) | (low > limit), axis=1).tolist()
    xy.flags.writeable = False
    parts = [xy[end - size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]
    for k, at, group, is_inside, is_outside in zip(
        places, first.tolist(), groups, inside, outside, strict=True
    ):
        if is_outside and cuts[k]:
            found[k] = Shape(definitions[k], 0.0)  # not looked at again
            continue
        moved = definitions[k].moved(parts[at : at + len(group)])  # type: ignore[attr-defined]
        if is_inside:
            found[k] = Shape(moved, 1.0)
        elif is_outside:
            found[k] = Shape(moved, 0.0)
        else:
            found[k] = _cut(moved, cuts[k], plan)

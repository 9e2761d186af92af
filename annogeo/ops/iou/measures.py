"""What is made of overlaps: a table of measures, each a function of a block of the matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.ops.iou.lowering import common_scale
from annogeo.ops.iou.overlaps import overlap_areas
from annogeo.ops.iou.shapes import Group
from annogeo.ops.iou.sides import Side
from annogeo.rle import MaskStore, Rle

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ENTRY_LIMIT = 1 << 31  # 16 GiB


@dataclass(frozen=True, eq=False)
class Block:
    """A part of the matrix whose pairs are all measured in the same way.

    Parameters
    ----------
    rows, columns : int arrays
        Where it belongs.
    overlaps : float (n, m)
        Areas of overlap; measures may write into it.
    areas, others : float (n,), (m,)
        The areas of the shapes themselves.
    hulls : () -> float (n, m)
        The areas of the shapes that enclose each pair.
    """

    rows: IntArray
    columns: IntArray
    overlaps: FloatArray
    areas: FloatArray
    others: FloatArray
    hulls: Callable[[], FloatArray]


Measure = Callable[[Block], FloatArray]


def matrix(a: Side, b: Side, measure: Measure) -> FloatArray:
    """Measure every shape of one side with every shape of the other, float64 (N, M)."""
    if a.n * b.n > ENTRY_LIMIT:
        raise InputError(
            f"a matrix of {a.n} x {b.n} numbers takes {a.n * b.n >> 27} GiB",
            hint="take a part of A at a time",
        )
    shape = (a.n, b.n)
    if a.n == 0 or b.n == 0:
        return np.zeros(shape)
    result: FloatArray | None = None
    for block in _blocks(a, b):
        found = measure(block)
        if found.shape == shape:
            return found
        result = np.zeros(shape) if result is None else result
        result[np.ix_(block.rows, block.columns)] = found
    return np.zeros(shape) if result is None else result


def _blocks(a: Side, b: Side) -> Iterator[Block]:
    if a.masks and b.masks and len(a.masks.keys() | b.masks.keys()) > 1:
        sizes = " and ".join(f"{height}x{width}" for height, width in sorted(a.masks.keys() | b.masks.keys()))
        raise InputError(f"expected masks of one size, got {sizes}", hint="masks of one image have its size")
    if a.vectors.size and b.vectors.size:
        yield _vector_block(a, b)
    for shape in a.masks.keys() | b.masks.keys():
        rows, masks = a.masks.get(shape, (np.zeros(0, np.int64), []))
        columns, others = b.masks.get(shape, (np.zeros(0, np.int64), []))
        if rows.size and columns.size:
            yield _mask_block(rows, masks, columns, others)
        if rows.size and b.vectors.size:
            yield _mask_block(rows, masks, b.vectors, b.pixels(shape))
        if columns.size and a.vectors.size:
            yield _mask_block(a.vectors, a.pixels(shape), columns, others)


def _vector_block(a: Side, b: Side) -> Block:
    """Compare vector shapes by their exact areas."""
    from annogeo.ops.iou.hulls import hull_areas

    groups, others = _numbered(a), _numbered(b)
    others = groups if b is a else others
    scale = common_scale([*groups, *others])
    if scale != 1.0:
        is_same = others is groups
        groups = [group.scaled(scale) for group in groups]
        others = groups if is_same else [group.scaled(scale) for group in others]
    overlaps = np.zeros((a.vectors.size, b.vectors.size))
    overlap_areas(groups, others, overlaps)
    return Block(
        a.vectors,
        b.vectors,
        overlaps,
        _areas(groups, a.vectors.size),
        _areas(others, b.vectors.size),
        partial(hull_areas, groups, others, overlaps.shape),
    )


def _mask_block(rows: IntArray, masks: Sequence[Rle], columns: IntArray, others: Sequence[Rle]) -> Block:
    """Count pixels."""
    from annogeo.ops.iou.hulls import mask_hull_areas

    one = masks if isinstance(masks, MaskStore) else MaskStore(masks)
    other = one if others is masks else others if isinstance(others, MaskStore) else MaskStore(others)
    return Block(
        rows,
        columns,
        one.intersections(other),
        one.areas.astype(np.float64),
        other.areas.astype(np.float64),
        partial(mask_hull_areas, one, other),
    )


def _numbered(side: Side) -> list[Group]:
    """Return a side's groups, their places counted among the vector shapes alone."""
    if side.vectors.size == side.n:
        return side.groups
    from dataclasses import replace

    return [replace(group, index=np.searchsorted(side.vectors, group.index)) for group in side.groups]


def _areas(groups: list[Any], n: int) -> FloatArray:
    areas = np.zeros(n)
    for group in groups:
        areas[group.index] = group.area
    return areas


def _iou(block: Block) -> FloatArray:
    from annogeo.kernels.iou_boxes import to_ratios

    to_ratios(block.overlaps, block.areas, block.others, True)
    return block.overlaps


def _ioa(block: Block) -> FloatArray:
    from annogeo.kernels.iou_boxes import to_ratios

    to_ratios(block.overlaps, block.areas, block.others, False)
    return block.overlaps


def _giou(block: Block) -> FloatArray:
    hulls = block.hulls()
    unions = block.areas[:, None] + (block.others[None, :] - block.overlaps)
    has_area = hulls > 0.0
    uncovered = np.where(has_area, (hulls - unions) / np.where(has_area, hulls, 1.0), 0.0)
    return _iou(block) - np.maximum(uncovered, 0.0)


MEASURES: dict[str, Measure] = {"iou": _iou, "ioa": _ioa, "giou": _giou}

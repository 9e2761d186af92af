"""Areas of overlap of two lists of vector shapes: a table says which kernel serves which pair of kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.ops.iou.shapes import Boxes, Ellipses, Group, Rings, TurnedBoxes, easily_swept

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]
PairOverlaps = Callable[[Any, Any, IndexArray], FloatArray]

_PAIRS_AT_A_TIME = 1 << 20


def overlap_areas(groups: Sequence[Group], others: Sequence[Group], overlaps: FloatArray) -> None:
    """Fill in the area of overlap of every shape with every other.

    Parameters
    ----------
    groups, others : sequence of Group
        The same object twice for one side with itself: each pair is then looked at once.
    overlaps : float (n, m)
        Zeros; its rows and columns are the places that the groups name.
    """
    is_same = groups is others
    for k, group in enumerate(groups):
        for other in others[k:] if is_same else others:
            if isinstance(group, Boxes) and isinstance(other, Boxes):
                _fill_boxes(group, other, overlaps)
            else:
                _fill_pairs(group, other, overlaps)
            if is_same and group is not other:
                overlaps[np.ix_(other.index, group.index)] = overlaps[np.ix_(group.index, other.index)].T


def _fill_boxes(boxes: Boxes, others: Boxes, overlaps: FloatArray) -> None:
    from annogeo.kernels.iou_boxes import box_overlaps

    is_all = overlaps.shape == (len(boxes.index), len(others.index))
    block = overlaps if is_all else np.empty((len(boxes.index), len(others.index)))
    box_overlaps(boxes.numbers, np.ascontiguousarray(others.numbers.T), block)
    if not is_all:
        overlaps[np.ix_(boxes.index, others.index)] = block


def _fill_pairs(group: Any, other: Any, overlaps: FloatArray) -> None:
    kernel = OVERLAPS.get((type(group), type(other)))
    if kernel is None:  # the table names each two kinds once
        _fill_pairs(other, group, overlaps.T)
        return
    is_same = group is other
    for pairs in near_pairs(group.bounds, other.bounds, is_same=is_same):
        areas = kernel(group, other, pairs)
        rows, columns = group.index[pairs[:, 0]], other.index[pairs[:, 1]]
        overlaps[rows, columns] = areas
        if is_same:
            overlaps[columns, rows] = areas
    if is_same:
        overlaps[group.index, group.index] = group.area


def near_pairs(bounds: FloatArray, others: FloatArray, *, is_same: bool = False) -> Iterator[IndexArray]:
    """Give the pairs whose bounds overlap, int32 (k, 2), a good many at a time; of one side with itself i <= j only.

    Examples
    --------
    >>> boxes = np.array([[0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0], [2.0, 0.0, 4.0, 1.0]])
    >>> [pairs.tolist() for pairs in near_pairs(boxes, boxes, is_same=True)]
    [[[0, 0], [0, 1], [1, 1], [2, 2]]]
    """
    from annogeo.kernels.iou_boxes import near_pairs as find

    n, m = len(bounds), len(others)
    if n == 0 or m == 0:
        return
    order = np.argsort(others[:, 0], kind="stable")
    others = others[order]
    widest = float((others[:, 2] - others[:, 0]).max())
    first = np.searchsorted(others[:, 0], bounds[:, 0] - widest * (1.0 + 1e-12))
    spans = np.column_stack([first, np.searchsorted(others[:, 0], bounds[:, 2])])
    step = max(1, _PAIRS_AT_A_TIME // m)
    found = np.empty((min(n, step) * m, 2), np.int32)
    for start in range(0, n, step):
        rows = slice(start, start + step)
        count = find(bounds[rows], others, order, spans[rows], start, is_same, found)
        if count:
            found[:count, 0] += start
            yield found[:count]


def _of_turned_boxes(group: Boxes | TurnedBoxes, other: Boxes | TurnedBoxes, pairs: IndexArray) -> FloatArray:
    from annogeo.kernels.iou_boxes import turned_overlaps

    return turned_overlaps(group.turned.parts, other.turned.parts, pairs)


def _of_rings(
    group: Boxes | TurnedBoxes | Rings, other: Boxes | TurnedBoxes | Rings, pairs: IndexArray
) -> FloatArray:
    from annogeo.kernels.iou_polygons import PIECES, ring_overlaps

    a, b = easily_swept(group.rings.simple, other.rings.simple)
    room = PIECES * max(a.edges.most, b.edges.most, 1)
    scratch = (np.empty((room, 6)), np.empty((room, 6)), np.empty(room, np.int64))
    return ring_overlaps(*a.edges, a.bounds, a.area, *b.edges, b.bounds, b.area, pairs, scratch)


def _of_ellipse_and_rings(
    ellipses: Ellipses, other: Boxes | TurnedBoxes | Rings, pairs: IndexArray
) -> FloatArray:
    from annogeo.kernels.iou_ellipses import ellipse_ring_overlaps

    b = other.rings.simple
    return ellipse_ring_overlaps(ellipses.parts, b.xy, b.starts, b.shapes, b.area, pairs)


def _of_ellipses(ellipses: Ellipses, others: Ellipses, pairs: IndexArray) -> FloatArray:
    from annogeo.kernels.iou_ellipses import ellipse_overlaps

    return ellipse_overlaps(ellipses.parts, others.parts, pairs)


OVERLAPS: dict[tuple[type[Group], type[Group]], PairOverlaps] = {
    (Boxes, TurnedBoxes): _of_turned_boxes,
    (TurnedBoxes, TurnedBoxes): _of_turned_boxes,
    (Boxes, Rings): _of_rings,
    (TurnedBoxes, Rings): _of_rings,
    (Rings, Rings): _of_rings,
    (Ellipses, Boxes): _of_ellipse_and_rings,
    (Ellipses, TurnedBoxes): _of_ellipse_and_rings,
    (Ellipses, Rings): _of_ellipse_and_rings,
    (Ellipses, Ellipses): _of_ellipses,
}
"""Two kinds -> the areas of overlap of pairs; upright boxes among themselves are not looked at in pairs."""

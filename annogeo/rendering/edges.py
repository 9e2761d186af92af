"""Runs of each item of a draw list, as edges (see `annogeo.Rle`): along rows, or down columns as COCO wants them.

Some rules get there without spans, and in one of the two orders first. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList
from annogeo.rendering.rasterize import sorted_columns
from annogeo.rendering.rules import fill_fields, kernels, scan, scanner_for
from annogeo.rle.checks import EDGE_LIMIT
from annogeo.rle.runs import all_transposed
from annogeo.rle.scratch import most_kept, scratch

IntArray = npt.NDArray[np.int64]
Edges = tuple[IntArray, IntArray]
"""Edges of all items one behind the other; item i has ``edges[offsets[i]:offsets[i + 1]]``."""

_LEAST_ROOM = 1 << 14
_WIDEST = 1 << 20  # of a canvas whose columns are counted


def item_edges(drawlist: DrawList, height: int, width: int, rule: str = "center") -> Edges:
    """Give each item its edges: where its mask, read row by row, turns on, off, on ...

    Parameters
    ----------
    drawlist : DrawList
    height, width : int
        At least 1.
    rule : str

    Returns
    -------
    edges : int64 (q,)
    offsets : int64 (n_items + 1,)
        Item i has ``edges[offsets[i]:offsets[i + 1]]``.

    Examples
    --------
    >>> edges, offsets = item_edges(DrawList.from_boxes([[1, 0, 2, 1], [0, 0, 3, 2]]), 2, 3)
    >>> edges.tolist(), offsets.tolist()
    ([1, 2, 0, 6], [0, 2, 4])
    """
    edges, offsets = _edges(drawlist, height, width, rule, False)
    return edges.copy(), offsets


def item_columns(drawlist: DrawList, height: int, width: int, rule: str = "center") -> Edges:
    """Give each item its edges as `item_edges` does, but of its mask read column by column.

    They may be in `scratch` memory, to be used at once.

    Examples
    --------
    >>> item_columns(DrawList.from_boxes([[1, 0, 2, 1]]), 2, 3)[0].tolist()
    [2, 3]
    """
    return _edges(drawlist, height, width, rule, True)


def _edges(drawlist: DrawList, height: int, width: int, rule: str, by_columns: bool) -> Edges:
    edges, offsets, are_columns = _in_short(drawlist, height, width, rule, by_columns) or _of_spans(
        drawlist, height, width, rule
    )
    if are_columns == by_columns:
        return edges, offsets
    return all_transposed(edges, offsets, *((width, height) if are_columns else (height, width)))


def _in_short(
    drawlist: DrawList, height: int, width: int, rule: str, by_columns: bool
) -> tuple[IntArray, IntArray, bool] | None:
    """Give the edges, and whether they go down columns, without spans; None where that can't be."""
    scanner_for(rule)  # raises for what is no rule
    way = _SHORT_WAYS.get(rule)
    if way is None or not drawlist.only_fills or len(drawlist.item) != len(drawlist):
        return None
    fill, is_turned = way(drawlist, height, width, by_columns)
    edges = scratch(max(most_kept(np.int64), _LEAST_ROOM), np.int64)
    offsets = np.empty(len(drawlist) + 1, np.int64)
    needed = fill(edges, offsets)
    if not 0 <= needed <= EDGE_LIMIT:  # edges may cross each other's columns again and again
        return None
    if needed > edges.size:
        edges = scratch(needed, np.int64)
        fill(edges, offsets)
    return edges[: offsets[-1]], offsets, is_turned


def _of_spans(drawlist: DrawList, height: int, width: int, rule: str) -> tuple[IntArray, IntArray, bool]:
    spans = scan(drawlist, height, width, rule)
    edges, offsets = np.empty(2 * len(spans), np.int64), np.zeros(drawlist.n_items + 1, np.int64)
    if len(spans):
        kernels("rle").join_spans(*sorted_columns(spans, height, width), width, edges, offsets)
    return edges[: offsets[-1]], offsets, False


Fill = Callable[[IntArray, IntArray], int]
"""Writes edges and offsets; returns how much room edges need, less than 0 where it can't."""


def _center(drawlist: DrawList, height: int, width: int, by_columns: bool) -> tuple[Fill, bool]:
    item, shapes, rings, xy = fill_fields(drawlist)
    if by_columns:
        turned = np.empty_like(xy)  # faster than a copy of `xy[:, ::-1]`
        turned[:, 0], turned[:, 1] = xy[:, 1], xy[:, 0]
        xy, height, width = turned, width, height
    fill = kernels("rle_fills").fill_edges
    return partial(fill, item, shapes, rings, xy, height, width, by_columns), by_columns


def _coco(drawlist: DrawList, height: int, width: int, by_columns: bool) -> tuple[Fill, bool]:
    if width > _WIDEST:
        return _can_not, True
    return partial(kernels("rle_coco").coco_edges, *fill_fields(drawlist), height, width), True


def _can_not(edges: IntArray, offsets: IntArray) -> int:
    return -1


_SHORT_WAYS: dict[str, Callable[[DrawList, int, int, bool], tuple[Fill, bool]]] = {
    "center": _center,
    "coco": _coco,
}
"""Rules whose kernels give the edges of single polygons: what writes them, and whether they go down columns."""

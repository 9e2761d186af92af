"""What rules `coco` and `pil` share: they differ in how one ring is drawn, and leave all but fills to rule `center`.

Far rings are brought near, ellipses flattened, shapes split into parts; a rule's own kernel then scans the parts.
Plain numpy. Layer: kernels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from annogeo.kernels._flatten import flatten_ellipses
from annogeo.kernels._ring_far import bring_near
from annogeo.kernels._ring_parts import split_parts

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
Fields = tuple[
    npt.NDArray[np.uint8], Int32Array, FloatArray, IntArray, IntArray, FloatArray, IntArray, Int32Array
]
"""op, item, width, shape_offsets, ring_offsets, xy, run_offsets, runs, as in `annogeo.draw.DrawList`."""

FillFields = tuple[Int32Array, IntArray, IntArray, FloatArray]
"""item, shape_offsets, ring_offsets, xy"""

FILL, ELLIPSE = 0, 3  # as annogeo.draw.Op
ALL = 2**62


def scan_by_rings(
    scan_parts: Callable[..., Int32Array],
    to_points: Callable[[FloatArray], IntArray],
    farthest: float,
    fields: Fields,
    height: int,
    width: int,
) -> Int32Array:
    """Scan a draw list: fills and ellipses by a rule's own kernel, all else by rule `center`.

    Parameters
    ----------
    scan_parts : kernel
        ``(item, parts, order, is_hole, rings, points, height, width) -> int32 (4, n)``, see `_ring_parts.Parts`.
    to_points : callable
        Rounds coordinates as the rule does.
    farthest : float
        The largest coordinate that the kernel takes.
    fields : tuple
        Of the draw list.
    height, width : int

    Returns
    -------
    int32 (4, n)
        Spans in drawing order.
    """
    op, item, _, shapes, rings, xy, _, _ = fields
    if height < 1 or width < 1 or op.size == 0:
        return np.zeros((4, 0), np.int32)
    fill_fields = item, shapes, rings, xy
    if not op.any():
        return _scan_fills(scan_parts, to_points, farthest, fill_fields, height, width)
    # spans are put in order by their operation, hence operations in place of items for now
    fill_fields = _fills(op, shapes, rings, xy, height, width)
    spans = _scan_fills(scan_parts, to_points, farthest, fill_fields, height, width)
    others = np.flatnonzero((op != FILL) & (op != ELLIPSE))
    if others.size:
        from annogeo.kernels.center import scan_center

        drawn = scan_center(*_subset(fields, others), 0, height, width, ALL)[0]
        drawn[0] = others[drawn[0]]
        spans = np.concatenate([spans, drawn], axis=1)
        spans = np.ascontiguousarray(spans[:, np.argsort(spans[0], kind="stable")])
    spans[0] = item[spans[0]]
    return spans


def _scan_fills(
    scan_parts: Callable[..., Int32Array],
    to_points: Callable[[FloatArray], IntArray],
    farthest: float,
    fill_fields: FillFields,
    height: int,
    width: int,
) -> Int32Array:
    item, shapes, rings, xy = fill_fields
    xy, rings = bring_near(xy, rings, farthest, height, width)
    parts = split_parts(shapes, rings, xy)
    owner = item[parts.shape]
    return scan_parts(owner, parts.offsets, parts.ring, parts.is_hole, rings, to_points(xy), height, width)


def _fills(
    op: npt.NDArray[np.uint8], shapes: IntArray, rings: IntArray, xy: FloatArray, height: int, width: int
) -> FillFields:
    """Return fills and flattened ellipses, without other operations; items are operations."""
    counts = np.diff(shapes)
    code = np.repeat(op, counts)  # of each ring
    start, size = rings[:-1].copy(), np.diff(rings)
    is_ellipse = code == ELLIPSE
    polygons, sizes = flatten_ellipses(_gather(xy, start[is_ellipse], size[is_ellipse]), height, width)
    start[is_ellipse] = xy.shape[0] + _offsets(sizes)[:-1]
    size[is_ellipse] = sizes
    is_kept = is_ellipse | (code == FILL)
    start, size = start[is_kept], size[is_kept]
    points = _gather(np.concatenate([xy, polygons]), start, size)
    filled = np.flatnonzero((op == FILL) | (op == ELLIPSE))
    return filled.astype(np.int32), _offsets(counts[filled]), _offsets(size), points


def _subset(fields: Fields, kept: IntArray) -> Fields:
    """Return the fields of a draw list of some operations; item i of it is operation ``kept[i]``."""
    op, _, size, shapes, rings, xy, run_offsets, runs = fields
    ring = _ragged(shapes[kept], shapes[kept + 1] - shapes[kept])
    row = _ragged(run_offsets[kept], run_offsets[kept + 1] - run_offsets[kept])
    return (
        op[kept],
        np.arange(kept.size, dtype=np.int32),
        size[kept],
        _offsets(shapes[kept + 1] - shapes[kept]),
        _offsets(rings[ring + 1] - rings[ring]),
        _gather(xy, rings[ring], rings[ring + 1] - rings[ring]),
        _offsets(run_offsets[kept + 1] - run_offsets[kept]),
        np.ascontiguousarray(runs[row]),
    )


def _offsets(counts: IntArray) -> IntArray:
    offsets = np.zeros(counts.size + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def _ragged(start: IntArray, size: IntArray) -> IntArray:
    """Return the indices ``start[i] .. start[i] + size[i]`` one after the other."""
    offsets = _offsets(size)
    return np.repeat(start - offsets[:-1], size) + np.arange(offsets[-1])


def _gather(xy: FloatArray, start: IntArray, size: IntArray) -> FloatArray:
    return np.ascontiguousarray(xy[_ragged(start, size)])

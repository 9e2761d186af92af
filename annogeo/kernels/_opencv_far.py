"""Cuts shapes that reach beyond the 32-bit integers that cv2 takes down to a box around the canvas, for rule `opencv`.

There is nothing to agree with out there, so floats do. Rare, hence plain numpy. Layer: kernels; see `opencv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.kernels._opencv_pieces import DISC, ELLIPSE, FILL, LINE, LOOP, RUNS, SINE

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NEAR = 2.0**30  # all that is within is fine, ellipses too: centre and half axis make 2**31 at most
FARTHEST = 2.0**31 - 1
MARGIN = 64.0  # px around the canvas and its strokes


class Shapes(NamedTuple):
    """The fields of a draw list that say what is drawn where; `sizes` are the rounded widths."""

    op: npt.NDArray[np.uint8]
    item: npt.NDArray[np.int32]
    sizes: IntArray
    shape_offsets: IntArray
    ring_offsets: IntArray
    xy: FloatArray
    run_offsets: IntArray


class _Operation(NamedTuple):
    code: int
    rings: list[FloatArray]


def bring_near(shapes: Shapes, height: int, width: int) -> Shapes:
    """Return shapes that are the same on the canvas and whose coordinates fit 32-bit integers.

    Shapes with a coordinate that is not finite are left out.
    """
    if shapes.xy.size == 0 or max(-shapes.xy.min(), shapes.xy.max()) <= NEAR:
        return shapes
    operations: list[_Operation] = []
    origin: list[int] = []
    for i, code in enumerate(shapes.op.tolist()):
        first, last = shapes.shape_offsets[i : i + 2]
        offsets = shapes.ring_offsets[first : last + 1]
        rings = [shapes.xy[a:b] for a, b in pairwise(offsets.tolist())]
        margin = MARGIN + shapes.sizes[i]
        box = (-margin, -margin, width + margin, height + margin)
        for operation in _near_operations(_Operation(code, rings), box):
            operations.append(operation)
            origin.append(i)
    return _collect(shapes, operations, np.array(origin, np.int64))


def _near_operations(operation: _Operation, box: tuple[float, ...]) -> Iterator[_Operation]:
    code, rings = operation
    if code == RUNS or not rings:
        yield operation
    elif not all(np.isfinite(ring).all() for ring in rings):
        return
    elif code in (FILL, LINE, LOOP):
        if all((np.abs(ring) <= FARTHEST).all() for ring in rings):
            yield operation
        elif code == FILL:
            yield _Operation(FILL, [_clipped_ring(ring, box) for ring in rings])
        else:
            yield from _clipped_lines(rings[0], box, is_closed=code == LOOP)
    elif rings[0].shape[0] > 0:
        yield from _near_round(operation, box)


def _near_round(operation: _Operation, box: tuple[float, ...]) -> Iterator[_Operation]:
    code, rings = operation
    centre = rings[0][0]
    if code == DISC:
        if (np.abs(centre) <= FARTHEST).all():  # no disc is wide enough to be seen from beyond
            yield operation
        return
    axes, angle = np.abs(rings[0][1]), np.fmod(np.rint(rings[0][2, 0]), 360.0)
    if np.abs(centre).max() + axes.max() <= FARTHEST:
        yield _Operation(code, [np.array([centre, axes, [angle, 0.0]])])
        return
    degrees = np.arange(0, 360, 5)
    along, beside = axes[0] * SINE[(degrees + 90) % 360], axes[1] * SINE[degrees]
    cos, sin = SINE[(int(angle) + 90) % 360], SINE[int(angle) % 360]
    outline = np.stack(
        [centre[0] + along * cos - beside * sin, centre[1] + along * sin + beside * cos], axis=1
    )
    yield from _near_operations(_Operation(FILL if code == ELLIPSE else LOOP, [outline]), box)


def _clipped_lines(points: FloatArray, box: tuple[float, ...], *, is_closed: bool) -> Iterator[_Operation]:
    for i in range(0 if is_closed else 1, points.shape[0]):
        line = points[[i - 1, i]]
        for axis in (0, 1):
            for bound, sign in ((box[axis], 1.0), (box[axis + 2], -1.0)):
                line = _cut_at(line, axis, bound, sign)[:2]
        if line.shape[0] == 2:
            yield _Operation(LINE, [_into(line, box)])


def _clipped_ring(ring: FloatArray, box: tuple[float, ...]) -> FloatArray:
    for axis in (0, 1):
        for bound, sign in ((box[axis], 1.0), (box[axis + 2], -1.0)):
            ring = _cut_at(np.concatenate([ring, ring[:1]]), axis, bound, sign)
    return _into(ring, box)


def _cut_at(points: FloatArray, axis: int, bound: float, sign: float) -> FloatArray:
    """Return what of the path is on the inner side of a bound, with the points where it crosses."""
    if points.shape[0] < 2:
        return points
    is_in = sign * points[:, axis] >= sign * bound
    kept = [points[:1]] if is_in[0] else []
    for i in range(1, points.shape[0]):
        a, b = points[i - 1], points[i]
        if is_in[i - 1] != is_in[i]:
            # quarters, because the difference of two finite numbers may not be finite
            share = (bound / 4 - a[axis] / 4) / (b[axis] / 4 - a[axis] / 4)
            crossing = 4 * (a / 4 * (1 - share) + b / 4 * share)
            crossing[axis] = bound
            kept.append(crossing[None])
        if is_in[i]:
            kept.append(b[None])
    return np.concatenate(kept) if kept else points[:0]


def _into(points: FloatArray, box: tuple[float, ...]) -> FloatArray:
    return np.clip(points, box[:2], box[2:])


def _collect(shapes: Shapes, operations: list[_Operation], origin: IntArray) -> Shapes:
    rings = [ring for operation in operations for ring in operation.rings]
    return Shapes(
        op=np.array([operation.code for operation in operations], np.uint8),
        item=shapes.item[origin],
        sizes=shapes.sizes[origin],
        shape_offsets=_offsets([len(operation.rings) for operation in operations]),
        ring_offsets=_offsets([ring.shape[0] for ring in rings]),
        xy=np.concatenate(rings) if rings else np.zeros((0, 2)),
        run_offsets=np.append(
            shapes.run_offsets[origin], shapes.run_offsets[-1]
        ),  # masks are all still there
    )


def _offsets(counts: list[int]) -> IntArray:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(counts, np.int64))])

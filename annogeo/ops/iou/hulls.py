"""Areas of what encloses two shapes: an upright box for two of these, else the convex hull."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.ops.iou.shapes import Boxes, Ellipses, Group
from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ELLIPSE_POINTS = 512
"""An ellipse's hull is taken from so many points, put outside of it so that they enclose its area."""


class Chains(NamedTuple):
    """Convex hulls as `kernels.iou_hulls` takes them."""

    chains: FloatArray
    offsets: IntArray
    ends: IntArray


def hull_areas(groups: Sequence[Group], others: Sequence[Group], shape: tuple[int, int]) -> FloatArray:
    """Return the area of what encloses each shape with each other (n, m)."""
    areas = np.zeros(shape)
    chains = [_chains(*_points(group)) for group in groups]
    other_chains = chains if others is groups else [_chains(*_points(other)) for other in others]
    for mine, group in zip(chains, groups, strict=True):
        for theirs, other in zip(other_chains, others, strict=True):
            both_upright = isinstance(group, Boxes) and isinstance(other, Boxes)
            found = _enclosing_boxes(group, other) if both_upright else _hulls(mine, theirs)
            areas[np.ix_(group.index, other.index)] = found
    return areas


def mask_hull_areas(masks: Sequence[Rle], others: Sequence[Rle]) -> FloatArray:
    """Return the area of the convex hull of the pixel squares of each mask with each other (n, m)."""
    return _hulls(_chains(*_corners(masks)), _chains(*_corners(others)))


def _enclosing_boxes(group: Group, other: Group) -> FloatArray:
    a, b = group.numbers[:, None], other.numbers[None]
    size = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    areas: FloatArray = size[..., 0] * size[..., 1]
    return areas


def _hulls(mine: Chains, theirs: Chains) -> FloatArray:
    from annogeo.kernels.iou_hulls import joint_hull_areas

    areas = np.zeros((len(mine.ends), len(theirs.ends)))
    room = int(mine.ends.max(initial=0) + theirs.ends.max(initial=0))
    joint_hull_areas(*mine, *theirs, areas, np.empty((room, 2)))
    return areas


def _chains(xy: FloatArray, offsets: IntArray) -> Chains:
    from annogeo.kernels.iou_hulls import hull_chains

    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    points = xy[np.lexsort((xy[:, 1], xy[:, 0], owner))]
    chains, ends = np.empty((2 * len(points), 2)), np.empty((len(offsets) - 1, 2), np.int64)
    hull_chains(points, offsets, chains, ends)
    return Chains(chains, offsets, ends)


def _points(group: Any) -> tuple[FloatArray, IntArray]:
    if isinstance(group, Ellipses):
        return _around(group)
    rings = group.rings.simple
    return rings.xy, rings.starts[rings.shapes]


def _around(ellipses: Ellipses) -> tuple[FloatArray, IntArray]:
    """Return points of ellipses, a little outside."""
    n = ELLIPSE_POINTS
    turn = np.arange(n) * (2.0 * np.pi / n)
    reach = np.sqrt(2.0 * np.pi / n / np.sin(2.0 * np.pi / n))
    x, y, rx, ry, cos, sin = ellipses.parts.T[:, :, None]
    along, beside = reach * rx * np.cos(turn), reach * ry * np.sin(turn)
    points = np.stack([x + cos * along - sin * beside, y + sin * along + cos * beside], axis=2)
    return points.reshape(-1, 2), np.arange(len(ellipses.index) + 1) * n


def _corners(masks: Sequence[Rle]) -> tuple[FloatArray, IntArray]:
    """Return the corners of the runs of masks."""
    corners = []
    for mask in masks:
        y, left, right = mask.rows().T.astype(np.float64)
        corners.append(
            np.stack([[left, y], [right, y], [left, y + 1], [right, y + 1]]).transpose(0, 2, 1).reshape(-1, 2)
        )
    offsets = np.cumsum([0, *map(len, corners)])
    return np.concatenate(corners) if corners else np.zeros((0, 2)), offsets

"""`Outline`: the rings around a mask's pixels, exactly on their edges, with their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.masks.workspace import Workspace, workspace
from annogeo.rle import Rle

Runs = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """All rings of one mask, only their corners, in order of their topmost edge.

    Parameters
    ----------
    xy : int32 (n, 2)
        Corners in px; outer rings run clockwise on screen, holes the other way.
    offsets : int64 (r + 1,)
        Ring k has the corners ``offsets[k]:offsets[k + 1]``.
    outer : int32 (r,)
        Which outer ring each ring belongs to; outer rings belong to themselves.
    """

    xy: npt.NDArray[np.int32]
    offsets: IntArray
    outer: npt.NDArray[np.int32]

    @property
    def parts(self) -> list[list[npt.NDArray[np.int32]]]:
        """Rings per connected part, the outer one first, the largest part first.

        Examples
        --------
        >>> [[ring.tolist() for ring in part] for part in outline(Rle.from_mask([[1, 0]])).parts]
        [[[[0, 0], [1, 0], [1, 1], [0, 1]]]]
        """
        return grouped_rings(self.xy, self.offsets, self.outer)

    @property
    def part_areas(self) -> IntArray:
        """Pixels per ring's part, holes taken off; 0 for holes themselves."""
        return part_areas(self.xy, self.offsets, self.outer)

    def part_order(self) -> npt.NDArray[np.intp]:
        """The outer rings' numbers, largest part first."""
        n_parts = int((self.outer == np.arange(self.outer.size)).sum())
        return np.argsort(-self.part_areas, kind="stable")[:n_parts]

    def part_boxes(self) -> npt.NDArray[np.float64]:
        """left, top, right, bottom per part, largest first: float64 (m, 4)."""
        order = self.part_order()
        if not order.size:
            return np.zeros((0, 4))
        starts = self.offsets[:-1]
        low = np.minimum.reduceat(self.xy, starts)
        high = np.maximum.reduceat(self.xy, starts)
        return np.hstack((low, high))[order].astype(np.float64)


def outline(mask: Rle, connectivity: int = 4) -> Outline:
    """Trace a mask.

    Parameters
    ----------
    mask : Rle
    connectivity : 4 or 8
        Whether pixels that meet only in a point belong together.

    Examples
    --------
    >>> outline(Rle.from_mask([[1, 0], [0, 1]]), 4).outer.tolist()
    [0, 1]
    >>> outline(Rle.from_mask([[1, 0], [0, 1]]), 8).outer.tolist()
    [0]
    """
    runs = mask.rows()
    with workspace() as room:
        rings = trace(runs, np.array([0, runs.shape[0]]), connectivity, room)
    return Outline(rings.xy, rings.offsets, outer_rings(rings.parent))


@dataclass(frozen=True, slots=True, eq=False)
class TracedRings:
    """The rings of several masks, mask by mask.

    Parameters
    ----------
    xy : int32 (n, 2)
    offsets : int64 (r + 1,)
    parent : int32 (r,)
        Of a hole the outer ring around it, -1 of an outer ring.
    bounds : int64 (masks + 1,)
        Mask k has the rings ``bounds[k]:bounds[k + 1]``.
    """

    xy: npt.NDArray[np.int32]
    offsets: IntArray
    parent: npt.NDArray[np.int32]
    bounds: IntArray


def trace(runs: Runs, bounds: IntArray, connectivity: int, room: Workspace) -> TracedRings:
    """Trace masks: mask k has the rows ``bounds[k]:bounds[k + 1]`` of `runs`, int32 (q, 3) as from `Rle.rows`."""
    from annogeo.kernels.trace import SCRATCH_PER_RUN, trace_rings

    eight = is_eight(connectivity)
    n = runs.shape[0]
    largest = int((bounds[1:] - bounds[:-1]).max(initial=0))
    scratch = room.array("scratch", (SCRATCH_PER_RUN * largest,), np.int32)
    xy, rings = room.array("xy", (4 * n, 2), np.int32), np.empty(bounds.size, np.int64)
    offsets, parent = room.array("offsets", (n + 1,), np.int64), room.array("parent", (n,), np.int32)
    found = trace_rings(runs, bounds, eight, scratch, xy, offsets, parent, rings)
    total = int(rings[-1])
    return TracedRings(xy[:found].copy(), offsets[: total + 1].copy(), parent[:total].copy(), rings)


def is_eight(connectivity: Any) -> bool:
    """Say whether pixels that meet only in a point belong together."""
    if connectivity not in (4, 8):
        raise InputError(f"connectivity: expected 4 or 8, got {connectivity!r}")
    return bool(connectivity == 8)


def outer_rings(parent: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return which outer ring each ring belongs to, itself if it is one, from the outer rings of holes and -1."""
    return np.where(parent < 0, np.arange(parent.size, dtype=np.int32), parent)


def grouped_rings(
    xy: npt.NDArray[np.int32], offsets: IntArray, outer: npt.NDArray[np.int32]
) -> list[list[npt.NDArray[np.int32]]]:
    """Return the rings by part, the outer one first, the largest part first."""
    parts: list[list[npt.NDArray[np.int32]]] = []
    starts = offsets.tolist()
    for ring in ring_order(part_areas(xy, offsets, outer), outer).tolist():
        if outer[ring] == ring:
            parts.append([])
        parts[-1].append(xy[starts[ring] : starts[ring + 1]])
    return parts


def ring_order(
    areas: IntArray, outer: npt.NDArray[np.int32], mask: npt.NDArray[Any] | None = None
) -> npt.NDArray[np.intp]:
    """Return ring numbers, mask by mask, largest part first, its outer ring before its holes.

    Parameters
    ----------
    areas : int64 (r,)
        From `part_areas`.
    outer : int32 (r,)
    mask : int (r,), optional
        Which mask a ring belongs to; None: all to one.
    """
    keys = (outer, -areas[outer])
    return np.lexsort(keys if mask is None else (*keys, mask))


def part_areas(xy: npt.NDArray[np.int32], offsets: IntArray, outer: npt.NDArray[np.int32]) -> IntArray:
    """Return the pixels of each ring's part, holes taken off; 0 for holes."""
    areas = np.zeros(outer.size, np.int64)
    if areas.size:
        # Corners come in pairs along horizontal edges, which alone count: each adds its length times its height.
        x, y = xy[:, 0].astype(np.int64), xy[:, 1].astype(np.int64)
        edges = (x[::2] - x[1::2]) * y[::2]
        np.add.at(areas, outer, np.add.reduceat(edges, offsets[:-1] // 2))
    return areas


def rings_taken(
    xy: npt.NDArray[np.int32], offsets: IntArray, rings: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.int32], IntArray]:
    """Return the corners and offsets of some rings, in the order named.

    Examples
    --------
    >>> xy, offsets = rings_taken(np.arange(10).reshape(5, 2), np.array([0, 2, 5]), np.array([1]))
    >>> xy.tolist(), offsets.tolist()
    ([[4, 5], [6, 7], [8, 9]], [0, 3])
    """
    sizes = np.diff(offsets)[rings]
    taken = np.concatenate(([0], np.cumsum(sizes)))
    return xy[np.arange(taken[-1]) + np.repeat(offsets[rings] - taken[:-1], sizes)], taken

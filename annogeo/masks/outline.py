"""`Outline`: the rings around a mask's pixels, exactly on their edges, with their roles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle import Rle


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """All rings of one mask, only their corners, in order of their topmost edge.

    Parameters
    ----------
    xy : int32 (n, 2)
        Corners in px; outer rings run clockwise on screen, holes the other way.
    offsets : int32 (r + 1,)
        Ring k has the corners ``offsets[k]:offsets[k + 1]``.
    outer : int32 (r,)
        Which outer ring each ring belongs to; outer rings belong to themselves.
    """

    xy: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int32]
    outer: npt.NDArray[np.int32]

    @property
    def parts(self) -> list[list[npt.NDArray[np.int32]]]:
        """Rings per connected part, the outer one first, the largest part first.

        Examples
        --------
        >>> [[ring.tolist() for ring in part] for part in outline(Rle.from_mask([[1, 0]])).parts]
        [[[[0, 0], [1, 0], [1, 1], [0, 1]]]]
        """
        rings = np.split(self.xy, self.offsets[1:-1])
        together = np.argsort(self.outer, kind="stable")  # an outer ring comes before its holes
        sizes = np.bincount(self.outer, minlength=self.outer.size)
        firsts = np.cumsum(sizes) - sizes
        return [
            [rings[ring] for ring in together[firsts[part] : firsts[part] + sizes[part]]]
            for part in self.part_order()
        ]

    @property
    def part_areas(self) -> npt.NDArray[np.int64]:
        """Pixels per ring's part, holes taken off; 0 for holes themselves."""
        areas = np.zeros(self.outer.size, np.int64)
        if areas.size:
            np.add.at(areas, self.outer, self._signed_areas())
        return areas

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

    def _signed_areas(self) -> npt.NDArray[np.int64]:
        # Corners come in pairs along horizontal edges, which alone count: each adds its length times its height.
        x, y = self.xy[:, 0].astype(np.int64), self.xy[:, 1].astype(np.int64)
        edges = (x[::2] - x[1::2]) * y[::2]
        return np.add.reduceat(edges, self.offsets[:-1] // 2)


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
    if connectivity not in (4, 8):
        raise InputError(f"connectivity: expected 4 or 8, got {connectivity!r}")
    runs = mask.rows()
    if not runs.size:
        nothing = np.zeros(0, np.int32)
        return Outline(np.zeros((0, 2), np.int32), np.zeros(1, np.int32), nothing)
    from annogeo.kernels.trace import link_corners, walk_rings

    room = 4 * runs.shape[0]
    corners = np.empty((room, 2), np.int32)
    mate = np.empty(room, np.int32)
    left_crack = np.empty(room // 2, np.int32)
    found = link_corners(runs, connectivity == 8, corners, mate, left_crack)
    xy = np.empty((found, 2), np.int32)
    offsets = np.empty(found // 4 + 1, np.int32)
    outer = np.empty(found // 4, np.int32)
    rings = walk_rings(found, corners, mate, left_crack, xy, offsets, outer)
    return Outline(xy, offsets[: rings + 1], outer[:rings])

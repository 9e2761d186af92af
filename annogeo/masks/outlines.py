"""`Outlines` of whole label maps: the rings, boxes, areas and centroids of all labels, in one pass over the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.masks.label_runs import LabelRuns, label_runs
from annogeo.masks.outline import grouped_rings, is_eight, outer_rings, trace
from annogeo.masks.workspace import workspace

IntArray = npt.NDArray[np.int64]
Ring = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class LabelStats:
    """How large the labels of a map are, and where.

    Parameters
    ----------
    labels : int (n,)
        The labels present, rising, without the background; in the type of the map (uint8 for booleans, int64 for
        floats).
    boxes : float64 (n, 4)
        left, top, right, bottom in px, right and bottom exclusive.
    areas : int64 (n,)
        Pixels.
    centroids : float64 (n, 2)
        x, y in px: the mean of the pixels' centres.

    Examples
    --------
    >>> stats = label_map_stats([[0, 5, 5], [0, 5, 5]])
    >>> stats.labels.tolist(), stats.boxes.tolist(), stats.centroids.tolist()
    ([5], [[1.0, 0.0, 3.0, 2.0]], [[2.0, 1.0]])
    """

    labels: npt.NDArray[Any]
    boxes: npt.NDArray[np.float64]
    areas: IntArray
    centroids: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """The number of labels."""
        return int(self.labels.size)

    def index(self, label: int) -> int:
        """Return the place of a label in the arrays.

        Parameters
        ----------
        label : int

        Returns
        -------
        int
            0 to n - 1.

        Raises
        ------
        InputError
            If no pixel has it.

        Examples
        --------
        >>> stats = label_map_stats([[0, 9, 9]])
        >>> stats.areas[stats.index(9)]
        np.int64(2)
        """
        place = len(self)
        kept = np.iinfo(self.labels.dtype)
        if isinstance(label, int | np.integer) and kept.min <= int(label) <= kept.max:
            place = int(np.searchsorted(self.labels, self.labels.dtype.type(label)))
        if place == len(self) or self.labels[place] != label:
            raise InputError(f"label: expected one of the {len(self)} labels in the map, got {label!r}")
        return place


@dataclass(frozen=True, slots=True, eq=False)
class Outlines(LabelStats):
    """Everything `outlines` finds; besides what `LabelStats` holds, the rings as flat arrays.

    Rings come label by label, rising; those of a label in order of their topmost edge, leftmost first.

    Parameters
    ----------
    labels, boxes, areas, centroids
        As of `LabelStats`.
    xy : int32 (m, 2)
        The corners of all rings, in px on pixel edges. Outer rings run clockwise on screen, holes the other way; the
        first corner is not repeated, and edges lie along rows and columns in turn.
    ring_offsets : int64 (r + 1,)
        Ring k has the corners ``ring_offsets[k]:ring_offsets[k + 1]``.
    ring_label : int (r,)
        Whose ring it is, in the type of `labels`.
    ring_is_hole : bool (r,)
    ring_parent : int32 (r,)
        Of a hole, the outer ring it lies in (the index of that ring); of an outer ring, -1.

    Examples
    --------
    >>> found = outlines([[0, 5, 5], [0, 5, 5]])
    >>> found.xy.tolist(), found.ring_offsets.tolist(), found.ring_label.tolist()
    ([[1, 0], [3, 0], [3, 2], [1, 2]], [0, 4], [5])
    """

    xy: npt.NDArray[np.int32]
    ring_offsets: IntArray
    ring_label: npt.NDArray[Any]
    ring_is_hole: npt.NDArray[np.bool_]
    ring_parent: npt.NDArray[np.int32]

    def rings(self, label: int) -> list[Ring]:
        """Return the rings of one label, each int32 (n, 2), views into `xy`.

        Parameters
        ----------
        label : int

        Raises
        ------
        InputError
            If no pixel has it.

        Examples
        --------
        >>> [ring.tolist() for ring in outlines([[0, 5], [0, 5]]).rings(5)]
        [[[1, 0], [2, 0], [2, 2], [1, 2]]]
        """
        rings = self._span(label)
        offsets = self.ring_offsets[rings.start : rings.stop + 1].tolist()
        return [self.xy[start:stop] for start, stop in pairwise(offsets)]

    def parts(self, label: int) -> list[list[Ring]]:
        """Return the rings of one label by connected part: the outer one, then its holes; largest part first.

        Parameters
        ----------
        label : int

        Returns
        -------
        list of list of int32 (n, 2)

        Raises
        ------
        InputError
            If no pixel has it.

        Examples
        --------
        >>> ring = [[5, 5, 5, 0, 5], [5, 0, 5, 0, 0], [5, 5, 5, 0, 0]]
        >>> [len(part) for part in outlines(ring).parts(5)]
        [2, 1]
        """
        rings = self._span(label)
        offsets = self.ring_offsets[rings.start : rings.stop + 1]
        parent = self.ring_parent[rings]
        outer = outer_rings(np.where(parent < 0, parent, parent - rings.start))
        return grouped_rings(self.xy[offsets[0] : offsets[-1]], offsets - offsets[0], outer)

    def _span(self, label: int) -> slice:
        """Return the rings of a label that is there."""
        place = self.index(label)
        first = np.searchsorted(self.ring_label, self.labels[place : place + 2])
        return slice(int(first[0]), int(first[1]) if first.size > 1 else self.ring_label.size)


def outlines(label_map: npt.ArrayLike, connectivity: int = 4, *, background: int | None = 0) -> Outlines:
    """Trace all labels of a map at once, exactly along the pixels' edges, and measure them.

    Parameters
    ----------
    label_map : int (H, W)
        The label of each pixel: booleans, integers of any kind, or floats that are whole numbers; in any memory order,
        row by row being the fastest.
    connectivity : 4 or 8
        Whether pixels of one label that meet only in a point belong together; where they do (8), a hole ends there.
    background : int, optional
        The label to leave out; None: none.

    Returns
    -------
    Outlines

    Raises
    ------
    InputError
        If the map has not two dimensions or holds anything but whole numbers, or another argument is not as said.

    Notes
    -----
    Time and memory grow with the pixels, read once, and with the runs of one label in a row. Filled even-odd, by rule
    ``center`` for one, the rings of a label give back its pixels.

    Examples
    --------
    >>> found = outlines([[0, 7, 7, 7], [3, 7, 0, 7], [3, 7, 7, 7]])
    >>> found.labels.tolist(), found.areas.tolist(), found.boxes[0].tolist(), found.centroids[0].tolist()
    ([3, 7], [2, 8], [0.0, 1.0, 1.0, 3.0], [0.5, 2.0])
    >>> found.ring_label.tolist(), found.ring_is_hole.tolist(), found.ring_parent.tolist()
    ([3, 7, 7], [False, False, True], [-1, -1, 1])
    >>> found.xy[found.ring_offsets[2] : found.ring_offsets[3]].tolist()
    [[3, 1], [2, 1], [2, 2], [3, 2]]
    >>> len(outlines([[0, 0]]))
    0
    """
    is_eight(connectivity)  # before the work
    with workspace() as room:
        found = label_runs(label_map, background, room)
        rings = trace(found.runs, found.bounds, connectivity, room)
        stats = _measured(found)
    return Outlines(
        stats.labels,
        stats.boxes,
        stats.areas,
        stats.centroids,
        rings.xy,
        rings.offsets,
        found.labels.repeat(rings.bounds[1:] - rings.bounds[:-1]),
        rings.parent >= 0,
        rings.parent,
    )


def label_map_stats(label_map: npt.ArrayLike, *, background: int | None = 0) -> LabelStats:
    """Measure all labels of a map: boxes, areas and centroids, without outlines.

    Parameters
    ----------
    label_map, background
        As `outlines` takes them.

    Returns
    -------
    LabelStats

    Raises
    ------
    InputError
        As `outlines` raises it.

    Examples
    --------
    >>> stats = label_map_stats([[0, 7, 7], [3, 0, 7]])
    >>> stats.labels.tolist(), stats.boxes.tolist(), stats.areas.tolist()
    ([3, 7], [[0.0, 1.0, 1.0, 2.0], [1.0, 0.0, 3.0, 2.0]], [1, 3])
    >>> label_map_stats([[-1]], background=-1).labels.size
    0
    """
    with workspace() as room:
        return _measured(label_runs(label_map, background, room))


def _measured(found: LabelRuns) -> LabelStats:
    from annogeo.kernels.trace_scan import AREA, LEFT, TWICE_X, measure_runs

    sums = np.empty((found.labels.size, 7), np.int64)
    measure_runs(found.runs, found.bounds, sums)
    areas = sums[:, AREA].copy()
    centroids = sums[:, TWICE_X : TWICE_X + 2] / (2 * areas[:, None])
    return LabelStats(found.labels, sums[:, LEFT:].astype(np.float64), areas, centroids)

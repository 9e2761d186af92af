"""Labels that go with their shapes, from frame to frame of a video. Layer: rendering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from annogeo.rendering.labels.beside import LIMITS, SPOTS, aligned, touches
from annogeo.rendering.labels.caption import Label
from annogeo.rendering.labels.occupancy import Rectangle
from annogeo.rendering.labels.placement import LED, Place, cell_size
from annogeo.rendering.rules import kernels

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MOST = 200
"""Labels: every one is compared with every other."""


def are_followed(labels: Sequence[Label], places: Iterable[Place]) -> bool:
    """Whether `Following` will do: not for joints and led labels, which are laid out anew each time, nor for many.

    Examples
    --------
    >>> are_followed([Label("car", None, (0, 0, 0))], [Place(0, 0)]), are_followed([], [Place(0, 0, slot=LED)])
    (True, False)
    """
    is_plain = len(labels) <= MOST and not any(label.is_joint for label in labels)
    return is_plain and all(place.slot != LED for place in places)


class Following:
    """Moves all labels of a layout at once: to where `place` would put them, told where they were before.

    As long as each has room there, on the same side of its shape: that is what mostly happens between two frames.

    Parameters
    ----------
    labels : sequence of Label
        Of the layout.
    places : mapping of int -> (Place, (width, height))
        Of the labels that stand in the picture, by their items; in the order in which their places are wanted.
    extents : float64 (n, 4)
        Where the items were, as `SceneCursor.extents` has it.
    height, width, text_px : int
    reserved : sequence of (x0, y0, x1, y1)

    Examples
    --------
    >>> extents = np.array([[10.0, 20.0, 30.0, 40.0]])
    >>> car = Label("car", (10.0, 20.0, 30.0, 40.0), (255, 0, 0), item=0)
    >>> following = Following([car], {0: (Place(10, 12), (15, 8))}, extents, 100, 100, 8)
    >>> following.at(extents + 3.0).tolist()
    [[13, 15]]
    """

    def __init__(
        self,
        labels: Sequence[Label],
        places: Mapping[int, tuple[Place, tuple[int, int]]],
        extents: FloatArray,
        height: int,
        width: int,
        text_px: int,
        reserved: Sequence[Rectangle] = (),
    ) -> None:
        cell = cell_size(text_px)
        shaped = [label for label in labels if label.edges is not None]
        self._items = np.array([label.item for label in shaped], np.int64)
        edges = np.array([label.edges for label in shaped], np.float64).reshape(-1, 4)
        is_moving = (edges == extents[self._items]).all(axis=1)
        self._rests = np.where(is_moving[:, None], np.nan, edges)  # marks of things that are not drawn
        self._seen = np.array([touches(label.edges, height, width) for label in shaped], np.bool_)
        row_of = {label.item: row for row, label in enumerate(shaped)}
        beside = [(k, row_of[item], *one) for k, (item, one) in enumerate(places.items()) if item in row_of]
        self._order = np.array([k for k, *_ in beside], np.int64)
        self._rows = np.array([row for _, row, *_ in beside], np.int64)
        spots = [_spot(place) for *_, place, _ in beside]
        self._spots = np.array(spots, np.int64).reshape(-1, 8)
        self._sizes = np.array([size for *_, size in beside], np.int64).reshape(-1, 2)
        self._corners = np.array([(place.x, place.y) for place, _ in places.values()], np.int64).reshape(
            -1, 2
        )
        standing = [
            (place.x, place.y, place.x + w, place.y + h)
            for item, (place, (w, h)) in places.items()
            if item not in row_of
        ]
        self._fixed = (
            np.array([aligned(one, cell) for one in (*standing, *reserved)], np.int64).reshape(-1, 4) // cell
        )
        self._picture = np.array([height, width, text_px, cell, len(standing)], np.int64)
        self._cells = np.empty((len(self._items) + len(self._rows) + len(self._fixed), 4), np.int64)

    def at(self, extents: FloatArray) -> IntArray | None:
        """Return the labels' top left corners, int64 (n, 2), for shapes elsewhere; None: they are to be laid out anew.

        Parameters
        ----------
        extents : float64 (n, 4)
        """
        corners = np.empty_like(self._sizes)
        are_free = kernels("labels").follow(
            extents,
            self._items,
            self._rests,
            self._seen,
            self._rows,
            self._spots,
            self._sizes,
            self._fixed,
            self._picture,
            LIMITS,
            self._cells,
            corners,
        )
        if not are_free:
            return None
        if len(self._order) == len(self._corners):  # all of them, which lie in order
            return corners
        found = self._corners.copy()
        found[self._order] = corners
        return found


def _spot(place: Place) -> tuple[int, ...]:
    """Give a row of what the kernel `follow` takes as spots."""
    across, along, needs_room = SPOTS[place.slot]
    return (*across, *along, needs_room, place.slot == 0)

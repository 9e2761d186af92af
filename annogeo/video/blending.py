"""Draw lists over the planes of a video picture, without going through RGB. Layer: video."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList
from annogeo.rendering.blending import OPAQUE, scan_hard
from annogeo.rendering.coverage import scan_soft
from annogeo.rendering.rules import kernels
from annogeo.video.planes import Layout, flat_planes

Array = npt.NDArray[Any]

MOST_BOXES = 64
"""Every one is compared with every other."""
_NOTHING = np.zeros((0, 2), np.int32), np.zeros((0, 4), np.int32)


class PlaneBlender:
    """Blends draw lists onto planes of one size and layout, keeping its scratch memory from frame to frame.

    Parameters
    ----------
    height, width : int
        In pixels.
    layout : Layout
    rule : str
        The pixel rule; soft edges go with ``"center"`` only.
    antialias : bool

    Examples
    --------
    >>> blender = PlaneBlender(2, 4, Layout(8, 1, 1, 1))
    >>> luma, blue, red = np.zeros((2, 4), np.uint8), np.zeros((1, 2), np.uint8), np.zeros((1, 2), np.uint8)
    >>> box = DrawList.from_boxes([[0, 0, 3, 2]])
    >>> blender.blend([luma, blue, red], box, np.array([[100, 40, 80]]), np.array([1.0]))
    >>> luma.tolist(), blue.tolist(), red.tolist()
    ([[100, 100, 100, 0], [100, 100, 100, 0]], [[40, 20]], [[80, 40]])
    """

    def __init__(
        self, height: int, width: int, layout: Layout, *, rule: str = "center", antialias: bool = True
    ) -> None:
        self.size = height, width
        self.layout = layout
        self._is_soft = antialias and rule == "center"  # another rule has hard edges
        self._rule = rule
        self._real: Any = np.float32 if layout.bits <= 8 else np.float64
        self._wide: Any = np.uint32 if layout.bits <= 8 else np.uint64
        self._free = np.ones(width, self._real)
        self._sums, self._parts = (np.zeros(4 * width, self._real) for _ in range(2))
        self._touched, self._met = (np.empty(width + 1, np.int64) for _ in range(2))
        self._last_list: DrawList | None = None
        self._opacities: Array | None = None
        self._items: Array | None = None
        self._boxes = np.empty((0, 5))
        self._seen: tuple[Array, ...] = ()

    def blend(
        self, planes: list[Array], drawlist: DrawList, colors: npt.NDArray[np.int64], opacities: Array
    ) -> None:
        """Blend a draw list's items onto planes, in place.

        Parameters
        ----------
        planes : list of arrays (rows, samples)
            As the layout says; rows may be longer than the picture is wide.
        drawlist : DrawList
            n items; later ones lie on top.
        colors : int64 (n, 3)
            Luma, blue and red difference of each item, in the planes' value range.
        opacities : float64 (n,)
            0..1. The same array is taken to hold the same as before.
        """
        if drawlist.op.size == 0:
            return
        height, width = self.size
        picture = *flat_planes(planes, self.layout), height, width
        # the same array, frame after frame, while the same things are drawn
        if opacities is not self._opacities:
            self._opacities = opacities
            self._alphas = np.floor(opacities * OPAQUE + 0.5).astype(np.int64)
            self._patterns = np.empty((3 * len(opacities), kernels("_blending").PATTERN), self._wide)
        if self._blend_boxes(picture, drawlist, colors):
            return
        n = len(opacities)
        runs, pixels, seen = self._scan(drawlist)
        kernels("planes").blend_planes(
            *picture,
            runs,
            pixels,
            seen,
            colors,
            self._alphas,
            self._patterns,
            np.empty(4 * n, self._real),
            np.zeros(height + 2, np.int64),
            np.empty(len(runs), np.int64),
            np.zeros(height + 2, np.int64),
            np.empty(len(seen), np.int64),
            self._free,
            self._sums,
            self._touched,
            self._parts,
            self._met,
            np.full(n, -1, np.int64),
        )

    def _blend_boxes(
        self,
        picture: tuple[Any, ...],
        drawlist: DrawList,
        colors: npt.NDArray[np.int64],
    ) -> bool:
        """Do it in the short way that there is for upright boxes, if these are all there is."""
        n = len(drawlist.op)
        is_plain = self._rule == "center" and drawlist.only_fills and len(drawlist.xy) == 4 * n
        if not is_plain or n > MOST_BOXES or len(drawlist.shape_offsets) != n + 1:
            return False
        if drawlist.item is not self._items:
            self._items = drawlist.item
            self._is_in_order = bool((self._items[1:] > self._items[:-1]).all())
        if not self._is_in_order:
            return False
        kernel = kernels("box_planes")
        if len(self._boxes) < n:
            room = kernel.N_LISTS, kernel.ROOM * n + 16
            self._boxes, self._cuts = np.empty((n, 5)), np.empty(8 * n, np.int64)
            self._pieces = np.empty((*room, 3), np.int64)
            self._shares = np.empty((*room, 4), self._real)
        points = drawlist.xy
        if not self._is_soft:  # from the first pixel whose centre lies inside to the first that does not
            points = np.ceil(points - 0.5)
        lists = points, drawlist.ring_offsets, drawlist.shape_offsets, drawlist.item
        scratch = self._boxes, self._cuts, self._pieces, self._shares
        done: bool = kernel.blend_boxes(*picture, *lists, colors, self._alphas, self._patterns, *scratch)
        return done

    def _scan(self, drawlist: DrawList) -> tuple[Array, ...]:
        """Find what is seen of each item; the same list again, as where nothing moves, is not scanned again."""
        if drawlist is not self._last_list:
            if self._is_soft:
                self._seen = tuple(table.copy() for table in scan_soft(drawlist, *self.size))
            else:
                self._seen = scan_hard(drawlist, *self.size, self._rule)[1], *_NOTHING
            self._last_list = drawlist
        return self._seen

"""Who owns a pixel that several annotations cover: named policies, each an order to paint in. Layer: masks.

`Stack` holds the spans of a scene in that order, so that whatever is painted from it, the last span owns. A new policy
is one row of `OVERLAPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Pen, Spans
from annogeo.errors import InputError
from annogeo.masks.outlines import label_map_stats
from annogeo.rendering.canvas import blank, canvas_size
from annogeo.rendering.numbering import id_dtype
from annogeo.rendering.rasterize import item_runs, paint_spans
from annogeo.rendering.rules import scan
from annogeo.rendering.scene import Scene, lower
from annogeo.rendering.subject import SceneItem, Subject, subject_of
from annogeo.rle import Rle

AnyArray = npt.NDArray[Any]
IntArray = npt.NDArray[np.int64]

OVERLAPS: dict[str, Callable[[IntArray], npt.NDArray[np.intp]] | None] = {
    "top": None,
    "largest": lambda areas: np.argsort(areas, kind="stable"),
    "smallest": lambda areas: np.argsort(-areas, kind="stable"),
    "error": None,
}
"""Policy -> the items in the order they are painted in, from their areas; None: as they come."""


def checked_overlap(overlap: Any) -> str:
    """Return the name of a policy; InputError for anything else.

    Examples
    --------
    >>> checked_overlap("top")
    'top'
    """
    if isinstance(overlap, str) and overlap in OVERLAPS:
        return overlap
    raise InputError(f"overlap: expected one of {', '.join(map(repr, OVERLAPS))}, got {overlap!r}")


@dataclass(frozen=True, eq=False)
class Stack:
    """A scene's items as spans, the owner of each pixel painted last.

    Parameters
    ----------
    scene : Scene
    size : (int, int)
        Height and width of the canvas.
    spans : Spans
        In the order they are painted.
    areas : int64 (n,)
        Pixels each item covers, those that others own too.
    overlap : str
    """

    scene: Scene
    size: tuple[int, int]
    spans: Spans
    areas: IntArray
    overlap: str

    @classmethod
    def of(
        cls, collection: Any, height: int, width: int, overlap: str, rule: str, frame: int | None
    ) -> Stack:
        """Lower what is given, scan it once, and bring the spans into the policy's order."""
        checked_overlap(overlap)
        scene, size = _scene(collection, height, width, frame)
        spans = scan(scene.drawlist, *size, rule)
        areas = span_areas(spans, scene.drawlist.n_items, size)
        order = OVERLAPS[overlap]
        return cls(scene, size, spans if order is None else reordered(spans, order(areas)), areas, overlap)

    @property
    def items(self) -> tuple[SceneItem, ...]:
        """The scene's items with their labels; InputError for a draw list, which has none."""
        if len(self.scene.items) != self.areas.size:
            raise InputError("collection: expected annotations, which have labels, got a DrawList")
        return self.scene.items

    def painted(self, values: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> AnyArray:
        """Paint one id, 0 or more, per item; `dtype` as in `label_map`."""
        numbers = np.asarray(values, np.int64)
        used = numbers[self.areas > 0]
        kind = id_dtype(int(used.max(initial=0)), dtype).newbyteorder("=")
        canvas = blank(self.size, kind, None, "instance")
        paint_spans(canvas, self.spans, numbers.astype(kind))  # what covers no pixel may not fit: it wraps
        return canvas if dtype is None else canvas.astype(dtype, copy=False)

    @cached_property
    def owners(self) -> AnyArray:
        """The number of the item that owns each pixel, from 1; 0 where there is none."""
        return self.painted(np.arange(1, self.areas.size + 1))

    @cached_property
    def owned(self) -> IntArray:
        """Pixels each item owns, int64 (n,)."""
        stats = label_map_stats(self.owners)
        owned = np.zeros(self.areas.size, np.int64)
        owned[stats.labels.astype(np.intp) - 1] = stats.areas
        return owned

    def check(self, values: npt.ArrayLike) -> None:
        """Under the policy ``error``, refuse items of different values on one pixel.

        Raises
        ------
        InputError
            Naming two of them, and how many pixels both cover.
        """
        if self.overlap != "error" or self.areas.sum() == self.owned.sum():
            return
        numbers = np.asarray(values)
        of_owner = np.append(numbers[:1], numbers)  # nobody's pixels are under no item
        for item in np.flatnonzero(self.owned < self.areas).tolist():
            for y, x0, x1 in self._rows(item).tolist():
                under = self.owners[y, x0:x1]
                others = under[of_owner[under] != numbers[item]]
                if others.size:
                    raise self._conflict(item, int(others[0]) - 1)

    @cached_property
    def _bounds(self) -> npt.NDArray[np.intp]:
        """Where the spans of each item start, in list order, as all but the orders by size are."""
        return np.searchsorted(self.spans.item, np.arange(self.areas.size + 1))

    def _rows(self, item: int) -> npt.NDArray[np.int32]:
        """Return the spans y, x0, x1 of an item."""
        mine = slice(*self._bounds[item : item + 2].tolist())
        return np.column_stack((self.spans.y[mine], self.spans.x0[mine], self.spans.x1[mine]))

    def _conflict(self, lower_item: int, upper_item: int) -> InputError:
        below, above = (Rle.from_rows(self._rows(item), self.size) for item in (lower_item, upper_item))
        shared = (below & above).area
        annotation = self.scene.items[lower_item].annotation if self.scene.items else None
        return InputError(
            f"{self._name(lower_item)} and {self._name(upper_item)} both cover {shared} px",
            annotation_id=getattr(annotation, "id", None),
            hint="overlap='top' gives them to the later one, 'largest' and 'smallest' go by size",
        )

    def _name(self, item: int) -> str:
        if not self.scene.items:
            return f"item {item}"
        found = self.scene.items[item]
        own = getattr(found.annotation, "id", None)
        return f"annotation {item} ({found.label!r}{'' if own is None else f', id {own}'})"


def _scene(collection: Any, height: int, width: int, frame: int | None) -> tuple[Scene, tuple[int, int]]:
    if isinstance(collection, DrawList):  # lowered already, nothing known about its items
        nothing = Subject(collection, (), lambda *_: None)
        return Scene(collection, (), nothing, Pen()), canvas_size(height, width, None, lambda: None)
    subject = subject_of(collection)
    size = canvas_size(height, width, None, subject.known_size)
    return lower(subject, frame, pen=Pen(), size=size), size


def span_areas(spans: Spans, n_items: int, size: tuple[int, int]) -> IntArray:
    """Count the pixels of each item: int64 (n_items,).

    Examples
    --------
    >>> span_areas(scan(DrawList.from_boxes([[0, 0, 3, 2], [1, 1, 2, 2]]), 4, 4), 2, (4, 4)).tolist()
    [6, 1]
    """
    item, y, x0, x1 = spans.item, spans.y, spans.x0, spans.x1
    rises = (y[1:] > y[:-1]) | ((y[1:] == y[:-1]) & (x0[1:] >= x1[:-1])) | (item[1:] != item[:-1])
    if rises.all():  # so the spans of an item do not overlap: fills and masks, nearly always
        return np.bincount(item, x1 - x0, n_items).astype(np.int64)
    rows = item_runs(spans, n_items, *size)
    return np.array([(runs[:, 2] - runs[:, 1]).sum(dtype=np.int64) for runs in rows], np.int64)


def reordered(spans: Spans, order: npt.NDArray[np.intp]) -> Spans:
    """Return spans with their items in another order; those of an item stay as they come.

    Examples
    --------
    >>> spans = scan(DrawList.from_boxes([[0, 0, 1, 2], [1, 1, 2, 2]]), 4, 4)
    >>> reordered(spans, np.array([1, 0])).item.tolist()
    [1, 0, 0]
    """
    bounds = np.searchsorted(spans.item, np.arange(order.size + 1))
    pick = joined_ranges(bounds[order], bounds[order + 1])
    return Spans(spans.item[pick], spans.y[pick], spans.x0[pick], spans.x1[pick])


def joined_ranges(starts: npt.NDArray[np.integer], stops: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """Return the indices of several ranges, one after the other.

    Examples
    --------
    >>> joined_ranges(np.array([7, 2]), np.array([9, 5])).tolist()
    [7, 8, 2, 3, 4]
    """
    sizes = stops - starts
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(sizes.sum())

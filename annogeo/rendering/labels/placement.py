"""Where labels go: inside the picture, off one another, and off small shapes. A pure function: values in, values out.

Every label is first tried beside its shape (above, inside a large one, below, right, left), then smaller, then further
away and joined to its shape by a line, then over small shapes of which most still shows. One that finds no room is left
out, and its place is None. Large shapes come first, then list order, so the same input gives the same picture. A pose's
joints come last and small, and only where they stand apart. Layer: rendering.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.rendering.labels.beside import aligned, boxes_of, spots_beside
from annogeo.rendering.labels.caption import Edges, Label
from annogeo.rendering.labels.occupancy import LABEL, LINE, SHAPE, Occupancy, Rectangle

Measure = Callable[[int, int], tuple[int, int] | None]

LED = -1  # the slot of a label that stands apart from its shape
_CELLS_PER_LINE = 12  # fine cells to a line of text
_NEAR, _FAR = 6, 14  # how far from its shape a label may go, in heights of text
_TRIED_LINES = 32
_LOOKS = 48  # along a line, for what it crosses
_UNCROSSED = 0.0
_CROSSING = 30.0  # how much further a label may go, in heights of text, not to cross others all the way
_DEARER_BELOW = 1.25  # lines from below hide what stands on the ground
_HIDDEN = 0.5  # how much of a small shape a label may cover when nothing else is left
_CLOSE = 3.0  # heights of text from one joint to the next: too little to read both names


class Line(NamedTuple):
    """A leader line, from the label to the shape, in px."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label goes.

    Parameters
    ----------
    x, y : int
        Its top left corner in px.
    level : int
        Which of its sizes: 0 is the largest.
    slot : int
        Which place beside its shape, `LED` for one apart; what `place` takes up again in the next frame of a video.
    line : Line or None
        From a label that stands apart to its shape.
    """

    x: int
    y: int
    level: int = 0
    slot: int = 0
    line: Line | None = None


class Placement(NamedTuple):
    """Where the labels of a picture go.

    Parameters
    ----------
    places : list of Place or None
        None: no text, or no room.
    n_left_out : int
        How many labels have no room; joints do not count.
    note : (x, y) or None
        Where there is room to say so.
    """

    places: list[Place | None]
    n_left_out: int
    note: tuple[int, int] | None


def place(
    labels: Sequence[Label],
    measure: Measure,
    height: int,
    width: int,
    *,
    text_px: int,
    n_levels: int = 1,
    reserved: Sequence[Rectangle] = (),
    previous: Sequence[Place | None] | None = None,
    note: tuple[int, int] | None = None,
) -> Placement:
    """Choose a place for each label.

    Parameters
    ----------
    labels : sequence of Label
        All shapes are kept clear, also those of labels without text; these get None.
    measure : (index, level) -> (width, height) or None
        A label's size in px; None: it cannot be written this small.
    height, width : int
        The picture's.
    text_px : int
        The height of text, by which is judged what is small and what is far.
    n_levels : int
        How many sizes of text to try.
    reserved : sequence of (x0, y0, x1, y1)
        Px to stay clear of, such as a legend's.
    previous : sequence of Place or None, optional
        The same labels' places in the frame before, to stay there if they can.
    note : (width, height), optional
        Px of a note of how many labels are left out.

    Examples
    --------
    >>> car = Label("car", (10, 20, 30, 40), (255, 0, 0))
    >>> [(p.x, p.y) for p in place([car, car], lambda k, level: (15, 8), 100, 100, text_px=8).places]
    [(10, 12), (10, 40)]
    """
    board = _Board(labels, measure, height, width, text_px)
    for rectangle in reserved:
        board.taken.mark(rectangle, LABEL)
    named = [k for k, label in enumerate(labels) if label.text]
    named.sort(key=lambda k: _rank(labels[k].edges))
    joints = [k for k in named if labels[k].is_joint]
    waiting = [k for k in named if not labels[k].is_joint]
    if previous is not None:
        waiting = board.settle(waiting, lambda k, level: board.as_before(k, previous[k]), [0])
    levels = range(n_levels)
    for find, tried in (
        (board.beside, levels),
        (board.led_near, levels[:1]),
        (board.led_far, levels[-1:]),
        (board.least_hiding, levels[-1:]),
    ):
        waiting = board.settle(waiting, find, tried)
    apart = [k for k in joints if not board.is_crowded(k, levels[-1])]
    board.settle(apart, board.beside, levels[-1:])
    corner = board.last_corner(*note) if waiting and note is not None else None
    return Placement(board.places, len(waiting), corner)


class _Board:
    """A picture being filled with labels."""

    def __init__(
        self, labels: Sequence[Label], measure: Measure, height: int, width: int, text_px: int
    ) -> None:
        self.labels = labels
        self.measure = measure
        self.height, self.width = height, width
        self.text_px = text_px
        self.taken = Occupancy(height, width, cell_size(text_px))
        self.places: list[Place | None] = [None] * len(labels)
        self._shapes: list[Rectangle | None] = [None] * len(labels)
        self._lefts = [0] * len(labels)
        self._is_small = [False] * len(labels)
        shaped = [(k, label.edges) for k, label in enumerate(labels) if label.edges is not None]
        if shaped:
            boxes = boxes_of(np.array([edges for _, edges in shaped]), text_px, height, width)
            rows = zip(shaped, boxes.px.tolist(), boxes.lefts.tolist(), boxes.is_small.tolist(), strict=True)
            for (k, _), shape, left, is_small in rows:
                self._shapes[k], self._lefts[k], self._is_small[k] = tuple(shape), left, is_small
        small = [s if is_small else None for s, is_small in zip(self._shapes, self._is_small, strict=True)]
        may_hide = [s for s, x in zip(small, labels, strict=True) if s is not None and not x.is_joint]
        self._small = np.array(may_hide, np.int64).reshape(-1, 4)
        self._joints = np.array([x.edges[:2] for x in labels if x.is_joint and x.edges]).reshape(-1, 2)
        for rectangle in filter(None, small):
            self.taken.mark(rectangle, SHAPE)

    def settle(
        self, waiting: list[int], find: Callable[[int, int], Place | None], levels: Sequence[int]
    ) -> list[int]:
        """Place what can be, the largest text first; return those still waiting."""
        for level in levels:
            left = []
            for k in waiting:
                found = find(k, level)
                if found is None:
                    left.append(k)
                else:
                    self._take(k, found)
            waiting = left
        return waiting

    def beside(self, k: int, level: int) -> Place | None:
        """Find the first free place beside a shape."""
        size = self.measure(k, level)
        if size is None:
            return None
        w, h = size
        is_free = self.taken.is_free
        for slot, x, y in self._slots(k, w, h):
            if is_free((x, y, x + w, y + h)):
                return Place(x, y, level, slot)
        return None

    def led_near(self, k: int, level: int) -> Place | None:
        """Find a free place not far from a shape, by a line that crosses nothing."""
        return self._led(k, level, _NEAR, _UNCROSSED)

    def led_far(self, k: int, level: int) -> Place | None:
        """Find a free place further off, by a line that crosses little: lines run behind labels."""
        return self._led(k, level, _FAR, 1.0)

    def _led(self, k: int, level: int, reach: int, most_crossed: float) -> Place | None:
        size = self.measure(k, level)
        shape = self._shapes[k]
        if size is None or shape is None:
            return None
        w, h = size
        x, y, away = self._spots_apart(shape, reach * self.text_px, w, h)
        if not len(x):
            return None
        lines = _lines(x, y, w, h, _core(shape))
        crossed = self._crossed(lines)
        best = int((away + crossed * (_CROSSING * self.text_px)).argmin())
        if crossed[best] > most_crossed:
            return None
        return Place(int(x[best]), int(y[best]), level, LED, Line(*lines[best].tolist()))

    def least_hiding(self, k: int, level: int) -> Place | None:
        """Find the place beside a shape that hides least of small ones, and no other one by more than half."""
        size = self.measure(k, level)
        if size is None:
            return None
        w, h = size
        has_label = self.taken.has_label
        spots = [(slot, x, y) for slot, x, y in self._slots(k, w, h) if not has_label((x, y, x + w, y + h))]
        if not spots:
            return None
        corners = np.array(spots)[:, 1:]
        hidden = self._hidden(np.hstack([corners, corners + size]), self._shapes[k])
        best = int(hidden.argmin())
        slot, x, y = spots[best]
        return Place(x, y, level, slot) if hidden[best] < np.inf else None

    def as_before(self, k: int, before: Place | None) -> Place | None:
        """Give a label the place it had in the frame before, relative to its shape, if that is free."""
        size = None if before is None else self.measure(k, before.level)
        shape = self._shapes[k]
        if before is None or size is None:
            return None
        w, h = size
        if before.line is None:
            spots = [(x, y) for _, x, y in self._slots(k, w, h, only=before.slot)]
        else:
            spots = [(before.x, before.y)]
        for x, y in spots:
            box = (x, y, x + w, y + h)
            if x + w > self.width or y + h > self.height or not self.taken.is_free(box):
                continue
            line = None
            if before.line is not None and shape is not None:
                line = Line(*_lines(np.array([x]), np.array([y]), w, h, _core(shape))[0].tolist())
            return Place(x, y, before.level, before.slot, line)
        return None

    def last_corner(self, w: int, h: int) -> tuple[int, int] | None:
        """Find the place nearest to the bottom right corner of the picture, free or else without labels."""
        for off in (SHAPE | LABEL | LINE, LABEL):
            x, y = self.taken.free_corners((0, 0, self.width, self.height), w, h, off=off)
            fits = (x + w <= self.width) & (y + h <= self.height)
            if fits.any():
                best = int(np.where(fits, x + y, -1).argmax())
                return int(x[best]), int(y[best])
        return None

    def is_crowded(self, k: int, level: int) -> bool:
        """Whether the next joint is so near that nobody could tell whose name this is."""
        size, edges = self.measure(k, level), self.labels[k].edges
        if size is None or edges is None:
            return False
        away = np.hypot(*(self._joints - edges[:2]).T)
        limit = max(size[0] / 2, _CLOSE * size[1])
        return bool(np.any((away > 0) & (away < limit)))

    def _take(self, k: int, found: Place) -> None:
        size = self.measure(k, found.level)
        assert size is not None  # it was found by its size
        self.places[k] = found
        self.taken.mark((found.x, found.y, found.x + size[0], found.y + size[1]), LABEL)
        if found.line is not None:
            self.taken.mark_line(*self._cells_along(found.line))

    def _slots(self, k: int, w: int, h: int, *, only: int | None = None) -> Iterator[tuple[int, int, int]]:
        """Give the places beside a shape, best first: slot, x, y, all inside the picture; or only one of them."""
        free_x, free_y = self.width - w, self.height - h
        if free_x < 0 or free_y < 0:
            return
        shape = self._shapes[k]
        if shape is None:
            spots = self._corner_spots(w, h)
        else:
            spots = spots_beside(aligned(shape, self.taken.cell) if self._is_small[k] else shape, w, h)
        for slot, x, y in spots:
            if only is not None and slot != only:
                continue
            if slot == 0 and shape is not None:
                x = self._lefts[k]
            # spelled out: this runs for every place of every label
            x = 0 if x < 0 else free_x if x > free_x else x
            y = 0 if y < 0 else free_y if y > free_y else y
            yield slot, x, y

    def _corner_spots(self, w: int, h: int) -> Iterator[tuple[int, int, int]]:
        """Labels of the whole picture stand in its top left corner, one below the other, then in the top right."""
        step = -(-h // self.taken.cell) * self.taken.cell
        rows = range(0, self.height - h + 1, step)
        for slot, (x, y) in enumerate(product((0, self.width - w), rows)):
            yield slot, x, y

    def _spots_apart(self, shape: Rectangle, reach: int, w: int, h: int) -> tuple[npt.NDArray[Any], ...]:
        """Find the nearest free places around a shape: x, y and how far away."""
        x, y = self.taken.free_corners(self._around(shape, reach), w, h)
        fits = (x + w <= self.width) & (y + h <= self.height)
        x, y = x[fits], y[fits]
        center_x, center_y = (shape[0] + shape[2]) // 2, (shape[1] + shape[3]) // 2
        dx = np.maximum(np.maximum(x - center_x, center_x - x - w), 0)
        dy = np.maximum(np.maximum((y - center_y) * _DEARER_BELOW, center_y - y - h), 0)
        away = np.hypot(dx, dy)
        nearest = np.arange(len(x))
        if len(x) > _TRIED_LINES:
            nearest = np.argpartition(away, _TRIED_LINES)[:_TRIED_LINES]
        return x[nearest], y[nearest], away[nearest]

    def _crossed(self, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return which part of each line lies on labels or other lines, for lines (n, 4) of x0, y0, x1, y1."""
        cell = self.taken.cell
        way = np.linspace(0.0, 1.0, _LOOKS)[:, None]
        x = (lines[:, 0] + (lines[:, 2] - lines[:, 0]) * way).astype(np.int64).clip(0, self.width - 1) // cell
        y = (lines[:, 1] + (lines[:, 3] - lines[:, 1]) * way).astype(np.int64).clip(
            0, self.height - 1
        ) // cell
        share: npt.NDArray[np.float64] = (self.taken.fine[y, x] > SHAPE).mean(axis=0)
        return share

    def _hidden(self, boxes: npt.NDArray[np.int64], own: Rectangle | None) -> npt.NDArray[np.float64]:
        """Say how much of small shapes each box hides, in shapes; infinity: too much of one that is not its own."""
        (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        small = self._small
        small = small[(small[:, 0] < x1) & (small[:, 1] < y1) & (small[:, 2] > x0) & (small[:, 3] > y0)]
        low = np.maximum(small[:, :2], boxes[:, None, :2])
        high = np.minimum(small[:, 2:], boxes[:, None, 2:])
        shares = (high - low).clip(min=0).prod(axis=2) / (small[:, 2:] - small[:, :2]).prod(axis=1)
        is_other = (small != (own or (-1, -1, -1, -1))).any(axis=1)
        too_much = (shares[:, is_other] > _HIDDEN).any(axis=1)
        return np.where(too_much, np.inf, shares.sum(axis=1))

    def _around(self, shape: Rectangle, reach: int) -> Rectangle:
        """Give the window a place is looked for in, the same for all shapes near by: see `Occupancy.free_corners`."""
        tile = reach // 2 + 1
        x0, y0 = (shape[0] + shape[2]) // 2 // tile * tile, (shape[1] + shape[3]) // 2 // tile * tile
        across, along = (shape[2] - shape[0]) // tile * tile, (shape[3] - shape[1]) // tile * tile
        return x0 - reach - across, y0 - reach - along, x0 + tile + reach + across, y0 + tile + reach + along

    def _cells_along(self, line: Line) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        n = max(abs(line.x1 - line.x0), abs(line.y1 - line.y0)) // self.taken.cell + 2
        x = np.linspace(line.x0, line.x1, n).astype(np.int64).clip(0, self.width - 1)
        y = np.linspace(line.y0, line.y1, n).astype(np.int64).clip(0, self.height - 1)
        return x, y


def _rank(edges: Edges | None) -> int:
    """Rank by size: the whole picture first, then shapes from large to small, in octaves so that order is stable."""
    if edges is None:
        return -4096
    area = max(edges[2] - edges[0], 1.0) * max(edges[3] - edges[1], 1.0)
    return -math.frexp(area)[1]


def cell_size(text_px: int) -> int:
    """Give the px to a cell, for text this high.

    Examples
    --------
    >>> cell_size(24)
    2
    """
    return max(1, text_px // _CELLS_PER_LINE)


def _core(shape: Rectangle) -> Rectangle:
    """Give the middle half of a shape's box: a line that ends there ends on most shapes."""
    x0, y0, x1, y1 = shape
    return (3 * x0 + x1) // 4, (3 * y0 + y1) // 4, (x0 + 3 * x1) // 4, (y0 + 3 * y1) // 4


def _lines(
    x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], w: int, h: int, target: Rectangle
) -> npt.NDArray[np.int64]:
    """Join labels at (x, y) to a shape by the shortest ways: (n, 4) of x0, y0, x1, y1."""
    x0, x1 = _nearest(x, w, target[0], target[2])
    y0, y1 = _nearest(y, h, target[1], target[3])
    return np.stack([x0, y0, x1, y1], axis=1)


def _nearest(
    start: npt.NDArray[np.int64], length: int, low: int, high: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the nearest numbers of ranges and one other; where they overlap, the middle of that, twice."""
    end = start + length - 1
    middle = (np.maximum(start, low) + np.minimum(end, high)) // 2
    return middle.clip(start, end), middle.clip(low, high)

"""`SceneCursor`: the scenes of a video, one frame after the other. Layer: rendering.

What a renderer of videos needs of a frame, for the price of what has changed since the one before. Between two
keyframes most shapes go straight or turn as a whole (motion.py, segments.py): their points are then followed for all
shapes at once, without an object for any.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Pose, Segmentation
from annogeo.definitions.frozen import same_value
from annogeo.draw import DrawList, DrawListBuilder, Pen
from annogeo.model.frames import checked_interpolation
from annogeo.model.timed import frame_number
from annogeo.rendering.layers import Layer, layer_order, lower_layers
from annogeo.rendering.motion import Motion
from annogeo.rendering.rules import kernels
from annogeo.rendering.scene import lower
from annogeo.rendering.segments import Lowering, Segment, is_alike, segment_at
from annogeo.rendering.subject import SceneItem, subject_of

FloatArray = npt.NDArray[np.float64]


class SceneCursor:
    """A collection's draw lists at any frames; going on to a later frame is cheapest.

    `draw_list` gives all annotations of a frame, interpolated, without an object for each; `items` and `extents` say
    what they are and where. Not for two threads at once. It shows the annotations as they are when a frame between two
    keyframes is first asked for: take a new cursor after a change.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, or a list of these
    pen : Pen, optional
        What everything is drawn with; None: filled.
    layers : sequence of Layer, optional
        Instead of a pen: what `layers_of` makes of a style. An item is drawn once in each.
    alpha : float
        The view's opacity, on which the order of layers depends.
    size : (height, width), optional
        The canvas's, to report masks of another size; needed with `layers`.
    interpolation : {'linear', 'hold'}

    Attributes
    ----------
    items : tuple of SceneItem
        What the annotations are at the last frame asked for, in list order: label, attributes, whether they are
        drawn. The very same tuple while nothing but places change, so that colours and texts made of it can be kept;
        where a definition in it is, is where it was at some frame before.
    owner : int64 (n,)
        Which of `items` each item of the draw list is of; without layers, its own number.
    opacity : float64 (n,)
        Of each item of the draw list: its layer's.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> from annogeo.model import AnnotationCollection
    >>> clip = AnnotationCollection()
    >>> clip.add(Box(0, 0, 4, 4, "car"), object_id=1, frame_num=0)
    >>> clip.add(Box(8, 0, 12, 4, "car"), object_id=1, frame_num=4, end_frame_num=9)
    >>> cursor = SceneCursor(clip)
    >>> cursor.draw_list(1).xy[0].tolist(), cursor.extents().tolist(), cursor.items[0].label
    ([2.0, 0.0], [[2.0, 0.0, 6.0, 4.0]], 'car')
    >>> cursor.draw_list(5) is cursor.draw_list(6), cursor.draw_list(10).op.size
    (True, 0)
    """

    def __init__(
        self,
        collection: Any,
        *,
        pen: Pen | None = None,
        layers: Sequence[Layer] | None = None,
        alpha: float = 1.0,
        size: tuple[int, int] | None = None,
        interpolation: str = "linear",
    ) -> None:
        checked_interpolation(interpolation)
        self.subject = subject_of(collection)
        self.items: tuple[SceneItem, ...] = ()
        self._lowering = Lowering(self.subject, pen or Pen(), size, layers)
        self._interpolation = interpolation
        self._alpha = alpha
        self._is_linked = bool(self.subject.skeletons) and any(
            getattr(member, "type", None) == Pose.type for member in self.subject.members
        )
        members = range(len(self.subject.members))
        self._order = [(k, 0) for k in members]
        self.opacity = np.ones(len(members))
        if layers is not None:
            order = layer_order(members, layers, alpha)
            self._order = [(k, layers.index(layer)) for k, layer in order]
            self.opacity = np.array([layer.opacity for _, layer in order], np.float64)
        self.owner = np.array([k for k, _ in self._order], np.int64)
        places = {one: position for position, one in enumerate(self._order)}
        n_layers = 1 if layers is None else len(layers)
        self._positions = [[places[k, layer] for layer in range(n_layers)] for k in members]
        self._segments: list[Segment] = []
        self._first, self._last = math.inf, -math.inf  # the frames that lie between the same keyframes
        self._frame: int | None = None
        self._drawn = DrawListBuilder().build()
        self._resting: FloatArray | None = None  # extents of what does not move

    def draw_list(self, frame: int) -> DrawList:
        """Return what is drawn at a frame; the same object as before where nothing changed.

        Without layers, item k is annotation k. Outside the frames of all annotations nothing is drawn.

        Parameters
        ----------
        frame : int

        Notes
        -----
        Points are where `annogeo.render` has them, to 1e-9 of their coordinates; but a polygon that would cross itself
        for a moment is not kept from it here.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> SceneCursor([Box(0, 0, 4, 2, "car")]).draw_list(3).xy.tolist()
        [[0.0, 0.0], [0.0, 2.0], [4.0, 2.0], [4.0, 0.0]]
        """
        number = frame_number(frame)
        if self._is_linked:
            self._lower_all(number)
        elif not self._first <= number <= self._last:
            self._enter(number)
            self._move(number)
        elif number != self._frame:
            self._move(number)
        self._frame = number
        return self._drawn

    def extents(self) -> FloatArray:
        """Return where each of `items` is at the frame of the last draw list.

        Returns
        -------
        float64 (n, 4)
            left, top, right, bottom in px, of the shape without the width of its line; NaN where nothing is drawn.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> cursor = SceneCursor([Box(0, 0, 4, 2, "car")])
        >>> _ = cursor.draw_list(3)
        >>> cursor.extents().tolist()
        [[0.0, 0.0, 4.0, 2.0]]
        """
        if self._frame is None:
            return np.zeros((0, 4))
        if self._resting is None:
            self._rest()
            assert self._resting is not None
        extents = self._resting.copy()
        for k, segment in self._asked:
            _set_bounds(extents, k, segment, self._frame)
        if self._is_any_reaching:
            kernels("motion").measure(
                self._drawn.xy, self._begins, self._sizes, self.owner, self._reaching, extents
            )
        return extents

    def _rest(self) -> None:
        """Find out whose extents are those of its points, whose stay, and whose have to be asked for at each frame."""
        assert self._frame is not None
        self._resting = np.full((len(self._segments), 4), np.nan)
        self._reaching = np.zeros(len(self._segments), np.bool_)
        self._asked: list[tuple[int, Segment]] = []
        for k, segment in enumerate(self._segments):
            self._reaching[k] = segment.reaches_as_far_as_its_points()
            if segment.between is None:
                _set_bounds(self._resting, k, segment, self._frame)
            elif not self._reaching[k]:
                self._asked.append((k, segment))
        self._is_any_reaching = bool(self._reaching.any())

    def _enter(self, frame: int) -> None:
        """Go to other keyframes."""
        old = self._segments
        known = {k: segment for k, segment in enumerate(old) if segment.first <= frame <= segment.last}
        self._segments = [
            known.get(k)
            or segment_at(member, frame, self._interpolation, self._lowering, old[k] if old else None)
            for k, member in enumerate(self.subject.members)
        ]
        self._first = max((segment.first for segment in self._segments), default=-math.inf)
        self._last = min((segment.last for segment in self._segments), default=math.inf)
        items = tuple(segment.item for segment in self._segments)
        if len(items) != len(self.items) or not all(map(_looks_the_same, items, self.items)):
            self.items = items
        new = [k for k in range(len(items)) if k not in known]
        if old and all(is_alike(old[k].parts, self._segments[k].parts) for k in new):
            self._put(new)
        else:
            self._join()

    def _join(self) -> None:
        """Put the parts of all segments together."""
        builder = DrawListBuilder()
        sizes = []
        for k, layer in self._order:
            part = self._segments[k].parts[layer]
            builder.append(part)
            sizes.append(len(part.points()))
        self._drawn = builder.build()
        self._sizes = np.array(sizes, np.int64)
        self._begins = np.cumsum(self._sizes) - self._sizes
        self._of_point = np.repeat(np.arange(len(sizes)), sizes)
        self._places = self._drawn.xy.copy()
        self._ways = np.zeros_like(self._places)
        self._starts, self._shares = np.zeros(len(sizes)), np.zeros(len(sizes))
        self._spins = np.zeros(len(sizes), np.complex128)
        self._centres, self._drifts = (np.zeros((len(sizes), 2)) for _ in range(2))
        self._put(range(len(self._segments)))

    def _put(self, members: Iterable[int]) -> None:
        """Enter how segments move, whose parts are the ones before but for their points."""
        for k in members:
            segment = self._segments[k]
            for layer, position in enumerate(self._positions[k]):
                motion = _AT_REST if segment.motions is None else segment.motions[layer]
                place = self._place_of(position)
                self._places[place] = (
                    segment.parts[layer].points() if segment.motions is None else motion.places
                )
                self._ways[place] = motion.ways
                self._spins[position], self._starts[position] = motion.spin, segment.start
                self._centres[position], self._drifts[position] = motion.centre, motion.drift
                self._shares[position] = segment.share
        self._changing = [k for k, segment in enumerate(self._segments) if segment.is_changing]
        self._turning = np.flatnonzero(self._spins[self._of_point])
        self._is_moving = bool(self._changing) or bool(self._shares.any())
        self._is_still = False
        self._resting = None

    def _place_of(self, position: int) -> slice:
        begin = int(self._begins[position])
        return slice(begin, begin + int(self._sizes[position]))

    def _move(self, frame: int) -> None:
        """Move the points to where they are at a frame between the same keyframes."""
        if self._is_still:
            return
        self._change(frame)
        xy = np.empty_like(self._places)
        kernels("motion").advance(
            self._places, self._ways, self._begins, self._sizes, self._starts, self._shares, frame, xy
        )
        if self._turning.size:
            self._turn(xy, (frame - self._starts) * self._shares)
        self._drawn = self._drawn._with_points(xy)
        self._is_still = not self._is_moving

    def _turn(self, xy: FloatArray, weights: FloatArray) -> None:
        """Turn the points of what turns and grows as a whole."""
        factors = np.exp(self._spins * weights)
        centres = self._centres + self._drifts * weights[:, None]
        rows = self._turning
        part = self._of_point[rows]
        turned = (xy[rows, 0] + 1j * xy[rows, 1]) * factors[part]
        xy[rows] = np.stack([turned.real, turned.imag], axis=1) + centres[part]

    def _change(self, frame: int) -> None:
        """Lower what moves in a way of its own."""
        is_other = False
        for k in self._changing:
            segment = self._segments[k]
            is_other |= segment.change_to(frame, self._lowering)
            if not is_other:
                for position, part in zip(self._positions[k], segment.parts, strict=True):
                    self._places[self._place_of(position)] = part.points()
        if is_other:
            self._join()

    def _lower_all(self, frame: int) -> None:
        """Lower everything: poses are made of other annotations."""
        if frame == self._frame:
            return
        lowering = self._lowering
        scene = lower(
            self.subject, frame, pen=lowering.pen, size=lowering.size, interpolation=self._interpolation
        )
        self.items, self._drawn = scene.items, scene.drawlist
        self._segments = [Segment(frame, frame, item, []) for item in scene.items]
        self._resting = None
        if lowering.layers is not None:
            layered = lower_layers(scene, lowering.layers, lowering.size or (0, 0), alpha=self._alpha)
            self._drawn, self.owner, self.opacity = layered.drawlist, layered.owner, layered.opacity


_AT_REST = Motion(np.zeros((1, 2)), np.zeros((1, 2)))


def _set_bounds(extents: FloatArray, k: int, segment: Segment, frame: int) -> None:
    bounds = segment.bounds_at(frame)
    if bounds is not None:
        extents[k] = bounds


def _looks_the_same(item: SceneItem, other: SceneItem) -> bool:
    """Whether an item has the colour and the text of the one that was in its place before."""
    if item is other:
        return True
    new, old = item.definition, other.definition
    if new is None or old is None or isinstance(new, Segmentation):  # masks bring colours of their own
        return new is old
    is_same = (item.is_drawn, item.label, type(new)) == (other.is_drawn, other.label, type(old))
    return is_same and item.annotation is other.annotation and same_value(new.attributes, old.attributes)

"""`Segment`: what one annotation is, and how it is drawn, over a stretch of frames. Layer: rendering.

Shapes that go straight from one keyframe to the next are lowered once, into their points and the way these go; what
turns or changes its form on the way is lowered at every frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Definition, row_for
from annogeo.draw import DrawListBuilder, Op, Pen
from annogeo.errors import InputError
from annogeo.model import Annotation
from annogeo.model.frames import Keyframe
from annogeo.rendering.layers import Layer, LayerBuilder
from annogeo.rendering.scene import SceneBuilder, lower_item
from annogeo.rendering.subject import Member, SceneItem, Subject, state_at

FloatArray = npt.NDArray[np.float64]
Parts = list[DrawListBuilder]  # one item each, in one layer each

EVER = math.inf
_STRAIGHT = 1e-10  # how far off a straight line points may be, as a share of the largest coordinate


@dataclass(frozen=True, slots=True)
class Lowering:
    """How definitions are drawn: with a pen, or in layers.

    Parameters
    ----------
    subject : Subject
    pen : Pen
    size : (height, width), optional
    layers : sequence of Layer, optional
    """

    subject: Subject
    pen: Pen
    size: tuple[int, int] | None
    layers: Sequence[Layer] | None

    def first(self, item: SceneItem) -> tuple[SceneItem, Parts]:
        """Lower an item that was not there before, with what went wrong reported."""
        builder = SceneBuilder(self.subject.skeletons)
        found = lower_item(item, builder, self.pen, self.size, self.subject)
        if self.layers is None:
            return found, [builder]
        return found, self.again(found.definition if found.is_drawn else None)

    def again(self, definition: Definition | None) -> Parts:
        """Lower another state of an item."""
        skeletons = self.subject.skeletons
        builders: list[tuple[DrawListBuilder, Pen]] = [(SceneBuilder(skeletons), self.pen)]
        if self.layers is not None:
            size = self.size or (0, 0)
            builders = [(LayerBuilder(skeletons, size=size, layer=layer), layer.pen) for layer in self.layers]
        append = None if definition is None else row_for(definition).lower
        for builder, pen in builders:
            builder.begin_item()
            if append is not None:
                with suppress(InputError):
                    append(definition, builder, pen)
        return [builder for builder, _ in builders]


@dataclass(slots=True, eq=False)
class Segment:
    """A stretch of frames in which one annotation has the same state, or goes from one to another.

    Parameters
    ----------
    first, last : float
        Its frames, both included.
    item : SceneItem
        With the definition it begins with.
    parts : list of DrawListBuilder
        One for each layer, of one item each; of what goes straight, as it is at `start`.
    between : int -> Definition, optional
        The definition at a frame; None: it stays as it is.
    ways : list of float64 (p, 2), optional
        Of what goes straight: how far the points of each part go until the next keyframe.
    start, share : float
        The keyframe that it goes from, and one over the frames to the next.
    """

    first: float
    last: float
    item: SceneItem
    parts: Parts
    between: Callable[[int], Definition] | None = None
    ways: list[FloatArray] | None = None
    start: float = 0.0
    share: float = 0.0
    _bounds: FloatArray | None = None

    @property
    def is_turning(self) -> bool:
        """Whether it has to be lowered at every frame."""
        return self.between is not None and self.ways is None

    def turn_to(self, frame: int, lowering: Lowering) -> bool:
        """Lower the state at a frame, and say whether more than the places of its points is another."""
        before, self.parts = self.parts, lowering.again(self._definition_at(frame))
        return not is_alike(before, self.parts)

    def bounds_at(self, frame: int) -> FloatArray | None:
        """Return left, top, right, bottom at a frame; None where nothing is drawn."""
        if not self.item.is_drawn:
            return None
        if self._bounds is None or self.between is not None:
            definition = self._definition_at(frame)
            self._bounds = None if definition is None else definition.bounds
        return self._bounds

    def reaches_as_far_as_its_points(self) -> bool:
        """Whether it moves straight, and the extent of its points is its own."""
        if self.ways is None or not self.item.is_drawn:
            return False
        return not any(part.uses(Op.ELLIPSE) or part.uses(Op.ELLIPSE_LOOP) for part in self.parts)

    def _definition_at(self, frame: int) -> Definition | None:
        return self.item.definition if self.between is None else self.between(frame)


def segment_at(member: Member, frame: int, interpolation: str, lowering: Lowering) -> Segment:
    """Return the segment that a frame lies in."""
    first, last, pair = _reach(member, frame, interpolation)
    if pair is None:
        return Segment(first, last, *lowering.first(state_at(member, frame, interpolation)))
    assert isinstance(member, Annotation)
    previous, following = pair
    definition = previous.definition
    item, own = lowering.first(SceneItem(definition, definition.label, member, is_drawn=True))
    span = following.number - previous.number
    if span == 1:
        return Segment(first, last, item, own)
    tween = member.state.track.tween(previous, following)

    def between(number: int) -> Definition:
        made: Definition = (
            tween.at((number - previous.number) / span) if number > previous.number else definition
        )
        return made

    middle = lowering.again(tween.at(0.5))
    ways = _ways(own, middle, lowering.again(following.definition))
    if ways is not None and any(way.any() for way in ways):
        return Segment(first, last, item, own, between, ways, first, 1.0 / span)
    # What moves may have more points than the keyframes it moves between: the way is looked for further on.
    early, late = lowering.again(tween.at(0.25)), lowering.again(tween.at(0.75))
    ways = _ways(early, middle, late)
    if ways is not None and is_alike(own, middle) and not any(way.any() for way in ways):
        return Segment(first, last, item, own)
    if ways is None:
        return Segment(first, last, item, own, between)
    if frame == previous.number:
        return Segment(first, first, item, own)
    from_start = [_moved(part, -0.5 * way) for part, way in zip(early, ways, strict=True)]
    return Segment(first + 1, last, item, from_start, between, [2.0 * way for way in ways], first, 1.0 / span)


def is_alike(parts: Parts, others: Parts) -> bool:
    """Whether parts differ in nothing but where their points are."""
    return all(part.differs_in_points_only(other) for part, other in zip(parts, others, strict=True))


def _reach(
    member: Member, frame: int, interpolation: str
) -> tuple[float, float, tuple[Keyframe, Keyframe] | None]:
    """Give the frames around one that lie between the same two keyframes, and these where the state is made of both."""
    if not isinstance(member, Annotation):
        return -EVER, EVER, None
    track = member.state.track
    if not track.is_timed:
        if member.is_audio:
            return frame, frame, None
        return (0, EVER, None) if frame >= 0 else (-EVER, -1, None)
    if frame < track.start:
        return -EVER, track.start - 1, None
    if frame > track.end:
        return track.end + 1, EVER, None
    found = track.neighbours(frame)
    assert found is not None
    previous, following = found
    if following is None:
        return previous.number, track.end, None
    is_made = interpolation == "linear" and previous.leads_to(following)
    return previous.number, min(following.number - 1, track.end), (previous, following) if is_made else None


def _ways(begin: Parts, middle: Parts, end: Parts) -> list[FloatArray] | None:
    """Give how far the points go from begin to end; None where they do not go straight, or change."""
    if not (is_alike(begin, middle) and is_alike(middle, end)):
        return None
    ways = []
    for parts in zip(begin, middle, end, strict=True):
        first, half, last = (part.points() for part in parts)
        slack = _STRAIGHT * (1.0 + np.abs(half).max(initial=0.0))
        if np.abs(half - 0.5 * (first + last)).max(initial=0.0) > slack:
            return None
        ways.append(last - first)
    return ways


def _moved(part: DrawListBuilder, way: FloatArray) -> DrawListBuilder:
    """Return a part with its points moved."""
    return part.with_points(part.points() + way)

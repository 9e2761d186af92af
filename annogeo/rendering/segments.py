"""`Segment`: what one annotation is, and how it is drawn, over a stretch of frames. Layer: rendering.

Most shapes go straight from one keyframe to the next, or turn evenly meanwhile. They are lowered a few times, which
tells their `Motion`; what moves in another way is lowered at every frame.
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
from annogeo.model.frames import Keyframe, state_of
from annogeo.rendering.layers import Layer, LayerBuilder
from annogeo.rendering.motion import FROM_KEYFRAMES, ON_THE_WAY, Motion, Weights, motion_through
from annogeo.rendering.scene import SceneBuilder, lower_item
from annogeo.rendering.subject import Member, SceneItem, Subject, state_at

FloatArray = npt.NDArray[np.float64]
Parts = list[DrawListBuilder]  # one item each, in one layer each

EVER = math.inf
_SHORT = 10  # frames: to find out how something moves over fewer takes longer than to lower them


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

    @property
    def is_dashed(self) -> bool:
        """Whether any layer draws dashes."""
        return any(layer.dash is not None for layer in self.layers or ())

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
        One for each layer, of one item each; where the points of what moves are, does not count.
    between : int -> Definition, optional
        The definition at a frame; None: it stays as it is.
    motions : list of Motion, optional
        Of each part; None: it rests, or has to be lowered at every frame.
    start, share : float
        The keyframe that it goes from, and one over the frames to the next.
    ends : (Keyframe, list of DrawListBuilder), optional
        The next keyframe and its parts, where these are known.
    """

    first: float
    last: float
    item: SceneItem
    parts: Parts
    between: Callable[[int], Definition] | None = None
    motions: list[Motion] | None = None
    start: float = 0.0
    share: float = 0.0
    ends: tuple[Keyframe, Parts] | None = None
    _bounds: FloatArray | None = None

    @property
    def is_changing(self) -> bool:
        """Whether it has to be lowered at every frame."""
        return self.between is not None and self.motions is None

    def change_to(self, frame: int, lowering: Lowering) -> bool:
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
        """Whether it has a motion, and the extent of its points is its own."""
        if self.motions is None or not self.item.is_drawn:
            return False
        return not any(map(_has_ellipses, self.parts))

    def _definition_at(self, frame: int) -> Definition | None:
        return self.item.definition if self.between is None else self.between(frame)


def segment_at(
    member: Member, frame: int, interpolation: str, lowering: Lowering, before: Segment | None = None
) -> Segment:
    """Return the segment that a frame lies in; `before` is another one of the same annotation."""
    first, last, pair = _reach(member, frame, interpolation)
    if pair is None:
        return Segment(first, last, *lowering.first(state_at(member, frame, interpolation)))
    assert isinstance(member, Annotation)
    previous, following = pair
    definition = previous.definition
    item = SceneItem(definition, definition.label, member, is_drawn=True)
    if before is not None and before.ends is not None and before.ends[0] is previous:
        own = before.ends[1]
    else:
        item, own = lowering.first(item)
    span = following.number - previous.number
    if span == 1:
        return Segment(first, last, item, own)
    tween = member.state.track.tween(previous, following)

    def between(number: int) -> Definition:
        return state_of(tween, (number - previous.number) / span)

    if lowering.is_dashed:  # dashes run along the outline, and come and go
        return Segment(first, last, item, own, between)
    end = lowering.again(following.definition)
    ends = (following, end) if tween.is_straight and all(part.n_operations for part in end) else None
    middle = None if ends else lowering.again(state_of(tween, 0.5))
    motions = _straight_motions(own, middle, end)
    if motions is not None:
        if all(motion.rests for motion in motions):
            return Segment(first, last, item, own, ends=ends)
        return Segment(first, last, item, own, between, motions, first, 1.0 / span, ends)
    if span < _SHORT:
        return Segment(first, last, item, own, between)
    middle = middle or lowering.again(state_of(tween, 0.5))
    # what moves may have other points than the keyframes: then it is looked at between them only
    states = (
        {0.0: own, 0.5: middle, 1.0: end}
        if is_alike(own, middle) and is_alike(middle, end)
        else {0.5: middle}
    )
    weights = FROM_KEYFRAMES if 1.0 in states else ON_THE_WAY
    probes = [states.get(weight) or lowering.again(state_of(tween, weight)) for weight in weights]
    motions = _motions(probes, weights)
    if motions is None:
        return Segment(first, last, item, own, between)
    if not _begins_with(motions, probes[0], own):
        if frame == previous.number:
            return Segment(first, first, item, own)
        first += 1
    elif all(motion.rests for motion in motions):
        return Segment(first, last, item, own)
    return Segment(first, last, item, probes[0], between, motions, previous.number, 1.0 / span)


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


def _straight_motions(begin: Parts, middle: Parts | None, end: Parts) -> list[Motion] | None:
    """Find the motions of parts that go straight from one keyframe's points to the next one's; None: they do not.

    Without a middle they are known to, unless the way is too long for a number.
    """
    if not (is_alike(begin, end) and (middle is None or is_alike(middle, end))):
        return None
    motions = []
    with np.errstate(over="ignore"):  # a way that is too long passes nowhere
        for k, (one, other) in enumerate(zip(begin, end, strict=True)):
            first = one.points()
            motion = Motion(first, other.points() - first)
            if middle is not None and not motion.passes(0.5, middle[k].points()):
                return None
            if not np.isfinite(motion.ways).all():
                return None
            motions.append(motion)
    return motions


def _motions(probes: list[Parts], weights: Weights) -> list[Motion] | None:
    """Find the motions of parts from where they are at some weights; None: they move in a way of their own."""
    if not all(is_alike(probe, probes[0]) for probe in probes[1:]):
        return None
    motions = []
    for parts in zip(*probes, strict=True):
        seen = [part.points() for part in parts]
        motion = motion_through(seen, weights, may_turn=not _has_ellipses(parts[0]))
        if motion is None:
            return None
        motions.append(motion)
    return motions


def _begins_with(motions: list[Motion], parts: Parts, own: Parts) -> bool:
    """Whether motions set out from the keyframe's own points."""
    return is_alike(parts, own) and all(
        motion.passes(0.0, part.points()) for motion, part in zip(motions, own, strict=True)
    )


def _has_ellipses(part: DrawListBuilder) -> bool:
    """Whether some rows are no points, but radii and angles."""
    return part.uses(Op.ELLIPSE) or part.uses(Op.ELLIPSE_LOOP)

"""`Segment`: what one annotation is, and how it is drawn, over a stretch of frames. Layer: rendering.

Most shapes go straight from one keyframe to the next, or turn evenly meanwhile. They are lowered a few times, which
tells their `Motion`; what moves in another way is lowered at every frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

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
_SLACK = 1e-10  # how far off points may be where a motion has them, as a share of the largest coordinate
_NOWHERE = np.zeros(2)


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


class Motion(NamedTuple):
    """How the points of a part move: at weight w they are at ``centre + drift * w + R(turn * w) (places + ways * w)``.

    Parameters
    ----------
    places, ways : float64 (p, 2)
    turn : float
        In radians, clockwise on screen; 0 for what goes straight.
    centre, drift : float64 (2,)
    """

    places: FloatArray
    ways: FloatArray
    turn: float = 0.0
    centre: FloatArray = _NOWHERE
    drift: FloatArray = _NOWHERE

    @property
    def rests(self) -> bool:
        """Whether nothing moves."""
        return not (self.turn or self.ways.any() or self.drift.any())


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
    """

    first: float
    last: float
    item: SceneItem
    parts: Parts
    between: Callable[[int], Definition] | None = None
    motions: list[Motion] | None = None
    start: float = 0.0
    share: float = 0.0
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

    if lowering.is_dashed:  # dashes run along the outline, and come and go
        return Segment(first, last, item, own, between)
    middle, end = lowering.again(tween.at(0.5)), lowering.again(following.definition)
    motions = _straight_motions(own, middle, end)
    if motions is not None:
        if all(motion.rests for motion in motions):
            return Segment(first, last, item, own)
        return Segment(first, last, item, own, between, motions, first, 1.0 / span)
    probes = [lowering.again(tween.at(weight)) for weight in (0.25, 0.75, 0.875)]
    motions = _motions(probes[0], middle, *probes[1:])
    if motions is None:
        return Segment(first, last, item, own, between)
    if not _begins_with(motions, probes[0], own):
        # what moves has other points than the keyframe
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


def _straight_motions(begin: Parts, middle: Parts, end: Parts) -> list[Motion] | None:
    """Find the motions of parts that go straight from one keyframe's points to the next one's; None: they do not."""
    if not (is_alike(begin, middle) and is_alike(middle, end)):
        return None
    motions = []
    for parts in zip(begin, middle, end, strict=True):
        first, half, last = (part.points() for part in parts)
        if np.abs(half - 0.5 * (first + last)).max(initial=0.0) > _slack(half):
            return None
        motions.append(Motion(first, last - first))
    return motions


def _slack(points: FloatArray) -> float:
    return _SLACK * (1.0 + float(np.abs(points).max(initial=0.0)))


def _motions(*probes: Parts) -> list[Motion] | None:
    """Find the motions of parts from where they are at 2, 4, 6 and 7 eighths of the way; None: another kind."""
    if not all(is_alike(probe, probes[0]) for probe in probes[1:]):
        return None
    motions = []
    for parts in zip(*probes, strict=True):
        early, middle, late, later = (part.points() for part in parts)
        slack = _slack(middle)
        motion = _straight(early, late)
        if not _passes(motion, (middle, later), slack):
            if _has_ellipses(parts[0]):
                return None
            motion = _turning(early, late)
            if not _passes(motion, (middle, later), slack):
                return None
        motions.append(motion)
    return motions


def _straight(early: FloatArray, late: FloatArray) -> Motion:
    way = late - early
    return Motion(early - 0.5 * way, 2.0 * way)


def _turning(early: FloatArray, late: FloatArray) -> Motion:
    """Suppose that points go straight but for an even turn about their middle.

    The turn is the one that fits best; where it is right, it is right exactly, as what is left goes straight.
    """
    centre = _straight(early.mean(axis=0), late.mean(axis=0))
    arms = [(points - points.mean(axis=0)) @ _COMPLEX for points in (early, late)]
    turn = 2.0 * float(np.angle(np.vdot(*arms)))
    arms = [arm * np.exp(-1j * turn * weight) for arm, weight in zip(arms, (0.25, 0.75), strict=True)]
    straight = _straight(*(np.stack([arm.real, arm.imag], axis=1) for arm in arms))
    return Motion(straight.places, straight.ways, turn, centre.places, centre.ways)


_COMPLEX = np.array([1.0, 1.0j])


def points_at(motion: Motion, weight: float) -> FloatArray:
    """Return where the points of a motion are."""
    arms = motion.places + motion.ways * weight
    if motion.turn == 0.0:
        return arms
    turned = (arms @ _COMPLEX) * np.exp(1j * motion.turn * weight)
    around = motion.centre + motion.drift * weight
    points: FloatArray = around + np.stack([turned.real, turned.imag], axis=1)
    return points


def _passes(motion: Motion, through: tuple[FloatArray, FloatArray], slack: float) -> bool:
    """Whether a motion has its points where they are half way and at seven eighths."""
    return all(
        np.abs(points_at(motion, weight) - points).max(initial=0.0) <= slack
        for weight, points in zip((0.5, 0.875), through, strict=True)
    )


def _begins_with(motions: list[Motion], parts: Parts, own: Parts) -> bool:
    """Whether motions set out from the keyframe's own points."""
    return is_alike(parts, own) and all(
        np.allclose(points_at(motion, 0.0), part.points(), rtol=1e-9, atol=1e-9)
        for motion, part in zip(motions, own, strict=True)
    )


def _has_ellipses(part: DrawListBuilder) -> bool:
    """Whether some rows are no points, but radii and angles."""
    return part.uses(Op.ELLIPSE) or part.uses(Op.ELLIPSE_LOOP)

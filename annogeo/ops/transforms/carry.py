"""A whole collection under one map: shapes, frames, poses, what is dropped, what has to be said. Layer: ops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from annogeo.definitions import Definition, Note, Point, Pose
from annogeo.definitions.checks import number
from annogeo.errors import InputError, Problem
from annogeo.geometry.affine import is_reflection
from annogeo.geometry.mapping import keeps_upright
from annogeo.model import Annotation, AnnotationCollection, Item
from annogeo.model.collecting import paused_gc
from annogeo.model.source import Origin
from annogeo.ops.transforms.belongings import keys_of_size, origin_of_size
from annogeo.ops.transforms.mirroring import FlipPairs, mirrored_pose
from annogeo.ops.transforms.plan import Plan
from annogeo.ops.transforms.result import Transformed
from annogeo.ops.transforms.shapes import Shape, map_shapes

_NAMES = {"segment": "polygon", "binary": "mask"}


@dataclass(frozen=True, slots=True)
class Options:
    """What all transforms are asked beside the map; `transform` says what they mean."""

    clip: bool = True
    min_visible: float = 0.0
    flip_pairs: FlipPairs = field(default_factory=FlipPairs)

    @classmethod
    def checked(cls, clip: Any, min_visible: Any, flip_pairs: Any) -> Options:
        """Check the arguments."""
        share = number("min_visible", min_visible)
        if not 0.0 <= share <= 1.0:
            raise InputError(f"min_visible: expected a share from 0 to 1, got {min_visible}")
        return cls(bool(clip), share, FlipPairs(flip_pairs))


@dataclass(slots=True)
class _Member:
    """One annotation on its way."""

    annotation: Annotation
    old: list[Definition]
    shapes: list[Shape]
    visible: float
    is_kept: bool = True

    @property
    def is_track(self) -> bool:
        return len(self.old) > 1


def carry_out(collection: AnnotationCollection, plan: Plan, options: Options) -> Transformed:
    """Map a collection."""
    problems: list[Problem] = []
    with paused_gc():
        members = _mapped(collection, plan, options)
        _judge(members, plan, options, problems)
        if any(isinstance(member.old[0], Pose) for member in members):
            _join_poses(members, collection, plan, options, problems)
        origins: dict[Any, Origin] = {}
        items: dict[int, Item] = {}

        def moved(origin: Origin) -> Origin:
            # annotations made here have an origin each, mostly all the same
            key = (id(origin.item), origin.medium, id(origin.fps), id(origin.reader), origin.root)
            new = origins.get(key)
            if new is None:
                new = origins[key] = origin_of_size(origin, plan.target, items)
            return new

        annotations = [
            member.annotation.remade(
                [shape.definition for shape in member.shapes], moved(member.annotation.origin)
            )
            for member in members
            if member.is_kept
        ]
        made = collection.like(
            annotations, moved(collection.origin), keys_of_size(collection.document_keys, plan.target)
        )
    kept = np.flatnonzero(np.array([member.is_kept for member in members], bool))
    visible = np.array([member.visible for member in members], np.float64)
    for array in (kept, visible):
        array.flags.writeable = False
    return Transformed(made, plan.matrix, plan.inverse, visible, kept, *plan.target, problems, plan.source)


def _mapped(collection: AnnotationCollection, plan: Plan, options: Options) -> list[_Member]:
    """Map every stored state. A state of several is not cut: what is between them would be wrong."""
    states = [
        [keyframe.definition for keyframe in annotation.state.track.keyframes] for annotation in collection
    ]
    definitions = [definition for state in states for definition in state]
    cuts = [options.clip and len(state) == 1 for state in states for _ in state]
    shapes = map_shapes(definitions, cuts, plan)
    members, at = [], 0
    for annotation, state in zip(collection, states, strict=True):
        end = at + len(state)
        members.append(_Member(annotation, state, shapes[at:end], shapes[at].share))
        at = end
    return members


def _judge(members: Sequence[_Member], plan: Plan, options: Options, problems: list[Problem]) -> None:
    """Decide what is kept, and say what is worth saying."""
    turns = not keeps_upright(plan.matrix)
    for member in members:
        if member.is_track:
            _unify(member)
            member.visible = _largest_share(member)
            may_pass = member.visible > 0.0 or _passes(member, plan)
        else:
            may_pass = not member.visible <= 0.0  # NaN: nobody knows
        if not may_pass and options.clip:
            member.is_kept = False
        if member.visible < options.min_visible:
            member.is_kept = False
        (first, *_), old = member.shapes, member.old[0]
        errors = [shape.error for shape in member.shapes if shape.error is not None]
        if errors:
            problems.append(_told(member, "error", f"it stays as it was: {errors[0]}"))
        elif member.is_kept and first.definition.type != old.type:
            problems.append(_told(member, "info", _why_changed(member, plan)))
        elif member.is_kept and turns and isinstance(old, Note):
            problems.append(
                _told(member, "info", "a note is not turned: it became the extent of its corners")
            )
        elif (
            member.is_kept
            and options.clip
            and old.type == "binary"
            and old.area
            and not first.definition.area
        ):
            member.is_kept = member.is_track
            problems.append(_told(member, "warning", "no pixel of the mask is left: it was too small"))


def _largest_share(member: _Member) -> float:
    track = member.annotation.state.track
    shown = [
        shape.share
        for shape, keyframe in zip(member.shapes, track.keyframes, strict=True)
        if keyframe.visible and not np.isnan(shape.share)
    ]
    return max(shown, default=0.0)


def _passes(member: _Member, plan: Plan) -> bool:
    """Whether an object may be inside between its stored states: whether their common extent meets the target."""
    extents = [shape.definition.bounds for shape in member.shapes]
    found = np.array([extent for extent in extents if extent is not None])
    if not found.size:
        return False
    low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    return bool((low < plan.target[::-1]).all() and (high > 0.0).all())


def _unify(member: _Member) -> None:
    """Let all states be of one type: where one had to become a polygon, all do."""
    types = {shape.definition.type for shape in member.shapes}
    if len(types) > 1:
        member.shapes = [
            shape if shape.error is not None else shape._replace(definition=shape.definition.to_polygon())
            for shape in member.shapes
        ]


def _join_poses(
    members: Sequence[_Member],
    collection: AnnotationCollection,
    plan: Plan,
    options: Options,
    problems: list[Problem],
) -> None:
    """Treat poses and the points that name them as their parent as one: swap sides in a mirror, keep or drop all."""
    children: dict[str, list[_Member]] = {}
    for member in members:
        parent = member.annotation.parent_id if isinstance(member.old[0], Point) else None
        if parent is not None:
            children.setdefault(parent, []).append(member)
    mirrors = is_reflection(plan.matrix)
    skeletons = {} if collection.ontology is None else collection.ontology.skeletons
    for member in members:
        pose = member.old[0]
        if not isinstance(pose, Pose):
            continue
        joints = children.get(member.annotation.id or "", [])
        skeleton = skeletons.get(pose.template_id or "")
        template = () if skeleton is None else skeleton.points
        if mirrors and not _exchange(member, joints, options.flip_pairs, template):
            problems.append(
                _told(
                    member,
                    "info",
                    "mirrored, and nothing tells its left joints from its right ones: they keep their names",
                    "give flip_pairs=[(name, name), ...]",
                )
            )
        if joints and not pose.points:
            member.visible = float(np.mean([joint.visible for joint in joints]))
            member.is_kept = not (
                member.visible < options.min_visible or (options.clip and member.visible == 0.0)
            )
            if not member.is_kept:
                for joint in joints:
                    joint.is_kept = False


def _exchange(member: _Member, joints: Sequence[_Member], pairs: FlipPairs, template: Sequence[str]) -> bool:
    """Exchange left and right of a pose's own joints, or of the points that are its joints; False: nothing known."""
    if pairs.is_given and not (pairs.names or pairs.indices):
        return True
    is_known, n = False, len(joints)
    for index, shape in enumerate(member.shapes):
        pose = shape.definition
        if isinstance(pose, Pose) and pose.points:
            n = max(n, len(pose.points))
            swapped = mirrored_pose(pose, pairs, template)
            if swapped is not None:
                is_known = True
                member.shapes[index] = shape._replace(definition=swapped)
    names = {joint.old[0].label for joint in joints}
    partner = pairs.partner({*names, *template}, template)
    for joint in joints:
        for index, shape in enumerate(joint.shapes):
            name = partner(shape.definition.label)
            if name is not None:
                is_known = True
                joint.shapes[index] = shape._replace(definition=shape.definition.replace(label=name))
    return is_known or n < 2


def _why_changed(member: _Member, plan: Plan) -> str:
    old, new = member.old[0], member.shapes[0].definition
    name, kind = _NAMES.get(old.type, old.type), _NAMES.get(new.type, new.type)
    if member.visible < 1.0:
        reason = "it is cut at the border, or leans"
    elif plan.is_affine:
        reason = "the map does not keep its right angles"
    else:
        reason = "the map is a perspective one"
    return f"the {name} became a {kind}: {reason}"


def _told(member: _Member, severity: Any, message: str, hint: str | None = None) -> Problem:
    annotation = member.annotation
    return Problem(severity, message, json_path=annotation.json_path, annotation_id=annotation.id, hint=hint)

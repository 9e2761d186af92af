"""Checks of what annotations say beside their shapes: labels, ids, parents, doubles. Layer: ops."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from annogeo.definitions import Description, Pose, Segmentation, row_for
from annogeo.errors import InputError
from annogeo.ops.validation.registry import Finding, check
from annogeo.ops.validation.scene import Scene, Subject


@check("unknown-label", "warning", "label that is not in the ontology")
def _unknown_label(scene: Scene) -> Iterator[Finding]:
    known = (
        set() if scene.ontology is None else {*scene.ontology.labels_flat_dict, *scene.ontology.instance_map}
    )
    if not known:
        return
    said: set[tuple[int, str]] = set()
    for subject in scene.subjects:
        label = subject.definition.label
        if label in known or (subject.position, label) in said or isinstance(subject.definition, Description):
            continue
        said.add((subject.position, label))  # a track says so once, not at every frame
        yield Finding(subject, f"label {label!r} is not in the ontology", place=".label")


@check("unknown-attribute", "warning", "attribute that is not in the ontology")
def _unknown_attribute(scene: Scene) -> Iterator[Finding]:
    known = _attribute_keys(scene.ontology)
    if not known:
        return
    said: set[tuple[int, str]] = set()
    for subject in scene.subjects:
        for key in subject.definition.attributes:
            if key not in known and (subject.position, key) not in said:
                said.add((subject.position, key))
                message = f"attribute {key!r} is not in the ontology"
                yield Finding(subject, message, place=".metadata.system.attributes")


@check("duplicate", "warning", "annotation that equals an earlier one in shape and label")
def _duplicate(scene: Scene) -> Iterator[Finding]:
    for subject, original in duplicates(scene):
        assert original.annotation is not None
        named = original.annotation.id or f"number {original.position}"
        message = f"equals annotation {named} in shape and label ({subject.definition.label!r})"
        yield Finding(subject, message, place="")


@check("duplicate-id", "error", "id that an earlier annotation has")
def _duplicate_id(scene: Scene) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for subject in _firsts(scene):
        own = subject.annotation.id if subject.annotation is not None else None
        if not isinstance(own, str) or not own:
            continue
        if own in seen:
            yield Finding(subject, f"annotation number {seen[own]} has this id too", place=".id")
        else:
            seen[own] = subject.position


@check("unknown-parent", "error", "parent that does not exist")
def _unknown_parent(scene: Scene) -> Iterator[Finding]:
    if scene.collection is None:
        return
    ids = {annotation.id for annotation in scene.collection}
    for subject in _firsts(scene):
        parent = subject.annotation.parent_id if subject.annotation is not None else None
        if parent is not None and parent not in ids:
            message = f"no annotation has the id of its parent, {parent!r}"
            yield Finding(subject, message, place=".metadata.system.parentId")


@check("object-id", "warning", "object id that is no whole number")
def _object_id(scene: Scene) -> Iterator[Finding]:
    for subject in _firsts(scene):
        own = subject.annotation.object_id if subject.annotation is not None else None
        if own is not None and not (own.isascii() and own.removeprefix("-").isdigit()):
            message = f"object id {own!r} is no whole number: it draws as 0 in object maps"
            yield Finding(subject, message, place=".metadata.system.objectId")


@check("unknown-template", "warning", "pose whose template is not known")
def _unknown_template(scene: Scene) -> Iterator[Finding]:
    skeletons = {} if scene.ontology is None else scene.ontology.skeletons
    for subject in scene.of_type(Pose):
        template = subject.definition.template_id  # type: ignore[attr-defined]  # of_type found a pose
        if skeletons and template and template not in skeletons:
            yield Finding(subject, f"no template has the id {template!r}", place=".coordinates.templateId")


@check("pose-points", "warning", "pose whose points are not those of its template")
def _pose_points(scene: Scene) -> Iterator[Finding]:
    if scene.ontology is None or not scene.ontology.skeletons or scene.collection is None:
        return
    children: dict[str, list[str]] = {}
    for subject in _firsts(scene):
        if subject.annotation is not None and subject.annotation.parent_id:
            children.setdefault(subject.annotation.parent_id, []).append(subject.definition.label)
    for subject in scene.of_type(Pose):
        pose: Any = subject.definition
        skeleton = scene.ontology.skeletons.get(pose.template_id)
        own = subject.annotation.id if subject.annotation is not None else None
        labels = [point.label for point in pose.points] or children.get(own or "", [])
        if skeleton is None or not subject.is_first or not any(labels):
            continue
        missing = [name for name in skeleton.points if name not in labels]
        unknown = [name for name in dict.fromkeys(labels) if name not in skeleton.points]
        for words, names in (
            ("lacks points of its template", missing),
            ("has points its template lacks", unknown),
        ):
            if names:
                yield Finding(subject, f"pose {words}: {_listed(names)}")


def duplicates(scene: Scene) -> Iterator[tuple[Subject, Subject]]:
    """Give each annotation that equals an earlier one in all its shapes and labels, and that one."""
    seen: dict[Hashable, list[Subject]] = {}
    for subject in _firsts(scene):
        annotation = subject.annotation
        if annotation is None:
            continue
        originals = seen.setdefault(_likeness(scene, subject), [])
        original = next((other for other in originals if _equal(subject, other)), None)
        if original is None:
            originals.append(subject)
        else:
            yield subject, original


def _likeness(scene: Scene, subject: Subject) -> Hashable:
    """What duplicates have in common and is quick to tell."""
    annotation, definition = subject.annotation, subject.definition
    assert annotation is not None
    track = annotation.state.track
    numbers = tuple(track.numbers) if track.is_timed else ()
    timing = (annotation.state.timing, annotation.parent_id, annotation.object_id if numbers else None)
    shape: Hashable
    if isinstance(definition, Segmentation):
        try:
            shape = (definition.shape, definition.rle.edges.tobytes())
        except InputError:
            shape = str(definition.mask)
    else:
        geo = definition.geo
        parts = geo if isinstance(geo, list) else [geo]
        shape = tuple(getattr(part, "tobytes", lambda: b"")() for part in parts)
    return (type(definition), definition.label, numbers, timing, shape)


def _equal(subject: Subject, other: Subject) -> bool:
    assert subject.annotation is not None
    assert other.annotation is not None
    if row_for(subject.definition).lower is not None:
        return all(
            mine.definition.label == its.definition.label and mine.definition.same_geometry(its.definition)
            for mine, its in zip(
                subject.annotation.state.track.keyframes, other.annotation.state.track.keyframes, strict=True
            )
        )
    return subject.definition == other.definition


def _firsts(scene: Scene) -> Iterator[Subject]:
    return (subject for subject in scene.subjects if subject.is_first)


def _attribute_keys(ontology: Any) -> set[str]:
    attributes = getattr(ontology, "attributes", None)
    if not isinstance(attributes, list):
        return set()
    return {
        entry["key"] for entry in attributes if isinstance(entry, dict) and isinstance(entry.get("key"), str)
    }


def _listed(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more

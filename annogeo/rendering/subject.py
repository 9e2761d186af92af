"""What can be rendered, seen one way: members with a state at a frame, and what is known about them all.

A collection, a list of annotations or definitions, one annotation, one definition. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from annogeo.definitions import Definition, row_for
from annogeo.draw import Skeleton
from annogeo.errors import InputError, Problem
from annogeo.model import Annotation, AnnotationCollection, FrameAnnotation, Ontology
from annogeo.model.frames import Keyframe
from annogeo.rendering.notice import warn

Member = Annotation | FrameAnnotation | Definition
Report = Callable[["Problem | InputError", "Annotation | None"], None]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is rendered.

    Parameters
    ----------
    source : object
        As it was given.
    members : tuple of Annotation, FrameAnnotation or definition
        In drawing order.
    report : (Problem or InputError, Annotation or None) -> None
        Where findings go.
    color_map : mapping of label -> colour
    instance_map : mapping of label -> id, or None
        None: nobody gave ids.
    skeletons : mapping of template id -> Skeleton
    size : (height, width) or None
        The canvas's, where an item or annotation knows it.
    """

    source: Any
    members: tuple[Member, ...]
    report: Report
    color_map: Mapping[str, Any] = field(default_factory=dict)
    instance_map: Mapping[str, int] | None = None
    skeletons: Mapping[str, Skeleton] = field(default_factory=dict)
    size: tuple[int, int] | None = None

    def labels(self) -> set[str]:
        """Return every label there is, at whatever frame, so that numbering them is the same at all frames."""
        return {label for member in self.members for label in _labels(member)}


@dataclass(frozen=True, slots=True)
class State:
    """A member at a frame; `definition` is None where it is not visible."""

    definition: Definition | None
    label: str
    annotation: Annotation | None

    @property
    def object_id(self) -> str | None:
        """The annotation's object id; a bare definition has none."""
        return None if self.annotation is None else self.annotation.object_id


def subject_of(source: Any) -> Subject:
    """See anything that can be rendered as a `Subject`.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> subject_of([]).members
    ()
    """
    if isinstance(source, AnnotationCollection):
        size = _size(source.height, source.width)
        return _described(source, tuple(source), source.ontology, source.colors or {}, size)
    if isinstance(source, Annotation | FrameAnnotation):
        return _described(source, (source,), _ontology_of_any((source,)))
    if isinstance(source, Definition):
        return Subject(source, (source,), _raise)
    if isinstance(source, Iterable) and not isinstance(source, str | bytes | Mapping):
        members = tuple(source)
        for k, member in enumerate(members):
            if not isinstance(member, Member):
                raise InputError(
                    f"[{k}]: expected an annotation or a definition, got {type(member).__name__}"
                )
        return _described(source, members, _ontology_of_any(members))
    raise InputError(
        "expected an AnnotationCollection, an annotation, a definition or a list of these, "
        f"got {type(source).__name__}"
    )


def state_at(member: Member, frame: int | None, interpolation: str) -> State:
    """Give a member's state at a frame; None: its first. A still or a bare definition is the same at every frame."""
    if isinstance(member, Definition):
        return State(member, member.label, None)
    if isinstance(member, FrameAnnotation):
        return _seen(member, member.object_visible, member.annotation)
    if frame is None:
        first = member.state.track.keyframes[0]
        return _seen(first, first.visible, member)
    found = member.at_frame(frame, interpolation=interpolation)
    if found is None:
        return State(None, member.state.track.keyframes[0].definition.label, member)
    return _seen(found, found.object_visible, member)


def _seen(state: Any, visible: bool, annotation: Annotation) -> State:
    definition = state.annotation_definition if isinstance(state, FrameAnnotation) else state.definition
    return State(definition if visible else None, definition.label, annotation)


def _described(
    source: Any,
    members: tuple[Member, ...],
    ontology: Ontology | None,
    colors: Mapping[str, Any] = MappingProxyType({}),
    size: tuple[int, int] | None = None,
) -> Subject:
    """Add what the ontology, the collection, and for the size any annotation knows."""
    return Subject(
        source,
        members,
        _tell_annotation,
        color_map={**(ontology.color_map if ontology is not None else {}), **colors},
        instance_map=(ontology.instance_map or None) if ontology is not None else None,
        skeletons=ontology.skeletons if ontology is not None else {},
        size=size or _size_of_any(members),
    )


def _size(height: int | None, width: int | None) -> tuple[int, int] | None:
    return (height, width) if height and width else None


def _size_of_any(members: Iterable[Member]) -> tuple[int, int] | None:
    sizes = (_size(annotation.item_height, annotation.item_width) for annotation in _annotations(members))
    return next(filter(None, sizes), None)


def _ontology_of_any(members: Iterable[Member]) -> Ontology | None:
    found = (getattr(annotation.item, "ontology", None) for annotation in _annotations(members))
    return next((ontology for ontology in found if ontology is not None), None)


def _annotations(members: Iterable[Member]) -> Iterator[Annotation]:
    for member in members:
        annotation = member.annotation if isinstance(member, FrameAnnotation) else member
        if isinstance(annotation, Annotation):
            yield annotation


def _labels(member: Member) -> Iterator[str]:
    """Give a member's labels; that of an entry which is no annotation, an empty one, does not count."""
    if isinstance(member, Annotation):
        first, *others = member.state.track.keyframes
        yield from (_label(keyframe) for keyframe in others)
        definition = first.definition
    else:
        definition = member.annotation_definition if isinstance(member, FrameAnnotation) else member
    if definition.label or row_for(definition).lower is not None:
        yield definition.label


def _label(keyframe: Keyframe) -> str:
    """Read a keyframe's label, without its geometry: a track may have thousands."""
    reading = keyframe.reading
    if keyframe.edited is None and reading is not None and isinstance(reading.label, str):
        return reading.label
    return keyframe.definition.label


def _tell_annotation(finding: Problem | InputError, annotation: Annotation | None) -> None:
    """Add a finding to its annotation's problems; a bare shape in a list has none to add to, so an error is said."""
    if annotation is not None:
        annotation.report(finding)
    elif isinstance(finding, InputError):
        warn(f"{finding}; it is not drawn")


def _raise(finding: Problem | InputError, annotation: Annotation | None) -> None:
    """For a single definition an error is the answer, and a remark is not worth stopping for."""
    if isinstance(finding, InputError):
        raise finding

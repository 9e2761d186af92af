"""What can be rendered, seen one way: members with a state at a frame, and what is known about them all.

A collection, a list of annotations or definitions, one annotation, one definition. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from annogeo.definitions import Definition, Point, row_for
from annogeo.draw import Skeleton
from annogeo.errors import InputError, Problem
from annogeo.model import Annotation, AnnotationCollection, FrameAnnotation, Ontology
from annogeo.rendering.notice import warn

Member = Annotation | FrameAnnotation | Definition
Report = Callable[["Problem | InputError", "Annotation | None"], None]


class SceneItem(NamedTuple):
    """A member at a frame.

    Parameters
    ----------
    definition : Definition or None
        None: not visible then.
    label : str
    annotation : Annotation or None
        None where a bare definition is rendered.
    is_drawn : bool
        Whether it has anything to draw; what is visible has, unless lowering finds that it has not.
    """

    definition: Definition | None
    label: str
    annotation: Annotation | None
    is_drawn: bool = False

    @property
    def object_id(self) -> str | None:
        """The annotation's object id; a bare definition has none."""
        return None if self.annotation is None else self.annotation.object_id

    @property
    def is_joint(self) -> bool:
        """Whether it is a point of a pose: a dozen of these lie side by side."""
        return isinstance(self.definition, Point) and getattr(self.annotation, "parent_id", None) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is rendered. What is known about it is looked up when a view asks: an ontology may have many labels.

    Parameters
    ----------
    source : object
        As it was given.
    members : tuple of Annotation, FrameAnnotation or definition
        In drawing order.
    report : (Problem or InputError, Annotation or None) -> None
        Where findings go.
    ontology : Ontology, optional
    colors : mapping of label -> colour
        Come before the ontology's.
    """

    source: Any
    members: tuple[Member, ...]
    report: Report
    ontology: Ontology | None = None
    colors: Mapping[str, Any] = field(default_factory=dict)

    @property
    def color_map(self) -> Mapping[str, Any]:
        """Label -> colour."""
        return self.colors if self.ontology is None else {**self.ontology.color_map, **self.colors}

    @property
    def instance_map(self) -> Mapping[str, int] | None:
        """Label -> id; None: nobody gave ids."""
        return None if self.ontology is None else self.ontology.instance_map or None

    @property
    def skeletons(self) -> Mapping[str, Skeleton]:
        """Template id -> Skeleton."""
        return {} if self.ontology is None else self.ontology.skeletons

    def known_size(self) -> tuple[int, int] | None:
        """Return height and width, where the collection's item or any annotation knows them."""
        own = (self.source,) if isinstance(self.source, AnnotationCollection) else ()
        sizes = [(collection.height, collection.width) for collection in own]
        known = chain(sizes, ((a.item_height, a.item_width) for a in _annotations(self.members)))
        return next(((height, width) for height, width in known if height and width), None)

    def labels(self) -> set[str]:
        """Return every label there is, at whatever frame, so that numbering them is the same at all frames."""
        found: set[str] = set()
        return found.union(*map(_labels, self.members))


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
        return Subject(source, tuple(source), _tell_annotation, source.ontology, source.colors or {})
    if isinstance(source, Annotation | FrameAnnotation):
        return Subject(source, (source,), _tell_annotation, _ontology_of_any((source,)))
    if isinstance(source, Definition):
        return Subject(source, (source,), _raise)
    if isinstance(source, Iterable) and not isinstance(source, str | bytes | Mapping):
        members = tuple(source)
        for k, member in enumerate(members):
            if not isinstance(member, Member):
                raise InputError(
                    f"[{k}]: expected an annotation or a definition, got {type(member).__name__}"
                )
        return Subject(source, members, _tell_annotation, _ontology_of_any(members))
    raise InputError(
        "expected an AnnotationCollection, an annotation, a definition or a list of these, "
        f"got {type(source).__name__}"
    )


def state_at(member: Member, frame: int | None, interpolation: str) -> SceneItem:
    """Give a member's state at a frame; None: its first. A still or a bare definition is the same at every frame."""
    if isinstance(member, Definition):
        return SceneItem(member, member.label, None, True)
    if isinstance(member, FrameAnnotation):
        definition = member.annotation_definition
        return _item(definition, member.object_visible, member.annotation)
    if frame is None:
        first = member.state.track.keyframes[0]
        definition = first.definition
        return _item(definition, first.visible, member)
    found = member.at_frame(frame, interpolation=interpolation)
    if found is None:
        return SceneItem(None, member.state.track.keyframes[0].label, member)
    return _item(found.annotation_definition, found.object_visible, member)


def _item(definition: Definition, is_visible: bool, annotation: Annotation | None) -> SceneItem:
    return SceneItem(definition if is_visible else None, definition.label, annotation, is_visible)


def _ontology_of_any(members: Iterable[Member]) -> Ontology | None:
    found = (getattr(annotation.item, "ontology", None) for annotation in _annotations(members))
    return next((ontology for ontology in found if ontology is not None), None)


def _annotations(members: Iterable[Member]) -> Iterator[Annotation]:
    for member in members:
        annotation = member.annotation if isinstance(member, FrameAnnotation) else member
        if isinstance(annotation, Annotation):
            yield annotation


def _labels(member: Member) -> Iterable[str]:
    """Give a member's labels; the empty one of what has no place on an image does not count."""
    if isinstance(member, Annotation):
        labels = member.state.track.labels
        if "" not in labels:
            return labels
        definition = member.state.track.keyframes[0].definition
    else:
        definition = member.annotation_definition if isinstance(member, FrameAnnotation) else member
        labels = frozenset((definition.label,))
    return labels if row_for(definition).lower is not None else labels - {""}


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

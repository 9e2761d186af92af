"""From annotations to a scene: the state of each at a frame, lowered into one DrawList.

A scene holds one item per annotation, in list order, also for those that draw nothing, so that row k of a stack is
annotation k. What is rendered may be a collection, a list, one annotation or one definition: subject.py tells them
apart. Nothing of it is changed; findings are added to the problems of the annotation. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from annogeo.definitions import Definition, Point, Pose
from annogeo.definitions.registry import row_for
from annogeo.draw import DrawList, DrawListBuilder, Pen, Skeleton
from annogeo.errors import InputError, Problem
from annogeo.model.frames import check_interpolation
from annogeo.rendering.subject import State, Subject, state_at, subject_of

if TYPE_CHECKING:
    from annogeo.model import Annotation
    from annogeo.rle import Rle


@dataclass(frozen=True, slots=True)
class SceneItem:
    """One annotation of a scene.

    Parameters
    ----------
    definition : Definition or None
        Its state at the frame; None: not there.
    label : str
    annotation : Annotation or None
        None where a bare definition is rendered.
    is_drawn : bool
        Whether it has anything to draw.
    """

    definition: Definition | None
    label: str
    annotation: Annotation | None
    is_drawn: bool

    @property
    def object_id(self) -> str | None:
        """The annotation's object id; a bare definition has none."""
        return None if self.annotation is None else self.annotation.object_id


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A DrawList and what its items are; `subject` is what it was made from."""

    drawlist: DrawList
    items: tuple[SceneItem, ...]
    subject: Subject


def draw_list(
    cls: type[DrawList],
    collection: Any,
    frame: int | None = None,
    *,
    pen: Pen | None = None,
    size: tuple[int, int] | None = None,
    interpolation: str = "linear",
) -> DrawList:
    """Lower a collection at a frame: what `DrawList.from_collection` does.

    Parameters
    ----------
    cls : type
        DrawList or a subclass.
    collection : AnnotationCollection, Annotation, definition, or a list of these
    frame : int, optional
        The video frame; None: each annotation's first state.
    pen : Pen, optional
        None: filled.
    size : (height, width), optional
        The canvas's, to report masks of another size.

    Examples
    --------
    >>> len(draw_list(DrawList, []))
    0
    """
    drawlist = lower(subject_of(collection), frame, pen=pen, size=size, interpolation=interpolation).drawlist
    if cls is DrawList:
        return drawlist
    return cls(**{part.name: getattr(drawlist, part.name) for part in fields(DrawList)})


def lower(
    subject: Subject,
    frame: int | None = None,
    *,
    pen: Pen | None = None,
    size: tuple[int, int] | None = None,
    interpolation: str = "linear",
) -> Scene:
    """Lower what is rendered into a scene; a shape that cannot be read is left out and reported."""
    check_interpolation(interpolation)
    pen = pen or Pen()
    builder = _Builder(subject.skeletons)
    states = [state_at(member, frame, interpolation) for member in subject.members]
    joints = _joints(states) if subject.skeletons else {}
    items = []
    for state in states:
        builder.begin_item()
        state = _posed(state, joints, subject.skeletons)
        is_drawn = _lower_state(state, builder, pen, subject)
        for shape in builder.taken_mask_shapes():
            if size is not None and shape != size:
                subject.report(_of_another_size(state, shape, size), state.annotation)
        items.append(SceneItem(state.definition, state.label, state.annotation, is_drawn))
    return Scene(builder.build(), tuple(items), subject)


@dataclass(slots=True)
class _Builder(DrawListBuilder):
    """A builder that remembers the shapes of the masks it was given."""

    mask_shapes: list[tuple[int, int]] = field(default_factory=list)

    def runs(self, rle: Rle) -> None:
        self.mask_shapes.append(rle.shape)
        DrawListBuilder.runs(self, rle)

    def taken_mask_shapes(self) -> list[tuple[int, int]]:
        taken, self.mask_shapes = self.mask_shapes, []
        return taken

    def n_operations(self) -> int:
        return len(self._op)


def _lower_state(state: State, builder: _Builder, pen: Pen, subject: Subject) -> bool:
    """Append one state; whether it drew anything."""
    if state.definition is None:
        return False
    append = row_for(state.definition).lower
    if append is None:
        return False
    before = builder.n_operations()
    try:
        append(state.definition, builder, pen)
    except InputError as error:
        subject.report(error, state.annotation)
    return builder.n_operations() > before


def _of_another_size(state: State, shape: tuple[int, int], size: tuple[int, int]) -> Problem:
    return Problem(
        "warning",
        f"the mask {state.label!r} is {shape[0]} x {shape[1]} px, the canvas {size[0]} x {size[1]}: "
        "it sits in the top left corner",
        json_path=getattr(state.annotation, "json_path", None),
        annotation_id=getattr(state.annotation, "id", None),
    )


def _joints(states: Iterable[State]) -> dict[str, dict[str, Point]]:
    """Collect the points that name a parent: parent id -> label -> point, the first of a label."""
    joints: dict[str, dict[str, Point]] = {}
    for state in states:
        parent = getattr(state.annotation, "parent_id", None)
        if parent is not None and isinstance(state.definition, Point):
            joints.setdefault(parent, {}).setdefault(state.definition.label, state.definition)
    return joints


def _posed(
    state: State, joints: Mapping[str, Mapping[str, Point]], skeletons: Mapping[str, Skeleton]
) -> State:
    """Give a pose that has no joints of its own those that name it as their parent, in its template's order."""
    pose = state.definition
    if not joints or not isinstance(pose, Pose) or pose.points:
        return state
    skeleton = skeletons.get(pose.template_id or "")
    mine = joints.get(getattr(state.annotation, "id", None) or "")
    if skeleton is None or mine is None:
        return state
    points = [mine[name] for name in skeleton.points if name in mine]
    return replace(state, definition=pose.replace(points=points)) if points else state

"""From annotations to a scene: the state of each at a frame, lowered into one DrawList.

A scene holds one item per annotation, in list order, also for those that draw nothing, so that row k of a stack is
annotation k. What is rendered may be a collection, a list, one annotation or one definition: subject.py tells them
apart. Nothing of it is changed; findings are added to the problems of the annotation. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from annogeo.definitions import Point, Polygon, Pose
from annogeo.definitions.registry import row_for
from annogeo.draw import DrawList, DrawListBuilder, Op, Pen, Skeleton, summed
from annogeo.errors import InputError, Problem
from annogeo.model import Annotation
from annogeo.model.frames import checked_interpolation
from annogeo.rendering.subject import SceneItem, Subject, state_at, subject_of

if TYPE_CHECKING:
    from annogeo.rle import Rle


Drawn = TypeVar("Drawn", bound=DrawList)


@dataclass(slots=True, eq=False)
class Scene:
    """A DrawList and what its items are; `subject` is what it was made from, `pen` what it was drawn with.

    The list may be made when it is first asked for: what is drawn in layers is not.
    """

    lowered: DrawList | Callable[[], DrawList]
    items: tuple[SceneItem, ...]
    subject: Subject
    pen: Pen

    @property
    def drawlist(self) -> DrawList:
        """What is drawn with the pen."""
        if not isinstance(self.lowered, DrawList):
            self.lowered = self.lowered()
        return self.lowered


def draw_list(
    cls: type[Drawn],
    collection: Any,
    frame: int | None = None,
    *,
    pen: Pen | None = None,
    size: tuple[int, int] | None = None,
    interpolation: str = "linear",
) -> Drawn:
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
    if isinstance(drawlist, cls):
        return drawlist
    return cls(**{part.name: getattr(drawlist, part.name) for part in fields(DrawList) if part.init})


def lower(
    subject: Subject,
    frame: int | None = None,
    *,
    pen: Pen | None = None,
    size: tuple[int, int] | None = None,
    interpolation: str = "linear",
) -> Scene:
    """Lower what is rendered into a scene; a shape that cannot be read is left out and reported."""
    checked_interpolation(interpolation)
    pen = pen or Pen()
    skeletons = subject.skeletons
    items = [state_at(member, frame, interpolation) for member in subject.members]
    if not skeletons and is_all_polygons(items):
        polygons = [item.definition for item in items]
        layer = (Op.FILL, 0.0) if pen.fill else (Op.LOOP, pen.line_width)
        return Scene(lambda: polygon_layers(polygons, [layer]), tuple(items), subject, pen)
    if skeletons:
        joints = _joints(items)
        items = [_posed(item, joints, skeletons) for item in items]
    builder = SceneBuilder(skeletons)
    lowered = tuple(lower_item(item, builder, pen, size, subject) for item in items)
    return Scene(builder.build(), lowered, subject, pen)


def is_all_polygons(items: Iterable[SceneItem]) -> bool:
    """Whether nothing but visible polygons is drawn, as in most scenes: what can be done in a few steps for all."""
    return all(item.definition.__class__ is Polygon and len(item.definition.geo) for item in items)


def polygons_alone(subject: Subject, frame: int | None) -> DrawList | None:
    """Lower, filled, what has a visible polygon for each member and nothing else, in half the time of `lower`.

    None where there is anything else, or a frame of annotations is asked for.

    Examples
    --------
    >>> len(polygons_alone(subject_of([Polygon([(0, 0), (4, 0), (0, 4)], "a")]), None))
    1
    """
    polygons = []
    for member in subject.members:
        definition: Any = member
        if definition.__class__ is Annotation and frame is None:
            first = definition.state.track.keyframes[0]
            definition = first.definition if first.visible else None
        if definition.__class__ is not Polygon:
            return None
        polygons.append(definition)
    return polygon_layers(polygons, ((Op.FILL, 0.0),))


def polygon_layers(polygons: Sequence[Any], layers: Sequence[tuple[Op | None, float]]) -> DrawList:
    """Lower polygons at once, in each layer: FILL, LOOP of a width, or nothing; one layer lies above the other."""
    rings: list[Any] = []
    counts: list[int] = []
    for polygon in polygons:
        geo = polygon.geo
        if geo.__class__ is np.ndarray:
            rings.append(geo)
            counts.append(1)
        else:
            rings += geo
            counts.append(len(geo))
    if len(layers) == 1 and layers[0][0] == Op.FILL:
        return DrawList.of_rings(rings, counts)
    numbers = np.arange(len(polygons))
    shapes: list[int] = []
    ops, owners, widths, n_drawn = [b""], [numbers[:0]], [np.zeros(0)], 0
    for k, (op, width) in enumerate(layers):
        if op is None:
            continue
        is_fill = op == Op.FILL
        owner = numbers if is_fill else np.repeat(numbers, counts)
        ops.append(bytes([op]) * len(owner))
        owners.append(owner + k * len(polygons))
        widths.append(np.full(len(owner), width))
        shapes += counts if is_fill else [1] * len(rings)
        n_drawn += 1
    return DrawList(
        op=np.frombuffer(bytearray(b"".join(ops)), np.uint8),
        item=np.concatenate(owners).astype(np.int32),
        width=np.concatenate(widths),
        shape_offsets=summed(shapes),
        ring_offsets=summed([*map(len, rings)] * n_drawn),
        xy=np.concatenate(rings * n_drawn) if rings and n_drawn else np.zeros((0, 2)),
        run_offsets=np.zeros(len(shapes) + 1, np.int64),
        runs=np.zeros((0, 3), np.int32),
        n_items=len(polygons) * len(layers),
    )


@dataclass(slots=True)
class SceneBuilder(DrawListBuilder):
    """A builder that remembers the shapes of the masks it was given."""

    mask_shapes: list[tuple[int, int]] = field(default_factory=list)

    def runs(self, rle: Rle) -> None:
        self.mask_shapes.append(rle.shape)
        DrawListBuilder.runs(self, rle)


def lower_item(
    item: SceneItem, builder: SceneBuilder, pen: Pen, size: tuple[int, int] | None, subject: Subject
) -> SceneItem:
    """Append one item, with what went wrong reported; return it, knowing whether it drew anything."""
    builder.begin_item()
    definition = item.definition
    append = None if definition is None else row_for(definition).lower
    if append is None:
        return item._replace(is_drawn=False) if item.is_drawn else item
    before = builder.n_operations
    try:
        append(definition, builder, pen)
    except InputError as error:
        subject.report(error, item.annotation)
    if builder.mask_shapes:
        for shape in builder.mask_shapes:
            if size is not None and shape != size:
                subject.report(_of_another_size(item, shape, size), item.annotation)
        builder.mask_shapes.clear()
    return item if builder.n_operations > before else item._replace(is_drawn=False)


def _of_another_size(item: SceneItem, shape: tuple[int, int], size: tuple[int, int]) -> Problem:
    return Problem(
        "warning",
        f"the mask {item.label!r} is {shape[0]} x {shape[1]} px, the canvas {size[0]} x {size[1]}: "
        "it sits in the top left corner",
        json_path=getattr(item.annotation, "json_path", None),
        annotation_id=getattr(item.annotation, "id", None),
    )


def _joints(items: Iterable[SceneItem]) -> dict[str, dict[str, Point]]:
    """Collect the points that name a parent: parent id -> label -> point, the first of a label."""
    joints: dict[str, dict[str, Point]] = {}
    for item in items:
        parent = getattr(item.annotation, "parent_id", None)
        if parent is not None and isinstance(item.definition, Point):
            joints.setdefault(parent, {}).setdefault(item.definition.label, item.definition)
    return joints


def _posed(
    item: SceneItem, joints: Mapping[str, Mapping[str, Point]], skeletons: Mapping[str, Skeleton]
) -> SceneItem:
    """Give a pose that has no joints of its own those that name it as their parent, in its template's order."""
    pose = item.definition
    if not joints or not isinstance(pose, Pose) or pose.points:
        return item
    skeleton = skeletons.get(pose.template_id or "")
    mine = joints.get(getattr(item.annotation, "id", None) or "")
    if skeleton is None or mine is None:
        return item
    points = [mine[name] for name in skeleton.points if name in mine]
    return item._replace(definition=pose.replace(points=points)) if points else item

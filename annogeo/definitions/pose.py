"""Pose: an instance of a skeleton template; its joints are points."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import describe, optional_text, vector
from annogeo.definitions.decoding import Codec, struct_type
from annogeo.definitions.frozen import FrozenList
from annogeo.definitions.moving import Make
from annogeo.definitions.point import Point
from annogeo.definitions.registry import DefinitionType, Manner, register, row_for
from annogeo.draw import DrawListBuilder, Pen, Skeleton
from annogeo.errors import InputError
from annogeo.geometry.affine import map_points
from annogeo.geometry.clipping import are_inside
from annogeo.geometry.measure import bounds

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pose(Definition):
    """A posed skeleton.

    Parameters
    ----------
    label : str
    template_id : str
    instance_id : str, optional
        None makes a new random one.
    attributes : dict, optional
    points : list of Point, optional
        The joints, labelled as in the template; anything with x, y (and a label), or a pair, is taken too. On the
        platform they are annotations of their own, so they are drawn but not written.
    description : str, optional

    Examples
    --------
    >>> pose = Pose("person", "template", "1", points=[Point(3, 4, "nose"), Point(5, 1, "ear")])
    >>> pose.bounds
    array([3., 1., 5., 4.])
    >>> Pose("person", "template", "1").bounds
    array([0., 0., 0., 0.])
    """

    type: ClassVar[str] = "pose"

    label: str
    template_id: str | None
    instance_id: str = None  # type: ignore[assignment]  # stored as a new id
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    points: list[Point] = None  # type: ignore[assignment]  # stored as []
    description: str | None = None

    def __post_init__(self) -> None:
        instance_id = optional_text("instance_id", self.instance_id)
        self._store(
            template_id=optional_text("template_id", self.template_id),
            instance_id=str(uuid.uuid4()) if instance_id is None else instance_id,
            points=_joints(self.points),
        )

    @property
    def geo(self) -> FloatArray:
        """The joints, float64 (n, 2)."""
        return np.array([(point.x, point.y) for point in self.points], dtype=np.float64).reshape(-1, 2)

    @property
    def x(self) -> FloatArray:
        """The joints' x."""
        return self.geo[:, 0]

    @property
    def y(self) -> FloatArray:
        """The joints' y."""
        return self.geo[:, 1]

    @property
    def bounds(self) -> FloatArray:
        """Extent of the joints, float64 (4,); zeros when there is none."""
        return bounds([self.geo])

    def to_shapely(self) -> Any:
        """Return the joints as a shapely MultiPoint.

        Examples
        --------
        >>> Pose("person", "template", "1", points=[Point(3, 4, "nose")]).to_shapely().wkt
        'MULTIPOINT ((3 4))'
        """
        import shapely

        return shapely.MultiPoint(self.geo)


def _joints(value: Any) -> FrozenList:
    if value is None:
        return FrozenList()
    if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str | bytes):
        raise InputError(f"points: expected a list of points, got {describe(value)}")
    return FrozenList([_joint(index, item) for index, item in enumerate(value)])


def _joint(index: int, value: Any) -> Point:
    if isinstance(value, Point):
        return value
    if hasattr(value, "x") and hasattr(value, "y"):
        return Point(
            value.x, value.y, getattr(value, "label", ""), dict(getattr(value, "attributes", None) or {})
        )
    label = value.get("label", "") if isinstance(value, Mapping) else ""
    x, y = vector(f"points[{index}]", value, 2).tolist()
    return Point(x, y, label)


def _pose_type() -> Any:
    optional: Any = str | None
    return struct_type("PoseCoordinates", [("templateId", optional), ("instanceId", optional, None)])


_POSE = Codec(_pose_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Pose:
    read = _POSE.decode(coordinates)
    # An id that is not there stays empty: reading the same bytes twice must give equal definitions.
    return Pose(label, read.templateId, read.instanceId or "", attributes, None, description)  # type: ignore[arg-type]


def _to_coordinates(pose: Pose) -> dict[str, Any]:
    return {"templateId": pose.template_id, "instanceId": pose.instance_id or None}


def _lower(pose: Pose, builder: DrawListBuilder, pen: Pen) -> None:
    skeleton = builder.skeletons.get(pose.template_id or "")
    if skeleton is not None:
        for line in _skeleton_lines(pose.points, skeleton):
            builder.line(line, pen.line_width)
    for point in pose.points:
        builder.disc(point.x, point.y, pen.point_radius)


def _skeleton_lines(joints: Sequence[Point], skeleton: Skeleton) -> list[FloatArray]:
    """Return the edges whose two joints are there: found by label, or by order where labels say nothing."""
    by_label = {joint.label: joint for joint in joints}
    if by_label.keys() & set(skeleton.points):
        placed = [by_label.get(name) for name in skeleton.points]
    else:
        placed = [*joints, *[None] * len(skeleton.points)]
    pairs = [(placed[a], placed[b]) for a, b in skeleton.edges]
    return [np.array([[a.x, a.y], [b.x, b.y]]) for a, b in pairs if a is not None and b is not None]


def _transform(pose: Pose, matrix: FloatArray, size: Any = None) -> Pose:
    places = map_points(matrix, pose.geo).tolist()
    joints = [joint.replace(x=x, y=y) for joint, (x, y) in zip(pose.points, places, strict=True)]
    return pose.replace(points=joints)


def _clip(pose: Pose, planes: FloatArray) -> tuple[Pose, float]:
    inside = are_inside(planes, pose.geo)
    if inside.all():  # also of a pose whose joints are annotations of their own
        return pose, 1.0
    joints = [joint for joint, is_inside in zip(pose.points, inside.tolist(), strict=True) if is_inside]
    return pose.replace(points=joints), float(inside.mean())


def _between(before: Pose, after: Pose, manner: Manner) -> Make:
    """Let each joint go evenly to the one of its label; by order where labels say nothing. Others stay."""
    names = [joint.label for joint in before.points]
    if len(set(names)) == len(names):
        there = {joint.label: joint for joint in reversed(after.points)}
        partners = [there.get(name) for name in names]
    else:
        partners = [*after.points, *[None] * len(names)][: len(names)]
    pairs = list(zip(before.points, partners, strict=True))
    ways = [None if there is None else _between_points(here, there, manner) for here, there in pairs]

    def make(weight: float) -> Pose:
        return before.replace(
            points=[
                joint if way is None else way(weight) for joint, way in zip(before.points, ways, strict=True)
            ]
        )

    return make


def _between_points(before: Point, after: Point, manner: Manner) -> Make:
    between = row_for(before).between
    assert between is not None
    made = between(before, after, manner)
    assert made is not None
    return made


register(
    DefinitionType(
        "pose",
        Pose,
        _from_coordinates,
        _to_coordinates,
        _lower,
        between=_between,
        transform=_transform,
        clip=_clip,
    )
)

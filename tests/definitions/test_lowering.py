"""What each type appends to a draw list."""

from __future__ import annotations

import numpy as np
import pytest

from annogeo.definitions import Box, Cube, Definition, Ellipse, Point, Polygon, Polyline, Pose, row_for
from annogeo.draw import DrawList, DrawListBuilder, Op, Pen, Skeleton

FILLED, OUTLINED = Pen(), Pen(fill=False, line_width=3, point_radius=4)
TRIANGLE = [(0, 0), (4, 0), (0, 4)]
CUBE = Cube.from_boxes_and_angle(10, 15, 35, 40, 20, 5, 45, 30, "crate")


def lowered(definition: Definition, pen: Pen, builder: DrawListBuilder | None = None) -> DrawList:
    builder = builder or DrawListBuilder()
    builder.begin_item()
    lower = row_for(definition).lower
    assert lower is not None
    lower(definition, builder, pen)
    return builder.build()


def ops(drawn: DrawList) -> list[Op]:
    return [Op(code) for code in drawn.op.tolist()]


@pytest.mark.parametrize(
    ("definition", "filled", "outlined"),
    [
        (Box(0, 0, 4, 2, "a"), [Op.FILL], [Op.LOOP]),
        (Polygon([TRIANGLE, TRIANGLE], "a"), [Op.FILL], [Op.LOOP, Op.LOOP]),
        (Ellipse(5, 5, 3, 2, 10, "a"), [Op.ELLIPSE], [Op.ELLIPSE_LOOP]),
        (Polyline(TRIANGLE, "a"), [Op.LINE], [Op.LINE]),
        (Point(1, 2, "a"), [Op.DISC], [Op.DISC]),
        (CUBE, [Op.FILL] * 6, [Op.LOOP, Op.LOOP, *[Op.LINE] * 4]),
        (Pose("a", "t", points=[(1, 2), (3, 4)]), [Op.DISC] * 2, [Op.DISC] * 2),
    ],
    ids=lambda value: value.type if isinstance(value, Definition) else "",
)
def test_operations_of_each_type(definition: Definition, filled: list[Op], outlined: list[Op]) -> None:
    assert ops(lowered(definition, FILLED)) == filled
    assert ops(lowered(definition, OUTLINED)) == outlined


def test_a_boxes_ring_runs_as_the_platforms() -> None:
    drawn = lowered(Box(0, 0, 4, 2, "a"), FILLED)

    assert drawn.xy.tolist() == [[0, 0], [0, 2], [4, 2], [4, 0]]


def test_a_polygons_rings_are_filled_together() -> None:
    drawn = lowered(Polygon([TRIANGLE, TRIANGLE], "a"), FILLED)

    assert drawn.shape_offsets.tolist() == [0, 2]
    assert drawn.ring_offsets.tolist() == [0, 3, 6]


def test_the_pen_gives_widths_and_radii() -> None:
    assert lowered(Polyline(TRIANGLE, "a"), OUTLINED).width.tolist() == [3]
    assert lowered(Point(1, 2, "a"), OUTLINED).width.tolist() == [4]


def test_a_polygon_without_rings_fills_nothing() -> None:
    assert lowered(Polygon([], "a"), FILLED).xy.size == 0


SKELETON = Skeleton(("nose", "ear", "eye"), ((0, 1), (1, 2)))


@pytest.mark.parametrize(
    ("points", "lines"),
    [
        ([Point(3, 0, "eye"), Point(1, 0, "nose"), Point(2, 0, "ear")], [[[1, 0], [2, 0]], [[2, 0], [3, 0]]]),
        ([Point(1, 0, "nose"), Point(2, 0, "ear")], [[[1, 0], [2, 0]]]),
        ([(1, 0), (2, 0), (3, 0)], [[[1, 0], [2, 0]], [[2, 0], [3, 0]]]),
        ([(1, 0)], []),
        ([], []),
    ],
    ids=["by name", "one missing", "by order", "alone", "none"],
)
def test_a_known_skeleton_joins_the_joints(points: list[Point], lines: list[list[list[float]]]) -> None:
    pose = Pose("person", "t", points=points)

    drawn = lowered(pose, FILLED, DrawListBuilder(skeletons={"t": SKELETON}))

    edges = np.flatnonzero(drawn.op == Op.LINE)
    offsets = drawn.ring_offsets
    assert [drawn.xy[offsets[i] : offsets[i + 1]].tolist() for i in edges] == lines
    assert np.count_nonzero(drawn.op == Op.DISC) == len(points)

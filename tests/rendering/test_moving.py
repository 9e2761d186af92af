"""Draw lists of one frame after the other: the same as lowering every frame anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.definitions import (
    Box,
    Classification,
    Cube,
    Definition,
    Ellipse,
    Point,
    Polygon,
    Polyline,
    Pose,
    Segmentation,
)
from annogeo.draw import DrawList, Pen, Skeleton, Style
from annogeo.errors import InputError
from annogeo.model import AnnotationCollection, Item, Ontology
from annogeo.rendering.labels.caption import labels_of
from annogeo.rendering.layers import layers_of, lower_layers
from annogeo.rendering.moving import SceneCursor
from annogeo.rendering.scene import lower
from annogeo.rendering.subject import subject_of

SIZE = (80, 120)
FRAMES = st.lists(st.integers(-2, 40), min_size=1, max_size=25) | st.just(list(range(-1, 36)))
PENS = st.sampled_from([Pen(), Pen(False, 3.0, 4.0)])
STYLES = st.sampled_from(
    [Style(), Style(fill_opacity=0.4), Style(fill_opacity=1, outline_opacity=1), Style(dash=(4, 2))]
)


def _mask(x: int, y: int) -> Segmentation:
    mask = np.zeros(SIZE, np.bool_)
    mask[y : y + 9, x : x + 12] = True
    return Segmentation(mask, "mask")


def _shape(kind: int, x: int, y: int, turn: int) -> Definition:
    """A shape of one of the types, with a little variety in form."""
    makers: list[Any] = [
        lambda: Box(x, y, x + 9 + turn % 4, y + 5, "box"),
        lambda: Box(x, y, x + 9, y + 5, "box", angle=float(turn)),
        lambda: Point(x, y, "point"),
        lambda: Polygon(
            [(x, y), (x + 9, y + turn % 5), (x + 4, y + 8), (x - 2, y + 6)][: 3 + turn % 2], "polygon"
        ),
        lambda: Polygon(
            [
                [(x, y), (x + 20, y), (x + 20, y + 20), (x, y + 20)],
                [(x + 5, y + 5), (x + 9, y + 5), (x + 7, y + 9)],
            ],
            "rings",
        ),
        lambda: Polyline([(x, y), (x + 9, y + 3), (x + 3, y + 10 + turn % 3)], "line"),
        lambda: Ellipse(x, y, 9, 4 + turn % 3, float(turn), "ellipse"),
        lambda: Ellipse(x, y, 9, 4, 20.0, "ellipse"),
        lambda: _mask(max(x, 0), max(y, 0)),
        lambda: Classification("day", {"turn": turn}),
        lambda: Cube(
            "cube",
            *[
                (x + dx, y + dy)
                for dx, dy in ((0, 0), (9, 0), (9, 9), (0, 9), (4, -3), (13, -3), (13, 6), (4, 6))
            ],
        ),
        lambda: Pose("pose", "t", points=[Point(x, y, "a"), Point(x + 4, y + turn % 7, "b")]),
    ]
    made: Definition = makers[kind % len(makers)]()
    return made


KEYS = st.lists(
    st.tuples(
        st.integers(0, 32),
        st.integers(-5, 90),
        st.integers(-5, 60),
        st.integers(-200, 200),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda key: key[0],
)


@st.composite
def clips(draw: Any) -> AnnotationCollection:
    clip = AnnotationCollection(item=Item("/a.mp4", mimetype="video/mp4", width=SIZE[1], height=SIZE[0]))
    for number, kind in enumerate(draw(st.lists(st.integers(0, 11), max_size=5))):
        for frame, x, y, turn, visible, fixed in draw(KEYS):
            label = _shape(kind, x, y, turn)
            clip.add(
                label, object_id=number, frame_num=frame, object_visible=visible, fixed=fixed or turn > 0
            )
        if draw(st.booleans()):
            clip[-1].end_frame = clip[-1].end_frame + 3
    if draw(st.booleans()):
        clip.add(Box(1, 2, 30, 40, "still"))
    return clip


def _same(made: DrawList, expected: DrawList) -> None:
    for name in ("op", "item", "width", "shape_offsets", "ring_offsets", "run_offsets", "runs", "n_items"):
        np.testing.assert_array_equal(getattr(made, name), getattr(expected, name), err_msg=name)
    np.testing.assert_allclose(made.xy, expected.xy, rtol=0, atol=1e-7)


@given(clips(), FRAMES, PENS, st.sampled_from(["linear", "hold"]))
@settings(max_examples=80, deadline=None)
def test_draw_lists_are_those_of_every_frame_lowered_anew(
    clip: AnnotationCollection, frames: list[int], pen: Pen, interpolation: str
) -> None:
    cursor = SceneCursor(clip, pen=pen, size=SIZE, interpolation=interpolation)

    for frame in frames:
        made = cursor.draw_list(frame)
        scene = lower(subject_of(clip), frame, pen=pen, size=SIZE, interpolation=interpolation)
        _same(made, scene.drawlist)
        assert cursor.draw_list(frame) is made
        for item, expected, extent in zip(cursor.items, scene.items, cursor.extents(), strict=True):
            assert (item.label, item.annotation, item.is_drawn) == (
                expected.label,
                expected.annotation,
                expected.is_drawn,
            )
            assert (item.definition is None) == (expected.definition is None)
            if expected.definition is None or not expected.is_drawn:
                assert np.isnan(extent).all()
            else:
                assert item.definition.attributes == expected.definition.attributes  # type: ignore[union-attr]
                np.testing.assert_allclose(extent, expected.definition.bounds, rtol=0, atol=1e-7)


@given(clips(), FRAMES, STYLES, st.booleans())
@settings(max_examples=50, deadline=None)
def test_layers_are_those_of_every_frame_lowered_anew(
    clip: AnnotationCollection, frames: list[int], style: Style, fills: bool
) -> None:
    pen = Pen(fill=fills)
    layers = layers_of(style, pen, SIZE)
    cursor = SceneCursor(clip, pen=pen, layers=layers, size=SIZE)

    for frame in frames:
        made = cursor.draw_list(frame)
        scene = lower(subject_of(clip), frame, pen=pen, size=SIZE)
        expected = lower_layers(scene, layers, SIZE)
        # what draws nothing has no layers there, and empty ones here
        kept = np.isin(np.arange(made.n_items), made.item)
        wanted = np.isin(np.arange(expected.drawlist.n_items), expected.drawlist.item)
        np.testing.assert_array_equal(cursor.owner[kept], expected.owner[wanted])
        np.testing.assert_array_equal(cursor.opacity[kept], expected.opacity[wanted])
        np.testing.assert_array_equal(made.op, expected.drawlist.op)
        np.testing.assert_array_equal(made.ring_offsets, expected.drawlist.ring_offsets)
        np.testing.assert_allclose(made.xy, expected.drawlist.xy, rtol=0, atol=1e-7)


@given(clips(), FRAMES)
@settings(max_examples=30, deadline=None)
def test_labels_stand_where_the_shapes_are(clip: AnnotationCollection, frames: list[int]) -> None:
    cursor = SceneCursor(clip, size=SIZE)
    colors = np.zeros((len(clip), 4), np.uint8)

    for frame in frames:
        cursor.draw_list(frame)
        made = labels_of(cursor.items, colors, show_attributes=True, extents=cursor.extents())
        items = lower(subject_of(clip), frame, size=SIZE).items
        expected = labels_of(items, colors, show_attributes=True)
        assert [label.text for label in made] == [label.text for label in expected]
        for label, other in zip(made, expected, strict=True):
            assert label.edges == (None if other.edges is None else pytest.approx(other.edges, abs=1e-6))


def test_what_does_not_change_is_the_same_object() -> None:
    clip = AnnotationCollection()
    clip.add(Box(0, 0, 4, 4, "car"), object_id=1, frame_num=0)
    clip.add(Box(8, 0, 12, 4, "car"), object_id=1, frame_num=4)
    clip.add(Box(8, 0, 12, 4, "dog"), object_id=1, frame_num=8, end_frame_num=20)
    cursor = SceneCursor(clip)

    seen = [(cursor.draw_list(frame), cursor.items) for frame in range(20)]

    assert len({id(items) for _, items in seen}) == 2
    assert len({id(drawn) for drawn, _ in seen[8:]}) == 1
    assert [drawn.xy[0, 0] for drawn, _ in seen[:5]] == [0, 2, 4, 6, 8]


def test_ways_too_long_for_a_number_are_those_of_every_frame_too() -> None:
    clip = AnnotationCollection()
    for frame, x in ((0, -1.7e308), (12, 1.7e308), (20, 3.0), (26, 9.0)):
        clip.add(Box(x, 0, x + 4, 4, "car"), object_id=1, frame_num=frame)
        clip.add(Point(x, 1, "here"), object_id=2, frame_num=frame)
    cursor = SceneCursor(clip)

    for frame in (*range(27), 5, 22):
        _same(cursor.draw_list(frame), lower(subject_of(clip), frame).drawlist)


def test_earlier_draw_lists_stay_as_they_were() -> None:
    clip = AnnotationCollection()
    clip.add(Box(0, 0, 4, 4, "car", angle=0), object_id=1, frame_num=0)
    clip.add(Box(8, 0, 12, 4, "car", angle=90), object_id=1, frame_num=8)
    clip.add(Box(0, 0, 4, 4, "car"), object_id=2, frame_num=0)
    clip.add(Box(8, 0, 12, 4, "car"), object_id=2, frame_num=8)
    cursor = SceneCursor(clip)
    first = cursor.draw_list(2)
    before = first.xy.copy()

    cursor.draw_list(5)

    np.testing.assert_array_equal(first.xy, before)


def test_pose_made_of_other_annotations_moves_with_them() -> None:
    ontology = Ontology(skeletons={"t": Skeleton(("a", "b"), ((0, 1),))})
    pose = {
        "type": "pose",
        "id": "p",
        "label": "person",
        "coordinates": {"templateId": "t", "instanceId": "i"},
    }
    joints = [
        {
            "type": "point",
            "label": name,
            "coordinates": {"x": x, "y": 3},
            "metadata": {"system": {"parentId": "p"}},
        }
        for name, x in (("a", 2), ("b", 9))
    ]
    clip = AnnotationCollection.from_json([pose, *joints], item=Item("/a.mp4", ontology=ontology))
    clip[1].add_frame(Point(22, 3, "a"), 10)
    assert clip[1].is_video
    cursor = SceneCursor(clip, pen=Pen(False))

    for frame in (0, 5, 10):
        expected = lower(subject_of(clip), frame, pen=Pen(False))
        _same(cursor.draw_list(frame), expected.drawlist)
        assert cursor.extents().shape == (3, 4)


@pytest.mark.parametrize("frame", [1.5, None, "1"])
def test_what_is_no_frame_is_refused(frame: Any) -> None:
    with pytest.raises(InputError, match="frame number"):
        SceneCursor([]).draw_list(frame)
    with pytest.raises(InputError, match="'linear' or 'hold'"):
        SceneCursor([], interpolation="cubic")

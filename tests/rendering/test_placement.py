"""Where labels go: inside, apart, off small shapes, the same each time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.rendering.labels.caption import Label
from annogeo.rendering.labels.occupancy import LABEL, SHAPE, Occupancy
from annogeo.rendering.labels.placement import LED, Place, place

RED = (255, 0, 0)


def _label(*edges: float, text: str = "x", is_joint: bool = False) -> Label:
    return Label(text, edges or None, RED, is_joint)  # type: ignore[arg-type]


def _placed(labels: Any, size: Any, height: int, width: int, **options: Any) -> list[Place | None]:
    options = {"text_px": 8, **options}
    return place(labels, lambda k, level: size, height, width, **options).places


def _corners(*arguments: Any, **options: Any) -> list[tuple[int, int] | None]:
    return [at and (at.x, at.y) for at in _placed(*arguments, **options)]


def _boxes(places: list[Place | None], size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    return [(at.x, at.y, at.x + size[0], at.y + size[1]) for at in places if at is not None]


def _meet(a: Any, b: Any) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


# --- beside a shape ---------------------------------------------------------------------------------------------


def test_label_stands_above_its_shape() -> None:
    assert _corners([_label(10, 20, 30, 40)], (15, 8), 100, 100) == [(10, 12)]


def test_label_of_a_large_shape_at_the_top_stands_inside_it() -> None:
    assert _corners([_label(10, 0, 80, 90)], (15, 8), 100, 100) == [(10, 0)]


def test_label_of_a_small_shape_at_the_top_stands_below_it() -> None:
    assert _corners([_label(10, 3, 20, 12)], (15, 8), 100, 100) == [(10, 12)]


def test_labels_of_the_whole_picture_stand_in_its_corner_one_below_the_other() -> None:
    assert _corners([_label(), _label()], (15, 8), 100, 100) == [(0, 0), (0, 8)]


@pytest.mark.parametrize(
    "edges", [(-50, -50, 5, 5), (95, 95, 300, 300), (0, 99, 10, 120), (-9, 3, 400, 500), (1e300, 0, 1e300, 9)]
)
def test_labels_stay_inside_the_picture(edges: Any) -> None:
    [corner] = _corners([_label(*edges)], (15, 8), 100, 100)
    assert corner is not None
    x, y = corner

    assert 0 <= x <= 85
    assert 0 <= y <= 92


def test_labels_do_not_hide_small_shapes_of_others() -> None:
    small = _label(12, 13, 18, 18, text="")

    [box] = _boxes(_placed([_label(10, 20, 60, 90), small], (15, 8), 100, 100), (15, 8))

    assert not _meet(box, (12, 13, 18, 18))


# --- crowds -----------------------------------------------------------------------------------------------------


def test_label_without_room_beside_its_shape_stands_apart_with_a_line_to_it() -> None:
    crowd = [_label(40 + 10 * i, 40 + 10 * j, 49 + 10 * i, 49 + 10 * j) for i in range(6) for j in range(6)]

    places = _placed(crowd, (20, 8), 200, 200)

    led = [(label, at) for label, at in zip(crowd, places, strict=True) if at is not None and at.slot == LED]
    assert led
    for label, at in led:
        assert at.line is not None
        assert label.edges is not None
        left, top, right, bottom = label.edges
        assert left <= at.line.x1 <= right
        assert top <= at.line.y1 <= bottom
        assert at.x <= at.line.x0 < at.x + 20
        assert at.y <= at.line.y0 < at.y + 8


def test_lines_cross_no_label_where_they_can_be_led_otherwise() -> None:
    crowd = [_label(90 + 10 * k, 90, 99 + 10 * k, 99) for k in range(4)]
    size = (24, 8)

    places = _placed(crowd, size, 200, 200)

    boxes = _boxes(places, size)
    for at in places:
        if at is not None and at.line is not None:
            x, y = np.linspace(at.line[:2], at.line[2:], 200).T
            crossed = [b for b in boxes if ((x > b[0]) & (x < b[2] - 1) & (y > b[1]) & (y < b[3] - 1)).any()]
            assert crossed in ([], [(at.x, at.y, at.x + 24, at.y + 8)])


def test_text_becomes_smaller_before_it_is_left_out() -> None:
    def measure(k: int, level: int) -> tuple[int, int]:
        return ((60, 20), (30, 10))[level]

    found = place([_label(0, 0, 40, 25)] * 3, measure, 50, 60, text_px=20, n_levels=2)

    assert {at.level for at in found.places if at is not None} == {0, 1}


def test_label_without_any_room_is_left_out_and_counted() -> None:
    found = place([_label(0, 0, 20, 11)] * 3, lambda k, level: (20, 8), 11, 20, text_px=8, note=(20, 3))

    assert found.places.count(None) == found.n_left_out == 2
    assert found.note is None or found.note[1] >= 8


def test_larger_shapes_come_first() -> None:
    found = _placed([_label(0, 0, 4, 4), _label(0, 0, 20, 16)], (20, 12), 16, 20)

    assert found[0] is None
    assert found[1] is not None


def test_what_is_reserved_stays_free() -> None:
    [box] = _boxes(_placed([_label(10, 20, 60, 90)], (15, 8), 100, 100, reserved=[(0, 0, 100, 50)]), (15, 8))

    assert not _meet(box, (0, 0, 100, 50))


# --- joints -----------------------------------------------------------------------------------------------------


def test_joints_with_room_are_named() -> None:
    joints = [_label(20, 20, 20, 20, is_joint=True), _label(60, 60, 60, 60, is_joint=True)]

    assert None not in _placed(joints, (15, 8), 100, 100)


def test_joints_side_by_side_are_not_named_and_not_counted() -> None:
    joints = [_label(20, 20, 20, 20, is_joint=True), _label(26, 20, 26, 20, is_joint=True)]

    found = place(joints, lambda k, level: (15, 8), 100, 100, text_px=8)

    assert found.places == [None, None]
    assert found.n_left_out == 0


def test_joints_are_not_named_on_top_of_other_labels() -> None:
    labels = [_label(0, 0, 40, 20), _label(10, 10, 10, 10, is_joint=True)]

    found = place(labels, lambda k, level: ((40, 20), (15, 8))[k], 20, 40, text_px=8)

    assert found.places[0] is not None
    assert found.places[1] is None


# --- frames of a video ------------------------------------------------------------------------------------------


def test_labels_keep_their_side_from_one_frame_to_the_next() -> None:
    left, right = _label(20, 40, 40, 60), _label(45, 40, 65, 60)
    before = _placed([left, right], (30, 8), 100, 100)

    alone = [_label(20, 40, 40, 60, text=""), _label(46, 41, 66, 61)]
    [_, fresh] = _placed(alone, (30, 8), 100, 100)
    [_, kept] = _placed(alone, (30, 8), 100, 100, previous=before)

    assert fresh is not None
    assert kept is not None
    assert before[1] is not None
    assert fresh.slot != kept.slot == before[1].slot


def test_a_label_that_stood_apart_stays_where_it_was() -> None:
    crowd = [_label(40 + 10 * i, 40 + 10 * j, 49 + 10 * i, 49 + 10 * j) for i in range(6) for j in range(6)]
    moved = [_label(*(edge + 1 for edge in label.edges or ())) for label in crowd]
    before = _placed(crowd, (20, 8), 200, 200)

    after = _placed(moved, (20, 8), 200, 200, previous=before)

    stayed = [
        b is not None and (a.x, a.y) == (b.x, b.y) for a, b in zip(before, after, strict=True) if a and a.line
    ]
    assert sum(stayed) > len(stayed) / 2


# --- whatever comes ---------------------------------------------------------------------------------------------

coordinates = st.floats(-40, 340, allow_nan=False)
shapes = st.tuples(coordinates, coordinates, st.floats(0, 150), st.floats(0, 150)).map(
    lambda s: _label(s[0], s[1], s[0] + s[2], s[1] + s[3])
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(shapes, max_size=25),
    st.tuples(st.integers(20, 300), st.integers(20, 300)),
    st.integers(7, 40),
    st.integers(2, 9),
)
def test_labels_are_inside_apart_off_small_shapes_and_the_same_each_time(
    labels: list[Label], extent: tuple[int, int], text_px: int, length: int
) -> None:
    height, width = extent
    size = (length * text_px // 2 + 2, text_px + 2)

    found = place(labels, lambda k, level: size, height, width, text_px=text_px, note=(10, 8))

    boxes = _boxes(found.places, size)
    for k, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= width
        assert box[3] <= height
        assert not any(_meet(box, other) for other in boxes[:k])
    again = place(labels, lambda k, level: size, height, width, text_px=text_px, note=(10, 8))
    assert again == found
    assert found.n_left_out == found.places.count(None)


@settings(max_examples=60, deadline=None)
@given(st.lists(shapes, min_size=2, max_size=12))
def test_labels_beside_or_apart_hide_at_most_half_of_a_small_shape_of_another(labels: list[Label]) -> None:
    size = (30, 12)

    places = _placed(labels, size, 300, 300, text_px=12)

    for k, at in enumerate(places):
        for j, other in enumerate(labels):
            if at is None or j == k or other.edges is None or other.edges == labels[k].edges:
                continue
            left, top, right, bottom = np.clip(other.edges, 0, 300)
            if not (4 <= right - left < 24 and 4 <= bottom - top < 24):
                continue
            w = min(right, at.x + size[0]) - max(left, at.x)
            h = min(bottom, at.y + size[1]) - max(top, at.y)
            assert max(w, 0) * max(h, 0) <= 0.6 * (right - left) * (bottom - top) + 1


# --- the work it takes ------------------------------------------------------------------------------------------


def test_work_per_label_does_not_grow_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    is_free = Occupancy.is_free

    def counted(self: Occupancy, rectangle: Any) -> bool:
        nonlocal looks
        looks += 1
        return is_free(self, rectangle)

    monkeypatch.setattr(Occupancy, "is_free", counted)
    per_label = []
    for side in (10, 40):
        labels = [
            _label(60 * i + 10, 60 * j + 10, 60 * i + 40, 60 * j + 40)
            for i in range(side)
            for j in range(side)
        ]
        looks = 0
        _placed(labels, (30, 8), 60 * side, 60 * side)
        per_label.append(looks / len(labels))

    assert per_label[1] <= per_label[0] < 4


def test_a_full_window_is_searched_once_for_each_size() -> None:
    taken = Occupancy(400, 400, 1)
    taken.mark((0, 0, 400, 400), SHAPE)

    for _ in range(5):
        assert not len(taken.free_corners((0, 0, 400, 400), 20, 20)[0])
        assert not len(taken.free_corners((0, 0, 400, 400), 30, 20)[0])

    assert list(taken._full.values()) == [[(5, 5)]]


def test_free_corners_are_all_there_are() -> None:
    rng = np.random.default_rng(5)
    taken = Occupancy(120, 160, 2)
    for x, y in rng.integers(0, 120, (14, 2)).tolist():
        taken.mark((x, y, x + 9, y + 7), LABEL)

    x, y = taken.free_corners((0, 0, 160, 120), 24, 16)

    expected = [
        (cx * 8, cy * 8)
        for cy in range(15 - 2 + 1)
        for cx in range(20 - 3 + 1)
        if not taken.coarse[cy : cy + 2, cx : cx + 3].any()
    ]
    assert list(zip(x.tolist(), y.tolist(), strict=True)) == expected

"""All tracks at all frames: against a slow obvious twin, and against one annotation at a time."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.definitions import Box, Point
from annogeo.errors import InputError
from annogeo.model import AnnotationCollection, Item
from annogeo.model.tracks import FIXED, VISIBLE, Tracks
from annogeo.rendering import SceneCursor
from annogeo.timeline import Timeline
from tests.naive.tracks import Keyframe, box_at
from tests.shared import shared

VALUES = st.tuples(*[st.integers(-1000, 1000).map(lambda n: n / 4)] * 4, st.integers(-400, 400).map(float))
KEYFRAMES = st.tuples(st.integers(0, 80), VALUES, st.booleans(), st.booleans())
TRACK = st.lists(KEYFRAMES, min_size=1, max_size=6, unique_by=lambda keyframe: keyframe[0]).map(sorted)
ENDED = st.tuples(TRACK, st.integers(-30, 40)).map(lambda pair: (pair[0], pair[0][-1][0] + pair[1]))
FRAMES = (
    st.builds(range, st.integers(-5, 20), st.integers(0, 140), st.integers(1, 7))
    | st.builds(range, st.integers(0, 100), st.integers(-5, 20), st.integers(-9, -1))
    | st.lists(st.integers(-5, 140), max_size=30)
)


def _tracks(ended: list[tuple[list[Keyframe], int]]) -> Tracks:
    keyframes = [keyframe for track, _ in ended for keyframe in track]
    offsets = np.cumsum([0, *(len(track) for track, _ in ended)])
    flags = [VISIBLE * visible | FIXED * fixed for _, _, visible, fixed in keyframes]
    numbers, values = [k[0] for k in keyframes], [k[1] for k in keyframes]
    return Tracks(offsets, numbers, values, flags, [end for _, end in ended])


def _expected(ended: list[tuple[list[Keyframe], int]], frames: Any) -> npt.NDArray[np.float64]:
    rows = [[box_at(track, end, frame) or [np.nan] * 5 for frame in frames] for track, end in ended]
    return np.array(rows, np.float64).reshape(len(ended), len(frames), 5)


@given(st.lists(ENDED, max_size=4), FRAMES, st.sampled_from([np.float32, np.float64]), st.booleans())
@settings(max_examples=120, deadline=None)
def test_boxes_equal_the_twin(
    ended: list[tuple[list[Keyframe], int]], frames: Any, dtype: Any, angles: bool
) -> None:
    tracks, expected = _tracks(ended), _expected(ended, frames)
    columns = 5 if angles else 4

    made, visible = tracks.boxes(frames, angles=angles, dtype=dtype)

    assert (made.dtype, made.shape) == (dtype, (len(ended), len(frames), columns))
    assert visible.dtype == np.bool_
    np.testing.assert_array_equal(visible, ~np.isnan(expected[..., 0]))
    tolerance = 1e-9 if dtype is np.float64 else 1e-4
    np.testing.assert_allclose(made, expected[..., :columns], rtol=0, atol=tolerance)
    if dtype is np.float32:
        np.testing.assert_array_equal(
            made, tracks.boxes(frames, angles=angles, dtype=float).boxes.astype(dtype)
        )


@given(st.lists(ENDED, min_size=1, max_size=4), st.lists(st.integers(-5, 140), max_size=30))
@settings(max_examples=60, deadline=None)
def test_cursor_goes_anywhere(ended: list[tuple[list[Keyframe], int]], frames: list[int]) -> None:
    tracks, expected = _tracks(ended), _expected(ended, frames)
    cursor = tracks.cursor()

    for k, frame in enumerate(frames):
        boxes, visible = cursor.at(frame)
        np.testing.assert_array_equal(visible, ~np.isnan(expected[:, k, 0]))
        np.testing.assert_allclose(boxes, expected[:, k], rtol=0, atol=1e-9)


def test_cursor_in_a_long_track() -> None:
    numbers = np.arange(0, 30_000, 3)
    tracks = Tracks([0, numbers.size], numbers, np.stack([numbers, numbers, numbers + 4, numbers + 4], 1))
    cursor = tracks.cursor()

    for frame in (0, 1, 29_997, 3, 15_000, 15_001, 14_998, 29_998, -1, 7):
        boxes, visible = cursor.at(frame)
        assert visible[0] == (0 <= frame <= 29_997)
        assert not visible[0] or boxes[0, 0] == pytest.approx(frame)


def _clip() -> AnnotationCollection:
    rng = np.random.default_rng(3)
    clip = AnnotationCollection(item=Item("/a.mp4", mimetype="video/mp4", fps=25))
    clip.add(Point(0, 0, "nose"), object_id=0, frame_num=0)
    for number in range(1, 7):
        for frame in sorted(rng.choice(60, 6, replace=False).tolist()):
            left, top = rng.uniform(0, 100, 2).tolist()
            angle = float(rng.uniform(0, 360)) if number > 3 else None
            box = Box(left, top, left + 10, top + 5, "car", angle=angle)
            visible, fixed = rng.random() < 0.8, rng.random() < 0.8
            clip.add(box, object_id=number, frame_num=frame, object_visible=visible, fixed=fixed)
    return clip


def test_tracks_of_a_collection_are_where_its_annotations_are() -> None:
    clip = _clip()
    tracks = Tracks.from_collection(clip)
    frames = range(-2, 65)

    boxes, visible = tracks.boxes(frames, dtype=float)

    assert tracks.members == tuple(range(1, 7))
    for row, member in enumerate(tracks.members):
        states = clip[member].interpolate(frames)
        assert [state is not None for state in states] == visible[row].tolist()
        for state, values in zip(states, boxes[row], strict=True):
            if state is None:
                continue
            np.testing.assert_allclose(values[:4], state.annotation_definition.xyxy, rtol=0, atol=1e-12)
            turn = (values[4] - (state.angle or 0) + 180) % 360 - 180
            assert turn == pytest.approx(0, abs=1e-9)
            if not state.interpolation:
                assert values.tolist() == [*state.annotation_definition.xyxy.tolist(), state.angle or 0]


@pytest.mark.parametrize("pts", [[0, 1, 2, 3, 4, 5, 6, 7], [5, 6, 9, 40, 41, 42, 80, 81]])
def test_motion_is_even_in_time_where_that_is_asked(pts: list[int]) -> None:
    clip = AnnotationCollection()
    for frame, left in ((1, 0), (3, 80), (6, 20)):
        clip.add(Box(left, 0, left + 5, 5, "car"), object_id=1, frame_num=frame, end_frame_num=frame)
    timeline, frames = Timeline(pts=pts, time_base=1), [-1, 0, 1, 2, 3, 4, 5, 6, 7, 9]

    boxes, visible = Tracks.from_collection(clip).boxes(frames, dtype=float, timeline=timeline)

    states = clip[0].interpolate(frames[1:-1], by="time", timeline=timeline)
    assert visible[0].tolist() == [False, *[state is not None for state in states], False]
    lefts = [state.left for state in states if state is not None]
    assert boxes[0, 2:8, 0].tolist() == pytest.approx(lefts)
    with pytest.raises(InputError, match="0 and 1 share one"):
        Tracks.from_collection(clip).boxes([0], timeline=Timeline(pts=[0, 0], time_base=1))


def test_keyframes_behind_the_table_are_gone_towards_at_its_pace() -> None:
    clip = AnnotationCollection()
    for frame, left in ((0, 0), (10, 100)):
        clip.add(Box(left, 0, left + 5, 5, "car"), object_id=1, frame_num=frame)
    timeline, frames = Timeline(pts=range(0, 9 * 3600, 3600), time_base=1), range(11)

    states = clip[0].interpolate(frames, by="time", timeline=timeline)
    boxes, _ = Tracks.from_collection(clip).boxes(frames, dtype=float, timeline=timeline)

    expected = [10 * frame for frame in frames]
    assert [state.left for state in states if state is not None] == pytest.approx(expected)
    assert boxes[0, :, 0].tolist() == pytest.approx(expected)


def test_frames_beyond_all_numbers_are_outside() -> None:
    tracks = Tracks([0, 1], [3], [[0, 0, 4, 4, 30]])
    clip = AnnotationCollection()
    clip.add(Box(0, 0, 4, 4, "car"))

    assert [tracks.cursor().at(frame).visible.tolist() for frame in (2**70, -(2**70), 3)] == [
        [False],
        [False],
        [True],
    ]
    assert Tracks.from_collection(clip).cursor().at(2**70).visible.tolist() == [True]


def test_numbers_too_large_for_a_way_are_held() -> None:
    clip = AnnotationCollection()
    clip.add(Box(-1e308, 0, 1e308, 5, "car"), object_id=1, frame_num=0)
    clip.add(Box(1e308, 0, 1e308, 5, "car"), object_id=1, frame_num=4)

    boxes, _ = Tracks.from_collection(clip).boxes([2], dtype=float)

    (state,) = clip[0].interpolate([2])
    assert state is not None
    assert boxes[0, 0, :4].tolist() == state.annotation_definition.xyxy.tolist() == [-1e308, 0, 1e308, 5]
    assert SceneCursor(clip).draw_list(2).xy[0].tolist() == [-1e308, 0]


def test_hold_is_offered_too() -> None:
    clip = _clip()
    frames = range(62)

    boxes, visible = Tracks.from_collection(clip, interpolation="hold").boxes(frames, dtype=float)

    for row, member in enumerate(range(1, 7)):
        states = clip[member].interpolate(frames, method="hold")
        assert [state is not None for state in states] == visible[row].tolist()
        lefts = [np.nan if state is None else state.left for state in states]
        np.testing.assert_array_equal(boxes[row, :, 0], lefts)


def test_a_still_is_there_at_every_frame_and_an_odd_state_is_hidden() -> None:
    odd = {"frame": 5, "fixed": True, "label": "car", "data": "?"}
    system = {"frame": 0, "endFrame": 9, "snapshots_": [odd]}
    corners = [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
    entry = {"type": "box", "label": "car", "coordinates": corners, "metadata": {"system": system}}
    clip = AnnotationCollection.from_json([entry, {"type": "box", "label": "car", "coordinates": corners}])

    tracks = Tracks.from_collection(clip)

    assert tracks.boxes([0, 4, 5, 9, 10]).visible.tolist() == [[True, True, False, False, False], [True] * 5]
    assert tracks.boxes([4]).boxes[:, 0].tolist() == [[1, 2, 3, 4, 0]] * 2


@pytest.mark.shared
def test_real_tracks_of_the_platform() -> None:
    path = shared("data/dataloop/dtlpy_tests_2019/video_annotations.json")
    clip = AnnotationCollection.from_json(path.read_bytes(), is_video=True)
    tracks = Tracks.from_collection(clip)

    boxes, visible = tracks.boxes(range(0, 530, 11), dtype=float)

    assert len(tracks) == 16
    for row, member in enumerate(tracks.members):
        states = clip[member].interpolate(range(0, 530, 11))
        assert [state is not None for state in states] == visible[row].tolist()
        for state, values in zip(states, boxes[row], strict=True):
            if state is not None:
                np.testing.assert_allclose(values[:4], state.annotation_definition.xyxy, rtol=0, atol=1e-10)


def test_buffers_are_used_again() -> None:
    tracks = Tracks([0, 2], [0, 10], [[0, 0, 4, 4], [20, 0, 24, 4]])
    buffer = np.full((1, 3, 5), 7.0)

    made, _ = tracks.boxes([9, 0, 5], out=buffer)

    assert made is buffer
    assert made[0, :, 0].tolist() == [18, 0, 10]


def test_tracks_travel_and_cannot_be_changed() -> None:
    tracks = pickle.loads(pickle.dumps(Tracks.from_collection(_clip())))

    assert len(tracks) == 6
    with pytest.raises(ValueError, match="read-only"):
        tracks.values[0, 0] = 1
    assert repr(tracks) == "Tracks(6 tracks, 36 keyframes)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 2], [0], [[0] * 4]), "offsets: expected to begin at 0 and end at 1"),
        (([], [], []), "offsets"),
        (([0, 1, 1], [0], [[0] * 4]), "track 1 has none"),
        (([0, 2], [3, 3], [[0] * 4] * 2), r"frames\[1\]: expected more than 3"),
        (([0, 1], [0.5], [[0] * 4]), "frames: expected ints"),
        (([0, 1], [2**63], [[0] * 4]), "less than 2"),
        (([0, 1], [10**40], [[0] * 4]), "frames: expected ints"),
        (([0, 1], [0], [[0] * 3]), "values: expected numbers of shape"),
        (([0, 1], [0], [["a"] * 4]), "values: expected numbers"),
        (([0, 1], [0], [[0, 0, np.inf, 0]]), r"values\[0\].right: expected a finite number, got inf"),
        (([0, 1], [0], [[0] * 4], [4]), "flags"),
        (([0, 1], [0], [[0] * 4], [1, 1]), "flags"),
        (([0, 1], [0], [[0] * 4], [1], [1, 2]), "ends: expected one per track, 1, got 2"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Tracks(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"frames": [0.5]}, "frames: expected ints"),
        ({"frames": "abc"}, "frames: expected ints"),
        ({"frames": 3}, "frames: expected ints"),
        ({"frames": [[1]]}, "frames: expected ints"),
        ({"frames": [True]}, "frames: expected ints"),
        ({"frames": range(10**9)}, "more than 2\\*\\*31"),
        ({"frames": range(10**30)}, "more than 2\\*\\*31"),
        ({"frames": [0], "timeline": 25}, "timeline: expected a Timeline, got 25"),
        ({"frames": [0], "out": [0]}, "out: expected a C-contiguous array"),
        ({"frames": [0], "dtype": int}, "dtype: expected float32 or float64"),
        ({"frames": [0], "out": np.zeros((1, 2, 5))}, "out: expected a C-contiguous array"),
        ({"frames": [0], "out": np.zeros((1, 1, 5), int)}, "dtype"),
        ({"frames": [0], "out": np.zeros((1, 1, 10))[..., ::2]}, "out: expected a C-contiguous"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments: dict[str, Any], message: str) -> None:
    tracks = Tracks([0, 1], [0], [[0, 0, 1, 1]])

    with pytest.raises(InputError, match=message):
        tracks.boxes(**arguments)
    with pytest.raises(InputError, match="frame"):
        tracks.cursor().at("1")  # type: ignore[arg-type]

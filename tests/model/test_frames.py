"""Tracks: ranges, keyframes, cursors, and states at any frame against a slow obvious twin."""

from __future__ import annotations

import itertools
import pickle
import time
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from annogeo.definitions import Box, Classification, Point
from annogeo.errors import InputError, UnsupportedError
from annogeo.model import Annotation, AnnotationCollection, FrameAnnotation, Item


def _point(x: float, label: str = "nose") -> Point:
    return Point(x, 0, label)


def _track(*numbers: int, item: Item | None = None) -> Annotation:
    """A point that is at x = n in keyframe n."""
    clip = AnnotationCollection(item=item)
    for number in numbers:
        clip.add(_point(number), object_id=1, frame_num=number)
    return clip[0]


@given(
    st.dictionaries(st.integers(0, 30), st.booleans(), min_size=1, max_size=8), st.integers(0, 10), st.data()
)
@settings(max_examples=60, deadline=None)
def test_state_at_every_frame_equals_the_twin(stored: dict[int, bool], extra: int, data: Any) -> None:
    order = data.draw(st.permutations(sorted(stored)))
    clip = AnnotationCollection()
    for number in order:
        clip.add(_point(number), object_id=1, frame_num=number, object_visible=stored[number])
    end = max(stored) + extra
    clip[0].end_frame = end

    for frame in range(-2, end + 5):
        held = [number for number in stored if number <= frame]
        state = clip[0].at_frame(frame)
        if not held or frame > end:
            assert state is None
        else:
            assert state is not None
            assert (state.x, state.object_visible) == (max(held), stored[max(held)])
            assert (state.fixed, state.interpolation) == (frame in stored, frame not in stored)
    assert clip[0].frames.actual_keys() == sorted(stored)
    assert list(clip[0].frames) == list(range(min(stored), end + 1))


def test_frames_is_a_mapping_over_the_whole_range() -> None:
    frames = _track(2, 6).frames

    assert (len(frames), list(frames), frames.start, frames.end) == (5, [2, 3, 4, 5, 6], 2, 6)
    assert (1 in frames, 2 in frames, 6 in frames, 7 in frames, "a" in frames) == (
        False,
        True,
        True,
        False,
        False,
    )
    assert frames[5].x == 2
    assert frames.actual_keys() == [2, 6]
    with pytest.raises(KeyError):
        frames[7]
    assert frames.get(7) is None


def test_frames_of_a_still_are_empty() -> None:
    frames = Annotation.new(annotation_definition=_point(1)).frames

    assert (len(frames), list(frames), frames.actual_keys()) == (0, [], [])


def test_long_track_costs_nothing() -> None:
    clip = AnnotationCollection()
    start = time.perf_counter()

    clip.add(Box(0, 0, 10, 10, "car"), object_id=1, frame_num=0, end_frame_num=10**9)
    states = [clip[0].at_frame(frame) for frame in range(0, 10**9, 10**6)]

    assert time.perf_counter() - start < 2
    assert all(state is not None for state in states)
    assert (len(clip[0].frames), clip[0].frames.actual_keys()) == (10**9 + 1, [0, 10**9])
    assert len(clip.to_json()["annotations"][0]["metadata"]["system"]["snapshots_"]) == 1


def test_looking_at_frames_stores_nothing() -> None:
    annotation = _track(0, 50)
    before = annotation.to_json()

    for frame in range(51):
        annotation.at_frame(frame)
        assert annotation.frames[frame] is not None

    assert annotation.frames.actual_keys() == [0, 50]
    assert annotation.to_json() == before


def test_a_still_has_its_state_at_every_frame() -> None:
    annotation = Annotation.new(annotation_definition=_point(1))

    assert [annotation.at_frame(n).x for n in (0, 7)] == [1, 1]  # type: ignore[union-attr]
    assert annotation.at_frame(-1) is None
    assert annotation.set_frame(0)


def test_one_video_annotation_is_not_a_still() -> None:
    annotation = _track(0)

    assert annotation.is_video
    assert annotation.at_frame(1) is None


@pytest.mark.parametrize("frame", [1.0, "1", None, True])
def test_frame_that_is_no_int_is_refused(frame: Any) -> None:
    with pytest.raises(InputError, match="expected a frame number"):
        _track(0, 5).at_frame(frame)


def test_interpolation_argument_is_checked() -> None:
    with pytest.raises(InputError, match="'linear' or 'hold'"):
        _track(0, 5).at_frame(1, interpolation="cubic")
    with pytest.raises(UnsupportedError):
        _track(0, 5).interpolate([1])


# --- cursor -----------------------------------------------------------------------------------------------------


def test_set_frame_moves_only_this_objects_accessors_a13() -> None:
    clip = AnnotationCollection()
    clip.add(_point(0, "a"), object_id=1, frame_num=0)
    clip.add(_point(9, "b"), object_id=1, frame_num=5)
    annotation, before = clip[0], clip.to_json()

    assert annotation.set_frame(7) is False
    assert annotation.set_frame(5) is True

    assert (annotation.label, annotation.x, annotation.current_frame) == ("b", 9, 5)
    assert annotation.at_frame(0).x == 0  # type: ignore[union-attr]
    assert clip.get_frame(0)[0].label == "a"
    assert clip.to_json() == before
    assert annotation.current_frame == 5


def test_changing_a_held_frame_never_changes_the_keyframe_a12() -> None:
    annotation = _track(0, 5)
    annotation.set_frame(3)

    annotation.x = 77
    annotation.attributes = {"k": 1}

    assert [state.x for state in annotation.frames.values()] == [0, 0, 0, 77, 77, 5]
    assert annotation.frames.actual_keys() == [0, 3, 5]
    assert [annotation.at_frame(n).attributes for n in (0, 3, 5)] == [{}, {"k": 1}, {}]  # type: ignore[union-attr]


def test_state_of_a_frame_cannot_be_changed_in_place() -> None:
    state = _track(0, 5).frames[3]

    with pytest.raises(InputError, match="cannot be changed in place"):
        state.x = 7
    with pytest.raises(InputError, match="set_frame"):
        state.fixed = True
    with pytest.raises((AttributeError, TypeError, InputError)):
        state.annotation_definition.x = 7


def test_setter_on_a_stored_frame_changes_that_one() -> None:
    annotation = _track(0, 5, 9)
    annotation.set_frame(5)

    annotation.label = "eye"

    assert [state.label for state in annotation.frames.values()].count("eye") == 4


# --- adding -----------------------------------------------------------------------------------------------------


def test_frame_before_the_first_keeps_the_first_a15() -> None:
    annotation = Annotation.new(annotation_definition=_point(4), frame_num=4)

    assert annotation.add_frame(_point(2), 2)

    assert annotation.frames.actual_keys() == [2, 4]
    assert [state.x for state in annotation.frames.values()] == [2, 2, 4]
    assert annotation.start_frame == 2


def test_frame_without_a_number_follows_the_last_stored_one() -> None:
    annotation = Annotation.new(annotation_definition=_point(0))

    annotation.add_frame(_point(1))
    annotation.add_frame(_point(2))

    assert annotation.frames.actual_keys() == [0, 1, 2]


def test_step_equal_to_the_state_held_there_is_not_stored() -> None:
    annotation = _track(0)

    annotation.add_frame(_point(0), 4, fixed=False)
    annotation.add_frame(_point(0), 6, fixed=True)
    annotation.add_frame(_point(0), 8, fixed=False, object_visible=False)

    assert annotation.frames.actual_keys() == [0, 6, 8]
    assert annotation.end_frame == 8


def test_range_replaces_what_was_stored_inside() -> None:
    annotation = _track(0, 3, 5, 9)

    annotation.add_frames(_point(-1), 2, 6)

    assert annotation.frames.actual_keys() == [0, 2, 6, 9]
    assert [state.x for state in annotation.frames.values()] == [0, 0, -1, -1, -1, -1, -1, -1, -1, 9]


def test_frames_of_another_type_are_refused() -> None:
    with pytest.raises(InputError, match="of one type"):
        _track(0).add_frame(Box(0, 0, 1, 1, "nose"), 1)
    with pytest.raises(InputError, match="expected an annotation definition"):
        _track(0).add_frame("nose", 1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="of one type"):
        _track(0).annotation_definition = Classification("a")


def test_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="expected 5 or later, got 4"):
        _track(0).add_frames(_point(1), 5, 4)


# --- time -------------------------------------------------------------------------------------------------------


def test_start_time_alone_says_the_first_frame_a14() -> None:
    clip = AnnotationCollection(item=Item("/a.mp4", fps=25))

    clip.add(_point(0), object_id=1, start_time=1, end_time=2)

    assert (clip[0].start_frame, clip[0].end_frame, clip[0].start_time, clip[0].end_time) == (25, 50, 1, 2)
    assert Annotation.new(Item("/a.mp4", fps=25), _point(0), start_time=1).start_frame == 25


def test_times_are_kept_as_given_and_not_snapped_to_frames_a14() -> None:
    clip = AnnotationCollection(item=Item("/a.mp4", fps=25))

    clip.add(_point(0), object_id=1, start_time=0.1, end_time=2.5)

    assert (clip[0].start_time, clip[0].end_time) == (0.1, 2.5)
    assert (clip[0].start_frame, clip[0].end_frame) == (2, 62)


def test_seconds_without_a_frame_rate_are_refused() -> None:
    with pytest.raises(InputError, match="need a frame rate"):
        AnnotationCollection().add(_point(0), object_id=1, start_time=1)


def test_range_setters_keep_frames_and_times_in_step() -> None:
    annotation = _track(2, 8, item=Item("/a.mp4", fps=25))

    annotation.start_frame = 4
    annotation.end_time = 0.4

    assert (annotation.start_time, annotation.end_frame) == (0.16, 10)
    assert annotation.frames.actual_keys() == [4, 8]
    assert [state.x for state in annotation.frames.values()] == [2, 2, 2, 2, 8, 8, 8]
    annotation.start_time = 0
    assert (annotation.start_frame, annotation.at_frame(0).x) == (0, 2)  # type: ignore[union-attr]


def test_without_a_frame_rate_time_is_0() -> None:
    annotation = _track(2, 8)

    assert (annotation.fps, annotation.start_time, annotation.end_time) == (None, 0, 0)
    assert annotation.at_frame(3).timestamp is None  # type: ignore[union-attr]


def test_timestamp() -> None:
    assert _track(0, 8, item=Item("/a.mp4", fps=25)).at_frame(5).timestamp == 0.2  # type: ignore[union-attr]


# --- collections ------------------------------------------------------------------------------------------------


def test_visible_annotations_at_a_frame_as_stills_a4() -> None:
    clip = AnnotationCollection()
    for frame, is_visible in itertools.product((0,), (True,)):
        clip.add(_point(0), object_id=1, frame_num=frame, object_visible=is_visible)
    clip.add(_point(2), object_id=1, frame_num=2, object_visible=False)
    clip.add(_point(4), object_id=1, frame_num=4)
    clip.add(Classification("day"))

    counts = [len(clip.get_frame(frame)) for frame in range(6)]

    assert counts == [2, 2, 1, 1, 2, 1]
    assert clip[0].at_frame(3).object_visible is False  # type: ignore[union-attr]
    stills = clip.at_frame(4)
    assert [still.is_video for still in stills] == [False, False]
    stills[0].x = 50
    assert clip[0].at_frame(4).x == 4  # type: ignore[union-attr]


def test_get_frame_on_stills_works() -> None:
    clip = AnnotationCollection()
    clip.add(_point(1), object_id=1, metadata={"user": {"a": 1}})

    (still,) = clip.get_frame(0)

    assert (still.x, still.object_id, still.metadata["user"]) == (1, "1", {"a": 1})


def test_frame_annotation_can_be_made_and_pickled() -> None:
    annotation = _track(0, 5)
    state = FrameAnnotation.new(annotation, _point(3), 2)

    copied = pickle.loads(pickle.dumps(state))

    assert (copied.x, copied.frame_num, copied.fixed, copied.object_visible) == (3, 2, True, True)
    assert (state.object_id, state.status, state.type, state.description) == ("1", None, "point", None)
    assert state.coordinates == {"x": 3.0, "y": 0.0, "z": 0.0}
    assert state.still().x == 3
    assert "fixed" in repr(state)


def test_first_frame_after_the_last_moves_the_last_along() -> None:
    track = _track(2, 6, item=Item("/a.mp4", fps=25))

    track.start_frame = 10

    assert (track.start_frame, track.end_frame, track.start_time, track.end_time) == (10, 10, 0.4, 0.4)
    assert track.frames.actual_keys() == [10]


@pytest.mark.parametrize("value", [1, -1])
def test_last_frame_before_the_first_is_refused(value: int) -> None:
    track = _track(2, 6)

    with pytest.raises(InputError, match="expected"):
        track.end_frame = value

    assert track.frames.actual_keys() == [2, 6]

"""Tracks: ranges, keyframes, cursors, and states at any frame against a slow obvious twin."""

from __future__ import annotations

import itertools
import pickle
import threading
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.definitions import Box, Classification, Point, Polygon, Segmentation
from annogeo.errors import InputError
from annogeo.model import Annotation, AnnotationCollection, FrameAnnotation, Item
from annogeo.timeline import Timeline


def _point(x: float, label: str = "nose") -> Point:
    return Point(x, 0, label)


def _track(*numbers: int, item: Item | None = None) -> Annotation:
    """A point that is at x = n in keyframe n."""
    clip = AnnotationCollection(item=item)
    for number in numbers:
        clip.add(_point(number), object_id=1, frame_num=number)
    return clip[0]


def _naive_x(stored: dict[int, tuple[bool, bool]], frame: int, method: str) -> float:
    """The rule in words: frame -> (visible, fixed) of points at x = frame ** 2."""
    before = max(number for number in stored if number <= frame)
    after = min((number for number in stored if number > frame), default=None)
    if method == "hold" or after is None or not (stored[before][1] and stored[after][1]):
        return before**2
    if not stored[before][0]:
        return before**2  # hidden: it stays where it was
    return before**2 + (after**2 - before**2) * ((frame - before) / (after - before))


@given(
    st.dictionaries(st.integers(0, 30), st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8),
    st.integers(0, 10),
    st.sampled_from(["linear", "hold"]),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_state_at_every_frame_equals_the_twin(
    stored: dict[int, tuple[bool, bool]], extra: int, method: str, data: Any
) -> None:
    order = data.draw(st.permutations(sorted(stored)))
    clip = AnnotationCollection()
    for number in order:
        visible, fixed = stored[number]
        clip.add(_point(number**2), object_id=1, frame_num=number, object_visible=visible, fixed=fixed)
    end = max(stored) + extra
    clip[0].end_frame = end
    # the first added state is stored in any case; a step that says nothing new is not
    kept = clip[0].frames.actual_keys()
    assert all(stored[number][1] is False for number in set(stored) - set(kept))

    asked = list(range(-2, end + 5))
    states = clip[0].interpolate(asked, method=method)
    for frame, seen in zip(asked, states, strict=True):
        state = clip[0].at_frame(frame, interpolation=method)
        if frame < min(stored) or frame > end:
            assert state is None
            assert seen is None
            continue
        assert state is not None
        before = max(number for number in stored if number <= frame)
        assert state.object_visible == stored[before][0]
        assert state.x == pytest.approx(_naive_x(stored, frame, method), abs=1e-9)
        assert (seen is not None) == state.object_visible
        if seen is not None:
            assert (seen.x, seen.frame_num, seen.annotation) == (state.x, frame, clip[0])
        if frame in kept:
            assert (state.fixed, state.interpolation) == (stored[frame][1], False)
        else:
            assert (state.fixed, state.interpolation) == (False, True)
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
    assert frames[5].x == 5
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "cubic"}, "'linear' or 'hold'"),
        ({"method": None}, "'linear' or 'hold'"),
        ({"polygon": "best"}, "polygon: expected one of 'auto'"),
        ({"mask": ["hold"]}, "mask: expected one of 'hold'"),
        ({"by": "pts"}, "by: expected one of 'frame', 'time'"),
        ({"by": "time"}, "timeline: expected a Timeline, it is needed"),
        ({"by": "time", "timeline": 25}, "timeline: expected a Timeline, got 25"),
        ({"frames": [0, 1.5]}, "expected a frame number"),
        ({"frames": 7}, "frames: expected several frame numbers"),
    ],
)
def test_interpolation_arguments_are_checked(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _track(0, 5).interpolate(**{"frames": [1], **arguments})
    with pytest.raises(InputError, match="'linear' or 'hold'"):
        _track(0, 5).at_frame(1, interpolation="cubic")
    with pytest.raises(InputError, match="'linear' or 'hold'"):
        AnnotationCollection().at_frame(1, interpolation="cubic")


def test_frames_are_given_in_the_order_asked() -> None:
    annotation = _track(2, 6)

    states = annotation.interpolate(np.array([6, 0, 3, 3, 7]))

    assert [state and state.x for state in states] == [6, None, 3, 3, None]
    assert annotation.interpolate([]) == []


def test_motion_is_even_in_time_where_that_is_asked() -> None:
    annotation = _track(0, 3)
    timeline = Timeline(pts=[5, 6, 7, 15], time_base=1)

    states = annotation.interpolate(range(4), by="time", timeline=timeline)
    even = annotation.interpolate(range(4), timeline=timeline)

    assert [state.x for state in states if state] == pytest.approx([0, 0.3, 0.6, 3])
    assert [state.x for state in even if state] == pytest.approx([0, 1, 2, 3])


def test_between_keyframes_label_and_attributes_are_those_before() -> None:
    clip = AnnotationCollection()
    clip.add(Point(0, 0, "a", {"s": 1}, "first"), object_id=1, frame_num=0)
    clip.add(Point(8, 0, "b", {"s": 2}), object_id=1, frame_num=4)

    state = clip[0].at_frame(3)

    assert state is not None
    assert (state.x, state.label, state.attributes, state.description) == (6, "a", {"s": 1}, "first")


def test_keyframe_is_the_very_definition_that_was_given() -> None:
    clip = AnnotationCollection()
    shape = Polygon([(0, 0), (9, 0), (4, 7)], "car")
    clip.add(shape, object_id=1, frame_num=0)
    clip.add(Polygon([(5, 5), (19, 0), (4, 7), (1, 6)], "car"), object_id=1, frame_num=4)

    assert clip[0].at_frame(0).annotation_definition is shape  # type: ignore[union-attr]


def test_polygons_and_masks_go_over_as_asked() -> None:
    clip = AnnotationCollection()
    square = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], "car")
    clip.add(square, object_id=1, frame_num=0)
    clip.add(Polygon([(20, 0), (20, 10), (30, 10), (30, 0)], "car"), object_id=1, frame_num=10)
    mask = np.zeros((20, 40), np.bool_)
    mask[5:15, 5:15] = True
    clip.add(Segmentation(mask, "dog"), object_id=2, frame_num=0)
    clip.add(Segmentation(np.roll(mask, 4, axis=1), "dog"), object_id=2, frame_num=10)

    def half(annotation: Annotation, **how: str) -> Any:
        (state,) = annotation.interpolate([5], **how)  # type: ignore[arg-type]
        assert state is not None
        return state.annotation_definition

    assert half(clip[0]).bounds.tolist() == [10, 0, 20, 10]
    assert half(clip[0]).area == 100
    assert half(clip[0], polygon="hold") == square == half(clip[0], method="hold")
    assert half(clip[0], polygon="index") != half(clip[0])  # its points run the other way round
    assert np.array_equal(half(clip[1]).geo, mask)
    assert half(clip[1], mask="sdf").bounds.tolist() == [7, 5, 17, 15]
    assert clip.show(frame_num=5, thickness=-1, height=20, width=40)[5, 12, 3] == 255


def test_states_of_a_still() -> None:
    annotation = Annotation.new(annotation_definition=_point(1))

    assert [state and state.x for state in annotation.interpolate([3, -1, 0])] == [1, None, 1]


def test_state_in_between_is_made_anew_after_an_edit() -> None:
    annotation = _track(0, 4)
    assert annotation.at_frame(2).x == 2  # type: ignore[union-attr]

    annotation.set_frame(4)
    annotation.x = 40
    assert annotation.at_frame(2).x == 20  # type: ignore[union-attr]
    annotation.add_frame(_point(10), 1)
    assert annotation.at_frame(2).x == 20  # type: ignore[union-attr]
    annotation.add_frame(_point(-10), 4, object_visible=False)
    assert annotation.at_frame(2).x == pytest.approx(10 - 20 / 3)  # type: ignore[union-attr]


def test_what_interpolates_is_kept_for_few_pairs_and_never_pickled() -> None:
    annotation = _track(*range(0, 1000, 2))
    track = annotation.state.track

    assert [state.x for state in annotation.frames.values()] == list(range(999))
    assert len(track._tweens) <= 64
    copied = pickle.loads(pickle.dumps(annotation))
    assert not copied.state.track._tweens
    assert copied.at_frame(501).x == 501
    tween = track.tween(*track.keyframes[:2])
    assert track.tween(*track.keyframes[:2]) is tween


def test_threads_read_one_track() -> None:
    annotation = _track(*range(0, 400, 4))
    wrong: list[float] = []

    def read(seed: int) -> None:
        for step in range(2000):
            frame = (step * (7 + 2 * seed)) % 397
            if annotation.at_frame(frame).x != frame:  # type: ignore[union-attr]
                wrong.append(frame)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


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

    assert [state.x for state in annotation.frames.values()] == pytest.approx([0, 77 / 3, 154 / 3, 77, 41, 5])
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
    assert [state.x for state in annotation.frames.values()] == [2, 3, 4]
    assert annotation.start_frame == 2


def test_frame_without_a_number_follows_the_last_stored_one() -> None:
    annotation = Annotation.new(annotation_definition=_point(0))

    annotation.add_frame(_point(1))
    annotation.add_frame(_point(2))

    assert annotation.frames.actual_keys() == [0, 1, 2]


def test_step_between_keyframes_is_stored_unless_it_lies_on_the_way() -> None:
    annotation = _track(0, 8)

    annotation.add_frame(_point(4), 4, fixed=False)
    assert annotation.frames.actual_keys() == [0, 8]
    annotation.add_frame(_point(0), 4, fixed=False)
    assert annotation.frames.actual_keys() == [0, 4, 8]
    assert [state.x for state in annotation.frames.values()] == [0] * 8 + [8]


def test_range_cut_short_keeps_the_motion_when_written_and_read_again() -> None:
    annotation = _track(0, 10)

    annotation.start_frame, annotation.end_frame = 2, 6
    again = AnnotationCollection.from_json([annotation.to_json()])[0]

    for track in (annotation, again):
        assert track.frames.start == 2
        assert [state and state.x for state in track.interpolate(range(1, 8))] == [None, 2, 3, 4, 5, 6, None]


@pytest.mark.parametrize("ends", [(2, 5), (2, 8, 6), (4, 20), (0, 3, 10, 12)])
def test_range_cut_short_and_widened_is_the_same_when_read_again(ends: tuple[int, ...]) -> None:
    annotation = _track(0, 10)

    for end in ends:
        annotation.end_frame = end
    again = AnnotationCollection.from_json([annotation.to_json()], is_video=True)[0]

    shown = [state and state.x for state in annotation.interpolate(range(ends[-1] + 2))]
    assert shown == [*(min(frame, 10) for frame in range(ends[-1] + 1)), None]
    assert [state and state.x for state in again.interpolate(range(ends[-1] + 2))] == shown


def test_cursor_stays_inside_the_range() -> None:
    annotation = _track(0, 10)

    annotation.set_frame(2)
    annotation.start_frame = 5
    annotation.label = "eye"
    assert (annotation.current_frame, annotation.start_frame, annotation.at_frame(2)) == (5, 5, None)
    annotation.set_frame(10)
    annotation.end_frame = 7
    annotation.label = "ear"

    again = AnnotationCollection.from_json([annotation.to_json()], is_video=True)[0]
    for track in (annotation, again):
        assert list(track.frames) == [5, 6, 7]
        assert [state.label for state in track.frames.values()] == ["eye", "eye", "ear"]


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
    states = [annotation.at_frame(n, interpolation="hold") for n in range(10)]
    assert [state and state.x for state in states] == [0, 0, -1, -1, -1, -1, -1, -1, -1, 9]
    assert [state.x for state in annotation.frames.values()][:7] == [0, -0.5, -1, -1, -1, -1, -1]


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
    assert [state.x for state in annotation.frames.values()] == [4, 5, 6, 7, 8, 8, 8]
    annotation.start_time = 0
    assert annotation.start_frame == 0
    assert [state.x for state in annotation.frames.values()] == [4, 4, 4, 4, 4, 5, 6, 7, 8, 8, 8]


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


def test_states_go_to_the_annotation_that_has_the_object_id_now() -> None:
    clip = AnnotationCollection()
    for number in (1, 2, 3):
        clip.add(_point(number), object_id=number, frame_num=0)

    first = clip[0]
    clip[0].object_id, clip[1].object_id = 2, 1
    clip.add(_point(10), object_id=2, frame_num=5)
    assert [annotation.frames.actual_keys() for annotation in clip] == [[0, 5], [0], [0]]
    del clip.annotations[0]
    clip.add(_point(20), object_id=3, frame_num=6)
    clip.add(_point(30), object_id=2, frame_num=7)
    assert [annotation.frames.actual_keys() for annotation in clip] == [[0], [0, 6], [7]]
    clip.annotations.append(first)
    with pytest.raises(InputError, match="2 annotations have the id 2"):
        pickle.loads(pickle.dumps(clip[:])).add(_point(1), object_id=2, frame_num=9)


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

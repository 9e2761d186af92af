"""Tracks in platform JSON: what is a video, how snapshots are read, and that they are written back."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from annogeo.definitions import Box, Subtitle
from annogeo.model import AnnotationCollection, FrameAnnotation, Item
from tests.platform.entries import box, snapshot, video_box
from tests.shared import shared

from_json = AnnotationCollection.from_json


def _one(entry: dict[str, Any], **options: Any) -> Any:
    return from_json(json.dumps([entry]), **options)[0]


def _lefts(annotation: Any) -> list[Any]:
    return [state.left for state in annotation.frames.values()]


@pytest.mark.parametrize(
    ("document", "options", "expected"),
    [
        ({"metadata": {"system": {"mimetype": "video/mp4"}}}, {}, True),
        ({"itemMetadata": {"system": {"mimetype": "video/mp4"}}}, {}, True),
        ({"metadata": {"system": {"mimetype": "image/png"}}}, {}, False),
        ({"filename": "/a/b.MP4"}, {}, True),
        ({"filename": "/a/b.jpg"}, {}, False),
        ({"filename": "/a/b.jpg"}, {"is_video": True}, True),
        ({"filename": "/a/b.mp4"}, {"is_video": False}, False),
        ({}, {"item": Item(mimetype="video/webm")}, True),
        ({"filename": "/a/b.mp4"}, {"item": Item(mimetype="image/png")}, False),
        ({}, {}, True),
    ],
)
def test_is_video_by_argument_item_document_name_and_frames(
    document: dict[str, Any], options: dict[str, Any], expected: bool
) -> None:
    entry = video_box(endFrame=3)

    collection = from_json({**document, "annotations": [entry]}, **options)

    assert collection[0].is_video is expected
    assert collection.to_json()["annotations"] == [entry]


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ({}, False),
        ({"frame": 0, "endFrame": 0, "snapshots_": []}, False),
        ({"endFrame": 1}, True),
        ({"frame": 4}, True),
        ({"snapshots_": [snapshot(2, 0)]}, True),
        ({"frame": None, "endFrame": "x", "snapshots_": None}, False),
    ],
)
def test_without_any_hint_the_frames_of_an_annotation_decide(system: dict[str, Any], expected: bool) -> None:
    assert _one(box(metadata={"system": system})).is_video is expected


def test_range_and_states_between_keyframes_a3() -> None:
    annotation = _one(video_box(snapshot(3, 30), snapshot(5, 50), endFrame=6))

    assert (annotation.start_frame, annotation.end_frame) == (0, 6)
    assert annotation.frames.actual_keys() == [0, 3, 5]
    assert _lefts(annotation) == pytest.approx([0, 10, 20, 30, 40, 50, 50])
    held = [annotation.at_frame(n, interpolation="hold").left for n in range(7)]
    assert held == [0, 0, 0, 30, 30, 50, 50]
    assert [state.interpolation for state in annotation.frames.values()] == [0, 1, 1, 0, 1, 0, 1]


def test_snapshot_defaults() -> None:
    stored = snapshot(None, 30)
    del stored["fixed"], stored["objectVisible"], stored["label"]
    annotation = _one(video_box(snapshot(4, 10), stored, label="dog"))

    state = annotation.at_frame(5)

    assert (state.fixed, state.object_visible, state.label) == (False, True, "car")
    assert state.left == 30


def test_named_attributes_win_over_those_of_version_1() -> None:
    first = snapshot(1, 0, namedAttributes={"a": 1}, attributes={"b": 2})
    second = snapshot(2, 0, attributes={"b": 2})
    third = snapshot(3, 0, attributes=["old"])

    annotation = _one(video_box(first, second, third))

    assert [annotation.at_frame(n).attributes for n in (1, 2, 3)] == [{"a": 1}, {"b": 2}, {}]


def test_snapshots_that_say_nothing_of_attributes_have_those_of_the_state_before() -> None:
    entry = video_box(
        snapshot(5, 50),
        snapshot(2, 20, namedAttributes={"a": 2}),
        snapshot(3, 30, namedAttributes=None),
        snapshot(7, 70, namedAttributes={}),
        snapshot(9, 90),
        snapshot(0, 0, objectVisible=False),
    )
    entry["metadata"]["system"]["attributes"] = {"a": 1}
    annotation = _one(entry)

    assert [annotation.at_frame(n).attributes.get("a") for n in range(10)] == [
        1,
        1,
        2,
        2,
        2,
        2,
        2,
        None,
        None,
        None,
    ]
    assert annotation.to_json() == entry


@pytest.mark.parametrize("edited", [0, 2])
def test_inherited_attributes_stay_when_those_before_are_edited(edited: int) -> None:
    entry = video_box(
        snapshot(2, 20), snapshot(4, 40), snapshot(6, 60, namedAttributes={"a": 6}), snapshot(8, 80)
    )
    entry["metadata"]["system"]["attributes"] = {"a": 1}
    annotation = _one(entry)

    annotation.set_frame(edited)
    annotation.attributes = {"a": 9}
    again = _one(annotation.to_json())

    expected = [9 if frame == edited else 1 if frame < 6 else 6 for frame in (0, 2, 4, 6, 8)]
    for track in (annotation, again):
        assert [track.at_frame(n).attributes["a"] for n in (0, 2, 4, 6, 8)] == expected
    stored = annotation.to_json()["metadata"]["system"]["snapshots_"]
    assert [state["frame"] for state in stored if "namedAttributes" in state] == [edited, edited + 2, 6][
        edited == 0 :
    ]


def test_attributes_given_to_the_first_state_stay_with_it_where_none_says_any() -> None:
    entry = video_box(snapshot(2, 20), snapshot(4, 40))
    del entry["metadata"]["system"]["attributes"]
    annotation = _one(entry)
    assert annotation.to_json() == entry

    annotation.attributes = {"a": 9}
    again = _one(annotation.to_json())

    for track in (annotation, again):
        assert [dict(track.at_frame(n).attributes) for n in (0, 1, 2, 4)] == [{"a": 9}, {"a": 9}, {}, {}]


def test_snapshot_that_names_no_frame_stays_where_it_is_when_the_range_changes() -> None:
    annotation = _one(video_box(snapshot(None, 30, fixed=False), frame=3))

    annotation.start_frame = 1
    again = _one(annotation.to_json())

    assert _lefts(annotation) == _lefts(again) == [0, 0, 0, 30]
    assert again.frames.actual_keys() == [1, 4]


def test_end_that_only_the_time_said_stays_when_states_are_added() -> None:
    annotation = _one(video_box(endTime=1.2), is_video=True, fps=25)
    assert annotation.end_frame == 30

    annotation.set_frame(20)
    annotation.left = 5
    again = _one(annotation.to_json(), is_video=True, fps=25)

    assert (again.end_frame, again.end_time) == (annotation.end_frame, annotation.end_time) == (30, 1.2)
    assert _lefts(again) == _lefts(annotation)


def test_motion_towards_what_lies_behind_the_range_is_written() -> None:
    annotation = _one(video_box(snapshot(1, 10, fixed=False), snapshot(20, 200), endFrame=20))
    annotation.end_frame = 18

    annotation.add_frame(Box(0, 0, 10, 10, "car"), 16)
    again = _one(annotation.to_json())

    assert _lefts(again) == pytest.approx(_lefts(annotation))


def test_snapshots_in_any_order_and_beyond_the_end() -> None:
    entry = video_box(snapshot(8, 80), snapshot(2, 20), snapshot(2, 25), endFrame=5)
    annotation = _one(entry)

    assert annotation.frames.actual_keys() == [0, 2, 8]
    assert (annotation.at_frame(2).left, annotation.end_frame, annotation.frames.end) == (25, 5, 8)
    assert annotation.to_json() == entry


def test_end_is_taken_from_the_time_where_no_frame_says_it() -> None:
    entry = {"type": "class", "label": "a", "metadata": {"system": {"frame": 25, "endTime": 2.0}}}

    annotation = _one(entry)

    assert (annotation.frames.start, annotation.frames.end) == (25, 50)


@pytest.mark.shared
def test_golden_states_per_frame() -> None:
    for name in ("video_json", "video_box", "video_types", "video_cube", "video_segmentation"):
        scene = json.loads(shared(f"golden/{name}.json").read_text(encoding="utf-8"))
        item = Item(scene["item"]["filename"], metadata=scene["item"]["metadata"])
        collection = from_json(json.dumps(scene["platform"]), item)

        for expected in scene["frames"]:
            states = [a.at_frame(expected["frame"], interpolation="hold") for a in collection]
            found = [_described(state) for state in states if state is not None]
            assert found == [_without_mask(state) for state in expected["annotations"]], (
                name,
                expected["frame"],
            )


def _described(state: FrameAnnotation) -> dict[str, Any]:
    return _without_mask(
        {
            "label": state.label,
            "attributes": state.attributes,
            "frame_num": state.frame_num,
            "fixed": state.fixed,
            "object_visible": state.object_visible,
            "interpolation": state.interpolation,
            "timestamp": state.timestamp,
            "coordinates": [] if state.coordinates is None else state.coordinates,
        }
    )


def _without_mask(state: dict[str, Any]) -> dict[str, Any]:
    coordinates = state.get("coordinates")
    is_mask = isinstance(coordinates, str) or (isinstance(coordinates, dict) and "sha1" in coordinates)
    return {
        **state,
        "coordinates": "..." if is_mask or not coordinates or "text" in coordinates else coordinates,
    }


# --- writing ----------------------------------------------------------------------------------------------------


def test_editing_one_state_writes_that_snapshot_only() -> None:
    states = snapshot(3, 30, later=1, namedAttributes={"a": 1}), snapshot(5, 50, namedAttributes={})
    entry = video_box(*states, endFrame=6)
    annotation, expected = _one(entry), copy.deepcopy(entry)

    annotation.set_frame(3)
    annotation.label = "dog"
    annotation.attributes = {"a": 2}
    annotation.left = 31

    stored = expected["metadata"]["system"]["snapshots_"][0]
    stored.update(label="dog", namedAttributes={"a": 2})
    stored["data"] = [{"x": 31.0, "y": 0.0, "z": 0}, {"x": 40.0, "y": 10.0, "z": 0}]
    assert annotation.to_json() == expected


def test_editing_the_first_state_leaves_the_snapshots() -> None:
    entry = video_box(snapshot(3, 30), {"odd": [1]}, 7)
    annotation, expected = _one(entry), copy.deepcopy(entry)

    annotation.label = "dog"

    assert annotation.to_json() == expected | {"label": "dog"}


@pytest.mark.parametrize("change", [{"label": "new"}, {"description": "second"}, {"description": None}])
def test_what_snapshots_leave_to_the_first_state_stays_when_that_is_edited(change: dict[str, Any]) -> None:
    said = [snapshot(5, 4), snapshot(7, 6)]
    for one in said:
        one.pop("label", None)
    said[1]["description"] = "own"
    annotation = _one(video_box(*said, frame=0, endFrame=9) | {"description": "first"})
    before = annotation.at_frame(0).annotation_definition

    annotation.set_frame(0)
    annotation.annotation_definition = before.replace(**change)

    again = _one(annotation.to_json())
    for track in (annotation, again):
        states = [track.at_frame(frame) for frame in (5, 7)]
        assert [state.label for state in states] == [before.label] * 2
        assert [state.description for state in states] == ["first", "own"]
    assert again.at_frame(0).annotation_definition == before.replace(**change)


def test_state_without_a_description_does_not_get_the_first_ones_when_read_again() -> None:
    clip = AnnotationCollection()
    clip.add(Box(0, 0, 1, 1, "a", description="first"), object_id=1, frame_num=0)
    clip[0].add_frame(Box(5, 0, 6, 1, "a"), 4)

    again = from_json(clip.to_json(), is_video=True)[0]
    assert [again.at_frame(frame).description for frame in (0, 4)] == ["first", None]


def test_new_state_of_a_loaded_track() -> None:
    entry = video_box(snapshot(3, 30, later=1), endFrame=3, endTime=0.12)
    annotation, expected = _one(entry), copy.deepcopy(entry)

    annotation.add_frame(Box(60, 0, 70, 10, "car"), 6)

    system = expected["metadata"]["system"]
    system["snapshots_"].append(
        {
            "frame": 6,
            "fixed": True,
            "label": "car",
            "type": "box",
            "objectVisible": True,
            "data": [{"x": 60.0, "y": 0.0, "z": 0}, {"x": 70.0, "y": 10.0, "z": 0}],
            "namedAttributes": {},
        }
    )
    system.update(endFrame=6, endTime=0.24)
    assert annotation.to_json() == expected


def test_changed_range_of_a_loaded_track_is_written() -> None:
    annotation = _one(video_box(snapshot(3, 30), snapshot(5, 50), endFrame=6))

    annotation.end_frame = 4

    system = annotation.to_json()["metadata"]["system"]
    assert (system["endFrame"], system["endTime"]) == (4, 0.16)
    # where it is cut, it is on its way from one keyframe to the next
    assert [(state["frame"], state["data"][0]["x"]) for state in system["snapshots_"]] == [(3, 30), (4, 40)]
    assert annotation.at_frame(5) is None


def test_still_cut_from_a_loaded_track_has_neither_frames_nor_times() -> None:
    entry = video_box(snapshot(3, 30), endFrame=6, startTime=0, later=1)

    (still,) = from_json([entry]).at_frame(4).to_json()["annotations"]

    assert still["coordinates"] == [{"x": 30.0, "y": 0.0, "z": 0}, {"x": 40.0, "y": 10.0, "z": 0}]
    assert still["metadata"]["system"] == {"objectId": "1", "attributes": {}, "later": 1}


def test_track_made_without_an_item_is_written_and_read_again() -> None:
    scene = AnnotationCollection()
    scene.add(Box(0, 0, 10, 10, "car"), object_id=1, frame_num=2)
    scene.add(Box(20, 0, 30, 10, "car", {"a": 1}), object_id=1, frame_num=6, object_visible=False)

    again = from_json(json.dumps(scene.to_json()))

    assert again[0].frames.actual_keys() == [2, 6]
    assert again[0].at_frame(6).attributes == {"a": 1}  # type: ignore[union-attr]
    assert not again[0].at_frame(6).object_visible  # type: ignore[union-attr]
    assert again.to_json()["annotations"] == scene.to_json()["annotations"]


def test_subtitle_of_a_video_has_times_and_no_snapshots() -> None:
    scene = AnnotationCollection(item=Item("/a.mp4", fps=25))
    scene.add(Subtitle("hello", "Text"), object_id=1, start_time=1.5, end_time=2.5)

    system = scene.to_json()["annotations"][0]["metadata"]["system"]

    assert (system["startTime"], system["endTime"]) == (1.5, 2.5)
    assert (system["frame"], system["endFrame"]) == (38, 62)
    assert "snapshots_" not in system


def test_snapshot_to_and_from_json() -> None:
    annotation = _one(video_box(endFrame=6))
    stored = snapshot(4, 40, namedAttributes={"a": 1})

    state = FrameAnnotation.from_snapshot(annotation, stored, fps=25)

    assert (state.frame_num, state.left, state.fixed, state.attributes) == (4, 40, True, {"a": 1})
    assert state.to_snapshot() == stored


def test_audio_keeps_frames_and_times_and_has_no_states() -> None:
    system = {"frame": 1250, "endFrame": 2500, "startTime": 1.25, "endTime": 2.5}
    entry = {"type": "class", "label": "dog", "coordinates": [], "metadata": {"system": system}}
    collection = from_json({"filename": "/a.wav", "annotations": [entry]})
    annotation = collection[0]

    assert (annotation.is_audio, annotation.is_video, annotation.fps, len(annotation.frames)) == (
        True,
        False,
        1000,
        0,
    )
    assert (annotation.start_time, annotation.end_time, annotation.start_frame) == (1.25, 2.5, 1250)
    assert [annotation.at_frame(n) is not None for n in (1249, 1250, 2500, 2501)] == [
        False,
        True,
        True,
        False,
    ]
    assert collection.to_json()["annotations"] == [entry]


@pytest.mark.parametrize(
    ("item", "fps", "expected"),
    [(None, 25, 25), (None, 30, 30), (Item("/a.mp4", fps=24), 30, 24), (Item("/a.mp4"), 30, 30)],
)
def test_fps_of_the_item_else_the_argument(item: Item | None, fps: float, expected: float) -> None:
    annotation = from_json([video_box(endFrame=6)], item, fps=fps)[0]

    assert annotation.fps == expected
    assert annotation.end_time == pytest.approx(6 / expected)


def test_document_describes_its_item() -> None:
    system = {"mimetype": "video/mp4", "fps": 24, "ffmpeg": {"width": 64, "height": 48}}
    collection = from_json(
        {"_id": "i1", "filename": "/a.mp4", "metadata": {"system": system}, "annotations": []}
    )

    assert (collection.height, collection.width, collection.filename) == (48, 64, "/a.mp4")
    assert collection.item is not None
    assert (collection.item.id, collection.item.fps) == ("i1", 24)
    assert from_json([], height=5, width=7).height == 5


@pytest.mark.parametrize("frame", [1e300, 10**30, "2", 1.5, True])
def test_snapshot_at_no_frame_is_a_problem_and_kept(frame: Any) -> None:
    entry = video_box({**snapshot(0, 5), "frame": frame}, snapshot(3, 20))
    track = _one(entry)

    assert track.frames.actual_keys() == [0, 3]
    assert [problem.json_path for problem in track.problems] == ["$[0].metadata.system.snapshots_[0].frame"]
    assert track.to_json() == entry


def test_storing_a_state_anew_keeps_what_else_its_snapshot_says() -> None:
    entry = video_box(snapshot(4, 20, later=1))
    track = _one(entry, is_video=True)

    track.add_frame(track.at_frame(4).annotation_definition, 4, fixed=False, object_visible=False)

    expected = copy.deepcopy(entry)
    expected["metadata"]["system"]["snapshots_"][0].update(fixed=False, objectVisible=False)
    assert json.dumps(track.to_json()["metadata"]["system"]["snapshots_"]) == json.dumps(
        expected["metadata"]["system"]["snapshots_"]
    )


@pytest.mark.parametrize("fixed", [True, False])
def test_first_state_that_is_no_keyframe_is_none_when_read_again(fixed: bool) -> None:
    clip = AnnotationCollection(item=Item("/a.mp4", fps=25))
    clip.add(Box(0, 0, 4, 3, "car"), object_id=1, frame_num=0, fixed=False)
    clip.add(Box(8, 0, 12, 3, "car"), object_id=1, frame_num=4, fixed=fixed)

    again = from_json(json.dumps(clip.to_json()), item=clip.item)

    assert _lefts(again[0]) == _lefts(clip[0]) == [0, 0, 0, 0, 8]
    stored = clip.to_json()["annotations"][0]["metadata"]["system"]["snapshots_"]
    assert [state["frame"] for state in stored] == (
        [0, 4] if fixed else [4]
    )  # as the seed writes where it can
    again[0].add_frame(Box(0, 0, 4, 3, "car"), 0, fixed=True)
    assert _lefts(from_json([again[0].to_json()])[0])[2] == (4 if fixed else 0)


def test_hidden_first_state_is_hidden_when_read_again() -> None:
    clip = AnnotationCollection(item=Item("/a.mp4", fps=25))
    clip.add(Box(0, 0, 4, 3, "car"), object_id=1, frame_num=2, object_visible=False)
    clip.add(Box(5, 0, 9, 3, "car"), object_id=1, frame_num=6)

    again = from_json(json.dumps(clip.to_json()), item=clip.item)

    assert [state.object_visible for state in again[0].frames.values()] == [False] * 4 + [True]
    again[0].add_frame(Box(0, 0, 4, 3, "car"), 2)
    assert [state["frame"] for state in again[0].to_json()["metadata"]["system"]["snapshots_"]] == [6]

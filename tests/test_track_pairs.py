"""Real tracks: what the platform interpolated itself, and frame-by-frame boxes of others."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from typing import Any

import numpy as np
import pytest

import annogeo as ag
from tests.shared import shared

pytestmark = pytest.mark.shared

SOCCER = "data/dataloop/dtlpy_tests_2019/video_annotations.json"
WEBM = "data/dataloop/converters_yolo/dataloop/json/2021_04_23_10_39_21_Cache_Trim_Cropped.json"


def _entries(path: str) -> list[dict[str, Any]]:
    document = json.loads(shared(path).read_text(encoding="utf-8"))
    entries: list[dict[str, Any]] = document if isinstance(document, list) else document["annotations"]
    return entries


def _corners(coordinates: list[dict[str, float]]) -> list[float]:
    return [coordinates[0]["x"], coordinates[0]["y"], coordinates[1]["x"], coordinates[1]["y"]]


def _by_step(entry: dict[str, Any]) -> dict[str, Any]:
    """The same track with its steps for frames: the platform takes all for equally long, also the last, shorter one."""
    renumbered = copy.deepcopy(entry)
    renumbered["metadata"]["system"]["frame"] = 0
    for step, snapshot in enumerate(renumbered["metadata"]["system"]["snapshots_"], 1):
        snapshot["frame"] = step
    return renumbered


def test_steps_that_the_platform_stored_lie_between_its_keyframes() -> None:
    off, n = [], 0
    for entry in map(_by_step, _entries(SOCCER)):
        snapshots = entry["metadata"]["system"]["snapshots_"]
        last = max((k for k, snapshot in enumerate(snapshots, 1) if snapshot["fixed"]), default=0)
        stored = {snapshot["frame"]: snapshot for snapshot in snapshots}
        entry["metadata"]["system"]["snapshots_"] = [s for s in snapshots if s["fixed"]]
        track = ag.AnnotationCollection.from_json([entry], is_video=True)[0]
        for frame, state in zip(stored, track.interpolate(stored), strict=True):
            if stored[frame]["fixed"] or frame > last:
                continue
            assert state is not None
            off.append(
                np.abs(np.array(_corners(stored[frame]["data"])) - state.annotation_definition.xyxy).max()
            )
            n += 1

    assert n > 1300
    assert max(off) < 1e-3


def test_steps_that_the_platform_stored_are_used_and_written_back_as_they_are() -> None:
    entries = _entries(SOCCER)
    clip = ag.AnnotationCollection.from_json(copy.deepcopy(entries), is_video=True)

    for annotation, entry in zip(clip, entries, strict=True):
        for snapshot in entry["metadata"]["system"]["snapshots_"]:
            state = annotation.at_frame(snapshot["frame"])
            assert state is not None
            assert state.annotation_definition.xyxy.tolist() == _corners(snapshot["data"])
            assert state.fixed is snapshot["fixed"]
    assert clip.to_json()["annotations"] == entries
    annotation, before = clip[0], entries[0]["metadata"]["system"]["snapshots_"]
    assert annotation.at_frame(7).left == _corners(before[0]["data"])[0]  # type: ignore[union-attr]
    annotation.add_frame(annotation.at_frame(0).annotation_definition, before[-1]["frame"] + 9)  # type: ignore[union-attr]
    assert annotation.to_json()["metadata"]["system"]["snapshots_"][:-1] == before


def test_track_without_its_inner_keyframes_is_interpolated_back() -> None:
    entries = _entries(WEBM)
    full = ag.AnnotationCollection.from_json(entries, is_video=True)
    for entry in entries:
        snapshots = entry["metadata"]["system"]["snapshots_"]
        entry["metadata"]["system"]["snapshots_"] = [s for s in snapshots if s["frame"] % 10 == 0]
    thin = ag.AnnotationCollection.from_json(entries, is_video=True)

    for expected, track in zip(full, thin, strict=True):
        assert track.frames.actual_keys() == [0, 10, 20, 30, 40, 50]
        for state, truth in zip(track.interpolate(range(51)), expected.interpolate(range(51)), strict=True):
            assert state is not None
            assert truth is not None
            assert state.bounds == pytest.approx(truth.bounds, abs=1e-9)
    boxes, visible = ag.Tracks.from_collection(thin).boxes(range(51), dtype=float)
    expected_boxes, _ = ag.Tracks.from_collection(full).boxes(range(51), dtype=float)
    np.testing.assert_allclose(boxes, expected_boxes, rtol=0, atol=1e-9)
    assert visible.all()


def test_kitti_tracks_are_visible_where_they_have_rows() -> None:
    rows: dict[int, dict[int, list[float]]] = defaultdict(dict)
    for line in shared("data/kitti/tracking_0001/label_02/0001.txt").read_text().splitlines():
        frame, track, kind, *numbers = line.split()
        if kind != "DontCare":
            rows[int(track)][int(frame)] = [float(number) for number in numbers[3:7]]
    clip = ag.AnnotationCollection()
    for track, boxes in rows.items():
        for frame, corners in boxes.items():
            clip.add(ag.Box(*corners, "car"), object_id=track, frame_num=frame)
            if frame + 1 not in boxes:
                clip.add(ag.Box(*corners, "car"), object_id=track, frame_num=frame + 1, object_visible=False)
    assert len(clip) > 90

    found, visible = ag.Tracks.from_collection(clip).boxes(range(447), angles=False, dtype=float)

    for row, boxes in enumerate(rows.values()):
        assert np.flatnonzero(visible[row]).tolist() == sorted(boxes)
        assert found[row, sorted(boxes)].tolist() == [boxes[frame] for frame in sorted(boxes)]
    again = ag.AnnotationCollection.from_json(json.dumps(clip.to_json()))
    np.testing.assert_array_equal(
        ag.Tracks.from_collection(again).boxes(range(447), angles=False, dtype=float)[0], found
    )
    assert len(clip.at_frame(100)) == int(visible[:, 100].sum())

"""Real videos with what others know about them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import annogeo as ag
from tests.shared import shared, shared_files
from tests.video.clips import times_of

pytestmark = pytest.mark.shared

OSVOS = "data/video/paragliding_launch/paragliding-launch.mp4"
WEBM = "data/dataloop/converters_yolo/input/2021_04_23_10_39_21_Cache_Trim_Cropped.webm"
TRACKS = "data/dataloop/converters_yolo/dataloop/json/2021_04_23_10_39_21_Cache_Trim_Cropped.json"
NASA = "data/video/torchcodec/nasa_13013.mp4"


def test_masks_of_every_frame_come_back_from_a_video_of_ids(tmp_path: Path) -> None:
    source = shared(OSVOS)
    masks = [
        np.asarray(Image.open(path)) > 0
        for path in shared_files("data/video/paragliding_launch/osvos_masks/*.png")
    ]
    collection = ag.AnnotationCollection()
    for frame, mask in enumerate(masks):
        collection.add(
            ag.Segmentation(mask, "glider"), object_id=1, frame_num=frame, end_frame_num=len(masks) - 1
        )

    report = ag.render_video(source, collection, tmp_path / "ids.mkv", view="instance")

    assert report.frames == len(masks) == 80
    with av.open(str(tmp_path / "ids.mkv")) as container:
        for frame, mask in zip(container.decode(video=0), masks, strict=True):
            assert np.array_equal(frame.to_ndarray(format="gray"), mask)


def test_a_file_that_says_nothing_of_its_frames_is_rendered_to_its_end(tmp_path: Path) -> None:
    source = shared(WEBM)
    document = json.loads(shared(TRACKS).read_text(encoding="utf-8"))
    annotations = document if isinstance(document, list) else document["annotations"]
    collection = ag.AnnotationCollection.from_json(annotations, is_video=True)

    report = ag.render_video(
        source, collection, tmp_path / "out.mp4", thickness=-1, alpha=1.0, with_text=False
    )
    assert report.frames == 125
    assert times_of(tmp_path / "out.mp4") == times_of(source)

    ag.render_video(source, collection, tmp_path / "ids.mkv", view="object_id")
    with av.open(str(tmp_path / "ids.mkv")) as container:
        for number, frame in enumerate(container.decode(video=0)):
            ids = frame.to_ndarray(format="gray")
            expected = ag.render(collection.at_frame(number), "object_id", height=720, width=1280)[
                "object_id"
            ]
            assert np.array_equal(ids, expected)


def test_frames_of_another_stream_are_shown_when_others_say(tmp_path: Path) -> None:
    table = json.loads(shared(f"{NASA}.stream0.all_frames_info.json").read_text())
    box = ag.Box(10, 10, 60, 60, "box")

    report = ag.render_video(shared(NASA), [box], tmp_path / "out.mp4", stream=0)

    assert report.frames == len(table)
    for time, entry in zip(times_of(tmp_path / "out.mp4"), table, strict=True):
        assert abs(time - Fraction(entry["pts_time"])) < Fraction(1, 10**6)


def test_subtitles_of_the_platform_and_of_the_file_they_were_made_from() -> None:
    file = ag.AnnotationCollection()
    file.from_vtt_file(str(shared("data/dataloop/converters_vtt/vtt/conversation.vtt")))
    entries = json.loads(shared("data/dataloop/converters_vtt/dataloop/conversation.json").read_text())
    platform = ag.AnnotationCollection.from_json(entries)

    def said(collection: ag.AnnotationCollection) -> list[tuple[object, ...]]:
        return sorted((a.start_time, a.end_time, a.annotation_definition.text) for a in collection)

    assert said(platform) == [(start, end, f"None: {text}") for start, end, text in said(file)]
    assert platform.to_vtt().replace("None: ", "") == file.to_vtt()
    assert platform.to_json()["annotations"] == entries

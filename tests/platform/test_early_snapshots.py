"""Snapshots that lie before the annotation's own first state, or on it."""

from __future__ import annotations

import copy

import pytest

import annogeo as ag
from tests.platform.entries import snapshot, video_box


@pytest.mark.parametrize("frame", [3, 10])
def test_what_is_not_changed_stays_though_something_else_is(frame: int) -> None:
    entry = video_box(snapshot(frame, 150), frame=10)
    collection = ag.AnnotationCollection.from_json([copy.deepcopy(entry)])
    collection[0].metadata["user"] = {"seen": True}

    (written,) = collection.to_json()["annotations"]

    assert written["coordinates"] == entry["coordinates"]
    assert written["metadata"]["system"] == entry["metadata"]["system"]
    assert written["metadata"]["user"] == {"seen": True}


def test_states_written_anew_keep_their_frames() -> None:
    collection = ag.AnnotationCollection.from_json([video_box(snapshot(3, 150), frame=10)])
    annotation = collection[0]
    annotation.add_frame(ag.Box(7, 0, 17, 10, "car"), 12)

    again = ag.AnnotationCollection.from_json(collection.to_json())[0]

    assert again.frames.actual_keys() == [3, 10, 12]
    assert [again.at_frame(n).left for n in (3, 10, 12)] == [150, 0, 7]  # type: ignore[union-attr]

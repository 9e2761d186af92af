"""Subtitles added by seconds alone, where nothing is known of an item."""

from __future__ import annotations

import annogeo as ag


def test_a_subtitle_needs_neither_item_nor_frame_rate_nor_object() -> None:
    talk = ag.AnnotationCollection()
    talk.add(ag.Subtitle("Hello", "speech"), start_time=1.001, end_time=2.5)
    talk.add(ag.Subtitle("World", "speech"), start_time=3, end_time=4)

    assert [(a.start_time, a.end_time) for a in talk] == [(1.001, 2.5), (3, 4)]
    assert talk.to_vtt().splitlines()[2:5] == ["00:00:01.001 --> 00:00:02.500", "Hello", ""]
    again = ag.AnnotationCollection.from_json(talk.to_json())
    assert [(a.start_time, a.end_time) for a in again] == [(1.001, 2.5), (3, 4)]


def test_with_an_item_of_a_video_it_is_a_state_of_an_object() -> None:
    talk = ag.AnnotationCollection(item=ag.Item(width=4, height=4, fps=25))
    talk.add(ag.Subtitle("Hello", "speech"), object_id=1, start_time=1.001, end_time=2.5)

    assert (talk[0].start_time, talk[0].end_time, talk[0].start_frame) == (1.001, 2.5, 25)

"""Subtitles in videos: drawn in at their times, and as tracks."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, strategies as st

import annogeo as ag
from annogeo.errors import InputError
from annogeo.video.subtitles import Caption, caption_at, captions_of
from tests.video.clips import make_clip


def talk(*cues: tuple[float, float, str]) -> ag.AnnotationCollection:
    said = ag.AnnotationCollection()
    for start, end, text in cues:
        said.add(ag.Subtitle(text, "speech"), start_time=start, end_time=end)
    return said


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8), st.integers(-5, 70))
def test_what_is_read_at_a_time_is_what_was_said_then(ranges: list[tuple[int, int]], ms: int) -> None:
    said = talk(*((start / 1000, end / 1000, f"t{k}") for k, (start, end) in enumerate(ranges)))
    captions = captions_of(said)

    found = caption_at(captions, Fraction(ms, 1000))

    texts = {f"t{k}" for k, (start, end) in enumerate(ranges) if start <= ms < end}
    assert (set() if found is None else set(found.text.split("\n"))) == texts
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(captions))


def test_burnt_in_subtitles_show_at_their_times(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", size=(96, 192), n=25, options={"qp": "0", "preset": "ultrafast"})
    target = tmp_path / "out.mp4"

    ag.render_video(source, talk((0.2, 0.6, "Hello\nworld")), target, subtitles="burn", options={"qp": 0})

    pairs = zip(ag.video_frames(source), ag.video_frames(target), strict=True)
    changed = {number: (one != other).any(axis=2) for (number, _, one), (_, _, other) in pairs}
    assert [number for number, where in changed.items() if where.any()] == list(range(5, 15))
    rows, columns = np.nonzero(changed[7])
    assert rows.min() > 40
    assert abs(columns.min() + columns.max() - 191) <= 3  # in the middle


@pytest.mark.parametrize(
    ("name", "codec"), [("out.mp4", "mov_text"), ("out.mkv", "subrip"), ("out.webm", "webvtt")]
)
def test_tracks_hold_text_and_times(tmp_path: Path, name: str, codec: str) -> None:
    if not hasattr(av.container.OutputContainer, "add_mux_stream"):
        pytest.skip("this PyAV writes no subtitle tracks")
    source = make_clip(tmp_path / "in.mp4", n=50)
    said = talk((0.2, 1, "Hello & all"), (0.5, 1.5, "two\nlines"))

    report = ag.render_video(source, said, tmp_path / name, subtitles="track")

    assert report.problems == []
    with av.open(str(tmp_path / name)) as container:
        stream = container.streams.subtitles[0]
        found = [
            (round(packet.pts * packet.time_base * 1000), bytes(packet).lstrip(b"\x00\x0b\x15\x09").decode())
            for packet in container.demux(stream)
            if packet.pts is not None and len(bytes(packet)) > 2
        ]
    if codec == "webvtt":
        found = [(time, ag.vtt.plain_text(text)) for time, text in found]
    assert found == [(200, "Hello & all"), (500, "Hello & all\ntwo\nlines"), (1000, "two\nlines")]


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv", "out.webm"])
def test_tracks_show_text_as_text(tmp_path: Path, name: str) -> None:
    if not hasattr(av.container.OutputContainer, "add_mux_stream"):
        pytest.skip("this PyAV writes no subtitle tracks")
    texts = [
        "a <b> & c",
        "if x<y then stop",
        "</i> x",
        '<font color="red">r</font>',
        "one\n\ntwo --> 3",
        "{\\an8}top",
    ]
    said = talk(*((k / 5, (k + 1) / 5, text) for k, text in enumerate(texts)))

    ag.render_video(make_clip(tmp_path / "in.mp4", n=50), said, tmp_path / name, subtitles="track")

    with av.open(str(tmp_path / name)) as container:
        stream = container.streams.subtitles[0]
        shown = [
            subtitle.ass.decode()
            .split(",", 8)[-1]
            .replace("\\N", "\n")
            .replace("\u2060", "")
            .replace("\\{{}", "{")
            for packet in container.demux(stream)
            for subtitle in packet.decode() or ()
        ]
    assert [text for text in shown if text] == texts


def test_a_file_that_takes_no_track_says_so(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    report = ag.render_video(source, talk((0, 1, "a")), tmp_path / "out.avi", subtitles="track")

    assert "no subtitle track" in report.problems[0].message


def test_wrong_ways_are_told(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    with pytest.raises(InputError, match="'burn', 'track' or None, got 'soft'"):
        ag.render_video(source, talk(), tmp_path / "out.mp4", subtitles="soft")
    assert caption_at([Caption(0, 5, "a")], Fraction(-1)) is None

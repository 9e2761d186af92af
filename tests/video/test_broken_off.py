"""Videos that end earlier than their header says, and such that only seem to."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import annogeo as ag
from tests.video.clips import make_clip


def cut(path: Path) -> Path:
    """Leave the first half of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def nothing() -> ag.AnnotationCollection:
    return ag.AnnotationCollection()


@pytest.mark.parametrize(
    ("suffix", "codec", "sound"),
    [
        ("mkv", "libx264", False),
        ("mkv", "libx264", True),
        ("flv", "libx264", True),
        ("webm", "libvpx-vp9", False),
    ],
)
@pytest.mark.parametrize("output", ["out.mkv", "%d.png"])
def test_files_that_break_off_are_told(
    tmp_path: Path, output: str, suffix: str, codec: str, sound: bool
) -> None:
    source = cut(
        make_clip(tmp_path / f"in.{suffix}", n=50, size=(96, 128), codec=codec, sound=sound, options={})
    )

    report = ag.render_video(source, nothing(), tmp_path / output)

    assert 0 < report.frames < 45
    told = [problem.message for problem in report.problems if "breaks off" in problem.message]
    assert len(told) == 1
    assert told[0].startswith("the file claims to last 2.0")


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "ts", "flv", "nut", "avi", "mpg", "h264"])
@pytest.mark.parametrize("n", [1, 50])
def test_whole_files_are_not_said_to_break_off(tmp_path: Path, suffix: str, n: int) -> None:
    source = make_clip(tmp_path / f"in.{suffix}", n=n, options={"bf": "2"})

    report = ag.render_video(source, nothing(), tmp_path / "out.mkv", codec="ffv1")
    assert report.frames == n
    assert not [problem for problem in report.problems if "breaks off" in problem.message]


@pytest.mark.parametrize("suffix", ["mkv", "flv", "mp4", "ts"])
def test_times_far_apart_are_no_break(tmp_path: Path, suffix: str) -> None:
    times = [*range(0, 1000, 100), 6000, 9000]
    source = make_clip(
        tmp_path / f"in.{suffix}", rate=10, times=times, time_base=Fraction(1, 1000), options={"bf": "2"}
    )

    report = ag.render_video(source, nothing(), tmp_path / "out.mkv")

    assert (report.frames, report.problems) == (12, [])


def test_a_last_picture_that_stays_is_no_break(tmp_path: Path) -> None:
    make_clip(tmp_path / "in.mp4", options={"bf": "0"})
    with av.open(str(tmp_path / "in.mp4")) as old, av.open(str(tmp_path / "long.mkv"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        packets = [packet for packet in old.demux(video=0) if packet.size]
        packets[-1].duration *= 200
        for packet in packets:
            packet.stream = stream
            new.mux(packet)

    report = ag.render_video(tmp_path / "long.mkv", nothing(), tmp_path / "out.mkv")

    assert (report.frames, report.problems) == (12, [])


@pytest.mark.parametrize("view", ["overlay", "instance"])
@pytest.mark.parametrize("suffix", ["mkv", "flv"])
def test_sound_that_goes_on_is_no_break(tmp_path: Path, suffix: str, view: str) -> None:
    make_clip(tmp_path / "in.mp4", options={"bf": "0"})
    with av.open(str(tmp_path / "in.mp4")) as old, av.open(str(tmp_path / f"long.{suffix}"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        audio = new.add_stream("aac", rate=16000, layout="mono")
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
        for start in range(0, 5 * 16000, 1024):
            heard = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            heard.rate, heard.pts, heard.time_base = 16000, start, Fraction(1, 16000)
            new.mux(audio.encode(heard))
        new.mux(audio.encode(None))

    report = ag.render_video(tmp_path / f"long.{suffix}", nothing(), tmp_path / "out.mkv", view=view)

    assert (report.frames, report.problems) == (12, [])

"""Frames by number are those of reading from the start, whatever the container keeps of their times."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import annogeo as ag
from annogeo.errors import InputError
from tests.video.clips import make_clip

MILLISECOND = Fraction(1, 1000)
X264 = {"crf": "15", "preset": "fast", "sc_threshold": "0", "threads": "1"}
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "h264": ("libx264", {**X264, "bf": "0"}),
    "h264-b": ("libx264", {**X264, "bf": "2", "b_adapt": "0"}),
    "h264-open": ("libx264", {**X264, "bf": "2", "b_adapt": "0", "x264-params": "open-gop=1"}),
    "h264-refresh": ("libx264", {**X264, "x264-params": "intra-refresh=1:keyint=12"}),
    "hevc-open": (
        "libx265",
        {"preset": "ultrafast", "x265-params": "bframes=3:open-gop=1:keyint=8:min-keyint=8:log-level=none"},
    ),
    "mpeg2-b": ("mpeg2video", {"bf": "2"}),
    "mpeg4-b": ("mpeg4", {"bf": "2"}),
    "vp9": ("libvpx-vp9", {"lag-in-frames": "8", "deadline": "realtime", "cpu-used": "8"}),
}
CASES = [
    *((kind, suffix) for kind in ("h264", "h264-b", "h264-open") for suffix in ("mp4", "mkv", "avi", "ts", "nut")),
    *(("h264-b", suffix) for suffix in ("mov", "m2ts", "mpg", "flv", "h264")),
    *(("h264-refresh", suffix) for suffix in ("mp4", "ts", "avi")),
    *(("hevc-open", suffix) for suffix in ("mp4", "ts", "hevc")),
    *(("mpeg2-b", suffix) for suffix in ("mpg", "ts", "m2v", "avi")),
    ("mpeg4-b", "avi"),
    ("vp9", "webm"),
]  # fmt: skip
ASKED = [[5, 4], [23, 0], [9], [13, 12, 13, 23, 22, 21], [8, 16, 7, 15, 1]]


def assert_found(source: Any, asked: list[list[int]], n: int) -> None:
    """Frames by number are those of reading all, pictures and times."""
    bare = list(ag.video_frames(source))
    assert len(bare) == n
    for numbers in asked:
        found = list(ag.video_frames(source, numbers))
        assert [number for number, _, _ in found] == numbers
        for number, time, rgb in found:
            assert time == bare[number][1], number
            assert np.array_equal(rgb, bare[number][2]), number


@pytest.mark.parametrize(("kind", "suffix"), CASES)
def test_frames_by_number_are_those_of_reading_all(tmp_path: Path, kind: str, suffix: str) -> None:
    codec, options = KINDS[kind]
    source = make_clip(tmp_path / f"in.{suffix}", n=24, gop=8, codec=codec, options=options)

    assert_found(source, [*ASKED, *([number] for number in range(24))], 24)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("kind", ["h264", "h264-b"])
def test_frames_of_uneven_times_are_found(tmp_path: Path, kind: str, suffix: str) -> None:
    codec, options = KINDS[kind]
    times = np.cumsum([0, *([20, 400, 33, 40] * 6)])[:24].tolist()
    source = make_clip(
        tmp_path / f"in.{suffix}",
        n=24,
        gop=8,
        codec=codec,
        options=options,
        times=times,
        time_base=MILLISECOND,
    )

    assert_found(source, ASKED, 24)


def test_pictures_that_are_not_shown_have_no_number(tmp_path: Path) -> None:
    make_clip(
        tmp_path / "in.webm", n=24, gop=8, codec="libvpx", options={"lag-in-frames": "0", "auto-alt-ref": "0"}
    )
    with av.open(str(tmp_path / "in.webm")) as old, av.open(str(tmp_path / "out.webm"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for number, packet in enumerate(packet for packet in old.demux(video=0) if packet.size):
            data = bytearray(bytes(packet))
            if number in (3, 10):
                data[0] &= ~0x10  # of VP8: whether it is shown
            made = av.Packet(bytes(data))
            made.pts, made.dts, made.time_base = packet.pts, packet.dts, packet.time_base
            made.is_keyframe, made.stream = packet.is_keyframe, stream
            new.mux(made)

    assert_found(tmp_path / "out.webm", [[16, 2, 7], [21, 4], [14]], 22)


def test_recordings_that_begin_between_key_frames_are_numbered_from_what_can_be_decoded(
    tmp_path: Path,
) -> None:
    codec, options = KINDS["h264-b"]
    make_clip(tmp_path / "in.mkv", n=24, gop=8, codec=codec, options=options)
    with av.open(str(tmp_path / "in.mkv")) as old, av.open(str(tmp_path / "out.ts"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in [packet for packet in old.demux(video=0) if packet.size][5:]:
            packet.stream = stream
            new.mux(packet)

    assert_found(tmp_path / "out.ts", [[10, 2], [0], [15, 9, 8]], 16)


def test_damage_that_is_met_is_counted_past(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.avi", n=24, gop=8, codec="mpeg4", options={"bf": "0"})
    with av.open(str(source)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    data = source.read_bytes()
    assert data.count(packets[11]) == 1
    source.write_bytes(data.replace(packets[11], b"\xff" * len(packets[11])))

    assert_found(source, [[10], [12, 11], [14, 9]], len(list(ag.video_frames(source))))


def test_open_files_are_read_from_where_they_stand(tmp_path: Path) -> None:
    codec, options = KINDS["h264-b"]
    make_clip(tmp_path / "in.avi", n=24, codec=codec, options=options)
    bare = [rgb for _, _, rgb in ag.video_frames(tmp_path / "in.avi")]

    with io.BytesIO(b"before" + (tmp_path / "in.avi").read_bytes()) as stream:
        stream.seek(6)
        found = list(ag.video_frames(stream, [7, 3]))

    assert all(np.array_equal(rgb, bare[number]) for number, _, rgb in found)


def test_files_that_cannot_be_sought_in_are_told(tmp_path: Path) -> None:
    class Pipe:
        def __init__(self, data: bytes) -> None:
            self.read = io.BytesIO(data).read

    data = make_clip(tmp_path / "in.ts").read_bytes()

    assert len(list(ag.video_frames(Pipe(data)))) == 12
    with pytest.raises(InputError, match="the file object cannot be sought in"):
        list(ag.video_frames(Pipe(data), [3]))

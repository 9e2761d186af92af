"""Writing of videos: what kinds of files and encoders take, and what becomes of what they do not."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

import annogeo as ag
from annogeo.errors import InputError
from annogeo.video import formats
from tests.video.clips import make_clip, packets_of, times_of


def box() -> ag.AnnotationCollection:
    clip = ag.AnnotationCollection()
    clip.add(ag.Box(10, 10, 40, 30, "box"), object_id=7, frame_num=0, end_frame_num=11)
    return clip


def add_sound(source: Path, target: Path, codec: str) -> Path:
    """Copy a video, with silence in a codec."""
    with av.open(str(source)) as given, av.open(str(target), "w") as container:
        video = container.add_stream_from_template(given.streams.video[0])
        audio = container.add_stream(codec, rate=48000, layout="stereo")
        audio.codec_context.open()
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                container.mux(packet)
        size = audio.codec_context.frame_size or 1024
        for number in range(20):
            kind = audio.codec_context.format.name
            heard = av.AudioFrame(format=kind, layout="stereo", samples=size)
            for plane in heard.planes:
                plane.update(bytes(plane.buffer_size))
            heard.rate, heard.pts, heard.time_base = 48000, number * size, Fraction(1, 48000)
            container.mux(audio.encode(heard))
        container.mux(audio.encode(None))
    return target


@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_s24le", "pcm_f32le"])
@pytest.mark.parametrize("ending", [".mkv", ".avi", ".nut"])
def test_plain_sound_goes_into_mp4(tmp_path: Path, codec: str, ending: str) -> None:
    bare = make_clip(tmp_path / "bare.mp4", codec="mpeg4", options={})
    source = add_sound(bare, tmp_path / f"in{ending}", codec)

    report = ag.render_video(source, box(), tmp_path / "out.mp4")

    assert not [problem for problem in report.problems if "left out" in problem.message]
    heard, given = packets_of(tmp_path / "out.mp4", "audio"), packets_of(source, "audio")
    assert b"".join(data for _, _, data in heard) == b"".join(data for _, _, data in given)


@pytest.mark.parametrize(
    ("codec", "target"), [("libopus", "out.mov"), ("flac", "out.mov"), ("aac", "out.webm")]
)
def test_streams_that_a_file_does_not_hold_are_left_out(tmp_path: Path, codec: str, target: str) -> None:
    source = add_sound(make_clip(tmp_path / "bare.mp4"), tmp_path / "in.mkv", codec)

    report = ag.render_video(source, box(), tmp_path / target)

    assert "stream 1 (audio) is left out" in report.problems[0].message
    with av.open(str(tmp_path / target)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


@pytest.mark.parametrize("target", ["out.mp4", "out.mov", "out.mkv"])
def test_a_damaged_packet_of_sound_is_left_out(tmp_path: Path, target: str) -> None:
    source = make_clip(tmp_path / "in.ts", sound=True, n=50)
    data = bytearray(source.read_bytes())
    heads = [at for at in range(len(data) - 1) if data[at : at + 2] == b"\xff\xf1"]
    middle = heads[len(heads) // 2]
    data[middle : middle + 8] = bytes(8)
    source.write_bytes(data)

    report = ag.render_video(source, box(), tmp_path / target)

    assert [problem.message for problem in report.problems] == [
        "stream 1 (audio): 1 damaged packets are left out"
    ]
    assert len(packets_of(tmp_path / target, "audio")) == len(packets_of(source, "audio")) - 1
    assert report.frames == 50


@pytest.mark.parametrize(
    ("target", "codec"), [("out.avi", None), ("out.mp4", "mpeg4"), ("out.ts", "mpeg2video")]
)
@pytest.mark.parametrize("is_open", [False, True])
def test_encoders_get_times_that_they_take(
    tmp_path: Path, target: str, codec: str | None, is_open: bool
) -> None:
    times = [3003 * k for k in range(12)]
    source = make_clip(tmp_path / "in.mp4", times=times, time_base=Fraction(1, 90000), rate=30)

    if is_open:
        with open(source, "rb") as file:
            report = ag.render_video(file, box(), tmp_path / target, codec=codec)
    else:
        report = ag.render_video(source, box(), tmp_path / target, codec=codec)

    assert times_of(tmp_path / target) == times_of(source)
    assert report.problems == []


def test_times_that_an_encoder_does_not_take_are_rounded_and_told(tmp_path: Path) -> None:
    source = make_clip(
        tmp_path / "in.mkv", times=[k * 40 + k % 2 for k in range(12)], time_base=Fraction(1, 1000)
    )
    fine = make_clip(
        tmp_path / "in.mp4", times=[3003 * k + k % 3 for k in range(12)], time_base=Fraction(1, 90000)
    )

    assert ag.render_video(source, box(), tmp_path / "a.mp4", codec="mpeg4").problems == []
    assert times_of(tmp_path / "a.mp4") == times_of(source)
    report = ag.render_video(fine, box(), tmp_path / "b.mp4", codec="mpeg4")
    assert "frames are shown at times rounded to 1/45000 s" in report.problems[0].message
    for was, now in zip(times_of(fine), times_of(tmp_path / "b.mp4"), strict=True):
        assert abs(was - now) <= Fraction(1, 90000)


@pytest.mark.parametrize(
    "target", ["out.mp4", "out.mov", "out.ts", "out.mkv", "out.webm", "out.nut", "out.avi"]
)
@pytest.mark.parametrize("start", [0, 6007])
def test_times_are_kept_or_told(tmp_path: Path, target: str, start: int) -> None:
    times = [start + 3003 * k for k in range(12)]
    source = make_clip(
        tmp_path / "in.mp4",
        times=times,
        time_base=Fraction(1, 90000),
        rate=30,
        sound=True,
        options={"bf": "2"},
    )

    report = ag.render_video(source, box(), tmp_path / target)

    was, now = times_of(source), times_of(tmp_path / target)
    told = [problem.message for problem in report.problems if "left out" not in problem.message]
    assert len(now) == len(was)
    if target in ("out.mp4", "out.mov", "out.ts"):
        assert now == was
    assert now == was or told
    if not any("begins at" in message for message in told):
        assert all(abs(a - b) <= Fraction(1, 2000) for a, b in zip(was, now, strict=True))


@pytest.mark.parametrize(
    ("codec", "pixel_format", "asked", "expected"),
    [
        ("png", "rgb24", "ffv1", "bgr0"),
        ("libx264rgb", "rgb24", "ffv1", "bgr0"),
        ("rawvideo", "yuyv422", "ffv1", "yuv422p"),
        ("rawvideo", "yuv420p10be", "ffv1", "yuv420p10le"),
        ("rawvideo", "gray16be", "ffv1", "gray16le"),
        ("ffv1", "bgr0", "huffyuv", "rgb24"),
    ],
)
def test_a_codec_that_was_asked_for_gets_the_nearest_format(
    tmp_path: Path, codec: str, pixel_format: str, asked: str, expected: str
) -> None:
    ending = {"rawvideo": ".nut", "png": ".mov"}.get(codec, ".mkv")
    source = make_clip(tmp_path / f"in{ending}", codec=codec, pixel_format=pixel_format, options={"qp": "0"})

    ag.render_video(source, ag.AnnotationCollection(), tmp_path / "out.nut", codec=asked)

    with av.open(str(tmp_path / "out.nut")) as container:
        assert next(container.decode(video=0)).format.name in (expected, {"rgb24": "bgr0"}.get(expected))
    if "yuv" not in expected:
        pairs = zip(ag.video_frames(source), ag.video_frames(tmp_path / "out.nut"), strict=True)
        assert all(np.array_equal(was, now) for (_, _, was), (_, _, now) in pairs)


def test_formats_with_tables_of_colours_are_drawn_on_in_others(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    ag.render_video(source, box(), tmp_path / "out.nut", codec="gif")
    with pytest.raises(InputError, match="png takes pix_fmt rgb24"):
        ag.render_video(source, box(), tmp_path / "b.nut", codec="png", options={"pix_fmt": "pal8"})

    assert len(times_of(tmp_path / "out.nut")) == 12


def test_a_video_that_cannot_be_found_in_its_file_is_told(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    report = ag.render_video(source, box(), tmp_path / "out.ts", codec="ffv1")

    assert "may not find the video" in report.problems[0].message


@pytest.mark.parametrize(
    ("source", "known", "expected"),
    [
        ("yuv420p10le", ("yuv420p", "yuv444p", "yuv422p10le"), "yuv422p10le"),
        ("yuv411p", ("yuv420p", "yuv422p", "yuv444p"), "yuv422p"),
        ("gray", ("rgb24", "yuv420p", "yuv444p"), "yuv420p"),
        ("rgb24", ("gray", "yuv420p", "yuv444p"), "yuv444p"),
        ("rgba", ("rgb24", "bgra", "yuva444p"), "bgra"),
        ("pal8", ("gray", "yuv444p", "gbrp"), "gbrp"),
        ("yuvj420p", ("yuv420p", "yuvj420p"), "yuvj420p"),
        ("gbrp16le", ("gbrpf32le", "gbrp14le"), "gbrp14le"),
    ],
)
def test_what_is_nearest_keeps_most(source: str, known: tuple[str, ...], expected: str) -> None:
    assert formats._nearest(known, source) == expected


@pytest.mark.parametrize("pixel_format", ["gray9le", "gray10le", "gray12le", "gray16le"])
def test_deep_grey_is_drawn_on_its_own_plane(tmp_path: Path, pixel_format: str) -> None:
    source = make_clip(tmp_path / "in.mkv", codec="ffv1", pixel_format=pixel_format, options={})

    ag.render_video(source, box(), tmp_path / "out.mkv", codec="ffv1", with_text=False)

    found = {}
    for name in ("in.mkv", "out.mkv"):
        with av.open(str(tmp_path / name)) as container:
            frames = list(container.decode(video=0))
            assert frames[0].format.name == pixel_format
            found[name] = [
                np.frombuffer(frame.planes[0], np.uint16).reshape(48, -1)[:, :64].copy() for frame in frames
            ]
    changed = np.array(found["in.mkv"]) != np.array(found["out.mkv"])
    assert changed[:, 11:29, 10].mean() > 0.9
    changed[:, 8:33, 8:43] = False
    assert not changed.any()


@pytest.mark.parametrize(
    ("target", "codec", "options", "largest"),
    [
        ("ids.mkv", None, {"pix_fmt": "yuv420p"}, 32),
        ("ids.mkv", None, {"pix_fmt": "gray16le"}, 32),
        ("ids.avi", "rawvideo", {}, 300),
        ("ids.mkv", "rawvideo", {}, 300),
        ("ids.mp4", "rawvideo", {}, 32),
    ],
)
def test_ids_that_would_not_come_back_are_refused(
    tmp_path: Path, target: str, codec: str | None, options: dict, largest: int
) -> None:
    clip = ag.AnnotationCollection()
    clip.add(ag.Box(10, 10, 40, 30, "box"), object_id=largest, frame_num=0)
    source = make_clip(tmp_path / "in.mp4")

    with pytest.raises(InputError, match="does not give back what it is given"):
        ag.render_video(source, clip, tmp_path / target, view="object_id", codec=codec, options=options)
    assert os.listdir(tmp_path) == ["in.mp4"]


@pytest.mark.parametrize("folder", ["100%", "%s", "50%d"])
def test_folders_of_pictures_are_taken_as_they_are(tmp_path: Path, folder: str) -> None:
    source = make_clip(tmp_path / "in.mp4", n=3)

    ag.render_video(source, box(), tmp_path / folder / "a%02d.png", view="mask")

    assert sorted(os.listdir(tmp_path / folder)) == ["a00.png", "a01.png", "a02.png"]
    for name in ("a%s%d.png", "a%d%d.png", "a%y%d.png"):
        with pytest.raises(InputError, match="expected one place for the number"):
            ag.render_video(source, box(), tmp_path / name, view="mask")


@pytest.mark.parametrize("name", ["run:1/o.mp4", "a:b.mp4", "http:/o.mp4", "file:/x/o.mp4"])
def test_names_are_no_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    source = make_clip(tmp_path / "in.mp4", n=3)
    monkeypatch.chdir(tmp_path)

    ag.render_video(source, box(), name)

    assert len(times_of(tmp_path / name)) == 3
    assert len(os.listdir((tmp_path / name).parent)) == (2 if name == "a:b.mp4" else 1)


@pytest.mark.parametrize("target", ["out.mp4", "out.mov"])
def test_a_late_start_is_kept_to_the_tick(tmp_path: Path, target: str) -> None:
    times = [6007 + 3003 * k for k in range(12)]
    source = make_clip(tmp_path / "in.ts", times=times, time_base=Fraction(1, 90000), rate=30, sound=True)

    assert ag.render_video(source, box(), tmp_path / target).problems == []

    assert times_of(tmp_path / target) == times_of(source)


@pytest.mark.parametrize("ending", [".mkv", ".mp4", ".avi"])
def test_titles_that_are_no_utf_8_do_no_harm(tmp_path: Path, ending: str) -> None:
    made = make_clip(tmp_path / f"made{ending}", codec="mpeg4", options={})
    source, target = tmp_path / f"in{ending}", tmp_path / "out.mkv"
    with av.open(str(made)) as given, av.open(str(source), "w") as container:
        video = container.add_stream_from_template(given.streams.video[0])
        container.metadata["title"] = "cafe, by night"
        if ending != ".avi":
            chapter = {"id": 1, "start": 0, "end": 400, "time_base": Fraction(1, 1000)}
            container.set_chapters([{**chapter, "metadata": {"title": "cafe, by day"}}])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                container.mux(packet)
    source.write_bytes(source.read_bytes().replace(b"cafe,", "café,".encode("latin-1")))

    report = ag.render_video(source, box(), target)

    assert (report.frames, len(list(ag.video_frames(source, [3, 1])))) == (12, 2)
    with av.open(str(target)) as container:
        assert container.metadata["title"] == "café, by night"
        if ending != ".avi":
            assert container.chapters()[0]["metadata"]["title"] == "café, by day"
    assert not any("chapters" in problem.message for problem in report.problems)


def test_a_timecode_that_the_file_does_not_take_is_left_out(tmp_path: Path) -> None:
    made, source = make_clip(tmp_path / "made.mkv", rate=300), tmp_path / "in.avi"
    with av.open(str(made)) as given, av.open(str(source), "w") as container:
        video = container.add_stream("mpeg4", rate=300)
        video.height, video.width = 48, 64
        container.metadata["timecode"] = "01:00:00:00"
        for frame in given.decode(video=0):
            frame.pict_type = 0
            container.mux(video.encode(frame))
        container.mux(video.encode(None))

    report = ag.render_video(source, box(), tmp_path / "out.mp4")

    assert report.frames == 12


def test_a_clock_is_no_frame_rate(tmp_path: Path) -> None:
    source = make_clip(
        tmp_path / "in.dv", n=3, size=(576, 720), codec="dvvideo", options={}
    )  # FFmpeg claims 60000 frames a second
    totals = []

    report = ag.render_video(
        source, box(), tmp_path / "out.mp4", progress=lambda _, total: totals.append(total)
    )

    assert (report.frames, report.duration, totals) == (3, Fraction(3, 25), [3, 3, 3])
    assert times_of(tmp_path / "out.mp4") == [Fraction(n, 25) for n in range(3)]


def test_covers_stay_covers_or_are_left_out(tmp_path: Path) -> None:
    made, source, cover = make_clip(tmp_path / "made.mp4"), tmp_path / "in.mp4", tmp_path / "cover.jpg"
    cover.write_bytes(cv2.imencode(".jpg", np.full((30, 40, 3), 90, np.uint8))[1].tobytes())
    with av.open(str(made)) as given, av.open(str(cover)) as picture, av.open(str(source), "w") as container:
        copies = [container.add_stream_from_template(one.streams.video[0]) for one in (given, picture)]
        copies[1].disposition = av.stream.Disposition.attached_pic
        for copy, one in zip(copies, (given, picture), strict=True):
            for packet in one.demux(video=0):
                if packet.dts is not None or (one is picture and packet.size):
                    packet.dts = packet.pts if packet.dts is None else packet.dts
                    packet.stream = copy
                    container.mux(packet)

    reports = [ag.render_video(source, box(), tmp_path / name) for name in ("out.mp4", "out.mkv")]

    assert reports[0].problems == []
    assert "instead of a cover" in reports[1].problems[0].message
    with av.open(str(source)) as before, av.open(str(tmp_path / "out.mp4")) as after:
        kept = [[bytes(packet) for packet in one.demux(video=1) if packet.size] for one in (before, after)]
        assert after.streams.video[1].disposition == av.stream.Disposition.attached_pic
    assert len(kept[0]) == 1
    assert kept[0] == kept[1]
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert len(container.streams) == 1


def test_which_sound_is_heard_by_default_is_kept(tmp_path: Path) -> None:
    made, source = make_clip(tmp_path / "made.mkv", sound=True), tmp_path / "in.mkv"
    with av.open(str(made)) as given, av.open(str(source), "w") as container:
        video = container.add_stream_from_template(given.streams.video[0])
        sounds = [container.add_stream_from_template(given.streams.audio[0]) for _ in range(2)]
        sounds[1].disposition = av.stream.Disposition.default
        for packet in given.demux():
            if packet.dts is not None:
                is_video = packet.stream.type == "video"
                for copy in [video] if is_video else sounds:
                    packet.stream = copy
                    container.mux(packet)

    ag.render_video(source, box(), tmp_path / "out.mkv")

    with av.open(str(source)) as before, av.open(str(tmp_path / "out.mkv")) as after:
        uses = [[int(stream.disposition) for stream in one.streams] for one in (before, after)]
    assert uses[0] == uses[1]
    assert uses[0][1:] == [0, 1]


def moved(source: Path, target: Path, seconds: dict[str, Fraction]) -> Path:
    """Copy a file with the packets of kinds of streams at other times."""
    with av.open(str(source)) as given, av.open(str(target), "w") as container:
        copies = {stream.index: container.add_stream_from_template(stream) for stream in given.streams}
        for packet in given.demux():
            if packet.dts is not None:
                ticks = round(seconds.get(packet.stream.type, Fraction(0)) / packet.time_base)
                packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                packet.stream = copies[packet.stream.index]
                container.mux(packet)
    return target


@pytest.mark.parametrize("start", [Fraction(7, 10), Fraction(80_000)])
def test_what_begins_at_0_keeps_its_pace(tmp_path: Path, start: Fraction) -> None:
    source = moved(make_clip(tmp_path / "made.mp4"), tmp_path / "in.mp4", {"video": start})

    report = ag.render_video(source, box(), tmp_path / "out.avi")

    assert times_of(tmp_path / "out.avi") == [Fraction(n, 25) for n in range(12)]
    assert [problem.message.split(":")[0] for problem in report.problems] == [
        f"the video begins at 0 s instead of {float(start):g} s"
    ]


@pytest.mark.parametrize("target", ["out.mp4", "out.mkv", "out.mov"])
def test_no_picture_before_0_is_lost(tmp_path: Path, target: str) -> None:
    begin = Fraction(2**33, 90_000) - Fraction(
        1, 5
    )  # the clock of .ts goes round, and that is read as less than 0
    made = make_clip(tmp_path / "made.mp4", sound=True)
    source = moved(made, tmp_path / "in.ts", {"video": begin, "audio": begin})
    was = times_of(source)
    assert was[0] < 0

    report = ag.render_video(source, box(), tmp_path / target)

    off = Fraction(1, 1000) if target == "out.mkv" else 0
    now = times_of(tmp_path / target)
    assert all(abs(a - was[0] - b) <= off for a, b in zip(was, now, strict=True))
    assert "begins at 0 s instead of" in report.problems[-1].message
    before, after = (packets_of(path, "audio")[0][0] for path in (source, tmp_path / target))
    assert abs(before - was[0] - after) <= Fraction(1, 1000)


def test_sound_that_begins_with_the_pictures_instead_of_later_is_told(tmp_path: Path) -> None:
    made = make_clip(tmp_path / "made.mp4", sound=True)
    source = moved(made, tmp_path / "in.mp4", {"audio": Fraction(1, 2)})

    report = ag.render_video(source, box(), tmp_path / "out.avi")
    other = ag.render_video(source, box(), tmp_path / "out.mov")

    assert any("(audio) begins 0.436 s after the pictures" in problem.message for problem in report.problems)
    assert other.problems == []

"""Rendering of videos: what is kept, what is drawn, and what happens with files that are not as they should be."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import annogeo as ag
from annogeo.errors import InputError
from annogeo.video import formats
from tests.shared import shared
from tests.video.clips import make_clip, packets_of, picture, planes_of, times_of

LOSSLESS = {"codec": "libx264", "options": {"qp": 0, "preset": "ultrafast"}}


def box_on(*frames: int) -> ag.AnnotationCollection:
    clip = ag.AnnotationCollection()
    for k, frame in enumerate(frames):
        clip.add(ag.Box(10, 10, 40, 30, "box"), object_id=k + 1, frame_num=frame, end_frame_num=frame)
    return clip


def moving() -> ag.AnnotationCollection:
    clip = ag.AnnotationCollection()
    clip.add(ag.Box(2, 3, 22, 19, "a"), object_id=3, frame_num=0)
    clip.add(ag.Box(30, 20, 50, 36, "a"), object_id=3, frame_num=11)
    clip.add(ag.Ellipse(20, 30, 9, 5, 20, "b"), object_id=300, frame_num=2, end_frame_num=8)
    return clip


VARIABLE = [0, 1000, 1400, 3900, 4000, 5000, 7000, 7100, 9000, 9500, 11000, 13000]


@pytest.mark.parametrize(
    ("name", "making"),
    [
        ("constant.mp4", {}),
        ("variable.mp4", {"times": VARIABLE, "time_base": Fraction(1, 12800)}),
        ("late.mp4", {"times": [3 * 25 + k for k in range(12)]}),
        ("late.mkv", {"times": [1500 + 40 * k for k in range(12)], "time_base": Fraction(1, 1000)}),
        ("late.ts", {"times": [270000 + 3600 * k for k in range(12)], "time_base": Fraction(1, 90000)}),
    ],
)
def test_times_are_kept(tmp_path: Path, name: str, making: dict) -> None:
    source = make_clip(tmp_path / name, **making)
    target = tmp_path / f"out{source.suffix}"

    report = ag.render_video(source, moving(), target)

    assert times_of(target) == times_of(source)
    assert report.frames == 12
    assert report.problems == []


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_sound_is_copied_packet_by_packet(tmp_path: Path, name: str) -> None:
    source = make_clip(tmp_path / name, sound=True, n=50)

    ag.render_video(source, moving(), tmp_path / f"out{source.suffix}")

    assert packets_of(tmp_path / f"out{source.suffix}", "audio") == packets_of(source, "audio")


def test_a_box_on_one_frame_changes_that_frame_only(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", n=20, gop=8)

    ag.render_video(source, box_on(10), tmp_path / "out.mp4", thickness=-1, **LOSSLESS)

    before, after = planes_of(source), planes_of(tmp_path / "out.mp4")
    changed = [k for k in range(20) if not all(map(np.array_equal, before[k], after[k]))]
    assert changed == [10]


@pytest.mark.parametrize(
    ("codec", "pixel_format", "most"),
    [
        ("ffv1", "yuv444p", 4),
        ("ffv1", "yuv444p10le", 4),
        ("ffv1", "bgr0", 2),
        ("rawvideo", "gbrp", 2),
        ("rawvideo", "rgb24", 2),
        ("rawvideo", "rgb48le", 2),
        ("ffv1", "yuv420p", 70),
        ("ffv1", "yuv422p", 70),
        ("ffv1", "yuv420p10le", 70),
        ("rawvideo", "nv12", 70),
        ("rawvideo", "yuyv422", 70),
    ],
)
def test_overlays_look_as_on_pictures(tmp_path: Path, codec: str, pixel_format: str, most: int) -> None:
    """Where chroma is coarser, pixels along edges may differ by much, but few do."""
    source = make_clip(tmp_path / "in.nut", codec=codec, pixel_format=pixel_format, options={})
    target = tmp_path / "out.nut"
    asked = {"alpha": 0.6, "thickness": -1, "with_text": False}

    ag.render_video(source, moving(), target, codec=codec, options={"pix_fmt": pixel_format}, **asked)

    bare = {n: rgb for n, _, rgb in ag.video_frames(source)}
    for number, _, got in ag.video_frames(target):
        truth = ag.render(moving(), "overlay", image=bare[number], frame=number, **asked)["overlay"]
        error = np.abs(got.astype(int) - truth)
        assert error.mean() < (1 if most < 70 else 1.5)
        assert error.max() <= most


def test_grey_videos_get_shades(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", codec="ffv1", pixel_format="gray", options={})

    ag.render_video(source, box_on(3), tmp_path / "out.mkv", codec="ffv1", thickness=-1)

    before, after = planes_of(source), planes_of(tmp_path / "out.mkv")
    assert [len(planes) for planes in after] == [1] * 12
    assert (before[3][0] != after[3][0]).any()
    assert np.array_equal(before[4][0], after[4][0])


def test_labels_stay_beside_their_shapes(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", size=(96, 128), pixel_format="yuv444p")
    clip = ag.AnnotationCollection()
    clip.add(ag.Box(20, 40, 60, 70, "cup"), object_id=1, frame_num=0)
    clip.add(ag.Box(42, 51, 82, 81, "cup"), object_id=1, frame_num=11)
    found = {}
    for with_text in (False, True):
        target = tmp_path / f"{with_text}.mp4"
        ag.render_video(source, clip, target, thickness=-1, with_text=with_text, **LOSSLESS)
        found[with_text] = [rgb for _, _, rgb in ag.video_frames(target)]

    places = []
    for bare, written in zip(found[False], found[True], strict=True):
        y, x = np.nonzero((bare != written).any(axis=2))
        places.append((x.min(), y.min(), x.max(), y.max()))
    assert places[0][:2] == (20, 40 - (places[0][3] - places[0][1] + 1))
    steps = np.diff(np.array(places), axis=0)
    assert (steps == steps[:, [0, 1, 0, 1]]).all()  # moved as a whole
    assert (steps[:, :2] == (2, 1)).all()


def test_a_legend_stands_still(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", size=(96, 128), pixel_format="yuv444p")
    style = ag.Style(legend=True)

    ag.render_video(source, box_on(3), tmp_path / "out.mp4", style=style, with_text=False, **LOSSLESS)

    before, after = ([rgb for _, _, rgb in ag.video_frames(path)] for path in (source, tmp_path / "out.mp4"))
    panels = [(a != b).any(axis=2) for a, b in zip(before, after, strict=True)]
    assert panels[0].sum() > 200
    assert (panels[0] & panels[5]).sum() > 0.9 * panels[0].sum()


@pytest.mark.parametrize("rotation", [0, 90, -90, 180])
def test_turned_videos_are_drawn_on_upright(tmp_path: Path, rotation: int) -> None:
    source = make_clip(tmp_path / "in.mp4", size=(48, 64), rotation=rotation)
    target = tmp_path / "out.mp4"

    ag.render_video(source, box_on(3), target, thickness=-1, with_text=False, **LOSSLESS)

    (_, _, before), (_, _, after) = next(ag.video_frames(source, [3])), next(ag.video_frames(target, [3]))
    assert after.shape == ((48, 64, 3) if rotation % 180 == 0 else (64, 48, 3))
    changed = (before != after).any(axis=2)
    assert changed[11:29, 11:39].all()
    changed[8:32, 8:42] = False
    assert not changed.any()
    with av.open(str(target)) as container:
        assert (next(container.decode(video=0)).rotation - rotation) % 360 == 0


def test_upright_is_what_other_players_show(tmp_path: Path) -> None:
    import cv2

    source = make_clip(tmp_path / "in.mp4", size=(48, 64), rotation=-90, pixel_format="yuv444p")
    capture = cv2.VideoCapture(str(source))
    is_read, bgr = capture.read()
    capture.release()
    if not is_read:
        pytest.skip("this OpenCV reads no H.264")
    (_, _, rgb), *_ = ag.video_frames(source, [0])

    assert bgr.shape == rgb.shape
    assert np.abs(bgr[..., ::-1].astype(int) - rgb).mean() < 8


@pytest.mark.parametrize(("view", "kind"), [("instance", np.uint8), ("object_id", np.uint16)])
@pytest.mark.parametrize("name", ["ids.mkv", "ids.mp4", "ids.avi"])
def test_ids_come_back_exactly(tmp_path: Path, view: str, kind: type, name: str) -> None:
    source = make_clip(tmp_path / "in.mp4")

    report = ag.render_video(source, moving(), tmp_path / name, view=view, thickness=-1)

    assert report.codec == "ffv1"
    with av.open(str(tmp_path / name)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            found = frame.to_ndarray()
            assert found.dtype == kind
            truth = ag.render(moving(), view, height=48, width=64, frame=number)[view]
            assert np.array_equal(found, truth)
    assert number == 11


def test_masks_come_back_exactly(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    ag.render_video(source, moving(), tmp_path / "mask.mkv", view="mask", thickness=-1, with_text=False)

    with av.open(str(tmp_path / "mask.mkv")) as container:
        for number, frame in enumerate(container.decode(video=0)):
            truth = ag.render(moving(), "mask", height=48, width=64, frame=number)["mask"]
            assert np.array_equal(frame.to_ndarray(format="rgba"), truth)


def test_views_are_written_as_pictures_too(tmp_path: Path) -> None:
    from annogeo.files.images import read_image

    source = make_clip(tmp_path / "in.mp4")
    for view in ("object_id", "overlay"):
        report = ag.render_video(source, moving(), tmp_path / view / "%04d.png", view=view, thickness=-1)
        assert report.codec == "png"
        assert len(list((tmp_path / view).iterdir())) == 12
    found = read_image(tmp_path / "object_id" / "0005.png")
    assert np.array_equal(found, ag.render(moving(), "object_id", height=48, width=64, frame=5)["object_id"])


@pytest.mark.parametrize(
    ("ending", "codec"),
    [
        *((ending, None) for ending in formats.endings(lossless=True)),
        *((".avi", codec) for codec in sorted(formats.LOSSLESS)),
    ],
)
def test_whatever_takes_ids_gives_them_back(tmp_path: Path, ending: str, codec: str | None) -> None:
    target = tmp_path / f"ids{ending}"

    ag.render_video(make_clip(tmp_path / "in.mp4", n=3), moving(), target, view="instance", codec=codec)

    with av.open(str(target)) as container:
        found = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    for number, ids in enumerate(found):
        expected = ag.render(moving().at_frame(number), "instance", height=48, width=64)["instance"]
        assert np.array_equal(ids, expected)
    assert len(found) == 3


def test_ids_that_no_video_holds_are_refused(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")
    clip = ag.AnnotationCollection()
    clip.add(ag.Box(0, 0, 4, 4, "box"), object_id=70000, frame_num=0)

    with pytest.raises(InputError, match="70000"):
        ag.render_video(source, clip, tmp_path / "ids.mkv", view="object_id")
    assert not (tmp_path / "ids.mkv").exists()


def test_colour_tags_and_full_range_are_kept(tmp_path: Path) -> None:
    for tags in (
        {"color_range": 1, "colorspace": 1, "color_primaries": 1, "color_trc": 1},
        {"color_range": 2, "colorspace": 5, "color_primaries": 5, "color_trc": 6},
    ):
        source = make_clip(tmp_path / "in.mp4", tags=tags)
        ag.render_video(source, moving(), tmp_path / "out.mp4")
        with av.open(str(tmp_path / "out.mp4")) as container:
            frame = next(container.decode(video=0))
            assert {tag: int(getattr(frame, tag)) for tag in tags} == tags


@pytest.mark.parametrize(
    ("codec", "name"), [("libx264rgb", "out.mp4"), ("png", "out.mov"), ("utvideo", "out.avi")]
)
def test_pictures_written_as_rgb_are_not_said_to_be_anything_else(
    tmp_path: Path, codec: str, name: str
) -> None:
    tags = {"colorspace": 1, "color_range": 1, "color_primaries": 1, "color_trc": 1}
    source = make_clip(tmp_path / "in.mp4", n=3, tags=tags)
    options = {"qp": "0"} if codec == "libx264rgb" else {"pix_fmt": "rgb24" if codec == "png" else "gbrp"}

    ag.render_video(
        source, box_on(1), tmp_path / name, codec=codec, options=options, alpha=0.0, with_text=False
    )

    pairs = zip(ag.video_frames(source), ag.video_frames(tmp_path / name), strict=True)
    assert all(np.abs(was.astype(int) - now).mean() < 2 for (_, _, was), (_, _, now) in pairs)


def test_odd_sizes_are_kept(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", size=(49, 63), codec="ffv1", options={})

    report = ag.render_video(source, moving(), tmp_path / "out.mp4")

    assert "odd size" in report.problems[0].message
    assert next(ag.video_frames(tmp_path / "out.mp4", [2]))[2].shape == (49, 63, 3)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (3, 3), (16, 1), (9, 23), (1, 40)])
def test_tiny_sizes_are_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    options = {"slices": "1"}
    source = make_clip(
        tmp_path / "in.mkv", n=2, size=size, codec="ffv1", pixel_format="yuv444p", options=options
    )
    dot = ag.AnnotationCollection()
    dot.add(ag.Box(0, 0, 1, 1, "dot"), object_id=5, frame_num=1)

    overlay = ag.render_video(
        source, dot, tmp_path / "overlay.mkv", codec="ffv1", options={"pix_fmt": "yuv420p"}
    )
    ag.render_video(source, dot, tmp_path / "ids.mkv", view="object_id")

    assert overlay.frames == 2
    with av.open(str(tmp_path / "ids.mkv")) as container:
        ids = [frame.to_ndarray()[: size[0], : size[1]] for frame in container.decode(video=0)]
    assert [(picture.shape, int(picture[0, 0]), int(picture.sum())) for picture in ids] == [
        (size, 0, 0),
        (size, 5, 5),
    ]


def test_what_is_there_stays_until_the_new_file_is_complete(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")
    target = tmp_path / "out.mp4"
    target.write_bytes(b"precious")

    def stop(done: int, total: int | None) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ag.render_video(source, moving(), target, progress=stop)

    assert target.read_bytes() == b"precious"
    assert sorted(os.listdir(tmp_path)) == ["in.mp4", "out.mp4"]


def test_progress_counts_frames(tmp_path: Path) -> None:
    seen = []
    ag.render_video(
        make_clip(tmp_path / "in.mp4"),
        moving(),
        tmp_path / "out.mp4",
        progress=lambda *told: seen.append(told),
    )

    assert seen == [(k, 12) for k in range(1, 13)]


def test_damaged_files_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", n=60, size=(96, 128))
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = os.urandom(400)
    (tmp_path / "damaged.mp4").write_bytes(data)

    report = ag.render_video(tmp_path / "damaged.mp4", moving(), tmp_path / "out.mp4")

    assert 1 <= report.frames <= 60
    assert len(times_of(tmp_path / "out.mp4")) == report.frames
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 3])
    with pytest.raises(InputError, match=r"cut\.mp4: cannot be read as a video"):
        ag.render_video(tmp_path / "cut.mp4", moving(), tmp_path / "out2.mp4")
    (tmp_path / "short.mkv").write_bytes(make_clip(tmp_path / "long.mkv", n=60).read_bytes()[:5000])
    assert ag.render_video(tmp_path / "short.mkv", moving(), tmp_path / "out3.mkv").frames > 0


def test_a_file_that_lies_about_its_frames_is_read_to_its_end(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.avi", codec="mpeg4", options={})
    data = bytearray(source.read_bytes())
    for place in (
        data.find(b"avih") + 8 + 16,
        data.find(b"strh") + 8 + 32,
    ):  # frames in all, and in the stream
        data[place : place + 4] = (444).to_bytes(4, "little")
    source.write_bytes(data)
    said: list[tuple[int, int | None]] = []

    report = ag.render_video(source, moving(), tmp_path / "out.mp4", progress=lambda *done: said.append(done))

    assert report.frames == 12
    assert [problem.message for problem in report.problems] == ["the file claims 444 frames, and has 12"]
    assert said[-1] == (12, 444)
    assert times_of(tmp_path / "out.mp4") == times_of(source)


def test_a_picture_that_changes_its_size_is_brought_to_the_first_one(tmp_path: Path) -> None:
    parts = [
        make_clip(tmp_path / f"{k}.ts", size=size, n=6).read_bytes()
        for k, size in enumerate([(48, 64), (24, 32)])
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(parts))

    report = ag.render_video(joined, moving(), tmp_path / "out.mp4")

    assert any("changes from 64 x 48" in problem.message for problem in report.problems)
    assert {rgb.shape for _, _, rgb in ag.video_frames(tmp_path / "out.mp4")} == {(48, 64, 3)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"output": "out.xyz"}, r"out\.xyz: expected a name that ends in \.mp4"),
        ({"view": "json"}, "a video shows one of overlay"),
        ({"codec": "nonsense"}, "cannot encode 'nonsense'"),
        ({"alpha": 2}, "alpha"),
        ({"rule": "x"}, "rule"),
        ({"view": "instance", "output": "out.webm"}, r"losslessly into \.webm; write \.mkv, \.mp4"),
        ({"view": "mask", "output": "out.mov"}, r"losslessly into \.mov"),
        ({"view": "object_id", "codec": "libx264"}, "libx264 may change ids; expected one of ffv1"),
        ({"options": {"pix_fmt": "x"}}, "pix_fmt"),
        ({"options": {"crf": "abc"}}, r"libx264 does not encode yuv420p with .*crf=abc.*: invalid"),
        ({"output": "in.mp4"}, "the video itself"),
        ({"stream": 7}, "index of a video stream, 0; got 7"),
    ],
)
def test_bad_arguments_are_told(tmp_path: Path, arguments: dict, message: str) -> None:
    source = make_clip(tmp_path / "in.mp4")
    given = {"output": "out.mp4", **arguments}

    with pytest.raises(InputError, match=message):
        ag.render_video(source, moving(), tmp_path / given.pop("output"), **given)
    assert os.listdir(tmp_path) == ["in.mp4"]


def test_options_that_the_encoder_does_not_know_are_told(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    report = ag.render_video(source, moving(), tmp_path / "out.mp4", options={"nonsense": 3, "crf": 30})

    assert [problem.message for problem in report.problems] == ["libx264 knows no option nonsense"]


@pytest.mark.parametrize("content", [b"", b"no video at all" * 100, b"\x00\x00\x00\x18ftypmp42"])
def test_what_is_no_video_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.mp4").write_bytes(content)

    with pytest.raises(InputError, match=r"in\.mp4: cannot be read as a video"):
        ag.render_video(tmp_path / "in.mp4", moving(), tmp_path / "out.mp4")
    with pytest.raises(InputError, match="no such file"):
        ag.render_video("http://localhost/in.mp4", moving(), tmp_path / "out.mp4")
    with pytest.raises(InputError, match="a path or a binary file"):
        ag.render_video(7, moving(), tmp_path / "out.mp4")


def test_an_item_of_another_size_is_told(tmp_path: Path) -> None:
    clip = ag.AnnotationCollection(item=ag.Item(width=640, height=480, fps=25))

    report = ag.render_video(make_clip(tmp_path / "in.mp4"), clip, tmp_path / "out.mp4")

    assert "640 x 480" in report.problems[0].message


def test_files_that_are_open_are_read_too(tmp_path: Path) -> None:
    with open(make_clip(tmp_path / "in.mp4"), "rb") as stream:
        assert ag.render_video(stream, moving(), tmp_path / "out.mp4").frames == 12


@pytest.mark.parametrize("n", [0, 3])
def test_frames_are_found_by_number_in_any_order(tmp_path: Path, n: int) -> None:
    source = make_clip(tmp_path / "in.mp4", n=40, gop=7, options={"bf": str(n), "crf": "15"})
    bare = [rgb for _, _, rgb in ag.video_frames(source)]
    asked = [39, 0, 13, 13, 14, 30, 2, 7]

    found = list(ag.video_frames(source, asked))

    assert [number for number, _, _ in found] == asked
    assert [time for _, time, _ in found] == [Fraction(number, 25) for number in asked]
    assert all(np.array_equal(rgb, bare[number]) for number, _, rgb in found)
    assert np.abs(bare[9].astype(int) - picture(9, 48, 64)).mean() < 12


def test_frames_that_are_not_there_are_told(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")

    with pytest.raises(InputError, match="there are 12 frames, 0 to 11; got 12"):
        list(ag.video_frames(source, [12]))
    for wrong in (-1, 1.5, "a", True, None):
        with pytest.raises(InputError, match="expected whole numbers from 0"):
            ag.video_frames(source, [wrong])


def test_video_without_times_is_counted(tmp_path: Path) -> None:
    make_clip(tmp_path / "in.mp4", n=12, options={"bf": "0"})
    with av.open(str(tmp_path / "in.mp4")) as container, open(tmp_path / "in.h264", "wb") as raw:
        filters = av.BitStreamFilterContext("h264_mp4toannexb", container.streams.video[0])
        for packet in container.demux(video=0):
            for made in filters.filter(packet if packet.size else None):
                raw.write(bytes(made))
    bare = [rgb for _, _, rgb in ag.video_frames(tmp_path / "in.h264")]

    found = list(ag.video_frames(tmp_path / "in.h264", [7, 2, 3]))

    assert len(bare) == 12
    assert all(np.array_equal(rgb, bare[number]) for number, _, rgb in found)
    assert ag.render_video(tmp_path / "in.h264", moving(), tmp_path / "out.mp4").frames == 12


@pytest.mark.shared
def test_real_tables_of_times_are_kept(tmp_path: Path) -> None:
    import json

    source = shared("data/video/torchcodec/nasa_13013.mp4")
    table = json.loads(
        shared("data/video/torchcodec/nasa_13013.mp4.stream3.all_frames_info.json").read_text()
    )

    ag.render_video(source, moving(), tmp_path / "out.mp4", options={"preset": "ultrafast"})

    assert [float(time) for time in times_of(tmp_path / "out.mp4")] == pytest.approx(
        [float(row["pts_time"]) for row in table], abs=1e-6
    )
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.type for stream in container.streams].count("subtitle") == 2

"""``annogeo video``, and videos among the items of ``annogeo render``."""

from __future__ import annotations

import json
from pathlib import Path

import annogeo as ag
from tests.cli.conftest import Run
from tests.video.clips import make_clip, times_of


def annotated(folder: Path) -> tuple[Path, Path]:
    clip = ag.AnnotationCollection(
        item=ag.Item(filename="/clip.mp4", width=64, height=48, fps=25, mimetype="video/mp4")
    )
    clip.add(ag.Box(2, 3, 22, 19, "a"), object_id=3, frame_num=0)
    clip.add(ag.Box(30, 20, 50, 36, "a"), object_id=3, frame_num=11)
    (folder / "items").mkdir(parents=True)
    (folder / "json").mkdir()
    document = folder / "json/clip.json"
    document.write_text(json.dumps(clip.to_json()))
    return make_clip(folder / "items/clip.mp4"), document


def test_a_video_is_drawn_on(tmp_path: Path, run: Run) -> None:
    video, document = annotated(tmp_path / "in")
    out = tmp_path / "out.mp4"

    result = run(
        "video", video, document, out, "--option", "crf=30", "--thickness", "-1", "--alpha", ".5", "--json"
    )

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["frames"], told["codec"], told["problems"]) == (12, "libx264", [])
    assert times_of(out) == times_of(video)


def test_ids_and_subtitles_from_the_command_line(tmp_path: Path, run: Run) -> None:
    video, document = annotated(tmp_path / "in")
    (tmp_path / "talk.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:00.300\nHello\n")

    assert run("video", video, document, tmp_path / "ids.mkv", "--view", "object_id").exit_code == 0
    assert run("video", video, document, tmp_path / "p/%03d.png", "--view", "mask", "--hold").exit_code == 0
    assert len(list((tmp_path / "p").iterdir())) == 12
    assert (
        run("video", video, tmp_path / "talk.vtt", tmp_path / "o.mp4", "--subtitles", "burn").exit_code == 0
    )


def test_what_goes_wrong_is_one_line(tmp_path: Path, run: Run) -> None:
    video, document = annotated(tmp_path / "in")
    (tmp_path / "bad.json").write_text("{")
    for arguments, said in (
        ((tmp_path / "none.mp4", document, tmp_path / "o.mp4"), "no such file"),
        ((video, tmp_path / "none.json", tmp_path / "o.mp4"), "no such file"),
        ((video, tmp_path / "bad.json", tmp_path / "o.mp4"), "bad.json"),
        ((video, document, tmp_path / "o.xyz"), "ends in .mp4"),
        ((video, document, tmp_path / "o.mp4", "--option", "crf"), "expected K=V"),
        ((video, document, tmp_path / "o.mp4", "--view", "json"), "a video shows one of"),
    ):
        result = run("video", *arguments)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.stderr


def test_videos_among_a_datasets_items(tmp_path: Path, run: Run) -> None:
    video, _ = annotated(tmp_path / "in")
    out = tmp_path / "out"

    result = run("render", tmp_path / "in", out, "--view", "img_mask,instance,vtt")

    assert result.exit_code == 0, result.stderr
    assert times_of(out / "img_mask/clip.mp4") == times_of(video)
    assert times_of(out / "instance/clip.mkv") == times_of(video)
    assert (out / "vtt/clip.vtt").read_text().startswith("WEBVTT")
    again = run("render", tmp_path / "in", out, "--view", "img_mask,instance,vtt", "--resume", "--json")
    assert json.loads(again.stdout)["skipped"] == 1


def test_findings_name_the_file_they_are_in(tmp_path: Path, run: Run) -> None:
    video, document = annotated(tmp_path / "in")
    held = json.loads(document.read_text())
    held["annotations"].append({"type": "box", "label": "a", "coordinates": 7})
    document.write_text(json.dumps(held))

    result = run("video", video, document, tmp_path / "o.mp4")

    assert result.exit_code == 0
    assert f"error: {document}, $.annotations[1].coordinates" in result.stderr


def test_a_missing_font_is_said_before_anything_is_done(tmp_path: Path, run: Run) -> None:
    video, document = annotated(tmp_path / "in")

    result = run("video", video, document, tmp_path / "o.mp4", "--no-text", "--font", "none.ttf")

    assert result.exit_code == 2
    assert "none.ttf" in result.stderr
    assert not (tmp_path / "o.mp4").exists()

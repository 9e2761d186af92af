"""Subtitles of collections: read, kept by the platform's JSON, shown, written; on videos, sound, and without either."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import annogeo as ag
from annogeo.errors import InputError
from tests.cli.conftest import Run, run as run

TALK = (
    "WEBVTT\n\nREGION\nid:low\n\nintro\n00:02.031 --> 00:03.764 align:left\n<v Ann>Fish &amp; <i>chips</i>\n\n"
    "00:10.000 --> 25:00:00.500\nplain\n"
)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.vtt"
    path.write_text(TALK, "utf-8")
    return path


@pytest.mark.parametrize(
    "item",
    [None, ag.Item("a.mp4", fps=25), ag.Item("a.mp4"), ag.Item("a.mp3"), ag.Item("a.png", width=4, height=4)],
)
def test_times_are_exact_whatever_the_item(talk: Path, item: ag.Item | None) -> None:
    collection = ag.AnnotationCollection(item=item)
    collection.from_vtt_file(talk)

    assert [(a.start_time, a.end_time, a.label) for a in collection] == [
        (2.031, 3.764, "Text"),
        (10, 90000.5, "Text"),
    ]
    assert [a.annotation_definition.text for a in collection] == ["Fish & chips", "plain"]
    assert all(len(a.frames.actual_keys()) <= 1 for a in collection)
    again = ag.AnnotationCollection.from_json(json.dumps(collection.to_json()), item=item)
    assert (
        again.to_vtt()
        == collection.to_vtt()
        == TALK.replace("REGION\nid:low\n\n", "")
        .replace("00:02.031 --> 00:03.764", "00:00:02.031 --> 00:00:03.764")
        .replace("00:10.000", "00:00:10.000")
    )
    assert not any(
        "snapshots_" in entry["metadata"]["system"] for entry in collection.to_json()["annotations"]
    )


def test_on_a_video_they_have_frames_and_object_ids_of_their_own(talk: Path) -> None:
    collection = ag.AnnotationCollection(item=ag.Item("a.mp4", fps=25, width=8, height=8))
    collection.add(ag.Box(0, 0, 4, 4, "car"), object_id=7, frame_num=0)
    collection.from_vtt_file(talk)

    assert [a.object_id for a in collection] == ["7", "8", "9"]
    assert (collection[1].start_frame, collection[1].end_frame) == (51, 94)


def test_a_text_that_was_changed_is_written_as_it_is_now(talk: Path) -> None:
    collection = ag.AnnotationCollection()
    collection.from_vtt_file(talk)
    collection[0].change_definition(text="a < b")

    cue = ag.vtt.parse(collection.to_vtt()).cues[0]
    assert (cue.text, cue.id, cue.align) == ("a &lt; b", "intro", "left")


def test_views_and_downloads(talk: Path, tmp_path: Path) -> None:
    collection = ag.AnnotationCollection(item=ag.Item("a.mp3"))
    collection.from_vtt_file(talk)
    collection.add(ag.Classification("speech"), start_time=1, end_time=2)

    text = ag.render(collection, "vtt")["vtt"]
    assert text == collection.show(annotation_format="vtt") == collection.to_vtt()
    assert len(ag.vtt.parse(text, strict=True).cues) == 2
    collection.download(tmp_path / "out.vtt", annotation_format=ag.ViewAnnotationOptions.VTT)
    assert (tmp_path / "out.vtt").read_text("utf-8") == text
    assert collection[0].to_vtt().count("-->") == 1
    with pytest.raises(InputError, match="AnnotationCollection"):
        ag.render([ag.Subtitle("a", "Text")], "vtt")


def test_problems_of_a_file_are_the_collections(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n1\n00:00 --> 1\nx\n\n00:00.000 --> 00:01.000\ny\n")
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nz\n")
    collection = ag.AnnotationCollection()
    collection.from_vtt_file(tmp_path / "a.vtt")
    collection.from_vtt_file(tmp_path / "a.srt")

    assert [a.annotation_definition.text for a in collection] == ["y", "z"]
    assert collection.problems[0].path == str(tmp_path / "a.vtt")
    assert "line 4" in collection.problems[0].message
    for wrong in (tmp_path / "none.vtt", tmp_path):
        with pytest.raises(InputError):
            collection.from_vtt_file(wrong)


def test_sound_is_annotated_over_time_without_a_picture() -> None:
    item = ag.Item("a.mp3")
    collection = ag.AnnotationCollection(item=item)
    collection.add(ag.Classification("dog"), start_time=1.25, end_time=2.5)
    collection.add(ag.Subtitle("hey", "Text"), start_time=0, end_time=1)
    again = ag.AnnotationCollection.from_json(collection.to_json(), item=item)

    assert [(a.label, a.start_time, a.end_time) for a in again] == [("dog", 1.25, 2.5), ("Text", 0, 1)]
    assert again.to_json()["annotations"] == collection.to_json()["annotations"]
    assert [a.label for a in again.at_frame(500)] == ["Text"]  # frames of sound are milliseconds
    assert [a.label for a in again.at_frame(2000)] == ["dog"]
    assert len(again.at_frame(3000)) == 0


def test_items_of_sound_are_rendered(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "in/json"
    folder.mkdir(parents=True)
    collection = ag.AnnotationCollection(item=ag.Item("/talk.mp3"))
    collection.add(ag.Subtitle("hey", "Text"), start_time=0, end_time=1)
    document = {**collection.to_json(), "metadata": {"system": {"mimetype": "audio/mpeg"}}}
    (folder / "talk.json").write_text(json.dumps(document))

    result = run("render", tmp_path / "in", tmp_path / "out", "--view", "vtt,json")
    assert result.exit_code == 0, result.output
    assert "hey" in (tmp_path / "out/vtt/talk.vtt").read_text()
    assert json.loads((tmp_path / "out/json/talk.json").read_text())["annotations"]


def test_the_command_line(talk: Path, tmp_path: Path, run: Run) -> None:
    good = run("vtt", "check", talk)
    assert (good.exit_code, good.stdout) == (0, "1 files, 2 cues, 0 problems\n")
    (tmp_path / "bad.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000 size:7\nx\n")
    bad = run("vtt", "check", talk, tmp_path / "bad.vtt", "--json")
    report = json.loads(bad.stdout)
    assert (bad.exit_code, report["cues"], len(report["problems"])) == (1, 3, 1)
    assert "line 3: the setting 'size:7' was passed over" in report["problems"][0]["message"]
    assert run("vtt", "check", tmp_path / "none.vtt").exit_code == 2

    for first, second in (("a.srt", "b.vtt"), ("a.json", "b.srt")):
        assert run("vtt", "convert", talk, tmp_path / first).exit_code == 0
        result = run("vtt", "convert", tmp_path / first, tmp_path / second)
        assert (result.exit_code, result.stdout) == (0, "2 cues\n")
    assert "lose: voices" in run("vtt", "convert", talk, tmp_path / "c.srt").stderr
    assert run("vtt", "convert", talk, tmp_path / "d.srt", "--strict").exit_code == 2
    assert run("vtt", "convert", talk, talk).exit_code == 2
    assert run("vtt", "convert", talk, tmp_path / "d.txt").exit_code == 2
    broken = tmp_path / "broken.json"
    broken.write_text("[")
    assert f"annogeo: {broken}: not JSON" in run("vtt", "convert", broken, tmp_path / "e.vtt").stderr


def test_a_subtitle_that_could_not_be_understood_is_passed_over() -> None:
    entries = [
        {"type": "subtitle", "label": "l", "coordinates": coordinates, "metadata": {"system": {"endTime": 1}}}
        for coordinates in ({"nope": 1}, {"text": "hi"})
    ]
    collection = ag.AnnotationCollection.from_json(entries)

    assert collection.to_vtt() == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nhi\n"
    assert collection[0].to_vtt() == "WEBVTT\n"
    assert len(collection.problems) == 1

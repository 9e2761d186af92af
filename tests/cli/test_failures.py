"""`annogeo render` on bad input: every bad item named, every good one done, exit codes as promised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.cli.datasets import HEIGHT, WIDTH, box, make_dataset, tree, write_document
from tests.files.pictures import save_picture


def test_a_corrupt_document_among_good_ones(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg", "b.jpg", "c.jpg"))
    whole = (source / "json/b.json").read_text()
    (source / "json/b.json").write_text(whole[: len(whole) // 2])

    result = run("render", source, tmp_path / "out", "--view", "mask,instance", "--json")

    summary = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [failure["item"] for failure in summary["failures"]] == ["b.jpg"]
    assert "b.json" in result.stderr
    assert {"mask/a.png", "mask/c.png"} <= tree(tmp_path / "out").keys()
    assert "mask/b.png" not in tree(tmp_path / "out")


def test_a_corrupt_annotation_does_not_lose_the_item(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(
        source / "json/a.json", [{"type": "box", "label": "bus", "coordinates": 7}, box("car", 0, 0, 5, 5), 3]
    )

    result = run("render", source, tmp_path / "out", "--view", "instance", "--json")

    summary = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {problem["json_path"].split("[")[1][0] for problem in summary["problems"]} == {"0", "2"}
    with Image.open(tmp_path / "out/instance/a.png") as picture:
        assert np.asarray(picture)[1, 1] == 2


@pytest.mark.parametrize(
    "name",
    [
        "../../x.jpg",
        "/../x.jpg",
        "a/../../x.jpg",
        "C:\\x.jpg",
        "c:/x.jpg",
        "a\\..\\x.jpg",
        "a\0.jpg",
        "//etc/x.jpg",
    ],
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, run: Run, name: str) -> None:
    source = make_dataset(tmp_path / "deep/in")
    write_document(
        source / "json/evil.json",
        [box("car", 0, 0, 5, 5)],
        filename=name,
        metadata={"system": {"width": 9, "height": 9}},
    )
    before = {path for path in tmp_path.rglob("*") if "out" not in path.parts}

    result = run("render", source, tmp_path / "deep/out", "--view", "mask")

    assert result.exit_code == 1
    assert "evil" in result.stderr
    assert "refused" in result.stderr
    assert {path for path in tmp_path.rglob("*") if "out" not in path.parts} == before
    assert "mask/a.png" in tree(tmp_path / "deep/out")


def test_a_name_from_data_does_not_steer_the_terminal(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/e.json", [], filename="../\x1b[31m\nx.jpg")

    result = run("render", source, tmp_path / "out", "--view", "mask")

    assert "\x1b" not in result.stderr
    assert result.exit_code == 1


def test_a_link_out_of_the_output_folder_is_refused(tmp_path: Path, run: Run) -> None:
    (tmp_path / "out/mask").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/mask/sub").symlink_to(tmp_path / "elsewhere")

    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask")

    assert result.exit_code == 1
    assert not list((tmp_path / "elsewhere").iterdir())


def test_an_id_beyond_sixteen_bits_fails_its_item_with_a_hint(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/a.json", [box("car", 0, 0, 5, 5, "70000")], filename="/a.jpg")

    result = run("render", source, tmp_path / "out", "--view", "object_id,mask", "--json")

    summary = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "70000" in summary["failures"][0]["message"]
    assert summary["failures"][0]["hint"]
    assert "object_id/sub/b.png" in tree(tmp_path / "out")
    assert "mask/a.png" not in tree(tmp_path / "out")


def test_the_largest_id_of_sixteen_bits_is_written(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/a.json", [box("car", 0, 0, 5, 5, "65535")], filename="/a.jpg")

    run("render", source, tmp_path / "out", "--view", "object_id")

    with Image.open(tmp_path / "out/object_id/a.png") as picture:
        assert np.asarray(picture)[0, 0] == 65535


def test_a_broken_picture_fails_its_item_only(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    (source / "items/a.jpg").write_bytes(b"\xff\xd8\xff\xe0nonsense")

    result = run("render", source, tmp_path / "out")

    assert result.exit_code == 1
    assert "img_mask/sub/b.png" in tree(tmp_path / "out")


def test_an_item_without_a_size_is_named_with_a_hint(tmp_path: Path, run: Run) -> None:
    write_document(tmp_path / "in/json/a.json", [box("car", 0, 0, 5, 5)])

    result = run("render", tmp_path / "in", tmp_path / "out", "--view", "mask")

    assert result.exit_code == 1
    assert "size" in result.stderr


@pytest.mark.parametrize("width", [0, -3, "wide"])
def test_a_size_that_is_none_is_said_as_the_document_claims_it(
    tmp_path: Path, run: Run, width: object
) -> None:
    system = {"width": width, "height": 5}
    write_document(tmp_path / "in/json/a.json", [box("car", 0, 0, 5, 5)], metadata={"system": system})

    result = run("render", tmp_path / "in", tmp_path / "out", "--view", "mask")

    assert result.exit_code == 1
    assert f"claims a width of {width!r}" in result.stderr
    assert "a.json, $.metadata.system" in result.stderr


def test_a_picture_that_claims_no_pixels_is_said(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in", ("a.png", "b.png"))
    whole = (source / "items/a.png").read_bytes()
    (source / "items/a.png").write_bytes(whole[:16] + bytes(4) + whole[20:])  # the width in IHDR

    result = run("render", source, tmp_path / "out", "--view", "mask,img_mask")

    assert result.exit_code == 1
    assert f"a.png: the picture claims to be 0 x {HEIGHT} px" in result.stderr
    assert "not known" not in result.stderr
    assert "mask/b.png" in tree(tmp_path / "out")


def test_a_size_out_of_this_world_is_refused(tmp_path: Path, run: Run) -> None:
    write_document(tmp_path / "in/json/a.json", [], metadata={"system": {"width": 10**9, "height": 10**9}})

    assert run("render", tmp_path / "in", tmp_path / "out", "--view", "mask").exit_code == 1


def test_a_video_that_is_not_there_fails_alone(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/v.json", [], filename="/v.mp4")

    result = run("render", source, tmp_path / "out", "--view", "mask")

    assert result.exit_code == 1
    assert "the video is needed" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--view", "nonsense"),
        ("--view", ""),
        ("--rule", "nonsense"),
        ("--alpha", "2"),
        ("--alpha", "nan"),
        ("--thickness", "inf"),
        ("--color-by", ""),
        ("--png-mode", "jpeg"),
        ("--workers", "0"),
        ("--format", "nonsense"),
        ("--format", "coco"),
        ("--ontology", "none.json"),
        ("--font", "none.ttf"),
        ("--font", __file__),
        ("--font", "none.ttf", "--with-text"),
        ("--no-such-option",),
    ],
)
def test_unusable_arguments_end_with_2(tmp_path: Path, run: Run, arguments: tuple[str, ...]) -> None:
    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", *arguments)

    assert result.exit_code == 2
    assert result.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_input_ends_with_2(tmp_path: Path, run: Run) -> None:
    result = run("render", tmp_path / "none", tmp_path / "out")

    assert result.exit_code == 2
    assert "none" in result.stderr


@pytest.mark.parametrize("names", [(), ("readme.txt",), ("items/readme.txt",)])
def test_an_input_with_nothing_in_it_ends_with_2(tmp_path: Path, run: Run, names: tuple[str, ...]) -> None:
    (tmp_path / "in/items").mkdir(parents=True)
    for name in names:
        (tmp_path / "in" / name).write_text("x")

    assert run("render", tmp_path / "in", tmp_path / "out").exit_code == 2


def test_an_output_that_is_a_file_ends_with_2(tmp_path: Path, run: Run) -> None:
    (tmp_path / "out").write_text("mine")

    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out")

    assert result.exit_code == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_an_output_that_can_not_be_made_ends_with_2(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("")

    assert run("render", make_dataset(tmp_path / "in"), tmp_path / "file/out").exit_code == 2


def test_a_view_folder_that_is_a_file_fails_the_items(tmp_path: Path, run: Run) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mask").write_text("")

    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask")

    assert result.exit_code in (1, 2)


def test_a_broken_ontology_ends_with_2_and_its_place(tmp_path: Path, run: Run) -> None:
    (tmp_path / "o.json").write_text('{"car": {"id": 1, "color": "rgb(x)"}}')

    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--ontology", tmp_path / "o.json")

    assert result.exit_code == 2
    assert "o.json" in result.stderr


def test_an_unwritable_picture_place_is_named(tmp_path: Path, run: Run) -> None:
    (tmp_path / "out/mask/a.png").mkdir(parents=True)

    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask")

    assert result.exit_code == 1
    assert "a.png" in result.stderr
    assert "mask/sub/b.png" in tree(tmp_path / "out")


def test_a_huge_picture_is_refused(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg",))
    save_picture(source / "items/b.png", HEIGHT + 1, WIDTH)
    monkeypatch.setattr("annogeo.files.images.MAX_PIXELS", HEIGHT * WIDTH)

    result = run("render", source, tmp_path / "out")

    assert result.exit_code == 1
    assert "img_mask/a.png" in tree(tmp_path / "out")

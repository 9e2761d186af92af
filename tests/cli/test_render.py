"""`annogeo render`: what it writes, and what it says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annogeo.colors import parse_color
from annogeo.files.paths import RENDER_RECORD
from annogeo.model.palette import label_color
from tests.cli.conftest import Run
from tests.cli.datasets import HEIGHT, WIDTH, box, make_dataset, tree, write_document
from tests.files.pictures import save_picture


def pixels(path: Path, mode: str | None = None) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert(mode) if mode else picture)


def test_views_get_their_folders_and_v1_names(tmp_path: Path, run: Run) -> None:
    result = run(
        "render",
        make_dataset(tmp_path / "in"),
        tmp_path / "out",
        "--view",
        "mask,instance",
        "--view",
        "object_id",
    )

    assert result.exit_code == 0
    written = {name for name in tree(tmp_path / "out") if not name.startswith(".")}
    pictures = {f"{view}/{name}.png" for view in ("mask", "instance", "object_id") for name in ("a", "sub/b")}
    assert written == pictures | {"labels.json"}


def test_pictures_have_the_ids_and_colours_of_the_record(tmp_path: Path, run: Run) -> None:
    run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask,instance,object_id")

    record = json.loads((tmp_path / "out/labels.json").read_bytes())
    instance = pixels(tmp_path / "out/instance/a.png")
    assert {label: entry["id"] for label, entry in record.items()} == {"bus": 1, "car": 2}
    assert (instance[0, 0], instance[4, 5], instance[11, 15]) == (1, 2, 0)
    assert pixels(tmp_path / "out/object_id/a.png")[0, 0] == 7
    mask = pixels(tmp_path / "out/mask/a.png", "RGBA")
    assert tuple(mask[4, 5]) == (*parse_color(record["car"]["color"]), 255) == (*label_color("car"), 255)
    assert tuple(mask[11, 15]) == (0, 0, 0, 0)


def test_the_default_view_is_drawn_on_the_picture(tmp_path: Path, run: Run) -> None:
    run("render", make_dataset(tmp_path / "in"), tmp_path / "out")

    drawn = pixels(tmp_path / "out/img_mask/sub/b.png")
    assert drawn.shape == (HEIGHT, WIDTH, 3)
    assert tuple(drawn[1, 1]) == label_color("bus")
    assert tuple(drawn[11, 15]) == (20, 20, 20)


def test_alpha_is_the_opacity_of_the_mask(tmp_path: Path, run: Run) -> None:
    run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask", "--alpha", "0.5")

    assert set(np.unique(pixels(tmp_path / "out/mask/a.png", "RGBA")[..., 3])) == {0, 128}


@pytest.mark.parametrize("options", [(), ("--view", "instance"), ("--thickness", 2), ("--alpha", 0.3)])
def test_palette_masks_have_the_pixels_of_rgba_masks(
    tmp_path: Path, run: Run, options: tuple[object, ...]
) -> None:
    source = make_dataset(tmp_path / "in")

    run("render", source, tmp_path / "auto", "--view", "mask", *options)
    run("render", source, tmp_path / "rgba", "--view", "mask", "--png-mode", "rgba", *options)

    with Image.open(tmp_path / "auto/mask/a.png") as auto, Image.open(tmp_path / "rgba/mask/a.png") as rgba:
        assert (auto.mode, rgba.mode) == ("P", "RGBA")
        assert np.array_equal(np.asarray(auto.convert("RGBA")), np.asarray(rgba))


def test_an_ontology_gives_ids_and_colours(tmp_path: Path, run: Run) -> None:
    (tmp_path / "o.json").write_text(
        '{"car": {"id": 300, "color": "#f80"}, "bus": {"id": 3, "color": "rgb(1,2,3)"}}'
    )

    run(
        "render",
        make_dataset(tmp_path / "in"),
        tmp_path / "out",
        "--view",
        "mask,instance",
        "--ontology",
        tmp_path / "o.json",
    )

    instance = pixels(tmp_path / "out/instance/a.png")
    assert (instance[0, 0], instance[4, 5]) == (3, 300)
    assert tuple(pixels(tmp_path / "out/mask/a.png", "RGBA")[4, 5]) == (255, 136, 0, 255)
    assert not (tmp_path / "out/labels.json").exists()


def test_platform_ontologies_name_the_background(tmp_path: Path, run: Run) -> None:
    (tmp_path / "o.json").write_text(
        '{"$default": {"id": 9, "color": "#010203"}, "car": "#f80", "bus": "#00f"}'
    )

    run(
        "render",
        make_dataset(tmp_path / "in"),
        tmp_path / "out",
        "--view",
        "mask,instance",
        "--ontology",
        tmp_path / "o.json",
    )

    assert pixels(tmp_path / "out/instance/a.png")[11, 15] == 9
    assert tuple(pixels(tmp_path / "out/mask/a.png", "RGBA")[11, 15]) == (1, 2, 3, 255)


def test_a_label_the_ontology_lacks_is_said_and_drawn(tmp_path: Path, run: Run) -> None:
    (tmp_path / "o.json").write_text('{"car": {"id": 4, "color": "#f80"}}')

    result = run(
        "render",
        make_dataset(tmp_path / "in"),
        tmp_path / "out",
        "--view",
        "mask,instance",
        "--ontology",
        tmp_path / "o.json",
    )

    assert result.exit_code == 0
    assert "'bus'" in result.stderr
    assert pixels(tmp_path / "out/instance/a.png")[0, 0] == 1
    assert tuple(pixels(tmp_path / "out/mask/a.png", "RGBA")[0, 0]) == (*label_color("bus"), 255)


def test_new_labels_are_appended_to_an_existing_record(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    run("render", source, tmp_path / "out", "--view", "instance")
    before = json.loads((tmp_path / "out/labels.json").read_bytes())
    write_document(source / "json/c.json", [box("ape", 0, 0, 9, 9)])
    save_picture(source / "items/c.png", HEIGHT, WIDTH)

    run("render", source, tmp_path / "out", "--view", "instance")

    after = json.loads((tmp_path / "out/labels.json").read_bytes())
    assert {label: after[label] for label in before} == before
    assert after["ape"]["id"] == 3
    assert pixels(tmp_path / "out/instance/c.png")[0, 0] == 3


def test_a_broken_record_is_not_overwritten(tmp_path: Path, run: Run) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/labels.json").write_text("{")

    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "instance")

    assert result.exit_code == 2
    assert "labels.json" in result.stderr
    assert (tmp_path / "out/labels.json").read_text() == "{"


def test_v2_names_stay_v2(tmp_path: Path, run: Run) -> None:
    run("render", make_dataset(tmp_path / "in", v2=True), tmp_path / "out", "--view", "mask")

    assert {"mask/a.jpg.png", "mask/sub/b.png.png"} <= tree(tmp_path / "out").keys()


def test_v1_names_that_collide_become_v2_and_it_is_said(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in", ("a.jpg", "b.jpg"))
    save_picture(source / "items/a.png", HEIGHT, WIDTH)

    result = run("render", source, tmp_path / "out", "--view", "mask")

    assert {"mask/a.jpg.png", "mask/a.png.png", "mask/b.png"} <= tree(tmp_path / "out").keys()
    assert "collide" in result.stderr


def test_names_of_any_script_work(tmp_path: Path, run: Run) -> None:
    run(
        "render",
        make_dataset(tmp_path / "in", ("çé/日本 🙂.png", "- --view.jpg")),
        tmp_path / "out",
        "--view",
        "mask",
    )

    assert {"mask/çé/日本 🙂.png", "mask/- --view.png"} <= tree(tmp_path / "out").keys()


def test_one_document_with_its_picture(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    os.replace(source / "items/a.jpg", tmp_path / "a.jpg")
    os.replace(source / "json/a.json", tmp_path / "a.json")

    result = run("render", tmp_path / "a.json", tmp_path / "out")

    assert result.exit_code == 0
    assert "img_mask/a.png" in tree(tmp_path / "out")


def test_a_list_of_files(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")

    result = run("render", source / "json/a.json", source / "json/sub/b.json", tmp_path / "out")

    assert result.exit_code == 0
    assert {"img_mask/a.png", "img_mask/sub/b.png"} <= tree(tmp_path / "out").keys()


def test_json_and_pictures_side_by_side(tmp_path: Path, run: Run) -> None:
    write_document(tmp_path / "in/x/a.json", [box("car", 0, 0, 5, 5)])
    save_picture(tmp_path / "in/x/a.jpg", HEIGHT, WIDTH)
    output = tmp_path / "in/out"

    for _ in range(2):  # the second run must not take the first one's output for input
        result = run("render", tmp_path / "in", output)

    assert json.loads(run("render", tmp_path / "in", output, "--json").stdout)["items"] == 1
    assert result.exit_code == 0
    assert "img_mask/x/a.png" in tree(output)


def test_the_json_view_is_the_document_itself(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")

    run("render", source, tmp_path / "out", "--view", "json")

    assert (tmp_path / "out/json/a.json").read_bytes() == (source / "json/a.json").read_bytes()
    assert not (tmp_path / "out/labels.json").exists()


def test_the_json_view_never_overwrites_its_input(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")
    before = tree(source)

    result = run("render", source, source, "--view", "json")

    assert result.exit_code != 0
    assert {name: data for name, data in tree(source).items() if name != RENDER_RECORD} == before


def test_pictures_are_drawn_as_displayed(tmp_path: Path, run: Run) -> None:
    save_picture(tmp_path / "in/items/a.jpg", HEIGHT, WIDTH, orientation=6)
    write_document(tmp_path / "in/json/a.json", [box("car", 0, 14, 12, 16)], filename="/a.jpg")

    run("render", tmp_path / "in", tmp_path / "out", "--view", "mask,img_mask")

    mask = pixels(tmp_path / "out/mask/a.png", "RGBA")
    assert mask.shape[:2] == (WIDTH, HEIGHT)
    assert mask[15, 0, 3] == 255
    assert pixels(tmp_path / "out/img_mask/a.png")[0, 11].mean() > 200  # the bright corner, turned


def test_a_picture_without_json_is_drawn_empty(tmp_path: Path, run: Run) -> None:
    save_picture(tmp_path / "in/items/a.jpg", HEIGHT, WIDTH)

    run("render", tmp_path / "in", tmp_path / "out", "--view", "mask,instance")

    assert not pixels(tmp_path / "out/instance/a.png").any()


def test_a_size_in_the_document_needs_no_picture(tmp_path: Path, run: Run) -> None:
    size = {"system": {"width": 9, "height": 5}}
    write_document(tmp_path / "in/json/a.json", [box("car", 0, 0, 5, 5)], metadata=size)

    run("render", tmp_path / "in", tmp_path / "out", "--view", "instance")

    assert pixels(tmp_path / "out/instance/a.png").shape == (5, 9)


def test_a_dry_run_lists_and_writes_nothing(tmp_path: Path, run: Run) -> None:
    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask", "--dry-run")

    assert result.stdout.splitlines() == [
        str(tmp_path / "out/mask/a.png"),
        str(tmp_path / "out/mask/sub/b.png"),
    ]
    assert not (tmp_path / "out").exists()


def test_the_summary_is_json(tmp_path: Path, run: Run) -> None:
    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", "--view", "mask", "--json")

    summary = json.loads(result.stdout)
    assert (summary["items"], summary["done"], summary["failed"], summary["exit_code"]) == (2, 2, 0, 0)
    assert summary["outcomes"][0] == {
        "item": "a.jpg",
        "status": "done",
        "outputs": {"mask": str(tmp_path / "out/mask/a.png")},
    }


def test_labels_can_be_coloured_by_object(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")

    run("render", source, tmp_path / "out", "--view", "mask", "--color-by", "object")

    colors = {tuple(color) for color in pixels(tmp_path / "out/mask/a.png", "RGBA").reshape(-1, 4)}
    assert len(colors) == 3
    assert (*label_color("bus"), 255) not in colors


def test_two_runs_write_the_same_bytes(tmp_path: Path, run: Run) -> None:
    source = make_dataset(tmp_path / "in")

    for name in ("one", "two"):
        run("render", source, tmp_path / name, "--view", "mask,instance,object_id,img_mask", "--with-text")

    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_an_ontology_in_the_input_gives_pose_templates_only(tmp_path: Path, run: Run) -> None:
    template = {"id": "t", "name": "t", "order": ["a", "b"], "arcs": [["a", "b"]]}
    ontology = {
        "roots": [{"value": {"tag": "z"}}],
        "metadata": {"system": {"collectionTemplates": [template]}},
    }
    joints = [
        {
            "id": label,
            "type": "point",
            "label": label,
            "coordinates": {"x": x, "y": 6},
            "metadata": {"system": {"parentId": "p"}},
        }
        for label, x in (("a", 1), ("b", 39))
    ]
    pose = {
        "id": "p",
        "type": "pose",
        "label": "body",
        "coordinates": {"templateId": "t", "instanceId": "i"},
        "metadata": {"system": {}},
    }
    write_document(
        tmp_path / "in/json/a.json", [pose, *joints], metadata={"system": {"width": 40, "height": 12}}
    )
    (tmp_path / "in/ontology.json").write_text(json.dumps(ontology))

    run("render", tmp_path / "in", tmp_path / "out", "--view", "instance")

    record = json.loads((tmp_path / "out/labels.json").read_bytes())
    assert {label: entry["id"] for label, entry in record.items()} == {"a": 1, "b": 2, "body": 3}
    assert pixels(tmp_path / "out/instance/a.png")[6, 20] == 3


def _styled(tmp_path: Path, run: Run, *options: str, view: str = "mask") -> np.ndarray:
    source = make_dataset(tmp_path / "in")
    result = run("render", source, tmp_path / "out", "--view", view, *options)
    assert result.exit_code == 0, result.output
    return pixels(tmp_path / f"out/{view}/a.png", "RGBA")


def test_opacities_and_widths(tmp_path: Path, run: Run) -> None:
    mask = _styled(tmp_path, run, "--fill-opacity", "0.2", "--outline-opacity", "1", "--line-width", "2")

    assert set(np.unique(mask[..., 3])) == {0, 51, 255}


def test_dashes(tmp_path: Path, run: Run) -> None:
    solid = _styled(tmp_path / "solid", run, "--thickness", "1")
    dashed = _styled(tmp_path / "dashed", run, "--thickness", "1", "--dash", "2,3")

    assert 0.2 < np.count_nonzero(dashed[..., 3]) / np.count_nonzero(solid[..., 3]) < 0.8


def test_a_palette_is_recorded(tmp_path: Path, run: Run) -> None:
    mask = _styled(tmp_path, run, "--palette", "#123456, rgb(1, 2, 3)")

    record = json.loads((tmp_path / "out/labels.json").read_bytes())
    assert [record[label]["color"] for label in ("bus", "car")] == ["#123456", "#010203"]
    assert mask[4, 5].tolist() == [1, 2, 3, 255]


@pytest.mark.parametrize("content", ["#123456\nnavy\n\n", '["#123456", "navy"]'])
def test_a_palette_may_be_a_file(tmp_path: Path, run: Run, content: str) -> None:
    (tmp_path / "palette.txt").write_text(content)

    mask = _styled(tmp_path, run, "--palette", str(tmp_path / "palette.txt"))

    assert mask[4, 5].tolist() == [0, 0, 128, 255]


def test_a_recorded_colour_is_kept_whatever_the_palette(tmp_path: Path, run: Run) -> None:
    first = _styled(tmp_path, run)

    assert (_styled(tmp_path, run, "--palette", "navy") == first).all()


def test_hard_edges(tmp_path: Path, run: Run) -> None:
    source = tmp_path / "in"
    save_picture(source / "items/a.png", HEIGHT, WIDTH)
    write_document(source / "json/a.json", [box("car", 2.5, 2.5, 9.5, 8.5)], filename="/a.png")

    run("render", source, tmp_path / "out", "--no-antialias", "--ontology", _ontology(tmp_path))

    inside = (pixels(tmp_path / "out/img_mask/a.png", "RGB") == (9, 8, 7)).all(axis=2)
    assert inside.sum() == 42


def _ontology(tmp_path: Path) -> Path:
    path = tmp_path / "ontology.json"
    path.write_text('{"car": "rgb(9, 8, 7)"}')
    return path


def test_a_legend_and_attributes_reach_every_worker(tmp_path: Path, run: Run) -> None:
    source = tmp_path / "in"
    for name in ("a", "b", "c"):
        save_picture(source / f"items/{name}.png", 120, 160)
        shape = {**box("car", 2, 60, 40, 90), "attributes": {"state": "parked"}}
        write_document(source / f"json/{name}.json", [shape], filename=f"/{name}.png")
    options = ("--legend", "--with-attributes", "--color-by", "state")

    for workers in ("1", "2"):
        run("render", source, tmp_path / workers, *options, "--workers", workers)
    run("render", source, tmp_path / "plain")

    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    plain, styled = (pixels(tmp_path / name / "img_mask/a.png") for name in ("plain", "1"))
    assert (plain[:50, 80:] != styled[:50, 80:]).any()  # the legend
    assert (plain[:, :60] != styled[:, :60]).any()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--thickness", "-2", "thickness"),
        ("--thickness", "nan", "thickness"),
        ("--thickness", "-0.5", "thickness"),
        ("--line-width", "0", "line-width"),
        ("--fill-opacity", "1.5", "fill-opacity"),
        ("--outline-opacity", "nan", "outline-opacity"),
        ("--dash", "6,0", "dash"),
        ("--dash", "6;4", "dash"),
        ("--palette", "red,gren", "palette[1]"),
        ("--palette", "nowhere.txt", "no such file"),
        ("--text-size", "0", "text-size"),
        ("--color-by", "", "color-by"),
    ],
)
def test_styles_that_mean_nothing_are_refused(
    tmp_path: Path, run: Run, option: str, value: str, said: str
) -> None:
    result = run("render", make_dataset(tmp_path / "in"), tmp_path / "out", option, value)

    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "out").exists()


def test_help_groups_what_belongs_together(run: Run) -> None:
    text = run("render", "--help").stdout

    headings = [line[:-1] for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["What to draw", "Shapes", "Colours", "Text (never in ids)", "Running", "Other"]

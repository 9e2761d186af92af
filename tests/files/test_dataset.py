"""`load` and `save`: layouts, pairing on disk, problems, laziness."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path

import pytest

import annogeo as ag
from annogeo.errors import InputError, UnsupportedError
from annogeo.files import dataset as dataset_module
from tests.cli.datasets import HEIGHT, WIDTH, box, make_dataset, tree, write_document
from tests.files.pictures import save_picture
from tests.shared import shared


def names(dataset: ag.Dataset) -> list[tuple[str | None, int, bool]]:
    return [(item.filename, len(annotations), item.path is not None) for item, annotations in dataset]


@pytest.mark.parametrize("v2", [False, True])
def test_the_platform_layout_is_read(tmp_path: Path, v2: bool) -> None:
    dataset = ag.load(make_dataset(tmp_path, v2=v2))

    assert names(dataset) == [("/a.jpg", 2, True), ("/sub/b.png", 2, True)]
    assert not dataset.problems


def test_samples_have_the_size_of_their_picture(tmp_path: Path) -> None:
    item, annotations = ag.load(make_dataset(tmp_path))[0]

    assert (item.height, item.width, item.mimetype) == (HEIGHT, WIDTH, "image/jpeg")
    assert [annotation.label for annotation in annotations] == ["bus", "car"]


def test_a_document_that_is_wrong_about_the_size_is_a_problem(tmp_path: Path) -> None:
    source = make_dataset(tmp_path)
    size = {"system": {"width": 1, "height": 2}}
    write_document(source / "json/a.json", [], filename="/a.jpg", metadata=size)

    dataset = ag.load(source)

    assert (dataset[0].item.height, dataset[0].item.width) == (HEIGHT, WIDTH)
    assert "1 x 2" in dataset.problems[0].message


def test_nothing_is_read_until_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(dataset_module, "read_bytes", never)

    assert len(ag.load(make_dataset(tmp_path))) == 2


def test_a_dataset_is_a_sequence(tmp_path: Path) -> None:
    dataset = ag.load(make_dataset(tmp_path, ("a.jpg", "b.jpg", "c.jpg")))

    assert dataset[-1].item.filename == "/c.jpg"
    assert names(dataset[1:]) == names(dataset)[1:]
    with pytest.raises(IndexError):
        dataset[3]


def test_an_item_without_a_name_is_called_after_its_files(tmp_path: Path) -> None:
    save_picture(tmp_path / "items/d/a.jpg")
    write_document(tmp_path / "json/d/a.json", [])

    assert ag.load(tmp_path)[0].item.filename == "/d/a.jpg"


def test_a_bare_list_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([box("car", 0, 0, 5, 5)]))

    item, annotations = ag.load(tmp_path / "a.json")[0]

    assert (item.filename, len(annotations)) == ("/a", 1)


@pytest.mark.parametrize("place", ["json/sub/b.json", "items/sub/b.png", "json", "items"])
def test_a_part_of_the_layout_finds_its_other_half(tmp_path: Path, place: str) -> None:
    dataset = ag.load(make_dataset(tmp_path) / place)

    assert names(dataset)[-1] == ("/sub/b.png", 2, True)
    assert len(dataset) == (1 if "." in place else 2)


def test_several_paths_make_one_dataset(tmp_path: Path) -> None:
    source = make_dataset(tmp_path)

    dataset = ag.load([source / "json/a.json", source / "items/sub/b.png"])

    assert names(dataset) == [("/a.jpg", 2, True), ("/sub/b.png", 2, True)]


def test_side_by_side_finds_its_ontology_and_takes_it_for_no_item(tmp_path: Path) -> None:
    save_picture(tmp_path / "a.jpg")
    write_document(tmp_path / "a.json", [box("car", 0, 0, 5, 5)])
    (tmp_path / "ontology.json").write_text('{"car": {"id": 9, "color": "#f80"}}')

    dataset = ag.load(tmp_path)

    assert len(dataset) == 1
    assert dataset.ontology is not None
    assert dataset.ontology.instance_map == {"car": 9}
    assert dataset[0].item.ontology is dataset.ontology


def test_hidden_files_and_linked_folders_are_left_alone(tmp_path: Path) -> None:
    source = make_dataset(tmp_path / "in")
    write_document(source / "json/.hidden.json", [])
    (source / "json/loop").symlink_to(source / "json")

    assert len(ag.load(source)) == 2


def test_what_can_not_be_read_is_a_problem_once(tmp_path: Path) -> None:
    source = make_dataset(tmp_path)
    (source / "json/a.json").write_text('{"annotations": [')

    dataset = ag.load(source)
    sizes = [len(dataset[0].annotations) for _ in range(2)]

    assert sizes == [0, 0]
    assert [problem.path for problem in dataset.problems] == [str(source / "json/a.json")]


def test_strict_raises_where_it_is_read(tmp_path: Path) -> None:
    source = make_dataset(tmp_path)
    write_document(
        source / "json/a.json", [{"type": "box", "label": "x", "coordinates": 3}], filename="/a.jpg"
    )

    dataset = ag.load(source, strict=True)

    with pytest.raises(InputError) as caught:
        dataset[0]
    assert caught.value.path == str(source / "json/a.json")
    assert "$.annotations[0]" in str(caught.value)


@pytest.mark.parametrize("name", ["../x.jpg", "C:\\x.jpg"])
def test_a_name_that_leads_out_is_data_and_a_problem(tmp_path: Path, name: str) -> None:
    write_document(tmp_path / "a.json", [box("car", 0, 0, 5, 5)], filename=name)

    dataset = ag.load(tmp_path / "a.json")

    assert names(dataset) == [(name, 1, False)]
    assert dataset.problems[0].json_path == "$.filename"


@pytest.mark.parametrize("place", ["none", "text.txt"])
def test_what_is_no_dataset_is_an_input_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "text.txt").write_text("")

    with pytest.raises(InputError):
        ag.load(tmp_path / place)


def test_an_empty_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found neither"):
        ag.load(tmp_path)


def test_formats_that_come_later_say_so(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="later"):
        ag.load(tmp_path, format="coco")
    with pytest.raises(UnsupportedError, match="later"):
        ag.save([], tmp_path, "yolo")
    with pytest.raises(InputError, match="dataloop"):
        ag.load(tmp_path, format="nonsense")


def test_a_dataset_pickles(tmp_path: Path) -> None:
    dataset = pickle.loads(pickle.dumps(ag.load(make_dataset(tmp_path))))

    assert names(dataset) == [("/a.jpg", 2, True), ("/sub/b.png", 2, True)]


def test_many_items_are_listed_fast(tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "items").mkdir()
    for i in range(3000):
        (tmp_path / f"json/{i}.json").touch()
        (tmp_path / f"items/{i}.jpg").touch()

    assert len(ag.load(tmp_path)) == 3000


@pytest.mark.parametrize(
    ("place", "count"),
    [("docs_fruit", 14), ("docs_hamster", 1), ("docs_sheep_class", 4), ("converters_yolo/dataloop", 15)],
)
def test_real_datasets_are_read_without_problems(place: str, count: int) -> None:
    dataset = ag.load(shared(f"data/dataloop/{place}"), strict=True)

    assert len(list(dataset)) == count
    assert not dataset.problems


def test_saving_and_loading_gives_the_same_annotations(tmp_path: Path) -> None:
    dataset = ag.load(make_dataset(tmp_path / "in"))

    report = ag.save(dataset, tmp_path / "out", "dataloop")

    assert (report.items, report.annotations, report.problems) == (2, 4, [])
    again = ag.load(tmp_path / "out")
    assert [a.to_json()["annotations"] for _, a in again] == [a.to_json()["annotations"] for _, a in dataset]
    assert tree(tmp_path / "out/items") == tree(tmp_path / "in/items")


def test_saving_keeps_pictures_of_one_name_apart(tmp_path: Path) -> None:
    dataset = ag.load(make_dataset(tmp_path / "in", ("a.jpg", "a.png"), v2=True))

    ag.save(dataset, tmp_path / "out", "dataloop")

    assert sorted(os.listdir(tmp_path / "out/json")) == ["a.jpg.json", "a.png.json"]


def test_saving_never_leaves_the_folder(tmp_path: Path) -> None:
    sample = (ag.Item("/../../evil.jpg"), ag.AnnotationCollection())

    report = ag.save([sample], tmp_path / "out", "dataloop")

    assert report.items == 0
    assert "evil" in report.problems[0].message
    assert not tree(tmp_path)
    with pytest.raises(InputError):
        ag.save([sample], tmp_path / "out", "dataloop", strict=True)


def test_a_picture_that_is_gone_is_a_loss(tmp_path: Path) -> None:
    dataset = ag.load(make_dataset(tmp_path / "in"))
    samples = list(dataset)
    shutil.rmtree(tmp_path / "in/items/sub")

    report = ag.save(samples, tmp_path / "out", "dataloop")

    assert report.items == 1
    assert "b.png" in str(report.problems[0])


def test_an_empty_path_is_no_folder() -> None:
    for mistake in (lambda: ag.load(""), lambda: ag.save([], "", "dataloop")):
        with pytest.raises(InputError, match="empty"):
            mistake()

"""Ontologies: platform JSON, recipes, plain tables; ids, colours, nested labels, pose templates."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest

from annogeo.errors import InputError
from annogeo.model.label import Label
from annogeo.model.ontology import Ontology
from annogeo.model.palette import label_color
from tests.shared import shared_files

PLATFORM = {
    "id": "o1",
    "title": "animals",
    "attributes": [],
    "metadata": {"system": {"projectIds": ["p"]}},
    "url": "https://x/ontologies/o1",
    "roots": [
        {
            "value": {"tag": "cat", "color": "#ff0000", "displayLabel": "Cat", "attributes": ["big"], "x": 1},
            "children": [{"value": {"tag": "kitten", "color": "rgb(1,2,3)"}, "children": []}],
        },
        {"value": {"tag": "Ant", "color": None}, "children": []},
    ],
}


def test_platform_json_is_read() -> None:
    ontology = Ontology.from_json(PLATFORM)

    assert [label.tag for label in ontology.labels] == ["cat", "Ant"]
    assert ontology.color_map == {"cat": (255, 0, 0), "cat.kitten": (1, 2, 3)}
    assert ontology.instance_map == {"Ant": 1, "cat": 2, "cat.kitten": 3}


def test_platform_json_is_written_with_unknown_keys() -> None:
    written = Ontology.from_json(PLATFORM).to_json()

    assert written["url"] == PLATFORM["url"]
    assert written["metadata"] == PLATFORM["metadata"]
    assert written["roots"][0]["value"]["x"] == 1
    assert Ontology.from_json(written).to_json() == written


def test_reading_changes_nothing_in_the_input() -> None:
    document = copy.deepcopy(PLATFORM)

    Ontology.from_json(document).add_label("dog")

    assert document == PLATFORM


@pytest.mark.parametrize(
    "path", [*shared_files("data/dataloop/dtlpy_tests_2019/*classes*.json")], ids=lambda p: p.name
)
def test_real_label_lists_are_read(path: Path) -> None:
    listed = json.loads(path.read_bytes())

    ontology = Ontology.from_json(path.read_bytes())

    assert sorted(ontology.instance_map) == sorted(entry["value"]["tag"] for entry in listed)
    assert len(ontology.color_map) == len(listed)


def test_a_table_may_give_ids_and_colours() -> None:
    ontology = Ontology.from_json({"car": {"id": 3, "color": "#f80"}, "bus": "#00f", "tram": 7, "bike": {}})

    assert ontology.instance_map == {"car": 3, "tram": 7, "bike": 8, "bus": 9}
    assert ontology.color_map == {"car": (255, 136, 0), "bus": (0, 0, 255)}


def test_a_table_may_name_the_background() -> None:
    ontology = Ontology.from_json({"$default": {"id": 0, "color": "#000"}, "car": "#f80"})

    assert ontology.color_map["$default"] == (0, 0, 0)
    assert ontology.instance_map == {"car": 1, "$default": 0}
    assert [label.tag for label in ontology.labels] == ["car"]


def test_a_label_may_be_called_labels_or_roots() -> None:
    assert set(Ontology.from_json({"labels": "#f80", "roots": {"id": 2}}).instance_map) == {"labels", "roots"}


def test_ids_follow_python_string_order_of_flattened_names() -> None:
    ontology = Ontology(["b", "B", "a", "é"])

    assert ontology.instance_map == {"B": 1, "a": 2, "b": 3, "é": 4}


def test_maps_can_be_replaced() -> None:
    ontology = Ontology(["a"])

    ontology.instance_map = {"a": 9, "$default": 1}
    ontology.color_map = {"a": "red", "$default": [1, 2, 3], "b": None}

    assert ontology.instance_map == {"a": 9, "$default": 1}
    assert ontology.color_map == {"a": (255, 0, 0), "$default": (1, 2, 3)}


@pytest.mark.parametrize("wrong", [[1], "x", {"a": "1"}, {"a": -1}, {"a": 2**31}, {"a": True}, {"a": 1.5}])
def test_a_map_that_gives_no_ids_is_refused(wrong: object) -> None:
    with pytest.raises(InputError):
        Ontology(["a"]).instance_map = wrong  # type: ignore[assignment]


def test_labels_are_added_and_changed() -> None:
    ontology = Ontology()

    ontology.add_label(
        "person", color=(34, 6, 231), attributes=["big"], children=[{"label_name": "child"}, "adult"]
    )
    ontology.add_label("person", color="#fff")

    assert ontology.color_map["person"] == (255, 255, 255)
    assert ontology.labels[0].attributes == ["big"]
    assert list(ontology.labels_flat_dict) == ["person", "person.child", "person.adult"]


def test_a_label_without_a_colour_gets_its_own_palette_colour() -> None:
    ontology = Ontology()

    ontology.add_label("person")

    assert ontology.color_map == {"person": label_color("person")}


def test_dotted_names_make_their_parents() -> None:
    ontology = Ontology()

    ontology.add_label("a.b.c", id=7)

    assert ontology.instance_map == {"a.b.c": 7, "a": 8, "a.b": 9}


def test_labels_are_deleted_with_what_is_below() -> None:
    ontology = Ontology.from_json(PLATFORM)

    ontology.delete_labels("cat")

    assert list(ontology.instance_map) == ["Ant"]


def test_a_bad_colour_is_named_with_its_place() -> None:
    document = {"roots": [{"value": {"tag": "a"}}, {"value": {"tag": "b", "color": "rgb(x)"}}]}

    with pytest.raises(InputError) as caught:
        Ontology.from_json(document)

    assert caught.value.json_path == "$.roots[1]"
    assert "rgb(x)" in str(caught.value)


@pytest.mark.parametrize(
    "wrong", ["{", "7", '{"roots": [{"value": {}}]}', '{"roots": [3]}', '{"a": {"id": "x"}}', "[[]]"]
)
def test_what_is_no_ontology_is_refused(wrong: str) -> None:
    with pytest.raises(InputError):
        Ontology.from_json(wrong)


def test_pose_templates_of_a_recipe_become_skeletons() -> None:
    """Shape as the seed SDK's COCO converter reads it: metadata.system.collectionTemplates, order and arcs."""
    template = {
        "id": "t1",
        "name": "person",
        "order": ["head", "neck", "hip"],
        "arcs": [["head", "neck"], ["neck", "hip"]],
    }
    recipe = {"id": "r1", "ontologyIds": ["o1"], "metadata": {"system": {"collectionTemplates": [template]}}}

    skeleton = Ontology.from_json(recipe).skeletons["t1"]

    assert skeleton.points == ("head", "neck", "hip")
    assert skeleton.edges == ((0, 1), (1, 2))


def test_skeletons_are_written_and_read_back() -> None:
    ontology = Ontology(["person"])
    ontology.add_skeleton("t1", ["a", "b"], [(0, 1)])

    assert Ontology.from_json(ontology.to_json()).skeletons == ontology.skeletons


def test_a_skeleton_edge_to_nowhere_is_refused() -> None:
    with pytest.raises(InputError):
        Ontology().add_skeleton("t", ["a"], [("a", "b")])


def test_an_ontology_pickles() -> None:
    ontology = Ontology.from_json(PLATFORM)

    assert pickle.loads(pickle.dumps(ontology)) == ontology


@pytest.mark.parametrize("name", ["", None, 3])
def test_a_label_needs_a_name(name: object) -> None:
    with pytest.raises(InputError):
        Label(name)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [5, None, "", "a..b", b"a"])
def test_what_is_no_labels_name_is_refused(name: object) -> None:
    with pytest.raises(InputError, match="name"):
        Ontology().add_label(name)  # type: ignore[arg-type]


def test_a_file_of_maps_is_no_table_of_labels() -> None:
    maps = {"instance_map": {"car": 3, "$default": 9}, "color_map": {"car": "#f80", "bus": "navy"}}

    ontology = Ontology.from_json(json.dumps(maps))

    assert ontology.instance_map == {"car": 3, "bus": 4, "$default": 9}
    assert ontology.color_map == {"car": (255, 136, 0), "bus": (0, 0, 128)}
    assert Ontology.from_json({"instance_map": {"car": 3}, "color_map": {}}).instance_map == {"car": 3}


def test_labels_may_be_called_like_maps() -> None:
    table = {"instance_map": {"id": 2, "color": "#f80"}, "color_map": 7}

    assert Ontology.from_json(table).instance_map == {"instance_map": 2, "color_map": 7}
    assert Ontology.from_json({"instance_map": "#f80"}).color_map == {"instance_map": (255, 136, 0)}

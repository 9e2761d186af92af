"""Collections: adding, the sequence, filters, printing, masks, and what it belongs to."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from annogeo.definitions import Box, Classification, Point, Segmentation
from annogeo.errors import InputError, UnsupportedError
from annogeo.model import Annotation, AnnotationCollection, Item, Ontology
from tests.platform.entries import box, snapshot, video_box
from tests.shared import shared

from_json = AnnotationCollection.from_json


def _scene(*labels: str) -> AnnotationCollection:
    scene = AnnotationCollection()
    scene.add([Box(0, 0, 4, 3, label) for label in labels])
    return scene


def test_add_takes_one_or_a_list() -> None:
    scene = _scene("a", "b")

    scene.add(Classification("c"))
    scene.add((Point(0, 0, "d"),), object_id=5)

    assert [annotation.label for annotation in scene] == list("abcd")
    assert scene[3].object_id == "5"


def test_added_annotations_share_nothing_a25() -> None:
    metadata: dict[str, Any] = {"user": {"k": [1]}}
    model = {"confidence": 0.5}
    scene = AnnotationCollection()

    scene.add([Classification("a"), Classification("b")], metadata=metadata, model_info=model)
    scene[0].metadata["user"]["k"].append(2)

    assert metadata == {"user": {"k": [1]}}
    assert model == {"confidence": 0.5}
    assert scene[1].metadata["user"] == {
        "k": [1],
        "model": {"confidence": 0.5, "name": None, "model_id": None},
    }


@pytest.mark.parametrize(
    "model",
    [
        5,
        {},
        {"confidence": 1.5},
        {"confidence": -0.1},
        {"confidence": "x"},
        {"confidence": None},
        {"name": "m"},
    ],
)
def test_model_info_is_checked(model: Any) -> None:
    with pytest.raises(InputError, match="model_info"):
        AnnotationCollection().add(Classification("a"), model_info=model)


@pytest.mark.parametrize("definition", [None, "a", [Classification("a"), 5], {"type": "class"}])
def test_adding_anything_else_is_refused_and_adds_nothing(definition: Any) -> None:
    scene = AnnotationCollection()

    with pytest.raises(InputError, match="expected a definition"):
        scene.add(definition)

    assert len(scene) == 0


def test_frame_without_an_item_makes_a_video_annotation() -> None:
    clip = AnnotationCollection()

    clip.add(Point(0, 0, "a"), object_id=1, frame_num=0)

    assert clip[0].is_video
    assert clip.is_video


def test_object_id_gathers_keyframes() -> None:
    clip = AnnotationCollection()
    for frame, object_id in ((0, 1), (0, 2), (4, "1"), (6, 2)):
        clip.add(Point(frame, 0, "a"), object_id=object_id, frame_num=frame)

    assert [annotation.frames.actual_keys() for annotation in clip] == [[0, 4], [0, 6]]


def test_frames_need_an_object_id() -> None:
    with pytest.raises(InputError, match="needs one"):
        AnnotationCollection().add(Point(0, 0, "a"), frame_num=0)
    with pytest.raises(InputError, match="string of digits"):
        AnnotationCollection().add(Point(0, 0, "a"), object_id="x", frame_num=0)


def test_object_id_of_several_annotations_is_refused_for_frames() -> None:
    clip = AnnotationCollection()
    clip.add([Point(0, 0, "a"), Point(1, 1, "b")], object_id=1)

    with pytest.raises(InputError, match="2 annotations have the id 1"):
        clip.add(Point(0, 0, "a"), object_id=1, frame_num=3)


def test_keyframe_can_be_added_to_a_loaded_track() -> None:
    clip = from_json([video_box(snapshot(3, 30), endFrame=6)])

    clip.add(Box(0, 0, 5, 5, "car"), object_id=1, frame_num=8)

    assert clip[0].frames.actual_keys() == [0, 3, 8]


def test_it_is_a_sequence() -> None:
    scene = _scene("a", "b", "c")

    assert (len(scene), scene[-1].label, [a.label for a in scene[1:]]) == (3, "c", ["b", "c"])
    assert isinstance(scene[:2], AnnotationCollection)
    assert scene.index(scene[1]) == 1
    assert scene[0] in scene
    assert [a.label for a in reversed(scene)] == ["c", "b", "a"]
    with pytest.raises(IndexError):
        scene[3]


def test_constructor_takes_annotations() -> None:
    annotations = list(_scene("a", "b"))

    scene = AnnotationCollection(annotations=annotations)
    scene.annotations.append(Annotation.new(annotation_definition=Classification("c")))

    assert len(scene) == 3
    assert len(annotations) == 2


def test_filter() -> None:
    scene = _scene("a", "b", "a")
    scene.add(Point(0, 0, "a"), object_id=7)

    assert len(scene.filter(label="a")) == 3
    assert len(scene.filter(label=["a", "b"], type="box")) == 3
    assert len(scene.filter(type=("box", "point"))) == 4
    assert scene.filter(object_id=7)[0] is scene[3]
    assert len(scene.filter(predicate=lambda annotation: annotation.left > 1)) == 0
    assert len(scene.filter()) == 4


def test_parts_keep_item_colours_and_document() -> None:
    item = Item("/a.png", width=4, height=3)
    scene = from_json({"x": 1, "annotations": [box(), box()]}, item)
    scene.colors = {"car": "red"}

    part = scene[:1]

    assert (part.item, part.colors, part.to_json()["x"], part.height) == (item, {"car": "red"}, 1, 3)


def test_ontology_of_the_item_else_of_the_dataset() -> None:
    own, other = Ontology(), Ontology()
    dataset = SimpleNamespace(ontology=other)

    assert AnnotationCollection(item=Item(ontology=own), dataset=dataset).ontology is own
    assert AnnotationCollection(item=Item(), dataset=dataset).ontology is other
    assert AnnotationCollection().ontology is None
    assert AnnotationCollection(dataset=dataset).dataset is dataset


@pytest.mark.shared
def test_print_is_the_seeds_table() -> None:
    golden = json.loads(shared("golden/print_table.json").read_text(encoding="utf-8"))["extra"]
    item = Item("/scene.png", id="item0", dataset_url="https://x/datasets/ds0", dataset_id="ds0")
    scene = AnnotationCollection(item=item)
    scene.add(Box(10, 5, 40, 30, "person"), object_id=3)
    scene.add(Point(1, 2, "car"), object_id=7)

    assert scene.print(to_return=True) == golden["print"]
    assert scene.print(to_return=True, columns=["label", "type"]) == golden["print_columns"]
    assert scene[0].print(to_return=True) == golden["annotation_print"]


def test_print_writes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert _scene("a").print(columns="label") is None

    assert (
        capsys.readouterr().out
        == "+----+---------+\n|    | label   |\n|----+---------|\n|  0 | a       |\n+----+---------+\n"
    )


def test_print_of_nothing_and_of_odd_entries() -> None:
    assert from_json([7, box(label="日本")]).print(to_return=True, columns=["label"]).splitlines()[3:5] == [  # type: ignore[union-attr]
        "|  0 |         |",
        "|  1 | 日本    |",
    ]
    assert AnnotationCollection().print(to_return=True) == "+----+\n|    |\n|----|\n+----+"
    with pytest.raises(InputError, match="columns"):
        _scene("a").print(columns=5)  # type: ignore[arg-type]


def test_from_instance_mask_on_the_class_and_on_an_object() -> None:
    mask = np.array([[0, 1, 1], [2, 2, 0]])
    item = Item("/a.png", ontology=Ontology({"car": {"id": 1}, "dog": {"id": 2}}))

    made = AnnotationCollection.from_instance_mask(mask, {"car": 1, "dog": 2, "none": 5})
    own = AnnotationCollection(item=item)
    returned = own.from_instance_mask(mask)

    for scene in (made, own):
        assert [annotation.label for annotation in scene] == ["car", "dog"]
        assert scene[0].annotation_definition == Segmentation(mask == 1, "car")
    assert returned is own


@pytest.mark.parametrize("verb", ["upload", "update", "delete"])
def test_platform_verbs_say_what_they_need(verb: str) -> None:
    with pytest.raises(UnsupportedError, match=r"annogeo\.sync"):
        getattr(_scene("a"), verb)()


def test_item_can_be_set_for_all() -> None:
    scene = _scene("a")

    scene.item = Item("/b.png", id="i2")

    assert scene.to_json()["annotations"][0]["itemId"] == "i2"
    assert "'/b.png', 1 annotations" in repr(scene)


def test_constructor_refuses_what_is_no_annotation() -> None:
    with pytest.raises(InputError, match=r"annotations\[0\]: expected an Annotation, got Box; add\(\) takes"):
        AnnotationCollection(annotations=[Box(0, 0, 4, 3, "car")])  # type: ignore[list-item]


def test_add_says_what_to_do_with_an_annotation() -> None:
    scene = _scene("a")

    with pytest.raises(InputError, match="got Annotation; give its annotation_definition, or append it"):
        scene.add(scene[0])  # type: ignore[arg-type]


def test_frames_to_store_are_0_or_more() -> None:
    scene = AnnotationCollection()

    with pytest.raises(InputError, match="0 or more, got -1"):
        scene.add(Box(0, 0, 4, 3, "car"), object_id=1, frame_num=-1)

    assert len(scene) == 0


def test_numpy_numbers_in_metadata_become_pythons() -> None:
    scene = AnnotationCollection()
    scene.add(Box(0, 0, 4, 3, "car"), metadata={"user": {"score": np.float32(0.5), "box": np.arange(2)}})

    assert json.dumps(scene[0].to_json()["metadata"]["user"]) == '{"score": 0.5, "box": [0, 1]}'


@pytest.mark.parametrize("fps", ["x", -1, float("nan")])
def test_fps_of_a_document_is_checked(fps: Any) -> None:
    with pytest.raises(InputError, match="fps: expected"):
        from_json([], is_video=True, fps=fps)

"""A single annotation: how it is made, what it shows, how it is copied, threads."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import threading
from typing import Any

import pytest

from annogeo.definitions import Box, Classification, Polygon
from annogeo.errors import InputError, UnsupportedError
from annogeo.model import Annotation, AnnotationCollection, Item
from tests.platform.entries import box, snapshot, video_box

from_json = AnnotationCollection.from_json
CAR = Box(10, 5, 40, 30, "car", {"k": 1}, "d")


def test_new_shows_what_it_was_given() -> None:
    item = Item("/a.png", width=64, height=48, id="i1", dataset_id="d1")

    annotation = Annotation.new(item, CAR, 3, False, {"user": {}}, parent_id="p", item_height=1, item_width=2)

    assert (annotation.label, annotation.type, annotation.attributes, annotation.description) == (
        "car",
        "box",
        {"k": 1},
        "d",
    )
    assert (annotation.object_id, annotation.automated, annotation.parent_id) == ("3", False, "p")
    assert (annotation.item_id, annotation.dataset_id, annotation.source) == ("i1", "d1", "sdk")
    assert (annotation.item_height, annotation.item_width) == (48, 64)
    assert (annotation.id, annotation.creator, annotation.status, annotation.hash) == (None, None, None, None)
    assert annotation.platform_dict == {}
    assert annotation.json_path is None


def test_size_without_an_item() -> None:
    annotation = Annotation.new(annotation_definition=CAR, item_height=48, item_width=64)

    assert (annotation.item_height, annotation.item_width, annotation.item) == (48, 64, None)


def test_constructor_takes_the_seeds_fields() -> None:
    annotation = Annotation(
        id="a",
        creator="u",
        type="box",
        object_id=3,
        status="issue",
        annotation_definition=CAR,
        label_suggestions=["x"],
    )

    assert (annotation.id, annotation.creator, annotation.object_id, annotation.status) == (
        "a",
        "u",
        "3",
        "issue",
    )
    assert annotation.to_json()["labelSuggestions"] == ["x"]
    with pytest.raises(InputError, match="the definition is a 'box', got 'point'"):
        Annotation(type="point", annotation_definition=CAR)


@pytest.mark.parametrize("definition", [None, "car", {"type": "box"}])
def test_new_without_a_definition_is_refused(definition: Any) -> None:
    with pytest.raises(InputError, match="expected a definition"):
        Annotation.new(annotation_definition=definition)


def test_metadata_given_is_copied_a25() -> None:
    metadata = {"user": {"list": [1]}}

    annotation = Annotation.new(annotation_definition=CAR, metadata=metadata, parent_id="p")
    annotation.metadata["user"]["list"].append(2)

    assert metadata == {"user": {"list": [1]}}
    with pytest.raises(InputError, match="metadata: expected a dict"):
        Annotation.new(annotation_definition=CAR, metadata=[1])  # type: ignore[arg-type]


def test_geometry_is_the_definitions() -> None:
    annotation = Annotation.new(annotation_definition=CAR)

    assert (annotation.left, annotation.top, annotation.right, annotation.bottom) == (10, 5, 40, 30)
    assert (annotation.width, annotation.height, annotation.area) == (30, 25, 750)
    assert annotation.bounds.tolist() == [10, 5, 40, 30]
    assert annotation.coordinates == [{"x": 10.0, "y": 5.0, "z": 0}, {"x": 40.0, "y": 30.0, "z": 0}]
    assert annotation.angle is None


def test_setters_swap_in_a_changed_definition() -> None:
    annotation = Annotation.new(annotation_definition=CAR)

    annotation.label, annotation.right, annotation.angle = "dog", 50, 30

    assert annotation.annotation_definition == Box(10, 5, 50, 30, "dog", {"k": 1}, "d", 30)
    assert Box(10, 5, 40, 30, "car", {"k": 1}, "d") == CAR


def test_setter_of_what_the_type_does_not_have_is_refused() -> None:
    annotation = Annotation.new(annotation_definition=Polygon([[0, 0], [4, 0], [4, 4]], "car"))

    with pytest.raises(InputError, match="has no argument 'left'"):
        annotation.left = 3
    with pytest.raises(AttributeError):
        _ = annotation.angle

    annotation.geo = [[0, 0], [2, 0], [2, 2]]
    assert annotation.right == 2


def test_setting_a_wrong_value_changes_nothing() -> None:
    annotation = Annotation.new(annotation_definition=CAR)

    with pytest.raises(InputError):
        annotation.left = float("nan")

    assert annotation.annotation_definition == CAR


@pytest.mark.parametrize("verb", ["upload", "update", "delete", "update_status"])
def test_platform_verbs_say_what_they_need(verb: str) -> None:
    with pytest.raises(UnsupportedError, match=r"annogeo\.sync"):
        getattr(Annotation.new(annotation_definition=CAR), verb)()


def test_from_json_by_arguments() -> None:
    entry = video_box(snapshot(4, 40), endFrame=6)

    by_flag = Annotation.from_json(entry, is_video=True, fps=10)
    by_metadata = Annotation.from_json(
        entry, item_metadata={"system": {"mimetype": "image/png", "height": 5, "width": 7}}
    )

    assert (by_flag.is_video, by_flag.fps, by_flag.end_time) == (True, 10, 0.6)
    assert (by_metadata.is_video, by_metadata.item_height, by_metadata.item_width) == (False, 5, 7)
    assert Annotation.from_json(entry).fps == 25
    assert Annotation.from_json(entry, is_audio=True).is_audio
    assert by_flag.to_json() == by_metadata.to_json() == entry


def test_item_can_be_set() -> None:
    annotation = Annotation.new(annotation_definition=CAR)

    annotation.item = Item("/a.png", id="i9")

    assert annotation.to_json()["itemId"] == "i9"


@pytest.mark.parametrize("is_opened", [False, True])
@pytest.mark.parametrize("is_edited", [False, True])
@pytest.mark.parametrize("as_text", [False, True])
def test_annotation_pickles_and_copies(is_opened: bool, is_edited: bool, as_text: bool) -> None:
    document = [box(id="a"), video_box(snapshot(3, 30), endFrame=6)]
    collection = from_json(json.dumps(document) if as_text else document)
    if is_opened:
        assert [annotation.label for annotation in collection] == ["car", "car"]
    if is_edited:
        collection[0].left = 0
        collection[0].metadata["user"] = {"k": [1]}
        collection[1].set_frame(4)
        collection[1].label = "dog"

    for copied in (pickle.loads(pickle.dumps(collection)), copy.deepcopy(collection)):
        assert copied.to_json() == collection.to_json()
        assert copied[1].current_frame == collection[1].current_frame
        copied[0].label = "changed"
        copied[0].metadata["user"] = 5
        assert collection[0].label == "car"
        assert collection[0].metadata.get("user") != 5


def test_pickled_annotation_takes_only_its_own_bytes_along() -> None:
    collection = from_json(json.dumps([box(id=str(k)) for k in range(1000)]))

    assert len(pickle.dumps(collection[5])) < 1500


def test_local_annotation_pickles() -> None:
    annotation = Annotation.new(Item("/a.png", id="i"), CAR, 3)

    assert pickle.loads(pickle.dumps(annotation)).to_json() == annotation.to_json()


def test_threads_that_open_at_once_see_one_state() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            collection = from_json(json.dumps([video_box(snapshot(3, 30), endFrame=6) for _ in range(20)]))
            found: list[list[int]] = []
            barrier = threading.Barrier(4)

            def look(collection: Any = collection, found: Any = found, barrier: Any = barrier) -> None:
                barrier.wait()
                found.append([id(annotation.state) for annotation in collection])
                for annotation in collection:
                    annotation.metadata["seen"] = annotation.metadata.get("seen", 0)
                    assert annotation.at_frame(4).left == 30

            threads = [threading.Thread(target=look) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            assert len(found) == 4
            assert all(states == found[0] for states in found)
    finally:
        sys.setswitchinterval(interval)


def test_repr_is_short() -> None:
    assert repr(Annotation.new(annotation_definition=Classification("day"))) == (
        "Annotation(id=None, type='class', label='day')"
    )

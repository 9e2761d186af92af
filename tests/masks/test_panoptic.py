"""Panoptic maps: colours as panopticapi's, segments as COCO's, numbers as Cityscapes', all of it there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

import annogeo as ag
from annogeo.errors import InputError
from annogeo.rle import Rle
from tests.naive import maps as naive
from tests.shared import ROOT, shared, shared_files

COCO = "data/panoptic/panopticapi/sample_data"
NAMES = ["000000142238", "000000439180"]

shapes_2d = hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=9)
id_types = st.sampled_from([np.uint8, np.int16, np.uint32, np.int32, np.int64, np.uint64, ">i4"])
id_maps = id_types.flatmap(
    lambda kind: hnp.arrays(kind, shapes_2d, elements=st.integers(0, min(2**24 - 1, int(np.iinfo(kind).max))))
)


@given(id_maps)
@settings(max_examples=60, deadline=None)
def test_colours_are_panopticapis_and_come_back(ids: np.ndarray) -> None:
    rgb = ag.panoptic_encode(ids)

    expected = [naive.id_to_rgb(number) for number in ids.ravel().tolist()]
    assert (rgb.dtype, rgb.shape) == (np.uint8, (*ids.shape, 3))
    assert rgb.reshape(-1, 3).tolist() == [list(color) for color in expected]
    back = ag.panoptic_decode(rgb)
    assert (back.dtype, back.tolist()) == (np.int32, ids.tolist())


def test_any_memory_order_and_shape_is_encoded() -> None:
    ids = np.arange(24).reshape(2, 3, 4) * 65_000

    assert np.array_equal(ag.panoptic_decode(ag.panoptic_encode(ids)), ids)
    assert np.array_equal(ag.panoptic_encode(ids[0].T), ag.panoptic_encode(ids[0]).transpose(1, 0, 2))
    assert ag.panoptic_encode(70_000).tolist() == [112, 17, 1]
    assert ag.panoptic_decode(ag.panoptic_encode(ids)[:, ::2]).tolist() == ids[:, ::2].tolist()
    opaque = np.dstack([ag.panoptic_encode(ids[1]), np.full((3, 4), 255, np.uint8)])
    assert np.array_equal(ag.panoptic_decode(opaque), ids[1])


@pytest.mark.parametrize(
    "ids",
    [
        [[-1]],
        [[2**24]],
        [[2**32 + 1]],
        np.array([[-1]], np.int8),
        np.array([[2**31]], np.uint32),
        [[0.0]],
        [[True]],
        [["a"]],
        [[1], [1, 2]],
        np.array([[2**63]], np.uint64),
        None,
    ],
)
def test_ids_that_24_bits_do_not_hold_are_refused(ids: Any) -> None:
    with pytest.raises(InputError, match="ids"):
        ag.panoptic_encode(ids)


@pytest.mark.parametrize(
    "rgb",
    [5, [[1, 2]], [[[1.0, 2, 3]]], [[[1, 2, 256]]], [[[-1, 2, 3]]], [[[1, 2, 3, 254]]], np.zeros((2, 2, 5), np.uint8)],
)  # fmt: skip
def test_what_is_no_picture_of_ids_is_refused(rgb: Any) -> None:
    with pytest.raises(InputError, match="rgb"):
        ag.panoptic_decode(rgb)


# --- from annotations -----------------------------------------------------------------------------------------

ROAD, CAR, CROWD = (
    ag.Box(0, 0, 8, 2, "road"),
    ag.Box(1, 0, 3, 1, "car"),
    ag.Box(6, 0, 8, 1, "car", {"iscrowd": 1}),
)
SCENE = [ROAD, CAR, ag.Box(2, 0, 5, 1, "car"), CROWD, ag.Box(7, 0, 9, 2, "road"), ag.Box(20, 0, 21, 1, "car")]
IDS = {"car": 26, "road": 7}


def test_segments_are_numbered_in_list_order() -> None:
    found, segments = ag.panoptic_map(SCENE, 2, 9, IDS, stuff=["road"])

    assert found.tolist() == [[1, 2, 3, 3, 3, 1, 4, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]]
    assert segments == [
        {"id": 1, "category_id": 7, "area": 13, "bbox": [0, 0, 9, 2], "iscrowd": 0},
        {"id": 2, "category_id": 26, "area": 1, "bbox": [1, 0, 1, 1], "iscrowd": 0},
        {"id": 3, "category_id": 26, "area": 3, "bbox": [2, 0, 3, 1], "iscrowd": 0},
        {"id": 4, "category_id": 26, "area": 1, "bbox": [6, 0, 1, 1], "iscrowd": 1},
    ]
    assert json.loads(json.dumps(segments)) == segments


def test_segments_are_numbered_as_in_cityscapes() -> None:
    found = ag.panoptic_map(SCENE, 2, 9, IDS, "smallest", stuff=["road"], divisor=1000)

    assert found.map.tolist() == [[7, 26000, 26000, 26001, 26001, 7, 26, 26, 7], [7] * 9]
    assert found.ids.tolist() == [7, 26000, 26001, 26, 7, 0]
    assert [segment["category_id"] for segment in found.segments] == [7, 26, 26, 26]
    assert found.visible.tolist() == [9 / 16, 1, 2 / 3, 1, 3 / 4, 0]


def test_segment_ids_may_be_given() -> None:
    found = ag.panoptic_map(SCENE, 2, 9, IDS, segment_ids=[9, 70_000, 3, 4, 9, 5])

    assert found.map[0].tolist() == [9, 70_000, 3, 3, 3, 9, 4, 9, 9]
    assert [segment["id"] for segment in found.segments] == [3, 4, 9, 70_000]


@given(
    hnp.arrays(np.bool_, st.tuples(st.integers(0, 6), st.just(9), st.just(8))),
    st.sampled_from(["top", "largest", "smallest"]),
    st.none() | st.just(100),
)
@settings(max_examples=60, deadline=None)
def test_segments_are_what_their_annotations_own(
    stack: np.ndarray, overlap: str, divisor: int | None
) -> None:
    labels = ["sky", "car", "tree"]
    ids = {"sky": 5, "car": 7, "tree": 6}
    shapes = [ag.Segmentation(mask, labels[k % 3]) for k, mask in enumerate(stack)]

    found = ag.panoptic_map(shapes, 9, 8, ids, overlap, stuff=["sky", "tree"], divisor=divisor)

    drawn = [k for k in range(len(stack)) if stack[k].any()]
    segment_of = {
        k: labels[k % 3] if k % 3 != 1 else k for k in drawn
    }  # all of a stuff's annotations make one
    numbers = found.ids.tolist()
    assert len({numbers[k] for k in drawn}) == len(set(segment_of.values()))
    assert all(numbers[k] == 0 for k in range(len(stack)) if k not in drawn)
    assert np.array_equal(found.map, np.array([0, *numbers])[naive.owners(stack, overlap)])
    sizes = naive.segments_info(found.map)
    assert [(segment["id"], segment["area"], segment["bbox"]) for segment in found.segments] == [
        (number, *sizes[number]) for number in sizes
    ]
    for k in drawn:
        if divisor is None:
            assert 1 <= numbers[k] <= len(set(segment_of.values()))
        else:
            assert numbers[k] // divisor == (7 if k % 3 == 1 else 0)
    classes = {numbers[k]: ids[labels[k % 3]] for k in drawn}
    assert all(segment["category_id"] == classes[segment["id"]] for segment in found.segments)


def test_annotations_of_one_segment_may_overlap() -> None:
    roads = [ROAD, SCENE[4]]

    assert ag.panoptic_map(roads, 2, 9, IDS, "error", stuff=["road"]).map.tolist() == [[1] * 9] * 2
    with pytest.raises(
        InputError, match=r"annotation 0 \('road'\) and annotation 1 \('road'\) both cover 2 px"
    ):
        ag.panoptic_map(roads, 2, 9, IDS, "error")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"divisor": 20}, r"ids\['car'\]"),
        ({"divisor": 1}, "divisor"),
        ({"divisor": 2.5}, "divisor"),
        ({"ids": {"car": 0, "road": 7}, "divisor": 1000}, r"ids\['car'\]"),
        ({"stuff": "road"}, "stuff"),
        ({"stuff": 7}, "stuff"),
        ({"stuff": [["road"]]}, "stuff"),
        ({"segment_ids": [1, 2, 3, 4, 5, 0]}, r"segment_ids\[5\]"),
        ({"segment_ids": [1, 2, 3, 4, 2, 5]}, "segment 2 is of class 26"),
        ({"segment_ids": [1, 2]}, "segment_ids"),
        ({"segment_ids": "id"}, "segment_ids"),
        ({"segment_ids": "object_id"}, r"segment_ids\[0\]"),
        ({"overlap": "best"}, "overlap"),
        ({"ids": {"car": -1}}, "ids"),
    ],
)
def test_other_arguments_are_refused(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        ag.panoptic_map(SCENE, 2, 9, **({"ids": IDS} | arguments))


def test_more_instances_than_the_divisor_has_numbers_for_are_refused() -> None:
    cars = [ag.Box(k, 0, k + 1, 1, "car") for k in range(11)]

    with pytest.raises(InputError, match="no number for instance 10"):
        ag.panoptic_map(cars, 1, 11, {"car": 3}, divisor=10)


# --- and back -------------------------------------------------------------------------------------------------


@given(hnp.arrays(np.uint8, (7, 9), elements=st.integers(0, 5)), st.sampled_from(["segmentation", "polygon"]))
@settings(max_examples=40, deadline=None)
def test_a_panoptic_map_comes_back_unchanged(ids: np.ndarray, kind: str) -> None:
    segments = [{"id": k, "category_id": 1 + k % 2, "iscrowd": k % 3 == 0} for k in (4, 2, 1, 5, 3)]
    names = {"thing": 1, "stuff": 2}

    scene = ag.AnnotationCollection.from_panoptic(ag.panoptic_encode(ids), segments, names, kind=kind)

    assert [int(shape.object_id or 0) for shape in scene] == [4, 2, 1, 5, 3]
    again, found = ag.panoptic_map(scene, 7, 9, names, "error", segment_ids="object_id")
    assert np.array_equal(again, ids)
    kinds = {segment["id"]: segment for segment in segments}
    sizes = naive.segments_info(ids)
    assert found == [
        {
            "id": number,
            "category_id": kinds[number]["category_id"],
            "area": sizes[number][0],
            "bbox": sizes[number][1],
            "iscrowd": int(kinds[number]["iscrowd"]),
        }
        for number in sizes
    ]


def test_what_panoptic_map_gives_can_be_handed_on_as_it_is() -> None:
    found = ag.panoptic_map(SCENE, 2, 9, IDS, stuff=["road"])

    assert np.array_equal(ag.panoptic_decode(ag.panoptic_encode(found)), found.map)
    assert np.array_equal(np.array(found, np.int64), found.map)
    assert not np.shares_memory(np.array(found), found.map)
    scene = ag.AnnotationCollection.from_panoptic(found, ids=IDS)
    assert [shape.label for shape in scene] == ["road", "car", "car", "car"]
    assert ag.panoptic_map(scene, 2, 9, IDS).segments == found.segments


def test_what_a_segment_says_besides_becomes_attributes() -> None:
    segments = [{"id": 3, "category_id": 8, "area": 1, "bbox": [0, 0, 1, 1], "iscrowd": 1, "score": 0.5}]

    for kind in ("segmentation", "polygon"):
        scene = ag.AnnotationCollection.from_panoptic([[3, 0]], {"segments_info": segments}, kind=kind)
        assert [(shape.label, dict(shape.attributes)) for shape in scene] == [
            ("8", {"iscrowd": 1, "score": 0.5})
        ]


def test_a_segment_without_pixels_is_an_empty_annotation() -> None:
    segments = [{"id": 3, "category_id": 8}, {"id": 4, "category_id": 8}]

    for kind in ("segmentation", "polygon"):
        scene = ag.AnnotationCollection.from_panoptic([[3, 0]], segments, kind=kind)
        assert [shape.annotation_definition.area for shape in scene] == [1, 0]


def test_classes_may_be_in_the_ids() -> None:
    ids = [[26001, 26000, 23, 0]]

    scene = ag.AnnotationCollection.from_panoptic(ids, ids={"sky": 23, "car": 26}, divisor=1000)

    assert [(shape.label, shape.object_id) for shape in scene] == [
        ("sky", "23"),
        ("car", "26000"),
        ("car", "26001"),
    ]
    assert [shape.label for shape in ag.AnnotationCollection.from_panoptic(ids)] == ["23", "26000", "26001"]


@pytest.mark.parametrize(
    ("panoptic", "arguments", "named"),
    [
        ([[3, 4]], {"segments": [{"id": 3, "category_id": 1}]}, "none for 4"),
        ([[-3]], {"segments": []}, "none for -3"),
        ([[3]], {"segments": [{"id": 3}]}, "category_id"),
        ([[3]], {"segments": [{"id": "3", "category_id": 1}]}, "'id'"),
        ([[3]], {"segments": [{"id": 3, "category_id": 1}] * 2}, "another id"),
        ([[3]], {"segments": [{"id": 0, "category_id": 1}]}, "1 or more"),
        ([[3]], {"segments": [7]}, r"segments\[0\]"),
        ([[3]], {"segments": "abc"}, "segments"),
        ([[3]], {"segments": {"id": 3}}, "segments"),
        ([[3]], {"segments": [{"id": 3, "category_id": 1}], "ids": {"car": 2}}, "category 1 is not in ids"),
        ([[3]], {"ids": {"car": "2"}}, "ids"),
        ([[3]], {"divisor": 0}, "divisor"),
        ([[3]], {"kind": "box"}, "kind"),
        ([3], {}, "panoptic"),
        ([[0.5]], {}, "panoptic"),
        ([[1], [1, 2]], {}, "panoptic"),
        (np.zeros((2, 2, 2), np.uint8), {}, "rgb"),
        (np.zeros((2, 2, 3)), {}, "rgb"),
    ],
)
def test_what_is_no_panoptic_map_is_refused(panoptic: Any, arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        ag.AnnotationCollection.from_panoptic(panoptic, **arguments)


# --- real ones ------------------------------------------------------------------------------------------------


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["segmentation", "polygon"])
@pytest.mark.parametrize("name", NAMES)
def test_cocos_examples_come_back_with_all_they_say(name: str, kind: str) -> None:
    document = json.loads(shared(f"{COCO}/panoptic_examples.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in document["annotations"] if entry["file_name"] == f"{name}.png")
    rgb = pixels(shared(f"{COCO}/panoptic_examples/{name}.png"))
    ids = {category["name"]: category["id"] for category in document["categories"]}

    scene = ag.AnnotationCollection.from_panoptic(rgb, entry, ids, kind=kind)
    again, segments = ag.panoptic_map(scene, *rgb.shape[:2], ids, "error", segment_ids="object_id")

    assert np.array_equal(ag.panoptic_encode(again), rgb)
    assert segments == sorted(entry["segments_info"], key=lambda segment: segment["id"])


@pytest.mark.shared
def test_cocos_detection_format_has_the_same_masks() -> None:
    document = json.loads(shared(f"{COCO}/panoptic_coco_detection_format.json").read_text(encoding="utf-8"))
    panoptic = json.loads(shared(f"{COCO}/panoptic_examples.json").read_text(encoding="utf-8"))
    seen = 0
    for entry in panoptic["annotations"]:
        rgb = pixels(shared(f"{COCO}/panoptic_examples/{entry['file_name']}"))
        scene = ag.AnnotationCollection.from_panoptic(rgb, entry)
        mine = {shape.annotation_definition.rle for shape in scene}
        theirs = [one for one in document["annotations"] if one["image_id"] == entry["image_id"]]
        assert {Rle.from_coco(one["segmentation"]) for one in theirs} == mine
        seen += len(theirs)
    assert seen == 50


REAL = [
    path
    for pattern in (
        "data/instance_map/stardist/mask2d.tif",
        "data/bdd100k/label/**/*.png",
        "data/superannotate/pixel/*save.png",
    )
    for path in shared_files(pattern)
]


@pytest.mark.shared
@pytest.mark.parametrize("path", REAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_real_label_maps_come_back(path: Path) -> None:
    image = pixels(path)
    ids = image if image.ndim == 2 else image[..., :3].astype(np.int64) @ [1, 256, 65536]

    for kind in ("segmentation", "polygon"):
        scene = ag.AnnotationCollection.from_panoptic(ids, kind=kind)
        numbers = [int(shape.object_id or 0) for shape in scene]
        found = ag.instance_map(scene, *ids.shape, numbers, overlap="error")
        assert np.array_equal(found.map, ids)
        assert (found.visible == 1).all()
    assert np.array_equal(ag.panoptic_decode(ag.panoptic_encode(ids)), ids)

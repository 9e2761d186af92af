"""Semantic and instance maps: who owns what, how much of each object is seen, and back to annotations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

import annogeo as ag
from annogeo.draw import DrawList
from annogeo.errors import InputError
from tests import strategies
from tests.naive import maps as naive

SIDE = 12
LABELS = ("car", "bus", "road")
stacks = hnp.arrays(np.bool_, st.tuples(st.integers(0, 5), st.just(SIDE), st.just(SIDE)))
overlaps = st.sampled_from(["top", "largest", "smallest"])
ANY_OVERLAP = ["top", "largest", "smallest", "error"]


def masks_of(stack: np.ndarray) -> list[Any]:
    return [ag.Segmentation(mask, LABELS[k % 3]) for k, mask in enumerate(stack)]


@given(stacks, overlaps)
@settings(max_examples=60, deadline=None)
def test_each_pixel_belongs_to_the_object_that_the_policy_says(stack: np.ndarray, overlap: str) -> None:
    found = ag.instance_map(masks_of(stack), SIDE, SIDE, overlap=overlap)

    expected = naive.owners(stack, overlap)
    owned = np.array([np.count_nonzero(expected == k + 1) for k in range(len(stack))], int)
    areas = stack.sum((1, 2))
    assert np.array_equal(found.map, expected)
    assert found.ids.tolist() == list(range(1, len(stack) + 1))
    assert found.areas.tolist() == areas.tolist()
    assert found.owned.tolist() == owned.tolist()
    seen = ag.visible_rles(masks_of(stack), SIDE, SIDE, overlap)
    assert [mask.to_mask().tolist() for mask in seen] == [
        (expected == k + 1).tolist() for k in range(len(stack))
    ]
    assert np.array_equal(found.visible, [o / a if a else 0 for o, a in zip(owned, areas, strict=True)])


@given(stacks, overlaps)
@settings(max_examples=40, deadline=None)
def test_a_semantic_map_has_the_class_of_the_owner(stack: np.ndarray, overlap: str) -> None:
    ids = {"car": 3, "bus": 300, "road": 1}

    found = ag.semantic_map(masks_of(stack), SIDE, SIDE, ids, overlap)

    values = np.array([0, *(ids[LABELS[k % 3]] for k in range(len(stack)))])
    assert np.array_equal(found, values[naive.owners(stack, overlap)])


@given(
    st.lists(strategies.definitions, max_size=6),
    st.sampled_from(["center", "opencv", "all_touched"]),
    overlaps,
)
@settings(max_examples=60, deadline=None)
def test_shapes_of_every_type_are_measured_as_their_masks(shapes: list[Any], rule: str, overlap: str) -> None:
    stack = ag.mask_stack(shapes, SIDE, SIDE, rule)

    found = ag.instance_map(shapes, SIDE, SIDE, None, overlap, rule)

    assert found.areas.tolist() == stack.sum((1, 2)).tolist()
    assert np.array_equal(found.map, naive.owners(stack, overlap))
    if overlap == "top":
        assert np.array_equal(
            ag.semantic_map(shapes, SIDE, SIDE, rule=rule), ag.label_map(shapes, SIDE, SIDE, rule=rule)
        )


@given(stacks)
@settings(max_examples=60, deadline=None)
def test_overlaps_are_refused_exactly_where_the_map_would_depend_on_them(stack: np.ndarray) -> None:
    stack &= np.random.default_rng(0).random(stack.shape) < 0.02  # so that some are free of them
    shapes = masks_of(stack)
    values = [k % 3 for k in range(len(stack))]

    for ids, make in ((list(range(len(stack))), ag.instance_map), (values, ag.semantic_map)):
        if naive.first_conflict(stack, ids):
            with pytest.raises(InputError, match=r"annotation \d .* and annotation \d .* both cover \d+ px"):
                make(shapes, SIDE, SIDE, overlap="error")
        else:
            found = make(shapes, SIDE, SIDE, overlap="error")
            expected = make(shapes, SIDE, SIDE)
            assert np.array_equal(getattr(found, "map", found), getattr(expected, "map", expected))


def test_the_error_names_both_annotations_and_their_common_pixels() -> None:
    scene = ag.AnnotationCollection.from_json(
        [
            {
                "id": name,
                "type": "box",
                "label": label,
                "coordinates": [{"x": x, "y": 0}, {"x": x + 10, "y": 9}],
            }
            for name, label, x in (("a1", "car", 0), ("b2", "bus", 20), ("c3", "van", 7))
        ]
    )

    with pytest.raises(InputError) as caught:
        ag.instance_map(scene, 20, 40, overlap="error")

    assert "annotation 0 ('car', id a1) and annotation 2 ('van', id c3) both cover 27 px" in str(caught.value)
    assert caught.value.annotation_id == "a1"
    assert "smallest" in (caught.value.hint or "")


def test_ids_may_be_given_for_each_annotation() -> None:
    shapes = [ag.Box(0, 0, 2, 1, "car"), ag.Box(1, 0, 3, 1, "car"), ag.Box(4, 0, 5, 1, "bus")]

    found = ag.instance_map(shapes, 1, 5, [7, 7, 70_000], overlap="error")

    assert found.map.tolist() == [[7, 7, 7, 0, 70_000]]
    assert (found.map.dtype, found.owned.tolist(), found.visible.tolist()) == (
        np.int32,
        [1, 2, 1],
        [0.5, 1, 1],
    )


def test_object_ids_may_be_the_ids() -> None:
    scene = ag.AnnotationCollection()
    for k, number in enumerate((12, 7, 12)):
        scene.add(ag.Box(2 * k, 0, 2 * k + 3, 1, "car"), object_id=number)

    found = ag.instance_map(scene, 1, 8, "object_id")

    assert np.array_equal(found.map, ag.object_id_map(scene, 1, 8))
    assert (found.ids.tolist(), found.owned.tolist()) == ([12, 7, 12], [2, 2, 3])
    with pytest.raises(InputError, match="instance_ids"):
        ag.instance_map(scene, 1, 8, "label")
    with pytest.raises(InputError, match="DrawList"):
        ag.instance_map(DrawList.from_boxes([[0, 0, 3, 1]]), 1, 6, "object_id")


def test_a_draw_list_has_objects_but_no_labels() -> None:
    boxes = DrawList.from_boxes([[0, 0, 3, 1], [2, 0, 5, 1]])

    assert ag.instance_map(boxes, 1, 6, overlap="smallest").map.tolist() == [[1, 1, 2, 2, 2, 0]]
    for make_one in (ag.instance_map, ag.visible_rles):
        with pytest.raises(InputError, match="item 0 and item 1 both cover 1 px"):
            make_one(boxes, 1, 6, overlap="error")
    for make in (ag.semantic_map, ag.panoptic_map):
        with pytest.raises(InputError, match="DrawList"):
            make(boxes, 1, 6, overlap="largest")


def test_types_without_a_place_are_objects_without_pixels() -> None:
    found = ag.instance_map([ag.Classification("day"), ag.Box(9, 9, 12, 12, "far")], 2, 2)

    assert (found.areas.tolist(), found.visible.tolist(), found.map.max()) == ([0, 0], [0, 0], 0)


def test_the_background_of_a_semantic_map_may_have_an_id() -> None:
    shapes = [ag.Box(0, 0, 2, 1, "car"), ag.Box(1, 0, 3, 1, "bus")]
    ids = {"$default": 9, "car": 1, "bus": 0}

    assert ag.semantic_map(shapes, 1, 4, ids, "smallest").tolist() == [[1, 0, 0, 9]]
    with pytest.raises(InputError, match="both cover 1 px"):
        ag.semantic_map(shapes, 1, 4, ids, "error")


def test_more_objects_than_a_byte_holds() -> None:
    shapes = [ag.Box(k, 0, k + 2, 1, "x") for k in range(300)]

    found = ag.instance_map(shapes, 1, 301)

    assert found.map.dtype == np.uint16
    assert found.map[0].tolist() == [*range(1, 301), 300]
    assert ag.instance_map(shapes, 1, 301, dtype=np.int64).map.dtype == np.int64


def test_nothing_given_is_changed_and_two_calls_agree() -> None:
    scene = ag.AnnotationCollection()
    scene.add([ag.Box(0, 0, 5, 5, "a"), ag.Box(2, 2, 9, 9, "b")])
    before = scene.to_json()

    one, two = (ag.instance_map(scene, 10, 10, overlap="largest") for _ in range(2))

    assert np.array_equal(one.map, two.map)
    assert scene.to_json() == before


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"overlap": "area"}, "overlap"),
        ({"overlap": None}, "overlap"),
        ({"rule": "best"}, "rule"),
        ({"instance_ids": [1]}, "instance_ids"),
        ({"instance_ids": [1, -2]}, r"instance_ids\[1\]"),
        ({"instance_ids": [1, 2**31]}, r"instance_ids\[1\]"),
        ({"instance_ids": [1.0, 2.0]}, "instance_ids"),
        ({"instance_ids": ["a", "b"]}, "instance_ids"),
        ({"instance_ids": [[1], [1, 2]]}, "instance_ids"),
        ({"instance_ids": [1, 300], "dtype": np.uint8}, "dtype"),
        ({"dtype": float}, "dtype"),
        ({"height": 0}, "height"),
        ({"height": 2.5}, "height"),
        ({"height": 2**30, "width": 2**30}, "memory"),
    ],
)
def test_other_arguments_are_refused(arguments: dict[str, Any], named: str) -> None:
    shapes = [ag.Box(0, 0, 2, 1, "car"), ag.Box(1, 0, 3, 1, "car")]

    with pytest.raises(InputError, match=named):
        ag.instance_map(shapes, **({"height": 4, "width": 4} | arguments))


# --- and back -------------------------------------------------------------------------------------------------

classes = hnp.arrays(np.uint8, (9, 11), elements=st.integers(0, 3))


@given(classes, st.sampled_from(["segmentation", "polygon"]), st.booleans(), st.sampled_from([4, 8]))
@settings(max_examples=60, deadline=None)
def test_a_semantic_map_comes_back_unchanged(
    ids: np.ndarray, kind: str, parts: bool, connectivity: int
) -> None:
    names = {"car": 1, "bus": 2, "road": 3}

    scene = ag.AnnotationCollection.from_semantic_map(
        ids, names, kind=kind, parts=parts, connectivity=connectivity
    )

    assert np.array_equal(ag.semantic_map(scene, 9, 11, names, overlap="error"), ids)
    assert {shape.type for shape in scene} <= {"binary" if kind == "segmentation" else "segment"}
    if parts:
        from skimage.measure import label

        assert len(scene) == label(ids, background=0, connectivity=connectivity // 4).max()
        areas = [shape.annotation_definition.area for shape in scene.filter(label="car")]
        assert areas == sorted(areas, reverse=True)
    else:
        assert [shape.label for shape in scene] == [name for name in names if (ids == names[name]).any()]


def test_classes_not_named_are_passed_over_and_zero_may_be_named() -> None:
    ids = np.array([[0, 1, 255]])

    for kind in ("segmentation", "polygon"):
        scene = ag.AnnotationCollection.from_semantic_map(
            ids, {"car": 1, "road": 0, "$default": 255}, kind=kind
        )
        assert [(shape.label, shape.annotation_definition.area) for shape in scene] == [
            ("car", 1),
            ("road", 1),
        ]
        plain = ag.AnnotationCollection.from_semantic_map(ids, kind=kind)
        assert [shape.label for shape in plain] == ["1", "255"]


def test_small_parts_are_left_out() -> None:
    scene = ag.AnnotationCollection.from_semantic_map([[1, 0, 1, 1]], parts=True, min_area=1)

    assert [shape.annotation_definition.bounds.tolist() for shape in scene] == [[2, 0, 4, 1]]


def test_an_ontology_gives_the_ids_and_a_collection_is_added_to() -> None:
    ontology = ag.Ontology(["car"], instance_map={"car": 5})
    scene = ag.AnnotationCollection(ag.Item("a.png", 2, 1, ontology=ontology))
    scene.add(ag.Point(0, 0, "here"))

    assert scene.from_semantic_map([[5, 9]]) is scene
    assert [shape.label for shape in scene] == ["here", "car"]


@pytest.mark.parametrize(
    ("semantic", "arguments", "named"),
    [
        ([0, 1], {}, "semantic"),
        (np.full((2, 2), np.nan), {"kind": "segmentation"}, "semantic"),
        (np.full((2, 2), 0.5), {"kind": "polygon"}, "whole numbers"),
        ([[1], [1, 2]], {}, "semantic"),
        ([["a"]], {}, "semantic"),
        ([[1]], {"kind": "box"}, "kind"),
        ([[1]], {"ids": {"a": 1.5}}, "ids"),
        ([[1]], {"ids": ["a"]}, "ids"),
        ([[1]], {"connectivity": 5}, "connectivity"),
        ([[1]], {"min_area": "1"}, "min_area"),
    ],
)
def test_what_is_no_semantic_map_is_refused(semantic: Any, arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        ag.AnnotationCollection.from_semantic_map(semantic, **arguments)

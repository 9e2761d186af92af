"""`render` and its sisters: views, sizes, ids, colours, buffers, frames, errors."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from annogeo.definitions import (
    Box,
    Classification,
    Cube,
    Definition,
    Ellipse,
    Point,
    Polygon,
    Polyline,
    Pose,
    Segmentation,
    Subtitle,
    Text,
    UndefinedAnnotationType,
)
from annogeo.draw import DrawList, Skeleton, Style
from annogeo.errors import AnnogeoWarning, InputError
from annogeo.model import Annotation, AnnotationCollection, Item, Ontology, ViewAnnotationOptions
from annogeo.model.palette import label_color, object_color
from annogeo.rendering import label_map, mask_stack, object_id_map, render, rles
from annogeo.rendering.api import definition_mask, definition_rle

H, W = 12, 16


def _collection(*definitions: Definition, **item: Any) -> AnnotationCollection:
    collection = AnnotationCollection(item=Item(height=H, width=W, **item))
    for k, definition in enumerate(definitions, 1):
        collection.add(definition, object_id=k)
    return collection


def _colored(*definitions: Definition, **colors: Any) -> AnnotationCollection:
    return _collection(*definitions, ontology=Ontology(color_map=colors))


CAR, DOG = Box(1, 1, 6, 5, "car"), Box(4, 3, 10, 9, "dog")


# --- views ------------------------------------------------------------------------------------------------------


def test_views_come_back_by_the_name_they_were_asked_for() -> None:
    views = render(_collection(CAR), ["mask", "img_mask"], image=np.zeros((H, W, 3), np.uint8))

    assert list(views) == ["mask", "img_mask"]


@pytest.mark.parametrize("views", ["instance", ViewAnnotationOptions.INSTANCE, ("instance",), ["instance"]])
def test_views_may_be_a_name_an_option_or_a_sequence(views: Any) -> None:
    assert render(_collection(CAR), views)["instance"].shape == (H, W)


@pytest.mark.parametrize("views", ["masks", None, [], [3]])
def test_unknown_views_are_refused(views: Any) -> None:
    with pytest.raises(InputError, match="view"):
        render(_collection(CAR), views)


def test_json_view_needs_no_size() -> None:
    collection = AnnotationCollection()
    collection.add(CAR)

    assert render(collection, "json")["json"] == collection.to_json()


@pytest.mark.parametrize("rule", ["center", "opencv"])
def test_several_views_from_one_scan_equal_single_ones(rule: str) -> None:
    collection = _collection(CAR, DOG, Ellipse(8, 6, 4, 3, 30, "disc"), Polyline([[0, 0], [9, 9]], "line"))
    image = np.full((H, W, 3), 90, np.uint8)
    names = ("mask", "instance", "object_id", "overlay")

    together = render(collection, names, image=image, rule=rule, alpha=0.5)

    for name in names:
        alone = render(collection, name, image=image, rule=rule, alpha=0.5)[name]
        np.testing.assert_array_equal(together[name], alone)


def test_later_annotations_lie_on_top_whatever_their_type() -> None:
    mask = Segmentation(np.ones((H, W), np.bool_), "mask")

    views = label_map(_collection(CAR, mask), H, W, ids={"car": 1, "mask": 2})

    assert set(np.unique(views)) == {2}


def test_empty_collection_is_a_blank_canvas() -> None:
    views = render(AnnotationCollection(), ("mask", "instance", "object_id"), height=3, width=4)

    assert {name: (view.shape, view.any()) for name, view in views.items()} == {
        "mask": ((3, 4, 4), False),
        "instance": ((3, 4), False),
        "object_id": ((3, 4), False),
    }


@pytest.mark.parametrize(
    "definition",
    [
        Classification("day"),
        Subtitle("hello", "Text"),
        UndefinedAnnotationType("polyline_3d", "lane", {"points": []}),
        Pose("person", "unknown template"),
        Polygon([], "nothing"),
    ],
)
def test_b_what_has_no_place_draws_nothing(definition: Definition) -> None:
    assert not render(_collection(definition), "instance")["instance"].any()


# --- sizes ------------------------------------------------------------------------------------------------------


def test_size_comes_from_arguments_then_image_then_item() -> None:
    collection = _collection(CAR)
    image = np.zeros((7, 9, 3), np.uint8)

    assert render(collection, "mask", height=3, width=4, image=image)["mask"].shape == (3, 4, 4)
    assert render(collection, "mask", image=image)["mask"].shape == (7, 9, 4)
    assert render(collection, "mask")["mask"].shape == (H, W, 4)


def test_size_may_come_from_an_annotation() -> None:
    annotation = Annotation.new(annotation_definition=CAR, item_height=5, item_width=6)

    assert render([annotation], "mask")["mask"].shape == (5, 6, 4)


def test_missing_size_is_an_error_that_says_how_to_give_it() -> None:
    with pytest.raises(InputError, match="pass height= and width="):
        render([CAR], "mask")


@pytest.mark.parametrize("view", ["mask", "instance", "object_id"])
def test_size_no_machine_has_memory_for_is_an_error(view: str) -> None:
    with pytest.raises(InputError, match="memory"):
        render([CAR], view, height=2**31 - 1, width=2**31 - 1)


@pytest.mark.parametrize("height", [0, -1, 2.5, "8", True, 2**31])
def test_impossible_sizes_are_refused(height: Any) -> None:
    with pytest.raises(InputError, match="height"):
        render([CAR], "mask", height=height, width=4)


def test_size_that_an_item_claims_has_a_limit() -> None:
    collection = AnnotationCollection(item=Item(height=10**6, width=10**6))

    with pytest.raises(InputError, match="limit"):
        render(collection, "mask")


# --- colours ----------------------------------------------------------------------------------------------------


def test_ontology_colour_comes_before_the_palette() -> None:
    view = render(_colored(CAR, DOG, car="#102030"), "mask")["mask"]

    assert view[2, 2].tolist() == [16, 32, 48, 255]
    assert view[8, 8].tolist() == [*label_color("dog"), 255]


def test_collections_colours_come_before_the_ontologys() -> None:
    collection = _colored(CAR, car="#102030")
    collection.colors = {"car": (1, 2, 3)}

    assert render(collection, "mask")["mask"][2, 2].tolist() == [1, 2, 3, 255]


def test_stored_colour_of_a_mask_comes_before_the_palette() -> None:
    mask = Segmentation(np.ones((H, W), np.bool_), "mask", color=(9, 8, 7))

    assert render(_collection(mask), "mask")["mask"][0, 0].tolist() == [9, 8, 7, 255]
    assert render(_colored(mask, mask="red"), "mask")["mask"][0, 0].tolist() == [255, 0, 0, 255]


def test_b_label_whose_colour_is_none_gets_a_palette_colour() -> None:
    collection = _collection(CAR)
    collection.colors = {"car": None}

    assert render(collection, "mask")["mask"][2, 2].tolist() == [*label_color("car"), 255]


@pytest.mark.parametrize("color", ["#fff", "rgba(255, 255, 255, 1)", [255, 255, 255], (255, 255, 255)])
def test_b_colours_in_any_form(color: Any) -> None:
    collection = _collection(CAR)
    collection.colors = {"car": color}

    assert render(collection, "mask")["mask"][2, 2].tolist() == [255, 255, 255, 255]


def test_colour_by_object() -> None:
    view = render(_colored(CAR, DOG, car="red"), "mask", style=Style(color_by="object"))["mask"]

    assert view[2, 2, :3].tolist() == list(object_color(1))
    assert view[8, 8, :3].tolist() == list(object_color(2))


def test_colour_by_attribute_falls_back_to_the_label() -> None:
    marked = CAR.replace(attributes={"side": "left"})

    view = render(_collection(marked, DOG), "mask", style=Style(color_by="side"))["mask"]

    assert view[2, 2, :3].tolist() == list(label_color("left"))
    assert view[8, 8, :3].tolist() == list(label_color("dog"))


@pytest.mark.parametrize("style", ["object", {}, 3])
def test_what_is_no_style_is_refused(style: Any) -> None:
    with pytest.raises(InputError, match="style"):
        render(_collection(CAR), "mask", style=style)


@pytest.mark.parametrize(
    "fields",
    [
        {"text_size": 0},
        {"text_size": "9"},
        {"line_width": float("nan")},
        {"fill_opacity": 2},
        {"color_by": None},
    ],
)
def test_styles_of_impossible_values_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(fields))):
        Style(**fields)


def test_styles_can_be_hashed_whatever_they_were_made_from() -> None:
    assert hash(Style(dash=[3, 2], palette=["red"])) == hash(Style(dash=(3, 2), palette=("red",)))  # type: ignore[arg-type]


def test_default_is_the_background() -> None:
    ontology = Ontology(color_map={"$default": (7, 8, 9)}, instance_map={"$default": 5, "car": 2})

    views = render(_collection(CAR, ontology=ontology), ("mask", "instance"))

    assert views["mask"][11, 15].tolist() == [7, 8, 9, 255]
    assert views["instance"][11, 15] == 5
    assert views["instance"][2, 2] == 2


# --- alpha ------------------------------------------------------------------------------------------------------


def test_a8_alpha_is_applied_once_on_a_blank_canvas() -> None:
    view = render(_colored(CAR, car=(0, 255, 0)), "mask", alpha=0.5)["mask"]

    assert view[2, 2].tolist() == [0, 255, 0, 128]
    assert view[11, 15].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "definition",
    [
        Box(0, 0, W, H, "x"),
        Polygon([[0, 0], [W, 0], [W, H], [0, H]], "x"),
        Ellipse(W / 2, H / 2, 2 * W, 2 * H, 0, "x"),
        Segmentation(np.ones((H, W), np.bool_), "x"),
        Cube("x", (0, 0), (W, 0), (W, H), (0, H), (0, 0), (W, 0), (W, H), (0, H)),
    ],
)
def test_a8_alpha_is_applied_once_to_every_type(definition: Definition) -> None:
    grey = np.full((H, W, 4), 100, np.uint8)
    grey[..., 3] = 255

    view = render(_colored(definition, x=(0, 255, 0)), "overlay", image=grey, alpha=0.5)["overlay"]

    assert view[6, 8].tolist() == [50, 178, 50, 255]


def test_a8_overlapping_shapes_are_blended_once() -> None:
    image = np.zeros((H, W, 3), np.uint8)

    view = render(_colored(CAR, DOG, car="red", dog="lime"), "overlay", image=image, alpha=0.5)["overlay"]

    assert view[3, 5].tolist() == [0, 128, 0]


def test_colours_own_opacity_counts_too() -> None:
    view = render(_colored(CAR, car=(10, 20, 30, 100)), "mask", alpha=0.5)["mask"]

    assert view[2, 2].tolist() == [10, 20, 30, 50]


@pytest.mark.parametrize("thickness", ["2", [1], float("nan"), float("inf"), 10**400])
def test_impossible_thickness_is_refused(thickness: Any) -> None:
    with pytest.raises(InputError, match="thickness"):
        render(_collection(CAR), "mask", thickness=thickness)


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan"), "1", None])
def test_alpha_outside_its_range_is_refused(alpha: Any) -> None:
    with pytest.raises(InputError, match="alpha"):
        render(_collection(CAR), "mask", alpha=alpha)


# --- overlays ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("shape", "channels"), [((), 3), ((1,), 3), ((3,), 3), ((4,), 4)])
def test_overlay_keeps_dtype_and_makes_grey_rgb(dtype: Any, shape: tuple[int, ...], channels: int) -> None:
    image = np.full((H, W, *shape), 100, dtype)

    view = render(_colored(CAR, car=(255, 0, 1)), "overlay", image=image)["overlay"]

    full = np.iinfo(dtype).max
    assert (view.shape, view.dtype) == ((H, W, channels), dtype)
    assert view[2, 2, :3].tolist() == [full, 0, full // 255]
    assert view[11, 15, :3].tolist() == [100, 100, 100]


def test_a25_image_is_not_drawn_on() -> None:
    image = np.full((H, W, 4), 100, np.uint8)

    render(_collection(CAR), "overlay", image=image)

    assert (image == 100).all()


@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_overlay_takes_views_read_only_arrays_and_either_byte_order(channels: tuple[int, ...]) -> None:
    plain = np.random.default_rng(3).integers(0, 65535, (H, W, *channels), np.uint16)
    strided = np.ascontiguousarray(plain[::-1])[::-1]
    frozen = plain.copy()
    frozen.flags.writeable = False
    expected = render(_collection(CAR), "overlay", image=plain, alpha=0.5)["overlay"]

    for image in (strided, frozen, plain.astype(">u2"), np.asfortranarray(plain)):
        view = render(_collection(CAR), "overlay", image=image, alpha=0.5)["overlay"]
        np.testing.assert_array_equal(view, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.bool_, np.int32])
def test_overlay_refuses_other_dtypes_and_says_what_to_do(dtype: Any) -> None:
    with pytest.raises(InputError, match="astype"):
        render(_collection(CAR), "overlay", image=np.zeros((H, W), dtype))


@pytest.mark.parametrize("shape", [(H, W, 2), (H, W, 5), (H,), (0, W, 3)])
def test_overlay_refuses_what_is_no_picture(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="image"):
        render(_collection(CAR), "overlay", image=np.zeros(shape, np.uint8))


def test_overlay_without_an_image_is_an_error() -> None:
    with pytest.raises(InputError, match="image="):
        render(_collection(CAR), "overlay")


def test_overlay_of_another_size_than_asked_for_is_an_error() -> None:
    with pytest.raises(InputError, match="12 x 16"):
        render(_collection(CAR), "overlay", image=np.zeros((H, W, 3), np.uint8), height=5, width=5)


# --- ids --------------------------------------------------------------------------------------------------------


def test_labels_are_numbered_from_one_in_sorted_order() -> None:
    view = label_map(_collection(DOG, CAR), H, W)

    assert view[2, 2] == 1
    assert view[8, 8] == 2


def test_ids_given_come_before_the_ontologys() -> None:
    collection = _collection(CAR, ontology=Ontology(instance_map={"car": 4}))

    assert label_map(collection, H, W)[2, 2] == 4
    assert label_map(collection, H, W, ids={"car": 9})[2, 2] == 9


def test_labels_without_an_id_get_1_with_one_warning_that_names_them() -> None:
    with pytest.warns(AnnogeoWarning, match="'car', 'dog'") as caught:
        view = label_map(_collection(CAR, DOG), H, W, ids={"cat": 5})

    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert set(np.unique(view)) == {0, 1}


@pytest.mark.parametrize("value", [-1, 2**31, 1.5, "3", True, None])
def test_impossible_ids_are_refused(value: Any) -> None:
    with pytest.raises(InputError, match=r"ids\['car'\]"):
        label_map(_collection(CAR), H, W, ids={"car": value})


@pytest.mark.parametrize(
    ("largest", "dtype"),
    [(255, np.uint8), (256, np.uint16), (65535, np.uint16), (65536, np.int32), (2**31 - 1, np.int32)],
)
def test_a16_id_maps_take_the_smallest_dtype_that_holds_the_ids(largest: int, dtype: Any) -> None:
    view = label_map(_collection(CAR), H, W, ids={"car": largest})
    objects = AnnotationCollection()
    objects.add(CAR, object_id=largest)

    assert (view.dtype, view[2, 2]) == (dtype, largest)
    assert object_id_map(objects, H, W)[2, 2] == largest
    assert object_id_map(objects, H, W).dtype == dtype


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint32, ">i4"])
def test_a_dtype_asked_for_is_taken(dtype: Any) -> None:
    view = label_map(_collection(CAR), H, W, ids={"car": 100}, dtype=dtype)

    assert view.dtype == np.dtype(dtype)
    assert view[2, 2] == 100


@pytest.mark.parametrize("dtype", [np.float32, np.bool_, "no dtype", np.int8])
def test_a16_a_dtype_that_cannot_hold_the_ids_is_refused(dtype: Any) -> None:
    with pytest.raises(InputError, match="dtype"):
        label_map(_collection(CAR), H, W, ids={"car": 300}, dtype=dtype)


def test_a_dtype_asked_for_need_not_hold_ids_that_are_not_drawn() -> None:
    view = label_map(_collection(CAR), H, W, ids={"car": 1, "dog": 300}, dtype=np.uint8)

    assert view.dtype == np.uint8


def test_dtype_is_the_same_whichever_labels_are_drawn() -> None:
    assert label_map(_collection(CAR), H, W, ids={"car": 1, "dog": 300}).dtype == np.uint16


def test_b_missing_object_id_draws_0_and_is_a_problem() -> None:
    collection = AnnotationCollection()
    collection.add([CAR, DOG])

    view = object_id_map(collection, H, W)

    assert not view.any()
    assert [problem.severity for problem in collection.problems] == ["warning", "warning"]


@pytest.mark.parametrize("object_id", ["seven", "-3", "1.5", "99999999999", "٣", ""])
def test_object_id_that_is_no_number_draws_0_and_is_a_problem(object_id: str) -> None:
    system = {"objectId": object_id}
    entry = {"type": "point", "label": "x", "coordinates": {"x": 5, "y": 5}, "metadata": {"system": system}}
    collection = AnnotationCollection.from_json([entry])

    view = object_id_map(collection, H, W)

    assert not view.any()
    assert [problem.json_path for problem in collection.problems] == ["$[0]"]


# --- buffers ----------------------------------------------------------------------------------------------------


def test_object_ids_may_have_any_number_of_leading_zeros() -> None:
    collection = AnnotationCollection()
    collection.add(CAR, object_id="7".zfill(30))

    assert object_id_map(collection, H, W).max() == 7


def test_out_is_cleared_used_and_returned() -> None:
    out = np.full((H, W), 77, np.uint8)

    view = render(_collection(CAR), "instance", out=out)["instance"]

    assert view is out
    assert set(np.unique(out)) == {0, 1}


def test_out_may_name_some_of_several_views() -> None:
    out = np.full((H, W, 4), 77, np.uint8)

    views = render(_collection(CAR), ("mask", "instance"), out={"mask": out})

    assert views["mask"] is out
    np.testing.assert_array_equal(out, render(_collection(CAR), "mask")["mask"])


def test_out_decides_the_dtype_of_ids() -> None:
    out = np.zeros((H, W), np.int64)

    assert label_map(_collection(CAR), H, W, out=out) is out
    assert out[2, 2] == 1


def test_overlay_may_be_drawn_into_its_own_image() -> None:
    image = np.full((H, W, 3), 100, np.uint8)
    expected = render(_collection(CAR), "overlay", image=image)["overlay"]

    render(_collection(CAR), "overlay", image=image, out=image)

    np.testing.assert_array_equal(image, expected)


@pytest.mark.parametrize(
    "out",
    [
        np.zeros((H, W + 1, 4), np.uint8),
        np.zeros((H, W, 4), np.uint16),
        [[0]],
        {"instance": np.zeros((H, W), np.uint8)},
    ],
)
def test_buffers_that_do_not_fit_are_refused(out: Any) -> None:
    with pytest.raises(InputError, match="out"):
        render(_collection(CAR), "mask", out=out)


@pytest.mark.parametrize("name", ["mask", "instance", "object_id", "overlay"])
def test_buffers_need_not_be_contiguous(name: str) -> None:
    image = np.full((H, W, 3), 90, np.uint8)
    expected = render(_collection(CAR), name, image=image)[name]
    batch = np.zeros((*expected.shape, 2), expected.dtype)

    view = render(_collection(CAR), name, image=image, out=batch[..., 1])[name]

    assert np.shares_memory(view, batch)
    np.testing.assert_array_equal(batch[..., 1], expected)
    assert not batch[..., 0].any()


def test_read_only_buffers_are_refused() -> None:
    out = np.zeros((H, W), np.uint8)
    out.flags.writeable = False

    with pytest.raises(InputError, match="writable"):
        label_map(_collection(CAR), H, W, out=out)


def test_one_buffer_for_several_views_is_refused() -> None:
    with pytest.raises(InputError, match="mapping"):
        render(_collection(CAR), ("mask", "instance"), out=np.zeros((H, W, 4), np.uint8))


# --- masks and runs ---------------------------------------------------------------------------------------------


def test_stack_has_one_mask_per_annotation_in_list_order() -> None:
    stack = mask_stack(_collection(CAR, Classification("day"), DOG), H, W)

    assert stack.dtype == np.bool_
    assert stack.sum(axis=(1, 2)).tolist() == [20, 0, 36]


def test_runs_are_the_stack() -> None:
    collection = _collection(CAR, Classification("day"), Polyline([[0, 0], [9, 9], [3, 9]], "line"), DOG)

    stack = mask_stack(collection, H, W)

    for rle, mask in zip(rles(collection, H, W), stack, strict=True):
        np.testing.assert_array_equal(rle.to_mask(), mask)


def test_stack_takes_a_buffer() -> None:
    out = np.ones((1, H, W), np.bool_)

    assert mask_stack(_collection(CAR), H, W, out=out) is out
    assert out.sum() == 20


def test_stack_and_runs_of_a_draw_list_are_those_of_its_collection() -> None:
    collection = _collection(CAR, Classification("day"), DOG)
    drawlist = DrawList.from_collection(collection)

    np.testing.assert_array_equal(mask_stack(drawlist, H, W), mask_stack(collection, H, W))
    assert rles(drawlist, H, W) == rles(collection, H, W)


def test_definition_gives_its_own_mask_and_runs() -> None:
    np.testing.assert_array_equal(CAR.to_mask(H, W), definition_mask(CAR, H, W))
    assert CAR.to_rle(H, W) == definition_rle(CAR, H, W)
    assert CAR.to_rle(H, W).area == 20


@pytest.mark.parametrize("call", [label_map, object_id_map, mask_stack, rles])
def test_an_unknown_pixel_rule_is_refused(call: Any) -> None:
    with pytest.raises(InputError, match="rule"):
        call(_collection(CAR), H, W, rule="cocoa")


# --- subjects ---------------------------------------------------------------------------------------------------


def test_lists_single_annotations_and_definitions_render_alike() -> None:
    expected = label_map(_collection(CAR), H, W)

    for subject in ([CAR], CAR, (CAR,), Annotation.new(annotation_definition=CAR), iter([CAR])):
        np.testing.assert_array_equal(label_map(subject, H, W), expected)


def test_a_list_of_a_collections_annotations_keeps_the_ontology_and_size() -> None:
    collection = _colored(CAR, car=(1, 2, 3))

    np.testing.assert_array_equal(
        render(list(collection), "mask")["mask"], render(collection, "mask")["mask"]
    )


@pytest.mark.parametrize("subject", [3, None, "car", {"car": 1}, [3], [None]])
def test_what_cannot_be_rendered_is_refused(subject: Any) -> None:
    with pytest.raises(InputError, match="expected"):
        label_map(subject, H, W)


def test_draw_list_of_a_collection_has_an_item_per_annotation() -> None:
    drawlist = DrawList.from_collection(_collection(CAR, Classification("day"), DOG))

    assert len(drawlist) == 3
    assert drawlist.item.tolist() == [0, 2]


# --- masks of another size, broken shapes ------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "pixels"), [((4, 4), 16), ((40, 40), H * W), ((40, 3), 3 * H)])
def test_b_masks_of_another_size_sit_at_the_origin_with_a_problem(
    shape: tuple[int, int], pixels: int
) -> None:
    collection = _collection(Segmentation(np.ones(shape, np.bool_), "mask"))

    view = render(collection, "instance")["instance"]

    assert np.count_nonzero(view) == pixels
    assert view[0, 0] == 1
    assert f"{shape[0]} x {shape[1]}" in collection.problems[0].message


def test_same_problem_is_listed_once_however_often_it_is_rendered() -> None:
    collection = _collection(Segmentation(np.ones((4, 4), np.bool_), "mask"))

    for _ in range(3):
        render(collection, "instance")

    assert len(collection.problems) == 1


BROKEN = {"type": "binary", "label": "mask", "coordinates": "data:image/png;base64,iVBORw0KGgo="}


def test_b_a_broken_mask_is_left_out_and_the_others_are_drawn() -> None:
    box = {"type": "box", "label": "car", "coordinates": [{"x": 1, "y": 1}, {"x": 6, "y": 5}]}
    collection = AnnotationCollection.from_json([BROKEN, box], height=H, width=W)

    view = render(collection, ("instance", "mask"))["instance"]

    assert np.count_nonzero(view) == 20
    assert collection.problems[0].json_path == "$[0].coordinates"


def test_a_broken_mask_alone_raises() -> None:
    annotation = AnnotationCollection.from_json([BROKEN])[0]

    with pytest.raises(InputError):
        definition_mask(annotation.annotation_definition, H, W)


# --- poses ------------------------------------------------------------------------------------------------------


def _posed(**ontology: Any) -> AnnotationCollection:
    collection = AnnotationCollection(item=Item(height=40, width=40, ontology=Ontology(**ontology)))
    collection.add(Pose("person", "t1"))
    collection[0].id = "p1"
    for label, x, y in (("nose", 5, 5), ("foot", 35, 35)):
        collection.add(Point(x, y, label), parent_id="p1")
    return collection


def test_points_of_a_pose_are_joined_where_its_template_is_known() -> None:
    skeleton = Skeleton(points=("foot", "tail", "nose"), edges=((0, 2), (1, 2)))

    stack = mask_stack(_posed(skeletons={"t1": skeleton}), 40, 40)

    assert stack[0, 20, 20]
    assert not stack[1:, 20, 20].any()


def test_points_of_a_pose_are_still_drawn_where_its_template_is_unknown() -> None:
    stack = mask_stack(_posed(), 40, 40)

    assert stack.any(axis=(1, 2)).tolist() == [False, True, True]


# --- frames -----------------------------------------------------------------------------------------------------


def _clip() -> AnnotationCollection:
    clip = AnnotationCollection(item=Item(height=H, width=W, mimetype="video/mp4", fps=25))
    clip.add(Box(0, 0, 4, 4, "car"), object_id=1, frame_num=2)
    clip.add(Box(8, 8, 12, 12, "dog"), object_id=1, frame_num=6)
    clip.add(Box(0, 8, 4, 12, "dog"), object_id=1, frame_num=8, object_visible=False)
    clip.add(Box(0, 8, 4, 12, "dog"), object_id=1, frame_num=10)
    return clip


@pytest.mark.parametrize(
    ("frame", "corner"),
    [(None, (0, 0)), (2, (0, 0)), (6, (8, 8)), (10, (8, 0)), (1, None), (11, None)],
)
def test_frame_decides_the_state(frame: int | None, corner: tuple[int, int] | None) -> None:
    view = render(_clip(), "object_id", frame=frame)["object_id"]

    assert tuple(np.argwhere(view)[0].tolist()) == corner if corner else not view.any()


@pytest.mark.parametrize("frame", [8, 9])
def test_a4_objects_that_are_not_visible_are_not_drawn(frame: int) -> None:
    assert not render(_clip(), "object_id", frame=frame)["object_id"].any()


def test_unknown_interpolation_is_refused() -> None:
    with pytest.raises(InputError, match="interpolation"):
        render(_collection(CAR), "mask", interpolation="cubic")


def test_ids_are_the_same_at_every_frame() -> None:
    first, later = (render(_clip(), "instance", frame=frame)["instance"].max() for frame in (2, 6))

    assert (first, later) == (1, 2)


@pytest.mark.parametrize("frame", [0, 7, 10_000])
def test_b_a_still_is_drawn_at_every_frame(frame: int) -> None:
    assert np.count_nonzero(render(_collection(CAR), "instance", frame=frame)["instance"]) == 20


def test_labels_are_numbered_anew_after_a_keyframe_changed() -> None:
    track = Annotation.new(annotation_definition=CAR, object_id=1, frame_num=0)
    track.add_frame(CAR.replace(label="bus"), 5)

    before = label_map(track, H, W, frame=0).max()
    track.add_frame(CAR.replace(label="ant"), 7)

    assert (before, label_map(track, H, W, frame=0).max()) == (2, 3)


def test_a13_rendering_changes_nothing() -> None:
    clip = _clip()
    clip[0].set_frame(6)
    before = pickle.dumps(clip.to_json())

    for frame in range(12):
        render(clip, ("mask", "instance", "object_id"), frame=frame)

    assert pickle.dumps(clip.to_json()) == before
    assert clip[0].current_frame == 6
    assert clip[0].label == "dog"


def test_a13_two_threads_render_what_one_does() -> None:
    clip = _clip()
    clip.add(Segmentation(np.eye(H, W, dtype=np.bool_), "mask"), object_id=9)
    clip.add(Ellipse(8, 6, 4, 3, 30, "disc"), object_id=10)
    image = np.full((H, W, 3), 90, np.uint8)

    def picture(frame: int) -> bytes:
        views = render(clip, ("mask", "overlay"), image=image, frame=frame % 12, alpha=0.5)
        return views["mask"].tobytes() + views["overlay"].tobytes()

    alone = [picture(frame) for frame in range(300)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(picture, range(300)))

    assert alone == together


# --- text -------------------------------------------------------------------------------------------------------


def test_a18_text_is_written_on_mask_and_overlay_only() -> None:
    collection = _collection(Box(5, 30, 60, 70, "car"))
    collection.item.height = collection.item.width = 80
    names = ("mask", "instance", "object_id", "overlay")
    image = np.zeros((80, 80, 3), np.uint8)

    plain = render(collection, names, image=image)
    labelled = render(collection, names, image=image, with_text=True)

    changed = {name: not np.array_equal(plain[name], labelled[name]) for name in names}
    assert changed == {"mask": True, "instance": False, "object_id": False, "overlay": True}


def test_a18_every_type_has_text() -> None:
    cube = Cube("x", (20, 30), (60, 30), (60, 70), (20, 70), (25, 25), (65, 25), (65, 65), (25, 65))

    plain = render([cube], "mask", height=80, width=80, thickness=1)["mask"]
    labelled = render([cube], "mask", height=80, width=80, thickness=1, with_text=True)["mask"]

    assert np.count_nonzero((plain != labelled).any(axis=2)) > 50


def test_label_of_a_whole_image_is_written_in_its_corner() -> None:
    view = render([Classification("day")], "mask", height=80, width=80, with_text=True)["mask"]

    assert view[:4, :4, 3].all()


def test_mark_on_text_that_has_a_place_is_labelled_there() -> None:
    mark = Text("block", 0, 9, "title", 40, 30)

    view = render([mark], "mask", height=80, width=80, with_text=True)["mask"]

    rows, columns = np.nonzero(view[..., 3])
    assert rows.max() < 41
    assert columns.min() == 30


def test_one_warning_names_all_characters_no_font_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annogeo.rendering.labels.writing._told", set())
    collection = _collection(Box(5, 5, 9, 9, "a\U0010fffd"), Box(5, 5, 9, 9, "b\U0010fffd"))

    with pytest.warns(AnnogeoWarning, match="font") as caught:
        render(collection, "mask", with_text=True)

    assert len(caught) == 1


def test_text_size_can_be_set() -> None:
    small, large = (
        np.count_nonzero(
            render([Classification("day")], "mask", height=99, width=99, with_text=True, style=style)["mask"]
        )
        for style in (Style(text_size=8), Style(text_size=30))
    )

    assert large > 4 * small


def test_joints_of_a_pose_are_named_without_their_attributes() -> None:
    with_attribute, without = (
        render(_joint(attributes), "mask", height=99, width=99, with_text=True)["mask"]
        for attributes in ({"visible": "Visible"}, None)
    )

    np.testing.assert_array_equal(with_attribute, without)


def _joint(attributes: Any) -> AnnotationCollection:
    collection = AnnotationCollection()
    collection.add(Point(50, 50, "nose", attributes), parent_id="p1")
    return collection

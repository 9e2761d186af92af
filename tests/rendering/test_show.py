"""`show`: the seed's arguments without its defects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annogeo.definitions import (
    Box,
    Cube,
    Cube3d,
    Definition,
    Description,
    Ellipse,
    FreeText,
    Gis,
    Note,
    Point,
    Polygon,
    Polyline,
    Segmentation,
    Subtitle,
    Text,
)
from annogeo.errors import AnnogeoWarning, InputError
from annogeo.model import (
    Annotation,
    AnnotationCollection,
    FrameAnnotation,
    Item,
    Ontology,
    ViewAnnotationOptions,
)

H, W = 48, 64
CAR = Box(10, 5, 40, 30, "car")


def _collection(*definitions: Definition, **ontology: Any) -> AnnotationCollection:
    collection = AnnotationCollection(item=Item(height=H, width=W, ontology=Ontology(**ontology)))
    for k, definition in enumerate(definitions, 1):
        collection.add(definition, object_id=k)
    return collection


# --- views and images -------------------------------------------------------------------------------------------


def test_mask_on_nothing_is_rgba() -> None:
    view = _collection(CAR, color_map={"car": (1, 2, 3)}).show(thickness=-1)

    assert (view.shape, view.dtype) == ((H, W, 4), np.uint8)
    assert view[10, 20].tolist() == [1, 2, 3, 255]


@pytest.mark.parametrize("channels", [(), (1,), (3,), (4,)])
def test_mask_on_a_picture_is_the_picture_as_rgba(channels: tuple[int, ...]) -> None:
    image = np.full((H, W, *channels), 100, np.uint8)
    if channels == (4,):
        image[..., 3] = 255
    before = image.copy()

    view = _collection(CAR, color_map={"car": (0, 255, 0)}).show(image, thickness=-1, alpha=0.5)

    assert view[10, 20].tolist() == [50, 178, 50, 255]
    assert view[0, 0].tolist() == [100, 100, 100, 255]
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
@pytest.mark.parametrize("view", ["instance", "object_id"])
def test_a25_ids_on_an_id_map_keep_its_dtype_and_leave_it_alone(dtype: Any, view: str) -> None:
    image = np.full((H, W), 77, dtype)

    shown = _collection(CAR).show(
        image,
        thickness=-1,
        annotation_format=view,
        label_instance_dict={"car": 9} if view == "instance" else None,
    )

    assert shown.dtype == dtype
    assert set(np.unique(shown)) == {77, 9 if view == "instance" else 1}
    assert (image == 77).all()


@pytest.mark.parametrize("image", [np.zeros((H, W, 3), np.uint8), np.zeros((H, W), np.float32)])
def test_ids_on_what_is_no_id_map_are_refused(image: Any) -> None:
    with pytest.raises(InputError, match="id map"):
        _collection(CAR).show(image, annotation_format="instance")


def test_a16_ids_that_an_id_map_cannot_hold_are_refused() -> None:
    with pytest.raises(InputError, match="uint8"):
        _collection(CAR).show(
            np.zeros((H, W), np.uint8), annotation_format="instance", label_instance_dict={"car": 300}
        )


def test_b_annotation_on_image_works_without_a_colour() -> None:
    image = np.full((H, W, 3), 100, np.uint8)

    view = _collection(CAR).show(image, annotation_format=ViewAnnotationOptions.ANNOTATION_ON_IMAGE)

    assert view.shape == (H, W, 3)
    assert (view != image).any()


def test_annotation_on_image_needs_an_image() -> None:
    with pytest.raises(InputError, match="image"):
        _collection(CAR).show(annotation_format="img_mask")


def test_b_one_channel_images_work() -> None:
    assert _collection(CAR).show(np.zeros((H, W, 1), np.uint8)).shape == (H, W, 4)


def test_b_json_is_the_json() -> None:
    collection = _collection(CAR)

    assert collection.show(annotation_format="json") == collection.to_json()


def test_image_decides_the_size_whatever_height_and_width_say() -> None:
    assert _collection(CAR).show(np.zeros((7, 9, 3), np.uint8), height=3, width=3).shape == (7, 9, 4)


@pytest.mark.parametrize("alpha", [-0.1, 1.5])
def test_alpha_outside_its_range_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        _collection(CAR).show(alpha=alpha)


# --- ids --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thickness", [-1, None, 0, 1, 2, 3])
@pytest.mark.parametrize(
    "definition", [CAR, Note(10, 5, 40, 30, "car"), Point(20, 20, "car"), Ellipse(20, 20, 9, 5, 30, "car")]
)
def test_a1_ids_are_never_blended(definition: Definition, thickness: int | None) -> None:
    view = _collection(definition).show(
        thickness=thickness, annotation_format="instance", label_instance_dict={"car": 200}
    )

    assert set(np.unique(view)) == {0, 200}


def test_label_instance_dict_default_is_the_background() -> None:
    view = _collection(CAR).show(
        thickness=-1, annotation_format="instance", label_instance_dict={"car": 3, "$default": 300}
    )

    assert (view[0, 0], view[10, 20], view.dtype) == (300, 3, np.uint16)


def test_label_missing_from_label_instance_dict_draws_1_and_warns() -> None:
    with pytest.warns(AnnogeoWarning, match="'car'"):
        view = _collection(CAR).show(
            thickness=-1, annotation_format="instance", label_instance_dict={"dog": 4}
        )

    assert view.max() == 1


# --- colours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("color", [(9, 8, 7), [9, 8, 7], "#090807", (9, 8, 7, 255)])
@pytest.mark.parametrize("definition", [CAR, Segmentation(np.ones((H, W), np.bool_), "car")])
def test_b_one_colour_for_all_in_any_form(definition: Definition, color: Any) -> None:
    view = _collection(definition, color_map={"car": "red"}).show(color=color, thickness=-1)

    assert view[10, 20].tolist() == [9, 8, 7, 255]


def test_a8_colour_of_three_values_is_blended_too() -> None:
    image = np.full((H, W, 3), 100, np.uint8)

    view = _collection(CAR).show(image, color=(0, 255, 0), alpha=0.5, thickness=-1)

    assert view[10, 20].tolist() == [50, 178, 50, 255]


@pytest.mark.parametrize("color", ["no colour", (1, 2), (1, 2, 300), 5])
def test_what_is_no_colour_is_refused(color: Any) -> None:
    with pytest.raises(InputError, match="color"):
        _collection(CAR).show(color=color)


# --- geometry ---------------------------------------------------------------------------------------------------


def test_a5_turned_boxes_are_drawn_turned() -> None:
    straight, turned = (_collection(CAR.replace(angle=angle)).show(thickness=1) for angle in (None, 45))

    assert (straight != turned).any()


def test_a11_moving_a_box_moves_its_drawing() -> None:
    collection = _collection(CAR)
    collection[0].left = 0

    view = collection.show(thickness=-1, annotation_format="instance")

    assert view[10, 0] == 1


def test_thickness_decides_line_and_point_size() -> None:
    def touched(definition: Definition, thickness: int | None) -> int:
        view = _collection(definition).show(thickness=thickness, annotation_format="instance")
        return int(np.count_nonzero(view))

    line, point = Polyline([(8, 24), (56, 24)], "line"), Point(32, 24, "point")

    assert touched(line, 1) < touched(line, None) == touched(line, 2) < touched(line, 5)
    assert touched(point, 1) < touched(point, 3) < touched(point, None) == touched(point, 5)


def test_no_thickness_is_two_pixels() -> None:
    line = Polyline([(8, 24), (56, 24)], "line")

    view = _collection(line).show(annotation_format="instance")

    assert np.count_nonzero(view[:, 30]) == 2


def test_outline_of_a_cube_under_rule_opencv_is_the_seeds_to_the_pixel() -> None:
    import cv2  # the picture is small and the cube large: clipped lines differ by the end they are drawn from

    fronts = [(-4, 19), (89, 30), (68, 65), (-7, 70)]
    backs = [(30, 36), (38, -7), (26, 94), (0, 68)]
    expected = np.zeros((70, 90), np.uint8)
    for face in (fronts, backs):
        cv2.polylines(expected, [np.array(face[::-1])], True, 1)
    for front, back in zip(fronts, backs, strict=True):
        cv2.line(expected, front, back, 1)

    view = Cube("x", *fronts, *backs).show(
        thickness=1, height=70, width=90, annotation_format="instance", rule="opencv"
    )

    np.testing.assert_array_equal(view, expected)


def test_b_cubes_can_be_filled() -> None:
    cube = Cube("car", (10, 10), (40, 10), (40, 40), (10, 40), (15, 5), (45, 5), (45, 35), (15, 35))

    view = _collection(cube).show(thickness=-1, annotation_format="instance")

    assert view[25, 25] == 1


@pytest.mark.parametrize(
    "definition",
    [
        Subtitle("hello", "Text"),
        Description("an item"),
        Gis("car", {"geo_type": "box"}),
        Cube3d("car", [1, 2, 3], [4, 5, 6], [0, 0, 0]),
        Text("paragraph", 3, 9, "name"),
        FreeText("a response"),
        Polygon([], "nothing"),
        Polygon([[1, 1]], "dot"),
    ],
)
def test_b_no_type_stops_the_others_from_being_drawn(definition: Definition) -> None:
    view = _collection(definition, CAR).show(thickness=-1, annotation_format="object_id")

    assert np.count_nonzero(view == 2) == 750


def test_b_empty_collection_is_a_blank_canvas() -> None:
    view = _collection().show()

    assert view.shape == (H, W, 4)
    assert not view.any()


# --- one annotation, one definition, one frame --------------------------------------------------------------------


def test_annotation_definition_and_collection_show_alike() -> None:
    expected = _collection(CAR).show(thickness=-1)

    np.testing.assert_array_equal(_collection(CAR)[0].show(thickness=-1), expected)
    np.testing.assert_array_equal(CAR.show(thickness=-1, height=H, width=W), expected)
    np.testing.assert_array_equal(
        Annotation.new(annotation_definition=CAR).show(thickness=-1, height=H, width=W), expected
    )


def test_definition_without_a_size_says_how_to_give_one() -> None:
    with pytest.raises(InputError, match="height"):
        CAR.show()


def _clip() -> AnnotationCollection:
    clip = AnnotationCollection(item=Item(height=H, width=W, mimetype="video/mp4", fps=25))
    clip.add(Box(0, 0, 10, 10, "car"), object_id=1, frame_num=0)
    clip.add(Box(30, 30, 40, 40, "dog"), object_id=1, frame_num=5, end_frame_num=8)
    return clip


def test_frame_num_decides_the_state() -> None:
    early, late = (_clip().show(frame_num=n, thickness=-1, annotation_format="object_id") for n in (0, 6))

    assert (early[5, 5], early[35, 35]) == (1, 0)
    assert (late[5, 5], late[35, 35]) == (0, 1)


def test_frame_outside_the_range_leaves_the_image_unchanged() -> None:
    image = np.full((H, W, 3), 100, np.uint8)

    np.testing.assert_array_equal(_clip().show(image, frame_num=99)[..., :3], image)
    assert not _clip().show(frame_num=99).any()


def test_b_frame_num_works_on_stills() -> None:
    np.testing.assert_array_equal(_collection(CAR).show(frame_num=0), _collection(CAR).show())


def test_a13_showing_frames_moves_nothing() -> None:
    clip = _clip()
    clip[0].set_frame(0)

    clip.show(frame_num=5)
    clip[0].show(frame_num=5, height=H, width=W)

    assert (clip[0].label, clip[0].left, clip[0].current_frame) == ("car", 0, 0)


def test_a2_masks_from_json_can_be_shown_and_written_again() -> None:
    document = _collection(Segmentation(np.eye(H, W, dtype=np.bool_), "mask", color=(1, 2, 3))).to_json()
    collection = AnnotationCollection.from_json(document, height=H, width=W)

    collection.show()

    assert collection.to_json() == document


def test_frame_of_an_annotation_shows_itself() -> None:
    state = _clip()[0].at_frame(6)
    assert isinstance(state, FrameAnnotation)

    view = state.show(thickness=-1, annotation_format="object_id")

    assert view[35, 35] == 1


# --- text -------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:no font on this machine")  # OpenCV 4 has none for every script
@pytest.mark.parametrize("size", [(48, 64), (8, 8), (3, 200), (1, 1), (1080, 1920)])
def test_a18_text_fits_pictures_of_any_size(size: tuple[int, int]) -> None:
    collection = _collection(CAR.replace(attributes={"colour": "red"}), Point(0, 0, "çé日本"))

    view = collection.show(np.zeros((*size, 3), np.uint8), with_text=True)

    assert view.shape == (*size, 4)
    assert view[..., :3].any()


def test_a18_text_never_reaches_id_maps() -> None:
    collection = _collection(CAR)

    for view in ("instance", "object_id"):
        np.testing.assert_array_equal(
            collection.show(annotation_format=view, with_text=True), collection.show(annotation_format=view)
        )

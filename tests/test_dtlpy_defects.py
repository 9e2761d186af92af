"""What is wrong in dtlpy 1.126.5 is right here: one test per known defect, through the public names only.

The rows are those of the defect list annogeo was planned with: A are wrong results, B crashes and dead ends, C
slowness. Rows about video files, WebVTT and other tools' formats come with those features.
"""

from __future__ import annotations

import base64
import copy
import io
import json
import pickle
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

import annogeo as ag

GREY = np.full((48, 64, 3), 100, np.uint8)


def collection(*definitions: ag.Definition, **arguments: Any) -> ag.AnnotationCollection:
    made = ag.AnnotationCollection(item=ag.Item("/scene.png", width=64, height=48, mimetype="image/png"))
    for definition in definitions:
        made.add(definition, **arguments)
    return made


def box(left: float, top: float, right: float, bottom: float, label: str = "car", **more: Any) -> ag.Box:
    return ag.Box(left, top, right, bottom, label, **more)


def entry(json_type: str, coordinates: Any, label: Any = "car", **more: Any) -> dict[str, Any]:
    return {"type": json_type, "label": label, "coordinates": coordinates, "metadata": {"system": {}}, **more}


def corners(left: float, top: float, right: float, bottom: float) -> list[dict[str, float]]:
    return [{"x": left, "y": top, "z": 0}, {"x": right, "y": bottom, "z": 0}]


def mask_uri(mask: npt.NDArray[np.bool_], rgb: tuple[int, int, int] = (255, 165, 0)) -> str:
    pixels = np.zeros((*mask.shape, 4), np.uint8)
    pixels[mask] = (*rgb, 255)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def disk() -> npt.NDArray[np.bool_]:
    y, x = np.mgrid[:48, :64]
    mask: npt.NDArray[np.bool_] = (x - 30) ** 2 + (y - 20) ** 2 < 150
    return mask


def cube(**more: Any) -> ag.Cube:
    front = [(10, 15), (35, 15), (35, 40), (10, 40)]
    return ag.Cube("car", *front, *[(x + 10, y - 10) for x, y in front], **more)


def track() -> ag.AnnotationCollection:
    made = ag.AnnotationCollection()
    made.add(box(0, 0, 10, 10, "car", attributes={"s": 1}), object_id=1, frame_num=0)
    made.add(box(30, 0, 40, 10, "dog"), object_id=1, frame_num=5)
    made.add(box(50, 0, 60, 10, "dog"), object_id=1, frame_num=10)
    return made


# --- A: wrong results ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thickness", [-1, 1, 3, None])
@pytest.mark.parametrize("view", ["instance", "object_id"])
def test_a1_ids_are_never_anti_aliased(view: str, thickness: float | None) -> None:
    shapes = (box(10, 5, 40, 30), ag.Point(50, 20, "car"), ag.Note(3, 3, 9, 9, "car"))

    shown = collection(*shapes, object_id=9).show(
        thickness=thickness, annotation_format=view, label_instance_dict={"car": 9}
    )

    assert set(np.unique(shown)) == {0, 9}


def test_a2_a_mask_read_from_json_can_be_shown_and_written() -> None:
    document = [entry("binary", mask_uri(disk()))]
    loaded = ag.AnnotationCollection.from_json(document, item=ag.Item("/a.png", width=64, height=48))

    assert loaded[0].left > 0
    assert loaded.show()[20, 30].tolist() == [255, 165, 0, 255]
    assert loaded.to_json()["annotations"] == document


def test_a3_between_keyframes_the_box_moves() -> None:
    made = ag.AnnotationCollection()
    made.add(box(0, 0, 10, 10), object_id=1, frame_num=0)
    made.add(box(100, 0, 110, 10), object_id=1, frame_num=10)
    state, held = made[0].at_frame(5), made[0].at_frame(5, interpolation="hold")

    assert (state.left, state.right, state.interpolation) == (50, 60, True)  # type: ignore[union-attr]
    assert held.left == 0  # type: ignore[union-attr]
    made[0].set_frame(5)
    assert made[0].left == made.get_frame(5)[0].left == 50
    shown = made.show(frame_num=5, thickness=-1, height=12, width=120)[..., 3] > 0
    assert np.flatnonzero(shown[5]).tolist() == list(range(50, 60))
    kept = made.show(frame_num=5, thickness=-1, height=12, width=120, interpolation="hold")[..., 3] > 0
    assert np.flatnonzero(kept[5]).tolist() == list(range(10))
    view = ag.render(made, frame=5, height=12, width=120)["mask"]
    assert np.array_equal(view[..., 3] > 0, shown)


def test_a4_an_invisible_object_is_not_drawn() -> None:
    hidden = track()
    hidden.add(box(30, 0, 40, 10, "dog"), object_id=1, frame_num=7, object_visible=False)

    assert not hidden.show(frame_num=7, height=48, width=64).any()
    assert hidden.show(frame_num=6, height=48, width=64).any()
    assert len(hidden.get_frame(7)) == 0
    assert not hidden.show(frame_num=8, height=48, width=64).any()
    assert hidden[0].interpolate([6, 7, 9, 10])[1:3] == [None, None]
    assert hidden.show(frame_num=10, height=48, width=64).any()


def test_a5_rotated_boxes_are_drawn_rotated() -> None:
    turned = collection(box(10, 10, 40, 20, angle=45)).show(thickness=1)

    assert not np.array_equal(turned, collection(box(10, 10, 40, 20)).show(thickness=1))
    assert ag.Box(0, 0, 4, 2, "car", angle=90).corners.round(9).tolist() == [[3, -1], [3, 3], [1, 3], [1, -1]]


def test_a6_polygon_holes_and_parts_are_kept() -> None:
    rings = [
        [(2, 2), (30, 2), (30, 30), (2, 30)],
        [(10, 10), (20, 10), (20, 20), (10, 20)],
        [(40, 2), (50, 2), (50, 9)],
    ]
    coordinates = [[{"x": x, "y": y} for x, y in ring] for ring in rings]
    loaded = ag.AnnotationCollection.from_json([entry("segment", coordinates)])
    polygon = loaded[0].annotation_definition

    assert len(polygon.rings) == 3
    assert [len(part.rings) for part in polygon.parts] == [2, 1]
    assert not polygon.to_mask(48, 64)[15, 15]
    assert loaded.to_json()["annotations"][0]["coordinates"] == coordinates


def test_a7_holes_of_masks_stay_holes_and_make_no_boxes() -> None:
    ring = disk()
    ring[18:23, 28:33] = False
    polygon = ag.Polygon.from_segmentation(ring, "car")

    assert isinstance(polygon, ag.Polygon)
    assert np.array_equal(polygon.to_mask(48, 64), ring)
    assert len(ag.Segmentation(ring, "car").to_box()) == 1


def test_a8_alpha_applies_once_to_every_type() -> None:
    shapes = {
        "box": box(10, 10, 40, 30),
        "ellipse": ag.Ellipse(25, 20, 15, 10, 0, "car"),
        "cube": cube(),
        "polygon": ag.Polygon([(10, 10), (40, 10), (40, 30), (10, 30)], "car"),
        "mask": ag.Segmentation(disk(), "car"),
    }
    for name, shape in shapes.items():
        blank = collection(shape).show(thickness=-1, color=(0, 255, 0), alpha=0.5)
        on_grey = collection(shape).show(GREY, thickness=-1, color=(0, 255, 0), alpha=0.5)

        assert blank[20, 25].tolist() == [0, 255, 0, 128], name
        assert np.abs(on_grey[20, 25].astype(int) - [50, 178, 50, 255]).max() <= 1, name


def test_a9_masks_of_any_numbers_are_not_changed_and_keep_their_pixels() -> None:
    given = np.zeros((4, 4))
    given[:2] = [0, 1, 3, 3]
    before = given.copy()
    made = collection(ag.Segmentation(given, "car"))

    loaded = ag.AnnotationCollection.from_json(json.dumps(made.to_json()))

    assert np.array_equal(given, before)
    assert np.array_equal(loaded[0].geo, given > 0)


def test_a10_points_and_cubes_have_their_own_extents() -> None:
    point = ag.Point(11, 22, "nose")

    assert (point.left, point.top, point.right, point.bottom) == (11, 22, 11, 22)
    assert cube().bounds.tolist() == [10, 5, 45, 40]


def test_a11_moving_a_box_moves_its_drawing() -> None:
    made = collection(box(10, 10, 20, 20))
    made[0].left = 0

    assert made.show(thickness=-1)[15, 2].any()


def test_a12_frames_share_nothing() -> None:
    annotation = track()[0]
    annotation.set_frame(3)
    annotation.left = -5

    held = [annotation.at_frame(n, interpolation="hold") for n in (0, 2, 3, 4, 5)]
    assert [state.left for state in held if state] == [0, 0, -5, -5, 30]
    assert [annotation.at_frame(n).left for n in (0, 3, 4, 5)] == [0, -5, 12.5, 30]  # type: ignore[union-attr]
    annotation.set_frame(4)
    with pytest.raises(ag.InputError, match="in place"):
        annotation.attributes["s"] = 2
    annotation.attributes = {"s": 2}
    assert annotation.at_frame(0).attributes == {"s": 1}  # type: ignore[union-attr]


def test_a13_drawing_changes_nothing() -> None:
    made = track()
    before = made.to_json()
    made.show(frame_num=5, height=48, width=64)
    made.get_frame(7)

    assert (made[0].label, made[0].left, made[0].current_frame) == ("car", 0, 0)
    assert made.to_json() == before


def test_a13_two_threads_draw_two_frames_of_one_collection() -> None:
    made = track()
    expected = {n: made.show(frame_num=n, height=48, width=64) for n in (0, 5)}
    wrong: list[int] = []

    def draw(frame: int) -> None:
        for _ in range(100):
            if not np.array_equal(made.show(frame_num=frame, height=48, width=64), expected[frame]):
                wrong.append(frame)

    threads = [threading.Thread(target=draw, args=(frame,)) for frame in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


def test_a14_a_start_time_decides_the_first_frame() -> None:
    made = ag.AnnotationCollection(item=ag.Item("/a.mp4", mimetype="video/mp4", fps=25))
    made.add(box(0, 0, 9, 9), object_id=1, start_time=1, end_time=2)

    assert (made[0].start_frame, made[0].end_frame) == (25, 50)
    assert made.at_frame(24) is None or len(made.at_frame(24)) == 0


def test_a15_a_frame_before_the_first_keeps_the_first() -> None:
    made = ag.AnnotationCollection()
    made.add(box(4, 4, 9, 9), object_id=1, frame_num=4)
    made[0].add_frame(box(2, 2, 9, 9), frame_num=2)

    assert made[0].frames.actual_keys() == [2, 4]
    assert made[0].at_frame(4).left == 4  # type: ignore[union-attr]


@pytest.mark.parametrize(("number", "dtype"), [(255, np.uint8), (300, np.uint16), (70_000, np.int32)])
def test_a16_large_ids_get_a_larger_type(number: int, dtype: Any) -> None:
    made = collection(box(1, 1, 9, 9), ag.Segmentation(disk(), "car"), object_id=number)
    views = ag.render(made, ("instance", "object_id"), ids={"car": number})

    for view in views.values():
        assert view.dtype == dtype
        assert set(np.unique(view)) == {0, number}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a17_every_orientation_lands_where_it_is_seen(orientation: int, tmp_path: Path) -> None:
    shown = np.zeros((48, 64, 3), np.uint8)
    shown[10:20, 4:16] = 200
    swapped = orientation >= 5
    turn = {1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud}
    turn |= {5: lambda a: a.swapaxes(0, 1), 6: lambda a: np.rot90(a, 1), 8: lambda a: np.rot90(a, -1)}
    turn[7] = lambda a: np.rot90(a.swapaxes(0, 1), 2)
    stored = np.ascontiguousarray(turn[orientation](shown))
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(stored).save(tmp_path / "a.png", exif=exif)
    made = ag.AnnotationCollection(item=ag.Item("/a.png", width=64, height=48, mimetype="image/png"))
    made.add(box(4, 10, 16, 20))

    made.download(
        str(tmp_path / "mask.png"),
        str(tmp_path / "a.png"),
        annotation_format="instance",
        thickness=-1,
        orientation=orientation,
        height=48,
        width=64,
    )

    pixels = np.asarray(Image.open(tmp_path / "mask.png"))
    assert pixels.shape == ((64, 48) if swapped else (48, 64))
    assert np.array_equal(pixels > 0, stored[..., 0] > 0)


@pytest.mark.parametrize("view", ["instance", "object_id"])
def test_a18_text_is_never_written_into_ids(view: str) -> None:
    made = collection(box(10, 20, 40, 40), cube(), object_id=3)

    with_text = made.show(annotation_format=view, with_text=True, label_instance_dict={"car": 7})

    assert np.array_equal(with_text, made.show(annotation_format=view, label_instance_dict={"car": 7}))


def test_a18_text_shows_on_masks_for_every_type() -> None:
    for shape in (box(10, 20, 40, 40), cube()):
        made = collection(shape)
        plain, with_text = made.show(), made.show(with_text=True)

        assert (with_text[..., 3] > plain[..., 3]).any()


def test_a19_the_order_of_the_file_is_kept() -> None:
    document = [entry("box", corners(0, 0, 9, 9), label) for label in "zam"]
    loaded = ag.AnnotationCollection.from_json(document)

    assert [annotation.label for annotation in loaded] == ["z", "a", "m"]
    assert (
        ag.render(loaded, "instance", height=9, width=9, ids={"z": 1, "a": 2, "m": 3})["instance"][4, 4] == 3
    )


def test_a20_a_polygon_and_its_mask_are_the_same_pixels() -> None:
    ring = np.array([(5.9, 5.9), (40.9, 9.9), (20.9, 40.9)])
    mask = ag.Segmentation.from_polygon(ring, "car", (48, 64))

    assert np.array_equal(mask.geo, ag.Polygon(ring, "car").to_mask(48, 64))


def test_a21_one_part_does_not_decide_how_another_is_simplified() -> None:
    y, x = np.mgrid[:200, :300]
    small = (x - 250) ** 2 + (y - 30) ** 2 < 80
    large = (x - 100) ** 2 + (y - 100) ** 2 < 8000
    alone = ag.Polygon.from_segmentation(small, "a", max_instances=None)
    both = ag.Polygon.from_segmentation(small | large, "a", max_instances=None)

    assert np.array_equal(both[1].geo, alone[0].geo)  # type: ignore[index]


def test_a22_masks_lose_no_pixel() -> None:
    square = np.zeros((20, 20), bool)
    square[5:15, 5:15] = True
    single = np.zeros((20, 20), bool)
    single[7, 9] = True
    line = np.zeros((20, 20), bool)
    line[3, 2:18] = True

    assert ag.Polygon.from_segmentation(square, "a", epsilon=0).area == 100  # type: ignore[union-attr]
    assert ag.Segmentation(square, "a").bounds.tolist() == [5, 5, 15, 15]
    for mask in (single, line):
        polygon = ag.Polygon.from_segmentation(mask, "a")
        assert np.array_equal(polygon.to_mask(20, 20), mask)  # type: ignore[union-attr]


def test_a25_inputs_are_neither_shared_nor_changed() -> None:
    metadata = {"user": {"z": 1}}
    made = collection(
        [box(0, 0, 4, 4), box(5, 5, 9, 9)], metadata=metadata, model_info={"name": "m", "confidence": 0.5}
    )
    made[0].metadata["user"]["z"] = 2
    snapshot = {"frame": 3, "fixed": True, "label": "car", "data": corners(1, 1, 5, 5)}
    video = [
        entry("box", corners(0, 0, 4, 4), metadata={"system": {"endFrame": 3, "snapshots_": [snapshot]}})
    ]
    before = copy.deepcopy(video)
    _ = ag.AnnotationCollection.from_json(video)[0].at_frame(3).left  # type: ignore[union-attr]
    rgba, ids = np.full((48, 64, 4), 9, np.uint8), np.zeros((48, 64), np.uint8)
    made.show(rgba)
    made.show(ids, annotation_format="instance")

    assert metadata == {"user": {"z": 1}}
    assert made[1].metadata["user"]["z"] == 1
    assert video == before
    assert (rgba == 9).all()
    assert not ids.any()


# --- B: crashes and dead ends -----------------------------------------------------------------------------------------


def test_b_a_label_without_a_colour_is_drawn() -> None:
    made = ag.AnnotationCollection(item=ag.Item("/a.png", width=9, height=9), colors={"nocolor": None})
    made.add(box(1, 1, 9, 9, "nocolor"))

    assert made.show(thickness=-1)[5, 5, 3] == 255


@pytest.mark.parametrize(
    "color",
    ["#fff", "#f80f", "#ff8800", "rgb(255, 136, 0)", "rgba(255, 136, 0, .5)", "orange", (1, 2, 3), [1, 2, 3]],
)
def test_b_colours_in_any_spelling(color: Any) -> None:
    ontology = ag.Ontology()
    ontology.add_label("car", color)
    made = ag.AnnotationCollection(item=ag.Item("/a.png", width=9, height=9, ontology=ontology))
    made.add(box(1, 1, 9, 9))

    assert made.show(thickness=-1)[5, 5, 3] > 0


def test_b_colours_are_never_evaluated() -> None:
    with pytest.raises(ag.InputError):
        ag.Ontology().add_label("car", "rgb(*__import__('os').sys.exit(3))")


def test_b_a_cube_can_be_filled() -> None:
    assert collection(cube()).show(thickness=-1)[30, 20, 3] == 255


def test_b_annotations_on_an_image_need_no_colour() -> None:
    shown = collection(box(10, 5, 40, 30)).show(GREY, annotation_format="img_mask", thickness=-1)

    assert shown.shape == GREY.shape
    assert (shown[10, 20] != 100).any()


@pytest.mark.parametrize("view", ["mask", "instance", "object_id"])
def test_b_an_empty_collection_is_a_blank_canvas(view: str, tmp_path: Path) -> None:
    shown = collection().show(annotation_format=view)
    collection().download(str(tmp_path / "a.png"), annotation_format=view)

    assert shown.shape[:2] == (48, 64)
    assert not shown.any()
    assert Image.open(tmp_path / "a.png").size == (64, 48)


@pytest.mark.parametrize(
    "shape",
    [
        ag.Subtitle("hello", "Text"),
        ag.Description("an item"),
        ag.Classification("day"),
        ag.Pose("person", "template"),
        ag.UndefinedAnnotationType("ref_semantic_3d", "road", {"any": 1}),
    ],
    ids=lambda shape: shape.type,
)
def test_b_types_without_a_place_stop_nothing(shape: ag.Definition) -> None:
    assert collection(shape, box(0, 0, 9, 9)).show(thickness=-1)[4, 4].any()


@pytest.mark.parametrize(
    "data",
    [
        entry("gis", {"geo_type": "box", "wgs84_geo_coordinates": []}),
        entry("text", "free text"),
        entry("text_mark", {"type": "paragraph", "label": "a", "start": 0, "end": 3}),
        entry("ref_image", {"ref": "https://x/y.png", "refType": "url", "mimetype": None}),
        entry("cube_3d", {k: {"x": 1, "y": 2, "z": 3} for k in ("position", "scale", "rotation")}),
        entry("comparison", [{"key": "a"}]),
    ],
    ids=lambda data: data["type"],
)
def test_b_newer_types_stop_nothing(data: dict[str, Any]) -> None:
    loaded = ag.AnnotationCollection.from_json([data, entry("box", corners(0, 0, 9, 9))])

    assert not loaded.problems
    assert loaded.show(height=48, width=64, thickness=-1)[4, 4].any()


def test_b_frames_of_a_still() -> None:
    made = collection(box(1, 1, 9, 9))

    assert made.show(frame_num=0, thickness=-1).any()
    assert len(made.get_frame(0)) == 1


def test_b_no_object_id_draws_background_and_says_so() -> None:
    made = collection(box(1, 1, 9, 9))

    assert not made.show(annotation_format="object_id", thickness=-1).any()
    assert any("object id" in problem.message for problem in made.problems)


@pytest.mark.parametrize("shape", [(60, 80), (20, 30)])
def test_b_a_mask_of_another_size_sits_at_the_origin(shape: tuple[int, int]) -> None:
    made = collection(ag.Segmentation(np.ones(shape, bool), "car"))

    shown = made.show(annotation_format="instance")

    assert (shown > 0).sum() == min(48, shape[0]) * min(64, shape[1])
    assert shown[0, 0] == 1
    assert made.problems


def test_b_a_given_colour_works_for_masks() -> None:
    assert collection(ag.Segmentation(disk(), "car")).show(color=(1, 2, 3))[20, 30].tolist() == [1, 2, 3, 255]


def test_b_an_empty_polygon_is_no_pixels() -> None:
    assert not collection(ag.Polygon([], "car")).show(thickness=-1).any()


def test_b_points_as_lists() -> None:
    polygon = ag.Polygon([[5, 6], [40, 9], [20, 40]], "car")

    assert (polygon.left, polygon.top, polygon.right, polygon.bottom) == (5, 6, 40, 40)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "5", None, True])
def test_b_what_is_no_coordinate_is_refused(value: Any) -> None:
    with pytest.raises(ag.InputError):
        box(value, 0, 9, 9)
    with pytest.raises(ag.InputError):
        ag.Polygon([[0, 0], [value, 5], [3, 3]], "car")


def test_b_huge_coordinates_are_clipped_exactly() -> None:
    mask = box(-1e10, 10, 1e10, 20).to_mask(48, 64)

    assert mask[10:20].all()
    assert mask.sum() == 640


def test_b_a_video_is_written_without_an_item() -> None:
    made = track()

    again = ag.AnnotationCollection.from_json(json.dumps(made.to_json()))

    assert again.to_json() == made.to_json()
    assert again[0].frames.actual_keys() == [0, 5, 10]


def test_b_a_bad_annotation_takes_no_other_along() -> None:
    document = [
        entry("box", corners(0, 0, 9, 9), None),
        entry("box", [{"x": 1}]),
        7,
        entry("box", corners(1, 1, 5, 5)),
    ]

    loaded = ag.AnnotationCollection.from_json(document)

    assert len(loaded) == 4
    assert len(loaded.problems) == 2
    assert loaded.to_json()["annotations"] == document
    assert (loaded.show(height=9, width=9, thickness=-1)[..., 3] > 0).all()


def test_b_the_least_an_annotation_has_is_enough() -> None:
    loaded = ag.AnnotationCollection.from_json(
        [{"type": "box", "label": "a", "coordinates": corners(0, 0, 4, 4)}]
    )

    assert isinstance(loaded[0].annotation_definition, ag.Box)


def test_b_a_cube_without_angle_and_a_snapshot_of_a_pose_are_read() -> None:
    points = {
        f"{side}_{corner}": {"x": x, "y": y}
        for side in ("front", "back")
        for corner, (x, y) in zip(("tl", "tr", "br", "bl"), [(0, 0), (9, 0), (9, 9), (0, 9)], strict=True)
    }
    pose = {"templateId": "t", "instanceId": "i"}
    system = {"endFrame": 4, "snapshots_": [{"frame": 4, "label": "person", "data": pose}]}

    loaded = ag.AnnotationCollection.from_json(
        [entry("cube", points), entry("pose", pose, metadata={"system": system})]
    )

    assert not loaded.problems
    assert isinstance(loaded[0].annotation_definition, ag.Cube)
    assert loaded[1].at_frame(4) is not None


def test_b_download_needs_no_item(tmp_path: Path) -> None:
    made = ag.AnnotationCollection()
    made.add(box(1, 1, 5, 5))

    path = made.download(str(tmp_path / "a.png"), annotation_format="mask", height=9, width=9)

    assert Image.open(path).size == (9, 9)


def test_b_an_image_with_one_channel() -> None:
    shown = collection(box(1, 1, 9, 9)).show(
        np.zeros((48, 64, 1), np.uint8), annotation_format="img_mask", thickness=-1
    )

    assert shown.shape == (48, 64, 3)


@pytest.mark.parametrize("shape", [(0, 0), (5, 7)])
def test_b_masks_without_pixels(shape: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mask = ag.Segmentation(np.zeros(shape, bool), "car")

        assert mask.bounds.tolist() == [0, 0, 0, 0]
        assert mask.to_box() == []
        with pytest.raises(ag.InputError):
            ag.Polygon.from_segmentation(np.zeros(shape, bool), "car")
        assert ag.Polygon.from_segmentation(np.zeros(shape, bool), "car", max_instances=None) == []


# --- C: slowness that shows in counts, and D: what was missing ------------------------------------------------------


def test_c_a_static_box_over_a_thousand_frames_is_two_states() -> None:
    made = ag.AnnotationCollection()
    made.add(box(1, 1, 9, 9), object_id=1, frame_num=0, end_frame_num=1000)

    assert len(made[0].frames.actual_keys()) <= 2
    assert len(json.dumps(made.to_json())) < 2000
    assert made[0].at_frame(999).left == 1  # type: ignore[union-attr]


def test_c_playing_a_track_stores_nothing() -> None:
    annotation = track()[0]
    for frame in range(11):
        annotation.at_frame(frame)
        annotation.set_frame(frame)

    assert annotation.frames.actual_keys() == [0, 5, 10]


def test_d_collections_travel_between_processes() -> None:
    made = track()

    assert pickle.loads(pickle.dumps(made)).to_json() == made.to_json()

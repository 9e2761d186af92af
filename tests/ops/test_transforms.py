"""Transforms of collections: every type, every operation, against masks, shapely, Pillow and plain formulas."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.errors import InputError
from annogeo.geometry.affine import map_points, scaling, translation, turning
from tests import strategies
from tests.definitions.examples import EXAMPLES
from tests.naive.warp import map_mask

H, W = 48, 64
SIZE = (H, W)
RNG = np.random.default_rng(11)


def blob(x: float, y: float, radius: float, n: int = 23) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    reach = radius * (0.6 + 0.4 * np.abs(np.sin(2.5 * turn)))
    return np.stack([x + reach * np.cos(turn), y + reach * np.sin(turn)], axis=1)


def scene() -> list[Any]:
    """One of each type that is filled; no centre of a pixel lies on an edge."""
    mask = np.zeros(SIZE, bool)
    mask[5:20, 30:44] = True
    mask[9:12, 33:35] = False
    mask[40:, :3] = True
    return [
        ag.Box(3.3, 4.2, 20.7, 15.1, "box"),
        ag.Box(30.3, 24.2, 50.7, 35.1, "turned", angle=33),
        ag.Ellipse(20.21, 30.37, 12.3, 6.1, 20, "ellipse"),
        ag.Polygon([blob(40.13, 20.29, 19.7), blob(40.13, 20.29, 6.3)], "ring"),
        ag.Cube.from_boxes_and_angle(5.3, 20.1, 17.2, 33.4, 9.7, 15.2, 22.1, 28.3, "cube", 10.3),
        ag.Note(50.3, 3.2, 61.1, 12.7, "note"),
        ag.Segmentation(mask, "mask"),
    ]


def masks(collection: Any, size: tuple[int, int]) -> Any:
    return ag.mask_stack(collection, *size)


EXACT = {
    "flip": (lambda c, **k: ag.flip(c, **k), lambda m: m[:, ::-1]),
    "vertical": (lambda c, **k: ag.flip(c, vertical=True, **k), lambda m: m[::-1]),
    "both": (lambda c, **k: ag.flip(c, "both", **k), lambda m: m[::-1, ::-1]),
    "rotate90": (lambda c, **k: ag.rotate90(c, **k), np.rot90),
    "rotate180": (lambda c, **k: ag.rotate90(c, 2, **k), lambda m: np.rot90(m, 2)),
    "rotate-90": (lambda c, **k: ag.rotate90(c, -1, **k), lambda m: np.rot90(m, -1)),
    "clockwise": (lambda c, **k: ag.rotate(c, 90, True, **k), lambda m: np.rot90(m, -1)),
    "crop": (lambda c, **k: ag.crop(c, 7, 5, 50, 40, **k), lambda m: m[5:40, 7:50]),
    "pad": (lambda c, **k: ag.pad(c, 3, 4, 5, 6, **k), lambda m: np.pad(m, [(4, 6), (3, 5)])),
    "shift": (
        lambda c, **k: ag.transform(c, translation(5, -6), H, W, **k),
        lambda m: np.pad(m, [(0, 6), (5, 0)])[6:, :W],
    ),
}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("clip", [True, False])
def test_moving_pixels_and_moving_shapes_is_the_same(name: str, clip: bool) -> None:
    operation, expected = EXACT[name]
    shapes = scene()
    # a note is drawn as a box, and an ellipse that is cut is a polygon a little inside its curve
    whole = [masks([shape], SIZE)[0] for shape in shapes]

    result = operation(shapes, size=SIZE, clip=clip)

    made = masks(result.collection, (result.height, result.width))
    assert len(made) == result.kept.size
    for at, index in enumerate(result.kept.tolist()):
        wanted = expected(whole[index])
        different = int((made[at] != wanted).sum())
        was_ellipse = shapes[index].type == "ellipse" and result.collection[at].type == "segment"
        assert different <= (2 if was_ellipse else 0), (shapes[index].label, different)
    for index in result.dropped.tolist():
        assert not expected(whole[index]).any()
    picture = RNG.integers(0, 255, (*SIZE, 3)).astype(np.uint8)
    for channel in range(3):
        assert np.array_equal(result.warp(picture)[..., channel], expected(picture[..., channel]))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_is_what_pillow_makes_of_it(orientation: int) -> None:
    image_module = pytest.importorskip("PIL.Image")
    from PIL import ImageOps

    stored = ag.mask_stack(scene(), *SIZE).any(axis=0).astype(np.uint8) * 255
    image = image_module.fromarray(stored)
    image.getexif()[0x0112] = orientation
    displayed = np.asarray(ImageOps.exif_transpose(image))

    result = ag.apply_exif(scene(), orientation, size=SIZE)

    assert (result.height, result.width) == displayed.shape
    assert np.array_equal(masks(result.collection, displayed.shape).any(axis=0), displayed > 0)
    assert np.array_equal(result.warp(stored), displayed)


def test_exif_of_an_item_whose_displayed_size_is_known() -> None:
    item = ag.Item("/a.jpg", metadata={"system": {"width": 30, "height": 20, "exif": {"Orientation": 6}}})
    collection = ag.AnnotationCollection(item)
    collection.add(ag.Point(0, 0, "first stored pixel"))

    result = ag.apply_exif(collection)

    assert (item.height, item.width) == (30, 20)
    assert (result.height, result.width) == (30, 20)
    assert result.collection[0].geo.tolist() == [20.0, 0.0]
    assert result.collection.item.orientation == 1


def test_letterbox_is_the_plain_formula() -> None:
    result = ag.letterbox(
        [ag.Box(1, 2, 11, 12, "car"), ag.Ellipse(5, 5, 3, 3, 0, "e")], 640, 640, size=(300, 500)
    )
    scale = min(640 / 300, 640 / 500)

    expected = np.array([1, 2, 11, 12]) * scale + [0, (640 - 300 * scale) / 2] * 2
    assert np.allclose(result.collection[0].annotation_definition.xyxy, expected)
    assert result.collection[1].rx == pytest.approx(3 * scale)
    back = result.back(result.collection)
    assert np.allclose(back.collection[0].annotation_definition.xyxy, [1, 2, 11, 12])
    assert np.allclose(result.points_back(result.points([[3, 4]])), [[3, 4]])


@pytest.mark.parametrize("factor", [2, 3])
def test_masks_grow_and_shrink_by_whole_factors(factor: int) -> None:
    mask = RNG.random((12, 17)) < 0.4
    big = ag.resize([ag.Segmentation(mask, "m")], 12 * factor, 17 * factor)

    assert np.array_equal(big.collection[0].geo, mask.repeat(factor, 0).repeat(factor, 1))
    assert np.array_equal(ag.resize(big.collection, 12, 17).collection[0].geo, mask)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_masks_follow_their_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random(rng.integers(1, 9, 2)) < 0.5
    size = tuple(rng.integers(1, 14, 2).tolist())
    matrix = [
        translation(*rng.integers(-4, 9, 2), scaling(rng.choice([-1.0, 1, 2]), rng.choice([-1.0, 1, 3]))),
        translation(*rng.integers(-4, 9, 2), turning(90.0 * rng.integers(0, 4))),
        translation(*rng.uniform(-4, 5, 2), turning(rng.uniform(0, 360), scaling(*rng.uniform(0.3, 3, 2)))),
        np.eye(3) + rng.normal(0, 0.1, (3, 3)),
    ][seed % 4]

    result = ag.transform([ag.Segmentation(mask, "m")], matrix, *size, clip=False)

    expected = map_mask(mask, result.matrix, size)
    assert np.array_equal(result.collection[0].geo, expected)
    assert np.array_equal(result.warp(mask.astype(np.int32), "nearest") > 0, expected)


def test_an_image_and_its_shapes_stay_aligned_when_sampled() -> None:
    import cv2

    shapes = scene()[1:4]
    picture = masks(shapes, SIZE).any(axis=0).astype(np.float32)
    big = cv2.resize(picture, (W * 8, H * 8), interpolation=cv2.INTER_NEAREST)
    for operation in (
        lambda c, **k: ag.rotate(c, 25, True, **k),
        lambda c, **k: ag.letterbox(c, 300, 300, **k),
        lambda c, **k: ag.resize(c, 150, 333, **k),
        lambda c, **k: ag.transform(c, [[0.5, 0.1, 9], [0, 0.6, 7], [2e-4, 1e-4, 1]], 300, 400, **k),
    ):
        large = ag.resize(shapes, H * 8, W * 8, size=SIZE).collection
        result = operation(large, size=(H * 8, W * 8))
        drawn = masks(result.collection, (result.height, result.width)).any(axis=0)
        sampled = result.warp(big) > 0.5
        assert (drawn != sampled).mean() < 0.01 + 8 * drawn.mean() / 100


# --- every definition ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_inverse_brings_every_type_back(name: str) -> None:
    given_ = EXAMPLES[name]
    matrix = translation(3, -2, turning(90, scaling(2, 2)))
    if name == "binary":
        matrix = translation(8, 2, turning(90))
    there = given_.transform(matrix)

    back = there.transform(np.linalg.inv(matrix))

    assert back.type == given_.type
    assert (back.label, back.attributes, back.description) == (
        given_.label,
        given_.attributes,
        given_.description,
    )
    if name == "binary":
        assert np.array_equal(back.geo[: given_.shape[0], : given_.shape[1]], given_.geo)
    elif given_.bounds is not None:
        assert np.allclose(back.bounds, given_.bounds, atol=1e-9)


@settings(deadline=None, max_examples=150)
@given(strategies.drawable, st.integers(0, 2**32))
def test_two_maps_in_turn_are_their_product(definition: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # notes only know quarter turns
    first = scaling(*rng.uniform(0.5, 2, 2) * rng.choice([-1, 1], 2), turning(90.0 * rng.integers(0, 4)))
    second = translation(*rng.uniform(-9, 9, 2), turning(90.0 * rng.integers(0, 4)))

    in_turn = definition.transform(first).transform(second)
    at_once = definition.transform(second @ first)

    size = 1 + float(np.abs(at_once.bounds).max())
    assert in_turn.type == at_once.type
    assert np.allclose(in_turn.bounds, at_once.bounds, atol=1e-8 * size)
    assert in_turn.label == definition.label
    assert in_turn.attributes == definition.attributes


@settings(deadline=None, max_examples=80)
@given(strategies.polygons | strategies.polylines | strategies.poses, st.integers(0, 2**32))
def test_points_go_where_the_matrix_says(definition: Any, seed: int) -> None:
    matrix = np.eye(3)
    matrix[:2] += np.random.default_rng(seed).normal(0, 1, (2, 3))
    moved = definition.transform(matrix)

    def points(one: Any) -> Any:
        sequences = one.sequences if hasattr(one, "sequences") else [one.geo]
        return np.concatenate([np.zeros((0, 2)), *sequences])

    assert np.array_equal(points(moved), map_points(matrix, points(definition)))


@pytest.mark.parametrize("index", range(5))
@pytest.mark.parametrize("degrees", [0, 17, 45])
def test_the_visible_share_is_shapelys(index: int, degrees: float) -> None:
    shape = scene()[index]
    matrix = translation(-15, -9, turning(degrees, scaling(1.2, 1.2)))

    result = ag.transform([shape], matrix, 40, 40)

    whole = shape.transform(matrix).to_shapely()
    inside = whole.intersection(shapely.box(0, 0, 40, 40))
    assert result.visible[0] == pytest.approx(inside.area / whole.area, abs=2e-3 if index == 2 else 1e-9)
    if result.kept.size:
        left = result.collection[0].annotation_definition
        assert left.to_shapely().symmetric_difference(inside).area < (0.1 if index == 2 else 1e-6)
        assert (left.bounds >= 0).all()
        assert (left.bounds <= 40).all()


def test_the_bulk_path_gives_what_each_definition_gives() -> None:
    polygons = [ag.Polygon(blob(*RNG.uniform(0, 60, 2), 9), "p") for _ in range(50)]
    matrix = translation(3, 4, turning(21, scaling(0.9, 1.1)))

    result = ag.transform(polygons, matrix, 2000, 2000, clip=False)

    assert [a.annotation_definition for a in result.collection] == [p.transform(matrix) for p in polygons]


# --- what happens to a collection ------------------------------------------------------------------------------


def document() -> dict[str, Any]:
    return {
        "_id": "item",
        "filename": "/a.jpg",
        "newKey": [1],
        "metadata": {"system": {"width": 64, "height": 48, "other": 1}, "user": {"n": 1}},
        "annotations": [
            {
                "id": "a1",
                "type": "box",
                "label": "car",
                "future": {"x": 1},
                "coordinates": [{"x": 2, "y": 3, "z": 7, "q": 5}, {"x": 12, "y": 13, "z": 7}, 30],
                "metadata": {"system": {"attributes": {"c": 1}, "objectId": "4", "strange": True}},
            },
            {"id": "a2", "type": "class", "label": "day", "metadata": {"system": {}}},
            {"id": "a3", "type": "unheard_of", "label": "x", "coordinates": {"k": 1}},
            17,
            {"id": "a4", "type": "binary", "label": "broken", "coordinates": "data:image/png;base64,AAAA"},
        ],
    }


def test_everything_but_geometry_comes_back_in_the_json() -> None:
    given_ = document()
    collection = ag.AnnotationCollection.from_json(json.dumps(given_))

    result = ag.flip(collection)
    written = result.collection.to_json()

    assert collection.to_json() == given_
    box, *others = written["annotations"]
    assert others == given_["annotations"][1:]
    assert {k: v for k, v in box.items() if k != "coordinates"} == {
        k: v for k, v in given_["annotations"][0].items() if k != "coordinates"
    }
    assert box["coordinates"] == [{"x": 52.0, "y": 3, "z": 7, "q": 5}, {"x": 62.0, "y": 13, "z": 7}, -30.0]
    assert np.isnan(result.visible[4])
    assert [problem.annotation_id for problem in result.problems] == ["a4"]


def test_the_new_collection_knows_its_size_and_the_old_keeps_its_own() -> None:
    collection = ag.AnnotationCollection.from_json(document())

    made = ag.resize(collection, 24, 128).collection

    assert (made.height, made.width, made.item.height, made.item.width) == (24, 128, 24, 128)
    assert made[0].item is made.item
    assert made.to_json()["metadata"] == {
        "system": {"width": 128, "height": 24, "other": 1},
        "user": {"n": 1},
    }
    assert (collection.height, collection.width, collection[0].item_height) == (48, 64, 48)
    again = ag.AnnotationCollection.from_json(made.to_json())
    assert (again.height, again.width) == (24, 128)


def test_a_type_that_changes_is_said() -> None:
    result = ag.resize([ag.Box(10, 10, 20, 14, "car", angle=20)], 48, 128, size=SIZE)

    assert result.collection[0].type == "segment"
    assert "the box became a polygon" in result.problems[0].message
    assert ag.rotate([ag.Note(10, 10, 20, 14, "note")], 20, size=SIZE).problems[0].severity == "info"


def test_every_stored_state_of_a_video_is_mapped_and_none_is_cut() -> None:
    clip = ag.AnnotationCollection(ag.Item("/a.mp4", width=64, height=48, fps=25))
    clip.add(ag.Box(0, 0, 10, 10, "car"), object_id=1, frame_num=0)
    clip.add(ag.Box(40, 20, 60, 30, "car"), object_id=1, frame_num=8)
    clip.add(ag.Box(0, 0, 5, 5, "gone"), object_id=2, frame_num=0)
    clip.add(ag.Box(0, 9, 5, 12, "gone"), object_id=2, frame_num=5)
    clip = ag.AnnotationCollection.from_json(clip.to_json(), item=clip.item)

    result = ag.crop(clip, 30, 10, 50, 40)

    assert result.kept.tolist() == [0]
    assert result.visible.tolist() == [0.5, 0.0]
    track = result.collection[0]
    assert track.at_frame(0).annotation_definition == ag.Box(-30, -10, -20, 0, "car")
    assert track.at_frame(8).annotation_definition == ag.Box(10, 10, 30, 20, "car")
    written = result.collection.to_json()["annotations"][0]
    snapshot = written["metadata"]["system"]["snapshots_"][0]
    assert written["coordinates"][0] == {"x": -30.0, "y": -10.0, "z": 0}
    assert (snapshot["frame"], snapshot["data"][0]["x"]) == (8, 10.0)
    assert clip[0].at_frame(8).left == 40.0


def test_what_is_too_little_visible_is_dropped() -> None:
    boxes = [ag.Box(0, 0, 10, 10, "half"), ag.Box(-9, 0, 1, 10, "tenth"), ag.Classification("day")]

    result = ag.transform(boxes, translation(5, 0), 10, 10, min_visible=0.51)
    loose = ag.transform(boxes, translation(5, 0), 10, 10, clip=False)

    assert result.visible.tolist() == [0.5, 0.6, 1.0]
    assert (result.kept.tolist(), result.dropped.tolist()) == ([1, 2], [0])
    assert loose.kept.tolist() == [0, 1, 2]
    assert loose.collection[0].annotation_definition == ag.Box(5, 0, 15, 10, "half")


@pytest.mark.parametrize(
    "names", [("left_eye", "right_eye"), ("Left eye", "Right eye"), ("lsho", "rsho"), ("HipL", "HipR")]
)
def test_joints_change_sides_in_a_mirror(names: tuple[str, str]) -> None:
    left, right = names
    joints = [ag.Point(30, 5, "nose"), ag.Point(34, 4, left, {"visible": "no"}), ag.Point(26, 4, right)]
    pose = ag.Pose("person", "t", "i", points=joints)

    mirrored = ag.flip([pose], size=SIZE).collection[0].annotation_definition

    assert [(j.label, j.x) for j in mirrored.points] == [("nose", 34.0), (left, 38.0), (right, 30.0)]
    assert mirrored.points[2].attributes == {"visible": "no"}
    assert ag.flip(ag.flip([pose], size=SIZE).collection).collection[0].annotation_definition == pose
    kept = ag.rotate([pose], 5, size=SIZE).collection[0].annotation_definition
    assert [j.label for j in kept.points] == ["nose", left, right]


def test_points_that_name_a_pose_as_their_parent_change_sides_too() -> None:
    ontology = ag.Ontology(["person"])
    ontology.add_skeleton("t", ["a", "b"], [("a", "b")])
    collection = ag.AnnotationCollection(ag.Item("/a.jpg", width=64, height=48, ontology=ontology))
    collection.add(ag.Pose("person", "t", "i"))
    document_ = collection.to_json()
    document_["annotations"][0]["id"] = "pose"
    for label, x in (("a", 10), ("b", 60)):
        collection.add(ag.Point(x, 5, label), parent_id="pose")
    document_["annotations"] += collection.to_json()["annotations"][1:]
    collection = ag.AnnotationCollection.from_json(document_, item=collection.item)

    by_name = ag.flip(collection)
    by_index = ag.flip(collection, flip_pairs=[(0, 1)])
    none = ag.flip(collection, flip_pairs=())
    cropped = ag.crop(collection, 20, 20, 30, 30)

    assert [a.label for a in by_name.collection] == ["person", "a", "b"]
    assert "nothing tells its left joints" in by_name.problems[0].message
    assert [a.label for a in by_index.collection] == ["person", "b", "a"]
    assert by_index.collection[1].x == 54.0
    assert not by_index.problems
    assert not none.problems
    assert [a.label for a in none.collection] == ["person", "a", "b"]
    assert (cropped.visible.tolist(), len(cropped.collection)) == ([0.0, 0.0, 0.0], 0)
    assert ag.crop(collection, 0, 0, 30, 30, min_visible=0.6).kept.tolist() == []
    assert ag.crop(collection, 0, 0, 30, 30).visible.tolist() == [0.5, 1.0, 0.0]


# --- perspective and bad input ---------------------------------------------------------------------------------


HORIZON = np.array([[1.0, 0, 0], [0, 1, 0], [-0.05, 0, 1]])  # x = 20 goes to infinity


def test_what_is_beyond_the_horizon_is_cut_off_before_it_is_divided() -> None:
    square = ag.Polygon([(0, 0), (30, 0), (30, 10), (0, 10)], "p")

    result = ag.transform(
        [square, ag.Point(25, 5, "behind"), ag.Ellipse(18, 5, 4, 4, 0, "e")], HORIZON, 100, 100
    )

    polygon = result.collection[0].annotation_definition
    assert result.kept.tolist() == [0, 2]
    assert polygon.to_shapely().is_valid
    assert (polygon.bounds >= 0).all()
    assert (polygon.bounds <= 100).all()
    # in the source the picture ends where x / (1 - x / 20) = 100; lower edge: y = 100 (1 - x / 20)
    assert result.visible[0] == pytest.approx((100 / 6 * 10) / 300)
    assert polygon.area == pytest.approx(polygon.to_shapely().area)
    loose = square.transform(HORIZON)
    assert loose.bounds[2] > 1e4
    with pytest.raises(InputError):
        ag.Segmentation(np.ones((10, 30)), "m").transform(HORIZON)
    assert ag.transform([ag.Segmentation(np.ones((10, 30)), "m")], HORIZON, 50, 50).collection[0].area > 0


def test_the_sign_of_a_perspective_matrix_does_not_matter_where_the_picture_is_known() -> None:
    box = [ag.Box(2, 2, 8, 8, "car")]

    one, other = (ag.transform(box, sign * HORIZON, 40, 40, size=(10, 10)) for sign in (1, -1))

    assert one.collection[0].annotation_definition == other.collection[0].annotation_definition


@pytest.mark.parametrize(
    "call",
    [
        lambda c: ag.flip(c),
        lambda c: ag.resize(c, 10, 10),
        lambda c: ag.resize(c, 0, 10, size=SIZE),
        lambda c: ag.resize(c, 10, 10, size=7),
        lambda c: ag.crop(c, 5, 5, 5, 9),
        lambda c: ag.crop(c, 0.5, 0, 5, 9),
        lambda c: ag.transform(c, np.zeros((3, 3)), 9, 9),
        lambda c: ag.transform(c, [[1, 0, np.nan], [0, 1, 0]], 9, 9),
        lambda c: ag.transform(c, np.eye(3), 9, 9, min_visible=2),
        lambda c: ag.transform(7, np.eye(3), 9, 9),
        lambda c: ag.transform(["a"], np.eye(3), 9, 9),
        lambda c: ag.flip(c, "sideways", size=SIZE),
        lambda c: ag.flip(c, size=SIZE, flip_pairs=[("a",)]),
        lambda c: ag.flip(c, size=SIZE, flip_pairs=[("a", "b"), ("a", "c")]),
        lambda c: ag.rotate(c, float("inf"), size=SIZE),
        lambda c: ag.apply_exif(c, 9, size=SIZE),
        lambda c: ag.pad(c, left=-64, size=SIZE),
        lambda c: ag.flip(c, size=SIZE).warp(np.zeros((3, 3))),
        lambda c: ag.transform(c, np.eye(3), 9, 9).back(c),
    ],
)
def test_bad_arguments_are_refused(call: Any) -> None:
    with pytest.raises(InputError):
        call([ag.Box(0, 0, 4, 4, "car")])


def test_a_shape_that_gets_too_large_stays_and_is_reported() -> None:
    shapes = [
        ag.Box(0, 0, 1e300, 1, "far"),
        ag.Polygon([(0, 0), (1e300, 0), (0, 1)], "far"),
        ag.Box(0, 0, 1, 1, "b"),
    ]

    result = ag.transform(shapes, scaling(1e30, 1), 10, 10)

    assert [problem.severity for problem in result.problems] == ["error", "error"]
    assert np.isnan(result.visible[:2]).all()
    assert len(result.collection) == 3
    with pytest.raises(InputError, match="cannot be held"):
        shapes[0].transform(scaling(1e30, 1))


def test_masks_do_not_grow_without_bounds() -> None:
    with pytest.raises(InputError, match="limit"):
        ag.Segmentation(np.ones((10, 10)), "m").transform(scaling(1e6, 1e6))


def test_empty_collections_and_empty_shapes() -> None:
    shapes = [
        ag.Polygon([], "p"),
        ag.Polyline([], "l"),
        ag.Segmentation(np.zeros(SIZE), "m"),
        ag.Pose("p", "t", "i"),
    ]

    assert ag.flip([], size=SIZE).collection.annotations == []
    assert ag.flip(shapes, clip=False).kept.tolist() == [0, 1, 2, 3]
    assert ag.flip(shapes).kept.tolist() == [0, 1, 2, 3]  # they were empty before


def test_a_draw_list_is_mapped_as_its_shapes_are() -> None:
    shapes = scene()[:5]
    matrix = translation(3, 4, turning(21))

    listed = ag.DrawList.from_collection(shapes).transform(matrix)

    assert np.array_equal(
        ag.mask_stack(listed, *SIZE), masks([shape.transform(matrix) for shape in shapes], SIZE)
    )
    with pytest.raises(InputError, match="masks"):
        ag.DrawList.from_collection(scene()).transform(matrix)
    with pytest.raises(InputError, match="horizon"):
        ag.DrawList.from_boxes([[0, 0, 30, 9]]).transform(HORIZON)

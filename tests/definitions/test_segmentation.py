"""Segmentation: runs inside, a PNG from JSON decoded on demand, written back untouched."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from annogeo.definitions import Box, Polygon, Segmentation, row_for, row_for_type
from annogeo.draw import DrawListBuilder, Op, Pen
from annogeo.errors import InputError
from annogeo.png import PngMask, encode_mask_uri
from annogeo.rle import Rle
from tests.shared import shared

INSIDE = np.array([[0, 1, 1], [0, 0, 1]], bool)
RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool)
URI = encode_mask_uri(Rle.from_mask(INSIDE), (255, 165, 0))
BROKEN = URI[:60] + "AAAA" + URI[64:]


def read(coordinates: Any) -> Segmentation:
    definition = row_for_type("binary").from_coordinates(coordinates, "car", None, None)  # type: ignore[union-attr]
    assert isinstance(definition, Segmentation)
    return definition


def written(segmentation: Segmentation) -> Any:
    return row_for(segmentation).to_coordinates(segmentation)


@pytest.mark.parametrize("geo", [INSIDE, INSIDE.tolist(), INSIDE.astype(float), Rle.from_mask(INSIDE)])
def test_pixels_come_back_as_a_read_only_bool_array(geo: Any) -> None:
    mask = Segmentation(geo, "car")

    assert mask.geo.dtype == bool
    assert np.array_equal(mask.geo, INSIDE)
    with pytest.raises(ValueError):
        mask.geo[0, 0] = True


def test_the_array_given_is_copied() -> None:
    pixels = INSIDE.copy()
    mask = Segmentation(pixels, "car")

    pixels[:] = True

    assert np.array_equal(mask.geo, INSIDE)


def test_measures_have_right_and_bottom_exclusive() -> None:
    mask = Segmentation(INSIDE, "car")

    assert mask.bounds.tolist() == [1, 0, 3, 2]
    assert (mask.left, mask.top, mask.right, mask.bottom) == (1, 0, 3, 2)
    assert (mask.width, mask.height, mask.area, mask.shape) == (2, 2, 3, (2, 3))


def test_an_empty_mask_has_zero_bounds() -> None:
    assert Segmentation(np.zeros((4, 4)), "car").bounds.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("geo", [None, np.zeros(3), np.zeros((2, 2, 3)), [[float("nan")]], "mask"])
def test_what_is_no_mask_is_refused(geo: Any) -> None:
    with pytest.raises(InputError):
        Segmentation(geo, "car")


@pytest.mark.parametrize(
    ("color", "kept"), [((1, 2, 3), (1, 2, 3)), ([1, 2, 3, 255], (1, 2, 3)), (None, None)]
)
def test_colors_are_three_numbers(color: Any, kept: Any) -> None:
    assert Segmentation(INSIDE, "car", color=color).color == kept


@pytest.mark.parametrize("color", ["red", (1, 2), (1, 2, 256), (1.5, 2, 3), 7])
def test_other_colors_are_refused(color: Any) -> None:
    with pytest.raises(InputError, match="color"):
        Segmentation(INSIDE, "car", color=color)


def test_a_value_can_not_be_changed_in_place() -> None:
    mask = Segmentation(INSIDE, "car", {"a": 1})

    with pytest.raises(AttributeError):
        mask.geo = INSIDE
    with pytest.raises(AttributeError):
        mask.label = "bus"  # type: ignore[misc]
    with pytest.raises(InputError, match="in place"):
        mask.attributes["a"] = 2


def test_equality_and_hash_follow_the_pixels() -> None:
    mask = Segmentation(INSIDE, "car", {"a": 1}, color=(255, 165, 0))
    same = Segmentation(INSIDE.astype(int), "car", {"a": 1}, color=(255, 165, 0))

    assert mask == same
    assert hash(mask) == hash(same)
    assert mask != Segmentation(~INSIDE, "car", {"a": 1}, color=(255, 165, 0))
    assert mask != same.replace(label="bus")
    assert mask != same.replace(color=(0, 0, 0))
    assert Segmentation(INSIDE, "car", color=(255, 165, 0)) == read(URI)
    assert hash(Segmentation(INSIDE, "car", color=(255, 165, 0))) == hash(read(URI))


@pytest.mark.parametrize("make", [lambda: Segmentation(INSIDE, "car", {"a": 1}), lambda: read(URI)])
def test_values_pickle_and_copy(make: Any) -> None:
    mask = make()

    assert pickle.loads(pickle.dumps(mask)) == mask == copy.deepcopy(mask) == copy.copy(mask)


def test_a_changed_copy_keeps_the_rest() -> None:
    mask = Segmentation(INSIDE, "car", {"a": 1}, "small", (1, 2, 3))

    for changed in (mask.replace(label="bus"), dataclasses.replace(mask, label="bus")):
        assert changed == Segmentation(INSIDE, "bus", {"a": 1}, "small", (1, 2, 3))


def test_new_pixels_keep_the_color_that_was_read() -> None:
    assert read(URI).replace(geo=~INSIDE).color == (255, 165, 0)
    assert read(BROKEN).replace(geo=INSIDE) == Segmentation(INSIDE, "car")


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(InputError, match="shape"):
        read(BROKEN).replace(shape=(2, 3))


@pytest.mark.parametrize("coordinates", [URI, {"data": URI}, {"data": URI, "more": 1}])
@pytest.mark.parametrize("raw", [False, True])
def test_both_spellings_of_coordinates_are_read(coordinates: Any, raw: bool) -> None:
    mask = read(msgspec.Raw(json.dumps(coordinates).encode()) if raw else coordinates)

    assert np.array_equal(mask.geo, INSIDE)
    assert mask.color == (255, 165, 0)


@pytest.mark.parametrize(
    ("coordinates", "message"),
    [
        (5, "expected"),
        (None, "expected"),
        ([], "expected"),
        ({}, "data"),
        ({"data": 5}, "data: expected a string"),
        ("", "expected a mask"),
        ({"data": "data:image/jpeg;base64,AAAA"}, r"^\.data: expected a mask"),
    ],
)
def test_other_coordinates_are_refused_at_once(coordinates: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(coordinates)


def test_nothing_is_decoded_until_pixels_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annogeo.png.uri.decode_mask", lambda png: pytest.fail("decoded"))

    mask = read(URI)

    assert mask == read(URI)
    assert mask.same_geometry(read(URI).replace(label="bus"))
    assert written(mask.replace(label="bus")) == URI
    assert repr(mask)


def test_pixels_are_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(
        "annogeo.png.uri.decode_mask", lambda png: calls.append(png) or (Rle.from_mask(INSIDE), None)
    )
    mask = read(URI)

    assert mask.bounds.tolist() == mask.replace(label="bus").bounds.tolist()
    assert len(calls) == 1


def test_a_damaged_mask_raises_whenever_it_is_used_and_equals_itself() -> None:
    mask = read(BROKEN)

    for _ in range(2):
        with pytest.raises(InputError, match="PNG"):
            _ = mask.geo
    assert mask == read(BROKEN)
    assert hash(mask) == hash(read(BROKEN))
    assert mask != read(URI)
    assert written(mask) == BROKEN
    assert [problem.severity for problem in mask.validate()] == ["error"]


def test_an_untouched_mask_is_written_back_as_it_was() -> None:
    assert written(read(URI)) == URI
    assert written(read(URI).replace(color=(255, 165, 0))) == URI


def test_a_local_mask_is_written_in_its_labels_color_else_its_own_else_white() -> None:
    from annogeo.definitions.segmentation import mask_uri

    plain = Segmentation(INSIDE, "car")

    assert PngMask(written(plain)).color == (255, 255, 255)
    assert PngMask(mask_uri(plain, (1, 2, 3))).color == (1, 2, 3)
    assert PngMask(written(plain.replace(color=(4, 5, 6)))).color == (4, 5, 6)
    assert PngMask(mask_uri(plain.replace(color=(4, 5, 6)), (1, 2, 3))).color == (1, 2, 3)
    assert read(mask_uri(plain)).rle == plain.rle


def test_a_mask_read_and_recolored_is_written_anew() -> None:
    mask = read(URI).replace(color=(1, 2, 3))

    assert PngMask(written(mask)).color == (1, 2, 3)
    assert read(written(mask)).rle == mask.rle


def test_showing_then_writing_a_loaded_mask_works() -> None:
    """The platform SDK's defect A2: reading colour and bounds of a loaded mask broke its to_json."""
    mask = read(URI)

    assert (mask.left, mask.color) == (1, (255, 165, 0))
    assert written(mask) == URI


def test_a_float_mask_keeps_all_its_pixels_through_json() -> None:
    """The platform SDK's defect A9: of a mask with the values 0, 1, 3 only the larger came back."""
    values = np.array([[0.0, 1.0, 3.0]])

    again = read(written(Segmentation(values, "car")))

    assert again.geo.tolist() == [[False, True, True]]
    assert values.tolist() == [[0.0, 1.0, 3.0]]


def test_a_hole_makes_no_box() -> None:
    """The platform SDK's defect A7: `to_box` gave a box for the hole of a ring too."""
    boxes = Segmentation(RING, "car", {"a": 1}, "round").to_box()

    assert boxes == [Box(0, 0, 3, 3, "car", {"a": 1}, "round")]


def test_boxes_hold_whole_pixels() -> None:
    """The platform SDK's defect A22: boxes of masks were one short in width and height."""
    assert Segmentation([[0, 0], [0, 1]], "car").to_box() == [Box(1, 1, 2, 2, "car")]


def test_parts_that_touch_in_a_corner_make_two_boxes() -> None:
    assert len(Segmentation([[1, 0], [0, 1]], "car").to_box()) == 2


def test_an_empty_mask_has_no_boxes() -> None:
    assert Segmentation(np.zeros((2, 2)), "car").to_box() == []


def test_lowering_appends_its_runs_whatever_the_pen() -> None:
    mask = Segmentation(INSIDE, "car")
    builder = DrawListBuilder()

    for pen in (Pen(), Pen.from_thickness(3)):
        builder.begin_item()
        row_for(mask).lower(mask, builder, pen)  # type: ignore[misc]

    drawn = builder.build()
    assert drawn.op.tolist() == [Op.RUNS, Op.RUNS]
    assert drawn.runs[:2].tolist() == [[0, 1, 3], [1, 2, 3]]


@given(hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
@settings(max_examples=60, deadline=None)
def test_the_outline_has_the_pixels_of_the_mask(pixels: np.ndarray) -> None:
    mask = Segmentation(pixels, "car", {"a": 1}, "seen")

    outline, shape = mask.to_polygon(), mask.to_shapely()

    assert np.array_equal(outline.to_mask(*pixels.shape), pixels)
    assert (outline.label, outline.attributes, outline.description) == ("car", {"a": 1}, "seen")
    assert shape.is_valid
    assert shape.area == outline.area == mask.area


def test_a_polygon_is_filled_as_it_is_drawn() -> None:
    """The platform SDK's defect A20: `from_polygon` cut coordinates off where `show` rounds them."""
    points = np.array([[10.9, 10.9], [40.9, 12.9], [30.9, 35.9]])

    mask = Segmentation.from_polygon(points, "car", (48, 64), {"a": 1})

    assert mask.shape == (48, 64)
    assert mask.attributes == {"a": 1}
    assert np.array_equal(mask.geo, Polygon(points, "car").to_mask(48, 64))


def test_a_polygon_with_a_hole_is_filled_with_the_hole() -> None:
    ring = [(0, 0), (4, 0), (4, 4), (0, 4)]
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]

    mask = Segmentation.from_polygon([ring, hole], "car", (4, 4, 3))

    assert mask.area == 15
    assert not mask.geo[1, 1]


@pytest.mark.parametrize("shape", [5, (4,), None])
def test_a_polygon_needs_a_shape_to_be_filled_in(shape: Any) -> None:
    with pytest.raises(InputError, match="shape"):
        Segmentation.from_polygon([(0, 0), (1, 0), (1, 1)], "car", shape)


def test_threads_decode_to_the_same_value() -> None:
    pixels = np.random.default_rng(0).random((200, 300)) > 0.5
    masks = [read(encode_mask_uri(Rle.from_mask(pixels), (1, 2, 3))) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda mask: mask.rle, masks * 4))

    assert all(rle == found[0] for rle in found)


@pytest.mark.parametrize(
    "scene", ["segmentation_basic", "segmentation_json", "segmentation_values", "segmentation_empty"]
)
def test_masks_of_the_platform_sdk_are_read(scene: str) -> None:
    from annogeo.png.uri import png_of_uri

    document = json.loads(shared(f"golden/{scene}.json").read_text(encoding="utf-8"))
    for annotation in document["platform"]["annotations"]:
        mask = read(annotation["coordinates"])

        assert mask.shape == (48, 64)
        assert np.array_equal(mask.geo, alpha(png_of_uri(annotation["coordinates"])) > 127)


def alpha(png: bytes) -> np.ndarray:
    import io

    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png)))[..., 3]

"""CVAT and Label Studio masks, and COCO run lengths as a list."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from pycocotools import mask as coco_mask

from annogeo.errors import InputError
from annogeo.rle import Rle
from tests.naive import rle as naive_rle, rle_brush as naive
from tests.shared import shared

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))


@given(masks)
@settings(max_examples=80, deadline=None)
def test_run_lengths_as_a_list_are_those_pycocotools_compresses(mask: np.ndarray) -> None:
    rle = Rle.from_mask(mask)

    plain = rle.to_coco(compressed=False)

    assert plain == {"size": list(mask.shape), "counts": naive_rle.coco_counts(mask)}
    assert Rle.from_coco(plain) == rle
    theirs = coco_mask.frPyObjects(plain, *mask.shape)
    assert theirs["counts"].decode() == rle.to_coco()["counts"]


def cvat_points(mask: np.ndarray) -> list[int]:
    """Make the points of a CVAT shape, pixel by pixel."""
    if not mask.any():
        return [1, 0, 0, 0, 0]
    y, x = np.nonzero(mask)
    left, top, right, bottom = int(x.min()), int(y.min()), int(x.max()), int(y.max())
    return [*naive_rle.coco_counts(mask[top : bottom + 1, left : right + 1].T), left, top, right, bottom]


@given(masks)
@settings(max_examples=120, deadline=None)
def test_cvat_masks_are_runs_along_the_rows_of_their_box(mask: np.ndarray) -> None:
    rle = Rle.from_mask(mask)

    points, element = rle.to_cvat_points(), rle.to_cvat()

    assert points == cvat_points(mask)
    assert [int(run) for run in element["rle"].split(", ")] == points[:-4]
    assert element["left"] + element["width"] - 1 == points[-2]
    assert element["top"] + element["height"] - 1 == points[-1]
    for given_mask in (
        points,
        [float(p) for p in points],
        np.array(points),
        element,
        {k: str(v) for k, v in element.items()},
    ):
        assert Rle.from_cvat(given_mask, mask.shape) == rle


@given(masks, st.data())
@settings(max_examples=60, deadline=None)
def test_a_cvat_box_may_be_larger_than_what_is_inside(mask: np.ndarray, data: st.DataObject) -> None:
    top, left = (data.draw(st.integers(0, side - 1)) for side in mask.shape)
    bottom, right = (
        data.draw(st.integers(low, side - 1)) for low, side in zip((top, left), mask.shape, strict=True)
    )
    inside = np.zeros_like(mask)
    inside[top : bottom + 1, left : right + 1] = mask[top : bottom + 1, left : right + 1]
    counts = naive_rle.coco_counts(inside[top : bottom + 1, left : right + 1].T)

    assert Rle.from_cvat([*counts, left, top, right, bottom], mask.shape) == Rle.from_mask(inside)
    if len(counts) % 2:  # ends in background
        assert Rle.from_cvat([*counts[:-1], left, top, right, bottom], mask.shape) == Rle.from_mask(inside)


@pytest.mark.shared
def test_masks_of_a_cvat_server_come_back_as_they_are() -> None:
    text = shared("data/cvat/rest_shared/annotations.json").read_text(encoding="utf-8")
    points = [shape["points"] for shape in shapes_of(json.loads(text)) if shape["type"] == "mask"]

    assert len(points) == 4
    for one in points:
        mask = Rle.from_cvat(one, (1000, 1000))
        assert mask.area == sum(one[1:-4:2])
        assert mask.to_cvat_points() == one


def shapes_of(value: Any) -> list[dict[str, Any]]:
    """Find all shapes in a document."""
    if isinstance(value, list):
        return [shape for one in value for shape in shapes_of(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if "points" in value and "type" in value else []
    return own + [shape for one in value.values() for shape in shapes_of(one)]


@given(masks)
@settings(max_examples=80, deadline=None)
def test_brush_masks_are_packed_as_label_studio_does(mask: np.ndarray) -> None:
    rle = Rle.from_mask(mask)

    packed = rle.to_label_studio()

    assert packed == naive.pack(naive.values_of(mask))
    assert naive.unpack(packed) == naive.values_of(mask)
    assert Rle.from_label_studio(packed, mask.shape) == rle
    assert Rle.from_label_studio(bytes(packed), mask.shape) == rle


@given(
    hnp.arrays(
        np.uint8,
        st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(4)),
        elements=st.sampled_from([0, 1, 3]),
    ),
    st.sampled_from([2, 8, 32]),
    st.sampled_from([(1, 2, 3, 4), (3, 4, 8, 16), (16, 16, 16, 16)]),
    st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_brush_masks_packed_otherwise_are_read_by_their_alpha(
    pixels: np.ndarray, word_size: int, sizes: tuple[int, ...], literals: bool
) -> None:
    packed = naive.pack(pixels.ravel().tolist(), word_size=word_size, sizes=sizes, literals=literals)

    assert Rle.from_label_studio(packed, pixels.shape[:2]) == Rle.from_mask(pixels[..., 3] > 0)


def test_long_runs_and_many_edges_are_packed_and_read_back() -> None:
    large = np.zeros((700, 500), bool)
    large[100:650, 3:480] = True
    noise = np.random.default_rng(1).random((80, 90)) > 0.5

    for mask in (large, ~large, noise):
        rle = Rle.from_mask(mask)
        assert Rle.from_label_studio(rle.to_label_studio(), mask.shape) == rle
    assert (~Rle((2**14, 2**15), [])).to_label_studio()[:4] == [128, 0, 0, 0]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ([1, 2, 3], "left, top, right, bottom"),
        ([], "left, top, right, bottom"),
        ([4, 0, 0, 2, 0], "box inside"),
        ([4, -1, 0, 1, 1], "box inside"),
        ([4, 0, 0, 1, 2], "box inside"),
        ([4, 1, 0, -5, 1], "box inside"),
        ([5, 0, 0, 1, 1], "run lengths"),
        ([2, -1, 0, 0, 1, 1], "run lengths"),
        ([2**61] * 9 + [0, 0, 1, 1], "run lengths"),
        ([10**300, 0, 0, 1, 1], "whole numbers"),
        ([1.5, 0, 0, 1, 1], "whole numbers"),
        ([float("nan"), 0, 0, 1, 1], "whole numbers"),
        ([float("inf"), 0, 0, 1, 1], "whole numbers"),
        (None, "whole numbers"),
        ("a, b", "whole numbers"),
        ([[1, 2], [3, 4]], "whole numbers"),
        ({"rle": "4", "left": 0, "top": 0, "width": 2}, "height is missing"),
        ({"rle": "4", "left": 0, "top": 0, "width": 2, "height": "two"}, "whole numbers"),
        ({"rle": "4", "left": [0, 1], "top": 0, "width": 2, "height": 2}, "one number each"),
        ({"rle": "4,,", "left": 0, "top": 0, "width": 2, "height": 2}, "whole numbers"),
        ({"rle": "9" * 5000, "left": 0, "top": 0, "width": 2, "height": 2}, "whole numbers"),
        ({"rle": "4", "left": 0, "top": 0, "width": 2, "height": -2}, "box inside"),
    ],
)
def test_broken_cvat_masks_are_refused(mask: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Rle.from_cvat(mask, (2, 2))


@pytest.mark.parametrize(
    ("rle", "message"),
    [
        ([], "bytes of a brush"),
        ([0, 0, 0, 16], "cut off"),
        ([0, 0, 0, 16, 57, 27, 252], "cut off"),
        ([0, 0, 0, 20, 57, 27, 252, 255, 224], "4 values for each"),
        ([0, 0, 0, 16, 57, 27, 254, 255, 255, 255, 255], "goes on beyond"),
        ([256] * 9, "from 0 to 255"),
        ([-1] * 9, "from 0 to 255"),
        ([1.5] * 9, "from 0 to 255"),
        (None, "from 0 to 255"),
        ("AAAA", "from 0 to 255"),
        ([10**300], "from 0 to 255"),
        ([[1, 2], [3]], "from 0 to 255"),
    ],
)
def test_broken_brush_masks_are_refused(rle: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Rle.from_label_studio(rle, (2, 2))


@given(st.binary(min_size=0, max_size=40), st.tuples(st.integers(0, 5), st.integers(0, 5)))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_reader(body: bytes, shape: tuple[int, int]) -> None:
    packed = (4 * shape[0] * shape[1]).to_bytes(4, "big") + body
    try:
        expected = np.array(naive.unpack(list(packed)))
    except RuntimeError:
        expected = np.zeros(0)
    try:
        found = Rle.from_label_studio(packed, shape)
    except InputError:
        return

    assert np.array_equal(found.to_mask().ravel(), expected[3 : 4 * shape[0] * shape[1] : 4] > 0)


@given(masks, st.tuples(*[st.integers(0, 255)] * 3))
@settings(max_examples=40, deadline=None)
def test_png_masks_are_read_by_pillow_and_back(mask: np.ndarray, color: tuple[int, int, int]) -> None:
    rle = Rle.from_mask(mask)

    png = rle.to_png(color)

    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image)
    assert np.array_equal(pixels, mask[..., None] * np.array([*color, 255], np.uint8))
    assert Rle.from_png(png) == rle
    assert Rle.from_png("data:image/png;base64," + base64.b64encode(png).decode()) == rle


@pytest.mark.parametrize("png", [b"", b"\x89PNG", "data:image/png;base64,AAAA", "AAAA", None, 7, ["a"]])
def test_what_is_no_png_is_refused(png: Any) -> None:
    with pytest.raises(InputError):
        Rle.from_png(png)


@pytest.mark.parametrize(
    "color", [None, "red", (1, 2), (1, 2, 256), (1, 2, 3.5), (1, 2, -1), [[1], [2], [3]]]
)
def test_what_is_no_colour_is_refused(color: Any) -> None:
    with pytest.raises(InputError, match="color"):
        Rle.from_mask([[1]]).to_png(color)


def test_a_mask_too_large_for_a_brush_is_refused() -> None:
    with pytest.raises(InputError, match=r"2\*\*30"):
        Rle((2**15, 2**15), []).to_label_studio()

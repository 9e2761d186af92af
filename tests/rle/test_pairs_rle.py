"""Real masks: against what their makers say of them, and against pycocotools, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

import annogeo as ag
from annogeo.rle import MaskStore, Rle, coco_decode, coco_encode
from tests.shared import shared

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # in pycocotools
]


def read(path: str) -> Any:
    return json.loads(shared(path).read_text(encoding="utf-8"))


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_sav_masklets_have_the_mean_areas_of_their_frames() -> None:
    document = read("data/sav/example/sav_000001_manual.json")

    for k, expected in enumerate(document["masklet_size_abs"]):
        areas = np.array([Rle.from_coco(frame[k]).area for frame in document["masklet"]])
        assert areas[areas > 0].mean() == pytest.approx(expected, rel=1e-9)


def test_bdd_classes_have_the_pixels_of_their_map() -> None:
    ids = pixels(shared("data/bdd100k/label/to_rle/test-mask.png"))

    for name in ("test-out-rle.json", "test-rle.json"):
        labels = read(f"data/bdd100k/label/to_rle/{name}")["frames"][0]["labels"]
        masks = [Rle.from_coco(label["rle"]) for label in labels]
        found = sorted(mask.area for mask in masks)
        assert len(masks) == 11
        assert found == sorted(np.unique(ids, return_counts=True)[1].tolist())
        assert Rle.union(masks) == ~Rle(ids.shape, [])
        assert all(len(np.unique(ids[mask.to_mask()])) == 1 for mask in masks)
        assert [mask.to_coco()["counts"] for mask in masks] == [label["rle"]["counts"] for label in labels]


@pytest.mark.parametrize("name", ["example_image_1.jpg", "example_image_2.jpg", "example_image_3.jpg"])
def test_superannotate_parts_are_the_colours_of_their_picture(name: str) -> None:
    instances = read(f"data/superannotate/pixel/{name}___pixel.json")["instances"]
    rgb = pixels(shared(f"data/superannotate/pixel/{name}___save.png"))[..., :3].astype(np.int64)
    colours = rgb @ (1 << 16, 1 << 8, 1)

    parts = [int(part["color"][1:], 16) for instance in instances for part in instance["parts"]]
    masks = [Rle.from_mask(colours == part) for part in parts]

    assert all(mask.area for mask in masks)
    background = ~Rle.union(masks)
    assert len(np.unique(colours[background.to_mask()])) == 1
    assert sum(mask.area for mask in masks) + background.area == colours.size
    assert [Rle.from_mask(mask) for mask in coco_decode(coco_encode(masks))] == masks


def coco_results() -> list[Any]:
    entries = read("data/coco/cocoapi_results/instances_val2014_fakesegm100_results.json")
    assert len(entries) == 734
    return [entry["segmentation"] for entry in entries]


def sav() -> list[Any]:
    document = read("data/sav/example/sav_000001_manual.json")
    return list(chain.from_iterable(document["masklet"][::3]))


def bdd() -> list[Any]:
    paths = sorted(shared("data/bdd100k/label").rglob("*mask*.png"))
    masks = []
    for path in paths:
        values = pixels(path).astype(np.int64)
        ids = values @ (1 << np.arange(0, 8 * values.shape[2], 8)) if values.ndim == 3 else values
        masks += [theirs(ids == one) for one in np.unique(ids)]
    return masks


def detection_format() -> list[Any]:
    document = read("data/panoptic/panopticapi/sample_data/panoptic_coco_detection_format.json")
    return [entry["segmentation"] for entry in document["annotations"]]


def lvis() -> list[Any]:
    """Give what pycocotools fills."""
    document = read("data/coco/lvis_api/lvis_val_100.json")
    sizes = {image["id"]: (image["height"], image["width"]) for image in document["images"]}
    masks = []
    for entry in document["annotations"][::4]:
        size = sizes[entry["image_id"]]
        masks.append(text(coco_mask.merge(coco_mask.frPyObjects(entry["segmentation"], *size))))
    return masks


def theirs(mask: np.ndarray) -> dict[str, Any]:
    return text(coco_mask.encode(np.asfortranarray(mask.astype(np.uint8))))


def text(mask: dict[str, Any]) -> dict[str, Any]:
    return {"size": list(mask["size"]), "counts": mask["counts"].decode()}


@pytest.mark.parametrize("give", [coco_results, sav, bdd, detection_format, lvis])
def test_real_masks_are_read_written_and_measured_as_pycocotools_does(give: Callable[[], list[Any]]) -> None:
    strings = give()
    given = [{**one, "counts": one["counts"].encode()} for one in strings]

    rles = [Rle.from_coco(one) for one in strings]

    assert [rle.to_coco()["counts"] for rle in rles] == [one["counts"] for one in strings]
    assert [rle.area for rle in rles] == [int(coco_mask.area(one)) for one in given]
    boxes = np.array([rle.bounds for rle in rles])
    boxes[:, 2:] -= boxes[:, :2]
    assert np.array_equal(boxes, coco_mask.toBbox(given))
    for rle, one in list(zip(rles, given, strict=True))[::7]:
        dense = rle.to_mask()
        assert np.array_equal(dense, coco_mask.decode(one) > 0)
        assert Rle.from_mask(dense) == rle


@pytest.mark.parametrize("give", [coco_results, sav, detection_format])
def test_real_masks_are_merged_and_compared_as_pycocotools_does(give: Callable[[], list[Any]]) -> None:
    by_size: dict[tuple[int, ...], list[Any]] = {}
    for one in give():
        by_size.setdefault(tuple(one["size"]), []).append(one)

    for strings in by_size.values():
        strings = strings[:60]
        given = [{**one, "counts": one["counts"].encode()} for one in strings]
        rles = [Rle.from_coco(one) for one in strings]
        for mine, intersect in ((Rle.union(rles), False), (Rle.intersection(rles), True)):
            assert mine.to_coco()["counts"] == coco_mask.merge(given, intersect=intersect)["counts"].decode()
        for a, b, first, second in zip(rles, rles[1:], given, given[1:], strict=False):
            assert (a & b).to_coco()["counts"].encode() == coco_mask.merge([first, second], intersect=True)[
                "counts"
            ]
        store = MaskStore(strings)
        crowd = [k % 2 for k in range(len(given))]
        assert np.array_equal(store.iou(store, crowd), coco_mask.iou(given, given, crowd))
        dense = coco_mask.decode(given)
        assert np.array_equal(coco_decode(strings), dense.transpose(2, 0, 1) > 0)
        assert [one["counts"] for one in coco_encode(dense.transpose(2, 0, 1))] == [
            one["counts"] for one in strings
        ]


def test_real_polygons_are_filled_as_pycocotools_does() -> None:
    document = read("data/coco/lvis_api/lvis_val_100.json")
    sizes = {image["id"]: (image["height"], image["width"]) for image in document["images"]}
    by_image: dict[int, list[Any]] = {}
    for entry in document["annotations"]:
        by_image.setdefault(entry["image_id"], []).extend(entry["segmentation"])

    for image, rings in list(by_image.items())[::3]:
        points = [np.reshape(ring, (-1, 2)) for ring in rings]
        drawlist = ag.DrawList.from_polygons(np.concatenate(points), np.cumsum([0, *map(len, points)]))
        found = ag.coco_rles(drawlist, *sizes[image], rule="coco")
        expected = coco_mask.frPyObjects(rings, *sizes[image])
        assert [one["counts"].encode() for one in found] == [one["counts"] for one in expected]

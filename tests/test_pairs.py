"""Real annotations against pixels that others made of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annogeo.definitions import Polygon
from annogeo.model import AnnotationCollection
from annogeo.rendering import label_map, rles
from tests.shared import shared

pytestmark = pytest.mark.shared

# BDD100K's panoptic classes; their places in this list are their ids.
BDD_CLASSES = (
    "unlabeled,dynamic,ego vehicle,ground,static,parking,rail track,road,sidewalk,bridge,building,fence,garage,"
    "guard rail,tunnel,wall,banner,billboard,lane divider,parking sign,pole,polegroup,street light,traffic cone,"
    "traffic device,traffic light,traffic sign,traffic sign frame,terrain,vegetation,sky,person,rider,bicycle,bus,"
    "car,caravan,motorcycle,trailer,train,truck"
).split(",")


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def _polygons(shapes: list[object]) -> list[Polygon]:
    """Turn shapely polygons into one definition each, holes too."""
    import shapely

    parts = shapely.get_parts(np.array(shapes, dtype=object))
    return [
        Polygon([np.array(ring.coords) for ring in (part.exterior, *part.interiors)], "building")
        for part in parts
        if not part.is_empty
    ]


def test_solaris_footprints_in_pixels_0_off() -> None:
    import shapely

    with shared("data/satellite/solaris/sample.csv").open(newline="") as file:
        shapes = [shapely.from_wkt(row["PolygonWKT_Pix"]) for row in csv.DictReader(file)]
    truth = _pixels(shared("data/satellite/solaris/sample_fp_mask.tif"))

    drawn = label_map(_polygons(shapes), *truth.shape)

    assert np.count_nonzero((drawn > 0) != (truth > 0)) == 0
    assert np.count_nonzero(drawn) == 117_996


def test_solaris_footprints_from_geographic_coordinates_0_off() -> None:
    import shapely

    text = shared("data/satellite/solaris/geotiff_labels.geojson").read_text(encoding="utf-8")
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in json.loads(text)["features"]]
    in_pixels = [
        shapely.transform(shape, lambda xy: (xy - (733_601, 3_725_139)) / (0.5, -0.5)) for shape in shapes
    ]
    truth = _pixels(shared("data/satellite/solaris/sample_fp_mask_from_geojson.tif"))

    drawn = label_map(_polygons(in_pixels), *truth.shape)

    assert np.count_nonzero((drawn > 0) != (truth > 0)) == 0
    assert np.count_nonzero(drawn) == 33_818


def test_dataloop_hamster_masks_have_their_pixels() -> None:
    document = shared("data/dataloop/docs_hamster/hamster.json").read_bytes()
    collection = AnnotationCollection.from_json(document)

    areas = [rle.area for rle in rles(collection, 408, 612)]

    assert dict(zip((a.label for a in collection), areas, strict=True)) == {"fur": 71_329, "eye": 370}
    assert not collection.problems


def test_bdd_panoptic_classes_agree_in_file_order() -> None:
    text = shared("data/bdd100k/label/panseg_bdd100k/panseg_bdd100k.json").read_text(encoding="utf-8")
    document = json.loads(text)
    frame = document[0] if isinstance(document, list) else document
    shapes = [
        Polygon([part["vertices"] for part in label["poly2d"]], label["category"])
        for label in frame["labels"]
    ]
    truth = _pixels(shared("data/bdd100k/label/panseg_bdd100k/panseg_mask.png"))[..., 0]
    ids = {name: k for k, name in enumerate(BDD_CLASSES)}

    drawn, reverse = (label_map(order, *truth.shape, ids=ids) for order in (shapes, shapes[::-1]))

    assert (drawn == truth).mean() >= 0.993
    assert (drawn == truth).mean() > (reverse == truth).mean()


LABELME = "data/labelme/{kind}_segmentation/{folder}/{name}"


@pytest.mark.parametrize("name", ["2011_000003", "2011_000006", "2011_000025"])
@pytest.mark.parametrize("kind", ["instance", "semantic"])
def test_labelme_classes_are_what_pillow_paints(kind: str, name: str) -> None:
    document = shared(LABELME.format(kind=kind, folder="data_annotated", name=f"{name}.json"))
    folder = "data_dataset_voc"
    names = shared(LABELME.format(kind=kind, folder=folder, name="class_names.txt")).read_text(
        encoding="utf-8"
    )
    truth = _pixels(shared(LABELME.format(kind=kind, folder=folder, name=f"SegmentationClass/{name}.png")))

    drawn = _labelme_map(document, names.splitlines(), truth.shape)

    assert np.count_nonzero(drawn != truth) <= 1  # labelme's own rounding; `opencv` is off by 1191 or more


def test_labelme_tutorial_is_what_pillow_paints() -> None:
    folder = "data/labelme/tutorial/apc2016_obj3"
    names = shared(f"{folder}/label_names.txt").read_text(encoding="utf-8").split()
    truth = _pixels(shared(f"{folder}/label.png"))

    drawn = _labelme_map(shared(f"{folder}.json"), names, truth.shape)

    assert np.count_nonzero(drawn != truth) <= 8


def _labelme_map(path: Path, names: list[str], shape: tuple[int, ...]) -> np.ndarray:
    document = json.loads(path.read_text(encoding="utf-8"))
    polygons = [Polygon(shape["points"], shape["label"]) for shape in document["shapes"]]
    ids = {name: k for k, name in enumerate(names)} | {"__ignore__": 255}
    return label_map(polygons, *shape, ids=ids, rule="pil")


def test_superannotate_areas_are_those_of_pycocotools() -> None:
    text = shared("data/coco/superannotate_coco/TestVectorAnnotationImage.json").read_text(encoding="utf-8")
    document = json.loads(text)
    sizes = {image["id"]: (image["height"], image["width"]) for image in document["images"]}

    areas = []
    for entry in document["annotations"]:
        polygon = Polygon([np.reshape(part, (-1, 2)) for part in entry["segmentation"]], "")
        areas.append(polygon.to_rle(*sizes[entry["image_id"]], rule="coco").area)

    assert len(areas) == 62
    assert areas == [entry["area"] for entry in document["annotations"]]


def test_darwin_masks_are_what_opencv_paints() -> None:
    folder = "data/darwin/convert_instance_mask"
    document = json.loads(shared(f"{folder}/from/000000021295.json").read_text(encoding="utf-8"))

    for k, entry in enumerate(document["annotations"]):
        truth = _pixels(shared(f"{folder}/to/masks/000000021295_{k:05d}.png")) > 0
        rings = [[(point["x"], point["y"]) for point in path] for path in entry["polygon"]["paths"]]
        mask = Polygon(rings, entry["name"]).to_mask(*truth.shape, rule="opencv")
        overlap = np.count_nonzero(mask & truth) / np.count_nonzero(mask | truth)
        assert round(overlap, 4) >= 0.9999  # one pixel at one corner, in two of three
        assert np.count_nonzero(mask != truth) <= 1

"""Real label maps: pairs that others made of them, sizes as skimage measures them, and back to the same pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annogeo.masks import label_map_stats, label_map_to_polygons, outlines
from annogeo.rendering import label_map
from tests.naive import label_maps as naive
from tests.shared import ROOT, shared, shared_files

pytestmark = pytest.mark.shared

PANOPTIC = "data/panoptic/panopticapi/sample_data"
PATTERNS = (
    "data/instance_map/stardist/mask2d.tif",
    f"{PANOPTIC}/panoptic_examples/*.png",
    "data/bdd100k/label/**/*.png",
    "data/superannotate/pixel/*save.png",
    "data/video/cutie_bike/masks/**/*.png",
    "data/video/paragliding_launch/osvos_masks/000[0-7]0.png",
)
MAPS = [path for pattern in PATTERNS for path in shared_files(pattern)]


def ids_of(path: Path) -> np.ndarray:
    """Read a label map as stored; colours as one number."""
    with Image.open(path) as image:
        values = np.asarray(image)
    if values.ndim == 2:
        return values
    return values.astype(np.int64) @ 256 ** np.arange(values.shape[2])


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("path", MAPS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_real_map_comes_back_with_sizes_and_roles(path: Path, connectivity: int) -> None:
    from skimage.measure import label, regionprops

    ids = ids_of(path)

    found = outlines(ids, connectivity)

    assert np.array_equal(naive.painted(found, ids.shape, signed=True), ids)
    labels, compact = np.unique(np.append(ids.ravel(), 0), return_inverse=True)
    assert found.labels.tolist() == labels[labels != 0].tolist()
    boxes, areas, centroids = skimage_stats(regionprops(compact[:-1].reshape(ids.shape)))
    assert found.boxes.tolist() == boxes
    assert found.areas.tolist() == areas
    np.testing.assert_allclose(found.centroids, centroids, rtol=1e-12)
    in_labels = label(
        ids, background=0, connectivity=connectivity // 4
    )  # parts of one value, all labels at once
    assert np.count_nonzero(~found.ring_is_hole) == in_labels.max()


def skimage_stats(regions: list[Any]) -> tuple[list[Any], list[int], list[Any]]:
    """Give boxes, areas and centroids with the origin at a corner of the first pixel."""
    boxes = [[left, top, right, bottom] for top, left, bottom, right in (region.bbox for region in regions)]
    return (
        boxes,
        [int(region.area) for region in regions],
        [np.add(region.centroid, 0.5)[::-1] for region in regions],
    )


@pytest.mark.parametrize("path", MAPS[::4], ids=lambda path: str(path.relative_to(ROOT)))
def test_parts_without_touching_corners_are_valid_polygons(path: Path) -> None:
    import shapely

    found = outlines(ids_of(path))

    valid = 0
    for number in found.labels.tolist():
        for outer, *holes in found.parts(number):
            if len(np.unique(np.concatenate([outer, *holes]), axis=0)) == len(outer) + sum(map(len, holes)):
                assert shapely.Polygon(outer, holes).is_valid
                valid += 1
    assert valid


def test_stardist_labels_come_back() -> None:
    ids = ids_of(shared("data/instance_map/stardist/mask2d.tif"))

    polygons = label_map_to_polygons(ids)

    assert len(polygons) == 125
    assert sum(len(polygon.parts) > 1 for polygon in polygons.values()) == 1
    drawn = label_map(list(polygons.values()), *ids.shape, ids={str(number): number for number in polygons})
    assert np.array_equal(drawn, ids)


@pytest.mark.parametrize("name", ["000000142238", "000000439180"])
def test_panoptic_segments_have_their_areas_and_boxes(name: str) -> None:
    document = json.loads(shared(f"{PANOPTIC}/panoptic_examples.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in document["annotations"] if entry["file_name"] == f"{name}.png")
    ids = ids_of(shared(f"{PANOPTIC}/panoptic_examples/{name}.png"))

    stats = label_map_stats(ids)

    left, top, right, bottom = stats.boxes.T.tolist()
    boxes = [[x, y, x1 - x, y1 - y] for x, y, x1, y1 in zip(left, top, right, bottom, strict=True)]
    measured = dict(zip(stats.labels.tolist(), zip(stats.areas.tolist(), boxes, strict=True), strict=True))
    assert measured == {
        segment["id"]: (segment["area"], segment["bbox"]) for segment in entry["segments_info"]
    }


@pytest.mark.parametrize("name", ["000000142238", "000000439180"])
def test_panoptic_maps_of_two_channels_have_the_same_outlines(name: str) -> None:
    one = outlines(ids_of(shared(f"{PANOPTIC}/panoptic_examples/{name}.png")), background=None)
    two = outlines(ids_of(shared(f"{PANOPTIC}/panoptic_examples_2ch_format/{name}.png")), background=None)

    assert len(one) == len(two)
    assert rings(one) == rings(two)


def rings(found: Any) -> list[list[Any]]:
    return sorted([ring.tolist() for ring in found.rings(number)] for number in found.labels.tolist())


def test_solaris_footprints_are_the_polygons_that_rasterio_made() -> None:
    import shapely

    mask = ids_of(shared("data/satellite/solaris/sample_fp_mask_from_geojson.tif"))
    document = json.loads(
        shared("data/satellite/solaris/gdf_from_mask_1.geojson").read_text(encoding="utf-8")
    )
    theirs = [shapely.geometry.shape(feature["geometry"]) for feature in document["features"]]

    ours = [shapely.Polygon(outer, holes) for outer, *holes in outlines(mask).parts(255)]

    def plain(polygons: list[Any]) -> set[Any]:
        return {shapely.normalize(polygon.simplify(0)) for polygon in polygons}

    # the file leaves out the one part of a single pixel
    assert plain(theirs) == plain([polygon for polygon in ours if polygon.area > 1])
    assert (len(theirs), len(ours)) == (43, 44)
    polygon = label_map_to_polygons(mask)[255]
    assert np.array_equal(polygon.to_mask(*mask.shape), mask > 0)

"""Promise: instance maps with areas and visible shares 5x as fast as crop by crop, panoptic ones 12x panopticapi."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.bench_label_maps import collection_of
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers import maps
from benchmarks.report import Figure, Report

Array = npt.NDArray[Any]

FULL = "cv2 and numpy, a mask each"
CROPS = "cv2 and numpy, a crop each"
PANOPTICAPI = "panopticapi's loop"


def run(pace: Pace) -> Iterator[Report]:
    """Time instance maps of two scenes, and panoptic pictures there and back."""
    for key, scene in (("W2", scenes.w2()), ("W3", scenes.w3(100, 960, 540) if pace.quick else scenes.w3())):
        yield instances(f"instance map {key}", scene, pace)
    scene = scenes.w6(8, 333, 200) if pace.quick else scenes.w6()
    yield merged(scene, pace)
    yield encoded(scene, pace)
    yield split(scene, pace)


def instances(key: str, scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make an instance map, and say how large each object is and how much of it is seen."""
    import annogeo as ag

    draw_list = ag.DrawList.from_polygons(*scene.flat())
    collection = collection_of(scene)
    size = scene.height, scene.width
    ours = Row("annogeo instance_map", lambda: visible(ag.instance_map(draw_list, *size)))
    ways = [
        Row(
            "annogeo instance_map, smallest on top",
            lambda: visible(ag.instance_map(draw_list, *size, overlap="smallest")),
            "ours",
        ),
        Row("annogeo instance_map of objects", lambda: visible(ag.instance_map(collection, *size)), "ours"),
        Row("annogeo panoptic_map of objects", lambda: ag.panoptic_map(collection, *size), "ours"),
        Row(
            "annogeo label_map of objects: nothing measured", lambda: ag.label_map(collection, *size), "ours"
        ),
    ]
    makers: dict[str, Any] = {CROPS: partial(maps.crops, scene)}
    if len(scene.polygons) < 1000:
        makers[FULL] = partial(maps.full_masks, scene)
    paints, missing = peers.ready(makers)
    title = f"{scene.title}: ids, areas, visible shares"
    report = compare(key, title, ours, [*peers.rows_of(paints), *ways], missing=missing, pace=pace)
    found = ag.instance_map(draw_list, *size)
    for name, paint in paints.items():
        ids, _, shares = paint()
        report.figures.append(Figure(f"pixels as {name}", peers.share(ids == found.map), "%"))
        report.figures.append(
            Figure(f"shares off {name}, mean", float(np.abs(shares - found.visible).mean()))
        )
    return report


def visible(found: Any) -> tuple[Array, Array]:
    """Read what was asked for."""
    return found.areas, found.visible


def merged(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make a panoptic picture with its segments from COCO masks."""
    import annogeo as ag

    size = scene.height, scene.width
    masks = ag.rles(collection_of(scene), *size)
    strings = [mask.to_coco() for mask in masks]

    def made() -> tuple[Array, Any]:
        shapes = [ag.Segmentation(ag.Rle.from_coco(string), "thing") for string in strings]
        ids, segments = ag.panoptic_map(shapes, *size)
        return ag.panoptic_encode(ids), segments

    makers = {PANOPTICAPI: partial(maps.panopticapi_merge, strings, size)}
    paints, missing = peers.ready(makers)
    title = f"{scene.title}: COCO masks to a panoptic picture"
    rows = peers.rows_of(paints)
    report = compare("panoptic merge", title, Row("annogeo", made), rows, missing=missing, pace=pace)
    for name, paint in paints.items():
        report.figures.append(Figure(f"pixels as {name}", peers.share((paint()[0] == made()[0]).all(2)), "%"))
    return report


def encoded(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Write a panoptic map as a picture and measure its segments."""
    import annogeo as ag

    ids = ag.instance_map(collection_of(scene), scene.height, scene.width).map.astype(np.int32)

    def made() -> tuple[Array, Any]:
        return ag.panoptic_encode(ids), ag.label_map_stats(ids)

    paints, missing = peers.ready({PANOPTICAPI: partial(maps.panopticapi_encode, ids)})
    title = f"{scene.title}: panoptic ids to a picture and segments"
    ways = [Row("annogeo panoptic_encode alone", lambda: ag.panoptic_encode(ids), "ours")]
    rows = [*peers.rows_of(paints), *ways]
    report = compare("panoptic encode", title, Row("annogeo", made), rows, missing=missing, pace=pace)
    for name, paint in paints.items():
        picture, segments = paint()
        report.figures.append(Figure(f"pixels as {name}", peers.share((picture == made()[0]).all(2)), "%"))
        areas = [segment["area"] for segment in segments] == made()[1].areas.tolist()
        report.figures.append(Figure(f"areas as {name}", 100.0 * areas, "%"))
    return report


def split(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make the COCO mask of each segment of a panoptic picture."""
    import annogeo as ag

    ids = ag.instance_map(collection_of(scene), scene.height, scene.width).map
    picture = ag.panoptic_encode(ids)
    numbers = np.unique(ids[ids > 0]).tolist()
    segments = [{"id": number, "category_id": 1, "iscrowd": 0} for number in numbers]

    def made() -> list[Any]:
        found = ag.AnnotationCollection.from_panoptic(picture, segments)
        return [annotation.annotation_definition.rle.to_coco()["counts"] for annotation in found]

    paints, missing = peers.ready({PANOPTICAPI: partial(maps.panopticapi_split, picture, numbers)})
    title = f"{scene.title}: a panoptic picture to COCO masks"
    rows = peers.rows_of(paints)
    report = compare("panoptic split", title, Row("annogeo", made), rows, missing=missing, pace=pace)
    for name, paint in paints.items():
        same = [ours == theirs.decode() for ours, theirs in zip(made(), paint(), strict=True)]
        report.figures.append(Figure(f"strings as {name}", peers.share(np.array(same)), "%"))
    return report

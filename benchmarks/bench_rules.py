"""Promise: each named pixel rule paints its owner's pixels (on W2, and run lengths on W6) [aim: and faster].

`center` is GDAL's rule: see label_maps. The owners get the points as they are, in their own convention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.bench_label_maps import collection_of
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers.label_maps import pycocotools_labels
from benchmarks.peers.stack import pycocotools_strings
from benchmarks.report import Figure, Report


def run(pace: Pace) -> Iterator[Report]:
    """Time every rule against its owner."""
    scene = scenes.w1() if pace.quick else scenes.w2()
    for rule, (owner, make) in OWNERS.items():
        yield paint(rule, owner, make, scene, pace)
    yield coco_strings(scenes.w6(8, 333, 200) if pace.quick else scenes.w6(), pace)


def paint(
    rule: str, owner: str, make: Callable[[scenes.PolygonScene], Any], scene: scenes.PolygonScene, pace: Pace
) -> Report:
    """Paint a label map under a rule."""
    import annogeo as ag

    xy, offsets = scene.flat()
    draw_list = ag.DrawList.from_polygons(xy, offsets)
    values = np.array(scene.values)
    size: dict[str, Any] = {"height": scene.height, "width": scene.width, "dtype": scene.dtype}
    key, title = f"rule {rule}", f"{scene.title}, under rule {rule}"
    ours = Row(f"annogeo rasterize, rule {rule}", lambda: ag.rasterize(draw_list, values, **size, rule=rule))
    try:
        mine = ours.run()
    except ag.UnsupportedError as error:
        return Report(key, title, ours.name, notes=[str(error)])
    paints, missing = peers.ready({owner: lambda: make(scene)})
    center = Row("annogeo rasterize, rule center", lambda: ag.rasterize(draw_list, values, **size), "ours")
    report = compare(key, title, ours, [*peers.rows_of(paints), center], missing=missing, pace=pace)
    report.figures += peers.agreement(mine, {name: one() for name, one in paints.items()})
    return report


def coco_strings(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make run lengths under rule coco."""
    import annogeo as ag

    key, title = "rule coco strings", f"{scene.title} to COCO run-length strings, under rule coco"
    collection = collection_of(scene)
    size = (scene.height, scene.width)

    def made() -> list[Any]:
        return [rle["counts"] for rle in ag.coco_rles(collection, *size, rule="coco")]

    ours = Row("annogeo coco_rles, rule coco", made)
    try:
        mine = made()
    except ag.UnsupportedError as error:
        return Report(key, title, ours.name, notes=[str(error)])
    paints, missing = peers.ready({"pycocotools": lambda: pycocotools_strings(scene)})
    report = compare(key, title, ours, peers.rows_of(paints), missing=missing, pace=pace)
    for name, theirs in paints.items():
        same = [one == other["counts"].decode() for one, other in zip(mine, theirs(), strict=True)]
        report.figures.append(Figure(f"strings as {name}", peers.share(np.array(same)), "%"))
    return report


def cv2_owner(scene: scenes.PolygonScene) -> peers.Paint:
    """cv2.fillPoly on rounded points."""
    cv2 = peers.cv2_alone()
    points = [np.rint(polygon).astype(np.int32) for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for ring, value in zip(points, scene.values, strict=True):
            cv2.fillPoly(canvas, [ring], value)
        return canvas

    return paint


def pillow_owner(scene: scenes.PolygonScene) -> peers.Paint:
    """ImageDraw.polygon, fill and outline."""
    from PIL import Image, ImageDraw

    rings = [[tuple(point) for point in polygon.tolist()] for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        image = Image.new("L", (scene.width, scene.height))
        draw = ImageDraw.Draw(image)
        for ring, value in zip(rings, scene.values, strict=True):
            draw.polygon(ring, fill=value, outline=value)
        return np.asarray(image)

    return paint


def rasterio_owner(scene: scenes.PolygonScene) -> peers.Paint:
    """GDAL's all_touched, through rasterio."""
    from rasterio.features import rasterize

    geometries = [
        ({"type": "Polygon", "coordinates": [[*polygon.tolist(), polygon[0].tolist()]]}, value)
        for polygon, value in zip(scene.polygons, scene.values, strict=True)
    ]
    shape, dtype = (scene.height, scene.width), np.dtype(scene.dtype).name
    return lambda: np.asarray(rasterize(geometries, out_shape=shape, fill=0, dtype=dtype, all_touched=True))


OWNERS: dict[str, tuple[str, Callable[[scenes.PolygonScene], Any]]] = {
    "opencv": ("cv2", cv2_owner),
    "coco": ("pycocotools", pycocotools_labels),
    "pil": ("Pillow", pillow_owner),
    "all_touched": ("GDAL (rasterio)", rasterio_owner),
}

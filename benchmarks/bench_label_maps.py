"""Promise: label maps of polygons (W1 to W3) are painted 2.2 to 3x as fast as by cv2.fillPoly, 5.5 to 8x as by dtlpy.

The pixels are GDAL's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers.label_maps import FULL_MASKS, MAKERS
from benchmarks.report import Report

OURS = "annogeo rasterize"
FLAT = "annogeo from flat arrays"


def run(pace: Pace) -> Iterator[Report]:
    """Time W1, W2, W3, and W1 as 64 different photos (one scene repeated teaches the branch predictor)."""
    yield paint_one("W1", scenes.w1(), pace)
    if not pace.quick:
        yield paint_one("W2", scenes.w2(), pace)
    yield paint_one("W3", scenes.w3(100, 960, 540) if pace.quick else scenes.w3(), pace)
    yield paint_many([scenes.w1(i) for i in range(4 if pace.quick else 64)], pace)


def paint_one(key: str, scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Paint one scene again and again."""
    import annogeo as ag

    xy, offsets = scene.flat()
    values = np.array(scene.values)
    draw_list = ag.DrawList.from_polygons(xy, offsets)
    size: dict[str, Any] = {"height": scene.height, "width": scene.width, "dtype": scene.dtype}
    buffer = np.empty((scene.height, scene.width), scene.dtype)
    collection = collection_of(scene)
    ids = {str(i): i + 1 for i in range(len(scene.polygons))}
    ours = Row(OURS, lambda: ag.rasterize(draw_list, values, **size))
    ways = [
        Row("annogeo rasterize, out=", lambda: ag.rasterize(draw_list, values, **size, out=buffer), "ours"),
        Row(FLAT, lambda: ag.rasterize(ag.DrawList.from_polygons(xy, offsets), values, **size), "ours"),
        Row("annogeo label_map of objects", lambda: ag.label_map(collection, ids=ids, **size), "ours"),
        Row("filling the map", lambda: buffer.fill(1), "limit"),
    ]
    left_out = FULL_MASKS if len(scene.polygons) > 1000 else ()
    makers = {name: partial(make, scene) for name, make in MAKERS.items() if name not in left_out}
    paints, missing = peers.ready(makers)
    figures = peers.agreement(ours.run(), {name: paint() for name, paint in paints.items()})
    pairs = [(FLAT, "cv2, float points")]
    title = f"{scene.title}, {len(xy)} points"
    report = compare(
        key, title, ours, [*peers.rows_of(paints), *ways], pairs=pairs, missing=missing, pace=pace
    )
    report.figures += figures
    if left_out:
        report.notes.append(f"not run: {', '.join(left_out)} (a full mask for each outline: minutes)")
    return report


def paint_many(photos: list[scenes.PolygonScene], pace: Pace) -> Report:
    """Paint different scenes one after the other into one buffer, as a training loader does."""
    import annogeo as ag

    flat = [photo.flat() for photo in photos]
    values = np.array(photos[0].values)
    lists = [ag.DrawList.from_polygons(*arrays) for arrays in flat]
    buffer = np.empty((480, 640), np.uint8)

    def from_lists() -> None:
        for draw_list in lists:
            ag.rasterize(draw_list, values, 480, 640, dtype=np.uint8, out=buffer)

    def from_arrays() -> None:
        for arrays in flat:
            draw_list = ag.DrawList.from_polygons(*arrays)
            ag.rasterize(draw_list, values, 480, 640, dtype=np.uint8, out=buffer)

    makers = {
        "cv2, integer points": partial(cv2_many, photos, ready=True),
        "cv2, float points": partial(cv2_many, photos, ready=False),
    }
    paints, missing = peers.ready(makers)
    return compare(
        "W1b",
        f"W1 as {len(photos)} different photos, one after the other into one buffer",
        Row(OURS, from_lists),
        [*peers.rows_of(paints), Row(FLAT, from_arrays, "ours")],
        pairs=[(FLAT, "cv2, float points")],
        missing=missing,
        pace=pace,
    )


def cv2_many(photos: list[scenes.PolygonScene], *, ready: bool) -> peers.Paint:
    """cv2.fillPoly over all scenes, points rounded before or in what is timed."""
    cv2 = peers.cv2_alone()
    canvas = np.empty((480, 640), np.uint8)
    rounded = [[peers.whole(polygon) for polygon in photo.polygons] for photo in photos]

    def paint_ready() -> npt.NDArray[Any]:
        for rings in rounded:
            canvas.fill(0)
            for i, ring in enumerate(rings):
                cv2.fillPoly(canvas, [ring], i + 1)
        return canvas

    def paint_rounding() -> npt.NDArray[Any]:
        for photo in photos:
            canvas.fill(0)
            for i, polygon in enumerate(photo.polygons):
                cv2.fillPoly(canvas, [peers.whole(polygon)], i + 1)
        return canvas

    return paint_ready if ready else paint_rounding


def collection_of(scene: scenes.PolygonScene) -> Any:
    """Make annotation objects of a scene; outline i has the label str(i)."""
    import annogeo as ag

    collection = ag.AnnotationCollection()
    for i, polygon in enumerate(scene.polygons):
        collection.add(ag.Polygon(polygon, label=str(i)))
    return collection

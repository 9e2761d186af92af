"""Promise: a label map of polygons (W1-W3) is painted at least 2x as fast as by cv2.fillPoly, 5x as by dtlpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.harness import Goal, Report, Row, compare

OURS = "annogeo rasterize"
GOALS = (Goal("cv2, integer points", 2.0, OURS), Goal("dtlpy", 5.0, OURS))


def run(*, quick: bool = False) -> list[Report]:
    """Time W1, W2, W3, and W1 as 64 different photos (one scene repeated teaches the branch predictor)."""
    small = [scenes.w1()] if quick else [scenes.w1(), scenes.w2()]
    reports = [paint_one(scene, small=scene.width < 1000, quick=quick) for scene in small]
    reports.append(paint_one(scenes.w3(100, 960, 540) if quick else scenes.w3(), small=False, quick=quick))
    reports.append(paint_many([scenes.w1(i) for i in range(4 if quick else 64)], quick=quick))
    return reports


def paint_one(scene: scenes.PolygonScene, *, small: bool, quick: bool) -> Report:
    """Paint one scene again and again."""
    import annogeo as ag

    xy, offsets = scene.flat()
    values = np.array(scene.values)
    draw_list = ag.DrawList.from_polygons(xy, offsets)
    size: dict[str, Any] = {"height": scene.height, "width": scene.width, "dtype": scene.dtype}
    buffer = np.empty((scene.height, scene.width), scene.dtype)
    collection = collection_of(scene)
    ids = {str(i): i + 1 for i in range(len(scene.polygons))}
    rows = [
        Row(OURS, lambda: ag.rasterize(draw_list, values, **size)),
        Row("annogeo rasterize, out=", lambda: ag.rasterize(draw_list, values, **size, out=buffer)),
        Row(
            "annogeo from flat arrays",
            lambda: ag.rasterize(ag.DrawList.from_polygons(xy, offsets), values, **size),
        ),
        Row("annogeo label_map of objects", lambda: ag.label_map(collection, ids=ids, **size)),
    ]
    makers = {
        "cv2, integer points": lambda: peers.cv2_integer_labels(scene),
        "cv2, float points": lambda: peers.cv2_float_labels(scene),
        "Pillow": lambda: peers.pillow_labels(scene),
        "GDAL (rasterio)": lambda: peers.rasterio_labels(scene),
        "Skia, onto RGBA": lambda: peers.skia_labels(scene),
        "dtlpy": lambda: peers.dtlpy_labels(scene),
    }
    if small:  # these take seconds on the larger scenes
        makers["scikit-image"] = lambda: peers.skimage_labels(scene)
        makers["pycocotools"] = lambda: peers.pycocotools_labels(scene)
        makers["supervision"] = lambda: peers.supervision_labels(scene)
    paints, missing = peers.ready(makers)
    notes = peers.agreement(rows[0].run(), {name: paint() for name, paint in paints.items()})
    rows += [Row(name, paint) for name, paint in paints.items()]
    report = compare(scene.title, rows, goals=GOALS, missing=missing, **pace(quick))
    report.notes = [f"{len(xy)} points", *notes]
    return report


def paint_many(photos: list[scenes.PolygonScene], *, quick: bool) -> Report:
    """Paint different scenes one after the other into one buffer, as a training loader does."""
    import annogeo as ag

    lists = [(ag.DrawList.from_polygons(*photo.flat()), np.array(photo.values)) for photo in photos]
    buffer = np.empty((480, 640), np.uint8)

    def ours() -> npt.NDArray[Any]:
        for draw_list, values in lists:
            ag.rasterize(draw_list, values, 480, 640, dtype=np.uint8, out=buffer)
        return buffer

    def cv2_paint() -> Any:
        import cv2

        cv2.setNumThreads(1)
        rounded = [[peers.whole(polygon) for polygon in photo.polygons] for photo in photos]
        canvas = np.empty((480, 640), np.uint8)

        def paint() -> npt.NDArray[Any]:
            for rings in rounded:
                canvas.fill(0)
                for i, ring in enumerate(rings):
                    cv2.fillPoly(canvas, [ring], i + 1)
            return canvas

        return paint

    paints, missing = peers.ready({"cv2, integer points": cv2_paint})
    rows = [Row(OURS, ours), *(Row(name, paint) for name, paint in paints.items())]
    return compare(f"W1b {len(photos)} different photos, one buffer", rows, missing=missing, **pace(quick))


def collection_of(scene: scenes.PolygonScene) -> Any:
    """Make annotation objects of a scene; outline i has the label str(i)."""
    import annogeo as ag

    collection = ag.AnnotationCollection()
    for i, polygon in enumerate(scene.polygons):
        collection.add(ag.Polygon(polygon, label=str(i)))
    return collection


def pace(quick: bool) -> dict[str, Any]:
    """Say how long to measure."""
    return {"rounds": 3, "seconds": 2.0, "slice_ms": 1.0} if quick else {}

"""How each peer paints a label map: one function per peer, made ready outside of what is timed.

Each `<peer>_labels(scene)` gives a function without arguments that paints the whole map once, or raises ImportError.
Coordinates are annogeo's (an integer is a pixel corner); peers that count from the first pixel's centre get them moved
by half a pixel.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.scenes import PolygonScene

Paint = Callable[[], npt.NDArray[Any]]


def cv2_integer_labels(scene: PolygonScene) -> Paint:
    """cv2.fillPoly on integer points that lie ready."""
    import cv2

    cv2.setNumThreads(1)
    points = [whole(polygon) for polygon in scene.polygons]
    values = scene.values

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for ring, value in zip(points, values, strict=True):
            cv2.fillPoly(canvas, [ring], value)
        return canvas

    return paint


def cv2_float_labels(scene: PolygonScene) -> Paint:
    """cv2.fillPoly on float points, rounding included: what its callers pay."""
    import cv2

    cv2.setNumThreads(1)
    values = scene.values

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for polygon, value in zip(scene.polygons, values, strict=True):
            cv2.fillPoly(canvas, [whole(polygon)], value)
        return canvas

    return paint


def pillow_labels(scene: PolygonScene) -> Paint:
    """Pillow's ImageDraw.polygon on tuples that lie ready."""
    from PIL import Image, ImageDraw

    rings = [[tuple(point) for point in (polygon - 0.5).tolist()] for polygon in scene.polygons]
    values = scene.values
    mode = "L" if scene.dtype is np.uint8 else "I"

    def paint() -> npt.NDArray[Any]:
        image = Image.new(mode, (scene.width, scene.height))
        draw = ImageDraw.Draw(image)
        for ring, value in zip(rings, values, strict=True):
            draw.polygon(ring, fill=value)
        return np.asarray(image)

    return paint


def skimage_labels(scene: PolygonScene) -> Paint:
    """skimage.draw.polygon and an indexed store."""
    from skimage.draw import polygon as pixels_of

    shape = (scene.height, scene.width)

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros(shape, scene.dtype)
        for polygon, value in zip(scene.polygons, scene.values, strict=True):
            canvas[pixels_of(polygon[:, 1] - 0.5, polygon[:, 0] - 0.5, shape)] = value
        return canvas

    return paint


def pycocotools_labels(scene: PolygonScene) -> Paint:
    """pycocotools: polygon to run lengths to mask to map."""
    import pycocotools.mask as coco

    flat = [[polygon.ravel().tolist()] for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for rings, value in zip(flat, scene.values, strict=True):
            runs = coco.merge(coco.frPyObjects(rings, scene.height, scene.width))
            canvas[coco.decode(runs) > 0] = value
        return canvas

    return paint


def rasterio_labels(scene: PolygonScene) -> Paint:
    """GDAL through rasterio.features.rasterize."""
    from rasterio.features import rasterize

    geometries = [
        ({"type": "Polygon", "coordinates": [[*polygon.tolist(), polygon[0].tolist()]]}, value)
        for polygon, value in zip(scene.polygons, scene.values, strict=True)
    ]
    shape, dtype = (scene.height, scene.width), np.dtype(scene.dtype).name
    return lambda: np.asarray(rasterize(geometries, out_shape=shape, fill=0, dtype=dtype))


def skia_labels(scene: PolygonScene) -> Paint:
    """Skia without anti-aliasing, onto RGBA (it has no integer maps); the id is in the red and green bytes."""
    import skia

    paths = [skia_path(polygon, closed=True) for polygon in scene.polygons]
    paints = [
        skia.Paint(Color=skia.ColorSetARGB(255, value & 255, value >> 8, 0), AntiAlias=False)
        for value in scene.values
    ]

    def paint() -> npt.NDArray[Any]:
        pixels = np.zeros((scene.height, scene.width, 4), np.uint8)
        canvas = skia.Canvas(pixels)
        for path, color in zip(paths, paints, strict=True):
            canvas.drawPath(path, color)
        return pixels

    return paint


def supervision_labels(scene: PolygonScene) -> Paint:
    """supervision.polygon_to_mask and an indexed store."""
    import supervision

    size = (scene.width, scene.height)
    points = [whole(polygon) for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for ring, value in zip(points, scene.values, strict=True):
            canvas[supervision.polygon_to_mask(ring, size) > 0] = value
        return canvas

    return paint


def dtlpy_labels(scene: PolygonScene) -> Paint:
    """The vendor SDK's collection.show, instance view, filled (its map is uint8: larger ids collapse)."""
    dl = quiet_dtlpy()
    collection = dl.AnnotationCollection(item=None)
    for i, polygon in enumerate(scene.polygons):
        definition = dl.Polygon(geo=polygon, label=str(i))
        collection.annotations.append(
            dl.Annotation.new(annotation_definition=definition, object_id=str(i + 1))
        )
    ids = {str(i): i + 1 for i in range(len(scene.polygons))}

    def paint() -> npt.NDArray[Any]:
        canvas: npt.NDArray[Any] = collection.show(
            height=scene.height,
            width=scene.width,
            thickness=-1,
            annotation_format="instance",
            label_instance_dict=ids,
        )
        return canvas

    return paint


def quiet_dtlpy() -> Any:
    """Import dtlpy without its log lines and warnings; importing it takes seconds and touches no network."""
    import warnings

    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import dtlpy
    return dtlpy


def whole(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Round points to the pixels whose centres they are nearest to."""
    return np.rint(points - 0.5).astype(np.int32)


def skia_path(points: npt.NDArray[np.float64], *, closed: bool) -> Any:
    """Make a Skia path."""
    import skia

    return skia.Path.Polygon([skia.Point(x, y) for x, y in points.tolist()], closed)


def ready(makers: dict[str, Callable[[], Any]]) -> tuple[dict[str, Any], list[str]]:
    """Run each maker; give what they made, and the names of those whose packages are not installed."""
    made, missing = {}, []
    for name, make in makers.items():
        try:
            made[name] = make()
        except ImportError:
            missing.append(name)
    return made, missing


def agreement(ours: npt.NDArray[Any], others: dict[str, npt.NDArray[Any]]) -> list[str]:
    """Say how many pixels each peer's map shares with ours: a guard against timing unlike work."""
    notes = []
    for name, theirs in others.items():
        ids = theirs
        if theirs.ndim == 3:
            ids = theirs[..., 0].astype(np.int64) + 256 * theirs[..., 1].astype(np.int64)
        painted = _share((ids > 0) & (ours > 0), (ids > 0) | (ours > 0))
        notes.append(
            f"pixels as annogeo: {name} {100 * float((ids == ours).mean()):.2f} %, painted IoU {painted:.4f}"
        )
    return notes


def _share(part: npt.NDArray[np.bool_], whole_: npt.NDArray[np.bool_]) -> float:
    return float(part.sum()) / max(1, int(whole_.sum()))


def installed(names: Sequence[str]) -> list[str]:
    """Give those of `names` that can be imported."""
    from importlib.util import find_spec

    return [name for name in names if find_spec(name) is not None]

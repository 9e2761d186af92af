"""How each peer paints a label map: `<peer>_labels(scene)` gives a function that paints the whole map once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import Paint, cv2_alone, dtlpy_collection, quiet_dtlpy, skia_path, whole
from benchmarks.scenes import PolygonScene


def cv2_integer_labels(scene: PolygonScene) -> Paint:
    """cv2.fillPoly on integer points that lie ready."""
    cv2 = cv2_alone()
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
    cv2 = cv2_alone()
    values = scene.values

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for polygon, value in zip(scene.polygons, values, strict=True):
            cv2.fillPoly(canvas, [whole(polygon)], value)
        return canvas

    return paint


def cv2_shift_labels(scene: PolygonScene) -> Paint:
    """cv2.fillPoly on points in 1/1024 px that lie ready: its sub-pixel way."""
    cv2 = cv2_alone()
    points = [np.rint((polygon - 0.5) * 1024).astype(np.int32) for polygon in scene.polygons]
    values = scene.values

    def paint() -> npt.NDArray[Any]:
        canvas = np.zeros((scene.height, scene.width), scene.dtype)
        for ring, value in zip(points, values, strict=True):
            cv2.fillPoly(canvas, [ring], value, shift=10)
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


def cairo_labels(scene: PolygonScene) -> Paint:
    """cairo without anti-aliasing, onto RGB (it has no integer maps); the id is in the first two bytes."""
    import cairocffi as cairo

    rings = [polygon.tolist() for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        pixels = np.zeros((scene.height, scene.width, 4), np.uint8)
        size = (scene.width, scene.height)
        surface = cairo.ImageSurface(
            cairo.FORMAT_RGB24, *size, data=pixels.reshape(-1).data, stride=4 * scene.width
        )
        context = cairo.Context(surface)
        context.set_antialias(cairo.ANTIALIAS_NONE)
        context.set_fill_rule(cairo.FILL_RULE_EVEN_ODD)
        for ring, value in zip(rings, scene.values, strict=True):
            cairo_ring(context, ring)
            context.set_source_rgb(0, (value >> 8) / 255, (value & 255) / 255)
            context.fill()
        surface.finish()
        return pixels

    return paint


def cairo_ring(context: Any, ring: list[list[float]]) -> None:
    """Walk a closed ring."""
    context.move_to(*ring[0])
    for x, y in ring[1:]:
        context.line_to(x, y)
    context.close_path()


def aggdraw_labels(scene: PolygonScene) -> Paint:
    """aggdraw without anti-aliasing, onto RGB (it has no integer maps); the id is in the red and green bytes."""
    import aggdraw
    from PIL import Image

    rings = [polygon.ravel().tolist() for polygon in scene.polygons]
    brushes = [aggdraw.Brush((value & 255, value >> 8, 0)) for value in scene.values]

    def paint() -> npt.NDArray[Any]:
        image = Image.new("RGB", (scene.width, scene.height))
        draw = aggdraw.Draw(image)
        draw.setantialias(False)
        for ring, brush in zip(rings, brushes, strict=True):
            draw.polygon(ring, brush)
        draw.flush()
        return np.asarray(image)

    return paint


def supervision_labels(scene: PolygonScene) -> Paint:
    """supervision.polygon_to_mask and an indexed store."""
    import supervision

    cv2_alone()  # what it draws with
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
    outlines = [dl.Polygon(geo=polygon, label=str(i)) for i, polygon in enumerate(scene.polygons)]
    collection = dtlpy_collection(dl, outlines)
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


MAKERS = {
    "cv2, integer points": cv2_integer_labels,
    "cv2, float points": cv2_float_labels,
    "cv2, 1/1024 px points": cv2_shift_labels,
    "Pillow": pillow_labels,
    "GDAL (rasterio)": rasterio_labels,
    "Skia, onto RGBA": skia_labels,
    "cairo, onto RGB": cairo_labels,
    "aggdraw, onto RGB": aggdraw_labels,
    "scikit-image": skimage_labels,
    "pycocotools": pycocotools_labels,
    "supervision": supervision_labels,
    "dtlpy": dtlpy_labels,
}
FULL_MASKS = ("pycocotools", "supervision")
"""Those that make a full-size mask for every outline: minutes for thousands."""

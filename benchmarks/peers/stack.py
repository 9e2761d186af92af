"""How each peer makes a mask for every outline, and COCO's run-length strings without masks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import Paint, cv2_alone, whole
from benchmarks.scenes import PolygonScene


def cv2_stack(scene: PolygonScene, *, ready: bool = True) -> Paint:
    """cv2.fillPoly into each mask; points rounded before or in what is timed."""
    cv2 = cv2_alone()
    rounded = [whole(polygon) for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        points = rounded if ready else [whole(polygon) for polygon in scene.polygons]
        masks = np.zeros((len(points), scene.height, scene.width), np.uint8)
        for mask, ring in zip(masks, points, strict=True):
            cv2.fillPoly(mask, [ring], 1)
        return masks

    return paint


def pycocotools_stack(scene: PolygonScene) -> Paint:
    """pycocotools: run lengths, decoded."""
    import pycocotools.mask as coco

    strings = coco_strings(coco, scene)
    return lambda: np.stack([coco.decode(runs) for runs in strings()])


def faster_coco_eval_stack(scene: PolygonScene) -> Paint:
    """faster-coco-eval: run lengths, decoded."""
    import faster_coco_eval.core.mask as coco

    strings = coco_strings(coco, scene)
    return lambda: np.stack([coco.decode(runs) for runs in strings()])


def pillow_stack(scene: PolygonScene) -> Paint:
    """Pillow's ImageDraw.polygon on an image each."""
    from PIL import Image, ImageDraw

    rings = [[tuple(point) for point in (polygon - 0.5).tolist()] for polygon in scene.polygons]

    def paint() -> npt.NDArray[Any]:
        masks = []
        for ring in rings:
            image = Image.new("L", (scene.width, scene.height))
            ImageDraw.Draw(image).polygon(ring, fill=1)
            masks.append(np.asarray(image))
        return np.stack(masks)

    return paint


def rasterio_stack(scene: PolygonScene) -> Paint:
    """GDAL through rasterio.features.rasterize, a call each."""
    from rasterio.features import rasterize

    shape = (scene.height, scene.width)
    geometries = [
        {"type": "Polygon", "coordinates": [[*polygon.tolist(), polygon[0].tolist()]]}
        for polygon in scene.polygons
    ]
    return lambda: np.stack([rasterize([one], out_shape=shape, dtype="uint8") for one in geometries])


def supervision_stack(scene: PolygonScene) -> Paint:
    """supervision.polygon_to_mask."""
    import supervision

    cv2_alone()  # what it draws with
    size = (scene.width, scene.height)
    points = [whole(polygon) for polygon in scene.polygons]
    return lambda: np.stack([supervision.polygon_to_mask(ring, size) for ring in points])


def skimage_stack(scene: PolygonScene) -> Paint:
    """skimage.draw.polygon2mask."""
    from skimage.draw import polygon2mask

    shape = (scene.height, scene.width)
    points = [polygon[:, ::-1] - 0.5 for polygon in scene.polygons]
    return lambda: np.stack([polygon2mask(shape, ring) for ring in points])


def coco_strings(coco: Any, scene: PolygonScene) -> Paint:
    """pycocotools, or a package like it: polygons to run-length strings."""
    flat = [[polygon.ravel().tolist()] for polygon in scene.polygons]
    size = (scene.height, scene.width)
    return lambda: [coco.merge(coco.frPyObjects(rings, *size)) for rings in flat]


def pycocotools_strings(scene: PolygonScene) -> Paint:
    """pycocotools from polygons, by its own pixel rule."""
    import pycocotools.mask as coco

    return coco_strings(coco, scene)


def faster_coco_eval_strings(scene: PolygonScene) -> Paint:
    """faster-coco-eval from polygons, by the same rule."""
    import faster_coco_eval.core.mask as coco

    return coco_strings(coco, scene)


def dense_strings(scene: PolygonScene) -> Paint:
    """cv2 to dense masks, pycocotools to strings."""
    import pycocotools.mask as coco

    stack = cv2_stack(scene)
    return lambda: coco.encode(np.asfortranarray(stack().transpose(1, 2, 0)))


MASKS: dict[str, Callable[..., Paint]] = {
    "cv2, integer points": cv2_stack,
    "cv2, float points": partial(cv2_stack, ready=False),
    "Pillow": pillow_stack,
    "GDAL (rasterio)": rasterio_stack,
    "pycocotools": pycocotools_stack,
    "faster-coco-eval": faster_coco_eval_stack,
    "supervision": supervision_stack,
    "scikit-image": skimage_stack,
}
STRINGS = {
    "pycocotools": pycocotools_strings,
    "faster-coco-eval": faster_coco_eval_strings,
    "cv2 masks, pycocotools encode": dense_strings,
}
CLOCKS = {"faster-coco-eval": "process"}
"""Those that start threads."""

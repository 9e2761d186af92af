"""How instance and panoptic maps are made without annogeo: mask by mask, crop by crop, and as panopticapi does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import Paint, cv2_alone, whole
from benchmarks.scenes import PolygonScene

Array = npt.NDArray[Any]
Segments = list[dict[str, Any]]


def full_masks(scene: PolygonScene) -> Paint:
    """Fill a mask of the image's size for each outline, count it, and write its number where it is."""
    cv2 = cv2_alone()
    rounded = [whole(polygon) for polygon in scene.polygons]

    def paint() -> tuple[Array, Array, Array]:
        ids = np.zeros((scene.height, scene.width), np.int32)
        areas = np.zeros(len(rounded), np.int64)
        for k, ring in enumerate(rounded):
            mask = np.zeros(ids.shape, np.uint8)
            cv2.fillPoly(mask, [ring], 1)
            areas[k] = cv2.countNonZero(mask)
            ids[mask.view(np.bool_)] = k + 1
        return ids, areas, np.bincount(ids.ravel(), minlength=len(rounded) + 1)[1:] / np.maximum(areas, 1)

    return paint


def crops(scene: PolygonScene) -> Paint:
    """Do the same in the box of each outline."""
    cv2 = cv2_alone()
    rounded = [whole(polygon) for polygon in scene.polygons]
    size = np.array([scene.width, scene.height])
    lows = [np.clip(ring.min(axis=0), 0, size) for ring in rounded]
    highs = [np.clip(ring.max(axis=0) + 1, 0, size) for ring in rounded]

    def paint() -> tuple[Array, Array, Array]:
        ids = np.zeros((scene.height, scene.width), np.int32)
        areas = np.zeros(len(rounded), np.int64)
        for k, (ring, low, high) in enumerate(zip(rounded, lows, highs, strict=True)):
            mask = np.zeros(high[::-1] - low[::-1], np.uint8)
            if mask.size:
                cv2.fillPoly(mask, [ring - low], 1)
                areas[k] = cv2.countNonZero(mask)
                ids[low[1] : high[1], low[0] : high[0]][mask.view(np.bool_)] = k + 1
        return ids, areas, np.bincount(ids.ravel(), minlength=len(rounded) + 1)[1:] / np.maximum(areas, 1)

    return paint


def panopticapi_merge(strings: list[Any], shape: tuple[int, int]) -> Callable[[], tuple[Array, Segments]]:
    """Put COCO masks into one panoptic picture: the loop of detection2panoptic_coco_format.py, overlaps allowed."""
    import pycocotools.mask as coco

    def merge() -> tuple[Array, Segments]:
        picture = np.zeros((*shape, 3), np.uint8)
        segments = []
        for k, runs in enumerate(strings, 1):
            mask = coco.decode(runs) == 1
            picture[mask] = k % 256, k // 256 % 256, k // 65536
            columns, rows = np.nonzero(mask.any(axis=0))[0], np.nonzero(mask.any(axis=1))[0]
            if columns.size:
                size = int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)
                box = [int(columns[0]), int(rows[0]), *size]
                segments.append(
                    {"id": k, "category_id": 1, "area": int(mask.sum()), "bbox": box, "iscrowd": 0}
                )
        return picture, segments

    return merge


def panopticapi_encode(ids: Array) -> Callable[[], tuple[Array, Segments]]:
    """Write ids as colours as panopticapi's ``id2rgb`` does, and measure id by id."""

    def encode() -> tuple[Array, Segments]:
        left = ids.copy()
        picture = np.zeros((*ids.shape, 3), np.uint8)
        for channel in range(3):
            picture[..., channel] = left % 256
            left //= 256
        segments = []
        for number, area in zip(
            *(found.tolist() for found in np.unique(ids, return_counts=True)), strict=True
        ):
            if number:
                mask = ids == number
                columns, rows = np.nonzero(mask.any(axis=0))[0], np.nonzero(mask.any(axis=1))[0]
                size = int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)
                segments.append({"id": number, "area": area, "bbox": [int(columns[0]), int(rows[0]), *size]})
        return picture, segments

    return encode


def panopticapi_split(picture: Array, numbers: list[int]) -> Callable[[], list[Any]]:
    """Make the COCO string of each segment: the loop of panoptic2detection_coco_format.py."""
    import pycocotools.mask as coco

    def split() -> list[Any]:
        colors = picture.astype(np.int32)
        ids = colors[..., 0] + 256 * colors[..., 1] + 65536 * colors[..., 2]
        return [coco.encode(np.asfortranarray(ids == number, np.uint8))["counts"] for number in numbers]

    return split

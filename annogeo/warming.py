"""`warmup`: compile ahead what would be compiled on first use. Layer: beside batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box, Definition, Ellipse, Point, Polygon, Polyline, Segmentation
from annogeo.model import AnnotationCollection, Tracks
from annogeo.rendering import coco_rles, label_map, mask_stack, render, rles
from annogeo.rendering.rules import RULES
from annogeo.rendering.views import Options
from annogeo.rle import Rle, coco_decode, coco_encode
from annogeo.style import Style

_SIDE = 16


def warmup() -> None:
    """Compile every kernel that drawing, masks, overlaps, tracks, videos and PNGs use, or load it from a cache.

    Later calls, and other processes that share the cache folder, then start at once.

    Examples
    --------
    >>> warmup()
    """
    shapes = _one_of_each()
    filled: list[Definition] = [Polygon([(1, 1), (9, 2), (4, 9)], "polygon")]
    scenes: tuple[list[Definition], ...] = (filled, shapes)
    for scene in scenes:  # polygons alone take a shorter way
        for dtype in (np.uint8, np.uint16, np.int32):
            for rule in ("center", "opencv"):  # straight into the map, and by way of spans
                label_map(scene, _SIDE, _SIDE, rule=rule, dtype=dtype)
        render(scene, "mask", height=_SIDE, width=_SIDE)
        render(scene, ("mask", "instance"), height=_SIDE, width=_SIDE)
    for rule in RULES:
        label_map(filled, _SIDE, _SIDE, rule=rule)
        for thickness in (-1, 1, 2):
            render(shapes, ("mask", "instance"), rule=rule, thickness=thickness, height=_SIDE, width=_SIDE)
    for dtype in (np.uint8, np.uint16):
        for channels in (3, 4):
            image = np.zeros((_SIDE, _SIDE, channels), dtype)
            for scene, style in ((shapes, None), (filled, None), (shapes, Style(antialias=False))):
                render(scene, "overlay", image=image, alpha=0.5, style=style)
    mask_stack(shapes, _SIDE, _SIDE)
    _use_runs(rles(shapes, _SIDE, _SIDE))
    for rule in RULES:
        coco_decode(coco_rles(filled, _SIDE, _SIDE, rule))
    _measure(shapes)
    _trace(label_map(shapes, _SIDE, _SIDE))
    _follow_tracks()
    _draw_on_planes(shapes)


def _measure(shapes: list[Definition]) -> None:
    """Compare shapes of every kind with each other, and masks; move a mask."""
    from annogeo.masks import visible_rles
    from annogeo.ops.iou import giou_matrix, iou_matrix
    from annogeo.ops.transforms import rotate

    closed = [shape for shape in shapes if not isinstance(shape, Point | Polyline)]
    iou_matrix(closed, closed)
    giou_matrix(closed, closed)
    masks = rles(closed, _SIDE, _SIDE)
    strings = coco_encode(masks)
    iou_matrix(masks, masks)
    iou_matrix(strings, strings)
    for overlap in ("top", "largest"):
        visible_rles(closed, _SIDE, _SIDE, overlap)
    rotate(closed, 30, size=(_SIDE, _SIDE))


def _follow_tracks() -> None:
    """Sample tracks in both widths of floats."""
    tracks = Tracks([0, 2], [0, 9], [[0, 0, 4, 4, 0], [5, 5, 9, 9, 30]])
    for dtype in (np.float32, np.float64):
        tracks.boxes(range(9), dtype=dtype)
    tracks.cursor().at(3)


def _draw_on_planes(shapes: list[Definition]) -> None:
    """Draw onto pictures of videos, of 8 and of more bits: anything, and boxes alone, which take a shorter way."""
    from annogeo.video.overlay import Overlay
    from annogeo.video.planes import Layout, Palette

    boxes = AnnotationCollection()
    for frame, shift in ((0, 0), (4, 2)):
        boxes.add(Box(1 + shift, 6, 9 + shift, 9, "box"), object_id=1, frame_num=frame)
    for bits in (8, 10):
        planes = [np.zeros((side, side), np.uint8 if bits == 8 else np.uint16) for side in (_SIDE, 8, 8)]
        scenes: tuple[Any, ...] = (shapes, boxes)
        for scene in scenes:
            overlay = Overlay(
                scene,
                _SIDE,
                _SIDE,
                Layout(bits, 1, 1, 1),
                Palette("bt709", False, bits),
                options=Options(with_text=True, style=Style(text_size=8)),
            )
            for frame in range(3):
                overlay.draw(frame, planes)


def _one_of_each() -> list[Definition]:
    mask = np.zeros((_SIDE, _SIDE), np.bool_)
    mask[3:9, 4:12] = True
    return [
        Box(1, 1, 9, 9, "box"),
        Box(1, 1, 9, 9, "turned box", angle=20),
        Ellipse(8, 8, 5, 3, 30, "ellipse"),
        Polygon([[(1, 1), (14, 2), (9, 14)], [(5, 5), (9, 5), (8, 8)]], "polygon"),
        Polyline([(1, 14), (8, 3), (14, 12)], "polyline"),
        Point(8, 8, "point"),
        Segmentation(mask, "mask"),
    ]


def _trace(ids: npt.NDArray[np.integer]) -> None:
    """Outline label maps of every width of integers, in every way."""
    from annogeo.masks import label_map_to_polygons

    for dtype in (np.uint8, np.uint16, np.uint32, np.uint64):
        label_map_to_polygons(ids.astype(dtype))
    for epsilon in (None, 1):
        label_map_to_polygons(ids, epsilon)


def _use_runs(runs: list[Rle]) -> None:
    """Encode, combine, decode and outline masks, as runs, as COCO strings and as the PNGs of platform JSON."""
    from annogeo.masks import mask_to_polygon
    from annogeo.png import PngMask, decode_mask, encode_mask_uri, encode_png

    first, *others = runs
    for other in others:
        for mask in (first & other, first | other, first - other, ~other):
            Rle.from_mask(mask.to_mask())
            Rle.from_coco(mask.to_coco())
            Rle.from_rows(mask.rows(), mask.shape)
    Rle.union(first.components())
    Rle.from_label_studio(first.to_label_studio(), first.shape)
    for dtype in (np.uint16, np.uint32):
        first.paint(np.zeros(first.shape, dtype), 1)
    PngMask(encode_mask_uri(first, (255, 0, 0))).rle.rows()
    decode_mask(encode_png(first.to_mask().astype(np.uint8)))  # grey: any kind but the platform's
    mask_to_polygon(first)
    frozen = first.to_mask()
    frozen.flags.writeable = False  # a type of its own to the compiler
    Rle.from_mask(frozen)
    for picture in (
        np.zeros((_SIDE, _SIDE), np.uint8),
        np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE, 3)),
    ):
        encode_png(picture.astype(np.uint8))  # one flat, one not

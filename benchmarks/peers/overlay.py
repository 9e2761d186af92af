"""How each peer lays outlines over a photo, half transparent: fills, and fills with opaque outlines 2 px wide.

cv2 and supervision blend every touched pixel once, as annogeo does; the others blend shape after shape.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import Paint, cv2_alone, dtlpy_collection, quiet_dtlpy, skia_path, whole
from benchmarks.peers.label_maps import cairo_ring
from benchmarks.scenes import PolygonScene

Photo = npt.NDArray[np.uint8]
OUTLINE_WIDTH = 2
HALF = 0.5


def cv2_overlay(
    scene: PolygonScene,
    photo: Photo,
    colors: Photo,
    *,
    outline: bool,
    soft: bool = False,
    ready: bool = True,
    opacity: float = HALF,
) -> Paint:
    """cv2: fillPoly on a copy, addWeighted, polylines; points rounded before or in what is timed."""
    cv2 = cv2_alone()
    rounded = [whole(polygon) for polygon in scene.polygons]
    chosen = colors.tolist()
    line = cv2.LINE_AA if soft else cv2.LINE_8

    def paint() -> Photo:
        points = rounded if ready else [whole(polygon) for polygon in scene.polygons]
        over = photo.copy()
        for ring, color in zip(points, chosen, strict=True):
            cv2.fillPoly(over, [ring], color, line)
        picture = cv2.addWeighted(over, opacity, photo, 1 - opacity, 0)
        if outline:
            for ring, color in zip(points, chosen, strict=True):
                cv2.polylines(picture, [ring], True, color, OUTLINE_WIDTH, line)
        return np.asarray(picture)

    return paint


def cv2_soft_shift(scene: PolygonScene, photo: Photo, colors: Photo, *, opacity: float = HALF) -> Paint:
    """cv2's LINE_AA on points in 1/1024 px: its sub-pixel way."""
    cv2 = cv2_alone()
    fixed = [np.rint((polygon - 0.5) * 1024).astype(np.int32) for polygon in scene.polygons]
    chosen = colors.tolist()

    def paint() -> Photo:
        over = photo.copy()
        for ring, color in zip(fixed, chosen, strict=True):
            cv2.fillPoly(over, [ring], color, cv2.LINE_AA, 10)
        return np.asarray(cv2.addWeighted(over, opacity, photo, 1 - opacity, 0))

    return paint


def supervision_overlay(
    scene: PolygonScene, photo: Photo, colors: Photo, *, outline: bool, ready: bool = True
) -> Paint:
    """supervision's MaskAnnotator, and PolygonAnnotator; the masks, its input, made before or in what is timed."""
    import supervision as sv

    cv2_alone()  # what it draws with
    size = (scene.width, scene.height)
    palette = sv.ColorPalette([sv.Color(*color) for color in colors.tolist()])
    fill = sv.MaskAnnotator(color=palette, opacity=HALF)
    line = sv.PolygonAnnotator(color=palette, thickness=OUTLINE_WIDTH)
    points = [whole(polygon) for polygon in scene.polygons]
    corners = [(*polygon.min(axis=0), *polygon.max(axis=0)) for polygon in scene.polygons]
    boxes = np.clip(corners, 0, [*size, *size])
    bgr = np.ascontiguousarray(photo[..., ::-1])  # its form

    def detections() -> Any:
        masks = np.stack([sv.polygon_to_mask(ring, size) > 0 for ring in points])
        return sv.Detections(xyxy=boxes, mask=masks, class_id=np.arange(len(points)))

    made = detections()

    def paint() -> Photo:
        shapes = made if ready else detections()
        picture = fill.annotate(bgr.copy(), shapes)
        if outline:
            picture = line.annotate(picture, shapes)
        return np.asarray(picture)[..., ::-1]

    return paint


def skia_overlay(
    scene: PolygonScene,
    photo: Photo,
    colors: Photo,
    *,
    outline: bool,
    soft: bool,
    ready: bool = True,
    opacity: float = HALF,
) -> Paint:
    """Skia onto RGBA, its own form, that lies ready and is copied, or that is made of RGB in what is timed."""
    import skia

    paths = [skia_path(polygon, closed=True) for polygon in scene.polygons]
    alpha = round(255 * opacity)
    fills = [skia.Paint(Color=skia.ColorSetARGB(alpha, *color), AntiAlias=soft) for color in colors.tolist()]
    strokes = [
        skia.Paint(
            Color=skia.ColorSetARGB(255, *color),
            AntiAlias=soft,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=OUTLINE_WIDTH,
        )
        for color in colors.tolist()
    ]
    rgba = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])

    def paint() -> Photo:
        if ready:
            picture = rgba.copy()
        else:
            picture = np.empty((*photo.shape[:2], 4), np.uint8)
            picture[..., :3] = photo
            picture[..., 3] = 255
        canvas = skia.Canvas(picture)
        for path, brush in zip(paths, fills, strict=True):
            canvas.drawPath(path, brush)
        if outline:
            for path, brush in zip(paths, strokes, strict=True):
                canvas.drawPath(path, brush)
        return picture[..., :3]

    return paint


def cairo_overlay(
    scene: PolygonScene, photo: Photo, colors: Photo, *, outline: bool, soft: bool, opacity: float = HALF
) -> Paint:
    """cairo onto its own 32-bit form (blue, green, red), that lies ready and is copied."""
    import cairocffi as cairo

    rings = [polygon.tolist() for polygon in scene.polygons]
    chosen = (colors / 255).tolist()
    bgrx = np.dstack([photo[..., ::-1], np.full(photo.shape[:2], 255, np.uint8)])

    def paint() -> Photo:
        picture = bgrx.copy()
        height, width = picture.shape[:2]
        data = picture.reshape(-1).data
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height, data=data, stride=4 * width)
        context = cairo.Context(surface)
        context.set_antialias(cairo.ANTIALIAS_DEFAULT if soft else cairo.ANTIALIAS_NONE)
        context.set_fill_rule(cairo.FILL_RULE_EVEN_ODD)
        context.set_line_width(OUTLINE_WIDTH)
        for ring, color in zip(rings, chosen, strict=True):
            cairo_ring(context, ring)
            context.set_source_rgba(*color, opacity)
            context.fill()
        if outline:
            for ring, color in zip(rings, chosen, strict=True):
                cairo_ring(context, ring)
                context.set_source_rgb(*color)
                context.stroke()
        surface.finish()
        return picture[..., 2::-1]

    return paint


def aggdraw_overlay(
    scene: PolygonScene, photo: Photo, colors: Photo, *, outline: bool, soft: bool, opacity: float = HALF
) -> Paint:
    """aggdraw onto RGB."""
    import aggdraw
    from PIL import Image

    rings = [polygon.ravel().tolist() for polygon in scene.polygons]
    brushes = [aggdraw.Brush(tuple(color), round(255 * opacity)) for color in colors.tolist()]
    pens = [aggdraw.Pen(tuple(color), OUTLINE_WIDTH) for color in colors.tolist()]

    def paint() -> Photo:
        image = Image.fromarray(photo)
        draw = aggdraw.Draw(image)
        draw.setantialias(soft)
        for ring, brush in zip(rings, brushes, strict=True):
            draw.polygon(ring, brush)
        if outline:
            for ring, pen in zip(rings, pens, strict=True):
                draw.polygon(ring, pen)
        draw.flush()
        return np.asarray(image)

    return paint


def pillow_overlay(scene: PolygonScene, photo: Photo, colors: Photo, *, outline: bool) -> Paint:
    """Pillow's ImageDraw in its blending mode."""
    from PIL import Image, ImageDraw

    rings = [[tuple(point) for point in (polygon - 0.5).tolist()] for polygon in scene.polygons]
    chosen = [tuple(color) for color in colors.tolist()]

    def paint() -> Photo:
        image = Image.fromarray(photo)
        draw = ImageDraw.Draw(image, "RGBA")
        for ring, color in zip(rings, chosen, strict=True):
            draw.polygon(ring, fill=(*color, round(255 * HALF)))
        if outline:
            for ring, color in zip(rings, chosen, strict=True):
                draw.line([*ring, ring[0]], fill=color, width=OUTLINE_WIDTH)
        return np.asarray(image)

    return paint


def skimage_overlay(scene: PolygonScene, photo: Photo, colors: Photo) -> Paint:
    """scikit-image: draw.polygon and set_color."""
    from skimage.draw import polygon as pixels_of, set_color

    shape = photo.shape[:2]
    chosen = colors.tolist()

    def paint() -> Photo:
        picture = photo.copy()
        for polygon, color in zip(scene.polygons, chosen, strict=True):
            set_color(picture, pixels_of(polygon[:, 1] - 0.5, polygon[:, 0] - 0.5, shape), color, alpha=HALF)
        return picture

    return paint


def dtlpy_overlay(scene: PolygonScene, photo: Photo, colors: Photo) -> Paint:
    """The vendor SDK's collection.show on the photo; one colour for all, which is as much work."""
    dl = quiet_dtlpy()
    collection = dtlpy_collection(dl, [dl.Polygon(geo=polygon, label="a") for polygon in scene.polygons])
    color = (*colors[0].tolist(), round(255 * HALF))

    def paint() -> Photo:
        picture = collection.show(
            image=photo.copy(), thickness=-1, alpha=HALF, annotation_format="img_mask", color=color
        )
        return np.asarray(picture)[..., :3]

    return paint


HARD_FILL: dict[str, Callable[..., Paint]] = {
    "cv2, integer points": partial(cv2_overlay, outline=False),
    "cv2, float points": partial(cv2_overlay, outline=False, ready=False),
    "Pillow": partial(pillow_overlay, outline=False),
    "Skia, RGBA ready": partial(skia_overlay, outline=False, soft=False),
    "cairo, 32 bit ready": partial(cairo_overlay, outline=False, soft=False),
    "aggdraw": partial(aggdraw_overlay, outline=False, soft=False),
    "scikit-image": skimage_overlay,
    "supervision": partial(supervision_overlay, outline=False),
    "supervision, from polygons": partial(supervision_overlay, outline=False, ready=False),
    "dtlpy": dtlpy_overlay,
}
HARD_OUTLINE: dict[str, Callable[..., Paint]] = {
    "cv2, integer points": partial(cv2_overlay, outline=True),
    "cv2, float points": partial(cv2_overlay, outline=True, ready=False),
    "Pillow": partial(pillow_overlay, outline=True),
    "Skia, RGBA ready": partial(skia_overlay, outline=True, soft=False),
    "cairo, 32 bit ready": partial(cairo_overlay, outline=True, soft=False),
    "aggdraw": partial(aggdraw_overlay, outline=True, soft=False),
    "supervision": partial(supervision_overlay, outline=True),
}
SOFT_FILL: dict[str, Callable[..., Paint]] = {
    "cv2 LINE_AA, integer points": partial(cv2_overlay, outline=False, soft=True),
    "cv2 LINE_AA, float points": partial(cv2_overlay, outline=False, soft=True, ready=False),
    "cv2 LINE_AA, 1/1024 px points": cv2_soft_shift,
    "Skia, RGBA ready": partial(skia_overlay, outline=False, soft=True),
    "Skia, from RGB": partial(skia_overlay, outline=False, soft=True, ready=False),
    "cairo, 32 bit ready": partial(cairo_overlay, outline=False, soft=True),
    "aggdraw": partial(aggdraw_overlay, outline=False, soft=True),
}
SOFT_OUTLINE: dict[str, Callable[..., Paint]] = {
    "cv2 LINE_AA, integer points": partial(cv2_overlay, outline=True, soft=True),
    "cv2 LINE_AA, float points": partial(cv2_overlay, outline=True, soft=True, ready=False),
    "Skia, RGBA ready": partial(skia_overlay, outline=True, soft=True),
    "Skia, from RGB": partial(skia_overlay, outline=True, soft=True, ready=False),
    "cairo, 32 bit ready": partial(cairo_overlay, outline=True, soft=True),
    "aggdraw": partial(aggdraw_overlay, outline=True, soft=True),
}

"""Checks of one shape at a time, beside the rings of polygons. Layer: ops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from annogeo.definitions import Box, Cube, Ellipse, Note, Polyline, Pose, Segmentation
from annogeo.errors import InputError
from annogeo.geometry.crossings import self_meetings
from annogeo.geometry.measure import length
from annogeo.ops.validation.registry import Finding, check
from annogeo.ops.validation.scene import Scene


@check("damaged-mask", "error", "mask whose PNG can't be decoded", needs_collection=False)
def _damaged_mask(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Segmentation):
        try:
            _ = subject.definition.rle  # type: ignore[attr-defined]  # of_type found a mask
        except InputError as error:
            yield Finding(subject, error.message, hint=error.hint)


@check("empty-mask", "error", "mask without any pixel", needs_collection=False)
def _empty_mask(scene: Scene) -> Iterator[Finding]:
    for subject, rle in _masks(scene):
        if not rle.edges.size:
            yield Finding(subject, f"mask of {rle.shape[0]}x{rle.shape[1]} px has no pixel inside")


@check("mask-size", "warning", "mask of another size than the image")
def _mask_size(scene: Scene) -> Iterator[Finding]:
    if scene.height is None or scene.width is None:
        return
    for subject, rle in _masks(scene):
        if rle.shape != (scene.height, scene.width):
            mine, theirs = f"{rle.shape[1]} x {rle.shape[0]}", f"{scene.width} x {scene.height}"
            hint = "it is drawn at the image's top-left corner"
            yield Finding(subject, f"mask has {mine} px, the image {theirs}", hint=hint)


@check("empty-box", "error", "box or note without area", needs_collection=False)
def _empty_box(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Box, Note):
        box = subject.definition
        if not (box.width > 0 and box.height > 0):
            x, y = float(box.left), float(box.top)
            message = f"{box.type} has no area: {box.width:.12g} x {box.height:.12g} px"
            yield Finding(subject, message, x=x, y=y)


@check("swapped-corners", "info", "box whose first corner is not its top left")
def _swapped_corners(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Box):
        corners = stored_corners(subject.keyframe)
        if corners is not None:
            (x0, y0), (x1, y1) = corners
            if x0 > x1 or y0 > y1:
                message = f"corners are stored as ({x0:.6g}, {y0:.6g}), ({x1:.6g}, {y1:.6g}): the first is not top left"
                yield Finding(subject, message, vertex=0, x=x0, y=y0)


@check("empty-ellipse", "error", "ellipse without area", needs_collection=False)
def _empty_ellipse(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Ellipse):
        ellipse: Any = subject.definition
        if not (ellipse.rx > 0 and ellipse.ry > 0):
            message = f"ellipse has no area: radii {ellipse.rx:.12g} and {ellipse.ry:.12g} px"
            yield Finding(subject, message, x=ellipse.x, y=ellipse.y)


@check("odd-angle", "info", "angle beyond a full turn", needs_collection=False)
def _odd_angle(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Box, Ellipse, Cube):
        angle = subject.definition.angle  # type: ignore[attr-defined]  # all three have one
        if angle is not None and abs(angle) > 360.0:
            yield Finding(subject, f"angle of {angle:.12g} degrees is more than a full turn")


@check("empty-cube", "error", "cube without area", needs_collection=False)
def _empty_cube(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Cube):
        corners = subject.definition.geo
        spread = corners - corners[0]
        if np.linalg.matrix_rank(spread / (np.abs(spread).max() or 1.0)) < 2:
            x, y = corners[0].tolist()
            yield Finding(subject, "cube has no area", vertex=0, x=x, y=y)


@check("crossed-face", "warning", "cube whose front or back crosses itself", needs_collection=False)
def _crossed_face(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Cube):
        corners = subject.definition.geo
        for name, start in (("front", 0), ("back", 4)):
            worst = self_meetings(corners[start : start + 4]).worst
            if worst is not None and worst.kind == "cross":
                message = f"the {name} face crosses itself at ({worst.x:.6g}, {worst.y:.6g})"
                hint = "expected its corners in the order top left, top right, bottom right, bottom left"
                yield Finding(subject, message, vertex=start + worst.first, x=worst.x, y=worst.y, hint=hint)


@check("no-length", "error", "line without length", needs_collection=False)
def _no_length(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Polyline):
        polyline: Any = subject.definition
        if not polyline.lines:
            yield Finding(subject, "polyline has no points")
        for number, line in enumerate(polyline.lines):
            if length(line) == 0.0:
                x, y = line[0].tolist()
                message = f"line {number} has no length ({len(line)} point(s))"
                yield Finding(subject, message, number, 0, x, y)


@check("no-template", "warning", "pose without a template", needs_collection=False)
def _no_template(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Pose):
        if not subject.definition.template_id:  # type: ignore[attr-defined]  # of_type found a pose
            yield Finding(subject, "pose has no template id", place=".coordinates.templateId")


def stored_corners(keyframe: Any) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the two corners of a box as its document has them; None where it has none, or was edited."""
    if keyframe is None or keyframe.reading is None or keyframe.edited is not None:
        return None
    stored = keyframe.coordinates
    try:
        first, second = stored[0], stored[1]
        return (float(first["x"]), float(first["y"])), (float(second["x"]), float(second["y"]))
    except (TypeError, KeyError, IndexError, ValueError):
        return None


def _masks(scene: Scene) -> Iterator[tuple[Any, Any]]:
    """Give the masks that decode, with their runs."""
    for subject in scene.of_type(Segmentation):
        try:
            yield subject, subject.definition.rle  # type: ignore[attr-defined]  # of_type found a mask
        except InputError:
            continue

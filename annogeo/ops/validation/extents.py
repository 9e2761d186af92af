"""Checks of shapes against the image they lie on. Layer: ops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annogeo.definitions import Segmentation, row_for
from annogeo.ops.validation.registry import Finding, check
from annogeo.ops.validation.scene import Scene, Subject

SLACK = 0.01  # px: less is rounding of whoever wrote the coordinates


@check("unknown-size", "info", "image whose size is not known")
def _unknown_size(scene: Scene) -> Iterator[Finding]:
    if scene.height and scene.width:
        return
    placed = next((subject for subject in scene.subjects if row_for(subject.definition).lower), None)
    if placed is not None:
        message = "the image's size is not known: nothing can be said of shapes outside it"
        yield Finding(
            None, message, hint="give the item's width and height, or keep the picture beside the JSON"
        )


@check("outside", "error", "shape that lies wholly outside the image")
def _outside(scene: Scene) -> Iterator[Finding]:
    for subject, (left, top, right, bottom), beyond in _beyond(scene):
        height, width = scene.height or 0, scene.width or 0
        if right < 0 or bottom < 0 or left > width or top > height:
            side = max(beyond, key=beyond.__getitem__)
            place = f"{beyond[side]:.6g} px beyond its {side} edge, at {_extent(left, top, right, bottom)}"
            message = f"lies outside the image: {place}"
            yield Finding(subject, message, x=left, y=top)


@check("partly-outside", "warning", "shape that reaches beyond the image")
def _partly_outside(scene: Scene) -> Iterator[Finding]:
    for subject, (left, top, right, bottom), beyond in _beyond(scene):
        height, width = scene.height or 0, scene.width or 0
        if right < 0 or bottom < 0 or left > width or top > height:
            continue
        parts = ", ".join(
            f"{far:.6g} px beyond the {side} edge" for side, far in beyond.items() if far > SLACK
        )
        yield Finding(subject, f"reaches {parts} of the image", x=left, y=top)


def _beyond(scene: Scene) -> Iterator[tuple[Subject, Any, dict[str, float]]]:
    """Give the shapes that are not all in the image, their extents, and how far they reach beyond each edge."""
    height, width = scene.height, scene.width
    if not height or not width:
        return
    for subject in scene.subjects:
        if isinstance(subject.definition, Segmentation) or row_for(subject.definition).lower is None:
            continue
        bounds = scene.bounds(subject)
        if bounds is None:
            continue
        left, top, right, bottom = bounds.tolist()
        beyond = {"left": -left, "top": -top, "right": right - width, "bottom": bottom - height}
        if max(beyond.values()) > SLACK:
            yield subject, (left, top, right, bottom), beyond


def _extent(left: float, top: float, right: float, bottom: float) -> str:
    if left == right and top == bottom:
        return f"({left:.6g}, {top:.6g})"
    return f"({left:.6g}, {top:.6g}) to ({right:.6g}, {bottom:.6g})"

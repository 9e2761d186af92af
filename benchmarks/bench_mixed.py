"""Promise: a mixed scene of boxes, ellipses, strokes and points (W4) is painted 4x as fast as by cv2, 5x as by Skia."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers.mixed import HEIGHT, LINE_WIDTH, MAKERS, POINT_RADIUS, WIDTH, Canvas
from benchmarks.report import Figure, Report
from benchmarks.scenes import POSE_EDGES, Mark, corners, w4

OURS = "annogeo rasterize"


def run(pace: Pace) -> Iterator[Report]:
    """Time W4."""
    marks = w4(60 if pace.quick else 200)
    draw_list, colors = draw_list_of(marks)
    objects = objects_of(marks)
    buffer = np.empty((HEIGHT, WIDTH), np.int32)
    paints, missing = peers.ready({name: partial(make, marks) for name, make in MAKERS.items()})
    ours = Row(OURS, lambda: paint(draw_list, colors))
    ways = [
        Row("annogeo rasterize, out=", lambda: paint(draw_list, colors, out=buffer), "ours"),
        Row("annogeo render mask of objects", lambda: render(objects), "ours"),
        Row("filling the picture", lambda: buffer.fill(1), "limit"),
    ]
    mine = ours.run().any(axis=2)
    figures = [
        Figure(f"painted as {name}", peers.share(made()[..., :3].any(axis=2) == mine), "%")
        for name, made in paints.items()
    ]
    title = f"mixed shapes onto 1920x1080 RGBA, {len(marks)} shapes"
    report = compare("W4", title, ours, [*peers.rows_of(paints), *ways], missing=missing, pace=pace)
    report.figures += figures
    yield report


def paint(draw_list: Any, colors: Any, out: Any = None) -> Canvas:
    """Paint packed colours."""
    import annogeo as ag

    packed = ag.rasterize(draw_list, colors, HEIGHT, WIDTH, dtype=np.int32, out=out)
    rgba: Canvas = packed.view(np.uint8).reshape(HEIGHT, WIDTH, 4)
    return rgba


def render(objects: list[Any]) -> Canvas:
    """Paint the mask view, with the pen that fills."""
    import annogeo as ag

    rgba: Canvas = ag.render(objects, "mask", height=HEIGHT, width=WIDTH)["mask"]
    return rgba


def draw_list_of(marks: list[Mark]) -> tuple[Any, Any]:
    """Lower the marks, and pack their colours."""
    from annogeo.draw import DrawListBuilder

    builder = DrawListBuilder()
    for mark in marks:
        builder.begin_item()
        x, y = mark.points[0].tolist()
        if mark.kind in ("box", "turned_box"):
            builder.fill([corners(mark)])
        elif mark.kind == "ellipse":
            builder.ellipse(x, y, mark.size[0] / 2, mark.size[1] / 2, mark.angle)
        elif mark.kind == "line":
            builder.line(mark.points, LINE_WIDTH)
        elif mark.kind == "point":
            builder.disc(x, y, POINT_RADIUS)
        else:
            for start, end in POSE_EDGES:
                builder.line(mark.points[[start, end]], LINE_WIDTH)
            for px, py in mark.points.tolist():
                builder.disc(px, py, POINT_RADIUS)
    draw_list = builder.build()
    colors = np.array([(*mark.color, 255) for mark in marks], np.uint8).view(np.int32).ravel()
    return draw_list, colors


def objects_of(marks: list[Mark]) -> list[Any]:
    """Make definitions; a pose as its line and its points."""
    import annogeo as ag

    objects: list[Any] = []
    for mark in marks:
        x, y = mark.points[0].tolist()
        half_w, half_h = mark.size[0] / 2, mark.size[1] / 2
        if mark.kind in ("box", "turned_box"):
            objects.append(
                ag.Box(x - half_w, y - half_h, x + half_w, y + half_h, mark.kind, angle=mark.angle)
            )
        elif mark.kind == "ellipse":
            objects.append(ag.Ellipse(x, y, half_w, half_h, mark.angle, mark.kind))
        elif mark.kind == "line":
            objects.append(ag.Polyline(mark.points, mark.kind))
        else:
            if mark.kind == "pose":
                objects.append(ag.Polyline(mark.points, mark.kind))
            objects += [ag.Point(px, py, mark.kind) for px, py in mark.points.tolist()]
    return objects

"""Promise: a mixed scene of boxes, ellipses, strokes and points is painted 1.8x as fast as by cv2 (W4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers
from benchmarks.bench_label_maps import pace
from benchmarks.harness import Goal, Report, Row, compare
from benchmarks.scenes import POSE_EDGES, Mark, corners, w4

HEIGHT, WIDTH = 1080, 1920
LINE_WIDTH, POINT_RADIUS = 3, 4
OURS = "annogeo rasterize"
Canvas = npt.NDArray[np.uint8]


def run(*, quick: bool = False) -> list[Report]:
    """Time W4."""
    marks = w4(60 if quick else 200)
    ours = annogeo_paint(marks)
    makers = {"cv2": lambda: cv2_paint(marks), "Skia": lambda: skia_paint(marks)}
    paints, missing = peers.ready(makers)
    rows = [Row(OURS, ours), *(Row(name, paint) for name, paint in paints.items())]
    goals = (Goal("cv2", 1.8, OURS), Goal("Skia", 1.8, OURS))
    report = compare(
        f"W4 mixed 1920x1080 RGBA, {len(marks)} shapes", rows, goals=goals, missing=missing, **pace(quick)
    )
    mine = ours()
    for name, paint in paints.items():
        same = float((paint() == mine).all(axis=2).mean())
        report.notes.append(f"pixels as annogeo: {name} {100 * same:.2f} %")
    return [report]


def annogeo_paint(marks: list[Mark]) -> Any:
    """One draw list, painted with packed colours."""
    import annogeo as ag
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

    def paint() -> Canvas:
        packed = ag.rasterize(draw_list, colors, HEIGHT, WIDTH, dtype=np.int32)
        rgba: Canvas = packed.view(np.uint8).reshape(HEIGHT, WIDTH, 4)
        return rgba

    return paint


def cv2_paint(marks: list[Mark]) -> Any:
    """cv2's drawing functions on integers that lie ready."""
    import cv2

    cv2.setNumThreads(1)
    calls: list[tuple[Any, tuple[Any, ...]]] = []
    for mark in marks:
        color = (*mark.color, 255)
        points = peers.whole(mark.points)
        centre = tuple(points[0].tolist())
        if mark.kind == "box":
            square = peers.whole(corners(mark))
            calls.append((cv2.rectangle, (square[0].tolist(), (square[2] - 1).tolist(), color, -1)))
        elif mark.kind == "turned_box":
            calls.append((cv2.fillPoly, ([peers.whole(corners(mark))], color)))
        elif mark.kind == "ellipse":
            axes = (round(mark.size[0] / 2), round(mark.size[1] / 2))
            calls.append((cv2.ellipse, (centre, axes, mark.angle, 0, 360, color, -1)))
        elif mark.kind == "line":
            calls.append((cv2.polylines, ([points], False, color, LINE_WIDTH)))
        elif mark.kind == "point":
            calls.append((cv2.circle, (centre, POINT_RADIUS, color, -1)))
        else:
            joints = [tuple(joint) for joint in points.tolist()]
            calls += [(cv2.line, (joints[a], joints[b], color, LINE_WIDTH)) for a, b in POSE_EDGES]
            calls += [(cv2.circle, (joint, POINT_RADIUS, color, -1)) for joint in joints]

    def paint() -> Canvas:
        canvas = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        for draw, arguments in calls:
            draw(canvas, *arguments)
        return canvas

    return paint


def skia_paint(marks: list[Mark]) -> Any:
    """Skia without anti-aliasing, paths and paints ready."""
    import skia

    calls: list[tuple[str, tuple[Any, ...]]] = []
    for mark in marks:
        fill = skia.Paint(Color=skia.ColorSetARGB(255, *mark.color), AntiAlias=False)
        stroke = skia.Paint(fill)
        stroke.setStyle(skia.Paint.kStroke_Style)
        stroke.setStrokeWidth(LINE_WIDTH)
        stroke.setStrokeCap(skia.Paint.kRound_Cap)
        stroke.setStrokeJoin(skia.Paint.kRound_Join)
        x, y = mark.points[0].tolist()
        if mark.kind in ("box", "turned_box"):
            calls.append(("drawPath", (peers.skia_path(corners(mark), closed=True), fill)))
        elif mark.kind == "ellipse":
            half_w, half_h = mark.size[0] / 2, mark.size[1] / 2
            path = skia.Path()
            path.addOval(skia.Rect(-half_w, -half_h, half_w, half_h))
            turn = skia.Matrix()
            turn.setRotate(mark.angle)
            turn.postTranslate(x, y)
            path.transform(turn)
            calls.append(("drawPath", (path, fill)))
        elif mark.kind == "line":
            calls.append(("drawPath", (peers.skia_path(mark.points, closed=False), stroke)))
        elif mark.kind == "point":
            calls.append(("drawCircle", (x, y, POINT_RADIUS, fill)))
        else:
            calls += [
                ("drawPath", (peers.skia_path(mark.points[[a, b]], closed=False), stroke))
                for a, b in POSE_EDGES
            ]
            calls += [("drawCircle", (px, py, POINT_RADIUS, fill)) for px, py in mark.points.tolist()]

    def paint() -> Canvas:
        pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        canvas = skia.Canvas(pixels)
        for name, arguments in calls:
            getattr(canvas, name)(*arguments)
        return pixels

    return paint

"""How each peer paints the mixed scene: `<peer>_marks(marks)` gives a function that paints the whole picture once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import Paint, cv2_alone, quiet_dtlpy, skia_path, whole
from benchmarks.peers.label_maps import cairo_ring
from benchmarks.scenes import POSE_EDGES, Mark, corners

HEIGHT, WIDTH = 1080, 1920
LINE_WIDTH, POINT_RADIUS = 3, 4
Canvas = npt.NDArray[np.uint8]


def cv2_marks(marks: list[Mark]) -> Paint:
    """cv2's drawing functions on integers that lie ready."""
    cv2 = cv2_alone()
    calls: list[tuple[Any, tuple[Any, ...]]] = []
    for mark in marks:
        color = (*mark.color, 255)
        points = whole(mark.points)
        centre = tuple(points[0].tolist())
        if mark.kind == "box":
            square = whole(corners(mark))
            calls.append((cv2.rectangle, (square[0].tolist(), (square[2] - 1).tolist(), color, -1)))
        elif mark.kind == "turned_box":
            calls.append((cv2.fillPoly, ([whole(corners(mark))], color)))
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


def skia_marks(marks: list[Mark]) -> Paint:
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
            calls.append(("drawPath", (skia_path(corners(mark), closed=True), fill)))
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
            calls.append(("drawPath", (skia_path(mark.points, closed=False), stroke)))
        elif mark.kind == "point":
            calls.append(("drawCircle", (x, y, POINT_RADIUS, fill)))
        else:
            calls += [
                ("drawPath", (skia_path(mark.points[[a, b]], closed=False), stroke)) for a, b in POSE_EDGES
            ]
            calls += [("drawCircle", (px, py, POINT_RADIUS, fill)) for px, py in mark.points.tolist()]

    def paint() -> Canvas:
        pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        canvas = skia.Canvas(pixels)
        for name, arguments in calls:
            getattr(canvas, name)(*arguments)
        return pixels

    return paint


def pillow_marks(marks: list[Mark]) -> Paint:
    """Pillow's ImageDraw; a turned ellipse, which it has not, as 64 points."""
    from PIL import Image, ImageDraw

    calls: list[tuple[str, Any, dict[str, Any]]] = []
    for mark in marks:
        color = (*mark.color, 255)
        points = [tuple(point) for point in (mark.points - 0.5).tolist()]
        if mark.kind in ("box", "turned_box", "ellipse"):
            ring = outline_of(mark) - 0.5
            calls.append(("polygon", [tuple(point) for point in ring.tolist()], {"fill": color}))
        elif mark.kind == "line":
            calls.append(("line", points, {"fill": color, "width": LINE_WIDTH, "joint": "curve"}))
        else:
            if mark.kind == "pose":
                pairs = [(points[a], points[b]) for a, b in POSE_EDGES]
                calls += [("line", pair, {"fill": color, "width": LINE_WIDTH}) for pair in pairs]
            discs = [
                (x - POINT_RADIUS, y - POINT_RADIUS, x + POINT_RADIUS, y + POINT_RADIUS) for x, y in points
            ]
            calls += [("ellipse", disc, {"fill": color}) for disc in discs]

    def paint() -> Canvas:
        image = Image.new("RGBA", (WIDTH, HEIGHT))
        draw = ImageDraw.Draw(image)
        for name, where, how in calls:
            getattr(draw, name)(where, **how)
        return np.asarray(image)

    return paint


def cairo_marks(marks: list[Mark]) -> Paint:
    """cairo without anti-aliasing; its pixels are blue, green, red."""
    import cairocffi as cairo

    def draw(context: Any, mark: Mark) -> None:
        context.set_source_rgb(*[channel / 255 for channel in mark.color])
        points = mark.points.tolist()
        if mark.kind in ("box", "turned_box", "ellipse"):
            cairo_ring(context, outlines[id(mark)])
            context.fill()
        elif mark.kind == "line":
            context.move_to(*points[0])
            for x, y in points[1:]:
                context.line_to(x, y)
            context.stroke()
        else:
            if mark.kind == "pose":
                for a, b in POSE_EDGES:
                    context.move_to(*points[a])
                    context.line_to(*points[b])
                context.stroke()
            for x, y in points:
                context.new_sub_path()
                context.arc(x, y, POINT_RADIUS, 0, 2 * np.pi)
            context.fill()

    outlines = {
        id(mark): outline_of(mark).tolist() for mark in marks if mark.kind in ("box", "turned_box", "ellipse")
    }

    def paint() -> Canvas:
        pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        data = pixels.reshape(-1).data
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, WIDTH, HEIGHT, data=data, stride=4 * WIDTH)
        context = cairo.Context(surface)
        context.set_antialias(cairo.ANTIALIAS_NONE)
        context.set_line_width(LINE_WIDTH)
        context.set_line_cap(cairo.LINE_CAP_ROUND)
        context.set_line_join(cairo.LINE_JOIN_ROUND)
        for mark in marks:
            draw(context, mark)
        surface.finish()
        return pixels

    return paint


def aggdraw_marks(marks: list[Mark]) -> Paint:
    """aggdraw without anti-aliasing, onto RGB, which is its form; a turned ellipse as 64 points."""
    import aggdraw
    from PIL import Image

    calls: list[tuple[str, list[float], Any]] = []
    for mark in marks:
        brush, pen = aggdraw.Brush(mark.color), aggdraw.Pen(mark.color, LINE_WIDTH)
        if mark.kind in ("box", "turned_box", "ellipse"):
            calls.append(("polygon", outline_of(mark).ravel().tolist(), brush))
        elif mark.kind == "line":
            calls.append(("line", mark.points.ravel().tolist(), pen))
        else:
            if mark.kind == "pose":
                calls += [("line", mark.points[[a, b]].ravel().tolist(), pen) for a, b in POSE_EDGES]
            discs = np.hstack([mark.points - POINT_RADIUS, mark.points + POINT_RADIUS]).tolist()
            calls += [("ellipse", disc, brush) for disc in discs]

    def paint() -> Canvas:
        image = Image.new("RGB", (WIDTH, HEIGHT))
        draw = aggdraw.Draw(image)
        draw.setantialias(False)
        for name, where, tool in calls:
            getattr(draw, name)(where, tool)
        draw.flush()
        return np.asarray(image)

    return paint


def dtlpy_marks(marks: list[Mark]) -> Paint:
    """The vendor SDK's definitions, one `show` after the other; its poses draw nothing: lines and points stand in."""
    dl = quiet_dtlpy()
    calls: list[tuple[Any, tuple[int, ...], int]] = []
    for mark in marks:
        color = (*mark.color, 255)
        x, y = mark.points[0].tolist()
        if mark.kind in ("box", "turned_box"):
            calls.append((dl.Polygon(geo=corners(mark), label="a"), color, -1))
        elif mark.kind == "ellipse":
            half = {"rx": mark.size[0] / 2, "ry": mark.size[1] / 2}
            calls.append((dl.Ellipse(x=x, y=y, **half, angle=mark.angle, label="a"), color, -1))
        elif mark.kind == "line":
            calls.append((dl.Polyline(geo=mark.points, label="a"), color, LINE_WIDTH))
        else:
            if mark.kind == "pose":
                calls.append((dl.Polyline(geo=mark.points, label="a"), color, LINE_WIDTH))
            calls += [(dl.Point(x=x, y=y, label="a"), color, POINT_RADIUS) for x, y in mark.points.tolist()]

    def paint() -> Canvas:
        canvas = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        for definition, color, thickness in calls:
            canvas = definition.show(canvas, thickness, False, HEIGHT, WIDTH, "mask", color)
        return canvas

    return paint


def outline_of(mark: Mark) -> npt.NDArray[np.float64]:
    """Give a box's corners, or an ellipse as 64 points."""
    if mark.kind != "ellipse":
        return corners(mark)
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    angle = np.radians(mark.angle)
    along, across = np.cos(turn) * mark.size[0] / 2, np.sin(turn) * mark.size[1] / 2
    x = along * np.cos(angle) - across * np.sin(angle)
    y = along * np.sin(angle) + across * np.cos(angle)
    return mark.points[0] + np.column_stack([x, y])


MAKERS = {
    "cv2": cv2_marks,
    "Skia": skia_marks,
    "Pillow": pillow_marks,
    "cairo": cairo_marks,
    "aggdraw": aggdraw_marks,
    "dtlpy": dtlpy_marks,
}

"""Slow, obvious twins of the rasterizer's kernels: rational arithmetic, one pixel at a time.

A pixel is painted when its centre, nudged right and far less down, lies inside the shape. Here the nudge is a
real, tiny move, small against anything that float64 input can tell apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Op, Spans

RIGHT = Fraction(1, 2**700)
DOWN = Fraction(1, 2**2800)
HALF = Fraction(1, 2)
Mask = npt.NDArray[np.bool_]
Excess = Callable[[Fraction, Fraction], Fraction]
"""A shape: negative inside, zero on its boundary."""


def mask_of(excess: Excess, height: int, width: int) -> Mask:
    """Ask for every pixel; the nudge matters only on the boundary."""
    mask = np.zeros((height, width), bool)
    for row in range(height):
        for column in range(width):
            x, y = column + HALF, row + HALF
            mask[row, column] = (excess(x, y) or excess(x + RIGHT, y + DOWN)) < 0
    return mask


def fill(rings: Sequence[Any], height: int, width: int) -> Mask:
    """Even-odd fill: a pixel is inside if an odd number of edges crosses its row left of the nudged centre."""
    mask = np.zeros((height, width), bool)
    edges = [
        sorted([tuple(map(Fraction, ring[k - 1])), tuple(map(Fraction, ring[k]))], key=lambda point: point[1])
        for ring in [[(float(x), float(y)) for x, y in ring] for ring in rings]
        for k in range(len(ring))
    ]
    for row in range(height):
        y = row + HALF + DOWN
        crossings = [
            ax + (bx - ax) * (row + HALF - ay) / (by - ay) for (ax, ay), (bx, by) in edges if ay < y < by
        ]
        for column in range(width):
            mask[row, column] = sum(x <= column + HALF for x in crossings) % 2
    return mask


def capsule(a: Sequence[float], b: Sequence[float], radius: float) -> Excess:
    """All points nearer than `radius` to the segment a-b."""
    ax, ay, bx, by, r = (Fraction(float(v)) for v in (*a, *b, radius))
    ex, ey = bx - ax, by - ay
    squared = ex * ex + ey * ey

    def excess(x: Fraction, y: Fraction) -> Fraction:
        along = ((x - ax) * ex + (y - ay) * ey) / squared if squared else Fraction(0)
        along = min(max(along, Fraction(0)), Fraction(1))
        return (x - ax - along * ex) ** 2 + (y - ay - along * ey) ** 2 - r * r

    return excess


def stroke(points: Sequence[Sequence[float]], radius: float, closed: bool, height: int, width: int) -> Mask:
    """Union of a capsule per segment; a single point is a disc."""
    ends = [*points[1:], points[0]] if closed or len(points) == 1 else points[1:]
    mask = np.zeros((height, width), bool)
    for a, b in zip(points, ends, strict=False):
        mask |= mask_of(capsule(a, b, radius), height, width)
    return mask


def turn(angle: float) -> tuple[float, float]:
    """Cosine and sine of degrees, exact at multiples of 90."""
    rest = angle % 360.0
    exact = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
    radians = rest * (math.pi / 180.0)
    return exact.get(rest) or (math.cos(radians), math.sin(radians))


def ellipse(x: float, y: float, rx: float, ry: float, angle: float) -> Excess:
    """All points inside an ellipse, turned clockwise on screen."""
    cx, cy, a, b, cosine, sine = (Fraction(float(v)) for v in (x, y, rx, ry, *turn(angle)))

    def excess(px: Fraction, py: Fraction) -> Fraction:
        u = cosine * (px - cx) + sine * (py - cy)
        v = cosine * (py - cy) - sine * (px - cx)
        return (u * b) ** 2 + (v * a) ** 2 - (a * b) ** 2

    return excess


def ellipse_distance(x: float, y: float, rx: float, ry: float, angle: float, height: int, width: int) -> Any:
    """Distance of every pixel centre from an ellipse's curve, by dense sampling (to about 1e-3 px)."""
    t = np.linspace(0, 2 * np.pi, 4001)
    cosine, sine = turn(angle)
    u, v = rx * np.cos(t), ry * np.sin(t)
    px = x + cosine * u - sine * v
    py = y + sine * u + cosine * v
    rows, columns = np.mgrid[:height, :width] + 0.5
    return np.hypot(columns[..., None] - px, rows[..., None] - py).min(axis=-1)


def shape_mask(drawlist: DrawList, operation: int, height: int, width: int) -> Mask:
    """The pixels of one operation of a draw list (an outlined ellipse excepted)."""
    rings = [
        drawlist.xy[drawlist.ring_offsets[k] : drawlist.ring_offsets[k + 1]].tolist()
        for k in range(drawlist.shape_offsets[operation], drawlist.shape_offsets[operation + 1])
    ]
    size = float(drawlist.width[operation])
    kind = Op(int(drawlist.op[operation]))
    if kind is Op.FILL:
        return fill(rings, height, width)
    if kind is Op.ELLIPSE:
        (x, y), (rx, ry), (angle, _) = rings[0]
        return mask_of(ellipse(x, y, rx, ry, angle), height, width)
    if kind in (Op.LINE, Op.LOOP):
        return stroke(rings[0], size / 2, kind is Op.LOOP, height, width)
    if kind is Op.DISC:
        return stroke(rings[0], size, False, height, width)
    assert kind is Op.RUNS
    mask = np.zeros((height, width), bool)
    for y, x0, x1 in drawlist.runs[drawlist.run_offsets[operation] : drawlist.run_offsets[operation + 1]]:
        if 0 <= y < height:
            mask[y, max(x0, 0) : max(x1, 0)] = True
    return mask


def label_map(drawlist: DrawList, values: Sequence[int], height: int, width: int) -> npt.NDArray[np.int64]:
    """Later operations cover earlier ones."""
    canvas = np.zeros((height, width), np.int64)
    for operation in range(drawlist.op.size):
        canvas[shape_mask(drawlist, operation, height, width)] = values[drawlist.item[operation]]
    return canvas


def masks_of_spans(spans: Spans, n_items: int, height: int, width: int) -> Mask:
    """One mask per item."""
    stack = np.zeros((n_items, height, width), bool)
    for item, y, x0, x1 in zip(spans.item, spans.y, spans.x0, spans.x1, strict=True):
        stack[item, y, x0:x1] = True
    return stack


def blend(image: Any, spans: Spans, colors: Any, alpha: Sequence[Fraction]) -> Any:
    """Source over with the topmost item's colour, each value rounded once, half up."""
    most = int(np.iinfo(image.dtype).max)
    result = image.copy()
    masks = masks_of_spans(spans, len(alpha), *image.shape[:2])
    for row, column in zip(*np.nonzero(masks.any(axis=0)), strict=True):
        item = int(np.flatnonzero(masks[:, row, column])[-1])
        pixel = [int(v) for v in image[row, column]]
        a = alpha[item]
        backdrop = Fraction(pixel[3], most) if len(pixel) == 4 else Fraction(1)
        covered = a + backdrop * (1 - a)
        if covered == 0 or a == 0:
            continue
        mixed = [
            (int(color) * a + old * backdrop * (1 - a)) / covered
            for color, old in zip(colors[item], pixel[:3], strict=True)
        ]
        if len(pixel) == 4:
            mixed.append(covered * most)
        result[row, column] = [math.floor(value + HALF) for value in mixed]
    return result

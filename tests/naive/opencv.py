"""Rule `opencv`, drawn by cv2 itself: every operation of a draw list on a canvas of its own."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Op


def draw_operations(drawlist: DrawList, height: int, width: int) -> npt.NDArray[np.uint8]:
    """Return one mask of 0 and 1 per operation, (m, height, width)."""
    masks = np.zeros((drawlist.op.size, height, width), np.uint8)
    for i, code in enumerate(drawlist.op.tolist()):
        offsets = drawlist.ring_offsets[drawlist.shape_offsets[i] : drawlist.shape_offsets[i + 1] + 1]
        rings = [np.rint(drawlist.xy[a:b]).astype(np.int32) for a, b in pairwise(offsets.tolist()) if a < b]
        thickness = max(int(np.rint(drawlist.width[i])), 1)
        angle = float(drawlist.xy[offsets[0] + 2, 0]) if code in (Op.ELLIPSE, Op.ELLIPSE_LOOP) else 0.0
        _draw(masks[i], Op(code), rings, thickness, angle)
        for y, x0, x1 in drawlist.runs[drawlist.run_offsets[i] : drawlist.run_offsets[i + 1]].tolist():
            if 0 <= y < height:
                masks[i, y, max(x0, 0) : max(x1, 0)] = 1
    return masks


def _draw(
    canvas: npt.NDArray[np.uint8],
    op: Op,
    rings: list[npt.NDArray[np.int32]],
    thickness: int,
    angle: float,
) -> None:
    if not rings:
        return
    if op == Op.FILL:
        cv2.fillPoly(canvas, rings, 1)
        return
    first = rings[0].tolist()
    if op in (Op.LINE, Op.LOOP):
        cv2.polylines(canvas, [rings[0]], op == Op.LOOP, 1, thickness)
    elif op == Op.ELLIPSE:
        cv2.ellipse(canvas, first[0], first[1], angle, 0, 360, 1, -1)
    elif op == Op.ELLIPSE_LOOP:
        cv2.ellipse(canvas, first[0], first[1], angle, 0, 360, 1, thickness, cv2.LINE_4)
    elif op == Op.DISC:
        cv2.circle(canvas, first[0], thickness, 1, thickness)

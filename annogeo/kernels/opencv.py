"""Rule `opencv` for whole draw lists: `scan_opencv` draws as OpenCV 5 does, bit for bit, whatever cv2 is installed.

An operation is cut into pieces (`_opencv_pieces`), the pieces are drawn (`_opencv_drawing`) on a page of bits, and
the page is read row by row into spans (`_page`). Whole coordinates are pixel centres here, as in cv2. Layer: kernels.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit
from annogeo.kernels._opencv_drawing import draw
from annogeo.kernels._opencv_far import Shapes, bring_near
from annogeo.kernels._opencv_pieces import CORNERS_PER_POINT, OUTLINE_POINTS, PIECES_PER_POINT, RUNS, cut
from annogeo.kernels._page import MINUS_ONE, blank_page, copy_runs, read

IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

START_SPANS = 1 << 14
WIDEST = 32767  # px; cv2 refuses wider lines


def scan_opencv(
    op: npt.NDArray[np.uint8],
    item: Int32Array,
    width: FloatArray,
    shape_offsets: IntArray,
    ring_offsets: IntArray,
    xy: FloatArray,
    run_offsets: IntArray,
    runs: Int32Array,
    height: int,
    width_px: int,
) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array]:
    """Scan the operations of a draw list (its fields, see `annogeo.draw.DrawList`) by the rules of OpenCV 5.

    Points, ellipse sizes, ellipse angles and widths are rounded, halves to even; a width is 1 to 32767.

    Returns
    -------
    item, y, x0, x1 : int32 (n,)
        Half-open spans in the order of the operations, clipped to the canvas; those of one operation do not overlap
        (those of a mask do where its runs do).

    Notes
    -----
    Rule `opencv`, worked out from the behaviour of cv2 5.0.0. Fills are ``cv2.fillPoly`` of all rings together, lines
    and loops ``cv2.polylines``, ellipses ``cv2.ellipse``; all LINE_8, but outlines of ellipses LINE_4. A disc is a
    ``cv2.circle`` as thick as its radius, as the seed SDK draws points. Exact as long as coordinates fit 32-bit
    integers, as cv2 needs; beyond, shapes are clipped to the canvas and a margin first. Time: points + outline pixels
    + crossed rows. Scratch: two bits a pixel of the canvas. Twin: cv2 5 itself, tests/test_opencv_rule.py.

    Examples
    --------
    >>> from annogeo.draw import DrawList
    >>> d = DrawList.from_polygons([[1, 1], [3, 1], [1, 3]], [0, 3])
    >>> fields = d.op, d.item, d.width, d.shape_offsets, d.ring_offsets, d.xy, d.run_offsets, d.runs
    >>> item, y, x0, x1 = scan_opencv(*fields, 5, 5)
    >>> list(zip(y.tolist(), x0.tolist(), x1.tolist()))
    [(1, 1, 4), (2, 1, 3), (3, 1, 2)]
    """
    if height < 1 or width_px < 1 or op.size == 0:
        none = np.zeros((4, 0), np.int32)
        return none[0], none[1], none[2], none[3]
    sizes = np.fmin(np.fmax(np.rint(width), 1), WIDEST).astype(np.int64)
    shapes = Shapes(op, item, sizes, shape_offsets, ring_offsets, xy, run_offsets)
    op, item, sizes, shape_offsets, ring_offsets, xy, run_offsets = bring_near(shapes, height, width_px)
    points = np.rint(xy).astype(np.int64)
    most = max(int(np.diff(ring_offsets[shape_offsets]).max(initial=0)), OUTLINE_POINTS)
    pieces = np.empty((most * PIECES_PER_POINT, 5), np.int64)
    corners = np.empty((most * CORNERS_PER_POINT + OUTLINE_POINTS, 2), np.int64)
    bits, rows = blank_page(height, width_px)
    spans = np.empty((4, START_SPANS), np.int32)
    start, n = 0, 0
    while True:
        start, n, room = _scan(
            op, item, sizes, shape_offsets, ring_offsets, points, run_offsets, runs,
            width_px, bits, rows, pieces, corners, start, n, spans,
        )  # fmt: skip
        if room <= spans.shape[1]:
            return spans[0, :n], spans[1, :n], spans[2, :n], spans[3, :n]
        grown = np.empty((4, max(room, 2 * spans.shape[1])), np.int32)
        grown[:, :n] = spans[:, :n]
        spans = grown


@jit
def _scan(
    op, item, sizes, shapes, rings, points, run_offsets, runs, width, bits, rows, pieces, corners, start, n, spans
):  # fmt: skip
    """Draw and read operations from `start` on while their runs fit.

    Returns the operation reached, the number of spans written so far, and the room that going on needs.
    """
    height = rows.shape[0]
    flank = np.empty((2, 4), np.int64)
    for i in range(start, op.shape[0]):
        if op[i] == RUNS:
            end = copy_runs(runs, run_offsets[i], run_offsets[i + 1], height, width, item[i], n, spans)
        else:
            count = cut(
                op[i], points, rings, shapes[i], shapes[i + 1], sizes[i], height, width, pieces, corners
            )
            top, bottom = height, MINUS_ONE
            for k in range(count):
                first, last = draw(bits, rows, width, pieces, k, corners, flank)
                top, bottom = min(top, first), max(bottom, last)
            end = read(bits, rows, width, top, bottom, item[i], n, spans)
        if end > spans.shape[1]:
            return i, n, end
        n = end
    return op.shape[0], n, n

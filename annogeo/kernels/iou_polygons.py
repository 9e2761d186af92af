"""Areas of overlap of polygons with holes, from pairs of edges.

A shape is a sum over its edges: of what lies above each of them (smaller y), taken positive for edges with the inside
above, negative for the others. So the overlap of two shapes is the sum, over pairs of their edges, of the area above
both, with the product of the signs: a closed form for every pair. No crossing has to be put in order, and shared edges,
touching corners and holes are no special cases.
The winding number is what is summed up: rings have to be simple and apart, outer ones one way round, holes the other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import inlined, jit, leaf

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]

ROUNDING = 2.0**-49  # of the absolute values of all terms: what a sum is not sure of
PIECES = 2  # an edge becomes at most so many in a window


@jit
def ring_signs(
    xy: FloatArray,
    rings: IntArray,
    shapes: IntArray,
    areas: FloatArray,
    signs: FloatArray,
    depths: FloatArray,
) -> None:
    """Say for each ring which way round it runs, and whether it surrounds a part (0) or a hole (1).

    Parameters
    ----------
    xy : float (p, 2)
    rings : int (r + 1,)
        Offsets into `xy`.
    shapes : int (n + 1,)
        Offsets into the rings.
    areas, signs, depths : float (r,)
        Filled: the area; 1 for rings clockwise on screen, -1 for others, 0 for those without area; the number of the
        shape's other rings around it, modulo 2 (a guess where rings cross).
    """
    for shape in range(shapes.size - 1):
        for ring in range(shapes[shape], shapes[shape + 1]):
            first, last = rings[ring], rings[ring + 1]
            area, widest, x, y = 0.0, -1.0, 0.0, 0.0
            for k in range(first, last):
                n = k + 1 if k + 1 < last else first
                ax, ay = xy[k, 0] - xy[first, 0], xy[k, 1] - xy[first, 1]
                bx, by = xy[n, 0] - xy[first, 0], xy[n, 1] - xy[first, 1]
                area += ax * by - ay * bx
                if abs(bx - ax) > widest:
                    widest = abs(bx - ax)
                    x, y = 0.5 * (xy[k, 0] + xy[n, 0]), 0.5 * (xy[k, 1] + xy[n, 1])
            areas[ring] = 0.5 * abs(area)
            signs[ring] = np.sign(area)
            depth = 0
            for other in range(shapes[shape], shapes[shape + 1]):
                if other != ring and areas[ring] > 0.0:
                    depth += _edges_below(xy, rings[other], rings[other + 1], x, y)
            depths[ring] = depth % 2


@leaf
def _edges_below(xy, first, last, x, y):  # type: ignore[no-untyped-def]
    """Count the edges of a ring that a ray from (x, y) towards greater y crosses."""
    n = 0
    px, py = xy[last - 1, 0], xy[last - 1, 1]
    for k in range(first, last):
        qx, qy = xy[k, 0], xy[k, 1]
        if (px <= x) != (qx <= x):
            n += py + (x - px) / (qx - px) * (qy - py) > y
        px, py = qx, qy
    return n


@jit
def ring_overlaps(
    edges: FloatArray,
    offsets: IntArray,
    bounds: FloatArray,
    areas: FloatArray,
    other_edges: FloatArray,
    other_offsets: IntArray,
    other_bounds: FloatArray,
    other_areas: FloatArray,
    pairs: IndexArray,
    scratch: tuple[FloatArray, FloatArray, IntArray],
) -> FloatArray:
    """Return the areas of overlap of pairs of shapes.

    Parameters
    ----------
    edges, other_edges : float (e, 6)
        Left x and y, right x and y, slope, sign; of each shape sorted by left x, upright ones left out.
    offsets, other_offsets : int (n + 1,)
        Of each shape's edges.
    bounds, other_bounds : float (n, 4)
    areas, other_areas : float (n,)
    pairs : int32 (k, 2)
    scratch : float (`PIECES` * most edges of a shape, 6), the same for the other side; int, as many

    Returns
    -------
    float (k,)
        Within the rounding of the sum, exactly 0 or the smaller shape's area.
    """
    found = np.empty(pairs.shape[0])
    pieces, other_pieces, active = scratch
    for k in range(pairs.shape[0]):
        i, j = pairs[k, 0], pairs[k, 1]
        x0, y0 = max(bounds[i, 0], other_bounds[j, 0]), max(bounds[i, 1], other_bounds[j, 1])
        x1, y1 = min(bounds[i, 2], other_bounds[j, 2]), min(bounds[i, 3], other_bounds[j, 3])
        found[k] = 0.0
        if x0 >= x1 or y0 >= y1:
            continue
        n = _cut(edges, offsets[i], offsets[i + 1], x0, y0, x1, y1, pieces)
        m = _cut(other_edges, other_offsets[j], other_offsets[j + 1], x0, y0, x1, y1, other_pieces)
        total, size = _above_both(pieces, n, other_pieces, m, active)
        doubt = ROUNDING * size
        smaller = min(areas[i], other_areas[j])
        if total > doubt:
            found[k] = smaller if total >= smaller * (1.0 - ROUNDING) - doubt else total
    return found


@leaf
def _cut(edges, first, last, x0, y0, x1, y1, pieces):  # type: ignore[no-untyped-def]
    """See edges from the corner of a window: x, then left, right, y at left, slope, sign of each piece.

    What is above the window bounds nothing in it; what is below is as good as its lower border. The first number says
    where the edge as a whole enters, and is never less than that of the piece before.
    """
    n = 0
    width, height = x1 - x0, y1 - y0
    for k in range(first, last):
        left = edges[k, 0]
        if left >= x1:
            break
        a, b = edges[k, 1] - y0, edges[k, 3] - y0
        if edges[k, 2] <= x0 or (a <= 0.0 and b <= 0.0):
            continue
        left, right, slope = left - x0, edges[k, 2] - x0, edges[k, 4]
        if left < 0.0:
            a, left = a - left * slope, 0.0
        if right > width:
            b, right = b - (right - width) * slope, width
        enter, sign = left, edges[k, 5]
        if a > height:
            middle = left + (height - a) / slope if b < height else right
            middle = min(max(middle, left), right)
            pieces[n, 0], pieces[n, 1], pieces[n, 2] = enter, left, middle
            pieces[n, 3], pieces[n, 4], pieces[n, 5] = height, 0.0, sign
            n += 1
            left, a = middle, height
        last_x = right
        if b > height:
            last_x = min(max(right - (b - height) / slope, left), right) if a < height else left
        elif b < 0.0:
            last_x = min(max(right - b / slope, left), right)
        if a < 0.0:
            left, a = min(max(left - a / slope, left), last_x), 0.0
        if left < last_x:
            pieces[n, 0], pieces[n, 1], pieces[n, 2] = enter, left, last_x
            pieces[n, 3], pieces[n, 4], pieces[n, 5] = a, slope, sign
            n += 1
        if b > height and last_x < right:
            pieces[n, 0], pieces[n, 1], pieces[n, 2] = enter, last_x, right
            pieces[n, 3], pieces[n, 4], pieces[n, 5] = height, 0.0, sign
            n += 1
    return n


@leaf
def _above_both(pieces, n, others, m, active):  # type: ignore[no-untyped-def]
    """Sum up the area above both edges over all pairs, signed and not signed."""
    total, size = 0.0, 0.0
    n_active, come = 0, 0
    for i in range(n):
        enter, left, right = pieces[i, 0], pieces[i, 1], pieces[i, 2]
        y, slope, sign = pieces[i, 3], pieces[i, 4], pieces[i, 5]
        while come < m and others[come, 0] < right:
            active[n_active] = come
            n_active += 1
            come += 1
        k = 0
        while k < n_active:
            j = active[k]
            if others[j, 2] <= enter:
                n_active -= 1
                active[k] = active[n_active]
                continue
            k += 1
            low, high = max(left, others[j, 1]), min(right, others[j, 2])
            if low < high:
                a, b = y + (low - left) * slope, others[j, 3] + (low - others[j, 1]) * others[j, 4]
                term, _ = _area_above(a, slope, b, others[j, 4], high - low)
                total += sign * others[j, 5] * term
                size += term
    return total, size


@inlined
def _area_above(a, slope, b, other_slope, width):  # type: ignore[no-untyped-def]
    """Return the area between y = 0 and the nearer of two lines, and whether they cross."""
    to_a, to_b = a + width * slope, b + width * other_slope
    start, end = a - b, to_a - to_b
    if start * end >= 0.0:
        return 0.5 * width * (a + to_a if start + end < 0.0 else b + to_b), False
    dip = min(start, end)
    return 0.5 * width * (b + to_b - dip * dip / (abs(start) + abs(end))), True


@jit
def squared_windings(
    edges: FloatArray, offsets: IntArray, bounds: FloatArray, active: IntArray, crossing_limit: int
) -> FloatArray:
    """Return the integral of the squared winding number of each shape: its overlap with itself.

    Parameters
    ----------
    edges, offsets, bounds : as in `ring_overlaps`
    active : int (most edges of a shape,)
    crossing_limit : int
        A shape whose edges cross more often is given up: NaN.

    Returns
    -------
    float (n,)
    """
    found = np.empty(offsets.size - 1)
    for shape in range(found.size):
        top = bounds[shape, 1]
        total, n_active, crossings = 0.0, 0, 0
        for i in range(offsets[shape], offsets[shape + 1]):
            left, right, slope, sign = edges[i, 0], edges[i, 2], edges[i, 4], edges[i, 5]
            y = edges[i, 1] - top
            k, around = 0, 0.0
            while k < n_active:
                j = active[k]
                if edges[j, 2] <= left:
                    n_active -= 1
                    active[k] = active[n_active]
                    continue
                k += 1
                other = edges[j, 1] - top + (left - edges[j, 0]) * edges[j, 4]
                width = min(right, edges[j, 2]) - left
                term, is_crossing = _area_above(y, slope, other, edges[j, 4], width)
                around += edges[j, 5] * term
                crossings += is_crossing
            total += 2.0 * sign * around + (right - left) * 0.5 * (y + edges[i, 3] - top)
            active[n_active] = i
            n_active += 1
            if crossings > crossing_limit:
                total = np.nan
                break
        found[shape] = total
    return found

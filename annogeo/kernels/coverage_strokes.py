"""Strokes, discs and ellipses as rings to be filled: the outline of all places within a pen's radius of a path.

Every ring here goes round what it covers the same way, and a stroke's ring is the sum of such pieces: a box per
segment, a sector on the outer side of each bend, half a disc at each end. Their union is exactly the pen's trace, so
rings are filled wherever the winding number is not 0. Where both segments at a bend are long enough, the boxes are cut
at the bend's bisector instead of overlapping, so that a common stroke is one simple ring.
"""
# mypy: disallow-untyped-defs=False, check-untyped-defs=False
# (numba infers and checks the types of compiled code)

from __future__ import annotations

import numpy as np

from annogeo.kernels._jit import inlined, leaf
from annogeo.kernels._round import turn

SAGITTA = 1.0 / 512.0
"""Largest distance, in px, of a chord from its arc. It costs at most 2/3 SAGITTA sqrt(2) = 1/543 of a pixel's area."""
MOST_STEPS = 1024  # arcs of more chords are halved where they lie on the canvas only
FAR = 16777216.0  # paths that leave this range are drawn segment by segment, each clipped to the canvas's surroundings
ENDLESS = 1e305  # beyond, sums overflow
SMALLEST_STEP = 2.0**-50
WIDE = 1048576.0  # px; paths that count from further away than this are halved to WIDE_STEP only
WIDE_STEP = 2.0**-12


@inlined
def _put(points, n, x, y):
    """Append a point, if there is room; returns the new number."""
    if n < points.shape[0]:
        points[np.uint64(n), 0] = x
        points[np.uint64(n), 1] = y
    return n + 1


@leaf
def _chord(radius):
    """The angle whose chord has SAGITTA at a radius."""
    if radius <= 2.0 * SAGITTA:
        return 0.5 * np.pi
    return 4.0 * np.arcsin(np.sqrt(0.5 * SAGITTA / radius))


@leaf
def _halved_arc(points, n, x, y, ax, ay, bx, by, start, stop, reach, height, width):
    """As `_arc`, for large ones: halve until flat; what is off the canvas to one side stays a chord."""
    radius = max(np.hypot(ax, ay), np.hypot(bx, by))
    if not abs(x) + abs(y) + radius + reach <= ENDLESS:
        return n
    share = 0.0  # of the arc done; multiples of `step`, a power of two
    step = 0.25
    smallest = WIDE_STEP if reach > WIDE else SMALLEST_STEP
    u = x + ax * np.cos(start) + bx * np.sin(start)
    v = y + ay * np.cos(start) + by * np.sin(start)
    while share < 1.0:
        end = start + (share + step) * (stop - start)
        u1 = x + ax * np.cos(end) + bx * np.sin(end)
        v1 = y + ay * np.cos(end) + by * np.sin(end)
        quarter = np.sin(0.25 * step * (stop - start))
        sagitta = 2.0 * radius * quarter * quarter
        margin = sagitta + reach
        is_off = max(u, u1) + margin < 0.0 or min(u, u1) - margin > width
        is_off = is_off or max(v, v1) + margin < 0.0 or min(v, v1) - margin > height
        # angles that close cannot be told apart: an arc that large is as flat as it gets
        if not is_off and sagitta > SAGITTA and step > smallest:
            step *= 0.5
            continue
        n = _put(points, n, u1, v1)
        share += step
        u = u1
        v = v1
        while step < 0.25 and np.floor(share / (2.0 * step)) * (2.0 * step) == share:
            step *= 2.0
    return n


@leaf
def _arc(points, n, x, y, ax, ay, bx, by, start, stop, reach, height, width):
    """Append the places (x, y) + a cos t + b sin t, for t from `start` (left out) to `stop`, flattened.

    `reach` is how far from the arc the canvas may still be touched.
    """
    chord = _chord(max(np.hypot(ax, ay), np.hypot(bx, by)))
    steps = np.ceil(abs(stop - start) / chord)
    if not steps <= MOST_STEPS:
        return _halved_arc(points, n, x, y, ax, ay, bx, by, start, stop, reach, height, width)
    count = max(np.int64(steps), np.int64(1))
    step = (stop - start) / count
    cosine = np.cos(step)
    sine = np.sin(step)
    u = np.cos(start)
    v = np.sin(start)
    for _ in range(count):
        u, v = u * cosine - v * sine, u * sine + v * cosine
        n = _put(points, n, x + ax * u + bx * v, y + ay * u + by * v)
    return n


@leaf
def disc_ring(points, n, x, y, radius, height, width):
    """Append a disc's ring; returns the number of points, also of those that there is no room for."""
    if radius > 0.0:
        n = _arc(points, n, x, y, radius, 0.0, 0.0, radius, 0.0, -2.0 * np.pi, 0.0, height, width)
    return n


@leaf
def ellipse_ring(points, n, xy, first, reach, height, width):
    """Append the ring of an ellipse given as points: centre, radii, (angle, 0); results as `disc_ring`."""
    rx = xy[first + 1, 0]
    ry = xy[first + 1, 1]
    if not (rx > 0.0 and ry > 0.0) and reach == 0.0:
        return n
    cosine, sine = turn(xy[first + 2, 0])
    x = xy[first, 0]
    y = xy[first, 1]
    if abs(x) + abs(y) + abs(rx) + abs(ry) > ENDLESS:
        return n
    return _arc(
        points, n, x, y, rx * cosine, rx * sine, -ry * sine, ry * cosine, 0.0, -2.0 * np.pi, reach, height, width
    )  # fmt: skip


@leaf
def _bend(points, n, x, y, ux, uy, vx, vy, radius, shorter, height, width):
    """Append one side of a stroke at a bend: from (x, y) + radius u to + radius v, the unit normals of both segments.

    `shorter` is the length of the shorter segment. The path's own turn shows in u and v: where they open, an arc.
    """
    cross = ux * vy - uy * vx
    dot = ux * vx + uy * vy
    mitre = radius / (1.0 + dot) if dot > -0.9 else 0.0
    if cross < 0.0 or (cross == 0.0 and dot < 0.0):
        half = np.sqrt(0.5 * (1.0 + dot)) if dot > 0.0 else 0.0
        if half > 0.0 and radius * (1.0 - half) <= 0.5 * SAGITTA * half:  # the corner is as good as the arc
            return _put(points, n, x + mitre * (ux + vx), y + mitre * (uy + vy))
        n = _put(points, n, x + radius * ux, y + radius * uy)
        # u turned by 90 degrees is (-uy, ux); the way to v is the negative one
        angle = np.arctan2(cross, dot)
        angle = angle if angle < 0.0 else -np.pi
        return _arc(
            points,
            n,
            x,
            y,
            radius * ux,
            radius * uy,
            -radius * uy,
            radius * ux,
            0.0,
            angle,
            0.0,
            height,
            width,
        )
    if mitre > 0.0 and abs(cross) * mitre <= 0.5 * shorter:
        return _put(points, n, x + mitre * (ux + vx), y + mitre * (uy + vy))
    n = _put(points, n, x + radius * ux, y + radius * uy)
    n = _put(points, n, x, y)
    return _put(points, n, x + radius * vx, y + radius * vy)


@leaf
def _cap(points, n, x, y, ux, uy, radius, height, width):
    """Append half a disc's arc from (x, y) + radius u to - radius u, its first point too."""
    n = _put(points, n, x + radius * ux, y + radius * uy)
    return _arc(
        points, n, x, y, radius * ux, radius * uy, -radius * uy, radius * ux, 0.0, -np.pi, 0.0, height, width
    )


@leaf
def _directions(path, count):
    """Fill columns 2..4 of `path` with unit direction and length of the segment that starts at each point."""
    for k in range(count):
        b = k + 1 if k + 1 < count else 0
        dx = path[b, 0] - path[k, 0]
        dy = path[b, 1] - path[k, 1]
        length = np.hypot(dx, dy)
        path[k, 4] = length
        path[k, 2] = dx / length if length > 0.0 else 1.0
        path[k, 3] = dy / length if length > 0.0 else 0.0


@leaf
def _side(points, n, path, begin, end, count, sign, radius, height, width):
    """Append one side of a stroke along the bends [begin, end) of a path: +1 forwards, -1 on the way back."""
    for step in range(begin, end):
        k = step if sign > 0.0 else end - 1 - (step - begin)
        before = k - 1 if k > 0 else count - 1
        # the normal (-y, x) of a direction; the way back sees the segments in the other order, and from the other side
        first = before if sign > 0.0 else k
        second = k if sign > 0.0 else before
        n = _bend(
            points, n, path[k, 0], path[k, 1],
            -sign * path[first, 3], sign * path[first, 2], -sign * path[second, 3], sign * path[second, 2],
            radius, min(path[before, 4], path[k, 4]), height, width,
        )  # fmt: skip
    return n


@leaf
def stroke_rings(points, n, starts, rings, path, count, is_closed, radius, height, width):
    """Append the rings of a stroke along the `count` points of `path` (capacity, 5; columns 2..4 are scratch).

    No two neighbouring points may be equal. `starts[rings]` is the first ring's start, n; the ends are written behind
    it. Returns the numbers of points and of rings; points beyond the room there is are only counted.
    """
    if count == 0 or not radius > 0.0:
        return n, rings
    if count == 1:
        n = disc_ring(points, n, path[0, 0], path[0, 1], radius, height, width)
        starts[rings + 1] = n
        return n, rings + 1
    _directions(path, count)
    if is_closed and count > 2:
        n = _side(points, n, path, np.int64(0), count, count, 1.0, radius, height, width)
        starts[rings + 1] = n
        n = _side(points, n, path, np.int64(0), count, count, -1.0, radius, height, width)
        starts[rings + 2] = n
        return n, rings + 2
    last = count - 1
    dx = path[last - 1, 2]
    dy = path[last - 1, 3]
    n = _side(points, n, path, np.int64(1), last, count, 1.0, radius, height, width)
    n = _cap(points, n, path[last, 0], path[last, 1], -dy, dx, radius, height, width)
    n = _side(points, n, path, np.int64(1), last, count, -1.0, radius, height, width)
    n = _cap(points, n, path[0, 0], path[0, 1], path[0, 3], -path[0, 2], radius, height, width)
    starts[rings + 1] = n
    return n, rings + 1


@leaf
def load_path(path, xy, first, end, is_closed):
    """Copy points [first, end) without repetitions to `path`; returns their number and whether one is beyond FAR."""
    count = 0
    is_far = False
    for k in range(first, end):
        x = xy[k, 0]
        y = xy[k, 1]
        is_far |= not max(abs(x), abs(y)) <= FAR
        if count == 0 or x != path[count - 1, 0] or y != path[count - 1, 1]:
            path[count, 0] = x
            path[count, 1] = y
            count += 1
    if is_closed:
        while count > 1 and path[count - 1, 0] == path[0, 0] and path[count - 1, 1] == path[0, 1]:
            count -= 1
    return count, is_far


@leaf
def append_ring(points, n, xy, first, end, is_reversed):
    """Append points [first, end) to a ring, or in the opposite order."""
    for k in range(first, end):
        source = end - 1 - (k - first) if is_reversed else k
        n = _put(points, n, xy[source, 0], xy[source, 1])
    return n


@leaf
def convexity(xy, first, end):
    """How a ring turns: 1 if it is convex and goes round as the rings here do, -1 the other way round, else 0."""
    turns = 0
    flips = 0
    count = end - first
    if count < 3:
        return 0
    before_x = xy[first, 0] - xy[end - 1, 0]
    before_y = xy[first, 1] - xy[end - 1, 1]
    heading = 0
    for k in range(count + 1):
        a = first + k % count
        b = first + (k + 1) % count
        dx = xy[b, 0] - xy[a, 0]
        dy = xy[b, 1] - xy[a, 1]
        if dx == 0.0 and dy == 0.0:
            continue
        cross = before_x * dy - before_y * dx
        if not abs(cross) < ENDLESS or (cross == 0.0 and before_x * dx + before_y * dy < 0.0):
            return 0
        if cross != 0.0:
            turn_here = 1 if cross < 0.0 else -1
            if turns != 0 and turn_here != turns:
                return 0
            turns = turn_here
        here = 1 if dx > 0.0 else -1 if dx < 0.0 else 0
        if here != 0:
            if heading != 0 and here != heading:
                flips += 1
            heading = here
        before_x = dx
        before_y = dy
    return turns if flips <= 3 else 0


@inlined
def _clip_line(ax, ay, bx, by, low, high):
    """Clip a segment to low <= x <= high without overflow; returns whether any is left, and it."""
    if max(ax, bx) < low or min(ax, bx) > high:
        return False, ax, ay, bx, by
    # the new end's x is the limit itself: computed, it would be lost in the rounding of a huge coordinate
    x0 = min(max(ax, low), high)
    x1 = min(max(bx, low), high)
    run = 0.5 * bx - 0.5 * ax
    share0 = (0.5 * x0 - 0.5 * ax) / run if x0 != ax else 0.0
    share1 = (0.5 * bx - 0.5 * x1) / run if x1 != bx else 0.0
    y0 = ay * (1.0 - share0) + by * share0 if x0 != ax else ay
    y1 = by * (1.0 - share1) + ay * share1 if x1 != bx else by
    return True, x0, y0, x1, y1


@leaf
def append_capsules(points, n, starts, rings, path, count, is_closed, radius, height, width):
    """As `stroke_rings`, segment by segment, each clipped to the canvas and a margin: for paths with far points."""
    margin = radius + 64.0
    capsule = path[count : count + 2]  # scratch behind the path
    last = count if is_closed and count > 2 else count - 1
    for k in range(max(last, 1)):
        b = (k + 1) % count
        ok, ax, ay, bx, by = _clip_line(
            path[k, 0], path[k, 1], path[b, 0], path[b, 1], -margin, width + margin
        )
        if ok:
            ok, ay, ax, by, bx = _clip_line(ay, ax, by, bx, -margin, height + margin)
        if not ok:
            continue
        capsule[0, 0] = ax
        capsule[0, 1] = ay
        capsule[1, 0] = bx
        capsule[1, 1] = by
        number = np.int64(1 if ax == bx and ay == by else 2)
        n, rings = stroke_rings(points, n, starts, rings, capsule, number, number < 0, radius, height, width)
    return n, rings

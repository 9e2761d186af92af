"""Cutting shapes to half-planes: rings (even-odd), lines, points; the share of an ellipse. Pure numpy, lowest layer.

A half-plane is (a, b, c), the points with ``a x + b y + c >= 0``; planes are float64 (k, 3), what lies in all of them
is kept. Its border counts as inside. A point where an edge is cut is computed from its outer end to its inner one:
shapes that share an edge are cut at the same point, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def rectangle_planes(height: float, width: float) -> FloatArray:
    """Return the half-planes (4, 3) of an image: 0 <= x <= width, 0 <= y <= height.

    Examples
    --------
    >>> rectangle_planes(3, 4).tolist()
    [[1.0, 0.0, 0.0], [-1.0, 0.0, 4.0], [0.0, 1.0, 0.0], [0.0, -1.0, 3.0]]
    """
    return np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, width], [0.0, 1.0, 0.0], [0.0, -1.0, height]])


def distances(plane: FloatArray, points: FloatArray) -> FloatArray:
    """Return ``a x + b y + c`` of points (n, 2); negative is outside."""
    a, b, c = plane.tolist()
    found: FloatArray = a * points[:, 0] + b * points[:, 1] + c
    return found


def are_inside(planes: FloatArray, points: FloatArray) -> BoolArray:
    """Return which points lie in all half-planes, bool (n,).

    Examples
    --------
    >>> are_inside(rectangle_planes(2, 2), np.array([[1.0, 1.0], [2.0, 0.0], [3.0, 1.0]])).tolist()
    [True, True, False]
    """
    found = np.ones(points.shape[0], bool)
    for plane in planes:
        found &= distances(plane, points) >= 0.0
    return found


def upright_limits(planes: FloatArray) -> tuple[float, float, float, float] | None:
    """Return left, top, right, bottom that upright half-planes leave; None where one is slanted.

    Examples
    --------
    >>> upright_limits(rectangle_planes(3, 4))
    (0.0, 0.0, 4.0, 3.0)
    """
    low, high = [-math.inf, -math.inf], [math.inf, math.inf]
    for a, b, c in planes.tolist():
        if (a == 0.0) == (b == 0.0):
            return None
        axis, factor = (0, a) if b == 0.0 else (1, b)
        if factor > 0.0:
            low[axis] = max(low[axis], 0.0 - c / factor)
        else:
            high[axis] = min(high[axis], 0.0 - c / factor)
    return low[0], low[1], high[0], high[1]


def clip_rings(rings: Sequence[FloatArray], planes: FloatArray) -> list[FloatArray]:
    """Cut the region that rings enclose, even-odd: holes stay holes, parts that come apart become rings of their own.

    Rings may cross themselves and one another. Those that are not cut stay the same arrays; a cut one starts where it
    enters and keeps its direction. What is left without an area is dropped.

    Parameters
    ----------
    rings : sequence of float64 (n, 2)
        Open.
    planes : float64 (k, 3)

    Examples
    --------
    >>> fork = np.array([[0.0, 0], [9, 0], [9, 3], [6, 3], [6, 1], [3, 1], [3, 3], [0, 3]])
    >>> [ring.tolist() for ring in clip_rings([fork], np.array([[0.0, 1.0, -2.0]]))]
    [[[9.0, 2.0], [9.0, 3.0], [6.0, 3.0], [6.0, 2.0]], [[3.0, 2.0], [3.0, 3.0], [0.0, 3.0], [0.0, 2.0]]]

    Notes
    -----
    A half-plane cuts the rings into chains. Along its border the region lies between the first and the second place of
    a cut, the third and the fourth and so on, which is where the ends of the chains are joined.
    """
    kept = list(rings)
    for plane in planes:
        kept = _half(kept, plane)
    return kept


def clip_lines(lines: Sequence[FloatArray], planes: FloatArray) -> list[FloatArray]:
    """Cut open lines; each part left is a line, in order. A part that is one point is dropped, unless its line was.

    Examples
    --------
    >>> wave = np.array([[0.0, 0.0], [2.0, 4.0], [4.0, 0.0]])
    >>> [line.tolist() for line in clip_lines([wave], np.array([[0.0, -1.0, 2.0]]))]
    [[[0.0, 0.0], [1.0, 2.0]], [[3.0, 2.0], [4.0, 0.0]]]
    """
    kept = list(lines)
    for plane in planes:
        kept = [part for line in kept for part in _cut_line(line, plane)]
    return kept


def ellipse_share(
    x: float, y: float, rx: float, ry: float, cos: float, sin: float, planes: FloatArray
) -> float:
    """Return which share of an ellipse's area lies in all half-planes, exact to rounding; both radii positive.

    Parameters
    ----------
    x, y, rx, ry : float
    cos, sin : float
        Direction of the first axis.
    planes : float64 (k, 3)

    Examples
    --------
    >>> ellipse_share(0, 5, 2, 1, 1, 0, rectangle_planes(10, 10))
    0.5
    """
    frame = np.array([[rx * cos, -ry * sin, x], [rx * sin, ry * cos, y], [0.0, 0.0, 1.0]])
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    (*left,) = clip_rings([square], planes @ frame)
    return min(1.0, abs(disc_area(left[0])) / math.pi) if left else 0.0


def disc_area(ring: FloatArray) -> float:
    """Return the signed area that a ring shares with the unit disc about the origin.

    Examples
    --------
    >>> round(disc_area(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])) * 4 / np.pi, 12)
    1.0

    Notes
    -----
    Each edge spans a triangle with the origin: where the edge is inside the disc it counts whole, else as a sector.
    """
    total = 0.0
    for (px, py), (qx, qy) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
        dx, dy = qx - px, qy - py
        squared = dx * dx + dy * dy
        if squared == 0.0:
            continue
        along, cross = -(px * dx + py * dy) / squared, px * dy - py * dx
        reach = squared - cross * cross  # squared again: of half the chord
        half = math.sqrt(reach) / squared if reach > 0.0 else 0.0
        enters, leaves = min(max(along - half, 0.0), 1.0), min(max(along + half, 0.0), 1.0)
        if half == 0.0 or enters >= leaves:
            total += _sector(px, py, qx, qy)
            continue
        ax, ay, bx, by = px + enters * dx, py + enters * dy, px + leaves * dx, py + leaves * dy
        total += (ax * by - ay * bx) / 2.0
        if enters > 0.0:
            total += _sector(px, py, ax, ay)
        if leaves < 1.0:
            total += _sector(bx, by, qx, qy)
    return total


def _sector(px: float, py: float, qx: float, qy: float) -> float:
    return math.atan2(px * qy - py * qx, px * qx + py * qy) / 2.0


def _half(rings: Sequence[FloatArray], plane: FloatArray) -> list[FloatArray]:
    kept: list[FloatArray] = []
    chains: list[FloatArray] = []
    for ring in rings:
        away = distances(plane, ring)
        inside = away >= 0.0
        if inside.all():
            kept.append(ring)
        elif inside.any():
            chains.extend(_chains(ring, away, inside, plane))
    if chains:
        kept.extend(_joined(chains, plane))
    return kept


def _chains(ring: FloatArray, away: FloatArray, inside: BoolArray, plane: FloatArray) -> Iterator[FloatArray]:
    """Give the parts of a ring that are inside, from border to border."""
    entering = np.flatnonzero(inside & ~_before(inside))
    n, first = ring.shape[0], int(entering[0])
    ring = np.concatenate([ring[first:], ring[:first]])
    away = np.concatenate([away[first:], away[:first]])
    inside = np.concatenate([inside[first:], inside[:first]])
    leaving = np.flatnonzero(~inside & _before(inside)).tolist()
    for start, stop in zip((entering - first).tolist(), leaving, strict=True):
        # the ring starts with an entry, so that index -1 is outside and `stop` is less than n
        yield np.concatenate(
            [
                [_crossing(ring, away, start - 1, start, plane)],
                ring[start:stop],
                [_crossing(ring, away, stop % n, stop - 1, plane)],
            ]
        )


def _crossing(points: FloatArray, away: FloatArray, outer: int, inner: int, plane: FloatArray) -> FloatArray:
    """Return where the edge between a point outside and one inside meets the border, on it exactly where upright."""
    a, b, c = plane.tolist()
    share = away[outer] / (away[outer] - away[inner])
    point: FloatArray = points[outer] + (points[inner] - points[outer]) * share
    if b == 0.0:
        point[0] = 0.0 - c / a
    elif a == 0.0:
        point[1] = 0.0 - c / b
    return point


def _joined(chains: list[FloatArray], plane: FloatArray) -> Iterator[FloatArray]:
    """Join the ends of chains along the border of a half-plane into rings."""
    a, b, _ = plane.tolist()
    ends = np.concatenate(
        [chain[[0, -1]] for chain in chains]
    )  # 2 k: where chain k starts, 2 k + 1: where it ends
    along = a * ends[:, 1] - b * ends[:, 0]
    order = np.argsort(along, kind="stable").tolist()
    _match(order, along.tolist())
    partner = dict(zip(order[::2], order[1::2], strict=True))
    partner |= {second: first for first, second in partner.items()}
    unused = dict.fromkeys(range(len(chains)))
    while unused:
        first = next(iter(unused))
        del unused[first]
        parts, end = [chains[first]], partner[2 * first + 1]
        while end != 2 * first:
            chain = end // 2
            del unused[chain]
            parts.append(chains[chain][:: -1 if end % 2 else 1])
            end = partner[end ^ 1]
        ring = _distinct(np.concatenate(parts), closed=True)
        if ring.shape[0] >= 3 and not _is_flat(ring):
            yield ring


def _match(order: list[int], along: list[float]) -> None:
    """Among ends at one place, let a start be paired with an end, so that chains keep their direction; in place."""
    for first in range(0, len(order) - 1, 2):
        second = first + 1
        for other in range(second, len(order)):
            if along[order[other]] != along[order[second]]:
                break
            if (order[first] ^ order[other]) % 2:
                order[second], order[other] = order[other], order[second]
                break


def _cut_line(line: FloatArray, plane: FloatArray) -> Iterator[FloatArray]:
    away = distances(plane, line)
    inside = away >= 0.0
    if inside.all():
        yield line
        return
    n = line.shape[0]
    padded = np.concatenate([[False], inside, [False]])
    starts, stops = np.flatnonzero(padded[1:] & ~padded[:-1]), np.flatnonzero(~padded[1:] & padded[:-1])
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        parts = [line[start:stop]]
        if start > 0:
            parts.insert(0, _crossing(line, away, start - 1, start, plane)[None])
        if stop < n:
            parts.append(_crossing(line, away, stop, stop - 1, plane)[None])
        part = _distinct(np.concatenate(parts), closed=False)
        if part.shape[0] > 1:
            yield part


def _is_flat(ring: FloatArray) -> bool:
    """Whether all points lie on one line; a ring that crosses itself may have a signed area of 0 and be none."""
    x, y = (ring - ring[0]).T
    farthest = int(np.argmax(np.abs(x) + np.abs(y)))
    return not (x * y[farthest] - y * x[farthest]).any()


def _before(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return for each entry the one before, for the first the last; several times as fast as np.roll."""
    return np.concatenate([array[-1:], array[:-1]])


def _distinct(points: FloatArray, *, closed: bool) -> FloatArray:
    """Leave out points that equal the one before."""
    differs: BoolArray = np.any(points != _before(points), axis=1)
    if not closed:
        differs[0] = True
    distinct: FloatArray = points[differs]
    return distinct

"""Slow, obvious twin of annogeo/kernels/trace.py: cracks pixel by pixel, walked one at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Corner = tuple[int, int]
Ring = tuple[Corner, ...]


def rings(mask: Mask, connectivity: int) -> list[Ring]:
    """The corners of every ring, inside on the right hand; each ring starts so that it sorts first."""
    cracks = _cracks(mask)
    found = []
    while cracks:
        start = next(iter(cracks))
        ring = []
        place, direction = start, cracks[start][0]
        while True:
            cracks[place].remove(direction)
            if not cracks[place]:
                del cracks[place]
            ring.append((place, direction))
            place = (place[0] + direction[0], place[1] + direction[1])
            if place not in cracks:
                break
            right = (-direction[1], direction[0])
            left = (direction[1], -direction[0])
            order = [right, direction, left] if connectivity == 4 else [left, direction, right]
            direction = next(turn for turn in order if turn in cracks[place])
        corners = [place for k, (place, direction) in enumerate(ring) if ring[k - 1][1] != direction]
        found.append(first_rotation(corners))
    return sorted(found)


def first_rotation(corners: list[Corner]) -> Ring:
    return min(tuple(corners[k:] + corners[:k]) for k in range(len(corners)))


def _cracks(mask: Mask) -> dict[Corner, list[Corner]]:
    """Directed unit edges, by start, as steps: clockwise around each pixel where its neighbour is outside."""
    height, width = mask.shape
    cracks: dict[Corner, list[Corner]] = {}
    for y, x in np.argwhere(mask).tolist():
        sides = [((x, y), (1, 0)), ((x + 1, y), (0, 1)), ((x + 1, y + 1), (-1, 0)), ((x, y + 1), (0, -1))]
        for (place, step), (dy, dx) in zip(sides, [(-1, 0), (0, 1), (1, 0), (0, -1)], strict=True):
            inside = 0 <= y + dy < height and 0 <= x + dx < width and mask[y + dy, x + dx]
            if not inside:
                cracks.setdefault(place, []).append(step)
    return cracks


def components(mask: Mask, connectivity: int) -> list[Mask]:
    """One mask per connected part, by flooding."""
    steps = [(0, 1), (1, 0), (0, -1), (-1, 0)]
    if connectivity == 8:
        steps += [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    left = {tuple(pixel) for pixel in np.argwhere(mask).tolist()}
    found = []
    while left:
        part = np.zeros_like(mask)
        waiting = [left.pop()]
        while waiting:
            y, x = waiting.pop()
            part[y, x] = True
            near = {(y + dy, x + dx) for dy, dx in steps} & left
            left -= near
            waiting += near
        found.append(part)
    return found


def filled(rings: list[npt.NDArray[np.integer]], shape: tuple[int, int]) -> Mask:
    """Even-odd fill of rings along pixel edges: each vertical edge flips all that is right of it."""
    mask = np.zeros(shape, bool)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
            if x0 == x1:
                mask[min(y0, y1) : max(y0, y1), x0:] ^= True
    return mask

"""Rings and draw lists to try the rules on that draw ring by ring, and their pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annogeo.draw import DrawList
from annogeo.kernels._jit import JIT_IS_OFF
from annogeo.rendering.rules import scan

CANVASES = ((48, 64), (1, 1), (60, 90), (1, 130), (70, 1), (33, 65), (20, 128), (90, 40), (64, 64), (37, 53))
RINGS = 20 if JIT_IS_OFF else 1000  # per canvas

NASTY_RINGS: dict[str, list[tuple[float, float]]] = {
    "the same point twice": [(5, 5)] * 2,
    "two points": [(1, 1), (9, 5)],
    "two points, level": [(1, 4), (9, 4)],
    "no area, forth and back": [(1, 1), (9, 5), (5, 3)],
    "flat": [(1, 7), (30, 7), (12, 7)],
    "upright": [(7, 1), (7, 30), (7, 12)],
    "half a pixel": [(4.2, 4.2), (4.7, 4.2), (4.7, 4.7)],
    "closed": [(2, 2), (20, 3), (9, 19), (2, 2)],
    "closed twice": [(2, 2), (20, 3), (9, 19), (2, 2), (2, 2)],
    "halves": [(0.5, 0.5), (1.5, 2.5), (3.5, 0.5), (12.5, 20.5), (2.5, 13.5)],
    "negative halves": [(-0.5, -0.5), (6.5, -1.5), (-1.5, 6.5)],
    "negative fractions": [(-0.9, 3.3), (7.2, -0.9), (12.4, 9.9)],
    "pentagram": [(20, 1), (29, 30), (3, 12), (37, 12), (11, 30)],
    "bow tie": [(2, 2), (30, 25), (30, 2), (2, 25)],
    "the whole canvas": [(-9, -9), (200, -9), (200, 200), (-9, 200)],
    "the frame": [(0, 0), (60, 0), (60, 40), (0, 40)],
    "the last pixels": [(0, 0), (59, 0), (59, 39), (0, 39)],
    "around a corner": [(-20, 10), (10, -20), (25, 25)],
    "touches a corner from outside": [(59, 39), (90, 39), (70, 90)],
    "left of the canvas": [(-50, 5), (-5, 10), (-30, 35)],
    "above the canvas": [(5, -50), (30, -5), (50, -30)],
    "below the canvas": [(5, 41), (30, 90), (50, 50)],
    "far out": [(-9000, -7000), (12000, 17), (3, 11000)],
    "steps": [(3, 3), (9, 3), (9, 8), (15, 8), (15, 3), (21, 3), (21, 20), (3, 20)],
    "level twice": [(3, 3), (9, 3), (15, 3), (15, 9), (10, 9), (3, 9)],
    "flat spike": [(2, 10), (40, 11), (2, 12), (20, 30)],
    "flat spikes that meet": [(30, 10), (2, 8), (2, 12), (30, 10), (58, 12), (58, 8)],
    "a half and a little before a power of two": [(1, 5), (29, 10), (2, 48)],
    "comb": [(float(x), 35.0 if x % 2 else 3.0) for x in range(60)],
    "spiral": [(t * np.cos(t) + 30, t * np.sin(t) + 20) for t in np.linspace(0, 40, 300)],
}


def random_ring(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Draw a ring: on, around or far off the canvas, or tiny; of floats, integers, halves or tenths."""
    n = int(rng.integers(2, 10)) if rng.random() < 0.95 else int(rng.integers(10, 200))
    spread = rng.choice([0.0, 0.5, 3.0, 15.0])
    xy = rng.uniform(-spread, 1 + spread, (n, 2)) * (width, height)
    if rng.random() < 0.15:
        xy = rng.uniform(0, 1, 2) * (width, height) + rng.uniform(-2, 2, (n, 2))
    xy = (xy, np.rint(xy), np.rint(2 * xy) / 2, np.rint(10 * xy) / 10)[rng.integers(4)]
    if rng.random() < 0.1:
        xy[rng.integers(n)] = xy[0]
    return xy


def random_rings(seed: int, height: int, width: int, n: int = RINGS) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [random_ring(rng, height, width) for _ in range(n)]


def one_ring_each(rings: Sequence[np.ndarray]) -> DrawList:
    return DrawList.from_polygons(np.concatenate(rings), np.cumsum([0, *map(len, rings)]))


def one_shape(rings: Sequence[Sequence[tuple[float, float]] | np.ndarray]) -> DrawList:
    arrays = [np.array(ring, np.float64).reshape(-1, 2) for ring in rings]
    return DrawList.from_polygons(np.concatenate(arrays), np.cumsum([0, *map(len, arrays)]), [0, len(arrays)])


def masks(drawlist: DrawList, height: int, width: int, rule: str) -> np.ndarray:
    """Return how often each item paints each pixel, int8 (n, height, width)."""
    spans = scan(drawlist, height, width, rule)
    steps = np.zeros((drawlist.n_items, height, width + 1), np.int8)
    np.add.at(steps, (spans.item, spans.y, spans.x0), 1)
    np.add.at(steps, (spans.item, spans.y, spans.x1), -1)
    return steps.cumsum(axis=2, dtype=np.int8)[:, :, :width]


def mask(
    rings: Sequence[Sequence[tuple[float, float]] | np.ndarray], height: int, width: int, rule: str
) -> np.ndarray:
    """Return the pixels of one shape, bool (height, width)."""
    return masks(one_shape(rings), height, width, rule)[0] > 0


def assert_same(got: np.ndarray, expected: np.ndarray, rings: Sequence[np.ndarray]) -> None:
    wrong = np.flatnonzero((got != expected).any(axis=(1, 2)))
    assert wrong.size == 0, (
        f"{wrong.size} of {len(rings)} differ, e.g. {np.asarray(rings[wrong[0]]).tolist()}"
    )


def rectangle(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def triangles(seed: int, n: int, size: float) -> list[np.ndarray]:
    """Cut a square into triangles that share edges, with points on a grid of tenths."""
    import shapely

    points = np.round(np.random.default_rng(seed).uniform(0, size, (n, 2)), 1)
    cut = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points)))
    return [shapely.get_coordinates(triangle)[:-1] for triangle in cut]


def star(seed: int, x: float, y: float, radius: float, n: int = 12) -> np.ndarray:
    """Draw a ring around a point, between 0.6 and 1 times the radius away from it."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    reach = radius * rng.uniform(0.6, 1, n)
    return np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)


def picture(mask: np.ndarray) -> list[str]:
    return ["".join(".#"[int(pixel)] for pixel in row) for row in mask]

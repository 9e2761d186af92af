"""Promise: IoU matrices of vector shapes are exact, and many times as fast as shapely's with a tree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Figure, Report

Maker = Callable[[np.random.Generator, float, float], Any]

TREE = "shapely, tree and intersection"
CURVE_POINTS = 4096
LEAST_IOU = {False: 1e-6, True: 1e-2}
"""Errors of smaller ones are relative to this: there shapely's rounding shows, or that its ellipses have corners."""


def run(pace: Pace) -> Iterator[Report]:
    """Time the matrices, then check values on 100,000 pairs of each two kinds."""
    n = 60 if pace.quick else 1000
    yield against_shapely("IoU turned boxes", f"{n} x {n} turned boxes", turned_box, n, 100.0, pace)
    yield against_shapely("IoU turned boxes, dense", f"{n} x {n}, 14 % overlap", turned_box, n, 300.0, pace)
    n = 20 if pace.quick else 300
    for points in (20, 60, 200):
        title = f"{n} x {n} polygons of {points} points"
        yield against_shapely(f"IoU polygons, {points} points", title, stars(points), n, 120.0, pace)
    n = 10 if pace.quick else 200
    yield against_shapely("IoU pixel outlines", f"{n} x {n} outlines of masks", outline, n, 120.0, pace)
    yield upright(100 if pace.quick else 1000, pace)
    yield errors(5 if pace.quick else 100)


def against_shapely(key: str, title: str, maker: Maker, n: int, size: float, pace: Pace) -> Report:
    """Compare with shapely, whose geometries are made beforehand; annogeo starts from definitions."""
    import annogeo as ag

    rng = np.random.default_rng(n)
    A, B = ([maker(rng, 1000.0, size) for _ in range(n)] for _ in range(2))
    a, b = ([shape.to_shapely() for shape in side] for side in (A, B))
    geometries, others = np.array(a), np.array(b)
    rows = [
        Row(TREE, lambda: by_shapely(geometries, others, None)),
        Row(
            "shapely, tree that asks whether they meet", lambda: by_shapely(geometries, others, "intersects")
        ),
    ]
    report = compare(key, title, Row("annogeo iou_matrix", lambda: ag.iou_matrix(A, B)), rows, pace=pace)
    wanted = by_shapely(geometries, others, None)
    report.figures = [
        Figure("share of pairs that overlap", 100 * float((wanted > 0).mean()), "%"),
        Figure("largest difference", float(np.abs(ag.iou_matrix(A, B) - wanted).max())),
    ]
    return report


def by_shapely(a: npt.NDArray[Any], b: npt.NDArray[Any], predicate: Any) -> npt.NDArray[np.float64]:
    """Give the matrix by shapely's vectorised functions."""
    import shapely

    rows, columns = shapely.STRtree(b).query(a, predicate=predicate)
    common = shapely.area(shapely.intersection(a[rows], b[columns]))
    union = shapely.area(a)[rows] + shapely.area(b)[columns] - common
    matrix = np.zeros((len(a), len(b)))
    matrix[rows, columns] = common / union
    return matrix


def upright(n: int, pace: Pace) -> Report:
    """Compare upright boxes in arrays with numpy's broadcasting, as torchvision's box_iou does it."""
    import annogeo as ag

    rng = np.random.default_rng(n)
    a, b = (np.array([box(rng, 1000.0, 100.0).xyxy for _ in range(n)]) for _ in range(2))
    definitions = [[ag.Box(*row) for row in side.tolist()] for side in (a, b)]
    ours = Row("annogeo iou_matrix, arrays", lambda: ag.iou_matrix(a, b))
    rows = [
        Row("numpy", lambda: by_numpy(a, b)),
        Row("annogeo iou_matrix, definitions", lambda: ag.iou_matrix(*definitions), "ours"),
    ]
    report = compare("IoU upright boxes", f"{n} x {n} upright boxes", ours, rows, pace=pace)
    report.figures = [Figure("largest difference", float(np.abs(ag.iou_matrix(a, b) - by_numpy(a, b)).max()))]
    return report


def by_numpy(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the matrix by broadcasting."""
    low, high = np.maximum(a[:, None, :2], b[:, :2]), np.minimum(a[:, None, 2:], b[:, 2:])
    size = (high - low).clip(min=0)
    common = size[..., 0] * size[..., 1]
    areas, others = ((side[:, 2:] - side[:, :2]).prod(axis=1) for side in (a, b))
    ious: npt.NDArray[np.float64] = common / (areas[:, None] + others - common)
    return ious


def errors(n: int) -> Report:
    """Give the largest relative error over pairs of each two kinds of shapes: 10 n^2, n^2 with ellipses."""
    import annogeo as ag

    title = f"{10 * n * n} pairs of each two kinds, {n * n} with ellipses"
    report = Report("IoU errors", title, "annogeo iou_matrix")
    for kind, other in combinations_with_replacement(KINDS, 2):
        curved = "ellipse" in (kind, other)
        rng = np.random.default_rng(len(kind + other))
        A = [KINDS[kind](rng, 100.0, 60.0) for _ in range(n if curved else 10 * n)]
        B = [KINDS[other](rng, 100.0, 60.0) for _ in range(n)]
        a, b = (np.array([region(one) for one in side]) for side in (A, B))
        wanted = by_shapely(a, b, None)
        error = np.abs(ag.iou_matrix(A, B) - wanted) / np.maximum(wanted, LEAST_IOU[curved])
        report.figures.append(Figure(f"{kind}, {other}", float(error.max())))
    return report


def region(shape: Any) -> Any:
    """Give a shapely geometry; of an ellipse a polygon of the same area."""
    import shapely

    import annogeo as ag

    if not isinstance(shape, ag.Ellipse):
        return shape.to_shapely()
    turn = np.arange(CURVE_POINTS) * (2 * np.pi / CURVE_POINTS)
    reach = math.sqrt(turn[1] / math.sin(turn[1]))
    along, beside = reach * shape.rx * np.cos(turn), reach * shape.ry * np.sin(turn)
    cos, sin = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    x, y = shape.x + cos * along - sin * beside, shape.y + sin * along + cos * beside
    return shapely.Polygon(np.stack([x, y], axis=1))


def box(rng: np.random.Generator, plane: float, size: float) -> Any:
    """Draw an upright box."""
    import annogeo as ag

    x, y, width, height = *rng.uniform(0, plane, 2), *rng.uniform(0.3 * size, size, 2)
    return ag.Box.from_cxcywh(x, y, width, height)


def turned_box(rng: np.random.Generator, plane: float, size: float) -> Any:
    """Draw a box at any angle."""
    return box(rng, plane, size).replace(angle=float(rng.uniform(-180, 180)))


def ellipse(rng: np.random.Generator, plane: float, size: float) -> Any:
    """Draw an ellipse at any angle."""
    import annogeo as ag

    axes = rng.uniform(0.05 * size, 0.5 * size, 2)
    return ag.Ellipse(*rng.uniform(0, plane, 2), *axes, rng.uniform(-180, 180), "ellipse")


def stars(points: int) -> Maker:
    """Make a maker of star-shaped rings."""

    def star(rng: np.random.Generator, plane: float, size: float) -> Any:
        import annogeo as ag

        return ag.Polygon(_ring(rng, points, size) + rng.uniform(0, plane, 2), "star")

    return star


def holed(rng: np.random.Generator, plane: float, size: float) -> Any:
    """Draw a star with a hole."""
    import annogeo as ag

    ring, center = _ring(rng, int(rng.integers(4, 40)), size), rng.uniform(0, plane, 2)
    return ag.Polygon([ring + center, 0.5 * ring + center], "star with a hole")


def outline(rng: np.random.Generator, plane: float, size: float) -> Any:
    """Draw the pixel edges of a blob with a ragged border."""
    import annogeo as ag

    n = int(size)
    y, x = np.mgrid[:n, :n] - n / 2
    bend = 0.3 * np.sin(3 * np.arctan2(y, x) + rng.uniform(0, 6))
    mask = np.hypot(x, y) < n * (0.35 + 0.1 * bend) + rng.normal(0, 0.5, (n, n))
    ring = ag.mask_to_polygon(mask)
    shift = np.rint(rng.uniform(0, plane, 2))
    return ag.Polygon([part + shift for part in ring.rings], "outline")


def _ring(rng: np.random.Generator, points: int, size: float) -> npt.NDArray[np.float64]:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    reach = size / 2 * rng.uniform(0.4, 1, points)
    return np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=1)


KINDS: dict[str, Maker] = {
    "box": box,
    "turned box": turned_box,
    "polygon": stars(12),
    "polygon with a hole": holed,
    "ellipse": ellipse,
}

"""Promise: polygons half-way between keyframes have an IoU of .97 up to 30 degrees, .95 at 60; none crosses itself.

Random blobs that move, grow and turn, with points at other places, another start and another direction at the second
keyframe; compared half-way, with CVAT's rule and with holding, which is what dtlpy does.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Figure, Report
from tests.blobs import CASES, pairs

OURS = "annogeo, finding what belongs together"
METHODS = ("auto", "cvat", "hold")


def run(pace: Pace) -> Iterator[Report]:
    """Measure overlaps, and what they cost."""
    yield overlaps(10 if pace.quick else 60)
    yield times(pace)


def overlaps(n: int) -> Report:
    """Compare with the truth half-way."""
    import shapely

    import annogeo as ag
    from annogeo.definitions.interpolation import tween

    report = Report("interpolation", f"{n} random blobs a row: mean IoU half-way with the truth", "annogeo")
    crossing = 0
    for name, case in CASES.items():
        found: dict[str, list[float]] = {method: [] for method in METHODS}
        for before, after, truth in pairs(case, n):
            true = shapely.Polygon(truth)
            for method in METHODS:
                made = tween(ag.Polygon(before, "a"), ag.Polygon(after, "a"), polygon=method).at(0.5)
                shape = shapely.Polygon(made.geo)
                crossing += method == "auto" and not shape.is_valid
                shape = shape if shape.is_valid else shape.buffer(0)
                found[method].append(shape.intersection(true).area / shape.union(true).area)
        report.figures += [Figure(f"{name}, {method}", float(np.mean(found[method]))) for method in METHODS]
    report.figures.append(Figure("polygons that cross themselves", crossing))
    return report


def times(pace: Pace) -> Report:
    """Time a pair of outlines of 40 points."""
    import annogeo as ag
    from annogeo.definitions.interpolation import tween

    case = CASES["rotation 60, random start and direction"]
    chosen = [
        (ag.Polygon(before, "a"), ag.Polygon(after, "a"))
        for before, after, _ in pairs(case, 20)
        if len(before) > 25
    ]
    made = [tween(before, after) for before, after in chosen]
    rows = [
        Row("annogeo, one more frame", lambda: [one.at(0.3) for one in made], "ours"),
    ]
    title = f"{len(chosen)} pairs of polygons of 26 to 39 points"
    return compare(
        "interpolation times", title, Row(OURS, lambda: [tween(a, b) for a, b in chosen]), rows, pace=pace
    )

"""Promise: overlaps of masks (W8) come 4x as fast as from pycocotools where read from COCO strings, 12x from stores.

200 masks with 200 others at 1080p; the same numbers, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Figure, Report
from benchmarks.scenes import outline

OURS = "annogeo, from strings"
STORES = "annogeo, kept stores"


def run(pace: Pace) -> Iterator[Report]:
    """Compare small masks, large ones, and noise."""
    n = 12 if pace.quick else 200
    yield overlaps(
        "mask iou", "W8: 200 x 200 masks of 1080p", masks(n, 5.0, 0.6, 1), masks(n, 5.0, 0.6, 2), pace
    )
    m = 6 if pace.quick else 60
    yield overlaps(
        "mask iou large", "60 x 60 large masks of 1080p", masks(m, 6.0, 0.3, 3), masks(m, 6.0, 0.3, 4), pace
    )


def masks(n: int, mean: float, spread: float, seed: int) -> list[Any]:
    """Make random blobs of 60 points, whose sizes in px are log-normal."""
    import annogeo as ag

    rng = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        ring = outline(rng, 1920, 1080, float(np.exp(rng.normal(mean, spread))), 60)
        made.append(ag.Polygon(ring, "a").to_rle(1080, 1920))
    return made


def overlaps(key: str, title: str, left: list[Any], right: list[Any], pace: Pace) -> Report:
    """Time one pair of sides."""
    import annogeo as ag

    mine, theirs = ([mask.to_coco() for mask in side] for side in (left, right))
    stores = ag.MaskStore(mine), ag.MaskStore(theirs)

    def ours() -> Any:
        return ag.MaskStore(mine).iou(ag.MaskStore(theirs))

    rows = [Row(STORES, lambda: stores[0].iou(stores[1]), "ours")]
    figures, missing = [], []
    if peers.installed(["pycocotools"]):
        from pycocotools import mask as coco

        one, other = (
            [{**mask, "counts": mask["counts"].encode()} for mask in side] for side in (mine, theirs)
        )
        crowd = [0] * len(other)
        rows.insert(0, Row("pycocotools", lambda: coco.iou(one, other, crowd)))
        figures.append(
            Figure("numbers as pycocotools'", 100.0 * np.mean(coco.iou(one, other, crowd) == ours()), "%")
        )
    else:
        missing.append("pycocotools")
    report = compare(
        key, title, Row(OURS, ours), rows, pairs=[(STORES, "pycocotools")], missing=missing, pace=pace
    )
    report.figures += figures
    return report

"""Promise: a mask for each shape (W6a) costs 1.2x what writing the memory does; run lengths (W6b) cost no masks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, scenes
from benchmarks.bench_label_maps import collection_of
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers import stack
from benchmarks.report import Figure, Report

LIMIT = "filling the masks"


def run(pace: Pace) -> Iterator[Report]:
    """Time dense masks and run-length strings."""
    scene = scenes.w6(8, 333, 200) if pace.quick else scenes.w6()
    yield masks(scene, pace)
    yield strings(scene, pace)


def masks(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make one dense mask for each outline."""
    import annogeo as ag

    collection = collection_of(scene)
    size = (scene.height, scene.width)
    buffer = np.empty((len(scene.polygons), *size), np.bool_)
    draw_list = ag.DrawList.from_polygons(*scene.flat())
    ours = Row("annogeo mask_stack, out=", lambda: ag.mask_stack(draw_list, *size, out=buffer))
    ways = [
        Row(
            "annogeo mask_stack of objects, out=",
            lambda: ag.mask_stack(collection, *size, out=buffer),
            "ours",
        ),
        Row("annogeo mask_stack", lambda: ag.mask_stack(collection, *size), "ours"),
        Row(LIMIT, lambda: buffer.fill(True), "limit"),
        Row("clearing the masks", lambda: buffer.fill(False), "limit"),
    ]
    paints, missing = peers.ready({name: partial(make, scene) for name, make in stack.MASKS.items()})
    mine = ag.mask_stack(collection, *size)
    figures = [Figure(f"IoU with {name}", overlap(mine, made() > 0)) for name, made in paints.items()]
    title = f"{scene.title}, dense"
    rows = [*peers.rows_of(paints, stack.CLOCKS), *ways]
    report = compare("W6a", title, ours, rows, missing=missing, pace=pace)
    limit = report.value(LIMIT)
    report.figures += [Figure("times the write limit", 1 / limit if limit else float("nan")), *figures]
    return report


def strings(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make the COCO string of each outline."""
    import annogeo as ag

    collection = collection_of(scene)
    size = (scene.height, scene.width)

    def made() -> list[Any]:
        return [rle["counts"] for rle in ag.coco_rles(collection, *size)]

    paints, missing = peers.ready({name: partial(make, scene) for name, make in stack.STRINGS.items()})
    ways = [Row("annogeo rles, no strings", lambda: ag.rles(collection, *size), "ours")]
    rows = [*peers.rows_of(paints, stack.CLOCKS), *ways]
    title = f"{scene.title} to COCO run-length strings"
    report = compare(
        "W6b", title, Row("annogeo coco_rles of objects", made), rows, missing=missing, pace=pace
    )
    if "pycocotools" in paints:
        import pycocotools.mask as coco

        dense = ag.mask_stack(collection, *size).view(np.uint8)
        theirs = coco.encode(np.asfortranarray(dense.transpose(1, 2, 0)))
        same = [mine == other["counts"].decode() for mine, other in zip(made(), theirs, strict=True)]
        report.figures.append(
            Figure("strings as pycocotools' of the same masks", peers.share(np.array(same)), "%")
        )
    return report


def overlap(ours: npt.NDArray[np.bool_], theirs: npt.NDArray[np.bool_]) -> float:
    """Give the intersection over union of two stacks."""
    return float((ours & theirs).sum() / max(1, int((ours | theirs).sum())))

"""Promise: polygons become runs, or COCO strings, 7x as fast as pycocotools makes them; encoding 12x, decoding 10x.

All strings and pixels are the same as pycocotools', to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import peers, scenes
from benchmarks.bench_label_maps import collection_of
from benchmarks.bench_mask_iou import masks
from benchmarks.harness import Pace, Row, compare
from benchmarks.peers.stack import CLOCKS, faster_coco_eval_strings, pycocotools_strings
from benchmarks.report import Figure, Report

PYCOCOTOOLS, FASTER = "pycocotools", "faster-coco-eval"
STRINGS = "annogeo coco_rles"
LIST, ROWS_FIRST = "pycocotools, mask by mask", "pycocotools, masks in its own memory order"


def run(pace: Pace) -> Iterator[Report]:
    """Compare polygons to runs and strings, dense masks to strings, and strings to dense masks."""
    yield polygons(scenes.w6(8, 333, 200) if pace.quick else scenes.w6(), pace)
    few = 6 if pace.quick else None
    for key, title, n, mean, spread in (
        ("small", "100 small masks of 1080p", few or 100, 5.0, 0.6),
        ("large", "30 large masks of 1080p", few or 30, 6.0, 0.3),
    ):
        rles = masks(n, mean, spread, 1)
        yield encoding(f"rle encode {key}", title, rles, pace)
        yield decoding(f"rle decode {key}", title, rles, pace)


def polygons(scene: scenes.PolygonScene, pace: Pace) -> Report:
    """Make runs and strings of flat arrays, a ready draw list and objects."""
    import annogeo as ag

    xy, offsets = scene.flat()
    size = (scene.height, scene.width)
    ready, collection = ag.DrawList.from_polygons(xy, offsets), collection_of(scene)

    def drawn() -> Any:
        return ag.DrawList.from_polygons(xy, offsets)

    ways = [
        Row(STRINGS, lambda: ag.coco_rles(drawn(), *size), "ours"),
        Row("annogeo rles of a draw list", lambda: ag.rles(ready, *size), "ours"),
        Row("annogeo coco_rles of a draw list", lambda: ag.coco_rles(ready, *size), "ours"),
        Row("annogeo rles of objects", lambda: ag.rles(collection, *size), "ours"),
        Row("annogeo coco_rles of objects", lambda: ag.coco_rles(collection, *size), "ours"),
        Row("annogeo coco_rles, rule coco", lambda: ag.coco_rles(drawn(), *size, rule="coco"), "ours"),
        Row(
            "annogeo coco_rles of a draw list, rule coco", lambda: ag.coco_rles(ready, *size, "coco"), "ours"
        ),
    ]
    makers = {PYCOCOTOOLS: pycocotools_strings, FASTER: faster_coco_eval_strings}
    paints, missing = peers.ready({name: partial(make, scene) for name, make in makers.items()})
    rows = [*peers.rows_of(paints, CLOCKS), *ways]
    pairs = [(way.name, PYCOCOTOOLS) for way in ways]
    title = f"{scene.title} from polygons"
    ours = Row("annogeo rles", lambda: ag.rles(drawn(), *size))
    for row in (ours, *ways):
        row.run()  # so that loading the kernels is not taken for its time
    report = compare("rle polygons", title, ours, rows, pairs=pairs, missing=missing, pace=pace)
    if PYCOCOTOOLS in paints:
        import pycocotools.mask as coco

        dense = ag.mask_stack(collection, *size).view(np.uint8)
        same = coco.encode(np.asfortranarray(dense.transpose(1, 2, 0)))
        rule = ag.coco_rles(collection, *size, rule="coco")
        report.figures += [
            equal("strings as pycocotools' of the same masks", ag.coco_rles(collection, *size), same),
            equal("strings as pycocotools', rule coco", rule, paints[PYCOCOTOOLS]()),
        ]
    return report


def encoding(key: str, title: str, rles: list[Any], pace: Pace) -> Report:
    """Make strings of dense masks, row by row in memory as numpy has them."""
    import annogeo as ag

    dense = ag.coco_decode(rles)
    rows = [
        Row("annogeo, mask by mask", lambda: [ag.Rle.from_mask(mask).to_coco() for mask in dense], "ours"),
        Row("reading the masks", lambda: dense.view(np.uint64).max(), "limit"),
    ]
    figures, missing = [], []
    if peers.installed(["pycocotools"]):
        import pycocotools.mask as coco

        pixels = dense.view(np.uint8)
        ready = np.asfortranarray(pixels.transpose(1, 2, 0))
        rows += [
            Row(PYCOCOTOOLS, lambda: coco.encode(np.asfortranarray(pixels.transpose(1, 2, 0)))),
            Row(LIST, lambda: [coco.encode(np.asfortranarray(mask)) for mask in pixels]),
            Row(ROWS_FIRST, lambda: coco.encode(ready)),
        ]
        figures.append(equal("strings as pycocotools'", ag.coco_encode(dense), coco.encode(ready)))
    else:
        missing.append(PYCOCOTOOLS)
    ours = Row("annogeo coco_encode", lambda: ag.coco_encode(dense))
    ours.run()
    report = compare(
        key,
        f"{title} to strings",
        ours,
        rows,
        pairs=[("annogeo, mask by mask", LIST)],
        missing=missing,
        pace=pace,
    )
    report.figures += figures
    return report


def decoding(key: str, title: str, rles: list[Any], pace: Pace) -> Report:
    """Make dense masks of strings, in new memory and in memory that is used again."""
    import annogeo as ag

    strings = [rle.to_coco() for rle in rles]
    buffer = ag.coco_decode(strings)
    rows = [
        Row("annogeo coco_decode, out=", lambda: ag.coco_decode(strings, out=buffer), "ours"),
        Row("annogeo, mask by mask", lambda: [ag.Rle.from_coco(one).to_mask() for one in strings], "ours"),
        Row("clearing the masks", lambda: buffer.fill(False), "limit"),
    ]
    figures, missing = [], []
    if peers.installed(["pycocotools"]):
        import pycocotools.mask as coco

        given = [{**one, "counts": one["counts"].encode()} for one in strings]
        rows += [
            Row(PYCOCOTOOLS, lambda: coco.decode(given)),
            Row(LIST, lambda: [coco.decode(one) for one in given]),
        ]
        same = np.array_equal(coco.decode(given).transpose(2, 0, 1) > 0, ag.coco_decode(strings))
        figures.append(Figure("pixels as pycocotools'", 100.0 * same, "%"))
    else:
        missing.append(PYCOCOTOOLS)
    pairs = [("annogeo coco_decode, out=", PYCOCOTOOLS), ("annogeo, mask by mask", LIST)]
    ours = Row("annogeo coco_decode", lambda: ag.coco_decode(strings))
    ours.run()
    report = compare(key, f"{title} from strings", ours, rows, pairs=pairs, missing=missing, pace=pace)
    report.figures += figures
    return report


def equal(name: str, ours: list[Any], theirs: list[Any]) -> Figure:
    """Say how many strings are the same bytes."""
    same = [mine["counts"] == other["counts"].decode() for mine, other in zip(ours, theirs, strict=True)]
    return Figure(name, peers.share(np.array(same)), "%")

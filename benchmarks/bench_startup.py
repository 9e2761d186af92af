"""Promise: `annogeo --help` answers in 0.15 s; a first render takes under 8 s with an empty cache, 1 s with a full one.

Every figure is a fresh process, the best of a few. CPU time: other processes on the machine do not count.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator

from benchmarks import peers
from benchmarks.harness import Pace
from benchmarks.process import Run, best, command, python
from benchmarks.report import Figure, Report

PEERS = {
    "cv2": "cv2", "Pillow": "PIL.ImageDraw", "GDAL (rasterio)": "rasterio.features", "Skia": "skia",
    "pycocotools": "pycocotools.mask", "faster-coco-eval": "faster_coco_eval.core.mask",
    "scikit-image": "skimage.draw", "supervision": "supervision", "dtlpy": "dtlpy", "cairo": "cairocffi",
    "aggdraw": "aggdraw",
}  # fmt: skip
FIRST = """
import numpy as np
import annogeo as ag
collection = ag.AnnotationCollection()
collection.add(ag.Polygon([[10, 10], [90.5, 20], [50, 80]], label="a"))
size = {"height": 100, "width": 100}
photo = np.zeros((100, 100, 3), np.uint8)
"""
MIXED = """
collection.add(ag.Ellipse(50, 50, 20, 10, 30, "b"))
collection.add(ag.Polyline([[0, 0], [50, 20], [90, 90]], "c"))
collection.add(ag.Point(20, 70, "d"))
"""
USES = {
    "mask": "ag.render(collection, **size)",
    "mask of mixed shapes": MIXED + "ag.render(collection, **size)",
    "overlay": "ag.render(collection, 'overlay', image=photo, alpha=.5)",
    "overlay, hard edges": "ag.render(collection, 'overlay', image=photo, style=ag.Style(antialias=False))",
    "overlay with text": "ag.render(collection, 'overlay', image=photo, with_text=True)",
    **{
        f"mask, rule {rule}": f"ag.render(collection, **size, rule={rule!r})"
        for rule in ("opencv", "coco", "pil", "all_touched")
    },
    "mask PNG, written and read": (
        "from annogeo.png import PngMask, encode_mask_uri\n"
        "PngMask(encode_mask_uri(ag.Rle.from_mask(np.eye(100) > 0), (1, 2, 3))).rle"
    ),
}
LIGHT = """
import json, sys
import annogeo
print(json.dumps([name for name in ("numba", "cv2", "av", "skimage", "shapely", "numpy") if name in sys.modules]))
"""


def run(pace: Pace) -> Iterator[Report]:
    """Start, ask for help, import peers, and use everything for the first time."""
    times = 1 if pace.quick else 5
    report = Report("startup", "fresh processes, CPU time", "annogeo")
    loaded = python(LIGHT).answer
    report.notes.append(f"import annogeo loads {loaded or 'nothing heavy'}")
    add(report, "Python alone", [python("") for _ in range(times)])
    add(report, "import annogeo", [python("import annogeo") for _ in range(times)])
    add(
        report, "annogeo --help", [command([sys.executable, "-m", "annogeo", "--help"]) for _ in range(times)]
    )
    if not pace.quick:
        import_peers(report)
        for use, code in USES.items():
            first(report, use, FIRST + code)
    yield report


def import_peers(report: Report) -> None:
    """Import each peer, numpy included where it needs it."""
    for name, module in PEERS.items():
        if peers.installed([module.partition(".")[0]]):
            add(report, f"import {name}", [python(f"import {module}") for _ in range(2)])
        else:
            report.missing.append(name)


def first(report: Report, use: str, code: str) -> None:
    """Run code in fresh processes, with an empty and then with a full kernel cache."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"NUMBA_CACHE_DIR": folder}
        try:
            cold = python(code, env=env)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            report.notes.append(f"first {use}: {reason}")
            return
        add(report, f"first {use}, empty cache", [cold])
        add(report, f"first {use}, full cache", [python(code, env=env) for _ in range(3)])


def add(report: Report, what: str, runs: list[Run]) -> None:
    """Take down the best run's CPU time."""
    report.figures.append(Figure(what, best(runs).cpu_s, "s"))

"""Promise: `annogeo render` of 1080p items, mask and instance, is 20x dtlpy's rendering and saving [aim 60x].

20 polygons of 40 points an item, one worker. annogeo: the whole command in a fresh process, start included. dtlpy: the
same steps in a fresh process that measures itself, start excluded.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.harness import Report, Timing, Verdict
from benchmarks.process import command, python
from benchmarks.scenes import polygon_item

DTLPY = """
import json, logging, sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import dtlpy as dl
from PIL import Image
source, output, n = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
ids = {f"label_{i}": i + 1 for i in range(8)}
(output / "mask").mkdir(parents=True)
(output / "instance").mkdir()
cpu, wall = time.process_time(), time.perf_counter()
for path in sorted((source / "json").glob("*.json"))[:n]:
    collection = dl.AnnotationCollection.from_json(json.loads(path.read_text())["annotations"])
    for view in ("mask", "instance"):
        picture = collection.show(
            height=1080, width=1920, thickness=-1, annotation_format=view, label_instance_dict=ids
        )
        Image.fromarray(picture).save(output / view / f"{path.stem}.png")
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]))
"""


def run(*, quick: bool = False) -> list[Report]:
    """Render a folder with the command line and with dtlpy."""
    n_ours, n_theirs = (4, 1) if quick else (200, 12)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_dataset(folder / "in", n_ours)
        report = _measure(folder, n_ours, n_theirs)
    if quick:
        report.verdicts.clear()
    return [report]


def write_dataset(folder: Path, n: int) -> None:
    """Write `n` 1080p items in the platform's download layout; one photo serves them all."""
    from PIL import Image

    (folder / "items").mkdir(parents=True)
    (folder / "json").mkdir()
    for i in range(n):
        name = f"item_{i:04}"
        if i == 0:
            Image.new("RGB", (1920, 1080), (90, 110, 130)).save(folder / "items" / f"{name}.jpg")
        else:
            (folder / "items" / f"{name}.jpg").hardlink_to(folder / "items" / "item_0000.jpg")
        system = {"width": 1920, "height": 1080, "mimetype": "image/jpeg"}
        document = {
            "_id": f"{i:024x}",
            "filename": f"/{name}.jpg",
            "annotations": polygon_item(i),
            "metadata": {"system": system},
        }
        (folder / "json" / f"{name}.json").write_text(json.dumps(document))


def _measure(folder: Path, n_ours: int, n_theirs: int) -> Report:
    arguments = [sys.executable, "-m", "annogeo", "render", str(folder / "in")]
    options = ["--view", "mask,instance", "--workers", "1"]
    command([*arguments, str(folder / "warm"), *options])  # fills the kernel cache
    ours = command([*arguments, str(folder / "ours"), *options])
    report = Report(f"annogeo render, {n_ours} items of 1080p, mask + instance", "annogeo render")
    per_item = ours.cpu_s / n_ours
    report.timings.append(Timing("annogeo render", 1000 * per_item, 1000 * ours.wall_s / n_ours, 1, 1, 1))
    report.notes.append(
        f"whole command: {ours.cpu_s:.2f} s CPU, {ours.wall_s:.2f} s wall, {1 / per_item:.0f} items/s"
    )
    if not peers.installed(["dtlpy"]):
        report.missing.append("dtlpy")
        return report
    cpu, wall = python(DTLPY, str(folder / "in"), str(folder / "theirs"), str(n_theirs)).answer
    ratio = cpu / n_theirs / per_item
    report.timings.append(Timing("dtlpy", 1000 * cpu / n_theirs, 1000 * wall / n_theirs, ratio, ratio, ratio))
    report.verdicts = [
        Verdict(f"annogeo render is {ratio:.1f}x dtlpy (goal 20x)", ratio >= 20),
        Verdict(f"aim: annogeo render is {ratio:.1f}x dtlpy (aim 60x)", ratio >= 60),
    ]
    return report

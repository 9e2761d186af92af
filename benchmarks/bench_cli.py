"""Promise: `annogeo render` of 1080p items, mask and instance, is 30x dtlpy's rendering and saving [aim 70x].

20 polygons of 40 points an item, one worker. annogeo runs as a command, dtlpy as a script of the same steps, in turn,
each in a fresh process. "One more item" leaves the start out; the whole includes imports and loading kernels.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.harness import Pace, of_rounds
from benchmarks.process import Run, best, command, python
from benchmarks.report import Figure, Report
from benchmarks.scenes import polygon_item

OURS = "annogeo, one more item"

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


def run(pace: Pace) -> Iterator[Report]:
    """Render a folder with the command line and with dtlpy."""
    sizes = (1, 4) if pace.quick else (20, 220)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in sizes:
            write_dataset(folder / f"in{n}", n)
        yield measure(folder, sizes, n_theirs=1 if pace.quick else 10, times=1 if pace.quick else 5)


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


def measure(folder: Path, sizes: tuple[int, int], *, n_theirs: int, times: int) -> Report:
    """Run both, in turn, so that a busy machine slows both."""
    few, many = sizes
    render(folder, few, "warm")  # fills the kernel cache
    with_dtlpy = bool(peers.installed(["dtlpy"]))
    ours: dict[int, list[Run]] = {few: [], many: []}
    theirs: list[Run] = []
    for i in range(times):
        for n in sizes:
            ours[n].append(render(folder, n, f"ours{i}"))
        if with_dtlpy:
            theirs.append(python(DTLPY, str(folder / f"in{many}"), str(folder / f"theirs{i}"), str(n_theirs)))
    report = Report("cli", f"annogeo render, 1080p, 20 polygons an item, mask + instance, {many} items", OURS)
    report.missing = [] if with_dtlpy else ["dtlpy"]
    pairs = zip(ours[few], ours[many], strict=True)
    each = [max((long.cpu_s - short.cpu_s) / (many - few), 1e-4) for short, long in pairs]
    whole = [long.cpu_s / many for long in ours[many]]
    report.comparisons.append(of_rounds("annogeo, whole command / item", each, whole, kind="ours"))
    if with_dtlpy:
        other = [one.answer[0] / n_theirs for one in theirs]
        starts = [one.cpu_s - one.answer[0] for one in theirs]
        all_of_it = [item + start / many for item, start in zip(other, starts, strict=True)]
        report.comparisons.append(of_rounds("dtlpy, one more item", each, other))
        report.comparisons.append(of_rounds("dtlpy, all items with the start", whole, all_of_it))
    wall = best(ours[many]).wall_s / many
    report.figures.append(Figure("annogeo, wall, whole command / item", 1000 * wall, "ms"))
    return report


def render(folder: Path, n: int, output: str) -> Run:
    """Run the command on `n` items."""
    source, target = folder / f"in{n}", folder / f"{output}_{n}"
    options = ["--view", "mask,instance", "--workers", "1"]
    return command([sys.executable, "-m", "annogeo", "render", str(source), str(target), *options])

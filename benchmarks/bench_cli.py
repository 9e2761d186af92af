"""Promise: `annogeo render` of 1080p items, mask and instance, is 20x dtlpy's rendering and saving [aim 60x].

20 polygons of 40 points an item, one worker. annogeo runs as a command, dtlpy as a script of the same steps, in turn,
each in a fresh process. "Start excluded" is the cost of one more item; the whole includes imports and loading kernels.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.harness import Report, Timing, Verdict
from benchmarks.process import Run, best, command, python
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
    sizes = (1, 4) if quick else (20, 220)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in sizes:
            write_dataset(folder / f"in{n}", n)
        report = _measure(folder, sizes, n_theirs=1 if quick else 10, times=1 if quick else 3)
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


def _measure(folder: Path, sizes: tuple[int, int], *, n_theirs: int, times: int) -> Report:
    few, many = sizes
    _render(folder, few, "warm")  # fills the kernel cache
    with_dtlpy = bool(peers.installed(["dtlpy"]))
    ours: dict[int, list[Run]] = {few: [], many: []}
    theirs: list[Run] = []
    for i in range(times):  # in turn, so that a busy machine slows both
        for n in sizes:
            ours[n].append(_render(folder, n, f"ours{i}"))
        if with_dtlpy:
            theirs.append(python(DTLPY, str(folder / f"in{many}"), str(folder / f"theirs{i}"), str(n_theirs)))
    short, long = best(ours[few]), best(ours[many])
    report = Report(f"annogeo render, {many} items of 1080p, mask + instance", "annogeo, start excluded")
    each = max((long.cpu_s - short.cpu_s) / (many - few), 1e-4)  # a quick run may not see the difference
    each_wall = (long.wall_s - short.wall_s) / (many - few)
    report.timings = [
        _row("annogeo, start excluded", each, each_wall, each),
        _row("annogeo, whole command", long.cpu_s / many, long.wall_s / many, each),
    ]
    if not with_dtlpy:
        report.missing.append("dtlpy")
        return report
    other = best(theirs)
    cpu, wall = (figure / n_theirs for figure in other.answer)
    start = other.cpu_s - other.answer[0]
    whole = cpu + start / many
    report.timings += [
        _row("dtlpy, start excluded", cpu, wall, each),
        _row("dtlpy, whole script", whole, wall + start / many, each),
    ]
    alike = cpu / each
    start_to_end = whole * many / long.cpu_s
    report.verdicts = [
        Verdict(f"one more item: {alike:.1f}x dtlpy, 20x wanted", alike >= 20),
        Verdict(f"one more item: {alike:.1f}x dtlpy, 60x wanted", alike >= 60, is_aim=True),
        Verdict(
            f"all {many}, starts included: {start_to_end:.1f}x dtlpy, 20x wanted",
            start_to_end >= 20,
            is_aim=True,
        ),
    ]
    return report


def _render(folder: Path, n: int, output: str) -> Run:
    source, target = folder / f"in{n}", folder / f"{output}_{n}"
    options = ["--view", "mask,instance", "--workers", "1"]
    return command([sys.executable, "-m", "annogeo", "render", str(source), str(target), *options])


def _row(name: str, cpu_s: float, wall_s: float, reference_s: float) -> Timing:
    ratio = cpu_s / reference_s
    return Timing(name, 1000 * cpu_s, 1000 * wall_s, ratio, ratio, ratio)

"""Promise: 200,000 annotations are read in less than 4x the file's size of memory [aim: faster than json.loads].

Each reader runs in a process of its own, which measures itself; the collector is on, as users have it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.harness import Limit, Report, Timing, Verdict, judge
from benchmarks.process import Run, best, python
from benchmarks.scenes import envelope, outline, xy_json

READERS = {
    "annogeo from_json": "ag.AnnotationCollection.from_json(raw)",
    "annogeo from_json, all geometry": "[a.annotation_definition for a in ag.AnnotationCollection.from_json(raw)]",
    "annogeo from_json, to_json": "ag.AnnotationCollection.from_json(raw).to_json()",
    "json.loads": "json.loads(raw)",
}
MEASURE = """
import json, resource, sys, time
from pathlib import Path
{imports}
raw = open(sys.argv[1], "rb").read()
start = time.process_time()
kept = {expression}
seconds = time.process_time() - start
status = Path("/proc/self/status")
if status.exists():  # getrusage would count what the parent held when it forked
    peak = 1024 * int(status.read_text().split("VmHWM:")[1].split()[0])
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, peak]))
"""


def run(*, quick: bool = False) -> list[Report]:
    """Read one large document with each reader."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json"
        write_document(path, 2_000 if quick else 200_000)
        size = path.stat().st_size
        runs = {name: _read(path, expression, 1 if quick else 3) for name, expression in READERS.items()}
    report = Report(f"reading {size / 2**20:.0f} MiB of platform JSON", "annogeo from_json")
    reference = runs[report.reference].answer[0]
    for name, result in runs.items():
        seconds, peak = result.answer
        ratio = seconds / reference
        report.timings.append(Timing(name, 1000 * seconds, 1000 * result.wall_s, ratio, ratio, ratio))
        report.notes.append(f"{name}: peak memory {peak / size:.2f} x the file")
    limit = Limit("peak memory over the file's size", runs[report.reference].answer[1] / size, 4, "x")
    aim = runs["json.loads"].answer[0] / reference
    report.verdicts = judge([limit])
    report.verdicts.append(
        Verdict(f"annogeo from_json is {aim:.2f}x json.loads, 1x wanted", aim >= 1, is_aim=True)
    )
    return [report]


def write_document(path: Path, n: int) -> None:
    """Write `n` annotations, boxes and polygons in turn, one at a time."""
    rng = np.random.default_rng(9)
    shapes = [xy_json(outline(rng, 1920, 1080, 120, 12)) for _ in range(500)]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"_id": "1", "filename": "/large.jpg", "annotations": [')
        for i in range(n):
            shape = shapes[i % len(shapes)]
            corners = [{**point, "z": 0} for point in (shape[0], shape[6])]
            annotation = (
                envelope(i, "box", "car", corners)
                if i % 2
                else envelope(i, "segment", f"label_{i % 20}", [shape])
            )
            file.write((", " if i else "") + json.dumps(annotation))
        file.write("]}")


def _read(path: Path, expression: str, times: int) -> Run:
    imports = "import annogeo as ag\nag.AnnotationCollection" if "ag." in expression else ""
    return best(
        [python(MEASURE.format(imports=imports, expression=expression), str(path)) for _ in range(times)]
    )

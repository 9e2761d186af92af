"""Promise: 200,000 annotations are read in less than 4x the file's size of memory [aim: faster than json.loads].

Each reader runs in a process of its own, which measures itself; the collector is on, as users have it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.harness import Pace, of_rounds
from benchmarks.process import Run, best, python
from benchmarks.report import Figure, Report
from benchmarks.scenes import envelope, outline, xy_json

OURS = "annogeo from_json"
READERS = {
    OURS: "ag.AnnotationCollection.from_json(raw)",
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


def run(pace: Pace) -> Iterator[Report]:
    """Read one large document with each reader, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json"
        write_document(path, 2_000 if pace.quick else 200_000)
        size = path.stat().st_size
        runs: dict[str, list[Run]] = {name: [] for name in READERS}
        for _ in range(1 if pace.quick else 3):
            for name, expression in READERS.items():
                runs[name].append(read(path, expression))
    report = Report("json", f"reading {size / 2**20:.0f} MiB of platform JSON", OURS)
    ours = [one.answer[0] for one in runs[OURS]]
    for name, found in runs.items():
        kind = "ours" if "annogeo" in name else "peer"
        if name != OURS:
            report.comparisons.append(of_rounds(name, ours, [one.answer[0] for one in found], kind=kind))
        peak = best(found).answer[1] / size
        label = "peak memory over the file's size" + ("" if name == OURS else f", {name}")
        report.figures.append(Figure(label, peak))
    yield report


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


def read(path: Path, expression: str) -> Run:
    """Read the document in a fresh process."""
    imports = "import annogeo as ag\nag.AnnotationCollection" if "ag." in expression else ""
    return python(MEASURE.format(imports=imports, expression=expression), str(path))

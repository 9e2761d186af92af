"""What annogeo promises, all of it: benchmark -> gates. `--check` fails where one is missed or was not measured.

A gate looks at one row of one report: at least so many times as fast as the peer, or a figure that stays above or
below a bound. An aim is hoped for: it is shown, and `--check` does not count it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from benchmarks.report import Report


@dataclass(frozen=True)
class Gate:
    """`row` of report `key` has to be at least `least`, or at most `most`."""

    key: str
    row: str
    least: float | None = None
    most: float | None = None
    is_aim: bool = False

    @property
    def bound(self) -> str:
        """Say what is wanted, shortly."""
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"

    def admits(self, value: float) -> bool:
        """Say whether a value is good enough."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def at_least(key: str, row: str, bound: float, aim: float | None = None) -> list[Gate]:
    """Make a gate, and the aim behind it."""
    return [Gate(key, row, least=bound), *([Gate(key, row, least=aim, is_aim=True)] if aim else [])]


def at_most(key: str, row: str, bound: float, aim: float | None = None) -> list[Gate]:
    """Make a gate, and the aim behind it."""
    return [Gate(key, row, most=bound), *([Gate(key, row, most=aim, is_aim=True)] if aim else [])]


CV2_INT, CV2_FLOAT = "cv2, integer points", "cv2, float points"
SHAPELY_TREE = "shapely, tree and intersection"
VECTOR_KINDS = ("box", "turned box", "polygon", "polygon with a hole", "ellipse")
PANOPTICAPI = "panopticapi's loop"
SAME_AS_GDAL = "pixels as GDAL (rasterio)"

UNTURNED = ("same count, same start", "counts differ, same start", "counts differ, random start")
GATES: dict[str, list[Gate]] = {
    "mask_iou": [
        *at_least("mask iou", "pycocotools", 4),
        *at_least("mask iou", "pycocotools / annogeo, kept stores", 12),
        *at_least("mask iou", "numbers as pycocotools'", 100),
        *at_least("mask iou large", "numbers as pycocotools'", 100),
    ],
    "rle": [
        *at_least("rle polygons", "pycocotools", 7),
        *at_least("rle polygons", "pycocotools / annogeo coco_rles of a draw list", 7),
        *at_least("rle polygons", "pycocotools / annogeo coco_rles of a draw list, rule coco", 7),
        Gate("rle polygons", "pycocotools / annogeo rles of objects", least=7, is_aim=True),
        Gate("rle polygons", "pycocotools / annogeo coco_rles", least=7, is_aim=True),
        *at_least("rle polygons", "strings as pycocotools' of the same masks", 100),
        *at_least("rle polygons", "strings as pycocotools', rule coco", 100),
        *[
            gate
            for size in ("small", "large")
            for gate in (
                *at_least(f"rle encode {size}", "pycocotools", 12),
                *at_least(f"rle encode {size}", "pycocotools, mask by mask / annogeo, mask by mask", 12),
                *at_least(f"rle encode {size}", "strings as pycocotools'", 100),
                *at_least(f"rle decode {size}", "pycocotools", 10),
                *at_least(f"rle decode {size}", "pixels as pycocotools'", 100),
            )
        ],
    ],
    "vtt": [
        *at_least("vtt read", "webvtt-py", 4),
        *at_least("vtt write", "webvtt-py", 3),
        *at_least("vtt import", "dtlpy", 40),
    ],
    "interpolation": [
        *(gate for name in UNTURNED for gate in at_least("interpolation", f"{name}, auto", 0.97)),
        *at_least("interpolation", "random start and direction, auto", 0.97),
        *at_least("interpolation", "rotation 30, same start, auto", 0.97),
        *at_least("interpolation", "rotation 60, random start and direction, auto", 0.95),
        *at_most("interpolation", "polygons that cross themselves", 0),
    ],
    "video": [
        *(
            gate
            for what in ("CPU", "wall")
            for gate in at_most("video ultrafast", f"{what} over the limit's", 1.1, 1.05)
        ),
        *(
            gate
            for what in ("CPU", "wall")
            for gate in at_most("video veryfast", f"{what} over the limit's", 1.06, 1.02)
        ),
        *at_least("video ultrafast", "plain transcode, wall", 0.85),
        *at_least("video veryfast", "plain transcode, wall", 0.88),
        *at_most("video frame", "drawing the boxes", 0.2),
        *at_least("video others", "through RGB, cv2, wall", 2.2),
        *at_least("video others", "dtlpy's video maker, MPEG-4, CPU", 3),
        *at_most("video memory", "peak of a clip four times as long over that", 1.05),
        *at_most("video memory", "growth over 100 renderings", 10),
    ],
    "sync": [
        *at_least("sync", "dtlpy, dataset.annotations", 2),
        *at_least("sync", "dtlpy, item by item", 10),
        *at_most("sync", "requests for all annotations", 5),
    ],
    "label_maps": [
        *at_least("W1", CV2_INT, 2.2),
        *at_least("W1", CV2_FLOAT, 3),
        *at_least("W1", "dtlpy", 5.5),
        *at_least("W2", CV2_INT, 3),
        *at_least("W2", CV2_FLOAT, 5),
        *at_least("W2", "dtlpy", 8),
        *at_least("W3", CV2_INT, 2.7),
        *at_least("W3", CV2_FLOAT, 4),
        *at_least("W3", "dtlpy", 6.5),
        *[gate for key in ("W1", "W2", "W3") for gate in at_least(key, SAME_AS_GDAL, 100)],
    ],
    "mixed": [*at_least("W4", "cv2", 4), *at_least("W4", "Skia", 5)],
    "overlay": [
        *at_least("W5 fill", f"{CV2_INT} / annogeo blend", 2),
        *at_least("W5 fill", "dtlpy", 40),
        *at_least("W5 fill", "supervision", 80),
        *at_least("W5 fill and outline", CV2_INT, 1.5),
        *at_least("W5 AA fill", "Skia, RGBA ready / annogeo blend", 3.5),
        *at_least("W5 AA fill", "cv2 LINE_AA, integer points / annogeo blend", 1.8),
        *at_most("W5 AA error", "annogeo render", 1 / 255),
    ],
    "stack": [
        *at_most("W6a", "times the write limit", 1.2),
        Gate("W6b", "pycocotools", least=7, is_aim=True),
        *at_least("W6b", "strings as pycocotools' of the same masks", 100),
    ],
    "png": [
        *at_least("W9 read", "cv2", 6, aim=20),
        *at_least("W9 read", "masks as cv2", 100),
        *at_least("W9 write", "cv2", 10, aim=40),
        *at_least("W9 write", "masks as cv2 reads them back", 100),
        *at_least("W9 encode 8 bit", "cv2", 6, aim=10),
        *at_least("W9 encode 8 bit", "pixels as Pillow reads them back", 100),
        Gate("W9 encode 8 bit", "size over cv2's", most=1, is_aim=True),
    ],
    "rules": [
        *at_least("rule opencv", "pixels as cv2", 100),
        *at_least("rule coco", "pixels as pycocotools", 100),
        *at_least("rule coco strings", "strings as pycocotools", 100),
        *at_least("rule pil", "pixels as Pillow", 100),
        *at_least("rule all_touched", SAME_AS_GDAL, 99.9),
        Gate("rule opencv", "cv2", least=1, is_aim=True),
        Gate("rule coco", "pycocotools", least=1, is_aim=True),
        Gate("rule coco strings", "pycocotools", least=1, is_aim=True),
        Gate("rule pil", "Pillow", least=1, is_aim=True),
        Gate("rule all_touched", "GDAL (rasterio)", least=1, is_aim=True),
    ],
    "threads": [*at_least("threads", "annogeo, W2", 1.7)],
    "collection": [*at_least("collection overlay", "dtlpy", 30), *at_least("collection mask", "dtlpy", 30)],
    "json": [
        *at_most("json", "peak memory over the file's size", 4),
        Gate("json", "json.loads", least=1, is_aim=True),
    ],
    "vector_iou": [
        *at_least("IoU turned boxes", SHAPELY_TREE, 30),
        *at_least("IoU turned boxes, dense", SHAPELY_TREE, 30),
        *[
            gate
            for key in (*(f"IoU polygons, {n} points" for n in (20, 60, 200)), "IoU pixel outlines")
            for gate in at_least(key, SHAPELY_TREE, 5)
        ],
        *at_least("IoU upright boxes", "numpy", 5),
        *[
            gate
            for pair in combinations_with_replacement(VECTOR_KINDS, 2)
            for gate in at_most("IoU errors", ", ".join(pair), 1e-6 if "ellipse" in pair else 1e-9)
        ],
    ],
    "outlines": [
        gate
        for side in (1024, 4096)
        for gate in (
            *at_least(f"outlines {side}", "cv2, crops, boxes looked for", 6, aim=10),
            Gate(f"outlines {side}", "cv2, crops, boxes given", least=6, is_aim=True),
            *at_least(f"outlines {side}", "GDAL (rasterio)", 20),
            *at_least(f"outlines {side}", "pixels as the map", 100),
            *at_least(f"sizes {side}", "skimage regionprops", 10),
            *at_least(f"sizes {side}", "boxes and areas as skimage", 100),
        )
    ],
    "fewest": [
        gate
        for name in ("map", "stardist", "panoptic", "COCO", "BDD100K", "osvos", "superannotate")
        for gate in (
            *at_most(f"fewest {name}", "corners left", 35),
            *at_least(f"fewest {name}", "masks kept", 100),
            *at_most(f"fewest {name}", "polygons that are not valid", 0),
        )
    ],
    "maps": [
        *at_least("instance map W2", "cv2 and numpy, a crop each", 5),
        *at_least("instance map W2", "cv2 and numpy, a mask each", 25),
        *at_least("instance map W3", "cv2 and numpy, a crop each", 6),
        *at_least("panoptic merge", PANOPTICAPI, 25),
        *at_least("panoptic encode", PANOPTICAPI, 20),
        *at_least("panoptic split", PANOPTICAPI, 12),
        *at_least("panoptic merge", f"pixels as {PANOPTICAPI}", 100),
        *at_least("panoptic encode", f"pixels as {PANOPTICAPI}", 100),
        *at_least("panoptic split", f"strings as {PANOPTICAPI}", 100),
    ],
    "tracks": [
        *at_least("tracks", "np.interp", 20),
        *at_least("tracks", "dtlpy annotation.frames[f]", 1000),
        *at_most("tracks", "largest difference to np.interp", 1e-3),
    ],
    "startup": [
        *at_most("startup", "annogeo --help", 0.15),
        *at_most("startup", "first mask, empty cache", 8),
        *at_most("startup", "first mask, full cache", 1),
    ],
    "cli": [
        *at_least("cli", "dtlpy, one more item", 30, aim=70),
        Gate("cli", "dtlpy, all items with the start", least=30, is_aim=True),
    ],
}


@dataclass(frozen=True)
class Verdict:
    """What became of a gate; `value` is None where nothing was measured."""

    gate: Gate
    value: float | None

    @property
    def state(self) -> str:
        """Say it in a word: met, missed, not measured; of an aim: reached, open."""
        if self.value is None:
            return "not measured"
        met = self.gate.admits(self.value)
        if self.gate.is_aim:
            return "reached" if met else "open"
        return "met" if met else "missed"

    @property
    def fails(self) -> bool:
        """Say whether `--check` has to fail."""
        return not self.gate.is_aim and self.state in ("missed", "not measured")

    def __str__(self) -> str:
        gate = self.gate
        value = "" if self.value is None else f"{self.value:.4g}, "
        word = "aim " if gate.is_aim else ""
        return f"{self.state:12} {gate.key}: {gate.row}: {value}{word}{gate.bound}"


def judge(names: Iterable[str], reports: Sequence[Report]) -> list[Verdict]:
    """Say what became of every gate of the named benchmarks."""
    by_key = {report.key: report for report in reports}
    gates = [gate for name in names for gate in GATES.get(name, [])]
    return [Verdict(gate, by_key[gate.key].value(gate.row) if gate.key in by_key else None) for gate in gates]

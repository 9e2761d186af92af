"""`python -m benchmarks.readme results.json`: the README's "Measured" section, in markdown, from a run's JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.gates import GATES, Gate
from benchmarks.report import Comparison, Report
from benchmarks.table import figures_of, in_order

WORKLOADS = {
    "W1": "label map, 640x480, 8 outlines",
    "W1b": "64 different ones, one after the other",
    "W2": "label map, 2048x1024, 120 outlines",
    "W3": "label map, 3840x2160, 3000 outlines",
    "W4": "200 mixed shapes, 1080p RGBA",
    "W5 fill": "overlay, 1080p, 60 outlines, hard edges",
    "W5 fill and outline": "the same, outlines stroked too",
    "W5 AA fill": "the same fills, anti-aliased",
    "W5 AA fill and outline": "the same, outlines stroked too",
    "W6a": "30 dense masks of 800x1333",
    "W6b": "30 outlines to COCO run-length strings",
    "rle polygons": "30 outlines of 800x1333 to runs",
    "rle encode small": "100 small masks, 1080p, to COCO strings",
    "rle encode large": "large masks, 1080p",
    "rle decode small": "the small ones from strings",
    "rle decode large": "the large ones",
    "W9 read": "20 mask PNGs, 1080p, base64 to runs",
    "W9 write": "the same, written",
    "W9 encode 8 bit": "1080p label map to PNG",
    "W9 encode RGBA": "1080p mask view to PNG, RGBA",
    "outlines 4096": "4096x4096 label map to rings, roles, boxes and areas",
    "sizes 4096": "boxes and areas alone",
    "IoU turned boxes": "overlap matrix of turned boxes",
    "IoU polygons, 60 points": "overlap matrix of polygons, 60 points",
    "instance map W2": "instance map, areas, visible shares, 2048x1024, 120 outlines",
    "instance map W3": "the same, 3840x2160, 3000 outlines",
    "fewest map": "1024x1024 label map, 200 labels, to polygons of few vertices that keep every pixel",
    "panoptic merge": "30 COCO masks of 800x1333 to a panoptic picture and segments",
    "panoptic encode": "panoptic ids, 800x1333, to a picture and segments",
    "panoptic split": "that picture to 30 COCO masks",
    "collection overlay": "100 mixed annotations, a fifth masks, 1080p: overlay",
    "collection mask": "the same: mask view",
    "json": "reading 200,000 annotations",
    "mask iou": "overlap of 200 masks with 200 others, 1080p, from COCO strings",
    "mask iou large": "60 large masks with 60 others",
    "vtt read": "50,000 cues of WebVTT: read",
    "vtt write": "the same: written",
    "vtt import": "500 cues to subtitles of a video",
    "sync": "all annotations of 300 items with 10 each, over a link of 30 ms (wall time)",
    "cli": "`annogeo render`, 1080p, 20 polygons an item, mask + instance",
    "tracks": "turned boxes of 500 tracks at 10,000 frames, 20 keyframes each",
    "video ultrafast": "200 frames of 720p H.264 with 12 boxes and labels, preset ultrafast",
    "video veryfast": "the same, preset veryfast",
    "video others": "the same, ultrafast; MPEG-4 against dtlpy",
    "rule opencv": "label map, 2048x1024, under rule `opencv`",
    "rule coco": "under rule `coco`",
    "rule coco strings": "30 outlines to COCO strings under rule `coco`",
    "rule pil": "label map under rule `pil`",
    "rule all_touched": "under rule `all_touched`",
}
FIGURES = {
    "fewest": "vertices left of the corners of masks' outlines, every pixel kept, in per cent",
    "interpolation": "polygons between keyframes: mean IoU half-way with the truth",
    "video memory": "memory of rendering a video",
    "threads": "two threads over one, wall time",
    "W5 AA error": "error of anti-aliased edge pixels (root mean square, 1 is a whole pixel)",
    "startup": "fresh processes, seconds of CPU",
}


def main(arguments: Sequence[str]) -> int:
    """Print the section."""
    if len(arguments) != 1:
        print("usage: python -m benchmarks.readme results.json", file=sys.stderr)
        return 2
    print(section(json.loads(Path(arguments[0]).read_text(encoding="utf-8"))))
    return 0


def section(document: dict[str, Any]) -> str:
    """Write the section from the JSON of a run."""
    reports = {plain["key"]: Report.from_json(plain) for plain in document["reports"]}
    lines = [surroundings(document), "", "| | annogeo, ms | the others, times as slow |", "|---|---|---|"]
    for key, words in WORKLOADS.items():
        if key in reports and reports[key].comparisons:
            lines.append(f"| {words} | {own_time(reports[key])} | {others(reports[key])} |")
    lines += ["", "| | |", "|---|---|"]
    for key, words in FIGURES.items():
        if key in reports:
            values = [f"{row.name} {short(row.ratio)}" for row in reports[key].comparisons]
            values += [f"{figure.name} {figure.value:.2g}" for figure in reports[key].figures]
            lines.append(f"| {words} | {'; '.join(values)} |")
    return "\n".join(lines)


def surroundings(document: dict[str, Any]) -> str:
    """Say what was measured, and with what."""
    versions = [f"{name} {version}" for name, version in document["versions"].items() if version is not None]
    absent = [name for name, version in document["versions"].items() if version is None]
    missing = f"; not installed: {', '.join(absent)}" if absent else ""
    quick = "**Quick sizes: no figures to quote.** " if document["quick"] else ""
    return (
        f"{quick}Medians of per-round ratios from one run of `python -m benchmarks`, with quartiles where something is "
        f"promised (bold: kept). {document['processor']}, {document['cores']} cores, Python {document['python']}; "
        f"{', '.join(versions)}{missing}."
    )


def own_time(report: Report) -> str:
    """Give annogeo's time against the peers."""
    peers = [row for row in report.comparisons if row.kind == "peer"]
    return figures_of((peers or report.comparisons)[0].ours_ms)


def others(report: Report) -> str:
    """Join the peers, the fastest first, and what is promised about the result."""
    told = [
        ratio(report.key, row)
        for row in in_order(report.comparisons)
        if row.kind == "peer" or promises(report.key, row.name)
    ]
    told += [
        f"{figure.name} {figure.value:.4g} {figure.unit}".rstrip()
        for figure in report.figures
        if promises(report.key, figure.name)
    ]
    return "; ".join(told)


def ratio(key: str, row: Comparison) -> str:
    """Write one ratio; what is promised in full."""
    gates = promises(key, row.name)
    name, _, ours = row.name.partition(" / ")
    if ours:
        name = f"{name} over {ours}"
    if not gates:
        return f"{name} {short(row.ratio)}"
    text = f"{name} {short(row.ratio)} ({short(row.low)} to {short(row.high)})"
    return f"**{text}**" if all(gate.admits(row.ratio) for gate in gates) else text


def promises(key: str, row: str) -> list[Gate]:
    """Give the gates of a row, aims left out."""
    gates = [gate for some in GATES.values() for gate in some]
    return [gate for gate in gates if (gate.key, gate.row) == (key, row) and not gate.is_aim]


def short(ratio: float) -> str:
    """Write a ratio as it is quoted.

    Examples
    --------
    >>> [short(ratio) for ratio in (0.954, 2.449, 23.7, 1234.5)]
    ['0.95', '2.4', '24', '1234']
    """
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

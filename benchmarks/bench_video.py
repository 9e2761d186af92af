"""Promise: a video with its annotations takes little more than encoding it, whatever its length.

A 720p clip with 12 filled, labelled boxes that move, H.264 in and out. The limit decodes, and encodes the same drawn
frames from memory: no drawing, no copying. All rows are in one process, the codecs with their threads; CPU time is
the process's.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import clips, peers
from benchmarks.harness import Pace, Row, Times, compare, compared, measure
from benchmarks.peers import video as ways
from benchmarks.process import python
from benchmarks.report import Comparison, Figure, Report

OURS, OURS_MPEG4 = "annogeo render_video", "annogeo render_video, MPEG-4"
LIMIT, PLAIN, DTLPY = "the limit", "plain transcode", "dtlpy's video maker, MPEG-4"
RGB, RGB_PARTS = "through RGB, cv2", "through RGB, cv2, box by box"

MEMORY = """
import json, re, sys
import annogeo as ag
from benchmarks.clips import moving_boxes
source, target, n, frames = *sys.argv[1:3], *map(int, sys.argv[3:])
collection = moving_boxes(frames)
def now():
    with open("/proc/self/status") as status:
        text = status.read()
    return [int(re.search(name + r":\\s+(\\d+)", text)[1]) for name in ("VmHWM", "VmRSS")]
start = None
for i in range(n):
    ag.render_video(source, collection, target, alpha=0.4, thickness=-1, options={"preset": "ultrafast"})
    if i == n // 5:
        start = now()[1]
print(json.dumps([now()[0], now()[1] - start]))
"""


def run(pace: Pace) -> Iterator[Report]:
    """Render with presets, then measure the kernel and the memory."""
    n = 12 if pace.quick else 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = folder / "clip.mp4"
        shown = clips.write_clip(clip, n)
        title = f"{n} frames of {shown}, 720p, 12 boxes with labels"
        unhurried = pace if pace.quick else replace(pace, rounds=9, seconds=90.0, slow_s=math.inf)
        job = Job(clip, clips.moving_boxes(n), n, title)
        for preset in ("ultrafast", "veryfast"):
            yield rendering(job, preset, unhurried)
        yield others(job, unhurried)
        yield drawing(job, pace)
        if os.path.exists("/proc/self/status"):
            yield memory(folder, title, pace)


@dataclass(frozen=True)
class Job:
    """What is rendered: a clip, what is drawn onto it, how many frames it has, and the name of all that."""

    clip: Path
    collection: Any
    n: int
    title: str

    def target(self, name: str) -> str:
        """Name a file to write."""
        return str(self.clip.parent / f"{name}.mp4")

    def ours(self, name: str, codec: str | None = None, **options: str) -> Row:
        """Render with annogeo."""
        import annogeo as ag

        def run() -> None:
            ag.render_video(
                str(self.clip),
                self.collection,
                self.target("ours"),
                codec=codec,
                alpha=ways.ALPHA,
                thickness=-1,
                options=options,
            )

        return Row(name, run, "ours", "process")


def rendering(job: Job, preset: str, pace: Pace) -> Report:
    """Compare with what cannot be beaten."""
    options = {"preset": preset, "crf": "23"}
    source = str(job.clip)
    ready = drawn_frames(source, job.collection)
    ours = job.ours(OURS, **options)
    limit = Row(LIMIT, ways.limit(source, job.target("limit"), options, ready), "limit", "process")
    plain = Row(PLAIN, ways.transcode(source, job.target("plain"), options), "limit", "process")
    cpu, wall = measure([ours, limit, plain], pace)
    report = Report(f"video {preset}", f"{job.title}, {preset}", OURS)
    for row in (limit, plain):
        report.comparisons += by_both_clocks(ours, row, cpu, wall)
    sizes = [os.path.getsize(job.target(name)) for name in ("ours", "limit")]
    report.figures += [
        Figure("CPU over the limit's", over(cpu, LIMIT)),
        Figure("wall over the limit's", over(wall, LIMIT)),
        Figure("file's size over the limit's", sizes[0] / sizes[1]),
    ]
    return report


def others(job: Job, pace: Pace) -> Report:
    """Compare with other ways to the same, each in its own codec."""
    options = {"preset": "ultrafast", "crf": "23"}
    source, shape = str(job.clip), (clips.HEIGHT, clips.WIDTH)
    document = job.collection.to_json()["annotations"]
    makers: dict[str, Callable[[], Any]] = {
        name: partial(
            ways.through_rgb,
            source,
            job.target("rgb"),
            options,
            *boxes_colors_labels(job.collection, job.n),
            whole=name == RGB,
        )
        for name in (RGB, RGB_PARTS)
    }
    makers |= {
        DTLPY: lambda: ways.dtlpy(source, job.target("dtlpy"), document, job.n, shape, clips.RATE),
    }
    paints, missing = peers.ready(makers)
    mine = [job.ours(OURS, **options), job.ours(OURS_MPEG4, "mpeg4", q="5")]
    theirs = peers.rows_of(paints, dict.fromkeys(paints, "process"))
    cpu, wall = measure([*mine, *theirs], pace)
    report = Report("video others", job.title, f"{OURS}, ultrafast; MPEG-4", missing=missing)
    for row in theirs:
        report.comparisons += by_both_clocks(mine[row.name == DTLPY], row, cpu, wall)
    return report


def by_both_clocks(ours: Row, theirs: Row, cpu: Times, wall: Times) -> list[Comparison]:
    """Compare CPU time and the wall's."""
    return [
        compared(ours, theirs, f"{theirs.name}, CPU", theirs.kind, cpu, wall),
        compared(replace(ours, clock="wall"), theirs, f"{theirs.name}, wall", theirs.kind, cpu, wall),
    ]


def over(times: Times, other: str) -> float:
    """Give the median, over rounds, of our time over the other's."""
    together = set(times[OURS]) & set(times[other])
    return statistics.median(times[OURS][i] / times[other][i] for i in together)


def drawn_frames(source: str, collection: Any) -> list[Any]:
    """Decode the clip and draw onto it, as `render_video` does."""
    import av

    from annogeo.rendering.views import Options
    from annogeo.video.painters import Drawing, OverlayPainter

    frames: list[Any] = []
    with av.open(source) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if not frames:
                painter = OverlayPainter(
                    Drawing(collection, Options(alpha=ways.ALPHA, with_text=True), -1, "linear"), frame
                )
            frames.append(painter.frame(number, frame, "yuv420p"))
    return frames


def boxes_colors_labels(collection: Any, n: int) -> tuple[Any, list[Any], list[str]]:
    """Give the boxes of every frame, (frames, boxes, 4), and a colour and a label for each."""
    states = [collection.at_frame(frame) for frame in range(n)]
    boxes = [[a.annotation_definition.bounds for a in state.annotations] for state in states]
    colors = [(40 * k % 256, 255 - 20 * k, 90 * k % 256) for k in range(len(boxes[0]))]
    return np.array(boxes), colors, [annotation.label for annotation in collection.annotations]


def drawing(job: Job, pace: Pace) -> Report:
    """Time what is done for a frame between decoding and encoding, alone."""
    from annogeo import Style
    from annogeo.rendering.views import Options
    from annogeo.video.overlay import Overlay
    from annogeo.video.planes import Layout, palette_of

    layout = Layout(8, 1, 1, 1)
    palette = palette_of(layout, 1, 1, clips.HEIGHT)
    size = clips.HEIGHT, clips.WIDTH
    planes = [np.full((size[0] >> k, size[1] >> k), 128, np.uint8) for k in (0, 1, 1)]

    def draws(options: Options) -> Any:
        overlay = Overlay(job.collection, *size, layout, palette, options=options)
        frames = iter(range(10**9))
        return lambda: overlay.draw(next(frames) % job.n, planes)

    ours = Row("boxes", draws(Options(alpha=ways.ALPHA, with_text=False)))
    hard = Options(alpha=ways.ALPHA, with_text=False, style=Style(antialias=False))
    others = [
        Row("boxes, hard edges", draws(hard), "ours"),
        Row("boxes and labels", draws(Options(alpha=ways.ALPHA, with_text=True)), "ours"),
    ]
    report = compare("video frame", f"{job.title}: drawing one frame", ours, others, pace=pace)
    report.figures.append(Figure("drawing the boxes", report.comparisons[0].ours_ms, "ms"))
    return report


def memory(folder: Path, title: str, pace: Pace) -> Report:
    """Measure the peak of a clip and of one four times as long, and the growth over many renderings."""
    n = 8 if pace.quick else 150
    short, long = folder / "short.mp4", folder / "long.mp4"
    clips.write_clip(short, n)
    clips.write_clip(long, n, times=4)

    def measured(source: Path, times: int) -> Sequence[int]:
        answer: Sequence[int] = python(
            MEMORY, str(source), str(folder / "out.mp4"), str(times), str(4 * n)
        ).answer
        return answer

    tiny = folder / "tiny.mp4"
    clips.write_clip(tiny, 4 if pace.quick else 20)
    once, longer = (
        statistics.median(measured(path, 1)[0] for _ in range(1 if pace.quick else 3))
        for path in (short, long)
    )
    growth = measured(tiny, 5 if pace.quick else 125)[1]
    report = Report("video memory", f"{title}: memory", OURS)
    report.figures += [
        Figure("peak, MB", once / 1024, "MB"),
        Figure("peak of a clip four times as long over that", longer / once),
        Figure("growth over 100 renderings", growth / 1024, "MB"),
    ]
    return report

"""Promise: two threads paint W2-size scenes 1.7x as fast as one: kernels hold no lock.

Wall time, so it needs an idle machine: the control (checksums, that hold none either) says what the machine gave.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks import peers, scenes
from benchmarks.harness import Pace, Row, compared, measure
from benchmarks.report import Report

CONTROL = "control: checksums"
REPEATS = 50
"""Of the work, in each part: 10 ms and more, beside which it does not matter how long a thread takes to wake up."""
Worker = Callable[[int], None]  # does its part; workers 0 and 1 share nothing that is written


def run(pace: Pace) -> Iterator[Report]:
    """Time the same work in one thread and in two."""
    scene = scenes.w1() if pace.quick else scenes.w2()
    makers = {"annogeo, W2": lambda: annogeo_worker(scene), "cv2, W2": lambda: cv2_worker(scene)}
    workers, missing = peers.ready(makers)
    workers |= {CONTROL: checksums, "control: Python code": counting}
    report = Report(
        "threads", f"{scene.title}: the same work in two threads and in one", "two threads", missing=missing
    )
    with ThreadPoolExecutor(1) as pool:
        rows = [row for name, worker in workers.items() for row in both(name, worker, pool)]
        times, walls = measure(rows, pace)
    for name, two, one in zip(workers, rows[::2], rows[1::2], strict=True):
        report.comparisons.append(compared(two, one, name, "peer", times, walls))
    given = report.value(CONTROL)
    if not pace.quick and given is not None and given < 1.8:
        report.notes.append(f"the machine was busy: it gave two threads {given:.2f} times one")
    yield report


def both(name: str, worker: Worker, pool: ThreadPoolExecutor) -> tuple[Row, Row]:
    """Make the rows of a worker's two parts: at the same time, and one after the other."""

    def two() -> None:
        other = pool.submit(worker, 1)
        worker(0)
        other.result()

    def one() -> None:
        worker(0)
        worker(1)

    return Row(f"{name} twice", two, clock="wall"), Row(f"{name} once", one, clock="wall")


def annogeo_worker(scene: scenes.PolygonScene) -> Worker:
    """Paint the scene many times into a buffer of one's own."""
    import annogeo as ag

    draw_list = ag.DrawList.from_polygons(*scene.flat())
    values = np.array(scene.values)
    buffers = [np.empty((scene.height, scene.width), np.uint8) for _ in range(2)]

    def work(index: int) -> None:
        for _ in range(REPEATS):
            ag.rasterize(draw_list, values, scene.height, scene.width, out=buffers[index])

    return work


def cv2_worker(scene: scenes.PolygonScene) -> Worker:
    """The same with cv2.fillPoly."""
    cv2 = peers.cv2_alone()
    points = [peers.whole(polygon) for polygon in scene.polygons]
    buffers = [np.empty((scene.height, scene.width), np.uint8) for _ in range(2)]

    def work(index: int) -> None:
        for _ in range(REPEATS):
            buffers[index].fill(0)
            for ring, value in zip(points, scene.values, strict=True):
                cv2.fillPoly(buffers[index], [ring], value)

    return work


def checksums(index: int) -> None:
    """Work that holds no lock."""
    for _ in range(4 * REPEATS):
        zlib.crc32(PAGE)


def counting(index: int) -> None:
    """Work that holds the interpreter's lock."""
    sum(range(10_000 * REPEATS))


PAGE = bytes(2**20)

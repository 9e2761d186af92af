"""Promise: all annotations of 300 items with 10 each, over a link of 30 ms, come in at most 5 requests.

And twice as fast as by the SDK's dataset-wide listing, ten times as fast as by its listing item by item. The platform
is the tests' emulator, in a process of its own, on this machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import peers
from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Figure, Report

OURS = "annogeo annotations()"
LATENCY = 0.03

SERVER = """
import sys
from tests.emulator import Emulator
items, each, latency = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
with Emulator(latency=latency) as platform:
    dataset = platform.store.add_dataset()
    for k in range(items):
        item = platform.store.add_item(dataset, f"/{k % 10}/{k}.png", b"png")
        for _ in range(each):
            platform.store.add_annotation(item)
    print(platform.url, platform.token, dataset, flush=True)
    sys.stdin.read()
"""


def run(pace: Pace) -> Iterator[Report]:
    """Fetch everything, every way."""
    n = 10 if pace.quick else 300
    with served(n, 10) as (url, token, dataset):
        yield listing(url, token, dataset, n, pace)


def listing(url: str, token: str, dataset: str, n: int, pace: Pace) -> Report:
    """Time listings by the wall's clock: they wait for most of it."""
    from annogeo.sync import Remote, Workspace

    remote = Remote(url, token)
    before = remote.transport.n_requests
    assert len(list(remote.annotations(dataset))) == 10 * n
    requests = remote.transport.n_requests - before
    rows, missing = seed_rows(url, token, dataset)
    mine = Row(OURS, lambda: list(remote.annotations(dataset)), "ours", "wall")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(folder)
        workspace.pull(remote, dataset, jobs=16)
        rows.append(
            Row("annogeo, a pull that finds nothing new", lambda: workspace.pull(remote), "ours", "wall")
        )
        title = f"{10 * n} annotations of {n} items over a link of {1000 * LATENCY:g} ms"
        report = compare("sync", title, mine, rows, missing=missing, pace=pace)
    report.figures.append(Figure("requests for all annotations", requests))
    return report


def seed_rows(url: str, token: str, dataset_id: str) -> tuple[list[Row], list[str]]:
    """Make the SDK's rows."""
    if not peers.installed(["dtlpy"]):
        return [], ["dtlpy"]
    import logging
    import os

    os.environ.setdefault("DATALOOP_PATH", tempfile.mkdtemp())
    import dtlpy as dl

    logging.disable(logging.CRITICAL)
    dl.client_api.add_environment(environment=url, alias="bench", token=token, verify_ssl=False, gate_url=url)
    dl.setenv("bench")
    dl.client_api.token = token
    dl.client_api.verbose.disable_progress_bar = True
    dataset = dl.datasets.get(dataset_id=dataset_id)

    def whole() -> Any:
        return list(dataset.annotations.list().all())

    def by_item() -> Any:
        return [item.annotations.list() for item in dataset.items.list().all()]

    ways: dict[str, Callable[[], Any]] = {"dtlpy, dataset.annotations": whole, "dtlpy, item by item": by_item}
    return [Row(name, way, clock="wall") for name, way in ways.items()], []


@contextmanager
def served(items: int, each: int) -> Iterator[tuple[str, str, str]]:
    """Start the platform; gives its URL, a token and the dataset's id."""
    arguments = [str(items), str(each), str(LATENCY)]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        url, token, dataset = server.stdout.readline().split()
        yield url, token, dataset
    finally:
        server.kill()
        server.wait()

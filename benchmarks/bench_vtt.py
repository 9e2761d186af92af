"""Promise: WebVTT is read 4x as fast as by webvtt-py 0.6 and written 3x, subtitles imported 40x as fast as by dtlpy.

50,000 cues with settings here and there; subtitles of a video at 25 frames per second: dtlpy makes an object per frame.
"""

from __future__ import annotations

import io
import logging
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Report

PEER = "webvtt-py 0.6"


def run(pace: Pace) -> Iterator[Report]:
    """Time reading and writing."""
    text = made(500 if pace.quick else 50_000)
    yield reading(text, pace)
    yield writing(text, pace)
    yield importing(made(50 if pace.quick else 500), pace)


def made(n: int) -> str:
    """Return a file of n cues."""
    rng = random.Random(5)
    words = "the of camera street light and <i>then</i> we saw it &amp; left".split()
    parts, at = ["WEBVTT"], 0
    for k in range(n):
        end = at + rng.randint(800, 4000)
        settings = " align:left position:10%" if k % 4 == 0 else ""
        lines = "\n".join(" ".join(rng.choices(words, k=rng.randint(3, 9))) for _ in range(rng.randint(1, 2)))
        parts.append(f"{stamp(at)} --> {stamp(end)}{settings}\n{lines}")
        at = end + rng.randint(0, 900)
    return "\n\n".join(parts) + "\n"


def stamp(ms: int) -> str:
    """Write a time."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def webvtt_py() -> Any:
    """Import webvtt-py, or give None; dtlpy asks for one of 2019, which is no peer."""
    if not peers.installed(["webvtt"]):
        return None
    import webvtt

    return webvtt if hasattr(webvtt, "from_string") else None


def reading(text: str, pace: Pace) -> Report:
    """Time reading."""
    from annogeo import vtt

    rows, missing = [], []
    if theirs := webvtt_py():
        rows.append(Row("webvtt-py", lambda: theirs.from_string(text)))
    else:
        missing.append(PEER)
    title = f"{text.count('-->')} cues of WebVTT to read"
    return compare(
        "vtt read", title, Row("annogeo vtt.parse", lambda: vtt.parse(text)), rows, missing=missing, pace=pace
    )


def writing(text: str, pace: Pace) -> Report:
    """Time writing."""
    from annogeo import vtt

    document = vtt.parse(text)
    rows, missing = [], []
    if webvtt := webvtt_py():
        theirs = webvtt.from_string(text)
        rows.append(Row("webvtt-py", lambda: theirs.write(io.StringIO())))
    else:
        missing.append(PEER)
    title = f"{len(document.cues)} cues of WebVTT to write"
    mine = Row("annogeo vtt.serialize", lambda: vtt.serialize(document))
    return compare("vtt write", title, mine, rows, missing=missing, pace=pace)


class StandIn:
    """What dtlpy asks of an item."""

    fps = 25
    mimetype = "video/mp4"
    id = "i"

    def __getattr__(self, name: str) -> Any:
        return None


def importing(text: str, pace: Pace) -> Report:
    """Time reading a file into subtitle annotations."""
    import annogeo as ag

    rows, missing = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.vtt"
        path.write_text(text, "utf-8")

        def mine() -> Any:
            collection = ag.AnnotationCollection(item=ag.Item("a.mp4", fps=25))
            collection.from_vtt_file(path)
            return collection

        def theirs() -> Any:
            import dtlpy as dl

            collection = dl.AnnotationCollection(item=StandIn())
            collection.from_vtt_file(str(path))
            return collection

        if peers.installed(["dtlpy"]):
            logging.disable(logging.CRITICAL)
            rows.append(Row("dtlpy", theirs))
        else:
            missing.append("dtlpy")
        title = f"{text.count('-->')} cues to subtitles of a video"
        return compare(
            "vtt import", title, Row("annogeo from_vtt_file", mine), rows, missing=missing, pace=pace
        )

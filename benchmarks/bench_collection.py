"""Promise: the vendor SDK's typical collection is drawn at least 30x as fast.

100 mixed annotations, a fifth of them masks, on a 1080p photo at half opacity: `render` and, the same picture by the
seed's own call, `show`; against dtlpy's `collection.show`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks import peers, scenes
from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Report
from benchmarks.scenes import typical_item

LOADED, READ = "annogeo", "annogeo from JSON"


def run(pace: Pace) -> Iterator[Report]:
    """Time the overlay and the mask view, from loaded annotations and from the JSON's bytes."""
    height, width = (270, 480) if pace.quick else (1080, 1920)
    document = json.dumps({"annotations": typical_item(20 if pace.quick else 100, height, width)}).encode()
    photo = scenes.photo(height, width)
    for view in ("overlay", "mask"):
        yield measure(view, document, photo, pace)


def measure(view: str, document: bytes, photo: Any, pace: Pace) -> Report:
    """Compare one view."""
    import annogeo as ag

    height, width = photo.shape[:2]
    hard = ag.Style(antialias=False)
    image = photo if view == "overlay" else None

    def draw(collection: Any) -> Any:
        return ag.render(collection, (view,), height=height, width=width, image=image, alpha=0.5, style=hard)[
            view
        ]

    loaded = ag.AnnotationCollection.from_json(document)
    rows = [Row(READ, lambda: draw(ag.AnnotationCollection.from_json(document)), "ours")]
    paints, missing = peers.ready({"dtlpy": lambda: dtlpy_paints(document, image, height, width)})
    if paints:
        show, read_and_show = paints["dtlpy"]
        rows += [Row("dtlpy", show), Row("dtlpy from JSON", read_and_show)]
    return compare(
        f"collection {view}",
        f"100 mixed annotations, a fifth masks, {width}x{height}, alpha .5, {view}",
        Row(LOADED, lambda: draw(loaded)),
        rows,
        pairs=[(READ, "dtlpy from JSON")],
        missing=missing,
        pace=pace,
    )


def dtlpy_paints(document: bytes, image: Any, height: int, width: int) -> tuple[Any, Any]:
    """dtlpy's show of loaded annotations, and reading and showing."""
    dl = peers.quiet_dtlpy()
    annotations = json.loads(document)["annotations"]

    def show(collection: Any) -> Any:
        # a copy: dtlpy draws into a 4-channel image it is given
        return collection.show(
            image=None if image is None else image.copy(),
            height=height,
            width=width,
            thickness=-1,
            annotation_format="mask",
            alpha=0.5,
        )

    def read() -> Any:
        return dl.AnnotationCollection.from_json(json.loads(document)["annotations"])

    loaded = dl.AnnotationCollection.from_json(annotations)
    return lambda: show(loaded), lambda: show(read())

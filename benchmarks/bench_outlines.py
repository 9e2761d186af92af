"""Promise: rings, boxes, areas and centroids of a whole label map in one pass, many times as fast as label by label."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers
from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Figure, Report

Array = npt.NDArray[Any]
Slices = list[tuple[int, tuple[slice, slice]]]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

CROPS, CROPS_ALONE = "cv2, crops, boxes looked for", "cv2, crops, boxes given"
LINK_RUNS = "cv2 findContoursLinkRuns, crops, boxes given"
WHOLE = "cv2, whole map"
GDAL = "GDAL (rasterio)"
REGIONPROPS = "skimage regionprops"


def run(pace: Pace) -> Iterator[Report]:
    """Time outlines of made-up maps, of real ones where they are, and sizes alone."""
    for side, count in ((64, 10),) if pace.quick else ((1024, 200), (4096, 3000)):
        ids = blobs(side, count)
        title = f"{count} labels on {side} x {side}"
        yield outlined(f"outlines {side}", title, ids, pace)
        yield measured(f"sizes {side}", title, ids, pace)
    for name, ids in real_maps().items():
        yield outlined(f"outlines {name}", f"{name}, {ids.shape[1]} x {ids.shape[0]}", ids, pace)
        yield measured(f"sizes {name}", f"{name}, {ids.shape[1]} x {ids.shape[0]}", ids, pace)


def outlined(key: str, title: str, ids: Array, pace: Pace) -> Report:
    """Compare rings with roles, boxes and areas; `ids` are small numbers, which peers need."""
    import annogeo as ag

    found = ag.outlines(ids)  # a row that compiled in the warm-up would be timed as a slow one
    paints, missing = peers.ready({name: partial(make, ids) for name, make in OUTLINES.items()})
    ways = [
        Row("annogeo outlines, 8-connected", lambda: ag.outlines(ids, 8), "ours"),
        Row("annogeo label_map_to_polygons", lambda: ag.label_map_to_polygons(ids), "ours"),
        Row("reading the map", lambda: int(ids.view(np.uint32).max()), "limit"),
    ]
    rows = [*peers.rows_of(paints), *ways]
    report = compare(
        key, title, Row("annogeo outlines", lambda: ag.outlines(ids)), rows, missing=missing, pace=pace
    )
    report.figures = [
        Figure("labels", len(found)),
        Figure("rings", found.ring_label.size),
        Figure("corners", found.xy.shape[0]),
        Figure("pixels as the map", peers.share(refilled(ids) == ids), "%"),
    ]
    if GDAL in paints:
        parts = sum(1 for _ in paints[GDAL]())
        report.figures.append(Figure("parts over GDAL's", np.count_nonzero(~found.ring_is_hole) / parts))
    return report


def measured(key: str, title: str, ids: Array, pace: Pace) -> Report:
    """Compare boxes and areas."""
    import annogeo as ag

    paints, missing = peers.ready({name: partial(make, ids) for name, make in SIZES.items()})
    ours = Row("annogeo label_map_stats", lambda: ag.label_map_stats(ids))
    report = compare(key, title, ours, peers.rows_of(paints), missing=missing, pace=pace)
    stats = ag.label_map_stats(ids)
    if REGIONPROPS in paints:
        theirs = np.array([[*bbox, area] for bbox, area in paints[REGIONPROPS]()])
        mine = np.column_stack([stats.boxes[:, [1, 0, 3, 2]], stats.areas])
        report.figures = [Figure("boxes and areas as skimage", peers.share(mine == theirs), "%")]
    return report


def refilled(ids: Array) -> Array:
    """Draw the polygons of a map by rule center."""
    import annogeo as ag

    polygons = ag.label_map_to_polygons(ids)
    numbers = {str(label): label for label in polygons}
    return ag.label_map(list(polygons.values()), *ids.shape, ids=numbers, dtype=np.int32)


def blobs(side: int, count: int) -> Array:
    """Scatter blobs with wavy borders over a map, later ones on top: int32 (side, side)."""
    rng = np.random.default_rng([side, count])
    ids = np.zeros((side, side), np.int32)
    for label in range(1, count + 1):
        radius = side / np.sqrt(count) * rng.uniform(0.3, 0.5)
        center, (bends, phases) = rng.uniform(0, side, 2), (np.array([3, 5, 11]), rng.uniform(0, 6, 3))
        low, high = (np.clip(center + s * 1.3 * radius, 0, side).astype(int) for s in (-1, 1))
        x, y = np.meshgrid(*(np.arange(a, b) + 0.5 - c for a, b, c in zip(low, high, center, strict=True)))
        waves = np.sin(np.multiply.outer(np.arctan2(y, x), bends) + phases) @ [0.1, 0.05, 0.03]
        ids[low[1] : high[1], low[0] : high[0]][np.hypot(x, y) < radius * (1 + waves)] = label
    return np.unique(ids, return_inverse=True)[1].reshape(ids.shape).astype(np.int32)


def real_maps() -> dict[str, Array]:
    """Give maps with small numbers for labels, where the reference data lies beside the checkout."""
    from PIL import Image

    files = {
        "panoptic": "panoptic/panopticapi/sample_data/panoptic_examples/000000142238.png",
        "stardist": "instance_map/stardist/mask2d.tif",
        "bdd100k": "bdd100k/label/bitmasks/quasi-video/insseg_bitmask.png",
    }
    maps = {}
    for name, file in files.items():
        if (DATA / file).exists():
            with Image.open(DATA / file) as image:
                pixels = np.asarray(image).astype(np.int64)
            ids = pixels if pixels.ndim == 2 else pixels @ 256 ** np.arange(pixels.shape[2])
            _, compact = np.unique(np.append(ids, 0), return_inverse=True)
            maps[name] = compact[:-1].reshape(ids.shape).astype(np.int32)
    return maps


def crops_looked_for(ids: Array) -> Callable[[], Any]:
    """Find boxes, cut the labels out, outline each: what is usually done."""
    from scipy.ndimage import find_objects

    return lambda: contours_of(ids, boxes_of(find_objects(ids)))


def crops_given(ids: Array) -> Callable[[], Any]:
    """Outline each label in its box, which costs nothing."""
    from scipy.ndimage import find_objects

    boxes = boxes_of(find_objects(ids))
    return lambda: contours_of(ids, boxes)


def crops_link_runs(ids: Array) -> Callable[[], Any]:
    """Do the same with OpenCV's other way of tracing."""
    from scipy.ndimage import find_objects

    cv2 = peers.cv2_alone()
    if not hasattr(cv2, "findContoursLinkRuns"):
        raise ImportError("cv2 is older than 4.10")
    boxes = boxes_of(find_objects(ids))
    return lambda: [cv2.findContoursLinkRuns((ids[box] == label).view(np.uint8)) for label, box in boxes]


def boxes_of(found: list[Any]) -> Slices:
    """Drop labels that are absent."""
    return [(label, box) for label, box in enumerate(found, 1) if box is not None]


def contours_of(ids: Array, boxes: Slices) -> list[Any]:
    """Trace the mask of each label in its box; counting pixels is the cheapest way to its area."""
    cv2 = peers.cv2_alone()
    mode, corners = cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    return [cv2.findContours((ids[box] == label).view(np.uint8), mode, corners) for label, box in boxes]


def whole_map(ids: Array) -> Callable[[], Any]:
    """Have OpenCV trace all labels at once: 8-connected, no label said, no boxes."""
    cv2 = peers.cv2_alone()
    return lambda: cv2.findContours(ids, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)


def shapes(ids: Array) -> Callable[[], Any]:
    """Make GDAL's polygons, as GeoJSON-like dicts."""
    from rasterio import features

    mask = ids > 0
    return lambda: list(features.shapes(ids, mask=mask))


def region_sizes(ids: Array) -> Callable[[], Any]:
    """Measure boxes and areas of skimage's regions."""
    from skimage.measure import regionprops

    return lambda: [(region.bbox, region.area) for region in regionprops(ids)]


def region_table(ids: Array) -> Callable[[], Any]:
    """Measure the same as a table."""
    from skimage.measure import regionprops_table

    return lambda: regionprops_table(ids, properties=("bbox", "area"))


def found_objects(ids: Array) -> Callable[[], Any]:
    """Find boxes and count pixels by scipy and numpy."""
    from scipy.ndimage import find_objects

    return lambda: (find_objects(ids), np.bincount(ids.ravel()))


OUTLINES = {
    CROPS: crops_looked_for,
    CROPS_ALONE: crops_given,
    LINK_RUNS: crops_link_runs,
    WHOLE: whole_map,
    GDAL: shapes,
}
SIZES = {
    REGIONPROPS: region_sizes,
    "skimage regionprops_table": region_table,
    "scipy and numpy": found_objects,
}

"""Promise: of the corners of real masks' outlines at most 35 % are left as vertices, and every pixel is kept.

Peers, asked for an outline within a pixel, keep about as many and lose pixels; how many is told by the mean IoU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers, real_masks
from benchmarks.bench_outlines import blobs, boxes_of
from benchmarks.harness import Pace, Row, compare
from benchmarks.report import Figure, Report

Mask = npt.NDArray[np.uint8]
Rings = list[npt.NDArray[Any]]

LEFT = "corners left"
CROPS = "cv2 findContours, approxPolyDP 1 px, crops, boxes given"
CV2 = "cv2 findContours, approxPolyDP 1 px"
GDAL = "GDAL (rasterio), shapely simplify 1 px"
_MOST_PIXELS = 2**26  # of a set's masks that are timed


def run(pace: Pace) -> Iterator[Report]:
    """Outline a made-up label map, and real masks where they are."""
    yield mapped(blobs(64, 10) if pace.quick else blobs(1024, 200), pace)
    if real_masks.DATA.exists():
        together = Report("fewest", "vertices left of the corners, all sets", "annogeo, every pixel")
        for name, make in real_masks.SETS.items():
            masks = [mask.to_mask().astype(np.uint8) for mask in make()]
            report = outlined(name, masks[:3] if pace.quick else masks, pace)
            together.figures.append(Figure(name, report.value(LEFT) or 0.0, "%"))
            yield report
        yield together


def mapped(ids: npt.NDArray[np.int32], pace: Pace) -> Report:
    """Compare a whole map with its labels, cut out, one by one."""
    import annogeo as ag

    paints, missing = peers.ready({CROPS: partial(crops_by_cv2, ids), GDAL: partial(by_gdal, [ids])})
    ours = Row("annogeo, every pixel", lambda: ag.label_map_to_polygons(ids, None))
    within = Row("annogeo, within 1 px", lambda: ag.label_map_to_polygons(ids, 1), "ours")
    title = f"{ids.max()} labels on {ids.shape[1]} x {ids.shape[0]}"
    report = compare("fewest map", title, ours, [*peers.rows_of(paints), within], missing=missing, pace=pace)
    report.figures = figures([(ids == label).astype(np.uint8) for label in range(1, ids.max() + 1)])
    return report


def outlined(name: str, masks: Sequence[Mask], pace: Pace) -> Report:
    """Compare one set of masks: all of them for what is left, a part for the time."""
    import annogeo as ag

    step = -(-sum(mask.size for mask in masks) // _MOST_PIXELS)
    timed = masks[::step]

    def ours(epsilon: float | None) -> list[Any]:
        return [ag.mask_to_polygon(mask, epsilon) for mask in timed]

    paints, missing = peers.ready({key: partial(make, timed) for key, make in PEERS.items()})
    within = Row("annogeo, within 1 px", lambda: ours(1), "ours")
    title = f"{name}, {len(timed)} of {len(masks)} masks"
    rows = [*peers.rows_of(paints), within]
    report = compare(
        f"fewest {name}",
        title,
        Row("annogeo, every pixel", lambda: ours(None)),
        rows,
        missing=missing,
        pace=pace,
    )
    report.figures = [
        *figures(masks),
        *(figure for key in paints for figure in losses(key, timed, paints[key]())),
    ]
    return report


def figures(masks: Sequence[Mask]) -> list[Figure]:
    """Tell what annogeo's outlines keep."""
    import shapely

    import annogeo as ag

    corners = sum(count(ag.mask_to_polygon(mask).rings) for mask in masks)
    fewest = [ag.mask_to_polygon(mask, None) for mask in masks]
    same = [
        np.array_equal(polygon.to_rle(*mask.shape).to_mask(), mask)
        for polygon, mask in zip(fewest, masks, strict=True)
    ]
    invalid = [
        not shapely.MultiPolygon([(part[0], part[1:]) for part in map(rings_of, polygon.parts)]).is_valid
        for polygon in fewest
    ]
    left = {
        LEFT: fewest,
        "corners left within 1 px": [ag.mask_to_polygon(mask, 1) for mask in masks],
    }
    return [
        *(
            Figure(words, 100 * sum(count(polygon.rings) for polygon in polygons) / corners, "%")
            for words, polygons in left.items()
        ),
        Figure("masks kept", 100 * float(np.mean(same)), "%"),
        Figure("polygons that are not valid", float(sum(invalid))),
    ]


def losses(name: str, masks: Sequence[Mask], outlines: Sequence[Rings]) -> list[Figure]:
    """Tell what a peer's outlines keep, filled by rule center, or by cv2 where they came from it."""
    import annogeo as ag

    corners = sum(count(ag.mask_to_polygon(mask).rings) for mask in masks)
    overlaps = []
    for mask, rings in zip(masks, outlines, strict=True):
        fill = cv2_filled if name == CV2 else center_filled
        other = fill(rings, mask.shape)
        overlaps.append((mask & other).sum() / max((mask | other).sum(), 1))
    return [
        Figure(f"corners left by {name}", 100 * sum(map(count, outlines)) / corners, "%"),
        Figure(f"mean IoU of {name}", float(np.mean(overlaps))),
    ]


def rings_of(part: Any) -> Rings:
    """Give a part's rings, the outer one first."""
    return [np.asarray(ring) for ring in part.rings]


def count(rings: Sequence[npt.NDArray[Any]]) -> int:
    """Count vertices."""
    return sum(len(ring) for ring in rings)


def cv2_rings(mask: Mask) -> Rings:
    """Trace and simplify with OpenCV."""
    import cv2

    rings, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return [cv2.approxPolyDP(ring, 1.0, True) for ring in rings]


def crops_by_cv2(ids: npt.NDArray[np.int32]) -> Callable[[], list[Rings]]:
    """Trace and simplify each label of a map, cut out by its box, which costs nothing."""
    from scipy.ndimage import find_objects

    peers.cv2_alone()
    boxes = boxes_of(find_objects(ids))
    return lambda: [cv2_rings((ids[box] == label).view(np.uint8)) for label, box in boxes]


def by_cv2(masks: Sequence[Mask]) -> Callable[[], list[Rings]]:
    """Trace and simplify whole masks."""
    peers.cv2_alone()
    return lambda: [cv2_rings(mask) for mask in masks]


def by_gdal(masks: Sequence[Mask]) -> Callable[[], list[Rings]]:
    """Trace with GDAL and simplify with GEOS."""
    import shapely
    from rasterio import features

    def outline(mask: Mask) -> Rings:
        shapes = [shapely.geometry.shape(shape) for shape, _ in features.shapes(mask, mask=mask > 0)]
        simple = shapely.simplify(shapes, 1.0)
        rings = [ring for shape in simple for ring in (shape.exterior, *shape.interiors)]
        return [np.asarray(ring.coords)[:-1] for ring in rings]

    return lambda: [outline(mask) for mask in masks]


def cv2_filled(rings: Rings, shape: tuple[int, ...]) -> Mask:
    """Fill as OpenCV does, whose outlines run along the centres of the outermost pixels."""
    filled = np.zeros(shape, np.uint8)
    peers.cv2_alone().fillPoly(filled, rings, 1)
    return filled


def center_filled(rings: Rings, shape: tuple[int, ...]) -> Mask:
    """Fill by rule center."""
    import annogeo as ag

    height, width = shape
    return ag.Polygon(rings, "").to_rle(height, width).to_mask().astype(np.uint8)


PEERS = {CV2: by_cv2, GDAL: by_gdal}

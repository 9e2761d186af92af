"""Semantic and panoptic maps to annotations: masks or polygons, of the same pixels. Layer: masks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Definition, Polygon, Segmentation
from annogeo.definitions.path import CheckedPaths
from annogeo.draw import DrawList
from annogeo.errors import InputError
from annogeo.masks.boxes import checked_min_area
from annogeo.masks.instances import checked_instance_map
from annogeo.masks.label_runs import label_masks
from annogeo.masks.outline import is_eight, outer_rings, part_areas, ring_order
from annogeo.masks.outlines import Outlines, outlines
from annogeo.masks.overlap import joined_ranges
from annogeo.masks.panoptic import PanopticMap, as_array, checked_divisor, panoptic_decode
from annogeo.rendering import rles
from annogeo.rle import Rle

IndexArray = npt.NDArray[np.intp]
KINDS: dict[str, Callable[..., Definition]] = {"segmentation": Segmentation, "polygon": Polygon}
_MEASURED = ("id", "category_id", "area", "bbox")
"""Keys of a segment that its annotation holds as object id, label and pixels; the others become attributes."""


class _Piece(NamedTuple):
    """What of a map becomes a shape: runs for a segmentation, rings for a polygon."""

    number: int
    area: int
    geo: Any


def from_semantic_map(
    semantic: npt.ArrayLike,
    ids: Mapping[str, int] | None = None,
    kind: str = "segmentation",
    *,
    parts: bool = False,
    connectivity: int = 4,
    min_area: float = 0,
) -> list[Definition]:
    """Return one shape per class of a map, or one per connected part of each.

    The arguments are those of `AnnotationCollection.from_semantic_map`.

    Examples
    --------
    >>> found = from_semantic_map([[1, 0, 1, 2]], {"car": 1, "bus": 2}, parts=True)
    >>> [(shape.label, shape.bounds.tolist()) for shape in found]
    [('car', [0.0, 0.0, 1.0, 1.0]), ('car', [2.0, 0.0, 3.0, 1.0]), ('bus', [3.0, 0.0, 4.0, 1.0])]
    """
    is_eight(connectivity)
    least, make = checked_min_area(min_area), _maker(kind)
    given = None if ids is None else checked_instance_map(ids, "ids")
    background = 0 if given is None else None
    pieces: dict[int, list[Any]] = {}
    for number, area, geo in _pieces(semantic, "semantic", kind, background, parts, connectivity):
        if area > least:
            pieces.setdefault(number, []).append(geo)
    labels = {str(number): number for number in pieces} if given is None else given
    return [make(geo, label) for label, number in labels.items() for geo in pieces.get(number, ())]


def from_panoptic(
    panoptic: npt.ArrayLike,
    segments: Any = None,
    ids: Mapping[str, int] | None = None,
    kind: str = "segmentation",
    *,
    divisor: int | None = None,
) -> list[tuple[int, Definition]]:
    """Return the segments of a panoptic map as shapes, each with its id.

    The arguments are those of `AnnotationCollection.from_panoptic`.

    Examples
    --------
    >>> found = from_panoptic([[26001, 23]], ids={"sky": 23, "car": 26}, divisor=1000)
    >>> [(number, shape.label) for number, shape in found]
    [(23, 'sky'), (26001, 'car')]
    """
    if segments is None and isinstance(panoptic, PanopticMap):
        segments = panoptic.segments
    pixels = as_array("panoptic", panoptic)
    if pixels.ndim == 3:
        pixels = panoptic_decode(pixels)
    make = _maker(kind)
    pieces = {piece.number: piece.geo for piece in _pieces(pixels, "panoptic", kind, 0)}
    listed = _segments(segments) if segments is not None else _by_divisor(pieces, divisor)
    unlisted = pieces.keys() - {segment["id"] for segment in listed}
    if unlisted:
        raise InputError(f"segments: expected one for every id of the map, got none for {_few(unlisted)}")
    nothing: Any = Rle(pixels.shape, []) if kind == "segmentation" else []  # type: ignore[arg-type]
    labels = None if ids is None else {n: label for label, n in checked_instance_map(ids, "ids").items()}
    found = []
    for k, segment in enumerate(listed):
        number = segment["id"]
        attributes = {key: value for key, value in segment.items() if key not in _MEASURED}
        label = _label(segment["category_id"], labels, k)
        found.append((number, make(pieces.get(number, nothing), label, attributes)))
    return found


def _maker(kind: str) -> Callable[..., Definition]:
    make = KINDS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise InputError(f"kind: expected one of {', '.join(map(repr, KINDS))}, got {kind!r}")
    return make


def _pieces(
    ids: npt.ArrayLike,
    argument: str,
    kind: str,
    background: int | None,
    parts: bool = False,
    connectivity: int = 4,
) -> Iterator[_Piece]:
    """Give the pieces of a map by rising id, of one id the largest first."""
    if kind == "segmentation" and not parts:
        for number, mask in label_masks(ids, background, argument):
            yield _Piece(number, mask.area, mask)
        return
    found = outlines(as_array(argument, ids), connectivity, background=background)
    order, bounds, areas = _grouped(found, parts)
    numbers = found.ring_label[order[bounds[:-1]]].tolist()
    geos: Iterable[Any] = _rings(found, order, bounds)
    if kind == "segmentation":
        geos = rles(_draw_list(found, order, bounds), *np.shape(ids)) if numbers else ()
    yield from map(_Piece, numbers, areas.tolist(), geos)


def _grouped(found: Outlines, parts: bool) -> tuple[IndexArray, IndexArray, npt.NDArray[np.int64]]:
    """Bring the rings into order; say where those of each label, or each part, start, and how many pixels it has."""
    outer = outer_rings(found.ring_parent)
    areas = part_areas(found.xy, found.ring_offsets, outer)
    order = ring_order(areas, outer, found.ring_label)
    group = outer[order] if parts else found.ring_label[order]
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1])) if group.size else np.zeros(0, np.intp)
    sizes = np.add.reduceat(areas[order], starts) if group.size else areas
    return order, np.append(starts, group.size), sizes


def _rings(found: Outlines, order: IndexArray, bounds: IndexArray) -> Iterator[CheckedPaths]:
    xy = found.xy.astype(np.float64)
    xy.flags.writeable = False
    ends = found.ring_offsets.tolist()
    rings = [xy[ends[ring] : ends[ring + 1]] for ring in order.tolist()]
    for start, stop in pairwise(bounds.tolist()):
        yield CheckedPaths(rings[start:stop])


def _draw_list(found: Outlines, order: IndexArray, bounds: IndexArray) -> DrawList:
    starts, stops = found.ring_offsets[:-1][order], found.ring_offsets[1:][order]
    offsets = np.append(0, np.cumsum(stops - starts))
    points = joined_ranges(starts, stops)
    return DrawList.from_polygons(found.xy[points], offsets, bounds)


def _segments(given: Any) -> list[dict[str, Any]]:
    """Check segments as COCO's JSON has them: a list, or the annotation that holds it."""
    listed = given.get("segments_info") if isinstance(given, Mapping) else given
    if isinstance(listed, str | bytes) or not isinstance(listed, Iterable):
        raise InputError(f"segments: expected a list of segments, got {type(listed).__name__}")
    segments: list[dict[str, Any]] = []
    known: set[int] = set()
    for k, segment in enumerate(listed):
        if not isinstance(segment, Mapping):
            raise InputError(f"segments[{k}]: expected a mapping, got {type(segment).__name__}")
        for key in ("id", "category_id"):
            value = segment.get(key)
            if isinstance(value, bool) or not isinstance(value, int | np.integer):
                raise InputError(f"segments[{k}][{key!r}]: expected an integer, got {value!r}")
        number = int(segment["id"])
        if number in known or number < 1:
            expected = "another id than the ones before" if number in known else "1 or more"
            raise InputError(f"segments[{k}]['id']: expected {expected}, got {number}")
        known.add(number)
        segments.append({**segment, "id": number, "category_id": int(segment["category_id"])})
    return segments


def _by_divisor(numbers: Iterable[int], divisor: int | None) -> list[dict[str, Any]]:
    """Take classes from the ids, as Cityscapes numbers segments; without a divisor, the ids are classes."""
    if divisor is None:
        return [{"id": number, "category_id": number} for number in numbers]
    least = checked_divisor(divisor)
    return [
        {"id": number, "category_id": number // least if number >= least else number} for number in numbers
    ]


def _label(category: int, labels: Mapping[int, str] | None, k: int) -> str:
    if labels is None:
        return str(category)
    label = labels.get(category)
    if label is None:
        raise InputError(
            f"segments[{k}]: category {category} is not in ids, which has {_few(labels)}",
            hint="ids={category['name']: category['id'] for category in coco['categories']}",
        )
    return label


def _few(numbers: Iterable[int]) -> str:
    listed = sorted(numbers)
    return ", ".join(map(str, listed[:8])) + (", ..." if len(listed) > 8 else "")

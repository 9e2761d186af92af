"""The table of repairs: one row for each way of putting shapes right. Layer: ops.

A repair takes a definition and what checks found in it, and gives another, or None where it would change pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box, Definition, Note, Polygon, Polyline
from annogeo.errors import InputError
from annogeo.geometry.cleaning import cleaned
from annogeo.geometry.crossings import self_meetings
from annogeo.geometry.resolving import arranged, resolved, with_centers

if TYPE_CHECKING:
    from annogeo.model.frames import Keyframe
    from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]

EMPTY = frozenset(
    {"no-points", "too-few-points", "no-area", "no-length", "empty-box", "empty-ellipse", "empty-cube"}
    | {"empty-mask", "outside"}
)
"""Checks that find annotations which draw nothing."""

IN_PART = frozenset({"too-few-points", "no-area", "no-length"})
"""Those that find it of one ring or line, where others may draw."""

_MOST_CROSSINGS = 20_000  # of one ring; cutting it there would take more memory than it is worth
_MOST_SIDE = 16_384  # px of the picture that pixels are compared on, where the image's size is not known


class Room(NamedTuple):
    """The image's size in px, as far as known."""

    height: int | None
    width: int | None


class Fix(NamedTuple):
    """A repaired definition, what was changed in words, and the number these speak of before and after."""

    definition: Definition
    message: str
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One row.

    Parameters
    ----------
    codes : frozenset of str
        The checks whose findings it repairs.
    fix : (Definition, codes found, Room) -> Fix or None
    """

    codes: frozenset[str]
    fix: Callable[[Any, set[str], Room], Fix | None]


def _without_waste(polygon: Any, codes: set[str], room: Room) -> Fix | None:
    """Drop repeated points and spikes, and rings that enclose nothing where others do."""
    rings: list[FloatArray] = []
    dropped = {"repeated-point": 0, "spike": 0, "ring": 0}
    for ring in polygon.rings:
        clean, repeated, tips = cleaned(ring)
        if len(clean) < 3 and codes & {"too-few-points", "no-area"}:
            dropped["ring"] += 1
        elif len(clean) >= 3 and (repeated or tips) and codes & {"repeated-point", "spike"}:
            rings.append(clean)
            dropped["repeated-point"] += len(repeated)
            dropped["spike"] += len(tips)
        else:
            rings.append(ring)
    if not rings or not any(dropped.values()) or not _same_pixels(polygon.rings, rings, room):
        return None
    names = {"repeated-point": "repeated point", "spike": "spike", "ring": "ring without area"}
    words = ", ".join(_count(n, names[key]) for key, n in dropped.items() if n)
    before, after = (sum(map(len, some)) for some in (polygon.rings, rings))
    return Fix(_with_rings(polygon, rings), f"dropped {words}: {before} points became {after}", before, after)


def _uncrossed(polygon: Any, codes: set[str], room: Room) -> Fix | None:
    """Resolve rings that cross, touch or overlap."""
    clean = [cleaned(ring)[0] for ring in polygon.rings]
    clean = [ring for ring in clean if len(ring) >= 3]
    if any(self_meetings(ring, _MOST_CROSSINGS).cut_short for ring in clean):
        return None
    for snapped, through_centers in ((False, False), (False, True), (True, False), (True, True)):
        rings = resolved(clean, through_centers=through_centers, snapped=snapped)
        if rings and _are_sound(rings) and _same_pixels(polygon.rings, rings, room):
            what = _WHAT[min(codes, key=list(_WHAT).index)]
            before, after = len(polygon.rings), len(rings)
            message = f"resolved {what}: {_count(before, 'ring')} became {after}"
            return Fix(_with_rings(polygon, rings), message, before, after)
    return None


_WHAT = {
    "self-crossing": "a ring that crosses itself",
    "rings-crossing": "rings that cross",
    "equal-rings": "equal rings",
    "shared-edge": "rings that run along each other",
    "self-touching": "a ring that touches itself",
}


def _clipped(shape: Any, codes: set[str], room: Room) -> Fix | None:
    """Cut a shape to the image."""
    if room.height is None or room.width is None:
        return None
    if isinstance(shape, Box | Note):
        return _clipped_box(shape, room.height, room.width)
    if isinstance(shape, Polygon):
        return _clipped_polygon(shape, room)
    if isinstance(shape, Polyline):
        return _clipped_lines(shape, room.height, room.width)
    return None


def _clipped_box(box: Any, height: int, width: int) -> Fix | None:
    if box.is_rotated:
        return None
    edges = (
        max(box.left, 0.0),
        max(box.top, 0.0),
        min(box.right, float(width)),
        min(box.bottom, float(height)),
    )
    inner = box.replace(left=edges[0], top=edges[1], right=edges[2], bottom=edges[3])
    return _cut(box, inner) if inner.area > 0 else None


def _clipped_polygon(polygon: Polygon, room: Room) -> Fix | None:
    import shapely

    assert room.height is not None
    assert room.width is not None
    image = shapely.box(0, 0, room.width, room.height)
    for through_centers in (False, True):
        given = [with_centers(ring) for ring in polygon.rings] if through_centers else polygon.rings
        inside = shapely.intersection(Polygon(given, "").to_shapely(), image)
        rings = arranged(inside, polygon.rings)
        if rings and _same_pixels(polygon.rings, rings, room):
            return _cut(polygon, _with_rings(polygon, rings))
    return None


def _clipped_lines(polyline: Polyline, height: int, width: int) -> Fix | None:
    import shapely

    from annogeo.geometry.region import lines_of

    lines = [
        piece
        for line in polyline.lines
        if len(line) > 1
        for piece in lines_of(
            shapely.intersection(shapely.LineString(line), shapely.box(0, 0, width, height))
        )
    ]
    if not lines:
        return None
    shorter = polyline.replace(geo=lines if len(lines) > 1 else lines[0])
    before, after = polyline.length, shorter.length
    return Fix(shorter, f"cut to the image: {before:.6g} px of length became {after:.6g}", before, after)


def _cut(shape: Any, inner: Any) -> Fix:
    before, after = float(shape.area), float(inner.area)
    return Fix(inner, f"cut to the image: {before:.6g} square px became {after:.6g}", before, after)


def _resized(mask: Any, codes: set[str], room: Room) -> Fix | None:
    """Crop or pad a mask to the image, from its top-left corner."""
    from annogeo.rle import Rle

    if room.height is None or room.width is None:
        return None
    try:
        old: Rle = mask.rle
    except InputError:
        return None
    rows = old.rows()
    rows = rows[(rows[:, 0] < room.height) & (rows[:, 1] < room.width)]
    rows[:, 2] = np.minimum(rows[:, 2], room.width)
    new = Rle.from_rows(rows, (room.height, room.width))
    sizes = [f"{shape[1]} x {shape[0]}" for shape in (old.shape, new.shape)]
    message = f"mask of {sizes[0]} px made {sizes[1]}: {old.area} px inside became {new.area}"
    return Fix(mask.replace(geo=new), message, old.area, new.area)


REPAIRS = (
    Repair(frozenset({"repeated-point", "spike", "too-few-points", "no-area"}), _without_waste),
    Repair(frozenset(_WHAT), _uncrossed),
    Repair(frozenset({"partly-outside"}), _clipped),
    Repair(frozenset({"mask-size"}), _resized),
)
"""In the order in which they are made."""


def swapped_entry(entry: Any, keyframes: Iterable[Keyframe | None]) -> tuple[Any, int]:
    """Put the corners of these states in order in an annotation's JSON; return it and how many were changed."""
    count = 0
    for keyframe in keyframes:
        if keyframe is None or keyframe.reading is None:
            continue
        holder = _snapshot(entry, keyframe.place) if keyframe.place else entry
        corners = holder.get(keyframe.reading.key) if isinstance(holder, dict) else None
        if not isinstance(corners, list) or len(corners) < 2:
            continue
        first, second = corners[0], corners[1]
        for axis in ("x", "y"):
            first[axis], second[axis] = min(first[axis], second[axis]), max(first[axis], second[axis])
        count += 1
    return entry, count


def _snapshot(entry: Any, place: str) -> Any:
    """Return the snapshot at a place such as ``.metadata.system.snapshots_[3]``."""
    number = int(place[place.rindex("[") + 1 : -1])
    return entry["metadata"]["system"]["snapshots_"][number]


def _with_rings(polygon: Polygon, rings: Sequence[FloatArray]) -> Polygon:
    return polygon.replace(geo=rings[0] if len(rings) == 1 else list(rings))


def _are_sound(rings: Sequence[FloatArray]) -> bool:
    """Whether no check of rings would find anything."""
    found = Polygon(list(rings), "").validate()
    return not any(problem.code in _WHAT or problem.severity == "error" for problem in found)


def _same_pixels(old: Sequence[FloatArray], new: Sequence[FloatArray], room: Room) -> bool:
    """Whether two lists of rings hold the same pixel centres of the image."""
    points = np.concatenate([*old, *new])
    right, bottom = np.clip(points.max(axis=0) + 1.0, 1.0, _MOST_SIDE).tolist()
    width = min(math.ceil(right), room.width or _MOST_SIDE)
    height = min(math.ceil(bottom), room.height or _MOST_SIDE)
    one, other = (_pixels(rings, height, width) for rings in (old, new))
    return one == other


def _pixels(rings: Sequence[FloatArray], height: int, width: int) -> Rle:
    return Polygon(list(rings), "").to_rle(height, width)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {_PLURALS.get(noun, noun + 's')}"


_PLURALS = {"ring without area": "rings without area"}

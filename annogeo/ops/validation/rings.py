"""Checks of polygons' rings, each alone and against one another. Layer: ops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annogeo.definitions import Polygon
from annogeo.geometry.crossings import Meetings, crossing_pairs, meetings, self_meetings
from annogeo.ops.validation.registry import Finding, check
from annogeo.ops.validation.scene import Scene

_EVEN_ODD = "the even-odd rule decides what is inside"


@check("no-points", "error", "polygon or line without any point", needs_collection=False)
def _no_points(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Polygon):
        polygon: Any = subject.definition
        if not polygon.rings:
            yield Finding(subject, "polygon has no points")


@check("too-few-points", "error", "ring of fewer than three different points", needs_collection=False)
def _too_few_points(scene: Scene) -> Iterator[Finding]:
    rings = scene.rings
    for k, (owner, number) in enumerate(zip(rings.owners, rings.numbers, strict=True)):
        clean = scene.clean_rings[k]
        if len(clean) >= 3:
            continue
        points = rings.points(k)
        distinct = len({tuple(point) for point in points.tolist()})
        if distinct < 3:
            x, y = points[0].tolist()
            message = f"ring {number} has {distinct} different point(s), a polygon needs 3"
            yield Finding(owner, message, number, 0, x, y)


@check("no-area", "error", "shape that encloses nothing", needs_collection=False)
def _no_area(scene: Scene) -> Iterator[Finding]:
    rings = scene.rings
    for k, (owner, number) in enumerate(zip(rings.owners, rings.numbers, strict=True)):
        if len(scene.clean_rings[k]) >= 3:
            continue
        points = rings.points(k)
        if len({tuple(point) for point in points.tolist()}) >= 3:
            x, y = points[0].tolist()
            yield Finding(owner, f"ring {number} has no area: it runs back on itself", number, 0, x, y)


@check("repeated-point", "warning", "point that stands twice in a row", needs_collection=False)
def _repeated_point(scene: Scene) -> Iterator[Finding]:
    for k, vertices in scene.repeated.items():
        vertex = int(vertices[0])
        points, number = scene.rings.points(k), scene.rings.numbers[k]
        x, y = points[vertex].tolist()
        message = f"vertices {vertex} and {(vertex + 1) % len(points)} are one point, {_at(x, y)}{_more(len(vertices))}"
        yield Finding(scene.rings.owners[k], message, number, vertex, x, y)


@check("spike", "warning", "ring that runs right back on itself", needs_collection=False)
def _spike(scene: Scene) -> Iterator[Finding]:
    for k, (clean, _, tips) in scene.cleaned.items():
        if not tips or len(clean) < 3:
            continue
        x, y = scene.rings.points(k)[tips[0]].tolist()
        message = f"spike to {_at(x, y)}: the ring runs back the way it came{_more(len(tips))}"
        yield Finding(scene.rings.owners[k], message, scene.rings.numbers[k], tips[0], x, y)


@check("self-crossing", "error", "ring that crosses itself", needs_collection=False)
def _self_crossing(scene: Scene) -> Iterator[Finding]:
    for k, found in _self_meetings(scene).items():
        if found.counts["cross"] or found.counts["overlap"]:
            yield _meeting(scene, k, found, "crosses itself", "runs along itself")


@check("self-touching", "warning", "ring that touches itself", needs_collection=False)
def _self_touching(scene: Scene) -> Iterator[Finding]:
    for k, found in _self_meetings(scene).items():
        if not (found.counts["cross"] or found.counts["overlap"]):
            yield _meeting(scene, k, found, "touches itself", "touches itself")


@check("rings-crossing", "error", "rings of one polygon that cross", needs_collection=False)
def _rings_crossing(scene: Scene) -> Iterator[Finding]:
    for a, b, found in _ring_meetings(scene):
        if found.counts["cross"]:
            yield _pair(scene, a, b, found, "cross", _EVEN_ODD)


@check("equal-rings", "error", "rings of one polygon that are the same", needs_collection=False)
def _equal_rings(scene: Scene) -> Iterator[Finding]:
    for a, b, found in _ring_meetings(scene):
        if not found.counts["cross"] and _are_equal(scene, a, b):
            first, second = scene.rings.numbers[a], scene.rings.numbers[b]
            x, y = scene.rings.points(b)[0].tolist()
            hint = "by the even-odd rule they cancel each other"
            yield Finding(
                scene.rings.owners[b], f"rings {first} and {second} are the same", second, 0, x, y, hint
            )


@check("shared-edge", "warning", "rings of one polygon that run along each other", needs_collection=False)
def _shared_edge(scene: Scene) -> Iterator[Finding]:
    for a, b, found in _ring_meetings(scene):
        if not found.counts["cross"] and found.counts["overlap"] and not _are_equal(scene, a, b):
            yield _pair(scene, a, b, found, "run along each other", None)


def _ring_meetings(scene: Scene) -> list[tuple[int, int, Meetings]]:
    """Which rings of one polygon meet, and how; looked for once."""
    known: list[tuple[int, int, Meetings]] | None = scene.__dict__.get("ring_meetings")
    if known is None:
        known = []
        for numbers in scene.by_polygon.values():
            if len(numbers) > 1:
                own = [scene.clean_rings[k] for k in numbers]
                pairs = crossing_pairs(own)
                known += [(numbers[a], numbers[b], meetings(own[a], own[b])) for a, b in pairs]
        scene.__dict__["ring_meetings"] = known
    return known


def _are_equal(scene: Scene, a: int, b: int) -> bool:
    first, second = ({tuple(p) for p in scene.clean_rings[k].tolist()} for k in (a, b))
    return first == second


def _pair(scene: Scene, a: int, b: int, found: Meetings, verb: str, hint: str | None) -> Finding:
    worst = found.worst
    assert worst is not None
    first, second = scene.rings.numbers[a], scene.rings.numbers[b]
    count = _more(found.counts[worst.kind], cut_short=found.cut_short)
    message = f"rings {first} and {second} {verb} at {_at(worst.x, worst.y)}{count}"
    vertex = _original_edge(scene, a, worst.first)
    return Finding(scene.rings.owners[a], message, first, vertex, worst.x, worst.y, hint)


def _self_meetings(scene: Scene) -> dict[int, Meetings]:
    """Where the rings that are not simple meet themselves; looked for once."""
    known: dict[int, Meetings] | None = scene.__dict__.get("self_meetings")
    if known is None:
        known = {k: self_meetings(scene.clean_rings[k]) for k in scene.doubtful}
        scene.__dict__["self_meetings"] = known
    return known


def _meeting(scene: Scene, k: int, found: Meetings, crosses: str, overlaps: str) -> Finding:
    owner, number, worst = scene.rings.owners[k], scene.rings.numbers[k], found.worst
    if worst is None:  # too close to a point for the edges to be told
        return Finding(owner, f"ring {number} {crosses}", number, hint=_EVEN_ODD)
    first, second = (_original_edge(scene, k, edge) for edge in (worst.first, worst.second))
    verb = overlaps if worst.kind == "overlap" else crosses
    count = _more(found.counts[worst.kind], cut_short=found.cut_short)
    message = f"ring {number} {verb} at {_at(worst.x, worst.y)}, edges {first} and {second}{count}"
    return Finding(owner, message, number, first, worst.x, worst.y, _EVEN_ODD)


def _original_edge(scene: Scene, k: int, edge: int) -> int:
    """Return the number that an edge of a cleaned ring has in the ring as it stands: that of its last piece."""
    if k not in scene.cleaned:
        return edge
    _, repeated, tips = scene.cleaned[k]
    count, gone = len(scene.rings.points(k)), {*repeated, *tips}
    kept = [index for index in range(count) if index not in gone]
    return (kept[(edge + 1) % len(kept)] - 1) % count


def _at(x: float, y: float) -> str:
    return f"({x:.6g}, {y:.6g})"


def _more(count: int, *, cut_short: bool = False) -> str:
    if cut_short:
        return f" (one of {count} or more)"
    return f" (one of {count})" if count > 1 else ""

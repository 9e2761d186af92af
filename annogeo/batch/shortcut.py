"""A short cut for label maps: documents of plain still shapes go to a draw list without becoming annotations.

It takes what it fully understands and leaves the rest: whenever a document holds anything that could be a finding, or
needs to know more than one annotation at a time, the answer is None and the long way is taken, which gives the same
pixels for what both can draw. Layer: batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import row_for_type
from annogeo.definitions.decoding import xy_type
from annogeo.draw import DrawList, DrawListBuilder, Pen
from annogeo.errors import InputError
from annogeo.model.ontology import BACKGROUND

_NEEDS_OTHERS = frozenset(("pose",))  # its joints are annotations of their own


def label_map(
    entries: list[Any], ids: Mapping[str, int], pen: Pen, out: npt.NDArray[np.uint8], rule: str
) -> npt.NDArray[np.uint8] | None:
    """Draw a document's instance view, if it is plain enough.

    Parameters
    ----------
    entries : list
        The annotations, as `read_plain` gives them.
    ids : mapping of label -> int
        0..255; may hold ``$default``.
    pen : Pen
    out : uint8 (H, W)
        Drawn on and returned.
    rule : str

    Returns
    -------
    uint8 (H, W) or None
        None: take the long way.
    """
    from annogeo.rendering import rasterize

    scene = _scene(entries, ids, pen, (out.shape[0], out.shape[1]))
    if scene is None:
        return None
    drawlist, values = scene
    rasterize(drawlist, values, *out.shape, background=ids.get(BACKGROUND, 0), rule=rule, out=out)
    return out


def _scene(
    entries: list[Any], ids: Mapping[str, int], pen: Pen, size: tuple[int, int]
) -> tuple[DrawList, npt.NDArray[np.uint8]] | None:
    """Lower every annotation; None at the first that isn't plain."""
    numbers = [ids.get(entry.label) for entry in entries]
    if None in numbers:
        return None
    try:
        types = {entry.type for entry in entries}
        drawlist = _polygons(entries) if pen.fill and types == {"segment"} else None
        if drawlist is None:
            drawlist = _lowered(entries, types, pen, size)
    except InputError:
        return None
    return None if drawlist is None else (drawlist, np.array(numbers, np.uint8))


def _lowered(entries: list[Any], types: set[str], pen: Pen, size: tuple[int, int]) -> DrawList | None:
    """Lower one after the other; None at the first that isn't plain."""
    rows = {name: row_for_type(name) for name in types}
    if None in rows.values() or not _NEEDS_OTHERS.isdisjoint(types):
        return None
    builder = DrawListBuilder()
    for entry in entries:
        builder.begin_item()
        row = rows[entry.type]
        if row is None or row.lower is None:
            continue
        definition = row.from_coordinates(entry.coordinates, entry.label, None, None)
        if getattr(definition, "shape", size) != size:
            return None
        row.lower(definition, builder, pen)
    return builder.build()


def _polygons(entries: list[Any]) -> DrawList | None:
    """Lower filled polygons all at once, which is what most documents hold; None if one isn't written as rings."""
    import msgspec

    try:
        shapes = _rings().decode(b"[%b]" % b",".join([entry.coordinates for entry in entries]))
    except msgspec.MsgspecError:
        return None
    rings = [_open(ring) for shape in shapes for ring in shape]
    points = [point for ring in rings for point in ring]
    xy = np.empty((len(points), 2))
    xy[:, 0] = np.fromiter(map(attrgetter("x"), points), np.float64, len(points))
    xy[:, 1] = np.fromiter(map(attrgetter("y"), points), np.float64, len(points))
    ring_offsets = np.cumsum([0, *map(len, rings)])
    return DrawList.from_polygons(xy, ring_offsets, np.cumsum([0, *map(len, shapes)]))


def _open(ring: list[Any]) -> list[Any]:
    """Leave out a first point that is repeated at the end, as `Polygon` does."""
    while len(ring) > 3 and ring[-1].x == ring[0].x and ring[-1].y == ring[0].y:
        ring.pop()
    return ring


@cache
def _rings() -> Any:
    import msgspec

    xy: Any = xy_type()
    return msgspec.json.Decoder(list[list[list[xy]]])

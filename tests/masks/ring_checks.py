"""What rings of masks are checked for: their pixels by rule `center`, and by shapely that they are valid and apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from annogeo.draw import DrawList
from annogeo.masks import outline
from annogeo.masks.outline import rings_taken
from annogeo.rendering import rasterize
from annogeo.rle import Rle


def filled(xy: np.ndarray, offsets: np.ndarray, height: int, width: int) -> np.ndarray:
    """Fill all rings as one shape."""
    if len(offsets) == 1:
        return np.zeros((height, width), bool)
    drawlist = DrawList.from_polygons(xy, offsets, [0, len(offsets) - 1])
    return rasterize(drawlist, [1], height, width) > 0


def are_apart(xy: np.ndarray, offsets: np.ndarray, owners: np.ndarray | None = None) -> np.ndarray:
    """Say for each mask whether its rings are simple and touch nowhere; `owners` (rising) says whose each ring is."""
    if len(offsets) == 1:
        return np.ones(0, bool)
    closed, starts = _closed(xy, offsets)
    owners = np.zeros(len(offsets) - 1, int) if owners is None else owners
    lines = shapely.from_ragged_array(shapely.GeometryType.MULTILINESTRING, closed, (starts, _starts(owners)))
    return shapely.is_simple(lines)


def are_valid(
    xy: np.ndarray, offsets: np.ndarray, outer: np.ndarray, owners: np.ndarray | None = None
) -> np.ndarray:
    """Say for each mask whether its parts and their holes make a valid multi-polygon."""
    if len(offsets) == 1:
        return np.ones(0, bool)
    order = np.argsort(outer, kind="stable")
    owners = np.zeros(len(offsets) - 1, int) if owners is None else owners
    closed, starts = _closed(*rings_taken(xy, offsets, order))
    shells = np.unique(outer)
    shapes = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, closed, (starts, _starts(outer[order]), _starts(owners[shells]))
    )
    return shapely.is_valid(shapes)


def _starts(values: np.ndarray) -> np.ndarray:
    """Give where runs of equal values start, and the end."""
    return np.concatenate(([0], np.flatnonzero(np.diff(values)) + 1, [len(values)]))


def _closed(xy: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat the first point of each ring at its end."""
    corners = np.insert(np.arange(len(xy)), offsets[1:], offsets[:-1])
    return np.asarray(xy, float)[corners], offsets + np.arange(len(offsets))


def rings_of(xy: np.ndarray, offsets: np.ndarray) -> list[np.ndarray]:
    """Give the rings one by one."""
    return [xy[start:stop] for start, stop in pairwise(offsets.tolist())]


@dataclass(frozen=True)
class Every4x4Mask:
    """The rings of all 65,536 masks, each in its own coordinates, mask by mask; `tiles` shows them side by side."""

    xy: np.ndarray
    offsets: np.ndarray
    outer: np.ndarray
    owners: np.ndarray
    tiles: np.ndarray

    def tiled(self, xy: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        """Put rings made from these where they are in `tiles`."""
        return xy + np.repeat(_place(self.owners), np.diff(offsets), axis=0)


def every_4x4_mask(connectivity: int) -> Every4x4Mask:
    """Trace all masks at once, a pixel or more apart from each other."""
    bits = (np.arange(65536)[:, None] >> np.arange(16) & 1).astype(bool).reshape(256, 256, 4, 4)
    tiles = np.pad(bits, ((0, 0), (0, 0), (1, 1), (1, 1))).transpose(0, 2, 1, 3).reshape(1536, 1536)
    traced = outline(Rle.from_mask(tiles), connectivity)
    column, row = (traced.xy[traced.offsets[:-1]] // 6).T
    owners = row.astype(np.int64) * 256 + column
    order = np.argsort(owners, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    xy, offsets = rings_taken(traced.xy, traced.offsets, order)
    owners = owners[order]
    away = np.repeat(_place(owners), np.diff(offsets), axis=0)
    return Every4x4Mask(xy - away, offsets, number[traced.outer[order]], owners, tiles)


def _place(owners: np.ndarray) -> np.ndarray:
    return np.column_stack((owners % 256, owners // 256)) * 6 + 1

"""How definitions go over into another state of themselves: what several types share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.path import Path
from annogeo.definitions.registry import Manner
from annogeo.geometry.measure import bounds
from annogeo.geometry.motion import Turning, turning_of
from annogeo.geometry.nesting import group_rings
from annogeo.geometry.pairing import (
    GOOD_ENOUGH,
    Pair,
    pair_as_cvat,
    pair_by_length,
    pair_in_order,
    pair_lines,
    pair_rings,
)
from annogeo.geometry.turning import counted

FloatArray = npt.NDArray[np.float64]
Make = Callable[[float], Any]


def ways_of(before: Any, after: Any, *names: str) -> dict[str, tuple[Any, Any]]:
    """Return name -> (value before, how far to the value after) of number or array fields."""
    return {name: (getattr(before, name), getattr(after, name) - getattr(before, name)) for name in names}


@dataclass(frozen=True, slots=True, eq=False)
class Evenly:
    """Fields of a definition that go evenly.

    Parameters
    ----------
    before : Definition
    ways : mapping of name -> (value before, how far)
    is_straight : bool
        Whether each point it is drawn with goes straight to where the next state has it.
    last_angle : float, optional
        Where the turn ends that its angle is counted in; see `annogeo.geometry.turning.end_of_turn`.
    """

    before: Any
    ways: Mapping[str, tuple[Any, Any]]
    is_straight: bool = False
    last_angle: float | None = None

    def __call__(self, weight: float) -> Any:
        values = {name: start + way * weight for name, (start, way) in self.ways.items()}
        if self.last_angle is not None:
            values["angle"] = counted(values["angle"], self.last_angle)
        return self.before.replace(**values)


def lines_between(before: Path, after: Path, manner: Manner) -> Make | None:
    """Let polylines go over, line by line; those without a partner hold."""
    pair = _LINE_PAIRINGS[manner.polygon]
    pairs = [_paired(pair, one, other) for one, other in zip(before.sequences, after.sequences, strict=False)]
    pairs += [None] * (len(before.sequences) - len(pairs))
    return _made(before, pairs, None)


def rings_between(before: Path, after: Path, manner: Manner) -> Make | None:
    """Let polygons go over: rings that belong together, outer ones and holes, turning and growing as one."""
    pair = _RING_PAIRINGS[manner.polygon]
    partners = _partners(before.sequences, after.sequences)
    pairs = [
        None if other is None else _paired(pair, ring, after.sequences[other])
        for ring, other in zip(before.sequences, partners, strict=True)
    ]
    if all(found is None for found in pairs):
        return None
    if manner.polygon == "cvat":
        return _made(before, pairs, None)
    turning = None
    if manner.polygon == "auto":
        known = [found for found in pairs if found is not None]
        turning = turning_of([one for one, _ in known], [other for _, other in known])
    if all(other is not None for _, other in zip(pairs, partners, strict=True)):
        return _kept_simple(before, after, pairs, turning)
    shift = _middle(after.sequences) - _middle(before.sequences)
    pairs = [  # a ring without a partner goes along with the others
        (ring, ring + shift if turning is None else turning.carried(ring)) if other is None else found
        for ring, other, found in zip(before.sequences, partners, pairs, strict=True)
    ]
    return _kept_simple(before, after, pairs, turning)


def _kept_simple(
    before: Path, after: Path, pairs: Sequence[Pair | None], turning: Turning | None
) -> Make | None:
    """Fall back where a polygon would cross itself: to straight ways, then to the nearer state."""
    ways = [_made(before, pairs, turning)]
    if turning is not None:
        ways.append(_made(before, pairs, None))
    if not (_is_valid(before) and _is_valid(after)):
        return ways[0]

    def make(weight: float) -> Any:
        for way in ways:
            found = None if way is None else way(weight)
            if found is not None and _is_valid(found):
                return found
        return before if weight < 0.5 else before.moved(_read_only(after.sequences))

    return make


def _made(before: Path, pairs: Sequence[Pair | None], turning: Turning | None) -> Make | None:
    if all(found is None for found in pairs):
        return None
    held = before.sequences

    def make(weight: float) -> Any:
        made = []
        for ring, found in zip(held, pairs, strict=True):
            if found is None:
                made.append(ring)
            elif turning is None:
                made.append(found[0] + (found[1] - found[0]) * weight)
            else:
                made.append(turning.of(*found, weight))
        return before.moved(_read_only(made))

    return make


def _read_only(sequences: Sequence[FloatArray]) -> list[FloatArray]:
    for points in sequences:
        points.flags.writeable = False
    return list(sequences)


def _paired(pair: Callable[..., Pair | None], before: FloatArray, after: FloatArray) -> Pair | None:
    """Pair points, where what comes out of it is numbers."""
    found = pair(before, after)
    if found is None or not all(np.isfinite(found[1] - found[0]).ravel()):
        return None
    return found


_RING_PAIRINGS: dict[str, Callable[[FloatArray, FloatArray], Pair | None]] = {
    "auto": pair_rings,
    "index": pair_in_order,
    "arc": lambda before, after: pair_by_length(before, after, closed=True),
    "cvat": lambda before, after: pair_as_cvat(before, after, closed=True),
    "hold": lambda before, after: None,
}
_LINE_PAIRINGS: dict[str, Callable[[FloatArray, FloatArray], Pair | None]] = {
    "auto": pair_lines,
    "index": pair_in_order,
    "arc": lambda before, after: pair_by_length(before, after, closed=False),
    "cvat": lambda before, after: pair_as_cvat(before, after, closed=False),
    "hold": lambda before, after: None,
}


def _partners(before: Sequence[FloatArray], after: Sequence[FloatArray]) -> list[int | None]:
    """Return which ring of `after` each of `before` goes over into: outer rings into outer rings, holes into holes.

    The nearest find each other first; rings in one order stay in it unless others are much nearer.
    """
    if len(before) == len(after) == 1:
        return [0]
    partners: list[int | None] = [None] * len(before)
    mine, theirs = _roles(before), _roles(after)
    given = nearest = 0.0
    for role in (False, True):
        left = [index for index, is_hole in enumerate(mine) if is_hole is role]
        right = [index for index, is_hole in enumerate(theirs) if is_hole is role]
        if not left or not right:
            continue
        here, there = (
            _places([rings[index] for index in chosen], _middle(rings))
            for rings, chosen in ((before, left), (after, right))
        )
        apart = np.hypot.reduce(here[:, None] - there[None], axis=2)
        given += float(np.trace(apart))
        while np.isfinite(apart).any():
            one, other = divmod(int(np.argmin(np.where(np.isfinite(apart), apart, np.inf))), len(right))
            nearest += float(apart[one, other])
            partners[left[one]] = right[other]
            apart[one] = apart[:, other] = np.inf
    return list(range(len(before))) if mine == theirs and given <= GOOD_ENOUGH * nearest else partners


def _roles(rings: Sequence[FloatArray]) -> list[bool]:
    """Return which rings are holes."""
    holes = {hole for _, *inner in group_rings(rings) for hole in inner}
    return [index in holes for index in range(len(rings))]


def _places(rings: Sequence[FloatArray], middle: FloatArray) -> FloatArray:
    """Return the middle of each ring's extent, as seen from the middle of all, and its size."""
    low, high = (np.array([side(ring, axis=0) for ring in rings]) for side in (np.min, np.max))
    with np.errstate(over="ignore", invalid="ignore"):
        found: FloatArray = np.column_stack([(low + high) / 2 - middle, np.hypot(*(high - low).T)])
    return found


def _middle(rings: Sequence[FloatArray]) -> FloatArray:
    left, top, right, bottom = bounds(rings).tolist()
    return np.array([(left + right) / 2, (top + bottom) / 2])


def _is_valid(polygon: Any) -> bool:
    """Whether shapely takes a polygon as it is."""
    import shapely

    rings = polygon.sequences
    if not rings or any(ring.shape[0] < 3 for ring in rings):
        return False
    if len(rings) == 1:
        return bool(shapely.is_valid(shapely.Polygon(rings[0])))
    parts = [
        shapely.Polygon(rings[outer], [rings[hole] for hole in holes]) for outer, *holes in group_rings(rings)
    ]
    return bool(shapely.is_valid(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)))

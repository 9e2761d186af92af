"""From one state of an annotation to the next: `tween`. Boxes, ellipses and points move; other types hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.box import Box
from annogeo.definitions.ellipse import Ellipse
from annogeo.definitions.point import Point

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tween:
    """The states between two.

    Parameters
    ----------
    before, after : Definition
    start, end : float64 (n,)
        The numbers of both; angles such that the way from one to the other is the short one.
    make : list of float -> Definition, optional
        None: the first state holds.
    """

    before: Definition
    after: Definition
    start: FloatArray
    end: FloatArray
    make: Callable[[list[float]], Definition] | None

    def at(self, weight: float) -> Definition:
        """Return the state at a weight of 0 (before) to 1 (after); label and attributes are those before."""
        if weight <= 0.0 or self.make is None:
            return self.before
        if weight >= 1.0:
            return self.after
        return self.make((self.start + (self.end - self.start) * weight).tolist())


def tween(before: Definition, after: Definition, *, polygon: str = "auto", mask: str = "hold") -> Tween:
    """Return what is between two states.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> tween(Box(0, 0, 4, 2, "car", angle=350), Box(10, 0, 14, 2, "car", angle=10)).at(0.25)
    Box(left=2.5, top=0, right=6.5, bottom=2, label='car', angle=355)
    """
    if type(before) is type(after) and (row := _ROWS.get(type(before))) is not None:
        names, period = row
        start, end = (np.array([getattr(one, name) or 0.0 for name in names]) for one in (before, after))
        if period:
            turn = end[-1] - start[-1]
            end[-1] = start[-1] + turn - period * np.floor((turn + period / 2) / period)

        def make(values: list[float]) -> Definition:
            return before.replace(**dict(zip(names, values, strict=True)))

        return Tween(before, after, start, end, make)
    return Tween(before, after, np.zeros(0), np.zeros(0), None)


_ROWS: dict[Any, tuple[tuple[str, ...], float]] = {
    Box: (("left", "top", "right", "bottom", "angle"), 360.0),
    Ellipse: (("x", "y", "rx", "ry", "angle"), 180.0),
    Point: (("x", "y"), 0.0),
}

"""`Motion`: how the points of a shape move between two keyframes, found from where they are at a few moments.

What interpolates a shape (definitions/interpolation) is asked for its state as a whole; most of them move in one of two
ways, which can be told from a few states and then followed for many shapes at once. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]

PROBES = (0.25, 0.5, 0.75, 0.875, 0.0625)
"""The weights at which a motion is looked at."""

_SLACK = 1e-9  # how far off points may be where a motion has them, as a share of the largest coordinate
_NOWHERE = np.zeros(2)


class Motion(NamedTuple):
    """Straight ways, turned and grown as a whole at an even pace.

    At weight w the points are at ``centre + drift * w + exp(spin * w) * (places + ways * w)``, as complex numbers.

    Parameters
    ----------
    places, ways : float64 (p, 2)
    spin : complex
        Logarithm of the growth, and the turn in radians, clockwise on screen; 0 for what goes straight.
    centre, drift : float64 (2,)
        About what it turns; 0 for what goes straight.

    Examples
    --------
    >>> Motion(np.zeros((1, 2)), np.array([[4.0, 8.0]])).at(0.25).tolist()
    [[1.0, 2.0]]
    """

    places: FloatArray
    ways: FloatArray
    spin: complex = 0.0
    centre: FloatArray = _NOWHERE
    drift: FloatArray = _NOWHERE

    @property
    def rests(self) -> bool:
        """Whether nothing moves."""
        return not (self.spin or self.ways.any() or self.drift.any())

    def at(self, weight: float) -> FloatArray:
        """Return the points at a weight."""
        points = self.places + self.ways * weight
        if self.spin == 0.0:
            return points
        turned = _real(_complex(points) * np.exp(self.spin * weight))
        moved: FloatArray = self.centre + self.drift * weight + turned
        return moved

    def passes(self, weight: float, points: FloatArray) -> bool:
        """Whether it has its points there at a weight, to rounding."""
        slack = _SLACK * (1.0 + np.abs(points).max(initial=0.0))
        return bool((np.abs(self.at(weight) - points) <= slack).all())


def motion_through(seen: Sequence[FloatArray], *, may_turn: bool) -> Motion | None:
    """Return the motion that has its points where they were seen at `PROBES`; None: it is of another kind.

    Examples
    --------
    >>> way = [np.array([[w, 2.0 * w], [0.0, 0.0]]) for w in PROBES]
    >>> motion_through(way, may_turn=True).at(1.0).tolist()
    [[1.0, 2.0], [0.0, 0.0]]
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what gets too large passes nowhere
        candidates = [_straight(seen[0], seen[2])]
        if may_turn and not _passes(candidates[0], seen):
            candidates = _turning(seen)
        return next((motion for motion in candidates if _passes(motion, seen)), None)


def _passes(motion: Motion, seen: Sequence[FloatArray]) -> bool:
    return all(motion.passes(weight, points) for weight, points in zip(PROBES, seen, strict=True))


def _straight(early: FloatArray, late: FloatArray) -> Motion:
    """Go through points at a quarter and at three quarters."""
    return Motion(1.5 * early - 0.5 * late, 2.0 * (late - early))


def _turning(seen: Sequence[FloatArray]) -> list[Motion]:
    """Return the turning motions there may be, two at most.

    From their middle, points are at ``a(w) = exp(spin * w) * (p + q * w)``. With z the factor of a quarter this is
    ``z * z * a(1/4) - 2 * z * a(1/2) + a(3/4) = 0``, which is solved for z over all points. What the middle does is a
    sum of four functions, and follows from four places.
    """
    planes = [_complex(points) for points in seen[:4]]
    middles = np.array([plane.mean() for plane in planes])
    first, second, third = (plane - middle for plane, middle in zip(planes[:3], middles, strict=False))
    a, b, c = (complex(np.vdot(first, arm)) for arm in (first, second, third))
    if not abs(a) > 0.0:
        return []
    root = np.sqrt(b * b - a * c)
    found = (_with_factor(z, first, third, middles) for z in ((b + root) / a, (b - root) / a))
    return [motion for motion in found if motion is not None]


def _with_factor(
    z: complex, first: ComplexArray, third: ComplexArray, middles: ComplexArray
) -> Motion | None:
    """Return the motion with a given factor of a quarter."""
    if not 0.0 < abs(z) < np.inf:
        return None
    spin = complex(4.0 * np.log(z))
    weights = np.array(PROBES[:4])
    factors = np.exp(spin * weights)
    basis = np.stack([np.ones(4), weights, factors, factors * weights], axis=1)
    try:
        centre, drift, place, way = np.linalg.solve(basis, middles)
    except np.linalg.LinAlgError:
        return None
    start, end = first / z, third / z**3
    places, ways = 1.5 * start - 0.5 * end + place, 2.0 * (end - start) + way
    points = (_real(np.atleast_1d(one)) for one in (places, ways, centre, drift))
    places_xy, ways_xy, centre_xy, drift_xy = points
    return Motion(places_xy, ways_xy, spin, centre_xy[0], drift_xy[0])


def _complex(points: FloatArray) -> ComplexArray:
    return points[:, 0] + 1j * points[:, 1]


def _real(plane: ComplexArray) -> FloatArray:
    return np.stack([plane.real, plane.imag], axis=1)

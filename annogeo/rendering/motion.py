"""`Motion`: how the points of a shape move between two keyframes, found from where they are at a few moments.

What interpolates a shape (definitions/interpolation) is asked for its state as a whole; most of them move in one of two
ways, which can be told from a few states and then followed for many shapes at once. Layer: rendering.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]

Weights = tuple[float, float, float, float, float]

FROM_KEYFRAMES: Weights = (0.0, 0.5, 1.0, 0.75, 0.25)
"""Weights at which a motion is looked at: three evenly spaced ones, one more for what turns, and one to check it."""

ON_THE_WAY: Weights = (0.25, 0.5, 0.75, 0.875, 0.0625)
"""The same for shapes that have other points at the keyframes themselves."""

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


def motion_through(seen: Sequence[FloatArray], weights: Weights, *, may_turn: bool) -> Motion | None:
    """Return the motion that has its points where they were seen at five weights; None: it is of another kind.

    Examples
    --------
    >>> way = [np.array([[w, 2.0 * w], [0.0, 0.0]]) for w in ON_THE_WAY]
    >>> motion_through(way, ON_THE_WAY, may_turn=True).at(1.0).tolist()
    [[1.0, 2.0], [0.0, 0.0]]
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what gets too large passes nowhere
        straight = _straight(seen[0], seen[2], weights)
        if _passes(straight, seen, weights):
            return straight
        candidates = _turning(seen, weights) if may_turn else []
        return next((motion for motion in candidates if _passes(motion, seen, weights)), None)


def _passes(motion: Motion, seen: Sequence[FloatArray], weights: Weights) -> bool:
    """Whether a motion has its points where it was not made to have them."""
    return all(motion.passes(weights[k], seen[k]) for k in (1, 4, 3))


def _straight(early: FloatArray, late: FloatArray, weights: Weights) -> Motion:
    ways = (late - early) / (weights[2] - weights[0])
    return Motion(early - ways * weights[0], ways)


def _turning(seen: Sequence[FloatArray], weights: Weights) -> list[Motion]:
    """Return the turning motions there may be, two at most.

    From their middle, points are at ``a(w) = exp(spin * w) * (p + q * w)``. With z the factor of a step of the weight
    this is ``z * z * a(0) - 2 * z * a(1) + a(2) = 0``, which is solved for z over all points. What the middle does is a
    sum of four functions of the weight, and follows from four places.
    """
    planes = [_complex(points) for points in seen[:4]]
    middles = np.array([plane.sum() / plane.size for plane in planes])
    first, second, third = (plane - middle for plane, middle in zip(planes[:3], middles, strict=False))
    a, b, c = (complex(np.vdot(first, arm)) for arm in (first, second, third))
    if not abs(a) > 0.0:
        return []
    root = cmath.sqrt(b * b - a * c)
    found = (_with_factor(z, first, third, middles, weights) for z in ((b + root) / a, (b - root) / a))
    return [motion for motion in found if motion is not None]


def _with_factor(
    z: complex, first: ComplexArray, third: ComplexArray, middles: ComplexArray, weights: Weights
) -> Motion | None:
    """Return the motion with a given factor of a step."""
    if not 0.0 < abs(z) < math.inf:
        return None
    spin = cmath.log(z) / (weights[1] - weights[0])
    seen_at = np.array(weights[:4])
    factors = np.exp(spin * seen_at)
    basis = np.stack([np.ones(4), seen_at, factors, factors * seen_at], axis=1)
    try:
        centre, drift, place, way = np.linalg.solve(basis, middles)
    except np.linalg.LinAlgError:
        return None
    start, end = first / factors[0], third / factors[2]
    ways = (end - start) / (weights[2] - weights[0])
    places = start - ways * weights[0]
    fixed = np.array([[centre.real, centre.imag], [drift.real, drift.imag]])
    return Motion(_real(places + place), _real(ways + way), spin, fixed[0], fixed[1])


def _complex(points: FloatArray) -> ComplexArray:
    return points[:, 0] + 1j * points[:, 1]


def _real(plane: ComplexArray) -> FloatArray:
    return np.stack([plane.real, plane.imag], axis=1)

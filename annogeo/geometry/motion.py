"""How points go from one place to another: straight, or turning and growing as a whole. Pure numpy, lowest layer."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annogeo.geometry.measure import moderate

FloatArray = npt.NDArray[np.float64]

STRAIGHT_BELOW = 10.0
"""Degrees: what turns less goes straight; that is off by 0.4 % of the size at most."""

_MOST_GROWTH = 1e6  # beyond it is a point at one of the ends
_SAME_SIZE = 1.5  # so much more or less, and going straight is still even


@dataclass(frozen=True, slots=True)
class Turning:
    """A turn, a change of size and a shift, all at an even pace.

    Parameters
    ----------
    centre, target : complex
        Where the turn is about, before and after.
    turn : float
        Radians, -pi to pi.
    scale : float
        After over before.
    """

    centre: complex
    target: complex
    turn: float
    scale: float

    def carried(self, points: FloatArray) -> FloatArray:
        """Return where points (n, 2) come to that only go along."""
        made = self.target + cmath.rect(self.scale, self.turn) * (_complex(points) - self.centre)
        return np.stack([made.real, made.imag], axis=1)

    def of(self, before: FloatArray, after: FloatArray, weight: float) -> FloatArray:
        """Return points (n, 2) on their way; what the turn does not explain goes straight."""
        start = _complex(before) - self.centre
        end = (_complex(after) - self.target) / cmath.rect(self.scale, self.turn)
        frame = cmath.rect(self.scale**weight, self.turn * weight)
        centre = self.centre + (self.target - self.centre) * weight
        made = centre + frame * (start + (end - start) * weight)
        return np.stack([made.real, made.imag], axis=1)


def turning_of(befores: Sequence[FloatArray], afters: Sequence[FloatArray]) -> Turning | None:
    """Return the turn and scale that take points to their partners best; None where they may as well go straight.

    Parameters
    ----------
    befores, afters : sequences of float64 (n, 2)
        Rings, point by point.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    >>> quarter = turning_of([square], [np.roll(square, -1, axis=0)])
    >>> round(math.degrees(quarter.turn)), quarter.scale
    (90, 1.0)
    >>> np.round(quarter.of(square, np.roll(square, -1, axis=0), 0.5)[0], 3).tolist()
    [2.0, -0.828]
    >>> turning_of([square], [square + 5]) is None
    True
    """
    if moderate([*befores, *afters])[1] != 1.0:
        return None
    # points by the length they stand for, so that closely set ones count no more than others
    weights = np.concatenate([_spans(ring) for ring in befores])
    total = float(weights.sum())
    if not 0.0 < total < math.inf:
        return None
    start, end = (_complex(np.concatenate(list(rings))) for rings in (befores, afters))
    centre, target = complex(weights @ start / total), complex(weights @ end / total)
    a, b = start - centre, end - target
    size = float(weights @ (np.abs(a) ** 2))
    fit = complex(weights @ (np.conj(a) * b))
    if not (0.0 < size < math.inf and 0.0 < abs(fit) < math.inf):
        return None
    turn, scale = cmath.phase(fit), math.sqrt(float(weights @ (np.abs(b) ** 2)) / size)
    is_even = 1.0 / _SAME_SIZE <= scale <= _SAME_SIZE
    if (
        abs(turn) < math.radians(STRAIGHT_BELOW) and is_even
    ) or not 1.0 / _MOST_GROWTH < scale < _MOST_GROWTH:
        return None
    return Turning(centre, target, turn, scale)


def _complex(points: FloatArray) -> npt.NDArray[np.complex128]:
    found: npt.NDArray[np.complex128] = points[:, 0] + 1j * points[:, 1]
    return found


def _spans(ring: FloatArray) -> FloatArray:
    """Return half of the edges at each point."""
    step = np.roll(ring, -1, axis=0) - ring
    with np.errstate(over="ignore"):
        edges = np.hypot(step[:, 0], step[:, 1])
    found: FloatArray = (edges + np.roll(edges, 1)) / 2
    return found

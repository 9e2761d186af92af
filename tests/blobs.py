"""Random outlines at two times, and the true outline half-way: what interpolating polygons is measured by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """How the two keyframes differ.

    Parameters
    ----------
    rotation : float
        Degrees between them.
    same_count, random_start, random_direction : bool
    """

    rotation: float = 0.0
    same_count: bool = False
    random_start: bool = False
    random_direction: bool = False


CASES = {
    "same count, same start": Case(same_count=True),
    "counts differ, same start": Case(),
    "counts differ, random start": Case(random_start=True),
    "random start and direction": Case(random_start=True, random_direction=True),
    "rotation 30, same start": Case(30.0),
    "rotation 30, random start and direction": Case(30.0, random_start=True, random_direction=True),
    "rotation 60, random start and direction": Case(60.0, random_start=True, random_direction=True),
}


@dataclass(frozen=True)
class Blob:
    """A smooth outline that moves, grows and turns."""

    waves: FloatArray
    phases: FloatArray
    radius: float
    stretch: float
    scale: float
    move: FloatArray
    rotation: float

    @classmethod
    def random(cls, rng: np.random.Generator, rotation: float) -> Blob:
        waves = rng.uniform(-0.16, 0.16, 5) / np.arange(1, 6) ** 0.5
        phases, radius = rng.uniform(0, 2 * np.pi, 5), rng.uniform(30, 80)
        stretch, scale, move = rng.uniform(0.75, 1.3), rng.uniform(0.85, 1.2), rng.uniform(-40, 40, 2)
        return cls(waves, phases, radius, stretch, scale, move, rotation)

    def outline(self, weight: float, angles: FloatArray) -> FloatArray:
        """Return points (n, 2) at these angles."""
        order = np.arange(1, 6)
        wavy = 1 + (self.waves * np.cos(angles[:, None] * order + self.phases)).sum(axis=1)
        shape = (
            self.radius * wavy[:, None] * np.stack([self.stretch * np.cos(angles), np.sin(angles)], axis=1)
        )
        turn = np.radians(self.rotation * weight)
        cos, sin = np.cos(turn), np.sin(turn)
        turned = shape @ np.array([[cos, sin], [-sin, cos]])
        return np.asarray(200 + weight * self.move + self.scale**weight * turned)


def pairs(case: Case, n: int, seed: int = 0) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Give n times an outline before, after, and the truth half-way."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        blob = Blob.random(rng, case.rotation)
        first = int(rng.integers(12, 40))
        second = first if case.same_count else int(rng.integers(12, 40))
        after = blob.outline(1.0, _angles(rng, second))
        if case.random_start:
            after = np.roll(after, int(rng.integers(second)), axis=0)
        if case.random_direction and rng.random() < 0.5:
            after = after[::-1]
        truth = blob.outline(0.5, np.linspace(0, 2 * np.pi, 400, endpoint=False))
        yield blob.outline(0.0, _angles(rng, first)), after, truth


def _angles(rng: np.random.Generator, count: int) -> FloatArray:
    """Return angles about evenly apart, the first one 0."""
    jitter = rng.uniform(-0.25, 0.25, count)
    jitter[0] = 0.0
    return np.asarray((np.arange(count) + jitter) * 2 * np.pi / count)

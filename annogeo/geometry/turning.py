"""Angles on their way from one to another, and Euler angles in space. Pure numpy, lowest layer."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def short_way(start: float, end: float, period: float = 360.0) -> float:
    """Return the turn from one angle to another, -period/2 included to period/2 excluded: half a turn goes backwards.

    Examples
    --------
    >>> short_way(350, 10), short_way(10, 350), short_way(0, 180), short_way(0, 90.0, 180.0)
    (20.0, -20.0, -180.0, -90.0)
    """
    turn = float(end) - float(start)
    if math.isinf(turn):  # of two angles that are numbers
        turn = math.fmod(end, period) - math.fmod(start, period)
    turn = math.fmod(turn, period)
    return turn - period * math.floor((turn + period / 2) / period)


def end_of_turn(start: float, end: float) -> float | None:
    """Say where a turn ends, as two angles are counted: 180 (from -180 on) or 360 (from 0 on); None: neither.

    Examples
    --------
    >>> end_of_turn(-170, 170), end_of_turn(350, 10), end_of_turn(720, 10)
    (180.0, 360.0, None)
    """
    low, high = min(start, end), max(start, end)
    if low >= -180.0 and high <= 180.0:
        return 180.0
    return 360.0 if low >= 0.0 and high <= 360.0 else None


def counted(angle: float, last: float | None) -> float:
    """Return an angle of the turn that ends at `last`, which is excluded where it is 360; others are left as they are.

    Examples
    --------
    >>> counted(365.0, 360.0), counted(360.0, 360.0), counted(-185.0, 180.0), counted(725.0, None)
    (5.0, 0.0, 175.0, 725.0)
    """
    if last is None or last - 360.0 <= angle < last or angle == last == 180.0:
        return angle
    return angle - 360.0 if angle >= last else angle + 360.0


def quaternion(euler: FloatArray) -> FloatArray:
    """Return the unit quaternion (w, x, y, z) of Euler angles in radians, order XYZ (intrinsic).

    Examples
    --------
    >>> quaternion(np.zeros(3)).tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    (cx, cy, cz), (sx, sy, sz) = np.cos(euler / 2).tolist(), np.sin(euler / 2).tolist()
    return np.array(
        [
            cx * cy * cz - sx * sy * sz,
            sx * cy * cz + cx * sy * sz,
            cx * sy * cz - sx * cy * sz,
            cx * cy * sz + sx * sy * cz,
        ]
    )


def euler(unit: FloatArray) -> FloatArray:
    """Return the Euler angles in radians, order XYZ, of a unit quaternion (w, x, y, z).

    Examples
    --------
    >>> np.round(euler(quaternion(np.array([0.1, -0.2, 3.0]))), 12).tolist()
    [0.1, -0.2, 3.0]
    """
    w, x, y, z = unit.tolist()
    sine = max(-1.0, min(1.0, 2.0 * (w * y + x * z)))
    second = math.asin(sine)
    if abs(sine) > 1.0 - 1e-12:  # looking along the first axis: only the sum of the other two counts
        return np.array([math.atan2(2.0 * (w * x + y * z), 1.0 - 2.0 * (x * x + z * z)), second, 0.0])
    first = math.atan2(2.0 * (w * x - y * z), 1.0 - 2.0 * (x * x + y * y))
    third = math.atan2(2.0 * (w * z - x * y), 1.0 - 2.0 * (y * y + z * z))
    return np.array([first, second, third])


def slerp(start: FloatArray, end: FloatArray, weight: float) -> FloatArray:
    """Return the unit quaternion a share of the short way between two (Shoemake 1985).

    Examples
    --------
    >>> half = slerp(quaternion(np.zeros(3)), quaternion(np.array([0.0, 0.0, 1.0])), 0.5)
    >>> np.round(euler(half), 12).tolist()
    [0.0, 0.0, 0.5]
    """
    cosine = float(start @ end)
    if cosine < 0.0:
        end, cosine = -end, -cosine
    angle = math.acos(min(1.0, cosine))
    if angle < 1e-9:
        made = start + (end - start) * weight
    else:
        made = (math.sin((1.0 - weight) * angle) * start + math.sin(weight * angle) * end) / math.sin(angle)
    unit: FloatArray = made / np.linalg.norm(made)
    return unit

"""Maps of the plane as 3 x 3 matrices: making, checking, joining, inverting and using them. Pure numpy, lowest layer.

A matrix M takes a point p = (x, y, 1) to M p, divided by its third coordinate. Coordinates are continuous: integers are
pixel corners, so that the same matrix serves shapes and, with half a pixel in mind, pixels.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.geometry.corners import cos_sin

FloatArray = npt.NDArray[np.float64]

_SINGULAR = 1e-13  # of a balanced matrix: less is rounding


def checked_matrix(value: Any, name: str = "matrix") -> FloatArray:
    """Return a map as a read-only float64 (3, 3), an affine one with the last row 0, 0, 1.

    Parameters
    ----------
    value : (3, 3) array-like, or (2, 3) for an affine map
    name : str
        Of the argument, for errors.

    Raises
    ------
    InputError
        For another shape, a number that is not finite, or a matrix that cannot be inverted.

    Examples
    --------
    >>> checked_matrix([[2, 0, 1], [0, 2, 0]]).tolist()
    [[2.0, 0.0, 1.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]
    """
    try:
        given = np.array(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name}: expected numbers of shape (3, 3) or (2, 3), got {value!r}") from None
    if given.shape == (2, 3):
        given = np.concatenate([given, [[0.0, 0.0, 1.0]]])
    if given.shape != (3, 3):
        raise InputError(f"{name}: expected shape (3, 3) or (2, 3), got {given.shape}")
    if not np.isfinite(given).all():
        row, column = np.argwhere(~np.isfinite(given))[0].tolist()
        raise InputError(f"{name}[{row}][{column}]: expected a finite number, got {given[row, column]}")
    _refuse_singular(given, name)
    if given[2, 0] == 0.0 and given[2, 1] == 0.0 and given[2, 2] != 1.0:
        given = given / given[2, 2]
        given[2, 2] = 1.0
    given.flags.writeable = False
    return given


def is_affine(matrix: FloatArray) -> bool:
    """Whether parallel lines stay parallel.

    Examples
    --------
    >>> is_affine(np.eye(3)), is_affine(np.array([[1.0, 0, 0], [0, 1, 0], [0.1, 0, 1]]))
    (True, False)
    """
    return bool(matrix[2, 0] == 0.0 and matrix[2, 1] == 0.0)


def is_reflection(matrix: FloatArray) -> bool:
    """Whether the map shows things as in a mirror, where it keeps points in front.

    Examples
    --------
    >>> is_reflection(scaling(-1, 1)), is_reflection(scaling(-1, -1))
    (True, False)
    """
    return bool(np.linalg.det(matrix) < 0.0)


def inverted(matrix: FloatArray) -> FloatArray:
    """Return the inverse, read-only; of a matrix of zeros and ones without rounding.

    Examples
    --------
    >>> inverted(translation(7, 0, scaling(-1, 1))).tolist()
    [[-1.0, 0.0, 7.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    (a, b, c), (d, e, f), (g, h, k) = matrix.tolist()
    # the adjugate, which for permutations and shifts only adds and negates
    adjugate = np.array(
        [
            [e * k - f * h, c * h - b * k, b * f - c * e],
            [f * g - d * k, a * k - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ]
    )
    determinant = a * adjugate[0, 0] + b * adjugate[1, 0] + c * adjugate[2, 0]
    inverse: FloatArray = adjugate / determinant
    if not np.isfinite(inverse).all():  # numbers too large or small to be multiplied thrice
        inverse = np.linalg.inv(matrix).astype(np.float64)
    if is_affine(matrix):
        inverse[2] = 0.0, 0.0, 1.0
    inverse = inverse + 0.0  # no negative zeros
    inverse.flags.writeable = False
    return inverse


def map_points(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """Return mapped points (n, 2). Where they are on the horizon of a perspective map, they are not finite.

    The same point gives the same result to the last bit however many are mapped with it.

    Examples
    --------
    >>> map_points(translation(1, 2), np.array([[0.5, 0.0]])).tolist()
    [[1.5, 2.0]]
    """
    (a, b, c), (d, e, f), _ = matrix.tolist()
    x, y = points[:, 0], points[:, 1]
    mapped = np.empty((points.shape[0], 2))
    # not `@`: what a matrix product rounds depends on its size
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        mapped[:, 0] = a * x + b * y + c
        mapped[:, 1] = d * x + e * y + f
        if not is_affine(matrix):
            mapped /= weights(matrix, points)[:, None]
    return mapped


def weights(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """Return what mapped points are divided by, (n,): positive in front of the horizon, zero on it.

    Examples
    --------
    >>> weights(np.array([[1.0, 0, 0], [0, 1, 0], [-0.5, 0, 1]]), np.array([[0.0, 0], [2, 0], [4, 0]])).tolist()
    [1.0, 0.0, -1.0]
    """
    g, h, k = matrix[2].tolist()
    found: FloatArray = g * points[:, 0] + h * points[:, 1] + k
    return found


def translation(dx: float, dy: float, after: FloatArray | None = None) -> FloatArray:
    """Return the map that moves by dx, dy px; `after` another one.

    Examples
    --------
    >>> translation(3, -1)[:2].tolist()
    [[1.0, 0.0, 3.0], [0.0, 1.0, -1.0]]
    """
    return _joined(np.array([[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]]), after)


def scaling(sx: float, sy: float, after: FloatArray | None = None) -> FloatArray:
    """Return the map that multiplies x and y; `after` another one. Negative factors mirror.

    Examples
    --------
    >>> scaling(2, 3, translation(1, 1))[:2].tolist()
    [[2.0, 0.0, 2.0], [0.0, 3.0, 3.0]]
    """
    return _joined(np.diag([float(sx), float(sy), 1.0]), after)


def turning(degrees: float, after: FloatArray | None = None) -> FloatArray:
    """Return the map that turns about the origin, clockwise on screen; `after` another one.

    Examples
    --------
    >>> turning(90)[:2].tolist()
    [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    cos, sin = cos_sin(degrees)
    return _joined(np.array([[cos, 0.0 - sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]]), after)


def transposing() -> FloatArray:
    """Return the map that swaps x and y."""
    return np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def _joined(matrix: FloatArray, after: FloatArray | None) -> FloatArray:
    return matrix if after is None else matrix @ after + 0.0


def _refuse_singular(matrix: FloatArray, name: str) -> None:
    """Raise for a map that flattens the plane; its scale, and that of x to y, do not count."""
    with np.errstate(all="ignore"):
        balanced = matrix / np.abs(matrix).max(axis=0)
        balanced /= np.abs(balanced).max(axis=1)[:, None]
        determinant = abs(float(np.linalg.det(balanced)))
    if not math.isfinite(determinant) or determinant <= _SINGULAR:
        raise InputError(
            f"{name}: expected a map that can be inverted, got a singular matrix {matrix.tolist()}",
            hint="a scale of 0, or rows that are multiples of each other, flatten everything",
        )

"""The faces and the angle of a cuboid drawn as eight corners. Pure numpy, lowest layer.

Corners are float64 (8, 2): front top-left, top-right, bottom-right, bottom-left, then the back ones likewise.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FACES = ((0, 1, 2, 3), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))
CONNECTORS = ((0, 4), (1, 5), (2, 6), (3, 7))


def cuboid_angle(front_tl: FloatArray, front_tr: FloatArray) -> float:
    """Return the direction of the front's top edge in degrees, 0 <= angle < 360, clockwise on screen.

    Examples
    --------
    >>> cuboid_angle(np.array([0.0, 0.0]), np.array([0.0, 5.0]))
    90.0
    """
    dx, dy = (front_tr - front_tl).tolist()
    angle = math.degrees(math.atan2(dy, dx))
    if angle < 0.0:
        angle += 360.0
    return 0.0 if angle in (0.0, 360.0) else angle


def cuboid_faces(corners: FloatArray) -> list[FloatArray]:
    """Return the six faces (4, 2): front, back, top, right, bottom, left."""
    return [corners[list(face)] for face in FACES]

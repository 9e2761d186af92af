"""Slow twin of kernels/warp.py: one centre at a time."""

from __future__ import annotations

from typing import Any

import numpy as np


def map_mask(mask: Any, matrix: Any, size: tuple[int, int]) -> Any:
    """Return a mask (h, w) under a map, at another size."""
    inverse = np.linalg.inv(matrix)
    made = np.zeros(size, bool)
    for y in range(size[0]):
        for x in range(size[1]):
            sx, sy, weight = inverse @ [x + 0.5, y + 0.5, 1.0]
            if weight <= 0.0:
                continue
            sx, sy = sx / weight, sy / weight
            if 0 <= sx < mask.shape[1] and 0 <= sy < mask.shape[0]:
                made[y, x] = mask[int(sy), int(sx)]
    return made

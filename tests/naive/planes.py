"""Slow, obvious twin of the plane kernels: each pixel's weight and colour, and for chroma the mean of those."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels.coverage_cells import COVERED

Array = npt.NDArray[Any]


def blended(
    luma: Array,
    blue: Array | None,
    red: Array | None,
    runs: Array,
    pixels: Array,
    seen: Array,
    colors: Array,
    opacities: Array,
) -> list[npt.NDArray[np.float64]]:
    """Give the planes after blending, not rounded."""
    height, width = luma.shape
    weight = np.zeros((height, width))
    taken = np.zeros((height, width, 3))
    free = np.ones((height, width))
    for y, x0, x1, owner in runs.tolist():
        for x in range(x0, x1):
            weight[y, x] = opacities[owner]
            taken[y, x] = opacities[owner] * colors[owner]
    for y, begin, end, owner in seen.tolist():
        for x, cover in pixels[begin:end].tolist():
            share = free[y, x] * cover / COVERED
            free[y, x] -= share
            weight[y, x] += share * opacities[owner]
            taken[y, x] += share * opacities[owner] * colors[owner]
    planes = [luma * (1 - weight) + taken[..., 0]]
    for channel, plane in ((1, blue), (2, red)):
        if plane is None:
            continue
        rows, columns = -(-height // plane.shape[0]), -(-width // plane.shape[1])
        mixed = np.empty(plane.shape)
        for y in range(plane.shape[0]):
            for x in range(plane.shape[1]):
                block = np.s_[y * rows : (y + 1) * rows, x * columns : (x + 1) * columns]
                mixed[y, x] = plane[y, x] * (1 - weight[block].mean()) + taken[block][..., channel].mean()
        planes.append(mixed)
    return planes

"""Masks under any map: for each pixel of the new picture, whether its centre comes from a pixel inside.

Slow twin: tests/naive/warp.py.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annogeo.kernels._jit import jit


@jit
def map_mask(
    pixels: npt.NDArray[np.uint8],
    inverse: npt.NDArray[np.float64],
    window: npt.NDArray[np.int64],
    width: int,
    edges: npt.NDArray[np.int64],
) -> int:
    """Write the positions where the mapped mask changes; return how many there are (which may be more than fit).

    Pixel rule: inside is a pixel whose centre (x + 1/2, y + 1/2), mapped back, lies in a pixel inside, each of which
    holds its left and top border. Linear in the pixels of the window.

    Parameters
    ----------
    pixels : uint8 (h, w)
        0 or 1.
    inverse : float64 (3, 3)
        From the new picture to `pixels`; what it takes behind the horizon is outside.
    window : int64 (4,)
        Left, top, right, bottom of the part of the new picture to fill; outside of it nothing is.
    width : int
        Of the new picture.
    edges : int64 (m,)
        Output, ``y * width + x``; what does not fit is only counted.
    """
    height_in, width_in = float(pixels.shape[0]), float(pixels.shape[1])
    left, top, right, bottom = window[0], window[1], window[2], window[3]
    a, b, c = inverse[0, 0], inverse[0, 1], inverse[0, 2]
    d, e, f = inverse[1, 0], inverse[1, 1], inverse[1, 2]
    g, h, k = inverse[2, 0], inverse[2, 1], inverse[2, 2]
    is_affine = g == 0.0 and h == 0.0
    found = 0
    for y in range(top, bottom):
        row = y + 0.5
        was_inside = np.uint8(0)
        for x in range(left, right):
            column = x + 0.5
            sx, sy = a * column + b * row + c, d * column + e * row + f
            if not is_affine:
                weight = g * column + h * row + k
                if not weight > 0.0:
                    sx = -1.0
                else:
                    sx /= weight
                    sy /= weight
            inside = np.uint8(0)
            if sx >= 0.0 and sy >= 0.0 and sx < width_in and sy < height_in:
                inside = pixels[np.uint64(sy), np.uint64(sx)]
            if inside != was_inside:
                was_inside = inside
                position = y * width + x
                if 0 < found <= edges.size and edges[found - 1] == position:
                    found -= 1  # the run before it ended right here, at the row's end
                else:
                    if found < edges.size:
                        edges[found] = position
                    found += 1
        if was_inside:
            if found < edges.size:
                edges[found] = y * width + right
            found += 1
    return found

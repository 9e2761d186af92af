"""Slow, obvious twin of annogeo/kernels/rle_parts.py: a flood from each pixel that has no number yet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def components(mask: Mask, connectivity: int) -> list[Mask]:
    """Return the connected parts in reading order of their first pixels."""
    steps = [(0, 1), (0, -1), (1, 0), (-1, 0)]
    if connectivity == 8:
        steps += [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    parts = []
    for start in sorted(left):
        if start not in left:
            continue
        part = np.zeros_like(mask)
        left.remove(start)
        border = [start]
        while border:
            y, x = border.pop()
            part[y, x] = True
            for dy, dx in steps:
                beside = (y + dy, x + dx)
                if beside in left:
                    left.remove(beside)
                    border.append(beside)
        parts.append(part)
    return parts

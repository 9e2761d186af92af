"""Slow, obvious twins of semantic, instance and panoptic maps: pixel by pixel, object by object."""

from __future__ import annotations

import numpy as np


def owners(masks: np.ndarray, overlap: str) -> np.ndarray:
    """Say which mask of a stack (n, h, w) owns each pixel, from 1; 0 where none is."""
    areas = [int(mask.sum()) for mask in masks]
    found = np.zeros(masks.shape[1:], int)
    for y in range(found.shape[0]):
        for x in range(found.shape[1]):
            here = [k for k in range(len(masks)) if masks[k, y, x]]
            if here:
                best = {
                    "top": lambda k: k,
                    "largest": lambda k: (areas[k], k),
                    "smallest": lambda k: (-areas[k], k),
                }[overlap]
                found[y, x] = max(here, key=best) + 1
    return found


def first_conflict(masks: np.ndarray, values: list[int]) -> bool:
    """Say whether any pixel is covered by masks of different values."""
    covered = [
        {v for m, v in zip(masks[:, y, x], values, strict=True) if m} for y, x in np.ndindex(masks.shape[1:])
    ]
    return any(len(found) > 1 for found in covered)


def id_to_rgb(number: int) -> tuple[int, int, int]:
    """Follow panopticapi's ``id2rgb`` for one id."""
    color = []
    for _ in range(3):
        color.append(number % 256)
        number //= 256
    return color[0], color[1], color[2]


def segments_info(ids: np.ndarray) -> dict[int, tuple[int, list[int]]]:
    """Measure area and box of each id but 0, one after the other."""
    found = {}
    for number in np.unique(ids[ids != 0]).tolist():
        y, x = np.nonzero(ids == number)
        box = [x.min(), y.min(), x.max() - x.min() + 1, y.max() - y.min() + 1]
        found[number] = (int(x.size), [int(side) for side in box])
    return found

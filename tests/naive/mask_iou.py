"""Overlap of masks, pixel by pixel."""

from __future__ import annotations

from typing import Any

import numpy as np


def intersections(masks: Any, others: Any) -> Any:
    """Count the pixels that each has in common with each."""
    return np.array([[int((a & b).sum()) for b in others] for a in masks], float).reshape(
        len(masks), len(others)
    )


def iou(masks: Any, others: Any, iscrowd: Any) -> Any:
    """Intersection over union; with a crowd over the area of the first."""
    found = np.zeros((len(masks), len(others)))
    for i, a in enumerate(masks):
        for j, b in enumerate(others):
            common = int((a & b).sum())
            whole = int(a.sum()) if iscrowd[j] else int((a | b).sum())
            found[i, j] = common / whole if whole else 0.0
    return found

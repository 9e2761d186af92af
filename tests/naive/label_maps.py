"""Slow, obvious twin of annogeo.masks.outlines: one mask per label, pixel by pixel; and the way back from the rings."""

from __future__ import annotations

import numpy as np

from annogeo.masks import LabelStats, Outlines
from tests.naive import trace

Rings = dict[int, list[trace.Ring]]


def rings(ids: np.ndarray, connectivity: int) -> Rings:
    """The rings of every label but 0."""
    return {label: trace.rings(ids == label, connectivity) for label in np.unique(ids).tolist() if label}


def rings_of(found: Outlines) -> Rings:
    """The rings of every label that was traced, in the form of `rings`."""
    return {
        label: sorted(
            trace.first_rotation([tuple(xy) for xy in ring.tolist()]) for ring in found.rings(label)
        )
        for label in found.labels.tolist()
    }


def stats(ids: np.ndarray) -> np.ndarray:
    """Label, box, area and centroid of every label but 0, a row each."""
    rows = []
    for label in np.unique(ids).tolist():
        if label:
            y, x = np.nonzero(ids == label)
            box = (x.min(), y.min(), x.max() + 1, y.max() + 1)
            rows.append([label, *box, y.size, np.mean(x + 0.5), np.mean(y + 0.5)])
    return np.array(rows, np.float64).reshape(-1, 8)


def stats_of(found: LabelStats) -> np.ndarray:
    """What was measured, in the form of `stats`."""
    return np.column_stack([found.labels, found.boxes, found.areas, found.centroids])


def painted(found: Outlines, shape: tuple[int, int], *, signed: bool = False) -> np.ndarray:
    """The label map that the rings enclose, filled even-odd: each vertical crack flips all that is right of it.

    If `signed`, a crack that goes up begins its label instead and one that goes down ends it: the same, when all rings
    run the way they should.
    """
    sizes = np.diff(found.ring_offsets)
    after = np.arange(1, len(found.xy) + 1)
    after[found.ring_offsets[1:] - 1] = found.ring_offsets[:-1]
    (x, y), (other_x, other_y) = found.xy.T.astype(int), found.xy[after].T
    label = np.repeat(found.ring_label, sizes)
    vertical = x == other_x
    lengths = np.abs(other_y - y) * vertical
    rows = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows += np.repeat(np.minimum(y, other_y), lengths)
    changes = np.zeros((shape[0], shape[1] + 1), np.int64)
    values = np.repeat(label.astype(np.int64), lengths)
    if signed:
        np.add.at(changes, (rows, np.repeat(x, lengths)), values * np.repeat(np.sign(y - other_y), lengths))
        return np.cumsum(changes, axis=1)[:, :-1]
    np.bitwise_xor.at(changes, (rows, np.repeat(x, lengths)), values)
    return np.bitwise_xor.accumulate(changes, axis=1)[:, :-1]

"""Slow, obvious twins of annogeo/kernels/rle.py: one pixel at a time, Python integers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def find_edges(mask: Mask) -> list[int]:
    edges = []
    inside = False
    for position, pixel in enumerate([*mask.ravel().tolist(), False]):
        if pixel != inside:
            edges.append(position)
            inside = pixel
    return edges


def paint_edges(edges: list[int], shape: tuple[int, int]) -> Mask:
    mask = np.zeros(shape, bool).ravel()
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for position in range(start, end):
            mask[position] = True
    return mask.reshape(shape)


def cut_rows(mask: Mask) -> list[list[int]]:
    rows = []
    for y, row in enumerate(mask):
        edges = find_edges(row)
        rows += [[y, x0, x1] for x0, x1 in zip(edges[::2], edges[1::2], strict=True)]
    return rows


def coco_counts(mask: Mask) -> list[int]:
    """Run lengths down the columns, starting with background."""
    counts = [0]
    inside = False
    for pixel in mask.T.ravel().tolist():
        if pixel != inside:
            counts.append(0)
            inside = pixel
        counts[-1] += 1
    return counts


def encode_counts(counts: list[int]) -> str:
    text = ""
    for k, count in enumerate(counts):
        value = count - counts[k - 2] if k > 2 else count
        while True:
            group = value & 31
            value >>= 5
            more = value != (-1 if group & 16 else 0)
            text += chr(48 + group + 32 * more)
            if not more:
                break
    return text


def decode_counts(text: str) -> list[int]:
    counts: list[int] = []
    groups: list[int] = []
    for character in text:
        code = ord(character) - 48
        groups.append(code & 31)
        if code & 32:
            continue
        value = sum(group << 5 * k for k, group in enumerate(groups))
        if code & 16:
            value -= 1 << 5 * len(groups)
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        groups = []
    return counts

"""Many COCO mask strings at once: one buffer of bytes to one array of edges. Slow twin: tests/naive/mask_iou.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.kernels._bytes import below, load_word
from annogeo.kernels._jit import jit
from annogeo.kernels._lanes import FULL, ONE, lowest_bit

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

PADDING = 64  # bytes that have to follow the text: it is read in blocks

_FIRST, _LAST_END, _BEYOND = 48, 80, 112  # characters from '0' to 'O' end a number, those up to 'o' go on
_ZEROS = np.uint64(0x3030303030303030)
# Every second group, pair of groups, four groups: the others are moved down beside them.
_EVEN_1, _ODD_1 = np.uint64(0x001F001F001F001F), np.uint64(0x1F001F001F001F00)
_EVEN_2, _ODD_2 = np.uint64(0x000003FF000003FF), np.uint64(0x03FF000003FF0000)
_EVEN_4, _ODD_4 = np.uint64(0x00000000000FFFFF), np.uint64(0x000FFFFF00000000)


@jit
def decode_strings(
    text: Bytes, offsets: Positions, n_pixels: int, edges: npt.NDArray[Any], edge_offsets: Positions
) -> int:
    """Read the strings of masks of one size; return the first that is not one or can not be read here, -1 if none.

    Edges are positions where the mask, read column by column, turns on, off, on ...; runs without length are kept.
    The ends of numbers are found 64 bytes at a time; a number of up to eight groups of five bits is then put together
    without looking at them one by one. One that is longer is not read here: its string counts as wrong.

    Parameters
    ----------
    text : uint8 (m + PADDING,)
        The strings, one behind the other, and padding.
    offsets : int64 (n + 1,)
        Where they start and end.
    n_pixels : int
        Height times width, below 2^62.
    edges : int32 or int64 (m,)
        Output.
    edge_offsets : int64 (n + 1,)
        Output: where each mask's edges start and end.
    """
    found = np.uint64(0)
    edge_offsets[0] = 0
    for i in range(offsets.size - 1):
        start, end = offsets[i], offsets[i + 1]
        position = np.int64(0)
        before = np.int64(0)  # the number before, and the one before that
        earlier = np.int64(0)
        wrong = np.int64(0)
        first = found
        token = start
        for block in range(start, end, 64):
            here = FULL if end - block >= 64 else (ONE << np.uint64(end - block)) - ONE
            if (below(text, block, np.uint8(_BEYOND)) & ~below(text, block, np.uint8(_FIRST)) & here) != here:
                return i
            ends = below(text, block, np.uint8(_LAST_END)) & here
            while ends != 0:
                stop = block + lowest_bit(ends) + 1
                ends &= ends - ONE
                length = stop - token
                # within the number no byte is less than '0', so no bit is borrowed
                inside = FULL >> np.uint64(64 - 8 * length)
                groups = (load_word(text, token) & inside) - (_ZEROS & inside)
                groups = (groups & _EVEN_1) | ((groups & _ODD_1) >> np.uint64(3))
                if length > 2:
                    groups = (groups & _EVEN_2) | ((groups & _ODD_2) >> np.uint64(6))
                    groups = (groups & _EVEN_4) | ((groups & _ODD_4) >> np.uint64(12))
                shift = np.int64(64 - 5 * length)
                count = (np.int64(groups) << shift) >> shift
                wrong |= np.int64(8) - length
                token = stop
                if found - first > np.uint64(2):
                    count += earlier
                earlier = before
                before = count
                position += count
                wrong |= count | (n_pixels - position)
                edges[found] = position
                found += ONE
        if wrong < 0 or token != end or position != n_pixels:
            return i
        found -= (found - first) & ONE  # an odd number of runs ends in background
        edge_offsets[i + 1] = found
    return -1

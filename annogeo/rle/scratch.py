"""Memory that each thread keeps for kernels to write to: fresh memory comes page by page, which takes longer."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

_MOST_KEPT = 2**24  # bytes


class _Kept(threading.local):
    memory: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)


_KEPT = _Kept()


def scratch(n: int, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return n numbers of any value, until the thread asks for the next ones: copy what is to be kept.

    Examples
    --------
    >>> scratch(3, np.int32).shape
    (3,)
    """
    size = n * np.dtype(kind).itemsize
    memory = _KEPT.memory
    if memory.size < size:
        memory = np.empty(size, np.uint8)
        if size <= _MOST_KEPT:
            _KEPT.memory = memory
    return memory[:size].view(kind)


def most_kept(kind: npt.DTypeLike) -> int:
    """Return how many numbers can be had without new memory.

    Examples
    --------
    >>> most_kept(np.int64) >= 0
    True
    """
    return int(_KEPT.memory.size) // np.dtype(kind).itemsize

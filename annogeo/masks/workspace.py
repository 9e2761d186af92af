"""Memory that each thread keeps for tracing: fresh memory comes page by page, which takes longer than its use."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_KEPT = 2**22
"""Bytes; of a workspace that has grown larger, nothing is kept."""


class Workspace:
    """Arrays by name, for whatever is written before it is read; an array lives until its name is asked for again."""

    def __init__(self) -> None:
        self.nbytes = 0
        self._blocks: dict[str, npt.NDArray[np.uint8]] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an array of any content.

        Examples
        --------
        >>> Workspace().array("ends", (3, 2), "i4").shape
        (3, 2)
        """
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        block = self._blocks.get(name)
        if block is None or block.size < size:
            self.nbytes += size - (0 if block is None else block.size)
            block = self._blocks[name] = np.empty(size, np.uint8)
        return np.ndarray(shape, kind, block)


class _Kept(threading.local):
    workspace: Workspace | None = None


_KEPT = _Kept()


@contextmanager
def workspace() -> Iterator[Workspace]:
    """Lend the thread's workspace, or another one to who asks while it is lent.

    Examples
    --------
    >>> with workspace() as one, workspace() as other:
    ...     one is other
    False
    """
    lent, _KEPT.workspace = _KEPT.workspace or Workspace(), None
    yield lent
    _KEPT.workspace = lent if lent.nbytes <= MOST_KEPT else None

"""`Runs`: what an `Rle` is made of, and what makes it a value. Layer: rle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle.checks import checked_shape, size_text
from annogeo.rle.runs import IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Runs:
    """A boolean mask of `shape` as runs: checked, immutable, hashable; see `annogeo.Rle`, which adds the verbs."""

    shape: tuple[int, int]
    edges: IntArray

    def __post_init__(self) -> None:
        shape = checked_shape(self.shape)
        given = np.asarray(self.edges)
        if given.ndim != 1 or (given.dtype.kind not in "iu" and given.size):
            raise InputError(f"edges: expected integers of shape (2n,), got {given.dtype} {given.shape}")
        edges = given.astype(np.int64)  # always a copy
        outside = edges.size > 0 and bool(edges[0] < 0 or edges[-1] > shape[0] * shape[1])
        if edges.size % 2 or (np.diff(edges) <= 0).any() or outside:
            raise InputError(
                f"edges: expected an even number of strictly rising positions in a {size_text(shape)} mask"
            )
        _set(self, shape, edges)

    @classmethod
    def trusted(cls, shape: tuple[int, int], edges: IntArray) -> Self:
        """Make one of edges known to be right; they are kept, not copied.

        Parameters
        ----------
        shape : (int, int)
            Height and width.
        edges : int64 (2n,)
            Where runs start and end, strictly rising, in row-major order; made read-only.

        Examples
        --------
        >>> from annogeo import Rle
        >>> Rle.trusted((2, 3), np.array([1, 3])).area
        2
        """
        new = object.__new__(cls)
        _set(new, shape, edges)
        return new

    @classmethod
    def many(cls, shape: tuple[int, int], edges: IntArray, offsets: IntArray) -> list[Self]:
        """Make one of each part ``edges[offsets[k]:offsets[k + 1]]``, known to be right; they share the array.

        Parameters
        ----------
        shape : (int, int)
        edges : int64 (m,)
            As for `trusted`, one mask's after the other's.
        offsets : int64 (n + 1,)

        Examples
        --------
        >>> from annogeo import Rle
        >>> [rle.area for rle in Rle.many((2, 3), np.array([1, 3, 0, 1]), np.array([0, 2, 4]))]
        [2, 1]
        """
        edges.flags.writeable = False  # so are its parts
        made: list[Self] = []
        for start, end in pairwise(offsets.tolist()):
            new = object.__new__(cls)
            _set_shape(new, shape)
            _set_edges(new, edges[start:end])
            made.append(new)
        return made

    @property
    def area(self) -> int:
        """Number of pixels inside."""
        return int((self.edges[1::2] - self.edges[::2]).sum())

    @property
    def bounds(self) -> npt.NDArray[np.float64]:
        """left, top, right, bottom in px, right and bottom exclusive; zeros for an empty mask."""
        if not self.edges.size:
            return np.zeros(4)
        from annogeo.kernels.rle import box_of_edges

        return np.array(box_of_edges(self.edges, self.shape[1]), np.float64)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Runs):
            return NotImplemented
        return self.shape == other.shape and np.array_equal(self.edges, other.edges)

    def __hash__(self) -> int:
        return hash((self.shape, self.edges.tobytes()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self).trusted, (self.shape, self.edges))


# What a frozen dataclass is written with: the slots themselves, several times as fast as `object.__setattr__`.
_set_shape: Any = Runs.__dict__["shape"].__set__
_set_edges: Any = Runs.__dict__["edges"].__set__


def _set(runs: Runs, shape: tuple[int, int], edges: IntArray) -> None:
    edges.flags.writeable = False
    _set_shape(runs, shape)
    _set_edges(runs, edges)

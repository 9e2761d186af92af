"""What polygons and polylines share: one or several point sequences, read from whatever users have."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition, field_names
from annogeo.definitions.checks import describe, points
from annogeo.definitions.decoding import Codec, points_array, xy_type
from annogeo.definitions.frozen import FrozenList
from annogeo.errors import InputError
from annogeo.geometry.affine import map_points
from annogeo.geometry.measure import bounds

FloatArray = npt.NDArray[np.float64]


class Path(Definition):
    """Geometry of a definition whose `geo` is one float64 (n, 2) array, or a read-only list of several."""

    __slots__ = ()

    geo: Any

    @property
    def bounds(self) -> FloatArray:
        """Extent of all points, float64 (4,); zeros when there is none."""
        return bounds(self.sequences)

    @property
    def x(self) -> FloatArray:
        """The x coordinates of all points."""
        return self._columns(0)

    @property
    def y(self) -> FloatArray:
        """The y coordinates of all points."""
        return self._columns(1)

    def moved(self, sequences: Iterable[FloatArray]) -> Self:
        """Return the same with other points: finite, read-only, as many to a sequence as here.

        Parameters
        ----------
        sequences : iterable of float64 (n, 2)

        Examples
        --------
        >>> from annogeo.definitions import Polyline
        >>> line = Polyline([(0, 0), (3, 4)], "lane")
        >>> line.moved([line.geo + 1]).geo.tolist()
        [[1.0, 1.0], [4.0, 5.0]]
        """
        moved = object.__new__(type(self))
        for name in field_names(type(self)):  # they are in their normal form: nothing to check again
            object.__setattr__(moved, name, getattr(self, name))
        object.__setattr__(moved, "geo", packed(list(sequences)))
        return moved

    @property
    def sequences(self) -> list[FloatArray]:
        """The rings or lines, float64 (n, 2), in input order."""
        return [self.geo] if isinstance(self.geo, np.ndarray) else list(self.geo)

    def _columns(self, axis: int) -> FloatArray:
        sequences = self.sequences
        return np.concatenate([points[:, axis] for points in sequences]) if sequences else np.zeros(0)


class CheckedPaths(list[FloatArray]):
    """Point sequences that were checked where they were made: read-only float64 (n, 2), none empty, all finite."""

    __slots__ = ()


def sequences_of(name: str, value: Any, what: str = "ring") -> list[FloatArray]:
    """Return the point sequences in `value`, each read-only float64 (n, 2); empty ones are left out.

    `value` is one sequence of points or a list of such sequences, as (nested) lists, tuples or arrays. A (k, n, 2)
    array is k sequences; a (n, 1, 2) array is one, since that is how OpenCV gives a contour.
    """
    if value.__class__ is CheckedPaths:
        return list(value)
    if hasattr(value, "geom_type"):
        return [points(name, sequence) for sequence in _of_shapely(name, value, what)]
    if isinstance(value, np.ndarray):
        several = (value.ndim == 3 and value.shape[1] != 1) or (value.ndim == 1 and value.dtype == object)
    elif isinstance(value, list | tuple):
        several = _holds_sequences(value)
    else:
        raise InputError(f"{name}: expected points (n, 2) or a list of {what}s, got {describe(value)}")
    if not several:
        found = [points(name, value)]
    else:
        found = [points(f"{name}[{index}]", sequence) for index, sequence in enumerate(value)]
    return [sequence for sequence in found if sequence.shape[0]]


def _of_shapely(name: str, geometry: Any, what: str) -> list[FloatArray]:
    from annogeo.geometry.region import lines_of, rings_of

    found = lines_of(geometry) if what == "line" else rings_of(geometry)
    if not found and not geometry.is_empty:
        raise InputError(f"{name}: expected a shapely geometry with {what}s, got a {geometry.geom_type}")
    return found


def packed(sequences: list[FloatArray]) -> Any:
    """Return what is stored as `geo`: the array of one sequence, else a read-only list."""
    return sequences[0] if len(sequences) == 1 else FrozenList(sequences)


def _holds_sequences(value: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list holds point sequences rather than points: judged by its first element that says so."""
    for item in value:
        if isinstance(item, np.ndarray):
            return item.ndim > 1
        if not isinstance(item, list | tuple):
            return False
        if len(item):
            return not isinstance(item[0], Real | str | None)
    return bool(value)  # nothing but empty lists


def _paths_type() -> Any:
    xy: Any = xy_type()
    return list[list[xy] | xy]


_PATHS = Codec(_paths_type)


def read_paths(coordinates: Any) -> CheckedPaths:
    """Read ``[[{x, y}, ...], ...]``, or the flat ``[{x, y}, ...]`` that older exports hold."""
    decoded = _PATHS.decode(coordinates)
    nested = [item.__class__ is list for item in decoded]
    if decoded and not any(nested):
        return CheckedPaths([points_array(decoded)])
    if not all(nested):
        raise InputError("expected a list of points, got a point", json_path=f"[{nested.index(False)}]")
    return CheckedPaths(
        [points_array(sequence, f"[{index}]") for index, sequence in enumerate(decoded) if sequence]
    )


def write_paths(sequences: Iterable[FloatArray]) -> list[Any]:
    """Write ``[[{x, y}, ...], ...]``."""
    return [[{"x": x, "y": y} for x, y in sequence.tolist()] for sequence in sequences]


def transform_path(path: Path, matrix: FloatArray, size: Any = None) -> Path:
    """Map every point."""
    return path.replace(geo=[map_points(matrix, points) for points in path.sequences])

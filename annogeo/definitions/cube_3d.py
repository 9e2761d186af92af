"""Cube3d: a cuboid in space, for lidar scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.checks import vector
from annogeo.definitions.decoding import Codec, struct_type, xyz_type
from annogeo.definitions.moving import Evenly, Make, ways_of
from annogeo.definitions.registry import DefinitionType, Manner, register
from annogeo.geometry.turning import euler, quaternion, slerp

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cube3d(Definition):
    """A cuboid in space; it has no place in the image plane.

    Parameters
    ----------
    label : str
    position : (3,) array-like or ``{"x": .., "y": .., "z": ..}``
        Centre.
    scale : likewise
        Size along each axis.
    rotation : likewise
        Euler angles in radians, order XYZ.
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> Cube3d("car", (1, 2, 3), (4, 2, 1.5), (0, 0, 0.1)).geo.shape
    (3, 3)
    """

    type: ClassVar[str] = "cube_3d"

    label: str
    position: FloatArray
    scale: FloatArray
    rotation: FloatArray
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(
            **{name: vector(name, getattr(self, name), 3) for name in ("position", "scale", "rotation")}
        )

    @property
    def geo(self) -> FloatArray:
        """Position, scale and rotation, float64 (3, 3)."""
        return np.array([self.position, self.scale, self.rotation])


def _cube_type() -> Any:
    xyz = xyz_type()
    return struct_type("Cube3dCoordinates", [("position", xyz), ("scale", xyz), ("rotation", xyz)])


_CUBE = Codec(_cube_type)


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Cube3d:
    read = _CUBE.decode(coordinates)
    position, scale, rotation = (
        np.array([part.x, part.y, part.z]) for part in (read.position, read.scale, read.rotation)
    )
    return Cube3d(label, position, scale, rotation, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(cube: Cube3d) -> dict[str, Any]:
    return {
        name: dict(zip("xyz", getattr(cube, name).tolist(), strict=True))
        for name in ("position", "scale", "rotation")
    }


def _between(before: Cube3d, after: Cube3d, manner: Manner) -> Make:
    """Let centre and size go evenly, and turn it the short way."""
    start, end = quaternion(before.rotation), quaternion(after.rotation)
    evenly = Evenly(before, ways_of(before, after, "position", "scale"))
    if np.array_equal(before.rotation, after.rotation):
        return evenly
    return lambda weight: evenly(weight).replace(rotation=euler(slerp(start, end, weight)))


register(DefinitionType("cube_3d", Cube3d, _from_coordinates, _to_coordinates, between=_between))

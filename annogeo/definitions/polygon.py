"""Polygon: rings filled even-odd, so that it may have holes and several parts."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions.mapping import region_share
from annogeo.definitions.moving import rings_between
from annogeo.definitions.path import Path, packed, read_paths, sequences_of, transform_path, write_paths
from annogeo.definitions.registry import DefinitionType, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.geometry.clipping import clip_rings
from annogeo.geometry.nesting import group_rings

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Polygon(Path):
    """A polygon in px.

    Parameters
    ----------
    geo : (n, 2) array-like, or a list of such rings
        Outer rings and holes in any order; what an odd number of rings surrounds is inside. A ring whose first point is
        repeated at its end is stored without the repetition. A shapely Polygon or MultiPolygon is taken too.
    label : str
    attributes : dict, optional
    description : str, optional

    Examples
    --------
    >>> ring = [(0, 0), (10, 0), (10, 10), (0, 10)]
    >>> hole = [(2, 2), (4, 2), (4, 4), (2, 4)]
    >>> Polygon([ring, hole], "car").area
    96.0
    >>> Polygon([], "car").bounds
    array([0., 0., 0., 0.])
    """

    type: ClassVar[str] = "segment"

    geo: Any = field()
    label: str
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None

    def __post_init__(self) -> None:
        self._store(geo=packed([_opened(ring) for ring in sequences_of("geo", self.geo)]))

    @property
    def rings(self) -> list[FloatArray]:
        """The rings, float64 (n, 2), open, in input order."""
        geo = self.geo
        return [geo] if geo.__class__ is np.ndarray else list(geo)

    @property
    def parts(self) -> list[Polygon]:
        """One polygon per outer ring, with its holes.

        Examples
        --------
        >>> square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
        >>> [len(part.rings) for part in Polygon([square * 9, square + 2, square + 20], "car").parts]
        [2, 1]
        """
        rings = self.rings
        if len(rings) < 2:
            return [self] if rings else []
        return [self.replace(geo=[rings[index] for index in group]) for group in group_rings(rings)]

    @property
    def area(self) -> float:
        """Even-odd area in square px, exact also for holes and rings that cross."""
        from annogeo.geometry.region import even_odd_area

        return even_odd_area(self.rings)

    def to_polygon(self) -> Polygon:
        """Return the polygon itself.

        Examples
        --------
        >>> triangle = Polygon([(0, 0), (4, 0), (4, 4)], "car")
        >>> triangle.to_polygon() is triangle
        True
        """
        return self

    def to_shapely(self) -> Any:
        """Return the even-odd region as a valid shapely Polygon or MultiPolygon.

        Examples
        --------
        >>> Polygon([(0, 0), (4, 0), (4, 4)], "car").to_shapely().area
        8.0
        >>> Polygon([], "car").to_shapely().is_empty
        True
        """
        from annogeo.geometry.region import region

        return region(self.rings)

    @classmethod
    def from_segmentation(
        cls,
        mask: npt.ArrayLike,
        label: str,
        attributes: dict[str, Any] | None = None,
        epsilon: float | None = None,
        max_instances: int | None = 1,
        min_area: float = 0,
        *,
        connectivity: int = 4,
    ) -> Polygon | list[Polygon]:
        """Return the outline of a mask's largest part, or of several parts as a list, largest first.

        Parameters
        ----------
        mask : (H, W) bool or 0-1, Rle or Segmentation
        label : str
        attributes : dict, optional
        epsilon : float, optional
            None: as few vertices as can be reached that, filled by rule ``center``, give the same pixels. 0: exactly
            along the pixel edges. A number: the largest distance from these, in px (see `mask_to_polygon`).
        max_instances : int, optional
            1 gives one Polygon; more, or None for all, a list.
        min_area : float
            Parts must have more pixels than this.
        connectivity : 4 or 8
            Whether pixels that meet only in a point belong together: 8.

        Raises
        ------
        InputError
            If one polygon is asked for and no part has more than `min_area` pixels.

        Examples
        --------
        >>> mask = [[1, 1, 0, 1], [1, 1, 0, 0]]
        >>> Polygon.from_segmentation(mask, "car", epsilon=0)
        Polygon(geo=[[0, 0], [2, 0], [2, 2], [0, 2]], label='car')
        >>> [polygon.area for polygon in Polygon.from_segmentation(mask, "car", epsilon=0, max_instances=None)]
        [4.0, 1.0]
        """
        from annogeo.masks import polygons_from_mask

        return polygons_from_mask(mask, label, attributes, epsilon, max_instances, min_area, connectivity)


def _opened(ring: FloatArray) -> FloatArray:
    """Return a ring without its first point repeated at the end; three points stay, whatever they are."""
    end, x, y = ring.shape[0], ring[0, 0], ring[0, 1]
    while end > 3 and ring[end - 1, 0] == x and ring[end - 1, 1] == y:
        end -= 1
    if end == ring.shape[0]:
        return ring
    shorter = ring[:end].copy()
    shorter.flags.writeable = False
    return shorter


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Polygon:
    return Polygon(read_paths(coordinates), label, attributes, description)  # type: ignore[arg-type]


def _to_coordinates(polygon: Polygon) -> list[Any]:
    return write_paths(polygon.rings)


def _lower(polygon: Polygon, builder: DrawListBuilder, pen: Pen) -> None:
    if pen.fill:
        builder.fill(polygon.rings)
    else:
        for ring in polygon.rings:
            builder.loop(ring, pen.line_width)


def _clip(polygon: Polygon, planes: FloatArray) -> tuple[Polygon, float]:
    rings = polygon.rings
    left = clip_rings(rings, planes)
    if len(left) == len(rings) and all(map(operator.is_, left, rings)):
        return polygon, 1.0
    return polygon.replace(geo=left), region_share(rings, left, planes)


register(
    DefinitionType(
        "segment",
        Polygon,
        _from_coordinates,
        _to_coordinates,
        _lower,
        between=rings_between,
        transform=transform_path,
        clip=_clip,
    )
)

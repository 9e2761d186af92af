"""Box: an upright rectangle, or one turned about its centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy.typing as npt

from annogeo.definitions.checks import number, optional_number
from annogeo.definitions.rectangle import (
    Rectangle,
    clip_rectangle,
    lower_rectangle,
    read_edges,
    rectangle_between,
    transform_rectangle,
    write_edges,
)
from annogeo.definitions.registry import FLAT, DefinitionType, register


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Box(Rectangle):
    """A box in px; right and bottom are exclusive.

    Parameters
    ----------
    left, top, right, bottom : float
        Edges before turning, in any order; stored ordered.
    label : str, optional
    attributes : dict, optional
    description : str, optional
    angle : float, optional
        Degrees, clockwise on screen, about the centre.

    Examples
    --------
    >>> box = Box(10, 5, 40, 30, "car")
    >>> box.width, box.area
    (30.0, 750.0)
    >>> Box(0, 0, 4, 2, "car", angle=90).bounds
    array([ 1., -1.,  3.,  3.])
    >>> Box(0, 0, 0, 0).area
    0.0
    """

    type: ClassVar[str] = "box"

    left: float = None  # type: ignore[assignment]  # the seed's signature; None is refused when checked
    top: float = None  # type: ignore[assignment]
    right: float = None  # type: ignore[assignment]
    bottom: float = None  # type: ignore[assignment]
    label: str = None  # type: ignore[assignment]  # stored as ''
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None
    angle: float | None = None

    def __post_init__(self) -> None:
        self._store(angle=optional_number("angle", self.angle), **self._ordered_edges())

    @classmethod
    def from_xywh(
        cls,
        left: float,
        top: float,
        width: float,
        height: float,
        label: str | None = None,
        attributes: dict[str, Any] | None = None,
        description: str | None = None,
        angle: float | None = None,
    ) -> Self:
        """Make a box from its top-left corner and size.

        Parameters
        ----------
        left, top : float
            The corner in px, before turning.
        width, height : float
            In px; negative ones reach to the left and up.
        label, attributes, description, angle
            As for `Box`.

        Examples
        --------
        >>> Box.from_xywh(10, 5, 30, 25, "car")
        Box(left=10, top=5, right=40, bottom=30, label='car')
        """
        left, width = number("left", left), number("width", width)
        top, height = number("top", top), number("height", height)
        return cls(left, top, left + width, top + height, label, attributes, description, angle)  # type: ignore[arg-type]

    @classmethod
    def from_cxcywh(
        cls,
        cx: float,
        cy: float,
        width: float,
        height: float,
        label: str | None = None,
        attributes: dict[str, Any] | None = None,
        description: str | None = None,
        angle: float | None = None,
    ) -> Self:
        """Make a box from its centre and size.

        Parameters
        ----------
        cx, cy : float
            The centre in px.
        width, height : float
            In px, before turning.
        label, attributes, description, angle
            As for `Box`.

        Examples
        --------
        >>> Box.from_cxcywh(25, 17.5, 30, 25, "car")
        Box(left=10, top=5, right=40, bottom=30, label='car')
        """
        left = number("cx", cx) - number("width", width) / 2
        top = number("cy", cy) - number("height", height) / 2
        return cls.from_xywh(left, top, width, height, label, attributes, description, angle)

    @classmethod
    def from_cxcywha(
        cls,
        cx: float,
        cy: float,
        width: float,
        height: float,
        angle: float,
        label: str | None = None,
        attributes: dict[str, Any] | None = None,
        description: str | None = None,
    ) -> Self:
        """Make a turned box from its centre, size and angle.

        Parameters
        ----------
        cx, cy : float
            The centre in px, about which it is turned.
        width, height : float
            In px, before turning.
        angle : float
            Degrees, clockwise on screen.
        label, attributes, description
            As for `Box`.

        Examples
        --------
        >>> Box.from_cxcywha(2, 1, 4, 2, 90, "car").bounds
        array([ 1., -1.,  3.,  3.])
        """
        return cls.from_cxcywh(cx, cy, width, height, label, attributes, description, angle)

    @classmethod
    def from_segmentation(
        cls,
        mask: npt.ArrayLike,
        label: str,
        attributes: dict[str, Any] | None = None,
        *,
        connectivity: int = 4,
        min_area: float = 0,
        max_instances: int | None = None,
    ) -> list[Self]:
        """Return one box per connected part of a mask, largest part first; holes make none.

        Parameters
        ----------
        mask : (H, W) bool or 0-1, Rle or Segmentation
        label : str
        attributes : dict, optional
        connectivity : 4 or 8
            Whether pixels that meet only in a point belong together.
        min_area : float
            Parts must have more pixels than this.
        max_instances : int, optional
            Only the largest so many; None: all.

        Examples
        --------
        >>> [box.xyxy.tolist() for box in Box.from_segmentation([[1, 0, 1, 1]], "car")]
        [[2.0, 0.0, 4.0, 1.0], [0.0, 0.0, 1.0, 1.0]]
        """
        from annogeo.masks import boxes_from_mask

        edges = boxes_from_mask(mask, connectivity, min_area, max_instances).tolist()
        return [cls(left, top, right, bottom, label, attributes) for left, top, right, bottom in edges]  # type: ignore[arg-type]


def _from_coordinates(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Box:
    left, top, right, bottom, angle = read_edges(coordinates)
    return Box(left, top, right, bottom, label, attributes, description, angle)  # type: ignore[arg-type]


register(
    DefinitionType(
        "box",
        Box,
        _from_coordinates,
        write_edges,
        lower_rectangle,
        between=rectangle_between,
        transform=transform_rectangle,
        clip=clip_rectangle,
        unread=FLAT,
    )
)

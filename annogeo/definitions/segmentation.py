"""Segmentation: a mask, held as runs, or still as the PNG it was read from until its pixels are asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from annogeo.definitions.base import Definition
from annogeo.definitions.box import Box
from annogeo.definitions.checks import number
from annogeo.definitions.decoding import Codec, struct_type
from annogeo.definitions.registry import DefinitionType, Manner, register
from annogeo.draw import DrawListBuilder, Pen
from annogeo.errors import InputError
from annogeo.png import PngMask, encode_mask_uri
from annogeo.rle import Rle, cut_mask, mapped_mask, masks_between

if TYPE_CHECKING:
    from annogeo.definitions.polygon import Polygon

FloatArray = npt.NDArray[np.float64]
Color = tuple[int, int, int]

_WHITE: Color = (255, 255, 255)


class _Geo:
    """The field `geo`: takes an array, an `Rle` or a `PngMask`, keeps it as `mask`, and gives the pixels."""

    def __get__(self, segmentation: Segmentation | None, owner: type) -> npt.NDArray[np.bool_]:
        if segmentation is None:
            raise AttributeError("geo")  # so that dataclass sees an argument without a default
        dense = segmentation.rle.to_mask()
        dense.flags.writeable = False
        return dense

    def __set__(self, segmentation: Segmentation, value: Any) -> None:
        mask = value if isinstance(value, PngMask) else Rle.from_mask(value)
        object.__setattr__(segmentation, "mask", mask)


class _Color:
    """The field `color`: what was given, else what the mask's PNG holds."""

    def __get__(self, segmentation: Segmentation | None, owner: type) -> Color | None:
        if segmentation is None or segmentation.given_color is not None:
            return None if segmentation is None else segmentation.given_color
        mask = segmentation.mask
        return mask.color if isinstance(mask, PngMask) else None

    def __set__(self, segmentation: Segmentation, value: Any) -> None:
        object.__setattr__(segmentation, "given_color", None if value is None else _checked_color(value))


class _Held:
    """What the two fields store; apart, so that neither is an argument of the constructor."""

    __slots__ = ("given_color", "mask")

    mask: Rle | PngMask
    given_color: Color | None


@dataclass(frozen=True, eq=False, repr=False)
class Segmentation(_Held, Definition):
    """A mask; its top-left pixel is the image's.

    Parameters
    ----------
    geo : (H, W) bool or 0-1, or Rle
        See `Rle.from_mask` for other numbers. Kept as runs: `geo` decodes them anew each time, to a read-only
        bool array.
    label : str
    attributes : dict, optional
    description : str, optional
    color : (red, green, blue), optional
        0..255; colours given as text are read by `Ontology`. None: the colour stored in the PNG the mask was read from.

    Examples
    --------
    >>> mask = Segmentation([[0, 1, 1], [0, 0, 1]], "car")
    >>> mask.bounds, mask.area, mask.shape
    (array([1., 0., 3., 2.]), 3, (2, 3))
    >>> Segmentation(np.zeros((2, 3)), "car").bounds
    array([0., 0., 0., 0.])
    """

    type: ClassVar[str] = "binary"

    geo: _Geo = _Geo()
    label: str  # type: ignore[misc]  # `geo` has no default: its descriptor says so
    attributes: dict[str, Any] = None  # type: ignore[assignment]  # stored as {}
    description: str | None = None
    color: _Color = _Color()

    def __post_init__(self) -> None:
        self._store()

    @classmethod
    def from_polygon(
        cls,
        geo: Any,
        label: str,
        shape: tuple[int, ...],
        attributes: dict[str, Any] | None = None,
    ) -> Self:
        """Fill a polygon, by the same rule it is drawn with.

        Parameters
        ----------
        geo : (n, 2) array-like, or a list of rings
            Outer rings and holes, even-odd.
        label : str
        shape : (int, int)
            Height and width of the mask; more entries, as an image's channels, are passed over.
        attributes : dict, optional

        Raises
        ------
        InputError
            If `shape` has no height and width, each 1 or more, or `geo` is no polygon.

        Examples
        --------
        >>> Segmentation.from_polygon([(1, 0), (3, 0), (3, 1), (1, 1)], "car", (2, 4)).geo.astype(int).tolist()
        [[0, 1, 1, 0], [0, 0, 0, 0]]
        """
        from annogeo.definitions.polygon import Polygon

        if not isinstance(shape, tuple | list | np.ndarray) or len(shape) < 2:
            raise InputError(f"shape: expected (height, width), got {shape!r}")
        polygon = geo if isinstance(geo, Polygon) else Polygon(geo, label)
        return cls(polygon.to_rle(shape[0], shape[1]), label, attributes)  # type: ignore[arg-type]

    @property
    def rle(self) -> Rle:
        """The mask as runs; InputError if its PNG is damaged, each time."""
        mask = self.mask
        return mask.rle if isinstance(mask, PngMask) else mask

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the whole mask in px."""
        return self.rle.shape

    @property
    def bounds(self) -> FloatArray:
        """Extent of the pixels inside: left, top, right, bottom (these two exclusive); zeros when there are none."""
        return self.rle.bounds

    @property
    def area(self) -> int:
        """Number of pixels inside."""
        return self.rle.area

    @property
    def x(self) -> None:
        """None, as in the seed: a mask has no list of points."""
        return None

    @property
    def y(self) -> None:
        """None, as in the seed: a mask has no list of points."""
        return None

    def to_box(self) -> list[Box]:
        """Return one box per 4-connected part, largest first; holes make none.

        Examples
        --------
        >>> [box.bounds.tolist() for box in Segmentation([[1, 1, 0, 1]], "car").to_box()]
        [[0.0, 0.0, 2.0, 1.0], [3.0, 0.0, 4.0, 1.0]]
        """
        from annogeo.masks import boxes_from_mask

        edges = boxes_from_mask(self.rle).tolist()
        return [Box(*four, self.label, self.attributes, self.description) for four in edges]  # type: ignore[call-arg]

    def to_polygon(self) -> Polygon:
        """Return the outline along the pixels' edges, all parts with their holes; filled, it has the same pixels.

        Examples
        --------
        >>> Segmentation([[0, 1, 1]], "car").to_polygon().geo.tolist()
        [[1.0, 0.0], [3.0, 0.0], [3.0, 1.0], [1.0, 1.0]]
        """
        from annogeo.masks import mask_to_polygon

        outline = mask_to_polygon(self.rle, 0, label=self.label, attributes=self.attributes)
        return outline if self.description is None else outline.replace(description=self.description)

    def to_shapely(self) -> Any:
        """Return the outline of `to_polygon` as a valid shapely Polygon or MultiPolygon.

        Examples
        --------
        >>> Segmentation([[0, 1, 1]], "car").to_shapely().bounds
        (1.0, 0.0, 3.0, 1.0)
        """
        return self.to_polygon().to_shapely()

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some constructor arguments changed; a mask that is not changed is not decoded.

        Parameters
        ----------
        **changes
            As for `Definition.replace`.

        Examples
        --------
        >>> Segmentation([[0, 1]], "car").replace(label="bus").label
        'bus'
        """
        kept = {
            "geo": self.mask,
            "label": self.label,
            "attributes": self.attributes,
            "description": self.description,
            "color": self.given_color,
        }
        if "geo" in changes and "color" not in changes:
            with suppress(InputError):  # the colour in a PNG goes on with new pixels
                kept["color"] = self.color
        if changes.keys() <= kept.keys():
            return type(self)(**(kept | changes))
        return super().replace(**changes)  # which says what is wrong

    def same_geometry(self, other: object) -> bool:
        """Whether `other` has the same pixels and colour; of two masks from one PNG text this is known undecoded.

        Parameters
        ----------
        other : object

        Returns
        -------
        bool

        Examples
        --------
        >>> Segmentation([[0, 1]], "car").same_geometry(Segmentation([[0, 1]], "bus"))
        True
        """
        if self is other:
            return True
        if type(self) is not type(other) or not isinstance(other, Segmentation):
            return False
        mine, theirs = self.mask, other.mask
        if isinstance(mine, PngMask) and isinstance(theirs, PngMask) and mine.uri == theirs.uri:
            return self.given_color == other.given_color or self.color == other.color
        try:
            return self.rle == other.rle and self.color == other.color
        except InputError:  # what can not be decoded equals only its own text
            return False

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other)

    def __hash__(self) -> int:
        try:
            geometry = hash((self.rle, self.color))
        except InputError:
            geometry = hash(str(self.mask))
        return hash((type(self), geometry, self.label, self.description))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (self.mask, self.label, self.attributes, self.description, self.given_color)
        return (type(self), values)

    def __repr__(self) -> str:
        mask = self.mask if isinstance(self.mask, Rle) else f"<PNG of {len(self.mask.uri)} characters>"
        return f"{type(self).__name__}({mask}, label={self.label!r})"


def mask_uri(segmentation: Segmentation, color: Color | None = None) -> str:
    """Return the mask as a data URI for the platform.

    A mask that still is the PNG it was read from is returned as that very text. Any other is encoded in the colour
    given (the label's, where an ontology has one), else its own, else white.

    Examples
    --------
    >>> uri = mask_uri(Segmentation([[0, 1]], "car"), (255, 0, 0))
    >>> read = read_mask(uri, "car", None, None)
    >>> read.color, mask_uri(read, (0, 0, 255)) == uri
    ((255, 0, 0), True)
    """
    mask = segmentation.mask
    if isinstance(mask, PngMask):
        if segmentation.given_color is None or segmentation.given_color == mask.color:
            return mask.uri
        mask = mask.rle
    return encode_mask_uri(mask, color or segmentation.given_color or _WHITE)


def read_mask(
    coordinates: Any, label: str, attributes: dict[str, Any] | None, description: str | None
) -> Segmentation:
    """Read platform coordinates: the data URI of a PNG, or an object with it as ``data``. Nothing is decoded yet."""
    found = _CODEC.decode(coordinates)
    text = found if isinstance(found, str) else found.data
    try:
        mask = PngMask(text)
    except InputError as error:
        raise error.located(json_path=None if isinstance(found, str) else ".data") from None
    return Segmentation(mask, label, attributes, description)  # type: ignore[arg-type]


_CODEC = Codec(lambda: str | struct_type("MaskData", [("data", str)]))


def _lower(segmentation: Segmentation, builder: DrawListBuilder, pen: Pen) -> None:
    builder.runs(segmentation.rle)  # pixels have no outline to draw: any pen fills


def _checked_color(value: Any) -> Color:
    if isinstance(value, str) or not hasattr(value, "__len__") or len(value) not in (3, 4):
        raise InputError(f"color: expected (red, green, blue), got {value!r}")
    channels = [number(f"color[{index}]", channel) for index, channel in enumerate(value)][:3]
    if not all(0 <= channel <= 255 and channel == int(channel) for channel in channels):
        raise InputError(f"color: expected whole numbers from 0 to 255, got {value!r}")
    red, green, blue = map(int, channels)
    return red, green, blue


def _transform(
    segmentation: Segmentation, matrix: FloatArray, size: tuple[int, int] | None = None
) -> Segmentation:
    return segmentation.replace(geo=mapped_mask(segmentation.rle, matrix, size))


def _clip(segmentation: Segmentation, planes: FloatArray) -> tuple[Segmentation, float]:
    whole = segmentation.rle
    left = cut_mask(whole, planes)
    if left is whole:
        return segmentation, 1.0
    return segmentation.replace(geo=left), left.area / whole.area


def _between(
    before: Segmentation, after: Segmentation, manner: Manner
) -> Callable[[float], Segmentation] | None:
    """Hold, or go over by signed distance; a mask that cannot be read holds."""
    if manner.mask == "hold":
        return None
    try:
        mix = masks_between(before.rle, after.rle)
    except InputError:
        return None
    return None if mix is None else lambda weight: before.replace(geo=mix(weight))


register(
    DefinitionType(
        "binary",
        Segmentation,
        read_mask,
        mask_uri,
        _lower,
        between=_between,
        transform=_transform,
        clip=_clip,
        is_raster=True,
        to_colored=mask_uri,
    )
)

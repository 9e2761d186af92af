"""What every annotation definition is: frozen data with a label, compared and hashed exactly.

A definition knows its numbers and nothing of ids, frames, files or pixels. Its verbs (`show`, `to_mask` ...) are
facades that import what they delegate to. One file per definition beside this one, one registry row each.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from annogeo.definitions.checks import attribute_dict, label_text, optional_text
from annogeo.definitions.frozen import FrozenDict, same_value, value_hash
from annogeo.errors import InputError, Problem, UnsupportedError

if TYPE_CHECKING:
    from annogeo.definitions.polygon import Polygon
    from annogeo.draw import Style
    from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]

_NOT_GEOMETRY = frozenset({"label", "attributes", "description"})


class Definition:
    """Base of all definitions.

    A subclass is a dataclass with ``frozen=True, slots=True, eq=False, repr=False`` whose fields are exactly its
    constructor's arguments; `__post_init__` checks them and stores their normal form through `_store`. Every field
    but label, attributes and description is geometry. A field that replaces a property of this class is written
    ``x: float = field()``, or the dataclass would take the property for its default.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> box = Box(0, 0, 4, 3, "car")
    >>> isinstance(box, Definition), box.type, box.bounds.tolist()
    (True, 'box', [0.0, 0.0, 4.0, 3.0])
    >>> box == Box(0, 0, 4, 3, "car"), len({box, Box(0, 0, 4, 3, "car")})
    (True, 1)
    """

    __slots__ = ()

    type: ClassVar[str]
    label: str
    attributes: dict[str, Any]
    description: str | None

    # --- values -----------------------------------------------------------------------------------------------

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some constructor arguments changed.

        Parameters
        ----------
        **changes
            Arguments of the constructor, by name; they are checked as it checks them.

        Raises
        ------
        InputError
            For a name that is no argument, or a value that is not taken.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> Point(1, 2, "nose").replace(x=5)
        Point(x=5, y=2, label='nose')
        """
        names = field_names(type(self))
        unknown = [name for name in changes if name not in names]
        if unknown:
            raise InputError(
                f"{type(self).__name__} has no argument {', '.join(map(repr, unknown))}",
                hint=f"it has {', '.join(names)}",
            )
        values = {name: getattr(self, name) for name in names}
        return type(self)(**(values | changes))

    def geo_arguments(self, geo: Any) -> dict[str, Any]:
        """Return the constructor's arguments that make `geo` this one; for ``annotation.geo = ...``.

        Parameters
        ----------
        geo : array-like
            In the shape of this type's `geo`.

        Returns
        -------
        dict
            For `replace`.

        Raises
        ------
        InputError
            For a type whose `geo` does not make it up.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> point = Point(1, 2, "nose")
        >>> point.replace(**point.geo_arguments((3, 4)))
        Point(x=3, y=4, label='nose')
        """
        if "geo" not in field_names(type(self)):
            raise InputError(
                f"geo: {type(self).__name__} is not made of coordinates",
                hint=f"its arguments are {', '.join(field_names(type(self)))}",
            )
        return {"geo": geo}

    def same_geometry(self, other: object) -> bool:
        """Whether `other` is of the same class and equal in all but label, attributes and description.

        Parameters
        ----------
        other : object

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> Point(1, 2, "nose").same_geometry(Point(1, 2, "ear"))
        True
        """
        if self is other:
            return True
        if type(self) is not type(other):
            return False
        names = _geometry_names(type(self))
        return all(same_value(getattr(self, name), getattr(other, name)) for name in names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Definition):
            return NotImplemented
        return (
            self.same_geometry(other)
            and self.label == other.label
            and self.description == other.description
            and same_value(self.attributes, other.attributes)
        )

    def __hash__(self) -> int:
        values = [value_hash(getattr(self, name)) for name in _geometry_names(type(self))]
        return hash((type(self), *values, self.label, self.description, value_hash(self.attributes)))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # all the way down nothing in it can change

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), tuple(getattr(self, name) for name in field_names(type(self))))

    def __repr__(self) -> str:
        parts = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if not _is_default(field.default, value):
                parts.append(f"{field.name}={_short(value)}")
        return f"{type(self).__name__}({', '.join(parts)})"

    def _store(self, **values: Any) -> None:
        """Set checked fields and the common ones; only for `__post_init__`."""
        if self.label.__class__ is not str:
            values["label"] = label_text(self.label)
        if self.attributes.__class__ is not FrozenDict:
            values["attributes"] = attribute_dict(self.attributes)
        if self.description is not None:
            values["description"] = optional_text("description", self.description)
        for name, value in values.items():
            object.__setattr__(self, name, value)

    # --- geometry: a type without any keeps these ------------------------------------------------------------

    @property
    def bounds(self) -> FloatArray | None:
        """Extent of the drawn shape, float64 (4,): left, top, right, bottom; None for a type without geometry."""
        return None

    @property
    def geo(self) -> Any:
        """The coordinates as an array; an empty list for a type without geometry."""
        return []

    @property
    def x(self) -> Any:
        """The x coordinates; 0 for a type without geometry."""
        return 0.0

    @property
    def y(self) -> Any:
        """The y coordinates; 0 for a type without geometry."""
        return 0.0

    @property
    def left(self) -> Any:
        """Left edge of `bounds` in px; 0 for a type without geometry."""
        return self._edge(0)

    @property
    def top(self) -> Any:
        """Top edge of `bounds` in px; 0 for a type without geometry."""
        return self._edge(1)

    @property
    def right(self) -> Any:
        """Right edge of `bounds` in px, exclusive; 0 for a type without geometry."""
        return self._edge(2)

    @property
    def bottom(self) -> Any:
        """Bottom edge of `bounds` in px, exclusive; 0 for a type without geometry."""
        return self._edge(3)

    @property
    def width(self) -> float:
        """``right - left``, exact."""
        return float(self.right - self.left)

    @property
    def height(self) -> float:
        """``bottom - top``, exact."""
        return float(self.bottom - self.top)

    @property
    def area(self) -> float:
        """Area in square px of what is drawn filled; 0 for lines, points and types without geometry."""
        return 0.0

    def _edge(self, index: int) -> float:
        bounds = self.bounds
        return 0.0 if bounds is None else float(bounds[index])

    # --- verbs: facades ----------------------------------------------------------------------------------------

    def show(
        self,
        image: npt.NDArray[Any] | None = None,
        thickness: float | None = None,
        with_text: bool = False,
        height: int | None = None,
        width: int | None = None,
        annotation_format: Any = "mask",
        color: Any = None,
        alpha: float = 1.0,
        *,
        rule: str = "center",
        style: Style | None = None,
    ) -> npt.NDArray[Any]:
        """Draw this definition alone and return the view as an array; `image` is not changed.

        Parameters
        ----------
        image, thickness, with_text, height, width, annotation_format, color, alpha, rule, style
            As for `AnnotationCollection.show`.

        Returns
        -------
        array
            As of `AnnotationCollection.show`.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> view = Box(1, 0, 3, 2, "car").show(height=2, width=4, thickness=-1, color=(9, 8, 7))
        >>> view.shape, view[0, 1].tolist()
        ((2, 4, 4), [9, 8, 7, 255])
        """
        from annogeo.rendering.show import show_view

        shown: npt.NDArray[Any] = show_view(
            self,
            image=image,
            thickness=thickness,
            with_text=with_text,
            height=height,
            width=width,
            annotation_format=annotation_format,
            color=color,
            alpha=alpha,
            rule=rule,
            style=style,
        )
        return shown

    def to_mask(self, height: int, width: int, rule: str = "center") -> npt.NDArray[np.bool_]:
        """Return the filled shape as a mask; types without a place in the image have an empty one.

        Parameters
        ----------
        height, width : int
            Of the mask in px, 1 or more; what lies outside is left out.
        rule : str
            Which pixels belong to a shape: ``"center"``, ``"opencv"``, ``"coco"``, ``"pil"`` or ``"all_touched"``.

        Returns
        -------
        bool (height, width)

        Raises
        ------
        InputError
            For an unknown rule or a size below 1 px.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(1, 0, 3, 1, "car").to_mask(2, 4).astype(int).tolist()
        [[0, 1, 1, 0], [0, 0, 0, 0]]
        """
        from annogeo.rendering.api import definition_mask

        return definition_mask(self, height, width, rule)

    def to_rle(self, height: int, width: int, rule: str = "center") -> Rle:
        """Return the filled shape's pixels as runs, without making a mask.

        Parameters
        ----------
        height, width, rule
            As for `to_mask`.

        Returns
        -------
        Rle
            Of the shape (height, width).

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(1, 0, 3, 1, "car").to_rle(2, 4).rows().tolist()
        [[0, 1, 3]]
        """
        from annogeo.rendering.api import definition_rle

        return definition_rle(self, height, width, rule)

    def to_polygon(self) -> Polygon:
        """Return the filled shape's outline as a `Polygon` with the same label, attributes and description.

        Raises
        ------
        UnsupportedError
            For lines, points and types without an area.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(0, 0, 4, 2, "car", angle=90).to_polygon().geo.tolist()
        [[3.0, -1.0], [3.0, 3.0], [1.0, 3.0], [1.0, -1.0]]
        """
        raise UnsupportedError(f"{type(self).__name__} has no area to make a polygon of")

    def to_shapely(self) -> Any:
        """Return the shape as a shapely geometry.

        Returns
        -------
        shapely geometry
            Without the label, attributes and description.

        Raises
        ------
        UnsupportedError
            For types without geometry.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> Point(1, 2, "nose").to_shapely().wkt
        'POINT (1 2)'
        """
        raise UnsupportedError(f"{type(self).__name__} has no geometry in the image plane")

    def transform(self, matrix: npt.ArrayLike) -> Definition:
        """Return the shape under a map of the plane, with the same label, attributes and description.

        Types without a place in the image come back as they are. Point k of a polygon, line or pose is the image of
        point k, so that in a mirror rings run the other way round. What a type cannot hold becomes a `Polygon`: a box
        that leans, anything a perspective map makes of a box, a box, ellipse or cube that reaches beyond the horizon.
        Ellipses stay ellipses. A note is not turned: it becomes the extent of its corners. A pixel of a mapped mask is
        inside when its centre, mapped back, lies in a pixel that is.

        Parameters
        ----------
        matrix : (3, 3) array-like, or (2, 3)
            Takes (x, y, 1) to the new place, divided by its third coordinate; of shapes that cross the horizon of a
            perspective map, where that coordinate is 0, the part with a positive one is kept.

        Raises
        ------
        InputError
            For a matrix that is not one, is singular or not finite, and for coordinates that get too large.

        Notes
        -----
        A mask has a size, and the matrix none: the new one reaches from the origin as far as the mapped picture does.
        What lies left of the origin or above it is lost. `annogeo.transform` takes the size.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(0, 0, 4, 2, "car").transform([[2, 0, 1], [0, 3, 0]])
        Box(left=1, top=0, right=9, bottom=6, label='car')
        >>> Box(0, 0, 4, 2, "car").transform([[1, 1, 0], [0, 1, 0]]).geo.tolist()
        [[0.0, 0.0], [4.0, 0.0], [6.0, 2.0], [2.0, 2.0]]
        """
        from annogeo.definitions.mapping import transformed

        return transformed(self, matrix)

    def clip(self, height: int, width: int) -> Definition:
        """Return what is left of the shape inside an image, with the same label, attributes and description.

        All of the result lies within the image. Polygons keep their holes and may come apart into several parts, lines
        into several lines, poses lose joints; boxes and notes are cut. A turned box, an ellipse or a cube that is cut
        becomes a `Polygon` (of an ellipse at most 0.01 px inside the curve). A mask is cut or padded to the image's
        size. Where nothing is left of a box, ellipse, cube, note or point, that is a `Polygon` without rings.

        Parameters
        ----------
        height, width : int
            Of the image in px.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(-5, 2, 4, 20, "car").clip(10, 10)
        Box(left=0, top=2, right=4, bottom=10, label='car')
        >>> Box(-5, 2, -1, 20, "car").clip(10, 10).area
        0.0
        """
        from annogeo.definitions.mapping import clipped

        return clipped(self, height, width)

    def validate(self) -> list[Problem]:
        """Return what is wrong or odd about the geometry, as `annogeo.validate` does; empty when all is well.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> Box(0, 0, 4, 4, "car").validate()
        []
        >>> [problem.message for problem in Box(0, 0, 0, 4, "car").validate()]
        ['box has no area: 0 x 4 px']
        """
        from annogeo.ops.validation import validate

        return validate(self)


_FIELDS: dict[Any, tuple[str, ...]] = {}
_GEOMETRY: dict[Any, tuple[str, ...]] = {}


def field_names(cls: Any) -> tuple[str, ...]:
    """Return the names of a definition's fields, which are its constructor's arguments."""
    names = _FIELDS.get(cls)
    if names is None:
        names = _FIELDS[cls] = tuple(field.name for field in dataclasses.fields(cls))
    return names


def _geometry_names(cls: Any) -> tuple[str, ...]:
    names = _GEOMETRY.get(cls)
    if names is None:
        names = _GEOMETRY[cls] = tuple(name for name in field_names(cls) if name not in _NOT_GEOMETRY)
    return names


def _is_default(default: Any, value: Any) -> bool:
    if default is None:
        return value is None or value == "" or (isinstance(value, dict | list) and not value)
    return default is not dataclasses.MISSING and bool(default == value)


def _short(value: Any) -> str:
    """Show a field in few characters: whole floats without '.0', arrays by size once they are long."""
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, np.ndarray):
        if value.size <= 8:
            return f"[{', '.join(_short(item) for item in value.tolist())}]"
        return f"<array {' x '.join(map(str, value.shape))}>"
    if isinstance(value, list):
        return (
            f"[{', '.join(_short(item) for item in value)}]" if len(value) <= 4 else f"<{len(value)} items>"
        )
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."

"""What overlap, matching and suppression take on a side: anything with a shape, made a list of shapes.

`as_shapes` reads a side of many, `as_shape` one alone. Layer: ops.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box, Definition, Segmentation
from annogeo.definitions.checks import describe
from annogeo.errors import InputError
from annogeo.model import Annotation, FrameAnnotation
from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]
Shape = Definition | Rle

_ONE = "a definition, an annotation, an Rle, a COCO mask, a mask (h, w) or a box (4,)"
_MANY = f"a collection, a list of shapes, boxes (n, 4), masks (n, h, w), or {_ONE}"


def as_shapes(given: Any, name: str) -> list[Shape]:
    """Read one side of a comparison of many with many.

    Parameters
    ----------
    given : object
        An `AnnotationCollection`, a `MaskStore`, or any iterable of what `as_shape` takes; numbers (n, 4), the boxes'
        left, top, right, bottom; bool or uint8 masks (n, h, w) or (h, w); or one shape alone. An array of four columns
        is read as boxes unless it is bool or uint8.
    name : str
        The argument, for errors.

    Returns
    -------
    list of Definition or Rle
        One per item, in order. Masks of any kind, segmentations too, are `Rle`; all else is as it was. A video
        annotation is what it is at its current frame.

    Raises
    ------
    InputError
        Naming the index and, where there is one, the annotation's id.

    Examples
    --------
    >>> as_shapes([[0, 0, 4, 3], Box(1, 1, 2, 2, "car")], "A")
    [Box(left=0, top=0, right=4, bottom=3), Box(left=1, top=1, right=2, bottom=2, label='car')]
    >>> as_shapes(np.ones((2, 3, 3), bool), "A")
    [Rle(3x3, 1 runs, area 9), Rle(3x3, 1 runs, area 9)]
    >>> as_shapes([], "A")
    []
    """
    edges = as_edges(given, name)
    if edges is not None:
        return [Box(*row) for row in edges.tolist()]
    items = _items(given, name)
    return [_shape(item, f"{name}[{index}]") for index, item in enumerate(items)]


def as_shape(given: Any, name: str) -> Shape:
    """Read a shape that stands alone: a mask (h, w) of any width is one, a box has four numbers.

    Examples
    --------
    >>> as_shape([[0, 1], [1, 1]], "a").area
    3
    >>> as_shape([0, 0, 4, 3], "a")
    Box(left=0, top=0, right=4, bottom=3)
    """
    return _shape(given, name)


def as_edges(given: Any, name: str) -> FloatArray | None:
    """Read boxes that come as numbers (n, 4): float64 left, top, right, bottom; None for anything else.

    Examples
    --------
    >>> as_edges(np.array([[4, 0, 0, 3]]), "A")
    array([[0., 0., 4., 3.]])
    """
    if not isinstance(given, np.ndarray) or given.ndim != 2 or given.shape[1] != 4:
        return None
    if given.dtype.kind not in "iuf" or given.dtype == np.uint8:
        return None
    edges = np.array(given, np.float64)
    if not np.isfinite(edges).all():
        row, column = np.argwhere(~np.isfinite(edges))[0].tolist()
        raise InputError(f"{name}[{row}, {column}]: expected a finite number, got {edges[row, column]}")
    return np.concatenate((np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])), 1)


def annotation_id(given: Any, index: int) -> str | None:
    """Return the id of the annotation that stands at an index of a side, for errors found later."""
    try:
        item = given[index]
    except (TypeError, LookupError):
        item = given
    return _id_of(item)


def _items(given: Any, name: str) -> Iterable[Any]:
    if isinstance(given, np.ndarray):
        if given.ndim == 3 or given.size == 0:
            return given if given.ndim == 3 else ()
        return (given,)
    if isinstance(given, Definition | Rle | Annotation | FrameAnnotation | Mapping):
        return (given,)
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InputError(f"{name}: expected {_MANY}, got {describe(given)}")
    return given


def _shape(item: Any, where: str) -> Shape:
    definition = item
    if isinstance(item, Annotation | FrameAnnotation):
        definition = item.annotation_definition
    if isinstance(definition, Rle):
        return definition
    try:
        if isinstance(definition, Segmentation):
            return definition.rle
        if isinstance(definition, Definition):
            return definition
        return _from_numbers(definition)
    except InputError as error:
        raise error.located(json_path=where, annotation_id=_id_of(item)) from None


def _from_numbers(given: Any) -> Shape:
    if isinstance(given, Mapping):
        return Rle.from_coco(given)
    if not isinstance(given, np.ndarray | list | tuple):
        raise InputError(f"expected {_ONE}, got {describe(given)}")
    try:
        array = np.asarray(given)
    except ValueError:
        raise InputError(f"expected {_ONE}, got a ragged list") from None
    if array.shape == (4,) and array.dtype.kind in "iufO":
        return Box(*array.tolist())
    if array.ndim == 2 and array.dtype.kind in "biuf":
        return Rle.from_mask(array)
    raise InputError(f"expected {_ONE}, got an array of {array.dtype}, shape {array.shape}")


def _id_of(item: Any) -> str | None:
    annotation = item.annotation if isinstance(item, FrameAnnotation) else item
    found: str | None = annotation.id if isinstance(annotation, Annotation) else None
    return found

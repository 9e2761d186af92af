"""One side of a matrix: anything with shapes in it, sorted into vector shapes and masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box, Definition, row_for
from annogeo.errors import InputError
from annogeo.ops.iou.lowering import LOWERED, lower
from annogeo.ops.iou.shapes import Boxes, Group
from annogeo.ops.operands import annotation_id, as_edges, as_shape, as_shapes
from annogeo.rle import MaskStore, Rle

IntArray = npt.NDArray[np.int64]
Shape = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Side:
    """Shapes in order.

    Parameters
    ----------
    n : int
        How many.
    vectors : int array
        The places of the vector shapes.
    groups : list of Group
        The same by kind.
    masks : dict of (height, width) -> (places, list of Rle or MaskStore)
    shapes : list of Definition or Rle, or float (n, 4)
        All of them.
    """

    n: int
    vectors: IntArray
    groups: list[Group]
    masks: Mapping[Shape, tuple[IntArray, Sequence[Rle]]]
    shapes: Any

    @cached_property
    def definitions(self) -> list[Definition]:
        """The vector shapes as definitions."""
        if isinstance(self.shapes, np.ndarray):
            return [Box(*row) for row in self.shapes.tolist()]
        return [self.shapes[k] for k in self.vectors.tolist()]

    def pixels(self, shape: Shape) -> list[Rle]:
        """Fill the vector shapes by rule `center` on a canvas."""
        from annogeo.rendering.api import rles

        return rles(self.definitions, *shape) if self.vectors.size else []


def side_of(operand: Any, name: str) -> Side:
    """Sort the shapes of a side of many.

    Raises
    ------
    InputError
        If one is no shape with an area.
    """
    if isinstance(operand, MaskStore):
        masks = {operand.shape: (np.arange(len(operand)), operand)} if len(operand) else {}
        return Side(len(operand), np.zeros(0, np.int64), [], masks, operand)
    edges = as_edges(operand, name)
    if edges is not None:
        index = np.arange(len(edges))
        return Side(len(edges), index, [Boxes(index, edges)] if len(edges) else [], {}, edges)
    plain = isinstance(operand, list) and LOWERED.keys() >= set(map(type, operand))
    return _sorted(operand if plain else as_shapes(operand, name), operand, name)


def side_of_one(operand: Any, name: str) -> Side:
    """Make a side of a single shape."""
    return _sorted([as_shape(operand, name)], operand, name)


def _sorted(shapes: list[Any], operand: Any, name: str) -> Side:
    vectors: list[int] = []
    masks: dict[Shape, tuple[list[int], list[Rle]]] = {}
    for k, shape in enumerate(shapes):
        if shape.__class__ in LOWERED:
            vectors.append(k)
        elif isinstance(shape, Rle):
            places, runs = masks.setdefault(shape.shape, ([], []))
            places.append(k)
            runs.append(shape)
        elif row_for(shape).cls in LOWERED:
            vectors.append(k)
        else:
            raise _no_area(operand, name, k, shape)
    index = np.array(vectors, np.int64)
    groups = lower(index, [shapes[k] for k in vectors] if masks else shapes)
    found = {shape: (np.array(places), runs) for shape, (places, runs) in masks.items()}
    return Side(len(shapes), index, groups, found, shapes)


def _no_area(operand: Any, name: str, index: int, definition: Definition) -> InputError:
    kinds = ", ".join(sorted({cls.__name__ for cls in LOWERED} | {"Segmentation", "Rle"}))
    return InputError(
        f"{name}[{index}]: a {type(definition).__name__} has no area",
        annotation_id=annotation_id(operand, index),
        hint=f"what has one: {kinds}, dense masks, arrays of boxes",
    )

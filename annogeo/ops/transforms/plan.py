"""What every transform comes down to: one matrix, the size it maps to, and the size it maps from, where known.

Layer: ops.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Definition, Segmentation
from annogeo.definitions.checks import describe
from annogeo.definitions.mapping import checked_size
from annogeo.errors import InputError
from annogeo.geometry.affine import checked_matrix, inverted, is_affine, weights
from annogeo.geometry.clipping import rectangle_planes
from annogeo.geometry.corners import box_corners
from annogeo.model import Annotation, AnnotationCollection

FloatArray = npt.NDArray[np.float64]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A map from one picture to another.

    Parameters
    ----------
    matrix, inverse : float64 (3, 3)
    target : (height, width)
    source : (height, width) or None
    is_affine : bool
    planes : float64 (4, 3)
        The half-planes of the target.
    source_planes : float64 (4, 3)
        The same, seen in the source.
    """

    matrix: FloatArray
    inverse: FloatArray
    target: Size
    source: Size | None
    is_affine: bool
    planes: FloatArray
    source_planes: FloatArray


def plan(matrix: Any, target: Size, source: Size | None) -> Plan:
    """Check a matrix and prepare it.

    A perspective matrix stands for the same map when it is multiplied by -1. Where the size of the source is known, the
    sign is the one that has some of the source in front of the horizon.
    """
    checked = checked_matrix(matrix)
    if source is not None and not is_affine(checked):
        corners = box_corners(0.0, 0.0, float(source[1]), float(source[0]))
        if (weights(checked, corners) <= 0.0).all():
            checked = -checked
            checked.flags.writeable = False
    planes = rectangle_planes(*target)
    return Plan(checked, inverted(checked), target, source, is_affine(checked), planes, planes @ checked)


def as_collection(given: Any) -> AnnotationCollection:
    """Return what is transformed as a collection; a list, an annotation or a definition becomes a new one.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> as_collection([Box(0, 0, 1, 1, "car")])[0].label
    'car'
    """
    if isinstance(given, AnnotationCollection):
        return given
    members = [given] if isinstance(given, Annotation | Definition) else given
    if not isinstance(members, Iterable) or isinstance(members, str | bytes | Mapping):
        raise InputError(
            "expected an AnnotationCollection, an annotation, a definition or a list of these, "
            f"got {describe(given)}"
        )
    made = [_annotation(index, member) for index, member in enumerate(members)]
    return AnnotationCollection(item=made[0].item if made else None, annotations=made)


def _annotation(index: int, member: Any) -> Annotation:
    if isinstance(member, Annotation):
        return member
    if isinstance(member, Definition):
        return Annotation.new(annotation_definition=member)
    raise InputError(f"[{index}]: expected an annotation or a definition, got {describe(member)}")


def source_size(collection: AnnotationCollection, size: Any) -> Size:
    """Return height and width of the picture the annotations are on.

    Parameters
    ----------
    collection : AnnotationCollection
    size : (height, width) or None
        What the caller says.

    Raises
    ------
    InputError
        If nobody says it: neither the caller, nor the item, nor the annotations, nor masks of one size.
    """
    found = known_size(collection, size)
    if found is None:
        raise InputError(
            "the size of the picture is not known: neither its item nor a mask has it",
            hint="give size=(height, width), or an Item(width=..., height=...)",
        )
    return found


def known_size(collection: AnnotationCollection, size: Any) -> Size | None:
    """Return `source_size`, or None where nobody says it."""
    if size is not None:
        if not isinstance(size, Sequence | np.ndarray) or isinstance(size, str) or len(size) < 2:
            raise InputError(f"size: expected (height, width), got {describe(size)}")
        return checked_size(size[0], size[1])  # an image's shape has channels, too
    if collection.height and collection.width:
        return collection.height, collection.width
    for annotation in collection:
        if annotation.item_height and annotation.item_width:
            return annotation.item_height, annotation.item_width
    sizes = set()
    for annotation in collection:
        definition = annotation.annotation_definition
        if isinstance(definition, Segmentation):
            with suppress(InputError):  # one that cannot be decoded has no size
                sizes.add(definition.shape)
    return sizes.pop() if len(sizes) == 1 else None

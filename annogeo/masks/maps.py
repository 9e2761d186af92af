"""Semantic and instance maps of annotations, with a say in who owns a pixel that several cover. Layer: masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.masks.label_runs import label_masks
from annogeo.masks.overlap import Stack, checked_overlap
from annogeo.rendering import label_map
from annogeo.rendering.numbering import LARGEST_ID, UNLISTED_ID, object_numbers
from annogeo.rendering.views import Job, Options, paint_instance
from annogeo.rle import Rle

AnyArray = npt.NDArray[Any]
IntArray = npt.NDArray[np.int64]

OBJECT_ID = "object_id"


@dataclass(frozen=True, slots=True, eq=False)
class InstanceMap:
    """A map in which each object has its id, and how much of each object is seen in it; an array to numpy.

    Parameters
    ----------
    map : uint8, uint16 or int32 (H, W)
        The id of the object that owns each pixel; 0 where there is none.
    ids : int64 (n,)
        The id of each object, in list order.
    areas : int64 (n,)
        Pixels each object covers, those that others own too.
    owned : int64 (n,)
        Pixels each object owns.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> found = instance_map([Box(0, 0, 4, 1, "car"), Box(3, 0, 9, 1, "bus")], 1, 6)
    >>> np.asarray(found).tolist(), found.areas.tolist(), found.owned.tolist()
    ([[1, 1, 1, 2, 2, 2]], [4, 3], [3, 3])
    """

    map: AnyArray
    ids: IntArray
    areas: IntArray
    owned: IntArray

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> AnyArray:
        array = np.asarray(self.map, dtype)
        return array.copy() if copy and array is self.map else array

    @property
    def visible(self) -> npt.NDArray[np.float64]:
        """The share of its pixels that each object owns, float64 (n,), 0..1; 0 for one that covers none.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> instance_map([Box(0, 0, 4, 1, "car"), Box(3, 0, 9, 1, "bus")], 1, 6).visible
        array([0.75, 1.  ])
        """
        return self.owned / np.maximum(self.areas, 1)


def semantic_map(
    collection: Any,
    height: int,
    width: int,
    ids: Mapping[str, int] | None = None,
    overlap: str = "top",
    rule: str = "center",
    *,
    dtype: npt.DTypeLike | None = None,
    frame: int | None = None,
) -> AnyArray:
    """Return the map of label ids, (height, width): `label_map` with a say in what is on top.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, or a list of these
    height, width : int
        In px.
    ids : mapping of label -> int, optional
        ``$default`` is the background. None: the ontology's, else sorted labels from 1.
    overlap : str
        Who owns a pixel that several annotations cover: ``"top"``, the last in the list; ``"largest"`` or
        ``"smallest"``, the one with the most or fewest pixels, of equals the last in the list; ``"error"``, nobody.
    rule : str
        Which pixels belong to a shape: ``"center"``, ``"opencv"``, ``"coco"``, ``"pil"`` or ``"all_touched"``.
    dtype : integer dtype, optional
        None: the smallest of uint8, uint16, int32 that holds the largest id.
    frame : int, optional
        Of a video; None: each annotation's first state.

    Raises
    ------
    InputError
        If `overlap` is ``"error"`` and a pixel is covered by annotations of different ids: it names two of them and
        says how many pixels they share.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> shapes = [Box(1, 0, 2, 1, "car"), Box(0, 0, 4, 1, "road")]
    >>> semantic_map(shapes, 1, 5, overlap="smallest").tolist()
    [[2, 1, 2, 2, 0]]
    >>> semantic_map(shapes, 1, 5).tolist()
    [[2, 2, 2, 2, 0]]
    """
    if checked_overlap(overlap) == "top":
        return label_map(collection, height, width, ids, rule, dtype, frame=frame)
    stack = Stack.of(collection, height, width, overlap, rule, frame)
    options = Options(rule, ids=ids, dtype=dtype)
    job = Job(stack.scene, stack.size, options, spans=stack.spans)
    numbers = job.label_ids()
    stack.check([numbers.get(item.label, UNLISTED_ID) for item in stack.items])
    return paint_instance(job)


def instance_map(
    collection: Any,
    height: int,
    width: int,
    instance_ids: npt.ArrayLike | None = None,
    overlap: str = "top",
    rule: str = "center",
    *,
    dtype: npt.DTypeLike | None = None,
    frame: int | None = None,
) -> InstanceMap:
    """Return a map of objects, an id for each annotation, with the visible share of each.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, a list of these, or a DrawList
        An item of a draw list is an object.
    height, width, overlap, rule, dtype, frame
        As of `semantic_map`.
    instance_ids : int (n,) or ``"object_id"``, optional
        One per annotation, 0 to 2147483647; several may have the same. ``"object_id"``: their object ids, as in
        `object_id_map`. None: 1 to n in list order.

    Returns
    -------
    InstanceMap

    Raises
    ------
    InputError
        If the ids are not one integer for each annotation, or `overlap` is ``"error"`` and a pixel is covered by
        annotations of different ids.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> found = instance_map([Box(0, 0, 4, 1, "car"), Box(3, 0, 9, 1, "car")], 1, 6)
    >>> found.map.tolist(), found.ids.tolist(), found.areas.tolist(), found.owned.tolist()
    ([[1, 1, 1, 2, 2, 2]], [1, 2], [4, 3], [3, 3])
    >>> instance_map([], 1, 2).map.tolist()
    [[0, 0]]
    """
    stack = Stack.of(collection, height, width, overlap, rule, frame)
    numbers = checked_object_ids("instance_ids", instance_ids, stack)
    stack.check(numbers)
    is_owners = instance_ids is None and dtype is None
    ids = stack.owners if is_owners else stack.painted(numbers, dtype)
    return InstanceMap(ids, numbers, stack.areas, stack.owned)


def visible_rles(
    collection: Any,
    height: int,
    width: int,
    overlap: str = "top",
    rule: str = "center",
    *,
    frame: int | None = None,
) -> list[Rle]:
    """Return the pixels that each annotation owns, as one `Rle` per annotation in list order; none overlap.

    Parameters
    ----------
    collection, height, width, overlap, rule, frame
        As of `instance_map`; `rles` gives all pixels that each covers.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> masks = visible_rles([Box(0, 0, 4, 1, "car"), Box(3, 0, 9, 1, "bus")], 1, 6)
    >>> [mask.rows().tolist() for mask in masks]
    [[[0, 0, 3]], [[0, 3, 6]]]
    """
    stack = Stack.of(collection, height, width, overlap, rule, frame)
    stack.check(np.arange(stack.areas.size))
    masks = [Rle(stack.size, [])] * stack.areas.size  # type: ignore[arg-type]
    for number, mask in label_masks(stack.owners, 0):
        masks[number - 1] = mask
    return masks


def checked_object_ids(argument: str, ids: npt.ArrayLike | None, stack: Stack) -> IntArray:
    """Return one id per annotation, int64 (n,): those given, or their object ids, else 1 to n."""
    n = stack.areas.size
    if ids is None:
        return np.arange(1, n + 1)
    if isinstance(ids, str):
        if ids != OBJECT_ID:
            raise InputError(f"{argument}: expected {OBJECT_ID!r} or one integer per annotation, got {ids!r}")
        return np.array(object_numbers(stack.items, stack.scene.subject.report), np.int64)
    try:
        numbers = np.asarray(ids)
    except ValueError:
        numbers = np.zeros(0, object)
    if numbers.shape != (n,) or (n and numbers.dtype.kind not in "iu"):
        raise InputError(
            f"{argument}: expected {n} integers, one per annotation, got {numbers.dtype} of shape {numbers.shape}"
        )
    wrong = np.flatnonzero((numbers < 0) | (numbers > LARGEST_ID))
    if wrong.size:
        raise InputError(f"{argument}[{wrong[0]}]: expected 0 to {LARGEST_ID}, got {numbers[wrong[0]]}")
    return numbers.astype(np.int64)

"""Panoptic maps: segments with a class each, as COCO and Cityscapes number and store them. Layer: masks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.masks.maps import InstanceMap, checked_object_ids
from annogeo.masks.outlines import label_map_stats
from annogeo.masks.overlap import Stack
from annogeo.rendering.numbering import LARGEST_ID, label_numbers
from annogeo.rendering.subject import SceneItem
from annogeo.rendering.views import Job, Options

IntArray = npt.NDArray[np.int64]

LARGEST_RGB = 2**24 - 1


class SegmentInfo(TypedDict):
    """A segment as in COCO's ``segments_info``: `bbox` is left, top, width, height in px."""

    id: int
    category_id: int
    area: int
    bbox: list[int]
    iscrowd: int


@dataclass(frozen=True, slots=True, eq=False)
class PanopticMap(InstanceMap):
    """A map of segments, and what they are; it unpacks as ``map, segments``.

    Parameters
    ----------
    map : uint8, uint16 or int32 (H, W)
        The id of the segment each pixel belongs to; 0 where there is none.
    ids : int64 (n,)
        The id of each annotation's segment, in list order; 0 for what covers nothing.
    areas, owned : int64 (n,)
        Of each annotation, as in `InstanceMap`; `visible` too.
    segments : list of dict
        Those with any pixel, by rising id, as COCO's ``segments_info`` has them.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> found = panoptic_map([Box(0, 0, 4, 1, "car"), Box(3, 0, 6, 1, "car")], 1, 8)
    >>> found.map.tolist(), found.visible.tolist(), [segment["area"] for segment in found.segments]
    ([[1, 1, 1, 2, 2, 2, 0, 0]], [0.75, 1.0], [3, 3])
    """

    segments: list[SegmentInfo]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.map, self.segments))


def panoptic_map(
    collection: Any,
    height: int,
    width: int,
    ids: Mapping[str, int] | None = None,
    overlap: str = "top",
    rule: str = "center",
    *,
    stuff: Collection[str] = (),
    divisor: int | None = None,
    segment_ids: npt.ArrayLike | None = None,
    dtype: npt.DTypeLike | None = None,
    frame: int | None = None,
) -> PanopticMap:
    """Return a map of segments, each of one class, and what they are.

    Parameters
    ----------
    collection, height, width, overlap, rule, dtype, frame
        As of `semantic_map`.
    ids : mapping of label -> int, optional
        The category ids. None: the ontology's, else sorted labels from 1.
    stuff : collection of str
        Labels that have no instances: all annotations of one make one segment.
    divisor : int, optional
        Number the segments as Cityscapes does, with 1000: an instance ``class * divisor + k``, k from 0 in list order;
        stuff and crowds ``class``. None: 1, 2, ... in list order.
    segment_ids : int (n,) or ``"object_id"``, optional
        Instead, one per annotation, 1 to 2147483647; those with the same make one segment, and are of one class.
        ``"object_id"``: their object ids, as `AnnotationCollection.from_panoptic` sets them.

    Returns
    -------
    PanopticMap
        An annotation's attribute ``iscrowd`` is its segment's.

    Raises
    ------
    InputError
        If `overlap` is ``"error"`` and a pixel is covered by annotations of different segments, or the ids do not fit.

    Notes
    -----
    The COCO panoptic format (cocodataset.org/#format-data), and Cityscapes' ``createPanopticImgs.py``.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> shapes = [Box(0, 0, 4, 1, "sky"), Box(3, 0, 6, 1, "car"), Box(5, 0, 7, 1, "car")]
    >>> found, segments = panoptic_map(shapes, 1, 8, {"sky": 23, "car": 26}, stuff=["sky"], divisor=1000)
    >>> found.tolist()
    [[23, 23, 23, 26000, 26000, 26001, 26001, 0]]
    >>> segments[0]
    {'id': 23, 'category_id': 23, 'area': 3, 'bbox': [0, 0, 3, 1], 'iscrowd': 0}
    """
    stack = Stack.of(collection, height, width, overlap, rule, frame)
    items = stack.items
    classes = label_numbers(items, Job(stack.scene, stack.size, Options(rule, ids=ids)).label_ids())
    if segment_ids is None:
        merged = _labels("stuff", stuff)
        if divisor is None:
            numbers = _in_order(stack, merged)
        else:
            numbers = _by_class(stack, classes, merged, checked_divisor(divisor))
    else:
        numbers = checked_object_ids("segment_ids", segment_ids, stack)
        _check_classes(numbers, classes)
    stack.check(numbers)
    ids_of_pixels = stack.painted(numbers, dtype)
    segments = _described(ids_of_pixels, numbers, classes, [_is_crowd(item) for item in items])
    return PanopticMap(ids_of_pixels, numbers, stack.areas, stack.owned, segments)


def panoptic_encode(ids: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Write ids as colours, the way COCO's panoptic PNGs hold them: id = R + 256 G + 65536 B.

    Parameters
    ----------
    ids : int (H, W), or of any shape
        0 to 16777215.

    Returns
    -------
    uint8 (H, W, 3)
        RGB; `panoptic_decode` gives the ids back.

    Raises
    ------
    InputError
        If they are no integers, or do not fit into 24 bits.

    Notes
    -----
    The COCO panoptic format; panopticapi calls it ``id2rgb``.

    Examples
    --------
    >>> panoptic_encode([[1, 256, 65536 + 2]]).tolist()
    [[[1, 0, 0], [0, 1, 0], [2, 0, 1]]]
    """
    numbers = as_array("ids", ids)
    if numbers.dtype.kind not in "iu":
        raise InputError(f"ids: expected integers, got {numbers.dtype}")
    shape = (*numbers.shape, 3)
    if not numbers.size:
        return np.zeros(shape, np.uint8)
    size = max(numbers.dtype.itemsize, 4)
    words = numbers.astype(f"{numbers.dtype.kind}{size}", copy=False).view(f"u{size}")
    if int(words.max()) > LARGEST_RGB:  # what is negative too, in these
        low, high = int(numbers.min()), int(numbers.max())
        raise InputError(
            f"ids: expected 0 to {LARGEST_RGB}, which 24 bits hold, got {low if low < 0 else high}",
            hint="number the segments anew, from 1",
        )
    import cv2  # copies between channel counts ten times as fast as numpy

    channels = np.ascontiguousarray(words, "<u4").view(np.uint8).reshape(1, -1, 4)
    rgb: npt.NDArray[np.uint8] = cv2.cvtColor(channels, cv2.COLOR_RGBA2RGB)  # type: ignore[assignment]
    return rgb.reshape(shape)


def panoptic_decode(rgb: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Read ids from the colours of a COCO panoptic PNG: id = R + 256 G + 65536 B.

    Parameters
    ----------
    rgb : uint8 (H, W, 3), or (..., 3)
        RGB, as Pillow reads it; OpenCV reads BGR. Other integers must be 0 to 255; a fourth channel all opaque.

    Returns
    -------
    int32 (H, W)

    Raises
    ------
    InputError
        If there are not three channels of bytes.

    Notes
    -----
    The COCO panoptic format; panopticapi calls it ``rgb2id``.

    Examples
    --------
    >>> panoptic_decode([[[1, 0, 0], [0, 1, 0], [2, 0, 1]]]).tolist()
    [[1, 256, 65538]]
    """
    colors = as_array("rgb", rgb)
    if colors.ndim == 0 or colors.shape[-1] not in (3, 4):
        raise InputError(f"rgb: expected the shape (H, W, 3), got {colors.shape}")
    if colors.dtype.kind not in "iu":
        raise InputError(f"rgb: expected uint8, got {colors.dtype}")
    if colors.dtype != np.uint8 and colors.size and not (colors.min() >= 0 and colors.max() <= 255):
        raise InputError(f"rgb: expected 0 to 255, got {colors.min()} to {colors.max()}")
    if colors.shape[-1] == 4:
        if not (colors[..., 3] == 255).all():
            raise InputError(
                "rgb: expected three channels, got a fourth that is not all opaque",
                hint="the ids are in the first three: rgb[..., :3]",
            )
        colors = colors[..., :3]
    if not colors.size:
        return np.zeros(colors.shape[:-1], np.int32)
    import cv2

    plain = np.ascontiguousarray(colors, np.uint8).reshape(1, -1, 3)
    ids = cv2.cvtColor(plain, cv2.COLOR_RGB2RGBA).view("<i4")
    ids &= LARGEST_RGB  # the opacity that cv2 puts there
    return ids.astype(np.int32, copy=False).reshape(colors.shape[:-1])


def as_array(argument: str, given: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return an array; InputError for a ragged list.

    Examples
    --------
    >>> as_array("ids", [[1, 2]]).shape
    (1, 2)
    """
    try:
        return np.asarray(given)
    except ValueError as error:
        raise InputError(f"{argument}: expected an array, got {error}") from None


def _labels(argument: str, labels: Collection[str]) -> frozenset[str]:
    is_list = isinstance(labels, Collection) and not isinstance(labels, str)
    if not is_list or not all(isinstance(label, str) for label in labels):
        raise InputError(f"{argument}: expected a list of labels, got {labels!r}")
    return frozenset(labels)


def checked_divisor(divisor: Any) -> int:
    """Return what separates classes from instances in an id; InputError for anything but integers from 2.

    Examples
    --------
    >>> checked_divisor(1000)
    1000
    """
    if isinstance(divisor, bool) or not isinstance(divisor, int | np.integer) or divisor < 2:
        raise InputError(f"divisor: expected an integer from 2, got {divisor!r}")
    return int(divisor)


def _in_order(stack: Stack, stuff: frozenset[str]) -> IntArray:
    """Number the segments 1, 2, ... in list order; 0 for what covers nothing."""
    numbers = np.zeros(stack.areas.size, np.int64)
    of_stuff: dict[str, int] = {}
    count = 0
    for k in np.flatnonzero(stack.areas).tolist():
        label = stack.items[k].label
        if label not in of_stuff:
            count += 1
            if label in stuff:
                of_stuff[label] = count
        numbers[k] = of_stuff.get(label, count)
    return numbers


def _by_class(stack: Stack, classes: Sequence[int], stuff: frozenset[str], divisor: int) -> IntArray:
    """Number the segments ``class * divisor + k``, without instances ``class``; 0 for what covers nothing."""
    numbers = np.zeros(stack.areas.size, np.int64)
    instances: dict[int, int] = {}
    for k in np.flatnonzero(stack.areas).tolist():
        item, kind = stack.items[k], classes[k]
        if not 0 < kind < divisor:
            raise InputError(
                f"ids[{item.label!r}]: expected 1 to {divisor - 1}, below the divisor, got {kind}",
                hint="a larger divisor=, or other ids=",
            )
        if item.label in stuff or _is_crowd(item):
            numbers[k] = kind
            continue
        instance = instances[kind] = instances.get(kind, -1) + 1
        if instance >= divisor or kind * divisor + instance > LARGEST_ID:
            raise InputError(
                f"divisor: {divisor} has no number for instance {instance} of {item.label!r}, class {kind}",
                hint=f"a larger divisor, with class * divisor + instance up to {LARGEST_ID}",
            )
        numbers[k] = kind * divisor + instance
    return numbers


def _check_classes(numbers: IntArray, classes: Sequence[int]) -> None:
    known: dict[int, int] = {}
    for k, (number, kind) in enumerate(zip(numbers.tolist(), classes, strict=True)):
        if number == 0:
            raise InputError(f"segment_ids[{k}]: expected 1 to {LARGEST_ID}, got 0", hint="0 is no segment")
        if known.setdefault(number, kind) != kind:
            raise InputError(
                f"segment_ids[{k}]: segment {number} is of class {known[number]}, annotation {k} of {kind}"
            )


def _is_crowd(item: SceneItem) -> bool:
    """Whether an annotation says that it is a group, as COCO's key ``iscrowd`` does."""
    value = None if item.definition is None else item.definition.attributes.get("iscrowd")
    return value is not None and str(value).lower() in ("1", "1.0", "true")


def _described(
    ids: npt.NDArray[Any], numbers: IntArray, classes: Sequence[int], crowds: Sequence[bool]
) -> list[SegmentInfo]:
    """Measure the segments of a map; a segment is a crowd where any of its annotations is."""
    class_of = dict(zip(numbers.tolist(), classes, strict=True))
    crowded = set(numbers[np.array(crowds, np.bool_)].tolist())
    stats = label_map_stats(ids)
    boxes = stats.boxes.astype(np.int64)
    boxes[:, 2:] -= boxes[:, :2]
    return [
        SegmentInfo(
            id=number, category_id=class_of[number], area=area, bbox=box, iscrowd=int(number in crowded)
        )
        for number, area, box in zip(stats.labels.tolist(), stats.areas.tolist(), boxes.tolist(), strict=True)
    ]

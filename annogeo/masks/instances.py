"""Instance maps to masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Segmentation
from annogeo.errors import InputError
from annogeo.masks.label_runs import label_masks
from annogeo.masks.outline import is_eight
from annogeo.model.ontology import BACKGROUND


def segmentations_from_instance_mask(
    mask: npt.ArrayLike, instance_map: Mapping[str, int] | None = None, connectivity: int = 4
) -> list[Segmentation]:
    """Return one mask per id of an instance map, in one pass over its pixels.

    Parameters
    ----------
    mask : int (H, W)
        Ids.
    instance_map : mapping of label to id, optional
        Ids not in it are passed over, and so is its ``$default``, the background; the masks come in its order, and it
        may name 0. None: the labels are the ids as text, rising, and 0 is background.
    connectivity : 4 or 8
        Changes nothing: a segmentation holds all pixels of its label, whether or not they belong together.

    Examples
    --------
    >>> found = segmentations_from_instance_mask([[0, 2], [2, 7]], {"car": 2, "bus": 3})
    >>> [(mask.label, mask.area) for mask in found]
    [('car', 2)]
    >>> [mask.label for mask in segmentations_from_instance_mask([[0, 2], [2, 7]])]
    ['2', '7']
    """
    is_eight(connectivity)
    if instance_map is None:
        return [Segmentation(rle, str(number)) for number, rle in label_masks(mask, 0, "mask")]
    ids = checked_instance_map(instance_map, "instance_map")
    wanted = set(ids.values())
    masks = {number: rle for number, rle in label_masks(mask, None, "mask") if number in wanted}
    return [Segmentation(masks[number], label) for label, number in ids.items() if number in masks]


def checked_instance_map(instance_map: Any, argument: str) -> dict[str, int]:
    """Return a label -> id mapping with plain integers, without the background.

    Examples
    --------
    >>> checked_instance_map({"car": np.int64(2), "$default": 0}, "ids")
    {'car': 2}
    """
    if not isinstance(instance_map, Mapping):
        raise InputError(f"{argument}: expected a mapping of label to id, got {type(instance_map).__name__}")
    ids = {}
    for label, number in instance_map.items():
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise InputError(f"{argument}[{label!r}]: expected an integer, got {number!r}")
        if label != BACKGROUND:
            ids[label] = int(number)
    return ids

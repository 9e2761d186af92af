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
    if not isinstance(instance_map, Mapping):
        raise InputError(
            f"instance_map: expected a mapping of label to id, got {type(instance_map).__name__}"
        )
    ids = {label: _id(label, number) for label, number in instance_map.items() if label != BACKGROUND}
    wanted = set(ids.values())
    masks = {number: rle for number, rle in label_masks(mask, None, "mask") if number in wanted}
    return [Segmentation(masks[number], label) for label, number in ids.items() if number in masks]


def _id(label: str, number: Any) -> int:
    if isinstance(number, int | np.integer) and not isinstance(number, bool):
        return int(number)
    raise InputError(f"instance_map[{label!r}]: expected an integer, got {number!r}")

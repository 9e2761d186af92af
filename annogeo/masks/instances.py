"""Instance maps to masks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Segmentation
from annogeo.errors import InputError
from annogeo.model.ontology import BACKGROUND
from annogeo.rle import Rle


def segmentations_from_instance_mask(
    mask: npt.ArrayLike, instance_map: Mapping[str, int] | None = None
) -> list[Segmentation]:
    """Return one mask per id of an instance map.

    Parameters
    ----------
    mask : int (H, W)
        Ids.
    instance_map : mapping of label to id, optional
        Ids not in it are passed over, and so is its ``$default``, the background; the masks come in its order, and it
        may name 0. None: the labels are the ids as
        text, rising, and 0 is background.

    Examples
    --------
    >>> found = segmentations_from_instance_mask([[0, 2], [2, 7]], {"car": 2, "bus": 3})
    >>> [(mask.label, mask.area) for mask in found]
    [('car', 2)]
    >>> [mask.label for mask in segmentations_from_instance_mask([[0, 2], [2, 7]])]
    ['2', '7']
    """
    ids = _id_map(mask)
    masks = dict(_masks_by_id(ids))
    if instance_map is None:
        return [Segmentation(rle, str(number)) for number, rle in masks.items() if number != 0]
    if not isinstance(instance_map, Mapping):
        raise InputError(
            f"instance_map: expected a mapping of label to id, got {type(instance_map).__name__}"
        )
    wanted = [
        (label, masks.get(_id(label, number)))
        for label, number in instance_map.items()
        if label != BACKGROUND
    ]
    return [Segmentation(rle, label) for label, rle in wanted if rle is not None]


def _id_map(mask: npt.ArrayLike) -> npt.NDArray[Any]:
    try:
        ids = np.asarray(mask)
    except ValueError as error:
        raise InputError(f"mask: expected ids of shape (h, w), got {error}") from None
    if ids.ndim != 2:
        raise InputError(f"mask: expected ids of shape (h, w), got {ids.shape}")
    if ids.dtype.kind == "f":
        if not (np.isfinite(ids).all() and (ids == np.rint(ids)).all()):
            raise InputError("mask: expected whole numbers as ids, got fractions or non-finite numbers")
        return ids.astype(np.int64)
    if ids.dtype.kind not in "biu":
        raise InputError(f"mask: expected integers, got {ids.dtype}")
    return ids


def _id(label: str, number: Any) -> int:
    if isinstance(number, int | np.integer) and not isinstance(number, bool):
        return int(number)
    raise InputError(f"instance_map[{label!r}]: expected an integer, got {number!r}")


def _masks_by_id(ids: npt.NDArray[Any]) -> Iterator[tuple[int, Rle]]:
    """Yield each id present, rising, with its mask; one pass over the pixels, then work per run."""
    shape = (ids.shape[0], ids.shape[1])
    flat = ids.reshape(-1)
    if not flat.size:
        return
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    ends = np.append(starts[1:], flat.size)
    values = flat[starts]
    order = np.argsort(values, kind="stable")
    edges = np.stack((starts, ends), axis=1)[order]
    sorted_values = values[order]
    cuts = np.flatnonzero(sorted_values[1:] != sorted_values[:-1]) + 1
    firsts = sorted_values[np.concatenate(([0], cuts))]
    for value, runs in zip(firsts.tolist(), np.split(edges, cuts), strict=True):
        yield int(value), Rle(shape, runs.reshape(-1))

"""Many masks at once: dense arrays to COCO strings and back. Layer: rle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle.checks import PIXEL_LIMIT, size_text
from annogeo.rle.coco import CocoRle, with_strings
from annogeo.rle.runs import IntArray, all_transposed
from annogeo.rle.store import common_shape, joined_edges, rle_of, strings_of
from annogeo.rle.value import Rle

BoolArray = npt.NDArray[np.bool_]

_MOST_PIXELS = 16 * PIXEL_LIMIT  # of all masks together: 4 GiB


def coco_encode(masks: Iterable[Any]) -> list[CocoRle]:
    """Return the compressed COCO dict of each mask: what `pycocotools.mask.encode` gives, from any memory order.

    Parameters
    ----------
    masks : array (n, h, w), or iterable of masks (h, w) or Rle
        Numbers as in `Rle.from_mask`; pycocotools takes (h, w, n).

    Raises
    ------
    InputError
        If one is no mask, or sizes differ.

    Examples
    --------
    >>> coco_encode(np.array([[[0, 1], [0, 1]], [[0, 0], [0, 0]]]))
    [{'size': [2, 2], 'counts': '22'}, {'size': [2, 2], 'counts': '4'}]
    >>> coco_encode([])
    []
    """
    rles = [rle_of(mask, k) for k, mask in enumerate(masks)]
    if not rles:
        return []
    shape = common_shape(rles, None)
    edges, offsets = joined_edges([rle.edges for rle in rles], np.int64)
    return with_strings(*all_transposed(edges, offsets, *shape), shape)


def coco_decode(masks: Iterable[Mapping[str, Any] | Rle], out: BoolArray | None = None) -> BoolArray:
    """Decode COCO dicts of one size to dense masks: what `pycocotools.mask.decode` gives, as (n, h, w).

    Parameters
    ----------
    masks : iterable of COCO dicts, or of Rle
        As in `Rle.from_coco`.
    out : bool or uint8 (n, h, w), C-contiguous, optional
        Written and returned; a buffer that is used again costs a fraction of new memory.

    Returns
    -------
    bool (n, h, w)
        Of shape (0, 0, 0) where there are none and no `out`.

    Raises
    ------
    InputError
        If one is no mask, sizes differ, `out` does not fit, or new masks would take over 4 GiB.

    Examples
    --------
    >>> coco_decode([{"size": [2, 2], "counts": "22"}]).astype(int).tolist()
    [[[0, 1], [0, 1]]]
    """
    given = list(masks)
    if not given and out is None:
        return np.zeros((0, 0, 0), np.bool_)
    shape, edges, offsets = _edges(given)
    size = (len(given), *(out.shape[1:] if not given and out is not None else shape))
    found = _cleared(out, size)
    if edges.size:
        from annogeo.kernels.rle import paint_edges

        one = np.uint8(1)
        planes = found.view(np.uint8).reshape(len(given), -1)
        for plane, (start, end) in zip(planes, pairwise(offsets.tolist()), strict=True):
            paint_edges(edges[start:end], plane, one)
    return found


def _edges(given: list[Any]) -> tuple[tuple[int, int], IntArray, IntArray]:
    """Return shape, edges in reading order, and where each mask's start and end."""
    strings = strings_of(given)
    if strings is not None:
        (height, width), columns, offsets = strings
        if (
            columns[1:] != columns[:-1]
        ).all():  # no run without length (nor two masks that end and start alike)
            return (height, width), *all_transposed(columns.astype(np.int64), offsets, width, height)
    rles = [rle_of(mask, k) for k, mask in enumerate(given)]
    return common_shape(rles, None), *joined_edges([rle.edges for rle in rles], np.int64)


def _cleared(out: Any, shape: tuple[int, ...]) -> BoolArray:
    """Return the array to write to, all False."""
    if out is None:
        if np.prod(shape, dtype=object) > _MOST_PIXELS or shape[1] * shape[2] > PIXEL_LIMIT:
            raise InputError(
                f"{shape[0]} masks of {size_text((shape[1], shape[2]))} px are over the limit of {_MOST_PIXELS} px",
                hint="decode parts, or pass out=",
            )
        return np.zeros(shape, np.bool_)
    fits = isinstance(out, np.ndarray) and out.shape == shape and out.dtype in (np.bool_, np.uint8)
    if not fits or not out.flags.carray:
        got = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise InputError(f"out: expected a writable C-contiguous bool or uint8 array {shape}, got {got}")
    out.fill(0)
    cleared: BoolArray = out
    return cleared

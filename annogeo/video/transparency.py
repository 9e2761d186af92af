"""Overlays on pictures that can be seen through, as formats with a plane of alpha hold them. Layer: video.

Colours are straight, as in `annogeo.render`: what is drawn lies over the picture, and is no paler where that lets
something through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.video.planes import Layout

Array = npt.NDArray[Any]


def straighten(
    colors: Sequence[Array], before: Sequence[Array], alpha: Array, layout: Layout, width: int
) -> None:
    """Let what was blended onto colour planes, as if these were opaque, be what it is over their alpha; in place.

    Parameters
    ----------
    colors, before : sequences of arrays (rows, samples)
        The colour planes as blended, and as they were.
    alpha : array (height, samples)
        What it is with the drawing over it.
    layout : Layout
        Of the colour planes.
    width : int
        Of the picture, in px; rows may be longer.

    Notes
    -----
    Where a picture of colour b and opacity a is covered by c with opacity o, the opacity is ``p = a + o - a o`` and the
    colour ``(o c + (1 - o) a b) / p``, which is ``b + (d - b) / p`` of the blended ``d = o c + (1 - o) b``. A sample of
    chroma goes by the mean opacity of its pixels.

    Examples
    --------
    >>> blended = np.array([[50, 100]], np.uint8)
    >>> straighten([blended], [np.zeros((1, 2), np.uint8)], np.array([[128, 255]], np.uint8), Layout(8, 0, 0, 0), 2)
    >>> blended.tolist()
    [[100, 100]]
    """
    most = 2**layout.bits - 1
    if int(alpha[:, :width].min()) == most:
        return
    share = alpha[:, :width].astype(np.float32) / np.float32(most)
    coarse = _means(share, layout.across, layout.down)
    for k, (plane, old) in enumerate(zip(colors, before, strict=True)):
        part = share if k == 0 else coarse
        drawn, was = plane[: part.shape[0], : part.shape[1]], old[: part.shape[0], : part.shape[1]]
        touched = (drawn != was) & (part > 0)
        b, d = was[touched].astype(np.float64), drawn[touched].astype(np.float64)
        drawn[touched] = np.rint(b + (d - b) / part[touched]).clip(0, most)


def _means(share: Array, across: int, down: int) -> Array:
    """Average over the pixels that a sample of chroma stands for; the last of an odd size stands for fewer."""
    height, width = share.shape
    padded = np.pad(share, ((0, height & down), (0, width & across)), mode="edge")
    rows, columns = padded.shape[0] >> down, padded.shape[1] >> across
    found: Array = padded.reshape(rows, 1 + down, columns, 1 + across).mean(axis=(1, 3))
    return found

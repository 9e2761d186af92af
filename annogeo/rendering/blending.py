"""Colours over pictures: the checked Python layer over the blending kernels.

Shapes are composed front to back. Every pixel starts out free; the topmost shape takes its coverage of the pixel, the
next one its coverage of what is still free, and so on; what nobody took keeps the picture. With hard edges that is:
each touched pixel is blended once, with the topmost colour. Layer: rendering.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Spans
from annogeo.errors import InputError
from annogeo.rendering.rasterize import span_columns
from annogeo.rendering.rules import kernels, scan

Array = npt.NDArray[Any]


def blend(
    image: Array,
    drawlist: DrawList,
    colors: npt.ArrayLike,
    alpha: npt.ArrayLike,
    *,
    rule: str = "center",
    antialias: bool = True,
) -> None:
    """Blend a draw list's items onto a picture, in place.

    Parameters
    ----------
    image : uint8 or uint16, (H, W, 3) or (H, W, 4), C-contiguous, writable
        A fourth channel is straight alpha; it is blended too (source over).
    drawlist : DrawList
        n items; later ones lie on top.
    colors : int (n, 3)
        RGB per item, in the image's own range (0..255 or 0..65535).
    alpha : float (n,) or float
        Opacity per item, 0..1.
    rule : str
        The pixel rule, see `scan`. The compatibility rules are hard whatever `antialias` says: they promise their
        owner's pixels.
    antialias : bool
        Weigh border pixels by the part of their area that is covered; False: by the rule alone.

    Raises
    ------
    InputError
        If an array has another shape, dtype or range, or the rule is unknown.

    Examples
    --------
    >>> image = np.zeros((1, 2, 3), np.uint8)
    >>> blend(image, DrawList.from_boxes([[0, 0, 1, 1]]), [[200, 100, 50]], 0.5)
    >>> image.tolist()
    [[[100, 50, 25], [0, 0, 0]]]
    """
    height, width = image.shape[:2]
    spans = scan(drawlist, height, width, rule)
    blend_spans(image, spans, colors, alpha)


def blend_spans(image: Array, spans: Spans, colors: npt.ArrayLike, alpha: npt.ArrayLike) -> None:
    """Blend every touched pixel once with the topmost item's colour, in place.

    Parameters
    ----------
    image : uint8 or uint16, (H, W, 3) or (H, W, 4), C-contiguous, writable
        A fourth channel is straight alpha; it is blended too (source over).
    spans : Spans
    colors : int (n, 3)
        RGB per item, in the image's own range (0..255 or 0..65535).
    alpha : float (n,) or float
        Opacity per item, 0..1; held in steps of 2**-24. Results are exact and rounded half up.

    Raises
    ------
    InputError
        If an array has another shape, dtype or range.

    Examples
    --------
    >>> image = np.zeros((1, 2, 4), np.uint8)
    >>> blend_spans(image, scan(DrawList.from_boxes([[0, 0, 1, 1]]), 1, 2), [[200, 100, 50]], 0.5)
    >>> image.tolist()
    [[[200, 100, 50, 128], [0, 0, 0, 0]]]
    """
    if image.ndim != 3 or image.shape[2] not in (3, 4) or image.dtype not in (np.uint8, np.uint16):
        raise InputError(f"image: expected uint8 or uint16 (H, W, 3 or 4), got {image.dtype} {image.shape}")
    if not (image.flags.c_contiguous and image.flags.writeable):
        raise InputError("image: expected a writable C-contiguous array")
    if len(spans) == 0:
        return
    paint = kernels("paint")
    rgb = np.ascontiguousarray(colors, np.int64)
    if (
        rgb.ndim != 2
        or rgb.shape[1] != 3
        or rgb.min(initial=0) < 0
        or rgb.max(initial=0) > np.iinfo(image.dtype).max
    ):
        raise InputError(f"colors: expected (n, 3) in the range of {image.dtype}, got shape {rgb.shape}")
    opacity = np.broadcast_to(np.asarray(alpha, np.float64), rgb.shape[:1])
    if not ((opacity >= 0) & (opacity <= 1)).all():
        raise InputError(f"alpha: expected 0..1, got {opacity.tolist()}")
    steps = np.floor(opacity * paint.OPAQUE + 0.5).astype(np.int64)
    wide = np.uint32 if image.itemsize == 1 else np.uint64  # holds a value times 2**24
    paint.blend_spans(image, *span_columns(spans), rgb.astype(wide), steps)

"""Colours over pictures: the checked Python layer over the blending kernels.

Shapes are composed front to back. Every pixel starts out free; the topmost shape takes its coverage of the pixel, the
next one its coverage of what is still free, and so on; what nobody took keeps the picture. With hard edges that is:
each touched pixel is blended once, with the topmost colour. Layer: rendering.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Op, Spans
from annogeo.errors import InputError
from annogeo.rendering.coverage import blend_coverage
from annogeo.rendering.rules import fields, kernels, scan, scanner_for

Array = npt.NDArray[Any]

OPAQUE = 2**24
"""Opacities are whole numbers of 2**-24, so that all blending is exact integer arithmetic."""


def blend(
    image: Array,
    drawlist: DrawList,
    colors: npt.ArrayLike,
    alpha: npt.ArrayLike,
    *,
    rule: str = "center",
    antialias: bool = True,
    source: Array | None = None,
) -> None:
    """Blend a draw list's items onto a picture, in place.

    Parameters
    ----------
    image : uint8 or uint16, (H, W, 3) or (H, W, 4), C-contiguous, writable
        A fourth channel is straight alpha; it is blended too (source over).
    drawlist : DrawList
        n items; later ones lie on top.
    colors : int (n, 3)
        RGB per item, whole numbers in the image's own range (0..255 or 0..65535).
    alpha : float (n,) or float
        Opacity per item, 0..1.
    rule : str
        The pixel rule, see `scan`. The compatibility rules are hard whatever `antialias` says: they promise their
        owner's pixels.
    antialias : bool
        Weigh border pixels by the part of their area that is covered; False: by the rule alone.
    source : array like `image`, C-contiguous, optional
        The picture, if `image` is only room for the result: copying it on the way costs less than copying first.

    Raises
    ------
    InputError
        If an array has another shape, dtype or range, there is not one colour for each item, or the rule is unknown.

    Examples
    --------
    >>> image = np.zeros((1, 2, 3), np.uint8)
    >>> blend(image, DrawList.from_boxes([[0, 0, 1, 1]]), [[200, 100, 50]], 0.5)
    >>> image.tolist()
    [[[100, 50, 25], [0, 0, 0]]]
    """
    _check_image(image)
    if source is not None and (
        source.shape != image.shape or source.dtype != image.dtype or not source.flags.c_contiguous
    ):
        raise InputError(
            f"source: expected C-contiguous {image.dtype} {image.shape}, got {source.dtype} {source.shape}"
        )
    scanner_for(rule)
    rgb = _checked_colors(colors, drawlist.n_items, image.dtype)
    steps = np.floor(_checked_alpha(alpha, len(rgb)) * OPAQUE + 0.5).astype(np.int64)
    if antialias and rule == "center":
        blend_coverage(image, drawlist, rgb, steps, source)
    elif image.size:
        _blend_hard(image, source, drawlist, rgb, steps, rule)


def _blend_hard(
    image: Array, source: Array | None, drawlist: DrawList, rgb: Array, steps: Array, rule: str
) -> None:
    """Blend every touched pixel once with the topmost item's colour."""
    wide = np.uint32 if image.itemsize == 1 else np.uint64  # holds a value times 2**24
    address = 0
    if source is not None and np.may_share_memory(image, source):
        image[...] = source
    elif source is not None:
        address = source.__array_interface__["data"][0]
    height, width = image.shape[:2]
    offsets, found = scan_hard(drawlist, height, width, rule)
    kernels("overlay").blend_rows(image, address, offsets, found, rgb.astype(wide), steps)


def scan_hard(drawlist: DrawList, height: int, width: int, rule: str) -> tuple[Array, Array]:
    """Find the runs of pixels in which each item is the topmost: `offsets` and `found` of the kernel `visible_runs`.

    Examples
    --------
    >>> scan_hard(DrawList.from_boxes([[0, 0, 3, 1], [1, 0, 2, 1]]), 1, 4, "center")[1].tolist()
    [[0, 1, 2, 1], [0, 0, 1, 0], [0, 2, 3, 0]]
    """
    if rule != "center":
        drawlist = _list_of_spans(scan(drawlist, height, width, rule), drawlist.n_items)
    size = height * (width // 64 + 1)
    pages = _pages(2 * size)
    try:
        found: tuple[Array, Array] = kernels("overlay").visible_runs(*fields(drawlist), pages, height, width)
    finally:
        pages[size:] = 0
    return found


class _Kept(threading.local):
    """Clean scratch memory that each thread keeps: fresh memory is handed out page by page, which takes longer."""

    pages: Array = np.zeros(0, np.uint64)


_KEPT = _Kept()
MOST_KEPT = 2**19
"""Words: 4 MiB, enough for 4K pictures."""


def _pages(size: int) -> Array:
    """Return `size` words of zeros, to be left as zeros."""
    if _KEPT.pages.size < size:
        pages = np.zeros(size, np.uint64)
        if size > MOST_KEPT:
            return pages
        _KEPT.pages = pages
    return _KEPT.pages[:size]


def _list_of_spans(spans: Spans, n_items: int) -> DrawList:
    """Give each item its pixels under another rule, as runs."""
    starts = np.flatnonzero(np.diff(spans.item, prepend=-1))
    n = starts.size
    return DrawList(
        op=np.full(n, Op.RUNS, np.uint8),
        item=spans.item[starts],
        width=np.zeros(n),
        shape_offsets=np.zeros(n + 1, np.int64),
        ring_offsets=np.zeros(1, np.int64),
        xy=np.zeros((0, 2)),
        run_offsets=np.append(starts, len(spans)),
        runs=np.column_stack([spans.y, spans.x0, spans.x1]),
        n_items=n_items,
    )


def _check_image(image: Array) -> None:
    if image.ndim != 3 or image.shape[2] not in (3, 4) or image.dtype not in (np.uint8, np.uint16):
        raise InputError(f"image: expected uint8 or uint16 (H, W, 3 or 4), got {image.dtype} {image.shape}")
    if not image.flags.carray:
        raise InputError("image: expected a writable C-contiguous array")


def _checked_colors(colors: npt.ArrayLike, n: int, kind: np.dtype[Any]) -> Array:
    """Return colours as int64 (n, 3), contiguous."""
    most = np.iinfo(kind).max
    expected = f"colors: expected whole numbers ({n}, 3), 0..{most}: one colour for each item"
    try:
        given = np.asarray(colors)
        with np.errstate(invalid="ignore"):  # of what is no number
            rgb = np.ascontiguousarray(given, np.int64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{expected}; got {colors!r:.80}") from error
    if rgb.size == 0 and n == 0:
        return rgb.reshape(0, 3)
    if rgb.shape != (n, 3):
        raise InputError(f"{expected}; got shape {rgb.shape}")
    if given.dtype.kind not in "iu" and (rgb != given).any():
        raise InputError(f"{expected}; got {given[(rgb != given).any(axis=1)][0].tolist()}")
    if rgb.min(initial=0) < 0 or rgb.max(initial=0) > most:
        raise InputError(f"{expected}; got {rgb.min()}..{rgb.max()}")
    return rgb


def _checked_alpha(alpha: npt.ArrayLike, n: int) -> Array:
    """Return opacities as float64 (n,)."""
    try:
        opacity = np.full(n, alpha, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"alpha: expected a number 0..1, or {n} of them: one for each item; got {alpha!r:.80}"
        ) from error
    if n and not (opacity.min() >= 0 and opacity.max() <= 1):
        raise InputError(f"alpha: expected 0..1, got {opacity.min()}..{opacity.max()}")
    return opacity

"""Id maps, masks and runs from draw lists: the checked Python layer over the painting kernels.

Arrays in and out, no annotation objects. Which pixels a shape has is rules.py's. Layer: rendering.
"""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Spans
from annogeo.errors import InputError
from annogeo.rendering.rules import checked_size, fields, fill_fields, kernels, scan, scanner_for

Array = npt.NDArray[Any]

INT32, INT64 = map(np.dtype, (np.int32, np.int64))
WORDS = {word.itemsize: word for word in map(np.dtype, (np.uint8, np.uint16, np.uint32, np.uint64))}
"""Canvases are painted as unsigned words of their item size, so that kernels are compiled for few dtypes."""
_WORD_KINDS = frozenset(WORDS.values())
_KINDS: dict[Any, np.dtype[Any]] = {kind.type: kind for kind in map(np.dtype, np.typecodes["AllInteger"])}
ANY = (-(2**63), 2**63 - 1)
LIMITS: dict[np.dtype[Any], tuple[int, int]] = {
    np.dtype(kind): (int(np.iinfo(kind).min), min(int(np.iinfo(kind).max), ANY[1]))
    for kind in np.typecodes["AllInteger"]
} | {np.dtype(np.bool_): (0, 1)}


def rasterize(
    drawlist: DrawList,
    values: npt.ArrayLike,
    height: int,
    width: int,
    *,
    background: int = 0,
    rule: str = "center",
    dtype: npt.DTypeLike | None = None,
    out: Array | None = None,
) -> Array:
    """Paint one value per item into a map; later items cover earlier ones.

    Parameters
    ----------
    drawlist : DrawList
        n items.
    values : int (n,)
        What each item writes.
    height, width : int
        Map size in px.
    background : int
        Where nothing is painted.
    rule : str
        The pixel rule, see `scan`.
    dtype : integer dtype, optional
        None: that of `out`, else the smallest of uint8, uint16, int32 that holds all values.
    out : integer (H, W), optional
        Written and returned; cleared to `background` first.

    Returns
    -------
    integer (H, W)

    Raises
    ------
    InputError
        If the values are not one integer per item, do not fit the dtype, or `out` has another shape or dtype.

    Examples
    --------
    >>> boxes = DrawList.from_boxes([[0, 0, 2, 2], [1, 1, 4, 3]])
    >>> rasterize(boxes, [1, 2], 3, 4)
    array([[1, 1, 0, 0],
           [1, 2, 2, 2],
           [0, 2, 2, 2]], dtype=uint8)
    >>> rasterize(DrawList.from_boxes([]), [], 1, 2, background=7)
    array([[7, 7]], dtype=uint8)
    """
    shape = checked_size(height, width)
    scanner_for(rule)
    numbers = _checked_values(values, drawlist.n_items)
    if background.__class__ is not int:
        background = _whole(background)
    if dtype is None:
        dtype = _smallest(numbers, background) if out is None else out.dtype
    kind = np.dtype(dtype)
    limits = LIMITS.get(kind) or _limits(kind)
    if out is None and background == 0 and kind.isnative:
        canvas = np.zeros(shape, kind)
    else:
        canvas = _cleared(out, shape, kind, background, limits)
    _paint(canvas, drawlist, numbers, rule, limits)
    if out is not None and canvas is not out:
        out[...] = canvas
        return out
    return canvas


def paint_drawlist(canvas: Array, drawlist: DrawList, values: Array) -> None:
    """Paint ``values[item]`` under rule ``center`` straight into a canvas, without keeping spans.

    Parameters
    ----------
    canvas : (H, W), C-contiguous, writable
        Changed in place; dtype of 1, 2, 4 or 8 bytes (an RGBA image: ``rgba.view(np.uint32)[..., 0]``).
    drawlist : DrawList
    values : (n,) of the canvas's dtype
        One per item.

    Examples
    --------
    >>> canvas = np.zeros((2, 3), np.uint8)
    >>> paint_drawlist(canvas, DrawList.from_boxes([[1, 0, 3, 1]]), np.array([5], np.uint8))
    >>> canvas.tolist()
    [[0, 5, 5], [0, 0, 0]]
    """
    if values.dtype != canvas.dtype:
        raise InputError(f"values: expected the canvas's dtype {canvas.dtype}, got {values.dtype}")
    _as_words(canvas)  # raises for a canvas that kernels can't write to
    _paint(canvas, drawlist, values.astype(np.int64), "center", ANY)


def _paint(canvas: Array, drawlist: DrawList, numbers: Array, rule: str, limits: tuple[int, int]) -> None:
    """Paint int64 numbers; InputError where one is outside the limits."""
    if rule == "center" and canvas.size:
        words = canvas if canvas.dtype in _WORD_KINDS else _as_words(canvas)
        if drawlist.only_fills:  # a kernel of half the size
            is_painted = kernels("fills").paint_fills(words, *fill_fields(drawlist), numbers, *limits)
        else:
            is_painted = kernels("center").paint_center(words, *fields(drawlist), numbers, *limits)
        if is_painted:
            return
    if numbers.size and not (limits[0] <= numbers.min() and numbers.max() <= limits[1]):
        raise InputError(
            f"values: {numbers.min()}..{numbers.max()} do not fit {canvas.dtype}", hint="pass a larger dtype="
        )
    height, width = canvas.shape
    paint_spans(canvas, scan(drawlist, height, width, rule), numbers.astype(canvas.dtype))


def paint_spans(canvas: Array, spans: Spans, values: Array) -> None:
    """Paint ``values[item]`` over each span, in order, into a canvas (as in `paint_drawlist`).

    Examples
    --------
    >>> canvas = np.zeros((1, 4), np.uint8)
    >>> paint_spans(canvas, scan(DrawList.from_boxes([[1, 0, 3, 1]]), 1, 4), np.array([5], np.uint8))
    >>> canvas.tolist()
    [[0, 5, 5, 0]]
    """
    if len(spans) == 0:
        return
    paint = kernels("paint")
    if values.dtype != canvas.dtype:
        raise InputError(f"values: expected the canvas's dtype {canvas.dtype}, got {values.dtype}")
    words = _as_words(canvas)
    paint.paint_spans(words, *span_columns(spans), _plain(values, canvas.dtype).view(words.dtype))


def item_masks(spans: Spans, n_items: int, height: int, width: int, out: Array | None = None) -> Array:
    """Give each item a mask of its own.

    Parameters
    ----------
    spans : Spans
    n_items, height, width : int
    out : bool (n_items, H, W), C-contiguous, optional
        Cleared first.

    Returns
    -------
    bool (n_items, H, W)

    Examples
    --------
    >>> item_masks(scan(DrawList.from_boxes([[1, 0, 2, 1]]), 1, 3), 1, 1, 3).tolist()
    [[[False, True, False]]]
    """
    shape = (n_items, *checked_size(height, width))
    is_clear = out is None
    if out is None:
        out = np.zeros(shape, np.bool_)
    else:
        if out.shape != shape or out.dtype != np.bool_:
            raise InputError(f"out: expected bool {shape}, got {out.dtype} {out.shape}")
        if not out.flags.writeable:
            raise InputError("out: expected a writable array")
        if not out.flags.c_contiguous:
            out[...] = item_masks(spans, n_items, height, width)
            return out
    kernels("paint").paint_masks(out.view(np.uint8), *span_columns(spans), is_clear)
    return out


def item_runs(spans: Spans, n_items: int, height: int, width: int) -> list[npt.NDArray[np.int32]]:
    """Give each item its runs: the union of its spans, sorted, disjoint and not touching.

    Returns
    -------
    list of int32 (q, 3)
        Per item: y, x0, x1.

    Examples
    --------
    >>> item_runs(scan(DrawList.from_boxes([[1, 0, 2, 1]]), 1, 3), 1, 1, 3)[0].tolist()
    [[0, 1, 2]]
    """
    if len(spans) == 0:
        return [np.zeros((0, 3), np.int32) for _ in range(n_items)]
    rows, offsets = kernels("paint").merge_runs(*sorted_columns(spans, height, width), n_items)
    return [rows[a:b] for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]


def sorted_columns(spans: Spans, height: int, width: int) -> tuple[Array, ...]:
    """Return item, y, x0, x1, sorted by the first three."""
    columns = span_columns(spans)
    item, y, x0, _ = columns
    key = (item.astype(np.int64) * height + y) * (width + 1) + x0
    if not (key[1:] < key[:-1]).any():
        return columns
    order = np.argsort(key, kind="stable")
    return tuple(column[order] for column in columns)


def _plain(array: Array, kind: np.dtype[Any]) -> Array:
    """Return the array as writable, C-contiguous and of a dtype: kernels would be compiled anew for any other."""
    if (
        array.dtype is kind and array.flags.carray
    ):  # as in every draw list made here; `==` takes thrice as long
        return array
    return np.require(array, kind, ["C", "ALIGNED", "W"])


def span_columns(spans: Spans) -> tuple[Array, Array, Array, Array]:
    """Return item, y, x0, x1 in the one form that kernels are compiled for."""
    return (
        _plain(spans.item, INT32),
        _plain(spans.y, INT32),
        _plain(spans.x0, INT32),
        _plain(spans.x1, INT32),
    )


def _as_words(canvas: Array) -> Array:
    """View a canvas as unsigned words of its item size."""
    if canvas.ndim != 2 or not canvas.flags.carray:
        raise InputError(f"canvas: expected a writable C-contiguous (H, W) array, got shape {canvas.shape}")
    kind = canvas.dtype
    word = WORDS.get(kind.itemsize)
    if word is None or not kind.isnative:
        raise InputError(f"canvas: expected native items of 1, 2, 4 or 8 bytes, got {kind}")
    return canvas if kind is word else canvas.view(word)


def _checked_values(values: npt.ArrayLike, n_items: int) -> Array:
    """Return the values as int64."""
    numbers = np.asarray(values)
    if numbers.dtype is INT64 and numbers.shape == (n_items,):
        return numbers
    if numbers.size == 0:
        numbers = numbers.reshape(-1).astype(np.int64)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iub":
        raise InputError(f"values: expected integers of shape (n,), got {numbers.dtype} {numbers.shape}")
    if numbers.size != n_items:
        raise InputError(f"values: expected one per item, {n_items}, got {numbers.size}")
    if numbers.dtype == np.uint64 and numbers.max() > ANY[1]:
        raise InputError(f"values: expected at most {ANY[1]}, got {numbers.max()}")
    return numbers.astype(np.int64, copy=False)


def _whole(background: Any) -> int:
    try:
        return index(background)
    except TypeError:
        raise InputError(f"background: expected a whole number, got {background!r}") from None


def _smallest(numbers: Array, background: int) -> np.dtype[Any]:
    """Choose the smallest dtype of id maps that holds all values; int32 where none does."""
    low = min(background, numbers.min(initial=0))
    high = max(background, numbers.max(initial=0))
    for kind in (np.uint8, np.uint16) if low >= 0 else ():
        if high <= np.iinfo(kind).max:
            return np.dtype(kind)
    return np.dtype(np.int32)


def _limits(kind: np.dtype[Any]) -> tuple[int, int]:
    """Return the least and largest value of a dtype in any byte order, within int64."""
    limits = LIMITS.get(kind.newbyteorder("="))
    if limits is None:
        raise InputError(f"dtype: expected an integer or bool dtype, got {kind}")
    return limits


def _cleared(
    out: Array | None, shape: tuple[int, int], kind: np.dtype[Any], background: int, limits: tuple[int, int]
) -> Array:
    """Return a canvas of the shape filled with the background: `out` itself where kernels can write to it."""
    if not limits[0] <= background <= limits[1]:
        raise InputError(f"background: {background!r} does not fit {kind}", hint="pass a larger dtype=")
    native = kind if kind.isnative else kind.newbyteorder("=")
    if out is None:
        return np.full(shape, background, native)
    if out.dtype != kind:
        raise InputError(f"out: expected dtype {kind}, got {out.dtype}")
    if out.shape != shape:
        raise InputError(f"out: expected shape {shape}, got {out.shape}")
    if not out.flags.writeable:
        raise InputError("out: expected a writable array")
    canvas = out if out.flags.carray and out.dtype.isnative else np.empty(shape, native)
    canvas.fill(background)
    return canvas

"""Draw lists to spans, id maps, masks and blended images: the checked Python layer over the kernels.

`scan` looks the pixel rule up in a table; everything else paints spans. Arrays in and out, no annotation objects.
Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Spans
from annogeo.errors import InputError, UnsupportedError

Array = npt.NDArray[Any]
Scanner = Callable[[DrawList, int, int], Spans]

MAX_SIZE = 2**31
MOST_SPANS = 2**62
FEW_SPANS = 16384
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


def scan(drawlist: DrawList, height: int, width: int, rule: str = "center") -> Spans:
    """Turn a draw list into spans under a pixel rule.

    Parameters
    ----------
    drawlist : DrawList
    height, width : int
        Canvas size in px; spans are clipped to it.
    rule : str
        ``"center"`` or ``"opencv"``.

    Returns
    -------
    Spans
        In drawing order; spans of one item may overlap each other.

    Raises
    ------
    InputError
        For an unknown rule or a size that is no whole number >= 0.
    UnsupportedError
        For a rule that is not offered yet.

    Examples
    --------
    >>> spans = scan(DrawList.from_boxes([[1, 0, 4, 2]]), 8, 8)
    >>> spans.y.tolist(), spans.x0.tolist(), spans.x1.tolist()
    ([0, 1], [1, 1], [4, 4])
    >>> len(scan(DrawList.from_boxes([]), 8, 8))
    0
    """
    scanner = scanner_for(rule)
    height, width = checked_size(height, width)
    if height == 0 or width == 0 or len(drawlist.op) == 0:
        return _no_spans()
    return scanner(drawlist, height, width)


def scanner_for(rule: str) -> Scanner:
    """Look a pixel rule up; InputError or UnsupportedError as `scan` says."""
    scanner = RULES.get(rule)
    if scanner is None:
        known = ", ".join(repr(name) for name in (*RULES, *LATER_RULES))
        if rule in LATER_RULES:
            raise UnsupportedError(
                f"rule {rule!r} is not offered yet", hint="use rule='center' or rule='opencv'"
            )
        raise InputError(f"rule: expected one of {known}, got {rule!r}")
    return scanner


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
    if rule == "center" and canvas.size and drawlist.only_fills:
        words = canvas if canvas.dtype in _WORD_KINDS else _as_words(canvas)
        is_painted = _kernels("fills").paint_fills(words, *_fill_fields(drawlist), numbers, *limits)
        if is_painted:
            return
    if numbers.size and not (limits[0] <= numbers.min() and numbers.max() <= limits[1]):
        raise InputError(
            f"values: {numbers.min()}..{numbers.max()} do not fit {canvas.dtype}", hint="pass a larger dtype="
        )
    height, width = canvas.shape
    fitted = numbers.astype(canvas.dtype)
    if rule == "center" and canvas.size:
        for spans in _some_spans(drawlist, height, width):
            paint_spans(canvas, spans, fitted)
    else:
        paint_spans(canvas, scan(drawlist, height, width, rule), fitted)


def _some_spans(drawlist: DrawList, height: int, width: int) -> Iterator[Spans]:
    """Scan a few operations at a time: the spans stay in the cache until they are painted."""
    fields = _fields(drawlist)
    at = 0
    while at < drawlist.op.size:
        spans, at = _kernels("center").scan_center(*fields, at, height, width, FEW_SPANS)
        yield Spans(*spans)


@cache
def _kernels(name: str) -> Any:
    """Import a kernel module when it is first needed: numba is heavy."""
    return import_module(f"annogeo.kernels.{name}")


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
    paint = _kernels("paint")
    if values.dtype != canvas.dtype:
        raise InputError(f"values: expected the canvas's dtype {canvas.dtype}, got {values.dtype}")
    words = _as_words(canvas)
    paint.paint_spans(words, *_columns(spans), _plain(values, canvas.dtype).view(words.dtype))


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
    paint = _kernels("paint")
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
    paint.blend_spans(image, *_columns(spans), rgb.astype(wide), steps)


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
        out[...] = False
    if len(spans):
        paint = _kernels("paint")
        paint.paint_masks(out.view(np.uint8), *_columns(spans))
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
    paint = _kernels("paint")
    columns = _columns(spans)
    item, y, x0, _ = columns
    key = (item.astype(np.int64) * height + y) * (width + 1) + x0
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        columns = tuple(column[order] for column in columns)  # type: ignore[assignment]
    rows, offsets = paint.merge_runs(*columns, n_items)
    return [rows[a:b] for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]


def checked_size(height: int, width: int) -> tuple[int, int]:
    """Return a canvas size as ints; InputError unless both are whole numbers >= 0."""
    try:
        rows, columns = index(height), index(width)
    except TypeError:
        raise InputError(f"height, width: expected whole numbers, got {height!r}, {width!r}") from None
    if not (0 <= rows < MAX_SIZE and 0 <= columns < MAX_SIZE):
        raise InputError(f"height, width: expected 0 to {MAX_SIZE - 1}, got {rows}, {columns}")
    return rows, columns


def _scan_center(drawlist: DrawList, height: int, width: int) -> Spans:
    if drawlist.only_fills:  # a kernel of half the size
        return Spans(*_kernels("fills").scan_fills(*_fill_fields(drawlist), height, width))
    spans, _ = _kernels("center").scan_center(*_fields(drawlist), 0, height, width, MOST_SPANS)
    return Spans(*spans)


def _scan_opencv(drawlist: DrawList, height: int, width: int) -> Spans:
    return Spans(*_kernels("opencv").scan_opencv(*_fields(drawlist), height, width))


RULES: dict[str, Scanner] = {"center": _scan_center, "opencv": _scan_opencv}
LATER_RULES = ("coco", "pil", "all_touched")


def _fill_fields(drawlist: DrawList) -> tuple[Array, Array, Array, Array]:
    return drawlist.item, drawlist.shape_offsets, drawlist.ring_offsets, drawlist.xy


def _fields(drawlist: DrawList) -> tuple[Array, ...]:
    return (
        drawlist.op,
        drawlist.item,
        drawlist.width,
        drawlist.shape_offsets,
        drawlist.ring_offsets,
        drawlist.xy,
        drawlist.run_offsets,
        drawlist.runs,
    )


def _plain(array: Array, kind: np.dtype[Any]) -> Array:
    """Return the array as writable, C-contiguous and of a dtype: kernels would be compiled anew for any other."""
    if (
        array.dtype is kind and array.flags.carray
    ):  # as in every draw list made here; `==` takes thrice as long
        return array
    return np.require(array, kind, ["C", "ALIGNED", "W"])


def _columns(spans: Spans) -> tuple[Array, Array, Array, Array]:
    return (
        _plain(spans.item, INT32),
        _plain(spans.y, INT32),
        _plain(spans.x0, INT32),
        _plain(spans.x1, INT32),
    )


def _no_spans() -> Spans:
    return Spans(*np.zeros((4, 0), np.int32))


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

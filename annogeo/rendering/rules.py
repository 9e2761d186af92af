"""The pixel rules: one table row says how a rule turns a draw list into spans.

A new rule is one kernel and one row here. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Spans
from annogeo.errors import InputError

Array = npt.NDArray[Any]
Scanner = Callable[[DrawList, int, int], Spans]

MAX_SIZE = 2**31
MOST_SPANS = 2**62


def scan(drawlist: DrawList, height: int, width: int, rule: str = "center") -> Spans:
    """Turn a draw list into spans under a pixel rule.

    Parameters
    ----------
    drawlist : DrawList
    height, width : int
        Canvas size in px; spans are clipped to it.
    rule : str
        ``"center"``, ``"opencv"``, ``"coco"``, ``"pil"`` or ``"all_touched"``.

    Returns
    -------
    Spans
        In drawing order; spans of one item may overlap each other.

    Raises
    ------
    InputError
        For an unknown rule or a size that is no whole number >= 0.

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
    """Look a pixel rule up; InputError as `scan` says."""
    scanner = RULES.get(rule) if isinstance(rule, str) else None
    if scanner is None:
        known = ", ".join(map(repr, RULES))
        raise InputError(f"rule: expected one of {known}, got {rule!r}")
    return scanner


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
        return Spans(*kernels("fills").scan_fills(*fill_fields(drawlist), height, width))
    spans, _ = kernels("center").scan_center(*fields(drawlist), 0, height, width, MOST_SPANS)
    return Spans(*spans)


def _scan_by(kernel: str, drawlist: DrawList, height: int, width: int) -> Spans:
    """Scan by the kernel ``scan_KERNEL`` of the module of that name."""
    return Spans(*getattr(kernels(kernel), f"scan_{kernel}")(*fields(drawlist), height, width))


RULES: dict[str, Scanner] = {
    "center": _scan_center,
    "opencv": partial(_scan_by, "opencv"),
    "coco": partial(_scan_by, "coco"),
    "pil": partial(_scan_by, "pil"),
    "all_touched": partial(_scan_by, "touched"),
}


def fill_fields(drawlist: DrawList) -> tuple[Array, Array, Array, Array]:
    """Return what kernels for fills alone take."""
    return drawlist.item, drawlist.shape_offsets, drawlist.ring_offsets, drawlist.xy


def fields(drawlist: DrawList) -> tuple[Array, ...]:
    """Return what kernels for any operation take."""
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


def _no_spans() -> Spans:
    return Spans(*np.zeros((4, 0), np.int32))


@cache
def kernels(name: str) -> Any:
    """Import a kernel module when it is first needed: numba is heavy."""
    return import_module(f"annogeo.kernels.{name}")

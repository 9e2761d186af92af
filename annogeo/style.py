"""How things are drawn: `Pen` (filled or outlined, how thick) and `Style` (how overlays and masks look).

Values only; what they mean on a canvas is in rendering/layers.py. Layer: beside draw; importing it loads nothing heavy.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from annogeo.colors import Color, parse_color
from annogeo.errors import InputError

_MOST_DASHES = 64  # numbers in a pattern


@dataclass(frozen=True, slots=True)
class Pen:
    """How shapes are drawn: filled or outlined, how thick, how large a point is.

    `from_thickness` gives the meaning of the `thickness` argument used throughout: ``None`` outlines 2 px wide with
    points of radius 5; a negative number fills closed shapes (lines stay 2 px wide, points have radius 5); any
    other number is the line width and the point radius (0 counts as 1).

    Parameters
    ----------
    fill : bool
        Fill closed shapes; False: outline them.
    line_width : float
        Of lines and outlines in px.
    point_radius : float
        In px.

    Examples
    --------
    >>> Pen(fill=False, line_width=1.5)
    Pen(fill=False, line_width=1.5, point_radius=5.0)
    """

    fill: bool = True
    line_width: float = 2.0
    point_radius: float = 5.0

    @classmethod
    def from_thickness(cls, thickness: float | None) -> Pen:
        """Give the pen for a `thickness` argument.

        Parameters
        ----------
        thickness : float or None
            In px; see `Pen`.

        Raises
        ------
        InputError
            If it is neither None nor a finite number.

        Examples
        --------
        >>> Pen.from_thickness(3)
        Pen(fill=False, line_width=3.0, point_radius=3.0)
        """
        if thickness is None:
            return cls(fill=False)
        number = _finite(thickness)
        if number is None:
            raise InputError(f"thickness: expected a finite number or None, got {thickness!r}")
        if number < 0:
            return cls()
        width = max(number, 1.0)
        return cls(fill=False, line_width=width, point_radius=width)


@dataclass(frozen=True, slots=True)
class Style:
    """How overlays and colour masks look; id maps, stacks and runs never change with it.

    Parameters
    ----------
    antialias : bool
        Soft edges in overlays, by area coverage; False gives hard ones. Masks are hard always.
    line_width : float, optional
        Width of lines and outlines in px; points grow with it, to a radius of 5 px beside lines of 2 px. None:
        `thickness` decides, except where `outline_opacity` adds outlines to filled shapes: then the width follows the
        image (2 px at 1920 x 1080, 8 px at 7680 x 4320, 1 px at 64 x 64).
    fill_opacity : float, optional
        0..1, times the view's alpha. Where `thickness` draws outlines, giving it adds fills.
    outline_opacity : float, optional
        0..1, times the view's alpha, of outlines, lines, skeletons and points. Where `thickness` fills, giving it adds
        outlines, masks' too.
    dash : sequence of float, optional
        Lengths of dashes and gaps in px, in turn; an odd number of them is repeated, as in SVG. Dashes have round
        ends; one shorter than the line is wide is a dot.
    color_by : str
        ``"label"``, ``"object"`` or the name of an attribute.
    palette : sequence of colours, optional
        Replaces the built-in palette; kept as tuples of integers.
    text_size : float, optional
        Label height in px.
    font : str, optional
        A font file for labels; None: those found on the machine.
    show_attributes : bool
        Write the attributes behind the label.
    legend : bool
        Add a legend of the colours.

    Raises
    ------
    InputError
        Naming the field, for a value that means nothing.

    Examples
    --------
    >>> Style(line_width=3, dash=[6, 4]).dash
    (6.0, 4.0)
    >>> Style(palette=["#f80", "navy"]).palette
    ((255, 136, 0), (0, 0, 128))
    """

    antialias: bool = True
    line_width: float | None = None
    fill_opacity: float | None = None
    outline_opacity: float | None = None
    dash: tuple[float, ...] | None = None
    color_by: str = "label"
    palette: tuple[Color, ...] | None = None
    text_size: float | None = None
    font: str | None = field(default=None, kw_only=True)
    show_attributes: bool = field(default=False, kw_only=True)
    legend: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("line_width", "text_size"):
            self._check_number(name, sys.float_info.min, sys.float_info.max, "a number above 0")
        for name in ("fill_opacity", "outline_opacity"):
            self._check_number(name, 0.0, 1.0, "a number 0..1")
        for name in ("antialias", "show_attributes", "legend"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise InputError(f"{name}: expected True or False, got {value!r}")
        if not isinstance(self.color_by, str) or not self.color_by:
            raise InputError(
                f"color_by: expected 'label', 'object' or an attribute's name, got {self.color_by!r}"
            )
        if isinstance(self.font, os.PathLike):
            object.__setattr__(self, "font", os.fspath(self.font))
        if not isinstance(self.font, str | None):
            raise InputError(f"font: expected the path of a font file or None, got {self.font!r}")
        if self.dash is not None:
            object.__setattr__(self, "dash", _checked_dash(self.dash))
        if self.palette is not None:
            object.__setattr__(self, "palette", _checked_palette(self.palette))

    @property
    def is_layered(self) -> bool:
        """Whether shapes are drawn otherwise than `thickness` alone says."""
        fields = (self.line_width, self.fill_opacity, self.outline_opacity, self.dash)
        return any(value is not None for value in fields)

    def _check_number(self, name: str, low: float, high: float, expected: str) -> None:
        value = getattr(self, name)
        if value is None:
            return
        number = _finite(value)
        if number is None or not low <= number <= high:
            raise InputError(f"{name}: expected {expected} or None, got {value!r}")
        object.__setattr__(self, name, number)


def _checked_dash(given: Any) -> tuple[float, ...]:
    """Check a pattern; what is kept are floats, so that styles can be compared and hashed."""
    if not _is_sequence(given):
        raise InputError(f"dash: expected lengths of dashes and gaps in px, got {given!r}", hint="(6, 4)")
    lengths = list(given)
    if not 1 <= len(lengths) <= _MOST_DASHES:
        raise InputError(f"dash: expected 1 to {_MOST_DASHES} numbers, got {len(lengths)}", hint="(6, 4)")
    numbers = []
    for k, length in enumerate(lengths):
        number = _finite(length)
        if number is None or number <= 0:
            raise InputError(f"dash[{k}]: expected a number of px above 0, got {length!r}")
        numbers.append(number)
    return tuple(numbers)


def _checked_palette(given: Any) -> tuple[Color, ...]:
    """Read a palette's colours."""
    if not _is_sequence(given):
        raise InputError(
            f"palette: expected a sequence of colours, got {given!r}", hint="('#0072b2', 'orange')"
        )
    colors: list[Color] = []
    for k, color in enumerate(given):
        try:
            colors.append(parse_color(color))
        except InputError as error:
            raise InputError(f"palette[{k}]: {error.message}", hint=error.hint) from None
    if not colors:
        raise InputError("palette: expected at least one colour, got none")
    return tuple(colors)


def _is_sequence(value: Any) -> bool:
    """Whether a value is a list, tuple, array or the like: ordered, and no text."""
    has_order = isinstance(value, Iterable) and not isinstance(value, Mapping | Set)
    return has_order and not isinstance(value, str | bytes | bytearray)


def _finite(value: Any) -> float | None:
    """Return a number as float; None for what is none, or not finite."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond what floats hold
        return None
    return number if math.isfinite(number) else None

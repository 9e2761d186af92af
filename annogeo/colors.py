"""Reading colours: whatever a person or a platform writes becomes three or four integers. Nothing is ever evaluated.

Layer: above errors; importing it loads nothing heavy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from numbers import Integral, Real
from typing import Any

from annogeo.errors import InputError

Color = tuple[int, int, int] | tuple[int, int, int, int]

_FUNCTION = re.compile(r"(rgb|rgba|hsl|hsla)\s*\(([^()]*)\)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII)
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_HINT = "write '#ff8800', 'rgb(255, 136, 0)', a CSS colour name or (255, 136, 0)"


def parse_color(value: object) -> Color:
    """Read a colour.

    Parameters
    ----------
    value : str or sequence of numbers
        ``#rgb``, ``#rgba``, ``#rrggbb``, ``#rrggbbaa`` (the last two also without ``#``), ``rgb()``, ``rgba()``,
        ``hsl()``, ``hsla()`` in the comma and in the space syntax, a CSS name, ``transparent``; or 3 or 4 numbers
        (tuple, list, array): integers 0..255, or only fractions 0..1. A fractional fourth number is an opacity.

    Returns
    -------
    tuple of int
        (r, g, b), or (r, g, b, a) where an opacity was given; each 0..255.

    Raises
    ------
    InputError
        If it is no colour; None is none.

    Notes
    -----
    Syntax and clamping in strings: CSS Color Module Level 4. The seed SDK evaluated strings that begin with ``rgb``.

    Examples
    --------
    >>> parse_color("#f80")
    (255, 136, 0)
    >>> parse_color("rgba(1, 2, 3, .5)")
    (1, 2, 3, 128)
    >>> parse_color([255, 136, 0])
    (255, 136, 0)
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, dict, set, frozenset)):
        return _from_numbers(value)
    raise _no_color(value)


def to_hex(color: Sequence[int]) -> str:
    """Write a colour as ``#rrggbb``, or ``#rrggbbaa`` where it has an opacity.

    Examples
    --------
    >>> to_hex((255, 136, 0))
    '#ff8800'
    """
    return "#" + "".join(f"{channel:02x}" for channel in color)


@lru_cache(maxsize=4096)  # an ontology's colours are asked for at every picture
def _from_text(text: str) -> Color:
    from annogeo.css_colors import NAMED_COLORS

    word = text.strip().lower()
    named = NAMED_COLORS.get(word)
    if named is not None:
        return named
    if word == "transparent":
        return (0, 0, 0, 0)
    digits = word.removeprefix("#")
    if _HEX.fullmatch(digits) and len(digits) in ((3, 4, 6, 8) if word.startswith("#") else (6, 8)):
        return _from_hex(digits)
    call = _FUNCTION.fullmatch(word)
    if call is None:
        raise _no_color(text)
    parts = [part for part in re.split(r"[\s,/]+", call[2].strip()) if part]
    if len(parts) not in (3, 4):
        raise _no_color(text)
    convert = _rgb_of_parts if call[1].startswith("rgb") else _rgb_of_hue
    rgb = convert(parts[:3], text)
    return (*rgb, _byte(255 * _fraction(parts[3], text))) if len(parts) == 4 else rgb


def _from_hex(digits: str) -> Color:
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    r, g, b, *alpha = (int(digits[i : i + 2], 16) for i in range(0, len(digits), 2))
    return (r, g, b, alpha[0]) if alpha else (r, g, b)


def _rgb_of_parts(parts: Sequence[str], text: str) -> tuple[int, int, int]:
    r, g, b = (
        _byte(255 * _number(part[:-1], text) / 100) if part.endswith("%") else _byte(_number(part, text))
        for part in parts
    )
    return r, g, b


def _rgb_of_hue(parts: Sequence[str], text: str) -> tuple[int, int, int]:
    from colorsys import hls_to_rgb

    hue = _number(parts[0].removesuffix("deg"), text) % 360 / 360
    saturation, lightness = (_clamp(_number(part.removesuffix("%"), text) / 100) for part in parts[1:])
    r, g, b = (_byte(255 * channel) for channel in hls_to_rgb(hue, lightness, saturation))
    return r, g, b


def _fraction(part: str, text: str) -> float:
    value = _number(part[:-1], text) / 100 if part.endswith("%") else _number(part, text)
    return _clamp(value)


def _number(part: str, text: str) -> float:
    if not _NUMBER.fullmatch(part):
        raise _no_color(text)
    return float(part)


def _from_numbers(values: Iterable[Any]) -> Color:
    numbers = list(values)
    if len(numbers) not in (3, 4) or not all(_is_number(number) for number in numbers):
        raise _no_color(values)
    fractions = all(not isinstance(n, Integral) and 0 <= n <= 1 for n in numbers) and any(numbers)
    if fractions:
        numbers = [255 * number for number in numbers]
    elif len(numbers) == 4 and not isinstance(numbers[3], Integral) and 0 <= numbers[3] <= 1:
        numbers[3] = 255 * numbers[3]
    if not all(0 <= number <= 255 for number in numbers):
        raise _no_color(values)
    r, g, b, *alpha = (_byte(number) for number in numbers)
    return (r, g, b, alpha[0]) if alpha else (r, g, b)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _byte(value: float) -> int:
    return int(min(max(math.floor(float(value) + 0.5), 0), 255))


def _clamp(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _no_color(value: object) -> InputError:
    shown = repr(value)
    return InputError(
        f"expected a colour, got {shown if len(shown) <= 80 else shown[:77] + '...'}", hint=_HINT
    )

"""What stands behind a cue's times, and what makes a region: ``name:value`` pairs. Layer: codecs.

WebVTT 6.3 and 6.2: each pair is taken or passed over on its own, the last good one of a name counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from annogeo.codecs.webvtt.document import Cue, Region

_SPACE = re.compile(r"[ \t\n\f\r]+")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")
_LINE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ANCHOR = re.compile(r"([0-9]+(?:\.[0-9]+)?%),([0-9]+(?:\.[0-9]+)?%)")

LINE_ALIGNS = ("start", "center", "end")
POSITION_ALIGNS = ("line-left", "center", "line-right")
ALIGNS = ("start", "center", "end", "left", "right")
VERTICALS = ("rl", "lr")
MOST_DIGITS = 300  # of a number of lines


def set_cue(cue: Cue, settings: str, regions: Mapping[str, Region]) -> list[str]:
    """Apply settings to a cue; returns what was passed over.

    Parameters
    ----------
    cue : Cue
        Changed.
    settings : str
    regions : mapping of id -> Region
        Those known so far; of equal ids the last.

    Examples
    --------
    >>> cue = Cue(0, 1)
    >>> set_cue(cue, "line:10%,end position:150% align:left size:40%", {})
    ['position:150%']
    >>> cue.line, cue.snap_to_lines, cue.line_align, cue.align, cue.size
    (10.0, False, 'end', 'left', 40.0)
    """
    odd = []
    for name, value, pair in pairs(settings):
        taken = name == "region" and value in regions
        if name == "region":  # unlike other settings, one that is not known undoes an earlier one
            cue.region = value if taken else None
        elif name in _CUE_SETTINGS:
            taken = _CUE_SETTINGS[name](cue, value)
        if not taken:
            odd.append(pair)
    if cue.region is not None and (cue.vertical or cue.line != "auto" or cue.size != 100):
        odd.append(f"region:{cue.region}")  # a cue that says where it stands is in no region
        cue.region = None
    return odd


def read_region(settings: str) -> tuple[Region, list[str]]:
    """Read a region; returns it and what was passed over.

    Examples
    --------
    >>> region, odd = read_region("id:low width:40% lines:2 regionanchor:0%,100% scroll:down")
    >>> region.id, region.width, region.lines, odd
    ('low', 40.0, 2, ['scroll:down'])
    """
    region, odd = Region(), []
    for name, value, pair in pairs(settings):
        if name not in _REGION_SETTINGS or not _REGION_SETTINGS[name](region, value):
            odd.append(pair)
    return region, odd


def write_number(value: float) -> str:
    """Write a number without an exponent.

    Examples
    --------
    >>> write_number(50.0), write_number(-1), write_number(33.25), write_number(1e-7)
    ('50', '-1', '33.25', '0.0000001')
    """
    return str(int(value)) if float(value).is_integer() else format(Decimal(repr(float(value))), "f")


def pairs(settings: str) -> Iterator[tuple[str, str, str]]:
    """Give name, value and both of each setting; empty name and value: it is no pair."""
    for pair in _SPACE.split(settings):
        name, colon, value = pair.partition(":")
        if colon and name and value:
            yield name, value, pair
        elif pair:
            yield "", "", pair


def read_percent(text: str) -> float | None:
    """Read a percentage from 0 to 100; None: it is none."""
    found = _PERCENT.fullmatch(text)
    value = None if found is None else float(found[1])
    return value if value is not None and value <= 100 else None


def _set_vertical(cue: Cue, value: str) -> bool:
    if value not in VERTICALS:
        return False
    cue.vertical = value
    return True


def _set_line(cue: Cue, value: str) -> bool:
    place, comma, align = value.partition(",")
    if comma and align not in LINE_ALIGNS:
        return False
    is_percent = place.endswith("%")
    line = read_percent(place) if is_percent else _line_number(place)
    if line is None:
        return False
    cue.line, cue.snap_to_lines = line, not is_percent
    if comma:
        cue.line_align = align
    return True


def _line_number(text: str) -> float | None:
    if _LINE.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _set_position(cue: Cue, value: str) -> bool:
    place, comma, align = value.partition(",")
    position = read_percent(place)
    if position is None or (comma and align not in POSITION_ALIGNS):
        return False
    cue.position = position
    if comma:
        cue.position_align = align
    return True


def _set_size(cue: Cue, value: str) -> bool:
    size = read_percent(value)
    if size is None:
        return False
    cue.size = size
    return True


def _set_align(cue: Cue, value: str) -> bool:
    if value not in ALIGNS:
        return False
    cue.align = value
    return True


_CUE_SETTINGS: dict[str, Callable[[Cue, str], bool]] = {
    "vertical": _set_vertical,
    "line": _set_line,
    "position": _set_position,
    "size": _set_size,
    "align": _set_align,
}


def _set_id(region: Region, value: str) -> bool:
    region.id = value
    return True


def _set_width(region: Region, value: str) -> bool:
    width = read_percent(value)
    if width is None:
        return False
    region.width = width
    return True


def _set_lines(region: Region, value: str) -> bool:
    if not (value.isascii() and value.isdigit()) or len(value) > MOST_DIGITS:
        return False
    region.lines = int(value)
    return True


def _anchor(value: str) -> tuple[float, float] | None:
    found = _ANCHOR.fullmatch(value)
    if found is None:
        return None
    x, y = read_percent(found[1]), read_percent(found[2])
    return None if x is None or y is None else (x, y)


def _set_region_anchor(region: Region, value: str) -> bool:
    found = _anchor(value)
    if found is None:
        return False
    region.region_anchor = found
    return True


def _set_viewport_anchor(region: Region, value: str) -> bool:
    found = _anchor(value)
    if found is None:
        return False
    region.viewport_anchor = found
    return True


def _set_scroll(region: Region, value: str) -> bool:
    if value != "up":
        return False
    region.scroll = value
    return True


_REGION_SETTINGS: dict[str, Callable[[Region, str], bool]] = {
    "id": _set_id,
    "width": _set_width,
    "lines": _set_lines,
    "regionanchor": _set_region_anchor,
    "viewportanchor": _set_viewport_anchor,
    "scroll": _set_scroll,
}

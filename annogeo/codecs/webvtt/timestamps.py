"""Times in WebVTT: ``[hours:]minutes:seconds.milliseconds``, as integer milliseconds. Layer: codecs."""

from __future__ import annotations

import re
from typing import Any

from annogeo.errors import InputError

_TIME = re.compile(r"([0-9]+):([0-9]{2})(?::([0-9]{2}))?\.([0-9]{3})(?![0-9])")
MOST_DIGITS = 15  # of hours: what is longer is no time
TOO_LONG = 10**MOST_DIGITS * 3_600_000  # the first time that would be longer, in ms


def read_time(text: str, at: int = 0) -> tuple[int, int] | None:
    """Read a time at a place of a text; returns it in milliseconds and where it ends, None if there is none.

    Examples
    --------
    >>> read_time("00:01.500"), read_time("100:00:00.000"), read_time("0:01.000"), read_time("00:60.000")
    ((1500, 9), (360000000, 13), None, None)

    Notes
    -----
    WebVTT 6.1, "collect a WebVTT timestamp": a first field that is not two digits, or more than 59, counts hours, and
    then all three have to be there.
    """
    found = _TIME.match(text, at)
    if found is None:
        return None
    first, second, third, fraction = found.groups()
    if third is None:
        if len(first) != 2 or int(first) > 59:
            return None
        hours, minutes, seconds = 0, int(first), int(second)
    else:
        if len(first) > MOST_DIGITS:
            return None
        hours, minutes, seconds = int(first), int(second), int(third)
    if minutes > 59 or seconds > 59:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(fraction), found.end()


def write_time(milliseconds: int) -> str:
    """Write a time.

    Examples
    --------
    >>> write_time(1500), write_time(100 * 3600 * 1000 + 1)
    ('00:00:01.500', '100:00:00.001')
    """
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def check_times(number: int, start: Any, end: Any) -> None:
    """Raise if the times of a cue cannot be written.

    Parameters
    ----------
    number : int
        Which cue it is, from 0.
    start, end : object
        Milliseconds, if they are right.
    """
    for name, value in (("start_ms", start), ("end_ms", end)):
        if type(value) is not int:
            raise InputError(f"cues[{number}].{name}: expected an int, of ms, got {value!r}")
        if not 0 <= value < TOO_LONG:
            shown = value if abs(value) < 10 * TOO_LONG else "many more digits"
            raise InputError(
                f"cues[{number}].{name}: expected 0 or more ms, of at most {MOST_DIGITS} digits of hours, got {shown}"
            )

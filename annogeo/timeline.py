"""`Timeline`: which frame is shown at a time and when a frame is shown, in exact arithmetic.

Frame numbers count in the order of presentation, from 0. Layer: beside geometry; imports errors and numpy only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError

_NTSC = frozenset((24, 30, 48, 60, 90, 96, 120, 144, 240))
_NTSC_TOLERANCE = 0.005  # what rounding to two decimals costs: 23.98 for 23.976
_LARGEST_DENOMINATOR = 1001
_LARGEST_TICK = 1 << 60
_WRITTEN = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18}|/[0-9]{1,18})?", re.ASCII)
_MOST_DIGITS = 400  # of a Decimal: more than any float has, and no power of ten that fills the memory


class Timeline:
    """The times of a video's frames: at a constant rate, or from the table of its presentation times.

    Parameters
    ----------
    fps : Fraction, int, str, Decimal or float, optional
        Frames per second, constant; frame 0 is shown at `start`. What rates are taken for: see `frame_rate`.
    pts : sequence of int, optional
        Presentation time of each frame in order, in ticks; they never decrease.
    time_base : Fraction, optional
        Seconds of a tick; needed with `pts`.
    start : Fraction or number
        Seconds at which frame 0 is shown, with `fps`; with `pts` they are added to all times.

    Raises
    ------
    InputError
        Unless there is either `fps` or `pts` and `time_base`; for rates and ticks that are no positive numbers, and for
        times that decrease.

    Notes
    -----
    A frame is shown from its own time until the next one's. A time given as a float stands for all numbers that round
    to it, so that ``frame_at(float(time_of(n)))`` is n, as it is for ``frame_at(time_of(n))``: 0.12 at 25 frames per
    second is frame 3, though the float lies below 3/25. So do those of numpy's shorter kinds, as ``np.float32``.

    Examples
    --------
    >>> ntsc = Timeline(Fraction(30000, 1001))
    >>> ntsc.frame_at(1), ntsc.time_of(30)
    (29, Fraction(1001, 1000))
    >>> table = Timeline(pts=[10, 20, 50], time_base=Fraction(1, 100))
    >>> [table.frame_at(seconds) for seconds in (0.05, 0.1, 0.49, 9)]
    [-1, 0, 1, 2]
    """

    __slots__ = ("_pts", "_start", "_tick")

    def __init__(
        self, fps: Any = None, *, pts: Iterable[int] | None = None, time_base: Any = None, start: Any = 0
    ) -> None:
        if (fps is None) == (pts is None):
            raise InputError(
                "expected either fps or pts", hint="Timeline(30) or Timeline(pts=[...], time_base=...)"
            )
        self._start = _exact("start", start)
        self._pts: npt.NDArray[np.int64] | None = None
        if pts is None:
            if time_base is not None:
                raise InputError("time_base: it goes with pts, not with fps")
            self._tick = 1 / frame_rate(fps)
        else:
            if time_base is None:
                raise InputError("time_base: needed with pts: the seconds of one tick")
            self._tick = _positive("time_base", time_base)
            self._pts = _ticks(pts)

    @property
    def fps(self) -> Fraction | None:
        """Frames per second; None for a table."""
        return 1 / self._tick if self._pts is None else None

    @property
    def start(self) -> Fraction:
        """When frame 0 is shown, in seconds."""
        return self.time_of(0)

    @property
    def n_frames(self) -> int | None:
        """How many frames a table has; None at a constant rate, which has no end."""
        return None if self._pts is None else self._pts.size

    def frame_at(self, seconds: Any) -> int:
        """Return the frame shown at a time: the last one whose time is not after it.

        Parameters
        ----------
        seconds : Fraction, int, float or Decimal

        Returns
        -------
        int
            -1 before frame 0; a table's last frame is shown from then on.

        Raises
        ------
        InputError
            For what is no finite number.

        Examples
        --------
        >>> Timeline(25).frame_at(0.12), Timeline(25).frame_at(Fraction(11999, 100000)), Timeline(25).frame_at(-1)
        (3, 2, -1)
        """
        tick = self._last_tick(seconds)
        if self._pts is None:
            return max(tick, -1)
        return int(np.searchsorted(self._pts, max(min(tick, _LARGEST_TICK), -_LARGEST_TICK), "right")) - 1

    def time_of(self, frame: int) -> Fraction:
        """Return the time in seconds from which a frame is shown.

        Parameters
        ----------
        frame : int

        Raises
        ------
        InputError
            For a frame before 0 or after a table's last one.

        Examples
        --------
        >>> Timeline(25).time_of(3), Timeline(50, start=2).time_of(0)
        (Fraction(3, 25), Fraction(2, 1))
        """
        number = self._checked(frame)
        tick = number if self._pts is None else int(self._pts[number])
        return self._start + tick * self._tick

    def progress(self, before: int, frame: int, after: int) -> float:
        """Return how far a frame is from one to another, by their times: 0 at `before`, 1 at `after`.

        Parameters
        ----------
        before, frame, after : int
            Any; those before and after a table follow one another at its mean pace.

        Returns
        -------
        float
            Below 0 or above 1 for a frame outside of the two; 0 where `after` is not later than `before`.

        Raises
        ------
        InputError
            For what is no int.

        Examples
        --------
        >>> Timeline(pts=[0, 1, 4], time_base=1).progress(0, 1, 2)
        0.25
        """
        begin, now, end = (self._tick_of(_whole(number)) for number in (before, frame, after))
        return float(Fraction(now - begin, end - begin)) if end > begin else 0.0

    def ticks_of(self, frames: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the ticks at which frames are shown; frames before and after a table follow at its mean pace.

        Parameters
        ----------
        frames : int64 (n,)

        Raises
        ------
        InputError
            If two frames of the table have the same time.

        Examples
        --------
        >>> Timeline(pts=[0, 2, 9], time_base=1).ticks_of(np.array([-1, 1, 2, 4])).tolist()
        [-4, 2, 9, 17]
        """
        if self._pts is None:
            return frames
        if (same := np.flatnonzero(self._pts[1:] == self._pts[:-1])).size:
            raise InputError(
                f"timeline: expected a time of its own for each frame, {same[0]} and {same[0] + 1} share one"
            )
        inside = np.clip(frames, 0, self._pts.size - 1)
        beyond, pace = frames - inside, self._pace
        most = _LARGEST_TICK // pace  # what lies farther off is one tick apart, as these are all int64
        found: npt.NDArray[np.int64] = self._pts[inside] + beyond + np.clip(beyond, -most, most) * (pace - 1)
        return found

    @property
    def _pace(self) -> int:
        """The mean ticks from one frame of a table to the next, one at least."""
        assert self._pts is not None
        steps = self._pts.size - 1
        return max(int(self._pts[-1] - self._pts[0]) // steps, 1) if steps else 1

    def _tick_of(self, number: int) -> int:
        """Return the tick of any frame."""
        if self._pts is None:
            return number
        inside = min(max(number, 0), self._pts.size - 1)
        return int(self._pts[inside]) + (number - inside) * self._pace

    def _last_tick(self, seconds: Any) -> int:
        """Return the last whole tick whose time is not after a given one."""
        exact = _exact("seconds", seconds)
        if not isinstance(seconds, float | np.floating):
            return math.floor((exact - self._start) / self._tick)
        # Up to half way to the next float of its kind, what rounds to this one; the half way goes to the even one.
        kind: Any = type(seconds) if isinstance(seconds, np.float32 | np.float16) else np.float64
        with np.errstate(over="ignore"):
            following = np.nextafter(kind(seconds), kind(np.inf))
        bound = (exact + _exact("seconds", following)) / 2 if np.isfinite(following) else exact
        tick = math.floor((bound - self._start) / self._tick)
        return tick if kind(float(self._start + tick * self._tick)) <= seconds else tick - 1

    def _checked(self, frame: Any) -> int:
        number = _whole(frame)
        last = math.inf if self._pts is None else self._pts.size - 1
        if not 0 <= number <= last:
            raise InputError(f"expected a frame number from 0 to {last}, got {frame!r}")
        return number

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Timeline):
            return NotImplemented
        same = (self._start, self._tick) == (other._start, other._tick)
        if self._pts is None or other._pts is None:
            return same and self._pts is other._pts
        return same and np.array_equal(self._pts, other._pts)

    def __hash__(self) -> int:
        return hash((self._start, self._tick, None if self._pts is None else self._pts.tobytes()))

    def __repr__(self) -> str:
        start = f", start={self._start!r}" if self._start else ""
        if self._pts is None:
            return f"Timeline({self.fps!r}{start})"
        return f"Timeline(pts=<{self._pts.size} frames>, time_base={self._tick!r}{start})"


def frame_rate(value: Any) -> Fraction:
    """Return a frame rate as the fraction that is meant.

    Fractions, ints, Decimals and text (``"30000/1001"``, ``"29.97"``) are taken; floats and decimal fractions, of which
    there are many spellings of few rates, in this order:

    1. within 0.005 of 24, 30, 48, 60, 90, 96, 120, 144 or 240 times 1000/1001: that (23.98, 29.97, 59.94 ...);
    2. the simplest fraction, with a denominator up to 1001, that is this float (12.5, 15.333333333333334);
    3. the decimal number as it is written.

    Raises
    ------
    InputError
        For what is no positive, finite number.

    Examples
    --------
    >>> frame_rate(29.97), frame_rate("24000/1001"), frame_rate(12.5), frame_rate(30.0)
    (Fraction(30000, 1001), Fraction(24000, 1001), Fraction(25, 2), Fraction(30, 1))
    >>> frame_rate(30.02)
    Fraction(1501, 50)
    """
    exact = _positive("fps", value)
    if isinstance(value, Rational) or (isinstance(value, str) and "/" in value):
        return exact
    nominal = round(exact * 1001 / 1000)
    ntsc = Fraction(nominal * 1000, 1001)
    if nominal in _NTSC and exact.denominator != 1 and abs(exact - ntsc) <= _NTSC_TOLERANCE:
        return ntsc
    if not isinstance(value, float | np.floating):
        return exact
    simple = exact.limit_denominator(_LARGEST_DENOMINATOR)
    return simple if type(value)(float(simple)) == value else Fraction(str(float(value)))


def _whole(frame: Any) -> int:
    try:
        if isinstance(frame, bool):
            raise TypeError
        return index(frame)
    except TypeError:
        raise InputError(f"expected a frame number (an int), got {frame!r}") from None


def _positive(name: str, value: Any) -> Fraction:
    if isinstance(value, str):
        top, _, bottom = value.strip().partition("/")
        if not _WRITTEN.fullmatch(value.strip()) or (bottom and not int(bottom)):
            raise InputError(f"{name}: expected a number such as '29.97' or '30000/1001', got {value[:40]!r}")
        exact = Fraction(top) / int(bottom or 1)
    else:
        exact = _exact(name, value)
    if exact <= 0:
        raise InputError(f"{name}: expected a positive number, got {_shown(value)}")
    return exact


def _exact(name: str, value: Any) -> Fraction:
    if isinstance(value, np.generic):
        value = float(value) if isinstance(value, np.longdouble) else value.item()
    if not _is_finite_number(value):
        raise InputError(f"{name}: expected a finite number, got {_shown(value)}")
    return Fraction(value)


def _is_finite_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS
    return isinstance(value, Rational) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."


def _ticks(pts: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return presentation times as an array of its own that nobody can change."""
    try:
        given = np.asarray(pts if isinstance(pts, np.ndarray | list | tuple | range) else list(pts))
    except (TypeError, ValueError, OverflowError):
        raise InputError("pts: expected a sequence of ints") from None
    if given.ndim != 1 or given.size == 0 or given.dtype.kind not in "iu":
        raise InputError(
            f"pts: expected ints of shape (n,), one or more, got {given.dtype} of shape {given.shape}",
            hint="leave frames without a presentation time out",
        )
    if int(given.max()) > _LARGEST_TICK or int(given.min()) < -_LARGEST_TICK:
        raise InputError(f"pts: expected ticks of at most 2**60, got {given.min()} .. {given.max()}")
    ticks = given.astype(np.int64)
    falls = np.flatnonzero(ticks[1:] < ticks[:-1])
    if falls.size:
        at = int(falls[0]) + 1
        raise InputError(
            f"pts[{at}]: expected {ticks[at - 1]} or later, got {ticks[at]}",
            hint="packets come in the order of decoding; sort the times",
        )
    ticks.flags.writeable = False
    return ticks

"""`Tracks`: the boxes of many tracks as arrays, and where they all are at any frames in one call.

What single annotations say one at a time (`Annotation.at_frame`), for training loops and whole videos. Layer: model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

import numpy as np
import numpy.typing as npt

from annogeo.definitions import Box
from annogeo.errors import InputError
from annogeo.model.frames import Keyframe, checked_interpolation
from annogeo.model.timed import checked_timeline, frame_number

if TYPE_CHECKING:
    from annogeo.model.annotation import Annotation
    from annogeo.timeline import Timeline

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

VISIBLE, FIXED = 1, 2
"""Bits of `Tracks.flags`."""

COLUMNS = ("left", "top", "right", "bottom", "angle")
_FOREVER = (1 << 62) - 1  # the end of what has no frames: a still is the same at all of them
_MOST_VALUES = 1 << 31


class TrackBoxes(NamedTuple):
    """Boxes of all tracks at some frames.

    Parameters
    ----------
    boxes : float32 or float64 (t, n, 5) or (t, n, 4)
        left, top, right, bottom in px, and the angle in degrees clockwise; NaN where nothing is visible.
    visible : bool (t, n)

    Examples
    --------
    >>> tracks = Tracks([0, 2], [0, 10], [[0, 0, 4, 4], [20, 0, 24, 4]])
    >>> boxes, visible = tracks.boxes([5, 11])
    >>> boxes[0, 0].tolist(), visible.tolist()
    ([10.0, 0.0, 14.0, 4.0, 0.0], [[True, False]])
    """

    boxes: npt.NDArray[Any]
    visible: npt.NDArray[np.bool_]


class Tracks:
    """Keyframes of many box tracks, one after the other.

    Parameters
    ----------
    offsets : int64 (t + 1,)
        Track i has keyframes ``offsets[i]:offsets[i + 1]``, one at least.
    frames : int64 (k,)
        Frame of each keyframe, rising within a track.
    values : float64 (k, 5) or (k, 4)
        left, top, right, bottom in px, and the angle in degrees clockwise.
    flags : uint8 (k,), optional
        `VISIBLE` (1) and `FIXED` (2) added up. Between two that are fixed, the first of them visible, boxes go from one
        to the other; others are held. None: all are both.
    ends : int64 (t,), optional
        The last frame of each track, included; None: its last keyframe.

    Attributes
    ----------
    members : tuple of int
        Which annotation of the collection each track is; empty for tracks made from arrays.

    Raises
    ------
    InputError
        If the arrays do not fit together, with the first place where they do not.

    Examples
    --------
    >>> tracks = Tracks([0, 2], [0, 10], [[0, 0, 4, 4], [20, 0, 24, 4]])
    >>> tracks.boxes([5, 10, 11], angles=False).boxes.tolist()
    [[[10.0, 0.0, 14.0, 4.0], [20.0, 0.0, 24.0, 4.0], [nan, nan, nan, nan]]]
    >>> tracks.boxes([5, 11]).visible.tolist()
    [[True, False]]
    >>> len(Tracks([0], [], []))
    0
    """

    def __init__(
        self,
        offsets: npt.ArrayLike,
        frames: npt.ArrayLike,
        values: npt.ArrayLike,
        flags: npt.ArrayLike | None = None,
        ends: npt.ArrayLike | None = None,
    ) -> None:
        self._frames = _integers("frames", frames)
        n = self._frames.size
        self._offsets = _checked_offsets(_integers("offsets", offsets), self._frames)
        self._values = _checked_values(values, n)
        self._flags = np.full(n, VISIBLE | FIXED, np.uint8) if flags is None else _checked_flags(flags, n)
        last = self._frames[self._offsets[1:] - 1]
        self._ends = last if ends is None else _integers("ends", ends)
        if self._ends.shape != last.shape:
            raise InputError(f"ends: expected one per track, {last.size}, got {self._ends.size}")
        self.members: tuple[int, ...] = ()
        self._visible = self._flags & np.uint8(VISIBLE)
        self._targets = _targets(self._values, self._flags, self._offsets)

    @classmethod
    def from_collection(cls, collection: Iterable[Annotation], *, interpolation: str = "linear") -> Self:
        """Take the boxes out of a collection, one track per annotation, in its order; other types are left out.

        A still is there at every frame from 0 on. A state that could not be read counts as hidden.

        Parameters
        ----------
        collection : AnnotationCollection or iterable of Annotation
        interpolation : {'linear', 'hold'}
            ``hold``: no keyframe counts as fixed.

        Examples
        --------
        >>> from annogeo.definitions import Box
        >>> from annogeo.model import AnnotationCollection
        >>> clip = AnnotationCollection()
        >>> clip.add(Box(0, 0, 4, 4, "car"), object_id=7, frame_num=0)
        >>> clip.add(Box(8, 0, 12, 4, "car"), object_id=7, frame_num=4)
        >>> tracks = Tracks.from_collection(clip)
        >>> tracks.boxes(range(3)).boxes[0, :, 0].tolist(), tracks.members
        ([0.0, 2.0, 4.0], (0,))
        """
        flags = VISIBLE | (FIXED if checked_interpolation(interpolation).method == "linear" else 0)
        offsets, ends, members = [0], [], []
        keyframes: list[Keyframe] = []
        for place, annotation in enumerate(collection):
            if annotation.type != "box" or annotation.is_audio:
                continue
            track = annotation.state.track
            keyframes += track.keyframes
            offsets.append(len(keyframes))
            ends.append(track.end if track.is_timed else _FOREVER)
            members.append(place)
        rows = [_row(keyframe) for keyframe in keyframes]
        numbers = [keyframe.number for keyframe in keyframes]
        made = cls(offsets, numbers, [row[1:] for row in rows], [row[0] & flags for row in rows], ends)
        made.members = tuple(members)
        return made

    @property
    def offsets(self) -> Integers:
        """Where each track's keyframes begin and end; read-only, as all these."""
        return _locked(self._offsets)

    @property
    def frames(self) -> Integers:
        """The frame of each keyframe."""
        return _locked(self._frames)

    @property
    def values(self) -> Floats:
        """left, top, right, bottom and angle at each keyframe."""
        return _locked(self._values)

    @property
    def flags(self) -> npt.NDArray[np.uint8]:
        """`VISIBLE` and `FIXED` of each keyframe."""
        return _locked(self._flags)

    @property
    def ends(self) -> Integers:
        """The last frame of each track; of a still, a very large one."""
        return _locked(self._ends)

    def boxes(
        self,
        frames: Sequence[int] | npt.NDArray[np.integer] | range,
        *,
        angles: bool = True,
        dtype: npt.DTypeLike = np.float32,
        out: npt.NDArray[Any] | None = None,
        timeline: Timeline | None = None,
    ) -> TrackBoxes:
        """Return the boxes of all tracks at all of some frames.

        Parameters
        ----------
        frames : range or sequence of int
            Evenly spaced ones are quickest.
        angles : bool
            False: without the fifth column.
        dtype : float32 or float64
            Rounded once, from float64.
        out : array (t, n, 5) or (t, n, 4), optional
            Written to and returned; C-contiguous. A buffer that is used again saves half of the time.
        timeline : Timeline, optional
            Motion is even in its time; None: from frame to frame.

        Raises
        ------
        InputError
            For frames that are no ints, a `dtype` or a buffer that does not fit, or more than 2**31 values.

        Notes
        -----
        Equal to `Annotation.at_frame` at the keyframes, and to rounding (2**-50 of the coordinates) between them, where
        angles go on past a whole turn. At
        30 frames per second, an hour of a hundred tracks is 10.8 million boxes: ask for it in parts.

        Examples
        --------
        >>> tracks = Tracks([0, 1], [3], [[0, 0, 4, 4, 30]], ends=[5])
        >>> tracks.boxes([4, 2], dtype=float)
        TrackBoxes(boxes=array([[[ 0.,  0.,  4.,  4., 30.],
                [nan, nan, nan, nan, nan]]]), visible=array([[ True, False]]))
        """
        from annogeo.kernels.tracks import sample_tracks

        width = len(COLUMNS) if angles else len(COLUMNS) - 1
        asked, order, step = _asked(frames, len(self) * width)
        shape = (len(self), asked.size, width)
        made = _buffer(out, shape, np.dtype(getattr(out, "dtype", dtype)))
        target = made if order is None else np.empty_like(made)
        visible = np.empty(shape[:2], np.uint8)
        before, after = (np.ascontiguousarray(part[:, :width]) for part in (self._values, self._targets))
        numbers, ends = self._frames, self._ends
        if (
            timeline is not None and checked_timeline(timeline).fps is None
        ):  # ticks instead of frames, all through
            numbers, ends, asked = (timeline.ticks_of(frames) for frames in (numbers, ends, asked))
            step = _even_step(asked)
        keys = (self._offsets, numbers, before, after, self._visible, ends)
        sample_tracks(*keys, asked, step, target.reshape(len(self), asked.size * width), visible)
        if order is not None:
            made[:, order], visible[:, order] = target, visible.copy()
        return TrackBoxes(made, visible.view(np.bool_))

    def cursor(self) -> TrackCursor:
        """Return a cursor that gives the boxes of all tracks at one frame after the other.

        Examples
        --------
        >>> cursor = Tracks([0, 2], [0, 10], [[0, 0, 4, 4], [20, 0, 24, 4]]).cursor()
        >>> cursor.at(0).visible.tolist()
        [True]
        """
        return TrackCursor(self)

    def __len__(self) -> int:
        return self._offsets.size - 1

    def __repr__(self) -> str:
        return f"Tracks({len(self)} tracks, {self._frames.size} keyframes)"


class TrackCursor:
    """The boxes of all tracks at one frame; going on to a later one takes the same time in tracks of any length.

    Not for two threads at once: each takes its own.

    Examples
    --------
    >>> cursor = Tracks([0, 2], [0, 10], [[0, 0, 4, 4], [20, 0, 24, 4]]).cursor()
    >>> cursor.at(5).boxes.tolist()
    [[10.0, 0.0, 14.0, 4.0, 0.0]]
    """

    def __init__(self, tracks: Tracks) -> None:
        values = (tracks._values, tracks._targets, tracks._visible)
        self._keys = (tracks._offsets, tracks._frames, *values, tracks._ends)
        self._current = tracks._offsets[:-1].copy()
        self._boxes = np.empty((len(tracks), len(COLUMNS)))
        self._visible = np.empty(len(tracks), np.bool_)
        self._bytes = self._visible.view(np.uint8)

    def at(self, frame: int) -> TrackBoxes:
        """Return the boxes (t, 5) and whether each is visible (t,) at a frame.

        The arrays are the cursor's own: the next call writes to them.

        Parameters
        ----------
        frame : int
        """
        from annogeo.kernels.tracks import advance_tracks

        number = min(max(frame_number(frame), -_FOREVER), _FOREVER)
        advance_tracks(*self._keys, number, self._current, self._boxes, self._bytes)
        return TrackBoxes(self._boxes, self._visible)


Array = TypeVar("Array", bound=np.ndarray[Any, Any])


def _locked(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _row(keyframe: Keyframe) -> tuple[int, float, float, float, float, float]:
    """Give a keyframe's flags and values."""
    box = keyframe.definition
    if not isinstance(box, Box):
        return (0, 0.0, 0.0, 0.0, 0.0, 0.0)
    flags = VISIBLE * keyframe.visible | FIXED * keyframe.fixed
    return (flags, box.left, box.top, box.right, box.bottom, box.angle or 0.0)


def _targets(values: Floats, flags: npt.NDArray[np.uint8], offsets: Integers) -> Floats:
    """Give the values that each keyframe's go to until the next one: its own where they are held."""
    targets = values.copy()
    if len(values) < 2:
        return targets
    leads = (flags[:-1] == VISIBLE | FIXED) & (flags[1:] & FIXED != 0)
    leads[offsets[1:-1] - 1] = False  # the last of one track and the first of the next
    with np.errstate(over="ignore"):
        leads &= np.isfinite(values[1:, :4] - values[:-1, :4]).all(axis=1)
        targets[:-1][leads] = values[1:][leads]
        turn = targets[:, 4] - values[:, 4]
    far = np.isinf(turn)
    turn[far] = np.fmod(targets[far, 4], 360.0) - np.fmod(values[far, 4], 360.0)
    targets[:, 4] = values[:, 4] + (turn - 360.0 * np.floor((turn + 180.0) / 360.0))
    return targets


def _asked(frames: Any, per_frame: int) -> tuple[Integers, npt.NDArray[np.intp] | None, int]:
    """Give frames in rising order, the places they had if that was another one, and their even distance or 0."""
    try:
        n = len(frames)
    except TypeError:  # what has no length is refused below
        n = 0
    except OverflowError:  # a range
        n = _FOREVER
    if n * per_frame > _MOST_VALUES:
        raise InputError(f"frames: {n} of them make more than 2**31 values", hint="ask for fewer at a time")
    numbers = _integers(
        "frames", np.arange(frames.start, frames.stop, frames.step) if isinstance(frames, range) else frames
    )
    order = None
    if (numbers[1:] < numbers[:-1]).any():
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
    return numbers, order, _even_step(numbers)


def _even_step(numbers: Integers) -> int:
    """Give the step between two successive numbers where it is always the same, else 0."""
    steps = np.diff(numbers)
    first = int(steps[0]) if steps.size else min(numbers.size, 1)
    return first if (steps == first).all() else 0


def _buffer(out: npt.NDArray[Any] | None, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    if dtype not in (np.float32, np.float64):
        raise InputError(f"dtype: expected float32 or float64, got {dtype}")
    if out is None:
        return np.empty(shape, dtype)
    if not isinstance(out, np.ndarray) or out.shape != shape or not out.flags.carray:
        got = getattr(out, "shape", type(out).__name__)
        raise InputError(f"out: expected a C-contiguous array of shape {shape}, got {got}")
    return out


def _integers(name: str, values: npt.ArrayLike) -> Integers:
    """Return whole numbers (n,) as an int64 copy."""
    try:
        given = np.asarray(values)
    except (TypeError, ValueError, OverflowError):
        given = np.array(None)
    if given.size == 0 and given.ndim == 1:
        return np.zeros(0, np.int64)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise InputError(f"{name}: expected ints of shape (n,), got {given.dtype} of shape {given.shape}")
    if int(given.max()) > _FOREVER or int(given.min()) < -_FOREVER:
        raise InputError(f"{name}: expected ints of less than 2**62")
    return given.astype(np.int64)


def _checked_offsets(offsets: Integers, frames: Integers) -> Integers:
    """Check that offsets part keyframes into tracks of one or more, and that frames rise within each."""
    if offsets.size == 0 or offsets[0] != 0 or offsets[-1] != frames.size:
        raise InputError(f"offsets: expected to begin at 0 and end at {frames.size}, the number of keyframes")
    if (short := np.flatnonzero(offsets[1:] <= offsets[:-1])).size:
        raise InputError(f"offsets: expected one keyframe or more per track, track {short[0]} has none")
    falls = np.flatnonzero(frames[1:] <= frames[:-1]) + 1
    falls = falls[~np.isin(falls, offsets)]
    if falls.size:
        at = int(falls[0])
        raise InputError(f"frames[{at}]: expected more than {frames[at - 1]}, got {frames[at]}")
    return offsets


def _checked_values(values: npt.ArrayLike, n: int) -> Floats:
    try:
        given = np.array(values, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"values: expected numbers of shape ({n}, 5) or ({n}, 4)") from None
    if given.size == 0 and n == 0:
        return np.zeros((0, len(COLUMNS)))
    if given.shape not in ((n, 5), (n, 4)):
        raise InputError(f"values: expected numbers of shape ({n}, 5) or ({n}, 4), got {given.shape}")
    if (odd := np.argwhere(~np.isfinite(given))).size:
        row, column = odd[0].tolist()
        raise InputError(
            f"values[{row}].{COLUMNS[column]}: expected a finite number, got {given[row, column]}"
        )
    return given if given.shape[1] == len(COLUMNS) else np.pad(given, ((0, 0), (0, 1)))


def _checked_flags(flags: npt.ArrayLike, n: int) -> npt.NDArray[np.uint8]:
    given = _integers("flags", flags)
    if given.size != n or ((given < 0) | (given > VISIBLE | FIXED)).any():
        raise InputError(f"flags: expected {n} numbers of 0..3, one per keyframe")
    return given.astype(np.uint8)

"""`Timed`: an annotation's frames and times. Mixed into `Annotation`; nothing here knows JSON.

Frame ranges include both ends, as on the platform. Layer: model.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import TYPE_CHECKING, Any

from annogeo.definitions import Definition
from annogeo.definitions.checks import number
from annogeo.definitions.interpolation import MASK_METHODS, POLYGON_METHODS
from annogeo.errors import InputError
from annogeo.model.belonging import Belonging
from annogeo.model.frames import LINEAR, Frames, Interpolation, Keyframe, checked_interpolation
from annogeo.model.source import AUDIO_FPS

if TYPE_CHECKING:
    from annogeo.model.frame_annotation import FrameAnnotation
    from annogeo.timeline import Timeline


class Timed(Belonging):
    """When an annotation is there, and what it is at each frame."""

    __slots__ = ()

    # --- frames -------------------------------------------------------------------------------------------------

    @property
    def is_video(self) -> bool:
        """Whether it has a state per frame; False for a still, which looks the same at every frame."""
        return self.state.track.is_timed

    @property
    def frames(self) -> Frames:
        """All frames as a mapping from number to `FrameAnnotation`; `actual_keys()` are the stored ones."""
        return Frames(self, self.state.track)  # type: ignore[arg-type]  # only Annotation mixes this in

    @property
    def current_frame(self) -> int:
        """The frame that `left`, `label`, `geo` ... read; `set_frame` moves it."""
        state = self.state
        return state.track.start if state.cursor is None else state.cursor

    def set_frame(self, frame: int) -> bool:
        """Move the cursor, which only this object's accessors read; False (and nothing done) outside the range.

        Parameters
        ----------
        frame : int

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"), object_id=1)
        >>> _ = nose.add_frame(Point(5, 6, "nose"), frame_num=4)
        >>> nose.set_frame(4), nose.x, nose.set_frame(5), nose.x
        (True, 5.0, False, 5.0)
        """
        number, state = frame_number(frame), self.state
        if not state.track.is_timed:
            return self._covers(number)
        if state.track.neighbours(number) is None:
            return False
        state.cursor = number
        return True

    def at_frame(self, frame_num: int, *, interpolation: str = "linear") -> FrameAnnotation | None:
        """Return the state at a frame; None outside the range. Reads and moves no cursor.

        Inside the range a state whose `object_visible` is False is returned too, but never drawn. A still has the same
        state at every frame. It takes the same time in tracks of any length.

        Parameters
        ----------
        frame_num : int
        interpolation : {'linear', 'hold'}
            ``linear`` as in `interpolate`; ``hold``: the last stored state, as the seed SDK does.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"), object_id=1)
        >>> _ = nose.add_frame(Point(5, 6, "nose"), frame_num=4)
        >>> nose.at_frame(3).x, nose.at_frame(3, interpolation="hold").x, nose.at_frame(5)
        (4.0, 1.0, None)
        """
        return self._state_at(frame_number(frame_num), checked_interpolation(interpolation))

    get_frame = at_frame

    def interpolate(
        self,
        frames: Iterable[int],
        method: str = "linear",
        polygon: str = "auto",
        mask: str = "hold",
        *,
        by: str = "frame",
        timeline: Timeline | None = None,
    ) -> list[FrameAnnotation | None]:
        """Return the states at several frames, one for each; None outside the range and where the object is hidden.

        Between two states with ``fixed=True`` the geometry goes from one to the other; label, attributes and
        description are those of the first until the second is reached. States with ``fixed=False`` are steps that the
        platform stored: they are held until the next. After the last keyframe its state stays to the end of the range.
        A state that is hidden gives nothing until the next one; before it, the object goes on towards it.

        Parameters
        ----------
        frames : iterable of int
            In any order.
        method : {'linear', 'hold'}
            ``hold``: every state until the next, whoever set it.
        polygon : {'auto', 'index', 'arc', 'cvat', 'hold'}
            Which points of two polygons or lines belong together. ``auto``: those in the same place of the order,
            unless another start, direction or density fits much better; what turns or grows does so as a whole.
            ``index``: only by order, where they are as many; ``arc``: by share of the length from the first point on;
            ``cvat``: CVAT's rule, which may make a polygon cross itself; ``hold``: none.
        mask : {'hold', 'sdf'}
            Masks stay, or their signed distances are blended.
        by : {'frame', 'time'}
            Motion is even from frame to frame, or in time, which differs in videos of a variable frame rate.
        timeline : Timeline, optional
            Needed with ``by="time"``.

        Raises
        ------
        InputError
            If an argument is none of these.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"), object_id=1)
        >>> _ = nose.add_frame(Point(5, 6, "nose"), frame_num=4)
        >>> [state and state.x for state in nose.interpolate([0, 1, 4, 9])]
        [1.0, 2.0, 5.0, None]
        >>> nose.interpolate([])
        []
        """
        way = checked_interpolation(method)._replace(
            polygon=_one_of("polygon", polygon, POLYGON_METHODS), mask=_one_of("mask", mask, MASK_METHODS)
        )
        if _one_of("by", by, ("frame", "time")) == "time":
            checked_timeline(timeline)
        if not isinstance(frames, Iterable):
            raise InputError(f"frames: expected several frame numbers, got {frames!r}", hint="[frame]")
        numbers = [frame_number(frame) for frame in frames]
        clock = timeline if by == "time" else None
        states = (self._state_at(number, way, clock) for number in numbers)
        return [state if state is not None and state.object_visible else None for state in states]

    def add_frame(
        self,
        annotation_definition: Definition,
        frame_num: int | None = None,
        fixed: bool = True,
        object_visible: bool = True,
    ) -> bool:
        """Store a state; a still becomes a video annotation.

        Parameters
        ----------
        annotation_definition : Definition
            Of the same type as the others.
        frame_num : int, optional
            One after the last stored frame. A frame before the first is added in front.
        fixed : bool
            False for a step that is not a keyframe: it is held until the next one, and one equal to the state that is
            there anyway is not stored.
        object_visible : bool

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> from annogeo.model import Annotation
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"), frame_num=4)
        >>> nose.add_frame(Point(5, 6, "nose"), frame_num=2)
        True
        >>> nose.frames.actual_keys()
        [2, 4]
        """
        self._refuse_other_type(annotation_definition)
        track = self.state.track
        number = track.numbers[-1] + 1 if frame_num is None else stored_frame(frame_num)
        track.is_timed = True
        before, following = track.neighbours(number) or (track.keyframes[-1], None)
        is_step = not fixed and number > track.start and before.number != number
        if (
            is_step
            and before.visible == object_visible
            and track.definition_between(before, following, number) == annotation_definition
        ):
            track.end_at(max(track.end, number))
        else:
            stored = track.stored(number) or Keyframe(number)
            track.put(stored.replaced(annotation_definition, fixed=fixed, visible=object_visible))
        self._cover(number, number)
        return True

    def add_frames(
        self,
        annotation_definition: Definition,
        frame_num: int | None = None,
        end_frame_num: int | None = None,
        start_time: float | None = None,
        end_time: float | None = None,
        fixed: bool = True,
        object_visible: bool = True,
    ) -> None:
        """Store the same state over a range of frames: at its two ends, so that a long range costs no more.

        Parameters
        ----------
        annotation_definition : Definition
        frame_num, end_frame_num : int, optional
            Both included; without the second, one frame.
        start_time, end_time : float, optional
            Seconds, used where the frame is not given.
        fixed, object_visible : bool
            As for `add_frame`.

        Raises
        ------
        InputError
            If the range ends before it begins, the definition is of another type, or seconds are given and the frame
            rate is not known.
        """
        start = self._frame_of(frame_num, start_time, "start_time")
        end = self._frame_of(end_frame_num, end_time, "end_time")
        if start is None:
            start = self.state.track.numbers[-1] + 1 if self.is_video else self.state.track.start
        end = start if end is None else end
        if end < start:
            raise InputError(f"end_frame_num: expected {start} or later, got {end}")
        self.add_frame(annotation_definition, start, fixed, object_visible)
        if end > start:
            self.state.track.drop_between(start, end)
            self.add_frame(annotation_definition, end, fixed, object_visible)
        timing = self.state.timing
        if frame_num is None and start_time is not None and timing.start_frame == start:
            timing = timing._replace(start_time=start_time)
        if end_frame_num is None and end_time is not None and timing.end_frame == end:
            timing = timing._replace(end_time=end_time)
        self.state.timing = timing

    # --- range --------------------------------------------------------------------------------------------------

    @property
    def start_frame(self) -> int:
        """The first frame; setting it sets `start_time` too, and one after the last frame moves that along."""
        start = self.state.timing.start_frame
        return self.state.track.start if start is None else start

    @start_frame.setter
    def start_frame(self, value: int) -> None:
        self._begin(stored_frame(value), self._time_of(value))

    @property
    def end_frame(self) -> int:
        """The last frame; setting it sets `end_time` too."""
        end = self.state.timing.end_frame
        return self.state.track.end if end is None else end

    @end_frame.setter
    def end_frame(self, value: int) -> None:
        self._finish(stored_frame(value), self._time_of(value))

    @property
    def start_time(self) -> float:
        """Seconds; setting it sets `start_frame` too. 0 where neither the document nor the frame rate tells."""
        time = self.state.timing.start_time
        return self._time_of(self.start_frame) if time is None else time

    @start_time.setter
    def start_time(self, value: float) -> None:
        frame = self._frame_of(None, value, "start_time", is_needed=False)
        self._begin(self.start_frame if frame is None else frame, value)

    @property
    def end_time(self) -> float:
        """Seconds; setting it sets `end_frame` too. 0 where neither the document nor the frame rate tells."""
        time = self.state.timing.end_time
        return self._time_of(self.end_frame) if time is None else time

    @end_time.setter
    def end_time(self, value: float) -> None:
        frame = self._frame_of(None, value, "end_time", is_needed=False)
        self._finish(self.end_frame if frame is None else frame, value)

    # --- below the surface --------------------------------------------------------------------------------------

    def _state_at(
        self, frame: int, way: Interpolation = LINEAR, timeline: Timeline | None = None
    ) -> FrameAnnotation | None:
        from annogeo.model.frame_annotation import FrameAnnotation

        track = self.state.track
        if not track.is_timed:
            if not self._covers(frame):
                return None
            return FrameAnnotation(self, track.keyframes[0].definition, frame, True, True)  # type: ignore[arg-type]
        found = track.neighbours(frame)
        if found is None:
            return None
        previous = found[0]
        is_stored = previous.number == frame
        return FrameAnnotation(
            self,  # type: ignore[arg-type]  # only Annotation mixes this in
            track.definition_between(*found, frame, way, timeline),
            frame,
            fixed=is_stored and previous.fixed,
            object_visible=previous.visible,
            interpolation=not is_stored,
        )

    def _begin(self, frame: int, time: float) -> None:
        state = self.state
        state.timing = state.timing._replace(start_frame=frame, start_time=time)
        if frame > self.end_frame:
            state.timing = state.timing._replace(end_frame=frame, end_time=time)
        state.track.begin_at(frame)
        self._keep_cursor()

    def _finish(self, frame: int, time: float) -> None:
        state = self.state
        if frame < self.start_frame:
            raise InputError(
                f"end_frame: expected {self.start_frame} or later, got {frame}",
                hint="set start_frame first",
            )
        state.timing = state.timing._replace(end_frame=frame, end_time=time)
        state.track.end_at(frame)
        self._keep_cursor()

    def _keep_cursor(self) -> None:
        """Move the cursor to the nearest frame that is left, or what is set there next would widen the range again."""
        state = self.state
        if state.cursor is not None:
            state.cursor = min(max(state.cursor, state.track.start), state.track.end)

    def _cover(self, start: int, end: int) -> None:
        """Let the stated range include these frames, with times in step."""
        state = self.state
        if start < self.start_frame:
            state.timing = state.timing._replace(start_frame=start, start_time=self._time_of(start))
        last = state.timing.end_frame
        if last is None or end > last:
            end = max(end, state.track.end if last is None else end)
            state.timing = state.timing._replace(end_frame=end, end_time=self._time_of(end))

    def _covers(self, frame: int) -> bool:
        """Whether a still is there at a frame: always; for sound, between its times."""
        if not self.is_audio:
            return frame >= 0
        start, end = round(self.start_time * AUDIO_FPS), round(self.end_time * AUDIO_FPS)
        return start <= frame <= end

    def _time_of(self, frame: int) -> float:
        fps = self.fps
        return float(frame / fps) if fps else 0

    def _frame_of(
        self, frame: int | None, time: float | None, name: str, *, is_needed: bool = True
    ) -> int | None:
        if frame is not None:
            return stored_frame(frame)
        if time is None:
            return None
        number(name, time)
        if not self.fps:
            if not is_needed:
                return None
            raise InputError(
                f"{name}: seconds need a frame rate, the item has none",
                hint="give frame numbers, or an Item with fps=",
            )
        return frame_at(time, self.fps)

    def _refuse_other_type(self, definition: Any) -> None:
        if not isinstance(definition, Definition):
            raise InputError(f"expected an annotation definition, got {type(definition).__name__}")
        own = self.state.track.keyframes[0].definition
        if definition.type != own.type:
            raise InputError(
                f"all frames of an annotation are of one type: expected {own.type!r}, got {definition.type!r}"
            )


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """Check a choice by name."""
    if not isinstance(value, str) or value not in allowed:
        raise InputError(f"{name}: expected one of {', '.join(map(repr, allowed))}, got {value!r}")
    return value


def checked_timeline(value: Any) -> Timeline:
    """Return a timeline; anything else raises."""
    from annogeo.timeline import Timeline

    if not isinstance(value, Timeline):
        got = "it is needed with by='time'" if value is None else f"got {value!r}"
        raise InputError(f"timeline: expected a Timeline, {got}", hint="Timeline(pts=[...], time_base=...)")
    return value


def frame_number(value: Any) -> int:
    """Return a frame number as an int; anything else raises."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return index(value)
    except TypeError:
        raise InputError(f"expected a frame number (an int), got {value!r}") from None


def stored_frame(value: Any) -> int:
    """Return the number of a frame to store, which is 0 or more."""
    number = frame_number(value)
    if number < 0:
        raise InputError(f"expected a frame number of 0 or more, got {number}")
    return number


def frame_at(seconds: float, fps: Any) -> int:
    """Return the frame nearest to a time, halves to the even one, as the seed SDK does.

    Examples
    --------
    >>> frame_at(1, 25), frame_at(0.1, 24)
    (25, 2)
    """
    try:
        frame: int = round(seconds * fps)
        return frame
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"expected a time in seconds and a frame rate, got {seconds!r} and {fps!r}"
        ) from None

"""`State`: the decoded, changeable side of an annotation, made when something of it is first needed.

An annotation read from a document is a slice and a number until then. What was read is kept beside what was changed,
so that writing can put back everything else as it was. Layer: model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from annogeo.errors import InputError, Problem
from annogeo.model.frames import Keyframe, Track
from annogeo.model.json_values import MISSING, json_kind, number, whole
from annogeo.model.reading import Reading
from annogeo.model.source import Defect, Head, Origin


class Timing(NamedTuple):
    """When an annotation is there, as its envelope says; None: it does not say."""

    start_frame: int | None = None
    end_frame: int | None = None
    start_time: float | None = None
    end_time: float | None = None


@dataclass(slots=True, eq=False)
class State:
    """Everything of an annotation but its entry and origin.

    Parameters
    ----------
    track : Track
        Its definitions: one for a still, keyframes for a video.
    timing, read_timing : Timing
        As it is now, and as it was read.
    reading : Reading, optional
        The first state as it was read; None for a local annotation.
    is_object : bool
        False for an entry that is no annotation.
    changed : dict, optional
        Top-level keys that were set.
    metadata : dict, optional
        The annotation's ``metadata``, once somebody may have changed it; before that the entry has it.
    cursor : int, optional
        The frame that the accessors read.
    reported : list of Problem, optional
        Found after reading, as a mask that does not decode.
    defects : list of (entry, InputError), optional
        Snapshots that could not be understood at all.
    is_cut : bool
        A still cut out of a video: its frames and times are not written.
    """

    track: Track
    timing: Timing
    read_timing: Timing | None = None
    reading: Reading | None = None
    is_object: bool = True
    changed: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    cursor: int | None = None
    reported: list[Problem] | None = None
    defects: list[Defect] | None = None
    is_cut: bool = False

    @property
    def current(self) -> Keyframe:
        """The keyframe that the accessors read: at the cursor, else the first."""
        if self.cursor is not None:
            found = self.track.neighbours(self.cursor)
            if found is not None:
                return found[0]
        return self.track.keyframes[0]

    @property
    def is_edited(self) -> bool:
        """Whether anything that is written may have changed since it was read."""
        return (
            self.reading is None
            or self.changed is not None
            or self.metadata is not None
            or self.track.is_changed
            or self.timing != self.read_timing
            or self.is_cut
        )


def open_entry(entry: Any, origin: Origin) -> State:
    """Read one entry of a document."""
    assert origin.reader is not None
    head = origin.reader.head(entry)
    timing = Timing(whole(head.frame), whole(head.end_frame), number(head.start_time), number(head.end_time))
    start = timing.start_frame or 0
    reading = _reading(head)
    keyframes: list[Keyframe] = []
    defects: list[Defect] = []
    if head.snapshots is not MISSING and origin.medium in ("video", None):
        keyframes, defects = origin.reader.snapshots(head, start)
    is_timed = origin.medium == "video" or (
        origin.medium is None and (bool(keyframes) or start > 0 or (timing.end_frame or 0) > 0)
    )
    end = timing.end_frame
    if is_timed and end is None and not keyframes:
        end = _end_by_time(timing, origin)
    keyframes = [Keyframe(start, reading=reading), *keyframes]
    _pass_attributes_on(keyframes)
    track = Track(keyframes, end, is_timed=is_timed)
    return State(track, timing, timing, reading, head.is_object, defects=defects or None)


def _pass_attributes_on(keyframes: list[Keyframe]) -> None:
    """Give every stored state that says nothing of attributes those of the state before."""
    said: Any = MISSING
    for keyframe in sorted(keyframes, key=lambda one: one.number):
        reading = keyframe.reading
        assert reading is not None
        if reading.attributes is not MISSING and reading.attributes is not None:
            said = reading.attributes
        else:
            reading.inherit(said)


def _reading(head: Head) -> Reading:
    if not head.is_object:
        return _NotAnObject(head.coordinates)
    return Reading(head.json_type, head.coordinates, head.label, head.attributes, head.description)


class _NotAnObject(Reading):
    """An entry that is no annotation: kept, never understood."""

    __slots__ = ()

    def __init__(self, entry: Any) -> None:
        super().__init__("", entry)

    @property
    def error(self) -> InputError:
        """What it is instead."""
        undefined: Any = self.definition
        got = json_kind(undefined.coordinates)
        return InputError(f"expected an annotation (an object), got {got}")


def _end_by_time(timing: Timing, origin: Origin) -> int | None:
    """Early documents give the end in seconds only."""
    if timing.end_time is None or not origin.fps:
        return None
    frame: int = round(timing.end_time * origin.fps)
    return frame

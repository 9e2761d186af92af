"""`State`: the decoded, changeable side of an annotation, made when something of it is first needed.

An annotation read from a document is a slice and a number until then. What was read is kept beside what was changed, so that
writing can put back everything else as it was. Layer: model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from annogeo.errors import InputError, Problem
from annogeo.model.frames import Keyframe, Track
from annogeo.model.json_values import MISSING
from annogeo.model.reading import Reading
from annogeo.model.source import Defect, Envelope, Origin


@dataclass(frozen=True, slots=True)
class Timing:
    """When an annotation is there, as the envelope says it; None: it does not say."""

    start_frame: int | None = None
    end_frame: int | None = None
    start_time: float | None = None
    end_time: float | None = None


@dataclass(slots=True, eq=False)
class State:
    """Everything of an annotation but its origin.

    Parameters
    ----------
    track : Track
        Its definitions: one for a still, keyframes for a video.
    timing, read_timing : Timing
        As it is now, and as it was read.
    envelope : Envelope, optional
        The entry it was read from; None for a local annotation.
    changed : dict
        Top-level keys that were set.
    metadata : dict, optional
        The annotation's ``metadata``, once somebody may have changed it; before that the envelope has it.
    cursor : int, optional
        The frame that the accessors read.
    reported : list of Problem
        Found after reading, as a mask that does not decode.
    reading : Reading, optional
        The first state as it was read.
    defects : list of (entry, InputError)
        Snapshots that could not be understood at all.
    is_cut : bool
        A still cut out of a video: its frames and times are not written.
    """

    track: Track
    timing: Timing
    read_timing: Timing = Timing()
    envelope: Envelope | None = None
    changed: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] | None = None
    cursor: int | None = None
    reported: list[Problem] = field(default_factory=list)
    reading: Reading | None = None
    defects: list[Defect] = field(default_factory=list)
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
            self.envelope is None
            or bool(self.changed)
            or self.metadata is not None
            or self.track.is_changed
            or self.timing != self.read_timing
            or self.is_cut
        )


def open_entry(entry: Any, origin: Origin) -> State:
    """Read one entry of a document."""
    assert origin.reader is not None
    envelope = origin.reader.envelope(entry)
    timing = Timing(
        _whole(envelope.system("frame")),
        _whole(envelope.system("endFrame")),
        _number(envelope.system("startTime")),
        _number(envelope.system("endTime")),
    )
    start = timing.start_frame or 0
    reading = _reading(envelope)
    keyframes: list[Keyframe] = []
    defects: list[Defect] = []
    if origin.medium in ("video", None):
        keyframes, defects = origin.reader.snapshots(envelope, start)
    is_timed = origin.medium == "video" or (
        origin.medium is None and (bool(keyframes) or start > 0 or (timing.end_frame or 0) > 0)
    )
    end = timing.end_frame
    if is_timed and end is None and not keyframes:
        end = _end_by_time(timing, origin)
    track = Track([Keyframe(start, reading=reading), *keyframes], end, is_timed=is_timed)
    return State(track, timing, timing, envelope, reading=reading, defects=defects)


def _end_by_time(timing: Timing, origin: Origin) -> int | None:
    """Early documents give the end in seconds only."""
    if timing.end_time is None or not origin.fps:
        return None
    return round(timing.end_time * origin.fps)


def _reading(envelope: Envelope) -> Reading:
    if not envelope.is_object:
        return _NotAnObject(envelope.coordinates)
    attributes = envelope.system("attributes")
    if not isinstance(attributes, dict):
        attributes = envelope.top("attributes")  # version 1 wrote them beside the label
    return Reading(
        envelope.top("type"),
        envelope.coordinates,
        envelope.top("label"),
        attributes,
        envelope.top("description"),
    )


class _NotAnObject(Reading):
    """An entry that is no annotation: kept, never understood."""

    __slots__ = ()

    def __init__(self, entry: Any) -> None:
        super().__init__("", entry)

    @property
    def error(self) -> InputError:
        """What it is instead."""
        got = type(self.definition.coordinates).__name__  # type: ignore[attr-defined]  # undefined ones have them
        return InputError(f"expected an annotation (an object), got {got}")


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _number(value: Any) -> Any:
    """Return a finite number as it is, None for anything else."""
    if value is MISSING or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -1e18 < value < 1e18 else None

"""An annotation over time: stored keyframes, and the state at any frame between them.

`Track` finds a frame's neighbours in O(log k) of k keyframes and stores nothing it is not told; `Frames` shows it as
the mapping over the whole range that the seed SDK has. Layer: model.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import index
from typing import TYPE_CHECKING, Any

from annogeo.definitions import Definition, DefinitionType, row_for
from annogeo.errors import InputError
from annogeo.model.json_values import MISSING, decoded, merged
from annogeo.model.reading import Reading

if TYPE_CHECKING:
    from annogeo.model.annotation import Annotation
    from annogeo.model.frame_annotation import FrameAnnotation


class Keyframe:
    """One stored state; never changed, only replaced.

    Parameters
    ----------
    number : int
        The frame.
    definition : Definition, optional
        Given for a local or an edited state.
    reading : Reading, optional
        The state as it stands in a document.
    fixed : bool
        Set by a person (interpolated to and from) and not by the platform.
    visible : bool
    entry : JSON value, optional
        The snapshot it was read from, to be written back.
    place : str
        JSON path of the snapshot within the annotation; empty for the first state.
    """

    __slots__ = ("edited", "entry", "fixed", "number", "place", "reading", "visible")

    def __init__(
        self,
        number: int,
        definition: Definition | None = None,
        *,
        reading: Reading | None = None,
        fixed: bool = True,
        visible: bool = True,
        entry: Any = None,
        place: str = "",
    ) -> None:
        self.number = number
        self.edited = definition
        self.reading = reading
        self.fixed = fixed
        self.visible = visible
        self.entry = entry
        self.place = place

    @property
    def definition(self) -> Definition:
        """The state's definition."""
        if self.edited is not None:
            return self.edited
        assert self.reading is not None
        return self.reading.definition

    @property
    def label(self) -> str:
        """The definition's label, read without its geometry where it can be."""
        reading = self.reading
        if self.edited is None and reading is not None and isinstance(reading.label, str):
            return reading.label
        return self.definition.label

    @property
    def error(self) -> InputError | None:
        """Why the state could not be understood."""
        return self.reading.error if self.edited is None and self.reading is not None else None

    @property
    def coordinates(self) -> Any:
        """The coordinates as JSON, fresh: as they were read where the geometry is unchanged; None without any."""
        return self.coordinates_in(None)

    def coordinates_in(self, color_of: Callable[[str], Any] | None) -> Any:
        """Return `coordinates`; `color_of` gives the colour of a label, for what has to be written in it."""
        definition, reading = self.definition, self.reading
        row = row_for(definition)
        if reading is None or reading.json_type != definition.type:
            return _written(row, definition, color_of) if row.has_coordinates else None
        if self.edited is None or definition.same_geometry(reading.definition):
            return None if reading.coordinates is MISSING else decoded(reading.coordinates)
        if reading.coordinates is MISSING or row.is_free_form:
            return _written(row, definition, color_of)
        return merged(decoded(reading.coordinates), _written(row, definition, color_of), row.unread)

    def replaced(
        self, definition: Definition, *, fixed: bool | None = None, visible: bool | None = None
    ) -> Keyframe:
        """Return the same state with another definition and, where they are given, other flags."""
        return Keyframe(
            self.number,
            definition,
            reading=self.reading,
            fixed=self.fixed if fixed is None else fixed,
            visible=self.visible if visible is None else visible,
            entry=self.entry,
            place=self.place,
        )

    def moved(self, number: int) -> Keyframe:
        """Return the same state at another frame, as one no document has."""
        return Keyframe(number, self.edited, reading=self.reading, fixed=self.fixed, visible=self.visible)


def _written(row: DefinitionType, definition: Definition, color_of: Callable[[str], Any] | None) -> Any:
    color = color_of(definition.label) if row.to_colored is not None and color_of is not None else None
    if color is None or row.to_colored is None:
        return row.to_coordinates(definition)
    return row.to_colored(definition, color)


class Track:
    """The keyframes of one annotation and the frames it covers, both ends included.

    Parameters
    ----------
    keyframes : list of Keyframe
        In any order; of two with the same number the later counts. At least one.
    end : int, optional
        The last frame covered, if it is after the last keyframe.
    is_timed : bool
        False for a still: one state, valid at every frame.

    Attributes
    ----------
    is_changed : bool
        Whether any state or the range was changed since it was read.
    is_restored : bool
        Whether the states after the first have to be written anew.
    """

    __slots__ = ("_labels", "end", "is_changed", "is_restored", "is_timed", "keyframes", "numbers", "start")

    def __init__(self, keyframes: list[Keyframe], end: int | None = None, *, is_timed: bool = True) -> None:
        unique = {keyframe.number: keyframe for keyframe in keyframes}
        self.numbers = sorted(unique)
        self.keyframes = [unique[number] for number in self.numbers]
        self.start = self.numbers[0]
        self.end = self.numbers[-1] if end is None else max(end, self.numbers[-1])
        self.is_timed = is_timed
        self.is_changed = False
        self.is_restored = False
        self._labels: frozenset[str] | None = None

    @property
    def labels(self) -> frozenset[str]:
        """The labels of all keyframes; looked up once and again after a change, as there may be thousands."""
        labels = self._labels
        if labels is None:
            labels = self._labels = frozenset(keyframe.label for keyframe in self.keyframes)
        return labels

    def neighbours(self, frame: int) -> tuple[Keyframe, Keyframe | None] | None:
        """Return the last keyframe at or before a frame and the next one; None outside the range."""
        if not self.start <= frame <= self.end:
            return None
        following = bisect_right(self.numbers, frame)
        after = self.keyframes[following] if following < len(self.keyframes) else None
        return self.keyframes[following - 1], after

    def stored(self, frame: int) -> Keyframe | None:
        """Return the keyframe stored at exactly this frame."""
        position = bisect_left(self.numbers, frame)
        is_stored = position < len(self.numbers) and self.numbers[position] == frame
        return self.keyframes[position] if is_stored else None

    def put(self, keyframe: Keyframe) -> None:
        """Store a keyframe, in place of one at the same frame; the range grows as needed."""
        position = bisect_left(self.numbers, keyframe.number)
        if position < len(self.numbers) and self.numbers[position] == keyframe.number:
            # the first state stands in the annotation itself, unless a snapshot of the same frame overrules it
            first = self.keyframes[0]
            self.is_restored |= position > 0 or bool(first.place) or first.visible != keyframe.visible
            self.keyframes[position] = keyframe
        else:
            self.is_restored = True
            self.numbers.insert(position, keyframe.number)
            self.keyframes.insert(position, keyframe)
        self.start = min(self.start, keyframe.number)
        self.end = max(self.end, keyframe.number)
        self.is_changed = True
        self._labels = None

    def with_definitions(self, definitions: Sequence[Definition]) -> Track:
        """Return a track with other definitions in its keyframes, one each, in order."""
        pairs = list(zip(definitions, self.keyframes, strict=True))
        is_new = [definition is not held.definition for definition, held in pairs]
        keyframes = [
            held.replaced(definition) if new else held
            for (definition, held), new in zip(pairs, is_new, strict=True)
        ]
        copy = Track(keyframes, self.end, is_timed=self.is_timed)
        copy.end = self.end  # keyframes after it may be stored
        copy.is_changed = self.is_changed or any(is_new)
        # the first state stands in the annotation itself, unless it was read from a snapshot
        first = 0 if keyframes[0].place else 1
        copy.is_restored = self.is_restored or any(is_new[first:])
        return copy

    def drop_between(self, start: int, end: int) -> None:
        """Forget the keyframes strictly between two frames."""
        low, high = bisect_right(self.numbers, start), bisect_left(self.numbers, end)
        if low < high:
            del self.numbers[low:high], self.keyframes[low:high]
            self.is_changed = self.is_restored = True
            self._labels = None

    def begin_at(self, frame: int) -> None:
        """Let the range begin at a frame, with the state that is (or would be held) there."""
        low = max(bisect_right(self.numbers, frame) - 1, 0)
        first = self.keyframes[low]
        self.keyframes[: low + 1] = [first if first.number == frame else first.moved(frame)]
        self.numbers[: low + 1] = [frame]
        self.start = frame
        self.end = max(self.end, frame)
        self.is_changed = self.is_restored = True
        self._labels = None

    def end_at(self, frame: int) -> None:
        """Let the range end at a frame; keyframes after it stay stored, but are not written."""
        self.end = max(frame, self.start)
        self.is_changed = self.is_restored = True


def state_between(
    previous: Keyframe, following: Keyframe | None, frame: int, interpolation: str
) -> Definition:
    """Return the definition at a frame from the keyframes around it.

    Until interpolation between ``fixed`` keyframes is offered, both methods hold the earlier state.
    """
    check_interpolation(interpolation)
    return previous.definition


def check_interpolation(interpolation: str) -> None:
    """Raise unless `interpolation` names a method."""
    if interpolation not in ("linear", "hold"):
        raise InputError(f"interpolation: expected 'linear' or 'hold', got {interpolation!r}")


class Frames(Mapping[int, "FrameAnnotation"]):
    """The frames of an annotation as a mapping over its whole range; empty for a still.

    Looking up a frame that is not stored gives the state held there and stores nothing; outside the range it is a
    KeyError. `actual_keys` are the stored ones.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> from annogeo.model import Annotation
    >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"), object_id=1)
    >>> len(nose.frames)
    0
    >>> nose.add_frame(Point(5, 6, "nose"), frame_num=4)
    True
    >>> len(nose.frames), 3 in nose.frames, nose.frames.actual_keys()
    (5, True, [0, 4])
    """

    __slots__ = ("_annotation", "_track")

    def __init__(self, annotation: Annotation, track: Track) -> None:
        self._annotation = annotation
        self._track = track

    @property
    def start(self) -> int:
        """The first frame."""
        return self._track.start

    @property
    def end(self) -> int:
        """The last frame."""
        return self._track.end

    def actual_keys(self) -> list[int]:
        """Return the numbers of the stored frames, sorted."""
        return list(self._track.numbers) if self._track.is_timed else []

    def _numbers(self) -> range:
        return range(self._track.start, self._track.end + 1) if self._track.is_timed else range(0)

    def __getitem__(self, frame: int) -> FrameAnnotation:
        if frame not in self:
            raise KeyError(frame)
        state = self._annotation.at_frame(frame)
        assert state is not None
        return state

    def __contains__(self, frame: object) -> bool:
        try:
            return index(frame) in self._numbers()  # type: ignore[arg-type]  # whatever it is, index() decides
        except TypeError:
            return False

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers())

    def __len__(self) -> int:
        return len(self._numbers())

    def __repr__(self) -> str:
        return f"Frames({self._numbers()!r}, stored={self.actual_keys()})"

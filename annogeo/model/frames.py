"""An annotation over time: stored keyframes, and the state at any frame between them.

`Track` finds a frame's neighbours in O(log k) of k keyframes and stores nothing it is not told; `Frames` shows it as
the mapping over the whole range that the seed SDK has. How one state becomes the next is definitions/interpolation.
Layer: model.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from annogeo.definitions import Definition, DefinitionType, row_for
from annogeo.definitions.interpolation import Tween, tween
from annogeo.errors import InputError
from annogeo.model.json_values import MISSING, decoded, merged
from annogeo.model.reading import Reading

if TYPE_CHECKING:
    from annogeo.model.annotation import Annotation
    from annogeo.model.frame_annotation import FrameAnnotation
    from annogeo.timeline import Timeline

HANDED_DOWN = ("label", "description")
"""What stored states take from the first one where they do not say it."""
_MOST_TWEENS = 64  # kept per track: whoever goes through it in order needs one


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

    def moved(self, number: int, definition: Definition | None = None) -> Keyframe:
        """Return the same state (or another definition) at another frame, as one no document has."""
        edited = self.edited if definition is None else definition
        return Keyframe(number, edited, reading=self.reading, fixed=self.fixed, visible=self.visible)

    @property
    def is_heir(self) -> bool:
        """Whether its document says nothing of attributes, so that they are those of the state before."""
        return self.entry is not None and self.reading is not None and self.reading.is_heir

    def inherits(self, key: str) -> bool:
        """Whether its document leaves one of `HANDED_DOWN` to the first state; not if it could not be understood."""
        return self.entry is not None and self.error is None and key not in decoded(self.entry)

    def leads_to(self, following: Keyframe | None) -> bool:
        """Whether the states between this and the next are made of both.

        So it is between two states that a person set and, where the first one is not hidden; the platform's own steps
        are held.
        """
        return following is not None and self.fixed and following.fixed and self.visible


def state_of(between: Tween, weight: float) -> Definition:
    """Return the state of a tween at a weight; the one before where numbers get too large on the way."""
    try:
        return between.at(weight)
    except InputError:
        return between.before


class Interpolation(NamedTuple):
    """How states between keyframes are made; arguments as in `Annotation.interpolate`."""

    method: str = "linear"
    polygon: str = "auto"
    mask: str = "hold"


LINEAR = Interpolation()
_METHODS = {"linear": LINEAR, "hold": Interpolation("hold")}


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

    __slots__ = (
        "_labels",
        "_tweens",
        "end",
        "is_changed",
        "is_restored",
        "is_timed",
        "keyframes",
        "numbers",
        "start",
    )

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
        self._tweens: dict[tuple[int, Interpolation], tuple[Keyframe, Keyframe, Tween]] = {}

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

    def definition_at(
        self, frame: int, way: Interpolation = LINEAR, timeline: Timeline | None = None
    ) -> Definition | None:
        """Return the definition at a frame; None outside the range.

        Parameters
        ----------
        frame : int
        way : Interpolation
        timeline : Timeline, optional
            Motion is even in its time; None: from frame to frame.
        """
        found = self.neighbours(frame)
        return None if found is None else self.definition_between(*found, frame, way, timeline)

    def definition_between(
        self,
        previous: Keyframe,
        following: Keyframe | None,
        frame: int,
        way: Interpolation = LINEAR,
        timeline: Timeline | None = None,
    ) -> Definition:
        """Return the definition at a frame from the two keyframes around it."""
        start = previous.number
        if way.method == "hold" or following is None or frame == start or not previous.leads_to(following):
            return previous.definition
        if timeline is None:
            weight = (frame - start) / (following.number - start)
        else:
            weight = timeline.progress(start, frame, following.number)
        return state_of(self.tween(previous, following, way), weight)

    def tween(self, previous: Keyframe, following: Keyframe, way: Interpolation = LINEAR) -> Tween:
        """Return what interpolates between two neighbours: the one made before, while both are as they were."""
        known = self._tweens.get((previous.number, way))
        if known is not None and known[0] is previous and known[1] is following:
            return known[2]
        with np.errstate(over="ignore", invalid="ignore"):  # numbers may be as large as they like
            made = tween(previous.definition, following.definition, polygon=way.polygon, mask=way.mask)
        # Threads may each make one, and either may stay. A new dict, not an emptied one, which others may be reading.
        if len(self._tweens) >= _MOST_TWEENS:
            self._tweens = {}
        self._tweens[previous.number, way] = (previous, following, made)
        return made

    def put(self, keyframe: Keyframe) -> None:
        """Store a keyframe, in place of one at the same frame; the range grows as needed."""
        position = bisect_left(self.numbers, keyframe.number)
        if position < len(self.numbers) and self.numbers[position] == keyframe.number:
            # the first state stands in the annotation itself, unless a snapshot of the same frame overrules it
            first = self.keyframes[0]
            self.is_restored |= position > 0 or bool(first.place)
            self.is_restored |= (first.visible, first.fixed) != (keyframe.visible, keyframe.fixed)
            self.is_restored |= len(self.keyframes) > 1 and self.keyframes[1].is_heir
            self.is_restored |= position == 0 and self._hands_down(keyframe)
            self.keyframes[position] = keyframe
        else:
            self.is_restored = True
            self.numbers.insert(position, keyframe.number)
            self.keyframes.insert(position, keyframe)
        self.start = min(self.start, keyframe.number)
        self.end = max(self.end, keyframe.number)
        self.is_changed = True
        self._labels = None
        last = self._cut(self.end)  # what lies behind it, and is gone towards, is not written
        if last is not None:
            self.put(last)

    def _hands_down(self, first: Keyframe) -> bool:
        """Whether another first state would change what later ones inherit from it."""
        old, new = self.keyframes[0].definition, first.definition
        changed = [key for key in HANDED_DOWN if getattr(old, key) != getattr(new, key)]
        return any(keyframe.inherits(key) for key in changed for keyframe in self.keyframes[1:])

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
        kept = low + 1
        if first.number != frame:
            following = self.keyframes[1] if len(self.keyframes) > 1 else None
            if frame < first.number and first.leads_to(following):
                kept = low  # it is held until where the motion begins
            first = self._cut(frame) or first.moved(frame)
        self.keyframes[:kept] = [first]
        self.numbers[:kept] = [frame]
        self.start = frame
        self.end = max(self.end, frame)
        self.is_changed = self.is_restored = True
        self._labels = None

    def end_at(self, frame: int) -> None:
        """Let the range end at a frame, where the state on the way to a later keyframe is stored.

        Keyframes after it stay stored too, but are not written.
        """
        self.end = max(frame, self.start)
        last = self._cut(frame)
        if last is not None:
            self.put(last)
        self.is_changed = self.is_restored = True

    def _cut(self, frame: int) -> Keyframe | None:
        """Return a keyframe for a frame whose state is made of its neighbours; None where it is held or stored."""
        previous, following = self.neighbours(frame) or (None, None)
        if previous is None or previous.number == frame or not previous.leads_to(following):
            return None
        return previous.moved(frame, self.definition_between(previous, following, frame))

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        state = {name: getattr(self, name) for name in self.__slots__ if name != "_tweens"}
        return None, {**state, "_tweens": {}}  # they are made again where they are needed


def checked_interpolation(method: str) -> Interpolation:
    """Return how to interpolate by a method's name; anything else raises.

    Examples
    --------
    >>> checked_interpolation("linear")
    Interpolation(method='linear', polygon='auto', mask='hold')
    """
    way = _METHODS.get(method) if isinstance(method, str) else None
    if way is None:
        raise InputError(f"interpolation: expected 'linear' or 'hold', got {method!r}")
    return way


class Frames(Mapping[int, "FrameAnnotation"]):
    """The frames of an annotation as a mapping over its whole range; empty for a still.

    Looking up a frame that is not stored gives the state there, as `at_frame`, and stores nothing; outside the range it
    is a KeyError. `actual_keys` are the stored ones.

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

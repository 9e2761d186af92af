"""`Annotation`: one thing annotated on an item, with what the platform knows of it.

One read from a document is a slice of it until something is asked for. Setters swap in a changed definition; what nobody
changed is written back as it was. Layer: model; reading and writing JSON is codecs/platform, drawing is rendering.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from annogeo.definitions import Definition
from annogeo.definitions.frozen import thaw
from annogeo.errors import InputError
from annogeo.model.drawn import Drawn
from annogeo.model.enums import AnnotationStatus
from annogeo.model.fields import EnvelopeField, SystemField
from annogeo.model.frames import Keyframe, Track, state_between
from annogeo.model.json_values import MISSING
from annogeo.model.reading import Reading
from annogeo.model.reported import Reported
from annogeo.model.source import Origin
from annogeo.model.state import State, Timing, open_entry
from annogeo.model.timed import Timed, frame_at, frame_number
from annogeo.model.values import (
    checked_definition,
    checked_metadata,
    item_medium,
    object_number,
    without_timing,
)
from annogeo.model.views import DefinitionView

if TYPE_CHECKING:
    from annogeo.model.item import Item

_opening = threading.RLock()


def _renew_lock() -> None:
    global _opening
    _opening = threading.RLock()


if hasattr(os, "register_at_fork"):
    # a child forked while another thread holds the lock would wait for ever
    os.register_at_fork(after_in_child=_renew_lock)


class Annotation(Drawn, Timed, Reported, DefinitionView):
    """An annotation: a definition, and who, when, what state, which frames.

    `Annotation.new` and `AnnotationCollection.add` make one; the constructor takes the seed SDK's fields by name.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> car = Annotation.new(annotation_definition=Box(10, 5, 40, 30, "car"), object_id=3)
    >>> car.label, car.object_id, car.left
    ('car', '3', 10.0)
    >>> car.left = 0
    >>> car.annotation_definition
    Box(left=0, top=5, right=40, bottom=30, label='car')
    """

    __slots__ = ("__weakref__", "_entry", "_index", "_origin", "_state")

    id = EnvelopeField[str]("id", "_id", doc="The platform's id.")
    url = EnvelopeField[str]("url", doc="The annotation's URL.")
    item_url = EnvelopeField[str]("item", doc="The item's URL.")
    dataset_url = EnvelopeField[str]("dataset", doc="The dataset's URL.")
    creator = EnvelopeField[str]("creator", doc="Who made it.")
    created_at = EnvelopeField[str]("createdAt", doc="When it was made.")
    updated_by = EnvelopeField[str]("updatedBy", doc="Who changed it last.")
    updated_at = EnvelopeField[str]("updatedAt", doc="When it was changed last.")
    source = EnvelopeField[str]("source", doc="'ui' or 'sdk'.")
    hash = EnvelopeField[str]("hash", doc="The platform's hash of it.")
    label_suggestions = EnvelopeField[list[Any]]("labelSuggestions", doc="Labels a model proposed.")
    automated = SystemField[bool]("automated", doc="Whether a machine made it.")
    parent_id = SystemField[str]("parentId", doc="The annotation this one is a part of, as a pose's point.")
    _item_id = EnvelopeField[str]("itemId", doc="")
    _dataset_id = EnvelopeField[str]("datasetId", doc="")
    _status = SystemField[str]("status", doc="")
    _object_id = SystemField[Any]("objectId", doc="")

    def __init__(
        self,
        id: str | None = None,
        url: str | None = None,
        item_url: str | None = None,
        item: Item | None = None,
        item_id: str | None = None,
        creator: str | None = None,
        created_at: str | None = None,
        updated_by: str | None = None,
        updated_at: str | None = None,
        type: str | None = None,
        source: str | None = "sdk",
        dataset_url: str | None = None,
        metadata: dict[str, Any] | None = None,
        fps: Any = None,
        hash: str | None = None,
        dataset_id: str | None = None,
        status: str | None = None,
        object_id: int | str | None = None,
        automated: bool | None = None,
        item_height: int | None = None,
        item_width: int | None = None,
        label_suggestions: list[Any] | None = None,
        annotation_definition: Definition | None = None,
    ) -> None:
        definition = checked_definition(annotation_definition, type)
        self._entry: Any = MISSING
        self._index: int | None = None
        self._origin = Origin(item, item_medium(item), fps, item_height, item_width)
        self._state: State | None = State(
            Track([Keyframe(0, definition)], is_timed=False),
            Timing(0, 0, 0, 0),
            metadata=checked_metadata(metadata),
        )
        fields = {
            "id": id,
            "url": url,
            "item": item_url,
            "itemId": item_id,
            "creator": creator,
            "createdAt": created_at,
            "updatedBy": updated_by,
            "updatedAt": updated_at,
            "source": source,
            "dataset": dataset_url,
            "hash": hash,
            "datasetId": dataset_id,
            "labelSuggestions": label_suggestions,
        }
        self._state.changed.update({key: value for key, value in fields.items() if value is not None})
        # this order is the one the platform's own SDK writes
        self.automated = automated
        if object_id is not None:
            self.object_id = object_id
        if status is not None:
            self.status = status

    @classmethod
    def new(
        cls,
        item: Item | None = None,
        annotation_definition: Definition | None = None,
        object_id: int | str | None = None,
        automated: bool | None = True,
        metadata: dict[str, Any] | None = None,
        frame_num: int | None = None,
        parent_id: str | None = None,
        start_time: float | None = None,
        item_height: int | None = None,
        item_width: int | None = None,
        end_time: float | None = None,
    ) -> Self:
        """Make an annotation that is in no document yet.

        Parameters
        ----------
        item : Item, optional
        annotation_definition : Definition
        object_id : int or str of digits, optional
        automated : bool
        metadata : dict, optional
            Copied.
        frame_num : int, optional
            Its first frame in a video; without it, the one nearest to `start_time`.
        parent_id : str, optional
        start_time, end_time : float, optional
            Seconds.
        item_height, item_width : int, optional
            Size in px where there is no item.

        Examples
        --------
        >>> from annogeo.definitions import Classification
        >>> Annotation.new(annotation_definition=Classification("day")).to_json()["source"]
        'sdk'
        """
        origin = Origin(item, item_medium(item), None, item_height, item_width)
        return cls.of_origin(
            origin,
            annotation_definition,
            object_id=object_id,
            automated=automated,
            metadata=metadata,
            frame_num=frame_num,
            parent_id=parent_id,
            start_time=start_time,
            end_time=end_time,
        )

    @classmethod
    def from_json(
        cls,
        _json: Mapping[str, Any] | str | bytes,
        item: Item | None = None,
        client_api: Any = None,
        annotations: Any = None,
        is_video: bool | None = None,
        fps: float | None = None,
        item_metadata: Mapping[str, Any] | None = None,
        dataset: Any = None,
        is_audio: bool | None = None,
    ) -> Annotation:
        """Read one annotation of the platform's JSON; it is copied. What is wrong with it is in `problems`.

        Parameters
        ----------
        _json : dict, str or bytes
        item : Item, optional
        is_video, is_audio : bool, optional
            None: the item decides, else the annotation's own frames.
        fps : float, optional
            Frames per second, where the item has none; 25 without either.
        item_metadata : dict, optional
            The item's metadata, where there is no item.
        client_api, annotations, dataset
            Accepted and not used.
        """
        from annogeo.codecs.platform import read_annotation

        return read_annotation(
            _json, item=item, is_video=is_video, is_audio=is_audio, fps=fps, item_metadata=item_metadata
        )

    @classmethod
    def of_entry(cls, entry: Any, origin: Origin, index: int | None) -> Self:
        """Make the annotation of one entry of a document, without reading it (for codecs).

        Parameters
        ----------
        entry : msgspec.Raw or JSON value
            Owned from now on.
        origin : Origin
            With a reader.
        index : int, optional
            Its place in the document's list.
        """
        self = object.__new__(cls)
        self._entry = entry
        self._index = index
        self._origin = origin
        self._state = None
        return self

    @classmethod
    def of_origin(
        cls,
        origin: Origin,
        definition: Definition | None,
        *,
        object_id: int | str | None,
        automated: bool | None,
        metadata: Mapping[str, Any] | None,
        frame_num: int | None,
        parent_id: str | None,
        start_time: float | None,
        end_time: float | None,
    ) -> Self:
        """Make a local annotation beside others of one origin; parameters as `new` (for collections)."""
        metadata = checked_metadata(metadata)
        status = getattr(definition, "status", None)  # a note has one, and it comes first
        for key, value in (("parentId", parent_id), ("status", status)):
            if value is not None:
                metadata.setdefault("system", {})[key] = value
        annotation = cls(
            metadata=metadata, object_id=object_id, automated=automated, annotation_definition=definition
        )
        annotation._origin = replace(origin, reader=None)
        annotation._place(frame_num, start_time, end_time)
        return annotation

    def to_json(self) -> Any:
        """Return the platform's JSON of this annotation, as fresh values.

        One read from JSON comes back as it was but for what was changed; a local one has exactly the keys the
        platform's own SDK writes.
        """
        from annogeo.codecs.platform import annotation_to_json

        return annotation_to_json(self)

    # --- what it is -------------------------------------------------------------------------------------------

    @property
    def annotation_definition(self) -> Any:  # Definition; the type decides which attributes it has
        """The definition, at `current_frame`; setting one on a frame that is not stored stores it there."""
        state = self.state
        keyframe = state.current
        if state.cursor is None or keyframe.number == state.cursor:
            return keyframe.definition
        found = state.track.neighbours(state.cursor)
        return keyframe.definition if found is None else state_between(*found, state.cursor, "linear")

    @annotation_definition.setter
    def annotation_definition(self, definition: Definition) -> None:
        self.refuse_unless_object()
        state = self.state
        track = state.track
        if track.is_timed:
            self._refuse_other_type(definition)
        else:
            definition = checked_definition(definition, None)
        frame = state.cursor if state.cursor is not None and track.is_timed else track.numbers[0]
        stored = track.stored(frame)
        if stored is not None:
            track.put(stored.replaced(definition))
        else:
            track.put(Keyframe(frame, definition, visible=state.current.visible))

    def change_definition(self, **changes: Any) -> None:
        """Swap in the definition with some of its arguments changed."""
        self.annotation_definition = self.annotation_definition.replace(**changes)

    @property
    def description(self) -> str | None:
        """Free text; None is written as an empty one."""
        text: str | None = self.annotation_definition.description
        return text

    @description.setter
    def description(self, value: str | None) -> None:
        self.change_definition(description="" if value is None else value)

    @property
    def coordinates(self) -> Any:
        """The coordinates as the platform's JSON has them, as fresh values."""
        keyframe, definition = self.state.current, self.annotation_definition
        held = keyframe if definition is keyframe.definition else keyframe.replaced(definition)
        return held.coordinates

    @coordinates.setter
    def coordinates(self, value: Any) -> None:
        old = self.annotation_definition
        reading = Reading(old.type, thaw(value), old.label, dict(old.attributes), old.description)
        if reading.error is not None:
            raise reading.error
        self.annotation_definition = reading.definition

    @property
    def object_id(self) -> str | None:
        """The object's number, as a string; annotations of one object share it."""
        value = self._object_id
        return None if value is None else str(value)

    @object_id.setter
    def object_id(self, value: int | str | None) -> None:
        self._object_id = None if value is None else object_number(value)

    @property
    def status(self) -> str | None:
        """The review state; 'clear' takes it away."""
        return self._status

    @status.setter
    def status(self, value: str | None) -> None:
        if value is not None and not isinstance(value, str):
            raise InputError(f"status: expected one of {[s.value for s in AnnotationStatus]}, got {value!r}")
        self._status = None if value is None else str(value)
        if value == AnnotationStatus.CLEAR:
            self._status = None  # the key is there now and becomes null, which is what clears it

    @property
    def metadata(self) -> dict[str, Any]:
        """The annotation's metadata; may be changed in place. Frames, times and attributes have properties of their own."""
        state = self.state
        if state.metadata is None:
            with _opening:
                if state.metadata is None:
                    state.metadata = self._read_metadata(state)
        return state.metadata

    @metadata.setter
    def metadata(self, value: dict[str, Any] | None) -> None:
        self.refuse_unless_object()
        self.state.metadata = checked_metadata(value)

    # --- where it belongs -------------------------------------------------------------------------------------

    @property
    def item(self) -> Item | None:
        """What is annotated."""
        item: Item | None = self._origin.item
        return item

    @item.setter
    def item(self, value: Item | None) -> None:
        medium = item_medium(value) or self._origin.medium
        self._origin = replace(self._origin, item=value, medium=medium)

    @property
    def item_id(self) -> str | None:
        """The item's id."""
        return self._item_id or getattr(self.item, "id", None)

    @item_id.setter
    def item_id(self, value: str | None) -> None:
        self._item_id = value

    @property
    def dataset_id(self) -> str | None:
        """The dataset's id."""
        return self._dataset_id or getattr(self.item, "dataset_id", None)

    @dataset_id.setter
    def dataset_id(self, value: str | None) -> None:
        self._dataset_id = value

    @property
    def item_height(self) -> int | None:
        """The item's rows."""
        height: int | None = getattr(self.item, "height", None)
        return self._origin.height if height is None else height

    @property
    def item_width(self) -> int | None:
        """The item's columns."""
        width: int | None = getattr(self.item, "width", None)
        return self._origin.width if width is None else width

    @property
    def platform_dict(self) -> Any:
        """The JSON this was read from, as fresh values; an empty dict for a local annotation."""
        reader = self._origin.reader
        return {} if self._entry is MISSING or reader is None else reader.value(self._entry)

    # --- below the surface ------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """The decoded side; for codecs and rendering."""
        state = self._state
        if state is None:
            with _opening:
                state = self._state
                if state is None:
                    state = self._state = open_entry(self._entry, self._origin)
        return state

    @property
    def entry(self) -> Any:
        """The entry of the document it was read from, maybe encoded; MISSING for a local one. For codecs."""
        return self._entry

    @property
    def is_untouched(self) -> bool:
        """Whether it is in its document just as it stands here."""
        return self._entry is not MISSING and (self._state is None or not self._state.is_edited)

    @property
    def is_local(self) -> bool:
        """Whether it was made here and not read from a document."""
        return self._entry is MISSING

    def still(self, definition: Definition) -> Annotation:
        """Return a still with everything of this annotation but its frames and times."""
        state = self.state
        first = state.track.keyframes[0]
        copy = Annotation.of_entry(self._entry, self._origin, self._index)
        copy._state = State(
            Track([Keyframe(0, definition, reading=first.reading)], is_timed=False),
            Timing(0, 0, 0, 0),
            Timing(0, 0, 0, 0),
            state.envelope,
            changed=dict(state.changed),
            metadata=None if state.metadata is None else without_timing(thaw(state.metadata)),
            reading=state.reading,
            is_cut=True,
        )
        return copy

    def refuse_unless_object(self) -> None:
        """Raise if the entry is no object, which has no place for a change."""
        envelope = self.state.envelope
        if envelope is not None and not envelope.is_object:
            raise InputError(
                "this entry is no annotation and cannot be changed",
                json_path=self.json_path,
                hint="remove it from the collection and add() a new one",
            )

    def _read_metadata(self, state: State) -> dict[str, Any]:
        reader = self._origin.reader
        value = None if reader is None or state.envelope is None else reader.value(self._entry)
        metadata = value.get("metadata") if isinstance(value, dict) else None
        metadata = metadata if isinstance(metadata, dict) else {}
        return without_timing(metadata) if state.is_cut else metadata

    def _place(self, frame_num: int | None, start_time: float | None, end_time: float | None) -> None:
        """Set the first and last frame and time of a new annotation."""
        fps = None if self.is_audio else self.fps
        start = 0 if frame_num is None else frame_number(frame_num)
        if frame_num is None and start_time is not None and fps:
            start = frame_at(start_time, fps)
        end = start
        if end_time is not None and fps:
            end = max(start, frame_at(end_time, fps))
        start_time = self._time_of(start) if start_time is None else start_time
        end_time = start_time if end_time is None else end_time
        definition = self.annotation_definition
        is_timed = end > 0 or (frame_num is not None and self._origin.medium == "video")
        self.state.track = Track([Keyframe(start, definition)], end, is_timed=is_timed)
        self.state.timing = Timing(start, end, start_time, end_time)

    def __getstate__(self) -> tuple[Any, ...]:
        state = self._state
        if state is not None and not (state.is_edited or state.reported or state.cursor is not None):
            state = None
        if state is not None and state.envelope is not None:
            state = replace(state, envelope=None)  # a view of the entry, which travels anyway
        return (self._entry, self._index, self._origin, state)

    def __setstate__(self, pickled: tuple[Any, ...]) -> None:
        self._entry, self._index, self._origin, state = pickled
        if state is not None and self._origin.reader is not None:
            state.envelope = self._origin.reader.envelope(self._entry)
        self._state = state

    def __repr__(self) -> str:
        frames = f", frames={self.start_frame}..{self.end_frame}" if self.is_video else ""
        return f"Annotation(id={self.id!r}, type={self.type!r}, label={self.label!r}{frames})"

"""`Annotation`: one thing annotated on an item, with what the platform knows of it.

One read from a document is a slice of it until something is asked for. Setters swap in a changed definition; what
nobody changed is written back as it was. Layer: model; reading and writing JSON is codecs/platform, drawing is
rendering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from annogeo.definitions import Definition
from annogeo.definitions.frozen import thaw
from annogeo.model.drawn import Drawn
from annogeo.model.frames import Keyframe, Track
from annogeo.model.json_values import MISSING
from annogeo.model.reading import Reading
from annogeo.model.reported import Reported
from annogeo.model.source import Origin
from annogeo.model.state import State, Timing
from annogeo.model.timed import Timed, frame_at, stored_frame
from annogeo.model.values import (
    checked_definition,
    checked_metadata,
    item_medium,
    without_timing,
)
from annogeo.model.views import DefinitionView

if TYPE_CHECKING:
    from annogeo.model.item import Item


class Annotation(Drawn, Timed, Reported, DefinitionView):
    """An annotation: a definition, and who, when, what state, which frames.

    `Annotation.new` and `AnnotationCollection.add` make one; the constructor takes the seed SDK's fields by name.
    In a video, `label`, `left`, `geo` ... read and set the state at `current_frame` (the first, until `set_frame`);
    setting one on a frame that is not stored makes it a keyframe.

    Parameters
    ----------
    annotation_definition : Definition
        What it is: type, label, geometry, attributes. Needed, though the seed's order of arguments gives it a default.
    id, url : str, optional
        The annotation's own on the platform.
    item : Item, optional
        What is annotated: its size, frame rate, ontology.
    item_url, item_id, dataset_url, dataset_id : str, optional
        Where it belongs on the platform; None for the ids: those of the item.
    creator, updated_by : str, optional
        Who made it and who changed it last, as the platform writes it.
    created_at, updated_at : str, optional
        When, as the platform writes it: ISO 8601.
    type : str, optional
        Checked only: that of the definition.
    source : str, optional
        ``"sdk"`` or ``"ui"``.
    metadata : dict, optional
        Copied.
    fps : number or Fraction, optional
        Frames per second; None: the item's.
    hash : str, optional
        The platform's hash of it.
    status : {'issue', 'review', 'approved', 'clear'}, optional
        The review state.
    object_id : int or str of digits, optional
        Annotations of one object share it.
    automated : bool, optional
        Whether a machine made it.
    item_height, item_width : int, optional
        Size in px where there is no item.
    label_suggestions : list of str, optional
        Labels a model proposed.

    Raises
    ------
    InputError
        Without a definition, for a `type` that is not the definition's, or an `object_id` that is none.

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

    __slots__ = ()

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
        self._state.changed = {key: value for key, value in fields.items() if value is not None}
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

        Raises
        ------
        InputError
            If it is no JSON, or not one annotation.

        Examples
        --------
        >>> found = Annotation.from_json({"type": "point", "label": "nose", "coordinates": {"x": 1, "y": 2}})
        >>> found.annotation_definition, found.problems
        (Point(x=1, y=2, label='nose'), [])
        """
        from annogeo.codecs.platform import read_annotation

        return read_annotation(
            _json, item=item, is_video=is_video, is_audio=is_audio, fps=fps, item_metadata=item_metadata
        )

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
        """Make a local annotation beside others of one origin (for collections).

        Parameters
        ----------
        origin : Origin
            Whose item, medium and size it takes.
        definition, object_id, automated, metadata, frame_num, parent_id, start_time, end_time
            As for `new`, which calls this.
        """
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

        Returns
        -------
        dict
            What the entry was where it is no annotation.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> document = Annotation.new(annotation_definition=Point(1, 2, "nose"), object_id=3).to_json()
        >>> document["type"], document["coordinates"], document["metadata"]["system"]["objectId"]
        ('point', {'x': 1.0, 'y': 2.0, 'z': 0.0}, '3')
        """
        from annogeo.codecs.platform import annotation_to_json

        return annotation_to_json(self)

    def to_vtt(self) -> str:
        """Return a subtitle as the text of a WebVTT file with one cue; another type has none.

        Examples
        --------
        >>> from annogeo.definitions import Subtitle
        >>> Annotation(annotation_definition=Subtitle("hello", "Text")).to_vtt()
        'WEBVTT\\n\\n00:00:00.000 --> 00:00:00.000\\nhello\\n'
        """
        from annogeo.codecs.webvtt.annotations import document_of
        from annogeo.codecs.webvtt.writing import serialize

        return serialize(document_of(self))

    # --- what it is -------------------------------------------------------------------------------------------

    @property
    def annotation_definition(self) -> Any:  # Definition; the type decides which attributes it has
        """The definition, at `current_frame`; setting one on a frame that is not stored stores it there."""
        state = self.state
        keyframe = state.current
        if state.cursor is None or keyframe.number == state.cursor:
            return keyframe.definition
        between = state.track.definition_at(state.cursor)
        return keyframe.definition if between is None else between

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
        """Swap in the definition with some of its arguments changed.

        Parameters
        ----------
        **changes
            As for `Definition.replace`.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"))
        >>> nose.change_definition(x=5, label="ear")
        >>> nose.annotation_definition
        Point(x=5, y=2, label='ear')
        """
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

    # --- below the surface ------------------------------------------------------------------------------------

    def still(self, definition: Definition) -> Annotation:
        """Return a still with everything of this annotation but its frames and times.

        Parameters
        ----------
        definition : Definition
            What it is.

        Examples
        --------
        >>> from annogeo.definitions import Point
        >>> nose = Annotation.new(annotation_definition=Point(1, 2, "nose"), object_id=3, frame_num=7)
        >>> still = nose.still(Point(5, 5, "nose"))
        >>> still.object_id, still.x, still.is_video
        ('3', 5.0, False)
        """
        state = self.state
        first = state.track.keyframes[0]
        copy = Annotation.of_entry(self._entry, self._origin, self._index)
        copy._state = State(
            Track([Keyframe(0, definition, reading=first.reading)], is_timed=False),
            Timing(0, 0, 0, 0),
            Timing(0, 0, 0, 0),
            state.reading,
            state.is_object,
            changed=None if state.changed is None else dict(state.changed),
            metadata=None if state.metadata is None else without_timing(thaw(state.metadata)),
            is_cut=True,
        )
        return copy

    def remade(self, definitions: Sequence[Definition], origin: Origin) -> Annotation:
        """Return a copy that belongs elsewhere, with other definitions in its stored states, one each, in order.

        Parameters
        ----------
        definitions : sequence of Definition
            One for each stored state.
        origin : Origin
            Where the copy belongs.
        """
        state = self.state
        copy = Annotation.of_entry(self._entry, origin, self._index)
        copy._state = State(
            state.track.with_definitions(definitions),
            state.timing,
            state.read_timing,
            state.reading,
            state.is_object,
            changed=None if state.changed is None else dict(state.changed),
            metadata=None if state.metadata is None else thaw(state.metadata),
            reported=None if state.reported is None else list(state.reported),
            defects=state.defects,
            is_cut=state.is_cut,
        )
        return copy

    def _place(self, frame_num: int | None, start_time: float | None, end_time: float | None) -> None:
        """Set the first and last frame and time of a new annotation."""
        fps = None if self.is_audio else self.fps
        start = 0 if frame_num is None else stored_frame(frame_num)
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

    def __repr__(self) -> str:
        frames = f", frames={self.start_frame}..{self.end_frame}" if self.is_video else ""
        return f"Annotation(id={self.id!r}, type={self.type!r}, label={self.label!r}{frames})"

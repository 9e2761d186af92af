"""`Belonging`: who made an annotation, which item and object it belongs to, its state and metadata.

Mixed into `Annotation`. Layer: model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from annogeo.errors import InputError
from annogeo.model.enums import AnnotationStatus
from annogeo.model.fields import EnvelopeField, SystemField
from annogeo.model.source import AUDIO_FPS
from annogeo.model.state import State
from annogeo.model.stored import Stored, opening
from annogeo.model.values import checked_metadata, item_medium, object_number, without_timing

if TYPE_CHECKING:
    from annogeo.model.item import Item


class Belonging(Stored):
    """What the platform knows of an annotation beside its shape and time."""

    __slots__ = ()

    id = EnvelopeField[str]("id", "_id", doc="The platform's id.", is_name=True)
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
    parent_id = SystemField[str](
        "parentId", doc="The annotation this one is a part of, as a pose's point.", is_name=True
    )
    _item_id = EnvelopeField[str]("itemId", doc="")
    _dataset_id = EnvelopeField[str]("datasetId", doc="")
    _status = SystemField[str]("status", doc="")
    _object_id = SystemField[Any]("objectId", doc="")

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
        """The annotation's metadata; may be changed in place. Frames, times, attributes are properties of their own."""
        state = self.state
        if state.metadata is None:
            with opening():
                if state.metadata is None:
                    state.metadata = self._read_metadata(state)
        return state.metadata

    @metadata.setter
    def metadata(self, value: dict[str, Any] | None) -> None:
        self.refuse_unless_object()
        self.state.metadata = checked_metadata(value)

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
    def fps(self) -> Any:
        """Frames per second, from the item or the document; 1000 for audio; None for stills."""
        origin = self._origin
        if origin.fps is not None:
            return origin.fps
        fps = getattr(origin.item, "fps", None)
        return AUDIO_FPS if fps is None and self.is_audio else fps

    @fps.setter
    def fps(self, value: Any) -> None:
        self._origin = replace(self._origin, fps=value)

    @property
    def is_audio(self) -> bool:
        """Whether it annotates sound."""
        return self._origin.medium == "audio"

    def _read_metadata(self, state: State) -> dict[str, Any]:
        value = self.platform_dict
        metadata = value.get("metadata") if isinstance(value, dict) else None
        metadata = metadata if isinstance(metadata, dict) else {}
        return without_timing(metadata) if state.is_cut else metadata

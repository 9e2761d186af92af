"""Platform JSON to the model: the envelope of an annotation, its snapshots, whole collections.

An entry is decoded when it is asked for, its coordinates later still. Keys read here are named in
``reference/platform-json.md`` by their spelling on the platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from annogeo.errors import InputError
from annogeo.model.frames import Keyframe
from annogeo.model.json_values import MISSING, decoded, is_encoded
from annogeo.model.reading import Reading

_TOP = (
    "id",
    "_id",
    "type",
    "label",
    "attributes",
    "description",
    "url",
    "item",
    "itemId",
    "dataset",
    "datasetId",
    "creator",
    "createdAt",
    "updatedBy",
    "updatedAt",
    "source",
    "hash",
    "labelSuggestions",
)
_SYSTEM = (
    "attributes",
    "objectId",
    "status",
    "parentId",
    "automated",
    "frame",
    "endFrame",
    "startTime",
    "endTime",
)
_SNAPSHOT = ("frame", "fixed", "objectVisible", "label", "description", "namedAttributes", "attributes")


@cache
def _decoders() -> tuple[Any, Any, Any]:
    """Return the typed decoders of an annotation and of a snapshot, and what stands for an absent key.

    Coordinates and snapshots stay encoded.
    """
    import msgspec

    def struct(name: str, keys: tuple[str, ...], **fields: Any) -> Any:
        plain = [(key, Any, msgspec.UNSET) for key in keys]
        typed = [(key, kind, msgspec.UNSET) for key, kind in fields.items()]
        return msgspec.defstruct(name, [*plain, *typed], gc=False)

    raw = msgspec.Raw
    system = struct("System", _SYSTEM, snapshots_=raw)
    metadata = struct("Metadata", (), system=system | None)
    annotation = struct("Annotation", _TOP, coordinates=raw, metadata=metadata | None)
    snapshot = struct("Snapshot", _SNAPSHOT, data=raw, coordinates=raw)
    return msgspec.json.Decoder(annotation), msgspec.json.Decoder(snapshot), msgspec.UNSET


class _Typed:
    """What a typed decoder made, looked up by key."""

    __slots__ = ("_struct", "_unset")

    def __init__(self, struct: Any) -> None:
        self._struct = struct
        self._unset = _decoders()[2]

    def get(self, key: str) -> Any:
        value = getattr(self._struct, key, self._unset)
        return MISSING if value is self._unset else value


class _TypedEnvelope(_Typed):
    """An annotation whose coordinates and snapshots are still encoded."""

    __slots__ = ("_system",)

    is_object = True

    def __init__(self, struct: Any) -> None:
        super().__init__(struct)
        metadata = self.get("metadata")
        system = getattr(metadata, "system", None) if metadata else None
        self._system = _Typed(None if system is self._unset else system)

    @property
    def coordinates(self) -> Any:
        return self.get("coordinates")

    def top(self, key: str) -> Any:
        return self.get(key)

    def system(self, key: str) -> Any:
        return self._system.get(key)


class _PlainEnvelope:
    """An annotation as Python values: what came as such, or is shaped oddly."""

    __slots__ = ("_entry", "_system")

    def __init__(self, entry: Any) -> None:
        self._entry = entry
        metadata = entry.get("metadata") if isinstance(entry, dict) else None
        system = metadata.get("system") if isinstance(metadata, dict) else None
        self._system = system if isinstance(system, dict) else {}

    @property
    def is_object(self) -> bool:
        return isinstance(self._entry, dict)

    @property
    def coordinates(self) -> Any:
        return self.top("coordinates") if self.is_object else self._entry

    def top(self, key: str) -> Any:
        return self._entry.get(key, MISSING) if self.is_object else MISSING

    def system(self, key: str) -> Any:
        return self._system.get(key, MISSING)


class PlatformReader:
    """The `Reader` of platform JSON."""

    __slots__ = ()

    def envelope(self, entry: Any) -> _TypedEnvelope | _PlainEnvelope:
        """Read an entry; never fails."""
        if not is_encoded(entry):
            return _PlainEnvelope(entry)
        struct = _typed(entry, 0)
        return _PlainEnvelope(decoded(entry)) if struct is None else _TypedEnvelope(struct)

    def value(self, entry: Any) -> Any:
        """Decode an entry in full, as fresh values."""
        return decoded(entry)

    def snapshots(self, envelope: Any, start_frame: int) -> tuple[list[Keyframe], list[tuple[Any, InputError]]]:
        """Read the stored frames after the first one, in document order; those that cannot be read, with the reason."""
        place = ".metadata.system.snapshots_"
        stored = envelope.system("snapshots_")
        if stored is MISSING or stored is None:
            return [], []
        entries = _entries(stored)
        if entries is None:
            return [], [(MISSING, InputError("expected a list of snapshots", json_path=place))]
        keyframes, defects, last = [], [], start_frame
        for k, entry in enumerate(entries):
            try:
                keyframe = read_snapshot(
                    entry,
                    envelope.top("type"),
                    last + 1,
                    label=envelope.top("label"),
                    description=envelope.top("description"),
                    place=f"{place}[{k}]",
                )
            except InputError as error:
                defects.append((entry, error.located(json_path=f"{place}[{k}]")))
                continue
            keyframes.append(keyframe)
            last = keyframe.number
        return keyframes, defects

    def __reduce__(self) -> str:
        return "PLATFORM"


PLATFORM = PlatformReader()


def read_snapshot(
    entry: Any,
    json_type: Any,
    next_frame: int,
    *,
    label: Any = MISSING,
    description: Any = MISSING,
    place: str = "",
) -> Keyframe:
    """Read one entry of ``snapshots_``; its definition is decoded on first use.

    Parameters
    ----------
    entry : msgspec.Raw or dict
        Owned from now on.
    json_type : str
        The annotation's; a snapshot's own is not looked at.
    next_frame : int
        Its frame, if it names none.
    label, description : str, optional
        The annotation's, if it has none of its own.
    place : str
        JSON path within the annotation.

    Raises
    ------
    InputError
        If it is no object or its frame is no whole number; the path is relative to it.
    """
    get = _snapshot_lookup(entry)
    number = get("frame")
    if number is MISSING or number is None:
        number = next_frame
    if isinstance(number, bool) or not isinstance(number, int | float) or number != number // 1:
        raise InputError(f"expected a frame number, got {number!r}", json_path=".frame")
    attributes = get("namedAttributes")
    if not isinstance(attributes, dict):
        attributes = get("attributes")
    key = "coordinates" if get("coordinates") is not MISSING else "data"
    own_label, own_description = get("label"), get("description")
    reading = Reading(
        json_type,
        get(key),
        label if own_label is MISSING else own_label,
        attributes,
        description if own_description is MISSING else own_description,
        key=key,
    )
    return Keyframe(
        int(number),
        reading=reading,
        fixed=get("fixed") is True,
        visible=get("objectVisible") is not False,
        entry=entry,
        place=place,
    )


def _snapshot_lookup(entry: Any) -> Any:
    if is_encoded(entry):
        struct = _typed(entry, 1)
        if struct is not None:
            return _Typed(struct).get
        entry = decoded(entry)
    if not isinstance(entry, Mapping):
        raise InputError(f"expected a snapshot (an object), got {type(entry).__name__}")
    return lambda key: entry.get(key, MISSING)


def _typed(entry: Any, which: int) -> Any:
    """Decode with a typed decoder; None for what it does not take."""
    import msgspec

    try:
        return _decoders()[which].decode(entry)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _entries(stored: Any) -> list[Any] | None:
    if not is_encoded(stored):
        return stored if isinstance(stored, list) else None
    import msgspec

    try:
        entries: list[Any] = msgspec.json.decode(stored, type=list[msgspec.Raw])
    except msgspec.MsgspecError:
        return None
    return entries

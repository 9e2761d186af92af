"""Platform JSON to the model: the envelope of an annotation, its snapshots, whole collections.

An entry is decoded when it is asked for, its coordinates later still. Keys are spelled here as on the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from annogeo.definitions.checks import describe
from annogeo.errors import InputError
from annogeo.model.frames import Keyframe
from annogeo.model.json_values import MISSING, decoded, is_encoded, json_kind, whole
from annogeo.model.reading import Reading
from annogeo.model.source import Defect, Head

_TOP = ("type", "label", "attributes", "description")
_SYSTEM = ("attributes", "frame", "endFrame", "startTime", "endTime")
_SNAPSHOT = ("frame", "fixed", "objectVisible", "label", "description", "namedAttributes", "attributes")


@cache
def _decoders() -> tuple[tuple[Callable[[Any], Any], ...], tuple[type[Exception], ...]]:
    """Return how an annotation, a snapshot and any object are taken apart, and what they raise where they can not.

    Coordinates and snapshots stay encoded; of the first two, other keys are passed over.
    """
    import msgspec

    def struct(name: str, keys: tuple[str, ...], **fields: Any) -> Any:
        plain = [(key, Any, MISSING) for key in keys]
        typed = [(key, kind, MISSING) for key, kind in fields.items()]
        return msgspec.defstruct(name, [*plain, *typed], gc=False)

    raw = msgspec.Raw
    system = struct("System", _SYSTEM, snapshots_=raw)
    metadata = struct("Metadata", (), system=system | None)
    annotation = struct("Annotation", _TOP, coordinates=raw, metadata=metadata | None)
    snapshot = struct("Snapshot", _SNAPSHOT, data=raw, coordinates=raw)
    types = (annotation, snapshot, dict[str, msgspec.Raw])
    decoders = tuple(msgspec.json.Decoder(one).decode for one in types)
    return decoders, (msgspec.MsgspecError, UnicodeError, RecursionError)


def _typed(entry: Any, which: int) -> Any:
    """Decode with one of the typed decoders; None for what it does not take."""
    decoders, failures = _decoders()
    try:
        return decoders[which](entry)
    except failures:
        return None


class PlatformReader:
    """The `Reader` of platform JSON."""

    __slots__ = ()

    def head(self, entry: Any) -> Head:
        """Read what comes first; never fails."""
        parts = _typed(entry, 0) if is_encoded(entry) else None
        if parts is None:
            return _plain_head(decoded(entry) if is_encoded(entry) else entry)
        system = parts.metadata and parts.metadata.system
        if not system:
            missing = (MISSING,) * 5
            named, times = MISSING, missing
        else:
            named = system.attributes
            times = (system.frame, system.endFrame, system.startTime, system.endTime, system.snapshots_)
        # version 1 wrote the attributes beside the label
        attributes = named if isinstance(named, dict) else parts.attributes
        return Head(True, parts.type, parts.label, attributes, parts.description, parts.coordinates, *times)

    def value(self, entry: Any) -> Any:
        """Decode an entry in full, as fresh values."""
        return decoded(entry)

    def top(self, entry: Any, key: str) -> Any:
        """Read one key of an entry; MISSING where absent."""
        return _get(entry, key)

    def system(self, entry: Any, key: str) -> Any:
        """Read one key of its ``metadata.system``; MISSING where absent."""
        return _get(_get(_get(entry, "metadata", keep=True), "system", keep=True), key)

    def snapshots(self, head: Head, start_frame: int) -> tuple[list[Keyframe], list[Defect]]:
        """Read the stored frames after the first one, in document order; those that cannot be read, with the reason."""
        place = ".metadata.system.snapshots_"
        stored = head.snapshots
        if stored is MISSING or stored is None:
            return [], []
        entries = _entries(stored)
        if entries is None:
            return [], [(MISSING, InputError("expected a list of snapshots", json_path=place))]
        keyframes: list[Keyframe] = []
        defects: list[Defect] = []
        last = start_frame
        for k, entry in enumerate(entries):
            try:
                keyframe = read_snapshot(
                    entry,
                    head.json_type,
                    last + 1,
                    label=head.label,
                    description=head.description,
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
    given = get("frame")
    number = next_frame if given is MISSING or given is None else whole(given)
    if number is None:
        raise InputError(f"expected a frame number, got {describe(given)}", json_path=".frame")
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
        number,
        reading=reading,
        fixed=get("fixed") is True,
        visible=get("objectVisible") is not False,
        entry=entry,
        place=place,
    )


def _snapshot_lookup(entry: Any) -> Callable[[str], Any]:
    if is_encoded(entry):
        parts = _typed(entry, 1)
        if parts is not None:
            return lambda key: getattr(parts, key)
        entry = decoded(entry)
    if not isinstance(entry, Mapping):
        raise InputError(f"expected a snapshot (an object), got {json_kind(entry)}")
    return lambda key: entry.get(key, MISSING)


def _entries(stored: Any) -> list[Any] | None:
    if not is_encoded(stored):
        return stored if isinstance(stored, list) else None
    import msgspec

    try:
        entries: list[Any] = msgspec.json.decode(stored, type=list[msgspec.Raw])
    except msgspec.MsgspecError:
        return None
    return entries


def _plain_head(entry: Any) -> Head:
    """The head of an entry that is there as Python values: it came as such, or is shaped oddly."""
    if not isinstance(entry, dict):
        return Head(False, *(MISSING,) * 4, entry, *(MISSING,) * 5)
    metadata = entry.get("metadata")
    system = metadata.get("system") if isinstance(metadata, dict) else None
    system = system if isinstance(system, dict) else {}
    named = system.get("attributes")
    return Head(
        True,
        entry.get("type", MISSING),
        entry.get("label", MISSING),
        named if isinstance(named, dict) else entry.get("attributes", MISSING),
        entry.get("description", MISSING),
        entry.get("coordinates", MISSING),
        *(system.get(key, MISSING) for key in ("frame", "endFrame", "startTime", "endTime", "snapshots_")),
    )


def _get(value: Any, key: str, *, keep: bool = False) -> Any:
    """Read one key of a JSON value, encoded or not; with `keep` the result may still be encoded."""
    if is_encoded(value):
        parts = _typed(value, 2)
        found = MISSING if parts is None else parts.get(key, MISSING)
    else:
        found = value.get(key, MISSING) if isinstance(value, dict) else MISSING
    return found if keep or found is MISSING else decoded(found)

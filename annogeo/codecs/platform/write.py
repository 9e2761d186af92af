"""The model to platform JSON: entries come back as they were but for what was changed.

A local annotation gets exactly the keys, in the order, that the platform's own SDK (1.126.5) writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annogeo.codecs.platform.coloring import ColorOf, label_colors
from annogeo.definitions import Definition, Description, row_for
from annogeo.definitions.frozen import same_value, thaw
from annogeo.model.frames import HANDED_DOWN, Keyframe
from annogeo.model.json_values import MISSING, decoded
from annogeo.model.state import Timing
from annogeo.model.values import TIMING_KEYS, without_timing

if TYPE_CHECKING:
    from annogeo.model import Annotation, AnnotationCollection
    from annogeo.model.state import State

_WITHOUT_SNAPSHOTS = frozenset({"subtitle"})  # cues carry frames and times, no states


def collection_to_json(collection: AnnotationCollection) -> dict[str, Any]:
    """Return the document of a collection, as fresh values.

    One read from an object has that object's keys, in its order; any other has ``_id``, ``filename`` and
    ``annotations``.
    """
    color_of = label_colors(collection.ontology, collection.colors)
    annotations = [annotation_to_json(annotation, color_of) for annotation in collection]
    document = {key: decoded(value) for key, value in document_keys(collection).items()}
    document["annotations"] = annotations
    return document


def document_keys(collection: AnnotationCollection) -> dict[str, Any]:
    """Return a document's top-level keys in order, values maybe encoded, ``annotations`` as None."""
    item = collection.item
    known = {"_id": getattr(item, "id", None), "filename": getattr(item, "filename", None)}
    if collection.document_keys is None:
        return {**known, "annotations": None}
    keys = collection.document_keys
    if "id" in keys:
        del known["_id"]
    missing = {key: value for key, value in known.items() if key not in keys and value is not None}
    return {**missing, **keys}


def annotation_to_json(annotation: Annotation, color_of: ColorOf | None = None) -> Any:
    """Return the JSON of an annotation, as fresh values; masks that are new to it in the colours of their labels."""
    if color_of is None:
        color_of = label_colors(getattr(annotation.item, "ontology", None))
    if annotation.is_local:
        return _local(annotation, color_of)
    value = annotation.platform_dict
    if annotation.is_untouched or not isinstance(value, dict):
        return value
    state = annotation.state
    value.update(thaw(state.changed or {}))
    if state.metadata is not None and (state.metadata or isinstance(value.get("metadata"), dict)):
        value["metadata"] = thaw(state.metadata)
    elif state.is_cut and isinstance(value.get("metadata"), dict):
        without_timing(value["metadata"])
    _write_first_state(value, state, color_of)
    _write_timing(value, state, color_of)
    return value


def snapshot_to_json(keyframe: Keyframe, color_of: ColorOf | None = None) -> dict[str, Any]:
    """Return a keyframe as an entry of ``snapshots_``: as it was read, but for what was changed."""
    definition = keyframe.definition
    if keyframe.entry is not None:
        assert keyframe.reading is not None
        snapshot: dict[str, Any] = decoded(keyframe.entry)
        old = keyframe.reading.definition
        if keyframe.fixed != (snapshot.get("fixed") is True):
            snapshot["fixed"] = keyframe.fixed
        if keyframe.visible != (snapshot.get("objectVisible") is not False):
            snapshot["objectVisible"] = keyframe.visible
        if definition is not old:
            _write_changes(snapshot, old, definition)
            if not same_value(definition.attributes, old.attributes):
                snapshot["namedAttributes"] = thaw(definition.attributes)
            if not definition.same_geometry(old):
                snapshot[keyframe.reading.key] = keyframe.coordinates_in(color_of)
        return snapshot
    coordinates = keyframe.coordinates_in(color_of)
    snapshot = {
        "frame": keyframe.number,
        "fixed": keyframe.fixed,
        "label": definition.label,
        "type": definition.type,
        "objectVisible": keyframe.visible,
        "data": [] if coordinates is None else coordinates,
    }
    if definition.description is not None:
        snapshot["description"] = definition.description
    snapshot["namedAttributes"] = thaw(definition.attributes)
    return snapshot


def _local(annotation: Annotation, color_of: ColorOf) -> dict[str, Any]:
    state = annotation.state
    first = state.track.keyframes[0]
    definition = first.definition
    item = annotation.item
    value: dict[str, Any] = {
        "id": annotation.id,
        "url": annotation.url,
        "creator": annotation.creator,
        "metadata": _local_metadata(annotation, definition, color_of),
        "hash": annotation.hash,
        "itemId": annotation.item_id,
        "item": annotation.item_url,
        "label": definition.label,
        "dataset": annotation.dataset_url or getattr(item, "dataset_url", None),
        "createdAt": annotation.created_at,
        "updatedBy": annotation.updated_by,
        "updatedAt": annotation.updated_at,
        "source": annotation.source,
    }
    if definition.description is not None:
        value["description"] = definition.description
    if annotation.label_suggestions:
        value["labelSuggestions"] = thaw(annotation.label_suggestions)
    value["datasetId"] = annotation.dataset_id
    value["type"] = definition.type
    if row_for(definition).has_coordinates:
        value["coordinates"] = first.coordinates_in(color_of)
    value["attributes"] = None  # version 1 of attributes; only documents have them
    return value


def _local_metadata(annotation: Annotation, definition: Definition, color_of: ColorOf) -> dict[str, Any]:
    metadata = thaw(annotation.metadata)
    given = metadata.get("system")
    given = given if isinstance(given, dict) else {}
    system = {key: value for key, value in given.items() if key not in ("attributes", *TIMING_KEYS)}
    if isinstance(definition, Description):
        system["system"] = True
    system["attributes"] = thaw(definition.attributes)
    if annotation.is_video or annotation.end_time > 0 or annotation.end_frame > 0:
        state = annotation.state
        system.update(_timing_of(annotation))
        if definition.type not in _WITHOUT_SNAPSHOTS:
            system["snapshots_"] = _snapshots(state, color_of)
    metadata["system"] = system
    return metadata  # type: ignore[no-any-return]  # thaw returns what it was given: a dict


def _timing_of(annotation: Annotation) -> dict[str, Any]:
    return {
        "frame": annotation.start_frame,
        "startTime": annotation.start_time,
        "endTime": annotation.end_time,
        "endFrame": annotation.end_frame,
    }


def _snapshots(state: State, color_of: ColorOf) -> list[Any]:
    """Every stored state after the first one and in the range; what could not be read goes along.

    The annotation itself can not say that it is hidden, or a step and no keyframe: then the first state is written here
    too, where that makes a difference.
    """
    track = state.track
    own, following = track.keyframes[0], track.keyframes[1:2]
    is_said = own.visible and (own.fixed or not any(keyframe.fixed for keyframe in following))
    first = 1 if is_said else 0
    stored = [keyframe for keyframe in track.keyframes[first:] if keyframe.number <= track.end]
    states = [snapshot_to_json(keyframe, color_of) for keyframe in stored]
    before = own
    for keyframe, written in zip(stored, states, strict=True):
        definition = keyframe.definition
        # one that names no frame is at the one after the state before, which may be another now
        if written.get("frame") is None and keyframe.number != before.number + 1:
            written["frame"] = keyframe.number
        # what a snapshot does not say, it would inherit: attributes of the state before, the rest of the first one
        if keyframe.is_heir and not same_value(definition.attributes, before.definition.attributes):
            written["namedAttributes"] = thaw(definition.attributes)
        for key in HANDED_DOWN:
            value = getattr(definition, key)
            if key not in written and value != getattr(own.definition, key) and keyframe.error is None:
                written[key] = value
        before = keyframe
    return states + [decoded(entry) for entry, _ in state.defects or () if entry is not MISSING]


def _write_first_state(value: dict[str, Any], state: State, color_of: ColorOf) -> None:
    """Write what differs between the first state now and as it was read."""
    track = state.track
    # A snapshot may lie before the annotation's own state, or on it: it comes first only once all are written anew.
    own = track.keyframes[:1] if track.is_restored else [held for held in track.keyframes if not held.place]
    if not own:
        return
    first = own[0]
    new = first.definition
    assert state.reading is not None
    old = state.reading.definition
    if new is old:
        return
    _write_changes(value, old, new)
    if not same_value(new.attributes, old.attributes):
        _system(value)["attributes"] = thaw(new.attributes)
    if not new.same_geometry(old):
        if row_for(new).has_coordinates:
            value["coordinates"] = first.coordinates_in(color_of)
        else:
            value.pop("coordinates", None)


def _write_changes(value: dict[str, Any], old: Definition, new: Definition) -> None:
    if new.label != old.label:
        value["label"] = new.label
    if new.description != old.description:
        value["description"] = new.description
    if new.type != old.type:
        value["type"] = new.type


def _write_timing(value: dict[str, Any], state: State, color_of: ColorOf) -> None:
    if state.is_cut:
        return
    now, read = state.timing, state.read_timing or Timing()
    pairs = (
        ("frame", now.start_frame, read.start_frame),
        ("startTime", now.start_time, read.start_time),
        ("endTime", now.end_time, read.end_time),
        ("endFrame", now.end_frame, read.end_frame),
    )
    changed = {key: after for key, after, before in pairs if after != before}
    if changed:
        _system(value).update(changed)
    track = state.track
    if track.is_timed and track.is_restored:
        system = _system(value)
        if track.start != (now.start_frame or 0):  # a snapshot lay before the annotation's own state
            system["frame"] = track.start
        if now.end_frame is None and (len(track.numbers) == 1 or track.end != track.numbers[-1]):
            system["endFrame"] = track.end  # neither the states nor the time say it now
        if track.keyframes[0].definition.type not in _WITHOUT_SNAPSHOTS or "snapshots_" in system:
            system["snapshots_"] = _snapshots(state, color_of)


def _system(value: dict[str, Any]) -> dict[str, Any]:
    """Return ``metadata.system`` of a JSON annotation, made where it is missing."""
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        metadata = value["metadata"] = {}
    system = metadata.get("system")
    if not isinstance(system, dict):
        system = metadata["system"] = {}
    return system

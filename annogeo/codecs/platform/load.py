"""A whole document of platform JSON to an `AnnotationCollection`, and one annotation to an `Annotation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from annogeo.codecs.platform.read import PLATFORM
from annogeo.codecs.platform.split import Document, split
from annogeo.errors import InputError
from annogeo.model.annotation import Annotation
from annogeo.model.collecting import paused_gc
from annogeo.model.collection import AnnotationCollection
from annogeo.model.item import Item, frame_rate
from annogeo.model.json_values import decoded
from annogeo.model.source import Medium, Origin, medium_of

C = TypeVar("C", bound=AnnotationCollection)
DEFAULT_FPS = 25
_ITEM_KEYS = ("_id", "id", "filename", "metadata", "itemMetadata", "url", "dataset", "datasetId")


def read_collection(
    cls: type[C],
    document: Any,
    *,
    item: Item | None,
    is_video: bool | None,
    is_audio: bool | None,
    fps: Any,
    height: int | None,
    width: int | None,
    strict: bool,
) -> C:
    """Read a document; `AnnotationCollection.from_json` says how."""
    split_document = split(document)
    described = _described_item(split_document)
    known = item if item is not None else described
    medium = _medium(is_video, is_audio, item, described)
    origin = Origin(
        item=known,
        medium=medium,
        fps=_fps(known, medium, fps),
        height=height,
        width=width,
        reader=PLATFORM,
        root="$" if split_document.keys is None else "$.annotations",
    )
    with paused_gc():
        make = Annotation.of_entry
        annotations = [make(entry, origin, k) for k, entry in enumerate(split_document.entries)]
        collection = cls.of_document(annotations, origin, split_document.keys)
    if strict:
        _raise_first_problem(collection)
    return collection


def read_annotation(
    entry: Any,
    *,
    item: Item | None,
    is_video: bool | None,
    is_audio: bool | None,
    fps: Any,
    item_metadata: Mapping[str, Any] | None,
) -> Annotation:
    """Read one annotation; `Annotation.from_json` says how."""
    if isinstance(entry, str | bytes | bytearray | memoryview):
        entry = _only_entry(entry)
    elif isinstance(entry, Mapping):
        entry = split([entry]).entries[0]
    else:
        raise InputError(f"expected an annotation as a dict, str or bytes, got {type(entry).__name__}")
    described = Item(metadata=item_metadata) if item_metadata else None
    known = item if item is not None else described
    medium = _medium(is_video, is_audio, item, described)
    fps = _fps(known, medium, fps)
    height, width = getattr(known, "height", None), getattr(known, "width", None)
    return Annotation.of_entry(entry, Origin(item, medium, fps, height, width, PLATFORM), None)


def _only_entry(text: Any) -> Any:
    body = bytes(text) if not isinstance(text, str) else text.encode("utf-8", "surrogatepass")
    entries = split(b"[" + body.removeprefix(b"\xef\xbb\xbf") + b"]").entries
    if len(entries) != 1:
        raise InputError(f"expected one annotation, got {len(entries)} values")
    return entries[0]


def _described_item(document: Document) -> Item | None:
    """The item a document describes: its name and metadata, if it has any."""
    if document.keys is None:
        return None
    keys = {key: decoded(document.keys[key]) for key in _ITEM_KEYS if key in document.keys}
    if not isinstance(keys.get("metadata"), dict) and isinstance(keys.get("itemMetadata"), dict):
        keys["metadata"] = keys["itemMetadata"]
    is_described = isinstance(keys.get("filename"), str) or isinstance(keys.get("metadata"), dict)
    return Item.from_json(keys) if is_described else None


def _medium(
    is_video: bool | None, is_audio: bool | None, item: Item | None, described: Item | None
) -> Medium | None:
    """What the caller says, else the item, else the document; None: each annotation decides."""
    if is_audio:
        return "audio"
    if is_video:
        return "video"
    for known in (item, described):
        medium = medium_of(known.mimetype) if known is not None else None
        if medium == "video" and is_video is False:
            return "image"
        if medium is not None:
            return medium
    return "image" if is_video is False else None


def _fps(item: Item | None, medium: Medium | None, given: Any) -> Any:
    own = None if item is None else item.fps
    if own is not None or medium in ("image", "audio"):
        return own
    return frame_rate("fps", given) if given else DEFAULT_FPS


def _raise_first_problem(collection: AnnotationCollection) -> None:
    """Strict: what is wrong raises, masks that do not decode included."""
    for annotation in collection:
        for problem in annotation.problems:
            raise InputError(
                problem.message,
                json_path=problem.json_path,
                annotation_id=problem.annotation_id,
                frame=problem.frame,
                hint=problem.hint,
            )
        for keyframe in annotation.state.track.keyframes:
            try:
                _ = keyframe.definition.bounds  # reads the pixels of a mask
            except InputError as error:
                place = f"{annotation.json_path}{keyframe.place}.{keyframe.reading.key if keyframe.reading else ''}"
                raise error.located(json_path=place, annotation_id=annotation.id) from None

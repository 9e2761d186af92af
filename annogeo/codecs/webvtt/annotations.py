"""Subtitles of a collection <-> WebVTT document. Layer: codecs.

A subtitle's text is what is read. What a cue has beside it (markup, id, settings) stands in the annotation's
``metadata.user.vtt``, which the platform keeps, and comes back as long as the text is not changed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

from annogeo.codecs.platform.read import PlatformReader
from annogeo.codecs.webvtt.cue_settings import set_cue
from annogeo.codecs.webvtt.cue_text import escape, plain_text, voices
from annogeo.codecs.webvtt.document import Cue, Document
from annogeo.codecs.webvtt.writing import write_settings
from annogeo.definitions import Subtitle
from annogeo.definitions.frozen import thaw
from annogeo.errors import Problem
from annogeo.model import Annotation, AnnotationCollection
from annogeo.model.source import Head
from annogeo.model.timed import frame_at

LABEL = "Text"
"""Of subtitles read from a file, as in the seed SDK."""

KEY = "vtt"


def add_cues(collection: AnnotationCollection, document: Document, label: str = LABEL) -> None:
    """Add a subtitle for each cue, times exact to the millisecond and not moved to frames.

    Parameters
    ----------
    collection : AnnotationCollection
        Changed. Subtitles of a video get object ids of their own; no frame rate is needed.
    document : Document
    label : str

    Examples
    --------
    >>> collection = AnnotationCollection()
    >>> add_cues(collection, Document([Cue(2031, 3764, "<v Ann>Fish &amp; chips", "intro")]))
    >>> collection[0].annotation_definition.text, collection[0].start_time, collection[0].end_time
    ('Fish & chips', 2.031, 3.764)
    >>> document_of(collection).cues[0].text
    '<v Ann>Fish &amp; chips'
    """
    if not document.cues:
        return
    origin = collection.origin
    number = _free_object_id(collection) if origin.medium == "video" else None
    first = document.cues[0]
    sample = Annotation.of_origin(
        origin,
        Subtitle("", label),
        object_id=number,
        automated=True,
        metadata=None,
        frame_num=None,
        parent_id=None,
        start_time=first.start_ms / 1000,
        end_time=max(first.end_ms, first.start_ms + 1) / 1000,
    )
    template, fps = sample.to_json(), None if sample.is_audio else sample.fps
    read = replace(origin, reader=CUES)
    made = []
    for k, cue in enumerate(document.cues):
        entry = _Entry(cue, None if number is None else str(number + k), fps, template)
        annotation = Annotation.of_entry(entry, read, None)
        if cue.region is not None:
            annotation.report(Problem("warning", f"the region {cue.region!r} of a cue was left out"))
        made.append(annotation)
    collection.annotations += made


class _Entry(NamedTuple):
    """A cue that stands for an annotation until something is asked of it."""

    cue: Cue
    object_id: str | None
    fps: Any
    template: dict[str, Any]


class CueReader(PlatformReader):
    """Reads cues as if they were the platform's JSON, one when it is asked for: files have tens of thousands."""

    __slots__ = ()

    def head(self, entry: Any) -> Head:
        """Read what comes first."""
        return super().head(_platform_json(entry))

    def value(self, entry: Any) -> Any:
        """Return the platform's JSON, as fresh values."""
        return _platform_json(entry)

    def top(self, entry: Any, key: str) -> Any:
        """Read one key."""
        return super().top(_platform_json(entry), key)

    def system(self, entry: Any, key: str) -> Any:
        """Read one key of its ``metadata.system``."""
        return super().system(_platform_json(entry), key)

    def __reduce__(self) -> str:
        return "CUES"


CUES = CueReader()


def _platform_json(entry: _Entry) -> dict[str, Any]:
    """Return the platform's JSON of a cue, with the keys of a locally made subtitle."""
    cue, object_id, fps, template = entry
    start, end = cue.start_ms / 1000, cue.end_ms / 1000
    system = {**thaw(template["metadata"]["system"]), "startTime": start, "endTime": end}
    if object_id is not None:
        system["objectId"] = object_id
    if fps:
        system["frame"] = frame_at(start, fps)
        system["endFrame"] = max(system["frame"], frame_at(end, fps))
    metadata = {"system": system, **_user_metadata(cue)}
    return {**template, "coordinates": {"text": plain_text(cue.text)}, "metadata": metadata}


def document_of(source: Any) -> Document:
    """Return the subtitles of a collection, of annotations or of one, as a document, by time.

    Parameters
    ----------
    source : AnnotationCollection, Annotation, or iterable of annotations
        Annotations of other types are passed over, and subtitles that could not be understood.
    """
    annotations = [source] if isinstance(source, Annotation) else source
    cues = [
        _cue(annotation, definition)
        for annotation in annotations
        if isinstance(definition := annotation.annotation_definition, Subtitle)
    ]
    cues.sort(key=lambda cue: (cue.start_ms, cue.end_ms))
    return Document(cues)


def _cue(annotation: Annotation, subtitle: Subtitle) -> Cue:
    kept = _kept(annotation)
    text = subtitle.text
    raw = kept.get("text")
    raw = raw if isinstance(raw, str) and plain_text(raw) == text else escape(text)
    cue = Cue(_milliseconds(annotation.start_time), _milliseconds(annotation.end_time), raw)
    own, settings = kept.get("id"), kept.get("settings")
    if isinstance(own, str) and "\n" not in own and "-->" not in own:
        cue.id = own
    if isinstance(settings, str):
        set_cue(cue, settings, {})
    return cue


def _user_metadata(cue: Cue) -> dict[str, Any]:
    """Return what a cue has beside its text, as metadata; empty where there is nothing."""
    kept: dict[str, Any] = {}
    if cue.id:
        kept["id"] = cue.id
    settings = write_settings(cue)
    if settings:
        kept["settings"] = settings
    if escape(plain_text(cue.text)) != cue.text:
        kept["text"] = cue.text
        speakers = voices(cue.text)
        if speakers:
            kept["voice"] = speakers[0]
    return {"user": {KEY: kept}} if kept else {}


def _kept(annotation: Annotation) -> dict[str, Any]:
    user = annotation.metadata.get("user")
    found = user.get(KEY) if isinstance(user, dict) else None
    return found if isinstance(found, dict) else {}


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000)) if math.isfinite(seconds) else 0


def _free_object_id(collection: AnnotationCollection) -> int:
    used = [int(a.object_id) for a in collection if a.object_id is not None and a.object_id.isdigit()]
    return max(used, default=0) + 1

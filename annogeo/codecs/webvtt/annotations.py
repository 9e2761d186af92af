"""Subtitles of a collection <-> WebVTT document. Layer: codecs.

A subtitle's text is what is read. What a cue has beside it (markup, id, settings) stands in the annotation's
``metadata.user.vtt``, which the platform keeps, and comes back as long as the text is not changed.
"""

from __future__ import annotations

import math
from typing import Any

from annogeo.codecs.webvtt.cue_settings import set_cue
from annogeo.codecs.webvtt.cue_text import escape, plain_text, voices
from annogeo.codecs.webvtt.document import Cue, Document
from annogeo.codecs.webvtt.writing import write_settings
from annogeo.definitions import Subtitle
from annogeo.errors import Problem
from annogeo.model import Annotation, AnnotationCollection

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
    origin = collection.origin
    number = _free_object_id(collection) if origin.medium == "video" else None
    for k, cue in enumerate(document.cues):
        annotation = Annotation.of_origin(
            origin,
            Subtitle(plain_text(cue.text), label),
            object_id=None if number is None else number + k,
            automated=True,
            metadata=_metadata(cue),
            frame_num=None,
            parent_id=None,
            start_time=cue.start_ms / 1000,
            end_time=cue.end_ms / 1000,
        )
        if cue.region is not None:
            annotation.report(Problem("warning", f"the region {cue.region!r} of a cue was left out"))
        collection.annotations.append(annotation)


def document_of(source: Any) -> Document:
    """Return the subtitles of a collection, of annotations or of one, as a document, by time.

    Parameters
    ----------
    source : AnnotationCollection, Annotation, or iterable of annotations
        Annotations of other types are passed over.
    """
    annotations = [source] if isinstance(source, Annotation) else source
    cues = [_cue(annotation) for annotation in annotations if annotation.type == Subtitle.type]
    cues.sort(key=lambda cue: (cue.start_ms, cue.end_ms))
    return Document(cues)


def _cue(annotation: Annotation) -> Cue:
    kept = _kept(annotation)
    text = annotation.annotation_definition.text
    raw = kept.get("text")
    raw = raw if isinstance(raw, str) and plain_text(raw) == text else escape(text)
    cue = Cue(_milliseconds(annotation.start_time), _milliseconds(annotation.end_time), raw)
    own, settings = kept.get("id"), kept.get("settings")
    if isinstance(own, str) and "\n" not in own and "-->" not in own:
        cue.id = own
    if isinstance(settings, str):
        set_cue(cue, settings, {})
    return cue


def _metadata(cue: Cue) -> dict[str, Any] | None:
    """Return what a cue has beside its text, as metadata."""
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
    return {"user": {KEY: kept}} if kept else None


def _kept(annotation: Annotation) -> dict[str, Any]:
    user = annotation.metadata.get("user")
    found = user.get(KEY) if isinstance(user, dict) else None
    return found if isinstance(found, dict) else {}


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000)) if math.isfinite(seconds) else 0


def _free_object_id(collection: AnnotationCollection) -> int:
    used = [int(a.object_id) for a in collection if a.object_id is not None and a.object_id.isdigit()]
    return max(used, default=0) + 1

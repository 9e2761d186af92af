"""Reading and writing subtitle files, WebVTT and SubRip, told apart by name and content. Layer: files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from annogeo.atomic import write_bytes
from annogeo.errors import InputError
from annogeo.files.documents import read_bytes

if TYPE_CHECKING:
    from annogeo.codecs.webvtt.document import Document
    from annogeo.model import AnnotationCollection

SUFFIXES = (".vtt", ".srt")


def read_subtitles(path: str | os.PathLike[str], *, strict: bool = False, markup: bool = False) -> Document:
    """Read a WebVTT or SubRip file; problems name the file.

    Parameters
    ----------
    path : path
    strict : bool
        Raise at the first problem.
    markup : bool
        Of WebVTT, list too what captions may not have in their texts.

    Raises
    ------
    InputError
        If it cannot be read, or is neither; with `strict`, on any problem.
    """
    from annogeo.vtt import parse, parse_srt

    data = read_bytes(path)
    is_srt = os.fspath(path).lower().endswith(".srt")
    try:
        document = parse_srt(data, strict) if is_srt else parse(data, strict, markup=markup)
    except InputError as error:
        raise error.located(path=os.fspath(path)) from None
    document.problems = [problem.located(path=os.fspath(path)) for problem in document.problems]
    return document


def add_subtitles(collection: AnnotationCollection, path: str | os.PathLike[str]) -> None:
    """Add the cues of a file to a collection: what `AnnotationCollection.from_vtt_file` does."""
    from annogeo.codecs.webvtt.annotations import add_cues

    document = read_subtitles(path)
    add_cues(collection, document)
    for problem in document.problems:
        collection.add_problem(problem)


def write_subtitles(document: Document, path: str | os.PathLike[str], *, strict: bool = False) -> list[str]:
    """Write a document as WebVTT, or as SubRip where the name ends in .srt; returns what the format cannot hold.

    Raises
    ------
    InputError
        If it cannot be written, or the format cannot hold it at all; with `strict`, on any loss.
    """
    from annogeo.vtt import serialize, serialize_srt

    losses: list[str] = []
    if os.fspath(path).lower().endswith(".srt"):
        text, lost = serialize_srt(document, strict)
        losses = [loss.message for loss in lost]
    else:
        text = serialize(document)
    write_bytes(path, text.encode("utf-8", "surrogatepass"))
    return losses

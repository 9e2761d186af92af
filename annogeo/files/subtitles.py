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


def read_subtitles(path: str | os.PathLike[str], *, strict: bool = False) -> Document:
    """Read a WebVTT or SubRip file; problems name the file.

    Raises
    ------
    InputError
        If it cannot be read, or is neither; with `strict`, on any problem.
    """
    from annogeo.vtt import parse, parse_srt

    data = read_bytes(path)
    reader = parse_srt if os.fspath(path).lower().endswith(".srt") else parse
    try:
        document = reader(data, strict)
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

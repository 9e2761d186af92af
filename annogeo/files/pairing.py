"""Which JSON belongs to which picture, and what the files made from them are called.

The platform's download layout has ``items/`` and ``json/`` beside each other; V1 names replace the picture's extension
(``a.json``), V2 names append to it (``a.jpg.json``). Only names are looked at here. Layer: files.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from annogeo.files.paths import MEDIA_SUFFIXES, suffix_of
from annogeo.model.enums import ExportVersion


@dataclass(frozen=True, slots=True)
class Source:
    """One item: its name, and the files it comes from.

    Parameters
    ----------
    stem : str
        Relative path that V1 output names are made from: ``street/1``.
    name : str
        Relative path that V2 output names are made from: ``street/1.jpg``, or `stem` where no extension is known.
    json_path, image_path : str, optional
        The files.
    version : ExportVersion
        How its JSON is named.
    ambiguous : bool
        Several pictures would have fitted its JSON.
    """

    stem: str
    name: str
    json_path: str | None = None
    image_path: str | None = None
    version: ExportVersion = ExportVersion.V1
    ambiguous: bool = False

    @property
    def files(self) -> list[str]:
        """Those of the two files that are there."""
        return [path for path in (self.json_path, self.image_path) if path is not None]

    def output_name(self, suffix: str, version: ExportVersion | None = None) -> str:
        """Name a file made from this item.

        Examples
        --------
        >>> source = Source("street/1", "street/1.jpg")
        >>> source.output_name(".png"), source.output_name(".png", ExportVersion.V2)
        ('street/1.png', 'street/1.jpg.png')
        """
        is_v2 = (version or self.version) is ExportVersion.V2
        return (self.name if is_v2 else self.stem) + suffix


Names = dict[str, str]  # relative path -> file


def pair(documents: Names, pictures: Names, filename_of: Callable[[str], str | None]) -> list[Source]:
    """Pair documents with pictures.

    Parameters
    ----------
    documents, pictures : relative path -> file
    filename_of : file -> relative path or None
        What a document says its picture is called; asked only where the names don't settle it.

    Returns
    -------
    list of Source
        Sorted by name; also pictures without a document and documents without a picture.

    Examples
    --------
    >>> for source in pair({"a.json": "json/a.json"}, {"a.jpg": "items/a.jpg", "b.jpg": "items/b.jpg"}, str):
    ...     print(source.name, source.json_path, source.image_path)
    a.jpg json/a.json items/a.jpg
    b.jpg None items/b.jpg
    """
    by_name, by_stem = _index(pictures, documents)
    free = set(pictures)
    sources: list[Source] = []
    unsettled: list[str] = []
    for document in sorted(documents):
        key = _key(document[: -len(".json")])
        if key in by_name:
            sources.append(_v2(document, by_name[key], documents, pictures))
        elif key in by_stem:
            file = documents[document]
            said = filename_of(file) if len(by_stem[key]) > 1 else None
            picture = said if said in by_stem[key] else by_stem[key][0]
            source = Source(document[: -len(".json")], picture, file, pictures[picture])
            sources.append(replace(source, ambiguous=len(by_stem[key]) > 1 and said != picture))
        else:
            unsettled.append(document)
            continue
        free.discard(sources[-1].name)
    sources += _by_filename(unsettled, documents, pictures, free, filename_of)
    version = _usual_version(sources)
    sources += [_without_document(picture, pictures[picture], version) for picture in sorted(free)]
    return sorted(sources, key=lambda source: (source.name, source.json_path or ""))


def settle_collisions(sources: Sequence[Source], suffix: str = ".png") -> tuple[list[Source], list[Source]]:
    """Give V2 names to those items whose V1 names collide.

    Returns
    -------
    (all sources in the same order, those that were changed)

    Examples
    --------
    >>> sources, changed = settle_collisions([Source("a", "a.jpg"), Source("a", "a.png"), Source("b", "b.png")])
    >>> [source.output_name(".png") for source in sources], len(changed)
    (['a.jpg.png', 'a.png.png', 'b.png'], 2)
    """
    settled = list(sources)
    while True:
        users: dict[str, list[int]] = defaultdict(list)
        for i, source in enumerate(settled):
            users[source.output_name(suffix)].append(i)
        clashing = [
            i
            for those in users.values()
            if len(those) > 1
            for i in those
            if settled[i].version is not ExportVersion.V2 and settled[i].name != settled[i].stem
        ]
        if not clashing:
            return settled, [new for old, new in zip(sources, settled, strict=True) if old is not new]
        for i in clashing:
            settled[i] = replace(settled[i], version=ExportVersion.V2)


def _index(pictures: Iterable[str], documents: Iterable[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Pictures by their whole name and, unless a V2 document claims them, by their name without extension."""
    claimed = {_key(document[: -len(".json")]) for document in documents}
    by_name: dict[str, str] = {}
    by_stem: dict[str, list[str]] = defaultdict(list)
    for picture in sorted(pictures):
        key = _key(picture)
        by_name[key] = picture
        if key not in claimed:
            by_stem[_key(posixpath.splitext(picture)[0])].append(picture)
    return by_name, by_stem


def _v2(document: str, picture: str, documents: Names, pictures: Names) -> Source:
    stem = posixpath.splitext(picture)[0]
    return Source(stem, picture, documents[document], pictures[picture], ExportVersion.V2)


def _by_filename(
    unsettled: Sequence[str],
    documents: Names,
    pictures: Names,
    free: set[str],
    filename_of: Callable[[str], str | None],
) -> list[Source]:
    """Pair what the names did not settle by what the documents say; `free` loses the pictures that are found."""
    sources = []
    for document in unsettled:
        said = filename_of(documents[document]) if free else None
        beside = posixpath.join(posixpath.dirname(document), posixpath.basename(said)) if said else None
        picture = next((name for name in (said, beside) if name in free), None)
        if picture is None:
            sources.append(_without_picture(document, documents[document]))
        else:
            free.discard(picture)
            stem = posixpath.splitext(picture)[0]
            sources.append(Source(stem, picture, documents[document], pictures[picture]))
    return sources


def _without_picture(document: str, file: str) -> Source:
    name = document[: -len(".json")]
    if suffix_of(name) in MEDIA_SUFFIXES:
        return Source(posixpath.splitext(name)[0], name, file, None, ExportVersion.V2)
    return Source(name, name, file)


def _without_document(picture: str, file: str, version: ExportVersion) -> Source:
    return Source(posixpath.splitext(picture)[0], picture, None, file, version)


def _usual_version(sources: Sequence[Source]) -> ExportVersion:
    v2 = sum(source.version is ExportVersion.V2 for source in sources)
    return ExportVersion.V2 if 2 * v2 > len(sources) else ExportVersion.V1


def _key(name: str) -> str:
    """File systems differ in how they compose accents."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)

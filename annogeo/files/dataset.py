"""`Dataset`: the items of a folder, listed at once and read one by one when asked for. Layer: files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from annogeo.errors import AnnogeoError, InputError, Problem
from annogeo.files.documents import Head, read_bytes, read_head
from annogeo.files.format_table import check_format
from annogeo.files.headers import read_header
from annogeo.files.ontologies import read_ontology
from annogeo.files.pairing import Source
from annogeo.files.paths import IMAGE_SUFFIXES, given_path, safe_relative, suffix_of
from annogeo.files.scanning import find_ontology, scan
from annogeo.model.item import Item

if TYPE_CHECKING:
    from annogeo.model import AnnotationCollection
    from annogeo.model.ontology import Ontology

StrPath = str | os.PathLike[str]


class Sample(NamedTuple):
    """One item and its annotations.

    Parameters
    ----------
    item : Item
    annotations : AnnotationCollection
        Empty for a picture without a document.

    Examples
    --------
    >>> from annogeo.model import AnnotationCollection
    >>> item, annotations = Sample(Item("/street/1.jpg"), AnnotationCollection())
    >>> item.filename, len(annotations)
    ('/street/1.jpg', 0)
    """

    item: Item
    annotations: AnnotationCollection


class Dataset(Sequence[Sample]):
    """Items and their annotations: a sequence of `Sample`, each read when it is asked for.

    Parameters
    ----------
    sources : sequence of Source
        What `annogeo.files.scanning` found.
    ontology : Ontology, optional
    strict : bool
        Raise where a sample can't be read; else it is listed in `problems` and comes without annotations.

    Attributes
    ----------
    problems : list of Problem
        Of the listing, and of the samples read so far.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "1.json").write_text('{"filename": "/street/1.jpg", "annotations": []}')
    ...     dataset = load(folder)
    ...     len(dataset), dataset[0].item.filename, [len(sample.annotations) for sample in dataset[:1]]
    (1, '/street/1.jpg', [0])
    """

    def __init__(
        self,
        sources: Sequence[Source] = (),
        ontology: Ontology | None = None,
        *,
        strict: bool = False,
    ) -> None:
        self.sources = list(sources)
        self.ontology = ontology
        self.strict = strict
        self.problems: list[Problem] = [_ambiguous(source) for source in self.sources if source.ambiguous]
        self._reported: set[str] = set()

    def __len__(self) -> int:
        return len(self.sources)

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> Dataset: ...

    def __getitem__(self, index: int | slice) -> Sample | Dataset:
        if isinstance(index, slice):
            return Dataset(self.sources[index], self.ontology, strict=self.strict)
        source = self.sources[index]
        sample, problems = read_sample(source, self.ontology, strict=self.strict)
        if source.name not in self._reported:
            self._reported.add(source.name)
            self.problems += problems
        return sample

    def __iter__(self) -> Iterator[Sample]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Dataset({len(self)} items)"


def load(path: StrPath | Iterable[StrPath], format: str | None = None, strict: bool = False) -> Dataset:
    """List a dataset; its samples are read when they are asked for.

    Parameters
    ----------
    path : path, or several
        A folder in the platform's download layout (``items/`` and ``json/``), a folder of JSON and pictures side by
        side, one JSON file or picture, or a list of these.
    format : str, optional
        A name of `formats`; by default it is found out.
    strict : bool
        Raise at the first thing that can't be understood; else it becomes a Problem.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        If the path does not exist, or nothing in it is an annotation document or a picture.
    UnsupportedError
        If the format comes later.

    Notes
    -----
    A document and a picture belong together by their paths below ``json/`` and ``items/``; where these don't fit, by
    the ``filename`` in the document.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> car = '{"type": "point", "label": "car", "coordinates": {"x": 1, "y": 2}}'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "1.json").write_text(f'{{"filename": "/street/1.jpg", "annotations": [{car}]}}')
    ...     item, annotations = load(folder)[0]
    >>> item.filename, annotations[0].label
    ('/street/1.jpg', 'car')
    """
    check_format(format)
    given = [path] if isinstance(path, str | os.PathLike) else list(path)
    paths = [given_path(one) for one in given]
    if not paths:
        raise InputError("expected a path, got none")
    sources = scan(paths)
    found = [file for folder in paths if folder.is_dir() and (file := find_ontology(folder))]
    ontology, problems = _read_found_ontology(found[0], strict) if len(paths) == 1 and found else (None, [])
    dataset = Dataset(sources, ontology, strict=strict)
    dataset.problems += problems
    return dataset


def read_sample(source: Source, ontology: Ontology | None, *, strict: bool) -> tuple[Sample, list[Problem]]:
    """Read one sample; in lenient mode what goes wrong comes back as problems."""
    from annogeo.model import AnnotationCollection

    problems: list[Problem] = []
    try:
        data = b"[]" if source.json_path is None else read_bytes(source.json_path)
        head = read_head(data)
        if head.filename is not None:
            problems += _check_name(head.filename, source, strict)
        item = item_of(source, head, ontology)
        problems += size_from_picture(item, source, strict=strict)
        collection = AnnotationCollection.from_json(data, item=item, strict=strict)
    except AnnogeoError as error:
        located = error.located(path=source.json_path)
        if strict:
            raise located from None
        item = item_of(source, Head(), ontology)
        return Sample(item, AnnotationCollection(item=item)), [Problem.from_error(located)]
    problems += [problem.located(path=source.json_path) for problem in collection.problems]
    return Sample(item, collection), problems


def item_of(source: Source, head: Head, ontology: Ontology | None) -> Item:
    """Make the item a document describes; without a name in it, it is called after its files."""
    item = Item.from_json(head.keys)
    if item.filename is None:
        item.filename = f"/{source.name}"
    item.path = source.image_path
    item.ontology = ontology
    return item


def _check_name(filename: str, source: Source, strict: bool) -> list[Problem]:
    """A name that would lead out of a folder is kept as data, and said."""
    try:
        safe_relative(filename)
    except InputError as error:
        if strict:
            raise
        return [Problem.from_error(error.located(path=source.json_path, json_path="$.filename"))]
    return []


def size_from_picture(item: Item, source: Source, *, strict: bool) -> list[Problem]:
    """Take the size from the picture's header, which knows it best."""
    path = source.image_path
    if path is None or suffix_of(path) not in IMAGE_SUFFIXES:
        return []
    try:
        header = read_header(path)
    except InputError as error:
        if strict:
            raise
        return [Problem.from_error(error)]
    problems = []
    if item.height and item.width and (item.height, item.width) != (header.height, header.width):
        message = f"the document says {item.width} x {item.height}, the picture has {header.width} x {header.height}"
        problems.append(Problem("warning", message, path=source.json_path, hint="the picture's size is used"))
    item.height, item.width = header.height, header.width
    return problems


def _read_found_ontology(path: Path, strict: bool) -> tuple[Any, list[Problem]]:
    try:
        return read_ontology(path), []
    except InputError as error:
        if strict:
            raise
        return None, [Problem.from_error(error, "warning")]


def _ambiguous(source: Source) -> Problem:
    return Problem(
        "warning",
        f"several pictures fit this document; {source.name!r} was taken",
        path=source.json_path,
        hint="use V2 names (name.jpg.json), which tell them apart",
    )

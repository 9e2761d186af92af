"""A copy of a dataset's files in the same layout elsewhere, some of them changed. Layer: files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from annogeo.atomic import write_bytes
from annogeo.errors import InputError
from annogeo.files.documents import read_bytes
from annogeo.files.pairing import Source
from annogeo.files.paths import given_path
from annogeo.files.scanning import find_ontology


class Mirror:
    """Where the files of a dataset go in its copy.

    Parameters
    ----------
    source : path
        The folder or file the dataset was loaded from.
    target : path
        A folder apart from it; made when something is written.
    sources : sequence of Source
        The dataset's items.

    Raises
    ------
    InputError
        If the two places overlap, or `target` is no folder.
    """

    def __init__(
        self, source: str | os.PathLike[str], target: str | os.PathLike[str], sources: Sequence[Source]
    ) -> None:
        self.target = given_path(target)
        self._root = _root(given_path(source), sources)
        if self.target.exists() and not self.target.is_dir():
            raise InputError("expected a folder to write to", path=os.fspath(self.target))
        mine, its = os.path.realpath(self._root), os.path.realpath(self.target)
        if os.path.commonpath([mine, its]) in (mine, its) and (mine == its or Path(source).is_dir()):
            raise InputError(
                "the copy must not lie in the dataset, nor the dataset in it",
                path=os.fspath(self.target),
                hint="name another folder",
            )

    def place(self, path: str) -> Path:
        """Return where a file of the dataset goes."""
        return self.target / os.path.relpath(path, self._root)

    def copy(self, path: str) -> None:
        """Write a file as it is."""
        write_bytes(self.place(path), read_bytes(path))

    def write(self, path: str, data: bytes) -> None:
        """Write other bytes in the place of a file."""
        write_bytes(self.place(path), data)

    def copy_ontology(self) -> None:
        """Write the dataset's ontology, if one lies in its folder."""
        ontology = find_ontology(self._root)
        if ontology is not None:
            self.copy(os.fspath(ontology))


def _root(given: Path, sources: Sequence[Source]) -> Path:
    """Return the folder below which everything lies: for a file, of its picture and document together."""
    if given.is_dir():
        is_half = given.name in ("items", "json") and all(
            (given.parent / n).is_dir() for n in ("items", "json")
        )
        return Path(os.path.abspath(given.parent if is_half else given))
    folders = {os.path.dirname(os.path.abspath(file)) for source in sources for file in source.files}
    return Path(os.path.commonpath(folders))

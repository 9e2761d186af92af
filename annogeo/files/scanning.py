"""What a path holds: the platform's layout, a folder of JSON and pictures, single files. Names only, nothing is read
except where names don't settle which picture belongs to a document.

Layer: files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from annogeo.atomic import reason
from annogeo.errors import InputError
from annogeo.files.documents import read_bytes, read_head
from annogeo.files.pairing import Names, Source, pair
from annogeo.files.paths import MEDIA_SUFFIXES, RENDER_RECORD, safe_relative, suffix_of
from annogeo.model.enums import ViewAnnotationOptions

ONTOLOGY_NAMES = ("ontology.json", "recipe.json", "labels.json")  # beside the items; not annotations
_VIEWS = frozenset(option.value for option in ViewAnnotationOptions)


def scan(paths: Sequence[Path], *, exclude: Iterable[Path] = ()) -> list[Source]:
    """List the items of folders and files.

    Parameters
    ----------
    paths : sequence of Path
        A folder is read as the platform's layout where it has ``items/`` or ``json/``, else as JSON and pictures side
        by side; a JSON file finds its picture, a picture its JSON.
    exclude : iterable of Path
        Folders that are not looked into.

    Raises
    ------
    InputError
        If a path does not exist or can't be an input, or there is no item at all.
    """
    left_out = {os.path.realpath(path) for path in exclude}
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    sources = [source for folder in folders for source in _folder(folder, left_out)]
    sources += _files(files) if files else []
    if not sources:
        hint = "expected items/ and json/, or JSON files and pictures side by side"
        where = ", ".join(map(str, paths))
        raise InputError("found neither annotation JSON nor pictures", path=where, hint=hint)
    return sources


def find_ontology(path: Path) -> Path | None:
    """Return the ontology file that lies in a dataset's folder, if one does."""
    root = path.parent if path.name in ("items", "json") and (path.parent / "json").is_dir() else path
    return next((root / name for name in ONTOLOGY_NAMES if (root / name).is_file()), None)


def _folder(folder: Path, left_out: set[str]) -> list[Source]:
    items, documents = folder / "items", folder / "json"
    if folder.name == "json" and (folder.parent / "items").is_dir():
        items, documents = folder.parent / "items", folder
    elif folder.name == "items" and (folder.parent / "json").is_dir():
        items, documents = folder, folder.parent / "json"
    if items.is_dir() or documents.is_dir():
        pictures = dict(_walk(items, MEDIA_SUFFIXES, left_out)) if items.is_dir() else {}
        jsons = dict(_walk(documents, {".json"}, left_out)) if documents.is_dir() else {}
        return pair(jsons, pictures, _filename_of)
    found = dict(_walk(folder, MEDIA_SUFFIXES | {".json"}, left_out))
    jsons = {name: file for name, file in found.items() if suffix_of(name) == ".json"}
    for name in ONTOLOGY_NAMES:
        jsons.pop(name, None)
    return pair(
        jsons, {name: file for name, file in found.items() if suffix_of(name) != ".json"}, _filename_of
    )


def _walk(folder: Path, suffixes: Iterable[str], left_out: set[str]) -> Iterator[tuple[str, str]]:
    """Give relative name and path of every file below with one of the suffixes.

    Hidden files, linked folders and what `annogeo render` has written are left out.
    """

    def failed(error: OSError) -> None:
        raise InputError(f"could not be listed: {reason(error)}", path=error.filename) from error

    wanted = frozenset(suffixes)
    root = os.fspath(folder)
    for parent, folders, names in os.walk(root, onerror=failed):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and not (left_out and os.path.realpath(os.path.join(parent, name)) in left_out)
        ]
        if RENDER_RECORD in names:
            folders[:] = [name for name in folders if name not in _VIEWS]
            names = [name for name in names if name not in ONTOLOGY_NAMES]
        prefix = os.path.relpath(parent, root).replace(os.sep, "/") + "/" if parent != root else ""
        for name in names:
            if suffix_of(name) in wanted and not name.startswith("."):
                yield prefix + name, os.path.join(parent, name)


def _files(files: Sequence[Path]) -> list[Source]:
    """Single files: each finds its other half beside itself, or in the other of ``items/`` and ``json/``."""
    for file in files:
        _check_file(file)
    given = {os.path.abspath(file) for file in files}
    folders = _Folders()
    base = os.path.commonpath([folders.logical(os.path.dirname(path)) for path in given])
    documents: Names = {}
    pictures: Names = {}
    for folder in sorted({os.path.dirname(path) for path in given}):
        for place in folders.both_halves(folder):
            prefix = os.path.relpath(folders.logical(place), base).replace(os.sep, "/")
            for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
                kind = suffix_of(name)
                relative = name if prefix == "." else f"{prefix}/{name}"
                if kind == ".json":
                    documents[relative] = os.path.join(place, name)
                elif kind in MEDIA_SUFFIXES:
                    pictures[relative] = os.path.join(place, name)
    sources = pair(documents, pictures, _filename_of)
    return [source for source in sources if {source.json_path, source.image_path} & given]


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise InputError("no such file or folder", path=os.fspath(file))
    if suffix_of(file.name) not in MEDIA_SUFFIXES | {".json"}:
        raise InputError(
            "expected a folder, a JSON file or a picture", path=os.fspath(file), hint="see `annogeo formats`"
        )


class _Folders:
    """Folders inside and outside the platform's layout; each is looked at once."""

    def __init__(self) -> None:
        self._splits: dict[str, tuple[str, str, str] | None] = {}

    def logical(self, folder: str) -> str:
        """The folder without ``items`` or ``json`` in it, so that both halves of an item have the same."""
        split = self._split(folder)
        return folder if split is None else os.path.normpath(os.path.join(split[0], split[2]))

    def both_halves(self, folder: str) -> list[str]:
        """The folder, and the one in the other half of the layout."""
        split = self._split(folder)
        if split is None:
            return [folder]
        other = "items" if split[1] == "json" else "json"
        return [folder, os.path.normpath(os.path.join(split[0], other, split[2]))]

    def _split(self, folder: str) -> tuple[str, str, str] | None:
        if folder not in self._splits:
            self._splits[folder] = _split_layout(folder)
        return self._splits[folder]


def _split_layout(folder: str) -> tuple[str, str, str] | None:
    """Split a folder inside the platform's layout: root, ``items`` or ``json``, the rest."""
    parts = folder.split(os.sep)
    for i in range(len(parts) - 1, 0, -1):
        root = os.sep.join(parts[:i])
        if parts[i] in ("items", "json") and all(
            os.path.isdir(os.path.join(root, n)) for n in ("items", "json")
        ):
            return root, parts[i], os.sep.join(parts[i + 1 :])
    return None


def _filename_of(file: str) -> str | None:
    try:
        name = read_head(read_bytes(file)).filename
        return None if name is None else safe_relative(name)
    except InputError:
        return None  # what is wrong with the document is said when it is loaded

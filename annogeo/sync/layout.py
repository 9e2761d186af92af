"""Where a workspace keeps things, and which names from the server it refuses. Layer: sync.

items/<path>          pictures, as the platform has them
json/<path>.json      an item with its annotations, to be edited in place
ontology.json         labels, colours, ids
.annogeo/             state.sqlite, lock, tmp/, trash/: nobody else's business
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from pathlib import Path

from annogeo.errors import InputError
from annogeo.files.paths import safe_join, safe_relative

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_MOST_BYTES = 240  # of one part of a name; file systems have 255, and .json and the like are added


class Layout:
    """The places of a workspace.

    Parameters
    ----------
    root : path
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(root)
        self.own = self.root / ".annogeo"
        self.state = self.own / "state.sqlite"
        self.lock = self.own / "lock"
        self.tmp = self.own / "tmp"
        self.trash = self.own / "trash"
        self.ontology = self.root / "ontology.json"

    def item(self, path: str) -> Path:
        """Return where an item's bytes are."""
        return safe_join(self.root / "items", path)

    def document(self, path: str) -> Path:
        """Return where an item's JSON is."""
        return safe_join(self.root / "json", path + ".json")

    def make(self) -> None:
        """Make the folders of the workspace's own."""
        try:
            for folder in (self.own, self.tmp, self.trash):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"could not be made: {error.strerror}", path=os.fspath(self.own)) from None

    def folds_case(self) -> bool:
        """Whether the file system takes two names for one that differ in case only."""
        with tempfile.NamedTemporaryFile(dir=self.tmp, prefix="Case") as probe:
            name = os.path.basename(probe.name)
            return (self.tmp / name.swapcase()).exists()


def safe_path(filename: str) -> str:
    """Turn an item's name on the platform into a relative path that every system can have, or refuse it.

    Raises
    ------
    InputError
        On whatever leads out of a folder, and on what Windows does not take: so a workspace can be moved there.

    Examples
    --------
    >>> safe_path("/street/1.jpg")
    'street/1.jpg'
    >>> safe_path("/street/nul.jpg")
    Traceback (most recent call last):
    annogeo.errors.InputError: file name '/street/nul.jpg' was refused: 'nul.jpg' is a device on Windows
    """
    path = safe_relative(filename)
    for part in path.split("/"):
        problem = None
        if _RESERVED.fullmatch(part):
            problem = "is a device on Windows"
        elif _FORBIDDEN.search(part):
            problem = "has a character that Windows does not take"
        elif part != part.rstrip(". "):
            problem = "ends in a dot or a space"
        elif len(part.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
            problem = f"is longer than {_MOST_BYTES} bytes"
        if problem is not None:
            shown = part if len(part) < 60 else f"{part[:57]}..."
            raise InputError(f"file name {filename[:200]!r} was refused: {shown!r} {problem}")
    return path


def folded(path: str, *, case: bool) -> str:
    """Return what two paths share that name one file: composed accents, and case where that does not count."""
    composed = unicodedata.normalize("NFC", path)
    return composed.casefold() if case else composed

"""The trash of a workspace: whatever a run replaces or takes away lies there, by run. Layer: sync."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from annogeo.atomic import write_bytes
from annogeo.files.paths import safe_join
from annogeo.sync.layout import Layout


class Trash:
    """The trash of one run; its folder is made when something comes into it."""

    def __init__(self, layout: Layout) -> None:
        run = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        self.folder = layout.trash / f"{run}-{os.getpid()}"

    def keep_copy(self, path: Path, name: str) -> None:
        """Keep a copy of a file that is about to be written."""
        place = self._place(name)
        shutil.copy2(path, place)

    def keep_part(self, part: Path, name: str) -> None:
        """Keep fetched bytes that must not go where they belong."""
        os.replace(part, self._place(f"remote/{name}"))

    def keep_bytes(self, data: bytes, name: str) -> None:
        """Keep bytes."""
        write_bytes(self._place(name), data)

    def take(self, path: Path, name: str) -> None:
        """Take a file away; one that is not there is fine."""
        if path.exists():
            os.replace(path, self._place(name))

    def _place(self, name: str) -> Path:
        """Return a place nobody has yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = safe_join(self.folder, name)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        place, n = wanted, 1
        while place.exists():
            n += 1
            place = wanted.with_name(f"{wanted.name}~{n}")
        return place

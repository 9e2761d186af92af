"""What an output folder already holds: one line per finished item, so that an interrupted run can go on.

A line is appended when an item is done; at the end the file is written anew in the order of the items, so that it is
the same however often a run was interrupted. Layer: batch.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from annogeo.atomic import reason, write_bytes
from annogeo.batch.outcomes import Job
from annogeo.errors import InputError
from annogeo.files.paths import RENDER_RECORD

Entry = dict[str, Any]


def entry_of(job: Job, output: Path, options_digest: str, table_digest: str) -> Entry:
    """Describe what an item's files are made from.

    Raises
    ------
    InputError
        If one of its inputs is gone.
    """
    return {
        "outputs": [os.path.relpath(path, output).replace(os.sep, "/") for _, path in job.outputs],
        "inputs": [_stamp(path) for path in job.source.files],
        "options": options_digest,
        "labels": table_digest,
    }


class Manifest:
    """The record of one output folder.

    Parameters
    ----------
    output : Path
    resume : bool
        Trust what is recorded; else everything counts as not done.
    """

    def __init__(self, output: Path, *, resume: bool) -> None:
        self._path = output / RENDER_RECORD
        self._output = output
        self._known = _read(self._path)
        self._resume = resume
        self._stream: IO[bytes] | None = None

    def is_done(self, entry: Entry) -> bool:
        """Whether this is recorded, and the files are there in the size they were written in."""
        known = self._known.get(_key(entry)) if self._resume else None
        if known is None or any(known.get(name) != value for name, value in entry.items()):
            return False
        sizes = known.get("sizes")
        if not isinstance(sizes, list) or len(sizes) != len(entry["outputs"]):
            return False
        return all(
            _size(self._output / name) == size for name, size in zip(entry["outputs"], sizes, strict=True)
        )

    def open(self) -> None:
        """Begin to record."""
        self._write_all()  # also ends a line that was cut off
        self._stream = self._path.open("ab")

    def add(self, entry: Entry, sizes: Iterable[int]) -> None:
        """Record a finished item."""
        done = {**entry, "sizes": list(sizes)}
        self._known[_key(entry)] = done
        if self._stream is not None:
            self._stream.write(_line(done))
            self._stream.flush()

    def close(self) -> None:
        """Write the record in its final order."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
            self._write_all()

    def _write_all(self) -> None:
        write_bytes(self._path, b"".join(_line(self._known[key]) for key in sorted(self._known)))


def _read(path: Path) -> dict[tuple[str, ...], Entry]:
    """Read what is recorded; a line that a crash has cut off is left out."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return {}
    known = {}
    for line in lines:
        try:
            entry = json.loads(line)
            known[_key(entry)] = entry
        except (ValueError, KeyError, TypeError):
            continue
    return known


def _key(entry: Entry) -> tuple[str, ...]:
    return tuple(entry["outputs"])


def _line(entry: Entry) -> bytes:
    return json.dumps(entry, sort_keys=True).encode() + b"\n"


def _stamp(path: str) -> list[Any]:
    try:
        status = os.stat(path)
    except OSError as error:
        raise InputError(f"could not be read: {reason(error)}", path=path) from error
    return [os.path.basename(path), status.st_size, status.st_mtime_ns]


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1

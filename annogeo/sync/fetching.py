"""An item's bytes: fetched once, resumed where a run broke off, put in place whole, never over somebody's own file.

Layer: sync.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annogeo.errors import InputError, SyncError
from annogeo.sync.retrying import Interrupted
from annogeo.sync.transport import AnswerError

if TYPE_CHECKING:
    from annogeo.sync.remote import Remote

Json = dict[str, Any]
_PIECE = 1 << 20


def version_of(item: Json) -> str:
    """Return what the server says of an item's bytes: it has no hash of them."""
    return f"{size_of(item)}/{item.get('updatedAt')}"


def size_of(item: Json) -> int | None:
    """Return the size in bytes an item states."""
    metadata = item.get("metadata")
    system = metadata.get("system") if isinstance(metadata, dict) else None
    size = system.get("size") if isinstance(system, dict) else None
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def is_link(item: Json) -> bool:
    """Whether an item's bytes are elsewhere: such links are not followed."""
    metadata = item.get("metadata")
    system = metadata.get("system") if isinstance(metadata, dict) else None
    return isinstance(system, dict) and bool(system.get("shebang"))


def file_hash(path: str | os.PathLike[str]) -> str | None:
    """Return the SHA-256 of a file; None: there is none."""
    found = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            while piece := stream.read(_PIECE):
                found.update(piece)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"could not be read: {error.strerror}", path=os.fspath(path)) from None
    return found.hexdigest()


def fetch(remote: Remote, item: Json, folder: Path) -> tuple[Path, str]:
    """Fetch an item's bytes into a temporary file; returns it and its SHA-256.

    A file that a run left behind is gone on with, where it is of the same version; one that is whole is not asked for.

    Raises
    ------
    SyncError
        If they do not come, or are not as many as the item says.
    AnswerError
        With status 404 if the item is gone.
    InputError
        If the disk does not take them.
    """
    part = folder / f"{item['id']}-{zlib.crc32(version_of(item).encode()):08x}.part"
    if part.exists() and part.stat().st_size == size_of(
        item
    ):  # the run was stopped before it was put in place
        return part, _checked(part, item)
    policy, stop = remote.transport.policy, remote.transport.stop
    for attempt in range(1, policy.attempts + 1):
        try:
            _append(remote, item["id"], part)
            return part, _checked(part, item)
        except Interrupted:
            raise
        except AnswerError as error:
            if error.status == 416:  # what lies here is longer than the file
                part.unlink(missing_ok=True)
            elif error.status is not None and error.status < 500 and error.status not in (408, 425, 429):
                raise
            if attempt == policy.attempts:
                raise
        except SyncError:
            if attempt == policy.attempts:
                raise
        if stop.wait(policy.wait(attempt)):
            raise Interrupted()
    raise AssertionError


def _append(remote: Remote, item_id: str, part: Path) -> None:
    try:
        with open(part, "ab") as file, remote.stream(item_id, file.tell()) as (start, pieces):
            if start > file.tell():
                raise SyncError("the server sent another part of the file than was asked for")
            file.truncate(start)
            file.seek(start)
            for piece in pieces:
                file.write(piece)
    except OSError as error:
        raise InputError(f"could not be written: {error.strerror}", path=os.fspath(part)) from None


def _checked(part: Path, item: Json) -> str:
    """Compare with the size the item states."""
    size, stated = part.stat().st_size, size_of(item)
    if stated is not None and size > stated:
        part.unlink()
    if stated is not None and size != stated:
        raise SyncError(f"expected {stated} bytes, got {size}")
    found = file_hash(part)
    assert found is not None
    return found

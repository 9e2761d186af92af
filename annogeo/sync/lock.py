"""One run at a time on one workspace. Layer: sync."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from annogeo.errors import InputError, SyncError


@contextmanager
def locked(path: str | os.PathLike[str]) -> Iterator[None]:
    """Hold a lock file; the system lets it go when the process ends, however it ends.

    Raises
    ------
    SyncError
        If another run holds it.
    InputError
        If the file cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    except OSError as error:
        raise InputError(f"could not be made: {error.strerror}", path=os.fspath(path)) from None
    try:
        if not _take(descriptor):
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise SyncError(
                f"another run (process {holder}) is at work in this workspace",
                path=os.fspath(path),
                hint="wait until it has ended",
            )
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            # far behind what is written, so that others can still read who holds it
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return False
    return True

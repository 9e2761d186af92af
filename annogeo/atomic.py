"""Writing files so that a reader sees the old one or the new one, never half of one.

Layer: beside errors.
"""

from __future__ import annotations

import itertools
import os
import platform
import re
import threading
import time
import zlib
from io import BufferedWriter

from annogeo.errors import InputError

_counter = itertools.count()
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_TEMPORARY = re.compile(r"\.annogeo-(?P<host>[0-9a-f]{8})-(?P<process>\d+)-\d+-\d+\.tmp")
_DAY = 86_400.0


def write_bytes(path: str | os.PathLike[str], data: bytes | bytearray | memoryview) -> None:
    """Write a file in one step: into a temporary file beside it, which then takes its place.

    Folders that are missing are made. If anything fails, `path` is as it was and the temporary file is gone. A file
    that has these bytes already is only marked as written now: replacing makes some file systems wait for the disk.

    Raises
    ------
    InputError
        If the place can't be written; it says why.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_bytes(f"{folder}/a/b.txt", b"hello")
    ...     open(f"{folder}/a/b.txt").read()
    'hello'
    """
    target = os.fspath(path)
    if _holds(target, data):
        return
    temporary = os.path.join(os.path.dirname(target), _temporary_name())
    try:
        with _open_new(temporary) as stream:
            stream.write(data)
        os.replace(temporary, target)
    except BaseException as error:  # an interruption may come as soon as the file is there
        _remove(temporary)
        if isinstance(error, OSError):
            raise InputError(f"could not be written: {reason(error)}", path=target) from error
        raise


def sweep_temporaries(folder: str | os.PathLike[str]) -> int:
    """Remove temporary files that a killed run has left below `folder`; those of live processes stay.

    Returns
    -------
    int
        How many were removed.
    """
    removed = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".annogeo-") and _is_stale(os.path.join(parent, name), name):
                removed += _remove(os.path.join(parent, name))
    return removed


def reason(error: OSError) -> str:
    """Say what the system said, without its error number."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def _holds(path: str, data: bytes | bytearray | memoryview) -> bool:
    """Whether the file is there and has these bytes; it is then as new as if it had been written."""
    try:
        if os.lstat(path).st_size != len(data):
            return False
        with open(path, "rb") as stream:
            if stream.read() != data:
                return False
        os.utime(path)
    except OSError:
        return False
    return True


def _open_new(path: str) -> BufferedWriter:
    try:
        return open(path, "xb")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "xb")


def _temporary_name() -> str:
    return f".annogeo-{_HOST}-{os.getpid()}-{threading.get_ident()}-{next(_counter)}.tmp"


def _is_stale(path: str, name: str) -> bool:
    """Whether nobody will finish this file: its process is gone, or it is old and that number may be another's."""
    made_by = _TEMPORARY.fullmatch(name)
    if made_by is None:
        return False
    if made_by["host"] == _HOST and not _is_alive(int(made_by["process"])):
        return True
    try:
        return time.time() - os.stat(path).st_mtime > _DAY
    except OSError:
        return False


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return False  # there, signal 0 would end the process; an open file can't be removed anyway
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return not _is_zombie(process)


def _is_zombie(process: int) -> bool:
    """Whether a process has ended and only waits to be noticed, as orphans do in many containers."""
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:
            after_name = stream.read().rpartition(b")")[2]
    except OSError:
        return False
    return after_name.split()[:1] == [b"Z"]


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True

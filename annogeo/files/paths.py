"""Names: from data to paths that stay inside a folder, and from an item to the files named after it.

Layer: files.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

from annogeo.errors import InputError

_DRIVE = re.compile(r"[A-Za-z]:")
IMAGE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .bmp .dib .gif .tif .tiff .webp .ppm .pgm .pbm .pnm .jp2 .avif .tga".split()
)
VIDEO_SUFFIXES = frozenset(".mp4 .webm .mkv .mov .avi .m4v .mpg .mpeg .wmv .flv .ts".split())
AUDIO_SUFFIXES = frozenset(".mp3 .wav .ogg .flac .m4a .aac .opus".split())
MEDIA_SUFFIXES = IMAGE_SUFFIXES | VIDEO_SUFFIXES | AUDIO_SUFFIXES
RENDER_RECORD = ".annogeo-render.jsonl"  # marks a folder that `annogeo render` has written into


def given_path(path: str | os.PathLike[str]) -> Path:
    """Take a path from a caller; an empty text, which would stand for the working folder, is a mistake.

    Raises
    ------
    InputError
        On an empty text.

    Examples
    --------
    >>> given_path("street").name
    'street'
    """
    if not os.fspath(path):
        raise InputError("expected a path, got an empty text", hint="'.' is the working folder")
    return Path(path)


def safe_relative(name: str) -> str:
    """Check that a name from data stays inside whatever folder it is put in; return it normalised.

    One leading slash is the platform's way of writing its root and is dropped.

    Raises
    ------
    InputError
        On ``..``, a drive letter, a backslash, a NUL, an absolute path or an empty name.

    Examples
    --------
    >>> safe_relative("/street/./1.jpg")
    'street/1.jpg'
    """
    relative = name[1:] if name.startswith("/") else name
    parts = relative.split("/")
    problem = None
    if "\0" in name:
        problem = "a NUL character"
    elif "\\" in name:
        problem = "a backslash"
    elif _DRIVE.match(relative):
        problem = "a drive letter"
    elif ".." in parts:
        problem = "'..'"
    elif relative.startswith("/"):
        problem = "an absolute path"
    kept = "/".join(part for part in parts if part not in ("", "."))
    if problem is None and not kept:
        problem = "no name at all"
    if problem is not None:
        hint = "a name may only lead to a place inside its folder"
        raise InputError(f"file name {name!r} was refused: it has {problem}", hint=hint)
    return kept


def safe_join(root: str | os.PathLike[str], relative: str) -> Path:
    """Put a name from data below a folder, or refuse it.

    Parameters
    ----------
    root : path
        Trusted.
    relative : str
        Not trusted.

    Raises
    ------
    InputError
        As `safe_relative`; and if a symbolic link on the way leads out of `root`.

    Examples
    --------
    >>> safe_join("out", "/street/1.jpg").as_posix()
    'out/street/1.jpg'
    """
    path = Path(root) / safe_relative(relative)
    inside = os.path.realpath(root)
    real = os.path.realpath(path)
    if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
        raise InputError(f"file name {relative!r} was refused: a link leads out of {os.fspath(root)!r}")
    return path


def replaced_suffix(name: str, suffix: str) -> str:
    """Name a file after an item the V1 way: the extension gives way.

    Examples
    --------
    >>> replaced_suffix("street/1.jpg", ".png")
    'street/1.png'
    """
    return posixpath.splitext(name)[0] + suffix


def appended_suffix(name: str, suffix: str) -> str:
    """Name a file after an item the V2 way: the extension stays.

    Examples
    --------
    >>> appended_suffix("street/1.jpg", ".png")
    'street/1.jpg.png'
    """
    return name + suffix


def suffix_of(name: str) -> str:
    """The extension in lower case, with its dot."""
    return posixpath.splitext(name)[1].lower()

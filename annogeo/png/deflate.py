"""Zlib streams: through isal where it is installed (five times as fast on masks), else the standard library."""

from __future__ import annotations

import zlib
from typing import Any

from annogeo.errors import InputError

# A deflate stream can not grow more than this when unpacked (258 bytes from two bits, and some header).
_LARGEST_RATIO = 1032


def _implementation() -> Any:
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib
    return isal_zlib


def compress(content: Any, *, level: int | None = None) -> bytes:
    """Return `content` (anything with a contiguous buffer) as a zlib stream.

    Parameters
    ----------
    level : 1..9, optional
        None is the fastest setting there is; a number is the standard library's level, smaller and slower.

    Examples
    --------
    >>> inflate(compress(b"a" * 1000), 1000) == b"a" * 1000
    True
    """
    if level is not None:
        return zlib.compress(content, level)
    # Level 3, in every isal: bytes of its levels 1 and 2 differ now and then, from process to process and when several
    # threads pack (isal 1.6 to 1.9).
    stream = _implementation().compressobj(3)
    packed: bytes = stream.compress(content) + stream.flush()
    return packed


def inflate(stream: bytes, size: int) -> bytes:
    """Unpack `size` bytes and never more: what a stream holds beyond them is not unpacked.

    Raises
    ------
    InputError
        If the stream is damaged or shorter.

    Examples
    --------
    >>> inflate(compress(b"abc"), 2)
    b'ab'
    """
    check_begin(stream, size)
    module = _implementation()
    try:
        unpacked: bytes = module.decompressobj().decompress(stream, size)
    except (zlib.error, module.error) as error:
        raise InputError(f"PNG: the packed pixels are damaged ({error})") from None
    if len(unpacked) != size:
        raise InputError(f"PNG: expected pixels of {size} bytes, the file has {len(unpacked)}")
    return unpacked


def check_begin(stream: bytes, size: int) -> None:
    """Refuse a stream that can not unpack to `size` bytes or does not begin as zlib's do (RFC 1950).

    Examples
    --------
    >>> check_begin(compress(b"abc"), 3)
    """
    if size > _LARGEST_RATIO * len(stream):
        raise InputError(
            f"PNG: expected pixels of {size} bytes, {len(stream)} packed bytes can not hold them"
        )
    method, flags = stream[:2] if len(stream) > 1 else (0, 0)
    if method & 15 != zlib.DEFLATED or method >> 4 > 7 or (256 * method + flags) % 31 or flags & 32:
        raise InputError(f"PNG: the packed pixels are damaged (they begin {stream[:2]!r})")

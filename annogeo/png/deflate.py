"""Zlib streams of pictures that are not flat, and the way back. Flat ones are for `flat`; `decode` reads masks."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError

# A deflate stream can not grow more than this when unpacked (258 bytes from two bits, and some header).
_LARGEST_RATIO = 1032


def compress(rows: npt.NDArray[np.uint8], *, level: int | None = None) -> bytes:
    """Return filtered rows as a zlib stream.

    Parameters
    ----------
    rows : uint8, any shape
    level : 1..9, optional
        None is the fastest: bytes are coded by how often they occur, and hardly any repetition is looked for, of which
        photographs have next to none. The stream is the same on every machine. A number is the standard library's
        level, smaller and slower.

    Examples
    --------
    >>> inflate(compress(np.full((9, 100), 7, np.uint8)), 900) == bytes([7]) * 900
    True
    """
    if level is not None:
        return zlib.compress(np.ascontiguousarray(rows).data, level)
    from annogeo.kernels.deflate import ALL_SYMBOLS
    from annogeo.kernels.literals import encode_bytes

    content = np.require(rows, requirements=("C", "W")).reshape(-1)
    out = np.empty(2 * content.size + 2048, np.uint8)
    size = encode_bytes(
        content,
        np.empty(ALL_SYMBOLS, np.int64),
        np.empty(ALL_SYMBOLS, np.int64),
        np.empty(1024 + ALL_SYMBOLS, np.int64),
        out,
    )
    return out[:size].tobytes() + zlib.adler32(content.data).to_bytes(4, "big")


def inflate(stream: bytes, size: int) -> bytes:
    """Unpack `size` bytes: what a stream holds beyond them is not unpacked.

    The checksum is looked at where the stream ends with them; one that is cut off is forgiven.

    Raises
    ------
    InputError
        If the stream is damaged or shorter.

    Examples
    --------
    >>> inflate(zlib.compress(b"abc"), 2)
    b'ab'
    """
    check_begin(stream, size)
    try:
        # one byte more than there should be: only so the end of the stream, and its checksum, are seen
        unpacked = zlib.decompressobj().decompress(stream, size + 1)
    except zlib.error as error:
        raise InputError(f"PNG: the packed pixels are damaged ({error})") from None
    if len(unpacked) < size:
        raise InputError(f"PNG: expected pixels of {size} bytes, the file has {len(unpacked)}")
    return unpacked[:size]


def check_begin(stream: bytes, size: int) -> None:
    """Refuse a stream that can not unpack to `size` bytes or does not begin as zlib's do (RFC 1950).

    Examples
    --------
    >>> check_begin(zlib.compress(b"abc"), 3)
    """
    if size > _LARGEST_RATIO * len(stream):
        raise InputError(
            f"PNG: expected pixels of {size} bytes, {len(stream)} packed bytes can not hold them"
        )
    method, flags = stream[:2] if len(stream) > 1 else (0, 0)
    if method & 15 != zlib.DEFLATED or method >> 4 > 7 or (256 * method + flags) % 31 or flags & 32:
        raise InputError(f"PNG: the packed pixels are damaged (they begin {stream[:2]!r})")

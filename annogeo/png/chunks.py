"""The PNG container: a file's header, its compressed pixel stream, and files put together again.

Reading checks sizes and checksums before anything is unpacked; nothing here knows pixels.
Specification: PNG, third edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annogeo.errors import InputError
from annogeo.rle import PIXEL_LIMIT

SIGNATURE = b"\x89PNG\r\n\x1a\n"

GREY, RGB, INDEXED, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6


@dataclass(frozen=True, slots=True)
class Header:
    """What IHDR says: size in px, bits per sample, colour type (`GREY` ... `RGBA`), and whether rows are interlaced."""

    height: int
    width: int
    depth: int
    color: int
    interlaced: bool


def read_header(png: bytes, *, max_pixels: int = PIXEL_LIMIT) -> Header:
    """Read IHDR.

    Raises
    ------
    InputError
        If the bytes are no PNG, claim no pixels or more than `max_pixels`, or are packed in a way that does not exist.

    Examples
    --------
    >>> read_header(write_png(Header(3, 2, 8, GREY, False), [], b""))
    Header(height=3, width=2, depth=8, color=0, interlaced=False)
    """
    if len(png) < 33 or png[:8] != SIGNATURE or png[12:16] != b"IHDR" or png[8:12] != b"\0\0\0\r":
        raise InputError(f"expected a PNG file, got {len(png)} bytes starting {png[:8]!r}")
    if zlib.crc32(png[12:29]) != int.from_bytes(png[29:33], "big"):
        raise InputError("PNG: the header's checksum is wrong; the file is damaged")
    width, height, depth, color, *methods = struct.unpack(">IIBBBBB", png[16:29])
    if not 0 < width * height <= max_pixels:
        raise InputError(f"PNG: expected 1 to {max_pixels} pixels, got {height}x{width}")
    if methods not in ([0, 0, 0], [0, 0, 1]):
        raise InputError(
            "PNG: expected compression 0, filters 0 and interlacing 0 or 1, "
            f"got {', '.join(map(str, methods))}; the file is damaged"
        )
    return Header(height, width, depth, color, methods[2] == 1)


def read_stream(png: bytes) -> bytes:
    """Return the compressed pixels: the contents of all IDAT chunks.

    Raises
    ------
    InputError
        If a chunk is cut off, a checksum is wrong, or there are no pixels.
    """
    view = memoryview(png)
    parts = []
    for kind, place, end in _walk(png):
        if kind == b"IDAT":
            _check(view, kind, place, end)
            parts.append(view[place + 8 : end])
    if not parts:
        raise InputError("PNG: no pixels (no IDAT chunk); the file is cut off or damaged")
    return bytes(parts[0]) if len(parts) == 1 else b"".join(parts)


def read_chunks(png: bytes) -> dict[bytes, bytes]:
    """Return what stands before the pixels: the content of each chunk, by its kind.

    All checksums are looked at: a damaged name would hide a chunk that says what the samples mean.

    Raises
    ------
    InputError
        If a chunk is cut off or a checksum is wrong.

    Examples
    --------
    >>> read_chunks(write_png(Header(3, 2, 8, INDEXED, False), [(b"PLTE", b"abc")], b""))[b"PLTE"]
    b'abc'
    """
    view = memoryview(png)
    chunks = {}
    for kind, place, end in _walk(png):
        if kind == b"IDAT":
            break
        _check(view, kind, place, end)
        chunks[kind] = png[place + 8 : end]
    return chunks


def _walk(png: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind, the place and the end of content of each chunk before IEND."""
    place = 8
    while place + 12 <= len(png):
        kind = png[place + 4 : place + 8]
        end = place + 8 + int.from_bytes(png[place : place + 4], "big")
        if end + 4 > len(png):
            raise InputError(f"PNG: cut off inside chunk {kind!r} at byte {place}")
        if kind == b"IEND":
            return
        yield kind, place, end
        place = end + 4


def _check(view: memoryview, kind: bytes, place: int, end: int) -> None:
    if zlib.crc32(view[place + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
        raise InputError(f"PNG: the checksum of chunk {kind!r} at byte {place} is wrong; the file is damaged")


def write_png(header: Header, chunks: Iterable[tuple[bytes, bytes]], stream: bytes) -> bytes:
    """Put a file together from a header, chunks (kind, content) that stand before the pixels, and the pixel stream."""
    size = struct.pack(
        ">IIBBBBB", header.width, header.height, header.depth, header.color, 0, 0, int(header.interlaced)
    )
    parts = [SIGNATURE]
    for kind, content in ((b"IHDR", size), *chunks, (b"IDAT", stream), (b"IEND", b"")):
        checksum = zlib.crc32(content, zlib.crc32(kind))
        parts += [len(content).to_bytes(4, "big"), kind, content, checksum.to_bytes(4, "big")]
    return b"".join(parts)

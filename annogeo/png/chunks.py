"""The PNG container: a file's header, its compressed pixel stream, and files put together again.

Reading checks sizes and checksums before anything is unpacked; nothing here knows pixels.
Specification: PNG, third edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
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
        If the bytes are no PNG, or claim no pixels or more than `max_pixels`.

    Examples
    --------
    >>> read_header(write_png(Header(3, 2, 8, GREY, False), [], b""))
    Header(height=3, width=2, depth=8, color=0, interlaced=False)
    """
    if len(png) < 33 or png[:8] != SIGNATURE or png[12:16] != b"IHDR" or png[8:12] != b"\0\0\0\r":
        raise InputError(f"expected a PNG file, got {len(png)} bytes starting {png[:8]!r}")
    if zlib.crc32(png[12:29]) != int.from_bytes(png[29:33], "big"):
        raise InputError("PNG: the header's checksum is wrong; the file is damaged")
    width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", png[16:29])
    if not 0 < width * height <= max_pixels:
        raise InputError(f"PNG: expected 1 to {max_pixels} pixels, got {height}x{width}")
    return Header(height, width, depth, color, interlace != 0)


def read_stream(png: bytes) -> bytes:
    """Return the compressed pixels: the contents of all IDAT chunks.

    Raises
    ------
    InputError
        If a chunk is cut off, a checksum is wrong, or there are no pixels.
    """
    view = memoryview(png)
    parts = []
    place = 8
    while place + 12 <= len(png):
        length = int.from_bytes(view[place : place + 4], "big")
        kind = png[place + 4 : place + 8]
        end = place + 8 + length
        if end + 4 > len(png):
            raise InputError(f"PNG: cut off inside chunk {kind!r} at byte {place}")
        if kind == b"IDAT":
            if zlib.crc32(view[place + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
                raise InputError(
                    f"PNG: the checksum of the pixels at byte {place} is wrong; the file is damaged"
                )
            parts.append(view[place + 8 : end])
        elif kind == b"IEND":
            break
        place = end + 4
    if not parts:
        raise InputError("PNG: no pixels (no IDAT chunk); the file is cut off or damaged")
    return bytes(parts[0]) if len(parts) == 1 else b"".join(parts)


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

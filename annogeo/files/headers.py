"""Size and EXIF orientation of a picture from its first bytes: PNG and JPEG without a decoder, others by Pillow.

Layer: files.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

from annogeo.atomic import reason
from annogeo.errors import InputError

_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION_TAG = 0x0112
_TURNED = frozenset((5, 6, 7, 8))
# the JPEG markers that carry a frame header: SOF0..SOF15 without DHT, JPG and DAC
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a picture say.

    Parameters
    ----------
    height, width : int
        As displayed: swapped where the orientation is 5 to 8.
    orientation : int
        EXIF orientation, 1 where the file has none.
    bits : int
        Bits per channel, where it matters for decoding; else 8.
    kind : str
        ``png``, ``jpeg`` or ``other``.
    """

    height: int
    width: int
    orientation: int = 1
    bits: int = 8
    kind: str = "other"


def read_header(path: str | os.PathLike[str]) -> Header:
    """Read a picture's size and orientation without decoding it.

    Raises
    ------
    InputError
        If it can't be read, is no picture, or says that it has no pixels.
    """
    name = os.fspath(path)
    try:
        with open(path, "rb") as stream:
            start = stream.read(8)
            if start == _PNG:
                header = _png(stream)
            elif start[:3] == b"\xff\xd8\xff":
                stream.seek(2)
                header = _jpeg(stream)
            else:
                header = None
    except OSError as error:
        raise InputError(f"could not be read: {reason(error)}", path=name) from error
    except (struct.error, IndexError):
        raise InputError("the picture is cut off inside its header", path=name) from None
    header = header if header is not None else _other(name)
    if not (header.height and header.width):
        raise InputError(
            f"the picture claims to be {header.width} x {header.height} px, expected at least 1 x 1",
            path=name,
            hint="replace the picture, it has no pixels",
        )
    return header


def _png(stream: BufferedReader) -> Header | None:
    length, kind = struct.unpack(">I4s", stream.read(8))
    if kind != b"IHDR" or length != 13:
        return None
    width, height, bits = struct.unpack(">IIB", stream.read(17)[:9])
    orientation = 1
    while True:
        chunk = stream.read(8)
        if len(chunk) < 8:
            break
        length, kind = struct.unpack(">I4s", chunk)
        if kind in (b"IDAT", b"IEND"):
            break
        if kind == b"eXIf" and length < 1 << 20:
            orientation = _orientation(stream.read(length))
            break
        stream.seek(length + 4, os.SEEK_CUR)
    return _displayed(height, width, orientation, bits, "png")


def _jpeg(stream: BufferedReader) -> Header | None:
    orientation = 1
    for marker, length in _jpeg_segments(stream):
        if marker in _FRAME_MARKERS:
            bits, height, width = struct.unpack(">BHH", stream.read(5))
            return _displayed(height, width, orientation, bits, "jpeg") if height and width else None
        if marker == 0xE1 and orientation == 1:
            body = stream.read(length)
            if body[:6] == b"Exif\0\0":
                orientation = _orientation(body[6:])
        else:
            stream.seek(length, os.SEEK_CUR)
    return None


def _jpeg_segments(stream: BufferedReader) -> Iterator[tuple[int, int]]:
    """Give marker and body length of each segment; the stream stands at the body, and has to be left at its end."""
    while True:
        byte = stream.read(1)
        if byte != b"\xff":
            return
        while byte == b"\xff":  # padding
            byte = stream.read(1)
        marker = byte[0]
        if marker in (0xD9, 0xDA):
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # these stand alone
            continue
        (length,) = struct.unpack(">H", stream.read(2))
        yield marker, max(length - 2, 0)


def _orientation(exif: bytes) -> int:
    """Find the orientation in a TIFF block (EXIF 2.3, section 4.6.4); 1 where it isn't there or makes no sense."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(order + "HH", exif, entry)
            if tag == _ORIENTATION_TAG:
                (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), exif, entry + 8)
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _other(name: str) -> Header:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(name) as picture:
            width, height = picture.size
            orientation = picture.getexif().get(_ORIENTATION_TAG, 1)
            if (
                picture.format == "TIFF"
            ):  # its `size` is the stored one or the displayed one, by Pillow's version
                tags: Any = picture.tag_v2  # type: ignore[attr-defined]
                width, height = tags[256], tags[257]
    except UnidentifiedImageError:
        return _by_opencv(name)
    except Image.DecompressionBombError:
        raise InputError("the picture is too large to be opened", path=name) from None
    except (OSError, SyntaxError, ValueError, KeyError, Warning) as error:
        raise InputError(f"the picture could not be read: {error}", path=name) from None
    return _displayed(height, width, orientation if orientation in range(1, 9) else 1, 8, "other")


def _by_opencv(name: str) -> Header:
    """Some TIFFs are only known there; it has no way to read a header alone."""
    import cv2

    picture = cv2.imread(name, cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if picture is None:
        empty = os.path.getsize(name) == 0
        message = "the file is empty" if empty else "this is no picture, or of a kind that is not known"
        raise InputError(message, path=name)
    return Header(picture.shape[0], picture.shape[1], bits=8 * picture.itemsize)


def _displayed(height: int, width: int, orientation: int, bits: int, kind: str) -> Header:
    if orientation in _TURNED:
        height, width = width, height
    return Header(height, width, orientation, bits, kind)

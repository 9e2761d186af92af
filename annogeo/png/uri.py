"""Masks as the platform's JSON holds them: a PNG in a ``data:`` URI, kept as it is until its pixels are asked for."""

from __future__ import annotations

import binascii
from dataclasses import dataclass, field

from annogeo.errors import InputError
from annogeo.png.decode import decode_mask
from annogeo.png.kinds import Color
from annogeo.png.mask import encode_mask
from annogeo.rle import Rle

PREFIX = "data:image/png;base64,"


def png_of_uri(uri: str) -> bytes:
    """Return the file inside a data URI; missing padding and line breaks in it are forgiven.

    Raises
    ------
    InputError
        If the string is no base64 data URI of a PNG.
    """
    check_uri(uri)
    try:
        # Padding more than is there ends decoding; a reader that insists on it would lose whole masks.
        return binascii.a2b_base64(uri[uri.index(",") + 1 :] + "==")
    except (binascii.Error, ValueError) as error:
        raise InputError(f"the mask's base64 text is damaged ({error})") from None


def check_uri(uri: str) -> None:
    """Raise InputError unless the string starts as a base64 data URI of a PNG does."""
    start = uri[:64].partition(",")
    kind = start[0].lower()
    if not (start[1] and kind.startswith("data:image/png;") and kind.endswith(";base64")):
        raise InputError(f"expected a mask as {PREFIX!r}..., got {uri[:32]!r}")


@dataclass(slots=True, eq=False)
class PngMask:
    """A mask that is still a data URI; decoded once, when first asked for its runs or its colour.

    Two threads that ask at the same time both decode, to the same value. A file that can not be decoded raises the same
    InputError each time.

    Examples
    --------
    >>> from annogeo.png import encode_mask_uri
    >>> mask = PngMask(encode_mask_uri(Rle.from_mask([[0, 1]]), (255, 0, 0)))
    >>> mask.rle, mask.color
    (Rle(1x2, 1 runs, area 1), (255, 0, 0))
    """

    uri: str
    _decoded: tuple[Rle, Color | None] | None = field(default=None, init=False, repr=False)
    _error: InputError | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        check_uri(self.uri)

    @property
    def rle(self) -> Rle:
        """The runs."""
        return self._decode()[0]

    @property
    def color(self) -> Color | None:
        """Red, green, blue of the first pixel of the mask; None when it is empty or the file is grey."""
        return self._decode()[1]

    def __reduce__(self) -> tuple[type[PngMask], tuple[str]]:
        return (PngMask, (self.uri,))

    def _decode(self) -> tuple[Rle, Color | None]:
        decoded = self._decoded
        if decoded is None:
            if self._error is not None:
                raise self._error.located()  # a fresh one: a raised error collects its callers
            try:
                decoded = self._decoded = decode_mask(png_of_uri(self.uri))
            except InputError as error:
                self._error = error.located()
                raise
        return decoded


def encode_mask_uri(mask: Rle, color: Color) -> str:
    """Return a mask as the platform's JSON holds it.

    Examples
    --------
    >>> uri = encode_mask_uri(Rle.from_mask([[0, 1]]), (255, 165, 0))
    >>> uri.startswith("data:image/png;base64,"), PngMask(uri).color
    (True, (255, 165, 0))
    """
    return PREFIX + binascii.b2a_base64(encode_mask(mask, color), newline=False).decode("ascii")

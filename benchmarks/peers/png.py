"""How each peer reads and writes mask PNGs in base64, and writes maps as PNG."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import Array, cv2_alone, quiet_dtlpy

Mask = npt.NDArray[np.bool_]
Color = tuple[int, int, int]
PREFIX = "data:image/png;base64,"


def cv2_read() -> Callable[[str], Mask]:
    """cv2.imdecode, alpha above 127."""
    cv2 = cv2_alone()

    def read(uri: str) -> Mask:
        png = np.frombuffer(base64.b64decode(uri[len(PREFIX) :]), np.uint8)
        return np.asarray(cv2.imdecode(png, cv2.IMREAD_UNCHANGED)[..., 3] > 127)

    return read


def pillow_read() -> Callable[[str], Mask]:
    """Pillow, alpha above 127."""
    from PIL import Image

    def read(uri: str) -> Mask:
        image = Image.open(io.BytesIO(base64.b64decode(uri[len(PREFIX) :])))
        return np.asarray(image)[..., 3] > 127

    return read


def dtlpy_read() -> Callable[[str], Mask]:
    """The vendor SDK's Segmentation."""
    dl = quiet_dtlpy()
    return lambda uri: np.asarray(dl.Segmentation.from_json({"label": "a", "coordinates": uri}).geo) > 0


def cv2_write() -> Callable[[Mask, Color], str]:
    """cv2.imencode of an RGBA picture of the mask."""
    cv2 = cv2_alone()

    def write(mask: Mask, color: Color) -> str:
        picture = np.zeros((*mask.shape, 4), np.uint8)
        picture[mask] = (*color[::-1], 255)
        return PREFIX + base64.b64encode(cv2.imencode(".png", picture)[1].data).decode("ascii")

    return write


def pillow_write() -> Callable[[Mask, Color], str]:
    """Pillow, of an RGBA picture of the mask."""
    from PIL import Image

    def write(mask: Mask, color: Color) -> str:
        picture = np.zeros((*mask.shape, 4), np.uint8)
        picture[mask] = (*color, 255)
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "PNG")
        return PREFIX + base64.b64encode(file.getvalue()).decode("ascii")

    return write


def dtlpy_write() -> Callable[[Mask, Color], str]:
    """The vendor SDK's Segmentation."""
    dl = quiet_dtlpy()
    return lambda mask, color: str(dl.Segmentation(geo=mask, label="a").to_coordinates(color))


def cv2_encode() -> Callable[[Array], bytes]:
    """cv2.imencode with its own settings, its fastest."""
    cv2 = cv2_alone()
    return lambda pixels: bytes(cv2.imencode(".png", pixels)[1].data)


def pillow_encode() -> Callable[[Array], bytes]:
    """Pillow with its own settings."""
    from PIL import Image

    def encode(pixels: Array) -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    return encode


def pillow_encode_fast() -> Callable[[Array], bytes]:
    """Pillow at its lowest level."""
    from PIL import Image

    def encode(pixels: Array) -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG", compress_level=1)
        return file.getvalue()

    return encode


READERS: dict[str, Callable[[], Callable[[str], Any]]] = {
    "cv2": cv2_read,
    "Pillow": pillow_read,
    "dtlpy": dtlpy_read,
}
WRITERS: dict[str, Callable[[], Callable[[Mask, Color], str]]] = {
    "cv2": cv2_write,
    "Pillow": pillow_write,
    "dtlpy": dtlpy_write,
}
ENCODERS: dict[str, Callable[[], Callable[[Array], bytes]]] = {
    "cv2": cv2_encode,
    "Pillow": pillow_encode,
    "Pillow, level 1": pillow_encode_fast,
}

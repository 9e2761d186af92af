"""Reading pictures: pixels as people see them (EXIF orientation applied), RGB order, uint8 or uint16.

Layer: files.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.atomic import reason
from annogeo.errors import AnnogeoError, InputError, UnsupportedError
from annogeo.files.headers import Header, read_header

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

MAX_PIXELS = 2**28  # a picture that says it is larger is not decoded
_PILLOW_PIXELS = 89_478_485  # beyond this Pillow warns of a bomb, and soon refuses
_HINT = "get the file again, it may be cut off"
_MODES = {
    "L": "L",
    "RGB": "RGB",
    "RGBA": "RGBA",
    "1": "L",
    "LA": "RGBA",
    "PA": "RGBA",
    "La": "RGBA",
    "RGBa": "RGBA",
}


def image_size(path: str | os.PathLike[str]) -> tuple[int, int, int]:
    """Return a picture's height and width as displayed, and its EXIF orientation, from the header alone.

    Raises
    ------
    InputError
        If it can't be read or is no picture.
    """
    header = read_header(path)
    return header.height, header.width, header.orientation


def read_image(path: str | os.PathLike[str], *, oriented: bool = True) -> Pixels:
    """Read a picture.

    Parameters
    ----------
    path : path
    oriented : bool
        Turn it as its EXIF orientation says; False gives the pixels as they are stored.

    Returns
    -------
    uint8 or uint16, (H, W), (H, W, 3) or (H, W, 4)
        Grey, RGB or RGBA; palettes, CMYK and the like are converted.

    Raises
    ------
    InputError
        If it can't be read, is cut off, no picture, or has more than `MAX_PIXELS` pixels.
    """
    header = read_header(path)
    name = os.fspath(path)
    n_pixels = header.height * header.width
    if n_pixels > MAX_PIXELS:
        raise InputError(
            f"the picture says it is {header.width} x {header.height}: more than {MAX_PIXELS} pixels",
            path=name,
        )
    deep = header.kind == "png" and header.bits == 16
    pixels = _by_opencv(name) if deep or n_pixels > _PILLOW_PIXELS else _by_pillow(name, header)
    if not oriented or header.orientation == 1:
        return pixels
    from annogeo.rendering.orientation import apply_orientation

    turned: Any = apply_orientation(pixels, header.orientation)
    return np.ascontiguousarray(turned)


def _by_pillow(name: str, header: Header) -> Pixels:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(name) as picture:
            pixels = _of_picture(picture, name)
            return _stored(pixels, header) if picture.format == "TIFF" else pixels
    except UnidentifiedImageError:
        return _by_opencv(name)
    except MemoryError:
        raise InputError(
            f"a picture of {header.width} x {header.height} does not fit in memory", path=name
        ) from None
    except AnnogeoError:
        raise
    except (OSError, SyntaxError, ValueError, Warning) as error:
        if header.kind == "other":  # TIFFs that Pillow opens but has no mode for
            return _by_opencv(name)
        system = isinstance(error, OSError) and error.errno is not None
        message = reason(error) if isinstance(error, OSError) and system else str(error)
        raise InputError(f"the picture could not be decoded: {message}", path=name, hint=_HINT) from None


def _of_picture(picture: Any, name: str) -> Pixels:
    if picture.mode in ("I;16", "I;16B", "I;16L"):
        return np.asarray(picture).astype(np.uint16)
    if picture.mode in ("I", "F"):
        return _of_numbers(np.asarray(picture), name)
    if picture.mode == "P":
        return np.array(picture.convert("RGBA" if "transparency" in picture.info else "RGB"))
    wanted = _MODES.get(picture.mode, "RGB")
    return np.array(picture if picture.mode == wanted else picture.convert(wanted))


def _stored(pixels: Pixels, header: Header) -> Pixels:
    """Undo what Pillow does to TIFFs, and to nothing else: it turns them as they are displayed."""
    from annogeo.rendering.orientation import undo_orientation

    found: Any = undo_orientation(pixels, header.orientation)
    return np.ascontiguousarray(found)


def _by_opencv(name: str) -> Pixels:
    import cv2

    pixels = cv2.imread(name, cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        raise InputError(
            "the picture could not be decoded", path=name, hint="get the file again, it may be cut off"
        )
    if pixels.ndim == 3 and pixels.shape[2] in (3, 4):
        order = [2, 1, 0, 3][: pixels.shape[2]]
        pixels = np.ascontiguousarray(pixels[:, :, order])
    elif pixels.ndim == 3:
        raise UnsupportedError(f"pictures of {pixels.shape[2]} channels are not supported", path=name)
    if pixels.dtype in (np.uint8, np.uint16):
        found: Pixels = pixels  # type: ignore[assignment]
        return found
    return _of_numbers(pixels, name)


def _of_numbers(values: npt.NDArray[Any], name: str) -> Pixels:
    """Whole numbers of a wider type, where they fit 16 bits."""
    whole = values.astype(np.uint16)
    if not np.array_equal(whole, values):
        raise UnsupportedError(f"pictures of {values.dtype} values are not supported", path=name)
    return whole

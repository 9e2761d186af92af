"""Canvases: how large they are, what is on them before drawing, and the caller's own buffers.

Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.rle import PIXEL_LIMIT

AnyArray = npt.NDArray[Any]
Size = tuple[int, int]

LONGEST_SIDE = 2**31 - 1  # spans count in int32
_PICTURE_DTYPES = (np.dtype(np.uint8), np.dtype(np.uint16))  # in either byte order


def canvas_size(height: Any, width: Any, image: AnyArray | None, known: Callable[[], Size | None]) -> Size:
    """Decide the canvas's height and width: the arguments, else the image, else what the item says.

    Parameters
    ----------
    height, width : int or None
        One may be given alone; the other then comes from the image or the item.
    image : array or None
    known : () -> (height, width) or None
        What the item or its annotations say; asked only where it is needed.

    Raises
    ------
    InputError
        If a size is missing or no integer above 0, or an item's own size is beyond the pixel limit.

    Examples
    --------
    >>> canvas_size(None, None, None, lambda: (48, 64))
    (48, 64)
    """
    if height is not None and width is not None:
        return _side("height", height), _side("width", width)
    found = image.shape[:2] if image is not None else known()
    if found is None:
        raise InputError(
            "the canvas has no size: neither height and width, nor an image, nor an item with a size was given",
            hint="pass height= and width=, or image=",
        )
    rows = _side("height", found[0] if height is None else height)
    columns = _side("width", found[1] if width is None else width)
    if height is None and width is None and image is None and rows * columns > PIXEL_LIMIT:
        raise InputError(
            f"the item claims {rows} x {columns} px, more than the limit of {PIXEL_LIMIT}",
            hint="pass height= and width= if the size is meant",
        )
    return rows, columns


def blank(shape: tuple[int, ...], dtype: np.dtype[Any], out: AnyArray | None, name: str) -> AnyArray:
    """Return a canvas of zeros: the caller's `out`, cleared, or a new array.

    Raises
    ------
    InputError
        If `out` has another shape or dtype or is read-only, or there is no memory for a new array.
    """
    if out is None:
        try:
            return np.zeros(shape, dtype)
        except (MemoryError, ValueError):  # numpy has a ValueError for sizes no machine has
            raise InputError(
                f"the {name!r} view of {shape[0]} x {shape[1]} px does not fit into memory",
                hint="draw a part of the image, or use annogeo.rles, which makes no pixels",
            ) from None
    check_out(out, shape, dtype, name)
    out[...] = 0
    return out


def borrowed(produce: Callable[[AnyArray | None], Any], out: Any) -> Any:
    """Call what draws with the caller's buffer; where its rows are not contiguous, draw aside and copy."""
    if not isinstance(out, np.ndarray) or out.flags.c_contiguous or not out.flags.writeable:
        return produce(out)
    out[...] = produce(np.empty(out.shape, out.dtype))
    return out


def check_out(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any], name: str) -> None:
    """Raise InputError unless `out` can take a view of this shape and dtype."""
    if not isinstance(out, np.ndarray):
        raise InputError(f"out for {name!r}: expected a numpy array, got {type(out).__name__}")
    if out.shape != shape or out.dtype != dtype:
        raise InputError(
            f"out for {name!r}: expected {dtype} of shape {shape}, got {out.dtype} of shape {out.shape}"
        )
    if not out.flags.writeable:
        raise InputError(f"out for {name!r}: expected a writable array", hint="np.zeros makes one")


def picture(image: Any) -> AnyArray:
    """Check that an array is a picture annotations can be drawn on.

    Returns
    -------
    uint8 or uint16 (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)
        The same array.

    Raises
    ------
    InputError
        If it has another shape or dtype, or no pixels.
    """
    if not isinstance(image, np.ndarray):
        raise InputError(
            f"image: expected a numpy array, got {type(image).__name__}",
            hint="use np.asarray(image) or annogeo.files.images.read_image",
        )
    channels = image.shape[2] if image.ndim == 3 else 1
    if image.ndim not in (2, 3) or channels not in (1, 3, 4) or image.size == 0:
        raise InputError(
            f"image: expected shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), got {image.shape}"
        )
    if image.dtype.newbyteorder("=") not in _PICTURE_DTYPES:
        raise InputError(f"image: expected uint8 or uint16, got {image.dtype}", hint=_conversion(image.dtype))
    return image


def copied_picture(image: AnyArray, channels: int | None, out: AnyArray | None, name: str) -> AnyArray:
    """Copy a picture into a new array, or `out`, of 3 or 4 channels; grey becomes red = green = blue, opacity full.

    Parameters
    ----------
    channels : int or None
        None: 4 for a picture that has 4, else 3.
    """
    given = image.shape[2] if image.ndim == 3 else 1
    channels = channels or max(given, 3)
    shape = (*image.shape[:2], channels)
    dtype = image.dtype.newbyteorder("=")
    if out is None:
        out = np.empty(shape, dtype)
    else:
        check_out(out, shape, dtype, name)
    if given == channels:
        np.copyto(out, image)
    else:
        import cv2  # copies between channel counts ten times as fast as numpy

        code = {(1, 3): cv2.COLOR_GRAY2RGB, (1, 4): cv2.COLOR_GRAY2RGBA, (3, 4): cv2.COLOR_RGB2RGBA}
        cv2.cvtColor(np.ascontiguousarray(image, dtype), code[given, channels], dst=out)
    return out


def canvas_for(image: AnyArray, out: AnyArray | None, name: str) -> tuple[AnyArray, AnyArray | None]:
    """Return a canvas to draw onto a picture with, and the picture if the canvas is still to be filled with it."""
    channels = image.shape[2] if image.ndim == 3 else 1
    if channels < 3 or not image.dtype.isnative or not image.flags.c_contiguous:
        return copied_picture(image, None, out, name), None
    if out is None:
        return np.empty(image.shape, image.dtype), image
    check_out(out, image.shape, image.dtype, name)
    return out, image


def _side(name: str, value: Any) -> int:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole and isinstance(value, float) and value.is_integer():
        whole = True  # platform metadata has sizes such as 1080.0
    if not whole or not 1 <= value <= LONGEST_SIDE:
        raise InputError(f"{name}: expected a whole number of pixels, 1 to {LONGEST_SIDE}, got {value!r}")
    return int(value)


def _conversion(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "f":
        return "for values 0..1: (image * 255).round().astype(np.uint8)"
    if dtype == np.bool_:
        return "image.astype(np.uint8) * 255"
    return "image.astype(np.uint8) or image.astype(np.uint16), after scaling"

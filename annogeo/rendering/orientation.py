"""EXIF orientations 1 to 8 as array operations: from the stored picture to the displayed one and back.

Pure views and copies of numpy arrays; reading the tag from a file is files' work.
Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError

AnyArray = npt.NDArray[np.generic]


def apply_orientation(array: AnyArray, orientation: int) -> AnyArray:
    """Turn a stored picture into the one people see.

    Parameters
    ----------
    array : (H, W) or (H, W, C)
    orientation : int
        The EXIF tag, 1..8; 0 (no tag) counts as 1.

    Returns
    -------
    (H, W[, C]), or (W, H[, C]) for 5..8
        May share memory with `array`.

    Raises
    ------
    InputError
        If `orientation` is not 0..8 or `array` has fewer than two dimensions.

    Notes
    -----
    EXIF 2.3, tag 0x0112: the number names the edges of the displayed picture that row 0 and column 0 of the stored
    one are.

    Examples
    --------
    >>> apply_orientation(np.array([[1, 2], [3, 4]]), 6).tolist()
    [[3, 1], [4, 2]]
    """
    return _operation(array, orientation)(array)


def undo_orientation(array: AnyArray, orientation: int) -> AnyArray:
    """Turn a displayed picture back into the stored one: the exact inverse of `apply_orientation`.

    Examples
    --------
    >>> undo_orientation(apply_orientation(np.array([[1, 2], [3, 4]]), 6), 6).tolist()
    [[1, 2], [3, 4]]
    """
    return _operation(array, _INVERSE.get(orientation, orientation))(array)


def _rotate_180(array: AnyArray) -> AnyArray:
    return array[::-1, ::-1]


def _transpose(array: AnyArray) -> AnyArray:
    return np.swapaxes(array, 0, 1)


_OPERATIONS: dict[int, Callable[[AnyArray], AnyArray]] = {
    0: lambda array: array,
    1: lambda array: array,
    2: lambda array: array[:, ::-1],  # mirrored left to right
    3: _rotate_180,
    4: lambda array: array[::-1],  # mirrored top to bottom
    5: _transpose,  # row 0 is the left edge, column 0 the top
    6: lambda array: _transpose(array)[:, ::-1],  # a quarter turn clockwise
    7: lambda array: _transpose(_rotate_180(array)),
    8: lambda array: _transpose(array)[::-1],  # a quarter turn counter-clockwise
}
_INVERSE = {6: 8, 8: 6}  # every other one undoes itself


def _operation(array: AnyArray, orientation: int) -> Callable[[AnyArray], AnyArray]:
    if array.ndim < 2:
        raise InputError(f"expected a picture of shape (H, W) or (H, W, C), got {array.shape}")
    operation = _OPERATIONS.get(orientation)
    if operation is None:
        raise InputError(f"orientation: expected an EXIF orientation 1..8 (0: none), got {orientation!r}")
    return operation

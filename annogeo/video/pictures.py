"""Writing the frames of a video as pictures. Layer: video."""

from __future__ import annotations

import os
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.atomic import write_bytes
from annogeo.errors import InputError

Array = npt.NDArray[Any]


class PictureWriter:
    """Pictures as PNG files, named by their numbers.

    Parameters
    ----------
    pattern : str
        With a place for the number in the name, as ``masks/%06d.png``; folders are taken as they are.

    Raises
    ------
    InputError
        If the name has other places too.
    """

    def __init__(self, pattern: str) -> None:
        self.folder, self.name = os.path.split(pattern)
        try:
            self.name % 0
        except (TypeError, ValueError) as error:
            raise InputError(
                "expected one place for the number, as %06d.png, and %% for a percent sign", path=pattern
            ) from error

    @staticmethod
    def is_pattern(path: str) -> bool:
        """Whether a name stands for many pictures."""
        return re.search(r"%0?\d*d[^/\\]*\.png$", path, re.IGNORECASE) is not None

    def write(self, picture: Array, number: int) -> None:
        """Write a picture: uint8 (H, W), (H, W, 3) or (H, W, 4), or uint16 (H, W)."""
        from annogeo.png import encode_png

        path = os.path.join(self.folder, self.name % number)
        write_bytes(path, encode_png(np.ascontiguousarray(picture)))

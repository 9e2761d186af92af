"""Small pictures for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ORIENTATION = 0x0112


def save_picture(
    path: Path, height: int = 6, width: int = 8, mode: str = "RGB", orientation: int = 1, **options: Any
) -> Path:
    """Write a picture whose top-left pixel is bright and whose others are dark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((height, width), 20, np.uint8)
    pixels[0, 0] = 250
    picture = Image.fromarray(pixels).convert(mode)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    picture.save(path, exif=exif, **options) if orientation != 1 else picture.save(path, **options)
    return path

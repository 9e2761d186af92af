"""Masks as the platform stores them, for scenes: drawn and encoded with Pillow, independent of annogeo."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw


def mask_uri(outline: npt.NDArray[np.float64], height: int, width: int) -> str:
    """Fill an outline in a full-size RGBA PNG and give it as a data URI."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).polygon([tuple(point) for point in outline.tolist()], fill=(255, 128, 0, 255))
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=6)
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")

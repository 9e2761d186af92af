"""Masks as the platform stores them, for scenes: drawn and encoded with Pillow, independent of annogeo."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

COLOR = (255, 128, 0, 255)


def mask_uri(outline: npt.NDArray[np.float64], height: int, width: int) -> str:
    """Fill an outline in a full-size RGBA PNG and give it as a data URI."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).polygon([tuple(point) for point in outline.tolist()], fill=COLOR)
    return _uri(image)


def ragged_uri(seed: int, height: int, width: int) -> str:
    """Give a mask with a ragged border and holes, as a threshold leaves them: a disc of soft noise."""
    rng = np.random.default_rng([14, seed])
    coarse = Image.fromarray(rng.integers(0, 256, (height // 4, width // 4), dtype=np.uint8))
    noise = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)).astype(np.float64)
    y, x = np.mgrid[0:height, 0:width]
    far = np.hypot((x - width / 2) / width, (y - height / 2) / height)
    picture = np.zeros((height, width, 4), np.uint8)
    picture[noise > 60 + 300 * far] = COLOR
    return _uri(Image.fromarray(picture))


def _uri(image: Image.Image) -> str:
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=6)
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")

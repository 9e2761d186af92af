"""Drawing labels: boxes of the annotation's colour with black or white text, and the lines to what they are about.

Only the touched rectangle of a picture is read and written. On a transparent picture everything is opaque and hard
edged; elsewhere edges are soft. Layer: rendering.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.rendering.labels.placement import Line
from annogeo.rendering.text import Coverage

Color = tuple[int, int, int]

_FULL = {1: 255, 2: 65535}  # by bytes per channel
_KEPT_COLORS, _KEPT_BYTES = 8, 1 << 16
_SHIFT = 4  # fractional bits of the coordinates lines are drawn with


class Plate:
    """Drawn text, and how much of its box shows around it; it keeps what it looked like in the last few colours.

    Examples
    --------
    >>> Plate(np.zeros((10, 40), np.uint8), size_px=12).size
    (44, 12)
    """

    __slots__ = ("_painted", "coverage", "margin_x", "margin_y", "radius")

    def __init__(self, coverage: Coverage, size_px: int) -> None:
        self.coverage = coverage
        self.margin_x = max(1, size_px // 6)
        self.margin_y = max(1, size_px // 14) if size_px > 8 else 0
        self.radius = size_px // 6
        self._painted: dict[tuple[Color, np.dtype[Any]], npt.NDArray[Any]] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        h, w = self.coverage.shape
        return w + 2 * self.margin_x, h + 2 * self.margin_y

    def painted(self, color: Color, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        """Give the box with its text, (h, w, 3), its corners not yet rounded."""
        key = color, dtype
        known = self._painted.get(key)
        if known is None:
            shades = _shades(color, dtype)
            w, h = self.size
            known = np.empty((h, w, 3), dtype)
            known[...] = shades[0]
            known[self.margin_y : h - self.margin_y, self.margin_x : w - self.margin_x] = shades[
                self.coverage
            ]
            if known.nbytes <= _KEPT_BYTES:
                if len(self._painted) >= _KEPT_COLORS:
                    self._painted = {}
                self._painted[key] = known
        return known


def draw_plate(canvas: npt.NDArray[Any], plate: Plate, x: int, y: int, color: Color) -> None:
    """Draw a box with its text, its top left corner at (x, y), all of it on the canvas.

    Parameters
    ----------
    canvas : uint8 or uint16 (H, W, 3) or (H, W, 4)
        Drawn on in place.
    """
    w, h = plate.size
    patch = canvas[y : y + h, x : x + w]
    rows, columns, cover = _corners(w, h, min(plate.radius, w // 2, h // 2))
    rounded = _blended(patch[rows, columns], cover, color)
    patch[..., :3] = plate.painted(color, canvas.dtype)
    patch[..., 3:] = _FULL[canvas.dtype.itemsize]
    patch[rows, columns] = rounded


def draw_line(canvas: npt.NDArray[Any], line: Line, width: float, color: Color) -> None:
    """Draw a line with a dot where it ends, in a colour, with an outline that shows on any picture.

    Parameters
    ----------
    canvas : uint8 or uint16 (H, W, 3) or (H, W, 4)
        Drawn on in place.
    width : float
        The line's, in px; the outline adds half as much on both sides. Below 1 the outline is fainter instead.
    """
    import cv2

    edge = max(1.0, width / 2)
    dot = 1.6 * width
    reach = int(dot + edge) + 2
    left, right = sorted((line.x0, line.x1))
    top, bottom = sorted((line.y0, line.y1))
    x0, y0 = max(left - reach, 0), max(top - reach, 0)
    patch = canvas[y0 : bottom + reach + 1, x0 : right + reach + 1]
    start = line.x0 - x0, line.y0 - y0
    end = line.x1 - x0, line.y1 - y0

    def drawn(grown: float) -> Coverage:
        page = np.zeros(patch.shape[:2], np.uint8)
        cv2.line(page, start, end, 255, max(1, round(width + 2 * grown)), cv2.LINE_AA)
        center = end[0] << _SHIFT, end[1] << _SHIFT
        cv2.circle(page, center, round((dot + grown) * (1 << _SHIFT)), 255, -1, cv2.LINE_AA, _SHIFT)
        return page.ravel()

    outline, stroke = drawn(edge), drawn(0.0)
    touched = np.flatnonzero(outline != 0)
    rows, columns = np.divmod(touched, patch.shape[1])
    faint = np.rint(outline[touched] * min(width, 1.0)).astype(np.uint8)
    pixels = _blended(patch[rows, columns], faint, _ink(color))
    patch[rows, columns] = _blended(pixels, stroke[touched], color)


def contrast(color: Color, other: Color) -> float:
    """Give the contrast ratio of two colours, 1 to 21.

    Notes
    -----
    WCAG 2.2, relative luminance and contrast ratio.

    Examples
    --------
    >>> contrast((0, 0, 0), (255, 255, 255))
    21.0
    """
    lighter, darker = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@lru_cache(maxsize=256)
def _ink(color: Color) -> Color:
    """Choose black or white, whichever reads better on a colour."""
    black, white = (0, 0, 0), (255, 255, 255)
    return black if contrast(color, black) >= contrast(color, white) else white


@lru_cache(maxsize=256)
def _shades(color: Color, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return the colours from a box's own to its ink's, by coverage 0..255."""
    cover = np.arange(256.0)[:, None] / 255.0
    mixed = np.array(color) * (1.0 - cover) + np.array(_ink(color)) * cover
    return np.rint(mixed * (_FULL[dtype.itemsize] / 255.0)).astype(dtype)


@lru_cache(maxsize=1024)
def _corners(w: int, h: int, radius: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Coverage]:
    """Find the pixels of a box that its rounded corners cut: rows, columns, and how much of each is left."""
    cover = _rounding(radius)
    row, column = np.nonzero(cover < 255)
    left = cover[row, column]
    rows = np.concatenate([row, row, h - 1 - row, h - 1 - row])
    columns = np.concatenate([column, w - 1 - column, column, w - 1 - column])
    return rows, columns, np.tile(left, 4)


@lru_cache(maxsize=64)
def _rounding(radius: int) -> Coverage:
    """Return the coverage of a quarter disc, its round side at the top left: what is left of a box's corner."""
    fine = (np.arange(radius * 8) + 0.5) / 8.0 - radius
    is_in = fine[:, None] ** 2 + fine**2 <= radius**2
    share = is_in.reshape(radius, 8, radius, 8).mean(axis=(1, 3))
    cover: Coverage = np.rint(share * 255).astype(np.uint8)
    return cover


def _blended(pixels: npt.NDArray[Any], cover: Coverage, color: Color) -> npt.NDArray[Any]:
    """Blend a colour into pixels (n, 3 or 4) by coverage; one that is not opaque is painted or left alone."""
    full = _FULL[pixels.dtype.itemsize]
    weight = cover.astype(np.int64)
    if pixels.shape[1] == 4:
        weight = np.where(pixels[:, 3] == full, weight, (cover > 127) * np.int64(255))
        pixels[:, 3][weight > 127] = full
    paint = np.array(color, np.int64) * (full // 255)
    mixed = pixels[:, :3] * (255 - weight[:, None]) + paint * weight[:, None]
    pixels[:, :3] = (mixed + 127) // 255
    return pixels

"""Pixel formats as planes: how wide their samples are, how coarse their chroma is, what a colour is in them.

A format that is not in `layout_of` goes by way of RGB. Layer: video.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BT601, BT709, BT2020, RGB, OPACITY = "bt601", "bt709", "bt2020", "rgb", "opacity"
_LUMA_WEIGHTS = {BT601: (0.299, 0.114), BT709: (0.2126, 0.0722), BT2020: (0.2627, 0.0593)}  # of red and blue
_MATRICES = {1: BT709, 5: BT601, 6: BT601, 9: BT2020, 10: BT2020}  # as ISO/IEC 23091-2 numbers them
_FULL_RANGE = 2
_HD_LINES = 720
_COLORSPACES = {BT709: 1, BT601: 5, BT2020: 9, RGB: 0}  # as swscale is told
_CHROMA = {"420": (1, 1), "422": (1, 0), "444": (0, 0), "nv12": (1, 1), "nv16": (1, 0), "nv24": (0, 0)}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a picture lies in memory.

    Parameters
    ----------
    bits : int
        Of a sample; more than 8 take two bytes, the value in the lower bits.
    step : int
        0: no chroma; 1: a plane of blue and one of red; 2: one plane of both in turn.
    across, down : 0 or 1
        Whether a chroma sample stands for two columns, two rows.
    is_full_range : bool
        Named so by the format itself (yuvj).
    """

    bits: int
    step: int
    across: int
    down: int
    is_full_range: bool = False

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a sample."""
        return np.dtype(np.uint8 if self.bits <= 8 else np.uint16)


@lru_cache(maxsize=64)
def layout_of(name: str) -> Layout | None:
    """Say how a pixel format of FFmpeg's lies in memory; None for all that is not plain planes.

    RGB in planes (gbrp) lies there as green, blue and red: like luma and two planes of chroma that are not coarser.

    Examples
    --------
    >>> layout_of("yuv420p10le")
    Layout(bits=10, step=1, across=1, down=1, is_full_range=False)
    >>> layout_of("nv12").step, layout_of("gray16le").step, layout_of("rgb24"), layout_of("p010le")
    (2, 0, None, None)
    """
    depth = name.removeprefix("gray")
    if name == "gray8" or (name.startswith("gray") and depth in _DEPTHS):
        return Layout(_DEPTHS.get(depth, 8), 0, 0, 0, is_full_range=True)
    if name in ("nv12", "nv16", "nv24"):
        return Layout(8, 2, *_CHROMA[name])
    depth = name.removeprefix("gbrp")
    if name.startswith("gbrp") and depth in _DEPTHS:
        return Layout(_DEPTHS[depth], 1, 0, 0, is_full_range=True)
    for prefix, is_full in (("yuvj", True), ("yuv", False)):
        kind, end, depth = name.removeprefix(prefix).partition("p")
        if name.startswith(prefix) and end and kind in _CHROMA and depth in _DEPTHS:
            return Layout(_DEPTHS[depth], 1, *_CHROMA[kind], is_full_range=is_full)
    return None


@lru_cache(maxsize=64)
def planar_like(name: str) -> str:
    """Name the format in planes that holds the same samples as one of FFmpeg's, such as packed or shifted ones.

    Examples
    --------
    >>> planar_like("yuyv422"), planar_like("p010le"), planar_like("bgr24"), planar_like("gray16be")
    ('yuv422p', 'yuv420p10le', 'gbrp', 'gray16le')
    """
    import av

    given = av.VideoFormat(name, 64, 64)
    bits = max((part.bits for part in given.components), default=8)
    depth = next((depth for depth, most in _DEPTHS.items() if most >= bits), "16le")
    if given.has_palette or bits < 8:
        return "gbrp"
    if given.is_rgb:
        return f"gbrp{depth}"
    if len(given.components) < 3:
        return f"gray{depth}"
    across, down = given.chroma_width() < 64, given.chroma_height() < 64
    return f"yuv{'420' if across and down else '422' if across else '444'}p{depth}"


def without_alpha(name: str) -> str | None:
    """Name the format of the colour planes of one that has a plane of alpha after them; None for all others.

    Examples
    --------
    >>> without_alpha("yuva420p10le"), without_alpha("gbrap"), without_alpha("gbrp"), without_alpha("rgba")
    ('yuv420p10le', 'gbrp', None, None)
    """
    for with_alpha, without in (("yuva", "yuv"), ("gbrap", "gbrp")):
        colors = without + name.removeprefix(with_alpha)
        if name.startswith(with_alpha) and layout_of(colors) is not None:
            return colors
    return None


@lru_cache(maxsize=64)
def planar_alpha_like(name: str) -> str | None:
    """Name the format with planes of colour and of alpha that holds what another one does; None where it has no alpha.

    Examples
    --------
    >>> [planar_alpha_like(name) for name in ("bgra", "rgba64be", "ya8", "yuva422p")]
    ['gbrap', 'gbrap16le', 'gbrap', 'yuva422p']
    >>> planar_alpha_like("bgr0"), planar_alpha_like("gray")
    (None, None)
    """
    import av

    n_parts = len(av.VideoFormat(name, 64, 64).components)
    if n_parts not in (2, 4):
        return None
    if without_alpha(name) is not None:
        return name
    # grey goes into RGB, of which there is one that holds it and alpha in planes
    colors = planar_like(name) if n_parts == 4 else f"gbrp{planar_like(name).removeprefix('gray')}"
    found = colors.replace("gbrp", "gbrap").replace("yuv", "yuva")
    try:
        return str(av.VideoFormat(found, 64, 64).name)
    except ValueError:  # not every depth is there with alpha
        return None


_DEPTHS = {"": 8, "9le": 9, "10le": 10, "12le": 12, "14le": 14, "16le": 16}


@dataclass(frozen=True, slots=True)
class Palette:
    """What colours are in a video's planes.

    Parameters
    ----------
    matrix : str
        ``"bt601"``, ``"bt709"``, ``"bt2020"``; ``"rgb"``: planes of green, blue and red; ``"opacity"``: a plane of
        alpha, in which every colour is opaque.
    is_full_range : bool
    bits : int
    """

    matrix: str = BT709
    is_full_range: bool = False
    bits: int = 8

    def planes_of(self, rgb: npt.ArrayLike, weight: npt.ArrayLike = 1.0) -> npt.NDArray[np.float64]:
        """Turn colours into luma, blue and red difference, in the planes' value range, not rounded.

        Parameters
        ----------
        rgb : (..., 3)
            0..255, times `weight`.
        weight : (...)
            What the colours have been multiplied with; offsets are too.

        Returns
        -------
        float64 (..., 3)

        Notes
        -----
        ITU-R BT.601-7, BT.709-6 and BT.2020-2: Y' from red, green and blue, the differences scaled to one;
        limited range: 16..235 and 16..240 at 8 bits, and that times 2**(n - 8) at n.

        Examples
        --------
        >>> Palette("bt601").planes_of([[255, 255, 255], [255, 0, 0]]).round(1).tolist()
        [[235.0, 128.0, 128.0], [81.5, 90.2, 240.0]]
        """
        color = np.asarray(rgb, np.float64) / 255.0
        if self.matrix == OPACITY:
            most = np.asarray(weight, np.float64)[..., None] * (2.0**self.bits - 1.0)
            return np.broadcast_to(most, color.shape).copy()
        if self.matrix == RGB:
            return color[..., [1, 2, 0]] * (2.0**self.bits - 1.0)
        kr, kb = _LUMA_WEIGHTS[self.matrix]
        share = np.asarray(weight, np.float64)
        luma = color @ np.array([kr, 1.0 - kr - kb, kb])
        blue = (color[..., 2] - luma) / (2.0 - 2.0 * kb)
        red = (color[..., 0] - luma) / (2.0 - 2.0 * kr)
        unit = 2.0 ** (self.bits - 8)
        black, span, swing = 16.0 * unit, 219.0 * unit, 224.0 * unit
        if self.is_full_range:
            black, span = 0.0, 2.0**self.bits - 1.0
            swing = span
        middle = 128.0 * unit
        return np.stack(
            [black * share + span * luma, middle * share + swing * blue, middle * share + swing * red], -1
        )

    @property
    def colorspace(self) -> int:
        """The matrix, as FFmpeg numbers it."""
        return _COLORSPACES[self.matrix]

    def samples_of(self, rgb: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Turn colours into whole samples: int64 (..., 3)."""
        return np.rint(self.planes_of(rgb)).clip(0, 2**self.bits - 1).astype(np.int64)


def palette_of(
    layout: Layout, colorspace: int, color_range: int, height: int, *, is_rgb: bool = False
) -> Palette:
    """Decide what colours mean in a picture from its tags.

    A picture without a matrix has that of its size: BT.709 from 720 lines on, BT.601 below, as players take it.

    Parameters
    ----------
    layout : Layout
    colorspace, color_range : int
        A decoded frame's, as FFmpeg numbers them.
    height : int
    is_rgb : bool
        Of formats that are RGB whatever the tags say.

    Examples
    --------
    >>> palette_of(layout_of("yuvj420p"), 2, 0, 480)
    Palette(matrix='bt601', is_full_range=True, bits=8)
    """
    if is_rgb:
        return Palette(RGB, True, layout.bits)
    guess = BT709 if height >= _HD_LINES else BT601
    is_full = layout.is_full_range or color_range == _FULL_RANGE
    return Palette(_MATRICES.get(int(colorspace), guess), is_full, layout.bits)


def planes_of(frame: Any, layout: Layout) -> list[Array]:
    """Return a decoded frame's planes as arrays (rows, samples) that share its memory.

    Rows may be longer than the picture is wide.
    """
    kind = layout.dtype
    found = []
    for plane in frame.planes:
        shape = plane.height, plane.line_size // kind.itemsize
        found.append(np.frombuffer(plane, kind, shape[0] * shape[1]).reshape(shape))
    return found


def flat_planes(planes: Sequence[Array], layout: Layout) -> tuple[Any, ...]:
    """Give planes as kernels take them: luma and its stride, blue, red and their stride, step, across, down.

    Examples
    --------
    >>> flat_planes([np.zeros((2, 6), np.uint8)], Layout(8, 0, 0, 0))[1:2]
    (6,)
    """
    luma, *chroma = planes
    blue, red = (chroma[0], chroma[-1]) if chroma else (luma, luma)
    strides = luma.shape[1], blue.shape[1]
    return (
        luma.reshape(-1), strides[0], blue.reshape(-1), red.reshape(-1), strides[1],
        layout.step, layout.across, layout.down,
    )  # fmt: skip

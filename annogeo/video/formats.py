"""Which codec, container and pixel format a video is written in. Layer: video."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from annogeo.errors import InputError
from annogeo.video.planes import layout_of


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file.

    Parameters
    ----------
    codecs : tuple of str
        For overlays, the first that this PyAV has.
    lossless : tuple of str
        For id maps.
    subtitles : str or None
        What subtitle tracks are stored as.
    """

    codecs: tuple[str, ...]
    lossless: tuple[str, ...] = ()
    subtitles: str | None = None


_H264 = ("libx264", "libopenh264", "mpeg4")
_FFV1 = ("ffv1",)
CONTAINERS = {
    ".mp4": Container(_H264, _FFV1, "mov_text"),
    ".m4v": Container(_H264, subtitles="mov_text"),
    ".mov": Container(_H264, subtitles="mov_text"),
    ".mkv": Container(_H264, _FFV1, "srt"),
    ".webm": Container(("libvpx-vp9", "libvpx"), subtitles="webvtt"),
    ".avi": Container(("mpeg4",), _FFV1),
    ".ts": Container(_H264),
    ".nut": Container(_H264, _FFV1),
}
LOSSLESS = frozenset(("ffv1", "ffvhuff", "rawvideo"))
"""Codecs that give ids back as they were."""

# what is visually close to lossless, plays in browsers, and takes about as long as reading the input
_DEFAULTS: dict[str, dict[str, str]] = {
    "libx264": {"crf": "20", "preset": "veryfast"},
    "libx265": {"crf": "22", "preset": "fast", "x265-params": "log-level=error"},
    "libsvtav1": {"crf": "28", "preset": "9"},
    "libvpx-vp9": {"crf": "28", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"},
    "libvpx": {"crf": "10", "b": "4M", "deadline": "good", "cpu-used": "4"},
    "mpeg4": {"qmin": "2", "qmax": "5"},
    "ffv1": {"level": "3", "slicecrc": "1", "g": "1"},
}
_LEAST_CUT = 16  # px: FFV1 does not find its number of slices for all sizes below
_QUALITIES = frozenset(("crf", "qp", "b", "q", "qmin", "qmax", "lossless"))  # one instead of another


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a stream is encoded: FFmpeg's names of codec and pixel format, and options."""

    codec: str
    pixel_format: str
    options: dict[str, str]


def container_for(path: str) -> Container:
    """Look a kind of file up by its name.

    Raises
    ------
    InputError
        For other endings; it lists them.
    """
    ending = os.path.splitext(path)[1].lower()
    found = CONTAINERS.get(ending)
    if found is None:
        raise InputError(
            f"expected a name that ends in {', '.join(CONTAINERS)}, or pictures as %06d.png; got {ending or 'none'!r}",
            path=path,
        )
    return found


def endings(*, lossless: bool) -> list[str]:
    """List what the names of videos may end in, or only of those that hold id maps; the usual one first.

    Examples
    --------
    >>> endings(lossless=True), endings(lossless=False)[0]
    (['.mkv', '.mp4', '.avi', '.nut'], '.mp4')
    """
    found = [ending for ending, kind in CONTAINERS.items() if kind.lossless or not lossless]
    return sorted(found, key=lambda ending: ending != ".mkv") if lossless else found


def checked_codec(codec: str | None, choices: tuple[str, ...], path: str) -> str:
    """Return a codec that this PyAV can encode: the one asked for, else the first of the container's.

    Raises
    ------
    InputError
        If there is none.
    """
    if codec is not None:
        if not _has_encoder(codec):
            raise InputError(
                f"codec: this PyAV cannot encode {codec!r}", hint="libx264, libx265, libvpx-vp9, ffv1, ..."
            )
        return codec
    found = next((name for name in choices if _has_encoder(name)), None)
    if found is None:
        raise InputError(
            "no codec for this kind of file", path=path, hint="pass codec=, or write .mp4 or .mkv"
        )
    return found


def lossless_codec(codec: str | None, kind: Container, path: str) -> str:
    """Return the codec for id maps.

    Raises
    ------
    InputError
        If this kind of file holds none, or the one that was asked for changes ids.
    """
    if codec is None and not kind.lossless:
        ending = os.path.splitext(path)[1].lower()
        raise InputError(
            f"ids cannot be written losslessly into {ending}",
            path=path,
            hint=f"write {', '.join(endings(lossless=True))}, or pictures as %06d.png",
        )
    found = checked_codec(codec, kind.lossless, path)
    if found not in LOSSLESS:
        raise InputError(
            f"codec: {found} may change ids; expected one of {', '.join(sorted(LOSSLESS))}",
            hint="leave it out",
        )
    return found


def encoding_for(
    codec: str, options: Mapping[str, Any] | None, source: str, height: int, width: int, *, is_default: bool
) -> Encoding:
    """Choose pixel format and options.

    A codec that was not asked for gets what plays in browsers: 8 bit 4:2:0, where the size allows it. One that was
    asked for gets the source's own format if it takes that, else the nearest.

    Parameters
    ----------
    codec : str
    options : mapping, optional
        The caller's: over the defaults; ``pix_fmt`` is the pixel format.
    source : str
        The pixel format of the source.
    height, width : int
    is_default : bool
        Whether the codec was chosen here.
    """
    import av

    if av.VideoFormat(source, 16, 16).has_palette:  # nothing else can be drawn in its few colours
        source = "rgb24"
    given = {str(key): str(value) for key, value in (options or {}).items()}
    chosen = given.pop("pix_fmt", None)
    known = _pixel_formats(codec)
    if chosen is not None:
        if known and chosen not in known:
            raise InputError(f"options: {codec} takes pix_fmt {', '.join(known)}; got {chosen!r}")
    elif is_default or (known and source not in known):
        usual = "yuvj420p" if source == "yuvj420p" and source in known else "yuv420p"
        chosen = usual if is_default and (usual in known or not known) else _nearest(known, source)
    else:
        chosen = source
    if "pix_fmt" not in (options or {}) and codec in ("libx264", "libx265"):
        chosen = _whole(known, chosen, height, width)
    defaults = dict(_DEFAULTS.get(codec, {}))
    if codec == "ffv1" and min(height, width) < _LEAST_CUT:
        defaults["slices"] = "1"
    if not _QUALITIES.isdisjoint(given):
        defaults = {key: value for key, value in defaults.items() if key not in _QUALITIES}
    return Encoding(codec, chosen, {**defaults, **given})


def nearest_format(codec: str, source: str) -> str:
    """Name the pixel format of a codec that keeps most of what another one holds.

    Examples
    --------
    >>> nearest_format("ffv1", "rgba"), nearest_format("ffv1", "gbrp"), nearest_format("ffv1", "yuyv422")
    ('bgra', 'bgr0', 'yuv422p')
    """
    known = _pixel_formats(codec)
    return source if not known or source in known else _nearest(known, source)


def _whole(known: tuple[str, ...], chosen: str, height: int, width: int) -> str:
    """Take finer chroma where a size is odd, for codecs that take no such sizes in coarser chroma."""
    across, down = _Kept.of(chosen).samples
    if not ((width % 2 and 0 < across < _SIDE) or (height % 2 and 0 < down < _SIDE)):
        return chosen
    return _nearest(
        tuple(name for name in known if _Kept.of(name).samples == (_SIDE, _SIDE)) or known, chosen
    )


def _nearest(known: tuple[str, ...], source: str) -> str:
    """Find the format that keeps most of what another one holds."""
    return min(known, key=lambda name: _losses(source, name))


@lru_cache(maxsize=512)
def _losses(source: str, name: str) -> tuple[int, ...]:
    """Say what a format loses of another one, the worst first, and then what it wastes."""
    given, taken = _Kept.of(source), _Kept.of(name)
    lost = [a - b for a, b in zip(given.samples, taken.samples, strict=True)]
    return (
        0 if given.family == taken.family else 1 + _SUBSTITUTES[given.family].index(taken.family),
        int(taken.is_float),
        max(given.bits - taken.bits, 0),
        sum(max(n, 0) for n in lost),
        int(given.is_full_range != taken.is_full_range),
        max(given.has_alpha - taken.has_alpha, 0),
        max(taken.bits - given.bits, 0),
        sum(max(-n, 0) for n in lost),
        max(taken.has_alpha - given.has_alpha, 0),
        int(layout_of(name) is None),
    )


_SUBSTITUTES = {"rgb": ("yuv", "gray"), "yuv": ("rgb", "gray"), "gray": ("yuv", "rgb")}
_SIDE = 64  # of a picture on which samples of chroma are counted


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a pixel format holds: kind of colours, depth, samples of chroma across and down."""

    family: str
    bits: int
    samples: tuple[int, int]
    is_full_range: bool
    has_alpha: bool
    is_float: bool

    @classmethod
    def of(cls, name: str) -> _Kept:
        import av

        found = av.VideoFormat(name, _SIDE, _SIDE)
        parts = found.components
        is_yuv = len(parts) > 2 and not (found.is_rgb or found.has_palette)
        is_rgb = found.is_rgb or found.has_palette or found.is_bayer
        chroma = (found.chroma_width(), found.chroma_height()) if is_yuv else (_SIDE, _SIDE)
        return cls(
            "rgb" if is_rgb else "yuv" if is_yuv else "gray",
            8 if found.has_palette else max((part.bits for part in parts), default=0),
            chroma if is_yuv or is_rgb else (0, 0),
            name.startswith("yuvj"),
            len(parts) in (2, 4),
            "f16" in name or "f32" in name,
        )


@lru_cache(maxsize=64)
def _has_encoder(name: str) -> bool:
    import av

    try:
        return bool(av.Codec(name, "w").type == "video")
    except (ValueError, av.error.FFmpegError):
        return False


@lru_cache(maxsize=64)
def _pixel_formats(name: str) -> tuple[str, ...]:
    """List what an encoder takes, without tables of colours, which pictures cannot be converted to."""
    import av

    formats = av.Codec(name, "w").video_formats
    return tuple(known.name for known in formats or () if not known.has_palette)

"""Small videos of the tests' own making."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np


def picture(number: int, height: int, width: int) -> np.ndarray:
    """A picture that differs from frame to frame: uint8 (H, W, 3)."""
    x, y = np.arange(width), np.arange(height)[:, None]
    flat = np.zeros((height, width), np.int64)
    shades = np.stack([flat + x * 3 + number * 7, flat + y * 3, flat + (x + y) + number * 5], -1)
    return (shades % 200 + 20).astype(np.uint8)


def make_clip(
    path: Path,
    *,
    n: int = 12,
    size: tuple[int, int] = (48, 64),
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    rate: int = 25,
    times: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    sound: bool = False,
    options: dict[str, str] | None = None,
    rotation: int = 0,
    tags: dict[str, int] | None = None,
    gop: int = 5,
) -> Path:
    """Write a video; `times` are the frames' own, in ticks of `time_base`."""
    base = time_base or Fraction(1, rate)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.height, stream.width = size
        stream.pix_fmt = pixel_format
        stream.time_base = stream.codec_context.time_base = base
        stream.codec_context.gop_size = gop
        stream.options = {"crf": "12", "preset": "ultrafast"} if options is None else options
        for tag, value in (tags or {}).items():
            setattr(stream.codec_context, tag, value)
        if rotation:
            stream.set_display_rotation(rotation)
        audio: Any = container.add_stream("aac", rate=16000, layout="mono") if sound else None
        for number in range(n):
            frame = av.VideoFrame.from_ndarray(picture(number, *size), "rgb24").reformat(format=pixel_format)
            frame.pts = times[number] if times is not None else number
            frame.time_base = base
            container.mux(stream.encode(frame))
        if audio is not None:
            tone = np.sin(np.arange(16000 * n // rate) / 20).astype(np.float32)[None] * 0.3
            heard = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            heard.rate, heard.pts, heard.time_base = 16000, 0, Fraction(1, 16000)
            container.mux(audio.encode(heard))
            container.mux(audio.encode(None))
        container.mux(stream.encode(None))
    return path


def times_of(path: Path) -> list[Fraction]:
    """When each frame is shown, in order."""
    with av.open(str(path)) as container:
        return [Fraction(frame.pts * frame.time_base) for frame in container.decode(video=0)]


def packets_of(path: Path, kind: str) -> list[tuple[Any, ...]]:
    """The packets of the first stream of a kind: time, duration and bytes."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [
            (packet.pts * packet.time_base, packet.duration * packet.time_base, bytes(packet))
            for packet in container.demux(stream)
            if packet.pts is not None
        ]


def planes_of(path: Path) -> list[list[np.ndarray]]:
    """All frames' planes, without what lies beside the picture."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            planes = []
            for k, plane in enumerate(frame.planes):
                wide = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
                planes.append(wide[:, : frame.width if k == 0 else plane.width].copy())
            found.append(planes)
    return found

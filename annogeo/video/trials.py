"""What encoders and kinds of files take and give back, found out by a trial in memory. Layer: video."""

from __future__ import annotations

import io
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

_SIDE = 256  # all 65536 values
_SIZE = 176, 144  # that also codecs which know few sizes take
_USUAL_BASE = Fraction(1, 25)


def why_not_copied(stream: Any, kind: str) -> str | None:
    """Say why a kind of file does not hold a stream; None: it does.

    Some kinds complain only once the file ends, so one is written: header, a packet, end.

    Parameters
    ----------
    stream : av.stream.Stream
        Of a file that is open for reading.
    kind : str
        FFmpeg's name of a format.
    """
    import av

    try:
        with av.open(io.BytesIO(), "w", format=kind) as container:
            copy = container.add_stream_from_template(stream)
            set_layout(copy)
            container.start_encoding()
            packet = av.Packet(
                bytes(24 * max(1, _n_channels(copy)))
            )  # whole samples of 1, 2, 3, 4 or 8 bytes
            packet.pts = packet.dts = 0
            packet.duration, packet.time_base, packet.stream = 1, Fraction(1, 1000), copy
            with suppress(av.error.FFmpegError, ValueError):  # of no stream's making: it need not be taken
                container.mux(packet)
    except (
        av.error.FFmpegError,
        OSError,
        ValueError,
        NotImplementedError,
        AttributeError,
        TypeError,
    ) as error:
        return said(error)
    return None


def set_layout(stream: Any) -> None:
    """Let sound that does not say which channels it has be in the usual ones: some kinds of files must be told."""
    import av

    if stream.type != "audio" or _n_channels(stream) not in _LAYOUTS:
        return
    with suppress(AttributeError, ValueError, TypeError, av.error.FFmpegError):
        if stream.codec_context.layout.name.endswith("channels"):
            stream.codec_context.layout = _LAYOUTS[_n_channels(stream)]


_LAYOUTS = {
    1: "mono",
    2: "stereo",
    3: "2.1",
    4: "4.0",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
}  # FFmpeg's own


def _n_channels(stream: Any) -> int:
    return int(getattr(stream.codec_context, "channels", 0) or 0) if stream.type == "audio" else 0


@lru_cache(maxsize=64)
def takes_time_base(codec: str, pixel_format: str, base: Fraction) -> bool:
    """Whether an encoder takes times in a unit; True where the trial fails for another reason."""
    return _opens(codec, pixel_format, base) or not _opens(codec, pixel_format, _USUAL_BASE)


def _opens(codec: str, pixel_format: str, base: Fraction) -> bool:
    import av

    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height = _SIZE
    context.pix_fmt, context.time_base = pixel_format, base
    try:
        context.open()
    except (av.error.FFmpegError, OSError, ValueError):
        return False
    return True


def gives_back(codec: str, pixel_format: str, options: dict[str, str], kind: str, native: str) -> bool:
    """Whether pictures in a pixel format come back from a kind of file as what they were.

    Parameters
    ----------
    codec, pixel_format, options
        What is tried.
    kind : str
        FFmpeg's name of a format.
    native : str
        The pixel format of the pictures: ``gray``, ``gray16le`` or ``rgba``.
    """
    import av

    frame = av.VideoFrame(_SIDE, _SIDE, native)
    memory: Any = frame.planes[0]
    n_bytes = frame.planes[0].line_size // _SIDE
    values = np.arange(_SIDE * _SIDE, dtype=np.uint32) * (1 if n_bytes < 4 else 40503)
    np.frombuffer(memory, np.uint8)[:] = values.view(np.uint8).reshape(-1, 4)[:, :n_bytes].ravel()
    expected = frame.to_ndarray()
    file = io.BytesIO()
    try:
        with av.open(file, "w", format=kind) as container:
            stream: Any = container.add_stream(codec, rate=25)
            stream.width = stream.height = _SIDE
            stream.pix_fmt, stream.options = pixel_format, dict(options)
            try:
                stream.codec_context.open()
            except (av.error.FFmpegError, OSError, ValueError):
                return True  # nothing is changed: whoever opens it next says what is wrong
            frame.pts, frame.time_base = 0, _USUAL_BASE
            container.mux(stream.encode(frame.reformat(format=pixel_format)))
            container.mux(stream.encode(None))
        file.seek(0)
        with av.open(file, "r") as written:
            found = next(written.decode(video=0))
    except (av.error.FFmpegError, OSError, ValueError, StopIteration):
        return False
    return _depths(found.format) == _depths(frame.format) and np.array_equal(
        found.to_ndarray(format=native), expected
    )


def _depths(pixel_format: Any) -> list[int]:
    return sorted(part.bits for part in pixel_format.components)


def said(error: BaseException) -> str:
    """Give FFmpeg's words for an error."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()

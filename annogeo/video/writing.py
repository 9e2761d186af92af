"""Writing video files: one stream encoded, the others copied, under another name until it is complete. Layer: video."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.atomic import reason, write_bytes
from annogeo.errors import InputError
from annogeo.video.formats import Encoding
from annogeo.video.reading import VideoSource
from annogeo.video.subtitles import Caption, packet_data

Array = npt.NDArray[Any]

_COLOR_TAGS = ("color_range", "colorspace", "color_primaries", "color_trc")
_OF_THE_FILE = frozenset(("major_brand", "minor_version", "compatible_brands", "encoder", "duration"))
_MUXER_OPTIONS = {
    ".mp4": {"movflags": "faststart"},  # plays while it is still being loaded
    ".m4v": {"movflags": "faststart"},
    ".mov": {"movflags": "faststart"},
    ".mkv": {"avoid_negative_ts": "disabled"},  # or sound that begins early would move everything
}
_MOST_WAITING = 10_000  # packets before the first picture


class VideoWriter:
    """A video file being written: it takes its name when it is closed without an error.

    Parameters
    ----------
    path : str
    source : VideoSource
        Whose times, tags and other streams are kept.
    is_whole : bool
        Whether sound, subtitles and chapters are copied.
    captions : sequence of Caption
        For a subtitle track of its own.
    caption_codec : str, optional
        What this kind of file holds such a track as.
    """

    def __init__(
        self,
        path: str,
        source: VideoSource,
        *,
        is_whole: bool = True,
        captions: Sequence[Caption] = (),
        caption_codec: str | None = None,
    ) -> None:
        import av

        self.path = path
        self._source = source
        folder, name = os.path.split(path)
        self._temporary = os.path.join(folder, f".annogeo-{os.getpid()}-{name}")
        ending = os.path.splitext(name)[1].lower()
        try:
            os.makedirs(folder or ".", exist_ok=True)
            self._container = av.open(self._temporary, "w", options=_MUXER_OPTIONS.get(ending, {}))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"could not be written: {_said(error)}", path=path) from error
        self._stream: Any = None
        self._copies: dict[int, Any] = {}
        self._waiting: list[Any] = []
        self._last_pts: int | None = None
        self._is_whole = is_whole
        self._captions = list(reversed(captions))  # the next one last
        self._caption_codec = caption_codec
        self._caption_stream: Any = None

    @property
    def copied_streams(self) -> list[Any]:
        """The source's other streams."""
        if not self._is_whole:
            return []
        own = self._source.stream.index
        return [stream for stream in self._source.container.streams if stream.index != own]

    def begin(
        self, first: Any, encoding: Encoding, size: tuple[int, int], *, keeps_rotation: bool = True
    ) -> None:
        """Set the streams up, by the first frame that is to be encoded.

        Parameters
        ----------
        first : av.VideoFrame
            In the encoding's pixel format, with the colour tags to write.
        encoding : Encoding
        size : (height, width)
        keeps_rotation : bool
            Whether the file says that it is to be shown turned, as the source does.
        """
        import av

        source = self._source.stream
        try:
            stream: Any = self._container.add_stream(encoding.codec, rate=self._source.rate)
        except (av.error.FFmpegError, ValueError) as error:
            raise InputError(
                f"{encoding.codec} does not go into this kind of file: {_said(error)}", path=self.path
            ) from error
        stream.height, stream.width = size
        stream.pix_fmt = encoding.pixel_format
        stream.options = encoding.options
        base = source.time_base or Fraction(1, 90000)
        stream.time_base = stream.codec_context.time_base = base
        self._base = base
        ratio = source.sample_aspect_ratio
        if ratio:
            stream.codec_context.sample_aspect_ratio = ratio
        for tag in _COLOR_TAGS:
            with suppress(ValueError, AttributeError):
                setattr(stream.codec_context, tag, getattr(first, tag))
        stream.thread_type = "AUTO"
        stream.metadata.update(_kept_metadata(source.metadata))
        rotation = float(getattr(first, "rotation", 0) or 0)
        if rotation and keeps_rotation:
            if hasattr(stream, "set_display_rotation"):
                stream.set_display_rotation(rotation)
            else:
                self._source.report("this PyAV cannot write that the video is to be shown turned")
        self._stream = stream
        self._open(encoding)
        self._container.metadata.update(_kept_metadata(self._source.container.metadata))
        for other in self.copied_streams:
            self._add_copy(other)
        if self._is_whole and hasattr(self._source.container, "chapters"):
            with suppress(ValueError, KeyError, av.error.FFmpegError):
                chapters = self._source.container.chapters()
                if chapters:
                    self._container.set_chapters(chapters)
        if self._captions:
            self._add_caption_stream()
        waiting, self._waiting = self._waiting, []
        for packet in waiting:
            self.copy(packet)

    def write(self, frame: Any, number: int) -> None:
        """Encode a picture."""
        if frame.pts is None:
            frame.pts = round(number / self._source.rate / self._base)
            frame.time_base = self._base
        if self._last_pts is not None and frame.pts <= self._last_pts:
            if not self._source.problems or "stands still" not in self._source.problems[-1].message:
                self._source.report(
                    "time stands still or goes back; such frames are shown a tick later", frame=number
                )
            frame.pts = self._last_pts + 1
        self._last_pts = frame.pts
        frame.pict_type = 0  # or the encoder would make the same kinds of pictures as the source has
        if self._captions:
            self._write_captions(frame.pts * frame.time_base)
        self._mux(self._encoded(frame))

    def copy(self, packet: Any) -> None:
        """Copy a packet of another stream."""
        if packet.dts is None:
            return
        if self._stream is None:
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(packet)
            return
        target = self._copies.get(packet.stream.index)
        if target is not None:
            packet.stream = target
            self._mux(packet)

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._write_captions(None)
        self._mux(self._encoded(None))
        try:
            self._container.close()
            os.replace(self._temporary, self.path)
        except OSError as error:
            raise InputError(f"could not be written: {reason(error)}", path=self.path) from error

    def abort(self) -> None:
        """Close without a result: nothing is left behind, and what was there stays."""
        with suppress(Exception):
            self._container.close()
        with suppress(OSError):
            os.remove(self._temporary)

    def _open(self, encoding: Encoding) -> None:
        """Start the encoder; options that it does not know are reported."""
        import av

        options = ", ".join(f"{key}={value}" for key, value in encoding.options.items()) or "no options"
        try:
            self._stream.codec_context.open()
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(
                f"{encoding.codec} does not encode {encoding.pixel_format} with {options}: {_said(error)}",
                hint="look at the options, or give another codec",
            ) from error
        unknown = sorted(set(self._stream.codec_context.options) & set(encoding.options))
        if unknown:
            self._source.report(f"{encoding.codec} knows no option {', '.join(unknown)}")

    def _encoded(self, frame: Any) -> Any:
        """Encode a picture; None: give what the encoder still holds."""
        import av

        try:
            return self._stream.encode(frame)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"could not be encoded: {_said(error)}", path=self.path) from error

    def _mux(self, packets: Any) -> None:
        import av

        try:
            self._container.mux(packets)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"could not be written: {_said(error)}", path=self.path) from error

    def _add_caption_stream(self) -> None:
        add = getattr(self._container, "add_mux_stream", None)
        if self._caption_codec is None or add is None:
            what = "this kind of file" if self._caption_codec is None else "this PyAV"
            self._source.report(f"{what} takes no subtitle track: the subtitles are left out")
            self._captions = []
            return
        self._caption_stream = add(self._caption_codec)
        self._caption_stream.time_base = Fraction(1, 1000)

    def _write_captions(self, until: Fraction | None) -> None:
        """Write the captions that begin until a time; None: all that are left."""
        import av

        while self._captions and (until is None or self._captions[-1].start_ms <= until * 1000):
            caption = self._captions.pop()
            packet = av.Packet(packet_data(caption, self._caption_codec or ""))
            packet.pts = packet.dts = caption.start_ms
            packet.duration = caption.end_ms - caption.start_ms
            packet.time_base = Fraction(1, 1000)
            packet.stream = self._caption_stream
            packet.is_keyframe = True
            self._mux(packet)

    def _add_copy(self, stream: Any) -> None:
        """Prepare to copy a stream; one that this kind of file cannot hold is left out and reported."""
        import av

        try:
            self._copies[stream.index] = self._container.add_stream_from_template(stream)
        except (av.error.FFmpegError, ValueError, NotImplementedError, AttributeError, TypeError) as error:
            self._source.report(f"stream {stream.index} ({stream.type}) is left out: {_said(error)}")
        else:
            with suppress(AttributeError):
                self._copies[stream.index].metadata.update(_kept_metadata(stream.metadata))


class PictureWriter:
    """Pictures as PNG files, named by their numbers.

    Parameters
    ----------
    pattern : str
        With a place for the number, as ``masks/%06d.png``.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @staticmethod
    def is_pattern(path: str) -> bool:
        """Whether a name stands for many pictures."""
        return re.search(r"%0?\d*d[^/\\]*\.png$", path, re.IGNORECASE) is not None

    def write(self, picture: Array, number: int) -> None:
        """Write a picture: uint8 (H, W), (H, W, 3) or (H, W, 4), or uint16 (H, W)."""
        from annogeo.png import encode_png

        write_bytes(self.pattern % number, encode_png(np.ascontiguousarray(picture)))


def _kept_metadata(metadata: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in metadata.items() if key.lower() not in _OF_THE_FILE}


def _said(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()

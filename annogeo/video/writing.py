"""Writing video files: one stream encoded, the others copied, under another name until it is complete. Layer: video."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from annogeo.atomic import reason
from annogeo.errors import InputError
from annogeo.video.formats import Encoding
from annogeo.video.reading import VideoSource, is_cover
from annogeo.video.subtitles import Caption, packet_data
from annogeo.video.times import base_for, base_of, movie_timescale
from annogeo.video.trials import said, set_layout, takes_time_base, why_not_copied

_COLOR_TAGS = ("color_range", "colorspace", "color_primaries", "color_trc")
_OF_THE_FILE = frozenset(("major_brand", "minor_version", "compatible_brands", "encoder", "duration"))
_MOVIE = {"movflags": "faststart"}  # plays while it is still being loaded
_AS_THEY_ARE = {"avoid_negative_ts": "disabled"}  # or sound that begins early would move everything
_MUXER_OPTIONS = {
    ".mp4": _MOVIE,
    ".m4v": _MOVIE,
    ".mov": _MOVIE,
    ".mkv": _AS_THEY_ARE,
    ".webm": _AS_THEY_ARE,
    ".avi": _AS_THEY_ARE,
    ".ts": _AS_THEY_ARE,  # its clock goes round: what is before 0 is read as such
}
_VARIABLE_RATE = 0x400  # a flag of kinds of files
_HOLD_COVERS = frozenset(("mp4", "mov"))
_GOES_ROUND = "mpegts"  # its clock does: times before 0 come back as such
_HEARD = Fraction(1, 50)  # seconds between picture and sound
_MOST_OF_TIMECODE = 255  # frames a second; .mp4 and .mov are not written at all where there are more
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
        options = dict(_MUXER_OPTIONS.get(os.path.splitext(name)[1].lower(), {}))
        if "movflags" in options:
            timescale = movie_timescale(list(source.container.streams), base_of(source))
            options["movie_timescale"] = str(timescale)
        try:
            os.makedirs(folder or ".", exist_ok=True)
            # a path is never taken for an address
            self._container = av.open(os.path.abspath(self._temporary), "w", options=options)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"could not be written: {said(error)}", path=path) from error
        self._stream: Any = None
        self._copies: dict[int, Any] = {}
        self._waiting: list[Any] = []
        self._n_left_out: dict[int, int] = {}  # packets of each stream
        self._last_pts: int | None = None
        self._first_time: Fraction | None = None
        self._shift = Fraction(0)  # by which all is shown earlier than in the source
        self._begins: dict[int, Fraction] = {}  # when the copied streams begin
        self._n_rounded = 0
        self._is_whole = is_whole
        self._captions = list(reversed(captions))  # the next one last
        self._caption_codec = caption_codec
        self._caption_stream: Any = None

    @property
    def format_name(self) -> str:
        """FFmpeg's name of the kind of file."""
        return str(self._container.format.name)

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
                f"{encoding.codec} does not go into this kind of file: {said(error)}", path=self.path
            ) from error
        stream.height, stream.width = size
        stream.pix_fmt = encoding.pixel_format
        stream.options = encoding.options
        self._codec = encoding.codec
        self._shift = self._needed_shift(first)
        self._base = self._chosen_base(encoding)
        stream.time_base = stream.codec_context.time_base = self._base
        ratio = source.sample_aspect_ratio
        if ratio:
            stream.codec_context.sample_aspect_ratio = ratio
        for tag in _COLOR_TAGS:
            with suppress(ValueError, AttributeError):
                setattr(stream.codec_context, tag, getattr(first, tag))
        stream.thread_type = "AUTO"
        _set_use(stream, source)
        stream.metadata.update(self._kept_metadata(source.metadata))
        rotation = float(getattr(first, "rotation", 0) or 0)
        if rotation and keeps_rotation:
            stream.set_display_rotation(rotation)
        self._stream = stream
        self._open(encoding)
        self._container.metadata.update(self._kept_metadata(self._source.container.metadata))
        for other in self.copied_streams:
            self._add_copy(other)
        if self._is_whole and hasattr(self._source.container, "chapters"):
            try:
                chapters: Any = self._source.container.chapters()
                for chapter in chapters:
                    chapter["metadata"] = self._kept_metadata(chapter["metadata"])
                if chapters:
                    self._container.set_chapters(chapters)
            except (ValueError, KeyError, av.error.FFmpegError) as error:
                self._source.report(f"the chapters are left out: {said(error)}")
        if self._captions:
            self._add_caption_stream()
        self._start()
        waiting, self._waiting = self._waiting, []
        for packet in waiting:
            self.copy(packet)

    def write(self, frame: Any, number: int) -> None:
        """Encode a picture."""
        if frame.pts is None:
            frame.pts = round(number / self._source.rate / self._base)
            frame.time_base = self._base
        self._count_in_base(frame)
        if self._last_pts is not None and frame.pts <= self._last_pts:
            if not self._source.problems or "stands still" not in self._source.problems[-1].message:
                self._source.report(
                    "time stands still or goes back; such frames are shown a tick later", frame=number
                )
            frame.pts = self._last_pts + 1
        self._last_pts = frame.pts
        frame.pict_type = 0  # or the encoder would make the same kinds of pictures as the source has
        if self._captions:
            self._write_captions(frame.pts * frame.time_base + self._shift)
        self._mux(self._encoded(frame))

    def copy(self, packet: Any) -> None:
        """Copy a packet of another stream; one that is damaged is left out and reported."""
        import av

        index = packet.stream.index
        if packet.dts is None:
            if not packet.size:  # it says that the file is at its end
                return
            if packet.pts is None and is_cover(packet.stream):
                packet.pts = 0  # it belongs to the whole
            packet.dts = packet.pts
        if self._stream is None and len(self._waiting) < _MOST_WAITING:
            self._waiting.append(packet)
        elif self._stream is None or packet.dts is None:
            self._n_left_out[index] = self._n_left_out.get(index, 0) + 1
        elif index in self._copies:
            self._move(packet)
            packet.stream = self._copies[index]
            try:
                self._container.mux(packet)
            except (av.error.InvalidDataError, av.error.ArgumentError):  # others are not the packet's fault
                self._n_left_out[index] = self._n_left_out.get(index, 0) + 1
            except (av.error.FFmpegError, OSError, ValueError) as error:
                raise InputError(f"could not be written: {said(error)}", path=self.path) from error

    def close(self) -> None:
        """Finish the file and give it its name."""
        import av

        self._write_captions(None)
        self._mux(self._encoded(None))
        try:
            self._container.close()
            self._compare_times()
            os.replace(self._temporary, self.path)
        except OSError as error:
            raise InputError(f"could not be written: {reason(error)}", path=self.path) from error
        except (av.error.FFmpegError, ValueError) as error:
            raise InputError(f"could not be written: {said(error)}", path=self.path) from error
        self._compare_starts()
        for index, n in sorted(self._n_left_out.items()):
            kind = self._source.container.streams[index].type
            self._source.report(f"stream {index} ({kind}): {n} damaged packets are left out")

    def abort(self) -> None:
        """Close without a result: nothing is left behind, and what was there stays."""
        with suppress(Exception):
            self._container.close()
        with suppress(OSError):
            os.remove(self._temporary)

    @property
    def _is_counted(self) -> bool:
        """Whether the kind of file holds no times, but a picture for each unit of them, as .avi does."""
        return not int(self._container.format.flags) & _VARIABLE_RATE

    def _needed_shift(self, first: Any) -> Fraction:
        """Say by how much all has to be shown earlier: some kinds of files begin at 0, or hold nothing before."""
        begin = Fraction(0) if first.pts is None else Fraction(first.pts * first.time_base)
        is_held = begin >= 0 or self.format_name == _GOES_ROUND
        return Fraction(0) if is_held and not self._is_counted else begin

    def _move(self, packet: Any) -> None:
        """Show a packet of a copied stream as much earlier as the pictures."""
        base, index = Fraction(packet.time_base), packet.stream.index
        if self._shift:
            ticks = round(self._shift / base)
            packet.pts = None if packet.pts is None else packet.pts - ticks
            packet.dts -= ticks
        at = (packet.dts if packet.pts is None else packet.pts) * base
        self._begins[index] = min(self._begins.get(index, at), at)

    def _chosen_base(self, encoding: Encoding) -> Fraction:
        """Choose the unit of times: the source's, where the encoder and the kind of file take that."""
        return base_for(
            self._source,
            lambda base: takes_time_base(encoding.codec, encoding.pixel_format, base),
            is_counted=self._is_counted,
        )

    def _start(self) -> None:
        """Write the header, which says in which unit the file holds times."""
        import av

        try:
            self._container.start_encoding()
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"could not be written: {said(error)}", path=self.path) from error
        self._held = self._base / (self._stream.time_base or self._base)

    def _count_in_base(self, frame: Any) -> None:
        """Give a frame's time in the encoder's unit, and count those that change."""
        base = Fraction(frame.time_base or self._base)
        if self._first_time is None:
            self._first_time = frame.pts * base
        is_exact = True
        if base != self._base or self._shift:
            time = (frame.pts * base - self._shift) / self._base
            is_exact = time.denominator == 1
            frame.pts, frame.time_base = round(time), self._base
            with suppress(AttributeError, TypeError):
                frame.duration = round((frame.duration or 0) * base / self._base)
        self._n_rounded += not is_exact or frame.pts * self._held.numerator % self._held.denominator != 0

    def _compare_times(self) -> None:
        """Report times that are not the source's: what this kind of file makes of them shows only now."""
        import av

        unit = self._base if self._held.denominator == 1 else self._base / self._held
        if self._n_rounded:
            self._source.report(f"{self._n_rounded} frames are shown at times rounded to {unit} s")
        with av.open(os.path.abspath(self._temporary)) as written:
            stream: Any = next(iter(written.streams.video), None)
            if stream is None:
                self._source.report(
                    f"players may not find the video: this kind of file does not say that it is {self._codec}"
                )
                return
            start = None if stream.start_time is None else stream.start_time * stream.time_base
        if start is not None and self._first_time is not None and abs(start - self._first_time) > unit / 2:
            self._source.report(
                f"the video begins at {float(start):.6g} s instead of {float(self._first_time):.6g} s: this kind of "
                "file does not hold the times that it has"
            )

    def _compare_starts(self) -> None:
        """Report streams that do not begin with the pictures, in kinds of files where all do."""
        for index, at in sorted(self._begins.items()) if self._is_counted else ():
            if abs(at) > _HEARD:
                kind = self._source.container.streams[index].type
                self._source.report(
                    f"stream {index} ({kind}) begins {abs(float(at)):.3f} s {'after' if at > 0 else 'before'} the "
                    "pictures: in this kind of file it begins with them"
                )

    def _open(self, encoding: Encoding) -> None:
        """Start the encoder; options that it does not know are reported."""
        import av

        options = ", ".join(f"{key}={value}" for key, value in encoding.options.items()) or "no options"
        try:
            self._stream.codec_context.open()
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(
                f"{encoding.codec} does not encode {encoding.pixel_format} with {options}: {said(error)}",
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
            raise InputError(f"could not be encoded: {said(error)}", path=self.path) from error

    def _mux(self, packets: Any) -> None:
        import av

        try:
            self._container.mux(packets)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"could not be written: {said(error)}", path=self.path) from error

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
            packet.pts = packet.dts = caption.start_ms - round(self._shift * 1000)
            packet.duration = caption.end_ms - caption.start_ms
            packet.time_base = Fraction(1, 1000)
            packet.stream = self._caption_stream
            packet.is_keyframe = True
            self._mux(packet)

    def _add_copy(self, stream: Any) -> None:
        """Prepare to copy a stream; one that this kind of file cannot hold is left out and reported."""
        why_not = why_not_copied(stream, self.format_name)
        if is_cover(stream) and self.format_name not in _HOLD_COVERS:
            why_not = "it would be a video of one picture, instead of a cover"
        if why_not is not None:
            self._source.report(
                f"stream {stream.index} ({stream.type}) is left out, this kind of file does not hold it: {why_not}"
            )
            return
        copy = self._copies[stream.index] = self._container.add_stream_from_template(stream)
        set_layout(copy)
        _set_use(copy, stream)
        with suppress(AttributeError):
            copy.metadata.update(self._kept_metadata(stream.metadata))

    def _kept_metadata(self, metadata: dict[str, str]) -> dict[str, str]:
        left_out = _OF_THE_FILE | ({"timecode"} if self._source.rate > _MOST_OF_TIMECODE else frozenset())
        return {_text(key): _text(value) for key, value in metadata.items() if key.lower() not in left_out}


def _set_use(stream: Any, source: Any) -> None:
    """Say what a stream is for, as the source does: by default, forced, a cover ..."""
    with suppress(AttributeError, NotImplementedError):
        stream.disposition = source.disposition


def _text(read: str) -> str:
    """Give text as a file may hold it: bytes that are no UTF-8, which older programs wrote, taken for Latin-1."""
    try:
        read.encode()
    except UnicodeEncodeError:
        return read.encode("utf-8", "surrogateescape").decode("latin-1")
    return read

"""Reading video files: opening, decoding past damage, which way up they are. Layer: video."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError, Problem, UnsupportedError
from annogeo.video.planes import BT601, BT709, Palette

Array = npt.NDArray[Any]

_UNKNOWN, _RGB = 2, 0  # colour spaces
_HD_LINES = 720
_ATTACHED_PICTURE = 0x400  # a disposition
_MOST_FRAMES = (
    1000  # a second: the rates that FFmpeg claims for some kinds of files are those of their clocks
)


class VideoSource:
    """A video file that is open for reading; use it in a ``with`` statement.

    Parameters
    ----------
    source : path or binary file object
    stream : int, optional
        Which stream of the file, by its index; None: the best of its videos, cover pictures aside.

    Attributes
    ----------
    problems : list of Problem
        What was found wrong so far.

    Raises
    ------
    InputError
        If it is no video, or there is no such stream.
    """

    def __init__(self, source: Any, *, stream: int | None = None) -> None:
        self.path = source if isinstance(source, str) else None
        if isinstance(source, os.PathLike):
            self.path = os.fspath(source)
        if self.path is None and not hasattr(source, "read"):
            raise InputError(f"source: expected a path or a binary file, got {type(source).__name__}")
        if self.path is not None and not os.path.isfile(self.path):  # a path is never taken for an address
            what = "is a folder" if os.path.isdir(self.path) else "there is no such file"
            raise InputError(what, path=self.path)
        self.problems: list[Problem] = []
        self._n_damaged = 0
        self._ends: dict[int, int] = {}  # of the streams read: when their packets end, in ticks
        self._latest: int | None = None  # of the pictures read: the last time
        self._step = 0  # and the longest from one to the next
        self._source = source
        self._start = source.tell() if self.path is None and hasattr(source, "tell") else 0
        self._open(stream)

    def _open(self, stream: int | None) -> None:
        import av

        try:
            self.container: Any = av.open(
                os.path.abspath(self.path) if self.path else self._source,
                "r",
                metadata_errors="surrogateescape",  # titles in other encodings than UTF-8 do no harm
            )
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(
                f"cannot be read as a video: {_said(error)}",
                path=self.path,
                hint="a file whose copying or recording was broken off often lacks its index and cannot be played",
            ) from error
        try:
            self.stream: Any = self._chosen(stream)
        except InputError:
            self.container.close()
            raise
        self.stream.thread_type = "AUTO"

    def rewind(self) -> None:
        """Go back to the start, by opening the file again: where seeking leads to depends on the kind of file."""
        index = self.stream.index
        self.container.close()
        if self.path is None:
            try:
                self._source.seek(self._start)
            except (AttributeError, OSError, ValueError) as error:
                raise InputError(
                    "the file object cannot be sought in",
                    hint="give a path, or read the whole file into an io.BytesIO",
                ) from error
        self._open(index)

    def seek(self, pts: int) -> bool:
        """Go to a key frame at or before a time, in ticks of the stream, as far as the kind of file allows."""
        import av

        try:
            self.container.seek(pts, stream=self.stream, backward=True, any_frame=False)
        except (av.error.FFmpegError, OSError):
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; containers that are left to the collector keep their memory for long."""
        self.container.close()
        if self._n_damaged > 1:
            self.report(f"{self._n_damaged} pieces in all could not be decoded")

    @property
    def rate(self) -> Fraction:
        """Frames per second as the file claims, 25 where it claims nothing."""
        average, guessed = self.stream.average_rate, self.stream.guessed_rate
        if average and guessed and average > _MOST_FRAMES > guessed:
            average = guessed
        return average or guessed or Fraction(25)

    @property
    def n_claimed(self) -> int | None:
        """How many frames the file claims to have; None where it does not say. Many are wrong."""
        if self.stream.frames:
            return int(self.stream.frames)
        if self.stream.duration and self.stream.time_base:
            return int(self.stream.duration * self.stream.time_base * self.rate)
        return None

    @property
    def file(self) -> Any:
        """The binary file it reads; None where it was given a path."""
        return None if self.path is not None else self._source

    def report(self, message: str, *, frame: int | None = None) -> None:
        """Keep a finding."""
        self.problems.append(Problem("warning", message, path=self.path, frame=frame))

    def decoded(self, packet: Any) -> Iterator[Any]:
        """Decode a packet; what is damaged is left out and reported once."""
        import av

        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except (av.error.FFmpegError, OSError) as error:
            self._n_damaged += 1
            if self._n_damaged == 1:
                self.report(f"a part of the video cannot be decoded and is left out: {_said(error)}")

    def frames(self, packets: Iterable[Any] | None = None) -> Iterator[Any]:
        """Decode all frames from where the file stands, or of packets, in the order they are shown."""
        for packet in self.packets([self.stream]) if packets is None else packets:
            yield from self.decoded(packet)

    def packets(self, streams: Sequence[Any]) -> Iterator[Any]:
        """Read packets of streams in file order; damage ends the file, and is reported where it can be told."""
        import av

        asked = {stream.index for stream in streams}
        end = self._claimed_end
        # where the file says when it ends, the other streams are looked at too: sound may go on after the pictures
        demuxed = self.container.demux() if end else self.container.demux(*streams)
        while True:
            try:
                packet = next(demuxed)
            except StopIteration:
                break
            except (av.error.FFmpegError, OSError) as error:
                self.report(f"the file cannot be read to its end: {_said(error)}")
                return
            if end:
                self._note(packet)
            if packet.stream.index in asked:
                yield packet
        if end:
            self._compare_end(end)

    @property
    def _claimed_end(self) -> Fraction | None:
        """When the file ends as its header says, in seconds; None where FFmpeg has it from the packets, or guesses."""
        if self.stream.duration or not self.container.duration:
            return None
        return Fraction(self.container.duration, 1_000_000)

    def _note(self, packet: Any) -> None:
        """Keep how far reading got, and how far apart pictures are."""
        at, index = packet.pts, packet.stream.index
        if at is None:
            return
        self._ends[index] = max(self._ends.get(index, 0), at + (packet.duration or 0))
        if index == self.stream.index:
            if self._latest is None:
                self._latest = at
            self._step = max(self._step, at - self._latest)
            self._latest = max(self._latest, at)

    def _compare_end(self, claimed: Fraction) -> None:
        """Report a file that ends earlier than it claims; how long its last picture lasts is not always known."""
        streams = self.container.streams
        end = max(
            (ticks * streams[index].time_base for index, ticks in self._ends.items()), default=Fraction(0)
        )
        if claimed > end + max(self._step * self.stream.time_base, 2 / self.rate):
            self.report(
                f"the file claims to last {float(claimed):.3f} s, and breaks off after {float(end):.3f} s"
            )

    def _chosen(self, index: int | None) -> Any:
        videos = list(self.container.streams.video)
        if index is not None:
            found = [stream for stream in videos if stream.index == index]
            if not found:
                known = ", ".join(str(stream.index) for stream in videos)
                raise InputError(
                    f"stream: expected the index of a video stream, {known}; got {index!r}", path=self.path
                )
            return found[0]
        moving = [stream for stream in videos if not is_cover(stream)]
        if not moving:
            raise InputError("there is no video in it", path=self.path)
        best = self.container.streams.best("video")
        return next(
            (stream for stream in moving if best is not None and stream.index == best.index), moving[0]
        )


def quarter_turns(frame: Any) -> int:
    """Say how many quarter turns counter-clockwise, as `numpy.rot90` has it, bring a frame upright.

    Raises
    ------
    UnsupportedError
        For angles in between.
    """
    angle = float(getattr(frame, "rotation", 0) or 0)
    turns = round(angle / 90.0)
    if abs(angle - 90.0 * turns) > 1.0:
        raise UnsupportedError(
            f"the video is to be shown turned by {angle:g} degrees; quarter turns can be drawn on"
        )
    return turns % 4


def colorspace_of(frame: Any) -> int:
    """Return a frame's matrix as FFmpeg numbers it, guessed from its size where it is not tagged."""
    tagged = int(frame.colorspace)
    if tagged not in (_UNKNOWN, _RGB) or is_rgb(frame):
        return tagged
    return Palette(BT709 if frame.height >= _HD_LINES else BT601).colorspace


def is_rgb(frame: Any) -> bool:
    """Whether a frame's format is RGB, in planes or not, or has a table of colours."""
    return bool(frame.format.is_rgb or frame.format.has_palette)


def rgb_of(frame: Any) -> npt.NDArray[np.uint8]:
    """Return a frame as players show it: uint8 (H, W, 3), upright."""
    source = None if is_rgb(frame) else colorspace_of(frame)
    rgb = frame.reformat(format="rgb24", src_colorspace=source)
    picture: npt.NDArray[np.uint8] = rgb.to_ndarray()
    turns = quarter_turns(frame)
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def time_of(frame: Any, number: int, rate: Fraction) -> Fraction:
    """Return when a frame is shown, in seconds; of files without times, by its number."""
    if frame.pts is None or frame.time_base is None:
        return number / rate
    return Fraction(frame.pts * frame.time_base)


def is_cover(stream: Any) -> bool:
    """Whether a stream is a picture that goes with a piece of music."""
    return bool(int(getattr(stream, "disposition", 0) or 0) & _ATTACHED_PICTURE)


def _said(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()

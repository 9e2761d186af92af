"""`video_frames`: pictures of a video by their numbers, exactly. Layer: video."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.video.reading import VideoSource, rgb_of, time_of

VideoFrame = tuple[int, Fraction, npt.NDArray[np.uint8]]


def video_frames(
    source: Any, frames: Iterable[int] | None = None, *, stream: int | None = None
) -> Iterator[VideoFrame]:
    """Read pictures of a video, all of them or those asked for, in the order asked.

    Frames are numbered in the order they are shown, from 0, as `annogeo.render_video` numbers them. The file's packets
    are listed first; each frame is then decoded from the last key frame before it, or from where reading stands.

    Parameters
    ----------
    source : path or binary file object
    frames : iterable of int, optional
        In any order, also more than once; None: all. Going forward is cheapest.
    stream : int, optional
        Which stream of the file; None: the best.

    Yields
    ------
    index : int
    time : Fraction
        When it is shown, in seconds.
    picture : uint8 (H, W, 3)
        RGB, upright.

    Raises
    ------
    InputError
        If the file is no video, or has no such frame.

    Examples
    --------
    >>> for number, time, picture in video_frames("clip.mp4", [0, 250]):  # doctest: +SKIP
    ...     print(number, float(time), picture.shape)
    """
    if frames is not None:
        frames = [_checked(number) for number in frames]
    return _read(source, frames, stream)


def _read(source: Any, frames: Sequence[int] | None, stream: int | None) -> Iterator[VideoFrame]:
    with VideoSource(source, stream=stream) as video:
        if frames is None:
            for number, frame in enumerate(video.frames()):
                yield number, time_of(frame, number, video.rate), rgb_of(frame)
        elif frames:
            for number, frame in zip(frames, SeekingReader(video).frames(frames), strict=True):
                yield number, time_of(frame, number, video.rate), rgb_of(frame)


class SeekingReader:
    """Finds frames of an open video by their numbers.

    Parameters
    ----------
    video : VideoSource
    """

    def __init__(self, video: VideoSource) -> None:
        self._video = video
        times, keys, self._is_timed = [], [], True
        for packet in video.packets([video.stream]):
            if packet.size == 0 or packet.is_discard:
                continue
            if packet.pts is None:
                self._is_timed = False
            else:
                times.append(packet.pts)
                if packet.is_keyframe:
                    keys.append(packet.pts)
        self._times = sorted(times)
        self._keys = sorted(keys)
        self._decoded: Iterator[Any] = iter(())
        self._last: Any = None  # the frame decoded last
        self._n_decoded = 0  # of a file without times: how many
        self._begin()

    def frames(self, numbers: Iterable[int]) -> Iterator[Any]:
        """Decode frames, in the order of their numbers as given."""
        if not self._is_timed or len(set(self._times)) < len(self._times):
            for number in numbers:
                yield self._counted(number)
            return
        for number in numbers:
            if number >= len(self._times):
                raise self._missing(number, len(self._times))
            yield self._at(number, self._times[number])

    def _begin(self) -> None:
        """Decode the first frame: it may hold what the encoder says of itself, which later ones are decoded by."""
        self._video.rewind()
        self._decoded = self._video.frames()
        self._last = next(self._decoded, None)
        self._n_decoded = int(self._last is not None)

    def _at(self, number: int, pts: int) -> Any:
        """Decode the frame with a time."""
        if self._last is not None and self._last.pts == pts:
            return self._last
        place = bisect_right(self._keys, pts) - 1
        if self._last is None or self._last.pts > pts or (place >= 0 and self._keys[place] > self._last.pts):
            self._seek(self._keys[max(place, 0)] if self._keys else pts)
        while True:
            frame = next(self._decoded, None)
            if frame is not None and frame.pts is not None and frame.pts < pts:
                self._last = frame
                continue
            if frame is not None and frame.pts == pts:
                self._last = frame
                return frame
            self._last = None
            # too late: pictures before this key frame need an earlier one
            place -= 1
            if place < 0:
                break
            self._seek(self._keys[place])
        raise InputError("this frame cannot be decoded", path=self._video.path, frame=number)

    def _seek(self, pts: int) -> None:
        self._video.container.seek(pts, stream=self._video.stream, backward=True, any_frame=False)
        self._decoded = self._video.frames()

    def _counted(self, number: int) -> Any:
        """Decode from the start and count: of files without times, or with the same more than once."""
        if number < self._n_decoded - 1:
            self._begin()
        while self._n_decoded <= number:
            frame = next(self._decoded, None)
            if frame is None:
                raise self._missing(number, self._n_decoded)
            self._last = frame
            self._n_decoded += 1
        return self._last

    def _missing(self, number: int, count: int) -> InputError:
        return InputError(
            f"frames: there are {count} frames, 0 to {count - 1}; got {number}", path=self._video.path
        )


def _checked(number: Any) -> int:
    try:
        found = index(number)
    except TypeError:
        found = -1
    if found < 0 or isinstance(number, bool):
        raise InputError(f"frames: expected whole numbers from 0, got {number!r}")
    return found

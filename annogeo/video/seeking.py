"""`video_frames`: pictures of a video by their numbers, exactly. Layer: video."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from operator import attrgetter, index
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annogeo.errors import InputError
from annogeo.video.reading import VideoSource, rgb_of, time_of

VideoFrame = tuple[int, Fraction, npt.NDArray[np.uint8]]

_N_TRIED = 3  # key frames, before reading from the start
_HIDDEN: Mapping[
    str, Callable[[Any], bool]
] = {  # by codec: packets that only serve others, and are not shown
    "vp8": lambda packet: not bytes(packet)[0] & 0x10,
}
_number_of = attrgetter("number")


def video_frames(
    source: Any, frames: Iterable[int] | None = None, *, stream: int | None = None
) -> Iterator[VideoFrame]:
    """Read pictures of a video, all of them or those asked for, in the order asked.

    Frames are numbered in the order they are shown, from 0, as `annogeo.render_video` numbers them. The file's packets
    are listed first; each frame is then decoded from the last key frame before it, or from where reading stands. Where
    the packets' times turn out not to be those of the frames, it is decoded from the start of the file, which takes
    longer. Behind damage that reading did not come across, numbers count the frames that cannot be decoded too.

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


class _Key(NamedTuple):
    """A key frame: its number, and when its packet is shown and decoded, in ticks."""

    number: int
    pts: int
    dts: int | None


class SeekingReader:
    """Finds frames of an open video by their numbers.

    A packet's time is taken for that of the frame in it only as long as decoding bears it out: from a key frame on, the
    frames must have the listed times, one after the other. Where they do not (AVI keeps the order of decoding only,
    damage leaves frames out), and where packets have no times, the file is read from its start and counted.

    Parameters
    ----------
    video : VideoSource
    """

    def __init__(self, video: VideoSource) -> None:
        self._video = video
        listed = [
            (packet.pts, packet.dts, packet.is_keyframe)
            for packet in video.packets([video.stream])
            if self._is_shown(packet)
        ]
        self._orders = {pts: order for order, (pts, _, _) in enumerate(listed)}  # in the file, by times
        self._is_counted = None in self._orders or len(self._orders) < len(listed)
        self._decoded: Iterator[Any] = iter(())
        self._last: Any = None  # the frame decoded last
        self._number = -1  # and its number
        self._begin()
        if not self._is_counted:
            self._list(listed)

    def frames(self, numbers: Iterable[int]) -> Iterator[Any]:
        """Decode frames, in the order of their numbers as given."""
        for number in numbers:
            frame = None if self._is_counted else self._sought(number)
            if frame is None:
                if not self._is_counted:
                    self._is_counted = True
                    self._begin()
                frame = self._counted(number)
            yield frame

    def _is_shown(self, packet: Any) -> bool:
        """Whether a packet makes a frame of its own."""
        if packet.size == 0 or packet.is_discard:
            return False
        is_hidden = _HIDDEN.get(self._video.stream.codec_context.name)
        return is_hidden is None or not is_hidden(packet)

    def _list(self, listed: Sequence[tuple[int, int | None, bool]]) -> None:
        """Number the times of the packets, from that of the first frame which can be decoded."""
        start = None if self._last is None else self._last.pts
        if start is None or start not in self._orders:
            self._is_counted = True
            return
        found = [pts for pts, _, _ in listed]
        self._times = sorted(pts for pts in found if pts >= start)
        self._numbers = {pts: number for number, pts in enumerate(self._times)}
        self._keys = sorted(
            _Key(self._numbers[pts], pts, dts)
            for pts, dts, is_key in listed
            if is_key and pts in self._numbers
        )
        self._is_in_order = found == sorted(found)
        self._is_intra = len(self._keys) == len(self._times)

    def _begin(self) -> None:
        """Decode the first frame: it may hold what the encoder says of itself, which later ones are decoded by."""
        self._video.rewind()
        self._decoded = self._video.frames()
        self._last = next(self._decoded, None)
        self._number = -1 if self._last is None else 0

    def _counted(self, number: int) -> Any:
        """Decode from the start, or from where reading stands, and count."""
        if number < self._number:
            self._begin()
        while self._number < number:
            frame = next(self._decoded, None)
            if frame is None:
                raise self._missing(number, self._number + 1)
            self._last = frame
            self._number += 1
        return self._last

    def _sought(self, number: int) -> Any:
        """Decode from the last key frame; None where the frames do not have the times of the packets."""
        if number >= len(self._times):
            raise self._missing(number, len(self._times))
        place = bisect_right(self._keys, number, key=_number_of) - 1
        is_ahead = place >= 0 and self._keys[place].number > self._number
        if (number < self._number or is_ahead) and not self._is_begun(number, place):
            return None
        while self._number < number:
            frame = next(self._decoded, None)
            if frame is None or frame.pts != self._times[self._number + 1]:
                return None
            self._last = frame
            self._number += 1
        return self._last

    def _is_begun(self, number: int, place: int) -> bool:
        """Go to a frame that is not after the one asked for; False where the times do not fit."""
        for key in reversed(self._keys[max(place + 1 - _N_TRIED, 0) : place + 1]):
            if not self._is_at(key):
                continue
            # pictures that are shown before the key frame but follow it in the file lack what they are made from
            frame = next(
                (frame for frame in self._decoded if frame.pts is None or frame.pts >= key.pts), None
            )
            if frame is None:
                continue
            found = self._numbers.get(frame.pts)
            if found is None:
                return False
            if found > number:  # a key frame that only begins to build the picture up: from an earlier one
                continue
            if found > key.number and self._is_doubtful():
                return False
            self._last, self._number = frame, found
            return found < number or self._is_intra or self._is_followed()
        self._begin()
        return True

    def _is_doubtful(self) -> bool:
        """Whether times may be of decoding only: the file has frames in the order of times, but the codec reorders."""
        return self._is_in_order and bool(self._video.stream.codec_context.has_b_frames)

    def _is_followed(self) -> bool:
        """Whether the frame after the last one has the time listed: one alone tells little of its number."""
        following = next(self._decoded, None)
        times = self._times[self._number + 1 : self._number + 2]
        if following is None:
            return not times
        self._decoded = chain([following], self._decoded)
        return [following.pts] == times

    def _is_at(self, key: _Key) -> bool:
        """Have reading stand at a key frame; False where seeking leads behind it."""
        for time in (key.pts, key.dts):  # some containers are sought in by the one, some by the other
            if time is None or not self._video.seek(time):
                continue
            packets = self._video.packets([self._video.stream])
            for packet in packets:
                if packet.pts == key.pts and self._is_shown(packet):
                    self._decoded = self._video.frames(chain([packet], packets))
                    return True
                if self._orders.get(packet.pts, -1) > self._orders[key.pts]:
                    break
        return False

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

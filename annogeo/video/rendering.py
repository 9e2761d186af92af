"""`render_video`: a video with its annotations drawn onto it, or a video of id maps. Layer: video.

Frames go through one at a time, so that memory does not grow with the length of the video. Times, sound, subtitles,
colour tags and the way the picture is turned stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from annogeo.draw import Style
from annogeo.errors import InputError, Problem
from annogeo.rendering.api import checked_alpha
from annogeo.rendering.rules import scanner_for
from annogeo.rendering.views import Options, checked_style
from annogeo.video.formats import (
    Encoding,
    checked_codec,
    container_for,
    encoding_for,
    lossless_codec,
    nearest_format,
)
from annogeo.video.painters import Drawing, Painter, painter_for
from annogeo.video.pictures import PictureWriter
from annogeo.video.reading import VideoSource, quarter_turns
from annogeo.video.subtitles import BURN, TRACK, Caption, captions_of, checked_subtitles
from annogeo.video.trials import gives_back
from annogeo.video.writing import VideoWriter

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class VideoReport:
    """What was written.

    Parameters
    ----------
    frames : int
    duration : Fraction
        Seconds, from the first frame's time to the end of the last one.
    codec : str
        FFmpeg's name of it; ``"png"`` for pictures.
    problems : list of Problem
        Damage that was left out, streams and times that the kind of file cannot hold, claims that were wrong.
    """

    frames: int
    duration: Fraction
    codec: str
    problems: list[Problem] = field(default_factory=list)


def render_video(
    source: Any,
    collection: Any,
    output: str | os.PathLike[str],
    *,
    view: Any = "overlay",
    codec: str | None = None,
    options: Mapping[str, Any] | None = None,
    thickness: float | None = None,
    alpha: float = 1.0,
    with_text: bool = True,
    style: Style | None = None,
    ids: Mapping[str, int] | None = None,
    rule: str = "center",
    interpolation: str = "linear",
    progress: Progress | None = None,
    subtitles: str | None = None,
    stream: int | None = None,
) -> VideoReport:
    """Draw annotations onto a video, or write the video of their ids.

    Parameters
    ----------
    source : path or binary file object
        The video.
    collection : AnnotationCollection, Annotation, definition, or a list of these
        In px of the upright picture. Frame n is the n-th that is shown, from 0.
    output : path
        .mp4, .m4v, .mov, .mkv, .webm, .avi, .ts or .nut; maps of ids .mkv, .mp4, .avi or .nut; or pictures, as
        ``masks/%06d.png``.
    view : str or ViewAnnotationOptions
        ``overlay``; or ``mask``, ``instance``, ``object_id``, which are written losslessly: FFV1, RGBA or grey of 8 or
        16 bits, upright, without sound.
    codec : str, optional
        FFmpeg's name of an encoder. None: H.264 (VP9 in .webm), 8 bit 4:2:0, which browsers play. One that is given
        gets the format of the source, else the nearest that it takes. For maps of ids, one that changes them, in this
        kind of file and with these options, is refused.
    options : mapping, optional
        Of the encoder, such as ``{"crf": 18, "preset": "slow"}``; ``pix_fmt`` is the pixel format.
    thickness : number, optional
        -1: filled; else the width of outlines in px. None: 2 in an overlay, filled in the other views.
    alpha, with_text, style, ids, rule, interpolation
        As for `annogeo.render`; labels stay out of ids.
    progress : (done, total) -> None, optional
        Called after each frame; `total` is what the file claims, None where it does not say.
    subtitles : {'burn', 'track'}, optional
        What becomes of subtitle annotations in an overlay: written into the pictures, or into a track of their own.
    stream : int, optional
        Which stream of the file; None: the best.

    Returns
    -------
    VideoReport

    Raises
    ------
    InputError
        If the video cannot be read or the file not be written, or ids exceed 65535. An existing file then is as it was.

    Notes
    -----
    Overlays are blended into the planes of the pictures as they are decoded (4:2:0, 4:2:2, 4:4:4, NV12, grey, planar
    RGB; 8 to 16 bits; limited and full range; BT.601, 709, 2020), so that what is not drawn on reaches the encoder
    unchanged; other formats are converted first. Where source and output have alpha, what is drawn lies over the
    picture, and the rest can be seen through as before.

    Times are those of the source where encoder and kind of file hold such: .mp4, .mov and .ts do; .mkv and .webm count
    milliseconds, .avi begins at 0 and shows up to 600 frames a second, .nut begins at 0 or later. What changes is in
    the report.

    Examples
    --------
    >>> report = render_video("clip.mp4", annotations, "out.mp4", alpha=0.4, thickness=-1)  # doctest: +SKIP
    >>> report.frames, report.codec  # doctest: +SKIP
    (390, 'libx264')
    """
    path = os.fspath(output)
    scanner_for(rule)
    drawing = Drawing(
        collection,
        Options(rule, checked_alpha(alpha), with_text, checked_style(style), ids),
        thickness,
        interpolation,
        captions_of(collection) if checked_subtitles(subtitles) == BURN else (),
    )
    make_painter = painter_for(view)
    track = captions_of(collection) if subtitles == TRACK else []
    with VideoSource(source, stream=stream) as video:
        if video.path is not None and os.path.exists(path) and os.path.samefile(video.path, path):
            raise InputError("the output is the video itself", path=path, hint="give another name")
        job = _Job(video, drawing, make_painter, progress)
        if PictureWriter.is_pattern(path):
            report = job.to_pictures(PictureWriter(path))
        else:
            report = job.to_video(path, codec, options, track)
    return report


class _Job:
    """One rendering."""

    def __init__(
        self,
        video: VideoSource,
        drawing: Drawing,
        make_painter: Callable[[Drawing, Any], Painter],
        progress: Progress | None,
    ) -> None:
        self._video = video
        self._drawing = drawing
        self._make_painter = make_painter
        self._progress = progress
        self._painter: Painter | None = None
        self._n = 0
        self._start: Fraction | None = None
        self._end = Fraction(0)
        self._base: Fraction | None = None
        self._last_tick = 0
        self._like: tuple[int, int, str] | None = None

    def to_pictures(self, writer: PictureWriter) -> VideoReport:
        """Write each frame as a picture."""
        for decoded in self._video.frames():
            frame = self._checked(decoded)
            writer.write(self._painter_for(frame).picture(self._n, frame), self._n)
            self._count(frame)
        return self._report("png")

    def to_video(
        self, path: str, codec: str | None, options: Mapping[str, Any] | None, track: Sequence[Caption]
    ) -> VideoReport:
        """Write a video."""
        kind = container_for(path)
        is_overlay = self._make_painter is painter_for("overlay")
        encoder = checked_codec(codec, kind.codecs, path) if is_overlay else lossless_codec(codec, kind, path)
        writer = VideoWriter(
            path, self._video, is_whole=is_overlay, captions=track, caption_codec=kind.subtitles
        )
        try:
            encoding: Encoding | None = None
            own = self._video.stream
            for packet in self._video.packets([own, *writer.copied_streams]):
                if packet.stream.index != own.index:
                    writer.copy(packet)
                    continue
                for decoded in self._video.decoded(packet):
                    frame = self._checked(decoded)
                    painter = self._painter_for(frame)
                    if encoding is None:
                        encoding = self._encoding(
                            encoder, options, frame, writer.format_name, is_default=codec is None
                        )
                        drawn = painter.frame(self._n, frame, encoding.pixel_format)
                        size = drawn.height, drawn.width
                        writer.begin(drawn, encoding, size, keeps_rotation=is_overlay)
                    else:
                        drawn = painter.frame(self._n, frame, encoding.pixel_format)
                    number = self._n
                    self._count(frame)  # before the writer may count its time in another unit
                    writer.write(drawn, number)
            if encoding is None:
                raise InputError("no picture of the video can be decoded", path=self._video.path)
            writer.close()
        except BaseException:
            writer.abort()
            raise
        return self._report(encoder)

    def _encoding(
        self, encoder: str, options: Mapping[str, Any] | None, frame: Any, kind: str, *, is_default: bool
    ) -> Encoding:
        native = self._painter_for(frame).native_format
        if native is None:
            found = encoding_for(
                encoder, options, frame.format.name, frame.height, frame.width, is_default=is_default
            )
            if is_default and found.pixel_format == "yuv444p":
                self._video.report(
                    f"{frame.width} x {frame.height} px is an odd size: written in 4:4:4, which not every browser plays"
                )
            return found
        wanted = nearest_format(encoder, native)
        found = encoding_for(
            encoder,
            {"pix_fmt": wanted, **(options or {})},
            wanted,
            frame.height,
            frame.width,
            is_default=False,
        )
        if not gives_back(encoder, found.pixel_format, found.options, kind, native):
            raise InputError(
                f"{encoder} as {found.pixel_format} in this kind of file does not give back what it is given "
                f"({native})",
                hint="leave codec and pix_fmt out, or write .mkv",
            )
        return found

    def _checked(self, frame: Any) -> Any:
        """Bring a frame that has another size or format than the first one into these."""
        like = frame.width, frame.height, frame.format.name
        if self._like is None:
            self._like = like
            self._compare_size(frame)
        elif like != self._like:
            if not any("changes" in problem.message for problem in self._video.problems):
                self._video.report(
                    f"the picture changes from {self._like[0]} x {self._like[1]} {self._like[2]} to "
                    f"{like[0]} x {like[1]} {like[2]}; it is brought to the first size",
                    frame=self._n,
                )
            pts, base = frame.pts, frame.time_base
            width, height, name = self._like
            frame = frame.reformat(width=width, height=height, format=name)
            frame.pts, frame.time_base = pts, base
        return frame

    def _compare_size(self, frame: Any) -> None:
        """Report an item that has another size than the video."""
        item = getattr(self._drawing.collection, "item", None)
        width, height = getattr(item, "width", None), getattr(item, "height", None)
        size = (frame.height, frame.width) if quarter_turns(frame) % 2 else (frame.width, frame.height)
        if width and height and (int(width), int(height)) != size:
            self._video.report(
                f"the item is {int(width)} x {int(height)} px, the video {size[0]} x {size[1]}: annotations are drawn "
                "where their numbers say"
            )

    def _painter_for(self, frame: Any) -> Painter:
        if self._painter is None:
            self._painter = self._make_painter(self._drawing, frame)
        return self._painter

    def _count(self, frame: Any) -> None:
        ticks, lasts = frame.pts, frame.duration
        if ticks is None or not lasts or self._base is None:
            self._extend(frame)
        else:  # the same in whole numbers, which take no time
            self._last_tick = max(self._last_tick, ticks + lasts)
        self._n += 1
        if self._progress is not None:
            claimed = self._video.n_claimed
            self._progress(self._n, None if claimed is None or claimed < self._n else claimed)

    def _extend(self, frame: Any) -> None:
        """Take the times of the first frame, or of one that says little of them."""
        rate = self._video.rate
        at = self._n / rate if frame.pts is None else Fraction(frame.pts * frame.time_base)
        lasts = Fraction(frame.duration * frame.time_base) if frame.duration and frame.time_base else 1 / rate
        self._start = at if self._start is None else self._start
        self._end = max(self._end, at + lasts)
        self._base = frame.time_base

    def _report(self, codec: str) -> VideoReport:
        claimed = self._video.stream.frames
        if claimed and claimed != self._n:
            self._video.report(f"the file claims {claimed} frames, and has {self._n}")
        start = Fraction(0) if self._start is None else self._start
        end = max(self._end, self._last_tick * self._base) if self._base else self._end
        return VideoReport(self._n, end - start, codec, self._video.problems)

"""From decoded frames to the frames that are encoded: one painter per view. Layer: video.

A painter is made with the first frame, which says what the pictures are like, and is then asked for every frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Pen
from annogeo.errors import InputError
from annogeo.rendering.layers import Layered, layers_of
from annogeo.rendering.moving import SceneCursor
from annogeo.rendering.numbering import object_numbers
from annogeo.rendering.scene import Scene
from annogeo.rendering.subject import state_at, subject_of
from annogeo.rendering.views import Job, Options, paint_instance, paint_mask, paint_object_id, view_named
from annogeo.video.overlay import NO_TIME, Overlay
from annogeo.video.planes import (
    OPACITY,
    Layout,
    Palette,
    layout_of,
    palette_of,
    planar_alpha_like,
    planar_like,
    planes_of,
    without_alpha,
)
from annogeo.video.reading import colorspace_of, is_rgb, quarter_turns, rgb_of
from annogeo.video.subtitles import Caption
from annogeo.video.transparency import straighten

Array = npt.NDArray[Any]

_LIMITED, _FULL = 1, 2  # ranges
_NO_MATRIX = 0  # of RGB
_MOST_ID = 65535
_ALPHA = 3  # the plane of it, after those of the colours


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn and how: the arguments of `render_video` that painters need."""

    collection: Any
    options: Options
    thickness: float | None
    interpolation: str
    captions: Sequence[Caption] = ()


class Painter(ABC):
    """Makes the frames of one view."""

    @property
    def native_format(self) -> str | None:
        """The pixel format of pictures that are data, which must come back as they are; None for overlays."""
        return None

    @abstractmethod
    def frame(self, number: int, decoded: Any, pixel_format: str) -> Any:
        """Return the frame to encode for a decoded one, in a pixel format."""

    @abstractmethod
    def picture(self, number: int, decoded: Any) -> Array:
        """Return the same as an array."""


class OverlayPainter(Painter):
    """Annotations over the pictures."""

    def __init__(self, drawing: Drawing, first: Any) -> None:
        self._drawing = drawing
        self._turns = quarter_turns(first)
        self._overlay: Overlay | None = None
        self._cover: Overlay | None = None  # the same, drawn into alpha
        self._format = ""

    def frame(self, number: int, decoded: Any, pixel_format: str) -> Any:
        if self._overlay is None:
            self._begin(decoded, pixel_format)
        assert self._overlay is not None
        time = NO_TIME
        if self._drawing.captions and decoded.pts is not None:
            time = Fraction(decoded.pts * decoded.time_base)
        if self._overlay.is_empty(number, time):
            return converted(decoded, pixel_format)
        frame = converted(decoded, self._format)
        frame.make_writable()  # a decoded picture is what later ones are made from
        planes = planes_of(frame, self._layout)
        if self._turns:
            upright = [self._turned(plane, k, frame, self._turns) for k, plane in enumerate(planes)]
            self._draw(number, upright, time)
            for k, (plane, drawn) in enumerate(zip(planes, upright, strict=True)):
                self._put_back(plane, k, frame, drawn)
        else:
            self._draw(number, planes, time)
        return converted(frame, pixel_format)

    def picture(self, number: int, decoded: Any) -> Array:
        return rgb_of(self.frame(number, decoded, "gbrp"))

    def _draw(self, number: int, planes: Sequence[Array], time: Fraction) -> None:
        """Draw onto upright planes; where there is alpha, it is the last of them."""
        assert self._overlay is not None
        if self._cover is None:
            self._overlay.draw(number, planes, time)
            return
        *colors, alpha = planes
        before = [plane.copy() for plane in colors]
        self._overlay.draw(number, colors, time)
        self._cover.draw(number, [alpha], time)
        straighten(colors, before, alpha, self._upright, self._overlay.size[1])

    def _begin(self, first: Any, pixel_format: str) -> None:
        """Draw in the format the pictures have or the like of it, else in the one they are to have."""
        given = first.format.name
        kept = planar_alpha_like(given) if planar_alpha_like(pixel_format) is not None else None
        names = (given, planar_like(given), pixel_format, "gbrp")
        self._format = kept or next(name for name in names if layout_of(name) is not None)
        layout = layout_of(self._format if kept is None else without_alpha(kept) or "")
        assert layout is not None
        self._layout = self._upright = layout
        sample = converted(first, self._format)
        palette = palette_of(
            layout,
            colorspace_of(sample),
            int(sample.color_range),
            first.height,
            is_rgb=is_rgb(sample),
        )
        size = first.height, first.width
        if self._turns % 2:
            self._upright, size = replace(layout, across=layout.down, down=layout.across), size[::-1]
        self._overlay = self._overlay_on(self._upright, palette, size)
        if kept is not None:
            alpha = Layout(layout.bits, 0, 0, 0, is_full_range=True)
            self._cover = self._overlay_on(alpha, Palette(OPACITY, True, layout.bits), size)

    def _overlay_on(self, layout: Layout, palette: Palette, size: tuple[int, int]) -> Overlay:
        drawing = self._drawing
        return Overlay(
            drawing.collection,
            *size,
            layout,
            palette,
            thickness=drawing.thickness,
            options=drawing.options,
            interpolation=drawing.interpolation,
            captions=drawing.captions,
        )

    def _pixels(self, plane: Array, k: int, frame: Any) -> Array:
        """Give a plane without what lies beside the picture; of chroma in turn, (rows, columns, 2)."""
        layout = self._layout
        is_fine = k in (0, _ALPHA)
        columns = frame.width if is_fine else (frame.width + layout.across) >> layout.across
        if k and layout.step == 2:
            return plane[:, : 2 * columns].reshape(plane.shape[0], columns, 2)
        return plane[:, :columns]

    def _turned(self, plane: Array, k: int, frame: Any, turns: int) -> Array:
        turned = np.ascontiguousarray(np.rot90(self._pixels(plane, k, frame), turns))
        return turned.reshape(turned.shape[0], -1)

    def _put_back(self, plane: Array, k: int, frame: Any, drawn: Array) -> None:
        pixels = self._pixels(plane, k, frame)
        upright = drawn.reshape(drawn.shape[0], -1, 2) if pixels.ndim == 3 else drawn
        if pixels.ndim == 3:  # the view above is a copy where rows are longer than the picture
            columns = pixels.shape[1]
            plane[:, : 2 * columns] = np.rot90(upright, -self._turns).reshape(plane.shape[0], 2 * columns)
        else:
            pixels[...] = np.rot90(upright, -self._turns)


class _MapPainter(Painter):
    """Views that are made from nothing but the annotations, upright."""

    is_styled = False
    """Whether the style's layers are drawn."""

    def __init__(self, drawing: Drawing, first: Any) -> None:
        size = (first.height, first.width)
        self.size = size[::-1] if quarter_turns(first) % 2 else size
        options = replace(drawing.options, style=replace(drawing.options.style, antialias=False))
        self._options = options
        self._pen = Pen.from_thickness(-1 if drawing.thickness is None else drawing.thickness)
        is_layered = self.is_styled and options.style.is_layered
        layers = layers_of(options.style, self._pen, self.size) if is_layered else None
        self._is_layered = layers is not None
        self._cursor = SceneCursor(
            drawing.collection,
            pen=self._pen,
            layers=layers,
            alpha=options.alpha,
            size=self.size,
            interpolation=drawing.interpolation,
        )

    def frame(self, number: int, decoded: Any, pixel_format: str) -> Any:
        import av

        pixels = self.picture(number, decoded)
        frame = av.VideoFrame(self.size[1], self.size[0], self.native_format)
        plane = frame.planes[0]
        memory: Any = plane
        rows = np.frombuffer(memory, np.uint8)[: plane.height * plane.line_size].reshape(plane.height, -1)
        data = np.ascontiguousarray(pixels).view(np.uint8).reshape(plane.height, -1)
        rows[:, : data.shape[1]] = data
        frame.pts, frame.time_base = decoded.pts, decoded.time_base
        return converted(frame, pixel_format)

    def picture(self, number: int, decoded: Any) -> Array:
        cursor = self._cursor
        drawlist = cursor.draw_list(number)
        scene = Scene(drawlist, cursor.items, cursor.subject, self._pen)
        layered = Layered(drawlist, cursor.owner, cursor.opacity) if self._is_layered else None
        return self._paint(Job(scene, self.size, self._options, layered=layered))

    @property
    @abstractmethod
    def native_format(self) -> str:
        """The pixel format its arrays are."""

    @abstractmethod
    def _paint(self, job: Job) -> Array:
        """Make the picture."""


class MaskPainter(_MapPainter):
    """The mask view: RGBA."""

    is_styled = True

    @property
    def native_format(self) -> str:
        return "rgba"

    def _paint(self, job: Job) -> Array:
        return paint_mask(job)


class _IdPainter(_MapPainter):
    """Id maps, of one dtype from the first frame to the last."""

    def __init__(self, drawing: Drawing, first: Any) -> None:
        super().__init__(drawing, first)
        largest = self._largest(drawing)
        if largest > _MOST_ID:
            raise InputError(
                f"the largest id is {largest}; videos of ids hold up to {_MOST_ID}",
                hint="give other ids, or write the views of single frames",
            )
        self.dtype: Any = np.uint8 if largest <= 255 else np.uint16
        self._options = replace(self._options, dtype=self.dtype, with_text=False)

    @property
    def native_format(self) -> str:
        return "gray" if self.dtype is np.uint8 else "gray16le"

    @abstractmethod
    def _largest(self, drawing: Drawing) -> int:
        """Say which is the largest id there is at any frame."""

    def _job(self) -> Job:
        scene = Scene(DrawList.from_boxes([]), (), self._cursor.subject, self._pen)
        return Job(scene, self.size, self._options)


class InstancePainter(_IdPainter):
    """The instance view: ids of labels."""

    def _largest(self, drawing: Drawing) -> int:
        return max(self._job().label_ids().values(), default=0)

    def _paint(self, job: Job) -> Array:
        return paint_instance(job)


class ObjectIdPainter(_IdPainter):
    """The object-id view."""

    def _largest(self, drawing: Drawing) -> int:
        subject = subject_of(drawing.collection)
        items = [state_at(member, None, "hold") for member in subject.members]
        return max(object_numbers(items, lambda *_: None), default=0)

    def _paint(self, job: Job) -> Array:
        return paint_object_id(job)


PAINTERS: dict[str, Callable[[Drawing, Any], Painter]] = {
    "overlay": OverlayPainter,
    "mask": MaskPainter,
    "instance": InstancePainter,
    "object_id": ObjectIdPainter,
}


def painter_for(view: Any) -> Callable[[Drawing, Any], Painter]:
    """Look a view's painter up.

    Raises
    ------
    InputError
        For views that are no pictures.
    """
    name = view_named(view).name
    if name not in PAINTERS:
        raise InputError(f"view: a video shows one of {', '.join(PAINTERS)}; got {name!r}")
    return PAINTERS[name]


def converted(frame: Any, pixel_format: str) -> Any:
    """Return a frame in a pixel format, the same one where it is in it; between RGB and YUV, by its size's matrix.

    Raises
    ------
    InputError
        If FFmpeg does not convert one into the other.
    """
    import av

    if frame.format.name == pixel_format:
        return frame
    try:
        made = _reformatted(frame, pixel_format)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise InputError(
            f"pictures in {frame.format.name} cannot be converted to {pixel_format}",
            hint="give another pix_fmt",
        ) from error
    made.pts, made.time_base = frame.pts, frame.time_base
    return made


def _reformatted(frame: Any, pixel_format: str) -> Any:
    if pixel_format in (without_alpha(frame.format.name), f"gbra{frame.format.name[3:]}"):
        return _with_its_planes(frame, pixel_format)
    to_rgb, is_grey = _colors_of(pixel_format)
    if is_rgb(frame) and not to_rgb and not is_grey:
        layout = layout_of(pixel_format) or Layout(8, 1, 1, 1)
        colorspace = palette_of(layout, 2, 0, frame.height).colorspace
        wanted = _FULL if layout.is_full_range else _LIMITED
        made = frame.reformat(format=pixel_format, dst_colorspace=colorspace, dst_color_range=wanted)
        made.colorspace, made.color_range = colorspace, wanted
        return made
    source = None if is_rgb(frame) else colorspace_of(frame)
    made = frame.reformat(
        format=pixel_format, src_colorspace=source, dst_colorspace=None if to_rgb else source
    )
    if to_rgb and source is not None:  # or players take it for what it was made from
        made.colorspace, made.color_range = _NO_MATRIX, _FULL
    return made


def _with_its_planes(frame: Any, pixel_format: str) -> Any:
    """Return the same planes without alpha, or with all of it.

    swscale (libswscale 9) leaves half of some rows out where it does this to RGB of more than 8 bits.
    """
    import av

    made = av.VideoFrame(frame.width, frame.height, pixel_format)
    layout = layout_of(without_alpha(pixel_format) or pixel_format)
    assert layout is not None
    *planes, last = planes_of(made, layout)
    if len(made.planes) > len(frame.planes):
        last[...] = 2**layout.bits - 1
    else:
        planes.append(last)
    for plane, given in zip(planes, planes_of(frame, layout), strict=False):
        columns = min(plane.shape[1], given.shape[1])
        plane[:, :columns] = given[:, :columns]
    for tag in ("color_range", "colorspace", "color_primaries", "color_trc"):
        setattr(made, tag, getattr(frame, tag))
    return made


@lru_cache(maxsize=64)
def _colors_of(pixel_format: str) -> tuple[bool, bool]:
    """Say whether a pixel format is RGB, and whether it is grey."""
    import av

    found = av.VideoFormat(pixel_format, 64, 64)
    to_rgb = bool(found.is_rgb or found.has_palette)
    return to_rgb, not to_rgb and len(found.components) < 3

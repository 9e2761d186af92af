"""Overlays, frame after frame: shapes, labels, the legend and subtitles on the planes of a video's pictures.

What does not change is kept: colours while the items are the same, what is seen of shapes that do not move, letters.
Labels stay where they are beside their shapes as long as there is room. Layer: video.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Pen, Spans
from annogeo.rendering.labels.caption import labels_of
from annogeo.rendering.labels.following import Following
from annogeo.rendering.labels.occupancy import Rectangle
from annogeo.rendering.labels.placement import Line, Place as LabelPlace
from annogeo.rendering.labels.plates import Color, Plate, draw_line, draw_plate
from annogeo.rendering.labels.writing import layout_labels, plates_of_lines, tell, text_size
from annogeo.rendering.layers import Layered, layers_of
from annogeo.rendering.legend import draw_panel, entries_of, plan
from annogeo.rendering.moving import SceneCursor
from annogeo.rendering.scene import Scene
from annogeo.rendering.subject import SceneItem, state_at
from annogeo.rendering.text import typesetter
from annogeo.rendering.views import Job, Options
from annogeo.video.blending import PlaneBlender
from annogeo.video.planes import Layout, Palette
from annogeo.video.stamps import Place, StampBook, bitmap_of
from annogeo.video.subtitles import Caption, caption_at

Array = npt.NDArray[Any]
IntArray = npt.NDArray[np.int64]

NO_TIME = Fraction(-1)  # before any caption
_CAPTION_SIZE = 1.4  # times the size of labels
_CAPTION_WIDTH, _CAPTION_MARGIN = 0.9, 0.04  # of the picture's
_CAPTION_COLOR: Color = (0, 0, 0)
_NO_PLACES: IntArray = np.zeros((0, 3), np.int64)
_LINE_REACH = 4.0  # times its width, and some px: how far the drawing of a line goes beyond its ends


class Overlay:
    """Draws a collection onto the frames of a video.

    Parameters
    ----------
    collection : AnnotationCollection, Annotation, definition, or a list of these
    height, width : int
        The picture's, upright.
    layout : Layout
        Of its planes, upright.
    palette : Palette
    thickness : float or None
    options : Options
        `rule`, `alpha`, `with_text`, `style` and `ids` as for `annogeo.render`.
    interpolation : {'linear', 'hold'}
    captions : sequence of Caption
        Written at the bottom, at their times.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> overlay = Overlay([Box(0, 0, 2, 1, "car")], 1, 4, Layout(8, 0, 0, 0, True), Palette("bt601", True))
    >>> luma = np.zeros((1, 4), np.uint8)
    >>> overlay.draw(0, [luma])
    True
    >>> luma[0, 2:].tolist(), bool((luma[0, :2] > 0).all())
    ([0, 0], True)
    """

    def __init__(
        self,
        collection: Any,
        height: int,
        width: int,
        layout: Layout,
        palette: Palette,
        *,
        thickness: float | None = -1,
        options: Options | None = None,
        interpolation: str = "linear",
        captions: Sequence[Caption] = (),
    ) -> None:
        self.size = height, width
        self.options = options or Options()
        self.pen = Pen.from_thickness(thickness)
        style = self.options.style
        layers = layers_of(style, self.pen, self.size) if style.is_layered else None
        self._cursor = SceneCursor(
            collection,
            pen=self.pen,
            layers=layers,
            alpha=self.options.alpha,
            size=self.size,
            interpolation=interpolation,
        )
        self._captions = captions
        self._is_layered = layers is not None
        self._palette = palette
        self._blender = PlaneBlender(height, width, layout, rule=self.options.rule, antialias=style.antialias)
        self._stamps = StampBook(layout, palette)
        self._numbers: dict[Any, int] = {}
        self._colored: tuple[SceneItem, ...] | None = None
        self._owner: Array | None = None
        self._labels: dict[int, LabelPlace] = {}
        self._following: Following | None = None
        self._followed: tuple[SceneItem, ...] | None = None
        self._followers = _NO_PLACES
        self._reserved: tuple[Rectangle, ...] = ()
        self._legend = _NO_PLACES
        self._caption_stamps: dict[str, IntArray] = {}
        if style.legend:
            self._legend = self._make_legend()

    def draw(self, frame: int, planes: Sequence[Array], time: Fraction = NO_TIME) -> bool:
        """Draw the annotations of a frame onto its planes, in place.

        Parameters
        ----------
        frame : int
        planes : sequence of arrays (rows, samples)
            As the layout says; rows may be longer than the picture is wide.
        time : Fraction
            When it is shown, in seconds; captions go by it.

        Returns
        -------
        bool
            Whether there was anything to draw.
        """
        drawlist = self._cursor.draw_list(frame)
        self._color(drawlist)
        groups = []
        if self.options.with_text:
            groups.append(self._label_places())
        groups.append(self._legend)  # on top of the labels' lines
        caption = caption_at(self._captions, time)
        if caption is not None:
            groups.append(self._caption_places(caption.text))
        groups = [group for group in groups if len(group)]
        if drawlist.op.size == 0 and not groups:
            return False
        planes = list(planes)
        self._blender.blend(planes, drawlist, self._samples, self._opacities)
        if groups:
            self._stamps.put(planes, groups[0] if len(groups) == 1 else np.concatenate(groups))
        return True

    def is_empty(self, frame: int, time: Fraction = NO_TIME) -> bool:
        """Whether nothing is drawn at a frame, which then need not be copied."""
        if caption_at(self._captions, time) is not None:
            return False
        return (
            not len(self._legend) and self._cursor.draw_list(frame).op.size == 0 and not self._is_labelled()
        )

    def _is_labelled(self) -> bool:
        return self.options.with_text and any(item.definition is not None for item in self._cursor.items)

    def _color(self, drawlist: DrawList) -> None:
        """Choose colours and opacities, where they are not those of the frame before."""
        cursor = self._cursor
        if cursor.items is self._colored and cursor.owner is self._owner:
            return
        job = self._job(drawlist, cursor.items)
        self._item_colors = job.colors(cursor.subject.color_map)
        _, shades, opacity = job.painted(self._item_colors)
        self._samples = self._palette.samples_of(shades[:, :3])
        self._opacities = opacity / 255.0
        self._colored, self._owner = cursor.items, cursor.owner

    def _job(self, drawlist: DrawList, items: tuple[SceneItem, ...]) -> Job:
        cursor = self._cursor
        scene = Scene(drawlist, items, cursor.subject, self.pen)
        layered = Layered(drawlist, cursor.owner, cursor.opacity) if self._is_layered else None
        return Job(scene, self.size, self.options, layered=layered)

    def _label_places(self) -> IntArray:
        """Lay the labels of the last draw list out, near where they were."""
        cursor = self._cursor
        extents = cursor.extents()
        if self._following is not None and cursor.items is self._followed:
            corners = self._following.at(extents)
            if corners is not None:
                self._followers[:, 1:] = corners
                return self._followers
        self._following, self._followed = None, cursor.items
        style = self.options.style
        labels = labels_of(
            cursor.items, self._item_colors, show_attributes=style.show_attributes, extents=extents
        )
        if not any(label.text for label in labels):
            return _NO_PLACES
        written = layout_labels(
            labels,
            *self.size,
            size_px=text_size(*self.size) if style.text_size is None else style.text_size,
            setter=typesetter(style.font),
            reserved=self._reserved,
            previous=self._labels,
            extents=extents,
        )
        self._labels, self._following = written.places, written.following
        tell(written.missing)
        places = [Place(self._plate(plate, color), x, y) for plate, x, y, color in written.plates]
        if written.following is not None:
            self._followers = _as_array(places)
        return _as_array([self._line(line, written.line_px, color) for line, color in written.lines] + places)

    def _caption_places(self, text: str) -> IntArray:
        """Lay a caption out: lines in the middle, the last one above the picture's lower edge."""
        known = self._caption_stamps.get(text)
        if known is not None:
            return known
        height, width = self.size
        style = self.options.style
        plates, missing = plates_of_lines(
            text,
            text_size(height, width) * _CAPTION_SIZE,
            int(width * _CAPTION_WIDTH),
            typesetter(style.font),
        )
        tell(missing)
        bottom = height - max(int(height * _CAPTION_MARGIN), 1)
        places = []
        for plate in reversed(plates):
            w, h = plate.size
            bottom -= h
            if bottom < 0 or w > width:
                break
            places.append(Place(self._plate(plate, _CAPTION_COLOR), (width - w) // 2, bottom))
        self._caption_stamps = {text: _as_array(places)}  # captions come one after the other
        return self._caption_stamps[text]

    def _plate(self, plate: Plate, color: Color) -> int:
        """Give the stamp of a label."""
        key = plate, color
        number = self._numbers.get(key)
        if number is None:
            width, height = plate.size
            bitmap = bitmap_of(lambda canvas: draw_plate(canvas, plate, 0, 0, color), height, width)
            number = self._numbers[key] = self._stamps.add(bitmap)
        return number

    def _line(self, line: Line, line_px: float, color: Color) -> Place:
        """Give the stamp of a leader line, with its place."""
        height, width = self.size
        reach = int(_LINE_REACH * line_px) + 4
        x0, x1 = sorted((line.x0, line.x1))
        y0, y1 = sorted((line.y0, line.y1))
        left, top = max(x0 - reach, 0), max(y0 - reach, 0)
        right, bottom = min(x1 + reach + 1, width), min(y1 + reach + 1, height)
        key = line, color
        number = self._numbers.get(key)
        if number is None:
            moved = Line(line.x0 - left, line.y0 - top, line.x1 - left, line.y1 - top)
            bitmap = bitmap_of(
                lambda canvas: draw_line(canvas, moved, line_px, color), bottom - top, right - left
            )
            number = self._numbers[key] = self._stamps.add(bitmap)
        return Place(number, left, top)

    def _make_legend(self) -> IntArray:
        """Draw the legend of all that the video ever shows: it stays the same from the first frame to the last."""
        cursor, style = self._cursor, self.options.style
        items = tuple(state_at(member, None, "hold") for member in cursor.subject.members)
        items = tuple(item for item in items if not item.is_joint)
        colors = self._job(DrawList.from_boxes([]), items).colors(cursor.subject.color_map)
        ids = self._job(DrawList.from_boxes([]), items).given_ids
        nothing = Spans(*np.zeros((4, 0), np.int32))
        size = text_size(*self.size) if style.text_size is None else style.text_size
        panel = plan(
            entries_of(items, colors, style.color_by, ids or {}),
            self.size,
            size,
            nothing,
            typesetter(style.font),
        )
        if panel is None:
            return _NO_PLACES
        tell({character for _, text in panel.rows for character in text.missing})
        alone = replace(panel, left=0, top=0)
        bitmap = bitmap_of(lambda canvas: draw_panel(canvas, alone), panel.height, panel.width)
        self._reserved = (panel.rectangle,)
        return _as_array([Place(self._stamps.add(bitmap), panel.left, panel.top)])


def _as_array(places: Sequence[Place]) -> IntArray:
    return np.array(places, np.int64).reshape(-1, 3)

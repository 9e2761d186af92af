"""The table of views: one row says how a view is named, and how it is made from a scene.

The mask, instance and object-id views are flat: one number per item, painted topmost last. The overlay blends colours
onto a picture. A new view is one function and one row here. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.draw import DrawList, Spans, Style
from annogeo.errors import InputError
from annogeo.rendering.blending import blend
from annogeo.rendering.canvas import AnyArray, blank, borrowed, canvas_for
from annogeo.rendering.coloring import background_color, item_colors
from annogeo.rendering.labels import write_labels
from annogeo.rendering.layers import Layered, layers_of, lower_layers
from annogeo.rendering.numbering import (
    checked_ids,
    id_dtype,
    ids_of_labels,
    label_numbers,
    object_numbers,
)
from annogeo.rendering.rasterize import paint_drawlist, paint_spans
from annogeo.rendering.rules import scan
from annogeo.rendering.scene import Scene

BACKGROUND = "$default"
PLAIN = Style()


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """How to draw: the arguments of `render` that are not about what or where."""

    rule: str = "center"
    alpha: float = 1.0
    with_text: bool = False
    style: Style = PLAIN
    ids: Mapping[str, Any] | None = None
    dtype: npt.DTypeLike | None = None
    color: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One rendering: a scene on a canvas. `spans` is None where the draw list is painted straight away.

    `layered` is what the mask and overlay views draw, where the style asks for more than `thickness` does.
    """

    scene: Scene
    size: tuple[int, int]
    options: Options
    image: AnyArray | None = None
    spans: Spans | None = None
    layered: Layered | None = None

    def colors(self, color_map: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
        """Return every item's colour: uint8 (n, 4)."""
        style = self.options.style
        return item_colors(
            self.scene.items,
            color_map,
            color=self.options.color,
            color_by=style.color_by,
            palette=style.palette,
            ids=None if style.palette is None else checked_ids(self.given_ids or {}),
        )

    @property
    def given_ids(self) -> Mapping[str, Any] | None:
        """The label -> id map: the argument, else the ontology's."""
        given = self.options.ids
        return given if given is not None else self.scene.subject.instance_map

    def label_ids(self) -> dict[str, int]:
        """Decide the label -> id map: the given one, else sorted labels from 1."""
        given = self.given_ids
        return ids_of_labels(self.scene.subject.labels()) if given is None else checked_ids(given)

    def painted(
        self, colors: npt.NDArray[np.uint8]
    ) -> tuple[DrawList, npt.NDArray[np.uint8], npt.NDArray[Any]]:
        """Give what the mask and overlay views paint, from the items' colours.

        The draw list, its items' colours, and their opacities 0..255, which the colours' own are part of.
        """
        alpha = self.options.alpha
        if self.layered is None:
            return self.scene.drawlist, colors, colors[:, 3] * alpha
        colors = colors[self.layered.owner]
        return self.layered.drawlist, colors, colors[:, 3] * (alpha * self.layered.opacity)

    def paint(self, canvas: AnyArray, values: npt.NDArray[Any], drawlist: DrawList | None = None) -> None:
        """Paint one number per item onto a (H, W) canvas of the same dtype, in either byte order.

        `drawlist` is painted instead of the scene's own.
        """
        if not canvas.dtype.isnative:  # kernels see machine words
            native = canvas.astype(canvas.dtype.newbyteorder("="))
            self.paint(native, values, drawlist)
            canvas[...] = native
        elif drawlist is not None and drawlist is not self.scene.drawlist:
            paint_spans(canvas, scan(drawlist, *self.size, self.options.rule), values)
        elif self.spans is None:
            paint_drawlist(canvas, self.scene.drawlist, values)
        else:
            paint_spans(canvas, self.spans, values)


@dataclass(frozen=True, slots=True)
class View:
    """One row.

    Parameters
    ----------
    name : str
    produce : (Job, out or None) -> array
        `out` is the caller's buffer.
    aliases : tuple of str
    draws : bool
        Whether it paints at all.
    shares_spans : bool
        It paints the rule's spans; two or more that do share one scan.
    is_styled : bool
        The style's layers are drawn instead of what `thickness` alone draws.
    """

    name: str
    produce: Callable[[Job, AnyArray | None], Any]
    aliases: tuple[str, ...] = ()
    draws: bool = True
    shares_spans: bool = True
    is_styled: bool = False


def checked_style(style: Any) -> Style:
    """Return a style, the plain one for None; InputError for anything else."""
    if style is None:
        return PLAIN
    if not isinstance(style, Style):
        raise InputError(f"style: expected an annogeo.Style, got {type(style).__name__}")
    return style


def view_named(name: Any) -> View:
    """Find a view by name, alias or `ViewAnnotationOptions` member.

    Raises
    ------
    InputError
        If there is none; it lists them.

    Examples
    --------
    >>> view_named("img_mask").name
    'overlay'
    """
    view = _BY_NAME.get(name) if isinstance(name, str) else None
    if view is None:
        raise InputError(f"expected a view, one of {', '.join(_BY_NAME)}; got {name!r}")
    return view


def run(
    views: Sequence[View],
    scene: Scene,
    size: tuple[int, int],
    options: Options,
    *,
    image: AnyArray | None = None,
    outs: Sequence[AnyArray | None] | None = None,
) -> list[Any]:
    """Make several views of one scene from one scan, or one view by the shortest way."""
    job = prepare(views, scene, size, options, image=image)
    buffers = outs or [None] * len(views)
    return [borrowed(partial(view.produce, job), out) for view, out in zip(views, buffers, strict=True)]


def prepare(
    views: Sequence[View],
    scene: Scene,
    size: tuple[int, int],
    options: Options,
    *,
    image: AnyArray | None = None,
) -> Job:
    """Scan a scene, and lower it into the style's layers, where these views need it."""
    style = options.style
    styled = [view for view in views if view.is_styled and style.is_layered]
    layered = None
    if styled:
        layered = lower_layers(scene, layers_of(style, scene.pen, size), size, alpha=options.alpha)
    sharing = [view for view in views if view.draws and view.shares_spans and view not in styled]
    is_fused = len(sharing) == 1 and options.rule == "center"
    spans = scan(scene.drawlist, *size, options.rule) if sharing and not is_fused else None
    return Job(scene, size, options, image, spans, layered)


def paint_mask(job: Job, out: AnyArray | None = None) -> AnyArray:
    """Make the mask view: uint8 (H, W, 4), each pixel the colour of the topmost shape."""
    canvas = blank((*job.size, 4), np.dtype(np.uint8), out, "mask")
    color_map = job.scene.subject.color_map
    background = background_color(color_map)
    if background is not None:
        canvas[...] = background
    colors = job.colors(color_map)
    drawlist, shades, opacity = job.painted(colors)
    packed = np.empty_like(shades)
    packed[:, :3] = shades[:, :3]
    packed[:, 3] = np.floor(opacity + 0.5)
    job.paint(canvas.view(np.uint32)[..., 0], packed.view(np.uint32)[:, 0], drawlist)
    _write(canvas, job, colors)
    return canvas


def paint_instance(job: Job, out: AnyArray | None = None, base: AnyArray | None = None) -> AnyArray:
    """Make the instance view: (H, W) ids of labels; `base` is a map to draw onto a copy of."""
    ids = job.label_ids()
    numbers = label_numbers(job.scene.items, ids)
    return _id_map(job, numbers, max(ids.values(), default=0), ids.get(BACKGROUND, 0), out, base, "instance")


def paint_object_id(job: Job, out: AnyArray | None = None, base: AnyArray | None = None) -> AnyArray:
    """Make the object-id view: (H, W) object ids; `base` is a map to draw onto a copy of."""
    numbers = object_numbers(job.scene.items, job.scene.subject.report)
    return _id_map(job, numbers, max(numbers, default=0), 0, out, base, "object_id")


def paint_overlay(job: Job, out: AnyArray | None = None) -> AnyArray:
    """Make the overlay: the picture, a grey one as RGB, with every touched pixel blended once."""
    if job.image is None:
        raise InputError("the overlay view draws on an image, and none was given", hint="pass image=")
    if job.image.shape[:2] != job.size:
        raise InputError(
            f"the image is {job.image.shape[0]} x {job.image.shape[1]}, "
            f"height and width say {job.size[0]} x {job.size[1]}",
            hint="leave height and width out, or resize the image first",
        )
    canvas, source = canvas_for(job.image, out, "overlay")
    colors = job.colors(job.scene.subject.color_map)
    scale = 257 if canvas.dtype == np.uint16 else 1
    drawlist, shades, opacity = job.painted(colors)
    blend(
        canvas,
        drawlist,
        shades[:, :3].astype(canvas.dtype) * scale,
        opacity / 255.0,
        rule=job.options.rule,
        antialias=job.options.style.antialias,
        source=source,
    )
    _write(canvas, job, colors)
    return canvas


def platform_json(job: Job, out: AnyArray | None = None) -> Any:
    """Give the platform's JSON of what is rendered."""
    to_json = getattr(job.scene.subject.source, "to_json", None)
    if to_json is None:
        raise InputError(
            "the json view needs an annotation or a collection", hint="make an AnnotationCollection"
        )
    return to_json()


def webvtt(job: Job, out: AnyArray | None = None) -> Any:
    """Give the subtitles of what is rendered, as the text of a WebVTT file."""
    to_vtt = getattr(job.scene.subject.source, "to_vtt", None)
    if to_vtt is None:
        raise InputError(
            "the vtt view needs an annotation or a collection", hint="make an AnnotationCollection"
        )
    return to_vtt()


def _write(canvas: AnyArray, job: Job, colors: npt.NDArray[np.uint8]) -> None:
    """Write labels and the legend, where they are wanted; labels keep off the legend, which lies on their lines."""
    items, style = job.scene.items, job.options.style
    panel = None
    if style.legend:
        from annogeo.rendering.legend import draw_panel, legend_of

        spans = job.spans or scan(job.scene.drawlist, *job.size, job.options.rule)
        panel = legend_of(job.size, items, colors, style, spans, ids=job.given_ids)
    if job.options.with_text:
        write_labels(canvas, items, colors, style, reserved=() if panel is None else (panel.rectangle,))
    if panel is not None:
        draw_panel(canvas, panel)


def _id_map(
    job: Job,
    numbers: list[int],
    largest: int,
    background: int,
    out: AnyArray | None,
    base: AnyArray | None,
    name: str,
) -> AnyArray:
    """Paint numbers onto zeros or a copy of `base`. `largest` is what the map could hold at any frame."""
    in_use = max(compress(numbers, (item.is_drawn for item in job.scene.items)), default=0)
    if base is not None:
        id_dtype(in_use, base.dtype)  # raises where it cannot hold them
        canvas = base.copy()
    else:
        wanted = job.options.dtype if job.options.dtype is not None else getattr(out, "dtype", None)
        in_use = max(in_use, background)
        kind = id_dtype(max(largest, in_use)) if wanted is None else id_dtype(in_use, wanted)
        canvas = blank(job.size, kind, out, name)
        if background:
            canvas[...] = background
    # what is not drawn may not fit the dtype: it wraps
    job.paint(canvas, np.array(numbers, np.int64).astype(canvas.dtype.newbyteorder("=")))
    return canvas


_VIEWS = (
    View("mask", paint_mask, is_styled=True),
    View("instance", paint_instance),
    View("object_id", paint_object_id),
    View("overlay", paint_overlay, aliases=("img_mask",), shares_spans=False, is_styled=True),
    View("json", platform_json, draws=False),
    View("vtt", webvtt, draws=False),
)
_BY_NAME: dict[str, View] = {name: view for view in _VIEWS for name in (view.name, *view.aliases)}

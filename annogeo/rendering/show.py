"""`show` and what it takes: one view of an annotation, a definition or a collection as an array.

The arguments are the seed SDK's. Unlike there, an image handed in is never drawn on in place, alpha works on every type
and is applied once, and nothing of what is shown is changed. Files are download.py's. Layer: rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from annogeo.draw import Pen, Style
from annogeo.errors import InputError
from annogeo.rendering.api import checked_alpha
from annogeo.rendering.canvas import AnyArray, canvas_size, copied_picture, picture
from annogeo.rendering.scene import lower
from annogeo.rendering.subject import Subject, subject_of
from annogeo.rendering.views import (
    Job,
    Options,
    View,
    checked_style,
    paint_instance,
    paint_object_id,
    paint_overlay,
    prepare,
    view_named,
)


@dataclass(frozen=True, slots=True)
class _Request:
    """What `show` was asked for, checked."""

    subject: Subject
    image: Any
    height: int | None
    width: int | None
    pen: Pen
    frame: int | None
    interpolation: str
    options: Options


def show_view(
    subject: Any,
    image: AnyArray | None = None,
    thickness: float | None = None,
    with_text: bool = False,
    height: int | None = None,
    width: int | None = None,
    annotation_format: Any = "mask",
    label_instance_dict: Mapping[str, int] | None = None,
    color: Any = None,
    alpha: float = 1.0,
    frame_num: int | None = None,
    *,
    rule: str = "center",
    style: Style | None = None,
    interpolation: str = "linear",
) -> Any:
    """Draw one view and return it; no input is changed.

    Parameters
    ----------
    subject : AnnotationCollection, Annotation, FrameAnnotation, definition, or a list of these
    image : array, optional
        What to draw on a copy of. ``mask``: a picture, grey or colour, uint8 or uint16; the view is then that
        picture as RGBA with the annotations blended onto it. ``instance`` and ``object_id``: an id map (H, W), whose
        dtype is kept. ``img_mask``: a picture, needed.
    thickness : float or None
        Line width and point radius in px; None: 2 and 5; -1 fills.
    with_text : bool
        Write labels; not onto id maps.
    height, width : int, optional
        The blank canvas, without an image; None: the item's size.
    annotation_format : ViewAnnotationOptions or str
        ``mask``, ``instance``, ``object_id``, ``img_mask`` (``overlay``) or ``json``.
    label_instance_dict : mapping of label -> int, optional
        Ids of the instance view; ``$default`` is the background.
    color : colour, optional
        One for all, 3 or 4 values.
    alpha : float
        Opacity 0..1 of mask and img_mask.
    frame_num : int, optional
        A video's frame; outside the annotations' frames nothing is drawn. None: each annotation's first state.
    rule, style, interpolation
        As in `render`.

    Returns
    -------
    array
        ``mask``: (H, W, 4) RGBA; ids: (H, W); ``img_mask``: the picture's channels, 3 for a grey one. ``json``: a dict.

    Raises
    ------
    InputError
        For an unknown view, no size, an `alpha` outside 0..1, an image that does not fit the view.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> show_view(Box(0, 0, 2, 1, "car"), height=2, width=2, thickness=-1, color=(9, 8, 7))[0, 0].tolist()
    [9, 8, 7, 255]
    >>> show_view([], height=1, width=1).tolist()
    [[[0, 0, 0, 0]]]
    """
    view = view_named(annotation_format)
    options = Options(
        rule, checked_alpha(alpha), with_text, checked_style(style), label_instance_dict, color=color
    )
    request = _Request(
        subject_of(subject),
        image,
        height,
        width,
        Pen.from_thickness(thickness),
        frame_num,
        interpolation,
        options,
    )
    if image is None or not view.draws:
        return _on_nothing(view, request)
    on_image = _ON_IMAGE.get(view.name)
    if on_image is None:
        raise InputError(f"the {view.name} view is not drawn on an image", hint="leave image out")
    return on_image(view, request)


def _on_nothing(view: View, request: _Request) -> Any:
    size = (0, 0)
    if view.draws:
        size = canvas_size(request.height, request.width, None, request.subject.known_size)
    return view.produce(_job(view, request, size), None)


def _on_picture(view: View, request: _Request) -> AnyArray:
    image = picture(request.image)
    return paint_overlay(_job(view_named("overlay"), request, image.shape[:2], image))


def _on_rgba_picture(view: View, request: _Request) -> AnyArray:
    options = request.options
    hard = replace(options, style=replace(options.style, antialias=False))  # a mask has no soft edges
    shown = _on_picture(view, replace(request, options=hard))
    # what is blended onto an opaque picture is opaque: the fourth channel can wait until it is done
    return shown if shown.shape[2] == 4 else copied_picture(shown, 4, None, "mask")


def _on_ids(
    paint: Callable[[Job, AnyArray | None, AnyArray | None], AnyArray],
) -> Callable[[View, _Request], AnyArray]:
    def show(view: View, request: _Request) -> AnyArray:
        base = _id_image(request.image)
        return paint(_job(view, request, base.shape), None, base)

    return show


def _job(view: View, request: _Request, size: Any, image: AnyArray | None = None) -> Job:
    scene = lower(
        request.subject, request.frame, pen=request.pen, size=tuple(size), interpolation=request.interpolation
    )
    return prepare([view], scene, tuple(size), request.options, image=image)


def _id_image(image: Any) -> AnyArray:
    """Check that an array is an id map that ids can be drawn onto; (H, W, 1) counts as (H, W)."""
    if not isinstance(image, np.ndarray):
        raise InputError(f"image: expected a numpy array, got {type(image).__name__}")
    flat = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    if flat.ndim != 2 or flat.size == 0:
        raise InputError(
            f"image: an id view is drawn onto an id map of shape (H, W), got {image.shape}",
            hint="pass height= and width= for a blank map, or ask for the img_mask view",
        )
    if flat.dtype.kind not in "iu":
        raise InputError(f"image: an id map has an integer dtype, got {flat.dtype}")
    return flat


_ON_IMAGE: dict[str, Callable[[View, _Request], AnyArray]] = {
    "mask": _on_rgba_picture,
    "overlay": _on_picture,
    "instance": _on_ids(paint_instance),
    "object_id": _on_ids(paint_object_id),
}

"""The pictures of one item: all views from one scan, encoded as PNG.

Where the mask view is nothing but the instance view in colours, both are one picture: the ids are compressed once, and
the mask is the same stream with a palette. Layer: batch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from annogeo.batch.label_table import LabelTable
from annogeo.batch.options import RenderOptions
from annogeo.definitions.checks import describe
from annogeo.draw import Pen
from annogeo.errors import InputError, UnsupportedError
from annogeo.model.item import Item
from annogeo.model.ontology import BACKGROUND, Ontology
from annogeo.rle import PIXEL_LIMIT

if TYPE_CHECKING:
    from annogeo.model import AnnotationCollection

_LARGEST_ID = 65_535  # what a greyscale PNG holds
_PICTURES_OF_IDS = ("instance", "object_id")
_LABEL_MAPS = frozenset(("instance", "mask"))


@dataclass(frozen=True)
class Context:
    """What all items of a run share; made once in each worker."""

    options: RenderOptions
    table: LabelTable
    _buffers: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def buffer(self, view: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        """A canvas that the last item left behind: clearing one is cheaper than getting fresh memory."""
        known = self._buffers.get(view)
        if known is None or known.shape != shape:
            known = self._buffers[view] = np.empty(shape, np.uint8)
        return known

    @cached_property
    def ontology(self) -> Ontology:
        """Where drawing looks up labels."""
        return self.table.ontology()

    @cached_property
    def colored_ids(self) -> dict[str, int]:
        """The ids of those labels that have a colour, and of the background."""
        ids = self.table.ids
        return {label: ids[label] for label in ids if label in self.table.colors or label == BACKGROUND}

    @cached_property
    def palette(self) -> npt.NDArray[np.uint8] | None:
        """The colours of ids in the mask view, (n, 4); None where ids alone don't decide the colour."""
        options = self.options
        style = options.style
        if style.color_by != "label" or style.is_layered or style.legend:
            return None
        if options.with_text or options.png_mode != "auto":
            return None
        return _palette(self.table, options.alpha)


def plain_pictures(
    views: list[str], entries: list[Any], item: Item, context: Context
) -> dict[str, bytes] | None:
    """Draw and encode label maps by the short cut; None where it does not lead there."""
    from annogeo.batch.shortcut import label_map

    if context.palette is None or not _LABEL_MAPS.issuperset(views):
        return None
    if not (item.height and item.width and (item.mimetype or "").startswith("image/")):
        return None
    options = context.options
    canvas = context.buffer("instance", _checked_size(item.height, item.width))
    ids = label_map(entries, context.colored_ids, Pen.from_thickness(options.thickness), canvas, options.rule)
    return None if ids is None else _label_maps(ids, context.palette)


def pictures(
    views: list[str], collection: AnnotationCollection, item: Item, context: Context
) -> dict[str, bytes]:
    """Draw and encode the views."""
    from annogeo.rendering import render

    if not views:
        return {}
    _check_still(item)
    options = context.options
    height, width = _size(item, collection)
    image = _image(item) if "img_mask" in views else None
    palette = context.palette if "mask" in views and _is_colored_ids(collection, context) else None
    asked = dict.fromkeys("instance" if palette is not None and view == "mask" else view for view in views)
    made = render(
        collection,
        tuple(asked),
        height=height,
        width=width,
        image=image,
        ids=context.table.ids,
        out=_buffers(asked, height, width, context),
        **options.drawing,
    )
    files = {} if palette is None else _label_maps(made["instance"], palette)
    for view in views:
        if view not in files:
            files[view] = _encoded(view, made[view], options)
    return files


def _encoded(view: str, pixels: npt.NDArray[Any], options: RenderOptions) -> bytes:
    from annogeo.png import encode_png, indexed

    if view == "mask" and options.png_mode == "auto":
        split = indexed(pixels)
        if split is not None:
            return encode_png(*split)
    return encode_png(_checked_ids(view, pixels))


def _buffers(views: Iterable[str], height: int, width: int, context: Context) -> dict[str, npt.NDArray[Any]]:
    """Canvases to draw on; the maps of ids whose size in bytes depends on the item get fresh ones."""
    buffers = {}
    if "mask" in views:
        buffers["mask"] = context.buffer("mask", (height, width, 4))
    if "instance" in views and max(context.table.ids.values(), default=0) <= 255:
        buffers["instance"] = context.buffer("instance", (height, width))
    return buffers


def _is_colored_ids(collection: AnnotationCollection, context: Context) -> bool:
    """Whether the mask view of this item is its instance view looked up in the palette."""
    return context.palette is not None and all(
        annotation.label in context.colored_ids for annotation in collection
    )


def _label_maps(ids: npt.NDArray[np.uint8], palette: npt.NDArray[np.uint8]) -> dict[str, bytes]:
    """Encode the instance and the mask view from one compressed stream."""
    from annogeo.png import compress_rows, wrap_grey, wrap_indexed

    stream = compress_rows(ids)
    height, width = ids.shape
    return {
        "instance": wrap_grey(stream, height, width),
        "mask": wrap_indexed(stream, height, width, palette),
    }


def _palette(table: LabelTable, alpha: float) -> npt.NDArray[np.uint8] | None:
    """Look up each id's colour; None where an id has several, or ids don't fit a byte."""
    palette = np.zeros((256, 4), np.uint8)
    seen: dict[int, Any] = {}
    for label, number in table.ids.items():
        color = table.colors.get(label)
        if label == BACKGROUND:
            continue
        if number > 255 or seen.setdefault(number, color) != color:
            return None
        if color is not None:
            opacity = color[3] if len(color) == 4 else 255
            palette[number] = (*color[:3], math.floor(opacity * alpha + 0.5))  # as the mask view rounds
    background = table.colors.get(BACKGROUND)
    number = table.ids.get(BACKGROUND, 0)
    if number in seen or number > 255:
        return None
    if background is not None:
        palette[number] = (*background[:3], background[3] if len(background) == 4 else 255)
    return palette[: max((number, *seen)) + 1]


def _checked_ids(view: str, pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if view not in _PICTURES_OF_IDS or pixels.dtype in (np.uint8, np.uint16):
        return pixels
    largest = int(pixels.max(initial=0))
    if largest <= _LARGEST_ID:
        return pixels.astype(np.uint16)
    raise InputError(
        f"{view} view: id {largest} does not fit a 16-bit PNG, the largest is {_LARGEST_ID}",
        hint="give smaller ids with --ontology" if view == "instance" else "leave the object_id view out",
    )


def _check_still(item: Item) -> None:
    kind = (item.mimetype or "").partition("/")[0]
    if kind == "audio":
        raise UnsupportedError("there are no pictures of sound", hint="ask for the json and vtt views")


def _size(item: Item, collection: AnnotationCollection) -> tuple[int, int]:
    """The canvas: the item's size, else that of its masks, which are as large as their picture."""
    if item.height and item.width:
        return _checked_size(item.height, item.width)
    for annotation in collection:
        if annotation.type == "binary":
            shape = getattr(annotation.annotation_definition, "shape", None)
            if shape is not None:
                return int(shape[0]), int(shape[1])
    claimed = [item.system.get(name) for name in ("width", "height")]
    if claimed != [None, None]:
        width, height = map(describe, claimed)
        raise InputError(
            f"the document claims a width of {width} and a height of {height}, expected numbers of px above 0",
            json_path="$.metadata.system",
            hint="correct them, or put the picture beside its JSON",
        )
    raise InputError(
        "the size of the picture is not known",
        hint="put the picture beside its JSON, or width and height into metadata.system",
    )


def _checked_size(height: int, width: int) -> tuple[int, int]:
    if height * width > PIXEL_LIMIT:
        raise InputError(f"the item claims {width} x {height}: more than {PIXEL_LIMIT} pixels")
    return height, width


def _image(item: Item) -> Any:
    from annogeo.files.images import read_image

    if item.path is None:
        raise InputError(
            "the img_mask view needs the picture, and there is none",
            hint="put it beside the JSON, or ask for other views: --view mask,instance",
        )
    return read_image(item.path)

"""Rendering one item, from its bytes to files: what every worker runs.

JSON bytes -> collection -> all views from one scan -> PNG -> one atomic write each. Where the mask view is nothing but
the instance view in colours, both are one picture: the ids are compressed once, and the mask is the same stream with a
palette. Layer: batch.
"""

from __future__ import annotations

import json
import math
import threading
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annogeo.batch.label_table import LabelTable
from annogeo.batch.options import RenderOptions
from annogeo.batch.outcomes import Job, Outcome
from annogeo.errors import AnnogeoError, InputError, Problem, UnsupportedError
from annogeo.files.atomic import reason, write_bytes
from annogeo.files.dataset import item_of, size_from_picture
from annogeo.files.documents import Head, read_bytes, read_head
from annogeo.files.paths import safe_relative
from annogeo.model.ontology import BACKGROUND, Ontology
from annogeo.rle import PIXEL_LIMIT

_LARGEST_ID = 65_535  # what a greyscale PNG holds
_PICTURES_OF_IDS = ("instance", "object_id")


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
    def palette(self) -> npt.NDArray[np.uint8] | None:
        """The colours of ids 0..255 in the mask view, (256, 4); None where ids alone don't decide the colour."""
        options = self.options
        if options.color_by != "label" or options.with_text or options.png_mode != "auto":
            return None
        return _palette(self.table, options.alpha)


class _Worker(threading.local):
    """What belongs to one thread that renders: two runs in one process don't mix."""

    context: Context | None = None


_worker = _Worker()


def prepare(options: RenderOptions, table: LabelTable) -> None:
    """Set up a worker."""
    _worker.context = Context(options, table)


def render_job(job: Job) -> Outcome:
    """Render one item; whatever goes wrong is its outcome, never an exception."""
    context = _worker.context
    if context is None:
        raise RuntimeError("prepare() was not called")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            sizes, problems = _render(job, context)
    except AnnogeoError as error:
        return Outcome(
            job.index, Problem.from_error(error.located(path=job.source.json_path or job.source.image_path))
        )
    except MemoryError:
        return _failed(job, "out of memory", "render it with fewer workers")
    except OSError as error:
        return _failed(job, reason(error), None)
    except RecursionError:
        return _failed(job, "its JSON is nested too deeply", None)
    except Exception as error:  # a defect of ours must not end the run
        hint = "this is a defect of annogeo: please report it with this file"
        return _failed(job, f"{type(error).__name__}: {error}", hint)
    said = [Problem("warning", str(warning.message), path=job.source.json_path) for warning in caught]
    return Outcome(job.index, None, (*problems, *said), sizes)


def lost_job(job: Job) -> Outcome:
    """What becomes of an item that killed its worker."""
    return _failed(
        job, "the worker process died (perhaps out of memory)", "render it alone, with --workers 1"
    )


def _failed(job: Job, message: str, hint: str | None) -> Outcome:
    path = job.source.json_path or job.source.image_path
    return Outcome(job.index, Problem("error", message, path=path, hint=hint))


def _render(job: Job, context: Context) -> tuple[tuple[int, ...], list[Problem]]:
    """Read, draw, encode, then write: an item that fails writes nothing."""
    from annogeo.model import AnnotationCollection

    source = job.source
    data = b"[]" if source.json_path is None else read_bytes(source.json_path)
    head = read_head(data)
    if head.filename is not None:
        safe_relative(head.filename)
    item = item_of(source, head, context.ontology)
    problems = size_from_picture(item, source, strict=False)
    collection = AnnotationCollection.from_json(data, item=item)
    views = [view for view, _ in job.outputs]
    drawn = [view for view in views if view != "json"]
    files: dict[str, bytes] = _pictures(drawn, collection, item, context) if drawn else {}
    if "json" in views:
        files["json"] = _document(data, head, collection)
    for view, path in job.outputs:
        write_bytes(path, files[view])
    problems += [problem.located(path=source.json_path) for problem in collection.problems]
    return tuple(len(files[view]) for view in views), problems


def _pictures(views: list[str], collection: Any, item: Any, context: Context) -> dict[str, bytes]:
    """Draw and encode the views."""
    from annogeo.rendering import render

    _check_still(item)
    options = context.options
    height, width = _size(item, collection)
    image = _image(item) if "img_mask" in views else None
    shares = "mask" in views and _is_colored_ids(collection, context)
    asked = dict.fromkeys("instance" if shares and view == "mask" else view for view in views)
    made = render(
        collection,
        tuple(asked),
        height=height,
        width=width,
        image=image,
        rule=options.rule,
        thickness=options.thickness,
        alpha=options.alpha,
        with_text=options.with_text,
        style=_style(options),
        ids=context.table.ids,
        out=_buffers(asked, height, width, context),
    )
    files: dict[str, bytes] = {}
    if shares and made["instance"].dtype == np.uint8:
        files = _colored_ids(made["instance"], context)
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


def _style(options: RenderOptions) -> Any:
    from annogeo.draw import Style

    return Style(color_by=options.color_by)


def _is_colored_ids(collection: Any, context: Context) -> bool:
    """Whether the mask view of this item is its instance view looked up in the palette."""
    ids, colors = context.table.ids, context.table.colors
    labels = {annotation.label for annotation in collection}
    return context.palette is not None and all(label in ids and label in colors for label in labels)


def _colored_ids(ids: npt.NDArray[np.uint8], context: Context) -> dict[str, bytes]:
    """Encode the instance and the mask view from one compressed stream."""
    from annogeo.png import compress_rows, wrap_grey, wrap_indexed

    assert context.palette is not None
    stream = compress_rows(ids)
    height, width = ids.shape
    return {
        "instance": wrap_grey(stream, height, width),
        "mask": wrap_indexed(stream, height, width, context.palette),
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
            opacity = math.floor(
                (color[3] if len(color) == 4 else 255) * alpha + 0.5
            )  # as the mask view rounds
            palette[number] = (*color[:3], opacity)
    background = table.colors.get(BACKGROUND)
    number = table.ids.get(BACKGROUND, 0)
    if number in seen or number > 255:
        return None
    if background is not None:
        palette[number] = (*background[:3], background[3] if len(background) == 4 else 255)
    return palette


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


def _check_still(item: Any) -> None:
    kind = (item.mimetype or "").partition("/")[0]
    if kind in ("video", "audio"):
        raise UnsupportedError(
            f"{kind} items can't be rendered yet", hint="`annogeo video` comes in a later release"
        )


def _size(item: Any, collection: Any) -> tuple[int, int]:
    """The canvas: the item's size, else that of its masks, which are as large as their picture."""
    if item.height and item.width:
        if item.height * item.width > PIXEL_LIMIT:
            raise InputError(f"the item claims {item.width} x {item.height}: more than {PIXEL_LIMIT} pixels")
        return item.height, item.width
    for annotation in collection:
        if annotation.type == "binary":
            shape = getattr(annotation.annotation_definition, "shape", None)
            if shape is not None:
                return int(shape[0]), int(shape[1])
    raise InputError(
        "the size of the picture is not known",
        hint="put the picture beside its JSON, or width and height into metadata.system",
    )


def _image(item: Any) -> Any:
    from annogeo.files.images import read_image

    if item.path is None:
        raise InputError(
            "the img_mask view needs the picture, and there is none",
            hint="put it beside the JSON, or ask for other views: --view mask,instance",
        )
    return read_image(item.path)


def _document(data: bytes, head: Head, collection: Any) -> bytes:
    """The json view: the document itself where it is one, as nothing in it was changed."""
    if head.is_object and head.keys.get("filename"):
        return data
    document: Mapping[str, Any] = collection.to_json()
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")

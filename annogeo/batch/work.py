"""Rendering one item, from its bytes to files: what every worker runs, and what becomes of it when it fails.

Layer: batch.
"""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Mapping
from typing import Any

from annogeo.atomic import reason, write_bytes
from annogeo.batch.drawing import Context, pictures, plain_pictures
from annogeo.batch.label_table import LabelTable
from annogeo.batch.options import SUFFIXES, RenderOptions
from annogeo.batch.outcomes import Job, Outcome
from annogeo.batch.videos import is_video, write_videos
from annogeo.errors import AnnogeoError, Problem
from annogeo.files.dataset import item_of, size_from_picture
from annogeo.files.documents import Head, read_bytes, read_head, read_plain
from annogeo.files.paths import safe_relative


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
    path = job.source.json_path or job.source.image_path
    said = [Problem("warning", str(warning.message), path=path) for warning in caught]
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
    """Read, draw, encode, then write: an item that fails writes nothing; videos are written as they are drawn."""
    from annogeo.model import AnnotationCollection

    source = job.source
    data = b"[]" if source.json_path is None else read_bytes(source.json_path)
    plain = read_plain(data)
    head = read_head(data) if plain is None else plain[0]
    if head.filename is not None:
        safe_relative(head.filename)
    item = item_of(source, head, context.ontology)
    has_size = bool(item.height and item.width)
    problems = size_from_picture(item, source, strict=not has_size)
    views = [view for view, _ in job.outputs]
    sizes: dict[str, int] = {}
    files = None if plain is None else plain_pictures(views, plain[1], item, context)
    if files is None:
        collection = AnnotationCollection.from_json(data, item=item)
        drawn = [output for output in job.outputs if output[0] not in SUFFIXES]
        if is_video(source, item):
            files = {}
            sizes, found = write_videos(drawn, collection, item, context)
            problems += found
        else:
            files = pictures([view for view, _ in drawn], collection, item, context)
        if "json" in views:
            files["json"] = _document(data, head, collection)
        if "vtt" in views:
            files["vtt"] = collection.to_vtt().encode("utf-8", "surrogatepass")
        problems += [problem.located(path=source.json_path) for problem in collection.problems]
    for view, path in job.outputs:
        if view in files:
            write_bytes(path, files[view])
            sizes[view] = len(files[view])
    return tuple(sizes[view] for view in views), problems


def _document(data: bytes, head: Head, collection: Any) -> bytes:
    """The json view: the document itself where it is one, as nothing in it was changed."""
    if head.is_object and head.keys.get("filename"):
        return data
    document: Mapping[str, Any] = collection.to_json()
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")

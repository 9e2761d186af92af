"""The videos of one item: a file for each view, written as its frames come. Layer: batch."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from annogeo.batch.drawing import Context
from annogeo.errors import InputError, Problem
from annogeo.files.paths import VIDEO_SUFFIXES, suffix_of
from annogeo.model.item import Item

if TYPE_CHECKING:
    from annogeo.files.pairing import Source
    from annogeo.model import AnnotationCollection


def is_video(source: Source, item: Item) -> bool:
    """Whether an item is a video, as its file's name or its document says.

    Examples
    --------
    >>> from annogeo.files.pairing import Source
    >>> is_video(Source("a", "a.mp4"), Item()), is_video(Source("a", "a.jpg"), Item())
    (True, False)
    """
    return suffix_of(source.name) in VIDEO_SUFFIXES or (item.mimetype or "").startswith("video/")


def write_videos(
    outputs: Iterable[tuple[str, str]], collection: AnnotationCollection, item: Item, context: Context
) -> tuple[dict[str, int], list[Problem]]:
    """Write the views of a video.

    Parameters
    ----------
    outputs : iterable of (view, path)

    Returns
    -------
    sizes : dict of view -> int
        Bytes written.
    problems : list of Problem
    """
    from annogeo.video import render_video

    sizes: dict[str, int] = {}
    problems: dict[str, Problem] = {}
    for view, path in outputs:
        if item.path is None:
            raise InputError("the video is needed, and there is none", hint="put it beside the JSON")
        report = render_video(
            item.path, collection, path, view=view, ids=context.table.ids, **context.options.drawing
        )
        sizes[view] = os.path.getsize(path)
        problems |= {problem.message: problem for problem in report.problems}
    return sizes, list(problems.values())

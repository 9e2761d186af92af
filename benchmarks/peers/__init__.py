"""The peers: each function makes one of them ready and gives what is timed; it raises ImportError where it is missing.

Coordinates are annogeo's (an integer is a pixel corner); peers that count from the first pixel's centre get them moved
by half a pixel. What can lie ready (rounded points, paths, paints) is made outside of what is timed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.harness import Row
from benchmarks.report import Figure

Array = npt.NDArray[Any]
Paint = Callable[[], Any]


def ready(makers: Mapping[str, Callable[[], Any]]) -> tuple[dict[str, Any], list[str]]:
    """Run each maker; give what they made, and the names of those whose packages are not installed."""
    made, missing = {}, []
    for name, make in makers.items():
        try:
            made[name] = make()
        except (ImportError, OSError):  # OSError: a package is here, the C library it needs is not
            missing.append(name)
    return made, missing


def rows_of(paints: Mapping[str, Paint], clocks: Mapping[str, str] | None = None) -> list[Row]:
    """Make rows of what `ready` gave; a peer that starts threads needs the clock ``process``."""
    return [Row(name, paint, clock=(clocks or {}).get(name, "cpu")) for name, paint in paints.items()]


def cv2_alone() -> Any:
    """Import cv2 without its threads."""
    import cv2

    cv2.setNumThreads(1)
    return cv2


def quiet_dtlpy() -> Any:
    """Import dtlpy without its log lines and warnings; importing it takes seconds and touches no network."""
    import warnings

    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import dtlpy
    cv2_alone()  # what it draws with
    return dtlpy


def dtlpy_collection(dl: Any, definitions: list[Any]) -> Any:
    """Collect definitions; the object ids count from 1."""
    collection = dl.AnnotationCollection(item=None)
    for i, definition in enumerate(definitions):
        annotation = dl.Annotation.new(annotation_definition=definition, object_id=str(i + 1))
        collection.annotations.append(annotation)
    return collection


def whole(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Round points to the pixels whose centres they are nearest to."""
    return np.rint(points - 0.5).astype(np.int32)


def skia_path(points: npt.NDArray[np.float64], *, closed: bool) -> Any:
    """Make a Skia path."""
    import skia

    return skia.Path.Polygon([skia.Point(x, y) for x, y in points.tolist()], closed)


def share(is_true: npt.NDArray[np.bool_]) -> float:
    """Give how many are true, in percent."""
    return 100 * float(is_true.mean()) if is_true.size else 100.0


def agreement(ours: Array, others: Mapping[str, Array]) -> list[Figure]:
    """Say how many pixels each peer's map shares with ours: a guard against timing unlike work."""
    figures = []
    for name, theirs in others.items():
        ids = theirs
        if theirs.ndim == 3:
            ids = theirs[..., 0].astype(np.int64) + 256 * theirs[..., 1].astype(np.int64)
        figures.append(Figure(f"pixels as {name}", share(ids == ours), "%"))
    return figures


def installed(names: Iterable[str]) -> list[str]:
    """Give those of `names` that can be imported."""
    return [name for name in names if find_spec(name) is not None]

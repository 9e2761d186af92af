"""The packages that define rules `coco` and `pil`, and what they make of rings."""

from __future__ import annotations

import platform
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pytest

Masks = Callable[[Sequence[np.ndarray], int, int], np.ndarray]


def encoded_by_pycocotools(rings: Sequence[np.ndarray], height: int, width: int) -> Any:
    from pycocotools import _mask

    # not `frPyObjects`, which takes two points for a box
    return _mask.frPoly([ring.ravel().tolist() for ring in rings], height, width)


def decoded_by_pycocotools(rles: Any) -> Any:
    from pycocotools import _mask

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it sets an array's shape, which numpy 2.5 minds
        return _mask.decode(rles).transpose(2, 0, 1)


def _masks_by_pycocotools(rings: Sequence[np.ndarray], height: int, width: int) -> np.ndarray:
    return np.asarray(decoded_by_pycocotools(encoded_by_pycocotools(rings, height, width)))


def _masks_by_pillow(rings: Sequence[np.ndarray], height: int, width: int) -> np.ndarray:
    from PIL import Image, ImageDraw

    drawn = np.zeros((len(rings), height, width), np.uint8)
    for canvas, ring in zip(drawn, rings, strict=True):
        image = Image.new("1", (width, height))
        ImageDraw.Draw(image).polygon([tuple(point) for point in ring.tolist()], fill=1, outline=1)
        canvas[:] = image
    return drawn


OWNERS: dict[str, Masks] = {"coco": _masks_by_pycocotools, "pil": _masks_by_pillow}


def _is_installed(package: str, start: str) -> bool:
    """Whether a package is of the version, on the kind of machine, that a rule is defined by."""
    try:
        installed = version(package)
    except PackageNotFoundError:
        return False
    return f"{installed}.".startswith(f"{start}.") and platform.machine() in ("x86_64", "AMD64")


needs_pycocotools = pytest.mark.skipif(
    not _is_installed("pycocotools", "2.0.11"), reason="needs pycocotools 2.0.11 on x86-64"
)
needs_pillow = pytest.mark.skipif(
    not _is_installed("Pillow", "13"),
    reason="needs Pillow 13 on x86-64: other versions join the corners of polygons in another way",
)
each_owner = pytest.mark.parametrize(
    "rule", [pytest.param("coco", marks=needs_pycocotools), pytest.param("pil", marks=needs_pillow)]
)

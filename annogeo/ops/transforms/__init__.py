"""Transforms of whole collections: any matrix, and the usual ones by name. Layer: ops.

`operations` makes the matrices, `plan` checks them, `carry` maps a collection (`shapes` its geometry, `mirroring` the
sides of poses, `belongings` its item), `result` is what comes of it, `pictures` maps pixels along.
"""

from __future__ import annotations

from annogeo.ops.transforms.operations import (
    apply_exif,
    clip,
    crop,
    flip,
    letterbox,
    pad,
    resize,
    rotate,
    rotate90,
    transform,
)
from annogeo.ops.transforms.result import Transformed

__all__ = [
    "Transformed",
    "apply_exif",
    "clip",
    "crop",
    "flip",
    "letterbox",
    "pad",
    "resize",
    "rotate",
    "rotate90",
    "transform",
]

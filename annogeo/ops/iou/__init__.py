"""Overlap of anything with anything: exact areas of vector shapes, pixels of masks.

`api` has the public functions, `sides` and `lowering` bring what is given into arrays (`shapes`), `overlaps` gives
areas of overlap, `hulls` those of enclosing shapes, `measures` makes numbers of them.
"""

from __future__ import annotations

from annogeo.ops.iou.api import giou, giou_matrix, ioa, ioa_matrix, iou, iou_matrix
from annogeo.ops.iou.boundary import boundary_iou, boundary_iou_matrix

__all__ = [
    "boundary_iou",
    "boundary_iou_matrix",
    "giou",
    "giou_matrix",
    "ioa",
    "ioa_matrix",
    "iou",
    "iou_matrix",
]

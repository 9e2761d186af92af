"""`Rle`: a mask as runs. Layer: needs only kernels (but for PNGs, a facade); importing it loads numpy only."""

from __future__ import annotations

from annogeo.rle.batches import coco_decode, coco_encode
from annogeo.rle.blending import masks_between
from annogeo.rle.checks import EDGE_LIMIT, PIXEL_LIMIT
from annogeo.rle.coco import CocoCounts, CocoRle
from annogeo.rle.cvat import CvatMask
from annogeo.rle.mapping import cut_mask, mapped_mask
from annogeo.rle.morphology import border, eroded
from annogeo.rle.store import MaskStore
from annogeo.rle.value import Rle

__all__ = [
    "EDGE_LIMIT",
    "PIXEL_LIMIT",
    "CocoCounts",
    "CocoRle",
    "CvatMask",
    "MaskStore",
    "Rle",
    "border",
    "coco_decode",
    "coco_encode",
    "cut_mask",
    "eroded",
    "mapped_mask",
    "masks_between",
]

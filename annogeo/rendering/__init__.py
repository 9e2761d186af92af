"""From annotations to pixels: lowering, views, text. Importing it loads numpy only."""

from __future__ import annotations

from annogeo.rendering.api import coco_rles, label_map, mask_stack, object_id_map, render, rles
from annogeo.rendering.blending import blend
from annogeo.rendering.moving import SceneCursor
from annogeo.rendering.rasterize import rasterize

__all__ = [
    "SceneCursor",
    "blend",
    "coco_rles",
    "label_map",
    "mask_stack",
    "object_id_map",
    "rasterize",
    "render",
    "rles",
]

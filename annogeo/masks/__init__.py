"""Masks and geometry: pixels to polygons, boxes and instances. Layer: above definitions, beside rendering."""

from __future__ import annotations

from annogeo.masks.instances import segmentations_from_instance_mask
from annogeo.masks.outline import Outline, outline
from annogeo.masks.polygons import boxes_from_mask, mask_to_polygon, mask_to_polygons, polygons_from_mask

__all__ = [
    "Outline",
    "boxes_from_mask",
    "mask_to_polygon",
    "mask_to_polygons",
    "outline",
    "polygons_from_mask",
    "segmentations_from_instance_mask",
]

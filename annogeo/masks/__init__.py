"""Masks and geometry: pixels to polygons, boxes and instances. Layer: above definitions, beside rendering.

Where to look. A mask to shapes: `outline` (rings on pixel edges), `vertices` (fewer of them), `polygons`, `boxes`,
`medial` (the line along the middle). A whole label map at once: `label_runs`, `outlines`, `label_maps`. Maps to
annotations: `instances`, `from_maps`. Annotations to maps: `overlap` (who owns a pixel), `maps` (semantic, instance),
`panoptic` (and colours).
"""

from __future__ import annotations

from annogeo.masks.boxes import boxes_from_mask
from annogeo.masks.from_maps import from_panoptic, from_semantic_map
from annogeo.masks.instances import segmentations_from_instance_mask
from annogeo.masks.label_maps import label_map_to_polygons
from annogeo.masks.maps import InstanceMap, instance_map, semantic_map, visible_rles
from annogeo.masks.medial import medial_polyline
from annogeo.masks.outline import Outline, outline
from annogeo.masks.outlines import LabelStats, Outlines, label_map_stats, outlines
from annogeo.masks.panoptic import (
    PanopticMap,
    SegmentInfo,
    panoptic_decode,
    panoptic_encode,
    panoptic_map,
)
from annogeo.masks.polygons import mask_to_polygon, mask_to_polygons, polygons_from_mask

__all__ = [
    "InstanceMap",
    "LabelStats",
    "Outline",
    "Outlines",
    "PanopticMap",
    "SegmentInfo",
    "boxes_from_mask",
    "from_panoptic",
    "from_semantic_map",
    "instance_map",
    "label_map_stats",
    "label_map_to_polygons",
    "mask_to_polygon",
    "mask_to_polygons",
    "medial_polyline",
    "outline",
    "outlines",
    "panoptic_decode",
    "panoptic_encode",
    "panoptic_map",
    "polygons_from_mask",
    "segmentations_from_instance_mask",
    "semantic_map",
    "visible_rles",
]

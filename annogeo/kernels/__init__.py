"""Compiled inner loops: plain arrays in and out, the only importers of numba. Layer: lowest, beside geometry.

Where to look. Names without an underscore are called from Python; those with one only by the kernels named with them.

Pixel rules, draw list to spans: `fills` and `center` (rule `center`, polygons alone and anything; both paint too),
`opencv`, `coco`, `pil`, `touched`.
    Their parts: `_toggle`, `_exact`, `_round` (`center`); `_page` (`opencv`, `touched`), `_opencv_pieces`,
    `_opencv_drawing`, `_opencv_far`; `_ring_rules`, `_ring_parts`, `_ring_page`, `_ring_far`, `_flatten` (`coco`,
    `pil`); `_touched_round`.
Spans to pixels and runs: `paint`.
Overlays: `overlay` (hard edges), `coverage` and `coverage_*` (soft edges: `_tracing` and `_strokes` make rings of all,
`_cells` adds up areas, `_rows` does over what that cannot tell, `_simple` and `_fills` are the short way for simple
polygons, `_claims` finds what is seen, `_blend` puts it onto the picture), `_blending`.
Videos: `planes` (overlays on luma and chroma), `labels` (which go with their shapes).
Tracks to values at frames: `tracks`.
Masks: `rle` (edges), `rle_fills` and `rle_coco` (polygons to edges), `rle_columns` (to COCO's order and strings),
`rle_parts` (connected parts), `rle_brush` (Label Studio), `mask_strings`, `mask_iou` (many masks), `trace` (outlines),
`trace_scan` (label maps to runs).
Outlines with fewer vertices: `fewest` (every pixel kept; `_sleeve` finds the way), `simplify` (within a distance),
`_corners`.
PNG: `png_encode` and `deflate` (flat pictures), `literals` (photographs), `png_decode` and `inflate` (masks),
`png_filters`, `_bytes`.
All: `_jit` (how they are compiled and cached), `_lanes` (vectors and bits).
"""

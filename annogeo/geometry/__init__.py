"""Corners, extents, areas, nesting and regions of float64 (n, 2) arrays. Pure numpy, lowest layer: no annotations."""

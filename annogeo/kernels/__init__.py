"""Compiled inner loops: plain arrays in and out, the only importers of numba. Layer: lowest, beside geometry."""

"""Text and dicts to and from the model, one package per format; no paths, no disk.

Layer: above model, rendering and masks; below files.
"""

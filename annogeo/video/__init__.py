"""Annotations on videos. Layer: above files, below batch."""

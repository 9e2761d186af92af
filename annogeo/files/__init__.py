"""Annotations and their pictures on disk: platform folders, datasets, downloads; videos are video/'s.

`load`, `save` and `formats` are the public door. Layer: files.
"""

from annogeo.files.dataset import Dataset, Sample, load
from annogeo.files.format_table import formats
from annogeo.files.images import image_size, read_image
from annogeo.files.ontologies import read_ontology
from annogeo.files.saving import ConversionReport, save

__all__ = [
    "ConversionReport",
    "Dataset",
    "Sample",
    "formats",
    "image_size",
    "load",
    "read_image",
    "read_ontology",
    "save",
]

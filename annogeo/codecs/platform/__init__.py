"""The platform's JSON: text or dicts to and from the model, lossless and lazy. No paths, no disk.

`split` cuts a document into entries, `read` gives the model their parts on demand, `load` makes collections, `write`
puts everything back.
"""

from __future__ import annotations

from annogeo.codecs.platform.load import read_annotation, read_collection
from annogeo.codecs.platform.read import PLATFORM, PlatformReader, read_snapshot
from annogeo.codecs.platform.serialize import dumps, dumps_annotation
from annogeo.codecs.platform.split import Document, split
from annogeo.codecs.platform.write import annotation_to_json, collection_to_json, snapshot_to_json

__all__ = [
    "PLATFORM",
    "Document",
    "PlatformReader",
    "annotation_to_json",
    "collection_to_json",
    "dumps",
    "dumps_annotation",
    "read_annotation",
    "read_collection",
    "read_snapshot",
    "snapshot_to_json",
    "split",
]

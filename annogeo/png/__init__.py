"""PNG without a picture in between: masks to runs and back, id maps and overlays to files, fast and within limits.

Reads only masks (pictures are read in `files`). Layer: beside rle. Importing it loads numpy only.
"""

from __future__ import annotations

from annogeo.png.decode import decode_mask
from annogeo.png.encode import compress_rows, encode_png, indexed, wrap_grey, wrap_indexed
from annogeo.png.mask import encode_mask
from annogeo.png.uri import PngMask, encode_mask_uri, png_of_uri

__all__ = [
    "PngMask",
    "compress_rows",
    "decode_mask",
    "encode_mask",
    "encode_mask_uri",
    "encode_png",
    "indexed",
    "png_of_uri",
    "wrap_grey",
    "wrap_indexed",
]

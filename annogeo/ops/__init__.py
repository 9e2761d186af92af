"""Functions over definitions and collections: overlap, matching, transforms, checks and repairs.

Layer: above rendering and masks, below codecs.
"""

from __future__ import annotations

__all__: list[str] = []

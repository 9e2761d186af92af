"""Labels on pictures: what they say (caption.py), where they go (placement.py, on occupancy.py), drawing (plates.py).

`write_labels` puts the three together; letters come from rendering/text/. Layer: rendering.
"""

from annogeo.rendering.labels.writing import write_labels

__all__ = ["write_labels"]

"""Annotations on videos. Layer: above codecs, below files.

`rendering.py` is the way of a frame through it: `reading.py` decodes, `painters.py` makes the frame of a view,
`writing.py` encodes and copies the other streams. Overlays: `overlay.py` (shapes, labels, legend, `subtitles.py`) on
`planes.py` (pixel formats), `blending.py` (draw lists) and `stamps.py` (ready bitmaps). `seeking.py` finds frames by
their numbers.
"""

from annogeo.video.rendering import VideoReport, render_video
from annogeo.video.seeking import video_frames

__all__ = ["VideoReport", "render_video", "video_frames"]

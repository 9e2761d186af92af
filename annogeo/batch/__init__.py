"""Rendering many items: a work list, drawn and saved by one or several processes, resumable. Layer: batch."""

from annogeo.batch.options import VIEWS, RenderOptions
from annogeo.batch.outcomes import BatchReport
from annogeo.batch.run import Progress, render_dataset

__all__ = ["VIEWS", "BatchReport", "Progress", "RenderOptions", "render_dataset"]

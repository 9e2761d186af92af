"""Where boxes are between keyframes, the ways others give it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.scenes import TrackScene


def interp(scene: TrackScene) -> Callable[[], Any]:
    """Ask np.interp for each track and coordinate, into a buffer that is used again."""
    asked = np.arange(scene.n_frames)
    boxes = np.empty((*scene.frames.shape[:1], scene.n_frames, 5), np.float32)
    visible = np.empty(boxes.shape[:2], np.bool_)

    def sample() -> Any:
        for track, (frames, values) in enumerate(zip(scene.frames, scene.values, strict=True)):
            for column in range(4):
                boxes[track, :, column] = np.interp(asked, frames, values[:, column])
            boxes[track, :, 4] = np.interp(asked, frames, np.unwrap(values[:, 4], period=360))
            visible[track] = (asked >= frames[0]) & (asked <= frames[-1])
        return boxes, visible

    return sample


def searchsorted(scene: TrackScene) -> Callable[[], Any]:
    """Interpolate all five values of a track at once, in numpy."""
    asked = np.arange(scene.n_frames)
    boxes = np.empty((*scene.frames.shape[:1], scene.n_frames, 5), np.float32)
    visible = np.empty(boxes.shape[:2], np.bool_)

    def sample() -> Any:
        for track, (frames, values) in enumerate(zip(scene.frames, scene.values, strict=True)):
            values = np.concatenate([values[:, :4], np.unwrap(values[:, 4:], axis=0, period=360)], axis=1)
            last = np.clip(np.searchsorted(frames, asked, "right") - 1, 0, len(frames) - 2)
            share = (asked - frames[last]) / (frames[last + 1] - frames[last])
            boxes[track] = values[last] + (values[last + 1] - values[last]) * share[:, None]
            visible[track] = (asked >= frames[0]) & (asked <= frames[-1])
        return boxes, visible

    return sample


def dtlpy(scene: TrackScene, n_runs: int) -> Callable[[], Any]:
    """Ask for every frame of one track, in order; each run has a fresh track, as asking fills its dict."""
    dl = peers.quiet_dtlpy()
    tracks = cycle([_dtlpy_track(dl, scene) for _ in range(n_runs)])

    def play() -> Any:
        frames = next(tracks).frames
        for frame in range(scene.n_frames):
            frames[frame]

    return play


def _dtlpy_track(dl: Any, scene: TrackScene) -> Any:
    from types import SimpleNamespace

    unknown = dict.fromkeys(("id", "url", "dataset", "dataset_id", "datasetId", "dataset_url", "_client_api"))
    item = SimpleNamespace(**unknown, fps=25, mimetype="video/mp4", system={})
    return dl.Annotation.from_json(scene.track_json(0), item=item, is_video=True)

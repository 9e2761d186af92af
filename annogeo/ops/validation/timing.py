"""Checks of frames and times. Layer: ops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from annogeo.definitions import Subtitle
from annogeo.model.json_values import MISSING, decoded, whole
from annogeo.ops.validation.registry import Finding, check
from annogeo.ops.validation.scene import Scene, Subject

_SYSTEM = ".metadata.system"


@check("frame-range", "error", "annotation that ends before it starts")
def _frame_range(scene: Scene) -> Iterator[Finding]:
    for subject, timing in _timings(scene):
        start, end = timing.start_frame, timing.end_frame
        if start is not None and end is not None and end < start:
            yield Finding(
                subject, f"ends at frame {end}, before it starts at {start}", place=f"{_SYSTEM}.endFrame"
            )


@check("time-range", "error", "annotation whose time ends before it starts")
def _time_range(scene: Scene) -> Iterator[Finding]:
    for subject, timing in _timings(scene):
        start, end = timing.start_time, timing.end_time
        if start is not None and end is not None and end < start:
            message = f"ends at {end:.6g} s, before it starts at {start:.6g} s"
            yield Finding(subject, message, place=f"{_SYSTEM}.endTime")


@check("negative-frame", "error", "state at a frame below 0")
def _negative_frame(scene: Scene) -> Iterator[Finding]:
    for subject in scene.subjects:
        if subject.keyframe is not None and _is_timed(subject) and subject.keyframe.number < 0:
            yield Finding(
                subject, f"frame {subject.keyframe.number} is below 0", place=subject.keyframe.place
            )


@check("late-frame", "warning", "state after the annotation's last frame")
def _late_frame(scene: Scene) -> Iterator[Finding]:
    for subject in scene.subjects:
        if subject.annotation is None or subject.keyframe is None or not _is_timed(subject):
            continue
        end, number = subject.annotation.state.timing.end_frame, subject.keyframe.number
        if end is not None and number > end and not subject.is_first:
            message = f"state at frame {number}, the annotation ends at {end}"
            yield Finding(subject, message, place=subject.keyframe.place)


@check("beyond-video", "error", "frame that the video does not have")
def _beyond_video(scene: Scene) -> Iterator[Finding]:
    count = _frame_count(scene)
    if count is None:
        return
    for subject in scene.subjects:
        if subject.annotation is None or not subject.is_first or not _is_timed(subject):
            continue
        track = subject.annotation.state.track
        last = max(track.end, track.numbers[-1])
        if last >= count:
            message = f"reaches frame {last}, the video has {count} (0 to {count - 1})"
            yield Finding(subject, message, place=f"{_SYSTEM}.endFrame")


@check("duplicate-frame", "warning", "two states at one frame")
def _duplicate_frame(scene: Scene) -> Iterator[Finding]:
    for subject in scene.subjects:
        if subject.annotation is None or not subject.is_first or not _is_timed(subject):
            continue
        stored = subject.annotation.read_system_key("snapshots_")
        entries = decoded(stored) if stored is not MISSING else None
        if not isinstance(entries, list):
            continue
        numbers = [whole(entry.get("frame")) for entry in entries if isinstance(entry, dict)]
        for number, count in Counter(numbers).items():
            if number is not None and count > 1:
                message = f"{count} states are stored at frame {number}; the last one counts"
                yield Finding(subject, message, place=f"{_SYSTEM}.snapshots_")


@check("empty-subtitle", "warning", "subtitle without text", needs_collection=False)
def _empty_subtitle(scene: Scene) -> Iterator[Finding]:
    for subject in scene.of_type(Subtitle):
        if not subject.definition.text.strip():  # type: ignore[attr-defined]  # of_type found a subtitle
            yield Finding(subject, "subtitle has no text", place=".coordinates.text")


def _timings(scene: Scene) -> Iterator[tuple[Subject, Any]]:
    for subject in scene.subjects:
        if subject.annotation is not None and subject.is_first:
            yield subject, subject.annotation.state.timing


def _is_timed(subject: Subject) -> bool:
    return subject.annotation is not None and subject.annotation.state.track.is_timed


def _frame_count(scene: Scene) -> int | None:
    """Return how many frames the video has, where its metadata says so."""
    item = None if scene.collection is None else scene.collection.item
    system = getattr(item, "system", None)
    ffmpeg = system.get("ffmpeg") if isinstance(system, dict) else None
    if not isinstance(ffmpeg, dict):
        return None
    counts = (whole(_number(ffmpeg.get(key))) for key in ("nb_read_frames", "nb_frames"))
    return next((count for count in counts if count), None)


def _number(value: Any) -> Any:
    """ffprobe writes its counts as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value

"""Promise: boxes of all tracks at all frames, in one call, 1000x dtlpy's access to frames and 20x np.interp."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import peers, scenes
from benchmarks.harness import Pace, Row, compared, measure, of_rounds
from benchmarks.peers import tracks as others
from benchmarks.report import Figure, Report

OURS, DTLPY = "annogeo Tracks.boxes, out=", "dtlpy annotation.frames[f]"
SHARE = 8  # of the frames that are lowered one at a time, one in so many


def run(pace: Pace) -> Iterator[Report]:
    """Time whole tracks, and what is drawn at one frame after the other."""
    yield boxes(scenes.tracks(20, 400, 5) if pace.quick else scenes.tracks(), pace)
    for n, turns in ((12, 0), (100, 0), (12, 1)):
        scene = scenes.tracks(n, 80, 5) if pace.quick else scenes.tracks(n, 800, 40)
        scene.values[..., 4] *= turns
        yield draw_lists(scene, "turning" if turns else "moving", pace)


def boxes(scene: scenes.TrackScene, pace: Pace) -> Report:
    """Give the boxes of all tracks at all frames."""
    import annogeo as ag

    n, n_keyframes = scene.frames.shape
    tracks = ag.Tracks(np.arange(n + 1) * n_keyframes, scene.frames.reshape(-1), scene.values.reshape(-1, 5))
    frames = range(scene.n_frames)
    buffer = np.empty((n, scene.n_frames, 5), np.float32)
    wide = np.empty(buffer.shape)

    def stream() -> None:
        cursor = tracks.cursor()
        for frame in frames:
            cursor.at(frame)

    ours = Row(OURS, lambda: tracks.boxes(frames, out=buffer))
    makers = {
        "np.interp": partial(others.interp, scene),
        "numpy searchsorted": partial(others.searchsorted, scene),
    }
    paints, missing = peers.ready({**makers, DTLPY: partial(others.dtlpy, scene, pace.rounds + 5)})
    rows = [
        ours,
        *peers.rows_of(paints),
        Row("annogeo Tracks.boxes", lambda: tracks.boxes(frames), "ours"),
        Row("annogeo Tracks.boxes, float64, out=", lambda: tracks.boxes(frames, out=wide), "ours"),
        Row("annogeo cursor, a frame at a time", stream, "ours"),
        Row("filling the boxes", lambda: buffer.fill(1), "limit"),
    ]
    times, walls = measure(rows, pace)
    report = Report(
        "tracks", f"{n} tracks x {scene.n_frames} frames, {n_keyframes} keyframes", OURS, missing=missing
    )
    for row in rows[1:]:
        if row.name == DTLPY:  # it was asked for one track
            rounds = sorted(set(times[OURS]) & set(times[DTLPY]))
            taken = [times[DTLPY][i] * n for i in rounds]
            report.comparisons.append(of_rounds(DTLPY, [times[OURS][i] for i in rounds], taken))
        else:
            report.comparisons.append(compared(ours, row, row.name, row.kind, times, walls))
    theirs, _ = paints["np.interp"]()
    made = tracks.boxes(frames, out=buffer).boxes
    turn = np.abs((made[..., 4] - theirs[..., 4] + 180) % 360 - 180).max()
    report.figures.append(
        Figure(
            "largest difference to np.interp", float(max(np.abs(made - theirs)[..., :4].max(), turn)), "px"
        )
    )
    return report


def draw_lists(scene: scenes.TrackScene, how: str, pace: Pace) -> Report:
    """Give the draw list of one frame after the other: with a cursor, and lowered anew."""
    import annogeo as ag

    entries = [scene.track_json(track) for track in range(len(scene.frames))]
    clip = ag.AnnotationCollection.from_json(entries, is_video=True)
    n = scene.n_frames

    def play() -> Any:
        cursor = ag.SceneCursor(clip)
        return [len(cursor.draw_list(frame)) for frame in range(n)]

    def anew() -> Any:
        return [len(ag.DrawList.from_collection(clip, frame)) for frame in range(0, n, SHARE)]

    ours, theirs = Row("annogeo SceneCursor", play), Row("annogeo DrawList.from_collection", anew, "ours")
    times, _ = measure([ours, theirs], pace)
    rounds = sorted(set(times[ours.name]) & set(times[theirs.name]))
    title = f"draw lists of {n} frames, {len(scene.frames)} boxes {how}"
    report = Report(f"draw lists {len(scene.frames)} {how}", title, ours.name)
    both = [[times[row.name][i] * factor for i in rounds] for row, factor in ((ours, 1), (theirs, SHARE))]
    report.comparisons.append(of_rounds(theirs.name, *both, kind=theirs.kind))
    each = report.comparisons[0].ours_ms * 1000 / n
    report.figures.append(Figure("a frame", each, "us"))
    return report

"""Videos with alpha: what is drawn lies over them, and what is not drawn on can be seen through as before."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import annogeo as ag
from annogeo.video.painters import converted
from tests.video.clips import picture

DEEP_RGB = ["gbrp10le", "gbrp12le", "gbrp16le"]
SIZE = 23, 33


def make_clear_clip(path: Path, codec: str, pixel_format: str, rotation: int = 0) -> Path:
    """Three pictures: not to be seen on the left, half to be seen in the middle."""
    height, width = SIZE
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = height, width, pixel_format
        if rotation:
            stream.set_display_rotation(rotation)
        for number in range(3):
            pixels = np.dstack([picture(number, height, width), np.full((height, width), 255, np.uint8)])
            pixels[:, : width // 3, 3] = 0
            pixels[:, width // 3 : 2 * width // 3, 3] = 128
            frame = av.VideoFrame.from_ndarray(pixels, "rgba").reformat(format=pixel_format)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def rgba_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [
            np.rot90(frame.reformat(format="rgba").to_ndarray(), round(frame.rotation / 90)).astype(int)
            for frame in container.decode(video=0)
        ]


@pytest.mark.parametrize("alpha", [1.0, 0.5])
@pytest.mark.parametrize(
    ("codec", "pixel_format", "name", "most"),
    [
        ("ffv1", "bgra", "clip.mkv", 1),
        ("ffv1", "gbrap10le", "clip.mkv", 2),
        ("ffv1", "gbrap16le", "clip.mkv", 1),
        ("ffv1", "yuva444p", "clip.mkv", 4),
        ("ffv1", "yuva420p", "clip.mkv", 4),
        ("qtrle", "argb", "clip.mov", 1),
        ("png", "rgba", "clip.mov", 1),
    ],
)
def test_overlays_lie_over_what_can_be_seen_through(
    tmp_path: Path, codec: str, pixel_format: str, name: str, most: int, alpha: float
) -> None:
    source = make_clear_clip(tmp_path / name, codec, pixel_format)
    boxes = ag.AnnotationCollection()
    boxes.add(ag.Box(4, 4, 30, 12, "car"), object_id=1, frame_num=1)
    options = {"thickness": -1, "alpha": alpha, "with_text": False}

    ag.render_video(source, boxes, tmp_path / f"out{name}", codec=codec, **options)

    was, now = rgba_of(source), rgba_of(tmp_path / f"out{name}")
    assert np.array_equal(was[0], now[0])
    assert np.array_equal(was[2], now[2])
    expected = ag.render(boxes, ("overlay",), image=was[1].astype(np.uint8), frame=1, **options)["overlay"]
    off = np.abs(now[1] - expected)
    assert off[..., 3].max() <= 1
    inside = off[5:11, 5:29] if pixel_format != "yuva420p" else off[5:11, [6, 7, 8, 13, 14, 15, 16, 25, 26]]
    assert inside[..., :3].max() <= most
    assert off[14:].max() <= 1


def test_turned_videos_can_be_seen_through_too(tmp_path: Path) -> None:
    source = make_clear_clip(tmp_path / "in.mov", "png", "rgba", rotation=90)
    boxes = ag.AnnotationCollection()
    boxes.add(ag.Box(4, 4, 20, 30, "car"), object_id=1, frame_num=1)

    ag.render_video(
        source, boxes, tmp_path / "out.mov", codec="png", thickness=-1, with_text=False, alpha=0.5
    )

    was, now = rgba_of(source)[1], rgba_of(tmp_path / "out.mov")[1]
    expected = ag.render(boxes, ("overlay",), image=was.astype(np.uint8), frame=1, thickness=-1, alpha=0.5)
    assert np.abs(now - expected["overlay"]).max() <= 1


@pytest.mark.parametrize("name", DEEP_RGB)
def test_no_row_is_lost_where_alpha_is_left_out_or_added(name: str) -> None:
    with_alpha = name.replace("gbrp", "gbrap")
    given = av.VideoFrame(33, 50, with_alpha)
    given.pts, given.time_base = 0, Fraction(1, 25)
    for k, plane in enumerate(given.planes):
        np.frombuffer(plane, np.uint16)[:] = 300 + k

    colors = converted(given, name)
    back = converted(colors, with_alpha)

    for frame in (colors, back):
        for k, plane in enumerate(frame.planes):
            rows = np.frombuffer(plane, np.uint16).reshape(plane.height, -1)[:, :33]
            assert (rows == (300 + k if k < 3 else 2 ** int(name[4:-2]) - 1)).all()

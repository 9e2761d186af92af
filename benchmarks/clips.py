"""The 720p clip that videos are measured with: a real one beside the checkout, else a walk over a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "video" / "imageio" / "cockatoo.mp4"
WIDTH, HEIGHT, RATE = 1280, 720, 20


def write_clip(path: Path, n: int, *, times: int = 1) -> str:
    """Write `n` frames, several times over, as browsers play them (H.264, 4:2:0); return what they show."""
    import av

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = 60
        number = 0
        for _ in range(times):
            for frame in pictures(n):
                frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, RATE), 0
                container.mux(stream.encode(frame))
                number += 1
        container.mux(stream.encode(None))
    return "a cockatoo (imageio)" if REAL.exists() else "a walk over a photograph"


def pictures(n: int) -> Iterator[Any]:
    """Give `n` pictures."""
    import av

    if REAL.exists():
        with av.open(str(REAL)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number == n:
                    return
                yield frame.reformat(format="yuv420p")
        return
    photo = _photograph()
    for number in range(n):
        x, y = 2 * number % (photo.shape[1] - WIDTH), number % (photo.shape[0] - HEIGHT)
        cut = np.ascontiguousarray(photo[y : y + HEIGHT, x : x + WIDTH])
        yield av.VideoFrame.from_ndarray(cut, "rgb24").reformat(format="yuv420p")


def moving_boxes(n: int) -> Any:
    """Make 12 labelled boxes that wander over the clip, a keyframe every second."""
    import annogeo as ag

    item = ag.Item(width=WIDTH, height=HEIGHT, mimetype="video/mp4", fps=RATE)
    collection = ag.AnnotationCollection(item=item)
    generator = np.random.default_rng(5)
    for number in range(12):
        left, top = generator.uniform(0, (WIDTH - 260, HEIGHT - 200))
        width, height = generator.uniform((80, 70), (200, 160))
        label, moves = f"object {number % 4}", generator.uniform(-30, 30, (n // RATE + 2, 2)).cumsum(0)
        for k, (dx, dy) in enumerate(moves):
            box = ag.Box(
                float(np.clip(left + dx, 0, WIDTH - width)),
                float(np.clip(top + dy, 0, HEIGHT - height)),
                float(np.clip(left + dx, 0, WIDTH - width) + width),
                float(np.clip(top + dy, 0, HEIGHT - height) + height),
                label,
            )
            if k == 0:
                annotation = ag.Annotation.new(
                    annotation_definition=box,
                    item=item,
                    object_id=str(number + 1),
                    frame_num=0,
                    end_time=n / RATE,
                )
            else:
                annotation.add_frame(box, frame_num=k * RATE)
        collection.annotations.append(annotation)
    return collection


def _photograph() -> Any:
    from skimage import data, transform

    photo = data.astronaut()
    tall, wide = HEIGHT + 200, WIDTH + 300
    return (transform.resize(photo, (tall, wide), anti_aliasing=False) * 255).astype(np.uint8)

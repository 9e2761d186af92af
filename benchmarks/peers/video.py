"""Videos with boxes drawn onto them, the ways others do it; and what cannot be beaten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks import peers

ALPHA = 0.4


@contextmanager
def encoder(source: str, target: str, options: dict[str, str]) -> Any:
    """Give a source's frames as they are decoded, and what encodes a frame."""
    import av

    with av.open(source) as reading, av.open(target, "w", options={"movflags": "faststart"}) as container:
        video = reading.streams.video[0]
        video.thread_type = "AUTO"
        stream: Any = container.add_stream("libx264", rate=video.average_rate, options=dict(options))
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        stream.thread_type = "AUTO"
        stream.time_base = stream.codec_context.time_base = video.time_base

        def encode(frame: Any) -> None:
            frame.pict_type = 0
            container.mux(stream.encode(frame))

        yield reading.decode(video), encode
        container.mux(stream.encode(None))


def transcode(source: str, target: str, options: dict[str, str]) -> Callable[[], Any]:
    """Decode and encode, nothing drawn."""

    def run() -> None:
        with encoder(source, target, options) as (frames, encode):
            for frame in frames:
                encode(frame)

    return run


def limit(source: str, target: str, options: dict[str, str], ready: Sequence[Any]) -> Callable[[], Any]:
    """Decode, and encode frames that lie ready: drawing that takes no time at all."""

    def run() -> None:
        with encoder(source, target, options) as (frames, encode):
            for drawn, _ in zip(ready, frames, strict=True):
                encode(drawn)

    return run


def through_rgb(
    source: str,
    target: str,
    options: dict[str, str],
    boxes: Any,
    colors: Any,
    labels: Sequence[str],
    *,
    whole: bool,
) -> Callable[[], Any]:
    """Bring every picture into RGB, draw with cv2, and bring it back; labels always stand above their boxes.

    With `whole`, boxes are drawn onto a copy, and the two pictures mixed, as one mostly sees it done; else each box's
    pixels alone are.
    """
    import av

    cv2 = peers.cv2_alone()
    corners = np.round(boxes).astype(int).tolist()  # (frames, boxes, 4)
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.6

    def run() -> None:
        with encoder(source, target, options) as (frames, encode):
            for drawn, frame in zip(corners, frames, strict=True):
                pixels = frame.to_ndarray(format="rgb24")
                copied = pixels.copy() if whole else pixels
                for (left, top, right, bottom), color in zip(drawn, colors, strict=True):
                    if whole:
                        cv2.rectangle(copied, (left, top), (right - 1, bottom - 1), color, -1)
                    else:
                        part = pixels[top:bottom, left:right]
                        cv2.addWeighted(part, 1 - ALPHA, np.full_like(part, color), ALPHA, 0, dst=part)
                if whole:
                    cv2.addWeighted(copied, ALPHA, pixels, 1 - ALPHA, 0, dst=pixels)
                for (left, top, _, _), color, label in zip(drawn, colors, labels, strict=True):
                    (wide, high), below = cv2.getTextSize(label, font, size, 1)
                    cv2.rectangle(pixels, (left, top - high - below), (left + wide, top), color, -1)
                    cv2.putText(pixels, label, (left, top - below), font, size, (0, 0, 0), 1, cv2.LINE_AA)
                made = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                made.pts, made.time_base = frame.pts, frame.time_base
                encode(made)

    return run


def dtlpy(source: str, target: str, document: list[Any], n: int, shape: tuple[int, int], fps: float) -> Any:
    """Let its video maker draw masks onto the pictures (its default view fails); it writes MPEG-4."""
    dl = peers.quiet_dtlpy()
    height, width = shape
    unknown = dict.fromkeys(("id", "url", "dataset", "dataset_id", "datasetId", "dataset_url", "_client_api"))
    system = {"fps": fps, "height": height, "width": width, "ffmpeg": {"nb_read_frames": n}}
    item = SimpleNamespace(
        **unknown, fps=fps, mimetype="video/mp4", system=system, width=width, height=height
    )

    class Offline(dl.Dataset):  # type: ignore[misc]
        def _get_ontology(self) -> Any:
            return SimpleNamespace(color_map={f"object {k}": (60 * k, 200, 255 - 60 * k) for k in range(4)})

    item.dataset = object.__new__(Offline)
    collection = dl.AnnotationCollection.from_json(document, item=item, is_video=True)

    def run() -> None:
        collection._video_maker(
            input_filepath=source,
            output_filepath=target,
            thickness=-1,
            annotation_format=dl.ViewAnnotationOptions.MASK,
            alpha=ALPHA,
        )

    return run

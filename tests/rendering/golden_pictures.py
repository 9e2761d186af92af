"""Small overlays that are kept as pictures: what each shows, and how it is drawn.

``python -m tests.rendering.golden_pictures`` draws them again; look at them, enlarged, before keeping them. Text is
left out: its letters change with the fonts of OpenCV.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import annogeo as ag

FOLDER = Path(__file__).parent / "golden"
HEIGHT, WIDTH = 32, 48
RED, GREEN, BLUE, WHITE = (230, 60, 40), (40, 170, 90), (50, 90, 220), (250, 250, 250)
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Golden:
    """A picture: what to see in it, and the shapes, their colours and how they are drawn."""

    explanation: str
    shapes: tuple[Any, ...]
    colors: tuple[tuple[int, int, int], ...]
    how: dict[str, Any]


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = np.arange(5) * 2 * (2 * np.pi / 5)
    return [(x + radius * np.sin(t), y - radius * np.cos(t)) for t in turns]


_BOX = ag.Box(3.5, 4.25, 20.5, 20.75, "a")
_TURNED = ag.Box(16, 8, 40, 24, "b", angle=25)
_HOLE = ag.Polygon([[(4, 4), (30, 6), (26, 28), (6, 26)], [(10, 10), (20, 11), (18, 22), (11, 20)]], "a")
_ZIGZAG = ag.Polyline([(3, 28), (12, 4), (16, 27), (28, 5), (29, 28), (45, 6)], "a")
_RING = ag.Ellipse(33, 16, 12, 7, 30, "b")

GOLDEN: dict[str, Golden] = {
    "soft_fills": Golden(
        "Border pixels are covered in part; the star's even-odd middle and the hole show the picture.",
        (_HOLE, ag.Polygon(_star(36, 15, 12), "b")),
        (BLUE, RED),
        {},
    ),
    "hard_fills": Golden(
        "The same with antialias=False: no pixel but the picture's and the two colours.",
        (_HOLE, ag.Polygon(_star(36, 15, 12), "b")),
        (BLUE, RED),
        {"style": ag.Style(antialias=False)},
    ),
    "soft_strokes": Golden(
        "Round ends and joins; where the line turns sharply or crosses itself it is as opaque as elsewhere.",
        (_ZIGZAG, _RING),
        (WHITE, GREEN),
        {"thickness": 3, "alpha": 0.6},
    ),
    "thin_strokes": Golden(
        "Lines of 0.5 px: even along their length, half as strong as lines of one px.",
        (_ZIGZAG, _RING),
        (WHITE, GREEN),
        {"thickness": 1, "style": ag.Style(line_width=0.5)},
    ),
    "layers": Golden(
        "Translucent fills below, all outlines above: the outline of the box is whole inside the turned one.",
        (_BOX, _TURNED),
        (RED, BLUE),
        {"style": ag.Style(fill_opacity=0.4, outline_opacity=1, line_width=1.5)},
    ),
    "topmost_once": Golden(
        "Where shapes overlap, the topmost colour alone is blended with the picture.",
        (_BOX, _TURNED, ag.Point(30, 16, "c")),
        (RED, BLUE, WHITE),
        {"alpha": 0.5},
    ),
    "dashes": Golden(
        "Dashes of 5 px with gaps of 4 go on around the corners.",
        (_BOX, _RING),
        (RED, GREEN),
        {"thickness": 2, "style": ag.Style(dash=(5, 4))},
    ),
}


def picture() -> Picture:
    """Return the picture drawn on: dark on the left, light on the right."""
    shade = np.linspace(30, 225, WIDTH).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shade[None, :, None], (HEIGHT, WIDTH, 3)))


def draw(golden: Golden) -> Picture:
    """Draw one."""
    collection = ag.AnnotationCollection()
    for shape in golden.shapes:
        collection.add(shape)
    labels = (shape.label for shape in golden.shapes)
    collection.colors = dict(zip(labels, golden.colors, strict=True))
    drawn: Picture = ag.render(collection, "overlay", image=picture(), **golden.how)["overlay"]
    return drawn


def keep(say: Callable[[str], Any]) -> None:
    """Draw all of them anew."""
    from annogeo.png import encode_png

    for name, golden in GOLDEN.items():
        drawn = draw(golden)
        (FOLDER / f"{name}.png").write_bytes(encode_png(drawn, level=9))
        say(f"{name}: {golden.explanation}\n")


if __name__ == "__main__":
    keep(sys.stdout.write)

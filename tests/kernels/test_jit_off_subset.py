"""What must also hold as plain Python (NUMBA_DISABLE_JIT=1): every kernel once, on small canvases.

Run the folder that way, or let the last test do it in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from annogeo.draw import DrawList, DrawListBuilder
from annogeo.kernels._jit import JIT_IS_OFF
from annogeo.model import Tracks
from annogeo.png import compress_rows, decode_mask, encode_mask, encode_png
from annogeo.png.deflate import compress
from annogeo.rendering import coco_rles, rles
from annogeo.rendering.blending import blend
from annogeo.rendering.coverage import scan_soft
from annogeo.rendering.labels.caption import Label
from annogeo.rendering.labels.following import Following
from annogeo.rendering.labels.placement import Place
from annogeo.rendering.rasterize import item_masks, item_runs, rasterize
from annogeo.rendering.rules import scan
from annogeo.rle import Rle
from annogeo.video.blending import PlaneBlender
from annogeo.video.planes import Layout
from tests.kernels.shapes import one, polygons
from tests.naive import (
    coco as naive_coco,
    pil as naive_pil,
    planes as naive_planes,
    raster as naive,
    touched as naive_touched,
)
from tests.naive.png import filter_up

SHAPES = {
    "fill": lambda b: b.fill(
        [np.array([[0.0, 1.5], [7.5, 2.5], [3.0, 8.0]]), np.array([[2.0, 3], [5, 3], [3, 6]])]
    ),
    "far fill": lambda b: b.fill([np.array([[-4e6, -3e6], [5e6, 2.0], [3.0, 8.0]])]),
    "line": lambda b: b.line(np.array([[1.0, 1.0], [5.0, 4.0], [8.0, 4.0], [8.0, 8.0]]), 2.0),
    "loop": lambda b: b.loop(np.array([[1.3, 1.0], [7.0, 1.2], [4.0, 7.7]]), 1.0),
    "disc": lambda b: b.disc(4.5, 4.5, 3.0),
    "ellipse": lambda b: b.ellipse(4.0, 5.0, 4.0, 2.0, 30.0),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_equals_rational_arithmetic(name: str) -> None:
    drawlist = one(SHAPES[name])

    masks = item_masks(scan(drawlist, 9, 10), 1, 9, 10)

    assert np.array_equal(masks[0], naive.shape_mask(drawlist, 0, 9, 10))
    assert np.array_equal(rasterize(drawlist, [3], 9, 10), masks[0] * 3)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_touches_what_it_should(name: str) -> None:
    drawlist = one(SHAPES[name])

    touched = item_masks(scan(drawlist, 9, 10, "all_touched"), 1, 9, 10)[0]

    if "fill" in name:
        assert np.array_equal(touched, naive_touched.fill_of(drawlist, 0, 9, 10))
    assert not (naive.shape_mask(drawlist, 0, 9, 10) & ~touched).any()


@pytest.mark.parametrize("rule", ["coco", "pil"])
def test_a_ring_is_what_its_rules_twin_paints(rule: str) -> None:
    outer, hole = [(0.0, 1.5), (7.5, 2.5), (3.0, 8.0)], [(2.0, 3.0), (5.0, 3.0), (3.0, 6.0)]
    ring_mask = {"coco": naive_coco, "pil": naive_pil}[rule].ring_mask

    mask = item_masks(scan(polygons([[outer, hole]]), 9, 10, rule), 1, 9, 10)[0]

    assert np.array_equal(mask, ring_mask(outer, 9, 10) & ~ring_mask(hole, 9, 10))


def test_an_outlined_ellipse_paints() -> None:
    ring = item_masks(scan(one(lambda b: b.ellipse_loop(5.0, 5.0, 4.0, 4.0, 0.0, 1.0)), 10, 10), 1, 10, 10)[0]

    assert ring[5].tolist() == [False, True, *[False] * 6, True, False]


def test_wide_fills_paint() -> None:
    box = [[(1.0, 0.0), (150.0, 0.0), (150.0, 2.0), (1.0, 2.0)]]

    assert rasterize(polygons([box]), [9], 3, 160).sum() == 2 * 149 * 9


def test_runs_unite_what_an_item_drew() -> None:
    builder = DrawListBuilder()
    builder.begin_item()
    builder.disc(3.0, 3.0, 2.0)
    builder.line(np.array([[3.0, 3.0], [7.0, 3.0]]), 2.0)

    rows = item_runs(scan(builder.build(), 8, 8), 1, 8, 8)[0]

    assert rows.tolist() == [[1, 2, 4], [2, 1, 8], [3, 1, 8], [4, 2, 4]]


@pytest.mark.parametrize("channels", [3, 4])
def test_a_blend_equals_rational_arithmetic(channels: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (6, 70, channels), np.uint8)
    drawlist = polygons([[[(1, 1), (69, 1), (69, 4)]], [[(40, 0), (68, 6), (30, 6)]]])
    spans = scan(drawlist, 6, 70)
    blended = image.copy()

    blend(blended, drawlist, [[255, 0, 10], [1, 2, 3]], [0.5, 0.25], antialias=False)

    expected = naive.blend(image, spans, [[255, 0, 10], [1, 2, 3]], [Fraction(1, 2), Fraction(1, 4)])
    assert np.array_equal(blended, expected)


def test_pictures_and_masks_are_packed_and_read() -> None:
    mask = np.array([[0, 1, 1], [0, 0, 1]], np.uint8)
    wide = np.repeat(mask, 90, axis=1)

    assert zlib.decompress(compress_rows(wide)) == filter_up(wide)
    assert zlib.decompress(compress(wide)) == wide.tobytes()
    assert decode_mask(encode_mask(Rle.from_mask(mask), (1, 2, 3))) == (Rle.from_mask(mask), (1, 2, 3))
    assert decode_mask(encode_png(wide)) == (Rle.from_mask(wide), None)


def test_masks_are_turned_split_packed_and_painted() -> None:
    drawlist = polygons([[[(1, 1), (8, 2), (3, 7)]], [[(0.5, 0.5), (6.5, 6.5), (0.5, 6.5)]]])

    for rle, string in zip(rles(drawlist, 8, 9), coco_rles(drawlist, 8, 9), strict=True):
        assert Rle.from_coco(string) == rle
        assert rle.to_coco() == string
        assert rle.components() == [rle]
        assert Rle.from_label_studio(rle.to_label_studio(), (8, 9)) == rle
        assert Rle.from_mask(rle.paint(np.zeros((8, 9), np.uint16), 5)) == rle


def test_tracks_are_sampled() -> None:
    tracks = Tracks(
        [0, 2, 3], [0, 40, 10], [[0, 0, 4, 4, 350], [40, 0, 44, 4, 10], [1, 2, 3, 4, 0]], [3, 3, 0]
    )
    cursor = tracks.cursor()

    even, scattered = tracks.boxes(range(41), dtype=float), tracks.boxes([0, 1, 40, 41], dtype=float)

    assert even.boxes[0, :, 0].tolist() == pytest.approx(range(41))
    assert scattered.boxes[0, :3, 4].tolist() == pytest.approx([350, 350.5, 10])
    assert scattered.visible.tolist() == [[True, True, True, False], [False] * 4]
    assert cursor.at(20).boxes[0].tolist() == pytest.approx([20, 0, 24, 4, 360])


@pytest.mark.parametrize("kind", ["boxes", "polygons"])
def test_shapes_are_blended_onto_the_planes_of_videos(kind: str) -> None:
    boxes = DrawList.from_boxes([[1.5, 0.25, 7, 5], [4, 2, 9.75, 7.5]])
    drawlist = (
        boxes if kind == "boxes" else polygons([[[(1, 1), (8, 2), (3, 7)]], [[(3, 0), (9, 6), (0.5, 7)]]])
    )
    colors, opacities = np.array([[200, 90, 30], [60, 160, 240]]), np.array([0.5, 1.0])
    planes = [np.full(shape, 100, np.uint8) for shape in ((8, 10), (4, 5), (4, 5))]
    truth = naive_planes.blended(*planes, *scan_soft(drawlist, 8, 10), colors, opacities)

    PlaneBlender(8, 10, Layout(8, 1, 1, 1)).blend(planes, drawlist, colors, opacities)

    for plane, expected in zip(planes, truth, strict=True):
        assert np.abs(plane - expected).max() <= 0.51


def test_labels_go_with_their_shapes() -> None:
    extents = np.array([[10.0, 20, 30, 40], [50, 20, 52, 22]])
    labels = [Label("a", tuple(edges), (0, 0, 0), item=k) for k, edges in enumerate(extents.tolist())]
    following = Following(
        labels,
        {
            0: (Place(10, 12), (15, 8)),
            1: (
                Place(48, 8),
                (12, 8),
            ),
        },
        extents,
        90,
        90,
        8,
    )

    assert following.at(extents + 3)[0].tolist() == [13, 15]
    assert following.at(extents + np.array([[40, 0, 40, 0], [0] * 4])) is None


@pytest.mark.skipif(JIT_IS_OFF, reason="this is that run")
def test_this_file_passes_without_compiling() -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__))]

    run = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert run.returncode == 0, run.stdout

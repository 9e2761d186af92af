"""Planes are blended as the twin says, in every layout, for soft and hard edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo.draw import DrawList
from annogeo.rendering.blending import scan_hard
from annogeo.rendering.coverage import scan_soft
from annogeo.video.blending import PlaneBlender
from annogeo.video.planes import Layout, Palette, layout_of, palette_of
from annogeo.video.stamps import Place, StampBook, bitmap_of
from tests.naive import planes as naive

LAYOUTS = {
    "yuv420p": (1, 1, 1),
    "yuv422p": (1, 1, 0),
    "yuv444p": (1, 0, 0),
    "gray": (0, 0, 0),
    "nv12": (2, 1, 1),
    "nv16": (2, 1, 0),
    "nv24": (2, 0, 0),
    "yuv420p10le": (1, 1, 1),
    "yuv422p10le": (1, 1, 0),
    "yuv444p12le": (1, 0, 0),
}


def planes_like(layout: Layout, height: int, width: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Random planes with rows longer than the picture."""
    rows, columns = (height + layout.down) >> layout.down, (width + layout.across) >> layout.across
    shapes = [(height, width + 6)]
    if layout.step == 1:
        shapes += 2 * [(rows, columns + 2)]
    if layout.step == 2:
        shapes += [(rows, 2 * columns + 4)]
    return [rng.integers(0, 2**layout.bits, shape).astype(layout.dtype) for shape in shapes]


def split(planes: list[np.ndarray], layout: Layout, height: int, width: int) -> list[np.ndarray]:
    """The picture's own samples of each of luma, blue and red."""
    rows, columns = (height + layout.down) >> layout.down, (width + layout.across) >> layout.across
    parts = [planes[0][:height, :width]]
    if layout.step == 1:
        parts += [plane[:rows, :columns] for plane in planes[1:]]
    if layout.step == 2:
        parts += [planes[1][:rows, k : 2 * columns : 2] for k in (0, 1)]
    return parts


@pytest.mark.parametrize("name", LAYOUTS)
def test_formats_are_laid_out_as_ffmpeg_says(name: str) -> None:
    import av

    layout = layout_of(name)
    assert layout is not None
    assert (layout.step, layout.across, layout.down) == LAYOUTS[name]
    frame = av.VideoFrame(33, 17, name)
    assert layout.bits == frame.format.components[0].bits
    assert len(frame.planes) == (1, 3, 2)[layout.step]
    if layout.step:
        assert frame.planes[1].height == (17 + layout.down) >> layout.down


@pytest.mark.parametrize("name", ["rgb24", "p010le", "yuyv422", "pal8", "yuva420p", "yuv410p", "yuv420p10be"])
def test_other_formats_have_no_layout(name: str) -> None:
    assert layout_of(name) is None


@pytest.mark.parametrize("name", LAYOUTS)
@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=25, deadline=None)
def test_planes_are_blended_as_the_twin_says(name: str, seed: int, is_soft: bool) -> None:
    rng = np.random.default_rng(seed)
    layout = layout_of(name)
    assert layout is not None
    height, width = rng.integers(1, 24, 2).tolist()
    n = int(rng.integers(1, 7))
    corners = rng.uniform(-4, 28, (n, 2, 2)) if seed % 3 else rng.integers(-4, 52, (n, 2, 2)) / 2
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    drawlist = DrawList.from_boxes(boxes)
    if seed % 5 == 0:
        drawlist = DrawList.from_polygons(rng.uniform(-4, 28, (5 * n, 2)), np.arange(0, 5 * n + 1, 5))
    colors = rng.integers(0, 2**layout.bits, (n, 3))
    opacities = rng.choice([0.0, 1.0, 0.25, rng.random()], n)
    planes = planes_like(layout, height, width, rng)
    before = [plane.copy() for plane in planes]
    if is_soft:
        found = [part.copy() for part in scan_soft(drawlist, height, width)]
    else:
        found = [
            scan_hard(drawlist, height, width, "center")[1],
            np.zeros((0, 2), int),
            np.zeros((0, 4), int),
        ]
    luma, blue, red, *_ = [*split(before, layout, height, width), None, None]
    truth = naive.blended(luma, blue, red, *found, colors, opacities)

    blender = PlaneBlender(height, width, layout, antialias=is_soft)
    blender.blend(planes, drawlist, colors, opacities)

    for got, expected in zip(split(planes, layout, height, width), truth, strict=True):
        assert np.abs(got - expected).max() <= 0.5 + 1e-2
    for after, plane, part, old in zip(
        planes, before, (height, None, None), (width, None, None), strict=False
    ):
        if part is not None:  # nothing beside the picture is touched
            assert np.array_equal(after[:, old:], plane[:, old:])


def random_boxes(rng: np.random.Generator, n: int) -> np.ndarray:
    corners = rng.uniform(-20, 130, (n, 2, 2))
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    whole = rng.random(n) < 0.3
    boxes[whole] = boxes[whole].round()
    boxes[rng.random(n) < 0.1, 2] += 1e300
    return boxes


@pytest.mark.parametrize("name", ["yuv420p", "nv12", "yuv422p10le", "yuv444p"])
def test_boxes_take_a_shorter_way_to_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    layout = layout_of(name)
    assert layout is not None
    for height, width, n in ((97, 111, 20), (64, 96, 60), (33, 120, 3), (1, 1, 2)):
        drawlist = DrawList.from_boxes(random_boxes(rng, n))
        colors = rng.integers(0, 2**layout.bits, (n, 3))
        opacities = rng.choice([0.0, 1.0, 0.4, 0.4], n)
        planes = planes_like(layout, height, width, rng)
        shorter, longer = ([plane.copy() for plane in planes] for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(PlaneBlender, "_scan", None)  # the longer way
            PlaneBlender(height, width, layout).blend(shorter, drawlist, colors, opacities)
        with monkeypatch.context() as patch:
            patch.setattr("annogeo.video.blending.MOST_BOXES", 0)
            PlaneBlender(height, width, layout).blend(longer, drawlist, colors, opacities)
        for one, other in zip(shorter, longer, strict=True):
            assert np.abs(one.astype(int) - other).max() <= 1


@pytest.mark.parametrize(
    "ring",
    [
        [[1, 1], [9, 2], [9, 8], [1, 8]],
        [[5, 0], [10, 5], [5, 10], [0, 5]],
        [[1, 1], [9, 1], [1, 8], [9, 8]],
        [[1, 1], [9, 1], [9, 1], [1, 8]],
    ],
)
def test_other_quadrangles_are_no_boxes(ring: list[list[float]]) -> None:
    both = DrawList.from_polygons(
        np.array([[[2.0, 2], [5, 2], [5, 6], [2, 6]], ring]).reshape(-1, 2), [0, 4, 8]
    )
    luma = np.zeros((10, 10), np.uint8)
    blender = PlaneBlender(10, 10, Layout(8, 0, 0, 0))
    blender.blend([luma], both, np.array([[200, 0, 0], [90, 0, 0]]), np.ones(2))
    seen = [part.copy() for part in scan_soft(both, 10, 10)]
    truth = naive.blended(
        np.zeros((10, 10)), None, None, *seen, np.array([[200], [90]]) * [1, 0, 0], np.ones(2)
    )
    assert np.abs(luma - truth[0]).max() <= 0.51


def test_boxes_are_boxes_in_either_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    for ring in (
        [[2.0, 2], [5, 2], [5, 6], [2, 6]],
        [[2.0, 2], [2, 6], [5, 6], [5, 2]],
        [[5.0, 6], [2, 6], [2, 2], [5, 2]],
    ):
        luma = np.zeros((8, 8), np.uint8)
        box = DrawList.from_polygons(np.array(ring), [0, 4])
        with monkeypatch.context() as patch:
            patch.setattr(PlaneBlender, "_scan", None)
            PlaneBlender(8, 8, Layout(8, 0, 0, 0)).blend([luma], box, np.array([[200, 0, 0]]), np.ones(1))
        assert np.array_equal(luma == 200, np.pad(np.ones((4, 3), bool), ((2, 2), (2, 3))))


def test_colours_are_those_of_ffmpeg() -> None:
    import av

    rgb = np.array([[[200, 30, 90], [0, 0, 0], [255, 255, 255], [10, 250, 3]]], np.uint8)
    wide = np.repeat(np.repeat(rgb, 16, axis=0), 16, axis=1)
    for matrix, number in (("bt601", 5), ("bt709", 1), ("bt2020", 9)):
        for is_full in (False, True):
            frame = av.VideoFrame.from_ndarray(wide, "rgb24").reformat(
                format="yuv444p", dst_colorspace=number, dst_color_range=2 if is_full else 1
            )
            seen = np.stack(
                [np.frombuffer(p, np.uint8).reshape(p.height, -1)[8, 8:64:16] for p in frame.planes], -1
            )
            assert np.abs(Palette(matrix, is_full).samples_of(rgb[0]) - seen).max() <= 1


def test_a_picture_without_tags_is_taken_for_what_players_take_it() -> None:
    layout = Layout(8, 1, 1, 1)

    assert palette_of(layout, 2, 0, 1080).matrix == "bt709"
    assert palette_of(layout, 2, 0, 480).matrix == "bt601"
    assert palette_of(layout, 9, 2, 480) == Palette("bt2020", True, 8)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1), (3, 5)])
def test_stamps_give_what_drawing_in_rgb_gives(name: str, corner: tuple[int, int]) -> None:
    layout = layout_of(name)
    assert layout is not None
    palette = Palette("bt709", False, layout.bits)
    rng = np.random.default_rng(1)
    color, cover = rng.integers(0, 256, (5, 6, 3)), rng.random((5, 6, 1))

    def draw(canvas: np.ndarray) -> None:
        canvas[...] = np.rint(canvas * (1 - cover) + color * cover)

    height, width = 12, 14
    x, y = corner
    planes = planes_like(layout, height, width, rng)
    before = [plane.astype(float) for plane in planes]
    book = StampBook(layout, palette)
    book.add(bitmap_of(lambda canvas: None, 2, 2))
    number = book.add(bitmap_of(draw, 5, 6))

    book.put(planes, [Place(number, x, y)])

    weight, paint = np.zeros((height, width)), np.zeros((height, width, 3))
    weight[y : y + 5, x : x + 6] = cover[..., 0]
    paint[y : y + 5, x : x + 6] = palette.planes_of(color * cover, cover[..., 0])
    olds = split(before, layout, height, width)
    for channel, (got, old) in enumerate(zip(split(planes, layout, height, width), olds, strict=True)):
        rows, columns = height // old.shape[0], width // old.shape[1]
        shape = old.shape[0], rows, old.shape[1], columns
        mean = weight.reshape(shape).mean(axis=(1, 3))
        added = paint[..., channel].reshape(shape).mean(axis=(1, 3))
        unit = 2 ** (layout.bits - 8)
        assert np.abs(got - (old * (1 - mean) + added)).max() <= 1.6 * unit
        assert np.array_equal(got[mean == 0], old[mean == 0])

"""What holds for every pixel rule, every type that is drawn, and every function that takes `rule=`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from annogeo.definitions import (
    Box,
    Cube,
    Definition,
    Ellipse,
    Note,
    Point,
    Polygon,
    Polyline,
    Pose,
    Segmentation,
)
from annogeo.draw import DrawList, Style
from annogeo.errors import InputError
from annogeo.model import AnnotationCollection, Item
from annogeo.rendering import label_map, mask_stack, object_id_map, render, rles
from annogeo.rendering.rasterize import item_masks, rasterize
from annogeo.rendering.rules import RULES, scan

H, W = 24, 40
HARD = Style(antialias=False)
GREY = 90
PENTAGRAM = [(20.0, 1.25), (29.0, 22.0), (3.25, 9.0), (37.0, 9.0), (11.0, 22.0)]
RING = [(4.25, 3.0), (33.75, 5.25), (17.0, 21.75)]
HOLE = [(14.0, 7.25), (22.0, 8.0), (17.0, 14.75)]
MASK = np.add.outer(np.arange(H), np.arange(W)) % 7 < 3

SHAPES: dict[str, Definition] = {
    "box": Box(3.25, 4.0, 30.75, 19.25, "a"),
    "turned box": Box(8, 6, 30, 16, "a", angle=30),
    "polygon": Polygon([RING, HOLE], "a"),
    "self-crossing polygon": Polygon(PENTAGRAM, "a"),
    "ellipse": Ellipse(19.25, 12, 14, 7, 0, "a"),
    "turned ellipse": Ellipse(19, 12.25, 12, 5, 35, "a"),
    "cube": Cube.from_boxes_and_angle(5, 8, 25, 20, 12, 3, 34, 14, "a", 10),
    "note": Note(4, 3, 22, 17, "a"),
    "mask": Segmentation(MASK, "a"),
    "point": Point(18.25, 11.0, "a"),
    "polyline": Polyline([(2.25, 3), (34, 9.75), (20, 21)], "a"),
    "pose": Pose("a", "body", points=[Point(5.25, 6, "head"), Point(28, 17.75, "hand")]),
}
STROKED = ("point", "polyline", "pose")  # their bounds leave out the width of the stroke

every_rule = pytest.mark.parametrize("rule", RULES)
every_area = pytest.mark.parametrize("name", [name for name in SHAPES if name not in STROKED])


def collected(*definitions: Definition) -> AnnotationCollection:
    """A collection that knows its size; its objects are 7, 8, ..."""
    collection = AnnotationCollection(item=Item(height=H, width=W))
    for k, definition in enumerate(definitions, 7):
        collection.add(definition, object_id=k)
    return collection


def pixels(definition: Definition, rule: str, height: int = H, width: int = W) -> np.ndarray:
    """The reference: a scan's spans as a mask."""
    drawlist = DrawList.from_collection(definition)
    return item_masks(scan(drawlist, height, width, rule), 1, height, width)[0]


def on_grey(height: int = H, width: int = W) -> np.ndarray:
    return np.full((height, width, 3), GREY, np.uint8)


def shown(definition: Definition, rule: str, view: str, **options: Any) -> np.ndarray:
    canvas = {} if "image" in options else {"height": H, "width": W}
    return np.asarray(
        definition.show(
            annotation_format=view, rule=rule, thickness=-1, color=(1, 2, 3), style=HARD, **canvas, **options
        )
    )


def rasterized(definition: Definition, rule: str, dtype: Any) -> np.ndarray:
    return rasterize(DrawList.from_collection(definition), [1], H, W, rule=rule, dtype=dtype) != 0


def into_buffer(definition: Definition, rule: str, canvas: np.ndarray) -> np.ndarray:
    got = rasterize(DrawList.from_collection(definition), [1], H, W, rule=rule, out=canvas)
    assert got is canvas
    return canvas != 0


def stacked_into_buffer(definition: Definition, rule: str) -> np.ndarray:
    out = np.ones((1, H, W), bool)
    assert mask_stack([definition], H, W, rule, out=out) is out
    return out[0]


def rendered(definition: Definition, rule: str, views: Any, view: str) -> np.ndarray:
    image = on_grey() if "overlay" in views or "img_mask" in views else None
    return render(collected(definition), views, image=image, rule=rule, style=HARD)[view]


def wide(dtype: Any) -> np.ndarray:
    """A canvas with gaps between its rows and columns."""
    return np.full((2 * H, 3 * W), 5, dtype)[::2, ::3]


ALL_VIEWS = ("mask", "instance", "object_id", "overlay")
WAYS: dict[str, Callable[[Definition, str], np.ndarray]] = {
    "to_mask": lambda d, rule: d.to_mask(H, W, rule),
    "to_rle": lambda d, rule: d.to_rle(H, W, rule).to_mask(),
    "label_map": lambda d, rule: label_map([d], H, W, rule=rule) != 0,
    "label_map, large ids": lambda d, rule: label_map([d], H, W, {"a": 70000}, rule) == 70000,
    "label_map, out": lambda d, rule: label_map([d], H, W, rule=rule, out=np.full((H, W), 9, np.int64)) != 0,
    "object_id_map": lambda d, rule: object_id_map(collected(d), H, W, rule) == 7,
    "mask_stack": lambda d, rule: mask_stack([d], H, W, rule)[0],
    "mask_stack, out": stacked_into_buffer,
    "rles": lambda d, rule: rles([d], H, W, rule)[0].to_mask(),
    "render mask": lambda d, rule: rendered(d, rule, "mask", "mask")[..., 3] == 255,
    "render instance": lambda d, rule: rendered(d, rule, "instance", "instance") == 1,
    "render object_id": lambda d, rule: rendered(d, rule, "object_id", "object_id") == 7,
    "render overlay": lambda d, rule: (rendered(d, rule, "overlay", "overlay") != GREY).any(axis=2),
    "render img_mask": lambda d, rule: (rendered(d, rule, "img_mask", "img_mask") != GREY).any(axis=2),
    "render all, mask": lambda d, rule: rendered(d, rule, ALL_VIEWS, "mask")[..., 3] == 255,
    "render all, instance": lambda d, rule: rendered(d, rule, ALL_VIEWS, "instance") == 1,
    "render all, object_id": lambda d, rule: rendered(d, rule, ALL_VIEWS, "object_id") == 7,
    "render all, overlay": lambda d, rule: (rendered(d, rule, ALL_VIEWS, "overlay") != GREY).any(axis=2),
    "show mask": lambda d, rule: shown(d, rule, "mask")[..., 3] == 255,
    "show instance": lambda d, rule: shown(d, rule, "instance") == 1,
    "show object_id": lambda d, rule: (
        collected(d).show(height=H, width=W, annotation_format="object_id", thickness=-1, rule=rule) == 7
    ),
    "show img_mask": lambda d, rule: (shown(d, rule, "img_mask", image=on_grey()) != GREY).any(axis=2),
    "show mask on a picture": lambda d, rule: (shown(d, rule, "mask", image=on_grey())[..., :3] != GREY).any(
        axis=2
    ),
    "show instance on a map": lambda d, rule: (
        shown(d, rule, "instance", image=np.full((H, W), 5, np.uint16)) == 1
    ),
    **{
        f"rasterize, {np.dtype(kind)}": lambda d, rule, kind=kind: rasterized(d, rule, kind)
        for kind in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", ">u2", ">i4", "?")
    },
    **{
        f"rasterize, out {np.dtype(kind)}": lambda d, rule, kind=kind: into_buffer(
            d, rule, np.full((H, W), 1, kind)
        )
        for kind in ("u1", "u2", "i4", "i8", ">i4", "?")
    },
    "rasterize, out with gaps": lambda d, rule: into_buffer(d, rule, wide(np.uint8)),
}


@every_rule
@pytest.mark.parametrize("way", WAYS)
def test_every_function_paints_the_same_pixels(rule: str, way: str) -> None:
    for name, definition in SHAPES.items():
        assert np.array_equal(WAYS[way](definition, rule), pixels(definition, rule)), name


@every_rule
def test_every_shape_is_drawn(rule: str) -> None:
    for name, definition in SHAPES.items():
        assert pixels(definition, rule).any(), name


@every_rule
def test_a_scene_is_its_shapes_one_upon_the_other(rule: str) -> None:
    ids = {str(k): k for k in range(1, len(SHAPES) + 1)}
    scene = [definition.replace(label=str(k)) for k, definition in enumerate(SHAPES.values(), 1)]

    shown = label_map(scene, H, W, ids, rule)

    expected = np.zeros((H, W), int)
    for k, mask in enumerate(mask_stack(scene, H, W, rule), 1):
        expected[mask] = k
    assert np.array_equal(shown, expected)
    assert [rle.area for rle in rles(scene, H, W, rule)] == mask_stack(scene, H, W, rule).sum((1, 2)).tolist()


@every_rule
def test_a_mask_has_its_own_pixels(rule: str) -> None:
    assert np.array_equal(pixels(SHAPES["mask"], rule), MASK)


# --- where pixels may be ----------------------------------------------------------------------------------------


@every_rule
@every_area
def test_nothing_is_painted_more_than_a_pixel_beyond_the_bounds(rule: str, name: str) -> None:
    left, top, right, bottom = SHAPES[name].bounds

    rows, columns = np.nonzero(pixels(SHAPES[name], rule))

    assert columns.min() >= np.floor(left) - 1
    assert rows.min() >= np.floor(top) - 1
    assert columns.max() <= np.ceil(right)
    assert rows.max() <= np.ceil(bottom)


@every_rule
@every_area
def test_rules_differ_on_boundaries_only(rule: str, name: str) -> None:
    center, mask = pixels(SHAPES[name], "center"), pixels(SHAPES[name], rule)

    assert not (~grown(~center, 2) & ~mask).any()
    assert not (mask & ~grown(center, 2)).any()


def grown(mask: np.ndarray, steps: int) -> np.ndarray:
    """Add the eight neighbours, so many times."""
    for _ in range(steps):
        padded = np.pad(mask, 1)
        mask = np.any(
            [padded[i : i + mask.shape[0], k : k + mask.shape[1]] for i in range(3) for k in range(3)], axis=0
        )
    return mask


def moved(definition: Definition, dx: float, dy: float) -> Definition:
    """Move by whole pixels; coordinates here are quarters, so nothing is rounded."""
    kind = type(definition)
    if kind in (Box, Note):
        edges = {"left": dx, "right": dx, "top": dy, "bottom": dy}
        return definition.replace(**{edge: getattr(definition, edge) + by for edge, by in edges.items()})
    if kind in (Ellipse, Point):
        return definition.replace(x=definition.x + dx, y=definition.y + dy)
    if kind is Polygon:
        return definition.replace(geo=[np.add(ring, (dx, dy)) for ring in definition.rings])
    if kind is Polyline:
        return definition.replace(geo=np.add(definition.geo, (dx, dy)))
    corners = ("front_tl", "front_tr", "front_br", "front_bl", "back_tl", "back_tr", "back_br", "back_bl")
    return definition.replace(**{name: np.add(getattr(definition, name), (dx, dy)) for name in corners})


EDGE_QUIRKS = ("opencv", "coco", "pil")
"""Rules whose owners treat the image's edge in a way of their own: a pixel here and there depends on where it is.

cv2 clips edges to the image and rounds what is left; pycocotools and Pillow cut negative coordinates off toward zero.
"""
MOVABLE = [name for name in SHAPES if name not in ("mask", "pose")]


@every_rule
@pytest.mark.parametrize("name", MOVABLE)
def test_moving_by_whole_pixels_moves_the_pixels(rule: str, name: str) -> None:
    there = moved(SHAPES[name], 6, 4)  # even: cv2's points are rounded, halves to even

    assert np.array_equal(
        pixels(there, rule, H + 9, W + 9)[4:, 6:], pixels(SHAPES[name], rule, H + 9, W + 9)[:-4, :-6]
    )


@every_rule
@pytest.mark.parametrize("name", MOVABLE)
@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (-12, -6), (14, 8), (-60, 0), (0, 60)])
def test_a_clipped_shape_is_what_a_larger_canvas_shows_there(rule: str, name: str, dx: int, dy: int) -> None:
    here, inside = moved(SHAPES[name], dx, dy), moved(SHAPES[name], dx + 64, dy + 64)

    whole = pixels(inside, rule, 64 + H + 64, 64 + W + 64)

    part = whole[64 : 64 + H, 64 : 64 + W]
    if rule in EDGE_QUIRKS:
        assert np.count_nonzero(pixels(here, rule) != part) <= 0.02 * part.size
    else:
        assert np.array_equal(pixels(here, rule), part)


# --- extremes ---------------------------------------------------------------------------------------------------

FLAT: dict[str, Definition] = {
    "empty box": Box(5.5, 5.5, 5.5, 5.5, "a"),
    "flat box": Box(5.5, 5.5, 20, 5.5, "a"),
    "line there and back": Polygon([(3.5, 3.5), (20.25, 10.5), (3.5, 3.5)], "a"),
    "one point": Polygon([(9.5, 9.5)] * 3, "a"),
    "ellipse without height": Ellipse(15.5, 10.5, 5, 0, 0, "a"),
    "ellipse without anything": Ellipse(15.5, 10.5, 0, 0, 0, "a"),
    "empty mask": Segmentation(np.zeros((H, W), bool), "a"),
}
HUGE: dict[str, Definition] = {
    "box": Box(-1e300, -1e300, 1e300, 1e300, "a"),
    "polygon": Polygon([(-1e300, -1e300), (1e300, -1e300), (0, 1e300)], "a"),
    "large box": Box(-1e7, -1e7, 1e7, 1e7, "a"),
    "large ellipse": Ellipse(20, 12, 1e6, 2e6, 30, "a"),
}
AWAY: dict[str, Definition] = {
    "box": Box(-1e300, 40, -1e299, 50, "a"),
    "polygon": Polygon([(1e300, 1e299), (2e300, -1e300), (3e300, 1e300)], "a"),
    "close by": Box(W + 3, 2, W + 9, 9, "a"),
    "ellipse": Ellipse(-1e9, -1e9, 5, 7, 20, "a"),
    "line": Polyline([(-1e300, -30), (1e300, -30)], "a"),
    "point": Point(1e300, 1e300, "a"),
}


@every_rule
@pytest.mark.parametrize("name", FLAT)
def test_what_has_no_area_stays_within_a_pixel_of_its_line(rule: str, name: str) -> None:
    left, top, right, bottom = FLAT[name].bounds

    rows, columns = np.nonzero(pixels(FLAT[name], rule))

    if rows.size:
        assert columns.min() >= left - 2
        assert columns.max() <= right + 1
        assert rows.min() >= top - 2
        assert rows.max() <= bottom + 1
    if rule == "center":
        assert rows.size == 0


@every_rule
@pytest.mark.parametrize("name", HUGE)
def test_what_is_larger_than_the_canvas_covers_it(rule: str, name: str) -> None:
    assert pixels(HUGE[name], rule).all()
    assert label_map([HUGE[name]], H, W, rule=rule).all()


@every_rule
@pytest.mark.parametrize("name", AWAY)
def test_what_is_elsewhere_is_not_drawn(rule: str, name: str) -> None:
    assert not pixels(AWAY[name], rule).any()
    assert rles([AWAY[name]], H, W, rule)[0].area == 0


EXTREMES = [*SHAPES.values(), *FLAT.values(), *HUGE.values(), *AWAY.values()]


@every_rule
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 70), (70, 1)])
def test_the_smallest_canvases(rule: str, height: int, width: int) -> None:
    stack = mask_stack(EXTREMES, height, width, rule)

    assert stack.shape == (len(EXTREMES), height, width)
    assert [rle.area for rle in rles(EXTREMES, height, width, rule)] == stack.sum(axis=(1, 2)).tolist()


@every_rule
@pytest.mark.parametrize(("height", "width"), [(0, 0), (0, 5), (5, 0)])
def test_canvases_without_pixels(rule: str, height: int, width: int) -> None:
    drawlist = DrawList.from_collection(EXTREMES)

    assert len(scan(drawlist, height, width, rule)) == 0
    assert rasterize(drawlist, range(1, len(EXTREMES) + 1), height, width, rule=rule).shape == (height, width)


@every_rule
def test_nothing_gives_nothing(rule: str) -> None:
    assert not label_map([], H, W, rule=rule).any()
    assert mask_stack([], H, W, rule).shape == (0, H, W)
    assert rles([], H, W, rule) == []
    assert len(scan(DrawList.from_boxes([]), H, W, rule)) == 0


@every_rule
def test_spans_lie_on_the_canvas_in_drawing_order(rule: str) -> None:
    rng = np.random.default_rng(3)
    xy = rng.uniform(-20, 60, (600, 2))

    spans = scan(DrawList.from_polygons(xy, np.arange(0, 601, 6)), H, W, rule)

    assert all(part.dtype == np.int32 for part in (spans.item, spans.y, spans.x0, spans.x1))
    assert (np.diff(spans.item) >= 0).all()
    assert spans.y.min() == 0
    assert spans.y.max() == H - 1
    assert spans.x0.min() == 0
    assert spans.x1.max() == W
    assert (spans.x0 < spans.x1).all()


@every_rule
def test_threads_draw_the_same(rule: str) -> None:
    collection = collected(*SHAPES.values())
    alone = render(collection, ("instance", "object_id"), rule=rule)

    with ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda _: render(collection, ("instance", "object_id"), rule=rule), range(24))
        )

    for views in together:
        assert all(np.array_equal(views[name], alone[name]) for name in alone)


@every_rule
def test_drawing_changes_no_input(rule: str) -> None:
    drawlist = DrawList.from_collection([*SHAPES.values(), *HUGE.values()])
    before = replace(drawlist, xy=drawlist.xy.copy(), runs=drawlist.runs.copy())

    scan(drawlist, H, W, rule)

    assert np.array_equal(drawlist.xy, before.xy)
    assert np.array_equal(drawlist.runs, before.runs)


# --- refusals ---------------------------------------------------------------------------------------------------

CALLS: dict[str, Callable[[Any], Any]] = {
    "to_mask": lambda rule: SHAPES["box"].to_mask(H, W, rule),
    "to_rle": lambda rule: SHAPES["box"].to_rle(H, W, rule),
    "label_map": lambda rule: label_map([SHAPES["box"]], H, W, rule=rule),
    "object_id_map": lambda rule: object_id_map([SHAPES["box"]], H, W, rule),
    "mask_stack": lambda rule: mask_stack([], H, W, rule),
    "rles": lambda rule: rles([], H, W, rule),
    "render": lambda rule: render([SHAPES["box"]], "mask", height=H, width=W, rule=rule),
    "render overlay": lambda rule: render([SHAPES["box"]], "overlay", image=on_grey(), rule=rule),
    "show": lambda rule: SHAPES["box"].show(height=H, width=W, rule=rule),
    "rasterize": lambda rule: rasterize(DrawList.from_boxes([]), [], H, W, rule=rule),
    "scan": lambda rule: scan(DrawList.from_boxes([]), H, W, rule),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("rule", ["nearest", "", None, 3, ["center"]])
def test_an_unknown_rule_is_refused(call: str, rule: Any) -> None:
    with pytest.raises(InputError, match="rule"):
        CALLS[call](rule)

"""Fills and outlines as layers: each style against the same picture composed by hand, for every type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annogeo.definitions import (
    Box,
    Definition,
    Ellipse,
    Point,
    Polygon,
    Polyline,
    Pose,
    Segmentation,
    row_for,
)
from annogeo.draw import DrawList, DrawListBuilder, Op, Pen, Skeleton, Style
from annogeo.geometry.dash import dashes
from annogeo.masks.outline import outline
from annogeo.model import AnnotationCollection, Item, Ontology
from annogeo.rendering import label_map, mask_stack, object_id_map, render, rles
from annogeo.rendering.blending import blend
from annogeo.rendering.layers import chamfered, layers_of, lower_layers, outline_width
from annogeo.rendering.rasterize import rasterize
from annogeo.rendering.scene import lower
from annogeo.rendering.subject import subject_of
from annogeo.rle import Rle
from tests.definitions.examples import EXAMPLES

H, W = 48, 64
GREY = np.full((H, W, 3), 120, np.uint8)
COLOR = (200, 30, 60)
DRAWN = {name: shape for name, shape in EXAMPLES.items() if row_for(shape).lower is not None}
STYLES: dict[str, tuple[float | None, Style]] = {
    "fill and outline": (-1, Style(fill_opacity=0.4, outline_opacity=0.9)),
    "faint fill": (-1, Style(fill_opacity=0.3)),
    "outline added": (-1, Style(outline_opacity=0.5, line_width=3)),
    "fill added": (2, Style(fill_opacity=0.25)),
    "wide": (2, Style(line_width=5)),
    "faint outline": (None, Style(outline_opacity=0.5)),
    "outline only": (-1, Style(fill_opacity=0, outline_opacity=1)),
    "dashed": (2, Style(dash=(6, 3))),
    "dotted on fill": (-1, Style(dash=(0.5, 5), line_width=2, outline_opacity=1)),
    "nothing": (-1, Style(fill_opacity=0, outline_opacity=0)),
}


def _drawlist(definition: Definition, pen: Pen) -> DrawList:
    builder = DrawListBuilder()
    builder.begin_item()
    lower_: Any = row_for(definition).lower
    lower_(definition, builder, pen)
    return builder.build()


def _by_hand(definition: Definition, thickness: float | None, style: Style) -> list[tuple[DrawList, float]]:
    """The layers of one shape, from the plain lowering of each type: draw lists and opacities, lowest first."""
    pen = Pen.from_thickness(thickness)
    fills = pen.fill or style.fill_opacity is not None
    outlines = not pen.fill or style.outline_opacity is not None
    width, radius = pen.line_width, pen.point_radius
    if style.line_width is not None or (pen.fill and outlines):
        width = style.line_width or outline_width(H, W)
        radius = min(2.5 * width, 2 + 1.5 * width)
    filled = _drawlist(definition, Pen(True, width, radius))
    lines = _drawlist(definition, Pen(not outlines, width, radius))
    builder = DrawListBuilder()
    builder.begin_item()
    for k, op in enumerate(lines.op.tolist()):
        rings = [
            lines.xy[lines.ring_offsets[r] : lines.ring_offsets[r + 1]]
            for r in range(lines.shape_offsets[k], lines.shape_offsets[k + 1])
        ]
        if op == Op.DISC:
            builder.disc(*rings[0][0], radius)
        elif op == Op.RUNS and fills and outlines:
            for ring in np.split((traced := outline(definition.rle, 8)).xy, traced.offsets[1:-1]):  # type: ignore[attr-defined]
                _stroke(builder, chamfered(ring.astype(float)), width, style, closed=True)
        elif op == Op.ELLIPSE_LOOP:
            if style.dash is None:
                builder.ellipse_loop(*rings[0].ravel()[:5], width)
            else:
                _stroke(builder, definition.to_polygon().rings[0], width, style, closed=True)
        elif op in (Op.LINE, Op.LOOP):
            _stroke(builder, rings[0], width, style, closed=op == Op.LOOP)
    keeps = {Op.FILL, Op.ELLIPSE, Op.RUNS} if fills else {Op.RUNS}
    layers = [(_only(filled, keeps), style.fill_opacity), (builder.build(), style.outline_opacity)]
    return [(drawlist, 1.0 if opacity is None else opacity) for drawlist, opacity in layers if opacity != 0]


def _stroke(builder: DrawListBuilder, ring: Any, width: float, style: Style, *, closed: bool) -> None:
    cut = None if style.dash is None else dashes(ring, style.dash, width, (0, 0, W, H), closed=closed)
    if cut is not None:
        for piece in np.split(cut.xy, cut.offsets[1:-1]):
            builder.line(piece, width)
    else:
        (builder.loop if closed else builder.line)(ring, width)


def _only(drawlist: DrawList, keeps: set[Op]) -> DrawList:
    builder = DrawListBuilder()
    builder.begin_item()
    for k, op in enumerate(drawlist.op.tolist()):
        rings = [
            drawlist.xy[drawlist.ring_offsets[r] : drawlist.ring_offsets[r + 1]]
            for r in range(drawlist.shape_offsets[k], drawlist.shape_offsets[k + 1])
        ]
        if op not in keeps:
            continue
        if op == Op.FILL:
            builder.fill(rings)
        elif op == Op.ELLIPSE:
            builder.ellipse(*rings[0].ravel()[:5])
        else:
            rows = drawlist.runs[drawlist.run_offsets[k] : drawlist.run_offsets[k + 1]]
            builder.runs(Rle.from_rows(rows, (H, W)))
    return builder.build()


def _joined(layers: list[tuple[DrawList, float]]) -> tuple[DrawList, list[float]]:
    """Several draw lists of one item each as one draw list."""
    parts = [drawlist for drawlist, _ in layers]
    joined = DrawList(
        op=np.concatenate([part.op for part in parts]),
        item=np.concatenate([part.item + k for k, part in enumerate(parts)]),
        width=np.concatenate([part.width for part in parts]),
        shape_offsets=_chained([part.shape_offsets for part in parts]),
        ring_offsets=_chained([part.ring_offsets for part in parts]),
        xy=np.concatenate([part.xy for part in parts]),
        run_offsets=_chained([part.run_offsets for part in parts]),
        runs=np.concatenate([part.runs for part in parts]),
        n_items=len(parts),
    )
    return joined, [opacity for _, opacity in layers]


def _chained(offsets: list[Any]) -> Any:
    counts = np.concatenate([np.diff(part) for part in offsets])
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("kind", DRAWN)
def test_every_style_of_every_type(kind: str, name: str) -> None:
    thickness, style = STYLES[name]
    collection = AnnotationCollection(item=Item(height=H, width=W))
    collection.add(DRAWN[kind])
    collection.colors = {DRAWN[kind].label: COLOR}

    views = render(collection, ("mask", "overlay"), image=GREY, thickness=thickness, alpha=0.8, style=style)

    layers = _by_hand(DRAWN[kind], thickness, style)
    overlay, mask = GREY.copy(), np.zeros((H, W, 4), np.uint8)
    if layers:
        drawlist, opacity = _joined(layers)
        blend(overlay, drawlist, [COLOR] * len(layers), 0.8 * np.array(opacity))
        top = rasterize(drawlist, range(1, len(layers) + 1), H, W)
        shades = [(0, 0, 0, 0), *((*COLOR, np.floor(255 * 0.8 * o + 0.5)) for o in opacity)]
        mask = np.array(shades, np.uint8)[top]
    np.testing.assert_array_equal(views["overlay"], overlay)
    np.testing.assert_array_equal(views["mask"], mask)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("rule", ["center", "opencv", "all_touched"])
def test_ids_stacks_and_runs_never_change_with_a_style(name: str, rule: str) -> None:
    thickness, style = STYLES[name]
    shapes = list(DRAWN.values())
    plain = {
        "height": H,
        "width": W,
        "rule": rule,
        "thickness": thickness,
        "ids": {s.label: 1 for s in shapes},
    }

    styled = render(shapes, ("instance", "object_id", "mask"), style=style, **plain)  # type: ignore[arg-type]

    alone = render(shapes, ("instance", "object_id"), **plain)  # type: ignore[arg-type]
    for view in alone:
        np.testing.assert_array_equal(styled[view], alone[view])
    np.testing.assert_array_equal(
        label_map(shapes, H, W, plain["ids"]),
        render(shapes, "instance", height=H, width=W, ids=plain["ids"], style=style)["instance"],
    )  # type: ignore[arg-type]
    assert not object_id_map(shapes, H, W).any()
    assert [rle.area for rle in rles(shapes, H, W)] == mask_stack(shapes, H, W).sum(axis=(1, 2)).tolist()


@pytest.mark.parametrize(("fill_opacity", "alpha"), [(0.3, 1.0), (None, 0.5)])
def test_a_translucent_fill_hides_no_outline(fill_opacity: float | None, alpha: float) -> None:
    under, over = Box(4, 4, 30, 30, "a"), Box(20, 10, 50, 40, "b")
    style = Style(fill_opacity=fill_opacity, outline_opacity=1, line_width=2)
    scene = lower(subject_of([under, over]), pen=Pen(), size=(H, W))

    layered = lower_layers(scene, layers_of(style, Pen(), (H, W)), (H, W), alpha=alpha)
    mask = render([under, over], "mask", height=H, width=W, alpha=alpha, style=style)["mask"]

    assert layered.owner.tolist() == [0, 1, 0, 1]
    assert layered.drawlist.op.tolist() == [Op.FILL, Op.FILL, Op.LOOP, Op.LOOP]
    assert (mask[15:25, 29] == mask[15, 3]).all(), "the right side of the box below, inside the one above"


def test_outlines_lie_above_their_own_fill_and_below_an_opaque_next_shape() -> None:
    under, over = Box(4, 4, 30, 30, "a"), Box(20, 10, 50, 40, "b")
    scene = lower(subject_of([under, over]), pen=Pen(), size=(H, W))

    layered = lower_layers(scene, layers_of(Style(outline_opacity=0.5), Pen(), (H, W)), (H, W))

    assert layered.owner.tolist() == [0, 0, 1, 1]
    assert layered.opacity.tolist() == [1, 0.5, 1, 0.5]
    assert layered.drawlist.op.tolist() == [Op.FILL, Op.LOOP] * 2
    assert layered.drawlist.item.tolist() == [0, 1, 2, 3]


def test_lines_skeletons_and_points_are_outlines() -> None:
    item = Item(height=H, width=W, ontology=Ontology(skeletons={"t": Skeleton(("a", "b"), ((0, 1),))}))
    collection = AnnotationCollection(item=item)
    collection.add(
        [Polyline([(2, 2), (60, 2)], "a"), Point(50, 40, "a"), Pose("a", "t", points=[(5, 20), (30, 20)])]
    )

    shown = render(collection, "mask", style=Style(fill_opacity=0.2, outline_opacity=0.6, line_width=2))[
        "mask"
    ]
    unaffected = render(collection, "mask", style=Style(fill_opacity=0.2))["mask"]

    assert set(np.unique(shown[..., 3])) == {0, 153}
    assert set(np.unique(unaffected[..., 3])) == {0, 255}
    assert (unaffected == render(collection, "mask")["mask"]).all()


def test_a_translucent_line_that_crosses_itself_is_even() -> None:
    cross = Polyline([(5, 5), (55, 40), (55, 5), (5, 40), (5, 5)], "a")

    shown = render(
        [cross], "overlay", image=GREY, thickness=4, style=Style(outline_opacity=0.5, antialias=False)
    )

    assert len(np.unique(shown["overlay"].reshape(-1, 3), axis=0)) == 2


def test_masks_have_an_outline_where_shapes_have_both() -> None:
    pixels = np.zeros((H, W), np.bool_)
    pixels[10:30, 10:40] = True
    mask = [Segmentation(pixels, "a", color=COLOR)]

    both = render(
        mask, "mask", height=H, width=W, style=Style(fill_opacity=0.5, outline_opacity=1, line_width=2)
    )
    added = render(mask, "mask", height=H, width=W, thickness=2, style=Style(fill_opacity=0.5))
    filled = render(mask, "mask", height=H, width=W, thickness=2, style=Style(outline_opacity=0.5))

    assert both["mask"][10, 20, 3] == both["mask"][9, 20, 3] == 255
    assert both["mask"][20, 20, 3] == 128
    assert (both["mask"] == added["mask"]).all()
    assert (filled["mask"][..., 3] == 255 * pixels).all()


@pytest.mark.parametrize("rule", ["center", "opencv"])
def test_styles_apply_under_every_rule(rule: str) -> None:
    shapes = [Box(5, 5, 40, 30, "a"), Ellipse(40, 25, 15, 8, 20, "b")]
    style = Style(fill_opacity=0.5, outline_opacity=1, line_width=3)

    mask = render(shapes, "mask", height=H, width=W, rule=rule, style=style)["mask"]

    assert set(np.unique(mask[..., 3])) == {0, 128, 255}


def test_broken_masks_are_reported_once() -> None:
    entry = {"type": "binary", "label": "a", "coordinates": "data:image/png;base64,AAAA"}
    collection = AnnotationCollection.from_json([entry, entry], item=Item(height=H, width=W))

    render(collection, ("mask", "instance"), style=Style(outline_opacity=1))

    assert len(collection.problems) == 2


@pytest.mark.parametrize(
    ("size", "width"), [((64, 64), 1), ((480, 640), 1.4), ((1080, 1920), 2), ((4320, 7680), 8)]
)
def test_outlines_suit_the_image(size: tuple[int, int], width: float) -> None:
    assert outline_width(*size) == pytest.approx(width, abs=0.06)


def test_widths_never_shrink_as_images_grow() -> None:
    widths = [outline_width(side, side) for side in range(1, 4000, 7)]

    assert widths == sorted(widths)


HOSTILE = [
    Polygon([(-1e300, -1e300), (1e300, 0), (0, 1e300)], "a"),
    Polyline([(-1e300, 5), (1e300, 5)], "a"),
    Polygon([(1, 1)], "a"),
    Polygon([], "a"),
    Polyline([(3, 3), (3, 3)], "a"),
    Ellipse(30, 20, 0, 0, 0, "a"),
    Ellipse(30, 20, 1e9, 1e9, 0, "a"),
    Box(5, 5, 5, 5, "a"),
    Point(1e300, 0, "a"),
    Segmentation(np.zeros((H, W)), "a"),
    Segmentation(np.ones((3 * H, 2)), "a"),
]


@pytest.mark.parametrize("width", [1e-300, 0.1, 3, 1e9])
@pytest.mark.parametrize("dash", [None, (1e-9, 1e-9), (3, 2), (1e300, 1)])
@pytest.mark.filterwarnings("ignore::annogeo.errors.AnnogeoWarning")
def test_hostile_shapes_and_styles_end_quickly(width: float, dash: Any) -> None:
    style = Style(line_width=width, fill_opacity=0.4, outline_opacity=0.7, dash=dash)

    for shape in HOSTILE:
        render([shape], ("overlay", "mask"), image=GREY, style=style)


def test_masks_shown_on_pictures_are_hard() -> None:
    circle = Ellipse(30, 24, 15.3, 11.7, 0, "a")

    shown = circle.show(GREY, thickness=-1, annotation_format="mask", color=(255, 0, 0))

    assert len(np.unique(shown.reshape(-1, 4), axis=0)) == 2


def test_stairs_of_a_mask_become_slopes() -> None:
    stairs = np.array([[0, 0], [1, 0], [1, 1], [2, 1], [2, 2], [3, 2], [3, 3], [0, 3]], float)

    slope = chamfered(stairs)[1:5]

    assert slope.tolist() == [[1, 0.5], [1.5, 1], [2, 1.5], [2.5, 2]]


@pytest.mark.parametrize(
    "style",
    [{}, {"fill_opacity": 0.4, "outline_opacity": 1}, {"outline_opacity": 0.5}, {"fill_opacity": 0.5}],
)
@pytest.mark.parametrize("thickness", [-1, None, 3])
def test_polygons_alone_are_lowered_as_any_other_shapes(
    style: dict, thickness: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(2)
    holed = Polygon([[(2, 2), (30, 3), (20, 30)], [(10, 8), (20, 9), (16, 16)]], "a")
    shapes = [holed, *(Polygon(rng.uniform(0, 40, (5, 2)), label) for label in "abc")]
    how = {"thickness": thickness, "style": Style(**style), "alpha": 0.8, "height": 40, "width": 40}
    image = np.full((40, 40, 3), 90, np.uint8)
    views = ("mask", "instance", "overlay")

    shorter = render(shapes, views, image=image, **how)
    monkeypatch.setattr("annogeo.rendering.scene.is_all_polygons", lambda items: False)
    monkeypatch.setattr("annogeo.rendering.layers.is_all_polygons", lambda items: False)
    longer = render(shapes, views, image=image, **how)

    for view in views:
        assert np.array_equal(shorter[view], longer[view])


def test_a_polygon_without_rings_is_not_drawn() -> None:
    empty = Polygon([], "a")

    for shapes in ([empty], [empty, Polygon([(2, 2), (30, 3), (20, 30)], "b")]):
        made = render(shapes, "mask", height=40, width=40, thickness=2)["mask"]
        assert made.any() == (len(shapes) == 2)

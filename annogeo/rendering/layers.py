"""Fills and outlines as layers: what a `Style` adds to what `thickness` draws.

Each annotation becomes up to two items of a draw list of its own, its fill below its outline, so that either has an
opacity of its own. Annotations keep their order; where fills let through what is below, all outlines lie above all
fills, so that none is lost. Only the mask and overlay views paint it: ids, stacks and runs are made from the plain draw
list. Layer: rendering.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from annogeo.definitions import row_for
from annogeo.draw import DrawList, DrawListBuilder, Op
from annogeo.errors import InputError
from annogeo.geometry.dash import dashes
from annogeo.geometry.ellipse import ellipse_ring
from annogeo.rendering.scene import Scene, is_all_polygons, polygon_layers
from annogeo.style import Pen, Style

if TYPE_CHECKING:
    from annogeo.rle import Rle

FloatArray = npt.NDArray[np.float64]

_FILLS = frozenset((Op.FILL, Op.ELLIPSE, Op.RUNS))
_MASKS = frozenset((Op.RUNS,))
_LINES = frozenset((Op.LINE, Op.DISC))
_OUTLINES = _LINES | {Op.LOOP, Op.ELLIPSE_LOOP}
_CHAMFER = 1.0  # px that are cut off the corners of a mask's outline, so that its stairs become slopes


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of every annotation: with which pen, how opaque, and which operations it keeps.

    Parameters
    ----------
    pen : Pen
    opacity : float
    keeps : set of Op
        RUNS in a layer that does not fill are drawn as the outline of the mask.
    dash : tuple of float, optional
    """

    pen: Pen
    opacity: float
    keeps: frozenset[Op]
    dash: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layered:
    """A draw list of layers.

    Parameters
    ----------
    drawlist : DrawList
        n layers.
    owner : int64 (n,)
        Which item of the scene each is of.
    opacity : float64 (n,)
    """

    drawlist: DrawList
    owner: npt.NDArray[np.int64]
    opacity: FloatArray


def outline_width(height: int, width: int) -> float:
    """Give a width of outlines in px that suits an image of this size.

    Between 1 px for a thumbnail and 2 px at 1920 x 1080 it grows slowly; from there on with the image.

    Examples
    --------
    >>> [round(outline_width(*size), 1) for size in ((64, 64), (480, 640), (1080, 1920), (4320, 7680))]
    [1.0, 1.4, 2.0, 8.0]
    """
    share = math.sqrt(height * width) / 1440.0  # the side of a square with as many pixels, full HD being 1
    return max(1.0 + min(share, 1.0), 2.0 * share)


def point_radius(line_width: float) -> float:
    """Give the radius of points beside lines of this width: well above the line, and no blot beside a thick one.

    Examples
    --------
    >>> point_radius(1.0), point_radius(2.0), point_radius(6.0)
    (2.5, 5.0, 11.0)
    """
    return min(2.5 * line_width, 2.0 + 1.5 * line_width)


def layers_of(style: Style, pen: Pen, size: tuple[int, int]) -> list[Layer]:
    """Say which layers a style makes of what a pen draws, lowest first; one without opacity is left out.

    Examples
    --------
    >>> [(layer.pen.fill, layer.opacity) for layer in layers_of(Style(outline_opacity=1), Pen(), (64, 64))]
    [(True, 1.0), (False, 1.0)]
    >>> layers_of(Style(fill_opacity=0, outline_opacity=0), Pen(), (64, 64))
    []
    """
    is_filled = pen.fill or style.fill_opacity is not None
    is_outlined = not pen.fill or style.outline_opacity is not None
    width = style.line_width
    if width is None and pen.fill and is_outlined:
        width = outline_width(*size)
    radius = pen.point_radius if width is None else point_radius(width)
    width = pen.line_width if width is None else width
    outlines = _OUTLINES if is_outlined else _LINES
    if is_outlined and is_filled:
        outlines |= _MASKS  # alone, masks are always filled
    layers = [
        Layer(Pen(fill=True), _or_one(style.fill_opacity), _FILLS if is_filled else _MASKS),
        Layer(Pen(not is_outlined, width, radius), _or_one(style.outline_opacity), outlines, style.dash),
    ]
    return [layer for layer in layers if layer.opacity > 0]


def lower_layers(
    scene: Scene, layers: Sequence[Layer], size: tuple[int, int], *, alpha: float = 1.0
) -> Layered:
    """Lower the drawn items of a scene once more, into layers.

    Masks that cannot be read have been reported, and are left out. `alpha` is the view's: opacities are multiplied
    with it.
    """
    builder = LayerBuilder(scene.subject.skeletons, size=size)
    drawn = [k for k, item in enumerate(scene.items) if item.is_drawn and item.definition is not None]
    order = layer_order(drawn, layers, alpha)
    owner = np.array([k for k, _ in order], np.int64)
    opacity = np.array([layer.opacity for _, layer in order], np.float64)
    operations = _of_polygons(layers)
    items = [scene.items[k] for k in drawn]
    if operations is not None and _is_layer_by_layer(layers, alpha) and is_all_polygons(items):
        polygons = [item.definition for item in items]
        return Layered(polygon_layers(polygons, operations), owner, opacity)
    for k, layer in order:
        definition: Any = scene.items[k].definition
        append: Any = row_for(definition).lower
        builder.layer = layer
        builder.begin_item()
        with suppress(InputError):
            append(definition, builder, layer.pen)
    return Layered(builder.build(), owner, opacity)


def _of_polygons(layers: Sequence[Layer]) -> list[tuple[Op | None, float]] | None:
    """Say what each layer draws of polygons; None where lines are dashed, which goes one by one."""
    operations: list[tuple[Op | None, float]] = []
    for layer in layers:
        op = Op.FILL if layer.pen.fill else Op.LOOP
        if op == Op.LOOP and layer.dash is not None:
            return None
        width = layer.pen.line_width if op == Op.LOOP else 0.0
        operations.append((op, width) if op in layer.keeps else (None, 0.0))
    return operations


def layer_order(items: Sequence[int], layers: Sequence[Layer], alpha: float) -> list[tuple[int, Layer]]:
    """Say in which order items are drawn in layers, lowest first."""
    if _is_layer_by_layer(layers, alpha):
        return [(k, layer) for layer in layers for k in items]
    return [(k, layer) for k in items for layer in layers]


def _is_layer_by_layer(layers: Sequence[Layer], alpha: float) -> bool:
    """Whether all fills lie below all outlines: where they let through what is below."""
    return bool(layers) and layers[0].opacity * alpha < 1.0


@dataclass(slots=True)
class LayerBuilder(DrawListBuilder):
    """A builder that keeps what belongs to the current layer, dashes lines, and outlines masks."""

    size: tuple[int, int] = (0, 0)
    layer: Layer = field(default_factory=lambda: Layer(Pen(), 1.0, _FILLS))

    def fill(self, rings: Any) -> None:
        if Op.FILL in self.layer.keeps:
            DrawListBuilder.fill(self, rings)

    def ellipse(self, x: float, y: float, rx: float, ry: float, angle: float) -> None:
        if Op.ELLIPSE in self.layer.keeps:
            DrawListBuilder.ellipse(self, x, y, rx, ry, angle)

    def disc(self, x: float, y: float, radius: float) -> None:
        if Op.DISC in self.layer.keeps:
            DrawListBuilder.disc(self, x, y, radius)

    def line(self, points: FloatArray, width: float) -> None:
        if Op.LINE in self.layer.keeps and not self._dashed(points, width, closed=False):
            DrawListBuilder.line(self, points, width)

    def loop(self, points: FloatArray, width: float) -> None:
        if Op.LOOP in self.layer.keeps and not self._dashed(points, width, closed=True):
            DrawListBuilder.loop(self, points, width)

    def ellipse_loop(self, x: float, y: float, rx: float, ry: float, angle: float, width: float) -> None:
        if Op.ELLIPSE_LOOP not in self.layer.keeps:
            return
        ring = None if self.layer.dash is None else ellipse_ring(x, y, rx, ry, angle)
        if ring is None or not self._dashed(ring, width, closed=True):
            DrawListBuilder.ellipse_loop(self, x, y, rx, ry, angle, width)

    def runs(self, rle: Rle) -> None:
        if Op.RUNS not in self.layer.keeps:
            return
        if self.layer.keeps <= _FILLS:
            DrawListBuilder.runs(self, rle)
            return
        from annogeo.masks.outline import outline

        traced = outline(rle, connectivity=8)
        for ring in np.split(traced.xy, traced.offsets[1:-1]):
            if ring.size:
                self.loop(chamfered(ring.astype(np.float64)), self.layer.pen.line_width)

    def _dashed(self, points: FloatArray, width: float, *, closed: bool) -> bool:
        """Draw a line in dashes, where there are any."""
        if self.layer.dash is None:
            return False
        height, across = self.size
        cut = dashes(points, self.layer.dash, width, (0.0, 0.0, across, height), closed=closed)
        if cut is None:
            return False
        self.lines(cut.xy, cut.offsets, width)
        return True


def chamfered(ring: FloatArray) -> FloatArray:
    """Cut the corners off a ring along pixel edges: 1 px, or half an edge where that is less.

    Stairs of one px become straight slopes, and no point moves by more than 0.71 px.

    Examples
    --------
    >>> chamfered(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]])).tolist()
    [[1.0, 0.0], [3.0, 0.0], [4.0, 1.0], [3.0, 2.0], [1.0, 2.0], [0.0, 1.0]]
    """
    step = np.roll(ring, -1, axis=0) - ring
    length = np.abs(step).sum(axis=1, keepdims=True)  # edges are level or upright
    cut = np.minimum(length / 2, _CHAMFER) / length * step
    points = np.stack([ring + cut, ring + step - cut], axis=1).reshape(-1, 2)
    is_new: npt.NDArray[np.bool_] = (points != np.roll(points, 1, axis=0)).any(axis=1)
    rounded: FloatArray = points[is_new]
    return rounded


def _or_one(opacity: float | None) -> float:
    return 1.0 if opacity is None else float(opacity)

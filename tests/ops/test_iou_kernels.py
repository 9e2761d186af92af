"""The kernels of overlap against their slow twins."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.kernels._jit import JIT_IS_OFF
from annogeo.ops.iou.hulls import hull_areas
from annogeo.ops.iou.overlaps import OVERLAPS, near_pairs
from annogeo.ops.iou.shapes import Boxes, Ellipses, Rings, TurnedBoxes
from tests.naive import iou as naive

few = settings(max_examples=10 if JIT_IS_OFF else 60, deadline=None)

small = st.integers(0, 8).map(float)
halves = st.integers(-8, 16).map(lambda k: k / 2)
spots = st.tuples(halves, halves)
numbers = st.floats(-20, 20).map(lambda x: round(x, 3))
rings = st.lists(spots, min_size=1, max_size=7)
polygons = st.lists(rings, max_size=3).map(lambda found: ag.Polygon([np.array(r) for r in found], "polygon"))
boxes = st.builds(ag.Box, small, small, small, small)
turned = st.builds(
    ag.Box, numbers, numbers, numbers, numbers, angle=st.sampled_from([0.0, 45.0, 90.0]) | numbers
)
radii = st.sampled_from([1e-3, 0.5, 1.0, 4.0]) | st.floats(0.05, 12)
ellipses = st.builds(
    ag.Ellipse, halves, halves, radii, radii, st.sampled_from([0.0, 90.0]) | numbers, st.just("ellipse")
)


def rings_of(shape: Any) -> Any:
    if isinstance(shape, ag.Ellipse):
        return (shape.x, shape.y, shape.rx, shape.ry, shape.angle)
    found = shape.rings if isinstance(shape, ag.Polygon) else [shape.corners]
    return [ring.tolist() for ring in found]


@few
@given(polygons | boxes, polygons | boxes)
def test_polygons_on_a_grid_are_even_odd_regions(a: Any, b: Any) -> None:
    wanted = naive.polygon_iou(rings_of(a), rings_of(b))

    assert ag.iou(a, b) == pytest.approx(wanted, rel=1e-11, abs=1e-12)
    assert ag.iou_matrix([a, b], [a, b])[1, 0] == pytest.approx(wanted, rel=1e-11, abs=1e-12)


@few
@given(turned, turned)
def test_turned_boxes(a: ag.Box, b: ag.Box) -> None:
    assert ag.iou(a, b) == pytest.approx(naive.polygon_iou(rings_of(a), rings_of(b)), rel=1e-9, abs=1e-12)


@settings(max_examples=8 if JIT_IS_OFF else 25, deadline=None)
@given(ellipses, ellipses | turned.filter(lambda box: box.area > 0.1))
def test_ellipses(a: ag.Ellipse, b: Any) -> None:
    common = naive.curved_overlap(rings_of(a), rings_of(b))

    assert ag.ioa(a, b) * a.area == pytest.approx(common, rel=1e-7, abs=1e-7 * min(a.area, b.area))


@few
@given(st.lists(spots, min_size=1, max_size=6), st.lists(spots, min_size=1, max_size=6))
def test_hulls_of_two_polygons(a: Any, b: Any) -> None:
    groups, others = (
        [Rings(np.arange(1), np.array(ring), np.array([0, len(ring)]), np.arange(2), is_known=True)]
        for ring in (a, b)
    )

    found = hull_areas(groups, others, (1, 1))[0, 0]
    assert found == pytest.approx(naive.hull_area([*a, *b]), rel=1e-12, abs=1e-12)


CIRCLE = ag.Ellipse(0, 0, 1, 1, 0, "circle")


@pytest.mark.parametrize("turn", [0.0, 30.0, 90.0])
@pytest.mark.parametrize(
    ("distance", "radius", "wanted"),
    [
        (0, 1, math.pi),
        (0, 0.5, math.pi / 4),
        (0.5, 0.5, math.pi / 4),  # inside, touching
        (2, 1, 0.0),  # outside, touching
        (1, 2, math.pi),
        (1, 1, 2 * math.pi / 3 - math.sqrt(3) / 2),  # Vesica piscis
        (math.sqrt(2), 1, math.pi / 2 - 1),
        (1e6, 1e6, math.pi / 2),
        (3, 1, 0.0),
    ],
)
def test_circles_have_known_overlaps(distance: float, radius: float, wanted: float, turn: float) -> None:
    x, y = distance * math.cos(math.radians(turn)), distance * math.sin(math.radians(turn))
    other = ag.Ellipse(x, y, radius, radius, 17, "other")

    assert ag.ioa(CIRCLE, other) * math.pi == pytest.approx(
        wanted, rel=1e-6 if radius > 1e3 else 1e-13, abs=1e-13
    )
    assert ag.ioa(other, CIRCLE) * other.area == pytest.approx(
        wanted, rel=1e-3 if radius > 1e3 else 1e-13, abs=1e-13
    )


def test_crossed_needles_share_a_parallelogram() -> None:
    long, thin = 1e6, 1e-3
    a, b = ag.Ellipse(0, 0, long, thin, 0, "a"), ag.Ellipse(0, 0, long, thin, 90, "b")

    assert ag.ioa(a, b) * a.area == pytest.approx(4 * thin * thin, rel=1e-9)
    assert ag.iou(a, a.replace(angle=180)) == 1


def test_the_table_names_each_two_kinds_once() -> None:
    kinds = (Boxes, TurnedBoxes, Rings, Ellipses)
    served = [[(a, b), (b, a)] for k, a in enumerate(kinds) for b in kinds[k:] if (a, b) != (Boxes, Boxes)]

    assert all(any(pair in OVERLAPS for pair in both) for both in served)
    assert len(OVERLAPS) == len(served)


@few
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(0, 40))
def test_near_pairs_are_those_whose_bounds_overlap(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = (np.sort(rng.integers(0, 12, (k, 2, 2)), axis=1).reshape(k, 4).astype(float) for k in (n, m))
    overlap = ((a[:, None, :2] < b[:, 2:]) & (a[:, None, 2:] > b[:, :2])).all(axis=2)

    pairs = [tuple(pair) for found in near_pairs(a, b) for pair in found.tolist()]
    assert sorted(pairs) == [tuple(pair) for pair in np.argwhere(overlap).tolist()]

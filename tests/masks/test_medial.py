"""The line along the middle of a mask: where it runs, where it ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

import annogeo as ag
from annogeo.errors import InputError
from annogeo.rle import Rle

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))
Y, X = np.mgrid[:120, :160] + 0.5


@given(masks)
@settings(max_examples=80, deadline=None)
def test_any_mask_has_one_line_that_ends_on_its_border(mask: np.ndarray) -> None:
    import shapely

    if not mask.any():
        with pytest.raises(InputError, match="empty mask"):
            ag.medial_polyline(mask)
        return
    line = ag.medial_polyline(mask, "x", {"k": 1})

    assert (len(line.lines), line.label, dict(line.attributes)) == (1, "x", {"k": 1})
    assert line.geo.shape[0] >= 2
    border = shapely.unary_union([ring.to_shapely().boundary for ring in ag.mask_to_polygons(mask, 0, 8)])
    assert all(border.distance(shapely.Point(point)) < 1e-4 for point in line.geo[[0, -1]])
    pixels = shapely.union_all([part.to_shapely() for part in ag.mask_to_polygons(mask, 0)])
    assert pixels.buffer(1e-5).covers(shapely.MultiPoint(ag.medial_polyline(mask, tolerance=0).geo))
    assert ag.medial_polyline(Rle.from_mask(mask), "x", {"k": 1}) == line


@pytest.mark.parametrize("angle", [0, 10, 27, 45, 63, 80, 90, 135])
def test_a_bar_has_its_axis(angle: float) -> None:
    bar = ag.Box(40, 55, 120, 66, "lane", angle=angle)

    line = ag.medial_polyline(bar.to_mask(120, 160), tolerance=0)

    turn = np.radians(angle)
    offset = line.geo - (80, 60.5)
    beside, along = offset @ (-np.sin(turn), np.cos(turn)), offset @ (np.cos(turn), np.sin(turn))
    assert np.abs(beside).max() < 0.6
    assert np.abs(along).max() == pytest.approx(40, abs=1)
    assert len(ag.medial_polyline(bar.to_mask(120, 160)).geo) <= 3


def test_an_arc_has_its_middle_circle() -> None:
    radius = np.hypot(X - 80, Y - 110)
    arc = (np.abs(radius - 70) < 6) & (Y < 110)

    line = ag.medial_polyline(arc, tolerance=0).geo

    assert np.abs(np.hypot(line[:, 0] - 80, line[:, 1] - 110) - 70)[3:-3].max() < 0.3
    assert line[0] == pytest.approx([10, 110], abs=1.5)
    assert line[-1] == pytest.approx([150, 110], abs=1.5)
    assert ag.medial_polyline(arc).length == pytest.approx(np.pi * 70, rel=0.02)


def test_a_fork_has_its_longest_way() -> None:
    mask = np.zeros((60, 100), bool)
    mask[28:33, 5:95] = True
    mask[10:30, 40:44] = True  # a short branch

    line = ag.medial_polyline(mask, tolerance=1).geo

    np.testing.assert_allclose(line[[0, -1]], [(5, 30.5), (95, 30.5)], atol=0.5)
    assert line[:, 1].min() > 27


def test_only_the_largest_part_counts() -> None:
    mask = np.zeros((40, 60), bool)
    mask[5:10, 2:40] = True
    mask[20, 0:60] = True

    assert ag.medial_polyline(mask).geo.tolist() == [[2, 7.5], [40, 7.5]]


def test_ring_dot_square_and_diagonal() -> None:
    ring = np.abs(np.hypot(X - 80, Y - 60) - 40) < 6

    assert ag.medial_polyline(ring).length > 100
    assert ag.medial_polyline([[0, 0], [0, 1]]).geo.tolist() == [[1, 1.5], [2, 1.5]]
    assert ag.medial_polyline(np.ones((4, 4))).geo.tolist() == [[0, 2], [4, 2]]
    assert ag.medial_polyline(np.eye(9)).geo.tolist() == [[0, 0], [9, 9]]
    assert ag.medial_polyline(np.ones((9, 1))).geo.tolist() == [[0.5, 0], [0.5, 9]]


def test_a_small_thing_in_a_large_mask_costs_little() -> None:
    far = Rle.from_rows([(10**6, 10**6, 10**6 + 9)], (2**30, 2**30))

    assert ag.medial_polyline(far).geo.tolist() == [[10**6, 10**6 + 0.5], [10**6 + 9, 10**6 + 0.5]]


@pytest.mark.parametrize(
    ("mask", "tolerance", "named"),
    [
        (np.zeros((3, 3)), 1, "empty"),
        (np.zeros((0, 3)), 1, "empty"),
        (np.ones(3), 1, "mask"),
        (np.full((3, 3), np.nan), 1, "mask"),
        (np.ones((3, 3)), -1, "tolerance"),
        (np.ones((3, 3)), float("nan"), "tolerance"),
        (np.ones((3, 3)), "1", "tolerance"),
        (Rle((2**16, 2**16), [0, 2**32]), 1, "at most"),
    ],
)
def test_other_arguments_are_refused(mask: Any, tolerance: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        ag.medial_polyline(mask, tolerance=tolerance)


def test_a_line_does_not_jump_over_a_gap() -> None:
    mask = np.zeros((30, 3000), bool)
    mask[10:14, 5:1000] = True
    mask[10:14, 1001:2900] = True
    mask[14:25, 990:994] = True  # as one part: around the gap
    mask[25:28, 990:1100] = True
    mask[14:25, 1095:1099] = True

    ends = ag.medial_polyline(mask[:, :995]).geo[[0, -1]]

    assert ends[0] == pytest.approx([5, 12], abs=0.5)
    np.testing.assert_allclose(ag.medial_polyline(mask).geo[[0, -1]], [(5, 12), (2900, 12)], atol=0.5)


def test_many_points_are_moved_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    arc = np.abs(np.hypot(X - 80, Y - 110) - 70) < 6
    whole = ag.medial_polyline(arc)

    monkeypatch.setattr("annogeo.masks.medial._AT_ONCE", 7)

    assert ag.medial_polyline(arc) == whole

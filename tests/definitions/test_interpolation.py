"""Between two states of every type: exact at the ends, even between, the short way round, and never crossing itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

import annogeo as ag
from annogeo.definitions import Definition
from annogeo.definitions.interpolation import POLYGON_METHODS, tween
from annogeo.errors import InputError
from annogeo.geometry.motion import turning_of
from annogeo.geometry.pairing import pair_rings
from annogeo.geometry.turning import euler, quaternion, short_way, slerp
from tests.blobs import CASES, Case, pairs
from tests.definitions.examples import EXAMPLES

numbers = st.floats(-1000, 1000)
weights = st.floats(0.01, 0.99)


@pytest.mark.parametrize("definition", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_ends_are_the_states_themselves(definition: Definition) -> None:
    other = definition if definition.type == "item_description" else definition.replace(label="another")

    between = tween(definition, other)
    assert between.at(0.0) is definition
    assert between.at(1.0) is other
    assert between.at(0.5).type == definition.type
    assert between.at(0.5).same_geometry(definition)
    assert between.at(0.5).label == definition.label


@settings(max_examples=50, deadline=None)
@given(numbers, numbers, weights, st.sampled_from([90.0, 180.0, 360.0]))
def test_an_angle_goes_the_short_way(start: float, end: float, weight: float, period: float) -> None:
    turn = short_way(start, end, period)

    assert -period / 2 <= turn <= period / 2 * (1 + 1e-12)
    assert math.isclose(math.remainder(start + turn - end, period), 0.0, abs_tol=1e-6)


def test_angles_too_far_apart_for_a_number_go_the_short_way_too() -> None:
    far = 1.5e308
    assert short_way(far, -far) == short_way(math.fmod(far, 360.0), math.fmod(-far, 360.0))
    for before, after in (
        (ag.Box(0, 0, 4, 2, angle=far), ag.Box(8, 0, 12, 2, angle=-far)),
        (ag.Ellipse(0, 0, 6, 2, far, ""), ag.Ellipse(8, 0, 6, 2, -far, "")),
    ):
        assert tween(before, after).at(0.5).bounds.tolist() == np.add(before.bounds, [4, 0, 4, 0]).tolist()


def test_boxes_turn_the_short_way_and_half_a_turn_one_way() -> None:
    def half(before: Any, after: Any) -> Any:
        return tween(ag.Box(0, 0, 4, 2, angle=before), ag.Box(10, 4, 14, 6, angle=after)).at(0.5)

    assert half(350, 10).angle == 0.0
    assert half(10, 350).angle == 0.0
    assert half(0, 180).angle == -90.0
    assert half(180, 0).angle == 90.0
    assert half(None, 30).angle == 15.0
    assert half(None, None).angle is None
    assert half(0, 90).xyxy.tolist() == [5, 2, 9, 4]


@given(st.sampled_from([-180, 0]), st.data(), weights)
def test_angles_stay_as_both_states_count_them(first: int, data: Any, weight: float) -> None:
    start, end = (data.draw(st.integers(first, first + 360)) for _ in range(2))
    box = tween(ag.Box(0, 0, 4, 2, angle=start), ag.Box(0, 0, 4, 2, angle=end)).at(weight)

    expected = start + short_way(start, end) * weight
    assert min(first, -180 if max(start, end) <= 180 else 0) <= box.angle <= first + 360
    assert math.isclose(math.remainder(box.angle - expected, 360), 0, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("after", "half"),
    [
        ((0, 0, 6, 2, 170), (6, 2, -5)),  # half a turn on is the same ellipse
        ((0, 0, 2, 6, 100), (6, 2, 5)),  # the axes have changed places
        ((0, 0, 8, 4, 20), (7, 3, 10)),
        ((4, 2, 6, 2, 0), (6, 2, 0)),
    ],
)
def test_ellipses_know_when_they_are_the_same(after: tuple[float, ...], half: tuple[float, ...]) -> None:
    made = tween(ag.Ellipse(0, 0, 6, 2, 0, "a"), ag.Ellipse(*after, "a")).at(0.5)

    assert (made.rx, made.ry, made.angle) == half


def test_points_cubes_notes_and_poses() -> None:
    cube = ag.Cube.from_boxes_and_angle(0, 4, 6, 10, 3, 1, 9, 7, "crate")
    moved = cube.replace(**{name: getattr(cube, name) + np.array([4, 2]) for name in ("front_tl", "back_br")})
    made = tween(cube, moved).at(0.25)
    assert (made.front_tl - cube.front_tl).tolist() == [1, 0.5]
    assert (made.back_tl - cube.back_tl).tolist() == [0, 0]

    note = tween(ag.Note(0, 0, 4, 4, "n"), ag.Note(4, 4, 8, 8, "n")).at(0.5)
    assert note.bounds.tolist() == [2, 2, 6, 6]

    joints = [ag.Point(0, 0, "nose"), ag.Point(4, 0, "ear"), ag.Point(9, 9, "tail")]
    other = [ag.Point(8, 4, "ear"), ag.Point(2, 2, "nose"), ag.Point(5, 5, "paw")]
    pose = tween(ag.Pose("dog", "t", "1", points=joints), ag.Pose("dog", "t", "1", points=other)).at(0.5)
    assert {joint.label: joint.geo.tolist() for joint in pose.points} == {
        "nose": [1, 1],
        "ear": [6, 2],
        "tail": [9, 9],
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=6, max_size=6), weights)
def test_cubes_in_space_turn_the_short_way(values: list[float], weight: float) -> None:
    first, second = np.array(values[:3]), np.array(values[3:])
    start, end = quaternion(first), quaternion(second)
    assert np.isclose(abs(quaternion(euler(start)) @ start), 1.0, atol=1e-7)

    unit = slerp(start, end, weight)
    whole = math.acos(min(1.0, abs(float(start @ end))))
    assert math.isclose(math.acos(min(1.0, abs(float(start @ unit)))), weight * whole, abs_tol=1e-6)
    made = tween(
        ag.Cube3d("a", (0, 0, 0), (1, 1, 1), first), ag.Cube3d("a", (2, 4, 6), (1, 1, 3), second)
    ).at(0.5)
    assert made.position.tolist() == [1, 2, 3]


def test_a_dragged_point_moves_straight_and_the_others_stay() -> None:
    ring = np.array([[0.0, 0.0], [20.0, 0.0], [20.0, 20.0], [0.0, 20.0]])
    other = ring.copy()
    other[2] += [8, 4]

    made = tween(ag.Polygon(ring, "a"), ag.Polygon(other, "a")).at(0.25)
    assert made.geo.tolist() == [[0, 0], [20, 0], [22, 21], [0, 20]]


def test_a_shift_is_a_shift_whatever_the_start_and_direction() -> None:
    ring = np.array([[0.0, 0.0], [9.0, 1.0], [12.0, 6.0], [5.0, 9.0], [1.0, 5.0]])
    for other in (ring, np.roll(ring, 2, axis=0), ring[::-1], np.roll(ring[::-1], 3, axis=0)):
        made = tween(ag.Polygon(ring, "a"), ag.Polygon(other + np.array([10, 6]), "a")).at(0.5)
        assert np.allclose(made.geo, ring + np.array([5, 3]), atol=1e-9)


def test_holes_go_with_their_polygon_and_find_their_partners() -> None:
    def square(x: float, y: float, size: float) -> np.ndarray:
        return np.array([[x, y], [x + size, y], [x + size, y + size], [x, y + size]])

    before = ag.Polygon([square(0, 0, 30), square(2, 2, 5), square(20, 20, 6)], "a")
    after = ag.Polygon([square(10, 0, 30), square(30, 20, 6), square(12, 2, 5)], "a")
    half = tween(before, after).at(0.5)
    assert half.area == before.area
    assert [ring.mean(axis=0).tolist() for ring in half.rings] == [[20, 15], [9.5, 4.5], [28, 23]]

    fewer = ag.Polygon([square(10, 0, 30), square(30, 20, 6)], "a")
    made = tween(before, fewer).at(0.5)
    assert len(made.rings) == 3
    assert np.allclose(made.rings[1], before.rings[1] + [5, 0])  # without a partner it goes along
    assert np.allclose(made.rings[2].mean(axis=0), [28, 23])


@pytest.mark.parametrize("name", CASES)
def test_polygons_go_where_they_should(name: str) -> None:
    found = [overlap(case_pair, "auto") for case_pair in pairs(CASES[name], 60)]
    least = 0.95 if "60" in name else 0.97

    assert None not in found
    assert np.mean([iou for iou in found if iou is not None]) >= least


def overlap(pair: tuple[Any, Any, Any], method: str) -> float | None:
    """The IoU with the truth half-way; None for a polygon that crosses itself."""
    before, after, truth = pair
    made = tween(ag.Polygon(before, "a"), ag.Polygon(after, "a"), polygon=method).at(0.5)
    shape, true = shapely.Polygon(made.geo), shapely.Polygon(truth)
    if not shape.is_valid:
        return None
    return shape.intersection(true).area / shape.union(true).area


def test_the_named_rules_do_what_their_owners_do() -> None:
    (pair,) = pairs(Case(same_count=True), 1)
    before, after, _ = pair
    by_index = tween(ag.Polygon(before, "a"), ag.Polygon(after, "a"), polygon="index").at(0.5)
    assert np.allclose(by_index.geo, (before + after) / 2)
    held = tween(ag.Polygon(before, "a"), ag.Polygon(after[:-1], "a"), polygon="index").at(0.5)
    assert held.geo is before or np.array_equal(held.geo, before)
    assert np.array_equal(
        tween(ag.Polygon(before, "a"), ag.Polygon(after, "a"), polygon="hold").at(0.9).geo, before
    )
    scores = {
        method: [overlap(pair, method) for pair in pairs(CASES["counts differ, random start"], 20)]
        for method in ("auto", "cvat", "arc")
    }
    assert None in scores["cvat"]  # that rule has polygons cross themselves
    assert None not in scores["auto"] + scores["arc"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12),
    st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12),
    weights,
    st.sampled_from(POLYGON_METHODS),
)
def test_any_two_polygons_give_one_that_is_as_valid_as_they_are(
    first: list[Any], second: list[Any], weight: float, method: str
) -> None:
    before, after = ag.Polygon(first, "a"), ag.Polygon(second, "a")
    made = tween(before, after, polygon=method).at(weight)

    assert np.isfinite(made.bounds).all()
    valid = [len(ring) > 2 and shapely.Polygon(ring).is_valid for ring in (first, second)]
    if all(valid) and method != "cvat":
        assert shapely.Polygon(made.geo).is_valid
    line = tween(ag.Polyline(first, "a"), ag.Polyline(second, "a"), polygon=method).at(weight)
    assert np.isfinite(line.bounds).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.floats(-80, 80), st.floats(0.4, 2.5), st.integers(0, 30), st.booleans())
def test_a_turn_is_found_whatever_the_start_and_direction(
    seed: int, degrees: float, scale: float, start: int, reverse: bool
) -> None:
    ring = next(pairs(Case(), 1, seed))[0] * [1.6, 1.0]
    turn = scale * np.array(
        [
            [math.cos(math.radians(degrees)), math.sin(math.radians(degrees))],
            [-math.sin(math.radians(degrees)), math.cos(math.radians(degrees))],
        ]
    )
    other = np.roll(ring @ turn, start, axis=0)
    before, after = pair_rings(ring, other[::-1] if reverse else other)
    found = turning_of([before], [after])

    if found is None:
        assert abs(degrees) < 12
        assert 0.6 < scale < 1.6
    else:
        assert math.isclose(math.degrees(found.turn), degrees, abs_tol=4.0)
        assert math.isclose(found.scale, scale, rel_tol=0.05)


def test_polylines_go_by_length_and_never_round() -> None:
    line = ag.Polyline([[0, 0], [10, 0]], "lane")

    assert tween(line, ag.Polyline([[0, 10], [10, 20]], "lane")).at(0.5).geo.tolist() == [[0, 5], [10, 10]]
    assert tween(line, ag.Polyline([[10, 4], [0, 4]], "lane")).at(0.5).geo.tolist() == [[0, 2], [10, 2]]
    bent = tween(line, ag.Polyline([[0, 10], [5, 10], [10, 10]], "lane")).at(0.5)
    assert bent.geo.tolist() == [[0, 5], [5, 5], [10, 5]]


def test_masks_hold_or_go_over_by_distance() -> None:
    y, x = np.mgrid[:60, :80]
    small = ag.Segmentation((x - 20) ** 2 + (y - 30) ** 2 < 100, "a")
    large = ag.Segmentation((x - 50) ** 2 + (y - 30) ** 2 < 400, "a")

    assert tween(small, large).at(0.5) is small
    half = tween(small, large, mask="sdf").at(0.5).geo
    truth = (x - 35) ** 2 + (y - 30) ** 2 < 225
    assert (half & truth).sum() / (half | truth).sum() > 0.95
    moved = ag.Segmentation(np.roll(small.geo, 21, axis=1), "a")
    assert np.array_equal(tween(small, moved, mask="sdf").at(1 / 3).geo, np.roll(small.geo, 7, axis=1))
    empty = ag.Segmentation(np.zeros((60, 80)), "a")
    assert tween(small, empty, mask="sdf").at(0.5) is small


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), weights)
def test_distances_agree_with_a_slow_sum(seed: int, weight: float) -> None:
    rng = np.random.default_rng(seed)
    first, second = (np.pad(rng.random((5, 6)) < 0.5, 1) for _ in range(2))
    if not first.any() or not second.any():
        return
    made = tween(ag.Segmentation(first, "a"), ag.Segmentation(second, "a"), mask="sdf").at(weight).geo

    way = np.rint(centre(second) - centre(first)).astype(int)
    step = np.rint(way * weight).astype(int)
    for y in range(first.shape[0]):
        for x in range(first.shape[1]):
            here = np.array([y, x]) - step
            mixed = (1 - weight) * signed(first, here) + weight * signed(second, here + way)
            if abs(mixed) > 1e-4:
                assert made[y, x] == (mixed > 0)


def centre(mask: np.ndarray) -> np.ndarray:
    return np.argwhere(mask).mean(axis=0) + 0.0


def signed(mask: np.ndarray, place: np.ndarray) -> float:
    """How far a pixel is inside, pixel by pixel; outside of the array there is nothing."""
    inside = all(0 <= v < n for v, n in zip(place, mask.shape, strict=True)) and bool(mask[tuple(place)])
    wide = np.pad(mask, 14)
    others = np.argwhere(wide != inside) - 14
    distance = float(np.hypot(*(others - place).T).min())
    return distance - 0.5 if inside else 0.5 - distance


def test_hostile_outlines_take_no_time_and_do_no_harm() -> None:
    giant = ag.Polygon([[0, 0], [1e300, 0], [0, 1e300]], "a")
    small = ag.Polygon([[0, 0], [4, 0], [4, 3], [0, 3]], "a")
    for before, after in ((giant, small), (small, giant), (giant, giant.replace(geo=-giant.geo))):
        assert np.isfinite(tween(before, after).at(0.5).bounds).all()
    same = ag.Polygon([[2, 2]] * 5, "a")
    assert np.isfinite(tween(same, small).at(0.5).bounds).all()
    assert tween(ag.Polygon([], "a"), small).at(0.5).rings == []
    angles = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    many = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 500
    made = tween(ag.Polygon(many, "a"), ag.Polygon(many[::3] + 7, "a")).at(0.5)
    assert np.isfinite(made.bounds).all()


def test_unknown_methods_are_refused() -> None:
    box = ag.Box(0, 0, 1, 1)
    with pytest.raises(InputError, match="auto, index, arc, cvat, hold"):
        tween(box, box, polygon="best")
    with pytest.raises(InputError, match="sdf"):
        tween(box, box, mask="blend")
    assert tween(box, ag.Point(1, 1, "x")).at(0.5) is box

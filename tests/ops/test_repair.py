"""Repairs: what was found is gone, the pixels stay, and nobody else's bytes move."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from annogeo import (
    AnnotationCollection,
    Box,
    Definition,
    InputError,
    Item,
    Point,
    Polygon,
    Polyline,
    Segmentation,
    repair,
    validate,
)
from annogeo.codecs.platform import dumps
from annogeo.geometry.cleaning import cleaned
from annogeo.geometry.measure import signed_area
from tests.ops.test_validate import SQUARE, document, entry, scene
from tests.strategies import definitions

SIZE = 24
OF_RINGS = {
    "self-crossing",
    "self-touching",
    "rings-crossing",
    "equal-rings",
    "shared-edge",
    "repeated-point",
    "spike",
}

wholes = st.tuples(st.integers(-2, SIZE + 2), st.integers(-2, SIZE + 2))
halves = st.tuples(st.integers(0, 2 * SIZE), st.integers(0, 2 * SIZE)).map(lambda p: (p[0] / 2, p[1] / 2))
fine = st.tuples(st.integers(0, SIZE << 20), st.integers(0, SIZE << 20)).map(
    lambda p: (p[0] / 2**20, p[1] / 2**20)
)
wild_rings = st.one_of(*[st.lists(points, min_size=3, max_size=10) for points in (wholes, halves, fine)])
floats = st.tuples(st.floats(0, SIZE, allow_subnormal=False), st.floats(0, SIZE, allow_subnormal=False))


def fixed(*shapes: Definition, **options: Any) -> tuple[list[Any], list[str]]:
    repaired, changes = repair(scene(*shapes), **options)
    return [annotation.annotation_definition for annotation in repaired], [
        change.message for change in changes
    ]


@given(st.lists(wild_rings, min_size=1, max_size=3))
@settings(max_examples=800, deadline=None)
def test_pixels_stay_and_nothing_is_left_to_repair(rings: list[list[tuple[float, float]]]) -> None:
    before = Polygon(rings, "a")
    collection = AnnotationCollection(Item("a.png", width=SIZE, height=SIZE))
    collection.add(before)

    repaired, _ = repair(collection)

    after = repaired[0].annotation_definition
    assert after.to_rle(SIZE, SIZE) == before.to_rle(SIZE, SIZE)
    assert after.area == pytest.approx(before.area, rel=1e-9, abs=1e-9)
    if after.area:
        assert not {problem.code for problem in validate(repaired)} & OF_RINGS
    again, changes = repair(repaired)
    assert changes == []
    assert again[0].annotation_definition == after


@given(st.lists(st.lists(floats, min_size=3, max_size=8), min_size=1, max_size=2))
@settings(max_examples=40, deadline=None)
def test_pixels_stay_also_where_crossings_lie_within_rounding(rings: list[list[tuple[float, float]]]) -> None:
    before = Polygon(rings, "a")
    collection = AnnotationCollection(Item("a.png", width=SIZE, height=SIZE))
    collection.add(before)

    repaired, _ = repair(collection)

    after = repaired[0].annotation_definition
    assert after.to_rle(SIZE, SIZE) == before.to_rle(SIZE, SIZE)
    assert after.area == pytest.approx(before.area, rel=1e-6, abs=1e-6)
    assert repair(repaired)[1] == []


def test_a_bow_tie_becomes_two_triangles() -> None:
    (polygon,), messages = fixed(Polygon([(0, 0), (8, 8), (8, 0), (0, 8)], "a"))

    assert messages == ["resolved a ring that crosses itself: 1 ring became 2"]
    assert sorted(map(len, polygon.rings)) == [3, 3]
    assert polygon.area == 32.0


@pytest.mark.parametrize("flip", [1, -1])
def test_winding_and_small_parts_stay(flip: int) -> None:
    ring = [(0, 0), (20, 0), (20, 20), (20.5, 20.25), (20.25, 20.5), (20, 20), (10, 30), (0, 20)][::flip]
    (polygon,), _ = fixed(Polygon(ring, "a"))

    areas = [signed_area(ring) for ring in polygon.rings]
    assert min(map(abs, areas)) < 0.2
    largest = max(areas, key=abs)
    assert (largest > 0) == (signed_area(np.array(ring, float)) > 0)


def test_rings_that_need_nothing_keep_their_points_and_order() -> None:
    sound = [(40, 0), (50, 0), (50, 10), (40, 10)][::-1]
    (polygon,), _ = fixed(Polygon([[(0, 0), (8, 8), (8, 0), (0, 8)], sound], "a"))

    assert any(np.array_equal(ring, sound) for ring in polygon.rings)


def test_holes_that_reach_out_are_cut_out_of_their_ring() -> None:
    (polygon,), messages = fixed(Polygon([SQUARE, [(8, 2), (12, 2), (12, 4), (8, 4)]], "a"))

    assert messages == ["resolved rings that cross: 2 rings became 2"]
    assert polygon.area == 100 - 4 + 4


def test_repeated_points_spikes_and_empty_rings_go() -> None:
    ring = [(0, 0), (0, 0), (9, 0), (14, 0), (9, 0), (9, 9)]
    (polygon,), messages = fixed(Polygon([ring, [(1, 1), (2, 2)]], "a"))

    assert messages == ["dropped 2 repeated points, 1 spike, 1 ring without area: 8 points became 3"]
    assert polygon.geo.tolist() == [[0, 0], [9, 0], [9, 9]]


def test_spikes_on_spikes_and_what_is_all_spike() -> None:
    ring = np.array([(0, 0), (4, 0), (9, 0), (7, 0), (12, 0), (4, 0), (4, 4)], float)

    assert cleaned(ring)[0].tolist() == [[0, 0], [4, 0], [4, 4]]
    assert len(cleaned(np.array([(0, 0), (1, 1), (3, 3), (2, 2)], float))[0]) < 3
    shapes, messages = fixed(Polygon([(0, 0), (5, 5), (7, 7)], "a"))
    assert (len(shapes), messages) == (1, [])


def test_options_do_more_and_only_when_asked() -> None:
    shapes = (
        Box(90, 0, 110, 10, "a"),
        Polygon([(90, 0), (110, 0), (110, 10), (90, 10)], "b"),
        Polyline([(90, 5), (110, 5)], "c"),
        Segmentation(np.ones((4, 5)), "d"),
        Box(90, 0, 110, 10, "a"),
        Box(3, 3, 3, 5, "e"),
        Point(-5, 2, "f"),
    )

    assert fixed(*shapes) == (list(shapes), [])
    repaired, messages = fixed(*shapes, clip=True, resize_masks=True, drop_duplicates=True, drop_empty=True)
    assert [shape.label for shape in repaired] == ["a", "b", "c", "d"]
    assert repaired[0].bounds.tolist() == [90, 0, 100, 10]
    assert repaired[1].bounds.tolist() == [90, 0, 100, 10]
    assert repaired[2].geo.tolist() == [[90, 5], [100, 5]]
    assert (repaired[3].shape, repaired[3].area) == ((50, 100), 20)
    assert len(messages) == 8


def test_codes_choose() -> None:
    shapes = (Polygon([(0, 0), (0, 0), (9, 0), (9, 9)], "a"), Polygon([(0, 0), (8, 8), (8, 0), (0, 8)], "b"))

    assert fixed(*shapes, codes=["spike"])[1] == []
    assert len(fixed(*shapes, codes=["self-crossing"])[1]) == 1
    assert len(fixed(Box(90, 0, 110, 10, "a"), codes=["partly-outside"])[1]) == 1
    with pytest.raises(InputError, match="by hand"):
        repair(scene(), codes=["unknown-label"])
    with pytest.raises(InputError, match="no check"):
        repair(scene(), codes=["nonsense"])
    with pytest.raises(InputError, match="AnnotationCollection"):
        repair([])  # type: ignore[arg-type]  # what is refused


def segment(points: list[tuple[float, float]], **keys: Any) -> dict[str, Any]:
    return entry(type="segment", coordinates=[[{"x": x, "y": y} for x, y in points]], **keys)


def test_the_rest_of_the_document_stays_byte_for_byte() -> None:
    sound = b'{"type":  "point", "label": "nose", "coordinates": {"x": 1.50, "y": 2}, "own": [1,  2]}'
    crossed = json.dumps(segment([(0, 0), (8, 8), (8, 0), (0, 8)], id="5f1", own={"key": 1})).encode()
    text = b'{"own": 1, "annotations": [' + sound + b"," + crossed + b"]}"
    collection = AnnotationCollection.from_json(text, height=50, width=100)

    repaired, (change,) = repair(collection)

    assert dumps(collection) == dumps(AnnotationCollection.from_json(text))
    written = dumps(repaired)
    assert sound in written
    new = json.loads(written)["annotations"][1]
    assert (new["own"], new["id"], len(new["coordinates"])) == ({"key": 1}, "5f1", 2)
    assert (change.annotation_id, change.json_path) == ("5f1", "$.annotations[1].coordinates")
    assert (change.before, change.after) == (1, 2)


def test_edits_made_before_are_kept_and_the_input_is_not_touched() -> None:
    collection = document(segment([(0, 0), (8, 8), (8, 0), (0, 8)]), entry())
    collection[1].label = "ear"

    repaired, _ = repair(collection)
    repaired[1].label = "eye"

    assert (collection[1].label, repaired[1].label) == ("ear", "eye")
    assert len(collection[0].annotation_definition.rings) == 1


def test_every_frame_is_repaired() -> None:
    bow_tie = [[{"x": 0, "y": 0}, {"x": 8, "y": 8}, {"x": 8, "y": 0}, {"x": 0, "y": 8}]]
    snapshot = {"frame": 4, "fixed": True, "label": "car", "data": bow_tie, "own": 1}
    system = {"frame": 0, "endFrame": 9, "snapshots_": [snapshot]}
    collection = document(segment([(0, 0), (8, 0), (8, 8)], metadata={"system": system}))

    repaired, (change,) = repair(collection)

    assert (change.frame, change.json_path) == (4, "$.annotations[0].metadata.system.snapshots_[0].data")
    written = repaired.to_json()["annotations"][0]["metadata"]["system"]["snapshots_"][0]
    assert (len(written["data"]), written["own"]) == (2, 1)


def test_swapped_corners_are_put_in_order_in_the_document() -> None:
    box = entry(type="box", coordinates=[{"x": 9, "y": 2, "z": 0}, {"x": 1, "y": 8}, 30], own=1)
    repaired, (change,) = repair(document(box))

    written = repaired.to_json()["annotations"][0]
    assert change.code == "swapped-corners"
    assert written == box | {"coordinates": [{"x": 1, "y": 2, "z": 0}, {"x": 9, "y": 8}, 30]}
    assert repair(repaired)[1] == []
    assert validate(repaired) == []


def test_hostile_rings_end() -> None:
    zigzag = [(k % 2 * 300, k) for k in range(400)] + [(k, 500 * (k % 2) - 50) for k in range(299, 0, -1)]
    giant = np.array([(0, 0), (1e300, 1e300), (1e300, 0), (0, 1e300)])

    shapes, messages = fixed(Polygon(zigzag, "a"), Polygon(giant, "b"))
    assert shapes[0].label == "a"
    assert len(messages) <= 2


@given(st.lists(definitions, max_size=5))
@settings(max_examples=50, deadline=None)
def test_anything_can_be_repaired(shapes: list[Definition]) -> None:
    collection = AnnotationCollection(Item("a.jpg", width=64, height=64))
    for shape in shapes:
        collection.add(shape)
    options = {"clip": True, "resize_masks": True, "drop_duplicates": True, "drop_empty": True}

    repaired, changes = repair(collection, **options)

    assert all(str(change) for change in changes)
    assert repair(repaired, **options)[1] == []

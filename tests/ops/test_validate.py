"""Checks: each finds what it is for, says where, and is silent on what is sound."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from annogeo import (
    AnnotationCollection,
    Box,
    Classification,
    Cube,
    Definition,
    Ellipse,
    InputError,
    Item,
    Ontology,
    Point,
    Polygon,
    Polyline,
    Pose,
    Problem,
    Segmentation,
    Subtitle,
    load,
    validate,
)
from annogeo.geometry.crossings import self_meetings
from annogeo.ops.validation import all_checks
from tests.shared import shared
from tests.strategies import definitions

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]


def scene(*shapes: Definition, **item: Any) -> AnnotationCollection:
    collection = AnnotationCollection(Item("a.jpg", **{"width": 100, "height": 50, **item}))
    for shape in shapes:
        collection.add(shape)
    return collection


def found(*shapes: Definition, **item: Any) -> list[tuple[str | None, str]]:
    return [(problem.code, problem.severity) for problem in validate(scene(*shapes, **item))]


def document(*entries: dict[str, Any], **keys: Any) -> AnnotationCollection:
    return AnnotationCollection.from_json({"annotations": list(entries), **keys}, height=50, width=100)


def entry(**keys: Any) -> dict[str, Any]:
    return {"type": "point", "label": "nose", "coordinates": {"x": 1, "y": 2}, **keys}


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Polygon([], "a"), "no-points"),
        (Polygon([(0, 0), (5, 5)], "a"), "too-few-points"),
        (Polygon([(0, 0), (5, 5), (0, 0), (5, 5)], "a"), "too-few-points"),
        (Polygon([(0, 0), (5, 5), (7, 7)], "a"), "no-area"),
        (Polygon([(0, 0), (4, 0), (4, 0), (4, 4)], "a"), "repeated-point"),
        (Polygon([(0, 0), (4, 0), (9, 0), (4, 0), (4, 4)], "a"), "spike"),
        (Polygon([(0, 0), (4, 4), (4, 0), (0, 4)], "a"), "self-crossing"),
        (Polygon([(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)], "a"), "self-touching"),
        (Polygon([SQUARE, [(8, 2), (12, 2), (12, 4), (8, 4)]], "a"), "rings-crossing"),
        (Polygon([SQUARE, SQUARE[2:] + SQUARE[:2]], "a"), "equal-rings"),
        (Polygon([SQUARE, [(10, 0), (20, 0), (20, 10), (10, 10)]], "a"), "shared-edge"),
        (Polyline([(1, 1), (1, 1)], "a"), "no-length"),
        (Polyline([], "a"), "no-length"),
        (Box(3, 3, 3, 8, "a"), "empty-box"),
        (Ellipse(5, 5, 0, 3, 0, "a"), "empty-ellipse"),
        (Ellipse(5, 5, 2, 3, 400, "a"), "odd-angle"),
        (Cube("a", *[(2, 2)] * 8), "empty-cube"),
        (Cube("a", (1, 1), (5, 5), (5, 1), (1, 5), (2, 2), (6, 2), (6, 6), (2, 6)), "crossed-face"),
        (Segmentation(np.zeros((50, 100)), "a"), "empty-mask"),
        (Segmentation(np.ones((5, 10)), "a"), "mask-size"),
        (Box(200, 0, 210, 5, "a"), "outside"),
        (Point(-3, 2, "a"), "outside"),
        (Box(90, 0, 110, 5, "a"), "partly-outside"),
        (Pose("a", ""), "no-template"),
        (Subtitle(" ", "a"), "empty-subtitle"),
    ],
)
def test_each_check_finds_its_kind_alone(shape: Definition, code: str) -> None:
    assert found(shape) == [(code, all_checks()[code].severity)]


@pytest.mark.parametrize(
    "shape",
    [
        Polygon(SQUARE, "a"),
        Polygon([SQUARE, [(2, 2), (4, 2), (4, 4), (2, 4)]], "a"),
        Polygon([SQUARE, [(0, 5), (4, 4), (4, 6)]], "a"),  # a hole may touch its outer ring at a point
        Polygon([(0, 0), (5, 0), (10, 0), (10, 10)], "a"),  # a straight angle is no spike
        Box(0, 0, 100, 50, "a"),
        Point(100, 50, "a"),
        Box(0, 0, 100.001, 50, "a"),  # rounding of whoever wrote it
        Ellipse(50, 25, 50, 25, 0, "a"),
        Segmentation(np.eye(50, 100), "a"),
        Classification("a"),
    ],
)
def test_what_is_sound_is_not_reported(shape: Definition) -> None:
    assert found(shape) == []


def test_a_crossing_is_told_to_the_point() -> None:
    ring = [(0, 0), (0, 0), (30, 30), (30, 0), (0, 30)]
    crossing = next(
        p
        for p in validate(scene(Box(0, 0, 1, 1, "b"), Polygon(ring, "a")))
        if p.ring == 0 and p.code == "self-crossing"
    )

    assert (crossing.json_path, crossing.vertex) == ("$.annotations[1].coordinates", 1)
    assert (crossing.x, crossing.y) == (15.0, 15.0)
    assert crossing.message == "ring 0 crosses itself at (15, 15), edges 1 and 3"
    assert "ring 0, vertex 1" in str(crossing)


def test_how_far_a_shape_reaches_out_is_said() -> None:
    (problem,) = validate(scene(Box(-2, 40, 104.5, 50, "a")))

    assert problem.message == "reaches 2 px beyond the left edge, 4.5 px beyond the right edge of the image"


def test_without_a_size_nothing_is_outside_and_that_is_said() -> None:
    problems = validate(AnnotationCollection.from_json([entry()]))

    assert [(problem.code, problem.severity) for problem in problems] == [("unknown-size", "info")]


def test_labels_attributes_and_templates_are_looked_up_in_the_ontology() -> None:
    ontology = Ontology(["a"], attributes=[{"key": "color"}])
    ontology.add_skeleton("t", ["head", "tail"])
    item = {"ontology": ontology}

    assert found(Box(0, 0, 1, 1, "b"), **item) == [("unknown-label", "warning")]
    assert found(Box(0, 0, 1, 1, "a", {"size": 3, "color": 1}), **item) == [("unknown-attribute", "warning")]
    assert found(Pose("a", "u"), **item) == [("unknown-template", "warning")]
    joints = [Point(1, 1, "head"), Point(2, 2, "paw")]
    problems = validate(scene(Pose("a", "t", points=joints), **item))
    assert [problem.message for problem in problems] == [
        "pose lacks points of its template: 'tail'",
        "pose has points its template lacks: 'paw'",
    ]


def test_doubles_are_found_whatever_their_attributes() -> None:
    shapes = [Polygon(SQUARE, "a"), Polygon(SQUARE, "b"), Polygon(SQUARE, "a", {"x": 1})]
    (problem,) = validate(scene(*shapes))

    assert (problem.code, problem.json_path) == ("duplicate", "$.annotations[2]")
    assert "number 0" in problem.message
    assert found(Classification("a", {"x": 1}), Classification("a", {"x": 2})) == []
    assert found(Classification("a"), Classification("a")) == [("duplicate", "warning")]


def test_ids_parents_and_object_ids() -> None:
    system = {"parentId": "none", "objectId": "seven"}
    problems = validate(
        document(entry(id="i"), entry(id="i", label="ear", metadata={"system": system})), codes=None
    )

    assert [(problem.code, problem.annotation_id) for problem in problems] == [
        ("duplicate-id", "i"),
        ("unknown-parent", "i"),
        ("object-id", "i"),
    ]
    assert problems[2].json_path == "$.annotations[1].metadata.system.objectId"


def test_frames_and_times() -> None:
    def snapshot(frame: int, x: float) -> dict[str, Any]:
        return {"frame": frame, "fixed": True, "label": "nose", "data": {"x": x, "y": 2}}

    frames = [snapshot(4, 5), snapshot(4, 6), snapshot(30, 500)]
    system = {"frame": 2, "endFrame": 20, "startTime": 3, "endTime": 1, "snapshots_": frames}
    ffmpeg = {"width": 100, "height": 50, "nb_read_frames": "25"}
    metadata = {"system": {"mimetype": "video/mp4", "ffmpeg": ffmpeg}}
    problems = validate(document(entry(metadata={"system": system}), filename="/a.mp4", metadata=metadata))

    assert {problem.code: problem.frame for problem in problems} == {
        "time-range": 2,
        "late-frame": 30,
        "beyond-video": 2,
        "duplicate-frame": 2,
        "outside": 30,
    }
    outside = next(problem for problem in problems if problem.code == "outside")
    assert outside.json_path == "$.annotations[0].metadata.system.snapshots_[2].data"
    backwards = {"system": {"frame": 9, "endFrame": 3}}
    assert "frame-range" in [problem.code for problem in validate(document(entry(metadata=backwards)))]


def test_what_could_not_be_read_is_listed_with_a_code() -> None:
    text = b'{"annotations": [{"type": "point", "label": "a", "coordinates": {"x": NaN, "y": 1}}, 7,'
    text += b'{"type": "binary", "label": "m", "coordinates": "data:image/png;base64,AAAA"}]}'
    problems = validate(AnnotationCollection.from_json(text, height=5, width=5))

    assert [problem.code for problem in problems] == ["unreadable", "unreadable", "damaged-mask"]
    assert all(problem.severity == "error" for problem in problems)


def test_swapped_corners_are_told_from_the_document() -> None:
    box = entry(type="box", coordinates=[{"x": 9, "y": 2}, {"x": 1, "y": 8}])

    assert [(problem.code, problem.severity) for problem in validate(document(box))] == [
        ("swapped-corners", "info")
    ]


def test_codes_choose_and_unknown_ones_are_refused() -> None:
    shapes = scene(Box(3, 3, 3, 8, "a"), Box(200, 0, 210, 5, "a"))

    assert [problem.code for problem in validate(shapes, codes=["outside"])] == ["outside"]
    with pytest.raises(InputError, match="self-crosing"):
        validate(shapes, codes=["self-crosing"])
    with pytest.raises(InputError, match="list of codes"):
        validate(shapes, codes="outside")
    with pytest.raises(InputError, match="int"):
        validate(3)


def test_a_definition_checks_itself() -> None:
    (problem,) = Polygon([(0, 0), (4, 4), (4, 0), (0, 4)], "a").validate()

    assert (problem.code, problem.ring, problem.x, problem.json_path) == ("self-crossing", 0, 2.0, None)


def test_many_crossings_end_in_one_finding() -> None:
    zigzag = [(k % 2 * 300, k) for k in range(400)] + [(k, 500 * (k % 2) - 50) for k in range(299, 0, -1)]
    (problem,) = validate(Polygon(zigzag, "a"))

    assert problem.code == "self-crossing"
    assert "or more" in problem.message


def test_giants_and_far_shapes_are_checked_too() -> None:
    giant = np.array([(0, 0), (1e300, 1e300), (1e300, 0), (0, 1e300)])

    assert [problem.code for problem in Polygon(giant, "a").validate()] == ["self-crossing"]
    assert Polygon(np.array(SQUARE) + 1e12, "a").validate() == []


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9))
@settings(max_examples=150, deadline=None)
def test_a_ring_is_sound_for_us_where_it_is_valid_for_shapely(ring: list[tuple[int, int]]) -> None:
    problems = validate(Polygon(ring, "a"))

    assert not (shapely.Polygon(ring).is_valid and shapely.Polygon(ring).area) or {
        p.code for p in problems
    } <= {"repeated-point"}
    if not problems:
        assert shapely.Polygon(ring).is_valid


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=8, unique=True))
@settings(max_examples=100, deadline=None)
def test_crossings_are_those_of_every_pair_of_edges(ring: list[tuple[int, int]]) -> None:
    edges = [(ring[k], ring[(k + 1) % len(ring)]) for k in range(len(ring))]
    expected = sum(_cross(*edges[a], *edges[b]) for a in range(len(edges)) for b in range(a + 2, len(edges)))

    assert self_meetings(np.array(ring, float)).counts["cross"] == expected


def _cross(a: Any, b: Any, c: Any, d: Any) -> bool:
    def side(p: Any, q: Any, r: Any) -> float:
        return (
            math.copysign(1, s) if (s := (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])) else 0
        )

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@given(st.lists(definitions, max_size=6))
@settings(max_examples=60, deadline=None)
def test_anything_can_be_checked(shapes: list[Definition]) -> None:
    collection = AnnotationCollection(Item("a.jpg", width=64, height=64))
    for shape in shapes:
        collection.add(shape)

    problems = validate(collection)

    assert all(isinstance(problem, Problem) and problem.code and str(problem) for problem in problems)
    json.dumps([problem.message for problem in problems])


@pytest.mark.shared
@pytest.mark.parametrize("name", ["docs_fruit", "docs_hamster", "docs_sheep_class", "converters_yolo"])
def test_real_datasets_give_no_false_alarm(name: str) -> None:
    dataset = load(shared(f"data/dataloop/{name}"))

    assert [problem for sample in dataset for problem in validate(sample.annotations)] == []

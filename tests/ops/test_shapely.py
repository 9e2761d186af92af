"""To shapely and back: nothing is lost, one by one and in bulk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from annogeo import (
    AnnotationCollection,
    Box,
    Classification,
    DrawList,
    InputError,
    Op,
    Point,
    Polygon,
    Polyline,
    Problem,
    UnsupportedError,
    from_shapely,
    to_shapely,
)
from tests.strategies import polygons

HOLED = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(2, 2), (4, 2), (4, 4)]])
TWO = shapely.MultiPolygon([HOLED, shapely.box(20, 0, 24, 4)])


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (HOLED, Polygon),
        (TWO, Polygon),
        (shapely.LineString([(0, 0), (3, 4)]), Polyline),
        (shapely.MultiLineString([[(0, 0), (3, 4)], [(1, 1), (2, 2)]]), Polyline),
        (shapely.Point(1, 2), Point),
        (shapely.Polygon(), Polygon),
        (shapely.LineString(), Polyline),
    ],
)
def test_one_geometry_comes_back(geometry: Any, kind: type) -> None:
    made = from_shapely(geometry, "a", {"x": 1}, "words")

    assert type(made) is kind
    assert (made.label, made.attributes, made.description) == ("a", {"x": 1}, "words")
    assert made.to_shapely().normalize() == geometry.normalize()


def test_collections_give_lists() -> None:
    mixed = shapely.GeometryCollection([HOLED, shapely.MultiPoint([(1, 2), (3, 4)]), shapely.Point()])

    assert [type(one) for one in from_shapely(mixed, "a")] == [Polygon, Point, Point]
    assert from_shapely(shapely.GeometryCollection(), "a") == []
    assert from_shapely(shapely.Point(), "a") == []


def test_a_dropped_z_is_told() -> None:
    problems: list[Problem] = []
    made = from_shapely(shapely.Polygon([(0, 0, 5), (4, 0, 5), (4, 4, 5)]), "a", problems=problems)

    assert made.geo.tolist() == [[0, 0], [4, 0], [4, 4]]
    assert [problem.code for problem in problems] == ["dropped-z"]


@pytest.mark.parametrize("given", [None, 3, "POINT (1 2)", [(0, 0), (1, 1)]])
def test_what_is_no_geometry_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match="expected a shapely geometry"):
        from_shapely(given, "a")


def test_a_collection_gives_one_geometry_each() -> None:
    collection = AnnotationCollection()
    bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)], "a")
    for shape in (
        Polygon([(0, 0), (4, 0), (4, 4)], "a"),
        bow_tie,
        from_shapely(TWO, "b"),
        Box(0, 0, 1, 1, "c"),
    ):
        collection.add(shape)
    collection.add(Classification("d"))

    found = to_shapely(collection)

    assert [None if one is None else one.area for one in found] == [8.0, 2.0, TWO.area, 1.0, None]
    assert all(one.is_valid for one in found[:4])


@given(st.lists(polygons, max_size=5))
@settings(max_examples=60, deadline=None)
def test_bulk_gives_what_one_by_one_gives(shapes: list[Polygon]) -> None:
    found = to_shapely(shapes)

    for shape, one in zip(shapes, found, strict=True):
        assert shapely.equals_exact(one, shape.to_shapely())


def test_draw_lists_go_both_ways() -> None:
    geometries = np.array([HOLED, None, TWO, shapely.Polygon(), shapely.box(0, 0, 1, 1)], object)

    made = DrawList.from_shapely(geometries)
    back = to_shapely(made)

    assert len(made) == 5
    assert [shape.area for shape in back] == [HOLED.area, 0, TWO.area, 0, 1]
    assert len(DrawList.from_shapely([])) == 0
    assert to_shapely(DrawList.from_shapely([])).size == 0
    with pytest.raises(InputError, match=r"geometries\[1\].*Point"):
        DrawList.from_shapely([HOLED, shapely.Point(1, 2)])


def test_strokes_have_no_shapely_form() -> None:
    collection = AnnotationCollection()
    collection.add(Polyline([(0, 0), (3, 4)], "a"))
    strokes = DrawList.from_collection(collection)
    assert strokes.op[0] == Op.LINE

    with pytest.raises(UnsupportedError, match="LINE"):
        to_shapely(strokes)

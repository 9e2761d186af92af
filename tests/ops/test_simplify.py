"""Simplified shapes: fewer points, near enough, and borders that stay shared."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from annogeo import AnnotationCollection, Box, InputError, Polygon, Polyline, UnsupportedError, simplify


def collection_of(*shapes: object) -> AnnotationCollection:
    collection = AnnotationCollection()
    for shape in shapes:
        collection.add(shape)  # type: ignore[arg-type]  # definitions all
    return collection


def tiles(seed: int, count: int = 3) -> list[Polygon]:
    """A grid of polygons with wavy borders that they share point for point."""
    rng = np.random.default_rng(seed)
    steps = 6
    size = count * steps
    grid = np.stack(np.meshgrid(np.arange(size + 1.0), np.arange(size + 1.0)), axis=-1) * 5
    grid += rng.uniform(-1, 1, grid.shape)
    made = []
    for row in range(0, size, steps):
        for col in range(0, size, steps):
            top = [(row, col + k) for k in range(steps)]
            right = [(row + k, col + steps) for k in range(steps)]
            bottom = [(row + steps, col + steps - k) for k in range(steps)]
            left = [(row + steps - k, col) for k in range(steps)]
            made.append(Polygon(np.array([grid[at] for at in top + right + bottom + left]), f"{row},{col}"))
    return made


@given(st.integers(0, 1000), st.floats(0.5, 8))
@settings(max_examples=30, deadline=None)
def test_neighbours_leave_no_gap_and_no_overlap(seed: int, tolerance: float) -> None:
    before = tiles(seed)

    after = [annotation.annotation_definition for annotation in simplify(collection_of(*before), tolerance)]

    shapes = [shape.to_shapely() for shape in after]
    assert shapely.coverage_is_valid(shapes)
    union = shapely.union_all(shapes)
    assert union.geom_type == "Polygon"
    assert not union.interiors
    assert sum(shape.area for shape in shapes) == pytest.approx(union.area, rel=1e-12)
    assert sum(len(shape.geo) for shape in after) <= sum(len(shape.geo) for shape in before)


def test_the_input_stays_and_other_types_go_along() -> None:
    ring = [(0, 0), (5, 0.1), (10, 0), (10, 10), (0, 10)]
    before = collection_of(
        Polygon(ring, "a"), Polyline([(0, 0), (5, 0.1), (10, 0)], "b"), Box(0, 0, 1, 1, "c")
    )

    after = simplify(before, 0.5)

    assert [len(before[k].geo) for k in range(2)] == [5, 3]
    assert [len(after[k].geo) for k in range(2)] == [4, 2]
    assert after[2].annotation_definition == before[2].annotation_definition


@given(st.integers(0, 1000), st.floats(0, 6))
@settings(max_examples=30, deadline=None)
def test_alone_the_distance_is_kept_and_rings_stay_simple(seed: int, tolerance: float) -> None:
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radii = rng.uniform(20, 30, 40)
    outer = np.stack([50 + radii * np.cos(angles), 50 + radii * np.sin(angles)], axis=1)
    hole = np.stack([50 + 8 * np.cos(angles), 50 + 8 * np.sin(angles)], axis=1)
    before = Polygon([outer, hole], "a")

    after = simplify(collection_of(before), tolerance, shared_borders=False)[0].annotation_definition

    shape = after.to_shapely()
    assert after.validate() == []
    assert len(shape.interiors) == 1
    assert (
        shapely.distance(shapely.points(np.concatenate([outer, hole])), shape.boundary).max()
        <= tolerance + 1e-9
    )


def test_borders_that_do_not_fit_are_simplified_alone() -> None:
    left = Polygon([(0, 0), (5, 0.1), (10, 0), (10, 10), (0, 10)], "a")
    overlapping = Polygon([(9, 0), (20, 0), (20, 10), (9, 10)], "b")

    after = simplify(collection_of(left, overlapping), 1)

    assert len(after[0].geo) == 4


def test_bad_tolerances_and_old_libraries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for tolerance in (-1, float("nan"), "2"):
        with pytest.raises(InputError, match="tolerance"):
            simplify(collection_of(), tolerance)  # type: ignore[arg-type]  # what is refused
    monkeypatch.setattr(shapely, "geos_version", (3, 11, 0))
    with pytest.raises(UnsupportedError, match="shared_borders=False"):
        simplify(collection_of(*tiles(0)), 1)
    assert len(simplify(collection_of(*tiles(0)), 1, shared_borders=False)) == 9

"""Random and nasty shapes for the rasterizer's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from annogeo.draw import DrawList, DrawListBuilder

HEIGHT, WIDTH = 16, 21
NEAR_CENTER = (0.0, 1e-12, -1e-12, 2.0**-45, -(2.0**-45), 2.0**-30)
COORDINATES: dict[str, st.SearchStrategy[float]] = {
    "integer": st.integers(-6, 27).map(float),
    "half": st.integers(-12, 54).map(lambda n: n / 2),
    "quarter": st.integers(-24, 108).map(lambda n: n / 4),
    "third": st.integers(-18, 81).map(lambda n: n / 3),
    "float": st.floats(-6, 27),
    "fixed": st.floats(-6, 27).map(lambda v: round(v * 2**32) / 2**32),
    "near a centre": st.builds(lambda n, d: n + 0.5 + d, st.integers(-4, 24), st.sampled_from(NEAR_CENTER)),
    "far": st.floats(-(2.0**24), 2.0**24),
    "absurd": st.floats(-1e300, 1e300),
}
FINE = ("integer", "half", "quarter", "third", "fixed", "near a centre")
"""For slanted strokes and ellipses, which take what only a number like 1e-40 tells apart for a tie."""


@st.composite
def points(draw: Any, kinds: tuple[str, ...] = tuple(COORDINATES), least: int = 3, most: int = 7) -> Any:
    """Points (n, 2) of one kind of coordinates."""
    coordinate = COORDINATES[draw(st.sampled_from(kinds))]
    n = draw(st.integers(least, most))
    return np.array(draw(st.lists(st.tuples(coordinate, coordinate), min_size=n, max_size=n)), np.float64)


def polygons(shapes: list[list[Any]]) -> DrawList:
    """One item per shape, each a list of rings."""
    builder = DrawListBuilder()
    for rings in shapes:
        builder.begin_item()
        builder.fill([np.asarray(ring, np.float64).reshape(-1, 2) for ring in rings])
    return builder.build()


def one(add: Callable[[DrawListBuilder], None]) -> DrawList:
    """One item."""
    builder = DrawListBuilder()
    builder.begin_item()
    add(builder)
    return builder.build()


def nasty_polygons() -> Iterator[tuple[str, list[Any]]]:
    """Shapes that rasterizers get wrong, by name."""
    yield "a box on pixel corners", [[(2, 3), (9, 3), (9, 8), (2, 8)]]
    yield "a box on pixel centres", [[(2.5, 3.5), (9.5, 3.5), (9.5, 8.5), (2.5, 8.5)]]
    yield "a bow tie", [[(1, 1), (12, 9), (12, 1), (1, 9)]]
    yield "a hole", [[(1, 1), (15, 1), (15, 12), (1, 12)], [(4, 4), (10, 4), (10, 9), (4, 9)]]
    yield "the same ring twice", [[(1, 1), (9, 2), (5, 9)]] * 2
    yield "no area", [[(1, 1), (9, 5), (1, 1)]]
    yield "two points", [[(1, 1), (9, 5)]]
    yield "one point", [[(3, 3)]]
    yield "no points", [[]]
    yield "no rings", []
    yield "a sliver between two columns", [[(3.6, 0), (3.9, 0), (3.9, 16), (3.6, 16)]]
    yield "a spike through a centre", [[(0, 4.5), (20, 4.5), (0, 4.6)]]
    yield "edges that straddle a centre by one bit", [[(3.5, 0.5), (np.nextafter(3.5, 4), 12.5), (9, 12)]]
    yield "a nearly level edge on a row of centres", [[(0, 5.5), (21, np.nextafter(5.5, 6)), (10, 12)]]
    yield "wider than a word", [[(-300, -200), (300, -190), (5, 200)]]
    yield "all of the fixed-point range", [[(-262143.4, -262142.3), (262142.7, -262143.1), (7.5, 11.5)]]
    yield "just beyond it", [[(-262144.5, -262144.25), (262144.7, -262143.1), (7.5, 11.5)]]
    yield "beyond the fixed-point range", [[(-3e7, -2e7), (3e7, -1e7), (7.5, 11.5)]]
    yield "absurdly far", [[(-1e300, -1e300), (1e300, -1e299), (7.3, 11.4)]]
    yield "absurdly small", [[(5e-324, 0), (9, 1e-310), (4, 9)]]
    yield "repeated points", [[(2, 2), (2, 2), (11, 3), (11, 3), (6, 12), (6, 12)]]
    yield "off the canvas", [[(-9, -9), (-2, -9), (-2, -2)]]

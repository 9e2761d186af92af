"""hypothesis strategies for every definition, the degenerate ones included, for any test to draw from."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from annogeo.definitions import (
    Box,
    Classification,
    Comparison,
    Cube,
    Cube3d,
    Definition,
    Description,
    Ellipse,
    FreeText,
    Gis,
    Message,
    Note,
    Point,
    Polygon,
    Polyline,
    Pose,
    RefImage,
    Subtitle,
    Text,
    UndefinedAnnotationType,
)

SIZE = 64.0

labels = st.sampled_from(["car", "person", "sign.stop", "çé日本🙂", ""])
descriptions = st.none() | st.text(max_size=8)
identifiers = st.text("abcdef0123456789", min_size=1, max_size=8)

json_scalars = (
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-1e6, 1e6) | st.text(max_size=6)
)
json_values = st.recursive(
    json_scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
attributes = st.none() | st.dictionaries(st.text(max_size=6), json_values, max_size=3)

# Whole and half pixels are where rules decide; far-out values are where arithmetic does.
coordinates = (
    st.integers(-8, 72).map(float)
    | st.integers(-16, 144).map(lambda halves: halves / 2)
    | st.floats(-SIZE, 2 * SIZE, allow_subnormal=False)
    | st.sampled_from([-0.0, 1e6, -1e6, 1e-9])
)
angles = st.none() | st.sampled_from([0.0, 45.0, 90.0, -90.0, 180.0, 360.0, 720.0]) | st.floats(-400, 400)
radii = st.sampled_from([0.0, 0.5, 1.0, 6.0]) | st.floats(0, SIZE)
pairs = st.tuples(coordinates, coordinates)
vectors = st.tuples(coordinates, coordinates, coordinates)


def rings(min_points: int = 0, max_points: int = 8) -> st.SearchStrategy[Any]:
    """Point lists of any kind: few points, repeated ones, crossing edges."""
    return st.lists(pairs, min_size=min_points, max_size=max_points)


def arrays_of_points(min_points: int = 0, max_points: int = 8) -> st.SearchStrategy[Any]:
    """The same as float64 arrays."""
    return rings(min_points, max_points).map(lambda points: np.array(points, dtype=float).reshape(-1, 2))


boxes = st.builds(
    Box, coordinates, coordinates, coordinates, coordinates, labels, attributes, descriptions, angles
)
ellipses = st.builds(
    Ellipse, coordinates, coordinates, radii, radii, angles, labels, attributes, descriptions
)
points = st.builds(Point, coordinates, coordinates, labels, attributes, descriptions)
polygons = st.builds(
    Polygon, rings() | st.lists(arrays_of_points(), max_size=4), labels, attributes, descriptions
)
polylines = st.builds(
    Polyline, rings() | st.lists(arrays_of_points(), max_size=3), labels, attributes, descriptions
)
cubes = st.builds(Cube, labels, *[pairs] * 8, angle=angles, attributes=attributes, description=descriptions)
poses = st.builds(
    Pose, labels, identifiers, identifiers, attributes, st.lists(points, max_size=4), descriptions
)
messages = st.builds(
    Message, st.none() | identifiers, st.none() | identifiers, st.integers(0, 2**42), st.text(max_size=8)
)
notes = st.builds(
    Note,
    coordinates,
    coordinates,
    coordinates,
    coordinates,
    labels,
    attributes,
    st.lists(messages, max_size=3),
    st.sampled_from(["issue", "open", "review"]),
    st.none() | identifiers,
    st.none() | st.integers(0, 2**42),
    st.none() | identifiers,
    descriptions,
)
texts = st.builds(
    Text,
    st.sampled_from(["paragraph", "block"]),
    st.integers(0, 100),
    st.integers(0, 100),
    labels,
    st.none() | coordinates,
    st.none() | coordinates,
    attributes,
    descriptions,
)
others = st.one_of(
    st.builds(Classification, labels, attributes, descriptions),
    st.builds(Comparison, json_values, labels, attributes, descriptions),
    st.builds(Cube3d, labels, vectors, vectors, vectors, attributes, descriptions),
    st.builds(Description, st.text(max_size=12), descriptions),
    st.builds(FreeText, st.text(max_size=12), labels, attributes, descriptions),
    st.builds(
        Gis,
        st.sampled_from(["box", "point"]),
        st.lists(json_values, max_size=3),
        labels,
        attributes,
        descriptions,
    ),
    st.builds(RefImage, identifiers, st.none() | st.just("url"), st.none(), labels, attributes, descriptions),
    st.builds(Subtitle, st.text(max_size=12), labels, attributes, descriptions),
    st.builds(UndefinedAnnotationType, st.just("undefined"), labels, json_values, attributes, descriptions),
)

drawable: st.SearchStrategy[Definition] = st.one_of(
    boxes, ellipses, points, polygons, polylines, cubes, poses, notes
)
definitions: st.SearchStrategy[Definition] = st.one_of(drawable, texts, others)

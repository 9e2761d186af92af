"""One plain instance of every definition, by JSON type, for the generic tests."""

from __future__ import annotations

import numpy as np

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
    Segmentation,
    Subtitle,
    Text,
    UndefinedAnnotationType,
)

A = {"colour": "red", "parts": [1, {"n": None}]}
SQUARE = np.array([[2.0, 2.0], [20.0, 2.0], [20.0, 20.0], [2.0, 20.0]])

EXAMPLES: dict[str, Definition] = {
    "box": Box(10, 5, 40.5, 30, "car", A, "a car", angle=30),
    "segment": Polygon([SQUARE, SQUARE / 4 + 5], "car", A, "with a hole"),
    "polyline": Polyline([[5.5, 40.5], [20.5, 30.5], [60, 44]], "lane", A),
    "point": Point(40.5, 10.5, "nose", A),
    "ellipse": Ellipse(42, 26, 16, 7, 35, "wheel", A),
    "cube": Cube.from_boxes_and_angle(8, 14, 32, 40, 18, 4, 42, 30, "crate", 15.5, A),
    "pose": Pose("person", "template", "instance", A, [Point(3, 4, "nose"), Point(9, 8, "ear")]),
    "binary": Segmentation(np.eye(6, 8, dtype=bool), "car", A, color=(255, 128, 0)),
    "class": Classification("sunny", A),
    "note": Note(10, 10, 40, 30, "issue", A, [Message("1", "ann", 17, "too wide")], creator="ann"),
    "subtitle": Subtitle("hello", "Text", A),
    "item_description": Description("a quiet street"),
    "text_mark": Text("paragraph", 3, 9, "name", 4, 5, A),
    "text": FreeText("an answer", "free-text", A),
    "ref_image": RefImage("https://example.org/y.png", None, "image/png", attributes=A),
    "comparison": Comparison([{"key": "a", "rank": 1}], "quality", A),
    "gis": Gis("box", [[[34.1, 32.1], [34.2, 32.0]]], "port", A),
    "cube_3d": Cube3d("car", (1, 2, 3), (4, 5, 6), (0.1, 0.2, 0.3), A),
    "undefined": UndefinedAnnotationType("undefined", "road", {"any": [1, 2.5]}, A),
}

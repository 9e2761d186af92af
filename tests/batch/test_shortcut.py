"""The short cut for label maps gives the pixels of the long way, or leaves the document to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from annogeo.batch import shortcut
from annogeo.draw import Pen
from annogeo.files.documents import read_bytes, read_labels, read_plain
from annogeo.model import AnnotationCollection, Item
from annogeo.rendering import render
from tests.cli.datasets import box
from tests.shared import shared_files

SIZE = (48, 64)
IDS = {"car": 1, "bus": 2, "$default": 9}


def by_shortcut(
    data: bytes, ids: dict[str, int], pen: Pen, out: np.ndarray, rule: str = "center"
) -> np.ndarray | None:
    plain = read_plain(data)
    return None if plain is None else shortcut.label_map(plain[1], ids, pen, out, rule)


def both(
    data: bytes, ids: dict[str, int], size: tuple[int, int], thickness: float, rule: str
) -> tuple[np.ndarray | None, np.ndarray]:
    short = by_shortcut(data, ids, Pen.from_thickness(thickness), np.full(size, 77, np.uint8), rule)
    item = Item("a.png", height=size[0], width=size[1], mimetype="image/png")
    collection = AnnotationCollection.from_json(data, item=item)
    long = render(
        collection, "instance", ids=ids, thickness=thickness, rule=rule, height=size[0], width=size[1]
    )
    return short, long["instance"]


def document(*annotations: object) -> bytes:
    return json.dumps({"annotations": annotations}).encode()


@pytest.mark.parametrize("thickness", [-1, 2])
@pytest.mark.parametrize("rule", ["center", "opencv"])
def test_plain_shapes_have_the_same_pixels(thickness: float, rule: str) -> None:
    shape = {
        "type": "segment",
        "label": "bus",
        "coordinates": [[{"x": 1, "y": 2}, {"x": 40, "y": 9.5}, {"x": 20, "y": 40}]],
    }
    circle = {
        "type": "ellipse",
        "label": "car",
        "coordinates": {"center": {"x": 9, "y": 8}, "rx": 4, "ry": 7, "angle": 30},
    }
    data = document(shape, box("car", 3, 3, 30, 20), circle, {"type": "class", "label": "bus"})

    short, long = both(data, IDS, SIZE, thickness, rule)

    assert short is not None
    assert np.array_equal(short, long)


@pytest.mark.parametrize("rule", ["center", "opencv"])
def test_odd_polygons_have_the_same_pixels(rule: str) -> None:
    def polygon(*rings: object) -> dict[str, object]:
        return {"type": "segment", "label": "bus", "coordinates": [*rings]}

    corner = {"x": 1, "y": 2}
    triangle = [corner, {"x": 40.5, "y": 9, "z": 3}, {"x": 20, "y": 40}]
    hole = [{"x": 18, "y": 12}, {"x": 24, "y": 14}, {"x": 20, "y": 20}]
    shapes = [polygon(triangle, hole), polygon([*triangle, corner, corner]), polygon(), polygon([])]
    shapes += [polygon([corner]), polygon(hole[:2]), polygon([corner] * 5), polygon(*triangle)]
    for number in range(1, len(shapes) + 1):
        short, long = both(document(*shapes[:number]), IDS, SIZE, -1, rule)

        assert short is not None
        assert np.array_equal(short, long)


@pytest.mark.parametrize(
    "annotation",
    [
        {"type": "box", "label": "unlisted", "coordinates": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]},
        {"type": "box", "label": "car", "coordinates": [{"x": 1, "y": 1}]},
        {"type": "box", "label": "car"},
        {"type": "box", "label": None, "coordinates": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]},
        {"type": "box", "coordinates": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]},
        {"type": "pose", "label": "car", "coordinates": {"templateId": "t", "instanceId": "i"}},
        {"type": "never seen", "label": "car", "coordinates": 3},
        {"type": "box", "label": "car", "coordinates": [{"x": float("nan"), "y": 1}, {"x": 2, "y": 2}]},
        7,
    ],
)
def test_what_is_not_plain_takes_the_long_way(annotation: object) -> None:
    data = document(box("car", 0, 0, 9, 9), annotation)

    assert by_shortcut(data, IDS, Pen(), np.zeros(SIZE, np.uint8)) is None


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"annotations": 3}', b"\xff"])
def test_what_is_no_document_takes_the_long_way(data: bytes) -> None:
    assert by_shortcut(data, IDS, Pen(), np.zeros(SIZE, np.uint8)) is None


def test_an_empty_document_is_background() -> None:
    short = by_shortcut(document(), IDS, Pen(), np.zeros(SIZE, np.uint8))

    assert short is not None
    assert (short == 9).all()


REAL = [
    *shared_files("data/dataloop/docs_fruit/json/train/*.json")[::3],
    *shared_files("data/dataloop/docs_hamster/*.json"),
    *shared_files("data/dataloop/converters_yolo/dataloop/json/*[0-9].json")[::2],
    *shared_files("data/dataloop/converters_yolo/dataloop/json/cat.json"),
    *shared_files("data/dataloop/dtlpy_tests_2019/annotations_new.json"),
]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_documents_have_the_same_pixels(path: Path) -> None:
    data = read_bytes(path)
    ids = {label: i for i, label in enumerate(sorted(set(read_labels(data))), 1)}

    for size in ((408, 612), (480, 481), (768, 1536)):
        short, long = both(data, ids, size, -1, "center")

        assert short is None or np.array_equal(short, long)

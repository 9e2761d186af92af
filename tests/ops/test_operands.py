"""What a side of a comparison may be, and what it says when it is something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annogeo import Annotation, AnnotationCollection, Box, InputError, Point, Rle, Segmentation
from annogeo.ops.operands import annotation_id, as_edges, as_shape, as_shapes

BOX = Box(1, 2, 3, 4, "car")
MASK = np.array([[0, 1, 1], [0, 0, 1]], bool)
RLE = Rle.from_mask(MASK)


def annotation(definition: Any, id: str | None = None) -> Annotation:
    return Annotation(id=id, annotation_definition=definition)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ((), []),
        (np.zeros((0, 4)), []),
        (np.zeros(0), []),
        (np.zeros((0, 5, 5), bool), []),
        (AnnotationCollection(), []),
        (BOX, [BOX]),
        (annotation(BOX), [BOX]),
        (RLE, [RLE]),
        (RLE.to_coco(), [RLE]),
        (MASK, [RLE]),
        (MASK.astype(np.int64), [RLE]),
        (MASK[None].astype(np.uint8), [RLE]),
        ([MASK, MASK.tolist()], [RLE, RLE]),
        ([Segmentation(MASK, "car"), BOX], [RLE, BOX]),
        (
            AnnotationCollection(annotations=[annotation(BOX), annotation(Segmentation(MASK, "a"))]),
            [BOX, RLE],
        ),
        ((shape for shape in (BOX, RLE)), [BOX, RLE]),
        ([[3, 4, 1, 2.0]], [Box(1, 2, 3, 4)]),
        (np.array([[3, 4, 1, 2]], np.int32), [Box(1, 2, 3, 4)]),
        (np.ones((2, 4), bool), [Rle.from_mask(np.ones((2, 4)))]),
        (np.ones((2, 4), np.uint8), [Rle.from_mask(np.ones((2, 4)))]),
        ([np.ones((2, 4))], [Rle.from_mask(np.ones((2, 4)))]),
    ],
)
def test_every_kind_of_side_becomes_a_list_of_shapes(given: Any, expected: list[Any]) -> None:
    assert as_shapes(given, "A") == expected


def test_a_video_annotation_is_what_it_is_at_its_current_frame() -> None:
    scene = AnnotationCollection()
    scene.add(Box(0, 0, 2, 2, "car"), object_id=1, frame_num=0)
    scene.add(Box(10, 0, 12, 2, "car"), object_id=1, frame_num=10)
    scene[0].set_frame(10)

    assert as_shapes(scene, "A") == [Box(10, 0, 12, 2, "car")]


def test_one_shape_alone_reads_any_table_of_numbers_as_a_mask() -> None:
    assert as_shape(np.array([[0, 1, 1, 0]]), "a") == Rle((1, 4), [1, 3])
    assert as_shape((0, 0, 4, 3), "a") == Box(0, 0, 4, 3)


def test_edges_are_ordered_and_only_of_boxes() -> None:
    assert as_edges(np.array([[5, 1, 2, 7]]), "A").tolist() == [[2, 1, 5, 7]]  # type: ignore[union-attr]
    assert as_edges(np.ones((3, 4), bool), "A") is None
    assert as_edges([[0, 0, 1, 1]], "A") is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "A: expected a collection"),
        ("car", "A: expected a collection"),
        (5, "A: expected a collection"),
        ([BOX, None], r"A\[1\]: expected a definition"),
        ([BOX, "car"], r"A\[1\]: expected a definition"),
        ([[1, 2, 3]], r"A\[0\]: .*shape \(3,\)"),
        ([[[1, 2], [3]]], r"A\[0\]: .*ragged"),
        (np.zeros((2, 2, 2, 2)), r"A\[0\]: .*shape \(2, 2, 2, 2\)"),
        (np.array([[0, 0, 1, 1], [0, np.nan, 1, 1]]), r"A\[1, 1\]: expected a finite number"),
        ([[0, 0, np.inf, 1]], r"A\[0\]: right: expected a finite number"),
        ([{"size": [2, 2], "counts": "zz"}], r"A\[0\]\.counts: "),
        ([np.full((2, 2), np.nan)], r"A\[0\]: mask\[0, 0\]: expected a finite number"),
    ],
)
def test_errors_name_the_place(given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        as_shapes(given, "A")


def test_errors_name_the_annotation() -> None:
    broken = {"id": "abc", "type": "binary", "label": "x", "coordinates": "data:image/png;base64,AAAA"}
    scene = AnnotationCollection.from_json([broken])

    with pytest.raises(InputError, match=r"A\[0\], annotation abc: expected a PNG") as caught:
        as_shapes(scene, "A")

    assert caught.value.annotation_id == "abc"


def test_annotation_id_is_that_of_the_item_at_an_index() -> None:
    nose = annotation(Point(1, 2, "nose"), "p1")
    assert annotation_id([BOX, nose], 1) == "p1"
    assert annotation_id(nose, 0) == "p1"
    assert annotation_id([BOX], 0) is None
    assert annotation_id(np.zeros((2, 4)), 1) is None

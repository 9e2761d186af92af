"""The verbs of a definition reach what they delegate to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from annogeo.definitions import Box, Definition, Ellipse, Point, Polygon
from annogeo.errors import InputError
from tests import strategies
from tests.definitions.examples import EXAMPLES

every_example = pytest.mark.parametrize("definition", EXAMPLES.values(), ids=EXAMPLES.keys())


@every_example
def test_mask_and_runs_agree(definition: Definition) -> None:
    mask = definition.to_mask(48, 64)

    assert (mask.shape, mask.dtype) == ((48, 64), np.bool_)
    np.testing.assert_array_equal(definition.to_rle(48, 64).to_mask(), mask)


@every_example
def test_show_gives_a_mask_view_of_the_size_asked_for(definition: Definition) -> None:
    shown = definition.show(height=48, width=64, color=(9, 8, 7))

    assert (shown.shape, shown.dtype) == ((48, 64, 4), np.uint8)
    assert shown.any() == definition.to_mask(48, 64).any()


@pytest.mark.parametrize("kind", ["box", "segment", "note", "ellipse", "cube"])
def test_a_filled_shape_and_its_polygon_paint_the_same(kind: str) -> None:
    definition = EXAMPLES[kind]

    different = definition.to_mask(48, 64) ^ definition.to_polygon().to_mask(48, 64)

    assert np.count_nonzero(different) <= (2 if kind == "ellipse" else 0)  # its polygon is inscribed


@given(strategies.boxes)
@settings(max_examples=50, deadline=None)
def test_a_box_and_its_polygon_paint_the_same(box: Box) -> None:
    np.testing.assert_array_equal(box.to_mask(32, 40), box.to_polygon().to_mask(32, 40))


MASK = np.zeros((8, 12), dtype=bool)
MASK[1:5, 1:6] = True
MASK[2, 3] = False
MASK[6, 8:11] = True


def test_boxes_come_from_the_parts_of_a_mask() -> None:
    boxes = Box.from_segmentation(MASK, "car", {"a": 1})

    assert [box.xyxy.tolist() for box in boxes] == [[1, 1, 6, 5], [8, 6, 11, 7]]
    assert all((box.label, box.attributes) == ("car", {"a": 1}) for box in boxes)


def test_one_polygon_comes_from_the_largest_part() -> None:
    polygon = Polygon.from_segmentation(MASK, "car", epsilon=0)

    assert isinstance(polygon, Polygon)
    assert polygon.area == 19


def test_all_polygons_come_as_a_list() -> None:
    polygons = Polygon.from_segmentation(MASK, "car", epsilon=0, max_instances=None)

    assert isinstance(polygons, list)
    assert [polygon.area for polygon in polygons] == [19, 3]


def test_an_empty_mask_makes_no_polygon() -> None:
    with pytest.raises(InputError):
        Polygon.from_segmentation(np.zeros((4, 4), dtype=bool), "car")


def test_drawing_a_definition_leaves_the_image_alone() -> None:
    image = np.zeros((20, 20, 3), dtype=np.uint8)

    Ellipse(10, 10, 5, 5, 0, "e").show(image, 2, color=(255, 0, 0), annotation_format="img_mask")
    Point(5, 5, "p").show(image, color=(255, 0, 0))

    assert not image.any()

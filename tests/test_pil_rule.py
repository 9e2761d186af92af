"""Rule `pil` is what Pillow's ImageDraw.polygon makes of a ring, pixel for pixel (most of that: test_ring_rules.py)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from tests.ring_owners import needs_pillow
from tests.ring_shapes import mask, rectangle, star


def test_a_box_is_painted_up_to_and_with_its_corners() -> None:
    assert mask([rectangle(2, 1, 7, 5)], 8, 9, "pil").sum() == 6 * 5


def test_a_single_point_paints_nothing() -> None:
    assert not mask([[(3, 3)]], 8, 9, "pil").any()


@needs_pillow
def test_a_shape_is_drawn_as_people_draw_it_with_pillow() -> None:
    outer, hole, other = star(1, 30, 25, 24), star(2, 30, 25, 9), star(3, 66, 25, 11)
    image = Image.new("1", (80, 50))
    draw = ImageDraw.Draw(image)
    for ring, value in ((outer, 1), (hole, 0), (other, 1)):
        draw.polygon([tuple(point) for point in ring.tolist()], fill=value, outline=value)

    got = mask([outer, other, hole], 50, 80, "pil")

    np.testing.assert_array_equal(got, np.asarray(image))

"""Rule `coco` is what pycocotools makes of a ring, pixel for pixel (see test_ring_rules.py for most of that)."""

from __future__ import annotations

import numpy as np

from tests.ring_owners import OWNERS, decoded_by_pycocotools, encoded_by_pycocotools, needs_pycocotools
from tests.ring_shapes import assert_same, mask, masks, one_ring_each, rectangle, star


@needs_pycocotools
def test_flat_rings_on_a_wide_canvas_equal_pycocotools() -> None:
    rings = [star(seed, 1500, 4, 1600, n=9) for seed in range(20)]

    got = masks(one_ring_each(rings), 9, 3000, "coco")

    assert_same(got, OWNERS["coco"](rings, 9, 3000), rings)


def test_a_box_on_pixel_corners_is_its_pixels() -> None:
    assert mask([rectangle(2, 1, 7, 5)], 8, 9, "coco").sum() == 5 * 4


@needs_pycocotools
def test_parts_are_united_as_pycocotools_merges_them() -> None:
    from pycocotools import _mask

    for seed in range(40):
        rng = np.random.default_rng(seed)
        # side by side, and so that rounding makes some paint the same pixel
        rings = [
            np.array(rectangle(x, y, x + 7, y + 7)) @ _turned(9 * seed)
            + (30, 10)
            + rng.uniform(0, 0.02, (4, 2))
            for x in (0, 7, 14)
            for y in (0, 7)
        ]
        merged = _mask.merge(encoded_by_pycocotools(rings, 48, 64))

        got = mask(rings, 48, 64, "coco")

        np.testing.assert_array_equal(got, decoded_by_pycocotools([merged])[0])


def _turned(degrees: float) -> np.ndarray:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, sin], [-sin, cos]])

"""What labels say, where they go, and that they can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annogeo.rendering.labels import Label, caption, draw_labels, place, text_size


def _page(height: int = 60, width: int = 120, channels: int = 3, dtype: Any = np.uint8) -> Any:
    return np.zeros((height, width, channels), dtype)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        (None, "car"),
        ({}, "car"),
        ({"colour": "red"}, "car (colour: red)"),
        ({"parked": True, "lit": False, "owner": None}, "car (parked)"),
        ({"doors": [2, 4]}, "car (doors: 2/4)"),
        (["old", "form"], "car (old, form)"),
    ],
)
def test_a18_attribute_values_are_said(attributes: Any, said: str) -> None:
    assert caption("car", attributes) == said


def test_long_captions_are_cut() -> None:
    said = caption("x" * 500, None)

    assert len(said) == 60
    assert said.endswith("…")


def test_a18_text_size_follows_the_picture() -> None:
    assert text_size(48, 64) < text_size(480, 640) < text_size(1080, 1920)


def test_label_stands_above_its_shape() -> None:
    assert place([(10, 20, 30, 40)], [(15, 8)], 100, 100) == [(10, 12)]


def test_label_of_a_shape_at_the_top_stands_inside_it() -> None:
    assert place([(10, 3, 30, 40)], [(15, 8)], 100, 100) == [(10, 3)]


def test_labels_keep_off_one_another_while_there_is_room() -> None:
    edges = [(10.0, 20.0, 30.0, 40.0)] * 4
    sizes = [(15, 8)] * 4

    corners = place(edges, sizes, 100, 100)

    assert len(set(corners)) == 4


@pytest.mark.parametrize(
    "edges", [(-50, -50, 5, 5), (95, 95, 300, 300), (0, 99, 10, 120), (-9, 3, 400, 500), None]
)
def test_labels_stay_inside_the_picture(edges: Any) -> None:
    [(x, y)] = place([edges], [(15, 8)], 100, 100)

    assert 0 <= x <= 85
    assert 0 <= y <= 92


def test_label_has_the_annotations_colour_and_ink_that_reads_on_it() -> None:
    bright, dark = _page(), _page()

    draw_labels(bright, [Label("car", (10, 20, 50, 50), (255, 255, 0))], size_px=14)
    draw_labels(dark, [Label("car", (10, 20, 50, 50), (0, 0, 160))], size_px=14)

    assert (bright == (255, 255, 0)).all(axis=2).sum() > 100
    assert (bright[bright.any(axis=2)].min(axis=0) < 60).all()
    assert (dark == (0, 0, 160)).all(axis=2).sum() > 100
    assert (dark.max(axis=(0, 1)) > 200).all()


def test_a18_labels_are_opaque_in_rgba() -> None:
    page = _page(channels=4)

    draw_labels(page, [Label("car", (10, 20, 50, 50), (255, 0, 0))], size_px=14)

    drawn = page[..., :3].any(axis=2)
    assert drawn.any()
    assert (page[drawn, 3] == 255).all()
    assert (page[~drawn] == 0).all()


def test_labels_on_16_bit_pictures_use_the_whole_range() -> None:
    page = _page(dtype=np.uint16)

    draw_labels(page, [Label("car", (10, 20, 50, 50), (255, 0, 0))], size_px=14)

    assert page.max() == 65535


def test_label_wider_than_the_picture_is_written_smaller() -> None:
    page = _page(48, 64)

    draw_labels(page, [Label("a wide label", (0, 20, 30, 40), (255, 0, 0))], size_px=14)

    assert np.ptp(np.flatnonzero(page.any(axis=(1, 2)))) < 12


def test_label_of_a_shape_outside_is_left_out() -> None:
    page = _page()

    draw_labels(page, [Label("car", (-50, -50, -10, -10), (255, 0, 0))], size_px=14)

    assert not page.any()


def test_same_labels_give_the_same_pixels() -> None:
    labels = [Label(f"label {k}", (k * 3, k * 2, k * 3 + 20, k * 2 + 20), (255, k, 0)) for k in range(20)]
    first, second = _page(), _page()

    draw_labels(first, labels, size_px=10)
    draw_labels(second, labels, size_px=10)

    np.testing.assert_array_equal(first, second)

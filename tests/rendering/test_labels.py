"""What labels say, where they go, and that they can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annogeo.rendering.labels import Label, caption, draw_labels, place, text_size


def _page(height: int = 60, width: int = 120, channels: int = 3, dtype: Any = np.uint8) -> Any:
    return np.zeros((height, width, channels), dtype)


def _label(*edges: float, is_joint: bool = False) -> Label:
    return Label("x", edges or None, (255, 0, 0), is_joint)  # type: ignore[arg-type]


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
    assert place([_label(10, 20, 30, 40)], [(15, 8)], 100, 100) == [(10, 12)]


def test_label_of_a_shape_at_the_top_stands_inside_it() -> None:
    assert place([_label(10, 3, 30, 40)], [(15, 8)], 100, 100) == [(10, 3)]


def test_labels_keep_off_one_another_while_there_is_room() -> None:
    corners = place([_label(10, 20, 30, 40)] * 6, [(15, 8)] * 6, 100, 100)

    assert len(set(corners)) == 6


def test_label_without_a_free_place_covers_as_little_as_it_can() -> None:
    first, second = place([_label(0, 0, 20, 11)] * 2, [(20, 8)] * 2, 11, 20)

    assert (first, second) == ((0, 0), (0, 3))


def test_joints_with_room_are_named() -> None:
    joints = [_label(20, 20, 20, 20, is_joint=True), _label(60, 60, 60, 60, is_joint=True)]

    assert None not in place(joints, [(15, 8)] * 2, 100, 100)


def test_joints_side_by_side_are_not_named() -> None:
    joints = [_label(20, 20, 20, 20, is_joint=True), _label(26, 20, 26, 20, is_joint=True)]

    assert place(joints, [(15, 8)] * 2, 100, 100) == [None, None]


def test_joints_are_not_named_on_top_of_other_labels() -> None:
    labels = [_label(0, 0, 40, 20), _label(10, 10, 10, 10, is_joint=True)]

    assert place(labels, [(40, 20), (15, 8)], 20, 40) == [(0, 0), None]


def test_labels_of_shapes_come_before_those_of_joints() -> None:
    page, expected = _page(), _page()
    car = Label("car", (10, 20, 50, 50), (255, 0, 0))

    draw_labels(page, [Label("nose", (10, 20, 10, 20), (0, 0, 255), True), car], size_px=14)
    draw_labels(expected, [car], size_px=14)

    red = (expected == (255, 0, 0)).all(axis=2)
    np.testing.assert_array_equal(page[red], expected[red])


def test_gigantic_text_is_as_high_as_the_picture_at_most() -> None:
    page = _page(60, 120)

    draw_labels(page, [Label("x", (0, 0, 60, 60), (255, 0, 0))], size_px=10**9)

    assert page.any()


@pytest.mark.parametrize(
    "edges", [(-50, -50, 5, 5), (95, 95, 300, 300), (0, 99, 10, 120), (-9, 3, 400, 500), None]
)
def test_labels_stay_inside_the_picture(edges: Any) -> None:
    [corner] = place([Label("x", edges, (255, 0, 0))], [(15, 8)], 100, 100)
    assert corner is not None
    x, y = corner

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


@pytest.mark.parametrize("edges", [(-50, -50, -10, -10), (-50, 5, 0, 9), (120, 5, 130, 9), (5, 60, 9, 70)])
def test_label_of_a_shape_outside_is_left_out(edges: Any) -> None:
    page = _page()

    draw_labels(page, [Label("car", edges, (255, 0, 0))], size_px=14)

    assert not page.any()


def test_same_labels_give_the_same_pixels() -> None:
    labels = [Label(f"label {k}", (k * 3, k * 2, k * 3 + 20, k * 2 + 20), (255, k, 0)) for k in range(20)]
    first, second = _page(), _page()

    draw_labels(first, labels, size_px=10)
    draw_labels(second, labels, size_px=10)

    np.testing.assert_array_equal(first, second)

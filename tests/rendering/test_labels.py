"""What labels say, and that they can be read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from annogeo import Box, Classification, Style
from annogeo.errors import AnnogeoWarning
from annogeo.rendering import render
from annogeo.rendering.labels import writing
from annogeo.rendering.labels.caption import Label, caption
from annogeo.rendering.labels.placement import Line
from annogeo.rendering.labels.plates import contrast, draw_line
from annogeo.rendering.labels.writing import draw_labels, text_size

RED = (255, 0, 0)
NO_CHARACTER = "\U0010fffd"


def _page(height: int = 60, width: int = 120, channels: int = 3, dtype: Any = np.uint8) -> Any:
    return np.zeros((height, width, channels), dtype)


@pytest.fixture
def nothing_told() -> Iterator[None]:
    told = set(writing._told)
    writing._told.clear()
    yield
    writing._told.update(told)


# --- what they say ----------------------------------------------------------------------------------------------


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


def test_attributes_are_shown_on_request_only() -> None:
    box = Box(20, 60, 380, 180, "car", {"colour": "red"})

    def view(box: Box, **style: Any) -> Any:
        return render([box], "mask", height=200, width=400, with_text=True, style=Style(**style))["mask"]

    bare = view(Box(20, 60, 380, 180, "car"))
    assert np.array_equal(view(box), bare)
    assert not np.array_equal(view(box, show_attributes=True), bare)


def test_long_captions_are_cut() -> None:
    said = caption("x" * 10_000, None)

    assert len(said) == 60
    assert said.endswith("…")


def test_a18_text_size_follows_the_picture() -> None:
    sizes = [text_size(*size) for size in ((32, 32), (480, 640), (1080, 1920), (2160, 3840), (4320, 7680))]

    assert sizes == sorted(set(sizes))
    assert sizes[0] >= 7


# --- reading them -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "color", [RED, (255, 255, 0), (0, 0, 160), (128, 128, 128), (0, 160, 0), (200, 90, 200)]
)
def test_label_has_the_annotations_colour_and_the_ink_that_reads_best_on_it(color: Any) -> None:
    page = _page()

    draw_labels(page, [Label("car", (10, 20, 50, 50), color)], size_px=14)

    drawn = page[page.any(axis=2)]
    assert (drawn == color).all(axis=1).sum() > 100
    ink = max(((0, 0, 0), (255, 255, 255)), key=lambda ink: contrast(color, ink))
    assert contrast(color, ink) >= 4.5  # WCAG AA
    assert np.abs(drawn.astype(int) - ink).sum(axis=1).min() < 100


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a18_labels_are_opaque_in_rgba(dtype: Any) -> None:
    page = _page(channels=4, dtype=dtype)
    crowd = [Label("car", (10, 20, 50, 50), RED), Label("cart", (55, 30, 60, 35), RED)] * 3

    draw_labels(page, crowd, size_px=14)

    drawn = page[..., :3].any(axis=2)
    assert drawn.any()
    assert set(np.unique(page[..., 3])) == {0, np.iinfo(dtype).max}
    assert (page[drawn, 3] == np.iinfo(dtype).max).all()


def test_labels_on_16_bit_pictures_use_the_whole_range() -> None:
    page = _page(dtype=np.uint16)

    draw_labels(page, [Label("car", (10, 20, 50, 50), RED)], size_px=14)

    assert page.max() == 65535


def test_labels_look_the_same_in_8_and_16_bits() -> None:
    narrow, wide = _page() + np.uint8(90), _page(dtype=np.uint16) + np.uint16(90 * 257)
    labels = [Label(f"car {k}", (40, 30, 44, 34), (200, 40, 90)) for k in range(4)]

    draw_labels(narrow, labels, size_px=10)
    draw_labels(wide, labels, size_px=10)

    assert np.abs(wide / 257 - narrow).max() <= 1


def test_label_wider_than_the_picture_is_written_smaller() -> None:
    page = _page(48, 64)

    draw_labels(page, [Label("a wide label", (0, 20, 30, 40), RED)], size_px=14)

    assert np.ptp(np.flatnonzero(page.any(axis=(1, 2)))) < 12


def test_label_much_wider_than_the_picture_is_cut_short() -> None:
    page = _page(32, 32)

    draw_labels(page, [Label("a very wide label, longer than that", (0, 20, 30, 32), RED)], size_px=14)

    assert page.any()


def test_gigantic_text_is_as_high_as_the_picture_at_most() -> None:
    page = _page(60, 120)

    draw_labels(page, [Label("x", (0, 0, 60, 60), RED)], size_px=10**9)

    assert page.any()


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 3), (8, 8), (32, 32), (60, 1000), (400, 20)])
def test_any_size_of_picture_will_do(size: tuple[int, int]) -> None:
    page = _page(*size)

    draw_labels(
        page, [Label("car", (0, 0, *size[::-1]), RED), Label("day", None, RED)], size_px=text_size(*size)
    )


@pytest.mark.parametrize("edges", [(-50, -50, -10, -10), (-50, 5, 0, 9), (120, 5, 130, 9), (5, 60, 9, 70)])
def test_label_of_a_shape_outside_is_left_out(edges: Any) -> None:
    page = _page()

    draw_labels(page, [Label("car", edges, RED)], size_px=14)

    assert not page.any()


def test_edges_beyond_all_numbers_are_no_trouble() -> None:
    page = _page()

    draw_labels(page, [Label("car", (-1e300, -1e300, 1e300, 1e300), RED)], size_px=14)

    assert page.any()


def test_same_labels_give_the_same_pixels() -> None:
    labels = [Label(f"label {k}", (k * 3, k * 2, k * 3 + 20, k * 2 + 20), (255, k, 0)) for k in range(20)]
    first, second = _page(), _page()

    draw_labels(first, labels, size_px=10)
    draw_labels(second, labels, size_px=10)

    np.testing.assert_array_equal(first, second)


def test_labels_of_shapes_come_before_those_of_joints() -> None:
    page, expected = _page(), _page()
    car = Label("car", (10, 20, 50, 50), RED)

    draw_labels(page, [Label("nose", (20, 26, 20, 26), (0, 0, 255), True), car], size_px=14)
    draw_labels(expected, [car], size_px=14)

    red = (expected == RED).all(axis=2)
    np.testing.assert_array_equal(page[red], expected[red])


def test_picture_says_how_many_labels_have_no_room() -> None:
    crowd = [Label("a label", (10, 10, 50, 50), RED)] * 40
    page = _page(60, 120)

    draw_labels(page, crowd, size_px=12)

    grey = (page == 32).all(axis=2)
    assert grey.any()


@pytest.mark.parametrize("n", [1, 7, 12, 100])
def test_the_note_fits_into_the_smallest_picture_or_is_left_out(n: int) -> None:
    for width in range(4, 26):
        page = _page(9, width)

        draw_labels(
            page, [Label("mm", (0, 0, width, 9), RED), *[Label("a", (1, 1, 8, 8), RED)] * n], size_px=7
        )


def test_picture_with_room_for_all_says_nothing() -> None:
    page = _page(200, 400)

    draw_labels(page, [Label("a label", (10, 30, 90, 90), RED)] * 4, size_px=12)

    assert not (page == 32).all(axis=2).any()


def test_reserved_room_stays_free() -> None:
    page = _page(200, 400)
    labels = [Label("a label", (10 * k, 30, 10 * k + 9, 40), RED) for k in range(30)]

    draw_labels(page, labels, size_px=12, reserved=[(100, 0, 300, 200)])

    assert not page[:, 140:260].reshape(-1, 3)[:, 0].all()
    assert not (page[:60, 150:250] == RED).all(axis=2).sum() > 400


# --- leader lines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, 128, 255])
def test_lines_are_seen_on_any_picture(value: int) -> None:
    page = np.full((60, 60, 3), value, np.uint8)

    draw_line(page, Line(10, 10, 50, 40), 2.0, (value, value, value))

    assert np.abs(page.astype(int) - value).max() > 120


def test_lines_at_the_border_stay_on_the_picture() -> None:
    page = _page(30, 30)

    draw_line(page, Line(0, 0, 29, 29), 3.0, RED)
    draw_line(page, Line(29, 0, 0, 0), 3.0, RED)

    assert page.any()


# --- letters nobody has -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_told")
def test_a_missing_character_is_told_once_in_a_process() -> None:
    scene = [Classification(f"day {NO_CHARACTER}")]

    with warnings.catch_warnings(record=True, action="always") as caught:
        for _ in range(3):
            render(scene, "mask", height=99, width=99, with_text=True)

    assert [warning.category for warning in caught] == [AnnogeoWarning]
    assert "no font on this machine can draw U+10FFFD: written as '?'" in str(caught[0].message)


@pytest.mark.usefixtures("nothing_told")
def test_only_new_missing_characters_are_told() -> None:
    with warnings.catch_warnings(record=True, action="always") as caught:
        for missing in ({"a"}, {"a", "b"}, {"b"}, set()):
            writing.tell(missing)

    assert [str(warning.message).split(":")[0][-1] for warning in caught] == ["a", "b"]


@pytest.mark.usefixtures("nothing_told")
def test_a_machine_without_raqm_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "can_shape", lambda: False)

    with pytest.warns(AnnogeoWarning, match="raqm"):
        writing.tell({"س"})

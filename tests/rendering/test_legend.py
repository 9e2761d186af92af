"""The legend: what it lists, where it stands, and that it fits any picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annogeo.definitions import Box, Classification, Point, Segmentation
from annogeo.draw import Spans, Style
from annogeo.model import AnnotationCollection, Item, Ontology
from annogeo.rendering import render
from annogeo.rendering.legend import (
    LARGEST_SHARE,
    MOST_ROWS,
    SMALL_PICTURE_SHARE,
    Entry,
    Panel,
    entries_of,
    plan,
)
from annogeo.rendering.subject import SceneItem
from annogeo.rendering.text import Typesetter

LEGEND = Style(legend=True)
H, W = 200, 300


def _spans(*boxes: tuple[int, int, int, int]) -> Spans:
    rows = [
        (k, y, left, right) for k, (left, top, right, bottom) in enumerate(boxes) for y in range(top, bottom)
    ]
    return Spans(*np.array(rows, np.int32).reshape(-1, 4).T)


def _plan(
    entries: list[Entry], size: tuple[int, int] = (H, W), text: float = 12, spans: Any = None
) -> Panel | None:
    return plan(entries, size, text, _spans() if spans is None else spans, Typesetter())


def _entries(n: int) -> list[Entry]:
    return [Entry((k, 0, 0), f"label {k}") for k in range(n)]


def _texts(*shapes: Any, color_by: str = "label", ids: dict[str, int] | None = None) -> list[str]:
    items = [SceneItem(shape, shape.label, None, True) for shape in shapes]
    colors = np.full((len(items), 4), 9, np.uint8)
    return [entry.text for entry in entries_of(items, colors, color_by, ids or {})]


# --- what it lists -----------------------------------------------------------------------------------------------


def test_labels_are_listed_once_in_the_order_of_their_ids() -> None:
    shapes = [Box(0, 0, 1, 1, label) for label in ("car", "ant", "bus", "car")]

    assert _texts(*shapes) == ["ant", "bus", "car"]
    assert _texts(*shapes, ids={"car": 1, "bus": 2}) == ["car", "bus", "ant"]


def test_values_of_an_attribute_are_listed_under_its_name() -> None:
    shapes = [Box(0, 0, 1, 1, "car", {"lane": lane}) for lane in (10, 2, 2.0, "2", None)]

    assert _texts(*shapes, Box(0, 0, 1, 1, "bus"), color_by="lane") == ["lane", "2", "10", "bus", "car"]


def test_only_what_shows_is_listed() -> None:
    shapes = [Box(5, 5, 30, 30, "car"), Box(900, 900, 950, 950, "far"), Classification("day")]

    with_far = render(shapes, "mask", height=H, width=W, style=LEGEND)["mask"]
    without = render(shapes[:1], "mask", height=H, width=W, style=LEGEND)["mask"]

    assert (with_far == without).all()


def test_joints_are_not_listed() -> None:
    collection = AnnotationCollection(item=Item(height=H, width=W))
    collection.add(Point(100, 100, "knee"))
    collection[0].parent_id = "pose"

    plain, with_legend = (render(collection, "mask", style=Style(legend=on))["mask"] for on in (False, True))

    assert (plain == with_legend).all()


def test_it_shows_the_colours_that_are_drawn() -> None:
    collection = AnnotationCollection(
        item=Item(height=H, width=W, ontology=Ontology(color_map={"car": (1, 250, 3)}))
    )
    collection.add(Box(5, 5, 30, 30, "car"))

    mask = render(collection, "mask", style=LEGEND)["mask"]

    assert (mask[:50, 200:, :3] == (1, 250, 3)).all(axis=2).sum() > 30


# --- where it stands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "corner"),
    [
        ([], ("right", "top")),
        ([(200, 0, 300, 60)], ("right", "bottom")),
        ([(200, 0, 300, 200)], ("left", "bottom")),
        ([(200, 0, 300, 200), (0, 90, 200, 200)], ("left", "top")),
        ([(0, 0, 300, 200), (200, 0, 300, 60)], ("right", "bottom")),
    ],
    ids=["empty", "top right", "right", "all but one", "full, one twice"],
)
def test_the_corner_that_hides_least(taken: list[tuple[int, int, int, int]], corner: tuple[str, str]) -> None:
    panel = _plan(_entries(3), spans=_spans(*taken))

    assert panel is not None
    assert corner == ("left" if panel.left < W / 3 else "right", "top" if panel.top < H / 3 else "bottom")


def test_labels_keep_off_it() -> None:
    shapes = [Box(150, 24, 151, 25, "a long label in the corner")]
    with_label, without = (
        render(shapes, "mask", height=H, width=W, with_text=on, style=LEGEND)["mask"] for on in (True, False)
    )
    panel = without[..., 3] > 0
    panel[24, 150] = False

    assert panel.sum() > 500
    assert (with_label[panel] == without[panel]).all()
    assert (with_label != without).any()


@pytest.mark.parametrize("size", [(64, 64), (48, 1000), (1000, 48), (480, 640), (2160, 3840)])
@pytest.mark.parametrize("n", [1, 3, 40])
def test_it_fits_the_picture(size: tuple[int, int], n: int) -> None:
    height, width = size
    panel = _plan(_entries(n), size, text=max(8, 0.021 * (height * width) ** 0.5))
    if panel is None:
        return

    assert 0 <= panel.left <= panel.left + panel.width <= width
    assert 0 <= panel.top <= panel.top + panel.height <= height
    assert panel.height <= SMALL_PICTURE_SHARE * height + 1
    assert panel.width <= SMALL_PICTURE_SHARE * width + 1
    assert len(panel.rows) <= MOST_ROWS


def test_thumbnails_have_one_too() -> None:
    panel = _plan(_entries(3), (64, 64), text=8)

    assert panel is not None
    assert len(panel.rows) >= 2


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (6, 500), (500, 6)])
def test_where_there_is_no_room_there_is_none(size: tuple[int, int]) -> None:
    height, width = size

    assert _plan(_entries(3), size) is None
    image = np.zeros((height, width, 3), np.uint8)
    shown = render([Box(0, 0, 500, 500, "a")], "overlay", image=image, style=LEGEND)["overlay"]
    assert (shown == shown[0, 0]).all()


def test_what_does_not_fit_is_counted() -> None:
    panel = _plan(_entries(60))

    assert panel is not None
    texts = [entry.text for entry, _ in panel.rows]
    assert texts[-1] == f"+{60 - len(texts) + 1} more"
    assert texts[0] == "label 0"


def test_text_shrinks_before_rows_are_left_out() -> None:
    few, many = _plan(_entries(3), text=16), _plan(_entries(30), text=16)

    assert few is not None
    assert many is not None
    assert few.size_px == 16 > many.size_px


def test_long_names_are_cut() -> None:
    panel = _plan([Entry((1, 2, 3), "a name that never ends " * 20)])

    assert panel is not None
    assert panel.width <= LARGEST_SHARE * W


def test_nothing_to_say() -> None:
    assert _plan([]) is None
    assert _plan([Entry(None, "lane")]) is None


# --- what it is drawn on -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_pictures_of_every_kind(dtype: Any, channels: int) -> None:
    full = np.iinfo(dtype).max
    image = np.full((H, W, channels), full, dtype)

    plain, shown = (
        render([Box(5, 5, 30, 30, "car")], "overlay", image=image, style=Style(legend=on))["overlay"]
        for on in (False, True)
    )

    changed = (plain != shown).any(axis=2)
    assert 300 < changed.sum() < 0.1 * H * W
    assert shown[changed][:, :3].mean() < 0.6 * full
    if channels == 4:
        assert (shown[..., 3] == full).all()


def test_id_maps_have_none() -> None:
    shapes = [Box(5, 5, 30, 30, "car"), Segmentation(np.eye(H, W, dtype=bool), "line")]
    names = ("instance", "object_id")

    plain, styled = (render(shapes, names, height=H, width=W, style=Style(legend=on)) for on in (False, True))

    for name in names:
        np.testing.assert_array_equal(plain[name], styled[name])

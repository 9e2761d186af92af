"""What items are coloured by, and which colour that gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from annogeo.definitions import Box
from annogeo.draw import Style
from annogeo.model import AnnotationCollection, Item, Ontology
from annogeo.model.palette import label_color, object_color
from annogeo.rendering import render
from annogeo.rendering.coloring import item_colors, value_of
from annogeo.rendering.subject import SceneItem

OWN = ((255, 0, 0), (0, 255, 0), (0, 0, 255))


def _item(attributes: Any = None, label: str = "car") -> SceneItem:
    return SceneItem(Box(0, 0, 9, 9, label, attributes), label, None, True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("left", "left"),
        (3, "3"),
        (3.0, "3"),
        ("3", "3"),
        (2.5, "2.5"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ("", ""),
        ([1, "b", True], "1, b, true"),
        ({"b": 1, "a": None}, "a: None, b: 1"),
        (float("inf"), "inf"),
        (1e300, str(10**300 + int(1e300) - 10**300)),
        (None, None),
    ],
)
def test_values_of_attributes(value: Any, text: str | None) -> None:
    assert value_of(_item({"side": value}), "side") == text


@pytest.mark.parametrize("attributes", [None, {}, {"other": 1}, {"side": None}, [], ["other"]])
def test_missing_values_leave_the_label(attributes: Any) -> None:
    item = _item()._replace(definition=_Old(attributes))  # type: ignore[arg-type]

    assert value_of(item, "side") is None
    assert item_colors([item], {}, color_by="side")[0, :3].tolist() == list(label_color("car"))


class _Old:
    """A definition with attributes as old documents have them."""

    label = "car"

    def __init__(self, attributes: Any) -> None:
        self.attributes = attributes


def test_names_in_a_list_of_attributes_are_true() -> None:
    item = _item()._replace(definition=_Old(["occluded", "cut"]))  # type: ignore[arg-type]

    assert value_of(item, "occluded") == "true" == value_of(_item({"occluded": True}), "occluded")


def test_equal_values_have_one_colour_in_any_collection() -> None:
    items = [_item({"n": 1}), _item({"n": 2}, "bus"), _item({"n": 1.0}, "van")]

    colors = item_colors(items, {"car": "red"}, color_by="n")

    assert (colors[0] == colors[2]).all()
    assert (colors[0] != colors[1]).any()
    assert (item_colors(items[2:], {}, color_by="n")[0] == colors[0]).all()


@pytest.mark.parametrize(
    ("object_id", "color"),
    [
        ("3", object_color(3)),
        ("x1", label_color("x1")),
        ("-3", label_color("-3")),
        (None, label_color("car")),
    ],
)
def test_colours_of_objects(object_id: str | None, color: tuple[int, ...]) -> None:
    annotation: Any = SimpleNamespace(object_id=object_id)
    item = SceneItem(Box(0, 0, 9, 9, "car"), "car", annotation, True)

    assert item_colors([item], {}, color_by="object")[0, :3].tolist() == list(color)


def test_a_palette_gives_labels_with_ids_their_own_colours() -> None:
    items = [_item(label=label) for label in ("a", "b", "c", "d")]

    colors = item_colors(items, {}, palette=OWN, ids={"a": 1, "b": 2, "c": 3, "d": 4})

    assert colors[:, :3].tolist() == [list(OWN[k]) for k in (0, 1, 2, 0)]


def test_a_palette_gives_labels_without_ids_stable_ones() -> None:
    alone = item_colors([_item(label="c")], {}, palette=OWN)
    among = item_colors([_item(label=label) for label in "abc"], {}, palette=OWN)

    assert (alone[0] == among[2]).all()
    assert tuple(alone[0, :3].tolist()) in OWN


def test_a_palette_comes_after_colours_that_were_given() -> None:
    ontology = Ontology(color_map={"car": (9, 9, 9)}, instance_map={"car": 1, "bus": 2})
    collection = AnnotationCollection(item=Item(height=10, width=20, ontology=ontology))
    collection.add([Box(0, 0, 9, 9, "car"), Box(10, 0, 20, 9, "bus")])

    shown = render(collection, "mask", style=Style(palette=OWN))["mask"]

    assert shown[4, 4, :3].tolist() == [9, 9, 9]
    assert shown[4, 14].tolist() == [*OWN[1], 255]


def test_a_palettes_own_opacity_counts() -> None:
    shown = render(
        [Box(0, 0, 9, 9, "car")],
        "mask",
        height=10,
        width=10,
        alpha=0.5,
        style=Style(palette=((1, 2, 3, 128),)),
    )

    assert shown["mask"][4, 4].tolist() == [1, 2, 3, 64]


def test_label_colours_do_not_depend_on_other_labels() -> None:
    labels = [f"label {k}" for k in range(40)]
    together = item_colors([_item(label=label) for label in labels], {})

    assert all(
        (item_colors([_item(label=x)], {})[0] == y).all() for x, y in zip(labels, together, strict=True)
    )
    assert len(np.unique(together, axis=0)) == 40

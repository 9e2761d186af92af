"""`Style` and `Pen`: what they hold, and what they refuse."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annogeo.draw import Pen, Style
from annogeo.errors import InputError

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("antialias", [None, 1, "no"]),
        ("line_width", [0, -1, NAN, INF, "2", True]),
        ("fill_opacity", [-0.1, 1.1, NAN, "1", True]),
        ("outline_opacity", [-0.1, 1.1, NAN, [1]]),
        (
            "dash",
            [(), 6, "6,4", (6, 0), (0, 0), (-1, 4), (NAN,), (INF, 1), ("6", 4), (True, 1), {6: 4}, [1] * 99],
        ),
        ("color_by", [None, "", 3]),
        (
            "palette",
            [(), "red", {"red"}, {"red": 1}, 7, ["red", "no colour"], [None], [(1, 2)], [(1, 2, 300)]],
        ),
        ("text_size", [0, -3, NAN, "9"]),
        ("font", [3, b"font.ttf"]),
        ("show_attributes", [None, 1]),
        ("legend", ["yes", 0]),
    ],
)
def test_what_means_nothing_is_refused_by_name(field: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(InputError, match=rf"^{field}\b"):
            Style(**{field: value})


def test_an_entry_of_a_palette_or_a_dash_is_named() -> None:
    with pytest.raises(InputError, match=r"palette\[1\]: expected a colour, got 'gren'"):
        Style(palette=["red", "gren"])  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"dash\[2\]"):
        Style(dash=(4, 2, 0))


@pytest.mark.parametrize(
    "style",
    [
        Style(),
        Style(dash=[6, 4]),  # type: ignore[arg-type]
        Style(dash=np.array([6, 4])),  # type: ignore[arg-type]
        Style(palette=np.array([[255, 0, 0], [0, 0, 255]])),  # type: ignore[arg-type]
        Style(palette=["#f00", (0, 0, 255), "rgba(1, 2, 3, .5)"]),  # type: ignore[arg-type]
        Style(line_width=np.float32(2), fill_opacity=0, outline_opacity=1, legend=True),
    ],
)
def test_styles_are_values(style: Style) -> None:
    assert pickle.loads(pickle.dumps(style)) == style == replace(style)
    assert hash(style) == hash(replace(style))


def test_what_styles_keep() -> None:
    assert Style(dash=[6, 4]).dash == (6.0, 4.0)  # type: ignore[arg-type]
    assert Style(palette=["#f80", "navy"]).palette == ((255, 136, 0), (0, 0, 128))  # type: ignore[arg-type]
    assert Style(font=Path("fonts") / "a.ttf").font == str(Path("fonts/a.ttf"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("thickness", "pen"),
    [
        (-1, Pen(True, 2, 5)),
        (-7, Pen(True, 2, 5)),
        (None, Pen(False, 2, 5)),
        (0, Pen(False, 1, 1)),
        (3, Pen(False, 3, 3)),
        (np.float32(2.5), Pen(False, 2.5, 2.5)),
    ],
)
def test_pens_of_a_thickness(thickness: Any, pen: Pen) -> None:
    assert Pen.from_thickness(thickness) == pen


@pytest.mark.parametrize("thickness", [NAN, INF, "2", [1], True])
def test_what_is_no_thickness_is_refused(thickness: Any) -> None:
    with pytest.raises(InputError, match="thickness"):
        Pen.from_thickness(thickness)

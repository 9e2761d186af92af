"""Colours: every spelling people and platforms use; nothing evaluated."""

from __future__ import annotations

import numpy as np
import pytest

from annogeo.colors import parse_color, to_hex
from annogeo.css_colors import NAMED_COLORS
from annogeo.errors import InputError


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("#f80", (255, 136, 0)),
        ("#F80", (255, 136, 0)),
        ("#f808", (255, 136, 0, 136)),
        ("#ff8800", (255, 136, 0)),
        ("ff8800", (255, 136, 0)),
        ("#ff880080", (255, 136, 0, 128)),
        ("rgb(1,2,3)", (1, 2, 3)),
        (" RGB( 1, 2 , 3 ) ", (1, 2, 3)),
        ("rgb(1 2 3 / 50%)", (1, 2, 3, 128)),
        ("rgb(100%, 0%, 50%)", (255, 0, 128)),
        ("rgba(1, 2, 3, .5)", (1, 2, 3, 128)),
        ("rgba(1, 2, 3, 0)", (1, 2, 3, 0)),
        ("rgb(300, -4, 1e1)", (255, 0, 10)),
        ("hsl(120, 100%, 50%)", (0, 255, 0)),
        ("hsla(240deg, 100%, 50%, 1)", (0, 0, 255, 255)),
        ("RebeccaPurple", (102, 51, 153)),
        ("transparent", (0, 0, 0, 0)),
        ((1, 2, 3), (1, 2, 3)),
        ([1, 2, 3], (1, 2, 3)),
        ((1, 2, 3, 4), (1, 2, 3, 4)),
        (np.array([1, 2, 3], np.uint8), (1, 2, 3)),
        (np.array([10.0, 20.0, 30.0]), (10, 20, 30)),
        ((1.0, 0.5, 0.0), (255, 128, 0)),
        ((255, 0, 0, 0.5), (255, 0, 0, 128)),
        ((0, 0, 0), (0, 0, 0)),
        ((0.0, 0.0, 0.0), (0, 0, 0)),
    ],
)
def test_a_colour_is_read(written: object, color: tuple[int, ...]) -> None:
    found = parse_color(written)

    assert found == color
    assert all(type(channel) is int for channel in found)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "#",
        "#ff",
        "#ff88000",
        "#gggggg",
        "f80",
        "rgb(1,2)",
        "rgb(1,2,3,4,5)",
        "rgb(a,b,c)",
        "rgb(1,2,nan)",
        "rgb(1,2,3",
        "no such colour",
        "١٢٣",
        None,
        7,
        True,
        b"red",
        {"r": 1},
        (1, 2),
        (1, 2, 3, 4, 5),
        (1, 2, "3"),
        (1, 2, float("nan")),
        (1, 2, 300),
        (-1, 2, 3),
        (True, 2, 3),
    ],
)
def test_what_is_no_colour_is_refused_and_named(written: object) -> None:
    with pytest.raises(InputError) as caught:
        parse_color(written)

    assert repr(written)[:40] in str(caught.value)
    assert caught.value.hint


def test_colour_strings_are_never_evaluated(tmp_path: object) -> None:
    """dtlpy-defects.md B, security: `Label.rgb` runs eval on strings that begin with rgb."""
    trap = tmp_path / "ran"  # type: ignore[operator]

    with pytest.raises(InputError):
        parse_color(f"rgb(open({str(trap)!r}, 'w').close() or 1, 2, 3)")

    assert not trap.exists()


def test_every_css_name_is_there() -> None:
    assert len(NAMED_COLORS) == 148
    assert parse_color("grey") == parse_color("gray") == (128, 128, 128)


@pytest.mark.parametrize("color", [(255, 136, 0), (0, 0, 0, 128)])
def test_hex_reads_back(color: tuple[int, ...]) -> None:
    assert parse_color(to_hex(color)) == color

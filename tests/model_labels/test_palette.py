"""Palette colours: stable, apart for every kind of sight, never black, white or grey."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from annogeo.model.palette import PALETTE, assign_colors, label_color, object_color

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
SIGHT = {
    "ordinary": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
}


def oklab(colors: object, sight: object) -> np.ndarray:
    c = np.asarray(colors, float) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ np.asarray(sight).T
    cones = (
        np.clip(linear, 0, 1)
        @ np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        ).T
    )
    return (
        np.cbrt(cones)
        @ np.array(
            [
                [0.2104542553, 0.793617785, -0.0040720468],
                [1.9779984951, -2.428592205, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.808675766],
            ]
        ).T
    )


@pytest.mark.parametrize("sight", SIGHT)
def test_the_first_colours_are_far_apart(sight: str) -> None:
    lab = oklab(PALETTE[:8], SIGHT[sight])

    distance = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 9 * np.eye(8)

    assert distance.min() > 0.09


def test_no_colour_is_black_white_or_grey() -> None:
    lab = oklab(PALETTE, SIGHT["ordinary"])

    assert np.hypot(lab[:, 1], lab[:, 2]).min() > 0.06
    assert 0.4 < lab[:, 0].min() < lab[:, 0].max() < 0.95


def test_a_label_has_the_same_colour_in_every_process() -> None:
    code = "from annogeo.model.palette import label_color; print(label_color('çé日本🙂'))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0].strip() == runs[1].strip() == str(label_color("çé日本🙂"))


def test_labels_rarely_share_a_colour() -> None:
    colors = {label_color(f"label {i}") for i in range(500)}

    assert len(colors) >= 490


def test_object_ids_cycle_through_the_palette_and_stay_different() -> None:
    colors = [object_color(i) for i in range(3 * len(PALETTE))]

    assert tuple(colors[: len(PALETTE)]) == PALETTE
    assert len(set(colors)) == len(colors)


def test_assigned_colours_keep_what_is_taken_and_differ() -> None:
    first = assign_colors(["a", "b"])

    more = assign_colors(["c", "d", "e"], taken=first.values())

    assert first["a"] == label_color("a")
    assert len({*first.values(), *more.values()}) == 5


def test_assigning_thousands_of_labels_is_quick_and_unique() -> None:
    colors = assign_colors(f"label {i}" for i in range(3000))

    assert len(set(colors.values())) > 2990

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
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(colors: object, sight: str) -> np.ndarray:
    """Linear RGB as a person of this sight sees it."""
    c = np.asarray(colors, float) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return np.clip(linear @ np.asarray(SIGHT[sight]).T, 0, 1)


def lab(linear: np.ndarray) -> np.ndarray:
    """CIELAB, D65, as skimage has it."""
    from skimage.color import xyz2lab

    to_xyz = [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
    return xyz2lab(linear @ np.array(to_xyz).T)


def least_difference(colors: object, sight: str) -> float:
    """CIEDE2000 between the two closest of these colours."""
    from skimage.color import deltaE_ciede2000

    points = lab(seen(colors, sight))
    first, second = np.triu_indices(len(points), 1)
    return float(deltaE_ciede2000(points[first], points[second]).min())


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("n", "difference"), [(8, 14), (12, 11), (16, 8), (24, 6.5), (32, 5), (64, 3.3)])
def test_colours_are_far_apart_for_every_sight(sight: str, n: int, difference: float) -> None:
    assert least_difference(PALETTE[:n], sight) > difference


def test_no_colour_is_black_white_or_grey() -> None:
    lightness, a, b = lab(seen(PALETTE, "ordinary")).T

    assert np.hypot(a, b).min() > 40
    assert 37 < lightness.min() < lightness.max() < 89


def test_colours_show_on_dark_and_on_light_pictures() -> None:
    luminance = seen(PALETTE, "ordinary") @ [0.2126, 0.7152, 0.0722]

    assert ((luminance + 0.05) / 0.05).min() > 2.9  # WCAG contrast to black
    assert np.median(1.05 / (luminance + 0.05)) > 3  # to white


@pytest.mark.parametrize(
    "labels",
    [
        "car person truck bus bicycle motorcycle pedestrian rider van",
        "road sidewalk building wall fence pole vegetation terrain sky person rider car truck bus train bicycle",
        "aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person sheep sofa",
    ],
    ids=["traffic", "streets", "things"],
)
def test_common_labels_differ(labels: str) -> None:
    assert least_difference([label_color(label) for label in labels.split()], "ordinary") > 3


def test_a_palette_of_ones_own() -> None:
    own = [(1, 2, 3), (4, 5, 6, 128), (7, 8, 9)]

    assert {label_color(f"label {k}", own) for k in range(60)} == set(own)
    assert label_color("car", own) == label_color("car", own)
    assert [object_color(k, own) for k in (0, 1, 2, 3, -1)] == [own[0], own[1], own[2], own[0], own[2]]


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

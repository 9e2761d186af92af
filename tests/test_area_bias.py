"""The table and the plot of what pixel rules do to small objects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annogeo.rendering.rules import RULES
from fixtures import area_bias_plot, make_area_bias

UNBIASED = ("center", "coco")


@pytest.fixture(autouse=True)
def few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_area_bias, "SHAPES", 150)
    monkeypatch.setattr(make_area_bias, "SIZES", np.geomspace(3, 200, 5))


@pytest.mark.parametrize("rule", RULES)
def test_small_objects_keep_their_area_or_grow(rule: str) -> None:
    bias = 100 * make_area_bias.errors(make_area_bias.blobs(10), rule).mean()

    assert abs(bias) < 1 if rule in UNBIASED else 10 < bias < 30


@pytest.mark.parametrize("rule", ["center", "coco", "all_touched"])
def test_boxes_on_whole_pixels_are_exact(rule: str) -> None:
    assert not make_area_bias.errors(make_area_bias.boxes(), rule).any()


def test_areas_are_what_is_asked_for() -> None:
    areas = [make_area_bias.area(ring) for ring in make_area_bias.blobs(7)]

    np.testing.assert_allclose(areas, 49)
    assert make_area_bias.area(np.array([(0, 0), (2, 0), (2, 3), (0, 3)])) == 6


def test_the_picture_shows_every_rule_and_stays_small(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_area_bias.main(tmp_path / "bias.png")

    assert set(RULES) <= set(area_bias_plot.COLORS)
    printed = capsys.readouterr().out
    assert all(f"| `{rule}` |" in printed for rule in RULES)
    assert (tmp_path / "bias.png").stat().st_size < 60 * 1024
    with Image.open(tmp_path / "bias.png") as picture:
        assert picture.size == (1660, 940)

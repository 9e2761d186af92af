"""Overlays against pictures that were looked at: see golden_pictures.py for what each shows."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.rendering.golden_pictures import FOLDER, GOLDEN, draw


@pytest.mark.parametrize("name", GOLDEN)
def test_overlays_look_as_they_did(name: str) -> None:
    kept = np.asarray(Image.open(FOLDER / f"{name}.png"))

    drawn = draw(GOLDEN[name])

    # one step: sines and square roots may end otherwise on another processor
    off = np.abs(drawn.astype(int) - kept.astype(int)).max()
    assert off <= 1, f"{name} is up to {off} off; {GOLDEN[name].explanation}"


def test_every_kept_picture_is_drawn_and_small() -> None:
    kept = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}

    assert set(kept) == set(GOLDEN)
    assert max(kept.values()) < 4096

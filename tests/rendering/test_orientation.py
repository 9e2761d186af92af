"""EXIF orientations against Pillow, and there and back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from annogeo.errors import InputError
from annogeo.rendering.orientation import apply_orientation, undo_orientation

PICTURE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_displayed_picture_is_the_one_pillow_shows(orientation: int) -> None:
    image = Image.fromarray(PICTURE)
    image.getexif()[0x0112] = orientation

    shown = np.asarray(ImageOps.exif_transpose(image))

    np.testing.assert_array_equal(apply_orientation(PICTURE, orientation), shown)


@pytest.mark.parametrize("orientation", range(9))
def test_undo_is_the_inverse(orientation: int) -> None:
    there = apply_orientation(PICTURE, orientation)

    np.testing.assert_array_equal(undo_orientation(there, orientation), PICTURE)


@pytest.mark.parametrize("orientation", range(9))
def test_a_mask_turns_as_a_picture_does(orientation: int) -> None:
    turned = apply_orientation(PICTURE, orientation)

    np.testing.assert_array_equal(apply_orientation(PICTURE[..., 0], orientation), turned[..., 0])


@pytest.mark.parametrize("orientation", [-1, 9, None])
def test_unknown_orientation_is_refused(orientation: int) -> None:
    with pytest.raises(InputError, match=r"expected an EXIF orientation 1\.\.8"):
        apply_orientation(PICTURE, orientation)
